"""The fields of a scenario file, format 1: the one source of what may be written, what it means, and the JSON Schema.

The descriptions are what `flowsim explain PATH` prints and what an editor shows. Steps are in
`schema_steps`, calendars and arrivals in `schema_times`, states in `schema_states`.
"""

from __future__ import annotations

from typing import Annotated, Any, ClassVar

from pydantic import Field

from flowsim import units
from flowsim.scenario.fields import (
    ByName,
    Key,
    MaybeLength,
    MaybeName,
    MaybeShare,
    MaybeText,
    Name,
    OrNone,
    Quantity,
    Reader,
    Several,
    Text,
    chooser,
    counted,
    parse_cost,
    parse_format,
    parse_people,
    parse_priority,
    parse_start,
)
from flowsim.scenario.forms import Form, fail
from flowsim.scenario.schema_states import StateForm
from flowsim.scenario.schema_steps import StepForm
from flowsim.scenario.schema_times import ArrivalsForm, CalendarForm
from flowsim.scenario.syntax import shorten

MOST, MOST_STEPS, MOST_CLASSES = 1000, 500, 100
"""Things of one kind in a file. What is said before a run takes time with the cube of the steps, for each class."""


class RequestForm(Form):
    """A class of requests: how they arrive and what their customers were promised."""

    arrivals: ArrivalsForm = Field(description="How requests of this class arrive.", examples=["8 per working day"])
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


class TaskForm(Form):
    """A piece of work that a request needs, whoever does it."""

    time: Quantity = Field(
        description="How long somebody is at work on it: a fixed time or a distribution.",
        examples=["15 min", "20 min ± 10 min", "20 min (10 min .. 1 h)", "5 .. 15 min", "exponential(5 min)"],
    )
    value: Annotated[str, chooser("adding", "necessary", "waste")] = Field(
        description="What the work is to the customer: adding value, necessary (law, safety), or waste.",
        examples=["adding"],
    )
    share: MaybeShare = Field(
        default=None,
        description="The share of requests that need it at all, one draw a request. Default: all.",
        examples=["60%"],
    )
    only: Annotated[list[Name], Several()] = Field(
        default=[],
        description="The class or classes that need it. Default: all.",
        examples=["wants speed", "[rush, normal]"],
    )


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
        description="How many people there are.",
        examples=["2"],
    )
    calendar: MaybeName = Field(
        default=None,
        description="When they are at work. May be left out when the file has only one calendar.",
        examples=["office"],
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
    queue: Annotated[str, chooser("first in", "last in", "due date", "shortest", "random")] = Field(
        default="first in",
        description="Which waiting request is taken first, within a priority class.",
        examples=["first in", "due date"],
    )


class RunForm(Form):
    """How long, how often and from which seed the process is run."""

    length: Annotated[units.Length, Reader(units.parse_length, "a length of time", ("250 working days",))] = Field(
        description="Requests that arrive before this are measured; those still in process are then seen to their end.",
        examples=["250 working days", "26 weeks"],
    )
    warm_up: MaybeLength = Field(
        default=None,
        alias="warm-up",
        description="Requests that arrive before this are not measured: the process is still filling. Default: none.",
        examples=["20 working days"],
    )
    replications: Annotated[int, Reader(counted(1, 1_000_000, "replications"), "a number", ("30",))] = Field(
        default=30,
        description="How many times the run is repeated with other luck.",
        examples=["30"],
    )
    seed: Annotated[int, Reader(counted(0, 2**128 - 1, "a seed"), "a whole number", ("2026",))] = Field(
        default=1,
        description="Where all luck comes from: the same seed gives the same results everywhere.",
        examples=["2026"],
    )
    calendar: MaybeName = Field(
        default=None,
        description="The calendar on which working time is counted. Default: the first of the file.",
        examples=["office"],
    )


class ScenarioForm(Form):
    """A scenario file: the process as it is, and the redesigns of it."""

    flowsim: Annotated[int, Reader(parse_format, "the format version", ("1",))] = Field(
        description="The version of the file format.", examples=["1"]
    )
    name: Text = Field(description="What the process is called.", examples=["Permit request"])
    about: Text = Field(
        default="", description="The story in a few sentences.", examples=["A citizen asks for a permit."]
    )
    purpose: Text = Field(default="", description="What the model is for.", examples=["Show what handoffs cost."])
    sources: Annotated[list[Text], Several()] = Field(
        default=[], description="Where the numbers come from.", examples=["Time study, March 2026"]
    )
    assumptions: Annotated[list[Text], Several()] = Field(
        default=[], description="What was taken for granted.", examples=["Nobody is ever ill."]
    )
    start: Annotated[str, Reader(parse_start, "a date", ("2026-01-05", "2026-01-05 08:00"))] = Field(
        default="2026-01-05 00:00",
        description="The local date (and time) at which the run begins.",
        examples=["2026-01-05"],
    )
    based_on: MaybeText = Field(
        default=None,
        alias="based on",
        description="Another file, in this folder or below, that this one begins as; what is written here is "
        "laid over it.",
        examples=["other.yaml"],
    )
    calendars: Annotated[dict[Key, CalendarForm], ByName("calendars")] = Field(
        default={},
        description="When people are there, by name.",
        examples=["{office: {hours: mon-fri 09:00-17:00, holidays: BE}}"],
    )
    requests: Annotated[dict[Key, RequestForm], ByName("classes of requests")] = Field(
        min_length=1,
        max_length=MOST_CLASSES,
        description="The classes of requests, by name.",
        examples=["{permit: {arrivals: 8 per working day, calendar: office}}"],
    )
    tasks: Annotated[dict[Key, TaskForm], ByName("tasks")] = Field(
        min_length=1,
        max_length=MOST,
        description="The work a request needs, by name, whoever does it.",
        examples=["{register: {time: 5 .. 15 min, value: necessary}}"],
    )
    teams: Annotated[dict[Key, TeamForm], ByName("teams")] = Field(
        min_length=1,
        max_length=MOST,
        description="The silos, by name.",
        examples=["{Intake: {people: 2, calendar: office}}"],
    )
    steps: Annotated[dict[Key, StepForm], ByName("steps")] = Field(
        min_length=1,
        max_length=MOST_STEPS,
        description="Who does what for a request, by name, in the order it travels.",
        examples=["{Register: {team: Intake, does: register}}"],
    )
    run: RunForm = Field(description="How long, how often, from which seed.", examples=["{length: 250 working days}"])
    states: Annotated[dict[Key, StateForm], ByName("states")] = Field(
        default={},
        description="The process as it is and its redesigns, by name. Default: one, `current`.",
        examples=["{current: {}, future: {changes: [{name: One by one, set: {steps.*.handoff.batch: none}}]}}"],
    )
