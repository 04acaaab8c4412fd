"""The contract of a runner: every question answered exactly once, whatever its tool does.

Subclass it and build a case for each behaviour of the tool:

    class TestMyRunner(RunnerContract):
        not_applicable: ClassVar = {Behaviour.KILLED: "nothing is started"}

        def case(self, behaviour, place):
            fake = Fake(output=RECORDED, partial=HALF, flag="--out=", replies={"--version": "7.1"})
            tool = write_fake(place / "bin" / "mytool", fake, behaviour)
            options = MyOptions(program=str(tool))
            return Case(RUNNER, options, (question("time", "p95(time)"),), place, timeout=5)

`place` is an empty folder, the tree under test. A case asks at least two questions, and for
`PARTIAL` the tool reports one of them at most. Observers work too: they are begun and ended with
the case's `load`.
"""

from __future__ import annotations

import time
from abc import ABC, abstractmethod
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, ClassVar

import pytest
from pydantic import ValidationError

from gate.core.metric import ANY_TAG, Catalogue
from gate.core.reasons import Code
from gate.core.sli import parse_sli
from gate.process import tree
from gate.seams.runner import (
    Job,
    Load,
    Observer,
    ObserverSession,
    Options,
    Question,
    Ready,
    Refused,
    Runner,
    Session,
    UnitAnswer,
    UnitFailed,
)
from gate.testing.answers import check_answer, check_nothing_measured, check_reason
from gate.testing.fake_program import SENTENCES, Behaviour

_SETTLING = 5.0


def nothing_runs() -> bool:
    """Whether nothing that this process started is left; what is being ended has a moment."""
    deadline = time.monotonic() + _SETTLING
    while tree.marked(tree.session_mark()):
        if time.monotonic() > deadline:
            return False
        time.sleep(0.05)
    return True


_ENDLESS = frozenset({Behaviour.HANGS, Behaviour.LINGERS})
MISBEHAVIOURS = tuple(b for b in Behaviour if b not in {Behaviour.OK, Behaviour.PARTIAL})


@dataclass(frozen=True, slots=True)
class Case:
    """One job for a runner on one behaviour of its tool. `timeout` is in seconds, for one unit."""

    runner: Runner[Any] | Observer[Any]
    options: Options
    questions: tuple[Question, ...]
    root: Path
    env: Mapping[str, str] = field(default_factory=dict)
    timeout: float = 20.0
    load: Load = field(default_factory=lambda: Load(requests=100, seconds=1.0))

    @property
    def catalogue(self) -> Catalogue:
        """What the runner can produce under these options."""
        return self.runner.catalogue(self.options)


def question(objective: str, sli: str, *, each: str = "") -> Question:
    """A question as the gate asks it; `sli` names its statistic."""
    return Question(objective, parse_sli(sli), each)


class Opened:
    """An open session of a runner or an observer: its units are asked for in the same way."""

    def __init__(self, session: Session | ObserverSession, load: Load) -> None:
        """Keep the session with what the observed unit did."""
        self._session = session
        self._load = load

    @property
    def ready(self) -> Ready:
        """What the session knows before its first unit."""
        return self._session.ready

    def asked(self, case: Case) -> tuple[Question, ...]:
        """The case's questions, and those that the tool's own script declares."""
        own = (Question(each.objective, each.sli) for each in self.ready.declared)
        return (*case.questions, *own)

    def unit(self, index: int) -> UnitAnswer | UnitFailed:
        """Measure one unit, or observe one."""
        if hasattr(self._session, "unit"):
            return self._session.unit(index)
        self._session.begin(index)
        return self._session.end(index, self._load)


@contextmanager
def opened(case: Case, out: Path) -> Iterator[Opened | Refused]:
    """Open the case's job with `out` as its scratch folder."""
    out.mkdir(parents=True)
    job = Job(
        budget="contract",
        questions=case.questions,
        root=case.root,
        harness=case.root,
        out=out,
        env=case.env,
        timeout=case.timeout,
    )
    runner = case.runner
    context = (
        runner.observe(job, case.options)
        if hasattr(runner, "observe")
        else runner.open(job, case.options)
    )
    with context as session:
        yield session if isinstance(session, Refused) else Opened(session, case.load)


