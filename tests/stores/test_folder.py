from __future__ import annotations

import contextlib
import gzip
import hashlib
import json
import os
import random
import re
import subprocess
import sys
import textwrap
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from gate.core.run import Commit
from gate.errors import RecordError, StoreError
from gate.record.canonical import MAX_BYTES
from gate.seams.store import Entry
from gate.stores.entry_files import FILES
from gate.stores.folder import FolderStore
from gate.testing import samples

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture
def store(tmp_path: Path) -> FolderStore:
    """A store with one entry."""
    made = FolderStore(tmp_path / "store")
    made.put(samples.entry("run-1"))
    return made


def stored(entry: Entry, commit: Commit) -> Entry:
    """The same run of another commit."""
    return replace(entry, run=replace(entry.run, commit=commit))


def error(call: Callable[[], object]) -> StoreError:
    with pytest.raises(StoreError) as caught:
        call()
    return caught.value


def both(store: FolderStore) -> tuple[str, str]:
    """How the list and the reading of `run-1` fail, "" where they do not."""
    said = []
    for call in (store.heads, lambda: store.get("run-1")):
        try:
            call()
        except StoreError as caught:
            said.append(caught.message.partition(" is damaged: ")[2])
        else:
            said.append("")
    return said[0], said[1]


@pytest.mark.parametrize(
    ("entry", "words"),
    [
        pytest.param(
            samples.entry("run-2", started="2026-02-30T09:30:00Z"), "no time in UTC", id="no day"
        ),
        pytest.param(samples.entry("run-2", started="soon"), "no time in UTC", id="no time"),
        pytest.param(
            stored(samples.entry("run-2"), Commit("a" * 40, "x" * 70_000)),
            "head.json is larger",
            id="a name without end",
        ),
    ],
)
def test_what_would_not_read_back_is_refused_before_it_is_written(
    store: FolderStore, entry: Entry, words: str
) -> None:
    with pytest.raises(RecordError, match=words):
        store.put(entry)
    assert [head.id for head in store.heads()] == ["run-1"]


