"""The bundle runner keeps the contract; its tool is the build that wrote the files."""

from __future__ import annotations

from pathlib import Path
from typing import ClassVar

from gate.runners.bundle import RUNNER
from gate.runners.bundle.options import BundleOptions
from gate.testing.fake_program import Behaviour
from gate.testing.runner_contract import Case, RunnerContract, question

_NO_PROGRAM = "nothing is started: the runner reads files itself"
_ANY_BYTES = "every content has a size"


class TestBundle(RunnerContract):
    not_applicable: ClassVar = {
        Behaviour.CRASHES: _NO_PROGRAM,
        Behaviour.FAILS: _NO_PROGRAM,
        Behaviour.KILLED: _NO_PROGRAM,
        Behaviour.HANGS: _NO_PROGRAM,
        Behaviour.LINGERS: _NO_PROGRAM,
        Behaviour.STALE: "no output is left between units: files are read anew",
        Behaviour.TRUNCATED: _ANY_BYTES,
        Behaviour.GARBAGE: _ANY_BYTES,
        Behaviour.FOREIGN: _ANY_BYTES,
    }

    def case(self, behaviour: Behaviour, place: Path) -> Case:
        """ABSENT and SILENT: the build wrote no file. EMPTY: it wrote empty ones."""
        dist = place / "dist"
        if behaviour is not Behaviour.ABSENT:
            dist.mkdir()
        if behaviour in {Behaviour.OK, Behaviour.PARTIAL, Behaviour.EMPTY}:
            content = "" if behaviour is Behaviour.EMPTY else "let shop = 'open'\n" * 40
            (dist / "app.3f9a.js").write_text(content)
            if behaviour is not Behaviour.PARTIAL:
                (dist / "site.css").write_text(content)
        asked = (
            question("bundle/js", "sum(size{encoding:br,file:js})"),
            question("bundle/css", "sum(size{encoding:gzip,file:css})"),
            question("bundle/files", "count(files{file:css})"),
        )
        options = BundleOptions(files={"js": "dist/*.js", "css": "dist/*.css"})
        env = {"PERFGATE_CACHE": str(place.parent / "cache")}
        return Case(RUNNER, options, asked, place, env=env)
