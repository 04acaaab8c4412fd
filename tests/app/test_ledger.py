"""Every question ends as measurements or as missing, whatever the units gave."""

from __future__ import annotations

from collections.abc import Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gate.app.ledger import Ledger
from gate.core.metric import Better, Kind, Metric
from gate.core.model import Limit, Objective, Origin
from gate.core.reasons import Code, Reason, because
from gate.core.run import VARIES
from gate.core.sample import Reduced, Values
from gate.core.sli import Sli, parse_sli
from gate.core.units import Dimension
from gate.seams.runner import Found, Implied, NotFound, Question, Ready, UnitAnswer, UnitFailed
from tests.helpers.judging import objective

READ = objective("p95(http_req_duration{op:read})")
WRITE = objective("p95(http_req_duration{op:write})")
PAGES = objective("median(lcp)", each="page")
READY = Ready(tools=(("k6", "1.4.0"),), shape=(("script", "1"),))

TIMED_OUT = because(Code.TOOL_TIMED_OUT, tool="k6", seconds=5)
CRASHED = because(Code.TOOL_CRASHED, tool="k6", exit=1, detail="x")
GONE = because(Code.SERVICE_FAILED, service="shop", detail="it ended")
FOREIGN = because(Code.SERVICE_FOREIGN, service="shop", url="http://x")
EMPTY = because(Code.ZERO_SAMPLES, tool="k6", detail="no such tag")


def ledger(*objectives: Objective, ready: Ready | None = READY) -> Ledger:
    asked = objectives or (READ, WRITE)
    questions = tuple(Question(o.id, o.sli, o.each) for o in asked)
    made = Ledger("b", questions, {o.id: o for o in asked})
    if ready is not None:
        made.begin(ready)
    return made


def found(of: Objective, value: float = 1.0, **tags: str) -> Found:
    sli = of.sli
    for key, tag in tags.items():
        sli = sli.with_tag(key, tag)
    return Found(of.id, sli, Reduced(value, 100))


def absent(of: Objective, reason: Reason = EMPTY, **tags: str) -> NotFound:
    sli = of.sli
    for key, tag in tags.items():
        sli = sli.with_tag(key, tag)
    return NotFound(of.id, sli, reason)


def answer(
    *parts: Found | NotFound, seconds: float = 2.0, notes: Sequence[Reason] = ()
) -> UnitAnswer:
    return UnitAnswer(
        tuple(part for part in parts if isinstance(part, Found)),
        tuple(part for part in parts if isinstance(part, NotFound)),
        tool_seconds=seconds,
        notes=tuple(notes),
    )


def values(book: Ledger) -> dict[str, list[object]]:
    return {m.objective: [unit.data for unit in m.units] for m in book.measurements()}


def reasons(book: Ledger) -> dict[str, Code]:
    return {missing.objective: missing.reason.code for missing in book.missing()}


class TestWhatWasMeasured:
    def test_is_a_measurement_with_a_unit_of_each(self) -> None:
        book = ledger()
        book.add(0, answer(found(READ, 1), found(WRITE, 2)))
        book.add(1, answer(found(READ, 3), found(WRITE, 4)))
        first, second = book.measurements()
        assert (first.objective, first.sli, first.kind) == (READ.id, READ.sli, READ.kind)
        assert [(unit.index, unit.seconds) for unit in first.units] == [(0, 2.0), (1, 2.0)]
        assert values(book)[WRITE.id] == [Reduced(2, 100), Reduced(4, 100)]
        assert list(book.missing()) == []
        assert (book.units, book.tool_seconds) == (2, 4.0)
        assert second.shape == (("script", "1"),)

    def test_knows_what_shaped_each_question_s_numbers(self) -> None:
        shapes = {WRITE.id: (("page", "2"),)}
        book = ledger(ready=Ready((), (("script", "1"),), shapes))
        book.add(0, answer(found(READ), found(WRITE)))
        first, second = book.measurements()
        assert first.shape == (("script", "1"),)
        assert second.shape == (("script", "1"), ("page", "2"))

    def test_keeps_the_last_facts_about_causes(self) -> None:
        book = ledger(READ)
        for number, facts in enumerate([(("slowest", "/a"),), (("slowest", "/b"),), ()]):
            book.add(number, answer(Found(READ.id, READ.sli, Reduced(1, 1), facts)))
        (measurement,) = book.measurements()
        assert measurement.facts == (("slowest", "/b"),)

    def test_holds_the_members_of_a_spread_question(self) -> None:
        book = ledger(PAGES)
        book.add(0, answer(found(PAGES, page="home"), absent(PAGES, page="cart")))
        assert [str(m.sli) for m in book.measurements()] == ["median(lcp{page:home})"]
        assert [str(m.sli) for m in book.missing()] == ["median(lcp{page:cart})"]

    def test_stays_where_a_later_unit_did_not_have_it(self) -> None:
        # The judge says that there are too few, where there are.
        book = ledger(READ)
        book.add(0, answer(found(READ)))
        book.add(1, answer(absent(READ)))
        assert len(values(book)[READ.id]) == 1
        assert list(book.missing()) == []

    def test_stays_where_the_tool_then_broke(self) -> None:
        book = ledger(READ)
        book.add(0, answer(found(READ)))
        book.fail(1, 1, UnitFailed(CRASHED, tool_seconds=1.0))
        book.stop(CRASHED)
        assert len(values(book)[READ.id]) == 1
        assert book.tool_seconds == 3.0
        (failed,) = book.failed
        assert (failed.budget, failed.unit, failed.attempt, failed.reason) == ("b", 1, 1, CRASHED)


