"""One unit of a script with the real k6."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from gate.runners.k6 import RUNNER
from gate.seams.runner import Job, Question, Refused, Session, UnitAnswer, UnitFailed
from gate.tools import Found
from tests.runners.k6.support import asked, options

USUAL = ("http_req_duration", "http_req_failed", "rate(http_reqs)")


class Load:
    """A tree with a load script in it."""

    def __init__(self, place: Path, k6: Found, base: str) -> None:
        self.root = place / "tree"
        self.out = place / "out"
        self.out.mkdir(parents=True)
        self.k6 = k6.path
        self.version = tuple(map(int, k6.version.split(".")))
        self.env: dict[str, str] = {**os.environ, "BASE": base}

    def write(self, text: str, name: str = "load/main.js") -> str:
        """Write a file of the tree; returns its path in it."""
        path = self.root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
        return name

    @contextmanager
    def opened(
        self,
        script: str,
        slis: Sequence[str] = USUAL,
        *,
        timeout: float = 30,
        each: Mapping[str, str] | None = None,
        **keys: Any,
    ) -> Iterator[Session | Refused]:
        """Open a job that asks for these SLIs."""
        chosen = options(script=script, k6=str(self.k6), **keys)
        each = each or {}
        questions = tuple(
            Question(sli, asked(sli, chosen=chosen).sli, each.get(sli, "")) for sli in slis
        )
        job = Job("api", questions, self.root, self.root, self.out, self.env, timeout)
        with RUNNER.open(job, chosen) as session:
            yield session

    def unit(
        self, script: str, slis: Sequence[str] = USUAL, **keys: Any
    ) -> UnitAnswer | UnitFailed:
        """Measure one unit of a script that k6 accepts."""
        with self.opened(script, slis, **keys) as session:
            assert not isinstance(session, Refused), session.reason.sentence
            answer = session.unit(0)
        assert [path for path in self.out.iterdir() if path.is_dir()] == []
        return answer

    def answer(self, script: str, slis: Sequence[str] = USUAL, **keys: Any) -> UnitAnswer:
        """The same, and it must be measured."""
        answer = self.unit(script, slis, **keys)
        assert isinstance(answer, UnitAnswer), answer.reason.sentence
        return answer

    def refused(self, script: str, **keys: Any) -> str:
        """Why the job is refused."""
        with self.opened(script, **keys) as session:
            assert isinstance(session, Refused)
            return f"{session.reason.code}: {session.reason.sentence}"


def data(answer: UnitAnswer, *, script: bool = False) -> dict[str, Any]:
    """What was found, by the text of the SLI: of the budget, or of the script's own rows."""
    return {
        str(found.sli): found.data
        for found in answer.found
        if found.objective.startswith("api/script: ") is script
    }


def reasons(answer: UnitAnswer) -> dict[str, str]:
    """What was not found, by objective."""
    return {one.objective: f"{one.reason.code}: {one.reason.sentence}" for one in answer.not_found}
