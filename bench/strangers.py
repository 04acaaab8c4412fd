"""`gate check --against HEAD` on a repository that nobody here wrote.

    make bench-strangers     (hours; what was done is kept, so that it goes on where it stopped)
    .venv/bin/python bench/strangers.py [--times 40] [--planted 20] [--fixed 3]
        [--within SECONDS] [--write]

Brings pint's source distribution, a fixed version by its hash, and checks fifteen of its own
pytest-benchmarks: unchanged code, code with a planted slowdown of twice the worsening that the
checks of unchanged code state as the smallest that they find, and unchanged code in a design of 30
repeats. The planted function is drawn by lot among those that a single benchmark calls, so that
no other objective can rightly be blamed. The kinds are run in turn, in proportion; `--work DIR`
names the folder that keeps what was done. Exit 1 where a goal is missed.
"""

from __future__ import annotations

import statistics
import sys
from collections.abc import Sequence
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from bench.against import jobs, page, plant  # noqa: E402  # a program finds its parts itself
from bench.against.check import CheckError, check, environment  # noqa: E402
from bench.against.gauge import Gauged, gauge  # noqa: E402
from bench.against.stranger import PINT, Project, bring  # noqa: E402
from bench.against.work import Row, Work, version  # noqa: E402

UNCHANGED, PLANTED, FIXED = "unchanged", "planted", "fixed"
FIXED_REPEATS = 30
_WIDE = "time: 1 h\n"


class Strangers:
    """The benchmark on one repository: which checks are left, how each is run."""

    def __init__(self, project: Project, work: Work, out: Path, *, seed: int = 1) -> None:
        """Keep where everything is."""
        self._project, self._work, self._out, self._seed = project, work, out, seed
        self._gauged: dict[str, Gauged] = {}

    def one(self, kind: str, number: int) -> Row:
        """Run one check and keep what it gave."""
        run = {UNCHANGED: self.unchanged, PLANTED: self.planted, FIXED: self.fixed}
        return run[kind](number)

    def unchanged(self, number: int) -> Row:
        """The tree as it was committed."""
        return self._work.add(UNCHANGED, number, self._check())

    def fixed(self, number: int) -> Row:
        """The same with a fixed number of repeats, however long it takes."""
        budgets = self._project.root / "budgets"
        before = (budgets / "bench.yml").read_bytes()
        budget = self._project.budget(f"repeat: {FIXED_REPEATS}\n")
        try:
            (budgets / "bench.yml").write_text(budget, encoding="utf-8")
            (budgets / "policy.yml").write_text(_WIDE, encoding="utf-8")
            return self._work.add(FIXED, number, self._check())
        finally:
            (budgets / "bench.yml").write_bytes(before)
            (budgets / "policy.yml").unlink(missing_ok=True)

    def planted(self, number: int) -> Row:
        """The tree with one function slower, so that one benchmark is twice its stated smallest."""
        project = self._project
        worse = {test: 2 * mde for test, mde in self.stated().items()}
        chosen = plant.choose(
            self.gauged, project.root, project.apart, worse, f"{self._seed} {number}"
        )
        if chosen is None:
            msg = "no function of the project can be slowed down by so much"
            raise CheckError(msg)
        with plant.planted(chosen, project.root):
            row = self._check()
        function = chosen.function
        return self._work.add(
            PLANTED,
            number,
            {
                **row,
                "test": chosen.test,
                "function": f"{function.file}:{function.line} {function.name}",
                "loops": chosen.loops,
                "worse": chosen.worse,
                "found": chosen.test in row["failed"],
                "others": [name for name in row["failed"] if name != chosen.test],
            },
        )

    def stated(self) -> dict[str, float]:
        """The smallest worsening that is found, by benchmark: the median over unchanged checks."""
        rows = self._work.rows(UNCHANGED)
        tests = {test for row in rows for test in row["mde"]}
        return {
            test: statistics.median(row["mde"][test] for row in rows if test in row["mde"])
            for test in tests
        }

    @property
    def gauged(self) -> dict[str, Gauged]:
        """Which functions each benchmark calls; looked at once."""
        project = self._project
        self._gauged = self._gauged or gauge(
            project.python, project.root, project.tests, project.env
        )
        return self._gauged

    def _check(self) -> Row:
        project = self._project
        return check(project.root, self._out, project.env, tag="test").row()


