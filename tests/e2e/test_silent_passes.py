"""What other tools let through without a word ends in 2 or 3 here, and is named."""

from __future__ import annotations

import sys
from dataclasses import dataclass, field

import pytest

from tests.e2e.project import BUNDLE, SCRIPT, Project

K6 = pytest.mark.needs_k6
LOAD = SCRIPT.replace("OPTIONS", "vus: 1, iterations: 20").replace("PAUSE", "0")
API = """\
runner: k6
service: shop
script: load.js
repeat: 1
objectives:
"""
WEB = """\
runner: lighthouse
base: http://127.0.0.1:1
pages: {home: /}
objectives:
"""
BENCH = f"""\
runner: pytest-benchmark
paths: [bench]
python: {sys.executable}
max_time: 5 ms
warmup: false
repeat: 1
attempts: 1
objectives:
"""
TIME = f"{BENCH}  - sli: time\n    each: test\n    limit: 1 s\n"
TEST = "bench/test_speed.py"


@dataclass(frozen=True)
class Case:
    """Files by name, the exit code, and what is said."""

    files: dict[str, str]
    code: int
    said: tuple[str, ...]
    words: tuple[str, ...] = ("check",)
    env: dict[str, str] = field(default_factory=dict)


def api(objective: str, load: str = LOAD) -> dict[str, str]:
    return {"budgets/api.yml": f"{API}  - {objective}\n", "load.js": load}


def thresholds(text: str) -> dict[str, str]:
    load = LOAD.replace("iterations: 20", f"iterations: 20, thresholds: {{ {text} }}")
    return api("{sli: rate(http_req_failed), limit: 5%}", load)


def bundle(text: str, more: dict[str, str] | None = None) -> dict[str, str]:
    return {"budgets/bundle.yml": text, "dist/app.js": "x" * 100, **(more or {})}


def bench(budget: str, module: str) -> dict[str, str]:
    return {"budgets/bench.yml": budget, TEST: f"import pytest\n{module}\n"}


