"""The HTML report: one file that reads without JavaScript, network or this program."""

from __future__ import annotations

import base64
import hashlib
import re
from collections.abc import Callable
from functools import cache
from importlib.resources import files

from jinja2 import Environment, FunctionLoader, StrictUndefined, Template
from markupsafe import Markup, escape

from gate.core.verdict import Outcome
from gate.reports.safe import harmless
from gate.reports.view import view_of

_CARDS = 50
_QUOTED = re.compile(r"`([^`]+)`")


class Html:
    """One self-contained page, light and dark; nothing is loaded.

    The only script that may run in it is its own, which searches and sorts the table.
    """

    name = "html"
    suffix = ".html"

    def render(self, outcome: Outcome) -> str:
        """The whole page; every name is escaped by the template."""
        style, script = packaged("report.css"), packaged("report.js")
        return page(outcome, csp=_policy(style, script), style=style, script=script)


REPORT = Html()


def page(outcome: Outcome, *, csp: str, style: str = "", script: str = "", linked: str = "") -> str:
    """The page with its style and script inside, or with the address of its style."""
    made = _template().render(
        view=view_of(outcome),
        style=Markup(style),  # noqa: S704  # our own file
        script=Markup(script),  # noqa: S704  # the same
        linked=linked,
        csp=csp,
        most=_CARDS,
    )
    return harmless(made + "\n")


def _policy(style: str, script: str) -> str:
    """A content security policy that allows our style and script, by digest, and nothing else."""
    return (
        f"default-src 'none'; style-src {_digest(style)}; script-src {_digest(script)}; "
        "base-uri 'none'; form-action 'none'"
    )


def _digest(text: str) -> str:
    return f"'sha256-{base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()}'"


@cache
def packaged(name: str) -> str:
    """A file of this package: the style, the script or a template."""
    return files(__name__).joinpath(name).read_text(encoding="utf-8")


@cache
def _template() -> Template:
    return environment(packaged).get_template("report.html.j2")


def environment(load: Callable[[str], str]) -> Environment:
    """Templates that escape every name; `load` gives the text of one."""
    made = Environment(
        loader=FunctionLoader(load),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    made.filters["ticks"] = _ticks
    made.filters["px"] = _px
    made.filters["anchor"] = _anchor
    return made


def _ticks(words: str) -> Markup:
    """Escaped text in which what stands between backticks is code."""
    parts = _QUOTED.split(words)
    code = Markup("<code>{}</code>")
    return Markup().join(code.format(p) if i % 2 else escape(p) for i, p in enumerate(parts))


def _px(position: float, width: float) -> str:
    """A position from 0 to 1 as a coordinate: whole pixels in the table's small pictures."""
    return f"{position * width:.{int(width > 200)}f}"


def _anchor(position: float) -> str:
    """Where a label stands so that it stays in the picture."""
    if position < 0.2:
        return "start"
    return "end" if position > 0.8 else "middle"
