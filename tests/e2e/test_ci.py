"""`gate ci` as a step of GitHub Actions: outputs, summary, annotations, comment, exit code."""

from __future__ import annotations

import json
import re
import stat
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from tests.e2e.project import Done, Project
from tests.helpers.github_server import GitHub, github
from tests.helpers.github_state import BOT, READER, WRITER, Mood, zipped_as

PULL = 12
FENCE = re.compile(r"^::stop-commands::(\S+)$", re.MULTILINE)


@dataclass
class Step:
    """One step: its files as the runner makes them, and what came of it."""

    project: Project
    served: GitHub
    folder: Path
    token: str = WRITER
    number: int = 0
    outputs: dict[str, str] = field(default_factory=dict)
    summary: str = ""

    def run(self, event: str = "push", payload: object = None, **inputs: str) -> Done:
        """Run the step; `inputs` are those of the action, `_` for `-`."""
        self.number += 1
        files = {name: self.folder / f"{name}-{self.number}" for name in ("out", "sum", "event")}
        files["event"].write_text(json.dumps(payload or {}))
        sha = self.project.git("rev-parse", "HEAD")
        ref = f"refs/pull/{PULL}/head" if event == "pull_request" else "refs/heads/main"
        env = {
            "CI": "true",
            "GITHUB_ACTIONS": "true",
            "GITHUB_EVENT_NAME": event,
            "GITHUB_EVENT_PATH": str(files["event"]),
            "GITHUB_OUTPUT": str(files["out"]),
            "GITHUB_STEP_SUMMARY": str(files["sum"]),
            "GITHUB_SHA": sha,
            "GITHUB_REF": ref,
            "GITHUB_BASE_REF": "main" if event == "pull_request" else "",
            "GITHUB_RUN_ID": "77",
            "GITHUB_SERVER_URL": "https://github.example",
            "RUNNER_TEMP": str(self.folder),
            **self.served.environ(self.token),
            **{f"PERFGATE_{name.upper()}": value for name, value in inputs.items()},
        }
        done = self.project.gate("ci", **env)
        self.outputs = read_outputs(files["out"].read_text("utf-8"))
        self.summary = files["sum"].read_text("utf-8") if files["sum"].exists() else ""
        return done

    def change(self, **inputs: str) -> Done:
        """Run it for pull request 12."""
        sha = self.project.git("rev-parse", "HEAD")
        own = {"full_name": "team/shop"}
        told = {"number": PULL, "head": {"sha": sha, "repo": own}, "base": {"repo": own}}
        return self.run("pull_request", {"number": PULL, "pull_request": told}, **inputs)

    def comments(self) -> list[str]:
        """The bodies of the gate's comments."""
        found = self.served.state.comments.get(PULL, [])
        return [c["body"] for c in found if c["user"]["login"] == BOT]


def read_outputs(text: str) -> dict[str, str]:
    """As the runner reads the file: the last value of a name counts."""
    found, lines = {}, iter(text.splitlines())
    for line in lines:
        name, sign, end = line.partition("<<")
        assert sign, line
        value = []
        for part in lines:
            if part == end:
                break
            value.append(part)
        found[name] = "\n".join(value)
    return found


def commands(done: Done) -> list[str]:
    """The workflow commands that the runner obeys: none between the fences."""
    (token,) = FENCE.findall(done.out)
    before, _, rest = done.out.partition(f"::stop-commands::{token}\n")
    _, closing, after = rest.partition(f"\n::{token}::\n")
    assert closing
    lines = (before + after).splitlines() + done.err.splitlines()
    return [line for line in lines if re.match(r"::[a-z-]+[ :]|##\[", line)]


@pytest.fixture
def served() -> Iterator[GitHub]:
    with github() as running:
        yield running


@pytest.fixture
def step(project: Project, served: GitHub, tmp_path: Path) -> Step:
    folder = tmp_path / "runner"
    folder.mkdir()
    project.bundle()
    project.commit()
    return Step(project, served, folder)


def broken(step: Step) -> None:
    step.project.write("dist/app.js", "x" * 5000)
    step.project.commit()