class TestATimeOutIsNeverDropped:
    def test_of_a_whole_unit(self) -> None:
        book = ledger()
        book.add(0, answer(found(READ), found(WRITE)))
        book.fail(1, 1, UnitFailed(TIMED_OUT))
        book.add(2, answer(found(READ), found(WRITE)))
        assert values(book) == {}
        assert reasons(book) == {READ.id: Code.TOOL_TIMED_OUT, WRITE.id: Code.TOOL_TIMED_OUT}

    def test_of_one_question(self) -> None:
        book = ledger()
        book.add(0, answer(found(READ), found(WRITE)))
        book.add(1, answer(absent(READ, TIMED_OUT), found(WRITE)))
        book.add(2, answer(found(READ), found(WRITE)))
        assert set(values(book)) == {WRITE.id}
        assert reasons(book) == {READ.id: Code.TOOL_TIMED_OUT}

    def test_of_one_page_of_several(self) -> None:
        book = ledger(PAGES)
        book.add(0, answer(found(PAGES, page="home"), absent(PAGES, TIMED_OUT, page="cart")))
        book.add(1, answer(found(PAGES, page="home"), found(PAGES, page="cart")))
        assert [str(m.sli) for m in book.measurements()] == ["median(lcp{page:home})"]
        assert [(str(m.sli), m.reason) for m in book.missing()] == [
            ("median(lcp{page:cart})", TIMED_OUT)
        ]


class TestAServiceThatIsGone:
    @pytest.mark.parametrize("reason", [GONE, FOREIGN], ids=["it died", "another one answers"])
    def test_spoils_what_was_measured_before(self, reason: Reason) -> None:
        book = ledger()
        book.add(0, answer(found(READ), absent(WRITE)))
        book.stop(reason)
        assert values(book) == {}
        assert reasons(book) == {READ.id: reason.code, WRITE.id: reason.code}

    def test_the_first_reason_counts(self) -> None:
        book = ledger(READ)
        book.stop(GONE)
        book.stop(CRASHED)
        assert reasons(book) == {READ.id: Code.SERVICE_FAILED}


class TestWhatWasNotMeasured:
    def test_is_missing_for_the_runner_s_reason(self) -> None:
        book = ledger(READ)
        book.add(0, answer(absent(READ, CRASHED)))
        book.add(1, answer(absent(READ, EMPTY)))
        assert reasons(book) == {READ.id: Code.ZERO_SAMPLES}

    def test_is_missing_where_nothing_began(self) -> None:
        reason = because(Code.TOOL_ABSENT, tool="k6", detail="x")
        book = ledger(ready=None)
        book.stop(reason)
        assert reasons(book) == {READ.id: Code.TOOL_ABSENT, WRITE.id: Code.TOOL_ABSENT}
        assert book.tools() == ()

    def test_is_missing_where_every_attempt_failed(self) -> None:
        book = ledger(READ)
        book.fail(0, 1, UnitFailed(EMPTY))
        book.fail(0, 2, UnitFailed(CRASHED))
        assert reasons(book) == {READ.id: Code.TOOL_CRASHED}

    def test_is_missing_where_the_runner_said_nothing(self) -> None:
        book = ledger()
        book.add(0, answer(found(READ)))
        (missing,) = book.missing()
        assert (missing.objective, missing.sli) == (WRITE.id, WRITE.sli)
        assert missing.reason.sentence == "the runner did not report it: it gave no answer"


class TestWhatTheScriptPromises:
    METRIC = Metric("errors", Dimension.NUMBER, Better.LOWER, Kind.EXACT, ("count",), "count")

    def test_becomes_an_objective_that_is_answered_as_well(self) -> None:
        promised = Implied(
            parse_sli("count(errors)"),
            Limit(10),
            "in the script",
            script=True,
            objective="b/script: errors",
            metric=self.METRIC,
        )
        book = ledger(READ, ready=Ready((), (), declared=(promised,)))
        (declared,) = book.declared()
        assert (declared.id, declared.origin, declared.kind, declared.limit) == (
            "b/script: errors",
            Origin.SCRIPT,
            Kind.EXACT,
            Limit(10),
        )
        book.add(0, answer(found(READ)))
        assert reasons(book) == {"b/script: errors": Code.NOT_REPORTED}
        book.add(1, answer(found(declared, 3)))
        assert values(book)["b/script: errors"] == [Reduced(3, 100)]

    def test_without_its_metric_is_the_runner_s_bug(self) -> None:
        promised = Implied(parse_sli("count(errors)"), Limit(10), "in the script", script=True)
        with pytest.raises(ValueError, match="without its metric"):
            ledger(ready=Ready((), (), declared=(promised,)))


