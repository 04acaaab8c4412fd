"""The account that PostgreSQL runs as, and what that account can reach."""

from __future__ import annotations

import os
import pwd
import stat
from dataclasses import dataclass
from pathlib import Path
from typing import TypedDict

from shop.errors import ShopError

NAMES = ("postgres", "nobody")  # in the order in which we would rather be one


class Identity(TypedDict, total=False):
    """What subprocess takes to drop privileges; empty where there are none to drop."""

    user: int
    group: int
    extra_groups: list[int]


@dataclass(frozen=True, slots=True)
class Account:
    """Who runs the server. `dropped` tells that it is not who we are."""

    name: str
    uid: int
    gid: int
    dropped: bool

    @property
    def identity(self) -> Identity:
        """The arguments for subprocess."""
        if not self.dropped:
            return {}
        return {"user": self.uid, "group": self.gid, "extra_groups": []}

    def reaches(self, path: Path) -> bool:
        """Whether it may pass through every folder down to `path`."""
        if not self.dropped:
            return True
        folders = [folder for folder in path.resolve().parents if folder.is_dir()]
        return all(self._enters(folder) for folder in folders)

    def _enters(self, folder: Path) -> bool:
        about = folder.stat()
        if about.st_uid == self.uid:
            return bool(about.st_mode & stat.S_IXUSR)
        if about.st_gid == self.gid:
            return bool(about.st_mode & stat.S_IXGRP)
        return bool(about.st_mode & stat.S_IXOTH)


def for_server() -> Account:
    """Ourselves, or where we are root (which PostgreSQL refuses) an account without privileges."""
    if os.geteuid() != 0:
        return Account(str(os.geteuid()), os.geteuid(), os.getegid(), dropped=False)
    for name in NAMES:
        try:
            entry = pwd.getpwnam(name)
        except KeyError:
            continue
        return Account(name, entry.pw_uid, entry.pw_gid, dropped=True)
    raise ShopError(
        "PostgreSQL refuses to run as root, and there is no account to run it as",
        f"run the shop as a user, or make one of the accounts: {', '.join(NAMES)}",
    )
