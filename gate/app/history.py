"""The runs that a run may be compared with: stored ones of its own ancestors, or a named one."""

from __future__ import annotations

from gate.ci.commits import resolve
from gate.ci.git import NoRepository, Repository
from gate.core.past import Past
from gate.core.run import Commit
from gate.errors import UsageError
from gate.seams.store import EntryHead, Store

WINDOW = 30
"""How many stored runs are read at the most, nearest first."""


def pasts(store: Store, commit: Commit, *, before: str) -> tuple[Past, ...]:
    """Stored runs of this commit and its ancestors, nearest first, all before `before`."""
    order = {sha: at for at, sha in enumerate((commit.sha, *commit.ancestors)) if sha}
    usable = [h for h in store.heads() if (h.valid or h.accepted) and h.at < before]
    if not commit.sha:
        near = [(0, head) for head in usable if not head.commit]
    else:
        near = [(order[head.commit], head) for head in usable if head.commit in order]
    near.sort(key=lambda pair: pair[0])
    return tuple(_past(store, head, distance, "ancestor") for distance, head in near[:WINDOW])


def named(
    store: Store, repo: Repository | NoRepository, commit: Commit, reference: str
) -> tuple[Past, ...]:
    """The stored runs of a named revision or run id; raises `UsageError` where there is none."""
    heads = store.heads()
    sha = resolve(repo, reference) if isinstance(repo, Repository) else ""
    found = [head for head in heads if head.id == reference or (sha and head.commit == sha)]
    if not found:
        raise UsageError(
            f"--baseline {reference}: no stored run has this id or commit in {store.where}",
            hint="`gate baseline list` shows what is stored",
        )
    order = {sha: at for at, sha in enumerate((commit.sha, *commit.ancestors))}
    return tuple(
        _past(store, head, order.get(head.commit, len(order)), "explicit") for head in found
    )


def _past(store: Store, head: EntryHead, distance: int, rung: str) -> Past:
    entry = store.get(head.id)
    return Past(entry.run, entry.outcome, distance, rung, accepted=entry.accepted)
