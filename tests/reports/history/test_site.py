"""The history site as text: names, sizes, policy, and what stands where."""

import html
import re
from dataclasses import replace

import pytest

from gate.core.metric import Better
from gate.core.model import Amount, Drift, Limit, Tolerance
from gate.core.trend import trace
from gate.reports.history import History, pages
from gate.reports.history.plot import MOST, Plot, plot_of
from gate.reports.history.site import INDEX, ROWS, file_of
from tests.reports.histories import HOSTILE, OBJECTIVE, history, hostile_history, points

LARGEST = 1_500_000


def drawn(told: History) -> Plot:
    plot = plot_of(told)
    assert plot is not None
    return plot


def site(*histories: History) -> dict[str, str]:
    return dict(pages(histories, "shop on main"))


def test_an_index_leads_to_a_page_for_each_objective() -> None:
    made = site(history(), history(name="api/other"))
    assert list(made)[-1] == INDEX
    links = re.findall(r'href="([^#"]+\.html)"', made[INDEX])
    assert sorted(links) == sorted(name for name in made if name != INDEX)
    assert all(f'href="{INDEX}"' in text for name, text in made.items() if name != INDEX)


@pytest.mark.parametrize(
    "name", ["../../etc/passwd", "a/b\0c", "CON", "x" * 5000, HOSTILE, "ä/ü", "\ud800", ""]
)
def test_a_file_name_is_plain_whatever_the_objective_is_called(name: str) -> None:
    assert re.fullmatch(r"[a-z0-9-]{12,80}\.html", file_of(name))


def test_names_that_look_alike_are_different_files() -> None:
    names = ["api/a b", "api/a-b", "API/A B", "api/a_b"]
    assert len({file_of(name) for name in names}) == len(names)


def test_nothing_foreign_is_in_a_page() -> None:
    for text in site(hostile_history()).values():
        assert "<script>alert" not in text
        assert "<img" not in text
        assert "<h1>gone" not in text
        assert "\x1b" not in text
        assert "default-src 'none'" in html.unescape(text)
        assert "unsafe" not in text
        assert not re.search(r'(src|href)="(?!#)[^"]*[:/]', text)


def test_only_the_index_has_a_script() -> None:
    made = site(history())
    assert [name for name, text in made.items() if "<script" in text] == [INDEX]


def test_ten_thousand_runs_are_a_small_page() -> None:
    made = site(history(10_000))
    assert max(map(len, made.values())) < LARGEST / 10


def test_many_objectives_are_several_pages_of_an_index() -> None:
    short = history(12)
    made = site(*(replace(short, name=f"api/{at:04}") for at in range(ROWS + 20)))
    assert {INDEX, "index-2.html"} <= set(made)
    assert max(map(len, made.values())) < LARGEST
    assert 'href="index-2.html"' in made[INDEX]
    assert f"{ROWS + 20} objectives" in made[INDEX]


def test_no_objective_is_said() -> None:
    assert "No run is stored yet" in site()[INDEX]


def test_a_page_tells_change_points_with_day_and_authors_and_environments() -> None:
    (text, _) = site(history()).values()
    for words in ("2026-08-19", "drift begins: +0.33", "by Ann Example, Bob", "AMD EPYC 9V74"):
        assert words in text


class TestPlot:
    def test_everything_lies_in_the_picture(self) -> None:
        plot = drawn(history())
        places = [at for dots in plot.dots for at in dots.at]
        places += [end for each in plot.segments for end in (each.first, each.last)]
        assert all(0 <= x <= 1 and 0 <= y <= 1 for x, y in places)
        assert all(0 <= rule.y <= 1 for rule in plot.rules)

    def test_runs_of_a_kind_are_coloured_together(self) -> None:
        plot = drawn(history())
        assert {dots.tone for dots in plot.dots} == {"pass", "fail"}
        assert sum(len(dots.at) for dots in plot.dots) == 120

    def test_many_runs_share_columns(self) -> None:
        plot = drawn(history(4000))
        assert (len(plot.bars), plot.dots) == (MOST, ())
        assert all(bar.low <= bar.high for bar in plot.bars)

    def test_budget_lines_are_drawn_where_they_are_near(self) -> None:
        def kinds(limit: float) -> list[str]:
            objective = replace(OBJECTIVE, limit=Limit(limit, limit * 0.99))
            return [rule.kind for rule in drawn(replace(history(), objective=objective)).rules]

        assert kinds(0.24) == ["limit", "warn", "accepted", "accepted"]
        assert kinds(3.0) == ["accepted", "accepted"]

    def test_what_is_better_higher_is_accepted_below(self) -> None:
        tolerance = Tolerance(Amount(0.01, relative=True))
        up = replace(OBJECTIVE, tolerance=tolerance, drift=None)
        down = replace(up, better=Better.HIGHER)
        (above,) = drawn(replace(history(), objective=up)).rules
        (below,) = drawn(replace(history(), objective=down)).rules
        assert above.y > below.y

    def test_a_drift_is_accepted_from_the_level_at_the_begin_of_its_window(self) -> None:
        objective = replace(OBJECTIVE, limit=None, tolerance=None)
        told = replace(history(), trace=trace(points()[:90]), movers=(), objective=objective)
        (whole,) = drawn(told).rules
        short = replace(objective, drift=Drift(Amount(0.05, relative=True), 20.0))
        (late,) = drawn(replace(told, objective=short)).rules
        assert (whole.label, late.label) == ("drift 210 ms", "drift 231 ms")
        assert whole.first < late.first < late.last

    def test_environments_are_areas_and_changes_are_marks(self) -> None:
        plot = drawn(history())
        assert [area.odd for area in plot.areas] == [False, True]
        assert [mark.number for mark in plot.marks] == [1, 2]
        assert plot.marks[0].at < plot.marks[1].at < plot.areas[1].first

    def test_one_run_and_none_are_drawn(self) -> None:
        one = replace(history(), trace=trace(points(1)), movers=())
        assert len(drawn(one).dots) == 1
        assert plot_of(replace(one, trace=trace([]))) is None
