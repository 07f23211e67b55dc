"""The fields of a class of requests: how they come, how they travel, and what their customers do meanwhile (R5, R15).

Arrivals themselves are in `schema_times`.
"""

from __future__ import annotations

from typing import Annotated, Any, ClassVar

from pydantic import Field

from flowsim import units
from flowsim.scenario.fields import (
    MaybeCount,
    MaybeLength,
    MaybeName,
    MaybeQuantity,
    Name,
    OrNone,
    Quantity,
    Reader,
    Several,
    YesNo,
    counted,
    parse_priority,
)
from flowsim.scenario.forms import Form
from flowsim.scenario.schema_times import ArrivalsForm

MOST_WAITING = 1_000_000
"""Requests in one entry of a backlog."""


class BacklogForm(Form):
    """Requests that are at a step already when the run begins (R5)."""

    at: Name = Field(description="The step they are waiting at.", examples=["Legal opinion"])
    requests: Annotated[int, Reader(counted(1, MOST_WAITING, "requests"), "a number of requests", ("40",))] = Field(
        description="How many there are.",
        examples=["40"],
    )
    age: Quantity = Field(
        description="How long ago each of them came, in elapsed time: a fixed time or a distribution.",
        examples=["5 .. 20 days", "2 weeks"],
    )


class ChasingForm(Form):
    """Customers who ask where their request is; every time is work for a team (R15)."""

    to: Name = Field(description="The team that they turn to.", examples=["Front desk"])
    takes: Quantity = Field(
        description="How long that team is at work on it, each time.",
        examples=["5 .. 15 min"],
    )
    every: Quantity = Field(
        description="The time from one to the next: elapsed, or working days on the class's calendar.",
        examples=["3 working days", "2 .. 5 days"],
    )
    share: Annotated[float, Reader(units.parse_share, "a share", ("50%",))] = Field(
        default=1.0,
        description="The share of customers who chase at all. Default: all.",
        examples=["50%"],
    )
    after: MaybeLength = Field(
        default=None,
        description="How long after its arrival they begin to wait for the first. Default: the promise.",
        examples=["5 working days"],
    )
    at_most: MaybeCount = Field(
        default=None,
        alias="at most",
        description="How often a customer asks at most. Default: until the request has ended.",
        examples=["3"],
    )


class DelayForm(Form):
    """What it costs that a request takes long, in the currency of the file."""

    short: ClassVar[tuple[str, ...]] = ("20 per working day", "100 per week")

    amount: Annotated[units.CostOfTime, Reader(units.parse_cost_of_time, "a cost of time", ("20 per working day",))] = (
        Field(
            description="So much per length of lead time: elapsed, or working days on the class's calendar.",
            examples=["20 per working day", "100 per week"],
        )
    )
    late_only: YesNo = Field(
        default=False,
        alias="late only",
        description="Whether only the time beyond the promise counts.",
        examples=["yes"],
    )

    @classmethod
    def from_text(cls, text: str) -> dict[str, Any]:
        """The amount alone."""
        return {"amount": text}


class RequestForm(Form):
    """A class of requests: how they arrive, how they travel, and what their customers were promised."""

    arrivals: Annotated[ArrivalsForm | None, OrNone(said=True)] = Field(
        description="How requests of this class arrive; none: there is only a backlog.",
        examples=["8 per working day", "none"],
    )
    calendar: MaybeName = Field(
        default=None,
        description="The calendar in whose open time they arrive and are promised. Default: always.",
        examples=["office"],
    )
    promise: MaybeLength = Field(
        default=None,
        description="The lead time the customer was told: elapsed, or working days on the class's calendar.",
        examples=["2 working days", "48 h"],
    )
    priority: Annotated[int, Reader(parse_priority, "a priority", ("0", "rush", "normal", "low"))] = Field(
        default=1,
        description="0 (rush) is served first, then 1 (normal, the default), then 2 (low) and so on.",
        examples=["rush", "0"],
    )
    journey: Annotated[list[Name], Several()] = Field(
        default=[],
        description="The steps of this class in its own order; steps that are not in it are not on its way. Steps in "
        "parallel branches are not named, the step they begin after is. Default: all steps in the order of the file.",
        examples=["[Register, Check the file, Decide]"],
    )
    backlog: Annotated[list[BacklogForm], Several()] = Field(
        default=[],
        description="What is waiting already when the run begins; or a list of such.",
        examples=["{at: Legal opinion, requests: 40, age: 5 .. 20 days}"],
    )
    patience: MaybeQuantity = Field(
        default=None,
        description="How long a customer waits before he withdraws: elapsed, or working days on the class's calendar. "
        "Default: for ever.",
        examples=["30 days", "20 working days", "20 .. 40 days"],
    )
    chasing: Annotated[ChasingForm | None, OrNone()] = Field(
        default=None,
        description="Customers who ask where their request is: how often, and whose work that is.",
        examples=["{to: Front desk, takes: 5 .. 15 min, every: 3 working days, share: 50%, at most: 3}"],
    )
    cost_of_delay: Annotated[DelayForm | None, OrNone()] = Field(
        default=None,
        alias="cost of delay",
        description="What it costs that a request takes long.",
        examples=["20 per working day", "{amount: 20 per day, late only: yes}"],
    )
