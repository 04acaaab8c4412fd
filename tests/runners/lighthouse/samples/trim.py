"""Trim reports of Lighthouse to what the runner reads: trim.py FILE [STEP] > samples/NAME.json.

STEP picks one step of a flow's result by its number. Pictures, maps of scripts, texts of the
interface, timings of Lighthouse itself and paths of the machine that made them are left out.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

TOP = (
    "lighthouseVersion",
    "requestedUrl",
    "mainDocumentUrl",
    "finalDisplayedUrl",
    "fetchTime",
    "gatherMode",
    "runWarnings",
)
SETTINGS = ("formFactor", "throttlingMethod", "throttling")
AUDIT = ("id", "score", "scoreDisplayMode", "numericValue", "numericUnit", "errorMessage")
AUDITS = (
    "first-contentful-paint",
    "largest-contentful-paint",
    "speed-index",
    "total-blocking-time",
    "cumulative-layout-shift",
    "interactive",
    "interaction-to-next-paint",
    "server-response-time",
    "bootup-time",
    "mainthread-work-breakdown",
    "unused-javascript",
    "dom-size-insight",
    "resource-summary",
    "network-requests",
    "lcp-breakdown-insight",
    "inp-breakdown-insight",
    "layout-shifts",
    "long-tasks",
)


def trim(lhr: dict[str, Any]) -> dict[str, Any]:
    """What the runner reads of a report, in the report's own form."""
    kept = {key: lhr[key] for key in TOP if key in lhr}
    if error := lhr.get("runtimeError"):
        kept["runtimeError"] = {key: error[key] for key in ("code", "message")}
    kept["environment"] = {k: v for k, v in lhr["environment"].items() if k != "credits"}
    kept["configSettings"] = {key: lhr["configSettings"][key] for key in SETTINGS}
    kept["categories"] = {"performance": {"score": lhr["categories"]["performance"]["score"]}}
    kept["audits"] = {name: audit(lhr["audits"][name]) for name in AUDITS if name in lhr["audits"]}
    return kept


def audit(whole: dict[str, Any]) -> dict[str, Any]:
    """An audit without its words for people, but with all its details."""
    kept = {key: whole[key] for key in AUDIT if key in whole}
    if "details" in whole:
        kept["details"] = {k: v for k, v in whole["details"].items() if k != "headings"}
    return kept


if __name__ == "__main__":
    report = json.loads(Path(sys.argv[1]).read_text(encoding="utf-8"))
    if len(sys.argv) > 2:
        report = report["steps"][int(sys.argv[2])]["lhr"]
    sys.stdout.write(json.dumps(trim(report), indent=1) + "\n")
