"""A change cannot loosen what it is judged by, nor switch off in itself what forbids that."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

import pytest

from gate.app.before import before
from gate.app.proposed import judged_by, refuse_loosened
from gate.app.select import base_commit
from gate.app.workspace import Request, Workspace, open_workspace
from gate.errors import UsageError
from tests.ci.support import Tree

BUNDLE = """
runner: bundle
owner: team-shop
files: {app: "*.js", css: "*.css"}
objectives:
  - {sli: 'size{file:app, encoding:br}', limit: LIMIT}
  - {sli: 'size{file:css, encoding:br}', limit: {pr: 2 kB, release: 1 kB}}
"""
APP, CSS = (f"bundle/sum(size{{encoding:br,file:{name}}})" for name in ("app", "css"))
REFUSE = "loosening: refuse\n"
FROM_BASE = "budgets_from: base\n"
TIGHT, LOOSE = BUNDLE.replace("LIMIT", "10 kB"), BUNDLE.replace("LIMIT", "20 kB")


@pytest.fixture
def tree(tmp_path: Path) -> Tree:
    """A repository whose branch main promises 10 kB; a change begins there."""
    made = Tree(tmp_path / "tree").init()
    made.write("app.js", "a\n")
    made.write("page.css", "a\n")
    made.write("budgets/bundle.yml", TIGHT)
    made.commit("README")
    return made


def policy(tree: Tree, text: str) -> None:
    tree.write("budgets/policy.yml", text)
    tree.commit()


def change(tree: Tree, files: Mapping[str, str]) -> None:
    tree.git("checkout", "-q", "-b", "change")
    for name, text in files.items():
        if text:
            tree.write(f"budgets/{name}", text)
        else:
            (tree.root / "budgets" / name).unlink()
    tree.commit()


def here(tree: Tree, **asked: object) -> Workspace:
    return open_workspace(Request(start=tree.root, environ={}, **asked))  # type: ignore[arg-type]


def refused(workspace: Workspace) -> tuple[str, ...]:
    base = base_commit(workspace)
    return refuse_loosened(workspace, base, before(workspace, base))


@pytest.mark.parametrize(
    ("files", "told"),
    [
        pytest.param(
            {"bundle.yml": LOOSE},
            f"{APP}: the limit was loosened from 10 kB to 20 kB (budgets/bundle.yml:6)",
            id="a limit",
        ),
        pytest.param(
            {"bundle.yml": TIGHT.replace("release: 1 kB", "release: 3 kB")},
            f"{CSS}: the limit was loosened from 1 kB to 3 kB, under the profile release",
            id="a limit of a profile that is not this run's",
        ),
        pytest.param(
            {"bundle.yml": LOOSE, "policy.yml": "alarm_rate: 1%\n"},
            "policy: what a change loosens is only shown now (budgets/policy.yml)",
            id="the policy in the same change",
        ),
        pytest.param(
            {"policy.yml": "loosening: warn\n"},
            "policy: what a change loosens is only shown now",
            id="the policy alone",
        ),
        pytest.param(
            {"policy.yml": REFUSE + "baseline: {branches: [main, change]}\n"},
            "policy: its branches are main, change instead of main, master",
            id="a branch that says of itself that it is trusted",
        ),
        pytest.param(
            {"bundle.yml": TIGHT + "paths: [nowhere]\n"},
            "the budget bundle: concerns only nowhere, not everything (budgets/bundle.yml",
            id="fewer changes concern it",
        ),
        pytest.param(
            {"policy.yml": REFUSE + "profiles: {pr: {only: [other]}}\n", "other.yml": TIGHT},
            "the budget bundle: is not among those that are measured any more, "
            "under the profile pr",
            id="a profile measures less",
        ),
    ],
)
def test_what_a_change_loosens_is_refused(tree: Tree, files: dict[str, str], told: str) -> None:
    policy(tree, REFUSE)
    base = tree.head
    change(tree, files)
    with pytest.raises(UsageError) as error:
        refused(here(tree))
    assert f"loosened or deleted since {base[:12]}, which the policy refuses:" in str(error.value)
    assert told in str(error.value)
    assert "--allow-loosening" in error.value.hint


def test_a_deleted_budget_names_its_owner_as_who_may_allow_it(tree: Tree) -> None:
    policy(tree, REFUSE)
    change(tree, {"bundle.yml": "", "other.yml": TIGHT})
    with pytest.raises(UsageError) as error:
        refused(here(tree))
    assert (
        "the budget bundle was deleted, with its 2 objectives (it stood at budgets/bundle.yml); "
        "team-shop may allow it"
    ) in str(error.value)
    assert "let team-shop allow it" in error.value.hint


@pytest.mark.parametrize(
    "files",
    [
        pytest.param({"bundle.yml": TIGHT.replace("10 kB", "9 kB")}, id="tighter"),
        pytest.param({"bundle.yml": TIGHT.replace("10 kB", "10000 B")}, id="in another unit"),
        pytest.param({"bundle.yml": f"# a comment\n{TIGHT}"}, id="a comment"),
        pytest.param(
            {
                "bundle.yml": TIGHT.replace(
                    "objectives:\n", "defaults: {blocking: true}\nobjectives:\n"
                )
            },
            id="a default that says what held",
        ),
        pytest.param(
            {
                "bundle.yml": TIGHT[: TIGHT.rindex("  - ")],
                "retired.yml": f"- {{id: '{CSS}', reason: no styles, owner: team-shop}}\n",
            },
            id="retired on purpose",
        ),
        pytest.param(
            {
                "bundle.yml": "",
                "web.yml": TIGHT.replace("limit: 10 kB", f"limit: 10 kB, was: '{APP}'").replace(
                    "release: 1 kB}", f"release: 1 kB}}, was: '{CSS}'"
                ),
            },
            id="renamed with its file",
        ),
    ],
)
def test_what_is_as_strict_as_before_is_not_refused(tree: Tree, files: dict[str, str]) -> None:
    policy(tree, REFUSE)
    change(tree, files)
    assert refused(here(tree)) == ()


def test_without_the_policy_it_is_shown_and_not_refused(tree: Tree) -> None:
    change(tree, {"bundle.yml": LOOSE})
    assert refused(here(tree)) == ()


def test_the_policy_holds_at_once_in_the_change_that_brings_it(tree: Tree) -> None:
    change(tree, {"bundle.yml": LOOSE, "policy.yml": REFUSE})
    with pytest.raises(UsageError, match="from 10 kB to 20 kB"):
        refused(here(tree))


def test_who_may_allow_it_lets_it_through_and_the_report_says_so(tree: Tree) -> None:
    policy(tree, REFUSE)
    change(tree, {"bundle.yml": LOOSE})
    (note,) = refused(here(tree, allow_loosening=True))
    assert "--allow-loosening" in note


def test_what_is_merged_was_allowed(tree: Tree) -> None:
    policy(tree, REFUSE)
    change(tree, {"bundle.yml": LOOSE})
    tree.git("checkout", "-q", "main")
    tree.merge("change")
    assert refused(here(tree)) == ()
    tree.git("checkout", "-q", "--detach")  # as CI does for a tag
    assert refused(here(tree)) == ()


def test_a_sign_off_shows_it_and_goes_on(tree: Tree) -> None:
    policy(tree, REFUSE)
    change(tree, {"bundle.yml": LOOSE})
    assert refused(here(tree, signoff=True)) == ()


def test_what_cannot_be_compared_is_refused(tree: Tree) -> None:
    tree.write("budgets/bundle.yml", "runner: none\n")
    tree.commit()
    change(tree, {"bundle.yml": LOOSE, "policy.yml": REFUSE})
    with pytest.raises(UsageError, match="that cannot be told here: the budgets of") as error:
        refused(here(tree))
    assert "cannot be read" in str(error.value)


def test_a_change_of_which_only_the_last_commit_is_known_is_refused(tree: Tree) -> None:
    policy(tree, REFUSE)
    change(tree, {"bundle.yml": LOOSE})
    tree.commit()
    tree.git("branch", "-D", "-q", "main")
    with pytest.raises(UsageError, match="only the last commit is known"):
        refused(here(tree))


def test_the_first_commit_of_all_has_nothing_to_loosen(tmp_path: Path) -> None:
    first = Tree(tmp_path / "first").init("change")
    first.write("budgets/bundle.yml", TIGHT)
    first.write("budgets/policy.yml", REFUSE)
    first.commit()
    assert refused(here(first)) == ()


def test_a_change_is_judged_by_the_budgets_of_its_base(tree: Tree) -> None:
    policy(tree, FROM_BASE)
    base = tree.head
    change(
        tree, {"bundle.yml": LOOSE + "  - {sli: 'size{file:app, encoding:gzip}', limit: 9 kB}\n"}
    )
    own = here(tree)
    with judged_by(own) as workspace:
        limits = {o.id: o.limit.fail for o in workspace.spec.promises.objectives if o.limit}
        assert limits == {APP: 10_000, CSS: 1_000}
        assert {str(o.place.file) for o in workspace.spec.promises.objectives} == {
            "budgets/bundle.yml"
        }
        first, second = workspace.notes
        assert first == (
            f"judged by the budgets of the base {base[:12]}, not by those of this change"
        )
        assert second.startswith("promised by this change and judged once it is merged: bundle/")
        earlier = before(workspace, base_commit(workspace))
        (told,) = earlier.loosened(workspace.own.promises)
        assert (told.subject, told.old, told.new) == (APP, "10 kB", "20 kB")


@pytest.mark.parametrize(
    ("there", "mine", "asked", "judged"),
    [
        pytest.param(FROM_BASE, "", "", "base", id="the base's policy"),
        pytest.param(FROM_BASE, "alarm_rate: 1%\n", "", "base", id="switched off by the change"),
        pytest.param("", FROM_BASE, "", "base", id="switched on by the change"),
        pytest.param("", "", "base", "base", id="the command line"),
        pytest.param(FROM_BASE, "", "head", "head", id="the command line says head"),
        pytest.param("", "", "", "head", id="nobody"),
        pytest.param(
            FROM_BASE,
            FROM_BASE + "baseline: {branches: [change]}\n",
            "",
            "base",
            id="a branch that trusts itself",
        ),
    ],
)
def test_whose_budgets_count(tree: Tree, there: str, mine: str, asked: str, judged: str) -> None:
    policy(tree, there or "alarm_rate: 1%\n")
    change(tree, {"bundle.yml": LOOSE, **({"policy.yml": mine} if mine else {})})
    with judged_by(here(tree, budgets_from=asked)) as workspace:
        assert ("base" if workspace.proposed else "head") == judged


def test_a_change_that_names_another_store_is_compared_in_the_one_of_its_base(tree: Tree) -> None:
    policy(tree, FROM_BASE + "baseline: {store: 'shared-folder:runs'}\n")
    change(tree, {"policy.yml": FROM_BASE + "baseline: {store: 'shared-folder:mine'}\n"})
    own = here(tree)
    with judged_by(own) as workspace:
        assert str(tree.root / "mine") in own.store.where
        assert str(tree.root / "runs") in workspace.store.where
    with judged_by(here(tree, store="shared-folder:asked")) as workspace:
        assert str(tree.root / "asked") in workspace.store.where


def test_a_branch_that_trusts_itself_is_not_its_own_base(tree: Tree) -> None:
    """As CI checks out a push to it: a remote has the branch, and nobody tells the target."""
    policy(tree, REFUSE + FROM_BASE)
    base = tree.head
    mine = "baseline: {branches: [main, change]}\n"
    change(tree, {"bundle.yml": LOOSE, "policy.yml": mine})
    tree.commit("README")
    for name in ("main", "change"):
        tree.git("update-ref", f"refs/remotes/origin/{name}", name)
    own = here(tree)
    found = base_commit(own)
    assert found is not None
    assert (found.sha, own.commit.line[0]) == (base, base)
    with pytest.raises(UsageError, match="from 10 kB to 20 kB"):
        refused(own)
    with judged_by(own) as workspace:
        assert workspace.proposed is not None


def test_on_a_trusted_branch_its_own_budgets_count(tree: Tree) -> None:
    policy(tree, FROM_BASE)
    tree.write("budgets/bundle.yml", LOOSE)
    tree.commit()
    with judged_by(here(tree)) as workspace:
        assert workspace.proposed is None


def test_the_base_that_is_asked_for_has_to_be_there(tmp_path: Path) -> None:
    first = Tree(tmp_path / "first").init()
    first.write("budgets/bundle.yml", TIGHT)
    first.commit()
    with (
        pytest.raises(UsageError, match="there is no base commit"),
        judged_by(here(first, budgets_from="base")),
    ):
        pass


def test_budgets_of_the_base_that_do_not_fit_the_tree_are_said(tree: Tree) -> None:
    tree.write("budgets/bundle.yml", "runner: none\n")
    tree.commit()
    change(tree, {"bundle.yml": TIGHT})
    with (
        pytest.raises(UsageError, match="which count here, do not fit this tree"),
        judged_by(here(tree, budgets_from="base")),
    ):
        pass


def test_the_request_of_a_replaced_workspace_stays(tree: Tree) -> None:
    change(tree, {"bundle.yml": LOOSE})
    own = here(tree, budgets_from="base")
    with judged_by(own) as workspace:
        assert replace(workspace, spec=own.spec, proposed=None, shown_from=None, notes=()) == own


def test_a_fork_that_calls_its_branch_main_is_not_trusted(tree: Tree) -> None:
    """As GitHub checks a pull request out: its own merge, named after the request."""
    policy(tree, REFUSE)
    base = tree.head
    change(tree, {"bundle.yml": LOOSE})
    tree.commit()
    tree.git("checkout", "-q", "--detach", "main")
    merged = tree.merge("change")
    environ = {
        "CI": "true",
        "GITHUB_ACTIONS": "true",
        "GITHUB_EVENT_NAME": "pull_request",
        "GITHUB_REF": "refs/pull/7/merge",
        "GITHUB_SHA": merged,
        "GITHUB_HEAD_REF": "main",
        "GITHUB_BASE_REF": "main",
    }
    workspace = open_workspace(Request(start=tree.root, environ=environ))
    with pytest.raises(UsageError, match=f"since {base[:12]}, which the policy refuses"):
        refused(workspace)
    with judged_by(
        replace(workspace, request=replace(workspace.request, budgets_from="base"))
    ) as by:
        assert by.proposed is not None
