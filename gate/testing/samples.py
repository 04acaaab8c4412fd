"""Small runs, entries and outcomes that hold every case once; the same bytes every time.

Numbers have few digits, so that they survive being recorded unchanged.
"""

from __future__ import annotations

from dataclasses import replace

from gate.core.loosening import How, Loosening
from gate.core.metric import Better, Kind
from gate.core.model import (
    Accepted,
    Amount,
    Limit,
    Objective,
    Origin,
    Place,
    Policy,
    Promises,
    Retired,
    Tolerance,
    Waiver,
)
from gate.core.reasons import Code, because
from gate.core.run import Commit, Environment, FailedAttempt, Measurement, Missing, Run, Skipped
from gate.core.sample import Counts, Reduced, Unit, Values
from gate.core.sli import parse_sli
from gate.core.units import Dimension
from gate.core.verdict import JUDGE_VERSION, Effect, Exit, Outcome, Row, Status
from gate.seams.store import Entry

STARTED = "2026-11-20T09:30:00Z"
HEAD = "4f2a9c1e7d3b58604f2a9c1e7d3b58604f2a9c1e"
BASE = "9b1deb4d3b7d4bad9bdd2b0d7b3dcb6d9b1deb4d"

READ = Objective(
    id="api/p95(http_req_duration{op:read})",
    budget="api",
    sli=parse_sli("p95(http_req_duration{op:read})"),
    dimension=Dimension.TIME,
    better=Better.LOWER,
    kind=Kind.LATENCY,
    limit=Limit(0.3),
    tolerance=Tolerance(Amount(0.1, relative=True)),
    owner="team-shop",
    why="people leave when the list is slow",
    place=Place("budgets/api.yml", 7, 5),
)
WRITE = Objective(
    id="api/p95(http_req_duration{op:write})",
    budget="api",
    sli=parse_sli("p95(http_req_duration{op:write})"),
    dimension=Dimension.TIME,
    better=Better.LOWER,
    kind=Kind.LATENCY,
    limit=Limit(0.7, 0.6),
    tolerance=Tolerance(Amount(0.1, relative=True), Amount(0.05, relative=True), floor=0.005),
    owner="team-shop",
    place=Place("budgets/api.yml", 10, 5),
)
ERRORS = Objective(
    id="api/rate(http_req_failed)",
    budget="api",
    sli=parse_sli("rate(http_req_failed)"),
    dimension=Dimension.SHARE,
    better=Better.LOWER,
    kind=Kind.PROPORTION,
    limit=Limit(0.05),
    name="Failed requests",
    origin=Origin.IMPLIED,
)
THROUGHPUT = Objective(
    id="api/rate(http_reqs)",
    budget="api",
    sli=parse_sli("rate(http_reqs)"),
    dimension=Dimension.RATE,
    better=Better.HIGHER,
    kind=Kind.LATENCY,
    limit=Limit(150.0),
    tolerance=Tolerance(Amount(0.05, relative=True)),
    place=Place("budgets/api.yml", 16, 5),
)
LCP = Objective(
    id="web/median(lcp{page:home})",
    budget="web",
    sli=parse_sli("median(lcp{page:home})"),
    dimension=Dimension.TIME,
    better=Better.LOWER,
    kind=Kind.LAB,
    limit=Limit(2.5),
    tolerance=Tolerance(Amount(0.1, relative=True)),
    each="page",
    repeat_min=5,
    place=Place("budgets/web.yml", 9, 5),
)
CLS = Objective(
    id="web/median(cls{page:checkout})",
    budget="web",
    sli=parse_sli("median(cls{page:checkout})"),
    dimension=Dimension.NUMBER,
    better=Better.LOWER,
    kind=Kind.LAB,
    limit=Limit(0.1),
    place=Place("budgets/web.yml", 12, 5),
)
INP = Objective(
    id="web/median(inp{flow:buy})",
    budget="web",
    sli=parse_sli("median(inp{flow:buy})"),
    dimension=Dimension.TIME,
    better=Better.LOWER,
    kind=Kind.LAB,
    limit=Limit(0.2),
    place=Place("budgets/web.yml", 14, 5),
)
SLOW = Objective(
    id="db/share(query_duration > 200 ms)",
    budget="db",
    sli=parse_sli("share(query_duration > 200 ms)"),
    dimension=Dimension.SHARE,
    better=Better.LOWER,
    kind=Kind.PROPORTION,
    limit=Limit(0.001),
    blocking=False,
    place=Place("budgets/db.yml", 5, 5),
)
SIZE = Objective(
    id="bundle/sum(size{encoding:br,file:app})",
    budget="bundle",
    sli=parse_sli("sum(size{encoding:br,file:app})"),
    dimension=Dimension.SIZE,
    better=Better.LOWER,
    kind=Kind.EXACT,
    limit=Limit(170000.0),
    tolerance=Tolerance(Amount(0.02, relative=True)),
    place=Place("budgets/bundle.yml", 4, 5),
)
BENCH = Objective(
    id='bench/median(time{test:"benchmarks/test_cart.py::test_total[100]"})',
    budget="bench",
    sli=parse_sli('median(time{test:"benchmarks/test_cart.py::test_total[100]"})'),
    dimension=Dimension.TIME,
    better=Better.LOWER,
    kind=Kind.TIMING,
    tolerance=Tolerance(Amount(-0.3, relative=True)),
    each="test",
    repeat_min=5,
    place=Place("budgets/bench.yml", 4, 5),
)
GONE = Objective(
    id='bench/median(time{test:"benchmarks/test_cart.py::test_gone"})',
    budget="bench",
    sli=parse_sli('median(time{test:"benchmarks/test_cart.py::test_gone"})'),
    dimension=Dimension.TIME,
    better=Better.LOWER,
    kind=Kind.TIMING,
    tolerance=Tolerance(Amount(0.05, relative=True)),
    each="test",
    repeat_min=5,
    place=Place("budgets/bench.yml", 4, 5),
)
OBJECTIVES = (READ, WRITE, ERRORS, THROUGHPUT, LCP, CLS, INP, SLOW, SIZE, BENCH, GONE)

