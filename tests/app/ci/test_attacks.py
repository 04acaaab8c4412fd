"""What a fork's run may leave behind, and what the second stage makes of it: nothing, or text.

The table of docs/forks.md. The GitHub is real HTTP on the loopback; the attacker owns the artifact,
the names of the branch and of the repository, and comments of its own.
"""

from __future__ import annotations

import io
import json
import re
import struct
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import pytest

from gate.app.ci.second import PACKED, UNPACKED, Told, from_event
from gate.core.verdict import Effect, Exit, Outcome, Status
from gate.errors import GateError
from gate.record import encode_outcome
from gate.testing import sample_outcomes as outcomes
from tests.helpers.github_server import GitHub, github
from tests.helpers.github_state import BOT, READER, REPOSITORY, WRITER, Json, zipped_as

SHA = "c0ffee" + "0" * 34
OTHER = "badc0de" + "0" * 33
LATER = "facade5" + "0" * 33
FORK = {"id": 8, "full_name": "mallory/shop"}
NAME = "perfgate-comment-perfgate"
FILE = "outcome.json"
MARKER = "<!-- perfgate:v1 key=perfgate -->"


@dataclass
class Stage:
    """A pull request of a fork, number 12, whose run has ended."""

    served: GitHub
    folder: Path
    run: Json

    def leaves(self, packed: bytes, **facts: Any) -> None:
        """Let the run leave an artifact."""
        self.served.state.artifact(facts.pop("name", NAME), packed, self.run, **facts)

    def second(self, token: str = WRITER, **environ: str) -> Told:
        """Run the second stage for the run that ended."""
        path = self.folder / "event.json"
        event = {
            "action": "completed",
            "repository": self.served.state.repository,
            "workflow_run": self.run,
        }
        path.write_text(json.dumps(event), encoding="utf-8")
        told = {"GITHUB_EVENT_NAME": "workflow_run", "GITHUB_EVENT_PATH": str(path), **environ}
        return from_event(self.served.environ(token, **told))

    def refused(self, words: str) -> None:
        """The second stage ends in an error with these words, and nothing was written."""
        with pytest.raises(GateError, match=words):
            self.second()
        self.untouched()

    def nothing(self, words: str) -> None:
        """The second stage ends well and says why it did nothing."""
        told = self.second()
        assert words in told.how
        assert told.url == ""
        self.untouched()

    def untouched(self) -> None:
        """Nothing was written to GitHub."""
        asked = self.served.state.asked
        assert [a for a in asked if a.method != "GET" and a.path != "/graphql"] == []

    @property
    def comments(self) -> dict[int, list[Json]]:
        return self.served.state.comments


def pull(number: int = 12, sha: str = SHA, **facts: Any) -> Json:
    head = {"sha": sha, "ref": "patch-1", "label": "mallory:patch-1", "repo": FORK}
    base = {"ref": "main", "repo": {"id": 7, "full_name": REPOSITORY}}
    return {"number": number, "state": "open", "head": head, "base": base, **facts}


@pytest.fixture
def stage(tmp_path: Path) -> Iterator[Stage]:
    with github() as served:
        served.state.pulls += [pull(1, OTHER), pull()]
        facts = {"head_branch": "patch-1", "head_repository": FORK}
        run = served.state.run(SHA, event="pull_request", **facts)
        yield Stage(served, tmp_path, run)


def packed(outcome: Outcome) -> bytes:
    return zipped_as({FILE: encode_outcome(outcome)})


def tree(outcome: Outcome | None = None) -> dict[str, Any]:
    loaded: dict[str, Any] = json.loads(encode_outcome(outcome or outcomes.mixed_outcome()))
    return loaded


def as_packed(made: Any) -> bytes:
    return zipped_as({FILE: json.dumps(made).encode()})


