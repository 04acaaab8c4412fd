"""What `gate doctor --noise` prints: a table for people, and the same as JSON."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import asdict

from gate.app.holding import Holding
from gate.app.noise import Noise
from gate.core.metric import Kind
from gate.core.quiet import disturbances, steal_of

_VERSION = 1
_HEADS = ("verdict", "tolerance", "spread", "finds", "fewest", "most", "holds", "objective")


def noise_text(noise: Noise) -> str:
    """The machine, then every tolerance with what it would take to hold it."""
    lines = [*(f"{name}: {said}" for name, said in facts(noise)), ""]
    cells = [_HEADS, *map(_cells, noise.held)]
    widths = [max(len(row[column]) for row in cells) for column in range(len(_HEADS) - 1)]
    lines.append(_row(_HEADS, widths))
    for held, row in zip(noise.held, cells[1:], strict=True):
        lines.append(_row(row, widths))
        if held.do:
            lines.append(f"  -> {held.do}")
    return "\n".join((*lines, "", _KEY.rstrip(), ""))


_KEY = """\
finds: the worsening that is found with the repeats that fitted the time (their number beside it),
and with the fewest and the most repeats of the budget; holds: the smallest tolerance that these
repeats would hold; all by head measured against itself, at the policy's alarm and miss rates.
"""


def noise_json(noise: Noise) -> str:
    """The same for programs; numbers are relative (0.05 is 5 %), null is not told."""
    tree = {
        "noise": _VERSION,
        "seconds": noise.seconds,
        "machine": asdict(noise.machine),
        "moment": asdict(noise.moment),
        "untold": noise.untold,
        "quiet": [asdict(each) for each in noise.quiet],
        "objectives": [asdict(each) for each in noise.held],
    }
    return json.dumps(tree, indent=2, sort_keys=True, default=str) + "\n"


def facts(noise: Noise) -> Iterator[tuple[str, str]]:
    """The machine's own facts, by name."""
    machine, moment = noise.machine, noise.moment
    yield "cores", f"{machine.cores if machine.quota is None else machine.quota:g}"
    if machine.load is not None:
        yield "load", f"{machine.load:.2f} over a minute"
    if moment.others is not None and moment.unsure is not None and moment.seconds > 0:
        taken = (moment.others + moment.unsure) / moment.seconds
        by = f", most of it {moment.who}" if moment.who else ""
        yield "others now", f"{_percent(taken)} of a core{by}"
    if moment.stolen is not None:
        yield "steal now", _percent(steal_of(moment))
    if machine.pressure is not None:
        yield "cpu pressure", f"tasks waited for a core {_percent(machine.pressure)} of the time"
    if machine.governor is not None:
        yield "cpu governor", machine.governor
    if noise.untold:
        yield "not told by this machine", ", ".join(noise.untold)
    found = disturbances(moment)
    if found:
        yield "not quiet", "; ".join(each.sentence for each in found)
    dropped = sum(max(0, each.dropped) for each in noise.quiet)
    disturbed = sum(len(each.disturbed) for each in noise.quiet)
    if disturbed:
        yield "while measuring", f"{disturbed} units were disturbed, {dropped} dropped"
    yield "measured for", f"{noise.seconds:.0f} s"


def _cells(held: Holding) -> tuple[str, ...]:
    found = _part(held.finds)
    return (
        held.verdict,
        held.stated,
        "exact" if held.kind is Kind.EXACT else _part(held.spread),
        f"{found} ({held.units})" if held.finds is not None else found,
        _at(held.finds_least, held.least),
        _at(held.finds_most, held.most),
        _smallest(held),
        held.objective,
    )


def _smallest(held: Holding) -> str:
    if held.finds is None:
        return "-"
    if held.smallest is None:
        return "none"
    return _percent(held.smallest) if held.smallest else "any"


def _at(found: float | None, units: int | None) -> str:
    return "-" if found is None else f"{_percent(found)} ({units})"


def _part(value: float | None) -> str:
    return "-" if value is None else _percent(value)


def _percent(part: float) -> str:
    return f"{part * 100:.2g} %" if part < 1 else f"{part * 100:.0f} %"


def _row(cells: Sequence[str], widths: Sequence[int]) -> str:
    padded = (cell.ljust(width) for cell, width in zip(cells, widths, strict=False))
    return "  ".join((*padded, cells[-1]))
