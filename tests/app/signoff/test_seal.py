"""The folder of a sign-off is written whole, over an older one or nothing else."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from gate.app.signoff import seal
from gate.app.signoff.verify import Trust, verify
from gate.errors import UsageError
from tests.app.signoff.sealed import NOW, make, past


def test_an_older_one_is_replaced_whole(tmp_path: Path) -> None:
    folder = tmp_path / "signoff"
    make(folder, pasts=(past(),))
    digest = make(folder, url="https://ci.example.org/8").digest
    assert (
        verify(folder, Trust(digest=digest), NOW).document.given.url == "https://ci.example.org/8"
    )
    assert [each.name for each in tmp_path.iterdir()] == ["signoff"]
    assert not (folder / "baseline").exists()


def test_an_empty_folder_is_filled(tmp_path: Path) -> None:
    (tmp_path / "signoff").mkdir()
    verify(make(tmp_path / "signoff").folder, Trust(), NOW)


@pytest.mark.parametrize(
    ("name", "content"),
    [
        pytest.param("manifest.json", '{"name": "our shop", "icons": []}', id="a web app's own"),
        pytest.param("manifest.json", "[" * 90_000, id="one that is no manifest at all"),
        pytest.param("thesis.tex", "mine", id="what came to a sign-off later"),
        pytest.param("baseline/thesis.tex", "mine", id="deeper down, too"),
        pytest.param("baseline/mine/thesis.tex", "mine", id="in a folder of its own"),
    ],
)
def test_a_folder_that_also_holds_something_else_stays(
    tmp_path: Path, name: str, content: str
) -> None:
    folder = make(tmp_path / "signoff", pasts=(past(),)).folder
    (folder / name).parent.mkdir(exist_ok=True)
    (folder / name).write_text(content)
    with pytest.raises(UsageError, match="something else than a sign-off"):
        make(folder)
    assert (folder / name).read_text() == content


def test_who_interrupts_the_exchange_keeps_the_older_one(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    digest = make(tmp_path / "signoff").digest
    rename = Path.rename

    def interrupted(place: Path, target: Path) -> Path:
        if place.suffix == ".tmp":
            raise KeyboardInterrupt
        return rename(place, target)

    monkeypatch.setattr(Path, "rename", interrupted)
    with pytest.raises(KeyboardInterrupt):
        make(tmp_path / "signoff", url="https://ci.example.org/8")
    verify(tmp_path / "signoff", Trust(digest=digest), NOW)
    assert [each.name for each in tmp_path.iterdir()] == ["signoff"]


def test_a_sign_off_that_lost_a_file_is_written_anew(tmp_path: Path) -> None:
    folder = make(tmp_path / "signoff").folder
    (folder / "signoff.html").unlink()
    verify(make(folder).folder, Trust(), NOW)


@pytest.mark.parametrize("kind", ["a file", "something else in it", "a link"])
def test_nothing_else_is_written_over(tmp_path: Path, kind: str) -> None:
    place, other = tmp_path / "signoff", tmp_path / "other"
    other.mkdir()
    if kind == "a file":
        place.write_text("mine")
    elif kind == "a link":
        place.symlink_to(other)
    else:
        place.mkdir()
        (place / "thesis.tex").write_text("mine")
    with pytest.raises(UsageError, match="--out"):
        make(place)
    assert list(other.iterdir()) == []
    assert place.is_symlink() or kind == "a link" or "mine" in _texts(place)


def _texts(place: Path) -> list[str]:
    files = [place] if place.is_file() else list(place.iterdir())
    return [each.read_text() for each in files]


def test_where_it_cannot_be_written_nothing_is_left(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("mine")
    with pytest.raises(UsageError, match="cannot be written"):
        make(tmp_path / "file" / "signoff")
    assert [each.name for each in tmp_path.iterdir()] == ["file"]


@pytest.mark.skipif(os.name == "nt", reason="folders in use cannot be moved there anyway")
def test_where_the_new_one_cannot_take_its_place_the_older_one_stays(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = tmp_path / "signoff"
    digest = make(folder).digest
    rename = Path.rename

    def full(self: Path, target: Path) -> Path:
        if self.suffix == ".tmp":
            raise OSError(28, "No space left on device")
        return rename(self, target)

    monkeypatch.setattr(Path, "rename", full)
    with pytest.raises(UsageError, match="No space left"):
        make(folder, url="https://ci.example.org/8")
    monkeypatch.undo()
    verify(folder, Trust(digest=digest), NOW)
    assert [each.name for each in tmp_path.iterdir()] == ["signoff"]


def test_more_stored_runs_than_the_names_hold_are_refused() -> None:
    with pytest.raises(UsageError, match="more than 99 stored runs"):
        seal.stored_files((past(),) * 100, ())
