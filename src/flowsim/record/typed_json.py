"""JSON from a file that may be damaged or hostile, as frozen dataclasses, checked by their annotations.

No value is converted: a text is no number, true is no 1, NaN is refused, and so is a key that stands twice.
"""

from __future__ import annotations

import dataclasses
import json
import math
import typing
from collections.abc import Mapping
from typing import Any, TypeVar

_T = TypeVar("_T")


class ShapeError(ValueError):
    """The JSON is not of the form it should have; the message says where."""


def strict_loads(text: str) -> dict[str, Any]:
    """A JSON object. Raises ValueError or RecursionError for anything else."""
    value = json.loads(text, parse_constant=_no_constant, object_pairs_hook=_no_twice)
    if not isinstance(value, dict):
        raise ShapeError("it is no JSON object")
    return value


def build(kind: type[_T], value: Any, where: str = "") -> _T:
    """`value` as an instance of the dataclass `kind`; keys it does not know are left out. Raises `ShapeError`."""
    return typing.cast(_T, _build(kind, value, where))


def _build(kind: Any, value: Any, where: str) -> Any:
    origin = typing.get_origin(kind)
    if kind is Any:
        return value
    if dataclasses.is_dataclass(kind):
        return _object(kind, _expect(dict, value, where), where)
    if origin is tuple:
        inner = typing.get_args(kind)[0]
        return tuple(_build(inner, v, f"{where}.{i}") for i, v in enumerate(_expect(list, value, where), 1))
    if origin is Mapping:
        inner = typing.get_args(kind)[1]
        return {key: _build(inner, v, f"{where}.{key}") for key, v in _expect(dict, value, where).items()}
    if kind is float and type(value) is int:
        return float(value)  # 2 and 2.0 are one number in JSON
    return _expect(kind, value, where)


def _object(kind: Any, value: dict[str, Any], where: str) -> Any:
    hints = typing.get_type_hints(kind)
    given = {}
    for field in dataclasses.fields(kind):
        path = f"{where}.{field.name}".lstrip(".")
        if field.name not in value:
            raise ShapeError(f"{path} is missing")
        given[field.name] = _build(hints[field.name], value[field.name], path)
    return kind(**given)


def _expect(kind: Any, value: Any, where: str) -> Any:
    names = {
        str: "text",
        int: "a whole number",
        float: "a number",
        bool: "true or false",
        list: "a list",
        dict: "an object",
    }
    if type(value) is not kind or (kind is float and not math.isfinite(value)):
        raise ShapeError(f"{where or 'it'} should be {names[kind]}")
    return value


def _no_constant(name: str) -> Any:
    raise ShapeError(f"{name} is no number")


def _no_twice(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) < len(pairs):
        raise ShapeError("a key stands twice")
    return found
