"""A team's lighthouserc: its `ci.collect.settings`, and nothing else of it.

Servers, URLs and assertions are the budget's; Lighthouse CI 0.15.1 reads the same four formats.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import yaml

from gate import process
from gate.core.reasons import Code, Reason, because
from gate.runners.lighthouse.document import at
from gate.tools import Found

_LIMIT = 1024 * 1024
_MOST_MERGED = 50_000
_SCRIPTS = (".js", ".cjs")
# They choose another browser or another output, or they replay an old load.
_LEFT_OUT = ("port", "hostname", "output", "outputPath", "auditMode", "gatherMode", "channel")
_PRINT = """
const read = require(process.argv[1]);
process.stdout.write(JSON.stringify(read.default ?? read));
"""


class _Bounded(yaml.SafeLoader):
    """Merged keys are copies: a few lines that merge each other would fill all memory."""

    _merged = 0

    def flatten_mapping(self, node: yaml.MappingNode) -> None:
        """Count what would be merged before it is; raises `YAMLError`."""
        for key, value in tuple(node.value):
            if key.tag == "tag:yaml.org,2002:merge":
                for each in value.value if isinstance(value, yaml.SequenceNode) else [value]:
                    if isinstance(each, yaml.MappingNode):
                        self.flatten_mapping(each)
                        self._merged += 1 + len(each.value)
                    if self._merged > _MOST_MERGED:
                        raise yaml.YAMLError(f"more than {_MOST_MERGED} merged keys")
        super().flatten_mapping(node)


def read_settings(path: str, root: Path, node: Found) -> Mapping[str, Any] | Reason:
    """The settings of the lighthouserc at a path of the repository, or why they cannot be had."""
    file = (root / path).resolve()
    if not file.is_relative_to(root.resolve()):
        return _refusal(path, "it is outside the repository")
    try:
        content = _run(file, node) if file.suffix in _SCRIPTS else _read(file)
    except OSError as error:
        return _refusal(path, error.strerror or str(error))
    if isinstance(content, str):
        return _refusal(path, content)
    try:
        # YAML 1.1 holds JSON; only plain values come out of it.
        whole = yaml.load(content, _Bounded)  # noqa: S506  # it is a SafeLoader
    except (yaml.YAMLError, ValueError, RecursionError) as error:
        return _refusal(path, str(error))
    return _settings(path, whole)


def digest(settings: Mapping[str, Any]) -> str:
    """Equal for equal settings, whatever the order of their keys."""
    text = json.dumps(settings, sort_keys=True, default=str)
    return hashlib.sha256(text.encode()).hexdigest()[:16]


def _settings(path: str, whole: object) -> Mapping[str, Any] | Reason:
    top = at(whole, "ci") or at(whole, "lhci")
    if not isinstance(top, dict):
        return _refusal(path, "it has no `ci:`")
    if isinstance(whole, dict) and "extends" in {*whole, *top}:
        return _refusal(path, "`extends` is not read; put the settings into this file")
    settings = at(top, "collect", "settings")
    if settings is None:
        return {}
    if not isinstance(settings, dict) or not all(isinstance(key, str) for key in settings):
        return _refusal(path, "`ci.collect.settings` is no mapping")
    return {key: value for key, value in settings.items() if key not in _LEFT_OUT}


def _read(file: Path) -> bytes | str:
    with file.open("rb") as opened:
        content = opened.read(_LIMIT + 1)
    return content if len(content) <= _LIMIT else f"it is larger than {_LIMIT} bytes"


def _run(file: Path, node: Found) -> bytes | str:
    """What a lighthouserc that is a program exports; it is the team's own code."""
    done = process.run([str(node.path), "-e", _PRINT, str(file)], timeout=30, cwd=file.parent)
    if isinstance(done, process.NotStarted):
        return done.why
    if done.timed_out or done.code != 0:
        return done.tail or "it did not end"
    return done.stdout


def _refusal(path: str, detail: str) -> Reason:
    return because(Code.NOTHING_MATCHED, selector=f"`lighthouserc: {path}`", detail=detail)
