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
    body = _failure(about, f"nothing was judged ({exit_sentence(code)})", fact, code)
    return Sticky(client, about.pull, _marker(about)).write(lambda _: body, fresh=False)


def write_unjudged(client: Client, about: About, fact: str) -> Written:
    """As `write_failure` for a run that did not say why, but for what is of its commit already."""
    body = _failure(about, "nothing was judged", fact, Exit.MISSING)

    def wanted(old: str) -> str:
        return old if about.head and _said_of(old)[1] == about.head else body

    return Sticky(client, about.pull, _marker(about)).write(wanted, fresh=False)


def eventful(outcome: Outcome) -> bool:
    """Whether there is something to look at: what closes the gate, warns or is waived."""
    return outcome.exit is not Exit.OK or any(row.effect is not Effect.NONE for row in outcome.rows)


def before(body: str, now: Exit) -> str:
    """What an earlier comment said: `open at 9c8b7a6`; "" where it said the same."""
    code, commit = _said_of(body)
    if code == now or code not in set(Exit):
        return ""
    return f"{exit_sentence(Exit(code)).partition(', ')[2]} at {commit[:_SHORT]}"


def _body(outcome: Outcome, about: About, was: str) -> str:
    report = Markdown(key=about.key, links=about.links, before=was)
    state = _state(outcome.exit, about.head or outcome.commit.sha)
    return f"{report.render(outcome)}\n{state}".strip()


def _marker(about: About) -> str:
    return f"<!-- perfgate:v1 key={Markdown(key=about.key).key} -->"


def _failure(about: About, title: str, fact: str, code: Exit) -> str:
    head = f"### ❌ Performance: {title}"
    return "\n\n".join((_marker(about), head, fact, _state(code, about.head)))


def _said_of(body: str) -> tuple[int, str]:
    """The exit code and the commit that a comment ends with; (-1, "") where it has none."""
    found = _STATE.search(body.replace("\r\n", "\n").strip())
    return (int(found[1]), found[2]) if found else (-1, "")


def _state(code: Exit, commit: str) -> str:
    known = re.fullmatch(r"[0-9a-f]{7,64}", commit, re.ASCII)
    return f"<!-- perfgate:state exit={code.value} commit={commit} -->" if known else ""
