"""A system under test as a value: read from services.yml, prepared and started by others."""

from __future__ import annotations

import signal
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Service:
    """One system under test. Times are seconds; `cwd` is relative to the tree.

    `{port}` and `{port_NAME}` in command, env, ready and exports become free ports, the same for
    the same name. `ready` is an http(s) URL or `tcp://host:port`. Without a command the service is
    an external one: it is only asked whether it answers.
    """

    name: str
    command: tuple[str, ...] = ()
    ready: str = ""
    cwd: str = "."
    prepare: tuple[tuple[str, ...], ...] = ()
    env: tuple[tuple[str, str], ...] = ()
    exports: tuple[tuple[str, str], ...] = ()
    timeout: float = 30.0
    prepare_timeout: float = 900.0
    stop: signal.Signals = signal.SIGTERM
    grace: float = 10.0
