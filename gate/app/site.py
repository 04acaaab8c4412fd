"""Writing the history site: every file whole, the index last, in one folder of its own."""

from __future__ import annotations

from pathlib import Path

from gate.app.trends import Trends
from gate.errors import UsageError
from gate.record import write_atomic
from gate.reports.history import pages

_MARK = ".perfgate-history"


def write_site(trends: Trends, folder: Path) -> int:
    """Write the histories of all objectives; returns how many files there are.

    Pages of an earlier site that no objective has any more are removed. Raises `UsageError` for a
    folder that holds something else.
    """
    if folder.exists() and any(folder.iterdir()) and not (folder / _MARK).is_file():
        raise UsageError(
            f"{folder} holds something else than a history site",
            hint="name an empty folder, or one that --site made",
        )
    before = _written(folder)
    branch = f" on {trends.branch}" if trends.branch else ""
    title = f"{trends.workspace.root.name}{branch}"
    names: list[str] = []
    for name, text in pages((trends.of(each) for each in trends.names), title):
        if not names:  # who breaks off leaves the pages of before on the list
            _mark(folder, before)
        write_atomic(folder / name, text.encode())
        names.append(name)
    _mark(folder, set(names))
    for name in before - set(names):
        (folder / name).unlink(missing_ok=True)
    return len(names)


def _mark(folder: Path, names: set[str]) -> None:
    write_atomic(folder / _MARK, "".join(f"{name}\n" for name in sorted(names)).encode())


def _written(folder: Path) -> set[str]:
    """The files that an earlier site wrote here: plain names only, whatever the list says."""
    try:
        listed = (folder / _MARK).read_text(encoding="utf-8").split("\n")
    except (FileNotFoundError, NotADirectoryError):
        return set()
    return {
        name for name in listed if name.endswith(".html") and "/" not in name and "\\" not in name
    }
