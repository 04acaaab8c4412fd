"""Limits, tolerances and what else is written in an SLI's unit, read for one SLI."""

from __future__ import annotations

import math
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from gate.core.metric import Better
from gate.core.model import Amount, Limit, Tolerance
from gate.core.units import UNITS_OF, Dimension, UnitError, expect, parse_quantity, show
from gate.spec.problems import known_hint, shown
from gate.spec.yaml_marks import Data, Path

_WORDS = re.compile(r"\s*(at most|at least|<=|>=|≤|≥)\s*(.*)", re.DOTALL)
_AT_MOST = {"at most", "<=", "≤"}
_LARGEST_RELATIVE = 10.0


class WrongError(Exception):
    """Something written wrong at a path below the objective; the caller knows the file."""

    def __init__(self, path: Path, message: str, hint: str = "", *, key: bool = False) -> None:
        """Keep path and hint beside the message."""
        super().__init__(message)
        self.path = path
        self.message = message
        self.hint = hint
        self.key = key


@dataclass(frozen=True, slots=True)
class Measure:
    """What a bound is read for: the SLI's dimension and direction, and its name in messages."""

    sli: str
    dimension: Dimension
    better: Better

    @property
    def words(self) -> str:
        """`at most` where lower is better, else `at least`."""
        return "at most" if self.better is Better.LOWER else "at least"

    def tighter(self, one: float, other: float) -> bool:
        """Whether one bound is tighter than another."""
        return one < other if self.better is Better.LOWER else one > other


def read_limit(
    written: Data, measure: Measure, path: Path, profile: str, profiles: Sequence[str]
) -> Limit:
    """The limit that holds under the profile; of those by profile the tightest where none is named.

    Raises `WrongError`.
    """
    if not isinstance(written, dict) or set(written) & {"warn", "fail"}:
        return _one_limit(written, measure, path)
    if not written:
        raise WrongError(path, "the limit is empty", "write a quantity, as in 300 ms")
    known = [*profiles, "default"]
    for name in written:
        if name not in known:
            message = f"{name!r} is neither warn, fail nor a profile"
            hint = known_hint(name, ["warn", "fail", *known], "names")
            raise WrongError((*path, name), message, hint, key=True)
    limits = {name: _one_limit(value, measure, (*path, name)) for name, value in written.items()}
    if profile in limits:
        return limits[profile]
    if "default" in limits:
        return limits["default"]
    chosen = min if measure.better is Better.LOWER else max
    return chosen(limits.values(), key=lambda limit: limit.fail)


def _one_limit(written: Data, measure: Measure, path: Path) -> Limit:
    if not isinstance(written, dict):
        return Limit(_bound(written, measure, path))
    _only(written, ("warn", "fail"), path)
    fail = _bound(written["fail"], measure, (*path, "fail"))
    if "warn" not in written:
        return Limit(fail)
    warn = _bound(written["warn"], measure, (*path, "warn"))
    if not measure.tighter(warn, fail):
        low, high = show(warn, measure.dimension), show(fail, measure.dimension)
        message = f"warn has to be tighter than fail, but {low} is not tighter than {high}"
        hint = f"{measure.sli} is better {measure.better}: its limits are `{measure.words}`"
        raise WrongError((*path, "warn"), message, hint)
    return Limit(fail, warn)


def _only(written: Mapping[str, Data], known: tuple[str, ...], path: Path) -> None:
    for name in written:
        if name not in known:
            hint = known_hint(name, known, "keys")
            raise WrongError((*path, name), f"unknown key {name!r}", hint, key=True)
    if "fail" not in written:
        message = "`fail` is missing: a bound that only warns can never close the build"
        raise WrongError(path, message, "write fail, or `blocking: false` on the objective")


def _bound(written: Data, measure: Measure, path: Path) -> float:
    value = read_value(_without_words(written, measure, path), measure, path)
    share = measure.dimension is Dimension.SHARE
    if share and value > 1:
        raise WrongError(path, f"a share is at most 100 %, got {shown(written)}")
    loosest = 0.0 if measure.better is Better.HIGHER else 1.0 if share else math.inf
    if value == loosest:
        message = f"{measure.words} {show(value, measure.dimension)} could never fail"
        raise WrongError(path, message, "tighten the limit, or remove it")
    return value


def read_value(written: Data, measure: Measure, path: Path) -> float:
    """A value of the SLI in base units, never negative; raises `WrongError`."""
    text = _written(written, path)
    if isinstance(text, str) and text.strip().endswith("pp"):
        message = f"expected a share in %, got {shown(written)}: pp is for differences"
        raise WrongError(path, message)
    value = _expect(text, measure, path)
    if value < 0:
        raise WrongError(path, f"expected a value of at least 0, got {shown(written)}")
    return value