def test_notes_name_their_budget() -> None:
    book = ledger(READ)
    book.add(0, answer(found(READ), notes=[because(Code.LOAD_TRUNCATED, detail="at 3 s")]))
    assert book.notes == ["b: the load ended early: at 3 s"]


# What may happen to a budget, in any order: (what, which page, which reason).
PARTS = st.lists(
    st.tuples(
        st.sampled_from(["found", "absent"]),
        st.sampled_from(["", "home", "cart"]),
        st.sampled_from([EMPTY, CRASHED, TIMED_OUT]),
    ),
    max_size=4,
)
EVENTS = st.lists(
    st.one_of(
        PARTS,
        st.sampled_from([UnitFailed(CRASHED), UnitFailed(TIMED_OUT)]),
        st.sampled_from([GONE, FOREIGN, CRASHED]),
    ),
    max_size=8,
)


def happen(book: Ledger, events: Sequence[object]) -> set[Sli]:
    """Let it all happen; returns the SLIs that a time-out hit."""
    late: set[Sli] = set()
    for index, event in enumerate(events):
        match event:
            case Reason():
                book.stop(event)
            case UnitFailed():
                book.fail(index, 1, event)
            case list():
                once = {page: (what, reason) for what, page, reason in event}
                given: list[Found | NotFound] = []
                for page, (what, reason) in once.items():
                    of, tags = (PAGES, {"page": page}) if page else (READ, {})
                    part = found(of, **tags) if what == "found" else absent(of, reason, **tags)
                    given.append(part)
                    if isinstance(part, NotFound) and reason is TIMED_OUT:
                        late.add(part.sli)
                book.add(index, answer(*given))
    return late


@given(EVENTS)
def test_every_question_is_answered_exactly_once(events: list[object]) -> None:
    book = ledger(READ, PAGES)
    late = happen(book, events)
    measured = [(m.objective, m.sli) for m in book.measurements()]
    missing = list(book.missing())
    answered = [*measured, *((m.objective, m.sli) for m in missing)]
    assert len(answered) == len(set(answered))
    assert {objective for objective, _ in answered} == {READ.id, PAGES.id}
    assert all(m.reason.sentence for m in missing)
    assert not late & {sli for _, sli in measured}
    failed = [event.reason for event in events if isinstance(event, UnitFailed)]
    stopped = next((event for event in events if isinstance(event, Reason)), CRASHED)
    if TIMED_OUT in failed or stopped in (GONE, FOREIGN):
        assert measured == []


@given(EVENTS)
def test_what_is_measured_is_all_that_was_found(events: list[object]) -> None:
    book = ledger(READ, PAGES)
    happen(book, events)
    given_units: dict[Sli, int] = {}
    for event in events:
        for what, page, _ in (
            {part[1]: part for part in event}.values() if isinstance(event, list) else ()
        ):
            sli = PAGES.sli.with_tag("page", page) if page else READ.sli
            given_units[sli] = given_units.get(sli, 0) + (what == "found")
    for measurement in book.measurements():
        assert len(measurement.units) == given_units[measurement.sli]


SIZE = objective("sum(size{file:app})", kind=Kind.EXACT, dimension=Dimension.SIZE)


def sized(**files: float) -> UnitAnswer:
    names = tuple(f"{name}.js" for name in files)
    return answer(Found(SIZE.id, SIZE.sli, Values(tuple(files.values())), (("n", "1"),), names))


@pytest.mark.parametrize(
    ("again", "varies"),
    [
        pytest.param(sized(a=100, b=50), "", id="nothing"),
        pytest.param(sized(a=100, c=50), "", id="a name of the same size is not what is judged"),
        pytest.param(sized(a=101, b=50), "a.js 100 B, then 101 B", id="one"),
        pytest.param(
            sized(a=100, c=51), "b.js 50 B, then not there; c.js not there, then 51 B", id="names"
        ),
        pytest.param(
            sized(a=1, b=2, c=3, d=4, e=5),
            "a.js 100 B, then 1 B; b.js 50 B, then 2 B; c.js not there, then 3 B; 2 more",
            id="many",
        ),
    ],
)
def test_what_is_said_to_be_exact_is_told_by_name_where_it_varies(
    again: UnitAnswer, varies: str
) -> None:
    collected = ledger(SIZE)
    collected.add(0, sized(a=100, b=50))
    collected.add(1, again)
    (measurement,) = collected.measurements()
    assert measurement.facts == (("n", "1"), *(((VARIES, varies),) if varies else ()))


def test_a_count_that_varies_names_what_came_and_went() -> None:
    files = objective("count(files)", kind=Kind.EXACT, dimension=Dimension.NUMBER)
    collected = ledger(files)
    for index, names in enumerate((("a", "b"), ("a", "b", "c"))):
        number = Reduced(float(len(names)), len(names))
        collected.add(index, answer(Found(files.id, files.sli, number, (), names)))
    (measurement,) = collected.measurements()
    assert measurement.facts == ((VARIES, "c not there, then there"),)
