"""Runners that measure nothing: what reading a budget needs of its runner."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from pydantic import field_validator

from gate.core.metric import Better, Catalogue, Kind, Metric
from gate.core.model import Limit
from gate.core.sli import parse_sli
from gate.core.units import Dimension
from gate.errors import UsageError
from gate.seams.runner import Implied, Options, Repeat
from gate.spec import Spec, load
from gate.spec.selectors import RunnerLike

LATENCY_STATISTICS = ("mean", "median", "min", "max", "pNN", "share")


class LoadOptions(Options):
    """The options of a load runner."""

    script: str
    base: str = ""
    headers: Mapping[str, str] = {}
    env: Mapping[str, str] = {}
    warmup: float = 0.0


class FakeLoad:
    """Like k6: tags are anything, one implied limit, thresholds of the script."""

    name = "k6"
    options: type[Options] = LoadOptions
    repeat = Repeat(1, 3)
    serves = True
    generates = True

    def catalogue(self, options: LoadOptions) -> Catalogue:
        duration = Metric(
            "http_req_duration",
            Dimension.TIME,
            Better.LOWER,
            Kind.LATENCY,
            LATENCY_STATISTICS,
            "p95",
            ("*",),
        )
        failed = Metric(
            "http_req_failed",
            Dimension.SHARE,
            Better.LOWER,
            Kind.PROPORTION,
            ("rate",),
            "rate",
            ("*",),
        )
        requests = Metric(
            "http_reqs",
            Dimension.NUMBER,
            Better.HIGHER,
            Kind.LATENCY,
            ("rate", "count"),
            "rate",
            ("*",),
        )
        return Catalogue("k6", (duration, failed, requests))

    def members(self, options: LoadOptions, tag: str) -> tuple[str, ...]:
        return ()

    def implied(self, options: LoadOptions) -> tuple[Implied, ...]:
        failed = Implied(parse_sli("rate(http_req_failed)"), Limit(0.05), "every load has it")
        if options.script.endswith("odd.js"):
            return (failed, Implied(parse_sli("p95(lcp)"), Limit(1), "in the script", script=True))
        if not options.script.endswith("thresholds.js"):
            return (failed,)
        loose, tight = (
            Implied(parse_sli("p95(http_req_duration)"), Limit(limit), "in the script", script=True)
            for limit in (0.4, 0.2)
        )
        return (failed, loose, tight)

    def open(self) -> None:
        """Show that this runner loads by itself."""


class WebOptions(Options):
    """The options of a web runner."""

    pages: Mapping[str, str] = {}
    flows: Mapping[str, tuple[Mapping[str, str], ...]] = {}
    base: str | None = None
    collect: str = "lighthouse"

    @field_validator("base")
    @classmethod
    def _an_origin(cls, base: str) -> str:
        if not base.startswith("http"):
            msg = f"expected an http(s) URL, got {base!r}"
            raise ValueError(msg)
        return base


class FakeWeb:
    """Like Lighthouse: declared pages and flows."""

    name = "lighthouse"
    options: type[Options] = WebOptions
    repeat = Repeat(3, 7)
    serves = True

    def catalogue(self, options: WebOptions) -> Catalogue:
        times = [
            Metric(
                name,
                Dimension.TIME,
                Better.LOWER,
                Kind.LAB,
                ("median", "max"),
                "median",
                ("page", "flow"),
                "page",
            )
            for name in ("lcp", "inp")
        ]
        shift = Metric(
            "cls",
            Dimension.NUMBER,
            Better.LOWER,
            Kind.LAB,
            ("median", "max"),
            "median",
            ("page", "flow"),
            "page",
        )
        score = Metric(
            "score",
            Dimension.SHARE,
            Better.HIGHER,
            Kind.LAB,
            ("median", "min"),
            "median",
            ("page",),
            "page",
        )
        return Catalogue("lighthouse", (*times, shift, score))

    def members(self, options: WebOptions, tag: str) -> tuple[str, ...]:
        return {"page": tuple(options.pages), "flow": tuple(options.flows)}.get(tag, ())

    def implied(self, options: WebOptions) -> tuple[Implied, ...]:
        return ()

    def open(self) -> None:
        """Show that this runner loads by itself."""


class BundleOptions(Options):
    """The options of a bundle runner."""

    files: Mapping[str, str | tuple[str, ...]]


class FakeBundle:
    """Like the bundle runner: sizes by file and encoding, measured once."""

    name = "bundle"
    options: type[Options] = BundleOptions
    repeat = Repeat(1, 1)
    serves = False

    def catalogue(self, options: BundleOptions) -> Catalogue:
        size = Metric(
            "size",
            Dimension.SIZE,
            Better.LOWER,
            Kind.EXACT,
            ("sum", "max"),
            "sum",
            ("file", "encoding"),
            "file",
        )
        return Catalogue("bundle", (size,))

    def members(self, options: BundleOptions, tag: str) -> tuple[str, ...]:
        return {"file": tuple(options.files), "encoding": ("raw", "gzip", "br")}.get(tag, ())

    def implied(self, options: BundleOptions) -> tuple[Implied, ...]:
        return ()

    def open(self) -> None:
        """Show that this runner loads by itself."""


class BenchOptions(Options):
    """The options of a benchmark runner; it has `paths` of its own."""

    paths: tuple[str, ...]
    python: str = ""


class FakeBench:
    """Like pytest-benchmark: the tests show only when they run."""

    name = "pytest-benchmark"
    options: type[Options] = BenchOptions
    repeat = Repeat(5, 15)
    serves = False

    def catalogue(self, options: BenchOptions) -> Catalogue:
        time = Metric(
            "time",
            Dimension.TIME,
            Better.LOWER,
            Kind.TIMING,
            ("mean", "min", "median"),
            "median",
            ("test", "group"),
            "test",
        )
        return Catalogue("pytest-benchmark", (time,))

    def members(self, options: BenchOptions, tag: str) -> tuple[str, ...]:
        return ()

    def implied(self, options: BenchOptions) -> tuple[Implied, ...]:
        return ()

    def open(self) -> None:
        """Show that this runner loads by itself."""


class DatabaseOptions(Options):
    """The options of a database observer."""

    dsn: str


class FakeDatabase:
    """Like the PostgreSQL observer: it watches another budget's load."""

    name = "postgres"
    options: type[Options] = DatabaseOptions
    repeat = Repeat(1, 1)
    serves = True

    def catalogue(self, options: DatabaseOptions) -> Catalogue:
        duration = Metric(
            "query_duration",
            Dimension.TIME,
            Better.LOWER,
            Kind.LATENCY,
            ("mean", "share"),
            "mean",
            ("query",),
        )
        queries = Metric(
            "queries_per_request", Dimension.NUMBER, Better.LOWER, Kind.EXACT, ("mean",), "mean"
        )
        hits = Metric(
            "cache_hits", Dimension.SHARE, Better.HIGHER, Kind.PROPORTION, ("rate",), "rate"
        )
        return Catalogue("postgres", (duration, queries, hits))

    def members(self, options: DatabaseOptions, tag: str) -> tuple[str, ...]:
        return ()

    def implied(self, options: DatabaseOptions) -> tuple[Implied, ...]:
        return ()

    def observe(self) -> None:
        """Show that this runner watches another one."""


