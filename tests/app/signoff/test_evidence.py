"""Files by digest, approvals as they were given, and who wrote the waivers."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path
from typing import Any

import pytest

from gate.app.signoff import evidence
from gate.core.model import Promises
from gate.core.signoff import Approval
from gate.errors import GateError, UsageError
from gate.spec import Spec
from tests.app.support import workspace

AT = "2026-11-20T09:36:00Z"


class TestArtifacts:
    def test_they_are_named_from_the_root_and_by_content(self, tmp_path: Path) -> None:
        (tmp_path / "root" / "dist").mkdir(parents=True)
        inside, outside = tmp_path / "root" / "dist" / "a.whl", tmp_path / "b.whl"
        inside.write_bytes(b"a")
        outside.write_bytes(b"b" * 3_000_000)
        found = evidence.artifacts([outside, inside], tmp_path / "root")
        assert [each.path for each in found] == ["b.whl", "dist/a.whl"]
        assert found[0].sha256 == hashlib.sha256(b"b" * 3_000_000).hexdigest()
        assert [each.size for each in found] == [3_000_000, 1]

    def test_one_that_is_not_there_or_twice_is_refused(self, tmp_path: Path) -> None:
        (tmp_path / "a").write_bytes(b"a")
        with pytest.raises(UsageError, match="no such file"):
            evidence.artifacts([tmp_path / "none"], tmp_path)
        with pytest.raises(UsageError, match="named already"):
            evidence.artifacts([tmp_path / "a", tmp_path / "a"], tmp_path)


class TestApprovals:
    def test_they_are_those_that_were_given(self, tmp_path: Path) -> None:
        file = tmp_path / "approvals.json"
        file.write_text(json.dumps([{"name": "Ada", "at": "2026-11-19T08:00:00Z"}]))
        found = evidence.approvals([" Grace "], file, AT, "Ada <ada@example.org>")
        assert found == (
            Approval("Grace", AT, "command line"),
            Approval("Ada", "2026-11-19T08:00:00Z", "approvals.json", is_author=True),
        )

    def test_nobody_is_made_up(self) -> None:
        assert evidence.approvals([], None, AT, "Ada <ada@example.org>") == ()

    @pytest.mark.parametrize(
        ("told", "why"),
        [
            pytest.param({}, "expected a list", id="no list"),
            pytest.param(["Ada"], "a name and a time", id="a name alone"),
            pytest.param([{"name": "Ada"}], "a name and a time", id="no time"),
            pytest.param([{"name": "Ada", "at": AT, "by": 1}], "a name and a time", id="more"),
            pytest.param([{"name": "Ada", "at": "yesterday"}], "no time in UTC", id="words"),
            pytest.param([{"name": "Ada", "at": 7}], "no time in UTC", id="a number"),
            pytest.param([{"name": "", "at": AT}], "names a person", id="no name"),
            pytest.param([{"name": "x" * 201, "at": AT}], "names a person", id="a long name"),
            pytest.param([{"name": "x", "at": AT}] * 201, "expected a list", id="too many"),
        ],
    )
    def test_another_form_is_refused(self, tmp_path: Path, told: Any, why: str) -> None:
        file = tmp_path / "approvals.json"
        file.write_text(json.dumps(told))
        with pytest.raises(GateError, match=why):
            evidence.approvals([], file, AT, "")

    @pytest.mark.parametrize("content", [b"", b"[", b"\xff", b"[NaN]"])
    def test_what_cannot_be_read_is_refused(self, tmp_path: Path, content: bytes) -> None:
        file = tmp_path / "approvals.json"
        file.write_bytes(content)
        with pytest.raises(GateError, match=r"approvals\.json"):
            evidence.approvals([], file, AT, "")
        with pytest.raises(GateError, match="cannot be read"):
            evidence.approvals([], tmp_path / "none.json", AT, "")


class TestBudgetFiles:
    def test_they_are_named_from_the_root_and_tell_of_no_machine(self, tmp_path: Path) -> None:
        inside, outside = tmp_path / "repo" / "budgets", tmp_path / "shared"
        for folder in (inside, outside):
            folder.mkdir(parents=True)
            (folder / "app.yml").write_text("runner: bundle\n")
            (folder / "notes.txt").write_text("not a budget")
        spec = Spec(tmp_path / "repo", (inside, outside), (), Promises(()))
        found = evidence.budget_files(workspace(tmp_path / "repo", spec), "")
        assert [each.path for each in found] == ["budgets/app.yml", "shared/app.yml"]
        assert {each.blob for each in found} == {""}