class TestDamage:
    @pytest.mark.parametrize("name", FILES)
    def test_a_flipped_bit_anywhere_is_never_another_entry(
        self, store: FolderStore, name: str
    ) -> None:
        file = store.folder / "run-1" / name
        whole, kept, heads = file.read_bytes(), store.get("run-1"), store.heads()
        chance = random.Random(1)
        for _ in range(150):
            at = chance.randrange(len(whole))
            file.write_bytes(_flipped(whole, at, 1 << chance.randrange(8)))
            with contextlib.suppress(StoreError):
                assert store.heads() == heads
                assert store.get("run-1") == kept  # a bit that means nothing, as gzip's time

    @pytest.mark.parametrize("name", FILES)
    def test_a_file_of_any_shorter_length_is_damaged(self, store: FolderStore, name: str) -> None:
        file = store.folder / "run-1" / name
        whole = file.read_bytes()
        most = len(whole.rstrip(b"\n"))
        for length in [0, 1, 2, 9, 10, 11, 17, *range(20, most - 1, 37), most - 1]:
            file.write_bytes(whole[:length])
            assert "is damaged: " in error(lambda: store.get("run-1")).message, length

    @pytest.mark.parametrize(
        ("name", "words"),
        [
            pytest.param("head.json", "head.json is gone", id="the head"),
            pytest.param("run.json.gz", "run.json.gz is gone", id="the run"),
            pytest.param("outcome.json.gz", "outcome.json.gz is gone", id="the outcome"),
        ],
    )
    def test_a_missing_file(self, store: FolderStore, name: str, words: str) -> None:
        (store.folder / "run-1" / name).unlink()
        assert both(store)[1] == words
        assert both(store)[0] == (words if name == "head.json" else "")
        hint = error(lambda: store.get("run-1")).hint
        assert hint == "remove it with `gate baseline prune run-1` and store a new run"

    @pytest.mark.parametrize("name", FILES)
    @pytest.mark.parametrize("kind", ["link", "pipe", "folder"])
    def test_what_is_no_plain_file(
        self, store: FolderStore, name: str, kind: str, tmp_path: Path
    ) -> None:
        file = store.folder / "run-1" / name
        copy = tmp_path / "copy"
        file.rename(copy)  # the very content, but somewhere else
        match kind:
            case "link":
                file.symlink_to(copy)
            case "pipe":
                os.mkfifo(file)
            case "folder":
                file.mkdir()
        assert name in error(lambda: store.get("run-1")).message or kind == "folder"

    def test_another_entry_s_files(self, store: FolderStore) -> None:
        store.put(samples.entry("run-2"))
        for name in FILES:
            (store.folder / "run-2" / name).replace(store.folder / "run-1" / name)
        assert both(store) == ("head.json belongs to run-2",) * 2

    def test_another_entry_s_records(self, store: FolderStore) -> None:
        store.put(samples.entry("run-2"))
        for name in ("run.json.gz", "outcome.json.gz"):
            (store.folder / "run-2" / name).replace(store.folder / "run-1" / name)
        assert both(store) == ("", "run.json.gz does not match its digest")

    @pytest.mark.parametrize(
        ("change", "words"),
        [
            pytest.param({"commit": "0" * 40}, "does not match its digest", id="by hand"),
            pytest.param({"accepted": True}, "does not match its digest", id="to be a baseline"),
        ],
    )
    def test_a_head_that_was_changed(
        self, store: FolderStore, change: dict[str, Any], words: str
    ) -> None:
        file = store.folder / "run-1" / "head.json"
        file.write_text(json.dumps({**json.loads(file.read_text()), **change}))
        assert both(store) == (f"head.json {words}",) * 2

    @pytest.mark.parametrize(
        ("change", "words"),
        [
            pytest.param({"commit": "0" * 40}, "does not belong to the records", id="a commit"),
            pytest.param({"valid": False}, "does not belong to the records", id="its worth"),
            pytest.param({"commit": 1}, "is no head of a stored run", id="no text"),
            pytest.param({"valid": "yes"}, "is no head of a stored run", id="no flag"),
            pytest.param({"at": "soon"}, "is no head of a stored run", id="no time"),
            pytest.param(
                {"at": "2026-02-30T09:30:00Z"}, "is no head of a stored run", id="no such day"
            ),
            pytest.param({"run": None}, "is no head of a stored run", id="no digest"),
        ],
    )
    def test_a_head_that_was_made_elsewhere(
        self, store: FolderStore, change: dict[str, Any], words: str
    ) -> None:
        rewrite_head(store, change)
        assert words in both(store)[1]

    @pytest.mark.parametrize(
        "content",
        [
            pytest.param(b"[" * 60_000, id="that is very deep"),
            pytest.param(b"[1]", id="that is a list"),
            pytest.param(b"{" + b" " * 70_000 + b"}", id="that is very long"),
            pytest.param(b'{"id": "run-1", "id": "run-2"}', id="that says it twice"),
            pytest.param(b'{"at": NaN}', id="with no number"),
            pytest.param(b"\xff\xfe", id="that is no text"),
            pytest.param(b"", id="that is empty"),
        ],
    )
    def test_a_head(self, store: FolderStore, content: bytes) -> None:
        (store.folder / "run-1" / "head.json").write_bytes(content)
        first, second = both(store)
        assert first
        assert first == second


def rewrite_head(store: FolderStore, change: dict[str, Any]) -> None:
    """A head with other facts and the right digest, as somebody else's program would write it."""
    file = store.folder / "run-1" / "head.json"
    head = {**json.loads(file.read_text()), **change}
    del head["digest"]
    text = json.dumps(head, sort_keys=True, separators=(",", ":")) + "\n"
    digest = hashlib.sha256(text.encode()).hexdigest()
    file.write_text(json.dumps({**head, "digest": digest}))