def test_what_an_honest_run_left_becomes_the_comment(stage: Stage) -> None:
    stage.leaves(packed(outcomes.mixed_outcome()))
    told = stage.second()
    assert told.how == "the comment was made"
    assert list(stage.comments) == [12]
    (comment,) = stage.comments[12]
    assert comment["body"].startswith(f"{MARKER}\n\n### ❌ Performance: ")
    assert comment["html_url"] == told.url
    link = f"https://github.com/team/shop/actions/runs/{stage.run['id']}"
    assert f"[a fork's run, with its own numbers]({link})" in comment["body"]


@pytest.mark.parametrize(
    "made",
    [outcomes.empty_outcome, outcomes.passing_outcome, outcomes.mixed_outcome,
     outcomes.large_outcome],
    ids=["nothing", "kept", "every-status", "two-thousand-rows"],
)  # fmt: skip
def test_no_honest_outcome_is_refused(stage: Stage, made: Any) -> None:
    stage.leaves(packed(made()))
    assert stage.second().url
    assert len(stage.comments[12][0]["body"]) <= 65_536


def test_the_second_time_the_comment_is_changed_in_place(stage: Stage) -> None:
    stage.leaves(packed(outcomes.mixed_outcome()))
    stage.second()
    stage.leaves(packed(outcomes.passing_outcome()))
    assert stage.second().how == "the comment was changed"
    (comment,) = stage.comments[12]
    assert "(was closed: a promise is broken at c0ffee0)" in comment["body"]


def test_markup_in_names_is_shown_as_text(stage: Stage) -> None:
    stage.leaves(packed(outcomes.hostile_outcome()))
    stage.second()
    body = stage.comments[12][0]["body"]
    bare = re.sub(r"`[^`]*`", "", body)
    assert "<script" not in bare
    assert "<img" not in bare
    assert "](javascript:" not in bare
    assert "@everyone" not in bare
    assert not re.search(r"^\s*::", body, re.MULTILINE)
    own = {"<!--", "<details", "</details", "<summary", "</summary", "<sub", "</sub", "<br",
           "<code", "</code"}  # fmt: skip
    assert set(re.findall(r"</?[a-z]+|<!--", bare)) <= own
    links = re.findall(r"\]\(([^)]*)\)", bare)
    assert links == [f"https://github.com/team/shop/actions/runs/{stage.run['id']}"]


@pytest.mark.parametrize("name", ["pull_request", "number", "pr", "body", "comment"])
def test_a_pull_requests_number_in_the_artifact_is_refused(stage: Stage, name: str) -> None:
    stage.leaves(as_packed({**tree(), name: 1}))
    stage.refused(f"unknown key '{name}'")


def test_what_the_record_says_of_its_commit_is_not_believed(stage: Stage) -> None:
    honest = outcomes.passing_outcome()
    stage.leaves(packed(replace(honest, commit=replace(honest.commit, sha=OTHER))))
    stage.second()
    body = stage.comments[12][0]["body"]
    assert OTHER[:7] not in body
    assert f"commit={SHA} " in body


def test_a_comment_of_a_stranger_with_our_marker_is_left_alone(stage: Stage) -> None:
    forged = f"{MARKER}\n### ✅ all is well\n<!-- perfgate:state exit=0 commit={SHA} -->"
    planted = stage.served.state.comment(12, forged, login="mallory")
    stage.leaves(packed(outcomes.mixed_outcome()))
    stage.second()
    assert stage.comments[12][0] == planted
    assert [each["user"]["login"] for each in stage.comments[12]] == ["mallory", BOT]
    assert "was open" not in stage.comments[12][1]["body"]


