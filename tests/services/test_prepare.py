from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from gate.core.reasons import Code
from gate.services import NotPrepared, Prepared, Service, prepare

BUILD = (
    "import os, pathlib; out = pathlib.Path('dist'); out.mkdir(exist_ok=True);"
    "(out / 'app.js').write_text(os.environ.get('PLANT', ''));"
    "open('count', 'a').write('x')"
)
SHOP = Service("shop", cwd="app", prepare=((sys.executable, "-c", BUILD),))


def git(root: Path, *words: str) -> None:
    identity = ("-c", "user.name=t", "-c", "user.email=t@example.org", "-c", "commit.gpgsign=false")
    subprocess.run(["git", "-C", str(root), *identity, *words], check=True, capture_output=True)


@pytest.fixture
def tree(tmp_path: Path) -> Path:
    """A committed tree whose build outputs and scratch git ignores."""
    (tmp_path / "app" / "src").mkdir(parents=True)
    (tmp_path / "budgets").mkdir()
    (tmp_path / ".gitignore").write_text("dist/\ncount\nuv.lock\n")
    (tmp_path / "app" / "src" / "main.js").write_text("1")
    (tmp_path / "lib.js").write_text("1")
    (tmp_path / "budgets" / "web.yml").write_text("1")
    git(tmp_path, "init", "-q")
    git(tmp_path, "add", "-A")
    git(tmp_path, "commit", "-qm", "first")
    return tmp_path


def build(tree: Path, service: Service = SHOP, *, path: str = "") -> Prepared:
    done = prepare(service, tree, {**os.environ, "PATH": path or os.environ["PATH"]})
    assert isinstance(done, Prepared), done
    return done


def builds(tree: Path) -> int:
    return len((tree / "app" / "count").read_text())


def test_a_tree_is_prepared_once(tree: Path) -> None:
    said: list[str] = []
    done = prepare(SHOP, tree, os.environ, say=said.append)
    assert done == Prepared(kept=False, seconds=done.seconds if isinstance(done, Prepared) else -1)
    assert said[0].startswith(f"shop: {sys.executable} -c")
    assert build(tree) == Prepared(kept=True)
    assert builds(tree) == 1


def add_commit(tree: Path) -> None:
    git(tree, "commit", "-qm", "again", "--allow-empty")


def edit(name: str) -> Callable[[Path], None]:
    def change(tree: Path) -> None:
        path = tree / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text("2")

    return change


def delete_source(tree: Path) -> None:
    (tree / "app" / "src" / "main.js").unlink()


def commit_source(tree: Path) -> None:
    edit("lib.js")(tree)
    git(tree, "commit", "-qam", "second")


def delete_output(tree: Path) -> None:
    (tree / "app" / "dist" / "app.js").unlink()
    (tree / "app" / "dist").rmdir()


def damage_stamp(tree: Path) -> None:
    (tree / ".gate" / "prepared" / "shop.json").write_text('{"key": 1}')


def deepen_stamp(tree: Path) -> None:
    (tree / ".gate" / "prepared" / "shop.json").write_text("[" * 100_000)


def bloat_stamp(tree: Path) -> None:
    (tree / ".gate" / "prepared" / "shop.json").write_text(" " * 2_000_000)


def turn_link(tree: Path) -> None:
    link = tree / "app" / "config"
    link.symlink_to("one")
    build(tree)
    (tree / "app" / "count").write_text("x")
    link.unlink()
    link.symlink_to("two")


def make_executable(tree: Path) -> None:
    edit("app/new.sh")(tree)
    build(tree)
    (tree / "app" / "count").write_text("x")
    (tree / "app" / "new.sh").chmod(0o755)


@pytest.mark.parametrize(
    ("change", "again"),
    [
        pytest.param(add_commit, False, id="another-commit-of-the-same-tree"),
        pytest.param(edit("budgets/web.yml"), False, id="a-budget-is-edited"),
        pytest.param(edit("app/dist/more.js"), False, id="an-ignored-file-changes"),
        pytest.param(commit_source, True, id="another-tree-is-committed"),
        pytest.param(edit("app/src/main.js"), True, id="a-source-is-edited"),
        pytest.param(edit("lib.js"), True, id="a-neighbour-of-the-service-is-edited"),
        pytest.param(edit("app/src/new file.js"), True, id="an-untracked-source-appears"),
        pytest.param(make_executable, True, id="a-file-becomes-executable"),
        pytest.param(turn_link, True, id="a-link-points-elsewhere"),
        pytest.param(delete_source, True, id="a-source-is-deleted"),
        pytest.param(edit("app/uv.lock"), True, id="an-ignored-lock-file-changes"),
        pytest.param(edit("app/requirements.txt"), True, id="requirements-appear"),
        pytest.param(delete_output, True, id="what-the-build-made-is-gone"),
        pytest.param(damage_stamp, True, id="the-stamp-is-damaged"),
        pytest.param(deepen_stamp, True, id="the-stamp-is-too-deep"),
        pytest.param(bloat_stamp, True, id="the-stamp-is-no-stamp"),
    ],
)
def test_what_prepares_a_tree_again(
    change: Callable[[Path], None], *, again: bool, tree: Path
) -> None:
    build(tree)
    change(tree)
    assert build(tree).kept is not again
    assert builds(tree) == 1 + again
    assert build(tree).kept


def test_another_definition_or_value_prepares_again(tree: Path) -> None:
    build(tree)
    planted = replace(SHOP, env=(("PLANT", "fat"),))
    assert not build(tree, planted).kept
    assert (tree / "app" / "dist" / "app.js").read_text() == "fat"
    assert not build(tree, replace(planted, prepare=SHOP.prepare * 2)).kept


