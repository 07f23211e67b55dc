"""The Model: a process as plain, explicit, frozen data. Nothing is defaulted here; nothing knows of files.

Names are the identities: steps name their team, tasks and calendars by name. `identity` gives one hash of all of it.
"""

from flowsim.model.calendar import ALWAYS, Calendar, DayException, OpenTimes, laid_out
from flowsim.model.distribution import Distribution
from flowsim.model.identity import canonical_json, from_json, identity
from flowsim.model.joint import JointTimes
from flowsim.model.layout import Layout
from flowsim.model.paths import Paths, paths
from flowsim.model.process import (
    Arrivals,
    Backlog,
    BatchRule,
    Chasing,
    Clock,
    DelayCost,
    Handoff,
    Model,
    Need,
    Person,
    Question,
    RequestClass,
    ReturnRule,
    Route,
    Run,
    Span,
    Split,
    Step,
    StepTask,
    Target,
    Task,
    Team,
    Wait,
    at_speed,
)
from flowsim.model.relations import relations

__all__ = [
    "ALWAYS",
    "Arrivals",
    "Backlog",
    "BatchRule",
    "Calendar",
    "Chasing",
    "Clock",
    "DayException",
    "DelayCost",
    "Distribution",
    "Handoff",
    "JointTimes",
    "Layout",
    "Model",
    "Need",
    "OpenTimes",
    "Paths",
    "Person",
    "Question",
    "RequestClass",
    "ReturnRule",
    "Route",
    "Run",
    "Span",
    "Split",
    "Step",
    "StepTask",
    "Target",
    "Task",
    "Team",
    "Wait",
    "at_speed",
    "canonical_json",
    "from_json",
    "identity",
    "laid_out",
    "paths",
    "relations",
]
