"""Objectives as written: bounds, `each`, what is implied, what is inherited."""

from __future__ import annotations

from pathlib import Path

import pytest

from gate.core.metric import Better, Kind
from gate.core.model import Amount, Drift, Limit, Objective, Origin, Tolerance
from gate.core.units import Dimension
from gate.errors import GateError
from gate.spec import SpecProblemsError
from tests.spec.fakes import read, write

WEB = """\
runner: lighthouse
pages: {home: /, checkout: /checkout}
flows:
  buy: [{click: "#pay"}]
"""
LOAD = "runner: k6\nscript: load.js\n"


def relative(value: float) -> Amount:
    return Amount(value, relative=True)


def absolute(value: float) -> Amount:
    return Amount(value, relative=False)


TEN_PERCENT = relative(0.1)


def objectives(
    root: Path, head: str, *entries: str, profile: str = "", **files: str
) -> dict[str, Objective]:
    text = f"{head}objectives:\n" + "".join(f"  - {entry}\n" for entry in entries)
    spec = read(write(root, x=text, **files), profile=profile)
    return {objective.id.removeprefix("x/"): objective for objective in spec.promises.objectives}


@pytest.mark.parametrize(
    ("sli", "written", "limit"),
    [
        pytest.param("http_req_duration", "300 ms", Limit(0.3), id="a plain bound"),
        pytest.param("http_req_duration", "at most 300 ms", Limit(0.3), id="in words"),
        pytest.param("http_req_duration", '"<= 300 ms"', Limit(0.3), id="with a sign"),
        pytest.param("http_req_duration", "≤ 300 ms", Limit(0.3), id="with one sign"),
        pytest.param("rate(http_reqs)", "at least 150 /s", Limit(150), id="at least, in words"),
        pytest.param("rate(http_reqs)", '">=150 /s"', Limit(150), id="at least, with a sign"),
        pytest.param("rate(http_req_failed)", "1%", Limit(0.01), id="a share"),
        pytest.param("rate(http_req_failed)", "0%", Limit(0), id="none at all"),
        pytest.param("count(http_reqs)", "100", Limit(100), id="a count"),
        pytest.param(
            "http_req_duration",
            "{warn: 600 ms, fail: 700 ms}",
            Limit(0.7, 0.6),
            id="with a warning",
        ),
        pytest.param(
            "rate(http_reqs)", "{warn: 200 /s, fail: 150 /s}", Limit(150, 200), id="the other way"
        ),
        pytest.param("http_req_duration", "{fail: 1 s}", Limit(1), id="a mapping without warning"),
    ],
)
def test_a_limit_is_read_in_base_units(
    sli: str, written: str, limit: Limit, tmp_path: Path
) -> None:
    found = objectives(tmp_path, LOAD, f"{{sli: {sli}, limit: {written}}}")
    assert next(iter(found.values())).limit == limit


@pytest.mark.parametrize(
    ("written", "profile", "limit"),
    [
        pytest.param("{pr: 450 ms, release: 300 ms}", "pr", Limit(0.45), id="that of the profile"),
        pytest.param("{pr: 450 ms, release: 300 ms}", "release", Limit(0.3), id="of the other"),
        pytest.param("{pr: 450 ms, release: 300 ms}", "nightly", Limit(0.3), id="the tightest"),
        pytest.param("{pr: 450 ms, release: 300 ms}", "", Limit(0.3), id="without a profile too"),
        pytest.param("{pr: 450 ms, default: 1 s}", "", Limit(1), id="the default"),
        pytest.param("{soak: 450 ms, default: 1 s}", "soak", Limit(0.45), id="one of the policy"),
        pytest.param(
            "{pr: {warn: 400 ms, fail: 450 ms}, release: 300 ms}",
            "pr",
            Limit(0.45, 0.4),
            id="with a warning",
        ),
    ],
)
def test_a_limit_may_differ_by_profile(
    written: str, profile: str, limit: Limit, tmp_path: Path
) -> None:
    found = objectives(
        tmp_path,
        LOAD,
        f"{{sli: p95(http_req_duration), limit: {written}}}",
        profile=profile,
        policy="profiles: {soak: {}}\n",
    )
    assert found["p95(http_req_duration)"].limit == limit


def test_the_tightest_limit_of_what_is_better_higher_is_the_largest(tmp_path: Path) -> None:
    entry = "{sli: rate(http_reqs), limit: {pr: 100 /s, release: 150 /s}}"
    assert objectives(tmp_path, LOAD, entry)["rate(http_reqs)"].limit == Limit(150)


