"""The fields of a scenario file, format 1: the one source of what may be written, what it means, and the JSON Schema.

The descriptions are what `flowsim explain PATH` prints and what an editor shows. Steps are in
`schema_steps`, classes of requests in `schema_requests`, teams and people in `schema_people`, calendars and arrivals in
`schema_times`, states in `schema_states`.
"""

from __future__ import annotations

from typing import Annotated

from pydantic import Field, PlainValidator

from flowsim import units
from flowsim.scenario.fields import (
    ByName,
    Key,
    MaybeLength,
    MaybeName,
    MaybeShare,
    MaybeText,
    Name,
    Quantity,
    Reader,
    Several,
    Text,
    chooser,
    counted,
    parse_format,
    parse_start,
)
from flowsim.scenario.forms import Form
from flowsim.scenario.schema_people import PersonForm, TeamForm
from flowsim.scenario.schema_requests import RequestForm
from flowsim.scenario.schema_states import StateForm
from flowsim.scenario.schema_steps import StepForm
from flowsim.scenario.schema_times import CalendarForm

MOST, MOST_STEPS, MOST_CLASSES, MOST_CALENDARS, MOST_STATES = 1000, 500, 100, 100, 50
"""Things of one kind in a file. What is said before a run takes time with the cube of the steps, for each class."""

MOST_WORK = 6_000
"""The most `work` of all states together: some seconds before a run."""

_LimitKey = Annotated[str, PlainValidator(str)]
_Limit = Annotated[int | None, Reader(counted(1, 1_000_000, "a limit"), "a limit", ("10",), none=True)]


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
        max_length=MOST_CALENDARS,
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
    people: Annotated[dict[Key, PersonForm], ByName("people")] = Field(
        default={},
        max_length=MOST,
        description="People with a name, skills and a speed of their own. They come on top of the `people` of teams.",
        examples=["{Ann: {teams: [Intake, Legal], speed: 120%}, Bob: Legal}"],
    )
    limits: Annotated[dict[_LimitKey, _Limit], ByName("limits", free=True)] = Field(
        default={},
        description="How many requests may be at a step, with a team, or in the whole process (`all`) at once; others "
        "wait outside. `step NAME` or `team NAME` says which of two is meant.",
        examples=["{Legal: 30, Check the file: 10, all: 60}"],
    )
    run: RunForm = Field(description="How long, how often, from which seed.", examples=["{length: 250 working days}"])
    states: Annotated[dict[Key, StateForm], ByName("states")] = Field(
        default={},
        max_length=MOST_STATES,
        description="The process as it is and its redesigns, by name. Default: one, `current`.",
        examples=["{current: {}, future: {changes: [{name: One by one, set: {steps.*.handoff.batch: none}}]}}"],
    )

    def work(self) -> int:
        """How much there is to work out before a run: about so many halves of a millisecond."""
        a_state = (
            40 + len(self.steps) * len(self.requests) + len(self.teams) + len(self.people) + 10 * len(self.calendars)
        )
        return a_state * max(len(self.states), 1)
