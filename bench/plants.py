"""The shop's planted regressions, and which promises each of them breaks."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Plant:
    """What a plant must break, and what it may break besides; patterns of objective ids."""

    name: str
    breaks: tuple[str, ...]
    may: tuple[str, ...] = ()


READS = "api/p95(http_req_duration{op:read})"
WRITES = "api/p95(http_req_duration{op:write})"
PLANTS = (
    Plant("slow-reads", (READS,)),
    Plant("n-plus-one", ("db/mean(queries_per_request)",), (READS,)),
    Plant(
        "dropped-index",
        ("db/share(query_duration > 200 ms)", "db/mean(query_duration)"),
        (READS, WRITES, "api/script: *"),
    ),
    Plant("fat-bundle", ("bundle/sum(size{encoding:br,file:app})",)),
    Plant("layout-shift", ("web/median(cls{page:home})",)),
    Plant("slow-click", ("web/median(inp{flow:pay})",)),
    Plant("slow-function", ("bench/median(time{test:*basket_total*})",)),
)
