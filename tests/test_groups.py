from __future__ import annotations

import os

import pytest


@pytest.mark.xdist_group("chrome")
@pytest.mark.skipif("PYTEST_XDIST_WORKER" not in os.environ, reason="there is one worker only")
def test_the_scheduler_sees_to_which_group_a_test_belongs(request: pytest.FixtureRequest) -> None:
    assert request.node.nodeid.endswith("@chrome")
