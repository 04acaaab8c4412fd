"""GitLab's load performance report, for its merge request widget.

GitLab reads four numbers of the form that k6's summary has: the share of `checks`, the 90th and
95th percentile of `http_req_waiting` in milliseconds, and the rate of `http_reqs`. A number that no
promise asks for is left out. `checks` counts the promises, kept or not. `promises` names them all,
for other readers.
"""

from __future__ import annotations

import json

from gate.core.verdict import Outcome, Row, Status
from gate.reports.safe import clean, harmless
from gate.reports.view import View, view_of
from gate.reports.words import value_of

_PERCENTILES = {"p90": "p(90)", "p95": "p(95)"}


class GitLabLoad:
    """As much as was measured of what the widget shows."""

    name = "gitlab-load"
    suffix = ".json"

    def render(self, outcome: Outcome) -> str:
        """The whole report as text."""
        view, rows = view_of(outcome), clean(outcome).rows
        metrics = {"checks": _checks(view), **_requests(rows), **_waiting(rows)}
        promises = [
            {"objective": row.id, "status": row.status.value, "said": row.sentence}
            for row in view.rows
        ]
        whole = {"metrics": metrics, "promises": promises}
        return harmless(json.dumps(whole, ensure_ascii=False, indent=1) + "\n")


REPORT = GitLabLoad()


def _checks(view: View) -> dict[str, float]:
    """How many promises were kept; an outcome without any counts as one that was not."""
    asked = [row for row in view.rows if row.status is not Status.SKIPPED]
    kept = sum(row.status in {Status.PASS, Status.WARN} for row in asked)
    broken = len(asked) - kept if view.rows else 1
    share = kept / (kept + broken) if kept + broken else 0.0
    return {"passes": kept, "fails": broken, "value": share}


def _requests(rows: tuple[Row, ...]) -> dict[str, dict[str, float]]:
    rate = _value(rows, "http_reqs", "rate")
    return {} if rate is None else {"http_reqs": {"rate": rate}}


def _waiting(rows: tuple[Row, ...]) -> dict[str, dict[str, float]]:
    found = {
        name: value * 1000
        for statistic, name in _PERCENTILES.items()
        if (value := _value(rows, "http_req_waiting", statistic)) is not None
    }
    return {"http_req_waiting": found} if found else {}


def _value(rows: tuple[Row, ...], metric: str, statistic: str) -> float | None:
    """The value of an SLI over all requests: tags would select some of them."""
    for row in rows:
        sli = row.objective.sli
        if (sli.metric, sli.statistic, sli.tags) == (metric, statistic, ()):
            return value_of(row)
    return None
