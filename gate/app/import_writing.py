"""Writing imported budgets: a file that is there already stays as it is."""

from __future__ import annotations

import os
import secrets
from collections.abc import Sequence
from pathlib import Path

from gate.app.importing import Account, Budget
from gate.errors import UsageError
from gate.record import read_bounded
from gate.record.files import write_synced


def places(account: Account, out: Path) -> tuple[Path, ...]:
    """Where the budgets go; raises `UsageError` where something else lies there already."""
    folder = out.resolve()
    if not folder.is_relative_to(account.root):
        raise UsageError(f"{out} is outside the repository {account.root}")
    found = tuple(folder / f"{budget.name}.yml" for budget in account.budgets)
    for path, budget in zip(found, account.budgets, strict=True):
        if os.path.lexists(path) and not _same(path, budget):
            raise UsageError(
                f"{path.relative_to(account.root)} is there already, and nothing is overwritten",
                hint="--name NAME gives the imported budget another name",
            )
    return found


def write(account: Account, paths: Sequence[Path]) -> None:
    """Write each budget, whole or not at all; somebody quicker wins, and is told of."""
    for path, budget in zip(paths, account.budgets, strict=True):
        if _same(path, budget):
            continue
        temporary = path.with_name(f".{path.name}.{secrets.token_hex(6)}.tmp")
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            write_synced(temporary, budget.text.encode())
            os.link(temporary, path)  # fails where there is a file; a rename would replace it
        except OSError as error:
            raise UsageError(f"{path} cannot be written: {error.strerror}") from None
        finally:
            temporary.unlink(missing_ok=True)


def _same(path: Path, budget: Budget) -> bool:
    if path.is_symlink() or not path.is_file():
        return False
    return read_bounded(path) == budget.text.encode()
