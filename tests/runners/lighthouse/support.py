"""What the tests of the Lighthouse runner share: recorded reports, jobs, fake tools, questions."""

from __future__ import annotations

import copy
import json
from pathlib import Path
from typing import Any

from gate.core.sli import parse_sli
from gate.runners.lighthouse import RUNNER
from gate.runners.lighthouse.health import Expected
from gate.runners.lighthouse.options import LighthouseOptions
from gate.seams.runner import Job, Question
from gate.testing.fake_program import Behaviour, Fake, write_fake

SAMPLES = Path(__file__).with_name("samples")
BASE = "http://127.0.0.1:18081"
CHROME = "156.0.8078.79"
Report = dict[str, Any]


def sample(name: str) -> Report:
    """A recorded report, fresh each time, so that a test may change it."""
    report: Report = json.loads((SAMPLES / f"{name}.json").read_text(encoding="utf-8"))
    return report


def without(report: Report, *path: str) -> Report:
    """The report without what stands at the path."""
    changed = copy.deepcopy(report)
    inner = changed
    for key in path[:-1]:
        inner = inner[key]
    del inner[path[-1]]
    return changed


def having(report: Report, value: object, *path: str) -> Report:
    """The report with this value at the path."""
    changed = copy.deepcopy(report)
    inner = changed
    for key in path[:-1]:
        inner = inner[key]
    inner[path[-1]] = value
    return changed


def expected(**other: Any) -> Expected:
    """What the recorded loads of 13.5.0 must agree with."""
    usual: dict[str, Any] = {
        "lighthouse": "13.5.0",
        "chrome": CHROME,
        "form_factor": "mobile",
        "throttling": "simulate",
        "closed": True,
        "hosts": (),
        "may_fail": (),
    }
    return Expected(**{**usual, **other})


def options(**keys: Any) -> LighthouseOptions:
    """Options as a budget gives them."""
    return LighthouseOptions.model_validate({"base": BASE, **keys})


def ask(sli: str, *, each: str = "", **keys: Any) -> Question:
    """A question with its default statistic, as the gate asks it."""
    asked = {"pages": {"home": "/"}, "flows": {"buy": [{"goto": "/"}, {"click": "#buy"}]}, **keys}
    resolved, _ = RUNNER.catalogue(options(**asked)).resolve(parse_sli(sli))
    return Question(f"web/{sli}", resolved, each)


def job(place: Path, env: dict[str, str], *questions: Question, timeout: float = 20.0) -> Job:
    """A job on the tree `place`."""
    out = place / ".gate"
    out.mkdir(parents=True, exist_ok=True)
    return Job("web", questions, place, place, out, env, timeout)


def fake_tools(
    place: Path,
    node: Fake,
    behaviour: Behaviour = Behaviour.OK,
    *,
    version: str = "v24.15.0",
    chrome: str = CHROME,
) -> dict[str, str]:
    """A fake Node and Chrome and the package of a Lighthouse, as an environment that names them."""
    home = place / "home"
    for package, told in (("lighthouse", "13.5.0"), ("@lhci/cli", "0.15.1")):
        folder = home / "node_modules" / package
        folder.mkdir(parents=True, exist_ok=True)
        (folder / "package.json").write_text(json.dumps({"version": told}), encoding="utf-8")
    node = Fake(**{**_fields(node), "replies": {"--version": version}})
    browser = Fake(output=b"", replies={"--version": f"Chromium {chrome} built on Debian"})
    return {
        "PATH": "/usr/bin:/bin",
        "PERFGATE_NODE": str(write_fake(place / "bin" / "node", node, behaviour)),
        "PERFGATE_NODE_HOME": str(home),
        "PERFGATE_CHROME": str(write_fake(place / "bin" / "chrome", browser, Behaviour.OK)),
    }


def _fields(fake: Fake) -> dict[str, Any]:
    return {name: getattr(fake, name) for name in Fake.__slots__}


def line(target: str, report: Report, **more: object) -> bytes:
    """What the harness writes for a target that it measured."""
    return json.dumps({"id": target, "seconds": 1.5, "lhr": report, **more}).encode() + b"\n"
