"""Every `bad/CASE.yml` is refused with exactly the message in `bad/CASE.err`.

A case is one budget folder: `# file: NAME` lines begin its files, what stands before the first is
`api.yml`. `# measuring`, `# profile: NAME` and `# env: NAME=VALUE` at the top set the rest.
`pytest --update-golden` writes the messages anew.
"""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from gate.errors import GateError
from tests.spec.fakes import read, write

CASES = Path(__file__).parent / "bad"
_FILE = re.compile(r"^# file: (\S+)\n", re.MULTILINE)


def message_of(error: GateError) -> str:
    hint = f"\nhint: {error.hint}" if error.hint else ""
    return f"{error.message}{hint}\nexit {error.exit.value}\n"


def refused(case: Path, root: Path) -> str:
    text = case.read_bytes().decode("utf-8", "surrogateescape")
    head, *parts = _FILE.split(text)
    files = dict(zip(parts[::2], parts[1::2], strict=True)) or {"api.yml": text}
    write(root)
    for name, content in files.items():
        file = root / "budgets" / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(content.encode("utf-8", "surrogateescape"))
    profile = re.search(r"^# profile: (\S+)$", head, re.MULTILINE)
    env = dict(re.findall(r"^# env: ([^=\n]+)=(.*)$", head, re.MULTILINE))
    with pytest.raises(GateError) as caught:
        read(
            root,
            profile=profile[1] if profile else "",
            env=env,
            measuring="# measuring\n" in head,
        )
    return message_of(caught.value)


@pytest.mark.parametrize("case", sorted(CASES.glob("*.yml")), ids=lambda case: case.stem)
def test_a_wrong_budget_is_refused_with_its_place(
    case: Path, tmp_path: Path, request: pytest.FixtureRequest
) -> None:
    said = refused(case, tmp_path)
    expected = case.with_suffix(".err")
    if request.config.getoption("--update-golden"):
        expected.write_bytes(said.encode())
    assert said == expected.read_bytes().decode()


def test_the_table_is_large_and_every_message_has_its_case() -> None:
    cases = {case.stem for case in CASES.glob("*.yml")}
    assert len(cases) >= 45
    assert cases == {expected.stem for expected in CASES.glob("*.err")}
