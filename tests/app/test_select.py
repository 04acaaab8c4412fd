from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from gate.app.select import Selection, base_commit, objectives_of, select
from gate.ci.commits import Base, commit_of
from gate.ci.detect import Ci
from gate.ci.git import Repository
from gate.core.reasons import Code
from gate.errors import UsageError
from gate.spec import Spec
from tests.app.support import workspace
from tests.ci.support import Tree
from tests.spec.fakes import read, write

API = """
runner: k6
script: load.js
paths: [services/api/**, "lib/*.py"]
objectives:
  - {sli: p95(http_req_duration), limit: 300 ms}
"""
DB = """
runner: postgres
during: api
dsn: postgres://x
paths: [migrations/]
objectives:
  - {sli: mean(query_duration), limit: 100 ms}
"""
WEB = """
runner: lighthouse
base: http://127.0.0.1:1
pages: {home: /}
paths: ["**/*.css", ./web]
objectives:
  - {sli: lcp, limit: 2.5 s}
"""
BUNDLE = """
runner: bundle
files: {app: "*.js"}
objectives:
  - {sli: size{file:app}, limit: 10 kB}
""".replace("size{file:app}", '"size{file:app}"')
POLICY = "profiles: {nightly: {only: [web, db]}}\n"


@pytest.fixture
def tree(tmp_path: Path) -> Tree:
    """A repository with five budgets, committed on main; then on a feature branch."""
    made = Tree(tmp_path / "tree").init()
    write(made.root, api=API, db=DB, web=WEB, bundle=BUNDLE, policy=POLICY)
    for name in ("services/api/a.py", "lib/a.py", "migrations/0.sql", "web/base.css"):
        made.write(name)
    made.commit("README")
    made.git("switch", "-q", "-c", "feature")
    return made


def chosen(selection: Selection) -> str:
    """The budgets that are measured, with their observers in brackets."""
    return " ".join(
        budget.name + "".join(f"[{each.name}]" for each in selection.observers.get(budget.name, ()))
        for budget in selection.budgets
    )


def spec_of(tree: Tree, profile: str = "") -> Spec:
    return read(tree.root, profile=profile)


class TestWithoutAChange:
    def test_everything_is_measured_and_observers_go_with_their_load(self, tree: Tree) -> None:
        selection = select(workspace(tree.root, spec_of(tree)), None)
        assert chosen(selection) == "api[db] bundle web"
        assert selection.skipped == ()
        assert [budget.name for budget in selection.all] == ["api", "bundle", "web", "db"]

    @pytest.mark.parametrize(
        ("only", "expected"),
        [
            pytest.param(("web",), "web", id="one budget"),
            pytest.param(("web", "bundle"), "bundle web", id="two of them, in their order"),
            pytest.param(("api",), "api", id="a load without its observer"),
            pytest.param(("db",), "api[db]", id="an observer pulls its load in"),
        ],
    )
    def test_only_names(self, tree: Tree, only: tuple[str, ...], expected: str) -> None:
        spec = spec_of(tree)
        selection = select(workspace(tree.root, spec, only=only), None)
        assert chosen(selection) == expected
        measured = {budget.name for budget in selection.all}
        left_out = {o.id for o in spec.promises.objectives if o.budget not in measured}
        assert {entry.objective for entry in selection.skipped} == left_out
        assert {entry.reason.code for entry in selection.skipped} == {Code.NOT_SELECTED}
        assert selection.skipped[0].reason.sentence == "deselected by --only"

    def test_a_profile_names_as_well(self, tree: Tree) -> None:
        selection = select(workspace(tree.root, spec_of(tree, "nightly"), profile="nightly"), None)
        assert chosen(selection) == "api[db] web"
        assert selection.skipped[0].reason.sentence == "deselected by profile nightly"

    def test_only_goes_before_the_profile(self, tree: Tree) -> None:
        here = workspace(tree.root, spec_of(tree, "nightly"), profile="nightly", only=("bundle",))
        assert chosen(select(here, None)) == "bundle"

    def test_an_unknown_name_is_an_error(self, tree: Tree) -> None:
        with pytest.raises(UsageError) as caught:
            select(workspace(tree.root, spec_of(tree), only=("web", "apii")), None)
        assert caught.value.message == "--only apii: there is no such budget"
        assert caught.value.hint == "the budgets are: api, bundle, db, web"


