from __future__ import annotations

import json

import pytest

from gate.core.reasons import Code
from gate.runners.k6.exits import failure
from gate.runners.k6.logs import console, read_log


def test_a_line_that_is_no_entry_of_a_log_is_what_it_says() -> None:
    assert read_log(b"[" * 100_000 + b"\n").error == "[" * 600


@pytest.mark.parametrize("code", [0, 99])
def test_a_crossed_threshold_is_a_measurement(code: int) -> None:
    assert failure(code, "thresholds were crossed", 1.0) is None


@pytest.mark.parametrize(
    ("code", "reason", "again", "says"),
    [
        (97, Code.TOOL_CRASHED, True, "cloud run"),
        (98, Code.TOOL_CRASHED, True, "progress"),
        (100, Code.TOOL_CRASHED, True, "setup() did not end"),
        (101, Code.TOOL_CRASHED, True, "teardown() did not end"),
        (102, Code.TOOL_CRASHED, True, "timed out"),
        (103, Code.LOAD_TRUNCATED, True, "REST API"),
        (104, Code.TOOL_CRASHED, False, "refuses the options"),
        (105, Code.LOAD_TRUNCATED, True, "interrupted"),
        (106, Code.TOOL_CRASHED, True, "REST API"),
        (107, Code.TOOL_CRASHED, True, "threw an exception"),
        (108, Code.LOAD_TRUNCATED, False, "exec.test.abort()"),
        (109, Code.TOOL_CRASHED, True, "panicked"),
        (110, Code.TOOL_CRASHED, False, "exec.test.fail()"),
        (255, Code.TOOL_CRASHED, False, "could not start"),
        (1, Code.TOOL_CRASHED, True, "what it said"),
        (-9, Code.TOOL_CRASHED, True, "signal 9"),
    ],
)
def test_every_other_exit_is_no_measurement(
    code: int, reason: Code, again: bool, says: str
) -> None:
    failed = failure(code, "what it said", 1.5)
    assert failed is not None
    assert (failed.reason.code, failed.again, failed.tool_seconds) == (reason, again, 1.5)
    assert says in failed.reason.sentence
    assert "what it said" in failed.reason.sentence


def test_a_silent_crash_says_so() -> None:
    failed = failure(3, "", 1.0)
    assert failed is not None
    assert failed.reason.sentence == "k6 ended with code 3: it said nothing"


def line(**entry: str) -> bytes:
    return json.dumps(entry).encode() + b"\n"


THREW = line(level="error", source="stacktrace", scenario="a", msg="Error: boom\n\tat f (x.js:1)\n")
SETUP = line(level="error", hint="script exception", msg="Error: no token\n")
STOPPED = line(level="error", msg="thresholds were crossed; at least one has abortOnFail enabled")


def test_exceptions_are_counted_by_scenario() -> None:
    log = read_log(THREW * 3 + THREW.replace(b'"a"', b'"b"') + line(level="info", msg="hello"))
    assert log.exceptions == {"a": 3, "b": 1}
    assert log.exception == "Error: boom at f (x.js:1)"
    assert (log.error, log.stopped) == ("", "")
    assert log.said == log.exception


def test_an_exception_in_setup_is_an_error_and_no_iteration() -> None:
    log = read_log(SETUP)
    assert log.exceptions == {}
    assert log.said == "Error: no token"


def test_an_early_stop_is_noted() -> None:
    assert "abortOnFail" in read_log(STOPPED).stopped
    assert read_log(STOPPED).error == ""


def test_what_the_script_prints_is_no_error_of_k6() -> None:
    assert read_log(line(level="error", source="console", msg="abortion")).said == ""


@pytest.mark.parametrize(
    "stderr", [b"", b"panic: out of memory\ngoroutine 1", b"\xff\xfe", b"[]\n", b'"text"\n']
)
def test_a_log_that_is_none_is_read_as_text(stderr: bytes) -> None:
    log = read_log(stderr)
    assert log.exceptions == {}
    assert ("panic" in log.said) == (b"panic" in stderr)


def test_a_message_is_bounded() -> None:
    assert len(read_log(line(level="error", msg="x" * 10_000)).said) == 600


def test_what_the_script_logged_after_a_mark_is_found() -> None:
    stderr = line(level="info", msg="mark [1]") + b"noise\n" + line(level="info", msg="other")
    assert list(console(stderr, "mark ")) == ["[1]"]
