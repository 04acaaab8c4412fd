"""What `gate init` writes validates, says where it came from, and overwrites nothing."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from datetime import date
from itertools import pairwise
from pathlib import Path

import jsonschema
import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from gate.app.init import Asked, First, Written, propose, write
from gate.app.init.limits import Measured, Value, rounded_up, written
from gate.app.init.names import comment, quoted, usable
from gate.app.init.text import Text
from gate.app.init.workflow import tag_of, valid_action
from gate.app.init.writing import Done
from gate.app.progress import Silent
from gate.app.refusals import refuse_impossible
from gate.app.workspace import Request, open_workspace
from gate.core.metric import Kind
from gate.core.model import Origin
from gate.core.units import Dimension
from gate.errors import NothingToDoError, UsageError
from gate.spec import Spec
from gate.spec.schema import schema
from tests.app.init.trees import BENCH, K6, NODE, NOTHING, START, TREES, Tree, plant

TODAY = date(2026, 11, 23)
ACTION = "acme/perfgate@" + "0" * 40
BIN = Path(sys.executable).parent


def proposed(root: Path, *, action: str = ACTION, nothing: bool = True) -> First:
    return propose(Asked(root, TODAY, action, nothing=nothing), Silent())


def done(root: Path) -> tuple[First, tuple[Written, ...]]:
    first = proposed(root)
    return first, write(first.root, first.drafts)


def validated(root: Path) -> Spec:
    """What `gate validate` does; unset variables are notes."""
    spec = open_workspace(Request(start=root, environ={})).spec
    refuse_impossible(spec)
    return spec


def budgets(first: First) -> set[str]:
    return {draft.path.removeprefix("budgets/") for draft in first.drafts if draft.budget}


@pytest.mark.parametrize("name", TREES)
def test_what_is_written_validates(tmp_path: Path, name: str) -> None:
    first, _ = done(plant(tmp_path, TREES[name]))
    assert {f"{b.name}.yml" for b in validated(tmp_path).budgets} == budgets(first) != set()


@pytest.mark.parametrize("name", TREES)
def test_what_is_proposed_for_later_validates_once_it_is_in_force(
    tmp_path: Path, name: str
) -> None:
    done(plant(tmp_path, TREES[name]))
    for file in (tmp_path / "budgets").glob("*.example"):
        file.rename(file.with_suffix(""))
    for file in (tmp_path / "budgets").glob("*.yml"):
        text = re.sub(
            r"^( *)# ( *(?:- sli|limit|store): .*)$", r"\1\2", file.read_text(), flags=re.MULTILINE
        )
        file.write_text(text)
    assert validated(tmp_path).budgets


@pytest.mark.parametrize("name", TREES)
def test_every_line_says_where_it_came_from(tmp_path: Path, name: str) -> None:
    for draft in proposed(plant(tmp_path, TREES[name])).drafts:
        if not draft.path.endswith((".yml", ".example")) or draft.path.startswith(".github"):
            continue
        lines = draft.text.splitlines()
        for before, line in pairwise(lines):
            told = line.lstrip().startswith("#") or "  # " in line or "# " in before
            assert told or line.lstrip().startswith("- "), f"{draft.path}: {line}"


@pytest.mark.parametrize("name", TREES)
def test_no_limit_is_invented_where_nothing_was_measured(tmp_path: Path, name: str) -> None:
    done(plant(tmp_path, TREES[name]))
    promised = validated(tmp_path).promises.objectives
    assert all(o.limit is None for o in promised if o.origin is Origin.BUDGET)


@pytest.mark.parametrize("name", TREES)
def test_the_schema_beside_the_budgets_holds_for_them(tmp_path: Path, name: str) -> None:
    first, _ = done(plant(tmp_path, TREES[name]))
    for draft in first.drafts:
        if draft.path.startswith("budgets/") and draft.path.endswith((".yml", ".example")):
            line = draft.text[draft.text.index("# yaml-language") :].splitlines()[0]
            beside = tmp_path / "budgets" / line.rpartition("$schema=")[2]
            kind = beside.name.partition(".")[0]
            assert json.loads(beside.read_text()) == schema(kind)
            jsonschema.validate(yaml.load(draft.text, yaml.BaseLoader), _loose(kind))  # noqa: S506  # texts only, so that a day stays a text


def _loose(kind: str) -> dict[str, object]:
    """The schema without the types of numbers, which the loader of texts does not make."""
    text = json.dumps(schema(kind)).replace('"type": "integer"', '"title": "integer"')
    found: dict[str, object] = json.loads(text.replace('"type": "number"', '"title": "number"'))
    return found


@pytest.mark.parametrize("name", NOTHING)
def test_nothing_to_measure_is_said_and_nothing_is_in_force(tmp_path: Path, name: str) -> None:
    assert budgets(proposed(plant(tmp_path, NOTHING[name]))) == set()


def test_a_second_time_nothing_changes(tmp_path: Path) -> None:
    done(plant(tmp_path, TREES["k6-and-node"]))
    before = {
        p: p.read_bytes() for p in tmp_path.rglob("*") if p.is_file() and ".git/" not in str(p)
    }
    _, again = done(tmp_path)
    assert {each.done for each in again} == {Done.SAME}
    assert before == {p: p.read_bytes() for p in before}


def test_what_is_there_is_never_overwritten(tmp_path: Path) -> None:
    root = plant(tmp_path / "repo", {**TREES["k6-and-node"], "budgets/api.yml": "mine\n"})
    (root / ".github/workflows").mkdir(parents=True)
    (root / ".github/workflows/perfgate.yml").symlink_to(tmp_path / "outside")
    (root / "budgets/policy.yml").mkdir()
    _, told = done(root)
    left = {each.path for each in told if each.done is Done.LEFT}
    assert left == {"budgets/api.yml", ".github/workflows/perfgate.yml", "budgets/policy.yml"}
    assert (root / "budgets/api.yml").read_text() == "mine\n"
    assert not (tmp_path / "outside").exists()
    assert not [*root.rglob("*.init"), *root.rglob("*.tmp")]


def test_a_folder_that_leads_out_of_the_repository_is_refused(tmp_path: Path) -> None:
    root = plant(tmp_path / "repo", TREES["k6-and-node"])
    (tmp_path / "elsewhere").mkdir()
    (root / "budgets").symlink_to(tmp_path / "elsewhere")
    with pytest.raises(UsageError, match="leads out of the repository"):
        done(root)
    assert not [*(tmp_path / "elsewhere").iterdir()]
    assert not (root / ".github").exists()


@pytest.mark.parametrize(
    ("had", "left"),
    [
        (None, ".gate/\n"),
        ("", "# perfgate's scratch\n.gate/\n"),
        ("dist", "dist\n# perfgate's scratch\n.gate/\n"),
        ("/.gate/\n", "/.gate/\n"),
    ],
    ids=["no file", "an empty one", "a last line without an end", "one that has it"],
)
def test_the_scratch_folder_is_ignored(tmp_path: Path, had: str | None, left: str) -> None:
    tree = dict(TREES["k6-and-node"]) | ({".gitignore": had} if had is not None else {})
    done(plant(tmp_path, tree))
    assert (tmp_path / ".gitignore").read_text() == left


def test_outside_of_git_it_works_too(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GIT_CEILING_DIRECTORIES", str(tmp_path.parent))
    for name, text in {**TREES["k6-and-node"], "node_modules/a/load.js": K6}.items():
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(text)
    first = proposed(tmp_path)
    assert [load.script for load in first.found.loads] == ["load/smoke.js"]


def test_only_what_lies_below_the_folder_is_looked_at(tmp_path: Path) -> None:
    tree = {"a/package.json": START, "a/server.js": NODE, "b/test_x.py": BENCH}
    root = plant(tmp_path, tree)
    assert budgets(proposed(root / "b")) == {"bench.yml"}
    assert budgets(proposed(root)) == {"api.yml", "bench.yml"}


def test_a_built_file_is_measured_by_reading_alone(tmp_path: Path) -> None:
    root = plant(tmp_path, {**TREES["size-limit"], "dist/a.js": "let a = 1;\n" * 500})
    first = proposed(root, nothing=False)
    write(first.root, first.drafts)
    (text,) = [draft.text for draft in first.drafts if draft.path == "budgets/bundle.yml"]
    assert re.search(r"limit: \d+ B  # measured \d+ B here on 2026-11-23, and 5% headroom", text)
    assert [o.limit is not None for o in validated(root).promises.objectives] == [True, True]
    assert not [*(root / ".gate").glob("init-*")]


def test_without_consent_no_program_of_the_repository_runs(tmp_path: Path) -> None:
    traps = {"server.js": "process.env.PORT; require('fs').writeFileSync('ran', '')", "load.js": K6}
    bench = {"tests/test_a.py": "open('ran', 'w')\n" + BENCH, "conftest.py": "open('ran', 'w')"}
    build = {"package.json": '{"scripts": {"start": "node server.js", "build": "touch ran"}}'}
    proposed(plant(tmp_path, {**traps, **bench, **build, "dist/a.js": "a"}), nothing=False)
    assert not [*tmp_path.rglob("ran")]


HOSTILE = (
    "load/$(touch x).js", "load/${HOME}.js", "load/a: b.js", "load/a #b.js", "load/'q'.js",
    'load/"q".js', "-load.js", "load/{port}.js", "load/[a].js", "load/*.js", "load/\\.js",
    "load/é ü.js", "load/::error::.js", "load/&anchor.js", "load/!tag.js", "load/@at.js", "yes.js",
)  # fmt: skip


@pytest.mark.parametrize("name", HOSTILE)
def test_a_strange_name_stays_text_or_is_told_and_left_out(tmp_path: Path, name: str) -> None:
    root = plant(tmp_path, {"Procfile": "web: run $PORT", name: K6, "load/ok.js": K6})
    first, _ = done(root)
    scripts = {load.script for load in first.found.loads}
    assert scripts <= {name, "load/ok.js"}
    assert name in scripts or any(name in note for note in first.found.notes)
    spec = validated(root)
    assert {vars(b.options)["script"] for b in spec.budgets} == scripts


@given(st.text(max_size=300))
@settings(max_examples=200)
def test_a_quoted_text_reads_back_and_a_comment_is_one_line(text: str) -> None:
    if usable(text):
        assert yaml.safe_load(f"a: {quoted(text)}") == {"a": text}
        assert yaml.safe_load(f"a: [{quoted(text)}, b]") == {"a": [text, "b"]}
    page = Text()
    page.add("a: b", text)
    page.say(text)
    assert yaml.safe_load(page.whole()) == {"a": "b"}
    assert comment(text).isprintable()


@given(st.lists(st.sampled_from(sorted({**TREES, **NOTHING})), min_size=2, max_size=4, unique=True))
@settings(max_examples=12)
def test_any_mixture_validates(tmp_path_factory: pytest.TempPathFactory, names: list[str]) -> None:
    mixed: dict[str, str] = {}
    for name in names:
        tree: Tree = {**TREES, **NOTHING}[name]
        # A file of one that is a folder of another, or the other way round, cannot be.
        mixed |= {f: t for f, t in tree.items() if f not in {p.split("/")[0] for p in mixed}}
    root = plant(tmp_path_factory.mktemp("mixed"), mixed)
    first, _ = done(root)
    if budgets(first):
        assert {f"{b.name}.yml" for b in validated(root).budgets} == budgets(first)
    else:
        with pytest.raises(NothingToDoError):
            validated(root)


@pytest.mark.parametrize(
    "action",
    [ACTION, "acme/perfgate@v1", "acme/perfgate@main"],
    ids=["by commit", "by tag", "by branch"],
)
@pytest.mark.parametrize("branch", ["main", "release/1.x", "on"])
def test_the_workflow_passes_the_linters(tmp_path: Path, action: str, branch: str) -> None:
    root = plant(
        tmp_path, {**TREES["k6-and-node"], **TREES["lighthouserc-yml"], "test_a.py": BENCH}, branch
    )
    first = proposed(root, action=action)
    write(first.root, first.drafts)
    place = root / ".github/workflows/perfgate.yml"
    commands: tuple[tuple[str | Path, ...], ...] = (
        (BIN / "actionlint", place),
        (BIN / "zizmor", "--offline", "--persona=pedantic", "--no-progress", place),
        (BIN / "check-jsonschema", "--builtin-schema", "vendor.github-workflows", place),
    )
    assert yaml.safe_load(place.read_text())[True]["pull_request"]["branches"] == [branch]
    for words in commands:
        said = subprocess.run(words, capture_output=True, text=True, check=False, cwd=root)
        assert said.returncode == 0, said.stdout + said.stderr


@pytest.mark.parametrize(
    ("version", "tag"),
    [
        pytest.param("1.2.3", "v1.2.3", id="a release"),
        pytest.param("0.0.1.dev400+ga54cf201b", "", id="a build before the first release"),
        pytest.param("1.2.4.dev7", "", id="a build between two releases"),
        pytest.param("1.2.3+local.1", "", id="a release that somebody changed"),
        pytest.param("0.0.0", "", id="a tree that git does not hold"),
    ],
)
def test_only_a_release_has_a_tag(version: str, tag: str) -> None:
    assert tag_of(version) == tag


@pytest.mark.parametrize(
    "text", ["acme/perfgate", "acme/x@v1\nrun: x", "a/b@${{ x }}", "a/b@c # d"]
)
def test_an_action_is_a_place_and_a_revision(text: str) -> None:
    assert not valid_action(text)


@pytest.mark.parametrize(
    ("value", "up"),
    [(0.0, 0.0), (0.0561, 0.057), (0.056, 0.056), (19.95, 20.0), (1234.0, 1300.0), (1e-9, 1e-9)],
)
def test_a_limit_has_two_digits_and_is_never_below(value: float, up: float) -> None:
    assert rounded_up(value) == pytest.approx(up)


def test_a_limit_says_what_it_rests_on() -> None:
    known = {
        "a": Value(0.0561, Dimension.TIME, Kind.LATENCY),
        "b": Value(0.0, Dimension.NUMBER, Kind.LAB),
        "c": Value(2.0, Dimension.TIME, Kind.TIMING),
    }
    page, measured = Text(), Measured("2026-11-23", known, {"d": "k6 was not found"})
    for name, metric in (("a", "x"), ("b", "cls"), ("c", "time"), ("d", "x")):
        measured.promise(page, name, metric, "9 s")
    assert page.lines == [
        "    limit: 120 ms  # measured 56.1 ms here on 2026-11-23, and 100% headroom",
        "    limit: 0.1  # measured 0 here on 2026-11-23; Google's bound for good",
        "    # limit: 9 s  # an example, no limit is invented: not measured",
        "    # limit: 9 s  # an example, no limit is invented: k6 was not found",
    ]
    assert written(999.1, Dimension.SIZE) == "1 kB"


def test_a_huge_repository_is_not_read_whole(tmp_path: Path) -> None:
    root = plant(tmp_path, {"big.js": "import 'k6'; export default 1;" + " " * 600_000, "a.py": ""})
    os.mkfifo(root / "pipe.js")
    assert proposed(root).found.loads == ()


EVIL = {
    "blank lines": "\n" * 400_000,
    "blanks": "app" + " " * 400_000,
    "merges that double": "a0: &a0 {x: 1, y: 2}\n"
    + "".join(f"a{n}: &a{n} {{<<: [{', '.join([f'*a{n - 1}'] * 9)}]}}\n" for n in range(1, 9)),
    "open brackets": "def test_a(" * 40_000,
    "one word": "a" * 400_000,
    "quotes": "'/" * 200_000,
    "names": "".join(f"const a{n} = __ENV.BASE\n" for n in range(15_000)),
    "k6": "import http from 'k6/http'\nexport default 1\n" + "import " * 60_000,
}


@pytest.mark.parametrize("name", EVIL)
def test_no_text_keeps_it_busy_for_long(tmp_path: Path, name: str) -> None:
    names = ("test_a.py", "a.js", "settings.py", "requirements.txt", "Procfile", "Dockerfile")
    more = ("lighthouserc.js", "package.json", ".lighthouserc.yml", "manage.py", "app.py")
    root = plant(tmp_path, dict.fromkeys((*names, *more), EVIL[name]))
    assert proposed(root).drafts


@pytest.mark.parametrize(
    ("name", "steps"),
    [
        ("size-limit", ["actions/checkout", "acme/perfgate"]),
        ("k6-and-node", ["actions/checkout", "grafana/setup-k6-action", "acme/perfgate"]),
        ("benchmarks", ["actions/checkout", "actions/setup-python", "acme/perfgate"]),
        ("static-site", ["actions/checkout", "actions/setup-node", "", "acme/perfgate"]),
    ],
)
def test_the_workflow_brings_the_tools_of_the_budgets_in_force(
    tmp_path: Path, name: str, steps: list[str]
) -> None:
    first = proposed(plant(tmp_path, TREES[name]))
    (text,) = [draft.text for draft in first.drafts if draft.path.startswith(".github")]
    found = yaml.safe_load(text)["jobs"]["perfgate"]["steps"]
    assert [step.get("uses", "").partition("@")[0] for step in found] == steps
    assert found[-1]["with"] == {"against": "base"}
    assert ("env" in found[-1]) is ("actions/setup-node" in steps)


@pytest.mark.parametrize(
    ("more", "written"),
    [
        ({}, True),
        ({".gitlab-ci.yml": ""}, False),
        ({"Jenkinsfile": ""}, False),
        ({".gitlab-ci.yml": "", ".github/dependabot.yml": ""}, True),
    ],
    ids=["none", "GitLab", "Jenkins", "both"],
)
def test_where_another_ci_is_used_no_workflow_is_written(
    tmp_path: Path, more: Tree, written: bool
) -> None:
    first = proposed(plant(tmp_path, {**TREES["static-site"], **more}))
    assert any(draft.path.startswith(".github") for draft in first.drafts) is written
    assert any(note.startswith("CI is ") for note in first.found.notes) is not written
