"""What the tables of a replication hold: every column with its kind, unit and meaning. The one source for file schemas,
their metadata and the reference pages.

`state` and `replication` lead every table and are filled in by whoever puts replications together.
"""

from __future__ import annotations

from flowsim.metrics.ledger import PARTS
from flowsim.metrics.schema_people import PEOPLE_DESCRIPTIONS, PEOPLE_TABLES
from flowsim.record import AWAY_COLUMNS, BRANCH_COLUMNS, CREW_COLUMNS, INSTANTS, REQUEST_COLUMNS, VISIT_COLUMNS
from flowsim.record.columns import Col

LEADING = (
    Col("state", "text", "", "state of the scenario that was run"),
    Col("replication", "int", "", "number of the replication, from 1"),
)

PART_MEANING = {
    "work_adding": "work that adds value",
    "work_necessary": "work that is necessary but adds no value",
    "work_waste": "work that is waste (overprocessing)",
    "rework": "work done again, and work on answers (defects)",
    "setup": "set-up of the person or the process batch (motion)",
    "reread": "reading in by the receiver (motion)",
    "transit": "on the way between teams (transport)",
    "queue": "open time waiting for a person (waiting)",
    "overtaken": "open time waiting while one that joined later was in hand (waiting)",
    "blocked": "kept out by a limit (waiting)",
    "batch": "waiting for other requests of a batch (waiting)",
    "answer": "waiting for the answer to a question (defects)",
    "closed": "the serving team was closed",
}

MEASURED = "of measured requests"


def _instants() -> tuple[Col, ...]:
    return tuple(
        Col(f"{name}_ms", "int", "ms", f"instant {name} (R6), since the start; null: not come", nullable=True)
        for name in INSTANTS
    )


def _parts(unit: str, kind: str, how: str, nullable: bool = False) -> tuple[Col, ...]:
    if kind == "int":
        return tuple(Col(f"{p}_{unit}", "int", unit, f"{how}: {PART_MEANING[p]}", nullable) for p in PARTS)
    return tuple(Col(f"{p}_{unit}", "float", unit, f"{how}: {PART_MEANING[p]}", nullable) for p in PARTS)


DRAWN = {
    "set_up_ticks": "drawn_set_up_ms",
    "read_ticks": "drawn_read_ms",
    "adding_ticks": "drawn_adding_ms",
    "necessary_ticks": "drawn_necessary_ms",
    "waste_ticks": "drawn_waste_ms",
}
"""Drawn lengths: column of the Record -> column of the table."""

VISITS = (
    Col("request", "int", "", VISIT_COLUMNS["request"]),
    Col("visit", "int", "", VISIT_COLUMNS["visit"]),
    Col("class", "text", "", "class of the request"),
    Col("step", "text", "", "step; for an answer the step that is asked; null: the customer", nullable=True),
    Col("branch", "int", "", "number of the branch within the request (R13): 0 the trunk, else as in `branches`"),
    Col("critical", "bool", "", "its time is part of the lead time: on the trunk, or on a branch that was waited for"),
    Col("team", "text", "", "serving team, not taken up: the first it names; null: the customer", nullable=True),
    Col("person", "int", "", "number of the person within the team; null: not taken up", nullable=True),
    Col("kind", "text", "", "work, rework, question, answer (R12) or withdrawn (R15)"),
    Col("pass", "int", "", VISIT_COLUMNS["pass"]),
    Col("via", "text", "", "what brought it: arrival, next, return, question, answer or backlog"),
    Col("in_return", "bool", "", "from a return until it has again left the furthest step reached before"),
    Col("from_step", "text", "", "step it came from; null: the customer", nullable=True),
    Col("from_team", "text", "", "team that had it; null: the customer", nullable=True),
    Col("transfer_batch", "int", "", "transfer batch it travelled in; null: none", nullable=True),
    Col("process_batch", "int", "", "process batch it was handled in; null: none", nullable=True),
    *_instants(),
    *(Col(new, "int", "ms", VISIT_COLUMNS[old]) for old, new in DRAWN.items()),
    *_parts("ms", "int", "ledger of the visit"),
    Col(
        "person_ms",
        "int",
        "ms",
        "somebody at work on it: set-up, reading in and work; a batch's set-up in full",
    ),
)

