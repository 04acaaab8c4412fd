from __future__ import annotations

import pytest

from gate.core.naming import meant

LCP = "web/median(lcp{page:home})"
SIZE = "bundle/sum(size{encoding:br,file:app})"
MEAN = "api/mean(http_req_duration{op:read})"
P95 = "api/p95(http_req_duration{op:read})"
QUOTED = 'bench/median(time{test:"a/b.py::test_x"})'
IDS = (LCP, SIZE, MEAN, P95, QUOTED)


@pytest.mark.parametrize(
    ("text", "found"),
    [
        pytest.param(SIZE, (SIZE,), id="the id"),
        pytest.param("bundle/sum(size{file:app, encoding:br})", (SIZE,), id="tags as written"),
        pytest.param("bundle/size{file:app, encoding:br}", (SIZE,), id="without the statistic"),
        pytest.param("size{file:app,encoding:br}", (SIZE,), id="without the budget"),
        pytest.param("lcp{page:home}", (LCP,), id="without either"),
        pytest.param('bench/time{test:"a/b.py::test_x"}', (QUOTED,), id="a value with a slash"),
        pytest.param("http_req_duration{op:read}", (MEAN, P95), id="several of one metric"),
        pytest.param("p95(http_req_duration{op:read})", (P95,), id="one of them"),
        pytest.param("size{file:app}", (), id="not all tags"),
        pytest.param("web", (), id="a budget alone"),
        pytest.param("web/((", (), id="no SLI"),
        pytest.param("", (), id="nothing"),
    ],
)
def test_an_objective_is_named_as_people_write_it(text: str, found: tuple[str, ...]) -> None:
    assert meant(text, IDS) == found
