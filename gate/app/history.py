"""The runs that a run may be compared with: stored ones of its own ancestors, or a named one."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, replace

from gate.ci.commits import resolve, trusted
from gate.ci.git import NoRepository, Repository
from gate.core.model import Promises
from gate.core.past import DAYS, LATEST, PINNED, SIDE, Past, rank_of
from gate.core.run import Commit, Run
from gate.errors import UsageError
from gate.seams.store import EntryHead, Store

WINDOW = 30
"""How many stored runs are read, nearest first, and so many of one's own environment."""

_LATEST = 8


def stored(store: Store, run: Run) -> tuple[Past, ...]:
    """The runs that a run is compared with where nobody named one."""
    here, branches = run.environment.key, run.promises.policy.branches
    found = pasts(store, run.commit, before=run.started, environment=here, branches=branches)
    return (*found, *pinned(store, run.promises, run.commit))


def compared(
    store: Store, repo: Repository | NoRepository, run: Run, reference: str
) -> tuple[Past, ...]:
    """The runs that somebody named, and those that only tell how days differ: the usual ones.

    Without a `reference` the usual ones themselves. Raises `UsageError` as `named` does.
    """
    if not reference:
        return stored(store, run)
    found = named(store, repo, run.commit, reference)
    return (*found, *days(store, run, found))


def days(store: Store, run: Run, chosen: tuple[Past, ...]) -> tuple[Past, ...]:
    """The stored runs that tell how days differ where others were chosen, and the pinned ones."""
    known = {past.run.id for past in chosen}
    usual = stored(store, run)
    told = [p for p in usual if not p.pin and p.run.id not in known][:WINDOW]
    return (*(replace(past, rung=DAYS) for past in told), *(p for p in usual if p.pin))


def pinned(store: Store, promises: Promises, commit: Commit) -> tuple[Past, ...]:
    """The pinned runs that objectives are held to; one that is not there shows when judged."""
    wanted = {o.baseline for o in promises.objectives if o.baseline}
    order = {sha: at for at, sha in enumerate((commit.sha, *commit.ancestors))}
    heads = [head for head in store.heads() if head.pin in wanted] if wanted else []
    return tuple(
        _past(store, head, order.get(head.commit, len(order)), f"{PINNED}{head.pin}")
        for head in heads
    )


def pasts(
    store: Store,
    commit: Commit,
    *,
    before: str,
    environment: str = "",
    branches: tuple[str, ...] = (),
) -> tuple[Past, ...]:
    """Stored runs of this commit and its ancestors, nearest first, all before `before`.

    Those of the commit's line of first parents come first, then those of branches that were merged
    into it. Where no ancestor was measured in the `environment`, the latest runs of one of the
    `branches` follow, flagged: they are of no ancestor.
    """
    usable = [h for h in store.heads() if (h.valid or h.accepted) and h.at < before]
    if not commit.sha:
        found = [_Near(head, "ancestor", 0) for head in usable if not head.commit]
        return tuple(each.read(store) for each in found[:WINDOW])
    places = _places(commit)
    found = [_Near(h, *places[h.commit]) for h in usable if h.commit in places]
    found.sort(key=lambda near: (rank_of(near.rung), near.distance))
    here = [near for near in found if near.head.environment == environment]
    taken = [*found[:WINDOW], *(near for near in here[:WINDOW] if near not in found[:WINDOW])]
    if not here and branches:
        others = [h for h in usable if h.commit not in places]
        latest = _latest(others, commit, branches, environment)
        taken.extend(_Near(head, LATEST, len(places)) for head in latest)
    return tuple(near.read(store) for near in taken)


@dataclass(frozen=True, slots=True)
class _Near:
    head: EntryHead
    rung: str
    distance: int

    def read(self, store: Store) -> Past:
        return _past(store, self.head, self.distance, self.rung)


def _places(commit: Commit) -> dict[str, tuple[str, int]]:
    """Why a commit is looked at, and how many commits away it is."""
    order = {sha: at for at, sha in enumerate((commit.sha, *commit.ancestors))}
    if not commit.line:
        return {sha: ("ancestor", at) for sha, at in order.items()}
    places = {sha: (SIDE, at) for sha, at in order.items()}
    first = commit.line[0]
    parent = commit.rung in {"merge-parent", "previous"} and first != commit.sha
    away = 1 if parent else order.get(first, len(order))
    for at, sha in enumerate(commit.line):
        places[sha] = (commit.rung if at == 0 else "ancestor", away + at)
    places[commit.sha] = ("ancestor", 0)
    return places


def _latest(
    heads: list[EntryHead], commit: Commit, branches: tuple[str, ...], environment: str
) -> list[EntryHead]:
    """The newest runs of one branch, one's own before another."""
    known = [h for h in heads if trusted(h.branch, branches)]
    known = [h for h in known if not environment or h.environment == environment]
    own = [h for h in known if h.branch == commit.branch]
    names = [h.branch for h in own or known][:1]
    return [h for h in known if h.branch in names][:_LATEST]


def named(
    store: Store, repo: Repository | NoRepository, commit: Commit, reference: str
) -> tuple[Past, ...]:
    """The stored runs of a pin, run id or revision; raises `UsageError` where there is none.

    Of a commit that was measured for months the newest, those of each environment by turns.
    """
    heads = store.heads()
    sha = resolve(repo, reference) if isinstance(repo, Repository) else ""
    found = [head for head in heads if reference and reference in {head.id, head.pin}]
    found = found or [head for head in heads if sha and head.commit == sha and not head.pin]
    if not found:
        raise UsageError(
            f"--baseline {reference}: no stored run has this id or commit in {store.where}",
            hint="`gate baseline list` shows what is stored",
        )
    order = {sha: at for at, sha in enumerate((commit.sha, *commit.ancestors))}
    return tuple(
        _past(store, head, order.get(head.commit, len(order)), "explicit")
        for head in _newest(found)
    )


def _newest(heads: list[EntryHead]) -> list[EntryHead]:
    """At most so many that a sign-off can hold them, in their order."""
    seen: Counter[str] = Counter()
    places = []
    for at, head in enumerate(heads):
        places.append((seen[head.environment], at))
        seen[head.environment] += 1
    return [heads[at] for at in sorted(at for _, at in sorted(places)[: 2 * WINDOW])]


def _past(store: Store, head: EntryHead, distance: int, rung: str) -> Past:
    entry = store.get(head.id)
    accepted = entry.accepted or bool(head.pin)
    return Past(entry.run, entry.outcome, distance, rung, accepted=accepted)
