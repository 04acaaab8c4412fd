from __future__ import annotations

from pathlib import Path

import pytest

from gate.core.reasons import Reason
from gate.runners.lighthouse.kit import Kit, find_kit
from gate.testing.fake_program import Fake
from tests.runners.lighthouse.support import fake_tools, options

NODE = Fake(output=b"")
PAGES = {"home": "/"}


def test_all_tools_are_found_with_their_versions(tmp_path: Path) -> None:
    kit = find_kit(options(pages=PAGES, collect="lhci"), fake_tools(tmp_path, NODE))
    assert isinstance(kit, Kit)
    assert kit.tools == (
        ("lighthouse", "13.5.0"),
        ("chrome", "156.0.8078.79"),
        ("node", "24.15.0"),
        ("lhci", "0.15.1"),
    )


@pytest.mark.parametrize(
    ("env", "keys", "tool", "said"),
    [
        pytest.param({"PERFGATE_NODE": "/no/node"}, {}, "node", "/no/node", id="no node"),
        pytest.param(
            {"PERFGATE_NODE_HOME": "/no"}, {}, "lighthouse", "no node_modules", id="no Lighthouse"
        ),
        pytest.param(
            {"PERFGATE_CHROME": "", "CHROME_PATH": "/no/chrome"},
            {},
            "chrome",
            "/no/chrome (CHROME_PATH): not found",
            id="a CHROME_PATH that leads nowhere, though there may be a Chrome",
        ),
        pytest.param({}, {"chrome": "/no/such"}, "chrome", "named by the budget", id="a budget's"),
    ],
)
def test_an_absent_tool_is_named_with_where_we_looked(
    tmp_path: Path, env: dict[str, str], keys: dict[str, str], tool: str, said: str
) -> None:
    whole = {**fake_tools(tmp_path, NODE), **env}
    reason = find_kit(options(pages=PAGES, **keys), whole)
    assert isinstance(reason, Reason)
    assert (dict(reason.facts)["tool"], said in reason.sentence) == (tool, True), reason.sentence
    assert reason.remedy


def test_a_node_that_is_too_old_is_refused(tmp_path: Path) -> None:
    reason = find_kit(options(pages=PAGES), fake_tools(tmp_path, NODE, version="v20.20.2"))
    assert isinstance(reason, Reason)
    assert "version 20.20.2 is older than 22.19" in reason.sentence


def test_lighthouse_ci_that_is_not_there_is_refused(tmp_path: Path) -> None:
    env = fake_tools(tmp_path, NODE)
    (tmp_path / "home" / "node_modules" / "@lhci" / "cli" / "package.json").unlink()
    reason = find_kit(options(pages=PAGES, collect="lhci"), env)
    assert isinstance(reason, Reason)
    assert "@lhci/cli" in reason.sentence


def test_children_get_nothing_that_changes_a_number(tmp_path: Path) -> None:
    kit = find_kit(options(pages=PAGES), fake_tools(tmp_path, NODE))
    assert isinstance(kit, Kit)
    theirs = {
        "PATH": "/usr/bin",
        "SHOP_URL": "http://127.0.0.1:1",
        "LHCI_COLLECT__NUMBER_OF_RUNS": "9",
        "LHCITEST_MOCK_LHR": "{}",
        "NODE_OPTIONS": "--inspect",
        "HEADLESS": "1",
    }
    env = kit.environment(theirs, tmp_path / "private")
    assert env == {
        "PATH": f"{tmp_path / 'bin'}:/usr/bin",
        "SHOP_URL": "http://127.0.0.1:1",
        "TMPDIR": str(tmp_path / "private"),
        "CHROME_PATH": str(tmp_path / "bin" / "chrome"),
        "PUPPETEER_SKIP_DOWNLOAD": "1",
    }