@pytest.mark.parametrize(
    ("sli", "written", "tolerance"),
    [
        pytest.param("http_req_duration", "tolerance: 10%", Tolerance(TEN_PERCENT), id="relative"),
        pytest.param(
            "http_req_duration", "tolerance: 5 ms", Tolerance(absolute(0.005)), id="absolute"
        ),
        pytest.param(
            "rate(http_req_failed)", "tolerance: 0.5 pp", Tolerance(absolute(0.005)), id="pp"
        ),
        pytest.param(
            "rate(http_req_failed)",
            "tolerance: 10%",
            Tolerance(TEN_PERCENT),
            id="percent of a share are relative",
        ),
        pytest.param("http_req_duration", "tolerance: 0%", Tolerance(relative(0)), id="none"),
        pytest.param("count(http_reqs)", "tolerance: 5", Tolerance(absolute(5)), id="a count"),
        pytest.param(
            "http_req_duration", "tolerance: -30%", Tolerance(relative(-0.3)), id="a goal"
        ),
        pytest.param(
            "http_req_duration",
            "tolerance: {warn: 5%, fail: 10%, floor: 5 ms}",
            Tolerance(TEN_PERCENT, relative(0.05), 0.005),
            id="with warning and floor",
        ),
        pytest.param(
            "rate(http_req_failed)",
            "tolerance: {fail: 10%, floor: 0.1 pp}",
            Tolerance(TEN_PERCENT, floor=0.001),
            id="a floor of a share",
        ),
        pytest.param(
            "http_req_duration",
            "{tolerance: 10%, detect: 25%}",
            Tolerance(TEN_PERCENT, detect=relative(0.25)),
            id="with what to detect",
        ),
        pytest.param(
            "http_req_duration",
            "{tolerance: 10%, detect: 50 ms}",
            Tolerance(TEN_PERCENT, detect=absolute(0.05)),
            id="detected in another sort",
        ),
    ],
)
def test_a_tolerance_is_read(sli: str, written: str, tolerance: Tolerance, tmp_path: Path) -> None:
    found = objectives(
        tmp_path,
        LOAD,
        f"{{sli: {sli}, {written.strip('{}') if written.startswith('{') else written}}}",
    )
    assert next(iter(found.values())).tolerance == tolerance


def test_web_objectives_are_for_each_page_unless_a_page_or_flow_is_named(tmp_path: Path) -> None:
    found = objectives(
        tmp_path,
        WEB,
        "{sli: lcp, limit: 2.5 s, name: slow}",
        "{sli: 'cls{page:home}', limit: 0.1}",
        "{sli: 'inp{flow:buy}', limit: 200 ms}",
    )
    assert list(found) == [
        "median(lcp{page:home})",
        "median(lcp{page:checkout})",
        "median(cls{page:home})",
        "median(inp{flow:buy})",
    ]
    assert {objective.each for objective in found.values()} == {""}
    assert [o.name for o in found.values()] == ["slow (home)", "slow (checkout)", "", ""]


def test_a_more_specific_selector_replaces_the_member(tmp_path: Path) -> None:
    found = objectives(
        tmp_path, WEB, "{sli: lcp, limit: 2.5 s}", "{sli: 'lcp{page:home}', limit: 4 s}"
    )
    assert {name: o.limit for name, o in found.items()} == {
        "median(lcp{page:checkout})": Limit(2.5),
        "median(lcp{page:home})": Limit(4),
    }


def test_another_tag_does_not_stop_the_spreading(tmp_path: Path) -> None:
    head = "runner: bundle\nfiles: {app: a.js, css: a.css}\n"
    found = objectives(tmp_path, head, "{sli: 'size{encoding:br}', limit: 170 kB}")
    assert list(found) == ["sum(size{encoding:br,file:app})", "sum(size{encoding:br,file:css})"]


def test_what_shows_only_when_measured_stays_spread(tmp_path: Path) -> None:
    head = "runner: pytest-benchmark\npaths: [benchmarks]\n"
    found = objectives(
        tmp_path,
        head,
        "{sli: time, tolerance: 5%}",
        "{sli: mean(time), each: group, tolerance: 5%}",
        "{sli: 'time{test:test_price}', tolerance: 1%}",
    )
    assert {name: o.each for name, o in found.items()} == {
        "median(time)": "test",
        "mean(time)": "group",
        "median(time{test:test_price})": "",
    }


