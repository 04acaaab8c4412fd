"""JSON Schemas (2020-12) of all files, made from the models; the committed ones stand beside this.

`pytest tests/spec/test_schema.py --update-golden` writes the committed ones anew.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from importlib.resources import files
from typing import Any

from pydantic import BaseModel

from gate.spec.fields import WRITTEN
from gate.spec.models import BudgetFile, ObjectiveFile, Written
from gate.spec.reserved import AcceptedFile, PolicyFile, RetiredFile, ServiceFile, WaiverFile

DIALECT = "https://json-schema.org/draft/2020-12/schema"
VERSION = 1
KINDS = ("budget", "services", "policy", "waivers", "accepted", "retired")

_LISTS: Mapping[str, type[Written]] = {
    "waivers": WaiverFile,
    "accepted": AcceptedFile,
    "retired": RetiredFile,
}

Schema = dict[str, Any]


def schemas(runners: Mapping[str, type[BaseModel]] | None = None) -> dict[str, Schema]:
    """The schema of every kind of file, by name.

    With the options of runners, a budget's keys are checked for each of them, and keys that neither
    the budget nor its runner has are refused; without, a runner's own keys may be anything.
    """
    found = {"budget": _budget(runners or {}), "services": _services(), "policy": _of(PolicyFile)}
    found |= {name: _list(model) for name, model in _LISTS.items()}
    return {name: _headed(name, schema) for name, schema in found.items()}


def schema(kind: str, runners: Mapping[str, type[BaseModel]] | None = None) -> Schema:
    """The schema of one kind of file: with these runners, else the committed one.

    The committed one knows the built-in runners. Raises `KeyError` for an unknown kind.
    """
    if runners is not None:
        return schemas(runners)[kind]
    if kind not in KINDS:
        raise KeyError(kind)
    committed = files("gate.spec").joinpath(f"{kind}.schema.json").read_text("utf-8")
    found: Schema = json.loads(committed)
    return found


def as_text(schema: Schema) -> str:
    """A schema as it is committed."""
    return json.dumps(schema, indent=2, ensure_ascii=False) + "\n"


def _headed(name: str, schema: Schema) -> Schema:
    title = "a budget" if name == "budget" else f"{name}.yml"
    return {
        "$schema": DIALECT,
        "$id": f"urn:perfgate:schema:{name}:{VERSION}",
        "title": f"perfgate: {title}",
        **{key: value for key, value in schema.items() if key != "title"},
    }


def _of(model: type[BaseModel]) -> Schema:
    cleaned = _clean(model.model_json_schema())
    return cleaned if isinstance(cleaned, dict) else {}


def _budget(runners: Mapping[str, type[BaseModel]]) -> Schema:
    schema, objective = _of(BudgetFile), _of(ObjectiveFile)
    definitions = {**schema.pop("$defs", {}), "ObjectiveFile": _without_definitions(objective)}
    schema["properties"]["objectives"]["items"] = {"$ref": "#/$defs/ObjectiveFile"}
    del schema["additionalProperties"]
    if not runners:
        return {**schema, "$defs": definitions}
    branches = []
    for name, options in sorted(runners.items()):
        own, needed = _renamed(_of(options), name)
        definitions |= needed
        branches.append(
            {
                "if": {"properties": {"runner": {"const": name}}, "required": ["runner"]},
                "then": {key: own[key] for key in ("properties", "required") if key in own},
            }
        )
    schema["properties"]["runner"] = {
        "description": schema["properties"]["runner"]["description"],
        "enum": sorted(runners),
    }
    return {**schema, "allOf": branches, "unevaluatedProperties": False, "$defs": definitions}


def _services() -> Schema:
    service = _of(ServiceFile)
    return {
        "type": "object",
        "description": "The systems under test, by name.",
        "additionalProperties": {"$ref": "#/$defs/ServiceFile"},
        "$defs": {**service.get("$defs", {}), "ServiceFile": _without_definitions(service)},
    }


def _list(model: type[Written]) -> Schema:
    entry = _of(model)
    return {
        "type": "array",
        "items": {"$ref": f"#/$defs/{model.__name__}"},
        "$defs": {**entry.get("$defs", {}), model.__name__: _without_definitions(entry)},
    }


def _without_definitions(schema: Schema) -> Schema:
    return {key: value for key, value in schema.items() if key != "$defs"}


def _renamed(schema: Schema, runner: str) -> tuple[Schema, Schema]:
    """A runner's schema with definitions that no other runner's can be taken for, and those."""
    text = json.dumps(schema).replace('"#/$defs/', f'"#/$defs/{runner}.')
    schema = json.loads(text)
    definitions = schema.pop("$defs", {})
    return schema, {f"{runner}.{name}": value for name, value in definitions.items()}


def _clean(schema: Any) -> Any:  # noqa: ANN401  # any part of a schema
    """A schema without what pydantic adds for itself: titles, nulls, and our words for the docs."""
    if isinstance(schema, list):
        return [_clean(part) for part in schema if part != {"type": "null"}]
    if not isinstance(schema, dict):
        return schema
    kept = {key: value for key, value in schema.items() if key != WRITTEN}
    if isinstance(kept.get("title"), str):
        del kept["title"]
    if "default" in kept and kept["default"] in (None, "", [], {}):
        del kept["default"]
    kept = {
        key: {name: _clean(part) for name, part in value.items()}
        if key in {"properties", "$defs"}
        else value
        if key in {"default", "const", "enum", "examples"}
        else _clean(value)
        for key, value in kept.items()
    }
    choices = kept.get("anyOf", ())
    if len(choices) == 1:
        return {**{key: value for key, value in kept.items() if key != "anyOf"}, **choices[0]}
    return kept
