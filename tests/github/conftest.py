"""A loopback GitHub of each test's own, and clients with bounds."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from gate.github.access import Access, access_of
from gate.github.client import Bounds, Client
from gate.github.patience import patience
from tests.helpers.github_server import GitHub, github
from tests.helpers.github_state import WRITER

PATIENT = Bounds(connect=10.0, read=10.0, whole=20.0, all=60.0)
QUICK = Bounds(connect=2.0, read=0.5, whole=1.0, all=20.0)
"""Where the server never answers, or never ends: a busy machine answers later than that."""


@pytest.fixture
def served() -> Iterator[GitHub]:
    with github() as running:
        yield running


@pytest.fixture
def access(served: GitHub) -> Access:
    return access_of(served.environ(WRITER))


@pytest.fixture
def client(access: Access) -> Client:
    return client_of(access)


def client_of(access: Access, *, tries: int = 3, bounds: Bounds = PATIENT) -> Client:
    return Client(access, bounds=bounds, patience=patience(tries=tries, factor=0.01))
