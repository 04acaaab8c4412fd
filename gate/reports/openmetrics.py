"""OpenMetrics text: every promise as numbers, for GitLab's metrics report and for Prometheus.

All values are in base units (seconds, bytes, a share of one, per second).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass

from gate.core.units import Dimension
from gate.core.verdict import Outcome, Row, Status
from gate.reports.safe import clean
from gate.reports.words import value_of

Number = Callable[[Row], float | None]

_UNITS = {
    Dimension.TIME: "seconds",
    Dimension.SIZE: "bytes",
    Dimension.SHARE: "ratio",
    Dimension.RATE: "per second",
    Dimension.NUMBER: "",
}


@dataclass(frozen=True, slots=True)
class _Sample:
    labels: Mapping[str, str]
    value: float


class OpenMetrics:
    """Families of gauges, each with one sample an objective that has the number."""

    name = "openmetrics"
    suffix = ".txt"

    def render(self, outcome: Outcome) -> str:
        """The whole report as text, with the `# EOF` that says that it is whole."""
        rows = tuple({row.objective.id: row for row in clean(outcome).rows}.values())
        code = [_Sample({}, outcome.exit.value)]
        loosened = [_Sample({}, len(outcome.loosened))]
        families = (
            ("exit_code", "The exit code of the check.", code),
            ("loosened", "How many promises this change loosened or deleted.", loosened),
            ("kept", "Whether the promise is kept: 1 for pass and warn, else 0.", _kept(rows)),
            ("status", "What came out, as a label.", _statuses(rows)),
            ("value", "The measured value.", _numbers(rows, value_of)),
            ("baseline", "The value of the baseline.", _numbers(rows, _base)),
            ("limit", "The limit of the budget.", _numbers(rows, _limit)),
            ("change_ratio", "Head over base, less one.", _numbers(rows, _change)),
            ("units", "How many units gave the value.", _numbers(rows, lambda row: row.n)),
        )
        lines = [line for family in families for line in _family(*family)]
        return "\n".join((*lines, "# EOF")) + "\n"


REPORT = OpenMetrics()


def _family(name: str, said: str, samples: Iterable[_Sample]) -> list[str]:
    """The lines of one metric family, none where it has no sample."""
    lines = [f"perfgate_{name}{_labels(each.labels)} {each.value!r}" for each in samples]
    head = [f"# TYPE perfgate_{name} gauge", f"# HELP perfgate_{name} {said}"]
    return [*head, *lines] if lines else []


def _labels(labels: Mapping[str, str]) -> str:
    told = ",".join(f'{name}="{_escaped(value)}"' for name, value in labels.items() if value)
    return f"{{{told}}}" if told else ""


def _escaped(text: str) -> str:
    return text.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n")


def _named(row: Row) -> dict[str, str]:
    objective = row.objective
    unit = _UNITS[objective.dimension]
    return {"objective": objective.id, "budget": objective.budget, "unit": unit}


def _kept(rows: tuple[Row, ...]) -> Iterable[_Sample]:
    asked = (row for row in rows if row.status is not Status.SKIPPED)
    return (_Sample(_named(row), int(row.status in {Status.PASS, Status.WARN})) for row in asked)


def _statuses(rows: tuple[Row, ...]) -> Iterable[_Sample]:
    for row in rows:
        told = {"status": row.status.value, "effect": row.effect.value}
        yield _Sample({**_named(row), **told}, 1)


def _numbers(rows: tuple[Row, ...], of: Number) -> Iterable[_Sample]:
    found = ((row, of(row)) for row in rows)
    return (_Sample(_named(row), number) for row, number in found if number is not None)


def _base(row: Row) -> float | None:
    compared = (v.comparison.base for v in row.verdicts if v.comparison is not None)
    return next((base.value for base in compared if base is not None), None)


def _limit(row: Row) -> float | None:
    return row.objective.limit.fail if row.objective.limit is not None else None


def _change(row: Row) -> float | None:
    ratios = (v.comparison.ratio for v in row.verdicts if v.comparison is not None)
    return next((ratio - 1 for ratio in ratios if ratio is not None), None)
