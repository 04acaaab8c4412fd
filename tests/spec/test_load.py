"""A folder of budgets becomes a spec: found, read, inherited, with secrets apart."""

from __future__ import annotations

from pathlib import Path

import pytest

from gate.core.model import Place
from gate.errors import NothingToDoError, UsageError
from gate.seams.runner import Repeat
from gate.spec import SpecProblemsError, find_budgets, find_objectives
from tests.spec.fakes import RUNNERS, BundleOptions, LoadOptions, read, write

API = """\
runner: k6
script: load.js
objectives:
  - sli: p95(http_req_duration)
    limit: 300 ms
"""
WEB = """\
runner: lighthouse
pages: {home: /, checkout: /checkout}
objectives:
  - sli: lcp
    limit: 2.5 s
"""
DB = """\
runner: postgres
during: api
dsn: ${DATABASE_URL}
objectives:
  - sli: share(query_duration > 200 ms)
    limit: 0.1%
"""
BENCH = """\
runner: pytest-benchmark
paths: [benchmarks]
objectives:
  - sli: time
    tolerance: 5%
"""
BUNDLE = """\
runner: bundle
files: {app: "dist/*.js", css: ["dist/*.css"]}
objectives:
  - sli: size{encoding:br}
    limit: 170 kB
"""
SERVICES = """\
shop:
  command: [python, -m, shop, --port, "{port}"]
  cwd: shop
  prepare: [[npm, ci], npm run build]
  env: {SHOP_SEED: "7", SHOP_KEY: "${SHOP_KEY:-none}"}
  ready: http://127.0.0.1:{port}/healthz
  timeout: 1 min
  stop: SIGINT
  exports: {SHOP_URL: "http://127.0.0.1:{port}", DATABASE_URL: "postgresql:///shop?port={port_db}"}
"""


def test_the_folder_is_found_upwards_to_the_repository_root_and_no_further(tmp_path: Path) -> None:
    root = tmp_path / "repo"
    deep = root / "a" / "b"
    deep.mkdir(parents=True)
    (tmp_path / "budgets").mkdir()
    with pytest.raises(NothingToDoError, match="there is no folder budgets/") as caught:
        find_budgets(deep, root)
    assert caught.value.exit == 3
    assert "gate schema" in caught.value.hint
    (root / "budgets").mkdir()
    assert find_budgets(deep, root) == (root / "budgets").resolve()
    (root / "a" / "budgets").mkdir()
    assert find_budgets(deep, root) == (root / "a" / "budgets").resolve()
    assert find_budgets(tmp_path, root) == (tmp_path / "budgets").resolve()


def test_no_budget_at_all_is_nothing_to_do(tmp_path: Path) -> None:
    with pytest.raises(NothingToDoError, match="there is no folder"):
        read(tmp_path)
    write(tmp_path)
    with pytest.raises(NothingToDoError, match="there is no budget in budgets"):
        read(tmp_path)


def test_a_budget_is_named_by_its_file_and_keeps_its_runner(tmp_path: Path) -> None:
    head = "name: Web API\nowner: team\nwhy: people wait\npaths: [src/**]\ntimeout: 2 min\n"
    spec = read(write(tmp_path, api=head + "attempts: 3\nrepeat: 4\n" + API))
    budget = spec.budget("api")
    assert budget.runner is RUNNERS["k6"]
    assert budget.options == LoadOptions(script="load.js")
    assert (budget.title, budget.owner, budget.why) == ("Web API", "team", "people wait")
    assert (budget.repeat, budget.attempts, budget.timeout) == (Repeat(4, 4), 3, 120.0)
    assert budget.paths == ("src/**",)
    assert budget.place == Place("budgets/api.yml", 1, 1)
    assert [o.id for o in budget.objectives] == [
        "api/p95(http_req_duration)",
        "api/rate(http_req_failed)",
    ]
    first = budget.objectives[0]
    assert (first.owner, first.why, first.name) == ("team", "people wait", "")
    assert first.repeat_min == 4
    assert first.place == Place("budgets/api.yml", 11, 5)
    assert spec.promises.objectives == budget.objectives


def test_lists_of_options_become_tuples(tmp_path: Path) -> None:
    budget = read(write(tmp_path, bundle=BUNDLE)).budget("bundle")
    assert budget.options == BundleOptions(files={"app": "dist/*.js", "css": ("dist/*.css",)})