def replace_record(store: FolderStore, name: str, content: bytes) -> None:
    """Another record with the right digest."""
    file = store.folder / "run-1" / name
    file.write_bytes(gzip.compress(content))
    rewrite_head(store, {name.partition(".")[0]: hashlib.sha256(content).hexdigest()})


class TestOtherVersions:
    def test_a_head_from_the_future(self, store: FolderStore) -> None:
        rewrite_head(store, {"schema_version": 2, "more": {"to": "say"}})
        for call in (store.heads, lambda: store.get("run-1")):
            caught = error(call)
            assert caught.message == (
                f"the stored run run-1 in {store.where} cannot be read: it was written by a newer "
                "perfgate (schema version 2, this reads 1)"
            )
            assert caught.hint == "install the newer perfgate"

    def test_a_run_from_the_future(self, store: FolderStore) -> None:
        content = gzip.decompress((store.folder / "run-1" / "run.json.gz").read_bytes())
        newer = re.sub(rb'"schema_version":\d+', b'"schema_version":99', content)
        assert newer != content
        replace_record(store, "run.json.gz", newer)
        assert len(store.heads()) == 1
        caught = error(lambda: store.get("run-1"))
        assert "cannot be read: run.json.gz: schema version 99" in caught.message
        assert caught.hint.startswith("install the newer perfgate")

    def test_a_record_of_another_program(self, store: FolderStore) -> None:
        replace_record(store, "outcome.json.gz", b'{"hello": "world"}')
        assert "not a record of perfgate" in error(lambda: store.get("run-1")).message


