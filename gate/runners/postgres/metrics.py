"""What the PostgreSQL runner can measure."""

from __future__ import annotations

from gate.core.metric import Better, Catalogue, Kind, Metric
from gate.core.units import Dimension

CATALOGUE = Catalogue(
    "postgres",
    (
        Metric(
            "query_duration",
            Dimension.TIME,
            Better.LOWER,
            Kind.LATENCY,
            ("mean", "share"),
            "mean",
            summary=(
                "mean: execution time in the server over finished calls. share: statements in the "
                "server's log beyond the bound (parsing and sending included), over all calls; a "
                "statement that was cancelled counts as beyond"
            ),
        ),
        Metric(
            "calls",
            Dimension.NUMBER,
            Better.LOWER,
            Kind.COUNTED,
            ("count", "rate"),
            "count",
            summary="statements that finished: how many in a unit, or per second of load",
        ),
        Metric(
            "queries_per_request",
            Dimension.NUMBER,
            Better.LOWER,
            Kind.COUNTED,
            ("mean",),
            "mean",
            summary="statements that finished over the requests of the observed load",
        ),
        Metric(
            "rows",
            Dimension.NUMBER,
            Better.LOWER,
            Kind.COUNTED,
            ("mean",),
            "mean",
            summary="rows that a statement returned or changed",
        ),
        Metric(
            "cache_hit",
            Dimension.SHARE,
            Better.HIGHER,
            Kind.PROPORTION,
            ("rate",),
            "rate",
            summary="blocks found in shared buffers, over all blocks asked for",
        ),
        Metric(
            "temp_bytes",
            Dimension.SIZE,
            Better.LOWER,
            Kind.COUNTED,
            ("mean", "sum"),
            "mean",
            summary="bytes written to temporary files: by a statement, or in a unit",
        ),
    ),
)