def test_services_are_read_with_their_ports_as_placeholders(tmp_path: Path) -> None:
    spec = read(write(tmp_path, api=API, services=SERVICES), env={"SHOP_KEY": ""})
    shop = spec.service("shop")
    assert shop.command == ("python", "-m", "shop", "--port", "{port}")
    assert shop.prepare == (("npm", "ci"), ("npm", "run", "build"))
    assert shop.env == (("SHOP_SEED", "7"), ("SHOP_KEY", "none"))
    assert shop.exports[1] == ("DATABASE_URL", "postgresql:///shop?port={port_db}")
    assert (shop.cwd, shop.timeout, shop.stop.name) == ("shop", 60.0, "SIGINT")


def test_an_observer_has_the_service_and_the_repeats_of_what_it_observes(tmp_path: Path) -> None:
    api = "service: shop\nrepeat: {min: 4, max: 9}\n" + API
    spec = read(write(tmp_path, api=api, db=DB, services=SERVICES))
    observer = spec.budget("db")
    assert (observer.service, observer.during, observer.repeat) == ("shop", "api", Repeat(4, 9))
    assert {o.repeat_min for o in observer.objectives} == {4}


@pytest.mark.parametrize(
    ("policy", "profile", "budget", "repeat"),
    [
        pytest.param("", "", BENCH, Repeat(5, 15), id="the runner's own"),
        pytest.param("defaults: {repeat: 3}", "", BENCH, Repeat(3, 3), id="the policy's"),
        pytest.param(
            "defaults: {repeat: 3}", "", BENCH + "repeat: 7\n", Repeat(7, 7), id="the file's"
        ),
        pytest.param(
            "profiles: {quick: {repeat: 2}}",
            "quick",
            BENCH + "repeat: 7\n",
            Repeat(2, 2),
            id="the profile's",
        ),
        pytest.param(
            "profiles: {quick: {repeat: 2}}", "", BENCH, Repeat(5, 15), id="of no other profile"
        ),
        pytest.param(
            "{defaults: {repeat: 3}, profiles: {quick: {repeat: 2}}}",
            "quick",
            BUNDLE,
            Repeat(1, 1),
            id="not where repeating does not help",
        ),
        pytest.param("", "", BUNDLE + "repeat: 2\n", Repeat(2, 2), id="unless the file asks"),
    ],
)
def test_repeats_come_from_the_nearest_place_that_states_them(
    policy: str, profile: str, budget: str, repeat: Repeat, tmp_path: Path
) -> None:
    spec = read(write(tmp_path, x=budget, policy=policy), profile=profile)
    assert spec.budget("x").repeat == repeat


def test_attempts_and_time_out_are_inherited_from_the_policy(tmp_path: Path) -> None:
    policy = "defaults: {attempts: 5, timeout: 1 min}\n"
    spec = read(write(tmp_path, a=API, b="attempts: 1\ntimeout: 1 h\n" + API, policy=policy))
    assert [(b.attempts, b.timeout) for b in spec.budgets] == [(5, 60.0), (1, 3600.0)]


def test_paths_are_the_runners_where_it_has_some_itself(tmp_path: Path) -> None:
    budget = read(write(tmp_path, bench=BENCH)).budget("bench")
    assert budget.paths == ()
    assert getattr(budget.options, "paths") == ("benchmarks",)  # noqa: B009  # a fake's options


def test_several_folders_are_one_spec(tmp_path: Path) -> None:
    write(tmp_path, api=API, services=SERVICES)
    more = tmp_path / "more" / "budgets"
    more.mkdir(parents=True)
    (more / "web.yaml").write_text("service: shop\n" + WEB, encoding="utf-8")
    spec = read(tmp_path, folders=(tmp_path / "budgets", more))
    assert [budget.name for budget in spec.budgets] == ["api", "web"]
    assert spec.budget("web").place.file == "more/budgets/web.yaml"


def test_budgets_and_services_of_one_name_in_two_folders_are_refused(tmp_path: Path) -> None:
    write(tmp_path, api=API, services=SERVICES)
    write(tmp_path / "more", api=API, services=SERVICES)
    with pytest.raises(SpecProblemsError) as caught:
        read(tmp_path, folders=(tmp_path / "budgets", tmp_path / "more" / "budgets"))
    assert [(str(p.place), p.message, p.hint) for p in caught.value.problems] == [
        (
            "more/budgets/api.yml",
            "a second budget is called 'api'",
            "the first is budgets/api.yml",
        ),
        (
            "more/budgets/services.yml:1:1",
            "a second service is called 'shop'",
            "the first is at budgets/services.yml:1:1",
        ),
    ]


