from __future__ import annotations

import pytest

from tests.helpers.importing import differences, ours, read, reasons

_FILE = {"devDependencies": {"size-limit": "^11.1.0", "@size-limit/file": "^11.1.0"}}
_OLD = {"devDependencies": {"size-limit": "^8.2.0", "@size-limit/file": "^8.2.0"}}


@pytest.mark.parametrize(
    ("entry", "package", "promise"),
    [
        pytest.param(
            {"path": "a.js", "limit": "10 kB"}, _FILE, "encoding:br,file:a.js}: limit 10 kB",
            id="brotli by default since 11, and a kB is 1000 bytes",
        ),
        pytest.param(
            {"path": "a.js", "limit": "10 KB"}, _OLD, "encoding:gzip,file:a.js}: limit 10 kB",
            id="gzip by default before",
        ),
        pytest.param(
            {"path": "a.js", "limit": "1.5 MiB", "gzip": True}, _FILE,
            "encoding:gzip,file:a.js}: limit 1.5 MiB", id="gzip where asked",
        ),
        pytest.param(
            {"path": "a.js", "limit": "900 B", "brotli": False}, _FILE,
            "encoding:raw,file:a.js}: limit 900 B", id="raw where brotli is denied",
        ),
        pytest.param(
            {"path": "a.js", "limit": "900", "gzip": False}, _OLD,
            "encoding:raw,file:a.js}: limit 900 B", id="raw where gzip is denied, before 11",
        ),
        pytest.param(
            {"name": "core", "path": ["d/*.{js,mjs}", "!d/x.js"], "limit": "2 GB"}, _FILE,
            "encoding:br,file:core}: limit 2000 MB", id="a name of its own, several globs",
        ),
    ],
)  # fmt: skip
def test_an_entry_is_a_limit(entry: object, package: dict[str, object], promise: str) -> None:
    imported = read("size-limit", [entry], ".size-limit.json", package=package)
    assert ours(imported) == [f"size{{{promise}"]
    assert differences(imported) == [""]


def test_globs_stay_below_the_folder_of_the_file_and_braces_are_written_out() -> None:
    entry = {"path": ["./dist/*.{js,mjs}", "!../web/b.js"], "limit": "1 kB"}
    (draft,) = read("size-limit", [entry], "web/.size-limit.json").drafts
    files = {line.key: line.value for line in draft.head}["files"]
    assert files == {"web/dist/*.js": ("web/dist/*.js", "web/dist/*.mjs", "!web/b.js")}


@pytest.mark.parametrize(
    ("entry", "why"),
    [
        pytest.param({"path": "a.js"}, "it has no limit", id="no limit"),
        pytest.param({"path": "a.js", "limit": "1 s"}, "a time to load", id="a time"),
        pytest.param({"path": "a.js", "limit": "many"}, "expected a size", id="no size"),
        pytest.param({"path": "a.js", "limit": "1 B", "import": "{ a }"}, "tree", id="an import"),
        pytest.param({"path": "/a.js", "limit": "1 B"}, "not relative", id="an absolute path"),
        pytest.param({"path": "../a.js", "limit": "1 B"}, "out of the repository", id="outside"),
        pytest.param({"path": "@(a|b).js", "limit": "1 B"}, "extended globs", id="extended glob"),
        pytest.param({"path": "{a,{b,c}}x.{d", "limit": "1 B"}, "braces", id="an open brace"),
        pytest.param({"path": "!a.js", "limit": "1 B"}, "names no file", id="only taken out"),
        pytest.param({"limit": "1 B"}, "no path", id="no path"),
    ],
)
def test_what_cannot_be_kept_says_why(entry: object, why: str) -> None:
    imported = read("size-limit", [entry], ".size-limit.json")
    assert imported.drafts == ()
    assert why in reasons(imported)


def test_what_a_bundler_would_add_is_said() -> None:
    package = {
        "devDependencies": {"size-limit": "^11.0.0", "@size-limit/preset-small-lib": "^11.0.0"},
        "size-limit": [{"path": "a.js", "limit": "1 kB", "ignore": ["react"], "running": False}],
    }
    imported = read("size-limit", package, "package.json")
    assert "@size-limit/preset-small-lib bundles it" in differences(imported)[0]
    assert [each.where for each in imported.lost] == ["[0].ignore"]


def test_an_unknown_version_says_that_brotli_is_assumed() -> None:
    imported = read("size-limit", [{"path": "a.js", "limit": "1 kB"}], ".size-limit.json")
    assert "its version is not in the file" in differences(imported)[0]
