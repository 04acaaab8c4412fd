"""A question as the stream of samples is searched for its answer."""

from __future__ import annotations

from dataclasses import dataclass

from gate.core.reasons import Reason
from gate.core.sli import Sli
from gate.runners.k6.sources import Source
from gate.seams.runner import Question

EXPECTED = "expected_response"
STATUS = "status"
ANY = "any"
_OUTSIDE = ("::setup", "::teardown")


@dataclass(frozen=True, slots=True)
class Asked:
    """One question with its metric. `whole`: of the whole run as k6 sees it, a script's own.

    `refused` is why it can never be answered.
    """

    objective: str
    sli: Sli
    source: Source
    each: str = ""
    whole: bool = False
    refused: Reason | None = None

    @property
    def well(self) -> tuple[str, str] | None:
        """The tag and value of samples that went well, where only those count: so by default."""
        if self.source.status:
            named = self.whole or self.sli.tag(STATUS) is not None
            return None if named else (STATUS, self.source.status)
        default = "true" if self.source.requests and not self.whole else ANY
        only = self.source.requests and (self.sli.tag(EXPECTED) or default) == "true"
        return (EXPECTED, "true") if only else None

    @property
    def tags(self) -> dict[str, str]:
        """The tags that a sample must have; success, where only that counts, is looked at later."""
        tags = dict(self.sli.tags)
        if self.well is not None or tags.get(EXPECTED) == ANY:
            tags.pop(EXPECTED, None)
        if self.source.status and tags.get(STATUS) == ANY:
            del tags[STATUS]
        return tags

    @property
    def outside(self) -> bool:
        """Whether it is about setup() or teardown(), which belong to no scenario."""
        return (self.sli.tag("group") or "").startswith(_OUTSIDE)


def ask(question: Question, source: Source) -> Asked:
    """The question of a budget."""
    return Asked(question.objective, question.sli, source, question.each)
