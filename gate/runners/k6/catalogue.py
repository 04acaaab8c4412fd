"""What a budget may ask k6 for: its own metrics, and those that it declares for the script."""

from __future__ import annotations

from gate.core.metric import ANY_TAG, Better, Catalogue, Kind, Metric
from gate.core.units import Dimension
from gate.runners.k6.options import CustomMetric, K6Options
from gate.runners.k6.sources import BUILTIN, GAUGE, TREND, Source, Type

NAME = "k6"


def custom(name: str, declared: CustomMetric) -> Source:
    """A metric of the script's own, as it is declared."""
    dimension, kind = declared.dimension, Kind.LATENCY
    statistics: tuple[str, ...] = TREND
    default = "p95"
    match Type(declared.type):
        case Type.RATE:
            statistics, default, kind = ("rate",), "rate", Kind.PROPORTION
        case Type.GAUGE:
            statistics, default = GAUGE, "last"
        case Type.COUNTER:
            # k6 calls a counter's total its count; with a unit it is a sum of that unit.
            default = "count" if dimension is Dimension.NUMBER else "sum"
            statistics = (default, "rate")
        case Type.TREND:
            pass
    metric = Metric(
        name,
        dimension,
        Better(declared.better),
        Kind(declared.kind) if declared.kind else kind,
        statistics,
        default,
        (ANY_TAG,),
        summary=f"the script's own {declared.type}",
    )
    one = 1.0 if declared.type == "rate" else declared.one
    return Source(metric, Type(declared.type), one, zero=declared.type == "counter")


def sources(options: K6Options) -> dict[str, Source]:
    """Every metric that a budget may ask for, by name."""
    own = {name: custom(name, declared) for name, declared in options.metrics.items()}
    return {**BUILTIN, **own}


def catalogue(options: K6Options) -> Catalogue:
    """Every metric, statistic and tag that these options can produce; tags are the script's."""
    return Catalogue(NAME, tuple(source.metric for source in sources(options).values()))
