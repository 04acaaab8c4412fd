"""Lighthouse CI as it answers: a report in its folder, a failed report on stderr, or neither."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

import pytest

from gate.core.reasons import Code, Reason
from gate.runners.lighthouse.answers import Collected, Loaded
from gate.runners.lighthouse.browser import chrome_flags
from gate.runners.lighthouse.kit import Kit, find_kit
from gate.runners.lighthouse.lhci import Lhci
from gate.runners.lighthouse.targets import targets_of
from gate.testing.fake_program import Fake
from tests.runners.lighthouse.support import BASE, fake_tools, options, sample

FLAGS = chrome_flags(("cdn.net",), closed=True, sandbox=False)
TARGETS = targets_of(options(pages={"home": "/", "gone": "/gone"}), BASE)
PAGE = sample("page-13.5.0-mobile-simulate")
REFUSED = sample("refused-13.5.0")

# Stands for `node …/cli.js collect --config=FILE`; keeps what it was told.
FAKE = f"""#!{sys.executable} -I
import json, pathlib, sys, time
if sys.argv[1] == "--version":
    print("v24.15.0")
    sys.exit()
config = json.loads(pathlib.Path(sys.argv[3].partition("=")[2]).read_text())
with open({{told!r}}, "a") as told:
    told.write(json.dumps({{{{"cwd": str(pathlib.Path.cwd()), "config": config}}}}) + "\\n")
out = pathlib.Path(".lighthouseci")
out.mkdir()
if config["ci"]["collect"]["url"][0].endswith("/gone"):
    print("Error: Lighthouse failed with exit code 1", file=sys.stderr)
    print({{failure!r}}, file=sys.stderr)
    print("Runtime error encountered", file=sys.stderr)
    sys.exit(1)
exec({{does!r}})
"""
WRITES = f"(out / 'lhr-1.json').write_text({json.dumps(PAGE)!r})"


def collect(
    place: Path, *, does: str = WRITES, failure: str = "", timeout: float = 20, **more: Any
) -> Collected:
    env = fake_tools(place, Fake(output=b""))
    keys = {"does": does, "failure": failure, "told": str(place / "told")}
    (place / "bin" / "node").write_text(FAKE.format(**keys), encoding="utf-8")
    kit = find_kit(options(pages={"home": "/"}, collect="lhci"), env)
    assert isinstance(kit, Kit)
    told = {"settings": {}, "headers": {}, **more}
    collected = Lhci(kit, env, timeout, FLAGS, **told).collect(TARGETS, 0)
    assert isinstance(collected, Collected)
    return collected


def told(place: Path) -> list[dict[str, Any]]:
    lines = (place / "told").read_text(encoding="utf-8").splitlines()
    return [json.loads(line) for line in lines]


def test_each_page_has_a_run_and_a_folder_of_its_own(tmp_path: Path) -> None:
    collected = collect(tmp_path, failure=json.dumps(REFUSED, indent=2))
    assert collected.answers["page-0"] == Loaded(PAGE)
    runs = told(tmp_path)
    assert [run["config"]["ci"]["collect"]["url"] for run in runs] == [
        [f"{BASE}/"],
        [f"{BASE}/gone"],
    ]
    assert len({run["cwd"] for run in runs}) == 2
    assert not any(Path(run["cwd"]).exists() for run in runs)


def test_a_failed_load_is_read_from_what_it_printed(tmp_path: Path) -> None:
    collected = collect(tmp_path, failure=json.dumps(REFUSED, indent=2))
    gone = collected.answers["page-1"]
    assert isinstance(gone, Loaded)
    assert gone.lhr["runtimeError"]["code"] == "CHROME_INTERSTITIAL_ERROR"


@pytest.mark.parametrize(
    "failure",
    [
        "no report",
        '{"lighthouseVersion": "13',
        json.dumps(PAGE),
        json.dumps({**PAGE, "runtimeError": {"code": "NO_ERROR", "message": ""}}),
        json.dumps({**PAGE, "runtimeError": {}}),
    ],
    ids=["none", "half-a-report", "a-good-load", "a-load-with-the-error-none", "no-error-in-it"],
)
def test_a_failure_without_a_failed_report_is_a_crash(tmp_path: Path, failure: str) -> None:
    gone = collect(tmp_path, failure=failure).answers["page-1"]
    assert isinstance(gone, Reason)
    assert gone.code is Code.TOOL_CRASHED


@pytest.mark.parametrize(
    ("does", "code"),
    [
        pytest.param("pass", Code.OUTPUT_EMPTY, id="no report"),
        pytest.param(
            f"{WRITES}; (out / 'lhr-2.json').write_text('{{}}')",
            Code.OUTPUT_EMPTY,
            id="two reports",
        ),
        pytest.param(
            "(out / 'lhr-1.json').write_text('{\"lighth')", Code.OUTPUT_UNREADABLE, id="cut off"
        ),
        pytest.param("sys.exit(3)", Code.TOOL_CRASHED, id="a crash"),
        pytest.param("time.sleep(60)", Code.TOOL_TIMED_OUT, id="a hang"),
    ],
)
def test_it_is_no_measurement(tmp_path: Path, does: str, code: Code) -> None:
    timeout = 2 if code is Code.TOOL_TIMED_OUT else 20
    home = collect(tmp_path, does=does, timeout=timeout).answers["page-0"]
    assert isinstance(home, Reason)
    assert home.code is code


def test_it_is_told_one_run_in_our_browser_with_the_teams_settings(tmp_path: Path) -> None:
    settings = {
        "preset": "desktop",
        "chromeFlags": "--headless --lang=de --disable-gpu",
        "extraHeaders": {"X-Team": "a"},
    }
    collect(tmp_path, settings=settings, headers={"Authorization": "planted-secret"})
    whole = told(tmp_path)[0]["config"]["ci"]["collect"]
    assert (whole["numberOfRuns"], whole["method"]) == (1, "node")
    assert whole["chromePath"] == str(tmp_path / "bin" / "chrome")
    given = whole["settings"]
    assert given["preset"] == "desktop"
    assert given["extraHeaders"] == {"X-Team": "a", "Authorization": "planted-secret"}
    assert given["onlyCategories"] == ["performance"]
    flags = given["chromeFlags"]
    assert flags.startswith("--lang=de --disable-gpu --disable-quic")
    assert "--no-sandbox" in flags
    assert '--host-resolver-rules="MAP * ~NOTFOUND, EXCLUDE 127.0.0.1, ' in flags
    assert "--headless" not in flags
