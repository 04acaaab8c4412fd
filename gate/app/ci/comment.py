"""The comment of an outcome on a pull request: rendered here, also from a stranger's numbers.

The body's last line says, for the next of its kind, how the gate stood and at which commit.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from gate.core.verdict import Effect, Exit, Outcome
from gate.github.client import Client
from gate.github.comments import Sticky, Written
from gate.reports.markdown import Markdown
from gate.reports.marks import exit_sentence

_STATE = re.compile(r"<!-- perfgate:state exit=(\d{1,3}) commit=([0-9a-f]{7,64}) -->\Z", re.ASCII)
_SHORT = 7


@dataclass(frozen=True, slots=True)
class About:
    """What a comment is about: the change and its last commit, which comment, and links."""

    pull: int
    head: str
    key: str = "perfgate"
    links: tuple[tuple[str, str], ...] = ()


def write_comment(client: Client, outcome: Outcome, about: About, *, fresh: bool = True) -> Written:
    """Make the comment, or bring it up to date; without `fresh` only that. As `Sticky.write`."""
    marker = _body(outcome, about, "").partition("\n")[0]
    sticky = Sticky(client, about.pull, marker)
    return sticky.write(lambda old: _body(outcome, about, before(old, outcome.exit)), fresh=fresh)


def write_failure(client: Client, about: About, code: Exit, fact: str) -> Written:
    """Where there is a comment, let it say that nothing was judged, and why; else nothing."""
    marker = f"<!-- perfgate:v1 key={Markdown(key=about.key).key} -->"
    title = f"### ❌ Performance: nothing was judged ({exit_sentence(code)})"
    body = "\n\n".join((marker, title, fact, _state(code, about.head)))
    return Sticky(client, about.pull, marker).write(lambda _: body, fresh=False)


def eventful(outcome: Outcome) -> bool:
    """Whether there is something to look at: what closes the gate, warns or is waived."""
    return outcome.exit is not Exit.OK or any(row.effect is not Effect.NONE for row in outcome.rows)


def before(body: str, now: Exit) -> str:
    """What an earlier comment said: `open at 9c8b7a6`; "" where it said the same."""
    found = _STATE.search(body.replace("\r\n", "\n").strip())
    if not found or int(found[1]) == now or int(found[1]) not in set(Exit):
        return ""
    return f"{exit_sentence(Exit(int(found[1]))).partition(', ')[2]} at {found[2][:_SHORT]}"


def _body(outcome: Outcome, about: About, was: str) -> str:
    report = Markdown(key=about.key, links=about.links, before=was)
    state = _state(outcome.exit, about.head or outcome.commit.sha)
    return f"{report.render(outcome)}\n{state}".strip()


def _state(code: Exit, commit: str) -> str:
    known = re.fullmatch(r"[0-9a-f]{7,64}", commit, re.ASCII)
    return f"<!-- perfgate:state exit={code.value} commit={commit} -->" if known else ""
