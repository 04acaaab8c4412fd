"""Quantities: what is written is read exactly, and what is shown can be read."""

from __future__ import annotations

import math
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gate.core.sli import show_exact
from gate.core.units import (
    UNITS_OF,
    Dimension,
    Quantity,
    UnitError,
    expect,
    parse_quantity,
    show,
    show_points,
    show_ratio,
)

UNITS = [unit for units in UNITS_OF.values() for unit in units]
FACTORS = {
    "ns": Fraction(1, 10**9),
    "us": Fraction(1, 10**6),
    "ms": Fraction(1, 1000),
    "s": Fraction(1),
    "min": Fraction(60),
    "h": Fraction(3600),
    "d": Fraction(86400),
    "B": Fraction(1),
    "kB": Fraction(1000),
    "KiB": Fraction(1024),
    "MB": Fraction(10**6),
    "MiB": Fraction(1024**2),
    "%": Fraction(1, 100),
    "pp": Fraction(1, 100),
    "/s": Fraction(1),
}
FINITE = st.floats(allow_nan=False, allow_infinity=False)
MODEST = st.floats(min_value=-1e12, max_value=1e12, allow_subnormal=False)


@pytest.mark.parametrize(
    ("text", "value", "dimension"),
    [
        pytest.param("300 ms", 0.3, Dimension.TIME, id="milliseconds are exact"),
        pytest.param("300ms", 0.3, Dimension.TIME, id="the space may be left out"),
        pytest.param(" 2.5 s ", 2.5, Dimension.TIME, id="spaces around it do not matter"),
        pytest.param("10 min", 600.0, Dimension.TIME, id="minutes"),
        pytest.param("3 µs", 3e-6, Dimension.TIME, id="the micro sign"),
        pytest.param("3 μs", 3e-6, Dimension.TIME, id="the Greek letter"),
        pytest.param("170 kB", 170_000.0, Dimension.SIZE, id="kilobytes are decimal"),
        pytest.param("1 KiB", 1024.0, Dimension.SIZE, id="kibibytes are not"),
        pytest.param("7%", 0.07, Dimension.SHARE, id="seven percent is the float nearest 0.07"),
        pytest.param("0.5 pp", 0.005, Dimension.SHARE, id="percentage points"),
        pytest.param("150 /s", 150.0, Dimension.RATE, id="a rate"),
        pytest.param("-30%", -0.3, Dimension.SHARE, id="a goal"),
        pytest.param("+1", 1.0, Dimension.NUMBER, id="a plus sign"),
        pytest.param("1e-3", 0.001, Dimension.NUMBER, id="an exponent"),
        pytest.param("1.5E3 B", 1500.0, Dimension.SIZE, id="a large exponent letter"),
        pytest.param(".5 s", 0.5, Dimension.TIME, id="no digit before the point"),
        pytest.param("5. s", 5.0, Dimension.TIME, id="no digit behind the point"),
        pytest.param(5, 5.0, Dimension.NUMBER, id="a whole number is a count"),
        pytest.param(0.1, 0.1, Dimension.NUMBER, id="a float is a number"),
        pytest.param("1e-400", 0.0, Dimension.NUMBER, id="too small is zero"),
    ],
)
def test_a_quantity_is_read(text: str | float, value: float, dimension: Dimension) -> None:
    assert parse_quantity(text) == Quantity(value, dimension)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        pytest.param("5 sec", "unknown unit 'sec'", id="an unknown unit"),
        pytest.param("5 KB", "did you mean kB?", id="another case is the nearest"),
        pytest.param("5 msec", "did you mean ms?", id="a near name"),
        pytest.param("five", "expected a number with its unit", id="a word"),
        pytest.param("", "expected a number with its unit", id="nothing"),
        pytest.param("5 ms s", "expected a number", id="two units"),
        pytest.param("1_000", "unknown unit '_000'", id="an underscore"),
        pytest.param("1,5 s", "expected a number with its unit", id="a comma"),
        pytest.param("٣ ms", "expected a number", id="digits that are not ASCII"),
        pytest.param("1e999", "finite", id="too large"),
        pytest.param("1e9999", "unknown unit", id="an exponent of four digits"),
        pytest.param(float("nan"), "finite", id="not a number"),
        pytest.param(float("inf"), "finite", id="infinite"),
        pytest.param(10**400, "finite", id="an integer beyond every float"),
        pytest.param(True, "got true", id="a truth value"),
        pytest.param("9" * 100_000, "expected a number", id="endless digits are not even read"),
    ],
)
def test_what_is_no_quantity_is_refused(text: str | float, said: str) -> None:
    with pytest.raises(UnitError) as caught:
        parse_quantity(text)
    assert said in str(caught.value)
    assert len(str(caught.value)) < 300