class TestHostileContent:
    def test_a_bomb_is_not_unpacked(self, store: FolderStore) -> None:
        file = store.folder / "run-1" / "run.json.gz"
        with gzip.open(file, "wb", compresslevel=1) as bomb:
            for _ in range(MAX_BYTES // (16 * 1024 * 1024) + 1):
                bomb.write(bytes(16 * 1024 * 1024))
        words = f"run.json.gz is larger than {MAX_BYTES} bytes"
        assert both(store) == ("", words)

    def test_an_entry_that_is_a_link_is_refused(self, store: FolderStore, tmp_path: Path) -> None:
        outside = tmp_path / "outside"
        (store.folder / "run-1").rename(outside)
        (store.folder / "run-1").symlink_to(outside)
        assert both(store) == ("it is a link, not a folder",) * 2
        assert (
            "is a link" in error(lambda: store.put(samples.entry("run-1", accepted=True))).message
        )
        store.remove("run-1")
        assert store.heads() == ()
        assert sorted(path.name for path in outside.iterdir()) == sorted(FILES)

    def test_a_store_that_is_a_link_is_somebody_s_wish(self, tmp_path: Path) -> None:
        (tmp_path / "disk").mkdir()
        (tmp_path / "store").symlink_to(tmp_path / "disk")
        linked = FolderStore(tmp_path / "store")
        linked.put(samples.entry("run-1"))
        assert linked.get("run-1") == samples.entry("run-1")

    def test_a_link_to_a_disk_that_is_not_there_is_no_empty_store(self, tmp_path: Path) -> None:
        (tmp_path / "store").symlink_to(tmp_path / "disk")
        linked = FolderStore(tmp_path / "store", shared=True)
        assert error(linked.heads).message == f"{linked.where} is a link that leads nowhere"


class TestWhatElseIsInTheFolder:
    def test_is_left_alone(self, store: FolderStore) -> None:
        (store.folder / "README.md").write_text("ours")
        (store.folder / ".gitignore").write_text("")
        (store.folder / "lost+found").mkdir()
        (store.folder / "notes").mkdir()
        (store.folder / "notes" / "x").write_text("")
        (store.folder / "link").symlink_to("README.md")
        assert [head.id for head in store.heads()] == ["run-1"]
        assert error(lambda: store.get("notes")).message == f"{store.where} holds no run notes"
        store.put(samples.entry("run-2"))
        store.remove("run-2")
        assert (store.folder / "notes" / "x").exists()

    @pytest.mark.parametrize("kind", ["file", "folder"])
    def test_is_not_written_over(self, store: FolderStore, kind: str) -> None:
        place = store.folder / "run-2"
        place.write_text("ours") if kind == "file" else place.mkdir()
        caught = error(lambda: store.put(samples.entry("run-2")))
        assert caught.message == f"{store.where} holds something else that is named run-2"
        assert error(lambda: store.get("run-2")).message == f"{store.where} holds no run run-2"

    def test_what_dead_writers_left_is_swept_when_it_is_old(self, store: FolderStore) -> None:
        for name, age in {".draft-1-a": 7200, ".gone-b": 7200, ".draft-2-c": 60}.items():
            (store.folder / name).mkdir()
            (store.folder / name / "run.json.gz").write_text("half")
            then = time.time() - age
            os.utime(store.folder / name, (then, then))
        store.put(samples.entry("run-2"))
        hidden = [path.name for path in store.folder.iterdir() if path.name.startswith(".")]
        assert hidden == [".draft-2-c"]


class TestTheSameId:
    def test_of_another_run_is_refused(self, store: FolderStore) -> None:
        other = samples.entry("run-1", accepted=True)
        other = replace(other, run=replace(other.run, seconds=1.0))
        caught = error(lambda: store.put(other))
        assert caught.message == f"{store.where} holds another run with the id run-1"
        assert store.get("run-1") == samples.entry("run-1")

    def test_judged_again_is_the_same_run(self, store: FolderStore) -> None:
        again = samples.entry("run-1")
        store.put(replace(again, outcome=replace(again.outcome, attempt=2)))
        assert store.get("run-1") == samples.entry("run-1")

    def test_of_a_damaged_one_is_not_thought_to_be_stored(self, store: FolderStore) -> None:
        (store.folder / "run-1" / "head.json").write_text("{")
        assert "is damaged" in error(lambda: store.put(samples.entry("run-1"))).message


class TestValidity:
    @pytest.mark.parametrize(
        ("commit", "valid"),
        [
            pytest.param(Commit("a" * 40, "main"), True, id="a clean tree"),
            pytest.param(Commit("a" * 40, "main", dirty=True), False, id="a dirty tree"),
        ],
    )
    def test_a_run_of(self, store: FolderStore, commit: Commit, valid: bool) -> None:
        entry = samples.entry("run-2")
        store.put(Entry(replace(entry.run, commit=commit), entry.outcome))
        assert {head.id: head.valid for head in store.heads()}["run-2"] is valid

    def test_an_accepted_one_stays_what_it_is(self, store: FolderStore) -> None:
        dirty = samples.entry("run-2", accepted=True)
        dirty = replace(dirty, run=replace(dirty.run, commit=Commit(dirty=True)))
        store.put(dirty)
        head = store.heads()[0]
        assert (head.id, head.valid, head.accepted) == ("run-2", False, True)
        assert store.get("run-2") == dirty


class TestTheDisk:
    def test_one_that_is_full(self, tmp_path: Path) -> None:
        code = """
        import resource
        resource.setrlimit(resource.RLIMIT_FSIZE, (500, 500))
        store = FolderStore(place)
        tell(lambda: store.put(samples.entry("run-1")))
        print(sorted(p.name for p in place.iterdir()), store.heads())
        """
        out = other_process(code, tmp_path / "store")
        assert out == (
            f"cannot write to folder {tmp_path}/store: File too large\n"
            "check the folder's rights and the space on its disk\n"
            "[] ()\n"
        )

    def test_one_that_is_full_when_a_run_is_accepted(self, store: FolderStore) -> None:
        code = """
        import resource
        store = FolderStore(place)
        resource.setrlimit(resource.RLIMIT_FSIZE, (100, 100))
        tell(lambda: store.put(samples.entry("run-1", accepted=True)))
        print([head.accepted for head in store.heads()], len(list((place / "run-1").iterdir())))
        """
        out = other_process(code, store.folder)
        assert out.splitlines()[0].endswith(": File too large")
        assert out.splitlines()[-1] == "[False] 3"

    def test_one_that_nobody_may_read_or_write(self, store: FolderStore) -> None:
        # Root may do anything, so the other process becomes nobody.
        store.folder.chmod(0)
        code = """
        store = FolderStore(place)
        os.geteuid() == 0 and os.setuid(65534)
        for call in (store.heads, lambda: store.get("run-1"), lambda: store.remove("run-1"),
                     lambda: store.put(samples.entry("run-2"))):
            tell(call)
        """
        try:
            out = other_process(code, store.folder)
        finally:
            store.folder.chmod(0o700)
        hints = {line for line in out.splitlines() if line.startswith("check")}
        assert out.count("Permission denied") == 4
        assert hints == {
            "check that it is a folder and who may read it",
            "check the folder's rights and the space on its disk",
        }

    def test_a_place_that_is_a_file(self, tmp_path: Path) -> None:
        place = tmp_path / "store"
        place.write_text("")
        broken = FolderStore(place)
        assert error(broken.heads).message == f"cannot read folder {place}: Not a directory"
        said = error(lambda: broken.put(samples.entry("run-1"))).message
        assert said.startswith(f"cannot write to folder {place}: ")


def other_process(code: str, place: Path) -> str:
    """What this code prints about a store at `place`."""
    prelude = """
    import os, sys
    from pathlib import Path
    from gate.errors import RecordError, StoreError
    from gate.stores.folder import FolderStore
    from gate.testing import samples
    place = Path(sys.argv[1])
    samples.entry("warm")
    def tell(call):
        try:
            print(call())
        except StoreError as error:
            print(error.message, error.hint, sep="\\n")
    """
    program = textwrap.dedent(prelude) + textwrap.dedent(code)
    done = subprocess.run(
        [sys.executable, "-c", program, str(place)],
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


def test_twenty_writers_and_ten_of_them_killed(tmp_path: Path) -> None:
    code = """
    import random, signal, time
    store, told = FolderStore(place), []
    for who in range(20):
        read, write = os.pipe()
        if (pid := os.fork()) == 0:
            for n in range(20):
                for name in (f"run-{who}-{n}", f"same-{n}"):
                    store.put(samples.entry(name, accepted=who == 3))
                    os.write(write, name.encode() + b"\\n")
            os._exit(0)
        os.close(write)
        told.append((read, pid))
    chance = random.Random(1)
    for _, pid in chance.sample(told, 10):
        time.sleep(0.05)
        os.kill(pid, signal.SIGKILL)
    said = set()
    for read, _ in told:
        while part := os.read(read, 1 << 16):
            said |= set(part.decode().split())
    found = {head.id: head.accepted for head in store.heads()}
    whole = all(
        store.get(name) == samples.entry(name, accepted=accepted)
        for name, accepted in found.items()
    )
    print(said <= set(found), whole, len(found) >= 10 * 20)
    """
    assert other_process(code, tmp_path / "store") == "True True True\n"


def test_a_run_that_is_removed_while_others_list(store: FolderStore) -> None:
    code = """
    store = FolderStore(place)
    if os.fork() == 0:
        for n in range(60):
            store.put(samples.entry("passing"))
            store.remove("passing")
        os._exit(0)
    listed = 0
    while os.waitpid(-1, os.WNOHANG) == (0, 0):
        assert {head.id for head in store.heads()} <= {"run-1", "passing"}
        listed += 1
    print(listed > 0)
    """
    assert other_process(code, store.folder) == "True\n"


class TestScratch:
    def test_in_dot_gate_is_hidden_from_git(self, tmp_path: Path) -> None:
        FolderStore(tmp_path / ".gate" / "baselines").put(samples.entry("run-1"))
        assert (tmp_path / ".gate" / ".gitignore").read_text() == "*\n"

    def test_elsewhere_is_the_team_s_own(self, store: FolderStore) -> None:
        assert not list(store.folder.parent.rglob(".gitignore"))


def _flipped(content: bytes, at: int, bit: int) -> bytes:
    return content[:at] + bytes([content[at] ^ bit]) + content[at + 1 :]
