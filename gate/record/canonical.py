"""Canonical JSON: equal values are equal bytes on every machine, and reading refuses the rest.

Written: keys sorted, UTF-8, no spaces, floats rounded to nine significant digits, one newline at
the end. Read: sizes and depth bounded, duplicate keys, NaN and Infinity refused.
"""

from __future__ import annotations

import json
import math
import re
from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Final, NoReturn, TypeAlias

from gate.errors import RecordError

Tree: TypeAlias = str | int | float | bool | Sequence["Tree"] | Mapping[str, "Tree"] | None

MAX_BYTES: Final = 256 * 1024 * 1024
# What a file of that size could still make of this machine's memory.
MAX_VALUES: Final = 20_000_000
MAX_CONTAINERS: Final = 2_000_000


def dump(tree: Tree) -> bytes:
    """Write a tree of plain values; raises `ValueError` for what is not finite."""
    text = _written(tree)
    if not text.isascii():
        text = _HIDDEN.sub(_escaped, text)
    if "##" in text:
        text = _COMMAND.sub(r"#\\u0023", text)
    return text.encode() + b"\n"


# A record is shown on terminals too: what steers or hides is escaped there as JSON itself escapes
# C0. A fixed list, the controls and format characters of Unicode 15, because what Unicode calls
# printable differs between versions of Python.
_HIDDEN = re.compile(
    "[\x7f-\x9f\xad\u0600-\u0605\u061c\u06dd\u070f\u0890\u0891\u08e2\u180e\u200b-\u200f"
    "\u2028-\u202e\u2060-\u206f\ufe00-\ufe0f\ufeff\ufff9-\ufffb\U000110bd\U000110cd"
    "\U00013430-\U0001343f\U0001bca0-\U0001bca3\U0001d173-\U0001d17a\U000e0000-\U000e0fff]"
)

# And in the logs of CIs: GitHub and Azure take these for commands wherever they stand in a line.
_COMMAND = re.compile(r"##(?=\[|vso\[)", re.IGNORECASE)


def _escaped(match: re.Match[str]) -> str:
    return json.dumps(match[0])[1:-1]


def _written(tree: Tree) -> str:
    if isinstance(tree, float):
        return _numbers((tree,))
    if isinstance(tree, str):
        return _string(tree)
    if tree is None or isinstance(tree, bool | int):
        return json.dumps(tree)
    if isinstance(tree, Mapping):
        parts = (f"{_string(key)}:{_written(tree[key])}" for key in sorted(tree))
        return f"{{{','.join(parts)}}}"
    if set(map(type, tree)) == {float}:
        return f"[{_numbers(tree)}]"  # type: ignore[arg-type]  # all of it is float
    return f"[{','.join(map(_written, tree))}]"


def _numbers(values: Sequence[float]) -> str:
    """Numbers to nine significant digits, which `%.9g` writes as JSON; hundreds of thousands."""
    if not all(map(math.isfinite, values)):
        msg = "a record holds finite numbers only"
        raise ValueError(msg)
    unsigned = tuple(map((0.0).__add__, values))  # minus zero equals zero: it becomes zero
    return (",".join(["%.9g"] * len(unsigned))) % unsigned


def _string(text: str) -> str:
    return json.dumps(_unicode(text), ensure_ascii=False)


def _unicode(text: str) -> str:
    """The text with lone surrogates (undecodable names from tools) replaced by U+FFFD."""
    if text.isascii():
        return text
    return text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")


def load(data: bytes, name: str) -> Tree:
    """Read one JSON document; raises `RecordError` that starts with `name` for anything else."""
    if len(data) > MAX_BYTES:
        raise RecordError(f"{name}: larger than {MAX_BYTES} bytes")
    if data.count(b",") > MAX_VALUES or data.count(b"{") + data.count(b"[") > MAX_CONTAINERS:
        raise RecordError(f"{name}: too many values for a record")
    try:
        tree: Tree = json.loads(
            data.decode(), object_pairs_hook=_unique, parse_constant=_refuse_constant
        )
    except RecursionError:
        raise RecordError(f"{name}: nested too deeply for a record") from None
    except UnicodeDecodeError as error:
        raise RecordError(f"{name}: byte {error.start}: not UTF-8", hint=_DAMAGED) from None
    except json.JSONDecodeError as error:
        at = f"line {error.lineno} column {error.colno}"
        raise RecordError(f"{name}: {at}: not JSON: {error.msg}", hint=_DAMAGED) from None
    except ValueError as error:  # a duplicate key, a constant, a number of thousands of digits
        raise RecordError(f"{name}: {error}"[:300], hint=_DAMAGED) from None
    return tree


_DAMAGED = "the file is damaged or is not a record of perfgate"


def _unique(pairs: list[tuple[str, Tree]]) -> dict[str, Tree]:
    made = dict(pairs)
    if len(made) != len(pairs):
        counted = Counter(key for key, _ in pairs)
        twice = counted.most_common(1)[0][0]
        msg = f"the key {twice[:100]!r} is there twice"
        raise ValueError(msg)
    return made


def _refuse_constant(word: str) -> NoReturn:
    msg = f"{word} is not a finite number"
    raise ValueError(msg)
