"""The Action end to end: `uses: ./` for each event, with real outputs, summary and comment.

Needs no GitHub, no Docker and no network: act runs the workflows, the GitHub is on the loopback.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.e2e.acting import PERFORMANCE, PULL, ROOT, Acted, Hub
from tests.helpers.github_server import github
from tests.helpers.github_state import BOT, READER, REPOSITORY, WRITER, Json

pytestmark = pytest.mark.needs_act

KEPT, BROKEN = 900, 1100
MARKER = "<!-- perfgate:v1 key=perfgate -->"
FORK = {"id": 8, "full_name": "mallory/shop"}
OURS = {"id": 7, "full_name": REPOSITORY}


@pytest.fixture
def hub(tmp_path: Path) -> Iterator[Hub]:
    with github() as served:
        yield Hub(tmp_path, served)


def push(hub: Hub, before: str) -> Acted:
    event = {"ref": "refs/heads/main", "before": before, "after": hub.git("rev-parse", "HEAD")}
    return hub.act("push", event, "performance.yml", WRITER)


def pull(head: str, base: str, source: Json) -> Json:
    """The pull request as GitHub tells it."""
    owner = source["full_name"].partition("/")[0]
    return {
        "number": PULL,
        "state": "open",
        "head": {"sha": head, "ref": "patch-1", "label": f"{owner}:patch-1", "repo": source},
        "base": {"sha": base, "ref": "main", "repo": OURS},
    }


def change(hub: Hub, told: Json, token: str) -> Acted:
    event = {"action": "synchronize", "number": PULL, "pull_request": told}
    return hub.act("pull_request", event, "performance.yml", token)


def said(acted: Acted, verdict: str, code: int, base: str) -> None:
    """The outputs and the step's own end say this."""
    outputs = acted.outputs
    assert outputs, acted.log
    told = (outputs["verdict"], outputs["exit-code"], outputs["failed"])
    assert told == (verdict, str(code), "1" if code else "0"), acted.log
    assert outputs["baseline-sha"] == base
    assert acted.good is (code == 0)
    assert "Traceback" not in acted.log
    assert {path.name for path in (acted.uploads / "perfgate-report").iterdir()} == {
        "outcome.json", "report.html", "run.json",
    }  # fmt: skip


def commands(acted: Acted, level: str) -> list[str]:
    """What the runner made of the log's commands of a level."""
    return re.findall(rf"::{level} (file=[^:]*)::", acted.log)


def test_a_push_that_keeps_its_promises_is_green(hub: Hub) -> None:
    base = hub.commit(KEPT)
    hub.commit(KEPT + 5)
    acted = push(hub, base)
    said(acted, "pass", 0, base)
    assert acted.summary.startswith(f"{MARKER}\n\n### ✅ Performance: ")
    assert commands(acted, "error") == []
    assert hub.served.asked("POST") == []


def test_a_push_that_breaks_one_is_red_at_the_line_of_the_budget(hub: Hub) -> None:
    base = hub.commit(KEPT)
    hub.commit(BROKEN)
    acted = push(hub, base)
    said(acted, "fail", 1, base)
    assert acted.summary.startswith(f"{MARKER}\n\n### ❌ Performance: 1 of 1 promise broken")
    (error,) = commands(acted, "error")
    assert error.startswith("file=budgets/bundle.yml,line=4,title=fail")


def test_a_change_gets_one_comment_that_follows_it(hub: Hub) -> None:
    base = hub.commit(KEPT)
    head = hub.merge(BROKEN, base)
    acted = change(hub, pull(head, base, OURS), WRITER)
    said(acted, "fail", 1, base)
    (comment,) = hub.served.state.comments[PULL]
    assert comment["body"].startswith(f"{MARKER}\n\n### ❌ Performance: 1 of 1 promise broken")
    assert f"commit={head} " in comment["body"]
    assert comment["user"]["login"] == BOT
    assert acted.outputs["comment-url"] == comment["html_url"]
    assert acted.summary.split("\n")[:3] == comment["body"].split("\n")[:3]

    mended = hub.merge(KEPT + 5, base)
    acted = change(hub, pull(mended, base, OURS), WRITER)
    said(acted, "pass", 0, base)
    (comment,) = hub.served.state.comments[PULL]
    assert comment["body"].startswith(f"{MARKER}\n\n### ✅ Performance: ")
    assert f"(was closed: a promise is broken at {head[:7]})" in comment["body"]


