"""policy.yml, and what the chosen profile changes in it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from gate.core.metric import Better
from gate.core.model import Policy
from gate.core.units import Dimension
from gate.errors import UsageError
from gate.seams.runner import Repeat
from gate.spec.bounds import Measure, WrongError, read_amount, read_tolerance
from gate.spec.files import Files
from gate.spec.problems import Problem, known_hint
from gate.spec.reserved import BaselineFile, PolicyDefaultsFile, PolicyFile, ProfileFile
from gate.spec.translate import read_model
from gate.spec.variables import refuse
from gate.spec.yaml_marks import Data, Document

KNOWN_PROFILES = ("pr", "nightly", "release")
"""Profiles that a limit may name without the policy listing them."""


@dataclass(frozen=True, slots=True)
class Rules:
    """The policy under one profile, and what budgets inherit from it."""

    policy: Policy = field(default_factory=Policy)
    profiles: tuple[str, ...] = KNOWN_PROFILES
    only: tuple[str, ...] = ()
    repeat: Repeat | None = None
    defaults: PolicyDefaultsFile | None = None
    secrets: tuple[str, ...] = ()


def _promised(data: Data) -> Data:
    """The policy without the store's address, whose variables are filled in to open it."""
    baseline = data.get("baseline") if isinstance(data, dict) else None
    if not isinstance(data, dict) or not isinstance(baseline, dict):
        return data
    return {**data, "baseline": {k: v for k, v in baseline.items() if k != "store"}}


def read_rules(
    files: Files, profile: str, budgets: Sequence[str], problems: list[Problem]
) -> Rules:
    """The rules of the one policy; raises `UsageError` where nobody knows the profile."""
    documents = [d for d in files.reserved.get("policy", ()) if not d.problems]
    for extra in documents[1:]:
        hint = f"the first is {documents[0].source.file}"
        problems.append(extra.problem((), "a second policy: one check has one", hint))
    document = documents[0] if documents else None
    file: PolicyFile | tuple[Problem, ...] = PolicyFile()
    if document is not None and document.data is not None:
        problems.extend(refuse(document, _promised(document.data), ()))
        file = read_model(PolicyFile, document.data, document)
        if isinstance(file, PolicyFile):
            problems.extend(_wrong_defaults(document, file))
            problems.extend(_unknown_budgets(document, file, budgets))
    if not isinstance(file, PolicyFile):
        problems.extend(file)
        return Rules(Policy(profile=profile))
    profiles = tuple(dict.fromkeys((*file.profiles, *KNOWN_PROFILES)))
    if profile and profile not in profiles:
        hint = known_hint(profile, profiles, "profiles")
        raise UsageError(f"there is no profile {profile!r}", hint=hint)
    return _rules(file, profile, profiles)


def _rules(file: PolicyFile, profile: str, profiles: tuple[str, ...]) -> Rules:
    chosen = file.profiles.get(profile, ProfileFile())
    baseline = file.baseline or BaselineFile()

    def of(key: str) -> object:
        return getattr(chosen if key in chosen.model_fields_set else file, key)

    policy = Policy(
        alarm_rate=float(str(of("alarm_rate"))),
        miss_rate=float(str(of("miss_rate"))),
        time=float(str(of("time"))),
        undecided=str(of("undecided")),
        signoff=chosen.signoff,
        bootstrap_until=baseline.bootstrap_until,
        store=baseline.store,
        branches=baseline.branches,
        disturbed=baseline.disturbed,
        keep_runs=(baseline.keep.runs or 0) if baseline.keep is not None else 0,
        keep_days=(baseline.keep.days or 0) if baseline.keep is not None else 0,
        profile=profile,
        loosening=file.loosening,
        budgets_from=file.budgets_from,
    )
    return Rules(policy, profiles, chosen.only, chosen.repeat, file.defaults, file.secrets)


def _unknown_budgets(document: Document, file: PolicyFile, budgets: Sequence[str]) -> list[Problem]:
    return [
        document.problem(
            ("profiles", name, "only", index),
            f"there is no budget {budget!r}",
            known_hint(budget, sorted(budgets), "budgets"),
        )
        for name, profile in file.profiles.items()
        for index, budget in enumerate(profile.only)
        if budget not in budgets
    ]


def _wrong_defaults(document: Document, file: PolicyFile) -> list[Problem]:
    """Default bounds that fit no unit at all; whether one fits a budget shows only there."""
    if file.defaults is None:
        return []
    problems = []
    for key in ("tolerance", "detect"):
        written = getattr(file.defaults, key)
        if key not in file.defaults.model_fields_set or written == "none":
            continue
        path = ("defaults", key)
        errors: list[WrongError] = []
        for dimension in Dimension:
            read = read_tolerance if key == "tolerance" else read_amount
            try:
                read(written, Measure("an objective", dimension, Better.LOWER), path)
            except WrongError as error:
                errors.append(error)
        if len(errors) == len(Dimension):
            worst = errors[0]
            problems.append(document.problem(worst.path, worst.message, worst.hint, key=worst.key))
    return problems