REQUESTS = (
    Col("request", "int", "", "request number, in order of arrival; chases stand last"),
    Col("class", "text", "", "class"),
    Col("ordinal", "int", "", "0, 1, … within its class; of a backlog from 2^30 on; of a chase its parent's"),
    Col("arrived_ms", "int", "ms", "instant of arrival, since the start"),
    Col("age_ms", "int", "ms", "how old it was then already: 0 but for a backlog (R5)"),
    Col("due_ms", "int", "ms", "instant the promise ends; null: no promise", nullable=True),
    Col("ended_ms", "int", "ms", "instant the journey ended; null: open when the run ended", nullable=True),
    Col("outcome", "text", "", "how the journey ended; null: open", nullable=True),
    Col("measured", "bool", "", "arrived by itself in [warm-up, length) (R16)"),
    Col("parent", "int", "", "of a chase the request it is about (R15); null: it is no chase", nullable=True),
    Col("chase", "int", "", REQUEST_COLUMNS["chase"]),
    Col("lead_min", "float", "min", "arrival to end, without an age; null: open", nullable=True),
    Col("lead_working_min", "float", "min", "the same on the run's calendar; null: open", nullable=True),
    Col("process_min", "float", "min", "somebody at work on it; a batch's set-up in full for every member"),
    *_parts("min", "float", "ledger of the request, up to now while it is open"),
    Col("return_min", "float", "min", "time of visits that belong to a return"),
    Col("people_min", "float", "min", "people's time on all branches, of everybody; a batch's set-up shared evenly"),
    Col("join_wait_min", "float", "min", "branches that had ended waiting for others, added up (R13)"),
    Col("delay_cost", "float", "currency", "cost of its delay; null: open, or its class has none", nullable=True),
    Col("visits", "int", "", "visits of every kind"),
    Col("handoffs", "int", "", "moves to another team"),
    Col("hands", "int", "", "different people who were at work on it"),
    Col("returns", "int", "", "times sent back"),
    Col("questions", "int", "", "questions asked about it"),
    Col("chases", "int", "", "times its customer chased (R15)"),
    Col(
        "within_promise",
        "int",
        "",
        "1: ended by its due time, 0: late, ended or not; null: no promise, or open or withdrawn and not yet due",
        nullable=True,
    ),
)

CREW = (
    Col("request", "int", "", CREW_COLUMNS["request"]),
    Col("visit", "int", "", CREW_COLUMNS["visit"]),
    Col("team", "text", "", "team"),
    Col("person", "int", "", CREW_COLUMNS["person"]),
)

BRANCHES = (
    Col("request", "int", "", BRANCH_COLUMNS["request"]),
    Col("branch", "int", "", BRANCH_COLUMNS["branch"]),
    Col("parent", "int", "", BRANCH_COLUMNS["parent"]),
    Col("split", "text", "", "step after which it began"),
    Col("place", "int", "", BRANCH_COLUMNS["place"]),
    Col("began_ms", "int", "ms", "instant, since the start"),
    Col("ended_ms", "int", "ms", "instant it came to the join, or was cut short; null: not come", nullable=True),
    Col(
        "joined_ms", "int", "ms", "instant all of the split had come, or were cut short; null: not come", nullable=True
    ),
    Col("critical", "bool", "", "the request's lead time hung on it"),
)

AWAY = (
    Col("team", "text", "", "team whose absence and presence it is: a named person's home"),
    Col("person", "int", "", AWAY_COLUMNS["person"]),
    Col("begins_ms", "int", "ms", "instant, since the start"),
    Col("ends_ms", "int", "ms", "instant from which the person is there again"),
)

SPLITS = (
    Col("split", "text", "", "step after which requests went on in several ways at once (R13)"),
    Col("branch", "int", "", "place of the branch among those of the split, from 1"),
    Col("steps", "text", "", "its own steps, in order"),
    Col("count", "int", "", f"times a branch {MEASURED} came to the join; those that needed nothing on it left out"),
    Col("critical", "float", "share", "share of these in which it was the one that was waited for", nullable=True),
    Col("wait_mean_min", "float", "min", "mean time it waited for the others", nullable=True),
    Col("duration_mean_min", "float", "min", "mean time from the split to its own end", nullable=True),
)

WIP = (
    Col("scope", "text", "", "all, step, team or stage (of a visit)"),
    Col("name", "text", "", "name of the step, team or stage; all"),
    Col("n", "int", "", "number of requests there at once; at a step or team, of visits"),
    Col("ms", "int", "ms", "for how long so many were there, in the window warm-up to length"),
)

