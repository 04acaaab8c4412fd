"""An import as text for people and as JSON for programs."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import asdict

from gate.app.importing import Account

SCHEMA = 1


def as_json(account: Account, paths: Sequence[str], *, dry: bool) -> str:
    """The account as JSON; `paths` are the files of the budgets."""
    told = {
        "schema": SCHEMA,
        "format": account.format,
        "source": account.source,
        "written": not dry,
        "budgets": [
            {"path": path, "text": budget.text}
            for path, budget in zip(paths, account.budgets, strict=True)
        ],
        "kept": [asdict(each) for each in account.kept],
        "not_kept": [asdict(each) for each in account.lost],
        "notes": list(account.notes),
    }
    return json.dumps(told, indent=2, ensure_ascii=True) + "\n"


def as_text(account: Account) -> str:
    """What was kept, what means something else now, and what was not kept and why."""
    return "\n".join(_lines(account)) + "\n"


def _lines(account: Account) -> Iterator[str]:
    same = [each for each in account.kept if not each.differs]
    other = [each for each in account.kept if each.differs]
    yield (
        f"{account.source} ({account.format}): {len(same)} kept, {len(other)} kept with a "
        f"difference, {len(account.lost)} not kept"
    )
    for title, listed in (("kept", same), ("kept with a difference", other)):
        if listed:
            yield f"\n{title}:"
        for each in listed:
            yield f"  {each.where}: {each.theirs}"
            yield f"    -> {each.budget}/{each.ours}"
            if each.differs:
                yield f"    {each.differs}"
    if account.lost:
        yield "\nnot kept:"
    for lost in account.lost:
        yield f"  {lost.where}: {lost.theirs}" if lost.where else f"  {lost.theirs}"
        yield f"    {lost.why}"
    if account.notes:
        yield ""
    yield from (f"note: {note}" for note in account.notes)
