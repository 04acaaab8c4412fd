from __future__ import annotations

import json
from pathlib import Path

import pytest

from gate.core.reasons import Reason
from gate.runners.lighthouse.lighthouserc import digest, read_settings
from gate.tools import Found, How

NODE = Found("node", Path("/no/node"), "24.15.0", How.PATH)
SETTINGS = {"preset": "desktop", "throttling": {"cpuSlowdownMultiplier": 2}}

BOMB = "a0: &a0 {x: 1, y: 2}\n" + "".join(
    f"a{n}: &a{n} {{<<: [{', '.join([f'*a{n - 1}'] * 9)}]}}\n" for n in range(1, 7)
)


def test_only_the_settings_are_read(tmp_path: Path) -> None:
    collect = {
        "url": ["http://elsewhere/"],
        "startServerCommand": "rm -rf /",
        "settings": {**SETTINGS, "port": 9222, "output": "html", "auditMode": "old"},
    }
    whole = {"ci": {"collect": collect, "assert": {"preset": "lighthouse:all"}}}
    (tmp_path / "lighthouserc.json").write_text(json.dumps(whole), encoding="utf-8")
    assert read_settings("lighthouserc.json", tmp_path, NODE) == SETTINGS


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("rc.yml", "ci: {collect: {settings: {preset: desktop}}}"),
        ("rc.yaml", "lhci: {collect: {settings: {preset: desktop}}}"),
        (".lighthouserc.json", '{"ci": {"collect": {"settings": {"preset": "desktop"}}}}'),
    ],
)
def test_every_form_of_it_is_read(tmp_path: Path, name: str, content: str) -> None:
    (tmp_path / name).write_text(content, encoding="utf-8")
    assert read_settings(name, tmp_path, NODE) == {"preset": "desktop"}


@pytest.mark.needs_node
@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("rc.js", "module.exports = {ci: {collect: {settings: {preset: 'desk' + 'top'}}}};"),
        ("rc.cjs", "module.exports = {ci: {collect: {settings: {preset: 'desk' + 'top'}}}};"),
    ],
)
def test_one_that_is_a_program_is_run(tmp_path: Path, node: Found, name: str, content: str) -> None:
    (tmp_path / name).write_text(content, encoding="utf-8")
    assert read_settings(name, tmp_path, node) == {"preset": "desktop"}


def test_one_without_settings_has_none(tmp_path: Path) -> None:
    (tmp_path / "rc.json").write_text('{"ci": {"assert": {}}}', encoding="utf-8")
    assert read_settings("rc.json", tmp_path, NODE) == {}


@pytest.mark.parametrize(
    ("path", "content", "said"),
    [
        pytest.param("rc.json", None, "No such file", id="absent"),
        pytest.param("../rc.json", "{}", "outside the repository", id="outside"),
        pytest.param("rc.json", '{"ci": {"collect"', "expected", id="cut off"),
        pytest.param("rc.json", "[]", "no `ci:`", id="a list"),
        pytest.param("rc.yml", "ci: {extends: ./base.json}", "`extends`", id="it extends another"),
        pytest.param("rc.yml", "ci: {collect: {settings: 3}}", "no mapping", id="settings: 3"),
        pytest.param("rc.yml", "ci: !!python/name:os.system", "could not", id="a Python object"),
        pytest.param("rc.cjs", "module.exports = {}", "/no/node", id="a program without Node"),
        pytest.param("rc.yml", BOMB, "merged keys", id="merges that double"),
        pytest.param("rc.json", " " * 1_048_577, "larger than", id="too large"),
    ],
)
def test_it_cannot_be_read(tmp_path: Path, path: str, content: str | None, said: str) -> None:
    if content is not None:
        (tmp_path / "tree" / path).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / "tree" / path).write_text(content, encoding="utf-8")
    reason = read_settings(path, tmp_path / "tree", NODE)
    assert isinstance(reason, Reason)
    assert said in reason.sentence


def test_the_digest_knows_settings_by_what_they_say() -> None:
    assert digest({"a": 1, "b": {"c": 2, "d": 3}}) == digest({"b": {"d": 3, "c": 2}, "a": 1})
    assert digest({"a": 1}) != digest({"a": 2})
