"""The only package that starts programs. What it started is gone when it returns.

Every child carries a mark in its environment, so that also detached grandchildren (Chrome) are
found and ended; a watchdog ends them when the gate itself is killed.
"""

from gate.process.child import Finished, NotStarted, finished, run, start
from gate.process.output import KEPT
from gate.process.running import Running
from gate.process.signals import Stopped, stop_on_signals
from gate.process.spent import spent

__all__ = [
    "KEPT",
    "Finished",
    "NotStarted",
    "Running",
    "Stopped",
    "finished",
    "run",
    "spent",
    "start",
    "stop_on_signals",
]
