"""What every part of the file format is built on: a mapping with known fields, its short forms, and its messages.

A `Form` is a pydantic model of one mapping of the file. Its keys match whatever the case and whether a space,
`-` or `_` is used; names (the keys of `calendars`, `teams`, …) are left as written. A form may also be written
short (`returns: 15% to Register`): `from_text` turns the text into the mapping it stands for, `short` tells
readers and the JSON Schema about it.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import lru_cache
from typing import Any, ClassVar, NoReturn

from pydantic import BaseModel, ConfigDict, GetJsonSchemaHandler, model_validator
from pydantic_core import CoreSchema, PydanticCustomError

from flowsim.scenario.names import key_form
from flowsim.scenario.syntax import shorten

TEXT = ["string", "number"]
"""The JSON types that a text of this format may have in the eyes of an editor."""


@lru_cache(maxsize=20_000)
def parsed(parse: Callable[[str], Any], text: str) -> Any:
    """The value of a text, one that nobody can change; the cells of a sweep have most of their texts in common."""
    return parse(text)


def fail(code: str, message: str, hint: str = "", *, below: tuple[str, ...] = (), key: bool = False) -> NoReturn:
    """Refuse a value. `below`: the keys from it down to what is to blame; `key`: the key there, not the value."""
    about = {"text": message, "hint": hint, "below": below, "key": key}
    raise PydanticCustomError(code, "{text}", about)


def kind_of(value: object) -> str:
    """What was found, in the words of a message."""
    if isinstance(value, dict):
        keys = ", ".join(str(k) for k in list(value)[:4])
        return f"fields ({keys})" if keys else "an empty mapping"
    if isinstance(value, list):
        return "a list"
    return f"the text '{shorten(str(value))}'" if value != "" else "nothing"


class Form(BaseModel):
    """One mapping of the file; subclasses name its fields. Frozen; unknown fields are errors."""

    model_config = ConfigDict(
        extra="forbid",
        frozen=True,
        arbitrary_types_allowed=True,
        validate_by_name=False,
        validate_by_alias=True,
    )

    short: ClassVar[tuple[str, ...]] = ()
    """Examples of the ways to write it as one text."""

    @classmethod
    def fields(cls) -> list[str]:
        """The names of its fields as written in a file."""
        return [info.alias or name for name, info in cls.model_fields.items()]

    @classmethod
    def from_text(cls, text: str) -> dict[str, Any]:
        """The mapping that a short form stands for. Raises PydanticCustomError when it is none."""
        known = ", ".join(cls.fields()[:6])
        fail(
            "FS304",
            f"expected fields ({known}, …), found {kind_of(text)}",
            f"write the fields below it, indented, or {cls._example()}",
        )

    @classmethod
    def _example(cls) -> str:
        """Its required fields, or else its first two, on one line."""
        shown = {info.alias or name: info for name, info in cls.model_fields.items() if info.examples}
        chosen = [name for name, info in shown.items() if info.is_required()] or list(shown)[:2]
        return f"{{{', '.join(f'{name}: {(shown[name].examples or [])[0]}' for name in chosen)}}}"

    @model_validator(mode="before")
    @classmethod
    def _begin(cls, data: Any) -> Any:
        if isinstance(data, str):
            text = data.strip()
            if text:
                return cls.from_text(text)
            data = {}
        if not isinstance(data, dict):
            known = ", ".join(cls.fields()[:6])
            fail(
                "FS304",
                f"expected fields ({known}, …), found {kind_of(data)}",
                "write the fields as 'name: value'",
            )
        return cls._keys(data)

    @classmethod
    def _keys(cls, data: dict[str, Any]) -> dict[str, Any]:
        """The same mapping with its known keys as the schema spells them."""
        known = {key_form(field): field for field in cls.fields()}
        result: dict[str, Any] = {}
        for key, value in data.items():
            field = known.get(key_form(key), key)
            if field in result:
                fail(
                    "FS306",
                    f"'{key}' stands here twice: it is the same field as '{field}'",
                    "keep one",
                    below=(key,),
                    key=True,
                )
            result[field] = value
        return result

    @classmethod
    def __get_pydantic_json_schema__(cls, core_schema: CoreSchema, handler: GetJsonSchemaHandler) -> dict[str, Any]:
        reference = handler(core_schema)
        schema = handler.resolve_ref_schema(reference)
        if "properties" in schema:  # the first visit of this class
            whole = dict(schema)
            schema.clear()
            whole["patternProperties"] = {
                spelling(field): property_ for field, property_ in whole["properties"].items() if spelling(field)
            }
            if not whole["patternProperties"]:
                del whole["patternProperties"]
            about = {"description": whole.pop("description", ""), "title": cls.__name__.removesuffix("Form")}
            whole.pop("title", None)
            options: list[dict[str, Any]] = [whole]
            if cls.short:
                options.insert(0, {"type": TEXT, "examples": list(cls.short)})
            if not whole.get("required"):
                options.append({"type": "null"})
            schema.update({**about, "anyOf": options} if len(options) > 1 else {**about, **whole})
        return reference


def spelling(field: str) -> str:
    """A pattern for the other spellings of a key of several words; "" for one word."""
    words = re.split(r"[ -]", field)
    return "^" + "[ _-]".join(words) + "$" if len(words) > 1 else ""