ENVIRONMENT = Environment(
    facts=(
        ("cpu", "AMD EPYC 7763"),
        ("cores", "4"),
        ("memory", "16 GB"),
        ("os", "Linux 6.8 x86_64"),
        ("runner image", "ubuntu-24.04 20261110.1"),
    ),
    compared=("cpu", "cores", "os"),
)
TOOLS = (("k6", "1.4.0"), ("lighthouse", "13.5.0"), ("chrome", "143.0.7499.40"), ("brotli", "1.2"))
LOOSER = Loosening(
    THROUGHPUT.id,
    How.LOOSENED,
    "the limit",
    "160 /s",
    "150 /s",
    place=THROUGHPUT.place,
    was=Place("budgets/api.yml", 15, 5),
    owner="team-shop",
)
PROMISES = Promises(
    objectives=OBJECTIVES,
    policy=Policy(bootstrap_until="2027-01-15", store="folder:.gate/baselines", profile="pr"),
    waivers=(
        Waiver(
            objective=THROUGHPUT.id,
            bound="limit",
            reason="the new rate limiter is tuned in the next sprint",
            owner="team-shop",
            expires="2026-12-31",
            ceiling=120.0,
            ticket="SHOP-812",
            place=Place("budgets/waivers.yml", 1, 3),
        ),
    ),
    accepted=(Accepted(SIZE.id, 168000.0, "the new chart library", "team-shop", "2027-01-31"),),
    retired=(Retired(GONE.id, "the cart was rewritten", "team-shop"),),
)


def run(
    *, run_id: str = "run-1", started: str = STARTED, sha: str = HEAD, branch: str = "main"
) -> Run:
    """A run with every form of data, something missing, skipped, and a failed attempt."""
    return Run(
        id=run_id,
        started=started,
        seconds=312.5,
        commit=Commit(sha, branch, dirty=False, tree="c0ffee", base=BASE, ancestors=(BASE,)),
        environment=ENVIRONMENT,
        promises=PROMISES,
        measurements=(
            _measured(READ, Values((0.212, 0.241, 0.266)), Values((0.208, 0.25, 0.271))),
            _measured(ERRORS, Counts(3, 12000), Counts(5, 11980)),
            _measured(THROUGHPUT, Reduced(142.5, 12000), Reduced(141.25, 11980)),
            _measured(SIZE, Values((168123.0,))),
        ),
        missing=(Missing(CLS.id, CLS.sli, because(Code.PAGE_FAILED, page="checkout", detail="x")),),
        skipped=(Skipped(INP.id, because(Code.NOT_SELECTED, detail="--only api,web")),),
        failed_attempts=(
            FailedAttempt("web", 2, 1, because(Code.TOOL_TIMED_OUT, tool="lighthouse", seconds=60)),
        ),
        tools=TOOLS,
        new_objectives=(BENCH.id,),
        loosened=(LOOSER,),
        notes=("SHOP_SEED is not set; 7 is used",),
    )


def _measured(objective: Objective, *units: Values | Counts | Reduced) -> Measurement:
    return Measurement(
        objective.id,
        objective.sli,
        objective.dimension,
        objective.better,
        objective.kind,
        tuple(Unit(data, index, seconds=30.5) for index, data in enumerate(units)),
        shape=(("script", "5f0c6f2d"), ("seed", "1")),
        facts=(("slowest", "GET /products"),),
    )


def outcome(of: Run, rows: tuple[Row, ...] = (), code: Exit = Exit.MISSING) -> Outcome:
    """The outcome of a run with these rows; without any, the outcome of nothing at all."""
    return Outcome(
        run_id=of.id,
        at="2026-11-20T09:36:00Z",
        judge=JUDGE_VERSION,
        commit=of.commit,
        environment=of.environment,
        policy=of.promises.policy,
        rows=rows,
        exit=code,
        tools=of.tools,
        failed_attempts=of.failed_attempts,
        loosened=of.loosened,
        notes=of.notes,
    )


def entry(run_id: str = "run-1", *, started: str = STARTED, accepted: bool = False) -> Entry:
    """What a store keeps: a complete run of a clean tree, with its outcome."""
    whole = replace(run(run_id=run_id, started=started), missing=())
    passed = Row(SIZE, Status.PASS, Effect.NONE, (), value=168123.0, n=1)
    return Entry(whole, outcome(whole, (passed,), Exit.OK), accepted=accepted)
