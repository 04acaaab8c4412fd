"""The tools that measure: where they are, how they get here, what this machine is like."""

from gate.tools.doctor import Level, Line, doctor
from gate.tools.install import INSTALLABLE, install
from gate.tools.locate import CHROME, K6, NODE, Absent, Found, How, locate, node_home, with_node
from gate.tools.recipes import Installed, Source

__all__ = [
    "CHROME",
    "INSTALLABLE",
    "K6",
    "NODE",
    "Absent",
    "Found",
    "How",
    "Installed",
    "Level",
    "Line",
    "Source",
    "doctor",
    "install",
    "locate",
    "node_home",
    "with_node",
]
