from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from gate.app.accept import Acceptance, Done, accept_run
from gate.app.workspace import Workspace
from gate.core.model import Accepted, Objective
from gate.core.reasons import Code, because
from gate.core.verdict import Bound, Effect, Row, Status, Verdict
from gate.errors import GateError, RecordError, UsageError
from gate.record import encode_outcome, encode_run, write_atomic
from gate.seams.store import Entry
from gate.testing import samples
from tests.app.support import MemoryStore, workspace
from tests.spec.fakes import read, write

API = """
runner: k6
script: load.js
objectives:
  - {sli: 'p95(http_req_duration{op:read})', tolerance: 10%}
  - {sli: rate(http_reqs), tolerance: 5%}
  - {sli: rate(http_req_failed), tolerance: 0.5 pp}
"""
BENCH = """
runner: pytest-benchmark
paths: [benchmarks]
objectives:
  - {sli: time, each: test, tolerance: 5%}
"""
BUNDLE = """
runner: bundle
files: {app: "*.js"}
objectives:
  - {sli: 'size{file:app, encoding:br}', tolerance: 2%}
"""
READ = "api/p95(http_req_duration{op:read})"
WHY = Acceptance((READ,), reason="the new index", owner="team-shop", until="2027-01-31")


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """Budgets of three kinds."""
    return write(tmp_path, api=API, bench=BENCH, bundle=BUNDLE)


@pytest.fixture
def here(root: Path) -> Workspace:
    """The workspace, with a store in memory."""
    return workspace(root, read(root))


def again(here: Workspace) -> Workspace:
    """The same after reading the budgets anew."""
    return replace(here, spec=read(here.root))


def objective(here: Workspace, objective_id: str) -> Objective:
    return next(o for o in here.spec.promises.objectives if o.id == objective_id)


def row(of: Objective, *verdicts: tuple[Bound, Status], value: float | None = 0.35) -> Row:
    made = tuple(
        Verdict(bound, status, because(Code.BEYOND, value="x", bound="y"), 1.0, "at most 10 %")
        for bound, status in verdicts
    )
    return Row(of, Status.PASS, Effect.NONE, made, value=value, n=3)


def failed(of: Objective, value: float = 0.35) -> Row:
    return row(of, (Bound.TOLERANCE, Status.FAIL), value=value)


def measured(here: Workspace, *rows: Row, run_id: str = "run-1") -> Path:
    """run.json with outcome.json beside it."""
    run = replace(samples.run(run_id=run_id), missing=())
    path = here.root / ".gate" / "run.json"
    write_atomic(path, encode_run(run))
    write_atomic(path.with_name("outcome.json"), encode_outcome(samples.outcome(run, rows)))
    return path


def accepted(here: Workspace, rows: Sequence[Row], given: Acceptance | None = None) -> Done:
    return accept_run(here, measured(here, *rows), given or Acceptance())


def entries(here: Workspace) -> dict[str, Entry]:
    assert isinstance(here.store, MemoryStore)
    return here.store.entries


class TestARunThatIsAsGood:
    def test_is_kept_as_baseline_and_nothing_is_written(self, here: Workspace) -> None:
        of = objective(here, READ)
        done = accepted(here, [row(of, (Bound.TOLERANCE, Status.PASS))])
        assert done == Done("run-1", None)
        assert entries(here)["run-1"].accepted
        assert not (here.root / "budgets" / "accepted.yml").exists()

    @pytest.mark.parametrize(
        "verdict",
        [
            pytest.param((Bound.LIMIT, Status.FAIL), id="a limit is no regression"),
            pytest.param((Bound.TOLERANCE, Status.UNDECIDED), id="nor what nobody can tell"),
            pytest.param((Bound.TOLERANCE, Status.MISSING), id="nor what has no baseline yet"),
            pytest.param((Bound.TOLERANCE, Status.WARN), id="nor a warning"),
        ],
    )
    def test_needs_no_reason(self, here: Workspace, verdict: tuple[Bound, Status]) -> None:
        accepted(here, [row(objective(here, READ), verdict)])
        assert "run-1" in entries(here)

    def test_is_none_where_nothing_was_measured(self, here: Workspace) -> None:
        of = objective(here, READ)
        with pytest.raises(UsageError, match="measured nothing, so it is no baseline"):
            accepted(here, [row(of, value=None)])
        assert entries(here) == {}


