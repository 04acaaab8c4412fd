"""`gate signoff`, step by step: the release, its measurements, the evidence, the sealed folder."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path

from gate.app.check import Checked
from gate.app.keep import write_records
from gate.app.progress import Progress
from gate.app.signoff import evidence, keys, seal
from gate.app.signoff.judged import judged, measured, read
from gate.app.signoff.release import check_still, previous_of, release_of
from gate.app.workspace import Workspace, check_store
from gate.ci.git import Repository, repository
from gate.ci.run_url import run_url
from gate.core.signoff import Given, Revision
from gate.errors import UsageError


@dataclass(frozen=True, slots=True)
class Asked:
    """What the command line says of a sign-off. `source` is a folder with run.json, if any.

    `pdf` is None for where a browser is there.
    """

    release: str
    against: str
    out: Path
    artifacts: tuple[Path, ...] = ()
    approved_by: tuple[str, ...] = ()
    approvals: Path | None = None
    key: Path | None = None
    source: Path | None = None
    stored: bool = False
    pdf: bool = False


@dataclass(frozen=True, slots=True)
class Planned:
    """The two releases. `beside` says that the one before is measured in turn with this one."""

    release: Revision
    previous: Revision
    beside: bool


def planned(asked: Asked, start: Path) -> Planned:
    """Find both releases in the checkout before anything is measured; raises `UsageError`."""
    repo = repository(start)
    if not isinstance(repo, Repository):
        raise UsageError(
            "this folder is in no git repository: a release is a tag of one",
            hint="run it in a checkout of the release",
        )
    if asked.key is not None:
        keys.check_key(asked.key)
    seal.check_place(asked.out)
    release = release_of(repo, asked.release)
    previous = previous_of(repo, asked.against, release)
    beside = bool(previous.commit) and not asked.stored and asked.source is None
    return Planned(release, previous, beside)


def sign_off(workspace: Workspace, asked: Asked, plan: Planned, progress: Progress) -> seal.Sealed:
    """Measure or read, judge strictly, and write the folder; raises `GateError`."""
    check_store(workspace)
    release = plan.release
    artifacts = evidence.artifacts(asked.artifacts, workspace.root)
    evidence.approvals(asked.approved_by, asked.approvals, "", "")  # wrong ones are told now
    if asked.source is None:
        run = measured(workspace, progress, plan.previous)
    else:
        run = read(workspace, asked.source, release)
    at = f"{datetime.now(UTC):%Y-%m-%dT%H:%M:%SZ}"
    source = "measured" if asked.source is None else f"the record of run {run.id}"
    found, previous = judged(workspace, run, plan.previous, at, source=source)
    if asked.source is None:  # nothing that was measured is lost where sealing fails
        write_records(Checked(found.run, found.outcome), workspace.out)
    notes = (*found.notes, *check_still(workspace, release))
    stored = seal.stored_files(found.pasts, found.stories)
    author, written = evidence.authors(workspace, release.commit)
    perfgate, python = seal.versions()
    given = Given(
        at=at,
        release=replace(release, author=author),
        previous=previous,
        perfgate=perfgate,
        python=python,
        budgets=evidence.budget_files(workspace, release.commit),
        records=seal.records(found),
        baselines=stored.baselines,
        history=stored.history,
        artifacts=artifacts,
        approvals=evidence.approvals(asked.approved_by, asked.approvals, at, author),
        written=written,
        url=run_url(workspace.request.environ),
        signed=asked.key is not None,
        source=source,
        notes=notes,
    )
    return seal.seal(asked.out, given, found, stored.files, asked.key, pdf=asked.pdf)
