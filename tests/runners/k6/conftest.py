from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from gate.tools import Found
from tests.runners.k6.real import Load
from tests.runners.k6.site import Site, serving


@pytest.fixture
def site() -> Iterator[Site]:
    with serving() as site:
        yield site


@pytest.fixture
def load(tmp_path: Path, k6: Found, site: Site) -> Load:
    """A tree whose scripts load the site."""
    return Load(tmp_path, k6, site.url)
