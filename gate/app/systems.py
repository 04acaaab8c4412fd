"""The systems under test of one check: each prepared once and, where it serves, up once."""

from __future__ import annotations

import contextlib
import os
import shutil
import sys
import time
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Self

from gate.app.progress import Progress
from gate.core.reasons import Reason
from gate.services import Down, NotPrepared, Service, Up, prepare, running
from gate.tools import NODE, Found, locate


class Systems:
    """Services by name. Use as a context: whatever was started is gone afterwards."""

    def __init__(
        self,
        services: Sequence[Service],
        root: Path,
        environ: Mapping[str, str],
        progress: Progress,
    ) -> None:
        self._services = {service.name: service for service in services}
        self._root = root
        self._environ = dict(environ)
        self._progress = progress
        self._stack = contextlib.ExitStack()
        self._prepared: dict[str, Reason | None] = {}
        self._built: set[str] = set()
        self._up: dict[str, Up | Reason] = {}
        self.seconds = 0.0

    def __enter__(self) -> Self:
        """Use as a context."""
        return self

    def __exit__(self, *_: object) -> None:
        """End every service."""
        began = time.monotonic()
        self._stack.close()
        self.seconds += time.monotonic() - began

    def ensure(self, name: str, *, serves: bool) -> Reason | None:
        """Prepare the service and, where asked, have it up; the reason where that failed."""
        began = time.monotonic()
        reason = self._prepare(name)
        if reason is None and serves:
            up = self._start(name)
            reason = up if isinstance(up, Reason) else None
        self.seconds += time.monotonic() - began
        return reason

    def builds(self, name: str) -> bool:
        """Whether the service has something to prepare."""
        return bool(self._services[name].prepare)

    def built(self, name: str) -> bool:
        """Whether it was prepared in this check, and not kept from an earlier one."""
        return name in self._built

    def build_again(self, name: str) -> Reason | None:
        """Prepare the service anew, whatever is there of before; the reason where that failed."""
        began = time.monotonic()
        done = prepare(
            self._services[name], self._root, self._environ, say=self._progress.note, anew=True
        )
        self.seconds += time.monotonic() - began
        return done.reason if isinstance(done, NotPrepared) else None

    def check(self, name: str) -> Reason | None:
        """Why a service that was up is not any more."""
        up = self._up.get(name)
        return up.check() if isinstance(up, Up) else up

    @property
    def exports(self) -> dict[str, str]:
        """What all services export; of one that is not up the unfilled text, which nobody uses."""
        found: dict[str, str] = {}
        for name, service in self._services.items():
            up = self._up.get(name)
            found.update(up.exports if isinstance(up, Up) else dict(service.exports))
        return found

    def _prepare(self, name: str) -> Reason | None:
        if name not in self._prepared:
            service = self._services[name]
            done = prepare(service, self._root, self._environ, say=self._progress.note)
            self._prepared[name] = done.reason if isinstance(done, NotPrepared) else None
            if not isinstance(done, NotPrepared) and not done.kept:
                self._built.add(name)
        return self._prepared[name]

    def _start(self, name: str) -> Up | Reason:
        if name not in self._up:
            context = running(
                self._services[name],
                self._root,
                self._environ,
                say=self._progress.note,
            )
            up = self._stack.enter_context(context)
            self._up[name] = up.reason if isinstance(up, Down) else up
        return self._up[name]


def child_environment(environ: Mapping[str, str]) -> dict[str, str]:
    """The environment of what we start: the user's own, without the gate's virtual environment.

    Where PATH has no Node, the managed one comes last on it, so that a build can run.
    """
    own = without_our_venv(environ)
    if shutil.which("node", path=own.get("PATH", "")) is not None:
        return own
    node = locate(NODE, env=own)
    if not isinstance(node, Found):
        return own
    return {**own, "PATH": os.pathsep.join((own.get("PATH", ""), str(node.path.parent)))}


def without_our_venv(environ: Mapping[str, str]) -> dict[str, str]:
    """An environment in which `python` is the user's, not the gate's own."""
    own = {k: v for k, v in environ.items() if k not in {"PYTHONHOME", "__PYVENV_LAUNCHER__"}}
    venv = own.get("VIRTUAL_ENV", "")
    if venv and Path(venv).resolve() == Path(sys.prefix).resolve():
        for name in ("VIRTUAL_ENV", "VIRTUAL_ENV_PROMPT"):
            own.pop(name, None)
        inside = {(Path(venv) / name).resolve() for name in ("bin", "Scripts")}
        parts = own.get("PATH", "").split(os.pathsep)
        # An empty part is the current folder, wherever that will be.
        kept = [part for part in parts if not part or Path(part).resolve() not in inside]
        own["PATH"] = os.pathsep.join(kept)
    return own
