"""Pydantic's errors become problems: at their place, in our words, with the nearest known name."""

from __future__ import annotations

import json
import types
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, TypeVar, Union, get_args, get_origin

from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

from gate.spec.problems import Problem, known_hint, nearest, shown
from gate.spec.yaml_marks import Data, Document, Path

Model = TypeVar("Model", bound=BaseModel)

_EXPECTED: Mapping[str, str] = {
    "string_type": "text",
    "bool_type": "true or false",
    "int_type": "a whole number",
    "int_from_float": "a whole number",
    "float_type": "a number",
    "finite_number": "a finite number",
    "tuple_type": "a list",
    "list_type": "a list",
    "set_type": "a list",
    "frozen_set_type": "a list",
    "dict_type": "a mapping of names to values",
    "model_type": "a mapping of keys to values",
    "model_attributes_type": "a mapping of keys to values",
    "path_type": "a path",
}
_COMPARED: Mapping[str, tuple[str, str]] = {
    "greater_than": ("gt", "more than"),
    "greater_than_equal": ("ge", "at least"),
    "less_than": ("lt", "less than"),
    "less_than_equal": ("le", "at most"),
}


def read_model(
    model: type[Model],
    data: Data,
    document: Document,
    path: Path = (),
    *,
    also: Sequence[str] = (),
    nulls: bool = False,
) -> Model | tuple[Problem, ...]:
    """The data as a model, or all that is wrong with it.

    `also` are further keys that hints know. Unless `nulls`, a key without a value is a problem:
    it is never a quiet way to ask for the default.
    """
    empty = (
        []
        if nulls or not isinstance(data, dict)
        else [
            document.problem(
                (*path, key), f"{key} has no value", "write its value, or remove the key"
            )
            for key, value in data.items()
            if value is None and key in keys_of(model)
        ]
    )
    try:
        # JSON rules: a list is a tuple and a text a date or a path, but a text is never a number.
        found = model.model_validate_json(json.dumps(data))
    except ValidationError as error:
        problems = list(_problems(model, error.errors(), document, path, also))
        said = {problem.place for problem in empty}
        return (*empty, *(problem for problem in problems if problem.place not in said))
    return tuple(empty) if empty else found


def salvage(model: type[Model], data: Mapping[str, Data]) -> Model | None:
    """A model of the keys that are right, so that reading can go on and say more at once.

    Only for data with problems that are known. None where the rest is no model.
    """
    left = {key: value for key, value in data.items() if value is not None}
    for _ in range(2):
        try:
            return model.model_validate_json(json.dumps(left))
        except ValidationError as error:
            wrong = {each["loc"][0] for each in error.errors() if each["loc"]}
            left = {key: value for key, value in left.items() if key not in wrong}
    return None


def keys_of(model: type[BaseModel]) -> tuple[str, ...]:
    """The keys of a model as they are written, in order."""
    return tuple(field.alias or name for name, field in model.model_fields.items())


def _problems(
    model: type[BaseModel],
    errors: Sequence[ErrorDetails],
    document: Document,
    base: Path,
    also: Sequence[str],
) -> Iterator[Problem]:
    by_path: dict[Path, list[ErrorDetails]] = {}
    for error in _without_consequences(errors):
        by_path.setdefault(_written(document, base, error), []).append(error)
    for path, group in by_path.items():
        deeper = any(other[: len(path)] == path and other != path for other in by_path)
        kinds = {error["type"] for error in group}
        # A union says for every branch why it is not that; the branch that fits best says where.
        if deeper and kinds <= set(_EXPECTED):
            continue
        if len(group) > 1 and kinds <= set(_EXPECTED):
            wanted = " or ".join(dict.fromkeys(_EXPECTED[error["type"]] for error in group))
            yield document.problem(path, f"expected {wanted}, got {shown(group[0]['input'])}")
            continue
        for error in group:
            yield _problem(
                model, error, document, path, tuple(also) if len(path) == len(base) + 1 else ()
            )


def _without_consequences(errors: Sequence[ErrorDetails]) -> Iterator[ErrorDetails]:
    """All errors but the missing keys that an unknown one was meant to be."""
    for error in errors:
        meant = error["type"] == "missing" and any(
            other["type"] == "extra_forbidden"
            and other["loc"][:-1] == error["loc"][:-1]
            and nearest(str(other["loc"][-1]), [str(error["loc"][-1])])
            for other in errors
        )
        if not meant:
            yield error


