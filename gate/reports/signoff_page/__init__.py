"""The sign-off as a page: what was promised, measured and waived, who approved, and by what."""

from __future__ import annotations

import base64
import hashlib
from functools import cache
from importlib.resources import files

from jinja2 import Template
from markupsafe import Markup

from gate.core.past import DAYS
from gate.core.signoff import FileDigest, Result, SignedWaiver, Signoff, StoredRun
from gate.core.units import Dimension, show
from gate.core.verdict import Outcome
from gate.reports import html
from gate.reports.safe import clean, harmless
from gate.reports.sentences import short
from gate.reports.view import view_of

Pairs = tuple[tuple[str, str], ...]

_TONES = {Result.PASSED: "pass", Result.WARNED: "warn", Result.FAILED: "fail"}
_SIGNS = {Result.PASSED: "✓", Result.WARNED: "!", Result.FAILED: "✗"}
_CARDS = 50


def render(signoff: Signoff, outcome: Outcome) -> str:
    """One self-contained page without a script; every name is escaped by the template."""
    signoff = clean(signoff)
    style = html.packaged("report.css") + _own("signoff.css")
    page = _template().render(
        signoff=signoff,
        view=view_of(outcome),
        tone=_TONES[signoff.result],
        sign=_SIGNS[signoff.result],
        release=_release(signoff),
        made=_made(signoff),
        files=_digests(signoff),
        style=Markup(style),  # noqa: S704  # our own file
        csp=_policy(style),
        most=_CARDS,
    )
    return harmless(page + "\n")


def _release(signoff: Signoff) -> Pairs:
    """What is signed off, when and where it was measured."""
    given = signoff.given
    before = given.previous
    seconds = show(signoff.seconds, Dimension.TIME)
    lines = (
        ("release", given.release.name),
        ("commit", given.release.commit),
        ("tree", f"{given.release.tree}, clean"),
        ("author", given.release.author),
        ("compared with", f"{before.name} ({short(before.commit)})"),
        ("how", _HOW[signoff.how]),
        ("measured", f"{signoff.started} to {signoff.ended} ({seconds})"),
        ("judged", given.at),
        ("taken from", "" if given.source == "measured" else given.source),
        ("run", given.url),
    )
    return tuple((label, text) for label, text in lines if text)


_HOW = {
    "in turn": "both releases measured in turn, on one machine",
    "stored": "with stored runs, measured on other days",
    "both": "in turn on one machine, and where that could not be, with stored runs",
    "nothing": "with nothing",
}


def _made(signoff: Signoff) -> Pairs:
    given = signoff.given
    own = (("perfgate", given.perfgate), ("Python", given.python), ("judge", signoff.judge))
    return (*own, *signoff.tools)


def _digests(signoff: Signoff) -> tuple[tuple[str, tuple[FileDigest, ...]], ...]:
    """Every file that this page stands on, under what it is."""
    given = signoff.given
    named = (
        ("Artifacts of the release", given.artifacts),
        ("Budget files", given.budgets),
        ("Records", given.records),
        ("Stored runs that it was compared with", _stored(given.baselines, of_days=False)),
        ("Stored runs that tell how days differ", _stored(given.baselines, of_days=True)),
        ("Stored runs that drifts were held to", (given.history,) if given.history else ()),
    )
    return tuple((name, found) for name, found in named if found)


def _stored(runs: tuple[StoredRun, ...], *, of_days: bool) -> tuple[FileDigest, ...]:
    chosen = (each for each in runs if (each.rung == DAYS) is of_days)
    return tuple(file for each in chosen for file in (each.run, each.outcome))


def _policy(style: str) -> str:
    """A content security policy that allows our style, by digest, and nothing else."""
    digest = base64.b64encode(hashlib.sha256(style.encode()).digest()).decode()
    return f"default-src 'none'; style-src 'sha256-{digest}'; base-uri 'none'; form-action 'none'"


@cache
def _own(name: str) -> str:
    return files(__name__).joinpath(name).read_text(encoding="utf-8")


@cache
def _template() -> Template:
    made = html.environment(_load)
    made.filters["ceiling"] = _ceiling
    return made.get_template("signoff.html.j2")


def _ceiling(signed: SignedWaiver, signoff: Signoff) -> str:
    """A ceiling in the unit of its promise, "none" where the waiver has none."""
    waiver = signed.waiver
    if waiver.ceiling is None:
        return "none"
    units = {check.objective: Dimension(check.unit) for check in signoff.checks}
    return show(waiver.ceiling, units.get(waiver.objective, Dimension.NUMBER))


def _load(name: str) -> str:
    return _own(name) if name.startswith("signoff.") else html.packaged(name)