class RunnerContract(ABC):
    """Subclass as `Test…` and give `case`; see the module for an example."""

    not_applicable: ClassVar[Mapping[Behaviour, str]] = {}
    """Behaviours that the tool cannot show, each with the reason."""

    @abstractmethod
    def case(self, behaviour: Behaviour, place: Path) -> Case:
        """A job whose tool behaves like this; `place` is an empty folder, the tree under test."""

    def pytest_generate_tests(self, metafunc: pytest.Metafunc) -> None:
        """One test for each behaviour that the tool can show."""
        if "misbehaviour" in metafunc.fixturenames:
            shown = [b for b in MISBEHAVIOURS if b not in self.not_applicable]
            metafunc.parametrize("misbehaviour", shown, ids=[SENTENCES[b] for b in shown])

    @pytest.fixture
    def place(self, tmp_path: Path) -> Path:
        """The empty tree under test."""
        folder = tmp_path / "tree"
        folder.mkdir()
        return folder

    def test_the_runner_says_what_it_is(self, place: Path) -> None:
        """It has a name, strict options and a repeat that can be kept."""
        runner = self.case(Behaviour.OK, place).runner
        assert runner.name.strip() == runner.name != ""
        assert issubclass(runner.options, Options)
        assert runner.options.model_config.get("extra") == "forbid"
        assert 1 <= runner.repeat.minimum <= runner.repeat.maximum
        assert isinstance(runner.serves, bool)
        assert hasattr(runner, "open") != hasattr(runner, "observe")

    def test_an_unknown_key_is_refused(self, place: Path) -> None:
        """A mistyped option is an error, not a default."""
        case = self.case(Behaviour.OK, place)
        written = case.options.model_dump(exclude_defaults=True)
        with pytest.raises(ValidationError, match="no_such_key"):
            type(case.options).model_validate({**written, "no_such_key": 1})

    def test_the_catalogue_holds_together(self, place: Path) -> None:
        """Metrics are named once; defaults and `each` are among what they have."""
        case = self.case(Behaviour.OK, place)
        catalogue = case.catalogue
        assert catalogue.runner == case.runner.name
        names = [metric.name for metric in catalogue.metrics]
        assert sorted(set(names)) == sorted(names) != []
        for metric in catalogue.metrics:
            assert metric.allows(metric.default), metric.name
            assert not metric.each or metric.each in metric.tags or ANY_TAG in metric.tags
            assert metric.summary, f"{metric.name} needs a summary for the docs"
        for asked in case.questions:
            assert catalogue.resolve(asked.sli)[0] == asked.sli

    def test_a_good_tool_answers_every_question(self, place: Path, tmp_path: Path) -> None:
        """Each question is found, in every unit, with data that its statistic can be taken of."""
        case = self.case(Behaviour.OK, place)
        assert len(case.questions) > 1
        with opened(case, tmp_path / "out") as session:
            assert isinstance(session, Opened), session
            for index in range(2):
                answer = session.unit(index)
                assert isinstance(answer, UnitAnswer), answer
                assert answer.not_found == ()
                check_answer(answer, session.asked(case))
                assert answer.tool_seconds >= 0

    def test_the_record_says_what_measured_it(self, place: Path, tmp_path: Path) -> None:
        """Tools have versions; the shape is named and does not depend on where it ran."""
        case = self.case(Behaviour.OK, place)
        shapes = []
        for name in ("one", "two"):
            with opened(case, tmp_path / name) as session:
                assert isinstance(session, Opened), session
                ready = session.ready
                assert ready.tools
                assert all(tool and version for tool, version in ready.tools)
                assert set(ready.shapes) <= {q.objective for q in case.questions}
                for asked in case.questions:
                    shape = (*ready.shape, *ready.shapes.get(asked.objective, ()))
                    assert len(dict(shape)) == len(shape) > 0
                shapes.append((ready.shape, dict(ready.shapes)))
        assert shapes[0] == shapes[1]

    def test_a_part_answers_a_part(self, place: Path, tmp_path: Path) -> None:
        """What the tool did not report is not found, with a reason; the rest stands."""
        case = self.case(Behaviour.PARTIAL, place)
        with opened(case, tmp_path / "out") as session:
            assert isinstance(session, Opened), session
            answer = session.unit(0)
            assert isinstance(answer, UnitAnswer), answer
            check_answer(answer, session.asked(case))
            assert answer.not_found

    def test_a_tag_value_that_is_not_there_is_not_found(self, place: Path, tmp_path: Path) -> None:
        """A mistyped tag measures nothing instead of everything."""
        case = self.case(Behaviour.OK, place)
        tagged = [
            Question(f"{metric.name}/{tag}", base.with_tag(tag, _STRANGE))
            for metric in case.catalogue.metrics
            for base in [parse_sli(metric.name).with_statistic(metric.default)]
            for tag in metric.tags
            if tag != ANY_TAG
        ]
        case = replace(case, questions=(*case.questions, *tagged))
        with opened(case, tmp_path / "out") as session:
            if isinstance(session, Refused):
                check_reason(session.reason)
                return
            answer = session.unit(0)
            assert isinstance(answer, UnitAnswer), answer
            check_answer(answer, session.asked(case))
            assert {q.objective for q in tagged} <= {n.objective for n in answer.not_found}

    def test_it_never_measures_with_a_tool_that(
        self, misbehaviour: Behaviour, place: Path, tmp_path: Path
    ) -> None:
        """Whatever the tool does: no data, a reason, no exception, and nothing left running."""
        case = self.case(misbehaviour, place)
        if misbehaviour in _ENDLESS:
            case = replace(case, timeout=min(case.timeout, 2.0))
        with opened(case, tmp_path / "out") as session:
            if misbehaviour is Behaviour.STALE:
                assert isinstance(session, Opened), session
                assert isinstance(session.unit(0), UnitAnswer)
            result = session if isinstance(session, Refused) else session.unit(1)
            asked = case.questions if isinstance(session, Refused) else session.asked(case)
            check_nothing_measured(result, asked)
        if misbehaviour in _ENDLESS and isinstance(result, UnitFailed):
            assert result.reason.code is Code.TOOL_TIMED_OUT
        assert nothing_runs()

    def test_the_tree_under_test_stays_as_it_is(self, place: Path, tmp_path: Path) -> None:
        """A measurement writes into its own scratch folder only."""
        case = self.case(Behaviour.OK, place)
        before = _listing(case.root)
        with opened(case, tmp_path / "out") as session:
            assert isinstance(session, Opened), session
            session.unit(0)
        assert _listing(case.root) == before


_STRANGE = 'no such "value" {}; $(false) <b>'


def _listing(root: Path) -> list[str]:
    """Every file below, but for bytecode and the fake tools' own notes."""
    return sorted(
        str(path.relative_to(root))
        for path in root.rglob("*")
        if "__pycache__" not in path.parts and path.suffix != ".runs"
    )
