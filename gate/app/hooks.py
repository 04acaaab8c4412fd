"""`gate hook`: a hook of ours before git's push or commit, and the one that was there before it."""

from __future__ import annotations

import os
import shlex
import stat
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

from gate.ci.git import NoRepository, Repository, repository
from gate.ci.hooks import hooks_folder
from gate.errors import UsageError
from gate.record import read_bounded, write_atomic

EARLIER = ".before-perfgate"
_MARK = "# perfgate hook 1"
_LONGEST = 1_000_000
_TEXT = """\
#!/bin/sh
{mark}: written by `gate hook install`, taken away by `gate hook uninstall`.
# {skips}
gate={gate}
[ -x "$gate" ] || gate=gate
earlier="$(dirname "$0")/{earlier}"
said=
[ {reads} = no ] || said="$(cat)"
if [ -x "$earlier" ]; then
    printf '%s\\n' "$said" | "$earlier" "$@" || exit
fi
printf '%s\\n' "$said" | "$gate" hook run {kind}
"""


class Hook(StrEnum):
    """A moment at which git asks."""

    PUSH = "pre-push"
    COMMIT = "pre-commit"

    @property
    def skips(self) -> str:
        """How a person passes by."""
        verb = "push" if self is Hook.PUSH else "commit"
        return f"`git {verb} --no-verify` skips it."


@dataclass(frozen=True, slots=True)
class Installed:
    """Where a hook lies, and the one that runs before it (None where there was none)."""

    path: Path
    earlier: Path | None
    new: bool


def install(start: Path, hook: Hook, gate: str) -> Installed:
    """Put our hook in place; one that is there is kept beside it and runs first.

    `gate` is the command to run. Raises `UsageError` where there is no repository, or where two
    hooks would have to be kept.
    """
    repo = _repository(start)
    path = hooks_folder(repo) / hook
    earlier = path.with_name(path.name + EARLIER)
    text = _TEXT.format(
        mark=_MARK,
        skips=hook.skips,
        gate=shlex.quote(_seen_by_all(repo, path, gate)),
        earlier=earlier.name,
        reads="yes" if hook is Hook.PUSH else "no",
        kind=hook,
    )
    new = not ours(path)
    if new and os.path.lexists(path):
        _keep(path, earlier)
    elif new and os.path.lexists(earlier):
        raise _two(earlier)
    write_atomic(path, text.encode())
    path.chmod(0o755)
    return Installed(path, earlier if os.path.lexists(earlier) else None, new)


def uninstall(start: Path, hook: Hook) -> Installed | None:
    """Take our hook away and put the earlier one back; None where there is none of ours.

    Raises `UsageError` where there is no repository.
    """
    path = hooks_folder(_repository(start)) / hook
    earlier = path.with_name(path.name + EARLIER)
    if not ours(path):
        return None
    had = os.path.lexists(earlier)
    if had:
        earlier.replace(path)
    else:
        path.unlink()
    return Installed(path, path if had else None, new=False)


def ours(path: Path) -> bool:
    """Whether a hook is one that we wrote."""
    if not os.path.lexists(path) or not stat.S_ISREG(path.lstat().st_mode):
        return False
    lines = read_bounded(path, _LONGEST).decode("utf-8", "replace").splitlines()
    return len(lines) > 1 and lines[1].startswith(_MARK)


def _keep(path: Path, earlier: Path) -> None:
    """Give the hook that is there a second name; whoever wrote it finds it under both for now."""
    if os.path.lexists(earlier) and not path.samefile(earlier):
        raise _two(earlier)
    if not os.path.lexists(earlier):
        os.link(path, earlier, follow_symlinks=False)


def _two(earlier: Path) -> UsageError:
    return UsageError(
        f"{earlier} is there from an earlier time, so the hook that is there cannot be kept",
        hint="look at both, keep one as the hook and remove the other",
    )


def _seen_by_all(repo: Repository, path: Path, gate: str) -> str:
    """The command by name where the hooks are part of the tree, which others have elsewhere."""
    git = repo.root / ".git"
    inside = path.resolve().is_relative_to(repo.root.resolve())
    return "gate" if inside and not path.resolve().is_relative_to(git.resolve()) else gate


def _repository(start: Path) -> Repository:
    repo = repository(start)
    if isinstance(repo, NoRepository):
        raise UsageError("this is no git repository, so there is nothing to hook into")
    return repo
