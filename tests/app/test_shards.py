"""A check is split in the same way by every shard, and evenly."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gate.app.select import select
from gate.app.shards import as_shard, lines, record_name, split
from gate.app.workspace import Request, Share, Workspace, load_spec, open_workspace
from gate.core.run import Run
from gate.core.sample import Unit
from gate.errors import UsageError
from gate.spec import Budget
from gate.testing import samples
from tests.app.support import workspace
from tests.spec.fakes import read, write

API = """
runner: k6
script: load.js
repeat: 4
objectives: [{sli: p95(http_req_duration), limit: 300 ms}]
"""
DB = """
runner: postgres
during: api
dsn: postgres://x
objectives: [{sli: mean(query_duration), limit: 100 ms}]
"""
WEB = """
runner: lighthouse
base: http://127.0.0.1:1
pages: {home: /}
repeat: 5
objectives: [{sli: lcp, limit: 2.5 s}]
"""
BUNDLE = """
runner: bundle
files: {app: "*.js"}
objectives: [{sli: "size{file:app}", limit: 10 kB}]
"""
SHOP = 'shop: {command: [x, "{port}"], ready: "tcp://127.0.0.1:{port}"}\n'


@pytest.fixture
def here(tmp_path: Path) -> Workspace:
    root = write(tmp_path, api=API, db=DB, web=WEB, bundle=BUNDLE)
    return workspace(root, read(root))


def shared(here: Workspace, shard: str = "1/1", generator: str = "1/1") -> Workspace:
    def share(text: str) -> Share:
        return Share(*map(int, text.split("/")))

    request = replace(here.request, shard=share(shard), generator=share(generator))
    return replace(here, request=request)


def measured(here: Workspace) -> list[str]:
    return sorted(budget.name for budget in select(here, None).all)


def test_the_longest_go_first_and_observers_stay_with_their_load(here: Workspace) -> None:
    budgets = here.spec.budgets
    assert split(budgets, 1) == (("api", "bundle", "db", "web"),)
    assert split(budgets, 2) == (("api", "db"), ("bundle", "web"))
    assert split(budgets, 3) == (("api", "db"), ("web",), ("bundle",))
    assert split(budgets, 5) == (("api", "db"), ("web",), ("bundle",), (), ())


@pytest.fixture(scope="module")
def budgets(tmp_path_factory: pytest.TempPathFactory) -> tuple[Budget, ...]:
    root = tmp_path_factory.mktemp("budgets")
    return read(write(root, api=API, db=DB, web=WEB, bundle=BUNDLE)).budgets


@given(order=st.permutations(range(4)), shards=st.integers(1, 6))
def test_the_order_of_budgets_says_nothing(
    order: list[int], shards: int, budgets: tuple[Budget, ...]
) -> None:
    assert split([budgets[at] for at in order], shards) == split(budgets, shards)


@given(shards=st.integers(1, 9))
def test_every_budget_is_of_one_shard(shards: int, budgets: tuple[Budget, ...]) -> None:
    found = split(budgets, shards)
    assert len(found) == shards
    assert sorted(name for names in found for name in names) == ["api", "bundle", "db", "web"]


def test_a_shard_measures_its_own_budgets_and_skips_none(here: Workspace) -> None:
    parts = [measured(shared(here, f"{number}/2")) for number in (1, 2)]
    assert parts == [["api", "db"], ["bundle", "web"]]
    assert select(shared(here, "1/2"), None).skipped == ()


def test_what_is_deselected_is_split_no_further(here: Workspace) -> None:
    only = replace(here, request=replace(here.request, only=("web", "bundle")))
    assert [measured(shared(only, f"{number}/2")) for number in (1, 2)] == [["web"], ["bundle"]]


def test_a_run_says_which_part_it_is(here: Workspace) -> None:
    run = samples.run()
    assert as_shard(here, run) is run
    made = as_shard(shared(here, "2/2"), replace(run, skipped=())).shards
    assert made is not None
    assert made.split == (("api", "db"), ("bundle", "web"))
    (part,) = made.parts
    assert (part.run_id, part.shard, part.budgets) == (run.id, 2, ("bundle", "web"))
    assert {(u.shard, u.generator) for u in _units(as_shard(shared(here, "2/3", "1/2"), run))} == {
        ("2/3", "1/2")
    }


def test_the_load_of_more_generators_is_another_series(here: Workspace) -> None:
    run = samples.run()
    alone, both = (as_shard(shared(here, "1/2", text), run) for text in ("1/1", "1/2"))
    keys = [[m.series_key for m in made.measurements] for made in (run, alone, both)]
    assert keys[0] == keys[1]
    assert not set(keys[0]) & set(keys[2])


def _units(run: Run) -> list[Unit]:
    return [unit for m in run.measurements for unit in m.units]


@pytest.mark.parametrize(
    ("shard", "generator", "name"),
    [
        ("1/1", "1/1", "run.json"),
        ("2/4", "1/1", "run-2-of-4.json"),
        ("1/1", "2/3", "run-generator-2-of-3.json"),
        ("2/4", "1/3", "run-2-of-4-generator-1-of-3.json"),
    ],
)
def test_records_of_all_parts_fit_in_one_folder(
    shard: str, generator: str, name: str, here: Workspace
) -> None:
    assert record_name(shared(here, shard, generator)) == name


def test_the_plan_says_who_measures_what(here: Workspace) -> None:
    assert lines(here, ()) == ()
    assert lines(shared(here, "2/3"), ("web",)) == (
        "shard 1 of 3: api, db\n",
        "shard 2 of 3 (this one): bundle\n",
        "shard 3 of 3: nothing to measure\n",
    )


@pytest.mark.parametrize(
    ("only", "files", "said"),
    [
        pytest.param("web", {}, "web is measured by lighthouse, which makes no load", id="pages"),
        pytest.param("db", {}, "db observes api", id="what is observed"),
        pytest.param(
            "api",
            {"services": SHOP, "api": f"{API}service: shop\n"},
            "every run would start one of its own",
            id="a service that every run starts",
        ),
    ],
)
def test_load_generators_share_one_load_on_one_system(
    only: str, files: dict[str, str], said: str, tmp_path: Path
) -> None:
    root = write(tmp_path, **{"api": API, "db": DB, "web": WEB, **files})
    made = shared(workspace(root, read(root), only=(only,)), generator="1/2")
    with pytest.raises(UsageError) as caught:
        select(made, None)
    assert said in caught.value.message
    assert caught.value.hint


def test_load_generators_measure_the_same_budgets(here: Workspace) -> None:
    only = replace(here, request=replace(here.request, only=("api",)))
    assert [measured(shared(only, generator=f"{n}/2")) for n in (1, 2)] == [["api"], ["api"]]


def test_a_load_generator_repeats_as_often_as_the_others(tmp_path: Path) -> None:
    root = write(
        tmp_path, bundle=BUNDLE.replace("objectives", "repeat: {min: 2, max: 9}\nobjectives")
    )
    request = Request(start=root, environ={}, generator=Share(1, 2))
    (budget,) = load_spec(request, root, (root / "budgets",), {}, measuring=False).budgets
    assert (budget.repeat.minimum, budget.repeat.maximum) == (2, 2)


def test_load_generators_measure_no_base(tmp_path: Path) -> None:
    request = Request(start=tmp_path, environ={}, against="main", generator=Share(1, 2))
    with pytest.raises(UsageError, match="cannot be used together"):
        open_workspace(request)
