"""What k6's exit codes mean for a measurement (errext/exitcodes, the same from v0.50 to v2.2)."""

from __future__ import annotations

from gate.core.reasons import Code, Reason, because
from gate.seams.runner import UnitFailed

MEASURED = frozenset({0, 99})  # 99: a threshold of the script was crossed; the data are whole

_TRUNCATED = {
    103: "k6 was stopped through its REST API",
    105: "k6 was interrupted by a signal",
    108: "the script called exec.test.abort()",
}
_BROKEN = {
    97: "the cloud run failed or was aborted",
    98: "the progress of the cloud run was lost",
    100: "setup() did not end within its setupTimeout",
    101: "teardown() did not end within its teardownTimeout",
    102: "a part of the test timed out",
    104: "k6 refuses the options",
    106: "k6 could not start its REST API",
    107: "the script threw an exception",
    109: "k6 itself panicked",
    110: "the script called exec.test.fail()",
    255: "k6 could not start the test",
}
# Trying again gives the same: options, the command line, and what the script says of itself.
_FINAL = frozenset({104, 108, 110, 255})


def failure(code: int, said: str, seconds: float) -> UnitFailed | None:
    """Why a run that ended with this code is no measurement; None where it is one."""
    if code in MEASURED:
        return None
    return UnitFailed(reason(code, said), again=code not in _FINAL, tool_seconds=seconds)


def reason(code: int, said: str) -> Reason:
    """The reason for an exit code that is not `MEASURED`, with what k6 said."""
    if code in _TRUNCATED:
        return because(Code.LOAD_TRUNCATED, detail=_and(_TRUNCATED[code], said))
    means = f"signal {-code} killed it" if code < 0 else _BROKEN.get(code, "")
    return because(Code.TOOL_CRASHED, tool="k6", exit=code, detail=_and(means, said))


def _and(means: str, said: str) -> str:
    return ": ".join(filter(None, (means, said))) or "it said nothing"
