from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from gate.core.metric import Better
from gate.core.reasons import Code
from gate.core.sample import Counts, Reduced
from gate.runners.k6 import RUNNER, asking
from gate.runners.k6.points import Point
from gate.seams.runner import Job, Question, Refused, Session, UnitAnswer, UnitFailed
from tests.runners.k6.fake_k6 import SCRIPT, FakeK6, write_fake_k6
from tests.runners.k6.support import asked, options, request

LOAD = [point for i in range(20) for point in request(i / 10, op="read")]


@contextmanager
def session(
    place: Path,
    fake: FakeK6,
    behaviour: str = "ok",
    slis: Sequence[str] = ("http_req_duration", "http_req_failed"),
    timeout: float = 20,
    **keys: Any,
) -> Iterator[Session | Refused]:
    out = place / "out"
    out.mkdir()
    tool = write_fake_k6(place, fake, behaviour)
    chosen = options(**{"script": SCRIPT, "k6": str(tool), **keys})
    questions = tuple(Question(sli, asked(sli, chosen=chosen).sli) for sli in slis)
    job = Job("api", questions, place, place, out, {}, timeout)
    with RUNNER.open(job, chosen) as opened:
        yield opened


def unit(place: Path, fake: FakeK6, behaviour: str = "ok", **keys: Any) -> UnitAnswer | UnitFailed:
    with session(place, fake, behaviour, **keys) as opened:
        assert not isinstance(opened, Refused), opened.reason.sentence
        answer = opened.unit(0)
    assert list((place / "out").glob("unit-*")) == []
    return answer


def failed(answer: UnitAnswer | UnitFailed) -> str:
    assert isinstance(answer, UnitFailed), answer
    return f"{answer.reason.code}: {answer.reason.sentence}"


def test_a_unit_says_what_the_system_under_test_saw(tmp_path: Path) -> None:
    setup = Point("http_reqs", 0.1, 1, {"group": "::setup"})
    answer = unit(tmp_path, FakeK6([setup, *LOAD]))
    assert isinstance(answer, UnitAnswer)
    assert answer.load is not None
    assert (answer.load.requests, answer.load.seconds) == (21, 2.0005)
    assert answer.found[1].data == Counts(0, 20)
    assert answer.tool_seconds > 0


def test_a_crossed_threshold_leaves_the_data_whole(tmp_path: Path) -> None:
    answer = unit(tmp_path, FakeK6(LOAD, code=99))
    assert isinstance(answer, UnitAnswer)
    assert len(answer.found) == 2


def test_a_log_that_was_cut_may_have_told_of_exceptions(tmp_path: Path) -> None:
    answer = unit(tmp_path, FakeK6(LOAD), "chatters")
    assert "more than 64 MiB, so its log is not whole" in failed(answer)


@pytest.mark.parametrize("code", [97, 98, 100, 101, 102, 103, 104, 105, 107, 108, 110, 255, 1])
def test_any_other_code_is_no_measurement_even_with_whole_output(code: int, tmp_path: Path) -> None:
    log = '{"level":"error","msg":"what went wrong"}\n'
    answer = unit(tmp_path, FakeK6(LOAD, code=code, log=log))
    assert "what went wrong" in failed(answer)
    assert ("load_truncated" in failed(answer)) is (code in {103, 105, 108})


@pytest.mark.parametrize(
    ("behaviour", "says"),
    [
        ("no-summary", "output_unreadable: k6 wrote output that cannot be read: k6 wrote no summ"),
        ("bad-summary", "output_unreadable: k6 wrote output that cannot be read: the summary is"),
        ("no-progress", "output_unreadable: k6 wrote output that cannot be read: its progress"),
        ("no-samples", "output_empty: k6 wrote no output: there is no file of samples"),
        ("killed", "tool_crashed: k6 ended with code -9: signal 9 killed it"),
    ],
)
def test_half_of_the_output_is_none(behaviour: str, says: str, tmp_path: Path) -> None:
    assert failed(unit(tmp_path, FakeK6(LOAD), behaviour)).startswith(says)


def test_samples_that_are_fewer_than_k6_counted_are_no_measurement(tmp_path: Path) -> None:
    said = failed(unit(tmp_path, FakeK6(LOAD, missing=3)))
    assert said.endswith("the samples hold 20 of the 23 iterations that k6 counted")


