"""Before the first unit: whether the script is right, and what it promises."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from gate.core.reasons import Code, because
from gate.runners.k6.archive import Archive
from gate.runners.k6.asked import Asked, ask
from gate.runners.k6.asking import Asking, RefusedError, Types
from gate.runners.k6.catalogue import custom, sources
from gate.runners.k6.options import CustomMetric, K6Options
from gate.runners.k6.plan import Scenario, scenarios
from gate.runners.k6.sources import Source
from gate.runners.k6.thresholds import declare, stated
from gate.runners.k6.wrapper import run_module
from gate.seams.runner import Implied, Job
from gate.tools import Found


@dataclass(frozen=True, slots=True)
class Prepared:
    """A script that k6 accepts, and all that a unit needs to run it and to be asked."""

    k6: Found
    module: Path
    config: Path
    archive: Archive
    plan: tuple[Scenario, ...]
    asked: tuple[Asked, ...]
    declared: tuple[Implied, ...]


def prepare(job: Job, options: K6Options, k6: Found) -> Prepared:
    """Let k6 read the script with its thresholds; raises `RefusedError`."""
    script = job.harness.absolute() / options.script
    if not script.is_file():
        detail = f"there is no script {options.script}"
        raise RefusedError(because(Code.NOTHING_MATCHED, selector="script", detail=detail))
    out = job.out.absolute()
    module, config = out / "perfgate-run.js", out / "perfgate-config.json"
    module.write_text(run_module(script, options.metrics), encoding="utf-8")
    config.write_text("{}\n", encoding="utf-8")
    k6_says = Asking(k6.path, job, options, config)
    archive = k6_says.archive(module)
    plan = scenarios(archive.options)
    _check_excluded(options, plan)
    thresholds = stated(archive.options)
    known = sources(options)
    unknown = {t.metric for t in thresholds} - known.keys()
    types = k6_says.types(script, {*unknown, *options.metrics})
    _check_types(options, types)
    known |= {name: _undeclared(name, types) for name in unknown}
    declared = [declare(job.budget, threshold, known[threshold.metric]) for threshold in thresholds]
    asked = [ask(question, known[question.sli.metric]) for question in job.questions]
    return Prepared(
        k6,
        module,
        config,
        archive,
        plan,
        (*asked, *(d.asked for d in declared)),
        tuple(d.implied for d in declared),
    )


def _check_excluded(options: K6Options, plan: Iterable[Scenario]) -> None:
    names = {scenario.name for scenario in plan}
    unknown = sorted(set(options.exclude_scenarios) - names)
    if unknown:
        detail = f"the script has the scenarios {', '.join(sorted(names))}"
        selector = f"exclude_scenarios: {', '.join(unknown)}"
        raise RefusedError(because(Code.NOTHING_MATCHED, selector=selector, detail=detail))
    if names <= set(options.exclude_scenarios):
        detail = "every scenario is excluded"
        raise RefusedError(because(Code.NOTHING_MATCHED, selector="scenarios", detail=detail))


def _check_types(options: K6Options, types: Types) -> None:
    for name, declared in options.metrics.items():
        real, time = types[name]
        if real != declared.type:
            detail = f"{name} is a {real} in the script, the budget declares a {declared.type}"
        elif time and declared.unit != "ms" and real != "rate":
            detail = f"{name} holds times, which k6 gives in ms; declared is {declared.unit!r}"
        else:
            continue
        raise RefusedError(because(Code.NOT_REPORTED, tool="k6", detail=detail))


def _undeclared(name: str, types: Types) -> Source:
    """A metric that only a threshold names: its type is k6's, its direction the threshold's."""
    real, time = types[name]
    return custom(
        name.lstrip("_") or "unnamed",  # what cannot be written as an SLI is answered with that
        CustomMetric.model_validate(
            {"type": real, "better": "lower", "unit": "ms" if time and real != "rate" else ""}
        ),
    )
