"""Policy, waivers, accepted regressions and retired objectives."""

from __future__ import annotations

from pathlib import Path

from gate.core.model import Accepted, Place, Policy, Retired, Waiver
from tests.spec.fakes import read, write

WEB = """\
runner: lighthouse
pages: {home: /, checkout: /checkout}
objectives:
  - {sli: lcp, limit: 2.5 s, tolerance: 10%}
  - {sli: score, limit: 90%}
"""
BENCH = """\
runner: pytest-benchmark
paths: [benchmarks]
objectives:
  - {sli: time, tolerance: 5%}
"""
POLICY = """\
alarm_rate: 2%
miss_rate: 10%
time: 5 min
baseline:
  store: git:perfgate-baselines
  branches: [main, "release/*"]
  bootstrap_until: 2027-01-15
profiles:
  nightly: {only: [web], time: 1 h}
  release: {undecided: fail, time: 2 h, signoff: true, alarm_rate: 5%}
"""


def entry(objective: str, bound: str, more: str = "") -> str:
    return (
        f"- objective: {objective}\n  bound: {bound}\n{more}  reason: r\n  owner: o\n"
        "  expires: 2027-01-31\n"
    )


def test_without_a_policy_the_defaults_hold(tmp_path: Path) -> None:
    assert read(write(tmp_path, web=WEB)).promises.policy == Policy()


def test_the_policy_is_read_and_a_profile_changes_only_what_it_states(tmp_path: Path) -> None:
    root = write(tmp_path, web=WEB, bench=BENCH, policy=POLICY)
    plain = Policy(
        alarm_rate=0.02,
        miss_rate=0.1,
        time=300.0,
        undecided="warn",
        bootstrap_until="2027-01-15",
        store="git:perfgate-baselines",
        branches=("main", "release/*"),
    )
    spec = read(root)
    assert (spec.promises.policy, spec.only) == (plain, ())
    nightly = read(root, profile="nightly")
    assert nightly.only == ("web",)
    assert (nightly.promises.policy.time, nightly.promises.policy.profile) == (3600.0, "nightly")
    assert nightly.promises.policy.alarm_rate == 0.02
    release = read(root, profile="release").promises.policy
    assert (release.undecided, release.signoff, release.alarm_rate) == ("fail", True, 0.05)
    assert read(root, profile="pr").promises.policy.profile == "pr"


def test_an_empty_policy_and_empty_lists_are_none(tmp_path: Path) -> None:
    root = write(tmp_path, web=WEB, policy="# later\n", waivers="[]\n", services="", retired="")
    promises = read(root).promises
    assert (promises.policy, promises.waivers, promises.retired) == (Policy(), (), ())


def test_a_waiver_knows_its_objective_by_any_spelling(tmp_path: Path) -> None:
    text = entry("web/lcp{page:home}", "limit", "  ceiling: 3.1 s\n  ticket: SHOP-812\n")
    assert read(write(tmp_path, web=WEB, waivers=text)).promises.waivers == (
        Waiver(
            objective="web/median(lcp{page:home})",
            bound="limit",
            reason="r",
            owner="o",
            expires="2027-01-31",
            ceiling=3.1,
            ticket="SHOP-812",
            place=Place("budgets/waivers.yml", 1, 3),
        ),
    )


def test_a_waiver_of_a_spread_objective_is_one_for_each_member(tmp_path: Path) -> None:
    text = entry("web/lcp", "tolerance") + entry("bench/time", "tolerance")
    waivers = read(write(tmp_path, web=WEB, bench=BENCH, waivers=text)).promises.waivers
    assert [waiver.objective for waiver in waivers] == [
        "web/median(lcp{page:home})",
        "web/median(lcp{page:checkout})",
        "bench/median(time)",
    ]


def test_a_waiver_may_be_for_a_member_that_shows_only_when_measured(tmp_path: Path) -> None:
    text = entry('"bench/time{test:benchmarks/test_price.py}"', "tolerance")
    waivers = read(write(tmp_path, bench=BENCH, waivers=text)).promises.waivers
    assert waivers[0].objective == "bench/median(time{test:benchmarks/test_price.py})"


def test_the_ceiling_of_what_is_better_higher_is_below_the_limit(tmp_path: Path) -> None:
    text = entry("web/score{page:home}", "limit", "  ceiling: 80%\n")
    assert read(write(tmp_path, web=WEB, waivers=text)).promises.waivers[0].ceiling == 0.8


def test_accepted_regressions_are_in_the_unit_of_their_objective(tmp_path: Path) -> None:
    text = "- {objective: 'web/lcp{page:home}', value: 2.9 s, reason: r, owner: o,"
    text += " until: 2027-02-01}\n"
    assert read(write(tmp_path, web=WEB, accepted=text)).promises.accepted == (
        Accepted(
            "web/median(lcp{page:home})",
            2.9,
            "r",
            "o",
            "2027-02-01",
            Place("budgets/accepted.yml", 1, 3),
        ),
    )


def test_what_is_retired_is_not_asked_for_any_more(tmp_path: Path) -> None:
    text = "".join(
        f"- {{id: '{name}', reason: r, owner: o}}\n"
        for name in ("web/lcp{page:old}", "gone/p75(lcp)", "web/script: p95(x)")
    )
    retired = read(write(tmp_path, web=WEB, retired=text)).promises.retired
    assert [entry.objective for entry in retired] == [
        "web/median(lcp{page:old})",
        "gone/p75(lcp)",
        "web/script: p95(x)",
    ]
    assert retired[0] == Retired(
        "web/median(lcp{page:old})", "r", "o", Place("budgets/retired.yml", 1, 3)
    )