def test_a_file_whose_name_is_no_name_is_refused(tmp_path: Path) -> None:
    write(tmp_path, api=API)
    (tmp_path / "budgets" / "my api.yml").write_text(API, encoding="utf-8")
    with pytest.raises(SpecProblemsError, match=r"budgets/my api\.yml: the name of a budget is of"):
        read(tmp_path)


@pytest.mark.parametrize("name", ["web.YML", "policy.Yaml"])
def test_a_file_with_its_ending_in_capitals_is_not_passed_over(name: str, tmp_path: Path) -> None:
    write(tmp_path, api=API)
    (tmp_path / "budgets" / name).write_text("{}", encoding="utf-8")
    with pytest.raises(SpecProblemsError, match="would be passed over") as caught:
        read(tmp_path)
    assert [problem.hint for problem in caught.value.problems] == [
        f"rename the file to {name.lower()}"
    ]


def test_folders_below_are_not_read_and_a_note_says_so(tmp_path: Path) -> None:
    write(tmp_path, api=API)
    below = tmp_path / "budgets" / "old"
    below.mkdir()
    (below / "web.yml").write_text("nonsense", encoding="utf-8")
    (tmp_path / "budgets" / ".api.yml.swp").write_text("nonsense", encoding="utf-8")
    (tmp_path / "budgets" / "README.md").write_text("nonsense", encoding="utf-8")
    spec = read(tmp_path)
    assert spec.notes == ("budgets/old/ is not read: --budgets budgets/old reads it too",)


def test_a_link_to_nothing_is_told(tmp_path: Path) -> None:
    write(tmp_path, api=API)
    (tmp_path / "budgets" / "web.yml").symlink_to("nowhere.yml")
    with pytest.raises(SpecProblemsError, match=r"budgets/web.yml: the file cannot be read"):
        read(tmp_path)


def test_a_script_behind_a_link_out_of_the_repository_is_refused(tmp_path: Path) -> None:
    root = tmp_path / "repo"
    write(root, api=API.replace("load.js", "link/load.js"))
    (tmp_path / "load.js").write_text("", encoding="utf-8")
    (root / "link").symlink_to(tmp_path)
    with pytest.raises(SpecProblemsError, match="a symbolic link leads out of the repository"):
        read(root)


def test_an_objective_is_found_by_its_id_with_or_without_its_statistic(tmp_path: Path) -> None:
    budgets = read(write(tmp_path, web=WEB, bench=BENCH, bundle=BUNDLE)).budgets

    def found(text: str) -> list[str]:
        return [objective.id for objective in find_objectives(budgets, text)]

    home = "web/median(lcp{page:home})"
    assert found(home) == [home]
    assert found("web/lcp{page:home}") == [home]
    assert found("web/lcp") == [home, "web/median(lcp{page:checkout})"]
    assert found("bench/time") == ["bench/median(time)"]
    assert found("bench/time{test:test_price}") == ["bench/median(time{test:test_price})"]
    assert found('bundle/size{encoding:br,file:"app"}') == [
        "bundle/sum(size{encoding:br,file:app})"
    ]
    member = find_objectives(budgets, "bench/time{test:x}")[0]
    assert (member.each, member.tolerance) == ("", budgets[0].objectives[0].tolerance)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("lcp", "'lcp' is no objective"),
        ("wbe/lcp", "there is no budget 'wbe'"),
        ("web/lcp{page:hme}", "there is no objective 'web/lcp{page:hme}'"),
        ("web/lpc", "has no metric 'lpc'"),
        ("web/lcp{", "expected a tag name"),
    ],
)
def test_what_names_no_objective_is_a_usage_error(text: str, said: str, tmp_path: Path) -> None:
    with pytest.raises(UsageError) as caught:
        find_objectives(read(write(tmp_path, web=WEB)).budgets, text)
    assert said in caught.value.message


def test_a_runner_may_not_take_a_key_that_every_budget_has(tmp_path: Path) -> None:
    from gate.spec.heads import _common

    with pytest.raises(TypeError, match="'timeout'"):
        _common(("script", "timeout"))
    assert "paths" in _common(("script",))
    assert "paths" not in _common(("script", "paths"))
