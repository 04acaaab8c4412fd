"""Options that several commands share."""

from __future__ import annotations

import os
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar

import click

from gate.app.workspace import Request, Share, Workspace, open_workspace
from gate.cli import values
from gate.cli.streams import hide

F = TypeVar("F", bound=Callable[..., Any])

_BUDGETS = click.option(
    "--budgets",
    "budgets",
    multiple=True,
    type=click.Path(path_type=Path, file_okay=False),
    help="Folder of budgets; may be repeated. Default: `budgets/`, searched upwards.",
)
_PROFILE = click.option(
    "--profile",
    default="",
    shell_complete=values.profiles,
    help="A profile of budgets/policy.yml.",
)
_ONLY = click.option(
    "--only",
    "only",
    multiple=True,
    metavar="BUDGET",
    shell_complete=values.budgets,
    help="Measure only this budget; repeatable.",
)
_BASELINE = click.option(
    "--baseline",
    default="",
    metavar="REF",
    help="Compare with the stored run of this commit or id.",
)
_AGAINST = click.option(
    "--against",
    default="",
    metavar="REV",
    help="Measure this revision beside the tree, in turn, and compare with that.",
)
_BUDGETS_FROM = click.option(
    "--budgets-from",
    type=click.Choice(["head", "base"]),
    default=None,
    callback=lambda _ctx, _param, value: value or "",
    help="Whose budgets count: this tree's, or those of its base. Default: as the policy says.",
)
_ALLOW_LOOSENING = click.option(
    "--allow-loosening",
    is_flag=True,
    help="Let through what loosens a budget where the policy refuses it; it is shown all the same.",
)
_STORE = click.option(
    "--store", default="", metavar="KIND:PLACE", help="Another store than the policy's."
)
_OUT = click.option(
    "--out",
    type=click.Path(path_type=Path, file_okay=False),
    default=Path(".gate"),
    show_default=True,
    help="Folder for run.json, outcome.json and scratch files.",
)


def _share(_: click.Context, param: click.Parameter, value: str) -> Share:
    """`2/4`: the second of four."""
    found = re.fullmatch(r"(\d{1,4})/(\d{1,4})", value, re.ASCII)
    share = Share(int(found[1]), int(found[2])) if found else None
    if share is None or not 1 <= share.number <= share.of:
        message = f"{value!r}: expected I/N with I from 1 to N, as in 2/4"
        raise click.BadParameter(message, param=param)
    return share


_SHARD = click.option(
    "--shard",
    callback=_share,
    default="1/1",
    metavar="I/N",
    help="Measure the I-th of N parts of the check; `gate judge` unites them.",
)
_GENERATOR = click.option(
    "--generator",
    callback=_share,
    default="1/1",
    metavar="I/N",
    help="Be the I-th of N generators that load one system at the same time.",
)


def selecting(function: F) -> F:
    """Options that say which budgets and how: --budgets --profile --only."""
    return _BUDGETS(_PROFILE(_ONLY(function)))


def proposing(function: F) -> F:
    """Options for a change of the budgets: --budgets-from --allow-loosening."""
    return _BUDGETS_FROM(_ALLOW_LOOSENING(function))


def comparing(function: F) -> F:
    """Options that say with what to compare and where the records go, of several commands."""
    return _AGAINST(_BASELINE(_STORE(_OUT(function))))


def sharing(function: F) -> F:
    """Options that say which part of a check is measured: --shard --generator."""
    return _SHARD(_GENERATOR(function))


def storing(function: F) -> F:
    """Options that say which store is meant: --budgets --store."""
    return _BUDGETS(_STORE(function))


def opened(**given: Any) -> Workspace:  # noqa: ANN401  # click's parameters
    """The workspace that the options ask for; from now on no message shows its secrets."""
    workspace = open_workspace(_request(**given))
    hide(workspace.spec.secrets.redact)
    return workspace


def _request(**given: Any) -> Request:  # noqa: ANN401  # the same, typed by Request
    """The request that the options make."""
    only = tuple(name for text in given.pop("only", ()) for name in text.split(",") if name)
    budgets = tuple(Path(folder).resolve() for folder in given.pop("budgets", ()))
    return Request(start=Path.cwd(), environ=dict(os.environ), only=only, budgets=budgets, **given)