def test_a_tag_of_the_script_can_be_spread(tmp_path: Path) -> None:
    found = objectives(tmp_path, LOAD, "{sli: http_req_duration, each: op, limit: 1 s}")
    assert found["p95(http_req_duration)"].each == "op"


def test_every_load_fails_at_five_percent_of_errors_unless_it_says_otherwise(
    tmp_path: Path,
) -> None:
    found = objectives(tmp_path, LOAD + "owner: team\n", "{sli: http_req_duration, limit: 1 s}")
    implied = found["rate(http_req_failed)"]
    assert (implied.limit, implied.origin, implied.blocking) == (
        Limit(0.05),
        Origin.IMPLIED,
        True,
    )
    assert (implied.why, implied.owner) == ("every load has it", "team")
    own = objectives(tmp_path, LOAD, "{sli: http_req_failed, limit: 1%}")["rate(http_req_failed)"]
    assert (own.limit, own.origin) == (Limit(0.01), Origin.BUDGET)


def test_an_advisory_budget_is_advisory_in_what_it_implies_too(tmp_path: Path) -> None:
    found = objectives(tmp_path, LOAD + "blocking: false\n", "{sli: http_req_duration, limit: 1 s}")
    assert {objective.blocking for objective in found.values()} == {False}


def test_thresholds_of_the_script_are_rows_of_their_own_and_the_tightest_counts(
    tmp_path: Path,
) -> None:
    found = objectives(
        tmp_path,
        LOAD.replace("load.js", "thresholds.js"),
        "{sli: p95(http_req_duration), limit: 1 s}",
    )
    own, script = found["p95(http_req_duration)"], found["script: p95(http_req_duration)"]
    assert (own.limit, own.origin) == (Limit(1.0), Origin.BUDGET)
    assert (script.limit, script.origin) == (Limit(0.2), Origin.SCRIPT)


def test_dimension_direction_and_kind_are_the_slis_own(tmp_path: Path) -> None:
    found = objectives(
        tmp_path,
        LOAD,
        "{sli: share(http_req_duration > 1 s), limit: 1%}",
        "{sli: http_reqs, limit: 5 /s}",
    )
    share, rate = found["share(http_req_duration > 1 s)"], found["rate(http_reqs)"]
    assert (share.dimension, share.better, share.kind) == (
        Dimension.SHARE,
        Better.LOWER,
        Kind.PROPORTION,
    )
    assert (rate.dimension, rate.better, rate.kind) == (
        Dimension.RATE,
        Better.HIGHER,
        Kind.LATENCY,
    )


def test_defaults_hold_where_they_are_valid_and_the_nearest_counts(tmp_path: Path) -> None:
    head = (
        LOAD + "owner: file\ndefaults: {tolerance: 5 ms, weight: 2, why: because, detect: 50 ms}\n"
    )
    found = objectives(
        tmp_path,
        head,
        "{sli: p95(http_req_duration), limit: 1 s}",
        "{sli: p99(http_req_duration), tolerance: 10%, owner: own, weight: 3}",
        "{sli: median(http_req_duration), limit: 1 s, tolerance: none}",
        "{sli: rate(http_reqs), limit: 5 /s}",
        policy="defaults: {tolerance: 20%, owner: policy, blocking: false}\n",
    )
    detect = absolute(0.05)
    inherited = found["p95(http_req_duration)"]
    assert inherited.tolerance == Tolerance(absolute(0.005), detect=detect)
    assert (inherited.owner, inherited.why, inherited.weight) == ("file", "because", 2.0)
    assert inherited.blocking is False
    own = found["p99(http_req_duration)"]
    assert own.tolerance == Tolerance(TEN_PERCENT, detect=detect)
    assert (own.owner, own.weight) == ("own", 3.0)
    assert found["median(http_req_duration)"].tolerance is None
    rate = found["rate(http_reqs)"].tolerance
    assert rate == Tolerance(relative(0.2))
    assert found["rate(http_req_failed)"].tolerance is None


def test_defaults_of_the_file_can_switch_off_those_of_the_policy(tmp_path: Path) -> None:
    found = objectives(
        tmp_path,
        LOAD + "defaults: {tolerance: none, blocking: true}\n",
        "{sli: http_req_duration, limit: 1 s}",
        policy="defaults: {tolerance: 20%, blocking: false}\n",
    )
    assert found["p95(http_req_duration)"].tolerance is None
    assert found["p95(http_req_duration)"].blocking is True


