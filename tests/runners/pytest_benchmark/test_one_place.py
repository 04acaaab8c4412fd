"""The one path under which either tree is counted."""

from __future__ import annotations

from pathlib import Path

from gate.runners.pytest_benchmark.one_place import one_place


def _env(folder: Path) -> dict[str, str]:
    return {"PERFGATE_CACHE": str(folder / "cache")}


def _trees(folder: Path) -> tuple[Path, Path]:
    trees = folder / "head", folder / "the" / "base"
    for tree in trees:
        (tree / "out").mkdir(parents=True)
        (tree / "name").write_text(tree.name)
    return trees


def test_either_tree_has_the_same_path_and_its_own_bytecode(tmp_path: Path) -> None:
    paths = []
    for tree in _trees(tmp_path):
        with one_place(tree, tree / "out", _env(tmp_path)) as place:
            assert place is not None
            assert (place.tree / "name").read_text() == tree.name
            (place.pyc / "x.pyc").write_text("")
            paths.append((place.tree, place.pyc))
        assert (tree / "out" / "pyc" / "x.pyc").exists()
    assert paths[0] == paths[1]


def test_nothing_is_left_and_the_tree_stays(tmp_path: Path) -> None:
    head, _ = _trees(tmp_path)
    with one_place(head, head / "out", _env(tmp_path)) as place:
        assert place is not None
        (place.folder / "witness").mkdir()
    assert list((tmp_path / "cache").iterdir()) == []
    assert (head / "name").exists()


def test_two_at_once_have_two(tmp_path: Path) -> None:
    head, base = _trees(tmp_path)
    with (
        one_place(head, head / "out", _env(tmp_path)) as one,
        one_place(base, base / "out", _env(tmp_path)) as other,
    ):
        assert one is not None
        assert other is not None
        assert one.tree != other.tree
        assert len(str(one.tree)) == len(str(other.tree))


def test_what_a_killed_check_left_is_taken_over(tmp_path: Path) -> None:
    head, base = _trees(tmp_path)
    left = tmp_path / "cache" / "one-place" / "0"
    (left / "witness").mkdir(parents=True)
    (left / "tree").symlink_to(base)
    with one_place(head, head / "out", _env(tmp_path)) as place:
        assert place is not None
        assert place.folder == left
        assert (place.tree / "name").read_text() == "head"
        assert not (left / "witness").exists()
    assert (base / "name").exists()


def test_a_cache_that_cannot_be_written_is_no_reason_not_to_count(tmp_path: Path) -> None:
    head, _ = _trees(tmp_path)
    (tmp_path / "cache").write_text("a file")
    with one_place(head, head / "out", _env(tmp_path)) as place:
        assert place is None
