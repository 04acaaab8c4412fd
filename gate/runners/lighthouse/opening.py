"""From a job and its options to a session: the collector, what is expected, the shape."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from gate.core.reasons import Reason
from gate.runners.lighthouse.answers import Collector
from gate.runners.lighthouse.browser import can_sandbox, chrome_flags, is_closed
from gate.runners.lighthouse.direct import Direct
from gate.runners.lighthouse.health import Expected
from gate.runners.lighthouse.kit import Kit
from gate.runners.lighthouse.lhci import Lhci
from gate.runners.lighthouse.lighthouserc import digest, read_settings
from gate.runners.lighthouse.options import LighthouseOptions
from gate.runners.lighthouse.questions import wanted_of
from gate.runners.lighthouse.session import LighthouseSession
from gate.runners.lighthouse.targets import Target
from gate.seams.runner import Job, NotFound, Ready

_FORM_FACTOR = "mobile"
_THROTTLING = "simulate"
Shape = tuple[tuple[str, str], ...]


def open_session(
    job: Job, options: LighthouseOptions, kit: Kit, targets: tuple[Target, ...]
) -> LighthouseSession | Reason:
    """Everything a session needs, or why its settings cannot be read."""
    said = options.lighthouserc
    settings = read_settings(said, job.harness, kit.node) if said else {}
    if isinstance(settings, Reason):
        return settings
    hosts = tuple(options.hosts)
    closed = is_closed((target.url for target in targets), hosts)
    expected = Expected(
        lighthouse=kit.home.version,
        chrome=kit.chrome.version,
        form_factor="" if options.lighthouserc else options.form_factor or _FORM_FACTOR,
        throttling="" if options.lighthouserc else options.throttling or _THROTTLING,
        closed=closed,
        hosts=hosts,
        may_fail=tuple(options.may_fail),
    )
    flags = chrome_flags(hosts, closed=closed, sandbox=can_sandbox(kit.chrome.path))
    return LighthouseSession(
        ready=_ready(job, options, kit, targets, settings),
        questions=job.questions,
        targets=targets,
        collector=_collector(job, options, kit, flags, settings, expected),
        expected=expected,
    )


def _collector(
    job: Job,
    options: LighthouseOptions,
    kit: Kit,
    flags: tuple[str, ...],
    settings: Mapping[str, Any],
    expected: Expected,
) -> Collector:
    if options.collect == "direct":
        return Direct(
            kit=kit,
            out=job.out,
            env=job.env,
            timeout=job.timeout,
            flags=flags,
            form_factor=expected.form_factor,
            throttling=expected.throttling,
            headers=options.headers,
        )
    said = {"formFactor": expected.form_factor, "throttlingMethod": expected.throttling}
    ours = {key: value for key, value in said.items() if value}
    if expected.form_factor == "desktop":
        ours = {"preset": "desktop", "throttlingMethod": expected.throttling}
    return Lhci(kit, job.env, job.timeout, flags, {**settings, **ours}, options.headers)


def _ready(
    job: Job,
    options: LighthouseOptions,
    kit: Kit,
    targets: tuple[Target, ...],
    settings: Mapping[str, Any],
) -> Ready:
    how = (
        [("settings", digest(settings))]
        if options.lighthouserc
        else [
            ("form factor", options.form_factor or _FORM_FACTOR),
            ("throttling", options.throttling or _THROTTLING),
        ]
    )
    shape = (
        ("collect", options.collect),
        *how,
        ("lighthouse", ".".join(kit.home.version.split(".")[:2])),
        ("chrome", kit.chrome.version.split(".")[0]),
        ("headers", " ".join(sorted(options.headers))),
        ("hosts", " ".join(sorted(options.hosts))),
    )
    return Ready(kit.tools, tuple(each for each in shape if each[1]), _shapes(job, targets))


def _shapes(job: Job, targets: tuple[Target, ...]) -> Mapping[str, Shape]:
    """What each question's series depends on: the pages and flows that it is about."""
    shapes: dict[str, Shape] = {}
    for question in job.questions:
        wanted = wanted_of(question, targets)
        if not isinstance(wanted, NotFound):
            about = {each.target.id for each in wanted}
            declared = [(f"{t.kind} {t.name}", t.declared) for t in targets if t.id in about]
            shapes[question.objective] = tuple(declared)
    return shapes
