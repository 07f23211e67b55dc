"""The fields of teams and of people with a name: who is there, when, and how fast (R8, R10)."""

from __future__ import annotations

from typing import Annotated, Any, ClassVar

from pydantic import Field

from flowsim import units
from flowsim.scenario.fields import (
    MAX_PEOPLE,
    MaybeName,
    Name,
    OrNone,
    Reader,
    Several,
    chooser,
    parse_cost,
    parse_part,
)
from flowsim.scenario.forms import Form, fail
from flowsim.scenario.syntax import shorten


def parse_people(text: str) -> int:
    """How many people: 0 to 100 000. (A team of 0 has named people, as the second pass sees to.)"""
    people = units.parse_count(text)
    if people > MAX_PEOPLE:
        fail("FS309", f"expected at most {MAX_PEOPLE} people, found {people}", "a team has at least one person")
    return people


def parse_absence(text: str) -> float:
    """The chance to be away for a day: 0 or more, below 1 (R10)."""
    share = units.parse_share(text)
    if share >= 1:
        fail("FS309", f"expected an absence below 100%, found '{shorten(text)}'", "for example: 5%")
    return share


def parse_presence(text: str) -> float:
    """The share of the hours in which somebody is there: above 0 (R10)."""
    share = units.parse_share(text)
    if share <= 0:
        fail("FS309", f"expected a presence above 0%, found '{shorten(text)}'", "for example: 60%")
    return share


def parse_speed(text: str) -> int:
    """How fast somebody works, in thousandths of the usual: 1% to 1000% (R8)."""
    speed = round(units.parse_factor(text) * 1000)
    if not 10 <= speed <= 10_000:
        fail("FS309", f"expected a speed from 1% to 1000%, found '{shorten(text)}'", "for example: 120%")
    return speed


_Part = Annotated[str, Reader(parse_part, "a part of the week", ("tue thu 09:00-12:00",))]


class TargetForm(Form):
    """A team's own aim (KPI): the share of its visits that it wants done within a time."""

    short: ClassVar[tuple[str, ...]] = ("90% within 2 working days", "1 working day", "90% within 8 h")

    share: Annotated[float, Reader(units.parse_share, "a share", ("90%",))] = Field(
        default=1.0,
        description="The share of visits.",
        examples=["90%"],
    )
    within: Annotated[units.Length, Reader(units.parse_length, "a length of time", ("2 working days",))] = Field(
        description="The time from delivery to release: elapsed, or working days on the team's calendar.",
        examples=["2 working days"],
    )

    @classmethod
    def from_text(cls, text: str) -> dict[str, Any]:
        """ "90% within 2 working days", or only the time (then of all visits)."""
        for word in (" within ", " binnen "):
            if word in text.casefold():
                at = text.casefold().index(word)
                return {"share": text[:at], "within": text[at + len(word) :]}
        if "%" in text:
            fail(
                "FS315",
                f"expected a target such as '90% within 2 working days', found '{shorten(text)}'",
                "add within",
            )
        return {"within": text}


class TeamForm(Form):
    """A silo: people with one calendar, one waiting list and an aim of their own."""

    people: Annotated[int, Reader(parse_people, "a number of people", ("2",))] = Field(
        description="How many people there are, all alike; those with a name of their own (top-level `people`) come on "
        "top of them, so it may be 0 when there are such.",
        examples=["2"],
    )
    calendar: MaybeName = Field(
        default=None,
        description="When they are at work. May be left out when the file has only one calendar.",
        examples=["office"],
    )
    slots: Annotated[list[_Part], Several()] = Field(
        default=[],
        description="The parts of the week that they keep for this process: the open hours of their calendar outside "
        "these do not count for the team, its target and its batches. Handoffs from here keep the whole calendar.",
        examples=["tue thu 09:00-12:00", "[mon, fri 13:00-17:00]"],
    )
    absence: Annotated[float, Reader(parse_absence, "a share", ("5%",), default="0%")] = Field(
        default=0.0,
        description="The chance that one of them is away for a day: ill, on leave, at a course.",
        examples=["5%"],
    )
    presence: Annotated[float, Reader(parse_presence, "a share", ("60%",), default="100%")] = Field(
        default=1.0,
        description="The share of the hours in which each of them is there for this process; the rest goes to others.",
        examples=["60%"],
    )
    target: Annotated[TargetForm | None, OrNone()] = Field(
        default=None,
        description="The team's own aim, from delivery to release of a visit.",
        examples=["90% within 2 working days"],
    )
    cost: Annotated[float | None, Reader(parse_cost, "a cost per hour", ("70 per hour",), none=True)] = Field(
        default=None,
        description="What an hour of one person costs, in the currency of the file.",
        examples=["70 per hour"],
    )
    queue: Annotated[str, chooser("first in", "last in", "due date", "shortest", "furthest", "random")] = Field(
        default="first in",
        description="Which waiting request is taken first, within a priority class; furthest: the one furthest along "
        "its journey.",
        examples=["first in", "due date", "furthest"],
    )


class PersonForm(Form):
    """Somebody with a name: at home in one team, perhaps helping in others, perhaps faster or slower than usual."""

    short: ClassVar[tuple[str, ...]] = ("Legal",)

    teams: Annotated[list[Name], Several()] = Field(
        min_length=1,
        description="The team they are at home in, then those in which they help, in order: helping comes second.",
        examples=["Intake", "[Intake, Legal]"],
    )
    speed: Annotated[int, Reader(parse_speed, "a speed", ("120%",), default="100%")] = Field(
        default=1000,
        description="How fast they work: 120% does in 50 minutes what takes an hour as a rule.",
        examples=["120%", "80%"],
    )

    @classmethod
    def from_text(cls, text: str) -> dict[str, Any]:
        """The team alone."""
        return {"teams": text}
