"""Where in a tree a service lives."""

from __future__ import annotations

from pathlib import Path

from gate.seams.service import Service


def folder_of(service: Service, root: Path) -> Path | None:
    """The service's folder; None where it is absent or outside the tree."""
    tree = root.resolve()
    folder = (tree / service.cwd).resolve()
    return folder if folder.is_relative_to(tree) and folder.is_dir() else None
