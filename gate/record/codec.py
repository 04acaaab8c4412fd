"""Frozen dataclasses to trees of plain values and back, by their own type hints, strictly.

Reading refuses what the hints do not allow: unknown keys, absent keys without a default, numbers
that are not finite, words that are not of the enum. `TreeError` says what and where.
"""

from __future__ import annotations

import dataclasses
import enum
import functools
import types
import typing
from collections.abc import Callable, Mapping
from typing import Any, Literal, TypeVar

from gate.record.canonical import Tree
from gate.record.checks import problem_of
from gate.record.scalars import NUMBERS, SCALARS, Codec, TreeError, members, refuse, words

T = TypeVar("T")


def codec_of(cls: type[T]) -> Codec[T]:
    """The codec of a frozen dataclass, made once."""
    hint: Any = cls
    made: Codec[T] = _codec(hint)
    return made


@functools.cache
def _codec(hint: Any) -> Codec[Any]:  # noqa: ANN401  # a type hint is of no one type
    origin, arguments = typing.get_origin(hint), typing.get_args(hint)
    if hint in SCALARS:
        return SCALARS[hint]
    if origin is Literal:
        return words(*arguments)
    if origin is tuple:
        return _tuple(arguments)
    if origin in {typing.Union, types.UnionType}:
        return _optional(arguments) if types.NoneType in arguments else _one_of(arguments)
    if isinstance(hint, type) and issubclass(hint, enum.Enum):
        return members(hint)
    if isinstance(hint, type) and dataclasses.is_dataclass(hint):
        return _dataclass(hint)
    msg = f"records cannot hold {hint!r}"
    raise TypeError(msg)


def _at(step: str, decode: Callable[[Tree], T], tree: Tree) -> T:
    try:
        return decode(tree)
    except TreeError as error:
        raise error.under(step) from None


def _tuple(arguments: tuple[Any, ...]) -> Codec[Any]:
    if arguments == (float, ...):
        return NUMBERS
    if arguments[-1] is ...:
        return _many(_codec(arguments[0]))
    return _fixed(tuple(map(_codec, arguments)))


def _many(item: Codec[Any]) -> Codec[Any]:
    def encode(values: tuple[Any, ...]) -> Tree:
        return [item.encode(value) for value in values]

    def decode(tree: Tree) -> tuple[Any, ...]:
        if not isinstance(tree, list):
            refuse("a list", tree)
        return tuple(_at(f"[{i}]", item.decode, value) for i, value in enumerate(tree))

    return Codec(encode, decode)


def _fixed(parts: tuple[Codec[Any], ...]) -> Codec[Any]:
    def encode(values: tuple[Any, ...]) -> Tree:
        return [part.encode(value) for part, value in zip(parts, values, strict=True)]

    def decode(tree: Tree) -> tuple[Any, ...]:
        if not isinstance(tree, list) or len(tree) != len(parts):
            refuse(f"a list of {len(parts)}", tree)
        return tuple(_at(f"[{i}]", parts[i].decode, value) for i, value in enumerate(tree))

    return Codec(encode, decode)


def _optional(arguments: tuple[Any, ...]) -> Codec[Any]:
    (inner,) = (_codec(argument) for argument in arguments if argument is not types.NoneType)
    return Codec(
        lambda value: None if value is None else inner.encode(value),
        lambda tree: None if tree is None else inner.decode(tree),
    )


def _one_of(classes: tuple[type, ...]) -> Codec[Any]:
    """Dataclasses that their literal field `form` tells apart."""
    forms = {typing.get_args(typing.get_type_hints(c)["form"])[0]: _codec(c) for c in classes}

    def decode(tree: Tree) -> object:
        form = tree.get("form") if isinstance(tree, Mapping) else None
        if not isinstance(form, str) or form not in forms:
            raise TreeError(f"expected an object whose form is one of {', '.join(forms)}")
        return forms[form].decode(tree)

    return Codec(lambda value: forms[value.form].encode(value), decode)


def _dataclass(cls: type[Any]) -> Codec[Any]:
    hints = typing.get_type_hints(cls)
    fields = {field.name: _codec(hints[field.name]) for field in dataclasses.fields(cls)}
    required = frozenset(
        field.name
        for field in dataclasses.fields(cls)
        if field.default is dataclasses.MISSING and field.default_factory is dataclasses.MISSING
    )

    def encode(value: object) -> Tree:
        return {name: codec.encode(getattr(value, name)) for name, codec in fields.items()}

    def decode(tree: Tree) -> object:
        if not isinstance(tree, dict):
            refuse("an object", tree)
        if unknown := tree.keys() - fields.keys():
            raise TreeError(f"unknown key {min(unknown)[:100]!r}")
        if absent := required - tree.keys():
            raise TreeError(f"the key {min(absent)!r} is absent")
        values = {name: _at(name, fields[name].decode, part) for name, part in tree.items()}
        try:
            made = cls(**values)
        except ValueError as error:  # what the core itself refuses to build
            raise TreeError(str(error)) from None
        if problem := problem_of(made):
            raise TreeError(problem)
        return made

    return Codec(encode, decode)