def test_a_quantity_of_another_dimension_is_refused_with_the_units_that_fit() -> None:
    assert expect("300 ms", Dimension.TIME) == 0.3
    with pytest.raises(UnitError, match=r"expected a time \(ns, us, ms, s, min, h, d\)"):
        expect("300 kB", Dimension.TIME)
    with pytest.raises(UnitError, match=r"expected a number \(a plain number without a unit\)"):
        expect("3 s", Dimension.NUMBER)


@given(
    st.integers(-(10**12), 10**12),
    st.integers(0, 12),
    st.sampled_from(UNITS),
)
def test_reading_rounds_once_to_the_nearest_float(number: int, places: int, unit: str) -> None:
    written = f"{number}e-{places} {unit}"
    exact = Fraction(number, 10**places) * FACTORS[unit]
    assert parse_quantity(written).value == float(exact)


@given(FINITE, st.sampled_from(Dimension))
def test_every_quantity_written_exactly_reads_back_as_itself(
    value: float, dimension: Dimension
) -> None:
    quantity = Quantity(value, dimension)
    assert parse_quantity(show_exact(quantity)) == quantity


@given(MODEST, st.sampled_from(Dimension))
def test_what_is_shown_is_near_to_what_is_meant(value: float, dimension: Dimension) -> None:
    shown = parse_quantity(show(value, dimension))
    assert shown.dimension in {dimension, Dimension.NUMBER}
    smallest = {Dimension.TIME: 1e-18, Dimension.SHARE: 1e-11}.get(dimension, 1e-9)
    assert math.isclose(shown.value, value, rel_tol=0.01, abs_tol=smallest)


@pytest.mark.parametrize(
    ("value", "dimension", "text"),
    [
        (0.3121, Dimension.TIME, "312 ms"),
        (0.9999995, Dimension.TIME, "1000 ms"),
        (65.25, Dimension.TIME, "65.2 s"),
        (2.5e-9, Dimension.TIME, "2.5 ns"),
        (0.0, Dimension.TIME, "0 ms"),
        (0.0, Dimension.SIZE, "0 B"),
        (170_000.0, Dimension.SIZE, "170 kB"),
        (1_234_567.0, Dimension.SIZE, "1.23 MB"),
        (0.0042, Dimension.SHARE, "0.42 %"),
        (150.0, Dimension.RATE, "150 /s"),
        (5.0, Dimension.NUMBER, "5"),
        (-0.25, Dimension.TIME, "-250 ms"),
        (1e-15, Dimension.NUMBER, "0"),
        (1e60, Dimension.SHARE, "1e+62 %"),
        (math.inf, Dimension.TIME, "unbounded"),
    ],
)
def test_values_are_shown_for_people(value: float, dimension: Dimension, text: str) -> None:
    assert show(value, dimension) == text


def test_differences_and_changes_are_shown_for_people() -> None:
    assert show_points(0.005, Dimension.SHARE) == "0.5 pp"
    assert show_points(0.005, Dimension.TIME) == "5 ms"
    assert show_points(math.inf, Dimension.SHARE) == "unbounded"
    assert show_ratio(0.125) == "+12.5 %"
    assert show_ratio(-0.3) == "-30 %"
    assert show_ratio(0.0) == "+0 %"
    assert show_ratio(math.nan) == "unbounded"


def test_a_quantity_is_finite() -> None:
    with pytest.raises(UnitError, match="finite"):
        Quantity(math.nan, Dimension.TIME)


def test_every_unit_belongs_to_one_dimension() -> None:
    assert sorted(UNITS) == sorted(FACTORS)
    assert len(set(UNITS)) == len(UNITS)