def bomb(size: int = 256 * 1024 * 1024) -> bytes:
    """A quarter of a gigabyte of nothing in a quarter of a megabyte, made piece by piece."""
    buffer = io.BytesIO()
    piece = bytes(1024 * 1024)
    with (
        zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive,
        archive.open(FILE, "w", force_zip64=True) as file,
    ):
        for _ in range(size // len(piece)):
            file.write(piece)
    return buffer.getvalue()


def lying_bomb() -> bytes:
    """Sixty-four megabytes that say that they are ten bytes, in both places that tell."""
    found = bytearray(zipped_as({FILE: bytes(64 * 1024 * 1024)}))
    central = found.rindex(b"PK\x01\x02")
    struct.pack_into("<I", found, 22, 10)
    struct.pack_into("<I", found, central + 24, 10)
    return bytes(found)


def linked() -> bytes:
    """A member that says that it is a link to a file of the runner."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        info = zipfile.ZipInfo(FILE)
        info.external_attr = 0o120777 << 16
        archive.writestr(info, "/proc/self/environ")
    return buffer.getvalue()


def encrypted() -> bytes:
    found = bytearray(packed(outcomes.passing_outcome()))
    central = found.rindex(b"PK\x01\x02")
    found[6] |= 1
    found[central + 8] |= 1
    return bytes(found)


def two_names() -> bytes:
    """The name differs between the two places that tell it."""
    found = packed(outcomes.passing_outcome())
    return found.replace(FILE.encode(), b"../../x.json"[: len(FILE)].ljust(len(FILE), b"x"), 1)


def nul_in_name() -> bytes:
    """A name that some readers end at the NUL."""
    return zipped_as({f"{FILE}+.sh": GOOD}).replace(b"+.sh", b"\0.sh")


def unusual() -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_LZMA) as archive:
        archive.writestr(FILE, encode_outcome(outcomes.passing_outcome()))
    return buffer.getvalue()


def damaged() -> bytes:
    found = bytearray(packed(outcomes.passing_outcome()))
    found[60] ^= 0xFF
    return bytes(found)


GOOD = encode_outcome(outcomes.passing_outcome())
ARCHIVES = [
    pytest.param(bomb, f"more than {UNPACKED} bytes", id="zip-bomb"),
    pytest.param(lying_bomb, "artifact", id="zip-bomb-that-lies"),
    pytest.param(lambda: zipped_as({}), "holds 0 files", id="no-file"),
    pytest.param(lambda: zipped_as({FILE: GOOD, "x": b""}), "holds 2 files", id="a-second-file"),
    pytest.param(
        lambda: zipped_as({str(n): b"" for n in range(20_000)}),
        "holds 20000 files",
        id="many-files",
    ),
    pytest.param(lambda: zipped_as({f"../../{FILE}": GOOD}), "not outcome.json", id="upwards"),
    pytest.param(lambda: zipped_as({"/etc/passwd": GOOD}), "not outcome.json", id="absolute"),
    pytest.param(lambda: zipped_as({f"C:\\{FILE}": GOOD}), "not outcome.json", id="a-drive"),
    pytest.param(lambda: zipped_as({f"a/{FILE}": GOOD}), "not outcome.json", id="in-a-folder"),
    pytest.param(nul_in_name, "not outcome.json", id="nul-in-name"),
    pytest.param(lambda: zipped_as({f"{FILE}/": b""}), "not outcome.json", id="a-folder"),
    pytest.param(linked, "no regular file", id="a-link"),
    pytest.param(encrypted, "encrypted", id="encrypted"),
    pytest.param(unusual, "unusual way", id="another-compression"),
    pytest.param(two_names, "no archive that can be read", id="two-names"),
    pytest.param(damaged, "no archive that can be read", id="damaged"),
    pytest.param(lambda: packed(outcomes.mixed_outcome())[:-30], "no archive", id="truncated"),
    pytest.param(lambda: b"#!/bin/sh\nid\n", "no archive", id="a-script"),
    pytest.param(lambda: GOOD, "no archive", id="not-packed"),
]


@pytest.mark.parametrize(("made", "words"), ARCHIVES)
def test_an_archive_that_is_no_honest_one_is_refused(stage: Stage, made: Any, words: str) -> None:
    stage.leaves(made())
    stage.refused(words)


def test_an_archive_that_is_too_large_is_not_asked_for(stage: Stage) -> None:
    stage.leaves(bytes(PACKED + 1))
    stage.refused(f"has {PACKED + 1} bytes")
    assert stage.served.asked("GET", "/zip") == []


def test_an_archive_that_says_it_is_small_is_cut_off(stage: Stage) -> None:
    stage.leaves(bytes(PACKED + 1), size_in_bytes=1000)
    stage.refused("larger than")


def with_number(word: str) -> bytes:
    """The first value of the record written as a word that Python's reader would take."""
    text = encode_outcome(outcomes.mixed_outcome()).decode()
    changed = re.sub(r'"value":[0-9.e-]+', f'"value":{word}', text, count=1)
    assert changed != text
    return zipped_as({FILE: changed.encode()})


DOCUMENTS = [
    pytest.param(lambda: with_number("NaN"), "NaN is not a finite number", id="nan"),
    pytest.param(lambda: with_number("Infinity"), "not a finite number", id="infinity"),
    pytest.param(lambda: with_number("-Infinity"), "not a finite number", id="minus-infinity"),
    pytest.param(lambda: with_number("1e999"), "outcome.json", id="a-number-beyond-all"),
    pytest.param(lambda: with_number("9" * 5000), "outcome.json", id="a-number-of-5000-digits"),
    pytest.param(lambda: with_number('"1"'), "outcome.json", id="a-text-for-a-number"),
    pytest.param(lambda: with_number("true"), "outcome.json", id="a-truth-for-a-number"),
    pytest.param(
        lambda: zipped_as({FILE: b"[" * 100_000}), "nested too deeply|not JSON", id="nested"
    ),
    pytest.param(
        lambda: zipped_as({FILE: b'{"a":' * 100_000}), "nested too deeply|not JSON", id="nested-2"
    ),
    pytest.param(
        lambda: zipped_as({FILE: b"[" + b"{}," * 3_000_000 + b"{}]"}),
        "too many values",
        id="millions-of-values",
    ),
    pytest.param(
        lambda: zipped_as({FILE: b'"' + b"x" * UNPACKED + b'"'}), "more than", id="huge-json"
    ),
    pytest.param(lambda: zipped_as({FILE: b""}), "not JSON", id="empty"),
    pytest.param(lambda: zipped_as({FILE: b"\xff\xfe{}"}), "not UTF-8", id="not-utf-8"),
    pytest.param(lambda: as_packed([]), "outcome.json", id="a-list"),
    pytest.param(
        lambda: zipped_as({FILE: GOOD.replace(b"{", b'{"exit":0,', 1)}), "there twice", id="twice"
    ),
    pytest.param(lambda: as_packed({**tree(), "record": "run"}), "outcome.json", id="a-run"),
    pytest.param(
        lambda: as_packed({**tree(), "schema_version": 10_000}), "outcome.json", id="a-newer-one"
    ),
    pytest.param(lambda: as_packed({**tree(), "exit": 0}), "exit 0 is not", id="an-open-gate"),
]


@pytest.mark.parametrize(("made", "words"), DOCUMENTS)
def test_a_document_that_is_no_honest_record_is_refused(
    stage: Stage, made: Any, words: str
) -> None:
    stage.leaves(made())
    stage.refused(words)


def hushed(**changes: Any) -> Outcome:
    """A broken row of an outcome, changed so that it does not look as if it closed the gate."""
    whole = outcomes.mixed_outcome()
    (broken, *_) = (row for row in whole.rows if row.effect is Effect.BLOCKS)
    verdict = changes.pop("verdict", {})
    changes["verdicts"] = tuple(replace(v, **verdict) for v in broken.verdicts)
    code = changes.pop("code", Exit.OK)
    return replace(whole, rows=(replace(broken, **changes),), exit=code)


@pytest.mark.parametrize(
    "outcome",
    [
        pytest.param(hushed(), id="exit-alone"),
        pytest.param(hushed(code=Exit.FAILED, status=Status.PASS), id="status-under-its-exit"),
        pytest.param(hushed(code=Exit.FAILED, effect=Effect.NONE), id="effect-under-its-exit"),
        pytest.param(hushed(effect=Effect.NONE), id="effect-of-the-row"),
        pytest.param(hushed(status=Status.PASS, effect=Effect.NONE), id="status-of-the-row"),
        pytest.param(
            hushed(effect=Effect.NONE, verdict={"effect": Effect.NONE}), id="effect-of-the-bounds"
        ),
    ],
)
def test_an_open_gate_over_a_broken_promise_is_refused(stage: Stage, outcome: Outcome) -> None:
    stage.leaves(packed(outcome))
    stage.refused("is not what|does nothing|is not shown")


def test_the_artifact_of_another_run_is_not_taken(stage: Stage) -> None:
    other = stage.served.state.run(OTHER, event="pull_request", head_repository=FORK)
    stage.served.state.artifact(NAME, packed(outcomes.mixed_outcome()), other)
    stage.nothing("left no perfgate-comment-perfgate")


@pytest.mark.parametrize(
    "facts",
    [
        pytest.param({"name": "perfgate-comment-perfgate2"}, id="another-name"),
        pytest.param({"expired": True}, id="expired"),
        pytest.param({"workflow_run": {"id": 1, "head_sha": SHA}}, id="another-run"),
    ],
)
def test_what_is_not_this_runs_artifact_is_nothing(stage: Stage, facts: dict[str, Any]) -> None:
    stage.leaves(packed(outcomes.mixed_outcome()), **facts)
    stage.nothing("left no perfgate-comment-perfgate")


def test_the_artifact_of_another_commit_is_nothing(stage: Stage) -> None:
    stage.leaves(
        packed(outcomes.mixed_outcome()), workflow_run={"id": stage.run["id"], "head_sha": OTHER}
    )
    stage.nothing("left no perfgate-comment-perfgate")


@pytest.mark.parametrize(
    "pulls",
    [
        pytest.param([], id="none"),
        pytest.param([pull(sha=OTHER)], id="moved-on"),
        pytest.param([pull(state="closed")], id="closed"),
        pytest.param([pull(12), pull(13)], id="two-of-one-branch"),
        pytest.param([pull(base={"repo": {"full_name": "mallory/shop"}})], id="of-the-fork-itself"),
        pytest.param(
            [pull(head={"sha": SHA, "ref": "patch-1", "label": "mallory:patch-1", "repo": None})],
            id="of-a-repository-that-is-gone",
        ),
    ],
)
def test_without_exactly_one_pull_request_of_that_commit_nothing_is_said(
    stage: Stage, pulls: list[Json]
) -> None:
    stage.served.state.pulls[:] = pulls
    stage.leaves(packed(outcomes.mixed_outcome()))
    stage.nothing("c0ffee0 is not the last commit of exactly one open pull request")


@pytest.mark.parametrize(
    "branch", ["main", "a:b", "?state=all&x=", "../../issues/1", "x\r\nHost: y", "%2e%2e", "é☃"]
)
def test_a_branch_of_any_name_is_only_looked_for(stage: Stage, branch: str) -> None:
    stage.run["head_branch"] = branch
    stage.leaves(packed(outcomes.mixed_outcome()))
    stage.nothing("is not the last commit of exactly one")
    assert all(a.path.startswith("/repos/team/shop/") for a in stage.served.state.asked)


@pytest.mark.parametrize("source", ["", "mallory", "../x/y", "mallory/shop?x=1", "a/b/c", "x y/z"])
def test_a_repository_that_is_none_is_not_looked_for(stage: Stage, source: str) -> None:
    stage.run["head_repository"] = {"id": 8, "full_name": source}
    stage.leaves(packed(outcomes.mixed_outcome()))
    stage.nothing("is not the last commit of exactly one")


@pytest.mark.parametrize("event", ["push", "schedule", "workflow_dispatch", "", "pull_request\n"])
def test_a_run_that_was_for_no_pull_request_is_nothing(stage: Stage, event: str) -> None:
    stage.run["event"] = event
    stage.leaves(packed(outcomes.mixed_outcome()))
    stage.nothing("not for a pull request")
    assert stage.served.state.asked == []


@pytest.mark.parametrize(
    "facts",
    [
        pytest.param({"id": 0}, id="no-run"),
        pytest.param({"id": "7/../8"}, id="an-id-that-is-a-path"),
        pytest.param({"head_sha": "c0ffee"}, id="a-short-commit"),
        pytest.param({"head_sha": f"{SHA[:-1]}\n"}, id="a-commit-with-a-line-end"),
        pytest.param({"repository": FORK}, id="of-another-repository"),
    ],
)
def test_an_event_that_tells_no_run_of_ours_is_refused(stage: Stage, facts: dict[str, Any]) -> None:
    stage.leaves(packed(outcomes.mixed_outcome()))
    stage.run.update(facts)
    stage.refused("tells of no finished run of team/shop")


def test_another_event_is_the_users_to_mend(stage: Stage) -> None:
    with pytest.raises(GateError, match="no job of a `workflow_run` event"):
        stage.second(GITHUB_EVENT_NAME="pull_request_target")


def test_a_token_that_may_not_write_is_an_error_here(stage: Stage) -> None:
    stage.leaves(packed(outcomes.mixed_outcome()))
    with pytest.raises(GateError, match="403: Resource not accessible"):
        stage.second(token=READER)


def test_the_newest_attempt_of_a_run_counts(stage: Stage) -> None:
    stage.leaves(packed(outcomes.mixed_outcome()))
    stage.leaves(packed(outcomes.passing_outcome()))
    stage.second()
    assert "### ✅" in stage.comments[12][0]["body"]


def pushed(stage: Stage, sha: str = LATER) -> None:
    """Another commit of the pull request, and the run that it had."""
    stage.served.state.pulls[1] = pull(sha=sha)
    facts = {"head_branch": "patch-1", "head_repository": FORK}
    stage.run = stage.served.state.run(sha, event="pull_request", **facts)


def test_a_run_that_left_nothing_closes_what_stood_there_of_an_earlier_commit(stage: Stage) -> None:
    stage.leaves(packed(outcomes.passing_outcome()))
    stage.second()
    pushed(stage)
    assert "says that nothing was judged" in stage.second().how
    (comment,) = stage.comments[12]
    assert comment["body"].startswith(f"{MARKER}\n\n### ❌ Performance: nothing was judged\n")
    assert f"/actions/runs/{stage.run['id']}) of facade5 left nothing" in comment["body"]
    assert comment["body"].endswith(f"<!-- perfgate:state exit=3 commit={LATER} -->")
    assert "wrote its comment itself" in stage.second().how


def test_a_run_whose_record_is_refused_closes_it_as_well(stage: Stage) -> None:
    stage.leaves(packed(outcomes.passing_outcome()))
    stage.second()
    pushed(stage)
    stage.leaves(b"no archive")
    with pytest.raises(GateError, match="no archive that can be read"):
        stage.second()
    assert "nothing was judged" in stage.comments[12][0]["body"]


def test_what_a_run_said_itself_of_its_commit_stays(stage: Stage) -> None:
    stage.leaves(packed(outcomes.passing_outcome()))
    stage.second()
    pushed(stage, SHA)
    assert "wrote its comment itself" in stage.second().how
    assert "### ✅" in stage.comments[12][0]["body"]


def test_on_change_says_nothing_of_a_green_run(stage: Stage) -> None:
    stage.leaves(packed(outcomes.passing_outcome()))
    assert stage.second(PERFGATE_COMMENT="on-change").how == "the comment was left out"
    stage.untouched()


def test_another_key_is_another_comment(stage: Stage) -> None:
    stage.leaves(packed(outcomes.mixed_outcome()), name="perfgate-comment-web-mobile")
    stage.second(PERFGATE_COMMENT_KEY="web/mobile")
    assert stage.comments[12][0]["body"].startswith("<!-- perfgate:v1 key=web/mobile -->")
