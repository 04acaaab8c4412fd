"""k6's own metrics, and how each is read: its type, its unit, which samples count.

Names and types as k6 registers them (metrics/builtin.go, js/modules/k6/browser, v0.57 to v2.2).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from gate.core.metric import ANY_TAG, Better, Kind, Metric
from gate.core.units import Dimension


class Type(StrEnum):
    """The types of k6's metrics."""

    TREND = "trend"
    COUNTER = "counter"
    GAUGE = "gauge"
    RATE = "rate"


@dataclass(frozen=True, slots=True)
class Source:
    """A metric with how it is read: from which k6 metrics, and in which unit they come.

    `requests` says that only successful requests count unless `expected_response` is named (a
    refused connection has a duration of 0). `status` is that of a sample that went well, the only
    ones to count unless `status` is named: k6 times a web socket that nobody opened, too. `bare`
    metrics never carry a scenario. `zero` says that k6 reports nothing where nothing was counted,
    so that no sample means 0.
    """

    metric: Metric
    type: Type
    one: float = 1.0
    reads: tuple[str, ...] = ()
    requests: bool = False
    status: str = ""
    bare: bool = False
    zero: bool = False
    parts: int = field(init=False)

    def __post_init__(self) -> None:
        """Note how many of k6's units make a base unit, 0 where one of them is more."""
        object.__setattr__(self, "parts", round(1 / self.one) if self.one < 1 else 0)

    @property
    def names(self) -> tuple[str, ...]:
        """The k6 metrics whose samples it needs."""
        return self.reads or (self.metric.name,)

    def in_base_units(self, value: float) -> float:
        """A value of k6 in base units; divides where that is exact (300 ms is 0.3 s)."""
        return value / self.parts if self.parts else value * self.one


TREND = ("mean", "median", "pNN", "min", "max", "share")
GAUGE = ("last", "mean", "median", "pNN", "min", "max")
_MILLI = 0.001
# The handshake's HTTP status (none where nobody answered), and gRPC's own code of OK.
_WS_OPEN = "101"
_GRPC_OK = "0"


def _metric(
    name: str,
    dimension: Dimension,
    better: Better,
    statistics: tuple[str, ...],
    summary: str,
    *,
    kind: Kind = Kind.LATENCY,
    tags: tuple[str, ...] = (ANY_TAG,),
) -> Metric:
    return Metric(name, dimension, better, kind, statistics, statistics[0], tags, summary=summary)


def _time(
    name: str,
    summary: str,
    *,
    requests: bool = False,
    status: str = "",
    kind: Kind = Kind.LATENCY,
) -> Source:
    metric = Metric(
        name, Dimension.TIME, Better.LOWER, kind, TREND, "p95", (ANY_TAG,), summary=summary
    )
    return Source(metric, Type.TREND, _MILLI, requests=requests, status=status)


def _count(
    name: str, summary: str, better: Better, *, zero: bool = False, status: str = ""
) -> Source:
    metric = _metric(name, Dimension.NUMBER, better, ("count", "rate"), summary)
    return Source(metric, Type.COUNTER, zero=zero, status=status)


def _bytes(name: str, summary: str) -> Source:
    metric = _metric(name, Dimension.SIZE, Better.LOWER, ("sum", "rate"), summary)
    return Source(metric, Type.COUNTER)


def _share(name: str, summary: str, better: Better, reads: tuple[str, ...] = ()) -> Source:
    metric = _metric(name, Dimension.SHARE, better, ("rate",), summary, kind=Kind.PROPORTION)
    return Source(metric, Type.RATE, reads=reads)


def _vus(name: str, summary: str) -> Source:
    metric = _metric(name, Dimension.NUMBER, Better.HIGHER, GAUGE, summary, tags=())
    return Source(metric, Type.GAUGE, bare=True)


def _vital(name: str, summary: str) -> Source:
    return _time(f"browser_web_vital_{name}", summary, kind=Kind.LAB)


_CLS = Source(
    Metric(
        "browser_web_vital_cls",
        Dimension.NUMBER,
        Better.LOWER,
        Kind.LAB,
        TREND,
        "p95",
        (ANY_TAG,),
        summary="cumulative layout shift of pages in k6's browser",
    ),
    Type.TREND,
)

BUILTIN: Mapping[str, Source] = {
    source.metric.name: source
    for source in (
        _time("http_req_duration", "sending, waiting and receiving", requests=True),
        _time("http_req_waiting", "from the request's last byte to the answer", requests=True),
        _time("http_req_blocked", "waiting for a free connection", requests=True),
        _time("http_req_connecting", "opening the TCP connection", requests=True),
        _time("http_req_tls_handshaking", "the TLS handshake", requests=True),
        _time("http_req_sending", "sending the request", requests=True),
        _time("http_req_receiving", "receiving the answer", requests=True),
        _share("http_req_failed", "requests without an expected answer", Better.LOWER),
        _count("http_reqs", "requests; their rate is the throughput", Better.HIGHER),
        _count("iterations", "iterations of the script that ended", Better.HIGHER),
        _time("iteration_duration", "one iteration of the script"),
        _count("dropped_iterations", "iterations not started", Better.LOWER, zero=True),
        _share(
            "iterations_dropped",
            "part of the planned iterations that was not started",
            Better.LOWER,
            ("iterations", "dropped_iterations"),
        ),
        _share("checks", "checks that hold", Better.HIGHER),
        _bytes("data_sent", "bytes sent"),
        _bytes("data_received", "bytes received"),
        _time("group_duration", "one pass through a group() of the script"),
        _vus("vus", "virtual users at work"),
        _vus("vus_max", "virtual users that were there"),
        _time("grpc_req_duration", "one gRPC request that ended with OK", status=_GRPC_OK),
        _time("ws_connecting", "opening a web socket that opened", status=_WS_OPEN),
        _time("ws_session_duration", "one web socket session that opened", status=_WS_OPEN),
        _time("ws_ping", "from a ping to its pong"),
        _count("ws_sessions", "web socket sessions that opened", Better.HIGHER, status=_WS_OPEN),
        _count("ws_msgs_sent", "messages sent over web sockets", Better.HIGHER),
        _count("ws_msgs_received", "messages received over web sockets", Better.HIGHER),
        _vital("lcp", "largest contentful paint of pages in k6's browser"),
        _vital("fcp", "first contentful paint of pages in k6's browser"),
        _vital("ttfb", "time to the first byte of pages in k6's browser"),
        _vital("inp", "interaction to next paint in k6's browser"),
        _CLS,
        _time("browser_http_req_duration", "requests that k6's browser made", kind=Kind.LAB),
        _share("browser_http_req_failed", "failed requests of k6's browser", Better.LOWER),
        _bytes("browser_data_sent", "bytes that k6's browser sent"),
        _bytes("browser_data_received", "bytes that k6's browser received"),
    )
}