def program(folder: Path, name: str, more: str = "") -> str:
    """A program in a folder of its own; a PATH that has it first."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / name).write_text(f"#!/bin/sh\nprintf x >> count\n{more}", encoding="utf-8")
    (folder / name).chmod(0o755)
    return f"{folder}{os.pathsep}{os.environ['PATH']}"


@pytest.mark.parametrize("name", ["compiler", "node"])
def test_another_program_prepares_again(
    name: str, tree: Path, tmp_path_factory: pytest.TempPathFactory
) -> None:
    tools = tmp_path_factory.mktemp("tools")
    service = replace(SHOP, prepare=(("compiler",),))
    program(tools, "node")
    path = program(tools, "compiler")
    assert not build(tree, service, path=path).kept
    assert build(tree, service, path=path).kept
    assert not build(tree, service, path=program(tools, name, "# a later version\n")).kept
    assert build(tree, service, path=path).kept


def test_a_program_that_the_build_makes_prepares_nothing_again(tree: Path) -> None:
    path = f"{tree / 'app' / 'dist'}{os.pathsep}{os.environ['PATH']}"
    make = "import os; os.makedirs('dist'); os.symlink(sys.executable, 'dist/python3')"
    service = replace(SHOP, prepare=((sys.executable, "-c", f"import sys; {make}"),))
    assert not build(tree, service, path=path).kept
    assert build(tree, service, path=path).kept


def test_going_back_to_an_earlier_tree_builds_it_again(tree: Path) -> None:
    build(tree)
    commit_source(tree)
    build(tree)
    git(tree, "checkout", "-q", "HEAD~1")
    assert not build(tree).kept


def test_outputs_that_git_does_not_ignore_settle(tree: Path) -> None:
    (tree / ".gitignore").write_text("count\n")
    git(tree, "commit", "-qam", "forget to ignore dist")
    assert not build(tree).kept
    assert not build(tree).kept  # the key saw no dist before the first build
    assert build(tree).kept


def test_outside_git_it_is_prepared_every_time(tmp_path: Path) -> None:
    (tmp_path / "app").mkdir()
    outside = {**os.environ, "GIT_CEILING_DIRECTORIES": str(tmp_path.parent)}
    for _ in range(2):
        done = prepare(SHOP, tmp_path, outside)
        assert isinstance(done, Prepared)
        assert not done.kept
    assert builds(tmp_path) == 2


@pytest.mark.parametrize("made", ["nested repository", "fifo"])
def test_content_that_cannot_be_told_is_prepared_every_time(made: str, tree: Path) -> None:
    if made == "fifo":
        os.mkfifo(tree / "lib2.js")
        (tree / "lib.js").unlink()
        os.mkfifo(tree / "lib.js")
    else:
        (tree / "vendor").mkdir()
        git(tree / "vendor", "init", "-q")
        (tree / "vendor" / "a").write_text("1")
        git(tree / "vendor", "add", "-A")
        git(tree / "vendor", "commit", "-qm", "first")
    assert not build(tree).kept
    assert not build(tree).kept


def test_git_variables_of_a_hook_do_not_mislead(tree: Path) -> None:
    hooked = {**os.environ, "GIT_DIR": "/nowhere", "GIT_INDEX_FILE": "/nowhere/index"}
    assert isinstance(prepare(SHOP, tree, hooked), Prepared)
    assert prepare(SHOP, tree, hooked) == Prepared(kept=True)


def test_nothing_to_prepare_is_prepared(tmp_path: Path) -> None:
    assert prepare(Service("shop"), tmp_path, {}) == Prepared(kept=True)


FAILING = (sys.executable, "-c", "import sys; sys.exit('npm ERR! \\x1b[31m404\\x1b[0m')")


@pytest.mark.parametrize(
    ("service", "detail"),
    [
        pytest.param(
            replace(SHOP, prepare=(*SHOP.prepare, FAILING)),
            "ended with code 1: npm ERR! 404",
            id="a-command-fails",
        ),
        pytest.param(
            replace(SHOP, prepare=(("no-such-program", "ci"),)),
            "`no-such-program ci` could not be started",
            id="a-program-is-absent",
        ),
        pytest.param(
            replace(
                SHOP,
                prepare=((sys.executable, "-c", "import time; time.sleep(60)"),),
                prepare_timeout=0.3,
            ),
            "was not done after 0.3 s in all",
            id="it-takes-too-long",
        ),
        pytest.param(replace(SHOP, cwd="absent"), "is no folder of the tree", id="no-folder"),
        pytest.param(replace(SHOP, cwd="/"), "is no folder of the tree", id="out-of-the-tree"),
    ],
)
def test_a_tree_that_cannot_be_prepared_says_why_and_is_tried_again(
    service: Service, detail: str, tree: Path
) -> None:
    for _ in range(2):
        done = prepare(service, tree, os.environ)
        assert isinstance(done, NotPrepared)
        assert done.reason.code is Code.PREPARE_FAILED
        assert detail in done.reason.sentence


def test_a_failed_preparation_voids_the_earlier_one(tree: Path) -> None:
    build(tree)
    prepare(replace(SHOP, prepare=(FAILING,)), tree, os.environ)
    assert not build(tree).kept


def test_the_name_of_a_service_is_no_path(tree: Path) -> None:
    build(tree, replace(SHOP, name="../../escape"))
    assert [p.name for p in (tree / ".gate" / "prepared").iterdir()] == ["..%2F..%2Fescape.json"]
