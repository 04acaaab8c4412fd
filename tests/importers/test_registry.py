from __future__ import annotations

import pytest

from gate.errors import UsageError
from gate.importers import Given, detect, find


@pytest.mark.parametrize(
    ("path", "text", "formats"),
    [
        ("load/a.js", "import http from 'k6/http';", ["k6"]),
        ("options.json", '{"thresholds": {}}', ["k6"]),
        ("lighthouserc.js", "module.exports = {}", ["lighthouserc"]),
        (".lighthouserc.yml", "ci: {}", ["lighthouserc"]),
        ("ci.json", '{"ci": {"assert": {}}}', ["lighthouserc"]),
        ("perf.json", '[{"timings": []}]', ["budget.json"]),
        ("package.json", '{"size-limit": [{}]}', ["size-limit"]),
        ("package.json", '{"bundlewatch": {"files": [{}]}}', ["bundlewatch"]),
        ("package.json", '{"size-limit": [{}], "bundlesize": [{}]}', ["size-limit", "bundlesize"]),
        (".size-limit.js", "module.exports = []", ["size-limit"]),
        (".bundlewatch.config.json", "{}", ["bundlewatch"]),
        ("bundlesize.config.json", "{}", ["bundlesize"]),
        ("slo.yaml", "objectives: [{sli: x}]", ["keptn"]),
        ("slo.yaml", "apiVersion: openslo/v1\nkind: SLO", ["openslo"]),
        (
            "b.yml",
            "jobs: {a: {steps: [{uses: benchmark-action/github-action-benchmark@v1}]}}",
            ["github-action-benchmark"],
        ),
        ("b.yml", "jobs: {a: {steps: [{run: bencher run x}]}}", ["bencher"]),
        ("ci.sh", "#!/bin/sh\nbencher run x", ["bencher"]),
        ("api.yml", "runner: k6\nobjectives: [{sli: x}]", []),
        ("README.md", "# hello: [", []),
    ],
)
def test_a_format_is_told_by_name_and_content(path: str, text: str, formats: list[str]) -> None:
    assert [each.name for each in detect(Given(path, text))] == formats


def test_an_unknown_format_names_the_known_ones() -> None:
    with pytest.raises(UsageError, match="no format 'sizelimit'") as refused:
        find("sizelimit")
    assert refused.value.hint.startswith("did you mean size-limit? known: k6, lighthouserc")
