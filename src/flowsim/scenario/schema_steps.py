"""The fields of a step: who does what, how requests get there, and where they go next (R7 to R13)."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Annotated, Any, ClassVar

from pydantic import BeforeValidator, Field, GetCoreSchemaHandler, GetJsonSchemaHandler
from pydantic_core import CoreSchema, core_schema

from flowsim import units
from flowsim.scenario.fields import (
    NOTHING,
    MaybeBatch,
    MaybeCount,
    MaybeLength,
    MaybeLuck,
    MaybeName,
    MaybeQuantity,
    MaybeShare,
    Name,
    OrNone,
    Reader,
    Several,
    YesNo,
    chooser,
    parse_name,
)
from flowsim.scenario.forms import TEXT, Form, fail, kind_of
from flowsim.scenario.names import name_form
from flowsim.scenario.syntax import shorten


class DoesForm(Form):
    """A task that is done at a step."""

    short: ClassVar[tuple[str, ...]] = ("register",)

    task: Name = Field(description="The name of the task.", examples=["register"])
    share: MaybeShare = Field(
        default=None,
        description="The share of requests for which it is done here, on top of the task's own share.",
        examples=["60%"],
    )
    luck_of: MaybeLuck = Field(
        default=None,
        alias="luck of",
        description="The step whose share this was before steps were merged: the same requests are drawn.",
        examples=["Legal opinion"],
    )

    @classmethod
    def from_text(cls, text: str) -> dict[str, Any]:
        """The name alone."""
        return {"task": text}


class QuestionForm(Form):
    """A question back, after the receiver has read in; with the answer the request joins the queue again (R12)."""

    chance: Annotated[float, Reader(units.parse_share, "a chance", ("10%",))] = Field(
        description="The chance that a visit leads to a question.", examples=["10%"]
    )
    to: Annotated[str, chooser("customer", "sender")] = Field(
        description="Who is asked: the customer (a wait) or the sender, the team that had the request (work for it).",
        examples=["customer", "sender"],
    )
    answer: Annotated[units.Quantity, Reader(units.parse_quantity, "a quantity", ("1 day ± 1 day",))] = Field(
        description="How long the answer takes: for the customer elapsed or working days, for the sender working time.",
        examples=["1 day ± 1 day", "2 working days"],
    )


class HandoffForm(Form):
    """How a request gets here, from another team or from the customer (R7)."""

    batch: MaybeBatch = Field(
        default=None,
        description="Requests wait to travel together: until there are so many, the first has waited so long, or at "
        "clock times; with 'or', whichever comes first.",
        examples=["10 requests", "10 requests or 2 working days", "every working day at 16:00", "none"],
    )
    transit: MaybeQuantity = Field(
        default=None,
        description="How long they travel: elapsed, or working days on the calendar of this handoff.",
        examples=["2 h", "1 working day", "none"],
    )
    reread: MaybeQuantity = Field(
        default=None,
        description="How long the receiver reads himself in, in his working time.",
        examples=["5 min"],
    )
    question: Annotated[QuestionForm | None, OrNone()] = Field(
        default=None,
        description="The chance of a question back, and what the answer takes.",
        examples=["{chance: 10%, to: customer, answer: 1 day ± 1 day}"],
    )
    calendar: MaybeName = Field(
        default=None,
        description="The calendar of this handoff's working days and clock times. Default: that of the nearest earlier "
        "step of another team.",
        examples=["office"],
    )
    within_team: YesNo = Field(
        default=False,
        alias="within team",
        description="Whether all this also holds for a move inside the team.",
        examples=["yes"],
    )


class ReturnForm(Form):
    """A chance that a request is found wrong after this step and is sent back (R12)."""

    short: ClassVar[tuple[str, ...]] = ("15% to Register",)

    chance: Annotated[list[Annotated[float, Reader(units.parse_share, "a chance", ("15%",))]], Several()] = Field(
        min_length=1,
        description="The chance, or a list of chances by visit of which the last repeats.",
        examples=["15%", "[15%, 5%, 0%]"],
    )
    to: Name = Field(description="The earlier step it goes back to.", examples=["Register"])
    at_most: MaybeCount = Field(
        default=None,
        alias="at most",
        description="After so many returns the request passes.",
        examples=["2"],
    )
    luck_of: MaybeLuck = Field(
        default=None,
        alias="luck of",
        description="The step whose return this was before steps were merged: the same requests are drawn. Returns of "
        "one step share one draw.",
        examples=["Check the file"],
    )

    @classmethod
    def from_text(cls, text: str) -> dict[str, Any]:
        """ "15% to Register"."""
        found = re.fullmatch(r"(\S.*?)\s+(?:to|naar)\s+(.+)", text, re.IGNORECASE | re.DOTALL)
        if not found:
            fail(
                "FS315",
                f"expected a return such as '15% to Register', found '{shorten(text)}'",
                "write 'SHARE to STEP'",
            )
        return {"chance": found[1], "to": found[2]}


END_WORDS = ("end", "einde")


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
        word, _, rest = self.to.partition(" as ")
        return (rest.strip() or "done") if word.strip().casefold() in END_WORDS else None


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


@dataclass(frozen=True)
class NextReader:
    """`next`: a step or the end; shares of several; or one of these by class."""

    def read(self, value: object) -> tuple[Branch, ...]:
        """The branches of a `next` as written. Raises PydanticCustomError."""
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

    def __get_pydantic_core_schema__(self, source: Any, handler: GetCoreSchemaHandler) -> CoreSchema:
        return core_schema.no_info_plain_validator_function(self.read)

    def __get_pydantic_json_schema__(self, schema: CoreSchema, handler: GetJsonSchemaHandler) -> dict[str, Any]:
        shares = {"type": "object", "additionalProperties": {"type": TEXT}}
        one = {"anyOf": [{"type": TEXT}, shares]}
        return {
            "anyOf": [
                {"type": TEXT, "examples": ["Decide", "end"]},
                {"type": "object", "additionalProperties": one},
            ]
        }


def _is_share(value: object) -> bool:
    return isinstance(value, str) and bool(re.fullmatch(r".*%|[\d.,]+|\d+\s*/\s*\d+", value.strip()))


def one_team(value: object) -> object:
    """A list of one team as that team; several are for a later version."""
    if isinstance(value, list) and len(value) > 1:
        hint = "name one team, or merge them into one"
        fail("FS302", "several teams at a step are not in this version of flowsim", hint)
    return value[0] if isinstance(value, list) and value else value


class StepForm(Form):
    """Where a team does one or more tasks for a request, and how the request gets there and goes on."""

    team: Annotated[Name, BeforeValidator(one_team)] = Field(description="The team that does it.", examples=["Intake"])
    does: Annotated[list[DoesForm], Several()] = Field(
        min_length=1,
        description="The task or tasks done here, in order.",
        examples=["register", "[register, check the file]", "[{task: legal opinion, share: 60%}]"],
    )
    only: Annotated[list[Name], Several()] = Field(
        default=[],
        description="The class or classes that visit this step. Default: all.",
        examples=["wants certainty"],
    )
    share: MaybeShare = Field(
        default=None,
        description="The share of requests that need this step, one draw a request. Default: all.",
        examples=["60%"],
    )
    handoff: Annotated[HandoffForm | None, OrNone()] = Field(
        default=None,
        description="How a request gets here, from another team or from the customer.",
        examples=["{batch: 10 requests or 2 working days, transit: 2 h, reread: 5 min}"],
    )
    batch: MaybeBatch = Field(
        default=None,
        description="Requests are gathered and handled together by one person in one go (R11); working days on the "
        "team's calendar.",
        examples=["5 requests or 1 day"],
    )
    set_up: MaybeQuantity = Field(
        default=None,
        alias="set-up",
        description="Time to get ready, once per batch (without a batch: per request).",
        examples=["30 min"],
    )
    change_over: MaybeQuantity = Field(
        default=None,
        alias="change-over",
        description="Time to switch when the person's last request was of another class.",
        examples=["10 min"],
    )
    release: Annotated[str, chooser("together", "each")] = Field(
        default="together",
        description="Whether the members of a batch leave together or each when it is done.",
        examples=["each"],
    )
    closing: Annotated[str, chooser("pause", "finish")] = Field(
        default="pause",
        description="What happens to work at closing time: it waits until the team opens, or is finished in overtime.",
        examples=["finish"],
    )
    no_start_within: MaybeLength = Field(
        default=None,
        alias="no start within",
        description="No work is begun this close to closing time.",
        examples=["30 min"],
    )
    returns: Annotated[list[ReturnForm], Several()] = Field(
        default=[],
        description="How often a request is found wrong here, and the earlier step it goes back to.",
        examples=["15% to Register", "{chance: [15%, 5%], to: Register, at most: 2}"],
    )
    next: Annotated[tuple[Branch, ...], NextReader()] = Field(
        default=(),
        description="Where requests go next: a step, 'end' or 'end as OUTCOME'; shares of several; or one of these by "
        "class, with 'others' for the rest. Default: the next step of the file.",
        examples=[
            "Decide the fee",
            "{Legal opinion: 60%, end as refused: 40%}",
            "{rush: Decide, others: Legal opinion}",
        ],
    )
