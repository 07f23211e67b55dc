"""The Model: a process as plain, explicit, frozen data. Nothing is defaulted here; nothing knows of files.

Names are the identities: steps name their team, tasks and calendars by name. `identity` gives one hash of all of it.
"""

from flowsim.model.calendar import ALWAYS, Calendar, DayException, OpenTimes
from flowsim.model.distribution import Distribution
from flowsim.model.identity import canonical_json, from_json, identity
from flowsim.model.process import (
    Arrivals,
    BatchRule,
    Clock,
    Handoff,
    Model,
    Need,
    Question,
    RequestClass,
    ReturnRule,
    Route,
    Run,
    Span,
    Step,
    StepTask,
    Target,
    Task,
    Team,
    Wait,
)

__all__ = [
    "ALWAYS",
    "Arrivals",
    "BatchRule",
    "Calendar",
    "Clock",
    "DayException",
    "Distribution",
    "Handoff",
    "Model",
    "Need",
    "OpenTimes",
    "Question",
    "RequestClass",
    "ReturnRule",
    "Route",
    "Run",
    "Span",
    "Step",
    "StepTask",
    "Target",
    "Task",
    "Team",
    "Wait",
    "canonical_json",
    "from_json",
    "identity",
]
