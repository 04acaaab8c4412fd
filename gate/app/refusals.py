"""Promises that can never be kept are refused before anything runs, each with its place."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from gate.core.metric import Better, Kind
from gate.core.model import Objective
from gate.core.sli import quantile_of
from gate.core.units import Dimension, show
from gate.spec import Budget, Problem, Spec, SpecProblemsError

_NEEDS_TWO = {Kind.TIMING, Kind.LAB}


def refuse_impossible(spec: Spec) -> None:
    """Refuse the blocking promises that no data whatever could show to be kept.

    Raises `SpecProblemsError` with all of them. What depends on how much runs vary is left to
    `plan`, which may look at stored ones.
    """
    refuse(
        spec,
        [
            problem_at(spec.root, objective, *why)
            for budget in spec.budgets
            for objective in budget.objectives
            if objective.blocking
            for why in _impossible(budget, objective)
        ],
    )


def refuse(spec: Spec, problems: list[Problem]) -> None:
    """Raise `SpecProblemsError` where there is any problem, secrets out."""
    if problems:
        raise SpecProblemsError(problems, spec.secrets)


def problem_at(root: Path, objective: Objective, message: str, hint: str) -> Problem:
    """A problem of an objective with the line in which it is promised."""
    place = objective.place
    try:
        lines = (root / place.file).read_text(encoding="utf-8").splitlines()
    except (OSError, UnicodeDecodeError):  # the place alone says enough
        lines = []
    source = lines[place.line - 1] if 0 < place.line <= len(lines) else ""
    return Problem(place, message, source, hint)


def _impossible(budget: Budget, objective: Objective) -> Iterator[tuple[str, str]]:
    """What is wrong and what to do, of every bound."""
    limit = objective.limit
    if limit is not None:
        if objective.kind is Kind.PROPORTION and _is_edge(objective, limit.fail):
            yield _edge(objective, limit.fail)
        if budget.repeat.maximum < 2 and _one_says_nothing(objective):
            why = f"one repeat does not say how much {objective.sli} varies"
            message = f"with `repeat: {budget.repeat.maximum}` this limit is undecided for ever: "
            hint = "expected at least `repeat: 2`; 5 or more decide limits that are near"
            yield message + why, hint


def _edge(objective: Objective, limit: float) -> tuple[str, str]:
    at = show(limit, Dimension.SHARE)
    seen = "zero events" if objective.better is Better.LOWER else "nothing but events"
    message = f"a limit of {at} can never pass: {seen} in any number of trials still leave "
    hint = "with n trials and not one event, 3 in n can be shown: 0.1% from 3,000 trials on"
    return message + "an interval that reaches beyond it", f"promise a share off it; {hint}"


def _is_edge(objective: Objective, limit: float) -> bool:
    return limit <= 0 if objective.better is Better.LOWER else limit >= 1


def _one_says_nothing(objective: Objective) -> bool:
    """Whether one unit has no spread; blocks inside a load test say it of a percentile."""
    if objective.kind is Kind.LATENCY:
        return bool(objective.sli.statistic) and quantile_of(objective.sli.statistic) is None
    return objective.kind in _NEEDS_TWO
