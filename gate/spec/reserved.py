"""What the reserved files may hold: services, policy, waivers, accepted, retired."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from gate.spec.fields import Command, Commands, Day, Duration, Name, Rate, Repeats, Text, Variable
from gate.spec.models import DefaultsFile, Written
from gate.spec.written import WrittenQuantity


class ServiceFile(Written):
    """A system under test in services.yml, by its name: one instance per check and tree.

    `{port}` and `{port_NAME}` in command, env, ready and exports become free ports, the same port
    for the same name. Variables such as `${NAME}` are filled in everywhere.
    """

    command: Command = Field(
        default=(),
        description="The program with its arguments; no shell reads it. Without it the service is "
        "one that already runs: it is only asked whether it is ready.",
    )
    ready: Text = Field(
        default="",
        description="What answers once the service is up: an http(s) URL or `tcp://host:port`.",
    )
    cwd: Text = Field(default=".", description="The folder to start in, below the repository root.")
    prepare: Commands = Field(
        default=(),
        description="Commands that build a tree, one after another; kept until its commit, "
        "its lock files or the programs that build it change.",
    )
    env: dict[Variable, str] = Field(default={}, description="Its environment, beside ours.")
    exports: dict[Variable, str] = Field(
        default={}, description="Variables that the budgets which use the service see."
    )
    port: Literal["auto"] = Field(default="auto", description="Ports are free ones, always.")
    timeout: Duration = Field(default=30.0, description="How long it may take to be ready.")
    prepare_timeout: Duration = Field(
        default=900.0, description="How long the commands of `prepare` may take in all."
    )
    stop: Literal["SIGTERM", "SIGINT", "SIGQUIT"] = Field(
        default="SIGTERM", description="The signal that ends it."
    )
    grace: Duration = Field(
        default=10.0, description="How long it has to end by itself before it is killed."
    )


class PolicyDefaultsFile(DefaultsFile):
    """What all budgets share. Each key holds where it is valid and the budget states none."""

    repeat: Repeats | None = Field(
        default=None, description="How often units are measured where repeating helps."
    )
    attempts: int = Field(
        default=2, ge=1, le=10, description="How often a unit is tried before it counts as failed."
    )
    timeout: Duration = Field(default=600.0, description="How long one unit may take.")


class KeepFile(Written):
    """Which stored runs stay: those that one of these keeps."""

    runs: int | None = Field(
        default=None, ge=30, le=1_000_000, description="So many of the newest of each branch."
    )
    days: int | None = Field(
        default=None, ge=1, le=36_500, description="Those of so many days before the newest."
    )


class BaselineFile(Written):
    """Where the runs are kept that later ones are compared with."""

    store: Text = Field(
        default="",
        description="The store as KIND:PLACE, such as `folder:.gate/runs`, `git:BRANCH`, "
        "`sqlite:PATH` or `postgresql://…`; a secret in it is written as `${NAME}`.",
    )
    branches: tuple[Text, ...] = Field(
        default=("main", "master"),
        min_length=1,
        description="The branches whose runs become baselines; globs are allowed.",
    )
    bootstrap_until: Day = Field(
        default="", description="Until this day a tolerance without a baseline does not block."
    )
    disturbed: Literal["keep", "leave"] = Field(
        default="keep",
        description="Whether a run enters the history in which units count that others on the "
        "machine disturbed, as more than one in five were.",
    )
    keep: KeepFile | None = Field(
        default=None,
        description="Which stored runs stay, `{runs: 500, days: 400}`; without it, all. Never "
        "removed are pins, what was accepted, and the last 30 runs of each branch and environment.",
    )


class ProfileFile(Written):
    """What differs under `--profile NAME`."""

    only: tuple[Name, ...] = Field(
        default=(), description="The budgets that are measured; the others are listed as skipped."
    )
    time: Duration = Field(
        default=600.0, description="What a check may spend on measuring beyond the minimum."
    )
    undecided: Literal["warn", "fail"] = Field(
        default="warn", description="What an undecided objective does to the build."
    )
    repeat: Repeats | None = Field(
        default=None,
        description="How often units are measured where repeating helps, whatever the budgets say.",
    )
    signoff: bool = Field(
        default=False, description="Whether it signs a release off: nothing undecided or skipped."
    )
    alarm_rate: Rate = Field(default=0.01, description="As in the policy.")
    miss_rate: Rate = Field(default=0.05, description="As in the policy.")


class PolicyFile(Written):
    """How verdicts become an exit code."""

    alarm_rate: Rate = Field(
        default=0.01,
        description="The chance that unchanged code exits 1, over all tolerances of a check.",
    )
    miss_rate: Rate = Field(
        default=0.05, description="The chance that a worsening of the size of `detect` passes."
    )
    time: Duration = Field(
        default=600.0, description="What a check may spend on measuring beyond the minimum."
    )
    undecided: Literal["warn", "fail"] = Field(
        default="warn", description="What an undecided objective does to the build."
    )
    loosening: Literal["warn", "refuse"] = Field(
        default="warn",
        description="What a change does that loosens or deletes a promise of its base commit: it "
        "is shown in every report, or refused with exit 2. The base's `refuse` counts as well: a "
        "change cannot switch it off for itself; `--allow-loosening` lets one through.",
    )
    budgets_from: Literal["head", "base"] = Field(
        default="head",
        description="Whose budgets a change is judged by: its own, or those of its base commit, "
        "whatever it changes in them. The base's `base` counts as well.",
    )
    baseline: BaselineFile | None = Field(default=None, description="Where baselines come from.")
    profiles: dict[Name, ProfileFile] = Field(
        default={},
        description="What differs under `--profile NAME`; `pr`, `nightly` and `release` are names "
        "that a limit may use without being listed here.",
    )
    defaults: PolicyDefaultsFile | None = Field(default=None, description="What all budgets share.")
    secrets: tuple[Variable, ...] = Field(
        default=(),
        description="Variables whose values no message, record or report shows; every dsn and "
        "header is hidden without being listed.",
    )


class WaiverFile(Written):
    """Permission for one bound to be beyond its promise, until a day."""

    objective: Text = Field(description="The id of the objective, as in `web/lcp{page:home}`.")
    bound: Literal["limit", "tolerance", "drift"] = Field(description="The bound that is waived.")
    ceiling: WrittenQuantity = Field(
        default=None, description="The value of the SLI beyond which the waiver no longer helps."
    )
    reason: Text = Field(description="Why it is waived.")
    owner: Text = Field(description="Who answers for it.")
    ticket: Text = Field(default="", description="Where the work is tracked.")
    expires: Day = Field(description="The last day (UTC) on which it helps.")


class AcceptedFile(Written):
    """A regression that is wanted; written by `gate baseline accept`, reviewed like code."""

    objective: Text = Field(description="The id of the objective.")
    value: WrittenQuantity = Field(description="The new value of the SLI.")
    reason: Text = Field(description="Why it is wanted.")
    owner: Text = Field(description="Who wants it.")
    until: Day = Field(description="The last day (UTC) on which it counts.")


class RetiredFile(Written):
    """An objective, or a member of one, that was removed on purpose."""

    id: Text = Field(description="The id that it had.")
    reason: Text = Field(description="Why it was removed.")
    owner: Text = Field(description="Who removed it.")
