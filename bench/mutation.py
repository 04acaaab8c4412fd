"""How many planted mistakes the judge's tests find: mutmut, module by module, as a table.

Each module of `gate/core/compare` and `gate/core/stats` is mutated on its own and run against the
test that mirrors it, and what that leaves against all tests of the judge, in a copy of the tree.
`make bench-mutation` does all of them; `make bench-mutation ARGS="alarm rule"` those named.
"""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
TABLE = ROOT / "bench" / "mutation.md"
PARTS = ("compare", "stats")
MUTMUT = Path(sys.executable).with_name("mutmut")
LIMIT = 1800.0

_LINE = re.compile(r"^\s+(\S+__mutmut_\d+): (.+)$")
_REMEMBERED = re.compile(r"lru_cache\(maxsize=\w+\)")
_SETTINGS = """
[tool.mutmut]
source_paths = ["gate"]
only_mutate = ["gate/core/{part}/{name}.py"]
use_git_change_detection = false
pytest_add_cli_args = ["-x", "-q", "-p", "no:cacheprovider", "--hypothesis-seed=0"]
pytest_add_cli_args_test_selection = [{tests}]
"""
_ALL = ("tests/core/judge", "tests/core/compare", "tests/core/stats")
_KILLED = {"killed", "timeout", "suspicious", "segfault"}


@dataclass(frozen=True, slots=True)
class Mutated:
    """What became of a module's mutants; survivors with the line that was changed."""

    module: str
    found: int
    survived: tuple[tuple[str, str], ...]
    untested: int

    @property
    def row(self) -> str:
        """One row of the table."""
        tested = self.found + len(self.survived)
        part = f"{100 * self.found / tested:.0f} %" if tested else "-"
        return f"| {self.module} | {self.found} | {len(self.survived)} | {self.untested} | {part} |"


def main(names: list[str]) -> None:
    """Mutate the modules, print and write the table."""
    done = []
    with tempfile.TemporaryDirectory() as folder:
        tree = Path(folder) / "tree"
        _copy(tree)
        for part, name in modules(names):
            done.append(mutate(tree, part, name))
            print(done[-1].row, flush=True)
    if not names:
        TABLE.write_text(text(done), encoding="utf-8")


def modules(names: list[str]) -> Iterator[tuple[str, str]]:
    """The modules that a test mirrors, all or those named."""
    for part in PARTS:
        for file in sorted((ROOT / "gate" / "core" / part).glob("*.py")):
            mirrored = (ROOT / "tests" / "core" / part / f"test_{file.stem}.py").exists()
            if mirrored and (not names or file.stem in names):
                yield part, file.stem


def _copy(tree: Path) -> None:
    skip = shutil.ignore_patterns("__pycache__")
    shutil.copytree(ROOT / "gate", tree / "gate", ignore=skip)
    for file in (tree / "gate" / "core").rglob("*.py"):  # what is remembered hides a mistake
        text = file.read_text(encoding="utf-8")
        file.write_text(_REMEMBERED.sub("lru_cache(maxsize=0)", text), encoding="utf-8")
    for name in ("helpers", "core"):
        shutil.copytree(ROOT / "tests" / name, tree / "tests" / name, ignore=skip)
    shutil.copy(ROOT / "tests" / "conftest.py", tree / "tests")


def mutate(tree: Path, part: str, name: str) -> Mutated:
    """Run mutmut over one module, and once more over what its own test leaves."""
    shutil.rmtree(tree / "mutants", ignore_errors=True)
    status = _run(tree, part, name, [f"tests/core/{part}/test_{name}.py"])
    left = [mutant for mutant, what in status.items() if what in {"survived", "no tests"}]
    if left:
        (tree / "mutants" / "mutmut-stats.json").unlink(missing_ok=True)
        status |= _run(tree, part, name, _ALL, *left)
    survived = [mutant for mutant, what in status.items() if what == "survived"]
    untested = sum(what == "no tests" for what in status.values())
    found = sum(what in _KILLED for what in status.values())
    changes = tuple((mutant, _change(tree, mutant)) for mutant in survived)
    return Mutated(f"{part}/{name}.py", found, changes, untested)


def _run(tree: Path, part: str, name: str, tests: Sequence[str], *mutants: str) -> dict[str, str]:
    """What becomes of each mutant under these tests; of all where none is named."""
    own = (ROOT / "pyproject.toml").read_text(encoding="utf-8")
    named = ", ".join(f'"{each}"' for each in tests)
    settings = own + _SETTINGS.format(part=part, name=name, tests=named)
    (tree / "pyproject.toml").write_text(settings, encoding="utf-8")
    ran = _mutmut(tree, "run", *mutants)
    if ran.returncode not in (0, 1) or not (tree / "mutants").exists():
        sys.exit(f"{part}/{name}: mutmut ended with {ran.returncode}\n{ran.stdout[-2000:]}")
    told = map(_parsed, _mutmut(tree, "results", "--all", "true").stdout.splitlines())
    return {mutant: what for mutant, what in told if mutant and (mutant in mutants or not mutants)}


def _mutmut(tree: Path, *words: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [MUTMUT, *words], cwd=tree, capture_output=True, text=True, timeout=LIMIT, check=False
    )


def _parsed(line: str) -> tuple[str, str]:
    found = _LINE.match(line)
    return (found[1], found[2]) if found else ("", "")


def _change(tree: Path, mutant: str) -> str:
    lines = _mutmut(tree, "show", mutant).stdout.splitlines()
    changed = [line for line in lines if line[:1] in "+-" and line[:3] not in ("+++", "---")]
    return " → ".join(f"`{line[1:].strip()}`" for line in changed).replace("|", "\\|")


def text(done: list[Mutated]) -> str:
    """The table, then every survivor with its change."""
    rows = "\n".join(each.row for each in done)
    left = "\n".join(f"* {each.module}: {change}" for each in done for _, change in each.survived)
    return (
        "# Mistakes planted in the judge, and which its tests find\n\n"
        "`make bench-mutation` wrote this: every module against the test that mirrors it, and\n"
        "what that leaves against all tests of the judge.\n\n"
        "| module | found | survived | without a test | found of those tested |\n"
        "| --- | --: | --: | --: | --: |\n"
        f"{rows}\n\n## What survived\n\n{left}\n"
    )


if __name__ == "__main__":
    main(sys.argv[1:])
