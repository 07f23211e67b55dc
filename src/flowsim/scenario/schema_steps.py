"""The fields of a step: who does what, how requests get there, and where they go next (R7 to R13)."""

from __future__ import annotations

import re
from typing import Annotated, Any, ClassVar

from pydantic import Field

from flowsim import units
from flowsim.scenario.fields import (
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
)
from flowsim.scenario.forms import Form, fail
from flowsim.scenario.schema_crew import AT_ONCE, ChangeOverForm, Guests, WithReader
from flowsim.scenario.schema_next import Branch, NextReader, SplitForm
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


class StepForm(Form):
    """Where a team does one or more tasks for a request, and how the request gets there and goes on."""

    teams: Annotated[list[Name], Several()] = Field(
        alias="team",
        min_length=1,
        description="The team that does it; or several, any of which may take it: the first that can, in this order.",
        examples=["Intake", "[Intake, Front desk]"],
    )
    people: Annotated[int, Reader(AT_ONCE, "a number of people", ("2",))] = Field(
        default=1,
        description="How many people of the team are needed at once.",
        examples=["2"],
    )
    together: Annotated[tuple[Guests, ...], WithReader()] = Field(
        default=(),
        alias="with",
        description="Other teams whose people are needed at the same time: a meeting. One of each, or as many as said.",
        examples=["Legal", "[Legal, Finance]", "{Legal: 1, Finance: 2}"],
    )
    same_person: YesNo = Field(
        default=False,
        alias="same person",
        description="Whether whoever did the step before goes straight on, without queue or handoff, when his team may "
        "take this step.",
        examples=["yes"],
    )
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
    change_over: Annotated[ChangeOverForm | None, OrNone()] = Field(
        default=None,
        alias="change-over",
        description="Time to switch when the person's last request was of another class; or says by what.",
        examples=["10 min", "{time: 10 min, by: task}"],
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
    blocking: Annotated[str, chooser("place", "person")] = Field(
        default="place",
        description="What a finished request keeps when a limit does not let it go on: its place here, or its person "
        "(or people) too.",
        examples=["person"],
    )
    next: Annotated[tuple[Branch, ...] | SplitForm, NextReader()] = Field(
        default=(),
        description="Where requests go next: a step, 'end' or 'end as OUTCOME'; shares of several; or one of these by "
        "class, with 'others' for the rest; or parallel branches that start together. Default: the next step of the "
        "file, of the class's journey, or of the branch.",
        examples=[
            "Decide the fee",
            "{Legal opinion: 60%, end as refused: 40%}",
            "{rush: Decide, others: Legal opinion}",
            "{parallel: [Legal advice, [Fire advice, Fire visit]], join: Decide}",
        ],
    )

    @property
    def team(self) -> str:
        """The team that does it; of several, the first."""
        return self.teams[0]

    @property
    def routes(self) -> tuple[Branch, ...]:
        """Where `next` leads, by class; none when it is a split."""
        return () if isinstance(self.next, SplitForm) else self.next

    @property
    def split(self) -> SplitForm | None:
        """The parallel branches that `next` is; None when it is routes."""
        return self.next if isinstance(self.next, SplitForm) else None
