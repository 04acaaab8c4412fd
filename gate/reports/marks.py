"""How a status looks: a word always, with an icon, a one-cell glyph and a tone."""

from __future__ import annotations

from dataclasses import dataclass

from gate.core.verdict import Effect, Exit, Status


@dataclass(frozen=True, slots=True)
class Mark:
    """A status for the eye. `tone` is a class of the style sheet; the word says it without both."""

    word: str
    icon: str
    glyph: str
    tone: str


_MARKS = {
    Status.FAIL: Mark("fail", "❌", "✗", "fail"),
    Status.MISSING: Mark("missing", "🚫", "∅", "missing"),
    Status.UNDECIDED: Mark("undecided", "❔", "?", "undecided"),
    Status.WARN: Mark("warn", "⚠️", "!", "warn"),
    Status.PASS: Mark("pass", "✅", "✓", "pass"),
    Status.SKIPPED: Mark("skipped", "⏭️", "-", "skipped"),
}
IMPROVED = Mark("pass, improved", "✅", "↑", "pass")
WAIVED = Mark("fail, waived", "🔕", "w", "waived")

_AFTERWORDS = {
    (Status.FAIL, Effect.ADVISORY): "fail, advisory",
    (Status.MISSING, Effect.ADVISORY): "missing, advisory",
    (Status.MISSING, Effect.WARNS): "missing, does not block",
    (Status.UNDECIDED, Effect.ADVISORY): "undecided, advisory",
    (Status.UNDECIDED, Effect.BLOCKS): "undecided, blocks",
    (Status.SKIPPED, Effect.BLOCKS): "skipped, blocks",
}


def mark_of(status: Status, effect: Effect = Effect.NONE, *, improved: bool = False) -> Mark:
    """The mark of a status together with what it does to the build."""
    mark = _MARKS[status]
    if effect is Effect.WAIVED:
        return Mark(f"{mark.word}, waived", WAIVED.icon, WAIVED.glyph, WAIVED.tone)
    if improved and status is Status.PASS:
        return IMPROVED
    word = _AFTERWORDS.get((status, effect), mark.word)
    return Mark(word, mark.icon, mark.glyph, mark.tone)


_EXITS = {
    Exit.OK: "open",
    Exit.FAILED: "closed: a promise is broken",
    Exit.USAGE: "closed: the command line, a budget or the checkout is wrong",
    Exit.MISSING: "closed: something was not measured",
    Exit.UNDECIDED: "closed: undecided",
    Exit.BUG: "closed: a bug of perfgate",
    Exit.INTERRUPTED: "closed: interrupted",
    Exit.TERMINATED: "closed: terminated",
}


def exit_sentence(code: Exit) -> str:
    """What the exit code means for the build: `exit 1, closed: a promise is broken`."""
    return f"exit {code.value}, {_EXITS[code]}"


def gate_mark(code: Exit) -> Mark:
    """The mark of the whole outcome."""
    match code:
        case Exit.OK:
            return Mark("open", "✅", "✓", "pass")
        case Exit.MISSING:
            return Mark("closed", "🚫", "∅", "missing")
        case Exit.UNDECIDED:
            return Mark("closed", "❔", "?", "undecided")
        case _:
            return Mark("closed", "❌", "✗", "fail")