def test_a_push_that_keeps_its_promises(step: Step) -> None:
    done = step.run()
    done.ends(0, "✓ OPEN")
    told = step.outputs
    assert (told["verdict"], told["exit-code"], told["failed"]) == ("pass", "0", "0")
    assert step.summary.startswith("<!-- perfgate:v1 key=perfgate -->")
    assert "https://github.example/team/shop/actions/runs/77#artifacts" in step.summary
    for name in ("report-json", "report-html", "run-json"):
        assert Path(told[name]).is_file()
    assert [line.partition(" ")[0] for line in commands(done)] == ["::notice"]
    assert step.served.state.asked == []


def test_a_change_that_breaks_one_is_told_where_it_is_promised(step: Step) -> None:
    broken(step)
    done = step.change()
    done.ends(1, "✗ CLOSED")
    told = step.outputs
    assert (told["verdict"], told["exit-code"], told["failed"]) == ("fail", "1", "1")
    (error, *_) = commands(done)
    assert error.startswith("::error file=budgets/bundle.yml,line=4,")
    (body,) = step.comments()
    assert "1 of 1 promise broken" in body
    assert told["comment-url"] == step.served.state.comments[PULL][0]["html_url"]
    assert told["comment-file"] == ""


def test_the_comment_is_changed_in_place_and_says_what_it_said_before(step: Step) -> None:
    broken(step)
    first = step.project.git("rev-parse", "HEAD")
    step.change().ends(1)
    step.project.write("dist/app.js", "x")
    step.project.commit()
    step.change().ends(0)
    (body,) = step.comments()
    assert f"(was closed: a promise is broken at {first[:7]})" in body.replace("&#58;", ":")
    step.project.write("more.txt", "x")
    step.project.commit()
    step.change().ends(0)
    (body,) = step.comments()
    assert "(was" not in body


def test_a_token_that_may_only_read_changes_no_verdict(step: Step) -> None:
    step.token = READER
    broken(step)
    done = step.change()
    done.ends(1, "the comment was not written", "docs/forks.md")
    assert step.comments() == []
    assert step.outputs["verdict"] == "fail"
    assert Path(step.outputs["comment-file"]).name == "outcome.json"
    assert (step.outputs["comment-key"], step.outputs["artifact-suffix"]) == ("perfgate", "")
    assert "broken" in step.summary


@pytest.mark.parametrize(
    "mood",
    [
        Mood("/repos", "status", times=999, status=500),
        Mood("/repos", "garbage", times=999),
        Mood("POST /repos", "lose", times=999),
        Mood("/repos", "status", times=999, status=422),
    ],
    ids=["down", "garbage", "answers are lost", "refuses"],
)
def test_whatever_github_does_the_verdict_stands(step: Step, mood: Mood) -> None:
    step.served.state.moods.append(mood)
    step.change().ends(0, "✓ OPEN")
    assert step.outputs["verdict"] == "pass"


def test_on_change_comments_only_where_there_is_something_to_see(step: Step) -> None:
    step.change(comment="on-change").ends(0)
    assert step.comments() == []
    broken(step)
    step.change(comment="on-change").ends(1)
    step.project.write("dist/app.js", "x")
    step.project.commit()
    step.change(comment="on-change").ends(0)
    assert len(step.comments()) == 1
    assert "all" in step.comments()[0] or "kept" in step.comments()[0]


def test_never_is_never(step: Step) -> None:
    broken(step)
    step.change(comment="never").ends(1)
    assert step.served.state.asked == []


def test_two_gates_have_two_comments(step: Step) -> None:
    step.change(comment_key="web").ends(0)
    assert step.outputs["artifact-suffix"] == "-web"
    step.change(comment_key="api").ends(0)
    assert sorted(body.splitlines()[0] for body in step.comments()) == [
        "<!-- perfgate:v1 key=api -->",
        "<!-- perfgate:v1 key=web -->",
    ]


def test_a_check_run_where_it_is_asked_for(step: Step) -> None:
    broken(step)
    step.change(check_run="true").ends(1)
    (made,) = step.served.state.check_runs
    assert (made["conclusion"], made["head_sha"]) == (
        "failure",
        step.project.git("rev-parse", "HEAD"),
    )
    (annotation,) = made["all_annotations"]
    assert (annotation["path"], annotation["start_line"]) == ("budgets/bundle.yml", 4)


