"""Bencher: the thresholds on the command line of `bencher run`.

`static` is a fixed bound, `percentage` a part of the mean of earlier values; `t_test`, `z_score`,
`log_normal`, `iqr` and `delta_iqr` are bounds of chance (bencher.dev, explanation/thresholds).
Latency is in nanoseconds. Only `--err` closes the build.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

from gate.importers.amounts import percent, plain
from gate.importers.benches import NOT_OURS, draft
from gate.importers.commands import benchmarked, commands, looks_like_yaml, scripts
from gate.importers.given import Given
from gate.importers.shape import Asked, Imported, Ledger, Promise

_BOUND = "--threshold-upper-boundary"
_CHANCE = (
    "a bound of chance, not a change that is accepted: the alarm rate of budgets/policy.yml "
    "is the chance; write a tolerance"
)
_WINDOW = "a baseline is the last accepted runs; how many is the gate's own rule"
_PLACE = "Bencher's own server and names; a store of the policy keeps runs"
_LOST = {
    "--threshold-lower-boundary": "for times only a larger one is worse",
    **dict.fromkeys(
        ("--threshold-min-sample-size", "--threshold-max-sample-size", "--threshold-window"),
        _WINDOW,
    ),
    "--thresholds-reset": "budgets are files; what is not in them does not hold",
    "--iter": "the gate repeats until it can decide; `repeat:` sets a number",
    "--fold": "the statistic of an SLI, over repeats and processes",
    "--file": "the gate runs the benchmarks and reads their output itself",
    "--file-size": "a budget of the runner `bundle` promises sizes of files",
    "--allow-failure": "what fails is missing, and closes the gate",
}
_ALONE = frozenset(
    ("--err", "--quiet", "--thresholds-reset", "--allow-failure", "--start-point-reset",
     "--start-point-clone-thresholds", "--exec", "--dry-run", "--ci-only-thresholds",
     "--ci-only-on-alert", "--ci-public-links", "--build-time", "--error-on-alert")
)  # fmt: skip


@dataclass(slots=True)
class _Call:
    """The words after `bencher run`. Options of one threshold follow its `--threshold-measure`."""

    where: str
    common: dict[str, str] = field(default_factory=dict)
    thresholds: list[dict[str, str]] = field(default_factory=list)
    rest: list[str] = field(default_factory=list)


def looks(given: Given) -> bool:
    """A file in which `bencher run` is called."""
    if "bencher" not in given.text:
        return False
    if given.name.endswith((".yml", ".yaml")) and not looks_like_yaml(given):
        return False
    return any(True for _ in _calls(given))


def read(given: Given, asked: Asked) -> Imported:
    """One budget with a limit or a tolerance for every test."""
    ledger = Ledger()
    paths: list[str] = []
    for call in _calls(given):
        adapter = call.common.get("--adapter", "")
        paths += _paths(call.rest)
        _common(ledger, call)
        for told in call.thresholds:
            _threshold(ledger, call, told, adapter)
        if not call.thresholds:
            ledger.lose(call.where, "bencher run", "no threshold here: Bencher's server holds them")
    return ledger.imported([draft(ledger, tuple(dict.fromkeys(paths)), asked)])


def _paths(rest: list[str]) -> Iterator[str]:
    text = rest[0] if len(rest) == 1 else ""
    for words in commands(text) if text else [tuple(rest)]:
        yield from benchmarked(words) or ()


def _calls(given: Given) -> Iterator[_Call]:
    for where, text in scripts(given):
        for words in commands(text):
            for at in range(len(words) - 1):
                if words[at].rpartition("/")[2] == "bencher" and words[at + 1] == "run":
                    yield _call(where, words[at + 2 :])
                    break


def _call(where: str, words: tuple[str, ...]) -> _Call:
    call = _Call(where)
    at = 0
    while at < len(words):
        name, given_, value = words[at].partition("=")
        at += 1
        if name == "--":
            call.rest += words[at:]
            break
        if not name.startswith("--"):
            if " " in words[at - 1].strip():  # a command in quotes: options may follow
                call.rest.append(words[at - 1])
                continue
            call.rest += [words[at - 1], *words[at:]]
            break
        if not given_ and name not in _ALONE and at < len(words):
            value = words[at]
            at += 1
        if name == "--threshold-measure":
            call.thresholds.append({name: value})
        elif name.startswith("--threshold-") and call.thresholds:
            call.thresholds[-1][name] = value
        else:
            call.common[name] = value
    return call


def _common(ledger: Ledger, call: _Call) -> None:
    for name, value in call.common.items():
        if name not in {"--err", "--error-on-alert", "--adapter"}:
            ledger.lose(f"{call.where} {name}", value or name, _LOST.get(name, _PLACE))


def _threshold(ledger: Ledger, call: _Call, told: dict[str, str], adapter: str) -> None:
    measure, test = told.get("--threshold-measure", ""), told.get("--threshold-test", "")
    bound = told.get(_BOUND, "")
    where = f"{call.where} --threshold-measure {measure}"
    theirs = f"{test} {bound}".strip() or measure
    for name, value in told.items():
        if name in _LOST and value != "_":
            ledger.lose(f"{call.where} {name}", value or name, _LOST[name])
    if measure != "latency" or adapter not in {"python_pytest", "python"}:
        why = NOT_OURS if adapter else f"which tool it is about is not said; {NOT_OURS}"
        ledger.lose(where, f"{theirs}, {adapter or 'no adapter'}", why)
        return
    kept = {"static": _static(bound), "percentage": percent(bound)}
    if test not in kept:
        ledger.lose(where, theirs, _CHANCE)
        return
    if not kept[test]:
        ledger.lose(where, theirs, "it has no upper boundary: a longer time is never an alert")
        return
    if ledger.promises:
        ledger.lose(where, theirs, "one tolerance a benchmark: another call's stands already")
        return
    blocks = bool({"--err", "--error-on-alert"} & call.common.keys())
    limit = kept[test] if test == "static" else ""
    tolerance = kept[test] if test == "percentage" else ""
    ledger.keep(
        Promise(
            where, theirs, "time", limit, tolerance, each="test", blocking=blocks,
            differs="" if limit else "there against the mean of earlier values; here against the "
            "baseline, with evidence",
        )
    )  # fmt: skip


def _static(bound: str) -> str:
    number = plain(bound)
    return f"{number} ns" if number else ""