@pytest.mark.parametrize(
    ("was", "old"),
    [
        pytest.param("mean(lcp{page:start})", "x/mean(lcp{page:start})", id="an SLI"),
        pytest.param("lcp{page:start}", "x/median(lcp{page:start})", id="without its statistic"),
        pytest.param("x/lcp{page:start}", "x/median(lcp{page:start})", id="an id"),
        pytest.param("old/p75(lcp)", "old/p75(lcp)", id="an id of a budget that is gone"),
        pytest.param("x/gone{page:start}", "x/gone{page:start}", id="of a metric that is gone"),
    ],
)
def test_an_objective_knows_what_it_was(was: str, old: str, tmp_path: Path) -> None:
    found = objectives(tmp_path, WEB, f"{{sli: 'lcp{{page:home}}', limit: 1 s, was: '{was}'}}")
    assert found["median(lcp{page:home})"].was == old


def test_every_member_of_a_renamed_objective_was_its_member(tmp_path: Path) -> None:
    found = objectives(tmp_path, WEB, "{sli: lcp, limit: 1 s, was: max(lcp)}")
    assert [objective.was for objective in found.values()] == [
        "x/max(lcp{page:home})",
        "x/max(lcp{page:checkout})",
    ]


def test_problems_of_all_objectives_are_told_at_once_in_order(tmp_path: Path) -> None:
    with pytest.raises(SpecProblemsError) as caught:
        objectives(
            tmp_path,
            LOAD,
            "{sli: http_req_duration, limit: 1 kB, tolerance: 1 kB}",
            "{sli: nothing, limit: 1 s}",
            "{sli: http_reqs, limt: 1 /s}",
        )
    places = [(p.place.line, p.place.column) for p in caught.value.problems]
    assert places == [(4, 37), (4, 54), (5, 11), (6, 22)]


def test_the_weight_of_a_budget_stands_beside_those_of_its_objectives(tmp_path: Path) -> None:
    entry = "objectives: [{sli: p95(http_req_duration), tolerance: 10%, weight: 2}]\n"
    spec = read(write(tmp_path, x=LOAD + "weight: 3\n" + entry, y=LOAD + entry))
    assert spec.promises.weights == (("x", 3.0),)
    assert {o.weight for o in spec.promises.objectives if o.tolerance} == {2.0}


@pytest.mark.parametrize(
    ("written", "tolerance", "drift"),
    [
        pytest.param("5% over 90 d", None, Drift(relative(0.05), 90.0), id="alone"),
        pytest.param("20 ms over 12 h", None, None, id="shorter than two days"),
        pytest.param("20 ms over 720 h", None, Drift(absolute(0.02), 30.0), id="in a unit"),
        pytest.param(
            "{fail: 10%, floor: 5 ms, drift: 5% over 90 d}",
            Tolerance(TEN_PERCENT, floor=0.005),
            Drift(relative(0.05), 90.0),
            id="beside a tolerance",
        ),
        pytest.param("{drift: 5% over 90 d}", None, Drift(relative(0.05), 90.0), id="by name"),
        pytest.param("10%", Tolerance(TEN_PERCENT), None, id="none"),
    ],
)
def test_a_drift_stands_in_the_tolerance(
    written: str, tolerance: Tolerance | None, drift: Drift | None, tmp_path: Path
) -> None:
    text = "runner: k6\nscript: load.js\nobjectives:\n  - sli: http_req_duration\n"
    write(tmp_path, api=f"{text}    tolerance: {written}\n")
    if tolerance is None and drift is None:
        with pytest.raises(GateError, match="2 d to 1000 d"):
            read(tmp_path)
        return
    objective = read(tmp_path).promises.objectives[0]
    assert (objective.tolerance, objective.drift) == (tolerance, drift)


def test_a_drift_of_the_defaults_holds_where_none_is_written(tmp_path: Path) -> None:
    text = (
        "runner: k6\nscript: load.js\ndefaults: {tolerance: {fail: 10%, drift: 5% over 90 d}}\n"
        "objectives:\n  - sli: http_req_duration\n"
        "  - {sli: p90(http_req_duration), tolerance: 2%}\n"
        "  - {sli: p50(http_req_duration), tolerance: none, limit: 1 s}\n"
    )
    write(tmp_path, api=text)
    found = read(tmp_path).promises.objectives[:3]
    assert [o.drift and o.drift.days for o in found] == [90.0, None, None]