def test_no_iteration_is_no_measurement(tmp_path: Path) -> None:
    only = [Point("vus", 1, 1, {}), Point("http_reqs", 1, 1, {"group": "::setup"})]
    log = '{"level":"error","msg":"nothing worked"}\n'
    said = failed(unit(tmp_path, FakeK6(only, log=log)))
    assert (
        said == "output_empty: k6 wrote no output: no iteration of the script ended: nothing worked"
    )


def test_the_scripts_thresholds_are_answered_under_their_own_ids(tmp_path: Path) -> None:
    written = {
        "http_req_failed": ["rate<0.01"],
        "http_reqs": ["count==20", "count>10"],
        "http_req_duration{op:typo}": ["p(95)<200"],
    }
    fake = FakeK6(LOAD, options={"thresholds": written})
    with session(tmp_path, fake) as opened:
        assert not isinstance(opened, Refused), opened.reason.sentence
        declared = {implied.objective: implied for implied in opened.ready.declared}
        answer = opened.unit(0)
    assert isinstance(answer, UnitAnswer)
    found = {one.objective: one.data for one in answer.found}
    lacking = {one.objective: one.reason.code for one in answer.not_found}
    assert (
        declared.keys() == found.keys() - {"http_req_duration", "http_req_failed"} | lacking.keys()
    )
    assert found["api/script: http_req_failed rate<0.01"] == Counts(0, 20)
    assert found["api/script: http_reqs count>10"] == Reduced(20, 20)
    assert lacking == {
        # k6 itself passes this one: it never had a sample.
        "api/script: http_req_duration{op:typo} p(95)<200": Code.NOTHING_MATCHED,
        "api/script: http_reqs count==20": Code.NOT_REPORTED,
    }
    row = declared["api/script: http_reqs count>10"]
    assert row.script
    assert row.metric is not None
    assert row.metric.better is Better.HIGHER


@pytest.mark.parametrize(
    ("keys", "says"),
    [
        pytest.param({"script": "other.js"}, "there is no script other.js", id="no script"),
        pytest.param(
            {"exclude_scenarios": ["warm"]}, "the script has the scenarios default", id="scenario"
        ),
        pytest.param({"exclude_scenarios": ["default"]}, "every scenario is excluded", id="all"),
        pytest.param({"k6": "/nowhere/k6"}, "k6 was not found: /nowhere/k6", id="no k6"),
        pytest.param({"k6": "bin/none"}, "bin/none (named by the budget): not found", id="below"),
        pytest.param(
            {"metrics": {"a": {"type": "rate", "better": "lower"}}}, "code 255", id="k6 inspect"
        ),
    ],
)
def test_a_job_that_cannot_start_is_refused(
    keys: dict[str, Any], says: str, tmp_path: Path
) -> None:
    with session(tmp_path, FakeK6(LOAD), **keys) as opened:
        assert isinstance(opened, Refused)
        assert says in opened.reason.sentence


def test_an_archive_that_was_cut_is_no_smaller_one(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    # Whole up to the end of the archive: only the padding after it is lost.
    monkeypatch.setattr(asking, "_LARGEST", 4096)
    with session(tmp_path, FakeK6(LOAD)) as opened:
        assert isinstance(opened, Refused)
        assert (
            "k6 archive wrote output that cannot be read: it wrote more" in opened.reason.sentence
        )


@pytest.mark.parametrize(
    ("behaviour", "says"),
    [
        ("archive-hangs", "k6 archive did not end within 4 s"),
        ("archive-garbage", "k6 archive wrote output that cannot be read"),
        (
            "inspect-garbage",
            "k6 inspect wrote output that cannot be read: it did not tell the types",
        ),
    ],
)
def test_a_k6_that_cannot_read_the_script_is_refused(
    behaviour: str, says: str, tmp_path: Path
) -> None:
    metrics = {"a": {"type": "rate", "better": "lower"}}
    timeout = 4 if behaviour == "archive-hangs" else 20
    with session(tmp_path, FakeK6(LOAD), behaviour, timeout=timeout, metrics=metrics) as opened:
        assert isinstance(opened, Refused)
        assert says in opened.reason.sentence


def test_k6_may_lie_in_the_tree(tmp_path: Path) -> None:
    with session(tmp_path, FakeK6(LOAD), k6="bin/k6") as opened:
        assert not isinstance(opened, Refused), opened.reason.sentence
        assert opened.ready.tools == (("k6", "1.1.0"),)
