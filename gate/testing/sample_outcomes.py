"""Outcomes for reports: every status with every effect, names from strangers, nothing at all."""

from __future__ import annotations

from dataclasses import replace
from itertools import cycle

from gate.core.loosening import told
from gate.core.model import Place
from gate.core.quiet import Cause, Disturbance, Disturbed, Quiet, Watched
from gate.core.reasons import Code, because
from gate.core.run import FailedAttempt
from gate.core.verdict import Exit, Outcome, Row, Status
from gate.testing import samples
from gate.testing.sample_rows import mixed_rows

HOSTILE = (
    "<script>alert(1)</script>",
    '"><img src=x onerror="alert(1)">',
    "</td></tr></table></details><h1>gone</h1>",
    "[click](javascript:alert(1)) ![](http://evil.example/x.png) @everyone #1",
    "| a | b |\n| --- | --- |\n``` `` ` ~~~",
    "::error file=x.py,line=1::planted\n::set-output name=a::b\n::stop-commands::x",
    "\x1b[31mred\x1b[0m \x1b]8;;http://evil.example\x1b\\link\x1b]8;;\x1b\\",
    "[bold red]markup[/bold red] [link=http://evil.example]x[/link]",
    "]]> <![CDATA[ <!-- --> &amp; &#0; &lt;b&gt;",
    "nul \x00 bell \x07 backspace \x08 vertical \x0b escape \x9b31m",
    "\u202eright to left\u202c \u2066isolate\u2069 \ufeff zero\u200bwidth",
    '=HYPERLINK("http://evil.example") {{ 7 * 7 }} {% raw %} ${x} $(x) `x`',
    "../../etc/passwd \\..\\x %2e%2e/",
    "lone surrogates are refused earlier; long: " + "x" * 500,
)


def empty_outcome() -> Outcome:
    """Nothing was asked for, so nothing was answered: exit 3."""
    return samples.outcome(samples.run())


def passing_outcome() -> Outcome:
    """Everything passes: exit 0."""
    passed = tuple(row for row in mixed_rows() if row.status is Status.PASS)
    return samples.outcome(samples.run(), passed, Exit.OK)


def mixed_outcome() -> Outcome:
    """Every status, with every effect that it can have: exit 1."""
    whole = samples.outcome(samples.run(), mixed_rows(), Exit.FAILED)
    return replace(
        whole,
        warnings=(
            "the waiver of team-shop for api/rate(http_reqs) expires in 11 days",
            "7 % of the time another program used the processor",
        ),
        attempt=2,
        alarm_left=0.000625,
        quiet=(
            Quiet("api", Watched.HEAD, 12, 2, (_dropped(3, 0.61, "cc1"),), others=0.02),
            Quiet("api", Watched.BASE, 12, 2, (_dropped(7, 0.4, "apt"),), others=0.01),
        ),
    )


def _dropped(unit: int, cores: float, who: str) -> Disturbed:
    return Disturbed(unit, dropped=True, by=(Disturbance(Cause.OTHERS, cores, who),))


def hostile_outcome(names: tuple[str, ...] = HOSTILE) -> Outcome:
    """The mixed outcome with one of these names in every place that a stranger can fill."""
    whole = mixed_outcome()
    texts = cycle(names)
    rows = tuple(_hostile_row(row, next(texts), next(texts)) for row in whole.rows)
    at = [names[i % len(names)] for i in range(10)]
    return replace(
        whole,
        rows=rows,
        run_id="run-1",
        commit=replace(whole.commit, branch=at[1]),
        environment=replace(whole.environment, facts=(*whole.environment.facts, (at[2], at[6]))),
        policy=replace(whole.policy, profile=at[3]),
        tools=(*whole.tools, (at[4], at[7])),
        failed_attempts=(
            FailedAttempt(at[0], 1, 1, because(Code.PAGE_FAILED, page=at[5], detail=at[9])),
        ),
        warnings=names,
        loosened=tuple(map(told, names)),
        notes=names,
    )


def large_outcome(rows: int = 2000) -> Outcome:
    """Very many failing rows with long names, for reports that have to fit somewhere."""
    row = mixed_rows()[0]
    many = tuple(_renamed(row, f"api/p95(http_req_duration{{name:{n:05}}})") for n in range(rows))
    return samples.outcome(samples.run(), many, Exit.FAILED)


def _renamed(row: Row, name: str) -> Row:
    return replace(row, objective=replace(row.objective, id=name))


def _hostile_row(row: Row, one: str, two: str) -> Row:
    """The row with names of strangers: id, tag, name, owner, why, file, facts, reasons."""
    sli = row.objective.sli.with_tag("name", one)
    objective = replace(
        row.objective,
        id=f"{row.objective.budget}/{sli}",
        sli=sli,
        name=one,
        owner=two,
        why=one,
        place=Place(two, 3, 1),
    )
    why = because(Code.NOTHING_MATCHED, selector=one, detail=two)
    verdicts = tuple(
        replace(v, reason=why, effect_reason=two if v.effect_reason else "") for v in row.verdicts
    )
    facts = (*row.facts, (one, two))
    return replace(row, objective=objective, verdicts=verdicts, facts=facts, reason=why)
