"""Reasons as data: a code with its facts; the sentence is written here, once, for every report."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Code(StrEnum):
    """Every reason a verdict, a missing measurement or a failed attempt can have."""

    WITHIN = "within"
    BEYOND = "beyond"
    STRADDLES = "straddles"
    BEYOND_WARN = "beyond_warn"
    IMPROVED = "improved"
    TOO_FEW_UNITS = "too_few_units"
    TAIL_TOO_THIN = "tail_too_thin"
    ZERO_BASE = "zero_base"
    SATURATED = "saturated"
    RUN_MOVED = "run_moved"
    NOT_CONFIRMED = "not_confirmed"
    NOT_ANCESTOR = "not_ancestor"
    ONE_RUN = "one_run"
    NOT_EXACT = "not_exact"
    NOT_BY_THIS_CHANGE = "not_by_this_change"
    NO_BASELINE = "no_baseline"
    NEW_OBJECTIVE = "new_objective"
    SHORT_HISTORY = "short_history"
    BASE_UNMEASURED = "base_unmeasured"
    BOOTSTRAP = "bootstrap"
    OTHER_SERIES = "other_series"
    OTHER_ENVIRONMENT = "other_environment"
    VANISHED = "vanished"
    RETIRED = "retired"
    NOTHING_MATCHED = "nothing_matched"
    TOOL_ABSENT = "tool_absent"
    TOOL_CRASHED = "tool_crashed"
    TOOL_TIMED_OUT = "tool_timed_out"
    OUTPUT_UNREADABLE = "output_unreadable"
    OUTPUT_EMPTY = "output_empty"
    ZERO_SAMPLES = "zero_samples"
    NOT_REPORTED = "not_reported"
    PAGE_FAILED = "page_failed"
    SERVICE_FAILED = "service_failed"
    SERVICE_FOREIGN = "service_foreign"
    PREPARE_FAILED = "prepare_failed"
    LOAD_TRUNCATED = "load_truncated"
    LOAD_DROPPED = "load_dropped"
    NO_RIGHTS = "no_rights"
    NOT_OBSERVED = "not_observed"
    INTERRUPTED = "interrupted"
    FAILED_BEFORE = "failed_before"
    OTHER_SHARD = "other_shard"
    NOT_POOLED = "not_pooled"
    NOT_SELECTED = "not_selected"
    NOT_CONCERNED = "not_concerned"
    NO_CODE_OF_TREE = "no_code_of_tree"
    HARNESS_PUT = "harness_put"


_SENTENCES: dict[Code, str] = {
    Code.WITHIN: "{value} is within {bound}",
    Code.BEYOND: "{value} is beyond {bound}",
    Code.STRADDLES: "the data cannot tell: {low} to {high} lies on both sides of {bound}",
    Code.BEYOND_WARN: "{value} is beyond the warn bound {bound}",
    Code.IMPROVED: "better than the baseline by {change}",
    Code.TOO_FEW_UNITS: "{have} of at least {need} repeats were measured",
    Code.TAIL_TOO_THIN: "{statistic} needs {need} values in a repeat, there were {have}",
    Code.SATURATED: "the system was saturated in {have} of {of} runs of {side}: requests queued, "
    "so that latencies tell about the machine",
    Code.RUN_MOVED: "the whole run moved by {moved}: another machine or a reboot, not a change",
    Code.NOT_CONFIRMED: "suspect against the stored baseline, and not confirmed: {detail}",
    Code.NOT_ANCESTOR: "{value} against {bound}, but the baseline is the latest run of "
    "{branch}, which is no ancestor: what changed there since is in it",
    Code.ONE_RUN: "{value} against {bound}, but the runs just before are not beyond it: one run "
    "does not tell a drift from a jump",
    Code.ZERO_BASE: "the baseline is zero; a relative tolerance needs a `floor:`",
    Code.NOT_EXACT: "{metric} is said to be exact, but its repeats differ: {low} to {high}",
    Code.NOT_BY_THIS_CHANGE: "beyond {bound}, but the baseline is as far beyond",
    Code.NO_BASELINE: "no comparable baseline: {detail}",
    Code.NEW_OBJECTIVE: "new since the base commit: nothing to compare with yet",
    Code.SHORT_HISTORY: "the stored runs reach {reach} back, not {days} days{detail}",
    Code.BASE_UNMEASURED: "the base {commit} could not be measured: {detail}",
    Code.BOOTSTRAP: "no comparable baseline yet; does not block before {until}",
    Code.OTHER_SERIES: "the stored baseline was measured differently: {detail}",
    Code.OTHER_ENVIRONMENT: "the stored baseline comes from another environment: {detail}",
    Code.VANISHED: "the baseline has it, this run did not measure it",
    Code.RETIRED: "retired by {owner}: {detail}",
    Code.NOTHING_MATCHED: "nothing matched {selector}: {detail}",
    Code.TOOL_ABSENT: "{tool} was not found: {detail}",
    Code.TOOL_CRASHED: "{tool} ended with code {exit}: {detail}",
    Code.TOOL_TIMED_OUT: "{tool} did not end within {seconds} s",
    Code.OUTPUT_UNREADABLE: "{tool} wrote output that cannot be read: {detail}",
    Code.OUTPUT_EMPTY: "{tool} wrote no output: {detail}",
    Code.ZERO_SAMPLES: "{tool} measured nothing for it: {detail}",
    Code.NOT_REPORTED: "{tool} did not report it: {detail}",
    Code.PAGE_FAILED: "page {page} did not load: {detail}",
    Code.SERVICE_FAILED: "service {service} did not run: {detail}",
    Code.SERVICE_FOREIGN: "service {service}: another server answers at {url}; it is not measured",
    Code.PREPARE_FAILED: "service {service} could not be prepared: {detail}",
    Code.LOAD_TRUNCATED: "the load ended early: {detail}",
    Code.LOAD_DROPPED: "{dropped} of {planned} iterations were dropped: {detail}",
    Code.NO_RIGHTS: "{tool} may not be read: {detail}",
    Code.NOT_OBSERVED: "the budget {during} that it observes was not measured",
    Code.INTERRUPTED: "the check was interrupted before it was measured",
    Code.FAILED_BEFORE: "{said}, measured at {at}: a fail stays until the tree changes",
    Code.OTHER_SHARD: "no run that was handed in measured it: {detail} is absent",
    Code.NOT_POOLED: "load generators cannot share it: each has a {statistic} of its own",
    Code.NOT_SELECTED: "deselected by {detail}",
    Code.NOT_CONCERNED: "no changed file concerns this budget",
    Code.NO_CODE_OF_TREE: "what it measures is not in the base's tree: {detail}",
    Code.HARNESS_PUT: "head's benchmarks drive the base too: {detail}",
}

_REMEDIES: dict[Code, str] = {
    Code.SATURATED: "lower the rate of the load, or give the machine more cores",
    Code.RUN_MOVED: "measure base and head in turn on one machine: `gate check --against REV`",
    Code.NOT_CONFIRMED: "measure base and head in turn: `gate check --against REV`",
    Code.NOT_ANCESTOR: "bring the change up to date with its branch, or measure base and head in "
    "turn: `gate check --against REV`",
    Code.ONE_RUN: "measure the next commits, too: what stays beyond the bound is a drift",
    Code.TOO_FEW_UNITS: "see why repeats failed above, or lower `repeat:`",
    Code.TAIL_TOO_THIN: "make the load longer, or promise a lower percentile",
    Code.ZERO_BASE: "add a `floor:` to the tolerance",
    Code.NO_BASELINE: "measure the base beside it: `gate check --against REV`; or run `gate check` "
    "on the base branch, or `gate baseline accept` a run",
    Code.SHORT_HISTORY: "keep runs for as long as the drift's window: it is decided then",
    Code.BASE_UNMEASURED: "make the base buildable by `prepare:` in budgets/services.yml, "
    "or name another one: `gate check --against REV`",
    Code.OTHER_SERIES: "measure the base in the same way: `gate check --against REV`; "
    "or accept a new baseline with `gate baseline accept`",
    Code.OTHER_ENVIRONMENT: "measure the base here too: `gate check --against REV`",
    Code.VANISHED: "say where it went: `was:` in the budget or an entry in budgets/retired.yml",
    Code.NOTHING_MATCHED: "correct the selector, or remove the objective",
    Code.TOOL_ABSENT: "run `gate doctor`; `gate tools install` installs pinned versions",
    Code.NO_RIGHTS: "run `gate doctor` for what the database needs",
    Code.TOOL_CRASHED: "mend what it complains about; `gate doctor` shows which tools are used",
    Code.TOOL_TIMED_OUT: "see why it takes so long, or raise `timeout:` of the budget",
    Code.OUTPUT_UNREADABLE: "measure again; see whether the disk is full and who ends the tool",
    Code.OUTPUT_EMPTY: "measure again; `gate doctor` shows which tools are used",
    Code.ZERO_SAMPLES: "let the load reach it, or remove the objective",
    Code.NOT_REPORTED: "see whether the tool can measure it, or remove the objective",
    Code.PAGE_FAILED: "open it in a browser: mend the page, or correct its address in the budget",
    Code.SERVICE_FAILED: "start it by hand to see why; it is described in budgets/services.yml",
    Code.PREPARE_FAILED: "run its `prepare:` by hand to see why",
    Code.LOAD_TRUNCATED: "see why the load ended, then measure again",
    Code.LOAD_DROPPED: "raise the load's maxVUs, lower its rate, or see why the server is slow",
    Code.NOT_OBSERVED: "see above why that budget was not measured",
    Code.INTERRUPTED: "measure again",
    Code.OTHER_SHARD: "judge the runs of all shards together: `gate judge run-*.json`; where one "
    "has none, measure that shard again",
    Code.NOT_POOLED: "promise a rate, a count, a share or a mean, or load from one generator",
    Code.FAILED_BEFORE: "mend it, or waive it in budgets/waivers.yml: measuring the same tree "
    "again changes nothing",
}


@dataclass(frozen=True, slots=True)
class Reason:
    """Why: a code and the facts its sentence uses, as text made by the one who knew them."""

    code: Code
    facts: tuple[tuple[str, str], ...] = ()

    @property
    def sentence(self) -> str:
        """The reason in one sentence; a fact that is absent shows as `?`."""
        return _SENTENCES[self.code].format_map(_Facts(self.facts))

    @property
    def remedy(self) -> str:
        """What to do about it, "" where there is nothing general to say."""
        return dict(self.facts).get("remedy", _REMEDIES.get(self.code, ""))


def because(code: Code, **facts: object) -> Reason:
    """Make a reason; facts become bounded text."""
    return Reason(code, tuple((name, str(value)[:2000]) for name, value in facts.items()))


class _Facts(dict[str, str]):
    def __missing__(self, key: str) -> str:
        return "?"
