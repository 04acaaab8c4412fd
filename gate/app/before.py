"""What was promised at the base commit: which objectives are new, which were loosened."""

from __future__ import annotations

import tempfile
from dataclasses import dataclass
from pathlib import Path

from gate.app.workspace import Workspace
from gate.ci.commits import Base
from gate.ci.files import files_at
from gate.ci.git import Repository
from gate.core.loosening import Loosening
from gate.core.model import Objective, Promises
from gate.errors import GateError, NothingToDoError
from gate.runners.registry import find, names
from gate.spec import load, loosened


@dataclass(frozen=True, slots=True)
class Before:
    """The promises at the base commit. `known` is False where there is no base to look at."""

    known: bool
    promises: Promises
    commit: str = ""

    def new(self, objectives: tuple[Objective, ...]) -> tuple[str, ...]:
        """The objectives that the base did not have; none where there is no base."""
        if not self.known:
            return ()
        had = {o.id for o in self.promises.objectives}
        return tuple(o.id for o in objectives if o.id not in had and o.was not in had)

    def loosened(self, promises: Promises) -> tuple[Loosening, ...]:
        """What was deleted or loosened since the base, as data."""
        return loosened(self.promises, promises) if self.known else ()


_NOTHING = Before(known=False, promises=Promises(()))


def before(workspace: Workspace, base: Base | None) -> Before:
    """Read the budgets of the base commit; budgets that cannot be read there count as unknown."""
    if base is None or not isinstance(workspace.repo, Repository):
        return _NOTHING
    with tempfile.TemporaryDirectory(prefix="perfgate-base-") as place:
        root = Path(place)
        folders = []
        for folder in workspace.folders:
            if not folder.resolve().is_relative_to(workspace.root.resolve()):
                return _NOTHING  # not part of the repository
            relative = folder.resolve().relative_to(workspace.root.resolve())
            files = files_at(workspace.repo, base.sha, relative.as_posix())
            target = root / relative
            target.mkdir(parents=True, exist_ok=True)
            for name, content in files.items():
                if name.endswith((".yml", ".yaml")):
                    (target / name).write_bytes(content)
            folders.append(target)
        try:
            spec = load(
                folders,
                root,
                runners=find,
                runner_names=names(),
                profile="",
                env=workspace.request.environ,
                measuring=False,
            )
        except NothingToDoError:  # no budgets yet: all of them are new
            return Before(known=True, promises=Promises(()), commit=base.sha)
        except GateError:
            return _NOTHING
        return Before(known=True, promises=spec.promises, commit=base.sha)