def told(row: Row) -> str:
    """One line of progress."""
    what = f"{row['kind']} {row['number']}: exit {row['exit']} after {row['seconds']:.0f} s"
    what += f", {row['units']} pairs at the most"
    if "test" in row:
        seen = row["ratio"].get(row["test"])
        change = "not measured" if seen is None else f"{seen - 1:+.1%}"
        found = "found" if row["found"] else "NOT FOUND"
        what += f"; {row['worse']:+.1%} planted in {row['test']}, {change} seen, {found}"
    blamed = row.get("others", row["failed"])
    return f"{what}; blamed: {', '.join(blamed)}" if blamed else what


def goals(work: Work) -> list[page.Goal]:
    """What the issue asks for."""
    same, planted = work.rows(UNCHANGED), work.rows(PLANTED)
    red = sum(row["exit"] == 1 for row in same)
    found, wrong = sum(r["found"] for r in planted), sum(bool(r["others"]) for r in planted)
    what = "a slowdown of twice the smallest detectable one"
    return [
        page.Goal("unchanged code, red", red, len(same), 1, 40),
        page.Goal(f"{what}, found", found, len(planted), 1, 20, least=True),
        page.Goal(f"{what}, another objective blamed", wrong, len(planted), 0, 20),
    ]


def report(work: Work) -> list[str]:
    """The table of goals, and that of the times."""
    rows = {kind: work.rows(kind) for kind in (UNCHANGED, PLANTED, FIXED)}
    fixed = statistics.median([row["seconds"] for row in rows[FIXED]] or [0.0])
    part = f"part of {FIXED_REPEATS} fixed repeats"
    lines = [*page.table(goals(work)), ""]
    lines.append(f"| check | run | exit 0 | pairs of processes | wall time | {part} | range |")
    lines.append("| --- | --- | --- | --- | --- | --- | --- |")
    lines += [_times(kind, done, fixed) for kind, done in rows.items() if done]
    if planted := rows[PLANTED]:
        low, high = min(row["worse"] for row in planted), max(row["worse"] for row in planted)
        places = len({row["function"] for row in planted})
        lines.append("")
        lines.append(f"Planted were {low:.1%} to {high:.1%}, in {places} different functions.")
    return lines


def _times(kind: str, done: list[Row], fixed: float) -> str:
    """A line of the second table; pairs and time are medians."""
    times = sorted(row["seconds"] for row in done)
    middle = statistics.median(times)
    name = f"unchanged, {FIXED_REPEATS} fixed repeats" if kind == FIXED else kind
    good = sum(row["exit"] == 0 for row in done)
    pairs = statistics.median(row["units"] for row in done)
    part = f"{middle / fixed:.2f}" if fixed else "not measured"
    span = f"{times[0]:.0f} s to {times[-1]:.0f} s"
    return f"| {name} | {len(done)} | {good} | {pairs:g} | {middle:.0f} s | {part} | {span} |"


def main(arguments: Sequence[str]) -> int:
    """Bring the repository, run what is left, print the tables."""
    parser = jobs.parser(__doc__, "strangers")
    parser.add_argument("--times", type=int, default=40, help="checks of unchanged code")
    parser.add_argument("--planted", type=int, default=20, help="checks with a slowdown")
    parser.add_argument("--fixed", type=int, default=3, help="checks in the fixed design")
    parser.add_argument("--seed", type=int, default=1, help="which functions are drawn")
    asked = parser.parse_args(arguments)
    jobs.tidy_when_terminated()
    env = environment(asked.work)
    project = bring(PINT, asked.work, env)
    design = [PINT.version, project.budget(), asked.seed]
    work = Work(asked.work / "strangers.jsonl", version(design), asked.mixed)
    bench = Strangers(project, work, asked.work / "out", seed=asked.seed)
    wanted = {UNCHANGED: asked.times, PLANTED: asked.planted, FIXED: asked.fixed}
    jobs.run(work, wanted, bench.one, told, asked.within)
    about = f"; pint {PINT.version}, {len(PINT.tests)} benchmarks, a tolerance of 5 % for each"
    lines = [*report(work), "", page.colophon("make bench-strangers", work.versions(), about)]
    print("\n".join(lines))
    if asked.write:
        page.write("strangers", lines)
    return 0 if all(goal.met for goal in goals(work)) else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
