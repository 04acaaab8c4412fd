"""Which branches say where a change begins: not those that the change itself names."""

from __future__ import annotations

from pathlib import Path

from gate.ci.commits import trunk
from gate.ci.detect import Ci
from gate.ci.files import files_at
from gate.ci.git import NoRepository, Repository
from gate.core.model import Policy
from gate.spec.yaml_read import read_document

_POLICIES = ("policy.yml", "policy.yaml")


def base_branches(
    repo: Repository | NoRepository,
    ci: Ci,
    root: Path,
    folders: tuple[Path, ...],
    own: tuple[str, ...],
) -> tuple[str, ...]:
    """The patterns of the trunk's policy; the tree's `own` only where there is no trunk.

    A change that names its own branch as trusted would otherwise be its own base, and what it
    loosened a commit ago would be no loosening. Where CI tells the target, no pattern is asked.
    """
    if isinstance(repo, NoRepository) or ci.target:
        return own
    tip = trunk(repo, Policy().branches)
    return _listed(repo, tip, root.resolve(), folders) if tip else own


def _listed(repo: Repository, tip: str, root: Path, folders: tuple[Path, ...]) -> tuple[str, ...]:
    for folder in (each.resolve() for each in folders):
        if not folder.is_relative_to(root):
            continue
        files = files_at(repo, tip, folder.relative_to(root).as_posix())
        for name in _POLICIES:
            if name in files:
                listed = read_document(files[name], name).at(("baseline", "branches"))
                if isinstance(listed, list) and listed:
                    return tuple(map(str, listed))
    return Policy().branches
