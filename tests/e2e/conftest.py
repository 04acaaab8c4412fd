"""What every end-to-end test may use: a scratch repository."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.e2e.project import Project, make


@pytest.fixture
def project(tmp_path: Path) -> Project:
    """An empty repository on the branch main."""
    return make(tmp_path / "repo")