def _without_words(written: Data, measure: Measure, path: Path) -> Data:
    found = _WORDS.fullmatch(written) if isinstance(written, str) else None
    if found is None:
        return written
    agrees = (found[1] in _AT_MOST) == (measure.better is Better.LOWER)
    if not agrees:
        message = f"{found[1]!r} does not fit: {measure.sli} is better {measure.better}"
        raise WrongError(path, message, f"its limit is `{measure.words}`, which may be left out")
    return found[2]


def read_tolerance(written: Data, measure: Measure, path: Path) -> Tolerance:
    """The tolerance, without `detect`; raises `WrongError`."""
    if not isinstance(written, dict):
        return Tolerance(read_amount(written, measure, path))
    _only(written, ("warn", "fail", "floor"), path)
    fail = read_amount(written["fail"], measure, (*path, "fail"))
    warn = None
    if "warn" in written:
        warn = read_amount(written["warn"], measure, (*path, "warn"))
        if warn.relative != fail.relative:
            message = "warn and fail have to be of one sort: both relative, or both in a unit"
            raise WrongError((*path, "warn"), message)
        if warn.value >= fail.value:
            message = f"warn has to be tighter than fail, but {shown(written['warn'])} is not"
            raise WrongError((*path, "warn"), message)
    floor = 0.0
    if "floor" in written:
        floor = _floor(written["floor"], measure, (*path, "floor"))
    return Tolerance(fail, warn, floor)


def _floor(written: Data, measure: Measure, path: Path) -> float:
    amount = read_amount(written, measure, path)
    if amount.relative:
        unit = "pp" if measure.dimension is Dimension.SHARE else "the SLI's unit"
        raise WrongError(path, f"a floor is an absolute change in {unit}, got {shown(written)}")
    if amount.value < 0:
        raise WrongError(path, f"expected a floor of at least 0, got {shown(written)}")
    return amount.value


def read_detect(written: Data, measure: Measure, tolerance: Tolerance, path: Path) -> Amount:
    """What a tolerance sets out to detect, larger than the tolerance; raises `WrongError`."""
    detect = read_amount(written, measure, path)
    largest = tolerance.fail
    if detect.value <= 0 and largest.value >= 0:
        raise WrongError(path, f"expected a worsening of more than 0, got {shown(written)}")
    if detect.relative == largest.relative and detect.value <= largest.value:
        message = "detect has to be larger than the tolerance: nothing finer can be shown to pass"
        raise WrongError(path, message)
    return detect


def read_amount(written: Data, measure: Measure, path: Path) -> Amount:
    """A change: relative in %, or absolute in the SLI's unit (pp for shares)."""
    text = _written(written, path)
    try:
        quantity = parse_quantity(text)
    except UnitError as error:
        raise WrongError(path, str(error)) from None
    points = isinstance(text, str) and text.strip().endswith("pp")
    if quantity.dimension is Dimension.SHARE and not points:
        return Amount(_sane(quantity.value, measure, path, written), relative=True)
    if measure.dimension is Dimension.SHARE and not points:
        message = f"expected a change in % or pp, got {shown(written)}"
        raise WrongError(path, message, "10% of the share is relative, 0.5 pp is a difference")
    if quantity.dimension is not measure.dimension:
        if points:
            message = f"pp is for shares; {measure.sli} is a {measure.dimension}"
        else:
            units = ", ".join(UNITS_OF[measure.dimension]) or "a plain number"
            message = f"expected a change in % or {units}, got {shown(written)}"
        raise WrongError(path, message)
    if points and abs(quantity.value) > 1:
        raise WrongError(path, f"expected at most 100 pp, got {shown(written)}")
    return Amount(quantity.value, relative=False)


def _sane(value: float, measure: Measure, path: Path, written: Data) -> float:
    if measure.better is Better.HIGHER and value >= 1:
        raise WrongError(path, f"{shown(written)} worse than the baseline could never be reached")
    if measure.better is Better.LOWER and value <= -1:
        raise WrongError(path, f"{shown(written)}: nothing can get better by 100 % or more")
    if abs(value) > _LARGEST_RELATIVE:
        raise WrongError(path, f"expected a change of at most 1000 %, got {shown(written)}")
    return value


def _written(written: Data, path: Path) -> str | int | float:
    if isinstance(written, bool) or not isinstance(written, str | int | float):
        raise WrongError(path, f"expected a quantity such as 300 ms or 10%, got {shown(written)}")
    return written


def _expect(text: str | float, measure: Measure, path: Path) -> float:
    if measure.dimension is Dimension.SHARE and isinstance(text, int | float):
        hint = "0.01 of all is written as 1%"
        raise WrongError(path, f"expected a share in %, got {shown(text)}", hint)
    try:
        return expect(text, measure.dimension)
    except UnitError as error:
        raise WrongError(path, str(error)) from None
