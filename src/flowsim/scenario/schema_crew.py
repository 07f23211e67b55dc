"""The fields of a step about the people who do it: others at once, and the switch to another kind (R8, R11)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Annotated, Any, ClassVar

from pydantic import Field, GetCoreSchemaHandler, GetJsonSchemaHandler
from pydantic_core import CoreSchema, core_schema

from flowsim import units
from flowsim.scenario.fields import MAX_PEOPLE, NOTHING, Quantity, Several, chooser, counted, parse_name
from flowsim.scenario.forms import TEXT, Form, fail, kind_of

AT_ONCE = counted(1, MAX_PEOPLE, "a number of people at once")
"""The parser of how many people a step needs at once."""


@dataclass(frozen=True)
class Guests:
    """So many people of another team who are needed at once, and where that stands below `with`."""

    team: str
    count: int
    at: tuple[str | int, ...]
    key: bool


@dataclass(frozen=True)
class WithReader:
    """`with`: a team, a list of teams, or the number of people by team."""

    def read(self, value: object) -> tuple[Guests, ...]:
        """Who else is needed, as written. Raises PydanticCustomError."""
        if value == "" or (isinstance(value, str) and value.strip().casefold() in NOTHING):
            return ()
        return tuple(self._guests(value))

    def _guests(self, value: object) -> Iterator[Guests]:
        if isinstance(value, dict):
            for team, number in value.items():
                yield Guests(parse_name(team), self._count(team, number), (team,), True)
            return
        listed = isinstance(value, list)
        for i, team in enumerate(value if isinstance(value, list) else [value]):
            below = (str(i + 1),) if listed else ()
            if not isinstance(team, str) or not team.strip():
                fail("FS304", f"expected a team, found {kind_of(team)}", "{Legal: 1, Finance: 2}", below=below)
            yield Guests(parse_name(team.strip()), 1, (i,) if listed else (), False)

    def _count(self, team: str, number: object) -> int:
        if not isinstance(number, str) or not number.strip():
            fail("FS304", f"expected a number of people, found {kind_of(number)}", "{Legal: 1}", below=(team,))
        try:
            return AT_ONCE(number.strip())
        except units.QuantityError as error:
            fail(error.code, error.message, error.hint, below=(team,))

    def __get_pydantic_core_schema__(self, source: Any, handler: GetCoreSchemaHandler) -> CoreSchema:
        return core_schema.no_info_plain_validator_function(self.read)

    def __get_pydantic_json_schema__(self, schema: CoreSchema, handler: GetJsonSchemaHandler) -> dict[str, Any]:
        return {
            "anyOf": [
                {"type": TEXT, "examples": ["Legal"]},
                {"type": "array", "items": {"type": TEXT}},
                {"type": "object", "additionalProperties": {"type": TEXT}},
            ]
        }


class ChangeOverForm(Form):
    """Time to switch: set-up when somebody takes up something of another kind than he had last."""

    short: ClassVar[tuple[str, ...]] = ("10 min",)

    time: Quantity = Field(description="How long it takes, in his working time.", examples=["10 min", "5 .. 15 min"])
    by: Annotated[list[Annotated[str, chooser("class", "task")]], Several()] = Field(
        default=["class"],
        min_length=1,
        description="What makes it another kind: another class of request, another (first) task, or either.",
        examples=["task", "[class, task]"],
    )

    @classmethod
    def from_text(cls, text: str) -> dict[str, Any]:
        """The time alone: by class."""
        return {"time": text}
