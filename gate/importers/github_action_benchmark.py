"""github-action-benchmark: the steps of a workflow that use it.

`alert-threshold: '200%'` alerts where a value is more than twice the previous one, so a tolerance
of 100 %; `fail-threshold` is the same unless named, and only `fail-on-alert` closes the build
(src/config.ts, src/write.ts at c38cce9).
"""

from __future__ import annotations

from gate.importers.amounts import percentage
from gate.importers.benches import NOT_OURS, draft
from gate.importers.commands import benchmarked, commands, steps
from gate.importers.given import Given, Mapping, mapping, text_of
from gate.importers.shape import Asked, Imported, Ledger, Promise, Value

_USES = "benchmark-action/github-action-benchmark@"
_DIFFERS = (
    "there against the last stored run and by one value; here against the baseline, with evidence"
)
_STORE = "where runs are kept: `baseline:` of budgets/policy.yml"
_COMMENT = "comments and summaries: the perfgate Action"
_KEYS = {
    **dict.fromkeys(("tool", "alert-threshold", "fail-threshold", "fail-on-alert"), ""),
    "output-file-path": "the gate runs the benchmarks and reads their output itself",
    **dict.fromkeys(
        ("gh-pages-branch", "gh-repository", "benchmark-data-dir-path", "external-data-json-path",
         "auto-push", "save-data-file", "skip-fetch-gh-pages", "ref", "max-items-in-chart"),
        _STORE,
    ),
    **dict.fromkeys(
        ("comment-always", "summary-always", "comment-on-alert", "alert-comment-cc-users",
         "github-token"),
        _COMMENT,
    ),
    "name": "`name:` of an objective",
}  # fmt: skip


def looks(given: Given) -> bool:
    """A workflow with a step that uses the action."""
    return given.name.endswith((".yml", ".yaml")) and bool(_used(given))


def _used(given: Given) -> list[tuple[str, Mapping]]:
    return [each for each in steps(given) if text_of(each[1].get("uses")).startswith(_USES)]


def read(given: Given, asked: Asked) -> Imported:
    """One budget with a tolerance for every test."""
    ledger = Ledger()
    for where, step in _used(given):
        _step(ledger, f"{where}.with", mapping(step.get("with")))
    paths = (
        path
        for _, step in steps(given)
        for words in commands(text_of(step.get("run")))
        for path in benchmarked(words) or ()
    )
    return ledger.imported([draft(ledger, tuple(dict.fromkeys(paths)), asked)])


def _step(ledger: Ledger, where: str, told: Mapping) -> None:
    ledger.lose_keys(where, told, _KEYS)
    tool = text_of(told.get("tool"))
    alert = text_of(told.get("alert-threshold")) or "200%"
    theirs = f"{tool}: alert-threshold {alert}"
    if tool != "pytest":
        ledger.lose(where, theirs, NOT_OURS)
        return
    fail = text_of(told.get("fail-threshold")) or alert
    warn_at, fail_at = (percentage(each, less=100) for each in (alert, fail))
    if not warn_at or not fail_at:
        ledger.lose(where, theirs, "expected thresholds such as 200%")
        return
    if fail != alert:
        theirs = f"{theirs}, fail-threshold {fail}"
    blocks = told.get("fail-on-alert") is True or text_of(told.get("fail-on-alert")) == "true"
    tolerance: Value = fail_at if fail_at == warn_at else {"warn": warn_at, "fail": fail_at}
    if any(each.tolerance == tolerance for each in ledger.promises):
        ledger.lose(where, theirs, "the same for the same benchmarks stands above")
        return
    if ledger.promises:
        ledger.lose(where, theirs, "one tolerance a benchmark: another step's stands already")
        return
    ledger.keep(
        Promise(
            where, theirs, "time", tolerance=tolerance, each="test", blocking=blocks,
            differs=_DIFFERS,
        )
    )  # fmt: skip
