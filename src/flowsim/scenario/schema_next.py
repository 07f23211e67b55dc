"""`next`: where requests go after a step, as shares or by class, or along parallel branches (R13)."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Annotated, Any

from pydantic import Field, GetCoreSchemaHandler, GetJsonSchemaHandler
from pydantic_core import CoreSchema, core_schema

from flowsim import units
from flowsim.scenario.fields import NOTHING, Reader, parse_name
from flowsim.scenario.forms import TEXT, Form, fail, kind_of
from flowsim.scenario.names import key_form, name_form
from flowsim.scenario.syntax import shorten

END_WORDS = ("end", "einde")


def outcome_of(word: str) -> str | None:
    """What a journey ends in that goes to `end`, `einde` or `end as OUTCOME`; None when the word is a step."""
    first, _, rest = word.partition(" as ")
    return (rest.strip() or "done") if first.strip().casefold() in END_WORDS else None


# -- routes ----------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Goal:
    """One target of a route: a step or the end (with its outcome), its share, and where it stands below `next`."""

    to: str
    share: float
    at: tuple[str, ...]
    key: bool

    @property
    def outcome(self) -> str | None:
        """What the journey ends in; None when `to` is a step."""
        return outcome_of(self.to)


@dataclass(frozen=True)
class Branch:
    """Where requests of the class `name` go ("": all of them; others: those not named), and where that stands."""

    name: str
    goals: tuple[Goal, ...]
    at: tuple[str, ...]

    @property
    def others(self) -> bool:
        """Whether this holds for every class that has no branch of its own."""
        return name_form(self.name) in ("", "others", "overige")


# -- parallel branches -----------------------------------------------------------------------------------------------

_SPLIT = "{parallel: [Legal advice, [Fire advice, Fire visit]], join: Decide}"


@dataclass(frozen=True)
class BranchesReader:
    """The branches of a split: a list of two or more, each a step or a list of steps."""

    def read(self, value: object) -> tuple[tuple[str, ...], ...]:
        """The names of the steps, by branch. Raises PydanticCustomError."""
        if not isinstance(value, list) or len(value) < 2:
            found = ("one" if value else "none") if isinstance(value, list) else kind_of(value)
            fail("FS350", f"expected a list of two branches or more, found {found}", _SPLIT)
        return tuple(tuple(self._branch(branch, str(i))) for i, branch in enumerate(value, 1))

    def _branch(self, value: object, at: str) -> Iterator[str]:
        if isinstance(value, list) and not value:
            fail("FS350", "expected a step in each branch, found none", "take the branch out", below=(at,))
        for j, name in enumerate(value if isinstance(value, list) else [value], 1):
            below = (at, str(j)) if isinstance(value, list) else (at,)
            if not isinstance(name, str) or not name.strip():
                hint = "a branch is a step or a list of steps; one of these may have a 'next: {parallel: ...}' itself"
                fail("FS350", f"expected the name of a step, found {kind_of(name)}", hint, below=below)
            yield parse_name(name.strip())

    def __get_pydantic_core_schema__(self, source: Any, handler: GetCoreSchemaHandler) -> CoreSchema:
        return core_schema.no_info_plain_validator_function(self.read)

    def __get_pydantic_json_schema__(self, schema: CoreSchema, handler: GetJsonSchemaHandler) -> dict[str, Any]:
        steps = {"type": "array", "minItems": 1, "items": {"type": TEXT}}
        return {"type": "array", "minItems": 2, "items": {"anyOf": [{"type": TEXT}, steps]}}


def parse_join(text: str) -> str:
    """A step, or the end of the path that the split is on; a branch has no outcome of its own."""
    if outcome_of(text) not in (None, "done"):
        hint = "let the branches join at a step that says 'next: end as OUTCOME'"
        fail("FS350", f"expected a step or 'end', found '{shorten(text)}'", hint)
    return parse_name(text)


class SplitForm(Form):
    """Branches that start together after a step; when all have come to their end, the request goes on (R13)."""

    parallel: Annotated[tuple[tuple[str, ...], ...], BranchesReader()] = Field(
        description="The branches, each a step or a list of steps in their order. A request passes the steps that it "
        "does not need; a step of a branch may split again.",
        examples=["[Legal advice, [Fire advice, Fire visit]]"],
    )
    join: Annotated[str | None, Reader(parse_join, "a step or 'end'", ("Decide",))] = Field(
        default=None,
        description="Where the request goes on when all branches have ended: a step, or 'end'. Default: the next step "
        "of the file that is in no branch; for a split within a branch, the next step of that branch.",
        examples=["Decide", "end"],
    )


# -- one or the other ------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class NextReader:
    """`next`: a step or the end; shares of several; or one of these by class; or a `SplitForm`."""

    def read(self, value: object) -> tuple[Branch, ...]:
        """The branches of a `next` as written, when it is no split. Raises PydanticCustomError."""
        if value == "" or (isinstance(value, str) and value.strip().casefold() in NOTHING):
            return ()
        if isinstance(value, dict) and not value:
            return ()
        if isinstance(value, dict) and not all(_is_share(v) for v in value.values()):
            if any(_is_share(v) for v in value.values()):
                fail(
                    "FS316",
                    "next mixes shares and classes",
                    "write either 'STEP: SHARE' or 'CLASS: STEP' on every line",
                )
            return tuple(Branch(parse_name(k), tuple(self._goals(v, (k,))), (k,)) for k, v in value.items())
        return (Branch("", tuple(self._goals(value, ())), ()),)

    def _goals(self, value: object, at: tuple[str, ...]) -> Iterator[Goal]:
        if isinstance(value, str):
            yield Goal(parse_name(value.strip()), 1.0, at, False)
            return
        if _is_split(value):
            hint = "let all of them split, and say with 'only' or 'share' who needs the steps of the branches"
            fail("FS316", "next mixes classes and parallel branches", hint, below=at, key=True)
        if not isinstance(value, dict) or not all(_is_share(v) for v in value.values()):
            fail(
                "FS304",
                f"expected a step, 'end', or shares of steps, found {kind_of(value)}",
                "{Legal: 60%, end: 40%}",
            )
        for key, text in value.items():
            try:
                yield Goal(parse_name(key.strip()), units.parse_share(text), (*at, key), True)
            except units.QuantityError as error:
                fail(error.code, error.message, error.hint, below=(*at, key))

    def _either(self, value: object, split: core_schema.ValidatorFunctionWrapHandler) -> object:
        """A split by its own form, anything else by `read`."""
        if not isinstance(value, dict) or not _is_split(value):
            return self.read(value)
        for key in value:
            if key_form(key) not in ("parallel", "join"):
                hint = "let all of them split, and say with 'only' or 'share' who needs the steps of the branches"
                fail("FS316", "next mixes parallel branches with shares or classes", hint, below=(key,), key=True)
        return split(value)

    def __get_pydantic_core_schema__(self, source: Any, handler: GetCoreSchemaHandler) -> CoreSchema:
        return core_schema.no_info_wrap_validator_function(self._either, handler.generate_schema(SplitForm))

    def __get_pydantic_json_schema__(self, schema: CoreSchema, handler: GetJsonSchemaHandler) -> dict[str, Any]:
        shares = {"type": "object", "additionalProperties": {"type": TEXT}}
        one = {"anyOf": [{"type": TEXT}, shares]}
        return {
            "anyOf": [
                {"type": TEXT, "examples": ["Decide", "end"]},
                handler(schema),
                {"type": "object", "additionalProperties": one},
            ]
        }


def _is_split(value: object) -> bool:
    """Whether a mapping is of branches: `parallel` stands there, and not with a share, as the name of a step."""
    return isinstance(value, dict) and any(
        key_form(key) == "parallel" and not _is_share(inside) for key, inside in value.items()
    )


def _is_share(value: object) -> bool:
    return isinstance(value, str) and bool(re.fullmatch(r".*%|[\d.,]+|\d+\s*/\s*\d+", value.strip()))
