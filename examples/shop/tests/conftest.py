"""The shops that tests share."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from live import Shop, running


@pytest.fixture(scope="session")
def clean() -> Iterator[Shop]:
    """A shop without plants, shared by all tests that only visit it."""
    with running() as shop:
        yield shop


@pytest.fixture(scope="session")
def planted() -> Iterator[Shop]:
    """A shop with every plant that works while it runs, shared likewise."""
    with running(
        plants="slow-reads,n-plus-one,dropped-index,layout-shift,slow-click,slow-function"
    ) as shop:
        yield shop
