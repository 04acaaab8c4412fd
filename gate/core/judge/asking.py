"""Questions about a change alone: what two runs are compared by, whatever was promised."""

from __future__ import annotations

from dataclasses import replace

from gate.core.model import Amount, Objective, Promises, Tolerance

_ANY_WORSE = Tolerance(Amount(0.0, relative=True))


def about_changes(promises: Promises) -> Promises:
    """The promises about changes alone; every other objective is asked whether it got worse.

    A question closes nothing.
    """
    return replace(promises, objectives=tuple(map(_about_change, promises.objectives)))


def is_question(objective: Objective) -> bool:
    """Whether an objective is only asked about: nothing is promised that could be broken."""
    return objective.tolerance == _ANY_WORSE and not objective.blocking


def _about_change(objective: Objective) -> Objective:
    if objective.tolerance is not None:
        return replace(objective, limit=None, drift=None)
    return replace(objective, limit=None, drift=None, tolerance=_ANY_WORSE, blocking=False)