def test_a_budget_that_is_wrong_is_told_at_its_line(step: Step) -> None:
    step.change().ends(0)
    step.project.budget("bundle", "runner: bundle\nfiels: {app: x}\nobjectives: []\n")
    step.project.commit()
    done = step.change()
    done.ends(2)
    assert (step.outputs["verdict"], step.outputs["exit-code"]) == ("usage", "2")
    assert any("file=budgets/bundle.yml,line=2" in line for line in commands_outside(done))
    assert "nothing was judged" in step.summary
    (body,) = step.comments()
    assert "nothing was judged" in body
    assert "kept" not in body


def commands_outside(done: Done) -> list[str]:
    return [line for line in done.out.splitlines() if line.startswith("::error")]


@pytest.mark.parametrize(
    ("inputs", "words"),
    [
        ({"args": "--help"}, "no such option"),
        ({"args": "--version"}, "no such option"),
        ({"args": "-h"}, "no such option"),
        ({"args": "--profil=x"}, "no such option"),
        ({"budgets": "--json"}, "looks like an option"),
        ({"command": "rm"}, "expected one of: check, measure, judge"),
        ({"comment": "maybe"}, "expected one of: always, on-change, never"),
        ({"check_run": "perhaps"}, "expected true or false"),
        ({"comment_key": "a\nb"}, "takes one line"),
        ({"report_dir": "budgets/bundle.yml"}, "cannot be made"),
        ({"report_dir": "/proc/self/reports"}, "cannot be made"),
        ({"against": "base"}, "has no base"),
        ({"command": "judge", "args": "shards/*.json"}, "no run is at shards/*.json"),
    ],
    ids=str,
)
def test_an_input_that_is_wrong_ends_with_2(step: Step, inputs: dict[str, str], words: str) -> None:
    done = step.run("workflow_dispatch", **inputs)
    done.ends(2)
    assert words in done.said.lower() or words in done.said
    assert step.outputs["verdict"] == "usage"


def test_no_shell_sees_an_argument(step: Step) -> None:
    words = "--only=bundle\n--report=junit=out/$(touch pwned) `touch pwned`;touch pwned.xml\n"
    step.run(args=words).ends(0)
    assert not (step.project.root / "pwned").exists()
    assert list((step.project.root / "out").iterdir())


def test_the_token_is_nowhere(step: Step) -> None:
    broken(step)
    step.served.state.moods.append(
        Mood("POST /repos", "status", times=9, status=422, message=WRITER)
    )
    done = step.change(check_run="true")
    done.ends(1)
    assert WRITER not in done.said
    for root in (step.project.root, step.folder):
        for path in root.rglob("*"):
            if path.is_file():
                assert WRITER.encode() not in path.read_bytes(), path


def test_a_tool_does_not_get_the_token_and_steers_nothing(step: Step) -> None:
    tool = step.project.write(
        "tool.sh",
        '#!/bin/sh\necho "::error::planted"\necho "::set-output name=verdict::pass"\n'
        'echo "##[error]planted" >&2\nenv > "$PWD/seen.txt"\n',
    )
    tool.chmod(tool.stat().st_mode | stat.S_IXUSR)
    step.project.budget(
        "run",
        "runner: command\ncommand: [./tool.sh]\nrepeat: 3\nobjectives:\n"
        "  - sli: time\n    limit: 60 s\n",
    )
    step.project.commit()
    done = step.run()
    seen = (step.project.root / "seen.txt").read_text()
    assert "PERFGATE_GITHUB_TOKEN" not in seen
    assert WRITER not in seen
    assert not any("planted" in line for line in commands(done))


def test_parts_of_a_check_are_measured_and_joined(step: Step) -> None:
    step.project.write("dist/more.css", "y")
    step.project.budget(
        "styles",
        "runner: bundle\nfiles: {css: dist/*.css}\n"
        "objectives:\n  - sli: size{file:css, encoding:raw}\n    limit: 1 kB\n",
    )
    step.project.commit()
    shards = step.project.root.parent / "shards"
    shards.mkdir()
    for number in (1, 2):
        step.run(command="measure", args=f"--shard={number}/2").ends(0)
        assert step.outputs["verdict"] == "measured"
        assert step.outputs["run-name"] == f"run-{number}-of-2"
        Path(step.outputs["run-json"]).replace(shards / f"run-{number}-of-2.json")
    done = step.change(command="judge", args=f"{shards}/*.json")
    done.ends(0, "✓ OPEN")
    assert step.outputs["verdict"] == "pass"
    assert "2 promises kept" in step.comments()[0]


