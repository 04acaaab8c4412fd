"""GitLab's code quality report: what is not kept, at the budget's line, in the merge request.

GitLab compares the fingerprints of both branches and shows what is new and what is resolved. An
empty list reads like a pass there, so an outcome without rows is an entry of its own.
"""

from __future__ import annotations

import hashlib
import json

from gate.core.loosening import Loosening
from gate.core.verdict import Effect, Exit, Outcome, Status
from gate.reports.escape import cut
from gate.reports.rows import RowView
from gate.reports.safe import harmless
from gate.reports.view import View, view_of

Entry = dict[str, object]

_LONGEST = 2000
_NOWHERE = "budgets"
"""Where a promise stands that nobody wrote: a path is a must there."""


class GitLab:
    """The worst first; severity says what it does to the build."""

    name = "gitlab"
    suffix = ".json"

    def render(self, outcome: Outcome) -> str:
        """The whole report as text."""
        view = view_of(outcome)
        entries = [_entry(row, _beside(row, view)) for row in (*view.blocking, *view.noted)]
        if view.exit is not Exit.OK and not view.blocking:
            entries.insert(0, _whole(view))
        entries.extend(map(_loosening, view.loosenings))
        return harmless(json.dumps(entries, ensure_ascii=False, indent=1) + "\n")


REPORT = GitLab()


def _entry(row: RowView, file: str) -> Entry:
    causes = (f"{word}: {place}" for word, place in row.causes)
    said = "; ".join((row.sentence, *row.notes, *causes, f"reproduce: {row.reproduce}"))
    return {
        "description": cut(f"{row.id}: {said}", _LONGEST),
        "check_name": f"perfgate: {row.mark.word}",
        "fingerprint": _fingerprint(row.id),
        "severity": _severity(row),
        "location": {"path": file, "lines": {"begin": row.line or 1}},
    }


def _loosening(each: Loosening) -> Entry:
    """What a change loosened, at its line; where it was deleted, in the file that it stood in."""
    file = each.place.file or each.was.file or _NOWHERE
    return {
        "description": cut(each.sentence, _LONGEST),
        "check_name": "perfgate: budget loosened or deleted",
        "fingerprint": _fingerprint(f"loosened {each.subject} {each.what} {each.profile}"),
        "severity": "minor",
        "location": {"path": file, "lines": {"begin": each.place.line or 1}},
    }


def _whole(view: View) -> Entry:
    return {
        "description": f"{view.headline.whole}; {view.exit_sentence}",
        "check_name": "perfgate",
        "fingerprint": _fingerprint(""),
        "severity": "blocker",
        "location": {"path": _NOWHERE, "lines": {"begin": 1}},
    }


def _severity(row: RowView) -> str:
    if row.effect is Effect.BLOCKS:
        return "blocker" if row.status is Status.FAIL else "critical"
    return "minor" if row.status in {Status.FAIL, Status.WARN} else "info"


def _beside(row: RowView, view: View) -> str:
    """The row's own file, or that of a promise of the same budget."""
    if row.file:
        return row.file
    return next((r.file for r in view.rows if r.budget == row.budget and r.file), _NOWHERE)


def _fingerprint(objective: str) -> str:
    """The same for an objective in every run, whatever it came to."""
    return hashlib.sha256(f"perfgate {objective}".encode()).hexdigest()
