"""The reference page of budget files, made from the models: every key, type, default, meaning.

`pytest tests/spec/test_docs.py --update-golden` writes the committed page anew.
"""

from __future__ import annotations

import inspect
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from pydantic import BaseModel

from gate.core import sli
from gate.core.metric import ANY_TAG, Catalogue
from gate.core.units import UNITS_OF, Dimension
from gate.spec.fields import WRITTEN
from gate.spec.models import BudgetFile, DefaultsFile, ObjectiveFile
from gate.spec.reserved import (
    AcceptedFile,
    BaselineFile,
    PolicyDefaultsFile,
    PolicyFile,
    ProfileFile,
    RetiredFile,
    ServiceFile,
    WaiverFile,
)
from gate.spec.variables import ALLOWED

_SECTIONS: tuple[tuple[str, str, type[BaseModel]], ...] = (
    ("A budget", "", BudgetFile),
    ("An objective", "", ObjectiveFile),
    ("`defaults:` of a budget", "", DefaultsFile),
    ("services.yml", "A mapping of names to services. ", ServiceFile),
    ("policy.yml", "", PolicyFile),
    ("`baseline:` of the policy", "", BaselineFile),
    ("A profile of the policy", "", ProfileFile),
    ("`defaults:` of the policy", "", PolicyDefaultsFile),
    ("waivers.yml", "A list of entries. ", WaiverFile),
    ("accepted.yml", "A list of entries. ", AcceptedFile),
    ("retired.yml", "A list of entries. ", RetiredFile),
)
_ANCHORS = {model.__name__: title for title, _, model in _SECTIONS}
_TYPES: Mapping[str, str] = {
    "string": "text",
    "integer": "whole number",
    "number": "number",
    "boolean": "`true` or `false`",
    "array": "list",
    "null": "nothing",
}


def reference() -> str:
    """The page `docs/reference/budgets.md`."""
    parts = [_HEAD]
    for title, kind, model in _SECTIONS:
        about = " ".join((inspect.getdoc(model) or "").split())
        parts.append(f"## {title}\n\n{kind}{about}\n\n{keys_table(model)}")
    parts.append(f"## Units\n\n{_UNITS_TEXT}\n\n{_units_table()}")
    parts.append(f"## SLIs\n\n{_SLI_TEXT}\n\n```ebnf\n{_grammar()}\n```\n")
    below = ", ".join(f"`{key}`" for key in ALLOWED)
    parts.append(f"## Variables\n\n{_VARIABLES_TEXT.format(below=below)}")
    return "\n".join(parts)


def runner_section(name: str, options: type[BaseModel], catalogue: Catalogue) -> str:
    """A section about one runner: its own keys, and its metrics as `catalogue` lists them."""
    metrics = "\n".join(_metric_rows(catalogue))
    return (
        f"## {name}\n\n{keys_table(options)}\n"
        "| metric | unit | better | kind | statistics (default first) | tags | meaning |\n"
        "| --- | --- | --- | --- | --- | --- | --- |\n"
        f"{metrics}\n"
    )


def runners_reference(sections: Iterable[str]) -> str:
    """The page `docs/reference/runners.md` from the sections of all runners."""
    return "\n".join((_RUNNERS_HEAD, *sections))


def keys_table(model: type[BaseModel]) -> str:
    """Every key of a model with type, default and meaning."""
    schema = model.model_json_schema()
    needed = set(schema.get("required", ()))
    rows = ["| key | type | default | meaning |", "| --- | --- | --- | --- |"]
    for key, part in schema.get("properties", {}).items():
        default = "required" if key in needed else _default(part)
        cells = (f"`{key}`", _words(part), default, part.get("description", ""))
        rows.append(f"| {' | '.join(cell.replace('|', '&#124;') for cell in cells)} |")
    return "\n".join(rows) + "\n"


def _metric_rows(catalogue: Catalogue) -> Iterator[str]:
    for metric in catalogue.metrics:
        others = [name for name in metric.statistics if name != metric.default]
        tags = ["any" if tag == ANY_TAG else f"`{tag}`" for tag in metric.tags]
        each = f"; each `{metric.each}`" if metric.each else ""
        cells = (
            f"`{metric.name}`",
            str(metric.dimension),
            str(metric.better),
            str(metric.kind),
            ", ".join(f"`{name}`" for name in (metric.default, *others)),
            (", ".join(tags) or "none") + each,
            metric.summary,
        )
        yield f"| {' | '.join(cells)} |"


