"""What a change of the budgets lets through: each promise that was loosened or deleted, as data."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from typing import assert_never

from gate.core.model import Place


class How(StrEnum):
    """What happened to a promise; for `said` and `told` the words of `what` say it all."""

    LOOSENED = "loosened"
    CHANGED = "changed"
    REMOVED = "removed"
    DELETED = "deleted"
    RETIRED = "retired"
    ACCEPTED = "accepted"
    SAID = "said"
    TOLD = "told"


@dataclass(frozen=True, slots=True)
class Loosening:
    """One promise that is less strict than at the base commit.

    `subject` is an objective's id, `policy` or `the budget NAME`; `what` is the part of it, `old`
    and `new` what it was and is, as people read it. `place` is where it is written now, `was` where
    it stood at the base. `owner` is who answered for it at the base: this change cannot name one.
    `profile` is the one under which it holds, "" for that of the run.
    """

    subject: str
    how: How
    what: str = ""
    old: str = ""
    new: str = ""
    place: Place = field(default_factory=Place)
    was: Place = field(default_factory=Place)
    owner: str = ""
    profile: str = ""

    @property
    def held(self) -> bool:
        """Whether a policy that refuses what is loosened refuses this.

        What was retired or accepted stands in a file of its own with owner and reason.
        """
        return self.how not in {How.RETIRED, How.ACCEPTED}

    @property
    def change(self) -> str:
        """What happened, from what to what."""
        match self.how:
            case How.LOOSENED | How.CHANGED:
                return f"{self.what} was {self.how} from {self.old} to {self.new}"
            case How.REMOVED:
                return f"{self.what} of {self.old} was removed"
            case How.DELETED:
                return f"was deleted{f', with {self.old}' if self.old else ''}"
            case How.RETIRED:
                return f"was retired: {self.new}"
            case How.ACCEPTED | How.SAID | How.TOLD:
                return self.what
            case _:
                assert_never(self.how)

    @property
    def sentence(self) -> str:
        """All of it on one line: what, from what to what, where, and who may allow it."""
        if self.how is How.TOLD:  # of a record that knew the sentence only
            return self.what
        said = self.change
        told = f"{self.subject} {said}" if said.startswith("was ") else f"{self.subject}: {said}"
        under = f", under the profile {self.profile}" if self.profile else ""
        return f"{told}{under}{self._where}; {self._allowed_by}"

    @property
    def _where(self) -> str:
        if self.place.file:
            return f" ({_line(self.place)})"
        return f" (it stood at {_line(self.was)})" if self.was.file else ""

    @property
    def _allowed_by(self) -> str:
        if not self.held:
            return f"{self.owner} answers for it"
        files = self.place.file or self.was.file
        who = self.owner or (f"who reviews {files}" if files else "who reviews the budgets")
        return f"{who} may allow it"


def _line(place: Place) -> str:
    return f"{place.file}:{place.line}" if place.line else place.file


def told(sentence: str) -> Loosening:
    """What an older record said in words."""
    return Loosening("", How.TOLD, sentence)
