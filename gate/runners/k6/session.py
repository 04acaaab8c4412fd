"""An open k6 job: each unit is one run of the script, in a scratch folder of its own."""

from __future__ import annotations

from pathlib import Path
from tempfile import TemporaryDirectory

from gate import process
from gate.core.reasons import Code, Reason, because
from gate.runners.k6 import command, exits
from gate.runners.k6.answer import Context, answers
from gate.runners.k6.clock import Clock
from gate.runners.k6.collect import DROPPED, ITERATIONS, REQUESTS, SESSIONS, Collection
from gate.runners.k6.environment import environment, outputs
from gate.runners.k6.load import LoadCheck, check_load
from gate.runners.k6.logs import Log, read_log
from gate.runners.k6.options import K6Options
from gate.runners.k6.points import EmptyError, UnreadableError, read_points
from gate.runners.k6.preflight import Prepared
from gate.runners.k6.progress import Unsaid, read_progress
from gate.runners.k6.shape import shape_of, shapes_of
from gate.runners.k6.summary import Summary, read_summary
from gate.seams.runner import Found, Job, Load, NotFound, Ready, UnitAnswer, UnitFailed

# After a time-out there is nothing to be had from k6's own graceful stop.
_GRACE = 2.0


class K6Session:
    """Runs the script once for each unit. Nothing is kept of a unit but its answer."""

    def __init__(self, job: Job, options: K6Options, prepared: Prepared) -> None:
        """Take over what the preflight found."""
        self._job = job
        self._options = options
        self._prepared = prepared

    @property
    def ready(self) -> Ready:
        """k6's version, what shapes the numbers, and the thresholds that the script states."""
        prepared = self._prepared
        return Ready(
            tools=(("k6", prepared.k6.version),),
            shape=shape_of(prepared.archive, self._options, prepared.k6.version),
            shapes=shapes_of(prepared.asked, self._options),
            declared=prepared.declared,
        )

    def unit(self, index: int) -> UnitAnswer | UnitFailed:
        """Run the script once and read what it measured."""
        out = self._job.out.absolute()
        with TemporaryDirectory(prefix=f"unit-{index}-", dir=out) as folder:
            samples, summary = Path(folder, "samples.json.gz"), Path(folder, "summary.json")
            done = self._run(samples, summary)
            return done if isinstance(done, UnitFailed) else self._read(done, samples, summary)

    def _run(self, samples: Path, summary: Path) -> process.Finished | UnitFailed:
        prepared, own = self._prepared, self._options.env
        argv = command.run(
            prepared.k6.path,
            prepared.module,
            prepared.config,
            samples,
            outputs(self._job.env, own),
        )
        done = process.run(
            argv,
            timeout=self._job.timeout,
            cwd=self._job.harness,
            env=environment(self._job.env, own, summary),
            grace=_GRACE,
        )
        if isinstance(done, process.NotStarted):
            return UnitFailed(because(Code.TOOL_ABSENT, tool="k6", detail=done.why), again=False)
        if done.timed_out:
            limit = f"{self._job.timeout:g}"
            reason = because(Code.TOOL_TIMED_OUT, tool="k6", seconds=limit)
            return UnitFailed(reason, tool_seconds=done.seconds)
        return done

    def _read(
        self, done: process.Finished, samples: Path, summary_file: Path
    ) -> UnitAnswer | UnitFailed:
        log = read_log(done.stderr)
        if failed := exits.failure(done.code, log.said, done.seconds):
            return failed
        if done.cut:
            # Which iterations threw or were interrupted may stand in what is not there.
            detail = f"it said more than {process.KEPT // 1024**2} MiB, so its log is not whole"
            remedy = "let the script log less"
            reason = because(Code.OUTPUT_UNREADABLE, tool="k6", detail=detail, remedy=remedy)
            return UnitFailed(reason, again=False, tool_seconds=done.seconds)
        summary = read_summary(summary_file)
        if isinstance(summary, str):
            detail = ": ".join(filter(None, (summary, log.said)))
            return _failed(because(Code.OUTPUT_UNREADABLE, tool="k6", detail=detail), done)
        progress = read_progress(done.stdout)
        if isinstance(progress, Unsaid):
            detail = "its progress does not say how many iterations were interrupted"
            return _failed(because(Code.OUTPUT_UNREADABLE, tool="k6", detail=detail), done)
        collection = self._collect(samples)
        if isinstance(collection, Reason):
            return _failed(collection, done)
        if problem := _incomplete(collection, summary, log):
            return _failed(problem, done)
        load = check_load(collection, log, progress, self._prepared.plan, self._options)
        return self._answer(collection, summary, log, load, done.seconds)

    def _collect(self, samples: Path) -> Collection | Reason:
        options, prepared = self._options, self._prepared
        clock = Clock(options.warmup_seconds, prepared.plan, options.exclude_scenarios)
        collection = Collection(prepared.asked, clock, options.exclude_scenarios)
        if not samples.exists():
            return because(Code.OUTPUT_EMPTY, tool="k6", detail="there is no file of samples")
        try:
            for point in read_points(samples, collection.wanted):
                collection.add(point)
        except EmptyError:
            return because(Code.OUTPUT_EMPTY, tool="k6", detail="its file of samples is empty")
        except UnreadableError as error:
            return because(Code.OUTPUT_UNREADABLE, tool="k6", detail=f"samples {error}")
        return collection

    def _answer(
        self,
        collection: Collection,
        summary: Summary,
        log: Log,
        load: LoadCheck,
        seconds: float,
    ) -> UnitAnswer:
        context = Context(
            collection.clock,
            load,
            summary.seconds,
            collection.totals[ITERATIONS],
            collection.iterations,
            log.exception,
        )
        given = [one for search in collection.searches for one in answers(search, context)]
        return UnitAnswer(
            found=tuple(one for one in given if isinstance(one, Found)),
            not_found=tuple(one for one in given if isinstance(one, NotFound)),
            # What the system under test saw: setup, warm-up and excluded scenarios included.
            load=Load(collection.totals[REQUESTS], summary.seconds),
            tool_seconds=seconds,
            notes=load.notes,
        )


def _incomplete(collection: Collection, summary: Summary, log: Log) -> Reason | None:
    """Why this is no measurement: k6 counted more samples, nothing ran, or nobody answered."""
    for name in (ITERATIONS, REQUESTS, DROPPED):
        counted, have = summary.totals.get(name, 0), collection.totals[name]
        if counted != have:
            detail = f"the samples hold {have} of the {counted} {name} that k6 counted"
            return because(Code.OUTPUT_UNREADABLE, tool="k6", detail=detail)
    if not collection.totals[ITERATIONS]:
        detail = ": ".join(filter(None, ("no iteration of the script ended", log.said)))
        return because(Code.OUTPUT_EMPTY, tool="k6", detail=detail)
    requests = collection.totals[REQUESTS] + collection.totals[SESSIONS]
    if requests and collection.unanswered.n == requests:
        detail = f"none of {requests} requests was answered: {collection.unanswered.text()}"
        remedy = "see that the server runs, and that the script asks it where it listens"
        return because(Code.ZERO_SAMPLES, tool="k6", detail=detail, remedy=remedy)
    return None


def _failed(reason: Reason, done: process.Finished) -> UnitFailed:
    return UnitFailed(reason, tool_seconds=done.seconds)
