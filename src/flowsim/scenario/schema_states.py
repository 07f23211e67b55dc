"""The fields of the states: redesigns as named changes, for readers and editors.

What a change does to the tree, and what is wrong with one, is in `states` and `changes`.
"""

from __future__ import annotations

from typing import Annotated, Any

from pydantic import ConfigDict, Field

from flowsim.scenario.fields import ByName, MaybeName, Name, OrNone, Several, Text
from flowsim.scenario.forms import Form

Tree = dict[str, Any]


class AddForm(Form):
    """What a change adds: a step (its fields beside it), or things by name."""

    model_config = ConfigDict(extra="allow")  # beside `step`: the fields of the step, checked when they stand in place

    step: MaybeName = Field(
        default=None,
        description="The name of a new step; its fields (team, does, …) stand beside it.",
        examples=["Rush desk"],
    )
    after: MaybeName = Field(
        default=None,
        description="The step it comes after. Default: last.",
        examples=["Register"],
    )
    before: MaybeName = Field(default=None, description="The step it comes before.", examples=["Register"])
    calendars: Annotated[Tree, ByName("calendars")] = Field(
        default={},
        description="New calendars, by name.",
        examples=["{evening: {hours: mon-fri 17:00-20:00}}"],
    )
    requests: Annotated[Tree, ByName("classes of requests")] = Field(
        default={},
        description="New classes of requests, by name.",
        examples=["{rush: {arrivals: 1 per working day}}"],
    )
    tasks: Annotated[Tree, ByName("tasks")] = Field(
        default={}, description="New tasks, by name.", examples=["{call back: {time: 5 min, value: adding}}"]
    )
    teams: Annotated[Tree, ByName("teams")] = Field(
        default={}, description="New teams, by name.", examples=["{Rush: {people: 1, calendar: office}}"]
    )
    people: Annotated[Tree, ByName("people")] = Field(
        default={}, description="New people with a name.", examples=["{Zoe: {teams: [Rush, Legal]}}"]
    )


class MergeForm(Form):
    """Teams or steps that become one. Other fields of the new team or step may stand beside these."""

    model_config = ConfigDict(extra="allow")  # the fields of the new team or step, checked when they stand in place

    teams: Annotated[list[Name], Several()] = Field(
        default=[],
        description="The teams that become one; its people are their sum unless said otherwise. Calendar, queue, "
        "absence and presence are those of the first, the target is none, the cost is the mean over the people.",
        examples=["[Intake, Finance]"],
    )
    steps: Annotated[list[Name], Several()] = Field(
        default=[],
        description="The steps that become one, at the place of the first; it does all their tasks.",
        examples=["[Register, Check the file]"],
    )
    into: Name = Field(description="The name of the new team or step.", examples=["Case team"])


class ChangeForm(Form):
    """One named change; what stands in it is done in the order written."""

    name: Text = Field(description="What the change is called; compare tells what it buys.", examples=["One by one"])
    about: Text = Field(default="", description="The change in a sentence.", examples=["No more waiting for ten"])
    set: Annotated[Tree, ByName("values by path", free=True)] = Field(
        default={},
        description="New values by path; '*' stands for every name.",
        examples=["{steps.*.handoff.batch: none, teams.Legal.people: 3}"],
    )
    remove: Annotated[list[Text], Several()] = Field(
        default=[],
        description="A path or paths to take away.",
        examples=["steps.Check the file.returns"],
    )
    add: Annotated[list[AddForm], Several()] = Field(
        default=[],
        description="A step, or teams, people, tasks, calendars or requests by name; or a list of such.",
        examples=[
            "{step: Rush desk, after: Register, team: Rush, does: register}",
            "{teams: {Rush: {people: 1}}}",
        ],
    )
    merge: Annotated[list[MergeForm], Several()] = Field(
        default=[],
        description="Teams or steps that become one; or a list of such, done one after another.",
        examples=["{teams: [Intake, Finance], into: Case team, people: 3}"],
    )


class StateForm(Form):
    """The process after some changes."""

    about: Text = Field(
        default="", description="The redesign in a sentence.", examples=["One team around the customer"]
    )
    based_on: MaybeName = Field(
        default=None,
        alias="based on",
        description="Another state, whose changes come first.",
        examples=["future"],
    )
    changes: Annotated[list[ChangeForm] | None, OrNone()] = Field(
        default=None,
        description="The changes, in order.",
        examples=["[{name: One by one, set: {steps.*.handoff.batch: none}}]"],
    )