# After the tools in which these pass: k6, Lighthouse CI, sitespeed.io, pytest-benchmark,
# bundlewatch and bundlesize, Keptn, Taurus.
CASES = {
    "k6: a threshold on a sub-metric without samples": (
        Case(
            thresholds("'http_req_duration{name:typo}': ['p(95)<200']"),
            3,
            ("nothing matched http_req_duration", "name was 'GET /ok'", "correct the selector"),
        ),
        [K6],
    ),
    "k6: a threshold on checks that never ran": (
        Case(
            thresholds("checks: ['rate>0.99']"),
            3,
            ("20 iterations gave no sample of checks", "let the load reach it"),
        ),
        [K6],
    ),
    "k6: a script that throws before it asks": (
        Case(
            api(
                "{sli: p95(http_req_duration), limit: 1 s}",
                LOAD.replace("http.get(", "throw new Error('no token'); http.get("),
            ),
            3,
            ("20 of 20 iterations threw", "no token", "correct the script"),
        ),
        [K6],
    ),
    "sitespeed.io: a metric of one's own that is never recorded": (
        Case(
            {
                "budgets/api.yml": API.replace(
                    "objectives:", "metrics: {cart: {type: trend, better: lower}}\nobjectives:"
                )
                + "  - {sli: cart, limit: 100}\n",
                "load.js": LOAD.replace(
                    "export const",
                    "import { Trend } from 'k6/metrics';\nnew Trend('cart');\nexport const",
                    1,
                ),
            },
            3,
            ("20 iterations gave no sample of cart", "let the load reach it"),
        ),
        [K6],
    ),
    "Taurus: a criterion on a label that never appears": (
        Case(
            api("{sli: 'p95(http_req_duration{name:\"GET /basket\"})', limit: 1 s}"),
            3,
            ("name was 'GET /ok'", "correct the selector"),
        ),
        [K6],
    ),
    "each value of a tag that nothing has": (
        Case(
            api("{sli: p95(http_req_duration), each: shop, limit: 1 s}"),
            3,
            ("no sample has a tag shop", "correct the selector"),
        ),
        [K6],
    ),
    "Lighthouse CI: an audit that was removed": (
        Case(
            {"budgets/web.yml": f"{WEB}  - {{sli: performance-budget, limit: 1 s}}\n"},
            2,
            ("budgets/web.yml:5", "performance-budget"),
        ),
        [],
    ),
    "Lighthouse CI: an assertion on a page that is not loaded": (
        Case(
            {"budgets/web.yml": f"{WEB}  - {{sli: 'lcp{{page:hom}}', limit: 1 s}}\n"},
            2,
            ("budgets/web.yml:5", "home"),
        ),
        [],
    ),
    "Lighthouse CI: no page at all": (
        Case(
            {"budgets/web.yml": WEB.replace("{home: /}", "{}") + "  - {sli: lcp, limit: 1 s}\n"},
            2,
            ("budgets/web.yml:", "pages"),
        ),
        [],
    ),
    "Lighthouse CI: no browser, so no report": (
        Case(
            {"budgets/web.yml": f"{WEB}  - {{sli: lcp, limit: 1 s}}\n"},
            3,
            ("chrome was not found: /nowhere", "CHROME_PATH"),
            env={"PERFGATE_CHROME": "/nowhere"},
        ),
        [pytest.mark.needs_node],
    ),
    "pytest-benchmark: benchmarks that are all skipped": (
        Case(
            bench(TIME, "@pytest.mark.skip\ndef test_a(benchmark): benchmark(len, [])"),
            3,
            ("test_a was skipped", "list it in budgets/retired.yml"),
        ),
        [],
    ),
    "pytest-benchmark: a folder without any benchmark": (
        Case(
            bench(TIME, "def helper(): pass"),
            3,
            ("pytest collected no benchmark", "correct `paths:` and `args:`"),
        ),
        [],
    ),
    "pytest-benchmark: a benchmark that is wrong and quick": (
        Case(
            bench(TIME, "def test_a(benchmark): assert benchmark(len, [])"),
            3,
            ("test_a failed", "mend it"),
        ),
        [],
    ),
    "bundlewatch: a misspelt key of the limit": (
        Case(
            bundle(BUNDLE.replace("limit:", "maxsize:")),
            2,
            ("budgets/bundle.yml:5:5: unknown key 'maxsize'", "known keys: ", "limit"),
        ),
        [],
    ),
    "bundlesize: an objective without any bound": (
        Case(
            bundle(BUNDLE.replace("    limit: 1 kB\n", "")),
            2,
            ("budgets/bundle.yml:4", "limit"),
        ),
        [],
    ),
    "size-limit: a package that is not built": (
        Case(bundle(BUNDLE.replace("dist/", "packages/ui/dist/")), 3, ("build before measuring",)),
        [],
    ),
    "size-limit: a file that is empty": (
        Case(
            bundle(BUNDLE, {"dist/app.js": ""}),
            3,
            ("all files of dist/*.js are empty", "let the load reach it, or remove the objective"),
        ),
        [],
    ),
    "a budget that promises nothing": (
        Case(bundle(BUNDLE.partition("  - sli")[0]), 2, ("budgets/bundle.yml:3", "objectives")),
        [],
    ),
    "a limit that a comment cuts": (
        Case(
            bundle(BUNDLE.replace("1 kB", "1 #kB")),
            2,
            ("budgets/bundle.yml:5",),
        ),
        [],
    ),
    "a limit that is written twice": (
        Case(
            bundle(BUNDLE + "    limit: 1 MB\n"),
            2,
            ("budgets/bundle.yml:6:5", "limit", "twice"),
        ),
        [],
    ),
    "a limit on the wrong side": (
        Case(
            bundle(BUNDLE.replace("1 kB", "at least 1 B")),
            2,
            ("budgets/bundle.yml:5", "at most"),
        ),
        [],
    ),
    "a waiver that waives nothing": (
        Case(
            bundle(
                BUNDLE,
                {
                    "budgets/waivers.yml": "- objective: bundle/size\n  bound: limit\n"
                    "  reason: x\n  owner: x\n  expires: 2099-01-01\n"
                },
            ),
            2,
            ("budgets/waivers.yml:1", "bundle/size"),
        ),
        [],
    ),
    "a budget of another name is asked for": (
        Case(
            bundle(BUNDLE),
            2,
            ("--only bundel: there is no such budget", "the budgets are: bundle"),
            ("check", "--only", "bundel"),
        ),
        [],
    ),
    "a profile of another name is asked for": (
        Case(
            bundle(BUNDLE),
            2,
            ("there is no profile 'nigthly'", "did you mean nightly?"),
            ("check", "--profile", "nigthly"),
        ),
        [],
    ),
    "an option of another name": (
        Case(bundle(BUNDLE), 2, ("--onyl", "try `gate check --help`"), ("check", "--onyl", "x")),
        [],
    ),
    "a report of another name": (
        Case(
            bundle(BUNDLE),
            2,
            ("there is no report 'junti'", "did you mean junit?"),
            ("check", "--report", "junti=x.xml"),
        ),
        [],
    ),
    "a baseline of another name": (
        Case(
            bundle(BUNDLE),
            2,
            ("--baseline mian: no stored run has this id", "`gate baseline list`"),
            ("check", "--baseline", "mian"),
        ),
        [],
    ),
}


@pytest.mark.parametrize(
    "case", [pytest.param(case, id=id_, marks=marks) for id_, (case, marks) in CASES.items()]
)
def test_it_does_not_pass(case: Case, project: Project) -> None:
    project.service("well")
    for name, text in case.files.items():
        project.write(name, text)
    project.commit()
    project.gate(*case.words, **case.env).ends(case.code, *case.said)
