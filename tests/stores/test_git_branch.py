"""The branch of baselines: the user's checkout is left alone, and nothing fails silently."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from gate.errors import StoreError
from gate.stores import open_store
from gate.testing import samples
from tests.stores.race import race
from tests.stores.support import clone_at, commit, git, pushed_branch_at

BRANCH = "perfgate-baselines"


@pytest.fixture
def place(tmp_path: Path) -> Path:
    return tmp_path / "store"


def refused(store_place: Path, address: str = f"git:{BRANCH}") -> StoreError:
    with pytest.raises(StoreError) as caught:
        open_store(address, store_place).put(samples.entry("run-1"))
    assert caught.value.hint
    return caught.value


def everything(clone: Path) -> tuple[str, ...]:
    """All that a person sees of a checkout."""
    seen = (["status", "--porcelain"], ["symbolic-ref", "-q", "HEAD"], ["stash", "list"])
    also = (["for-each-ref", "refs/heads", "refs/tags"], ["ls-files", "--stage"])
    return tuple(git(clone, *words) for words in (*seen, *also))


def test_the_user_s_checkout_stays_as_it_is(place: Path) -> None:
    clone = clone_at(place)
    (clone / "half.txt").write_text("being written")
    git(clone, "add", "half.txt")
    (clone / "work.txt").write_text("changed")
    before, index = everything(clone), (clone / ".git" / "index").read_bytes()
    store = pushed_branch_at(place)
    store.put(samples.entry("run-1"))
    store.put(samples.entry("run-1", accepted=True))
    store.put(samples.entry("run-2"))
    store.remove("run-2")
    assert everything(clone) == before
    assert (clone / ".git" / "index").read_bytes() == index
    assert not (clone / ".git" / "FETCH_HEAD").exists()
    log = git(place / "remote.git", "log", "--format=%an %s", BRANCH).splitlines()
    assert log[0] == "perfgate Run run-2 is forgotten"
    assert len(log) == 4


def test_other_files_on_the_branch_stay(place: Path) -> None:
    clone = clone_at(place)
    git(clone, "push", "--quiet", "origin", f"HEAD:refs/heads/{BRANCH}")
    store = pushed_branch_at(place)
    store.put(samples.entry("run-1"))
    assert git(place / "remote.git", "show", f"{BRANCH}:work.txt") == "work"
    assert [head.id for head in store.heads()] == ["run-1"]


@pytest.mark.parametrize("checkout", ["shallow", "detached"])
def test_a_checkout_of_a_ci_is_enough(place: Path, checkout: str) -> None:
    clone = clone_at(place)
    commit(clone, "more")
    git(clone, "push", "--quiet", "origin", "HEAD:main")
    pushed_branch_at(place).put(samples.entry("run-1"))
    job = place / "job"
    job.mkdir()
    git(job, "init", "--quiet")
    git(job, "remote", "add", "origin", f"file://{place}/remote.git")
    depth = ["--depth=1"] if checkout == "shallow" else []
    sha = git(clone, "rev-parse", "HEAD")
    git(job, "fetch", "--quiet", *depth, "origin", f"+{sha}:refs/remotes/pull/7/merge")
    git(job, "checkout", "--quiet", "--detach", "refs/remotes/pull/7/merge")
    was = git(job, "rev-parse", "--is-shallow-repository")
    store = open_store(f"git:{BRANCH}", job)
    assert store.shared
    store.put(samples.entry("run-2"))
    assert {head.id for head in store.heads()} == {"run-1", "run-2"}
    assert store.get("run-1") == samples.entry("run-1")
    assert git(job, "rev-parse", "--is-shallow-repository") == was
    assert git(job, "rev-list", "--count", "HEAD") == ("1" if depth else "2")


def test_what_is_stored_by_the_way_is_built_upon(place: Path) -> None:
    pushed_branch_at(place).put(samples.entry("run-1"))
    other = place / "other"
    git(place, "clone", "--quiet", "remote.git", "other")
    open_store(f"git:{BRANCH}", other).put(samples.entry("run-2"))
    store = pushed_branch_at(place)
    store.put(samples.entry("run-3"))
    assert {head.id for head in store.heads()} == {"run-1", "run-2", "run-3"}


def test_a_remote_that_is_gone(place: Path) -> None:
    clone = clone_at(place)
    shutil.rmtree(place / "remote.git")
    error = refused(clone)
    assert error.message.startswith(f"cannot read git branch {BRANCH} of origin: fatal: ")
    with pytest.raises(StoreError, match="cannot read"):
        open_store(f"git:{BRANCH}", clone).heads()


def test_a_push_that_the_remote_declines(place: Path) -> None:
    clone = clone_at(place)
    hook = place / "remote.git" / "hooks" / "pre-receive"
    hook.write_text("#!/bin/sh\necho protected >&2\nexit 1\n")
    hook.chmod(0o755)
    error = refused(clone)
    assert "after 1 tries: [remote rejected] (pre-receive hook declined)" in error.message
    assert "contents: write" in error.hint
    assert open_store(f"git:{BRANCH}", clone).heads() == ()


def test_a_remote_that_kept_it_and_did_not_say_so(place: Path) -> None:
    """A push whose answer is lost is found to have arrived."""
    clone = clone_at(place)
    hook = place / "remote.git" / "hooks" / "post-receive"
    hook.write_text("#!/bin/sh\nkill -9 $PPID\n")
    hook.chmod(0o755)
    store = open_store(f"git:{BRANCH}", clone)
    store.put(samples.entry("run-1"))
    assert store.get("run-1") == samples.entry("run-1")
    assert git(place / "remote.git", "rev-list", "--count", BRANCH) == "1"


def test_a_branch_of_this_clone_alone_is_not_shared(place: Path) -> None:
    clone = clone_at(place, remote=False)
    store = open_store(f"git:{BRANCH}", clone)
    assert not store.shared
    assert store.where == f"git branch {BRANCH} of this clone alone"


@pytest.mark.parametrize("remote", [False, True], ids=["of this clone alone", "at the remote"])
@pytest.mark.parametrize(
    "content",
    [
        pytest.param("", id="no byte, as a power cut leaves it"),
        pytest.param("garbage\n", id="no commit's name"),
        pytest.param("1234567890" * 4 + "\n", id="a commit that is not there"),
    ],
)
def test_a_branch_whose_end_is_lost_is_not_an_empty_store(
    place: Path, content: str, *, remote: bool
) -> None:
    clone = clone_at(place, remote=remote)
    store = open_store(f"git:{BRANCH}", clone)
    store.put(samples.entry("run-1"))
    folder = place / "remote.git" if remote else clone / ".git"
    (folder / "refs" / "heads" / BRANCH).write_text(content)
    for call in (
        store.heads,
        lambda: store.get("run-1"),
        lambda: store.put(samples.entry("run-2")),
    ):
        with pytest.raises(StoreError, match="cannot read"):
            call()


def test_branches_below_its_name_are_none_of_it(place: Path) -> None:
    clone = clone_at(place, remote=False)
    git(clone, "branch", f"{BRANCH}/old")
    store = open_store(f"git:{BRANCH}", clone)
    assert store.heads() == ()


def test_a_branch_that_is_checked_out_is_not_written(place: Path) -> None:
    clone = clone_at(place, remote=False)
    branch = git(clone, "symbolic-ref", "--short", "HEAD")
    assert "is checked out" in refused(clone, f"git:{branch}").message


def test_no_checkout(tmp_path: Path) -> None:
    assert "not a git repository" in refused(tmp_path).message


def test_a_login_in_the_remote_is_never_said(place: Path) -> None:
    clone = clone_at(place)
    git(clone, "remote", "set-url", "origin", "http://who:hidden@127.0.0.1:9/x.git")
    error = refused(clone)
    assert "hidden" not in error.message + error.hint


@pytest.mark.parametrize(
    "branch", ["", "-x", "a b", "x.lock", "../x", "a..b", ":x", "ext::sh -c id:x", "x\0"]
)
def test_what_is_no_branch(place: Path, branch: str) -> None:
    with pytest.raises(StoreError, match=r"names no branch|no branch of the name"):
        open_store(f"git:{branch}", clone_at(place))


@pytest.mark.slow
def test_twenty_writers_and_kills_lose_nothing(place: Path) -> None:
    clone_at(place)
    done = race("tests.stores.support:pushed_branch_at", place, writers=20, each=3, kills=3, seed=1)
    assert done.complaints == ()
    store = pushed_branch_at(place)
    found = {head.id for head in store.heads()}
    assert done.told <= found <= done.asked
    for entry_id in found:
        assert store.get(entry_id) == samples.entry(entry_id)
    git(place / "remote.git", "fsck", "--strict")