def test_a_part_that_is_not_there_is_missing(step: Step) -> None:
    step.project.budget("other", step.project.root.joinpath("budgets/bundle.yml").read_text())
    step.project.commit()
    step.run(command="measure", args="--shard=1/2").ends(0)
    step.run(command="judge", args=step.outputs["run-json"]).ends(3)
    assert step.outputs["verdict"] == "missing"


def test_the_base_of_a_change_is_measured_beside_it(step: Step) -> None:
    step.project.budget(
        "bundle",
        "runner: bundle\nfiles: {app: dist/*.js}\nobjectives:\n"
        "  - sli: size{file:app, encoding:raw}\n    tolerance: 2%\n",
    )
    base = step.project.commit()
    step.project.git("switch", "--quiet", "--create", "topic")
    broken(step)
    payload = {"merge_group": {"base_sha": base}}
    step.run("merge_group", payload, against="base").ends(1)
    assert step.outputs["baseline-sha"] == base


def test_a_change_that_concerns_nothing_is_open_and_says_so(step: Step) -> None:
    step.project.write(
        "budgets/bundle.yml",
        "paths: [dist]\n" + (step.project.root / "budgets/bundle.yml").read_text(),
    )
    step.project.commit()
    step.project.git("update-ref", "refs/remotes/origin/main", "HEAD")
    step.project.git("switch", "--quiet", "--create", "topic")
    step.project.write("docs/page.md", "words")
    step.project.commit()
    step.change().ends(0, "nothing was concerned")
    assert step.outputs["verdict"] == "skipped"
    assert "nothing was concerned" in step.comments()[0]


def test_a_run_of_main_is_left_for_the_action_to_upload(step: Step) -> None:
    step.project.budget("policy", 'baseline: {store: "github:perfgate-runs"}\n')
    step.project.commit()
    step.run().ends(0, "kept as")
    assert step.outputs["baseline-name"] == "perfgate-runs"
    assert Path(step.outputs["baseline-file"]).name == "entry.json"
    step.change().ends(0)
    assert step.outputs["baseline-file"] == ""


TOLERANCE = """\
runner: bundle
files: {app: dist/*.js}
objectives:
  - sli: size{file:app, encoding:raw}
    tolerance: 2%
"""
FORK = {"id": 8, "full_name": "mallory/shop"}


@pytest.mark.parametrize(
    ("run", "code", "verdict"),
    [
        pytest.param({}, 1, "fail", id="what main left is the baseline"),
        pytest.param({"head_repository": FORK}, 3, "missing", id="what a fork left is none"),
        pytest.param({"event": "pull_request"}, 3, "missing", id="what a change left is none"),
    ],
)
def test_a_change_is_compared_with_the_artifacts_of_main(
    step: Step, run: dict[str, object], code: int, verdict: str
) -> None:
    step.project.budget("bundle", TOLERANCE)
    step.project.budget("policy", 'baseline: {store: "github:perfgate-runs"}\n')
    base = step.project.commit()
    step.project.git("update-ref", "refs/remotes/origin/main", "HEAD")
    step.run()
    left = Path(step.outputs["baseline-file"])
    state = step.served.state
    state.artifact(
        "perfgate-runs", zipped_as({left.name: left.read_bytes()}), state.run(base, **run)
    )
    step.project.git("switch", "--quiet", "--create", "topic")
    broken(step)
    step.token = READER
    step.change().ends(code)
    assert step.outputs["verdict"] == verdict
    assert step.outputs["baseline-sha"] == (base if verdict == "fail" else "")


def test_without_github_around_it_is_a_check(step: Step) -> None:
    step.project.gate("ci").ends(0, "✓ OPEN")


def test_an_event_that_cannot_be_read_is_the_runners_to_mend(step: Step, tmp_path: Path) -> None:
    (tmp_path / "event").write_text("{")
    done = step.project.gate("ci", GITHUB_EVENT_PATH=str(tmp_path / "event"))
    done.ends(2, "GITHUB_EVENT_PATH")
