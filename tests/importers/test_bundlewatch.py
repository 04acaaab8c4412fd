from __future__ import annotations

import pytest

from tests.helpers.importing import ours, read, reasons


@pytest.mark.parametrize(
    ("entry", "promise"),
    [
        pytest.param(
            {"path": "./a.js", "maxSize": "100kB"},
            "size{encoding:gzip,file:a.js}: limit 100 KiB",
            id="gzip unless told, and a kB is 1024 bytes",
        ),
        pytest.param(
            {"path": "a.css", "maxSize": "1.5 MB", "compression": "none"},
            "size{encoding:raw,file:a.css}: limit 1.5 MiB",
            id="raw",
        ),
        pytest.param(
            {"path": "d/*.js", "maxSize": "2 gb", "compression": "brotli"},
            'max(size{encoding:br,file:"d/*.js"}): limit 2048 MiB',
            id="each file that a glob matches is held by itself",
        ),
    ],
)
def test_an_entry_is_a_limit(entry: object, promise: str) -> None:
    assert ours(read("bundlewatch", {"files": [entry]})) == [promise]


def test_package_json_and_the_default_compression() -> None:
    told = {"files": [{"path": "a.js", "maxSize": "9 kB"}], "defaultCompression": "brotli"}
    imported = read("bundlewatch", {"bundlewatch": told}, "web/package.json")
    assert ours(imported) == ["size{encoding:br,file:web/a.js}: limit 9 KiB"]


@pytest.mark.parametrize(
    ("entry", "why"),
    [
        pytest.param({"path": "a.js"}, "it can never fail", id="no maxSize: infinite there"),
        pytest.param({"path": "a.js", "maxsize": "1 kB"}, "knows no 'maxsize'", id="a typo"),
        pytest.param({"path": "a.js", "maxSize": "1 KiB"}, "expected a size", id="no unit there"),
        pytest.param(
            {"path": "a.js", "maxSize": "1 kB", "compression": "zstd"}, "expected one of", id="zstd"
        ),
    ],
)
def test_what_cannot_be_kept_says_why(entry: object, why: str) -> None:
    imported = read("bundlewatch", {"files": [entry], "ci": {"trackBranches": ["main"]}})
    assert imported.drafts == ()
    assert why in reasons(imported)
    assert "which branch to compare with" in reasons(imported)
