from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

import pytest

from gate.core.reasons import Code, Reason
from gate.runners.bundle import files
from gate.runners.bundle.files import Piece, read_part

_TREE = (
    "dist/app.3f9a.js",
    "dist/app.3f9a.js.map",
    "dist/assets/deep/chart.js",
    "dist/assets/site.css",
    "dist/.hidden.js",
    "other/app.js",
)


@pytest.fixture
def root(tmp_path: Path) -> Path:
    folder = tmp_path / "tree"
    for name in _TREE:
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(name)
    return folder


def _names(part: tuple[Piece, ...] | Reason) -> list[str]:
    assert not isinstance(part, Reason), part.sentence
    return [piece.path for piece in part]


@pytest.mark.parametrize(
    ("globs", "expected"),
    [
        pytest.param(
            ("dist/*.js",), ["dist/.hidden.js", "dist/app.3f9a.js"], id="a star stays in its folder"
        ),
        pytest.param(
            ("dist/**/*.js",),
            ["dist/.hidden.js", "dist/app.3f9a.js", "dist/assets/deep/chart.js"],
            id="two stars are any folders, none included",
        ),
        pytest.param(
            ("dist/assets/**",),
            ["dist/assets/deep/chart.js", "dist/assets/site.css"],
            id="two stars at the end are all files below",
        ),
        pytest.param(("dist/*",), sorted(_TREE[i] for i in (0, 1, 4)), id="folders are not"),
        pytest.param(
            ("./dist//app.*.js",), ["dist/app.3f9a.js"], id="dots and slashes are nothing"
        ),
        pytest.param(
            ("**/*.js", "!dist/**", "!x/*"), ["other/app.js"], id="a leading ! takes files out"
        ),
        pytest.param(
            ("dist/app.*.js", "dist/*.js"),
            ["dist/.hidden.js", "dist/app.3f9a.js"],
            id="a file that two globs match is there once",
        ),
        pytest.param(("dist/app.?[ef]9a.js",), ["dist/app.3f9a.js"], id="sets of characters"),
    ],
)
def test_globs(globs: tuple[str, ...], expected: list[str], root: Path) -> None:
    if any(glob == "!x/*" for glob in globs):
        (root / "x").mkdir()
    assert _names(read_part(root, globs)) == expected


@pytest.mark.parametrize(
    ("globs", "words"),
    [
        pytest.param(("none/*.js",), "none/*.js", id="no folder"),
        pytest.param(("dist/*.ts",), "dist/*.ts", id="no file"),
        pytest.param(("dist/*.js", "dist/*.ts"), "dist/*.ts", id="one glob of two"),
        pytest.param(("dist/assets",), "only folders", id="a folder"),
        pytest.param(("dist/*.js", "!dist/*"), "dist/*.js", id="all taken out"),
        pytest.param(("!dist/*",), "!dist/*", id="nothing is asked for"),
    ],
)
def test_nothing_is_read_where_there_is(globs: tuple[str, ...], words: str, root: Path) -> None:
    reason = read_part(root, globs)
    assert isinstance(reason, Reason)
    assert reason.code is Code.NOTHING_MATCHED
    assert words in reason.sentence
    assert reason.remedy


def test_braces_are_explained(root: Path) -> None:
    reason = read_part(root, ("dist/*.{js,css}",))
    assert isinstance(reason, Reason)
    assert "list of globs" in reason.remedy


def test_an_empty_file_counts_beside_others(root: Path) -> None:
    (root / "dist" / "empty.css").touch()
    assert "dist/empty.css" in _names(read_part(root, ("dist/*",)))


def test_only_empty_files_are_no_measurement(root: Path) -> None:
    (root / "dist" / "empty.css").touch()
    reason = read_part(root, ("dist/*.css",))
    assert isinstance(reason, Reason)
    assert reason.code is Code.ZERO_SAMPLES


def _outside(root: Path) -> None:
    (root.parent / "secret.js").write_text("x")
    (root / "dist" / "link.ts").symlink_to(root.parent / "secret.js")


def _folder_outside(root: Path) -> None:
    (root.parent / "elsewhere").mkdir()
    (root.parent / "elsewhere" / "x.ts").write_text("x")
    (root / "dist" / "linked.ts").symlink_to(root.parent / "elsewhere")


def _broken(root: Path) -> None:
    (root / "dist" / "broken.ts").symlink_to(root / "nowhere")


def _looping(root: Path) -> None:
    (root / "dist" / "loop.ts").symlink_to(root / "dist" / "loop.ts")


def _pipe(root: Path) -> None:
    os.mkfifo(root / "dist" / "pipe.ts")


@pytest.mark.parametrize(
    ("spoil", "glob", "words"),
    [
        pytest.param(_outside, "dist/*.ts", "link.ts leads out of the tree", id="a link outside"),
        pytest.param(
            _folder_outside, "dist/*.ts/*", "x.ts leads out of the tree", id="a folder outside"
        ),
        pytest.param(_broken, "dist/*.ts", "broken.ts: No such file", id="a link to nothing"),
        pytest.param(_looping, "dist/*.ts", "loop.ts: Too many levels", id="a link to itself"),
        pytest.param(_pipe, "dist/*.ts", "pipe.ts is no regular file", id="a pipe"),
    ],
)
def test_it_does_not_measure(
    spoil: Callable[[Path], None], glob: str, words: str, root: Path
) -> None:
    spoil(root)
    reason = read_part(root, (glob,))
    assert isinstance(reason, Reason)
    assert reason.code is Code.OUTPUT_UNREADABLE
    assert words in reason.sentence


def test_a_link_within_the_tree_is_followed(root: Path) -> None:
    (root / "dist" / "link.ts").symlink_to(root / "other" / "app.js")
    (root / "linked").symlink_to(root / "dist")
    assert _names(read_part(root, ("dist/*.ts",))) == ["dist/link.ts"]
    assert _names(read_part(root, ("linked/*.ts",))) == ["linked/link.ts"]


def test_a_linked_folder_is_not_walked_into(root: Path) -> None:
    (root / "dist" / "again").symlink_to(root)
    found = _names(read_part(root, ("dist/**/*.js",)))
    assert found == ["dist/.hidden.js", "dist/app.3f9a.js", "dist/assets/deep/chart.js"]


@pytest.mark.skipif(os.geteuid() == 0, reason="root may read everything")
def test_what_may_not_be_read_is_said(root: Path) -> None:
    locked = root / "dist" / "assets"
    locked.chmod(0)
    try:
        reason = read_part(root, ("dist/**/*.js",))
    finally:
        locked.chmod(0o755)
    assert isinstance(reason, Reason)
    assert "dist/assets: Permission denied" in reason.sentence


def test_too_much_is_refused(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(files, "MOST_BYTES", 10)
    reason = read_part(root, ("dist/*.js",))
    assert isinstance(reason, Reason)
    assert "exceed 10 bytes" in reason.sentence
    monkeypatch.setattr(files, "MOST_FILES", 1)
    reason = read_part(root, ("dist/*.js",))
    assert isinstance(reason, Reason)
    assert "more than 1 files" in reason.sentence