def _problem(
    model: type[BaseModel],
    error: ErrorDetails,
    document: Document,
    path: Path,
    also: tuple[str, ...],
) -> Problem:
    kind, context, came = error["type"], error.get("ctx", {}), shown(error["input"])
    name = str(error["loc"][-1]) if error["loc"] else ""
    if kind == "extra_forbidden":
        models = _models_at(model, error["loc"][:-1])
        known = sorted({*(key for found in models for key in keys_of(found)), *also})
        hint = known_hint(name, known, "keys")
        return document.problem(path, f"unknown key {name!r}", hint, key=True)
    if kind == "missing":
        return document.problem(path, f"the key {name!r} is missing", _meaning(model, error["loc"]))
    if kind == "literal_error":
        wanted = str(context["expected"]).replace("'", "")
        near = nearest(str(error["input"]), wanted.replace(" or ", ", ").split(", "))
        hint = f"did you mean {near}?" if near else ""
        return document.problem(path, f"expected {wanted}, got {came}", hint)
    if kind == "value_error":
        key = bool(error["loc"]) and error["loc"][-1] == "[key]"
        return document.problem(path, str(context["error"]), key=key)
    if kind in _EXPECTED:
        hint = _shape_hint(model, error)
        return document.problem(path, f"expected {_EXPECTED[kind]}, got {came}", hint)
    if kind in _COMPARED:
        bound, words = _COMPARED[kind]
        return document.problem(path, f"expected {words} {context[bound]:g}, got {came}")
    if kind == "too_short":
        return document.problem(
            path,
            f"expected at least {context['min_length']} entry, got none"
            if context["actual_length"] == 0
            else f"expected at least {context['min_length']} entries",
        )
    message = error["msg"]
    return document.problem(path, f"{message[:1].lower()}{message[1:]}, got {came}")


def _shape_hint(model: type[BaseModel], error: ErrorDetails) -> str:
    if error["type"] == "string_type" and isinstance(error["input"], bool | int | float):
        return "quote it where text is meant"
    if error["type"] == "model_type":
        keys = [key for found in _models_at(model, error["loc"]) for key in keys_of(found)]
        empty = "; an empty one is written as {}" if error["input"] is None else ""
        return f"its keys are: {', '.join(keys)}{empty}"
    return ""


def _written(document: Document, base: Path, error: ErrorDetails) -> Path:
    """The error's location without the labels that pydantic adds for branches and keys."""
    path = base
    steps = error["loc"]
    for position, step in enumerate(steps):
        last = position == len(steps) - 1
        if (*path, step) in document.values or (last and error["type"] == "extra_forbidden"):
            path = (*path, step)
    return path


def _models_at(model: type[BaseModel], location: tuple[int | str, ...]) -> list[type[BaseModel]]:
    """The models that can stand at a location: several where a union leads there."""
    here: list[Any] = [model]
    for step in location:
        inner = [found for each in here for found in _inner(each, step)]
        here = inner or here  # a label of a union's branch leads nowhere
    return [found for each in here for found in _models(each)]


def _inner(annotation: Any, step: int | str) -> Iterator[Any]:  # noqa: ANN401  # a type form
    for model in _models(annotation):
        for name, field in model.model_fields.items():
            if step in {name, field.alias}:
                yield field.annotation
    for part in _parts(annotation):
        origin, arguments = get_origin(part), get_args(part)
        if origin in {dict, Mapping} or (isinstance(origin, type) and issubclass(origin, Mapping)):
            yield arguments[1]
        elif origin in {tuple, list, set, frozenset, Sequence} and arguments:
            yield arguments[0]
        elif isinstance(part, type) and part.__name__ == step:
            yield part


def _models(annotation: Any) -> Iterator[type[BaseModel]]:  # noqa: ANN401  # a type form
    for part in _parts(annotation):
        if isinstance(part, type) and issubclass(part, BaseModel):
            yield part


def _parts(annotation: Any) -> Iterator[Any]:  # noqa: ANN401  # a type form
    """The alternatives of a type, without what annotates them."""
    if get_origin(annotation) in {Union, types.UnionType}:
        for part in get_args(annotation):
            yield from _parts(part)
    elif hasattr(annotation, "__metadata__"):
        yield from _parts(get_args(annotation)[0])
    else:
        yield annotation


def _meaning(model: type[BaseModel], location: tuple[int | str, ...]) -> str:
    """What a missing key is for."""
    for found in _models_at(model, location[:-1]):
        field = found.model_fields.get(str(location[-1]))
        if field is not None and field.description:
            return f"{location[-1]}: {field.description[:1].lower()}{field.description[1:]}"
    return ""
