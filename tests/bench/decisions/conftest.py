"""The synthetic measurements, written once."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.bench.decisions import synthetic


@pytest.fixture(scope="session")
def measured(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with every file, small and clear."""
    return synthetic.write(tmp_path_factory.mktemp("decisions"))
