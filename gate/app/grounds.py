"""What both trees are set up from: head's own tree, and the base's with services of its own."""

from __future__ import annotations

import contextlib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from gate.app.against import Against, environment_of_base
from gate.app.bench import Place
from gate.app.progress import OnBase, Progress
from gate.app.select import Selection
from gate.app.side import Side
from gate.app.systems import Systems
from gate.app.trees import base_tree
from gate.app.workspace import Workspace, load_spec
from gate.spec import Spec


@dataclass(frozen=True, slots=True)
class Grounds:
    """Whatever is set up on them is gone when the stack that was given closes."""

    workspace: Workspace
    selection: Selection
    planned: Spec
    environ: Mapping[str, str]
    scratch: Path
    progress: Progress

    def head(self, stack: contextlib.ExitStack) -> Side:
        """The user's own tree, as it is."""
        systems = stack.enter_context(
            Systems(self.planned.services, self.workspace.root, self.environ, self.progress)
        )
        place = Place(self.workspace.root, self.workspace.root, self.scratch, self.environ)
        return Side(self.selection, systems, self._filled, place)

    def again(self, head: Side, names: frozenset[str]) -> Side:
        """Head's tree with the services that are up, and nothing measured yet of these budgets."""
        return Side(self.selection, head.systems, self._filled, head.place, names=names)

    def twin(self, names: frozenset[str], stack: contextlib.ExitStack) -> Side:
        """Head's tree a second time, with services of its own."""
        root, progress = self.workspace.root, OnBase(self.progress)
        systems = stack.enter_context(Systems(self.planned.services, root, self.environ, progress))
        place = Place(root, root, self.scratch, self.environ)
        return Side(self.selection, systems, self._filled, place, names=names)

    def base(self, beside: Against, stack: contextlib.ExitStack) -> Side:
        """The base revision's tree, with services of its own; raises `UsageError`."""
        self.progress.note(f"base: checking out {beside.revision} (commit {beside.sha[:12]})")
        made = stack.enter_context(base_tree(beside.repo, beside.sha, self.environ))
        environ = environment_of_base(self.environ, self.workspace.root, made.path)
        progress = OnBase(self.progress)
        systems = stack.enter_context(Systems(self.planned.services, made.path, environ, progress))
        place = Place(made.path, self.workspace.root, self.scratch, environ)
        side = Side(self.selection, systems, self._filled, place, names=beside.budgets)
        side.lacking = made.lacking
        made.prepared()
        return side

    def _filled(self, exports: Mapping[str, str]) -> Spec:
        return filled(self.workspace, exports)


def filled(workspace: Workspace, exports: Mapping[str, str]) -> Spec:
    """The budgets with every variable filled in; what no service exports yet stands as written."""
    raw = {name: value for service in workspace.spec.services for name, value in service.exports}
    request, root, folders = workspace.request, workspace.root, workspace.spec.folders
    given = {**raw, **exports}
    return load_spec(request, root, folders, given, measuring=True, shown_from=workspace.shown_from)
