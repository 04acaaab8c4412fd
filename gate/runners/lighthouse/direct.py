"""Driving Lighthouse's Node API with our harness: one process a unit, a fresh Chrome a load."""

from __future__ import annotations

import json
import signal
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from gate import process
from gate.core.reasons import Code, Reason, because
from gate.runners.lighthouse.answers import TOOL, Collected, Loaded
from gate.runners.lighthouse.document import (
    LIMIT,
    UnreadableError,
    at,
    entries,
    read_object,
    text,
)
from gate.runners.lighthouse.kit import Kit
from gate.runners.lighthouse.scratch import scratch
from gate.runners.lighthouse.targets import Target
from gate.seams.runner import UnitFailed

HARNESS = Path(__file__).with_name("harness") / "main.mjs"
# Audits that draw pictures or repeat the scripts: large, and nothing is read from them.
SKIPPED_AUDITS = (
    "screenshot-thumbnails",
    "final-screenshot",
    "full-page-screenshot",
    "script-treemap-data",
)
_START = 10.0
_LONGEST = 180.0  # Lighthouse itself gives a page up after about 75 s


@dataclass(frozen=True, slots=True)
class Direct:
    """Collects with our harness. `timeout` is in seconds for a unit; `headers` are secret."""

    kit: Kit
    out: Path
    env: Mapping[str, str]
    timeout: float
    flags: tuple[str, ...]
    form_factor: str
    throttling: str
    headers: Mapping[str, str]

    def collect(self, targets: tuple[Target, ...], index: int) -> Collected | UnitFailed:
        """Measure every target once; one that hangs costs its own share of the time only."""
        output = self.out / f"unit-{index}.ndjson"
        output.unlink(missing_ok=True)
        with scratch() as private:
            done = process.run(
                [str(self.kit.node.path), str(HARNESS), f"--out={output}"],
                timeout=self.timeout,
                env=self.kit.environment(self.env, private),
                stop=signal.SIGINT,
                stdin=json.dumps(self._plan(targets, private)).encode(),
            )
        if isinstance(done, process.NotStarted):
            return UnitFailed(because(Code.TOOL_ABSENT, tool="node", detail=done.why), again=False)
        failure = _failure(done, self.timeout)
        if failure is not None:
            return UnitFailed(failure, again=not done.timed_out, tool_seconds=done.seconds)
        return Collected(_answers(output, targets, self._share(targets)), done.seconds)

    def _share(self, targets: tuple[Target, ...]) -> float:
        """Seconds for one target, so that all of them fit into the unit's time."""
        return min(_LONGEST, max(self.timeout - _START, self.timeout / 2) / len(targets))

    def _plan(self, targets: tuple[Target, ...], private: Path) -> dict[str, Any]:
        settings: dict[str, Any] = {
            "onlyCategories": ["performance"],
            "skipAudits": list(SKIPPED_AUDITS),
            "disableFullPageScreenshot": True,
            "throttlingMethod": self.throttling,
            "locale": "en-US",
        }
        if self.headers:
            settings["extraHeaders"] = dict(self.headers)
        share = self._share(targets)
        return {
            "lighthouse": str(self.kit.lighthouse),
            "chrome": str(self.kit.chrome.path),
            "flags": list(self.flags),
            "scratch": str(private),
            "formFactor": self.form_factor,
            "settings": settings,
            "items": [
                {"id": t.id, "kind": t.kind, "url": t.url, "steps": list(t.steps), "seconds": share}
                for t in targets
            ],
        }


def _failure(done: process.Finished, timeout: float) -> Reason | None:
    """Why nothing that the harness wrote is believed, None where it ended well."""
    if done.timed_out:
        return because(Code.TOOL_TIMED_OUT, tool=TOOL, seconds=f"{timeout:.0f}")
    if done.code != 0:
        detail = done.tail or "it said nothing"
        return because(Code.TOOL_CRASHED, tool=TOOL, exit=done.code, detail=detail)
    return None


def _answers(
    output: Path, targets: tuple[Target, ...], share: float
) -> Mapping[str, Loaded | Reason]:
    """Read one line for each target; a line that cannot be read answers for nobody."""
    try:
        with output.open("rb") as file:
            lines = file.read(LIMIT).splitlines()
    except OSError as error:
        detail = error.strerror or "no file"
        nothing = because(Code.OUTPUT_EMPTY, tool=TOOL, detail=detail)
        return {target.id: nothing for target in targets}
    answers: dict[str, Loaded | Reason] = {}
    for line in lines:
        try:
            answer = read_object(line)
        except UnreadableError as error:
            unreadable = because(Code.OUTPUT_UNREADABLE, tool=TOOL, detail=error)
            # Whose line it was is unknown: everybody's who has none of their own.
            for target in targets:
                answers.setdefault(target.id, unreadable)
        else:
            answers[text(answer, "id")] = _answer(answer, share)
    return answers


def _answer(answer: Mapping[str, Any], share: float) -> Loaded | Reason:
    landings = tuple(text(landing, "ended") for landing in entries(answer, "landings"))
    lhr = at(answer, "lhr")
    if isinstance(lhr, dict):
        return Loaded(lhr, landings)
    said = text(answer, "message") or "no report"
    match text(answer, "code"):
        case "TIMEOUT":
            return because(Code.TOOL_TIMED_OUT, tool=TOOL, seconds=f"{share:.0f}")
        case "CHROME":
            return because(Code.TOOL_CRASHED, tool="chrome", exit="unknown", detail=said)
        case _:
            return because(Code.NOT_REPORTED, tool=TOOL, detail=said)
