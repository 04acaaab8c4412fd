"""A branch of its own that holds the entries, written by plumbing: `git:BRANCH`.

Every change is a commit on the branch's tip as it is now, pushed with a lease on that tip; where
somebody else was quicker, it is made anew on theirs. The user's tree, index, HEAD and branches
stay as they are. No `--depth`: it would make the user's whole clone shallow.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable, Mapping
from functools import cached_property
from pathlib import Path

from gate.errors import StoreError
from gate.seams.store import Entry
from gate.stores.again import pauses
from gate.stores.entry_files import HEAD
from gate.stores.git_commands import Git, Said
from gate.stores.git_objects import (
    Files,
    Tree,
    files_of,
    made_tree,
    read_blobs,
    with_entry,
    without_entry,
)
from gate.stores.packed import PackedStore
from gate.stores.queue import one_at_a_time
from gate.stores.secrets import without_secrets

# A job waits so long for its turn among other writers, in seconds.
PATIENCE = 120.0
# What git says where another writer was quicker, here or at the remote (git 2.39).
_RACED = re.compile(
    r"stale info|fetch first|non-fast-forward|cannot lock ref|failed to update ref|failed to lock"
    r"|reference already exists|incorrect old value|unable to lock|shallow\.lock|Unable to create"
)
# What stays as it is, however often it is tried; all else may be gone the next moment.
_FINAL = re.compile(
    r"declined|denied|protected|not allowed|read.?only|40[134]|not found|publickey"
    r"|not a(ppear to be a)? git repository|could not read Username|Authentication|No space"
    r"|Permission|does not exist"
)
_TRIES = 4


class GitShelf:
    """Files as `ID/{head.json,run.json.gz,outcome.json.gz}` in the tree of a branch's tip.

    With `remote` "" the branch is a local one.
    """

    def __init__(self, root: Path, branch: str, remote: str | None) -> None:
        self._git = Git(root)
        self._branch = branch
        self._named = remote
        self._ref = f"refs/heads/{branch}"

    @property
    def shared(self) -> bool:
        """Whether there is a remote that the branch is pushed to."""
        return bool(self._remote)

    @property
    def where(self) -> str:
        """The branch and its remote."""
        remote = self._remote
        of = f" of {without_secrets(remote)}" if remote else " of this clone alone"
        return f"git branch {self._branch}{of}"

    def heads(self) -> Mapping[str, bytes | None]:
        """The head of every entry; one `cat-file` reads them all."""
        tree = self._tree(self._tip())
        wanted = {entry_id: files.get(HEAD) for entry_id, files in tree.items()}
        blobs = read_blobs(self._git, [blob for blob in wanted.values() if blob])
        return {entry_id: blobs[blob] if blob else None for entry_id, blob in wanted.items()}

    def files(self, entry_id: str) -> Files:
        """The plain files of an entry."""
        named = self._tree(self._tip()).get(entry_id, {})
        blobs = read_blobs(self._git, list(named.values()))
        return {name: blobs[blob] for name, blob in named.items()}

    def add(self, entry: Entry, files: Files) -> None:
        """Commit an entry and push it; one that is there already stays."""
        entry_id = entry.run.id
        made = made_tree(self._git, files)

        def change(tip: str, tree: Tree) -> str | None:
            return None if entry_id in tree else with_entry(self._git, tip, entry_id, made)

        self._change(change, f"Run {entry_id} of {entry.run.commit.sha[:12] or 'no commit'}")

    def replace(self, entry_id: str, head: bytes, old: bytes) -> None:
        """Commit another head of an entry."""

        def change(tip: str, tree: Tree) -> str | None:
            files = files_of(self._git, tree.get(entry_id, {}))
            if files.get(HEAD) != old:
                return None
            made = made_tree(self._git, {**files, HEAD: head})
            return with_entry(self._git, tip, entry_id, made)

        self._change(change, f"Run {entry_id} is accepted")

    def drop(self, entry_id: str) -> bool:
        """Commit a tree without an entry."""
        found = False

        def change(tip: str, tree: Tree) -> str | None:
            nonlocal found
            if entry_id not in tree:
                return None
            found = True
            return without_entry(self._git, tip, entry_id)

        self._change(change, f"Run {entry_id} is forgotten")
        return found

    @cached_property
    def _remote(self) -> str:
        if self._named is not None:
            return self._named
        remotes = self._git.word("remote").split()
        return "origin" if "origin" in remotes else remotes[0] if len(remotes) == 1 else ""

    @cached_property
    def _common(self) -> Path:
        return Path(self._git.word("rev-parse", "--path-format=absolute", "--git-common-dir"))

    def _tree(self, tip: str) -> Tree:
        return Tree.read(self._git, tip) if tip else Tree()

    def _change(self, change: Callable[[str, Tree], str | None], words: str) -> None:
        """Put the tree that `change` makes of the tip on the branch; None says nothing to do."""
        with one_at_a_time(self._common / "perfgate-store.lock", PATIENCE):
            self._try_change(change, words)

    def _try_change(self, change: Callable[[str, Tree], str | None], words: str) -> None:
        tries, why = 0, ""
        for tries in pauses(PATIENCE):
            tip = self._tip()
            tree = change(tip, self._tree(tip))
            if tree is None:
                return
            parents = ("-p", tip) if tip else ()
            # Other programs must not build what is stored.
            message = f"{words}\n\n[skip ci]\n".encode()
            commit = self._git.word("commit-tree", tree, *parents, stdin=message)
            said = self._move(commit, tip)
            if said.code == 0:
                return
            why = _answer(said)
            if not _RACED.search(why) and (tries + 1 >= _TRIES or _FINAL.search(why)):
                break
        raise StoreError(
            f"cannot write to {self.where} after {tries + 1} tries: {why}", hint=_hint(why)
        )

    def _move(self, commit: str, tip: str) -> Said:
        """Put the branch from `tip` to `commit`, or leave it where it is somewhere else by now."""
        if self._remote:
            lease = f"--force-with-lease={self._ref}:{tip}"
            target = f"{commit}:{self._ref}"
            words = ("push", "--porcelain", "--no-verify", "--no-follow-tags", lease)
            also = ("--recurse-submodules=no", self._remote, target)
            return self._git.tried(*words, *also, network=True)
        if f"branch {self._ref}\n" in self._git.word("worktree", "list", "--porcelain") + "\n":
            raise StoreError(
                f"the branch {self._branch} is checked out, so nothing is stored on it",
                hint="give the store a branch of its own in budgets/policy.yml",
            )
        absent = "0" * len(commit)
        return self._git.tried("update-ref", self._ref, commit, tip or absent)

    def _tip(self) -> str:
        """The commit that the branch is at, its objects here; "" where there is no branch."""
        if not self._remote:
            return self._own_tip()
        said = self._reached("ls-remote", self._remote, self._ref)
        lines = [line.split("\t") for line in said.text.splitlines()]
        tip = next((sha for sha, *name in lines if name == [self._ref]), "")
        if tip and self._git.tried("cat-file", "-e", f"{tip}^{{tree}}").code != 0:
            self._fetch(tip)
        return tip

    def _own_tip(self) -> str:
        """The commit of the branch here. One that git passes over as broken is not no branch."""
        form = "--format=%(refname) %(objectname) %(objecttype)"
        said = self._git.tried("for-each-ref", form, self._ref)
        lines = [line.split(" ") for line in said.text.splitlines()]
        tip, kind = next(((sha, kind) for name, sha, kind in lines if name == self._ref), ("", ""))
        if said.code != 0 or "broken ref" in said.why or (tip and kind != "commit"):
            raise self._unreadable(said)
        return tip

    def _fetch(self, tip: str) -> None:
        words = ("fetch", "--quiet", "--no-tags", "--no-write-fetch-head", "--no-auto-maintenance")
        also = ("--no-recurse-submodules", "--no-prune", "--refmap=", self._remote, self._ref)
        self._reached(*words, *also)
        self._git.ask("cat-file", "-e", f"{tip}^{{tree}}")
        # So that the next fetch asks only for what is new; without it, it would still be right.
        known = hashlib.sha256(self._remote.encode()).hexdigest()[:12]
        self._git.tried("update-ref", f"refs/perfgate/{known}/{self._branch}", tip)

    def _reached(self, *words: str) -> Said:
        """What a remote answers, asked again a few times where it does not."""
        said = Said(-1, b"", "")
        for tries in pauses(PATIENCE):
            said = self._git.tried(*words, network=True)
            if said.code == 0:
                return said
            if tries + 1 >= _TRIES or _FINAL.search(said.why):
                break
        raise self._unreadable(said)

    def _unreadable(self, said: Said) -> StoreError:
        return StoreError(f"cannot read {self.where}: {said.why}", hint=_hint(said.why))


def open_branch(place: str, root: Path) -> PackedStore:
    """The store on `[REMOTE:]BRANCH`; a remote is a name or a URL, by default `origin`.

    Raises `StoreError` where it is no name of a branch.
    """
    remote, named, branch = place.rpartition(":")
    wrong = branch.startswith("-") or remote.startswith("-") or (named and not remote)
    if wrong or not re.fullmatch(r"[A-Za-z0-9._/-]+", branch, re.ASCII) or "::" in remote:
        raise StoreError(
            f"the store {without_secrets(f'git:{place}')!r} names no branch",
            hint="write git:BRANCH, or git:REMOTE:BRANCH",
        )
    if Git(root).tried("check-ref-format", f"refs/heads/{branch}").code != 0:
        raise StoreError(f"git allows no branch of the name {branch!r}", hint="write git:BRANCH")
    return PackedStore(GitShelf(root, branch, remote if named else None))


def _answer(said: Said) -> str:
    """Why a push was refused: the line of its porcelain, else what git complains of."""
    refused = [line for line in said.text.splitlines() if line.startswith("!")]
    why = refused[0].rpartition("\t")[2] if refused else said.why
    more = "" if not refused or "declined" not in why else f" ({said.why})"
    return without_secrets(why + more)[:400]


def _hint(why: str) -> str:
    if re.search(r"broken ref|missing object|bad object", why):
        return "`git fsck` tells more; take the branch again from where it was pushed, or delete it"
    if "not a git repository" in why:
        return "a store on a git branch needs a checkout; name another in budgets/policy.yml"
    if _RACED.search(why):
        return "others write at the same time, or a killed git left a .lock behind: try it again"
    if re.search(r"declined|protected|denied|403|not allowed|read.?only", why):
        return "may this job write the branch? On GitHub: `permissions: {contents: write}`"
    if re.search(r"could not read Username|Authentication|401|publickey", why):
        return "the remote wants a login: let the checkout keep its credentials"
    return "is the remote reachable from here? `git ls-remote` tells"
