from __future__ import annotations

import io
import json
import tarfile
from typing import Any

import pytest

from gate.runners.k6.archive import ArchiveError, read_archive
from gate.runners.k6.shape import shape_of, shapes_of
from tests.runners.k6.support import asked, options

SCRIPT = "shop/load/browse.js"
FILES = {
    "data": b"the generated module, with /machine/paths",
    "file/home/nobody/repo/shop/load/browse.js": b"import '../lib/a.js'",
    "file/home/nobody/repo/shop/lib/a.js": b"export {}",
    "file/opt/shared/helper.js": b"export const x = 1",
    "https/jslib.k6.io/x.js": b"export const y = 1",
}
OPTIONS = {"vus": 2, "duration": "3s", "stages": None, "thresholds": {"checks": ["rate>0.9"]}}


def packed(files: dict[str, bytes], chosen: dict[str, Any] | None = None) -> bytes:
    """A tar as `k6 archive` writes it."""
    metadata = {"filename": "file:///x", "env": {"TOKEN": "s"}, "options": chosen or OPTIONS}
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode="w") as tar:
        for name, content in {"metadata.json": json.dumps(metadata).encode(), **files}.items():
            info = tarfile.TarInfo(name)
            info.size = len(content)
            tar.addfile(info, io.BytesIO(content))
        link = tarfile.TarInfo("file/home/nobody/repo/.gate/run.js")
        link.type, link.linkname = tarfile.LNKTYPE, "data"
        tar.addfile(link)
    return buffer.getvalue()


def moved(files: dict[str, bytes], root: str) -> dict[str, bytes]:
    return {name.replace("/home/nobody/repo", root): content for name, content in files.items()}


def digests(content: bytes, version: str = "1.1.0", **keys: Any) -> dict[str, str]:
    return dict(shape_of(read_archive(content, SCRIPT), options(**keys), version))


def test_files_are_named_from_the_tree() -> None:
    archive = read_archive(packed(FILES), SCRIPT)
    assert [name for name, _ in archive.files] == [
        "https/jslib.k6.io/x.js",
        "outside/helper.js",
        "shop/lib/a.js",
        "shop/load/browse.js",
    ]
    assert archive.options["vus"] == 2


def test_two_checkouts_have_one_shape() -> None:
    other = moved(FILES, "/build/elsewhere/checkout")
    assert digests(packed(FILES)) == digests(packed(other))


def test_nothing_but_digests_and_the_version_is_told() -> None:
    shape = digests(packed(FILES), env={"TOKEN": "secret"})
    assert shape.pop("k6") == "1.1"
    assert all(len(digest) == 16 for digest in shape.values())


@pytest.mark.parametrize(
    ("change", "part"),
    [
        pytest.param({"files": {"file/home/nobody/repo/shop/lib/a.js": b"!"}}, "script", id="an import"),  # noqa: E501  # a table
        pytest.param({"files": {"file/opt/shared/helper.js": b"!"}}, "script", id="outside"),
        pytest.param({"options": {"vus": 3}}, "load", id="more virtual users"),
        pytest.param({"keys": {"env": {"SIZE": "9"}}}, "env", id="a variable"),
        pytest.param({"keys": {"warmup": "1 s"}}, "cuts", id="a warm-up"),
        pytest.param({"keys": {"exclude_scenarios": ["a"]}}, "cuts", id="a scenario less"),
        pytest.param({"version": "1.2.0"}, "k6", id="another k6"),
    ],
)  # fmt: skip
def test_what_shapes_the_numbers_changes_its_part(change: dict[str, Any], part: str) -> None:
    before = digests(packed(FILES), env={"SIZE": "1"})
    after = digests(
        packed({**FILES, **change.get("files", {})}, {**OPTIONS, **change.get("options", {})}),
        change.get("version", "1.1.0"),
        **{"env": {"SIZE": "1"}, **change.get("keys", {})},
    )
    assert {name for name in before if before[name] != after[name]} == {part}


@pytest.mark.parametrize(
    "change",
    [
        pytest.param({"options": {"thresholds": {}}}, id="thresholds are promises"),
        pytest.param({"options": {"rps": None}}, id="an option that is not set"),
        pytest.param({"version": "1.1.7"}, id="a patch of k6"),
        pytest.param({"keys": {"env": {"BASE": "http://localhost:2/a"}}}, id="a service's port"),
        pytest.param({"files": {"data": b"other paths"}}, id="the generated module"),
    ],
)
def test_what_does_not_shape_the_numbers_changes_nothing(change: dict[str, Any]) -> None:
    before = digests(packed(FILES), env={"BASE": "http://127.0.0.1:1/a"})
    after = digests(
        packed({**FILES, **change.get("files", {})}, {**OPTIONS, **change.get("options", {})}),
        change.get("version", "1.1.0"),
        **{"env": {"BASE": "http://127.0.0.1:1/a"}, **change.get("keys", {})},
    )
    assert before == after


def test_the_declaration_of_a_metric_shapes_its_own_series_only() -> None:
    chosen = options(metrics={"wait": {"type": "trend", "better": "lower", "unit": "ms"}})
    other = options(metrics={"wait": {"type": "trend", "better": "lower", "unit": "s"}})
    questions = [asked("wait", chosen=chosen), asked("http_reqs")]
    assert shapes_of(questions, chosen).keys() == {"wait"}
    assert shapes_of(questions, chosen) != shapes_of(questions, other)


@pytest.mark.parametrize(
    "content",
    [
        pytest.param(b"", id="empty"),
        pytest.param(b"no tar at all" * 100, id="garbage"),
        pytest.param(packed(FILES)[:700], id="cut"),
        pytest.param(packed({"data": b""}), id="no files"),
        pytest.param(packed(FILES).replace(b'"options"', b'"notions"'), id="no options"),
    ],
)
def test_an_archive_that_is_none_is_said(content: bytes) -> None:
    with pytest.raises(ArchiveError, match="archive"):
        read_archive(content, SCRIPT)