class TestARegressionIsAcceptedByName:
    def test_and_written_down(self, here: Workspace) -> None:
        done = accepted(here, [failed(objective(here, READ))], WHY)
        assert done.written == here.root / "budgets" / "accepted.yml"
        assert done.written.read_text() == (
            f'- objective: "{READ}"\n'
            "  value: 350 ms\n"
            '  reason: "the new index"\n'
            '  owner: "team-shop"\n'
            "  until: 2027-01-31\n"
        )
        (entry,) = again(here).spec.promises.accepted
        assert replace(entry, place=Accepted("", 0, "", "", "").place) == Accepted(
            READ, 0.35, "the new index", "team-shop", "2027-01-31"
        )
        assert entries(here) == {}  # what nobody reviewed yet is no baseline

    @pytest.mark.parametrize(
        ("objective_id", "value"),
        [
            pytest.param(READ, 0.312345678, id="a time"),
            pytest.param("api/rate(http_reqs)", 142.25, id="a rate"),
            pytest.param("api/rate(http_req_failed)", 0.0123456789, id="a share"),
            pytest.param("bundle/sum(size{encoding:br,file:app})", 168123.0, id="a size"),
            pytest.param(READ, 0.0, id="zero"),
            pytest.param(READ, 1e-9, id="very little"),
        ],
    )
    def test_with_its_value_to_the_last_digit(
        self, here: Workspace, objective_id: str, value: float
    ) -> None:
        given_by_name = replace(WHY, objectives=(objective_id,))
        accepted(here, [failed(objective(here, objective_id), value)], given_by_name)
        (entry,) = again(here).spec.promises.accepted
        assert (entry.objective, entry.value) == (objective_id, value)

    def test_also_a_member_that_showed_only_when_measured(self, here: Workspace) -> None:
        template = objective(here, "bench/median(time)")
        sli = template.sli.with_tag("test", 'test_cart.py::test_total["100 €"]')
        member = replace(template, id=f"bench/{sli}", sli=sli, each="")
        accepted(here, [failed(member)], replace(WHY, objectives=(member.id,)))
        (entry,) = again(here).spec.promises.accepted
        assert entry.objective == member.id

    def test_each_of_several(self, here: Workspace) -> None:
        names = (READ, "api/rate(http_reqs)")
        rows = [failed(objective(here, name)) for name in names]
        accepted(here, rows, replace(WHY, objectives=names))
        assert [entry.objective for entry in again(here).spec.promises.accepted] == list(names)

    def test_below_those_that_are_there(self, here: Workspace) -> None:
        accepted(here, [failed(objective(here, READ))], WHY)
        rate = replace(WHY, objectives=("api/rate(http_reqs)",))
        here = again(here)
        accepted(here, [failed(objective(here, "api/rate(http_reqs)"))], rate)
        found = [entry.objective for entry in again(here).spec.promises.accepted]
        assert found == [READ, "api/rate(http_reqs)"]

    @pytest.mark.parametrize("name", ["accepted.yml", "accepted.yaml"])
    def test_keeping_what_people_wrote(self, here: Workspace, name: str) -> None:
        file = here.root / "budgets" / name
        file.write_text("# reviewed by the shop team")
        accepted(here, [failed(objective(here, READ))], WHY)
        assert file.read_text().startswith("# reviewed by the shop team\n- objective: ")
        assert len(again(here).spec.promises.accepted) == 1

    def test_in_a_file_with_the_line_ends_of_windows(self, here: Workspace) -> None:
        file = here.root / "budgets" / "accepted.yml"
        file.write_bytes(b"# reviewed\r\n# by the shop team\r\n")
        accepted(here, [failed(objective(here, READ))], WHY)
        assert file.read_bytes().startswith(b"# reviewed\r\n# by the shop team\r\n- objective: ")
        assert b"\n" not in file.read_bytes().replace(b"\r\n", b"")
        assert len(again(here).spec.promises.accepted) == 1


