"""From a repository to the files that it gets: look, propose, measure once, propose with limits."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass, replace
from datetime import date, timedelta
from pathlib import Path

from gate import __version__
from gate.app.init import proposal
from gate.app.init.finds import Found
from gate.app.init.limits import Measured
from gate.app.init.listing import listing
from gate.app.init.look import look
from gate.app.init.measuring import first_values, scratch_folder
from gate.app.init.proposal import Draft, Setting
from gate.app.init.workflow import PLACE, other_ci, workflow_text
from gate.app.progress import Progress
from gate.ci.git import NoRepository, Repository, ask_maybe, repository
from gate.spec.schema import schema

BOOTSTRAP_DAYS = 30
_FOLDER = "budgets"
_RUNNER = re.compile(r"^runner: ([\w-]+)", re.MULTILINE)
_SCHEMAS = ("budget", "services", "policy", "waivers", "accepted", "retired")


@dataclass(frozen=True, slots=True)
class Asked:
    """What `gate init` is asked: where, on which day, and what may be run to measure.

    `programs` says that the repository's own programs may run; without it only files are read.
    `nothing` leaves even those unmeasured.
    """

    start: Path
    today: date
    action: str
    programs: bool = False
    nothing: bool = False


@dataclass(frozen=True, slots=True)
class First:
    """What was found, and the files to write, in order."""

    root: Path
    found: Found
    drafts: tuple[Draft, ...]
    measured: Measured


def propose(asked: Asked, progress: Progress) -> First:
    """The files for a repository; raises `GateError` where git cannot read it."""
    repo = repository(asked.start.resolve())
    root = repo.root.resolve()
    found = look(listing(repo, asked.start))
    day = asked.today.isoformat()
    measured = Measured(day, {}, {})
    if not asked.nothing and not found.nothing:
        with scratch_folder(root) as place:
            folder = place.relative_to(root).as_posix()
            trial = found if asked.programs else _readable(found)
            setting = Setting(trial, measured, folder, _WRITER)
            measured = first_values(root, _budgets(setting), day, progress)
    setting = Setting(found, measured, _FOLDER, f"{_WRITER}, {day}")
    elsewhere = other_ci(root)
    if elsewhere:
        note = f"CI is {elsewhere} here, so no workflow for GitHub is written; docs: other-ci"
        found = replace(found, notes=(*found.notes, note))
    return First(root, found, _files(asked, setting, repo), measured)


_WRITER = f"perfgate {__version__.partition('+')[0]}"


def _readable(found: Found) -> Found:
    """What can be measured by reading files alone."""
    built = found.bundle if found.bundle and found.bundle.built else None
    return Found(bundle=built)


def _budgets(setting: Setting) -> tuple[Draft, ...]:
    """Everything that belongs below the folder of budgets, but for the policy."""
    found, folder = setting.found, setting.folder
    drafts = []
    if found.server or found.build:
        drafts.append(Draft(f"{folder}/services.yml", proposal.services_text(setting)))
    names = proposal.names_of(found.loads)
    active = ""
    for load, name in zip(found.loads, names, strict=True):
        text = proposal.loads_text(setting, load, name)
        if setting.served(load):
            active = active or name
            drafts.append(Draft(f"{folder}/{name}.yml", text, budget=True))
        else:
            drafts.append(Draft(f"{folder}/{name}.yml.example", _why_off(found) + text))
        if load.ours and found.server:
            script = proposal.LOAD_SCRIPT.replace("PATH", found.server.ready)
            drafts.append(Draft(f"{folder}/load/{load.script}", script))
    drafts += _others(setting, active)
    return tuple(drafts)


def _others(setting: Setting, active: str) -> list[Draft]:
    found, folder = setting.found, setting.folder
    drafts = []
    if found.web:
        text = proposal.web_text(setting, found.web)
        if found.server:
            drafts.append(Draft(f"{folder}/web.yml", text, budget=True))
        else:
            drafts.append(Draft(f"{folder}/web.yml.example", _why_off(found) + text))
    if found.bundle:
        text = proposal.bundle_text(setting, found.bundle, _builder(found))
        drafts.append(Draft(f"{folder}/bundle.yml", text, budget=True))
    if found.benches:
        text = proposal.benches_text(setting, found.benches)
        drafts.append(Draft(f"{folder}/bench.yml", text, budget=True))
    if found.database and active:
        text = proposal.database_text(setting, found.database, active)
        drafts.append(Draft(f"{folder}/db.yml.example", text))
    return drafts


def _builder(found: Found) -> str:
    if found.build is None:
        return ""
    return proposal.SERVICE if found.server and found.server.package else proposal.BUILD


def _why_off(found: Found) -> str:
    taking = found.server is not None and not found.server.builds
    seen = ", and a script that takes its address" if taking else ""
    return f"# Not in force: it wants a service on a free port{seen}. Rename it to .yml then.\n"


def _files(asked: Asked, setting: Setting, repo: Repository | NoRepository) -> tuple[Draft, ...]:
    """All files, in the order in which they are written and shown."""
    drafts = _budgets(setting)
    branch = _branch(repo)
    until = (asked.today + timedelta(days=BOOTSTRAP_DAYS)).isoformat()
    texts = (draft.text for draft in drafts if draft.budget)
    runners = {found for text in texts for found in _RUNNER.findall(text)}
    policy = proposal.policy_text(setting, branch, until, BOOTSTRAP_DAYS)
    schemas = (
        Draft(
            f"{_FOLDER}/.schema/{kind}.schema.json",
            json.dumps(schema(kind), indent=2, sort_keys=True) + "\n",
        )
        for kind in _SCHEMAS
    )
    workflow = workflow_text(branch, asked.action, setting.written_by, runners)
    here = () if other_ci(repo.root) else (Draft(PLACE, workflow),)
    return (*drafts, Draft(f"{_FOLDER}/policy.yml", policy), *schemas, *here)


def _branch(repo: Repository | NoRepository) -> str:
    """The branch that `origin` calls its own, else the one that is checked out, else main."""
    if isinstance(repo, NoRepository):
        return "main"
    head = ask_maybe(repo, "symbolic-ref", "--quiet", "--short", "refs/remotes/origin/HEAD")
    here = head.removeprefix("origin/") or ask_maybe(
        repo, "symbolic-ref", "--quiet", "--short", "HEAD"
    )
    plain = here.isascii() and here.isprintable() and not set(here) & set("*?[]!\\ '\"${}")
    return here if here and plain else "main"
