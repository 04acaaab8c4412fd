"""Catalogues: an SLI that a runner can never produce is refused with what it can."""

from __future__ import annotations

import pytest

from gate.core.metric import (
    ANY_TAG,
    Better,
    Catalogue,
    CatalogueError,
    Kind,
    Metric,
    better_of,
    dimension_of,
    kind_of,
)
from gate.core.sli import Sli, parse_sli
from gate.core.units import Dimension

DURATION = Metric(
    "duration",
    Dimension.TIME,
    Better.LOWER,
    Kind.LATENCY,
    ("mean", "median", "pNN", "share", "count", "rate"),
    "p95",
    (ANY_TAG,),
)
HITS = Metric(
    "cache_hits", Dimension.SHARE, Better.HIGHER, Kind.PROPORTION, ("rate", "share"), "rate", ("a",)
)
REQUESTS = Metric(
    "requests", Dimension.NUMBER, Better.HIGHER, Kind.LATENCY, ("rate", "count"), "rate"
)
CATALOGUE = Catalogue("fake", (DURATION, HITS, REQUESTS))


@pytest.mark.parametrize(
    ("text", "resolved"),
    [
        pytest.param("duration", "p95(duration)", id="the metric's own statistic is named"),
        pytest.param("p99.9(duration)", "p99.9(duration)", id="every percentile of pNN"),
        pytest.param("duration{x:1}", "p95(duration{x:1})", id="any tag"),
        pytest.param("cache_hits{a:b}", "rate(cache_hits{a:b})", id="a known tag"),
        pytest.param("share(duration > 1 s)", "share(duration > 1 s)", id="a bound that fits"),
    ],
)
def test_an_sli_is_resolved(text: str, resolved: str) -> None:
    sli, metric = CATALOGUE.resolve(parse_sli(text))
    assert str(sli) == resolved
    assert metric.name == sli.metric


@pytest.mark.parametrize(
    ("text", "said"),
    [
        pytest.param(
            "durations",
            "runner fake has no metric 'durations' (did you mean duration?); "
            "it has: duration, cache_hits, requests",
            id="an unknown metric",
        ),
        pytest.param("max(duration)", "duration has no statistic 'max'", id="an absent statistic"),
        pytest.param("p95(requests)", "it has: rate, count", id="a percentile without pNN"),
        pytest.param("median(requests)", "no statistic 'median'", id="a median is not a pNN"),
        pytest.param("cache_hits{b:1}", "no tag 'b'", id="an unknown tag"),
        pytest.param("requests{b:1}", "no tag 'b'; it has: none", id="a tag where there is none"),
        pytest.param("share(duration > 1 kB)", "is a size, but duration is a time", id="a bound"),
    ],
)
def test_what_cannot_be_produced_is_refused(text: str, said: str) -> None:
    with pytest.raises(CatalogueError) as caught:
        CATALOGUE.resolve(parse_sli(text))
    assert said in str(caught.value)


@pytest.mark.parametrize(
    ("text", "dimension", "better", "kind"),
    [
        ("p95(duration)", Dimension.TIME, Better.LOWER, Kind.LATENCY),
        ("count(duration)", Dimension.NUMBER, Better.LOWER, Kind.LATENCY),
        ("rate(duration)", Dimension.RATE, Better.LOWER, Kind.LATENCY),
        ("rate(requests)", Dimension.RATE, Better.HIGHER, Kind.LATENCY),
        ("rate(cache_hits)", Dimension.SHARE, Better.HIGHER, Kind.PROPORTION),
        ("share(duration > 1 s)", Dimension.SHARE, Better.LOWER, Kind.PROPORTION),
        ("share(duration <= 1 s)", Dimension.SHARE, Better.HIGHER, Kind.PROPORTION),
        ("share(cache_hits >= 50 %)", Dimension.SHARE, Better.HIGHER, Kind.PROPORTION),
        ("share(cache_hits < 50 %)", Dimension.SHARE, Better.LOWER, Kind.PROPORTION),
    ],
)
def test_a_statistic_can_change_dimension_direction_and_kind(
    text: str, dimension: Dimension, better: Better, kind: Kind
) -> None:
    sli, metric = CATALOGUE.resolve(parse_sli(text))
    assert (dimension_of(sli, metric), better_of(sli, metric), kind_of(sli, metric)) == (
        dimension,
        better,
        kind,
    )


def test_a_catalogue_is_asked_with_slis_as_values() -> None:
    assert CATALOGUE.resolve(Sli("duration"))[0] == Sli("duration", "p95")
