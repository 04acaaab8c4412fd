"""The runner of whole commands: a start, a build, a report, a query from the command line."""

from __future__ import annotations

import hashlib
import os
import shutil
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from gate.core.metric import Catalogue
from gate.core.reasons import Code, Reason, because
from gate.runners.command.metrics import INSTRUCTIONS, METRICS
from gate.runners.command.options import CommandOptions
from gate.runners.command.runs import Place
from gate.runners.command.session import CommandSession, Prepared
from gate.seams.runner import Implied, Job, Options, Ready, Refused, Repeat, Session
from gate.tools import Absent
from gate.tools.counter import find_counter, no_counter
from gate.tools.locate import could_be_made


class Command:
    """The runner. On the base's tree the same words are run, with what that tree has of them."""

    name = "command"
    options: type[Options] = CommandOptions
    repeat = Repeat(5, 11)
    serves = True

    def catalogue(self, options: CommandOptions) -> Catalogue:
        """Time, memory and instructions, whatever the options are."""
        del options
        return Catalogue(self.name, METRICS)

    def members(self, options: CommandOptions, tag: str) -> tuple[str, ...]:
        """A command has no parts."""
        del options, tag
        return ()

    def implied(self, options: CommandOptions) -> tuple[Implied, ...]:
        """Nothing is promised unasked."""
        del options
        return ()

    def probe(
        self, options: CommandOptions, root: Path, env: Mapping[str, str]
    ) -> tuple[tuple[str, str, str, str], ...]:
        """Whether the program is where its start will look for it."""
        return (_looked_up(options, root, env),)

    @contextmanager
    def open(self, job: Job, options: CommandOptions) -> Iterator[Session | Refused]:
        """Find what counts; every run ends what it starts."""
        prepared = _prepared(job, options)
        yield Refused(prepared) if isinstance(prepared, Reason) else CommandSession(job, prepared)


def _looked_up(
    options: CommandOptions, root: Path, env: Mapping[str, str]
) -> tuple[str, str, str, str]:
    """The line of the program: beside the command's folder, or on the PATH that it is given."""
    cwd, name = root.absolute() / options.cwd, options.command[0]
    if not cwd.is_dir():
        found = f"there is no folder {options.cwd} in the tree"
        return ("absent", "command", found, "correct `cwd:`")
    # posix_spawnp(3): a name with a slash is a path, and so is each part of PATH, from the folder.
    places = [str(cwd / part) for part in os.get_exec_path({**env, **options.env})]
    program = shutil.which(cwd / name if "/" in name else name, path=os.pathsep.join(places))
    if program is not None:
        return ("ok", "command", str(program), "")
    found = f"{name[:200]}: no such program"
    status = "absent" if could_be_made(name, root) else "bad"
    return (status, "command", found, "install it, or correct `command:`")


def _prepared(job: Job, options: CommandOptions) -> Prepared | Reason:
    cwd = job.root.absolute() / options.cwd
    if not cwd.is_dir() or not cwd.resolve().is_relative_to(job.root.resolve()):
        detail = "there is no such folder in the tree"
        return because(Code.NOTHING_MATCHED, selector=options.cwd, detail=detail)
    counter = find_counter(options.counter, job.env)
    counts = {asked.objective for asked in job.questions if asked.sli.metric == INSTRUCTIONS.name}
    if isinstance(counter, Absent) and len(counts) == len(job.questions):
        return no_counter(counter)
    tools = [("command", options.command[0][:200])]
    shapes: dict[str, tuple[tuple[str, str], ...]] = {}
    if counts and not isinstance(counter, Absent):
        tools.append((counter.tool, counter.version))
        shapes = dict.fromkeys(counts, (("counted by", counter.series),))
    place = Place(cwd, job.out.absolute(), {**job.env, **options.env})
    return Prepared(options, place, counter, Ready(tuple(tools), _shape(options), shapes))


def _shape(options: CommandOptions) -> tuple[tuple[str, str], ...]:
    """The command and how it is run, as a digest: its arguments may be secret."""
    # What counts shapes what is counted alone.
    told = options.model_dump_json(exclude={"counter"}).encode()
    return (("command", hashlib.sha256(told).hexdigest()[:16]),)
