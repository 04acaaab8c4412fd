"""The tools of a session: Node, Lighthouse, Chrome, and Lighthouse CI where it collects."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from gate.core.reasons import Code, Reason, because
from gate.runners.lighthouse.options import LighthouseOptions
from gate.tools import CHROME, NODE, Absent, Found, locate, node_home, with_node
from gate.tools.locate import package_version

_NOT_PASSED_ON = ("LHCI", "NODE_OPTIONS", "CHROME_PATH", "HEADLESS")


@dataclass(frozen=True, slots=True)
class Kit:
    """Tools that answered with their versions. `home` holds `node_modules`."""

    node: Found
    home: Found
    chrome: Found
    lhci: str

    @property
    def lighthouse(self) -> Path:
        """The folder of Lighthouse's package."""
        return self.home.path / "node_modules" / "lighthouse"

    @property
    def tools(self) -> tuple[tuple[str, str], ...]:
        """Names and exact versions, for the record."""
        used = [
            ("lighthouse", self.home.version),
            ("chrome", self.chrome.version),
            ("node", self.node.version),
        ]
        return (*used, ("lhci", self.lhci)) if self.lhci else tuple(used)

    def environment(self, env: Mapping[str, str], scratch: Path) -> dict[str, str]:
        """What children see: a private TMPDIR, this Node first, nothing that changes a number."""
        kept = {k: v for k, v in env.items() if not k.startswith(_NOT_PASSED_ON)}
        return {
            **with_node(self.node, kept),
            "TMPDIR": str(scratch),
            "CHROME_PATH": str(self.chrome.path),
            "PUPPETEER_SKIP_DOWNLOAD": "1",
        }


def find_kit(options: LighthouseOptions, env: Mapping[str, str]) -> Kit | Reason:
    """Find the tools that these options need, or say which is absent and where we looked."""
    node, home = locate(NODE, env=env), node_home(env=env)
    chrome = locate(CHROME, explicit=options.chrome or "", env=env)
    if isinstance(node, Absent):
        return _absent(node)
    if isinstance(home, Absent):
        return _absent(home)
    if isinstance(chrome, Absent):
        return _absent(chrome)
    lhci = package_version(home.path, "@lhci/cli") if options.collect == "lhci" else ""
    if options.collect == "lhci" and not lhci:
        return because(
            Code.TOOL_ABSENT, tool="lhci", detail=f"{home.path}: no node_modules/@lhci/cli"
        )
    return Kit(node, home, chrome, lhci)


def _absent(tool: Absent) -> Reason:
    return because(Code.TOOL_ABSENT, tool=tool.tool, detail=tool.detail, remedy=tool.remedy)
