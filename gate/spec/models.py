"""What a budget file may hold, key by key. The docs and the JSON Schema are made from here."""

from __future__ import annotations

from typing import Any

from pydantic import BaseModel, ConfigDict, Field

from gate.spec.fields import Duration, Name, Repeats, Text
from gate.spec.written import WrittenAmount, WrittenLimit, WrittenTolerance


class Written(BaseModel):
    """Base of everything that people write: unknown keys are refused, values are frozen."""

    model_config = ConfigDict(extra="forbid", frozen=True, strict=True, defer_build=True)


class DefaultsFile(Written):
    """What the objectives of a file share. Each key holds where it is valid."""

    tolerance: WrittenTolerance = Field(
        default=None,
        description="The tolerance of every objective that states none and whose unit fits it.",
    )
    detect: WrittenAmount = Field(
        default=None, description="The `detect` of every objective that has a tolerance."
    )
    blocking: bool = Field(default=True, description="Whether the objectives can close the build.")
    owner: Text = Field(default="", description="Who answers for the objectives.")
    why: Text = Field(default="", description="Why the objectives are promised.")
    weight: float = Field(
        default=1.0,
        gt=0,
        le=1000,
        description="The share of the alarm rate that each tolerance gets, against the others.",
    )


class ObjectiveFile(Written):
    """One promise: an SLI with a limit, a tolerance, or both."""

    sli: Text = Field(
        description="What is measured: `p95(http_req_duration{op:read})`, "
        "`share(query_duration > 200 ms)`, or a metric alone with its own statistic."
    )
    limit: WrittenLimit = Field(
        default=None,
        description="A fixed bound in the SLI's unit, `300 ms` or `at least 150 /s`; "
        "`{warn: 600 ms, fail: 700 ms}`; by profile, `{pr: 450 ms, release: 300 ms}`. "
        "A profile that is not named gets the tightest.",
    )
    tolerance: WrittenTolerance = Field(
        default=None,
        description="The largest worsening against the baseline that is accepted: relative "
        "(`10%`), in the SLI's unit (`5 ms`, `0.5 pp` for shares), or `{warn, fail, floor}`; below "
        "`floor` a change is nothing. Negative: a goal. `5% over 90 d`: a drift, the worsening "
        "against the stored runs of 90 days ago; beside a tolerance, `{fail: 10%, drift: 5% over "
        "90 d}`. `none`: no tolerance, also where `defaults:` has one.",
    )
    detect: WrittenAmount = Field(
        default=None,
        description="The worsening that the check sets out to find: a pass excludes it. Without "
        "it, the larger of twice the tolerance and the tolerance plus 3 %.",
    )
    each: Name = Field(
        default="",
        description="A tag: one objective for each of its values. Where the metric brings one "
        "(`page` for web metrics), it holds without being written.",
    )
    was: Text = Field(
        default="",
        description="The id or SLI that this objective had before, so that its baseline is found.",
    )
    baseline: Name = Field(
        default="",
        description="The pinned run that the tolerance is held to, as in `v1.4`, instead of the "
        "last runs of the branch: `gate baseline pin` names one. With a negative tolerance, a goal "
        "for a release.",
    )
    blocking: bool = Field(
        default=True, description="Whether the objective can close the build, or only reports."
    )
    owner: Text = Field(default="", description="Who answers for it.")
    why: Text = Field(default="", description="Why it is promised; shown where it is broken.")
    name: Text = Field(default="", description="What reports call it, instead of the SLI.")
    weight: float = Field(
        default=1.0,
        gt=0,
        le=1000,
        description="The share of the alarm rate that its tolerance gets, against the others.",
    )


class BudgetFile(Written):
    """The keys that every budget has; all others belong to its runner."""

    runner: Text = Field(description="The tool that measures, by name.")
    objectives: tuple[Any, ...] = Field(
        min_length=1, description="The promises, each with the keys of an objective."
    )
    service: Name = Field(
        default="", description="The service of services.yml that is up while this is measured."
    )
    during: Name = Field(
        default="", description="The budget that this one observes while it is measured."
    )
    name: Text = Field(default="", description="What reports call the budget.")
    owner: Text = Field(default="", description="Who answers for its objectives.")
    why: Text = Field(default="", description="Why the promises are made.")
    blocking: bool = Field(
        default=True, description="Whether its objectives can close the build, or only report."
    )
    weight: float = Field(
        default=1.0,
        gt=0,
        le=1000,
        description="The share of the alarm rate that the budget gets, against the other budgets; "
        "its tolerances divide it by their own weights.",
    )
    repeat: Repeats | None = Field(
        default=None,
        description="How often a unit is measured: `5` is exact, `{min: 5, max: 11}` adaptive. "
        "Without it, what the runner needs.",
    )
    attempts: int = Field(
        default=2, ge=1, le=10, description="How often a unit is tried before it counts as failed."
    )
    timeout: Duration = Field(default=600.0, description="How long one unit may take.")
    paths: tuple[Text, ...] = Field(
        default=(),
        description="Files and globs, relative to the repository root: only a change of one of "
        "them, or of the budget itself, concerns the budget. Where the runner has a key `paths` of "
        "its own, it is the runner's, and every change concerns the budget.",
    )
    defaults: DefaultsFile | None = Field(
        default=None, description="What its objectives share, each key where it is valid."
    )
