"""What the harness wrote, well or not: one line for each target."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from gate.core.reasons import Code, Reason
from gate.runners.lighthouse.answers import Collected, Loaded
from gate.runners.lighthouse.direct import Direct
from gate.runners.lighthouse.kit import Kit, find_kit
from gate.runners.lighthouse.targets import targets_of
from gate.seams.runner import UnitFailed
from gate.testing.fake_program import Behaviour, Fake
from tests.runners.lighthouse.support import BASE, fake_tools, line, options, sample

PAGE = sample("page-13.5.0-mobile-simulate")
BUY = {"buy": [{"goto": "/"}, {"click": "#buy"}]}
TARGETS = targets_of(options(pages={"home": "/", "cart": "/cart"}, flows=BUY), BASE)


def failed(target: str, code: str, message: str = "why") -> bytes:
    return json.dumps({"id": target, "code": code, "message": message}).encode() + b"\n"


def collect(
    place: Path, output: bytes, behaviour: Behaviour = Behaviour.OK, *, timeout: float = 20
) -> Collected | UnitFailed:
    env = fake_tools(place, Fake(output=output, flag="--out="), behaviour)
    kit = find_kit(options(pages={"home": "/"}), env)
    assert isinstance(kit, Kit)
    direct = Direct(
        kit=kit,
        out=place,
        env=env,
        timeout=timeout,
        flags=(),
        form_factor="mobile",
        throttling="simulate",
        headers={"Authorization": "planted-secret"},
    )
    return direct.collect(TARGETS, 3)


def codes(collected: Collected | UnitFailed) -> list[Code | str]:
    assert isinstance(collected, Collected)
    given = [collected.of(target) for target in TARGETS]
    return [one.code if isinstance(one, Reason) else "loaded" for one in given]


@pytest.mark.parametrize(
    ("output", "expected"),
    [
        pytest.param(
            line("page-1", PAGE) + line("page-0", PAGE) + line("flow-0", PAGE),
            ["loaded", "loaded", "loaded"],
            id="all of them, in another order",
        ),
        pytest.param(
            line("page-0", PAGE) + failed("page-1", "TIMEOUT") + failed("flow-0", "STEP"),
            ["loaded", Code.TOOL_TIMED_OUT, Code.NOT_REPORTED],
            id="one hangs and one cannot do a step",
        ),
        pytest.param(
            failed("page-0", "CHROME") + failed("page-1", "ERROR") + b"\n",
            [Code.TOOL_CRASHED, Code.NOT_REPORTED, Code.OUTPUT_UNREADABLE],
            id="no Chrome, an error of Lighthouse, an empty line",
        ),
        pytest.param(
            line("page-0", PAGE) + line("page-1", PAGE)[:400],
            ["loaded", Code.OUTPUT_UNREADABLE, Code.OUTPUT_UNREADABLE],
            id="the last line is cut off",
        ),
        pytest.param(
            line("page-0", PAGE) + line("page-7", PAGE),
            ["loaded", Code.OUTPUT_EMPTY, Code.OUTPUT_EMPTY],
            id="a target that was not asked for",
        ),
        pytest.param(
            b'{"id": "page-0", "lhr": [1]}\n{"id": "page-1"}\n[]\n',
            [Code.NOT_REPORTED, Code.NOT_REPORTED, Code.OUTPUT_UNREADABLE],
            id="other JSON",
        ),
    ],
)
def test_each_line_answers_for_its_own_target(
    tmp_path: Path, output: bytes, expected: list[Code | str]
) -> None:
    assert codes(collect(tmp_path, output)) == expected


def test_a_file_of_an_earlier_unit_is_never_read(tmp_path: Path) -> None:
    (tmp_path / "unit-3.ndjson").write_bytes(line("page-0", PAGE))
    assert codes(collect(tmp_path, b"", Behaviour.SILENT)) == [Code.OUTPUT_EMPTY] * 3


def test_where_a_flow_went_comes_along(tmp_path: Path) -> None:
    landings = [{"asked": f"{BASE}/", "ended": f"{BASE}/login"}]
    collected = collect(tmp_path, line("flow-0", PAGE, landings=landings))
    assert isinstance(collected, Collected)
    flow = collected.answers["flow-0"]
    assert isinstance(flow, Loaded)
    assert flow.landings == (f"{BASE}/login",)


@pytest.mark.parametrize(
    ("behaviour", "code", "again"),
    [
        (Behaviour.CRASHES, Code.TOOL_CRASHED, True),
        (Behaviour.KILLED, Code.TOOL_CRASHED, True),
        (Behaviour.HANGS, Code.TOOL_TIMED_OUT, False),
    ],
)
def test_nothing_is_believed_of_a_harness_that_did_not_end_well(
    tmp_path: Path, behaviour: Behaviour, code: Code, *, again: bool
) -> None:
    output = line("page-0", PAGE) + line("page-1", PAGE) + line("flow-0", PAGE)
    failure = collect(tmp_path, output, behaviour, timeout=1 if code is Code.TOOL_TIMED_OUT else 20)
    assert isinstance(failure, UnitFailed)
    assert (failure.reason.code, failure.again) == (code, again)


def test_headers_are_told_by_stdin_alone(tmp_path: Path) -> None:
    spy = tmp_path / "bin" / "node"
    env = fake_tools(tmp_path, Fake(output=b""))
    spy.write_text(
        "#!/bin/sh\n"
        '[ "$1" = --version ] && { echo v24.15.0; exit; }\n'
        f'cat > {tmp_path}/stdin; echo "$@" > {tmp_path}/argv; env > {tmp_path}/env\n',
        encoding="utf-8",
    )
    kit = find_kit(options(pages={"home": "/"}), env)
    assert isinstance(kit, Kit)
    secret = {"Authorization": "planted-secret"}
    Direct(kit, tmp_path, env, 20, ("--x",), "mobile", "simulate", secret).collect(TARGETS, 0)
    plan = json.loads((tmp_path / "stdin").read_text(encoding="utf-8"))
    assert plan["settings"]["extraHeaders"] == secret
    assert [item["seconds"] for item in plan["items"]] == [pytest.approx(10 / 3)] * 3
    for elsewhere in ("argv", "env"):
        assert "planted-secret" not in (tmp_path / elsewhere).read_text(encoding="utf-8")
