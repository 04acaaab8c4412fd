from __future__ import annotations

from pathlib import Path

import pytest

from tests.ci.support import IDENTITY, Tree


@pytest.fixture(autouse=True)
def nobody(monkeypatch: pytest.MonkeyPatch) -> None:
    """The configuration of whoever runs the tests stays out."""
    for name, value in IDENTITY.items():
        monkeypatch.setenv(name, value)


@pytest.fixture
def tree(tmp_path: Path) -> Tree:
    """A repository with nothing in it."""
    return Tree(tmp_path / "tree").init()
