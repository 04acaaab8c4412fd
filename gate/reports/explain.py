"""The arithmetic behind one objective's verdicts, in plain words with the numbers used."""

from __future__ import annotations

from dataclasses import replace

from gate.core.metric import Better
from gate.core.verdict import Effect, Outcome, Row, Verdict
from gate.errors import UsageError
from gate.reports.arithmetic import Lines, limit_lines, tolerance_lines
from gate.reports.next_steps import folders_named
from gate.reports.rows import RowView, row_view
from gate.reports.safe import clean, harmless
from gate.reports.working import working_lines


def explain(outcome: Outcome, objective_id: str) -> str:
    """Why this objective got its verdict; raises `UsageError` where the outcome has it not."""
    row = next((row for row in outcome.rows if row.objective.id == objective_id), None)
    if row is None:
        raise UsageError(f"the outcome has no objective {objective_id!r}")
    row, policy = clean(row), clean(outcome.policy)
    folders = folders_named(each.objective for each in outcome.rows)
    view = row_view(row, policy, clean(outcome.commit.base), clean(folders))
    head = [*_head(row, view), *_since_base(outcome, objective_id)]
    parts = [_block(f"{view.mark.glyph} {view.id}: {view.mark.word}", head)]
    for verdict in row.verdicts:
        parts.append(_block(f"{verdict.bound}: {verdict.bound_text}", _bound(row, verdict)))
        if verdict.screened is not None:
            parts.append(_block("the first look, which only screens", _first_look(row, verdict)))
    parts.append(_block("then", _tail(view)))
    return harmless("\n\n".join(parts) + "\n")


def _block(title: str, lines: Lines) -> str:
    told = (f"  {label:<11} {words}" for label, words in lines if words)
    return "\n".join((title, *told))


def _head(row: Row, view: RowView) -> Lines:
    objective = row.objective
    good = "lower" if objective.better is Better.LOWER else "higher"
    units = "1 unit" if row.n == 1 else f"{row.n} units"
    return [
        ("asks for", f"{objective.sli}; {good} is better; judged as {objective.kind}"),
        ("promised in", ", ".join(part for part in (view.place, view.owner) if part)),
        ("why", view.why),
        ("measured", f"{view.value}, the location over {units}" if view.value else "nothing"),
        *view.told,
    ]


def _since_base(outcome: Outcome, objective_id: str) -> Lines:
    """How this promise, and the policy that it is judged by, was loosened since the base."""
    about = (each for each in outcome.loosened if each.subject in {objective_id, "policy"})
    return [("loosened", clean(each.sentence)) for each in about]


def _first_look(row: Row, verdict: Verdict) -> Lines:
    """What the stored baseline said before both sides were measured again."""
    first = replace(verdict, comparison=verdict.screened, baseline=verdict.screened_by)
    return [*_comparison(row, first), ("so", "it was suspect, and measured again in turn")]


def _bound(row: Row, verdict: Verdict) -> Lines:
    return [
        *_comparison(row, verdict),
        ("verdict", f"{verdict.status}: {verdict.reason.sentence}"),
        ("the build", _effect(verdict)),
    ]


def _comparison(row: Row, verdict: Verdict) -> Lines:
    lines: Lines = []
    if verdict.comparison is not None and verdict.comparison.base is not None:
        lines += tolerance_lines(
            row.objective, verdict, verdict.comparison, verdict.comparison.miss
        )
    elif verdict.comparison is not None:
        lines += limit_lines(row.objective, verdict, verdict.comparison, verdict.comparison.miss)
    if verdict.comparison is not None:
        lines += working_lines(row.objective, verdict, verdict.comparison)
    return lines


def _effect(verdict: Verdict) -> str:
    word, why = verdict.effect.value, verdict.effect_reason
    if verdict.effect is Effect.NONE:
        return "goes on"
    return why if why.startswith(word) else ": ".join(part for part in (word, why) if part)


def _tail(view: RowView) -> Lines:
    return [*(("do", remedy) for remedy in view.remedies), ("reproduce", view.reproduce)]
