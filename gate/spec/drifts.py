"""Drift budgets as they are written: `5% over 90 d`, alone or beside a tolerance."""

from __future__ import annotations

import re

from gate.core.model import Drift
from gate.core.units import Dimension, UnitError, expect
from gate.spec.bounds import Measure, WrongError, read_amount
from gate.spec.problems import shown
from gate.spec.yaml_marks import Data, Path

KEY = "drift"
_OVER = re.compile(r"(?P<amount>.*\S)\s+over\s+(?P<window>\S.*)", re.DOTALL)
_DAY = 86400.0
_SHORTEST, _LONGEST = 2.0, 1000.0


def without_drift(written: Data) -> Data:
    """What is left of a tolerance beside its drift: None where nothing is."""
    if isinstance(written, str) and _OVER.fullmatch(written.strip()):
        return None
    if isinstance(written, dict) and KEY in written:
        return {name: value for name, value in written.items() if name != KEY} or None
    return written


def read_drift(written: Data, measure: Measure, path: Path) -> Drift | None:
    """The drift that stands in a tolerance, None where none does; raises `WrongError`."""
    if isinstance(written, dict):
        if KEY not in written:
            return None
        return _read(written[KEY], measure, (*path, KEY))
    if isinstance(written, str) and _OVER.fullmatch(written.strip()):
        return _read(written, measure, path)
    return None


def _read(written: Data, measure: Measure, path: Path) -> Drift:
    found = _OVER.fullmatch(written.strip()) if isinstance(written, str) else None
    if found is None:
        raise WrongError(path, f"expected a drift such as 5% over 90 d, got {shown(written)}")
    amount = read_amount(found["amount"], measure, path)
    if amount.value <= 0:
        message = f"expected a worsening of more than 0, got {shown(written)}"
        raise WrongError(path, message, "what shall get better is a tolerance below 0")
    try:
        days = expect(found["window"], Dimension.TIME) / _DAY
    except UnitError as error:
        raise WrongError(path, str(error)) from None
    if not _SHORTEST <= days <= _LONGEST:
        message = f"expected {_SHORTEST:g} d to {_LONGEST:g} d after `over`, got {found['window']}"
        raise WrongError(path, message)
    return Drift(amount, days)
