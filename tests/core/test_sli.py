"""The SLI grammar: read, written, and read again."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gate.core.sli import STATISTICS, Beyond, Sli, SliError, parse_sli, quantile_of, show_exact
from gate.core.units import Dimension, Quantity

LETTER = st.sampled_from("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ")
METRICS = st.builds("".join, st.tuples(LETTER, st.text("abcXYZ019_./-", max_size=12)))
KEYS = st.builds("".join, st.tuples(LETTER, st.text("abcXYZ019_.-", max_size=8)))
TAGS = st.dictionaries(KEYS, st.text(max_size=20), max_size=4).map(lambda d: tuple(d.items()))
QUANTILES = st.builds(
    lambda whole, part: f"p{whole}.{part:04d}", st.integers(0, 99), st.integers(0, 9999)
)
QUANTITIES = st.builds(
    Quantity, st.floats(allow_nan=False, allow_infinity=False), st.sampled_from(Dimension)
)
BEYONDS = st.builds(Beyond, st.sampled_from([">", ">=", "<", "<="]), QUANTITIES)
PLAIN = st.sampled_from([statistic for statistic in STATISTICS if statistic != "share"])
SLIS = st.one_of(
    st.builds(Sli, METRICS, st.one_of(st.just(""), PLAIN, QUANTILES), TAGS),
    st.builds(Sli, METRICS, st.just("share"), TAGS, BEYONDS),
)


@given(SLIS)
def test_the_canonical_form_reads_back_as_the_same_sli(sli: Sli) -> None:
    assert parse_sli(str(sli)) == sli
    assert str(parse_sli(str(sli))) == str(sli)


@given(st.text(max_size=40))
def test_any_text_is_read_or_refused_with_a_column_inside_it(text: str) -> None:
    try:
        sli = parse_sli(text)
    except SliError as error:
        stopped = error.column
    else:
        stopped = 0
        assert parse_sli(str(sli)) == sli
    assert 0 <= stopped <= len(text)


@pytest.mark.parametrize(
    ("text", "sli"),
    [
        pytest.param("lcp", Sli("lcp"), id="a metric alone"),
        pytest.param(
            "p95(http_req_duration{op:read})",
            Sli("http_req_duration", "p95", (("op", "read"),)),
            id="a statistic and a tag",
        ),
        pytest.param(
            ' p95 ( http_req_duration { op : read , b : "x y" } ) ',
            Sli("http_req_duration", "p95", (("b", "x y"), ("op", "read"))),
            id="spaces and the order of tags do not matter",
        ),
        pytest.param(
            'mean(x{name:"GET /items/{id}, \\"all\\" \\\\ more"})',
            Sli("x", "mean", (("name", 'GET /items/{id}, "all" \\ more'),)),
            id="quoted values hold anything",
        ),
        pytest.param(
            "share(query_duration > 200 ms)",
            Sli("query_duration", "share", (), Beyond(">", Quantity(0.2, Dimension.TIME))),
            id="a share beyond a bound",
        ),
        pytest.param(
            "share(hits{cache:page}<=0.5%)",
            Sli(
                "hits",
                "share",
                (("cache", "page"),),
                Beyond("<=", Quantity(0.005, Dimension.SHARE)),
            ),
            id="a share with a tag, without spaces",
        ),
        pytest.param("p99.90(x)", Sli("x", "p99.9"), id="trailing zeros of a percentile"),
        pytest.param("p05(x)", Sli("x", "p5"), id="leading zeros of a percentile"),
        pytest.param("size{encoding:br}", Sli("size", "", (("encoding", "br"),)), id="tags only"),
        pytest.param("p95", Sli("p95"), id="a statistic alone is a metric's name"),
    ],
)
def test_an_sli_is_read(text: str, sli: Sli) -> None:
    assert parse_sli(text) == sli


@pytest.mark.parametrize(
    ("text", "column", "said"),
    [
        pytest.param("", 0, "expected a statistic such as p95 or a metric name", id="nothing"),
        pytest.param("p95(lcp", 7, "expected ')', got the end", id="not closed"),
        pytest.param("p95()", 4, "expected a metric name", id="no metric"),
        pytest.param("p100(lcp)", 0, "not 'p100'", id="the hundredth percentile"),
        pytest.param("avg(lcp)", 0, "not 'avg'", id="an unknown statistic"),
        pytest.param("lcp{page}", 8, "expected ':'", id="a tag without value"),
        pytest.param("lcp{page:}", 9, "expected a tag value", id="an empty value unquoted"),
        pytest.param("lcp{page:a b}", 11, "quote a value", id="a space unquoted"),
        pytest.param('lcp{page:"a}', 9, "closing quote", id="a quote not closed"),
        pytest.param("lcp{a:1,a:2}", 8, "each tag once", id="a tag twice"),
        pytest.param("lcp{a:1", 7, "expected ',' or '}'", id="tags not closed"),
        pytest.param("p95(lcp) x", 9, "nothing more after the SLI", id="something behind it"),
        pytest.param("lcp > 2 s", 4, "nothing more", id="a bound without share"),
        pytest.param("p95(lcp > 2 s)", 8, "only share", id="a bound in a percentile"),
        pytest.param("share(lcp)", 9, "expected a bound", id="a share without bound"),
        pytest.param("share(lcp > 2 parsec)", 10, "unknown unit 'parsec'", id="an unknown unit"),
        pytest.param("share(lcp = 2 s)", 10, "expected a bound", id="no comparison"),
    ],
)
def test_what_is_no_sli_is_refused_where_reading_stopped(text: str, column: int, said: str) -> None:
    with pytest.raises(SliError) as caught:
        parse_sli(text)
    assert caught.value.column == column
    assert said in str(caught.value)


@pytest.mark.parametrize(
    ("compare", "value", "holds"),
    [
        (">", 0.2, False),
        (">", 0.21, True),
        (">=", 0.2, True),
        (">=", 0.19, False),
        ("<", 0.2, False),
        ("<", 0.19, True),
        ("<=", 0.2, True),
        ("<=", 0.21, False),
    ],
)
def test_a_value_on_the_bound_counts_only_with_an_equals_sign(
    compare: str, value: float, *, holds: bool
) -> None:
    assert Beyond(compare, Quantity(0.2, Dimension.TIME)).holds(value) is holds


def test_tags_and_statistic_can_be_set() -> None:
    sli = parse_sli("lcp{page:home}")
    assert sli.tag("page") == "home"
    assert sli.tag("flow") is None
    assert str(sli.with_tag("flow", "buy")) == "lcp{flow:buy,page:home}"
    assert str(sli.with_tag("page", "a b")) == 'lcp{page:"a b"}'
    assert str(sli.with_statistic("p95.0")) == "p95(lcp{page:home})"


@pytest.mark.parametrize(
    ("statistic", "quantile"),
    [("median", 0.5), ("p95", 0.95), ("p99.9", 0.999), ("p0", 0.0), ("mean", None), ("p100", None)],
)
def test_a_percentile_is_a_quantile(statistic: str, quantile: float | None) -> None:
    assert quantile_of(statistic) == (pytest.approx(quantile) if quantile is not None else None)


@pytest.mark.parametrize(
    ("value", "dimension", "text"),
    [
        (0.2, Dimension.TIME, "200 ms"),
        (0.07, Dimension.SHARE, "7 %"),
        (0.071234567890123, Dimension.SHARE, "7.1234567890123 %"),
        (-1.23456789e-7, Dimension.SHARE, "-123.456789e-07 %"),
        (0.123456789, Dimension.TIME, "0.123456789 s"),
        (123456.5, Dimension.SIZE, "123456.5 B"),
    ],
)
def test_bounds_are_written_shortly_where_that_is_exact(
    value: float, dimension: Dimension, text: str
) -> None:
    assert show_exact(Quantity(value, dimension)) == text