def test_a_merge_queue_is_compared_with_what_it_builds_on(hub: Hub) -> None:
    base = hub.commit(KEPT)
    head = hub.merge(BROKEN, base)
    group = {
        "base_sha": base,
        "base_ref": "refs/heads/main",
        "head_sha": head,
        "head_ref": f"refs/heads/gh-readonly-queue/main/pr-{PULL}-{base}",
    }
    event = {"action": "checks_requested", "merge_group": group}
    acted = hub.act("merge_group", event, "performance.yml", WRITER)
    said(acted, "fail", 1, base)
    assert acted.summary.startswith(f"{MARKER}\n\n### ❌ Performance: ")
    assert hub.served.state.comments == {}


def test_a_fork_is_judged_with_a_token_that_only_reads_and_the_second_stage_comments(
    hub: Hub,
) -> None:
    base = hub.commit(KEPT)
    head = hub.merge(BROKEN, base)
    told = pull(head, base, FORK)
    hub.served.state.pulls.append(told)
    first = change(hub, told, READER)
    said(first, "fail", 1, base)
    assert hub.served.state.comments == {}
    assert first.summary.startswith(f"{MARKER}\n\n### ❌ Performance: ")

    facts = {"head_branch": "patch-1", "head_repository": FORK, "event": "pull_request"}
    run = hub.served.state.run(head, conclusion="failure", **facts)
    left = first.uploaded("perfgate-comment-perfgate")
    hub.served.state.artifact("perfgate-comment-perfgate", left, run)
    hub.git("checkout", "-q", "main")
    event = {"action": "completed", "workflow_run": run}
    second = hub.act("workflow_run", event, "comment.yml", WRITER)
    assert second.good, second.log
    (comment,) = hub.served.state.comments[PULL]
    assert second.outputs["comment-url"] == comment["html_url"]
    assert comment["body"].startswith(f"{MARKER}\n\n### ❌ Performance: 1 of 1 promise broken")
    assert f"commit={head} " in comment["body"]


def test_the_second_stage_is_red_over_what_is_no_record(hub: Hub) -> None:
    head = hub.commit(KEPT)
    hub.served.state.pulls.append(pull(head, head, FORK))
    facts = {"head_branch": "patch-1", "head_repository": FORK, "event": "pull_request"}
    run = hub.served.state.run(head, **facts)
    hub.served.state.artifact("perfgate-comment-perfgate", b"::error::planted\n", run)
    acted = hub.act(
        "workflow_run", {"action": "completed", "workflow_run": run}, "comment.yml", WRITER
    )
    assert not acted.good
    assert "the artifact is no archive that can be read" in acted.log
    assert hub.served.state.comments == {}


def test_a_baseline_that_a_fork_planted_is_not_compared_with(hub: Hub) -> None:
    """A fork's run leaves artifacts in our repository, of a branch that it may call `main`."""
    hub.write("budgets/policy.yml", "baseline: {store: github:perf, bootstrap_until: 2099-01-01}\n")
    hub.write(".github/workflows/performance.yml", PERFORMANCE.replace("against: base, ", ""))
    # What is measured is not what is committed: the fork says that our commit was larger.
    hub.write(".gitignore", "dist/\n")
    state = hub.served.state
    base = hub.commit(KEPT + 80)
    forged = push(hub, "0" * 40).uploaded("perf")
    head = hub.merge(KEPT + 85, base)
    fork = state.run(base, event="pull_request", head_repository=FORK)
    planted = state.artifact("perf", forged, fork)
    acted = change(hub, pull(head, base, OURS), WRITER)
    said(acted, "pass", 0, "")
    assert "no baseline" in acted.summary

    state.artifacts.remove(planted)
    state.artifact("perf", forged, state.run(base))
    acted = change(hub, pull(head, base, OURS), WRITER)
    said(acted, "pass", 0, base)
    assert "+5 B" in acted.summary


def test_our_own_self_test_is_green_in_both_cases(hub: Hub) -> None:
    text = (ROOT / ".github" / "workflows" / "self-test.yml").read_text(encoding="utf-8")
    # Everything but the installation, which wants a network.
    changed = text.replace(
        "        with:\n          b", "        with:\n          gate: ${{ vars.GATE }}\n          b"
    )
    assert changed != text
    hub.write(".github/workflows/self-test.yml", changed)
    base = hub.commit(KEPT)
    event = {"ref": "refs/heads/main", "before": base}
    acted = hub.act("push", event, "self-test.yml", WRITER)
    assert acted.good, acted.log
    assert "as promised: pass 0 0, success" in acted.log
    assert "as promised: fail 1 1, failure" in acted.log