class TestWithAChange:
    @pytest.mark.parametrize(
        ("name", "expected"),
        [
            pytest.param("docs/x", "bundle", id="that concerns nobody leaves those without paths"),
            pytest.param("services/api/a/b.py", "api bundle", id="deep below a glob"),
            pytest.param("services/ap", "bundle", id="above a glob is not in it"),
            pytest.param("services/api2/x", "bundle", id="beside it neither"),
            pytest.param("lib/x.py", "api bundle", id="of a pattern"),
            pytest.param("lib/x.pyc", "bundle", id="of none"),
            pytest.param("migrations/1.sql", "api[db] bundle", id="of an observer pulls its load"),
            pytest.param("style.css", "bundle web", id="at the root, for two stars"),
            pytest.param("a/b/style.css", "bundle web", id="and far below it"),
            pytest.param("web/x", "bundle web", id="in a folder that is named alone"),
            pytest.param("budgets/web.yml", "bundle web", id="to the budget itself"),
            pytest.param("load.js", "api bundle", id="to its script"),
            pytest.param("loadxjs", "bundle", id="to no script"),
            pytest.param("budgets/services.yml", "api[db] bundle web", id="to the services"),
            pytest.param("budgets/policy.yaml", "api[db] bundle web", id="to the policy"),
            pytest.param("budgets/accepted.yml", "api[db] bundle web", id="to what is accepted"),
            pytest.param("docs/policy.yml", "bundle", id="to another file of that name"),
            pytest.param("lib/n\n é.py", "api bundle", id="with any name"),
        ],
    )
    def test_one(self, tree: Tree, name: str, expected: str) -> None:
        spec = spec_of(tree)
        tree.write(name)
        repo = Repository(tree.root, shallow=False)
        here = workspace(tree.root, spec, repo=repo, commit=commit_of(repo))
        selection = select(here, base_commit(here))
        assert chosen(selection) == expected
        assert {entry.reason.code for entry in selection.skipped} <= {Code.NOT_CONCERNED}

    def test_a_file_that_left_concerns_whom_it_left(self, tree: Tree) -> None:
        tree.write("lib/x.py", "a long text that git finds again\n" * 9)
        tree.commit()
        tree.git("switch", "-q", "-C", "main")
        tree.git("switch", "-q", "-c", "move")
        tree.git("mv", "lib/x.py", "docs-x.py")
        tree.git("commit", "-q", "-m", "move")
        assert chosen(selected(tree)) == "api bundle"

    def test_everything_is_measured_where_the_change_is_not_known_whole(self, tree: Tree) -> None:
        tree.git("switch", "-q", "main")
        tree.commit("docs/x")
        ci = Ci("github", "main", told=True)
        assert chosen(selected(tree, ci=ci)) == "api[db] bundle web"

    def test_who_names_a_budget_wants_it_measured(self, tree: Tree) -> None:
        tree.commit("docs/x")
        assert chosen(selected(tree, only=("api",))) == "api"

    def test_a_path_that_no_file_has_would_skip_its_budget_for_ever(self, tree: Tree) -> None:
        tree.write("budgets/web.yml", WEB.replace("./web", "wbe/"))
        tree.commit("docs/x")
        tree.git("branch", "-f", "main")
        tree.commit("docs/y")
        with pytest.raises(UsageError, match=r"budgets/web.yml: `paths: wbe/` is no file") as found:
            selected(tree)
        assert "relative to the repository root" in found.value.hint

    def test_a_path_whose_last_file_goes_concerns_once_more(self, tree: Tree) -> None:
        tree.git("rm", "-q", "migrations/0.sql")
        tree.git("commit", "-q", "-m", "no more migrations")
        assert chosen(selected(tree)) == "api[db] bundle"

    def test_a_git_that_fails_skips_nobody(self, tree: Tree) -> None:
        repo = Repository(tree.root, shallow=False)
        here = workspace(tree.root, spec_of(tree), repo=repo, commit=commit_of(repo))
        with pytest.raises(UsageError, match="`git diff` failed"):
            select(here, Base("0" * 40, whole=True))

    def test_the_base_is_nowhere_outside_git(self, tree: Tree) -> None:
        assert base_commit(workspace(tree.root, spec_of(tree))) is None

    def test_the_base_is_the_fork_from_a_branch_of_the_policy(self, tree: Tree) -> None:
        tree.git("branch", "-m", "main", "trunk")
        spec = spec_of(tree)
        policy = replace(spec.promises.policy, branches=("trunk",))
        spec = replace(spec, promises=replace(spec.promises, policy=policy))
        fork = tree.head
        tree.commit()
        repo = Repository(tree.root, shallow=False)
        here = workspace(tree.root, spec, repo=repo, commit=commit_of(repo))
        assert base_commit(here) == Base(fork, whole=True)


def selected(tree: Tree, only: tuple[str, ...] = (), ci: Ci | None = None) -> Selection:
    repo = Repository(tree.root, shallow=False)
    here = workspace(tree.root, spec_of(tree), repo=repo, commit=commit_of(repo), only=only, ci=ci)
    return select(here, base_commit(here))


def test_the_objectives_of_a_budget_are_its_own(tree: Tree) -> None:
    spec = spec_of(tree)
    found = objectives_of(spec.budget("api"), spec.promises.objectives)
    assert {o.budget for o in found} == {"api"}
    assert len(found) == 2
