"""How it was measured and judged: commit, tools, machine, policy, failed attempts, in words."""

from __future__ import annotations

from gate.core.run import Commit, Environment
from gate.core.units import Dimension, show
from gate.core.verdict import Outcome
from gate.reports.sentences import short
from gate.reports.words import percent

_ALARM = "the chance that unchanged code is called a regression, over all tolerances together"
_MISS = "the chance that a pass hides what it says is excluded"
_UNDECIDED = "warns; closes the gate for a limit or goal whose estimate is beyond it"


def commit_line(outcome: Outcome) -> str:
    """What was judged against what, and when."""
    commit = outcome.commit
    return ", ".join(
        part
        for part in (
            f"{short(commit.sha)} on {commit.branch}" if commit.branch else short(commit.sha),
            "uncommitted changes" if commit.dirty else "",
            f"against {short(commit.base)}" if commit.base else "",
            f"judged {outcome.at}" if outcome.at else "",
        )
        if part
    )


def failed_attempts(outcome: Outcome) -> tuple[str, ...]:
    """Every unit that failed and was tried again or given up."""
    return tuple(
        f"{failed.budget}, repeat {failed.unit + 1}, attempt {failed.attempt}: "
        f"{failed.reason.sentence}"
        for failed in outcome.failed_attempts
    )


def pairs_of(environment: Environment) -> tuple[tuple[str, str], ...]:
    """The facts of the machine, marked where they must agree with a baseline's."""
    compared = set(environment.compared)
    return tuple(
        (f"{name} (compared)" if name in compared else name, fact)
        for name, fact in environment.facts
    )


def how_measured(outcome: Outcome) -> tuple[tuple[str, str], ...]:
    """The rules and the circumstances under which the verdicts hold."""
    policy = outcome.policy
    lines = (
        ("alarm rate", f"{percent(policy.alarm_rate)}: {_ALARM}"),
        ("miss rate", f"{percent(policy.miss_rate)}: {_MISS}"),
        ("undecided", "closes the gate" if policy.undecided == "fail" else _UNDECIDED),
        ("profile", policy.profile),
        ("sign-off", "yes: nothing may be skipped or undecided" if policy.signoff else ""),
        ("time to spend", show(policy.time, Dimension.TIME)),
        ("baseline store", policy.store),
        ("baselines from", ", ".join(policy.branches)),
        ("bootstrap until", policy.bootstrap_until),
        ("commit", _commit(outcome.commit)),
        ("attempt", _attempt(outcome)),
        ("run", outcome.run_id),
        ("judge", f"version {outcome.judge}, at {outcome.at}"),
    )
    return tuple((label, text) for label, text in lines if text)


def _commit(commit: Commit) -> str:
    return f"{commit.sha}{' with uncommitted changes' if commit.dirty else ''}"


def _attempt(outcome: Outcome) -> str:
    """Which attempt at this tree it is, and what those after it may still spend."""
    text = str(outcome.attempt)
    if outcome.attempt > 1:
        text = f"{text}, pooled with what was measured before it"
    if not outcome.alarm_left:  # a record of version 1
        return text if outcome.attempt > 1 else ""
    return f"{text}; an alarm rate of {outcome.alarm_left * 100:.3g} % is left for those after it"
