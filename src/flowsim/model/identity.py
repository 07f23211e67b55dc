"""One hash of a whole Model, and the Model as JSON and back (house rule: identity is content)."""

from __future__ import annotations

import dataclasses
import hashlib
import json
import types
import typing
from collections.abc import Callable
from functools import cache
from typing import Any

from flowsim.model.process import Model


def canonical_json(model: Model) -> str:
    """The Model as JSON with sorted keys and no spaces; floats as the shortest text that reads back the same."""
    return json.dumps(_writer(Model)(model), sort_keys=True, separators=(",", ":"), ensure_ascii=False)


def identity(model: Model) -> str:
    """SHA-256 of the canonical JSON, as 64 hex digits: equal models, equal identity."""
    return hashlib.sha256(canonical_json(model).encode()).hexdigest()


def from_json(text: str) -> Model:
    """The Model that `canonical_json` wrote. Raises ValueError or TypeError when the text is no such thing."""
    return typing.cast(Model, _build(Model, json.loads(text)))


@cache
def _writer(kind: Any) -> Callable[[Any], Any]:
    """What makes JSON data of a value of the annotated type `kind`; numbers as that type has them: 1 and 1.0 are one
    share, so one text. Kept by type: a sweep asks for thousands of models.
    """
    kind = _present(kind)
    if typing.get_origin(kind) is tuple:
        return lambda value: None if value is None else _items(kind, value)
    if dataclasses.is_dataclass(kind):
        hints = typing.get_type_hints(kind)
        fields = [(field.name, hints[field.name]) for field in dataclasses.fields(kind)]
        return lambda value: None if value is None else {n: _writer(hint)(getattr(value, n)) for n, hint in fields}
    if kind is float:
        return lambda value: None if value is None else float(value) + 0.0  # -0.0 and 0.0 are equal, so one text
    return lambda value: None if value is None else kind(value)


def _items(kind: Any, value: Any) -> list[Any]:
    inner = typing.get_args(kind)
    if inner[-1] is Ellipsis:
        write = _writer(inner[0])
        return [write(v) for v in value]
    return [_writer(k)(v) for k, v in zip(inner, value, strict=True)]


def _build(kind: Any, value: Any) -> Any:
    """`value` from JSON as an instance of the annotated type `kind`."""
    if value is None and _present(kind) is not kind:
        return None
    kind = _present(kind)
    if typing.get_origin(kind) is tuple:
        _expect(value, list, kind)
        return tuple(_build(k, v) for k, v in zip(_members(kind, len(value)), value, strict=True))
    if dataclasses.is_dataclass(kind):
        _expect(value, dict, kind)
        hints = typing.get_type_hints(kind)
        unknown = sorted(set(value) - set(hints))
        if unknown:
            raise TypeError(f"{kind} has no {', '.join(unknown)}")
        return typing.cast(Any, kind)(**{name: _build(hints[name], v) for name, v in value.items()})
    if kind is float and type(value) is int:
        return float(value)
    _expect(value, kind, kind)
    return value


def _present(kind: Any) -> Any:
    """The type without the None that it may also be."""
    if typing.get_origin(kind) in (types.UnionType, typing.Union):
        return next(k for k in typing.get_args(kind) if k is not type(None))
    return kind


def _members(kind: Any, number: int) -> tuple[Any, ...]:
    """The type of each member of a tuple of that many."""
    inner = typing.get_args(kind)
    return (inner[0],) * number if inner[-1] is Ellipsis else inner


def _expect(value: Any, found: type, kind: Any) -> None:
    if type(value) is not found:
        raise TypeError(f"{value!r:.60} is no {kind}")