def _default(part: Mapping[str, Any]) -> str:
    match part.get("default"):
        case None | "" | [] | {}:
            return ""
        case bool(value):
            return f"`{str(value).lower()}`"
        case float(value) if str(part.get(WRITTEN, "")).startswith("duration"):
            return f"`{value:g} s`"
        case float(value) if str(part.get(WRITTEN, "")).startswith("share"):
            return f"`{value * 100:g}%`"
        case float(value) | int(value):
            return f"`{value:g}`"
        case list(values):
            return f"`[{', '.join(map(str, values))}]`"
        case value:
            return f"`{value}`"


def _words(part: Mapping[str, Any]) -> str:
    if WRITTEN in part:
        return str(part[WRITTEN])
    if "$ref" in part:
        title = _ANCHORS.get(str(part["$ref"]).rpartition("/")[2], "mapping")
        return f"see [{title}](#{_anchor(title)})" if title != "mapping" else title
    if "enum" in part or "const" in part:
        return " or ".join(f"`{value}`" for value in part.get("enum", [part.get("const")]))
    if "anyOf" in part:
        choices = [choice for choice in part["anyOf"] if choice.get("type") != "null"]
        return " or ".join(dict.fromkeys(map(_words, choices)))
    kind = str(part.get("type", "anything"))
    if kind == "array" and part.get("items"):
        return f"list of {_words(part['items'])}"
    if kind == "object":
        values = [part.get("additionalProperties"), *part.get("patternProperties", {}).values()]
        words = [_words(value) for value in values if isinstance(value, dict)]
        return f"mapping of names to {' or '.join(words)}" if words else "mapping"
    return _TYPES.get(kind, kind)


def _anchor(title: str) -> str:
    """The anchor that GitHub gives to a heading."""
    kept = "".join(c for c in title.lower() if c.isalnum() or c in " -_")
    return kept.replace(" ", "-")


def _units_table() -> str:
    rows = ["| quantity | units |", "| --- | --- |"]
    for dimension in Dimension:
        units = ", ".join(f"`{unit}`" for unit in UNITS_OF[dimension]) or "none: a plain number"
        rows.append(f"| {dimension} | {units} |")
    return "\n".join(rows) + "\n"


def _grammar() -> str:
    """The grammar as it stands in `gate/core/sli.py`, its only place."""
    return inspect.cleandoc(sli.__doc__ or "").partition("\n\n")[2]


_HEAD = """<!-- Made by gate/spec/docs.py from the models: change those, then run
pytest tests/spec/test_docs.py --update-golden -->

# Budget files, key by key

The folder `budgets/` holds one YAML file for each thing under test, and the reserved files
`services.yml`, `policy.yml`, `waivers.yml`, `accepted.yml` and `retired.yml`. Paths are relative to
the repository root and never leave it. YAML is read with its 1.2 meaning; what another reader could
take for something else is an error: a key that stands twice, a bare `on` or `yes`, `1:30`, an alias
or a tag, a value cut by ` #`. So is an unknown key, and a key without a value.
"""
_RUNNERS_HEAD = """<!-- Made by gate/spec/docs.py from the runners: change those, then run
pytest tests/spec/test_docs.py --update-golden -->

# Runners: keys and metrics

A budget names its runner and has the runner's own keys beside [those of every budget](budgets.md).
An objective's SLI is a statistic of one of the metrics under its tags; `pNN` is every percentile,
as `p95` or `p99.9`. "each" is the tag over which an objective is spread without saying so.
"""
_UNITS_TEXT = """The unit is part of the number: `300 ms`, `170 kB`, `0.5%`, `150 /s`, a count.
A limit or tolerance in a unit that does not fit the SLI is an error. `%` is a share or a relative
change, `pp` a difference between shares."""
_SLI_TEXT = """An SLI is a statistic of a metric under tags: `p95(http_req_duration{op:read})`.
Without a statistic the metric's own holds. `share(query_duration > 200 ms)` is the part of the
values beyond a bound. An objective's id is its budget and its SLI with the statistic named, as in
`web/median(lcp{page:home})`; who names an id may leave the metric's own statistic out."""
_VARIABLES_TEXT = """`${{NAME}}`, `${{NAME:-default}}` and `$$` (a dollar sign) are read in
`services.yml`, and in a budget below {below}.
In the policy's `baseline: {{store: …}}` a plain `${{NAME}}` is read, when the store is opened.
Everywhere else they are errors: a promise is the same on every machine. What a service exports is
seen by the budgets that use it. A variable that is not set is an error when measuring and a note
when validating. Every dsn and header, and what `secrets:` of the policy lists, is hidden in
messages, records and reports.
"""
