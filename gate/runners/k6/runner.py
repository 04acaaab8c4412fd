"""The k6 runner as the gate sees it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace

from gate.core.metric import Catalogue
from gate.core.model import Limit
from gate.core.reasons import Code, because
from gate.core.sli import Sli
from gate.runners.k6.asking import RefusedError
from gate.runners.k6.catalogue import NAME, catalogue
from gate.runners.k6.options import K6Options
from gate.runners.k6.preflight import prepare
from gate.runners.k6.session import K6Session
from gate.seams.runner import Implied, Job, Options, Refused, Repeat, Session
from gate.tools import K6, Absent, locate

_ERRORS = Implied(
    Sli("http_req_failed", "rate"),
    Limit(0.05),
    "a load whose requests fail measures something else",
)


class K6Runner:
    """Runs load scripts with the real k6."""

    name = NAME
    options: type[Options] = K6Options
    repeat = Repeat(5, 11)
    serves = True
    generates = True

    def catalogue(self, options: K6Options) -> Catalogue:
        """k6's own metrics and those that the budget declares; tags are the script's."""
        return catalogue(options)

    def members(self, options: K6Options, tag: str) -> tuple[str, ...]:  # noqa: ARG002  # the seam
        """Nothing: which values a tag has, only the run tells."""
        return ()

    def implied(self, options: K6Options) -> tuple[Implied, ...]:  # noqa: ARG002  # the seam
        """At most 5 % of the requests fail, unless the budget states its own."""
        return (_ERRORS,)

    @contextmanager
    def open(self, job: Job, options: K6Options) -> Iterator[Session | Refused]:
        """Find k6 and let it read the script; a script that k6 refuses is refused here."""
        explicit = options.k6
        if "/" in explicit:
            explicit = str(job.harness.absolute() / explicit)
        k6 = locate(K6, explicit=explicit, env=job.env)
        if isinstance(k6, Absent):
            yield Refused(because(Code.TOOL_ABSENT, tool="k6", detail=k6.detail, remedy=k6.remedy))
            return
        try:
            prepared = prepare(job, options, replace(k6, path=k6.path.absolute()))
        except RefusedError as error:
            yield Refused(error.reason)
            return
        yield K6Session(job, options, prepared)


RUNNER = K6Runner()
