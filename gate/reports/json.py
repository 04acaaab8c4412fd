"""The JSON report: the content of `outcome.json`, canonical."""

from __future__ import annotations

from gate.core.verdict import Outcome
from gate.record import encode_outcome


class Json:
    """The same bytes as the record, for `jq` and for programs."""

    name = "json"
    suffix = ".json"

    def render(self, outcome: Outcome) -> str:
        """The whole record as text."""
        return encode_outcome(outcome).decode()


REPORT = Json()
