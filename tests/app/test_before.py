"""What was promised where the change began."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from gate.app.before import before
from gate.app.workspace import Request, Workspace, open_workspace
from gate.ci.commits import Base
from gate.core.model import Promises
from tests.ci.support import Tree

BUNDLE = """
runner: bundle
files: {app: "*.js", css: "*.css"}
objectives:
  - {sli: 'size{file:app, encoding:br}', limit: LIMIT}
"""
MORE = "  - {sli: 'size{file:css, encoding:br}', limit: 1 kB}\n"
APP, CSS = (f"bundle/sum(size{{encoding:br,file:{name}}})" for name in ("app", "css"))


@pytest.fixture
def tree(tmp_path: Path) -> Tree:
    """A repository without budgets."""
    made = Tree(tmp_path / "tree").init()
    made.commit("README")
    return made


def promise(tree: Tree, limit: str, more: str = "", folder: str = "budgets") -> None:
    tree.write(f"{folder}/bundle.yml", BUNDLE.replace("LIMIT", limit) + more)


def here(tree: Tree, *folders: Path) -> Workspace:
    return open_workspace(Request(start=tree.root, environ={}, budgets=folders))


def base(tree: Tree) -> Base:
    return Base(tree.head, whole=True)


def test_the_same_promises_are_neither_new_nor_loosened(tree: Tree) -> None:
    promise(tree, "10 kB")
    tree.commit()
    now = here(tree)
    found = before(now, base(tree))
    assert (found.known, found.commit) == (True, tree.head)
    assert found.new(now.spec.promises.objectives) == ()
    assert found.loosened(now.spec.promises) == ()


def test_what_came_since_is_new_and_what_was_loosened_is_told(tree: Tree) -> None:
    promise(tree, "10 kB")
    tree.commit()
    promise(tree, "20 kB", MORE)
    now = here(tree)
    found = before(now, base(tree))
    assert found.new(now.spec.promises.objectives) == (CSS,)
    (loosening,) = found.loosened(now.spec.promises)
    assert (loosening.subject, loosening.old, loosening.new) == (APP, "10 kB", "20 kB")
    assert str(loosening.place) == str(loosening.was) == "budgets/bundle.yml:5:5"


def test_an_objective_with_another_name_is_not_new(tree: Tree) -> None:
    promise(tree, "10 kB")
    tree.commit()
    now = here(tree)
    (app,) = now.spec.promises.objectives
    assert before(now, base(tree)).new((replace(app, id="bundle/other", was=app.id),)) == ()


def test_the_first_budgets_are_all_new(tree: Tree) -> None:
    first = base(tree)
    promise(tree, "10 kB", MORE)
    now = here(tree)
    found = before(now, first)
    assert found.known
    assert set(found.new(now.spec.promises.objectives)) == {APP, CSS}


POLICY = "alarm_rate: 0.1%\nmiss_rate: 20%\nbaseline: {branches: [trunk]}\n"
WAIVER = f"""
- {{objective: '{APP}', bound: limit, ceiling: 1 MB, reason: x, owner: o, expires: 2027-01-31}}
"""


@pytest.mark.parametrize(
    "beside", [{}, {"README": ""}, {"policy.yml": "miss_rate: 10%\n"}], ids=str
)
def test_the_first_budgets_loosen_nothing_whatever_their_policy(
    tree: Tree, beside: dict[str, str]
) -> None:
    for name, text in beside.items():
        tree.write(f"budgets/{name}", text)
    tree.commit()
    first = base(tree)
    promise(tree, "10 kB")
    tree.write("budgets/policy.yml", POLICY)
    tree.write("budgets/waivers.yml", WAIVER)
    now = here(tree)
    assert before(now, first).loosened(now.spec.promises) == ()


def test_budgets_in_the_root_are_read_there_as_well(tree: Tree) -> None:
    promise(tree, "10 kB", folder=".")
    tree.commit()
    now = here(tree, tree.root)
    assert before(now, base(tree)).new(now.spec.promises.objectives) == ()


@pytest.mark.parametrize(
    "text", ["runner: bundle\nfiles: 1\n", "a: [\n", "runner: none\n"], ids=repr
)
def test_what_could_not_be_read_there_is_unknown(tree: Tree, text: str) -> None:
    tree.write("budgets/bundle.yml", text)
    tree.commit()
    promise(tree, "10 kB")
    now = here(tree)
    found = before(now, base(tree))
    assert (found.known, found.new(now.spec.promises.objectives)) == (False, ())


def test_budgets_outside_the_repository_have_no_base(tree: Tree, tmp_path: Path) -> None:
    outside = Tree(tmp_path / "outside")
    promise(outside, "10 kB", folder=".")
    now = here(tree, outside.root)
    assert not before(now, base(tree)).known


def test_without_a_base_nothing_is_known(tree: Tree) -> None:
    promise(tree, "10 kB")
    found = before(here(tree), None)
    assert (found.known, found.promises, found.commit) == (False, Promises(()), "")


API = "runner: k6\nscript: load.js\nobjectives:\n  - {sli: p95(http_req_duration), limit: 300 ms}\n"


def test_budgets_with_scripts_are_read_without_the_tree_that_they_were_in(tree: Tree) -> None:
    """A script that the change moves is no reason not to know what it loosens."""
    tree.write("load.js", "export default () => {}\n")
    tree.write("budgets/api.yml", API)
    tree.commit()
    tree.git("mv", "load.js", "browse.js")
    tree.write("budgets/api.yml", API.replace("load.js", "browse.js").replace("300 ms", "0.4 s"))
    now = here(tree)
    found = before(now, base(tree))
    assert (found.known, found.problem) == (True, "")
    (loosening,) = found.loosened(now.spec.promises)
    assert (loosening.old, loosening.new) == ("300 ms", "400 ms")
    assert found.new(now.spec.promises.objectives) == ()


def test_why_the_base_could_not_be_read_is_a_note(tree: Tree) -> None:
    tree.write("budgets/bundle.yml", "runner: none\n")
    tree.commit()
    promise(tree, "10 kB")
    (note,) = before(here(tree), base(tree)).notes
    assert note.startswith("what was loosened since the base cannot be told: budgets/bundle.yml:1")