WIP_SERIES = (
    Col("scope", "text", "", "all, step, team or stage (of a visit)"),
    Col("name", "text", "", "name of the step, team or stage; all"),
    Col("at_ms", "int", "ms", "instant, since the start"),
    Col("n", "int", "", "number of requests there at that instant; at a step or team, of visits"),
)

CUMULATIVE = (
    Col("line", "int", "", "0: arrived; k: gone beyond the k-th step; the last: ended"),
    Col("name", "text", "", "arrived, the name of the step, or ended"),
    Col("at_ms", "int", "ms", "instant, since the start"),
    Col("n", "int", "", "number of requests up to and at that instant"),
)

TEAMS = (
    Col("team", "text", "", "team"),
    Col("people", "int", "", "people at home in the team"),
    Col("present_h", "float", "h", "people times open time in the window, less absence (R10), and overtime"),
    Col("at_work_h", "float", "h", "people's time at work in the window, whomever for; a process batch once"),
    Col("overtime_h", "float", "h", "the part of it outside the team's hours"),
    Col("utilisation", "float", "share", "at work divided by present", nullable=True),
    Col("visits", "int", "", f"visits {MEASURED}"),
    Col(
        "queue_mean_min",
        "float",
        "min",
        "mean open time on the waiting list, a visit taken up",
        nullable=True,
    ),
    Col("wait_mean_min", "float", "min", "the same, closed time included", nullable=True),
    Col("max_queue", "int", "", "most on the waiting list at once, in the window"),
    Col("wip_mean", "float", "requests", "time-average number at the team, in the window", nullable=True),
    Col("target_share", "float", "share", "the share the team wants within its target", nullable=True),
    Col("target_visits", "int", "", f"visits {MEASURED} that count for the target"),
    Col("target_met", "float", "share", "share of these within the target", nullable=True),
    Col("cost", "float", "currency", "present time times cost per hour", nullable=True),
)

STEPS = (
    Col("step", "text", "", "step"),
    Col("team", "text", "", "its team"),
    Col("visits", "int", "", f"visits {MEASURED}, of every kind"),
    Col("first_passes", "int", "", "first passes that were done"),
    Col("usable", "int", "", "first passes after which nothing was sent back or asked"),
    Col("complete_accurate", "float", "share", "usable divided by first passes (%C&A)", nullable=True),
    Col("reworks", "int", "", "passes done again"),
    Col("returns", "int", "", "times requests were sent back to it"),
    Col("questions", "int", "", "questions put to it"),
    *_parts("min", "float", "mean a visit", nullable=True),
    Col("wip_mean", "float", "requests", "time-average number at the step, in the window", nullable=True),
)

SUMMARY = (
    Col("measure", "text", "", "name of the measure"),
    Col("class", "text", "", "class; null: all together", nullable=True),
    Col("value", "float", "", "value, in the unit of the row"),
    Col("unit", "text", "", "unit of the value"),
)

SCHEMA: dict[str, tuple[Col, ...]] = {
    name: LEADING + columns
    for name, columns in (
        ("visits", VISITS),
        ("requests", REQUESTS),
        ("crew", CREW),
        ("branches", BRANCHES),
        ("away", AWAY),
        ("wip", WIP),
        ("wip_series", WIP_SERIES),
        ("cumulative", CUMULATIVE),
        ("teams", TEAMS),
        ("steps", STEPS),
        *PEOPLE_TABLES.items(),
        ("splits", SPLITS),
        ("summary", SUMMARY),
    )
}
"""Table -> its columns in order, `state` and `replication` first."""

DESCRIPTIONS = {
    "visits": "One row a visit of a request to a step: its instants (R6) and its ledger. All requests.",
    "requests": "One row a request: what the customer got and where the time went. All requests.",
    "crew": "One row a visit and person who was at work on it together with the visit's own (R8).",
    "branches": "One row a branch of a request after a split (R13).",
    "away": "One row a time that a person was away for a day or an hour (R10).",
    "wip": "For how long exactly so many requests were at a place at once, in the window warm-up to length.",
    "wip_series": "How many requests were at a place at evenly spaced instants of the whole run.",
    "cumulative": "How many requests had arrived, passed each step and ended: the cumulative flow diagram.",
    "teams": "One row a team: time and cost in the window; visits and target of measured requests.",
    "steps": "One row a step: passes, quality and mean ledger of the visits of measured requests.",
    **PEOPLE_DESCRIPTIONS,
    "splits": "One row a branch of a split, of measured requests: which was waited for, and how long others waited.",
    "summary": "One row a measure of the replication, over all classes and for each.",
}
