"""Reading and making the trees of the store's branch."""

from __future__ import annotations

from collections import UserDict
from collections.abc import Mapping, Sequence
from typing import Self

from gate.errors import StoreError
from gate.stores.entry_files import FILES
from gate.stores.git_commands import LIMIT, Git
from gate.stores.naming import ID

Files = Mapping[str, bytes]
_FILE_MODES = frozenset({"100644", "100755"})


class Tree(UserDict[str, dict[str, str]]):
    """The entries of a commit: id, then the names of its plain files with their blobs.

    A link in place of a file is left out, so that it counts as gone.
    """

    @classmethod
    def read(cls, git: Git, tip: str) -> Self:
        """The entries at a commit; other files on the branch are left alone."""
        tree, size = cls(), 0
        for line in git.ask("ls-tree", "-r", "-z", "-l", "--full-tree", tip).split(b"\0"):
            facts, _, path = line.decode("utf-8", "surrogateescape").partition("\t")
            entry_id, _, name = path.partition("/")
            if name not in FILES or not ID.fullmatch(entry_id):
                continue
            files = tree.setdefault(entry_id, {})
            mode, _, blob, length = facts.split()
            if mode in _FILE_MODES:
                files[name] = blob
                size = max(size, int(length))
        if size > LIMIT // 4:
            raise StoreError(
                f"a file of {size} bytes stands on the branch of the store",
                hint="nothing that the gate writes is as large: look who wrote it",
            )
        return tree


def read_blobs(git: Git, blobs: Sequence[str]) -> dict[str, bytes]:
    """The content of blobs by name; raises `StoreError` where one is not there."""
    if not blobs:
        return {}
    answer = git.ask("cat-file", "--batch", stdin="".join(f"{b}\n" for b in blobs).encode())
    found, at = {}, 0
    for blob in blobs:
        end = answer.index(b"\n", at)
        facts = answer[at:end].split()
        if len(facts) != 3 or facts[1] != b"blob":
            raise StoreError(
                f"the object {blob[:12]} of the store's branch is not in this clone",
                hint="`git fsck` tells what else is missing",
            )
        at = end + 1 + int(facts[2])
        found[blob] = answer[end + 1 : at]
        at += 1
    return found


def files_of(git: Git, named: Mapping[str, str]) -> Files:
    """The files of an entry."""
    blobs = read_blobs(git, list(named.values()))
    return {name: blobs[blob] for name, blob in named.items()}


def made_tree(git: Git, files: Files) -> str:
    """The tree that holds the files of an entry, written into the clone; its name."""
    blobs = {
        name: git.word("hash-object", "-w", "-t", "blob", "--stdin", stdin=content)
        for name, content in files.items()
    }
    lines = "".join(f"100644 blob {blobs[name]}\t{name}\0" for name in sorted(blobs))
    return git.word("mktree", "-z", stdin=lines.encode())


def with_entry(git: Git, tip: str, entry_id: str, made: str) -> str:
    """The tree of the tip with the tree of an entry put in or put anew; its name."""
    return _root(git, tip, entry_id, f"040000 tree {made}\t{entry_id}")


def without_entry(git: Git, tip: str, entry_id: str) -> str:
    """The tree of the tip without an entry."""
    return _root(git, tip, entry_id, "")


def _root(git: Git, tip: str, entry_id: str, line: str) -> str:
    listed = git.ask("ls-tree", "-z", "--full-tree", tip).split(b"\0") if tip else []
    others = [each for each in listed if each and each.partition(b"\t")[2] != entry_id.encode()]
    lines = [*others, line.encode()] if line else others
    return git.word("mktree", "-z", "--missing", stdin=b"".join(each + b"\0" for each in lines))