class TestARegressionIsRefused:
    @pytest.mark.parametrize(
        ("given", "message"),
        [
            pytest.param(
                Acceptance(),
                "api/p95(http_req_duration{op:read}) got worse than its tolerance in this run, "
                "and 1 more",
                id="without a name",
            ),
            pytest.param(
                WHY,
                "api/rate(http_reqs) got worse than its tolerance in this run",
                id="with one name for two",
            ),
            pytest.param(
                replace(WHY, objectives=("api/rate(http_req_failed)",)),
                "--objective api/rate(http_req_failed): it did not fail its tolerance in run run-1",
                id="with the name of what did not regress",
            ),
        ],
    )
    def test_that_nobody_named(self, here: Workspace, given: Acceptance, message: str) -> None:
        names = (READ, "api/rate(http_reqs)")
        rows = [failed(objective(here, name)) for name in names]
        with pytest.raises(UsageError) as caught:
            accepted(here, rows, given)
        assert caught.value.message == message
        assert caught.value.hint
        assert entries(here) == {}

    @pytest.mark.parametrize(
        ("change", "words"),
        [
            pytest.param({"reason": ""}, "needs --reason, --owner and --until", id="no reason"),
            pytest.param({"owner": ""}, "needs --reason, --owner and --until", id="no owner"),
            pytest.param({"until": ""}, "needs --reason, --owner and --until", id="no last day"),
            pytest.param({"reason": "  "}, "--reason: expected text, got an empty one", id="blank"),
            pytest.param({"reason": "a\nb"}, "--reason: expected a line of", id="two lines"),
            pytest.param({"owner": "a\x1b[31m"}, "--owner: expected a line of", id="colours"),
            pytest.param({"owner": "x" * 1001}, "--owner: expected a line of", id="very long"),
            pytest.param({"owner": "caf\udce9"}, "--owner: expected a line of", id="no text"),
            pytest.param({"until": "soon"}, "--until: expected a day as in", id="no day"),
            pytest.param({"until": "2027-02-30"}, "--until: expected a day of", id="no such day"),
            pytest.param(
                {"reason": "see ${HOME}"},
                "accepted.yml could not be read with the new entries: ${HOME} is not allowed here",
                id="a variable",
            ),
        ],
    )
    def test_with_texts_that_no_entry_can_hold(
        self, here: Workspace, change: dict[str, Any], words: str
    ) -> None:
        with pytest.raises(UsageError) as caught:
            accepted(here, [failed(objective(here, READ))], replace(WHY, **change))
        assert words in caught.value.message
        assert entries(here) == {}
        assert not (here.root / "budgets" / "accepted.yml").exists()

    def test_a_second_time(self, here: Workspace) -> None:
        accepted(here, [failed(objective(here, READ))], WHY)
        here = again(here)
        with pytest.raises(UsageError) as caught:
            accepted(here, [failed(objective(here, READ))], WHY)
        assert caught.value.message == f"{READ} is accepted already at budgets/accepted.yml:1:3"

    @pytest.mark.parametrize(
        ("before", "words"),
        [
            pytest.param("[]\n", "could not be read with the new entries", id="an empty list"),
            pytest.param("  - {a: 1}\n", "could not be read", id="one that is indented"),
            pytest.param("a: 1\n", "could not be read", id="no list"),
            pytest.param("- {a: [\n", "could not be read", id="no YAML"),
        ],
    )
    def test_in_a_file_that_cannot_take_it(self, here: Workspace, before: str, words: str) -> None:
        file = here.root / "budgets" / "accepted.yml"
        file.write_text(before)
        with pytest.raises(UsageError) as caught:
            accepted(here, [failed(objective(here, READ))], WHY)
        assert words in caught.value.message
        assert file.read_text() == before
        assert entries(here) == {}


class TestRecordsThatDoNotFit:
    def test_an_outcome_of_another_run(self, here: Workspace) -> None:
        path = measured(here, failed(objective(here, READ)))
        write_atomic(path, encode_run(samples.run(run_id="run-2")))
        with pytest.raises(UsageError, match="belongs to another run") as caught:
            accept_run(here, path, Acceptance())
        assert caught.value.hint == f"judge it first: `gate judge {path}`"

    def test_a_run_that_was_not_judged(self, here: Workspace) -> None:
        path = measured(here, failed(objective(here, READ)))
        path.with_name("outcome.json").unlink()
        with pytest.raises(RecordError, match=r"outcome\.json: cannot be read"):
            accept_run(here, path, Acceptance())


@settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))
@given(reason=st.text(min_size=1), owner=st.text(min_size=1), tag=st.text(min_size=1))
def test_whatever_the_texts_are_the_file_reads_back(
    here: Workspace, reason: str, owner: str, tag: str
) -> None:
    template = objective(here, "bench/median(time)")
    sli = template.sli.with_tag("test", tag)
    member = replace(template, id=f"bench/{sli}", sli=sli, each="")
    file = here.root / "budgets" / "accepted.yml"
    file.unlink(missing_ok=True)
    given_texts = Acceptance((member.id,), reason, owner, "2027-01-31")
    try:
        accepted(here, [failed(member)], given_texts)
    except GateError:
        assert not file.exists()
        return
    (entry,) = again(here).spec.promises.accepted
    assert (entry.objective, entry.reason, entry.owner) == (
        member.id,
        reason.strip(),
        owner.strip(),
    )
