"""Asking k6 about a script: what it is made of, and what its own metrics are."""

from __future__ import annotations

import json
from collections.abc import Iterable
from pathlib import Path

from gate import process
from gate.core.reasons import Code, Reason, because
from gate.runners.k6 import command, exits
from gate.runners.k6.archive import Archive, ArchiveError, read_archive
from gate.runners.k6.environment import environment
from gate.runners.k6.logs import console, read_log
from gate.runners.k6.options import K6Options
from gate.runners.k6.wrapper import TYPES_MARK, types_module
from gate.seams.runner import Job

_LONGEST = 60.0
_LARGEST = 256 * 1024 * 1024

Types = dict[str, tuple[str, bool]]


class RefusedError(Exception):
    """The job cannot start; carries the reason."""

    def __init__(self, reason: Reason) -> None:
        """Keep the reason."""
        super().__init__(reason.sentence)
        self.reason = reason


class Asking:
    """k6 called without a load, at most a minute each time."""

    def __init__(self, k6: Path, job: Job, options: K6Options, config: Path) -> None:
        """`config` is a k6 configuration file, used instead of the user's."""
        self._k6 = k6
        self._job = job
        self._env = environment(job.env, options.env)
        self._script = options.script
        self._config = config

    def archive(self, module: Path) -> Archive:
        """What the module is made of; refuses what k6 refuses."""
        done = self._run(command.archive(self._k6, module, self._config))
        try:
            return read_archive(done.stdout, self._script)
        except ArchiveError as error:
            reason = because(Code.OUTPUT_UNREADABLE, tool="k6 archive", detail=error)
            raise RefusedError(reason) from None

    def types(self, script: Path, names: Iterable[str]) -> Types:
        """The type of each of the script's own metrics, and whether it holds milliseconds."""
        wanted = sorted(names)
        if not wanted:
            return {}
        module = self._config.with_name("perfgate-types.js")
        module.write_text(types_module(script, wanted), encoding="utf-8")
        done = self._run(command.inspect(self._k6, module, self._config))
        said = next(console(done.stderr, TYPES_MARK), "")
        types = _read_types(said)
        if types.keys() == set(wanted):
            return types
        detail = f"it did not tell the types of the script's metrics: {said[:200] or done.tail}"
        raise RefusedError(because(Code.OUTPUT_UNREADABLE, tool="k6 inspect", detail=detail))

    def _run(self, argv: list[str]) -> process.Finished:
        limit = min(_LONGEST, self._job.timeout)
        done = process.run(
            argv, timeout=limit, cwd=self._job.harness, env=self._env, limit=_LARGEST, grace=2.0
        )
        if isinstance(done, process.NotStarted):
            raise RefusedError(because(Code.TOOL_ABSENT, tool="k6", detail=done.why))
        if done.timed_out:
            tool = f"k6 {argv[1]}"
            raise RefusedError(because(Code.TOOL_TIMED_OUT, tool=tool, seconds=f"{limit:g}"))
        if done.code != 0:
            raise RefusedError(exits.reason(done.code, read_log(done.stderr).said))
        if done.cut:
            # A tar that ends between two files reads as a whole one with fewer of them.
            detail = f"it wrote more than {_LARGEST // 1024**2} MiB"
            remedy = "let the script open smaller files"
            tool = f"k6 {argv[1]}"
            raise RefusedError(
                because(Code.OUTPUT_UNREADABLE, tool=tool, detail=detail, remedy=remedy)
            )
        return done


def _read_types(said: str) -> Types:
    try:
        return {
            str(name): (str(kind), bool(time)) for name, (kind, time) in json.loads(said).items()
        }
    except (ValueError, TypeError, AttributeError, RecursionError):
        return {}
