from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from pydantic import ValidationError

from gate.core.metric import Better, CatalogueError, Kind
from gate.core.sli import parse_sli
from gate.core.units import Dimension
from gate.runners.k6 import RUNNER
from gate.runners.k6.environment import SUMMARY, TAKES_OVER, environment, outputs
from gate.runners.k6.options import K6Options
from gate.seams.runner import Implied, Runner
from tests.runners.k6.support import options


def test_the_runner_keeps_to_its_seam() -> None:
    runner: Runner[K6Options] = RUNNER
    assert (runner.name, runner.serves) == ("k6", True)
    assert (runner.repeat.minimum, runner.repeat.maximum) == (5, 11)
    assert runner.members(options(), "op") == ()


def test_times_and_shares_have_units() -> None:
    chosen = options(warmup="1 min", max_dropped="2.5%", exclude_scenarios=["warm"])
    assert chosen.warmup_seconds == 60
    assert chosen.dropped_share == 0.025
    assert chosen.exclude_scenarios == ("warm",)
    assert (options().warmup_seconds, options().dropped_share) == (0, 0.01)


@pytest.mark.parametrize(
    ("keys", "complaint"),
    [
        pytest.param({"script": "/srv/x.js"}, "below the repository", id="absolute"),
        pytest.param({"script": "../x.js"}, "below the repository", id="outside"),
        pytest.param({"script": ""}, "below the repository", id="no script"),
        pytest.param({"script": "x.tar"}, "archive", id="archive"),
        pytest.param({"warmup": "5"}, "expected a time", id="time without unit"),
        pytest.param({"warmup": "-1 s"}, "from 0 s", id="negative time"),
        pytest.param({"warmup": 5}, "valid string", id="number for a time"),
        pytest.param({"max_dropped": "1 s"}, "expected a share", id="share in seconds"),
        pytest.param({"max_dropped": "100%"}, "below 100 %", id="everything may be dropped"),
        pytest.param({"env": {"K6_VUS": "3"}}, "script's own options", id="wipes scenarios"),
        pytest.param({"env": {"A B": "3"}}, "no name", id="variable with a space"),
        pytest.param({"env": {"A": 3}}, "valid string", id="variable with a number"),
        pytest.param({"exclude_scenarios": "warm"}, "tuple", id="one name for a list"),
        pytest.param({"metrics": {"http_reqs": {}}}, "Field required", id="empty metric"),
        pytest.param(
            {"metrics": {"checks": {"type": "rate", "better": "higher"}}}, "k6's own", id="own"
        ),
        pytest.param(
            {"metrics": {"a b": {"type": "rate", "better": "higher"}}}, "no name", id="metric name"
        ),
        pytest.param(
            {"metrics": {"m": {"type": "trend", "better": "lower", "unit": "parsec"}}},
            "unknown unit",
            id="unit",
        ),
        pytest.param(
            {"metrics": {"m": {"type": "counter", "better": "lower", "unit": "%"}}},
            "a counter counts",
            id="counter of shares",
        ),
        pytest.param({"vus": 3}, "Extra inputs", id="unknown key"),
    ],
)
def test_a_wrong_key_is_refused(keys: dict[str, Any], complaint: str) -> None:
    with pytest.raises(ValidationError, match=complaint):
        K6Options.model_validate({"script": "load.js", **keys})


def test_requests_may_fail_in_one_of_twenty_unless_the_budget_says_otherwise() -> None:
    (implied,) = RUNNER.implied(options())
    assert isinstance(implied, Implied)
    assert str(implied.sli) == "rate(http_req_failed)"
    assert (implied.limit.fail, implied.script) == (0.05, False)
    assert RUNNER.catalogue(options()).resolve(implied.sli)[0] == implied.sli


OWN = {
    "wait": {"type": "trend", "better": "lower", "unit": "ms"},
    "basket": {"type": "trend", "better": "higher", "kind": "counted"},
    "errors": {"type": "counter", "better": "lower"},
    "traffic": {"type": "counter", "better": "lower", "unit": "kB"},
    "queue": {"type": "gauge", "better": "lower"},
    "hits": {"type": "rate", "better": "higher"},
}