RUNNERS: Mapping[str, RunnerLike] = {
    runner.name: runner
    for runner in (FakeLoad(), FakeWeb(), FakeBundle(), FakeBench(), FakeDatabase())
}


def find(name: str) -> RunnerLike:
    """A registry of the runners above, and of one that cannot be loaded."""
    if name == "broken":
        raise UsageError("runner 'broken' of some-plugin cannot be loaded", hint="uninstall it")
    return RUNNERS[name]


def read(
    root: Path,
    *,
    profile: str = "",
    env: Mapping[str, str] | None = None,
    measuring: bool = False,
    folders: tuple[Path, ...] = (),
) -> Spec:
    """Read the budgets below a root with the runners above."""
    return load(
        folders or (root / "budgets",),
        root,
        runners=find,
        runner_names=(*RUNNERS, "broken"),
        profile=profile,
        env=env or {},
        measuring=measuring,
    )


def write(root: Path, **files: str) -> Path:
    """Write files into root/budgets: `api="…"` is api.yml; the load script is there too."""
    folder = root / "budgets"
    folder.mkdir(parents=True, exist_ok=True)
    for name, text in files.items():
        (folder / f"{name}.yml").write_text(text, encoding="utf-8")
    for script in ("load.js", "thresholds.js", "odd.js"):
        (root / script).write_text("export default function () {}\n", encoding="utf-8")
    return root
