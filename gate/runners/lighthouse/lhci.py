"""Driving Lighthouse through Lighthouse CI: `lhci collect`, one process and one run a page.

Read from @lhci/cli 0.15.1: it stops at the first page that fails, so each page has its own; it
tries a failing page three times and then prints its report to stderr.
"""

from __future__ import annotations

import json
import re
import signal
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from gate import process
from gate.core.reasons import Code, Reason, because
from gate.runners.lighthouse.answers import TOOL, Collected, Loaded
from gate.runners.lighthouse.direct import SKIPPED_AUDITS
from gate.runners.lighthouse.document import LIMIT, UnreadableError, read_object
from gate.runners.lighthouse.health import runtime_error
from gate.runners.lighthouse.kit import Kit
from gate.runners.lighthouse.scratch import scratch
from gate.runners.lighthouse.targets import Target
from gate.seams.runner import UnitFailed

_CLI = Path("node_modules", "@lhci", "cli", "src", "cli.js")
_REPORT = re.compile(rb'^\{\s*"lighthouseVersion"', re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Lhci:
    """Collects with Lighthouse CI. `settings` are Lighthouse's, `timeout` seconds for a unit."""

    kit: Kit
    env: Mapping[str, str]
    timeout: float
    flags: tuple[str, ...]
    settings: Mapping[str, Any]
    headers: Mapping[str, str]

    def collect(self, targets: tuple[Target, ...], index: int) -> Collected | UnitFailed:  # noqa: ARG002  # its files have a folder of their own
        """Load every page once, in this order; each has its share of the unit's time."""
        share = self.timeout / len(targets)
        answers: dict[str, Loaded | Reason] = {}
        seconds = 0.0
        for target in targets:
            answers[target.id], took = self._load(target, share)
            seconds += took
        return Collected(answers, seconds)

    def _load(self, target: Target, share: float) -> tuple[Loaded | Reason, float]:
        with scratch() as private:
            config = private / "lighthouserc.json"
            config.write_text(json.dumps(self._config(target)), encoding="utf-8")
            cli = self.kit.home.path / _CLI
            done = process.run(
                [str(self.kit.node.path), str(cli), "collect", f"--config={config}"],
                timeout=share,
                cwd=private,
                env=self.kit.environment(self.env, private),
                stop=signal.SIGINT,
            )
            if isinstance(done, process.NotStarted):
                return because(Code.TOOL_ABSENT, tool="node", detail=done.why), 0.0
            return _answer(done, private / ".lighthouseci", share), done.seconds

    def _config(self, target: Target) -> dict[str, Any]:
        settings = {**self.settings, "chromeFlags": self._chrome_flags()}
        settings.setdefault("onlyCategories", ["performance"])
        settings.setdefault("skipAudits", list(SKIPPED_AUDITS))
        settings.update(disableFullPageScreenshot=True, locale="en-US", enableErrorReporting=False)
        if self.headers:
            settings["extraHeaders"] = {**settings.get("extraHeaders", {}), **self.headers}
        collect = {
            "url": [target.url],
            "numberOfRuns": 1,
            "method": "node",
            "chromePath": str(self.kit.chrome.path),
            "settings": settings,
        }
        return {"ci": {"collect": collect}}

    def _chrome_flags(self) -> str:
        """The team's flags and ours; Lighthouse CI adds `--headless=new` itself."""
        said = self.settings.get("chromeFlags", "")
        words = " ".join(said) if isinstance(said, list) else str(said)
        kept = [word for word in words.split(" ") if word and not word.startswith("--headless")]
        ours = [
            _quoted(flag)
            for flag in self.flags
            if not flag.startswith("--headless") and flag.partition("=")[0] not in words
        ]
        return " ".join([*kept, *ours])


def _quoted(flag: str) -> str:
    name, equals, value = flag.partition("=")
    return f'{name}="{value}"' if equals and " " in value else flag


def _answer(done: process.Finished, folder: Path, share: float) -> Loaded | Reason:
    if done.timed_out:
        return because(Code.TOOL_TIMED_OUT, tool=TOOL, seconds=f"{share:.0f}")
    if done.code != 0:
        printed = _REPORT.search(done.stderr)
        report = _first_object(done.stderr[printed.start() :]) if printed else None
        # Lighthouse CI fails for other reasons too: a report of a good load explains nothing then.
        if report is not None and runtime_error(report):
            return Loaded(report)
        detail = done.tail or "it said nothing"
        return because(Code.TOOL_CRASHED, tool="lhci", exit=done.code, detail=detail)
    reports = sorted(folder.glob("lhr-*.json"))
    if len(reports) != 1:
        detail = f"{len(reports)} reports where one was expected"
        return because(Code.OUTPUT_EMPTY, tool="lhci", detail=detail)
    try:
        with reports[0].open("rb") as file:
            return Loaded(read_object(file.read(LIMIT + 1)))
    except (OSError, UnreadableError) as error:
        return because(Code.OUTPUT_UNREADABLE, tool="lhci", detail=error)


def _first_object(content: bytes) -> dict[str, Any] | None:
    """The JSON object that the bytes begin with; other things may follow it."""
    try:
        value, _ = json.JSONDecoder().raw_decode(content.decode("utf-8", "replace"))
    except (ValueError, RecursionError):
        return None
    return value if isinstance(value, dict) else None