@pytest.mark.parametrize(
    ("sli", "named", "dimension", "better", "kind"),
    [
        ("http_req_duration", "p95", Dimension.TIME, Better.LOWER, Kind.LATENCY),
        ("http_req_failed", "rate", Dimension.SHARE, Better.LOWER, Kind.PROPORTION),
        ("checks", "rate", Dimension.SHARE, Better.HIGHER, Kind.PROPORTION),
        ("http_reqs", "count", Dimension.NUMBER, Better.HIGHER, Kind.LATENCY),
        ("data_sent", "sum", Dimension.SIZE, Better.LOWER, Kind.LATENCY),
        ("browser_web_vital_lcp", "p95", Dimension.TIME, Better.LOWER, Kind.LAB),
        ("browser_web_vital_cls", "p95", Dimension.NUMBER, Better.LOWER, Kind.LAB),
        ("wait{op:read}", "p95", Dimension.TIME, Better.LOWER, Kind.LATENCY),
        ("basket", "p95", Dimension.NUMBER, Better.HIGHER, Kind.COUNTED),
        ("errors", "count", Dimension.NUMBER, Better.LOWER, Kind.LATENCY),
        ("traffic", "sum", Dimension.SIZE, Better.LOWER, Kind.LATENCY),
        ("queue", "last", Dimension.NUMBER, Better.LOWER, Kind.LATENCY),
        ("hits", "rate", Dimension.SHARE, Better.HIGHER, Kind.PROPORTION),
    ],
)
def test_a_metric_has_its_default_and_its_direction(
    sli: str, named: str, dimension: Dimension, better: Better, kind: Kind
) -> None:
    resolved, metric = RUNNER.catalogue(options(metrics=OWN)).resolve(parse_sli(sli))
    assert resolved.statistic == named
    assert (metric.dimension, metric.better, metric.kind) == (dimension, better, kind)
    assert metric.summary


@pytest.mark.parametrize(
    "sli",
    [
        pytest.param("http_req_duratoin", id="a mistyped metric"),
        pytest.param("wait", id="a metric that is not declared"),
        pytest.param("rate(http_req_duration)", id="a rate of durations"),
        pytest.param("p95(http_reqs)", id="a percentile of a count"),
        pytest.param("last(http_req_duration)", id="the last duration"),
        pytest.param("vus{op:read}", id="a tag on virtual users"),
        pytest.param("share(http_req_duration > 5 kB)", id="bytes as a bound of a time"),
    ],
)
def test_what_k6_can_never_give_is_refused_before_it_runs(sli: str) -> None:
    with pytest.raises(CatalogueError):
        RUNNER.catalogue(options()).resolve(parse_sli(sli))


def test_nothing_that_changes_the_script_is_inherited(tmp_path: Path) -> None:
    inherited = {"PATH": "/bin", "K6_VUS": "1", "K6_OUT": "json=x", "K6_BROWSER_HEADLESS": "true"}
    env = environment(inherited, {"SIZE": "3"}, tmp_path / "summary.json")
    assert env["PATH"] == "/bin"
    assert env["SIZE"] == "3"
    assert env["K6_BROWSER_HEADLESS"] == "true"
    assert env["K6_NO_USAGE_REPORT"] == "true"
    assert env["K6_AUTO_EXTENSION_RESOLUTION"] == "false"
    assert env[SUMMARY] == str(tmp_path / "summary.json")
    assert not {"K6_VUS", "K6_OUT"} & env.keys()
    assert SUMMARY not in environment(inherited, {})
    assert {"K6_DURATION", "K6_STAGES", "K6_ITERATIONS", "K6_TAGS"} <= TAKES_OVER


def test_the_users_own_outputs_are_said_again() -> None:
    assert outputs({"K6_OUT": "csv=a.csv, cloud"}, {}) == ("csv=a.csv", "cloud")
    assert outputs({"K6_OUT": "csv=a.csv"}, {"K6_OUT": "influxdb"}) == ("influxdb",)
    assert outputs({}, {}) == ()
