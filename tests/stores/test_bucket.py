"""Buckets that are slow, wrong, closed or silent: nothing is lost and nothing passes unseen."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from gate.errors import StoreError
from gate.stores import open_store
from gate.stores.bucket import open_url
from gate.stores.packed import PackedStore
from gate.testing import samples
from tests.stores.crooked import Crooked, crooked
from tests.stores.race import race
from tests.stores.support import bucket_at


@pytest.fixture
def between(s3: str, monkeypatch: pytest.MonkeyPatch) -> Iterator[Crooked]:
    with crooked(s3) as server:
        monkeypatch.setenv("AWS_ENDPOINT_URL", server.url)
        yield server


@pytest.fixture
def store(between: Crooked, tmp_path: Path) -> PackedStore:
    made = opened(tmp_path, timeout=10.0, sure=5.0)
    made.put(samples.entry("run-1"))
    between.asked = 0
    return made


def opened(place: Path, *, timeout: float, sure: float) -> PackedStore:
    """The bucket's folder of a test; only where nothing ever comes is the wait a short one."""
    return open_url(f"s3://perfgate/{place.name}", timeout=timeout, sure=sure)


@pytest.mark.parametrize("mode", ["late", "twice", "error at first", "lose the answer"])
def test_what_is_only_slow_or_clumsy_keeps_everything(
    between: Crooked, store: PackedStore, mode: str
) -> None:
    between.mode = mode
    store.put(samples.entry("run-2"))
    store.put(samples.entry("run-2", accepted=True))
    between.mode = ""
    assert sorted((head.id, head.accepted) for head in store.heads()) == [
        ("run-1", False),
        ("run-2", True),
    ]
    assert store.get("run-2") == samples.entry("run-2", accepted=True)


@pytest.mark.parametrize("mode", ["not at all", "error", "refuse", "lie"])
def test_what_does_not_keep_it_is_an_error(
    between: Crooked, store: PackedStore, mode: str, tmp_path: Path
) -> None:
    between.mode = mode
    asked = opened(tmp_path, timeout=1.0, sure=0.5) if mode == "not at all" else store
    with pytest.raises(StoreError) as caught:
        asked.put(samples.entry("run-2"))
    assert caught.value.hint
    assert "hidden-key" not in caught.value.message
    assert between.asked < 200
    between.mode = ""
    assert [head.id for head in store.heads()] == ["run-1"]
    store.put(samples.entry("run-2"))
    assert store.get("run-2") == samples.entry("run-2")


@pytest.mark.parametrize("mode", ["not at all", "error", "refuse", "garbage", "half"])
def test_what_does_not_give_it_back_is_an_error(
    between: Crooked, store: PackedStore, mode: str, tmp_path: Path
) -> None:
    between.mode = mode
    asked = opened(tmp_path, timeout=1.0, sure=0.5) if mode == "not at all" else store
    with pytest.raises(StoreError) as caught:
        asked.get("run-1")
    assert caught.value.hint
    if mode != "half":  # the list reads heads alone
        with pytest.raises(StoreError):
            asked.heads()
    between.mode = ""
    assert store.get("run-1") == samples.entry("run-1")


def test_records_without_a_head_are_no_entry(store: PackedStore, s3: str, tmp_path: Path) -> None:
    """What a writer leaves that is killed before its last step."""
    import obstore
    from obstore.store import from_url

    objects = from_url(f"s3://perfgate/{tmp_path.name}", client_options={"allow_http": True})
    obstore.delete(objects, "run-1/head.json")
    assert store.heads() == ()
    store.put(samples.entry("run-1"))
    assert store.get("run-1") == samples.entry("run-1")


def test_a_list_of_many_pages_is_whole(s3: str, tmp_path: Path) -> None:
    import obstore
    from obstore.store import from_url

    url = f"s3://perfgate/{tmp_path.name}"
    objects = from_url(url, client_options={"allow_http": True})
    for n in range(1100):  # a page of the server has a thousand
        obstore.put(objects, f"other/{n:04}", b"")
    for name in ("a-run", "z-run"):
        open_store(url, tmp_path).put(samples.entry(name))
    assert {head.id for head in open_store(url, tmp_path).heads()} == {"a-run", "z-run"}


@pytest.mark.slow
def test_twenty_writers_and_kills_lose_nothing(s3: str, tmp_path: Path) -> None:
    place = tmp_path / "store"
    done = race("tests.stores.support:bucket_at", place, writers=20, each=3, kills=3, seed=3)
    assert done.complaints == ()
    store = bucket_at(place)
    found = {head.id for head in store.heads()}
    assert done.told <= found <= done.asked
    for entry_id in found:
        assert store.get(entry_id) == samples.entry(entry_id)


@pytest.mark.parametrize(
    "address", ["s3:", "s3://", "s3://bucket/../x", "s3://who:x@b/p", "s3://b/p?x=y", "gs:///x"]
)
def test_what_is_no_bucket(address: str, tmp_path: Path) -> None:
    with pytest.raises(StoreError) as caught:
        open_store(address, tmp_path)
    assert caught.value.hint


def test_without_the_extra_it_is_named() -> None:
    program = (
        "import sys; sys.modules['obstore'] = None\n"
        "from pathlib import Path\n"
        "from gate.stores import open_store\n"
        "from gate.errors import StoreError\n"
        "try:\n    open_store('s3://b/p', Path())\n"
        "except StoreError as error:\n    print(error.message, error.hint)\n"
    )
    argv = [sys.executable, "-c", program]
    done = subprocess.run(argv, capture_output=True, text=True, check=True)
    assert "needs obstore, which is not installed pip install 'perfgate[s3]'" in done.stdout
