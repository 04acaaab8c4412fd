"""The Lighthouse runner: what it can produce, and how a job opens."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager

from gate.core.metric import Catalogue
from gate.core.reasons import Code, Reason, because
from gate.runners.lighthouse.kit import find_kit
from gate.runners.lighthouse.metrics import catalogue
from gate.runners.lighthouse.opening import open_session
from gate.runners.lighthouse.options import LighthouseOptions
from gate.runners.lighthouse.questions import members_of
from gate.runners.lighthouse.scratch import sweep
from gate.runners.lighthouse.session import LighthouseSession
from gate.runners.lighthouse.targets import needs_base, targets_of
from gate.seams.runner import Implied, Job, Options, Refused, Repeat


class LighthouseRunner:
    """Loads pages and runs flows; a page load is the unit."""

    name = "lighthouse"
    options: type[Options] = LighthouseOptions
    repeat = Repeat(5, 11)
    serves = True

    def catalogue(self, options: LighthouseOptions) -> Catalogue:
        """What the declared pages and flows can give; flows alone have `inp`."""
        return catalogue(pages=bool(options.pages), flows=bool(options.flows))

    def members(self, options: LighthouseOptions, tag: str) -> tuple[str, ...]:
        """The declared pages or flows, or the types of resources."""
        return members_of(tag, targets_of(options, ""))

    def implied(self, options: LighthouseOptions) -> tuple[Implied, ...]:  # noqa: ARG002  # the seam's signature
        """No limits but the budget's own."""
        return ()

    @contextmanager
    def open(self, job: Job, options: LighthouseOptions) -> Iterator[LighthouseSession | Refused]:
        """Find the tools and the base; Chrome runs within units only, so nothing is left open."""
        kit = find_kit(options, job.env)
        base = base_of(options, job.env, os.environ)
        if isinstance(kit, Reason):
            yield Refused(kit)
        elif isinstance(base, Reason):
            yield Refused(base)
        else:
            sweep()
            session = open_session(job, options, kit, targets_of(options, base))
            yield Refused(session) if isinstance(session, Reason) else session


RUNNER = LighthouseRunner()


def base_of(
    options: LighthouseOptions, env: Mapping[str, str], ours: Mapping[str, str]
) -> str | Reason:
    """What paths are relative to: `base:`, else the one URL that the service exports.

    Exports are what the job's environment has and ours has not: ports are new every time.
    """
    if options.base or not needs_base(options):
        return options.base or ""
    exported = {
        name: value
        for name, value in env.items()
        if value.startswith(("http://", "https://")) and ours.get(name) != value
    }
    if len(set(exported.values())) == 1:
        return next(iter(exported.values()))
    detail = f"the service exports {len(exported)} URLs: {', '.join(sorted(exported))}"
    return because(
        Code.NOTHING_MATCHED,
        selector="`base:`",
        detail=detail if exported else "the service exports no URL",
        remedy="write `base: ${NAME}` with a variable that the service exports",
    )
