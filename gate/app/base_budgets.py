"""The budgets of a base commit: laid beside the tree, and read as they were."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from gate.app.workspace import Workspace
from gate.ci.files import files_at
from gate.ci.git import Repository
from gate.errors import UsageError
from gate.runners.registry import find, names
from gate.spec import Spec, load
from gate.spec.yaml_read import read_document

_SUFFIXES = (".yml", ".yaml")


@dataclass(frozen=True, slots=True)
class BaseBudgets:
    """The budget files of one commit, by folder as it is named below the root."""

    sha: str
    files: Mapping[str, Mapping[str, bytes]]

    def lay(self, place: Path) -> tuple[Path, ...]:
        """Write them below a place of their own; returns the folders."""
        for folder, files in self.files.items():
            (place / folder).mkdir(parents=True, exist_ok=True)
            for name, content in files.items():
                (place / folder / name).write_bytes(content)
        return tuple(place / folder for folder in self.files)

    def as_here(self, root: Path) -> bool:
        """Whether the tree has the same files with the same bytes."""
        return all(
            {f.name: f.read_bytes() for f in _yaml(root / folder)} == dict(files)
            for folder, files in self.files.items()
        )

    def policy(self, *path: str) -> object:
        """What the policy says at a path, None where it says nothing that can be read."""
        for files in self.files.values():
            for suffix in _SUFFIXES:
                if raw := files.get(f"policy{suffix}"):
                    return read_document(raw, "policy").at(path)
        return None


def budgets_at(workspace: Workspace, sha: str) -> BaseBudgets | None:
    """The budget files at a commit; None where the folders are not part of the repository."""
    repo, root = workspace.repo, workspace.root.resolve()
    if not isinstance(repo, Repository):
        return None
    found: dict[str, dict[str, bytes]] = {}
    for folder in workspace.folders:
        if not folder.resolve().is_relative_to(root):
            return None
        name = folder.resolve().relative_to(root).as_posix()
        files = files_at(repo, sha, name)
        found[name] = {each: raw for each, raw in files.items() if each.endswith(_SUFFIXES)}
    return BaseBudgets(sha, found)


def read(
    folders: tuple[Path, ...],
    root: Path,
    profile: str,
    environ: Mapping[str, str],
    *,
    shown_from: Path | None = None,
    tree: bool = True,
) -> Spec:
    """The budgets under a profile; one that they do not know is none. Raises `GateError`."""

    def under(name: str) -> Spec:
        return load(
            folders,
            root,
            runners=find,
            runner_names=names(),
            profile=name,
            env=environ,
            measuring=False,
            shown_from=shown_from,
            tree=tree,
        )

    try:
        return under(profile)
    except UsageError:
        return under("")


def _yaml(folder: Path) -> list[Path]:
    if not folder.is_dir():
        return []
    return [file for file in folder.iterdir() if file.is_file() and file.suffix in _SUFFIXES]
