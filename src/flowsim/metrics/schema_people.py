"""What the tables about people, handoffs, wastes and money hold; a part of `flowsim.metrics.schema`."""

from __future__ import annotations

from flowsim.metrics.staff import KINDS
from flowsim.record.columns import Col

KIND_MEANING = {
    "work_adding": "work that adds value",
    "work_necessary": "work that is necessary but adds no value",
    "work_waste": "work that is waste (overprocessing)",
    "rework": "work done again (defects)",
    "setup": "set-up, a process batch once (motion)",
    "reread": "reading in (motion)",
    "answering": "answering questions (defects)",
    "overproduction": "anything done for requests that were withdrawn in the end",
    "failure_demand": "anything done for customers who chase",
    "kept": "in hand but at a standstill: no room for it further on (R14), or a team that it needs is closed (R8)",
    "idle_skilled": "nothing in hand while work they may do waited on the list of another team (unused talent)",
    "idle_silo": "nothing in hand while only other work waited, in another team that was open",
    "idle": "nothing in hand, and nothing of the kind waited elsewhere",
}

HANDOFFS = (
    Col("from_step", "text", "", "step that passed it on"),
    Col("from_team", "text", "", "team that passed it on"),
    Col("to_step", "text", "", "step that received it"),
    Col("to_team", "text", "", "team that received it; while nobody has taken it up the first that may"),
    Col("moves", "int", "", "moves of measured requests"),
    Col("moves_per_request", "float", "per request", "moves divided by measured requests"),
    Col("batch_size", "float", "requests", "mean size of the transfer batches"),
    Col("batch_min", "float", "min", "mean a move: waiting for the transfer batch"),
    Col("transit_min", "float", "min", "mean a move: on the way"),
    Col("blocked_min", "float", "min", "mean a move: kept out by a limit of the receiver (R14)"),
    Col("reread_min", "float", "min", "mean a move: reading in"),
    Col("queue_min", "float", "min", "mean a move: joined the list to taken up, closed time included"),
    Col("questions", "int", "", "questions asked by the receiver after these moves"),
    Col("answer_min", "float", "min", "mean a move: waiting for answers, and to be taken up again"),
    Col("returns", "int", "", "returns by the receiver straight back to the team it came from"),
    Col("returned_min", "float", "min", "mean a move: time in those returns; overlaps with other handoffs"),
    Col("people_min", "float", "min", "a measured request: people reading in, answering, and doing returns again"),
    Col(
        "cost_min",
        "float",
        "min",
        "a measured request: batch, transit, blocked, reading in, queue and answers on its critical path",
    ),
    Col("share_of_lead", "float", "share", "the same as a share of all their lead time", nullable=True),
)

STAFF = (
    Col("team", "text", "", "home team of the people"),
    Col("people", "int", "", "people at home in it"),
    Col(
        "present_ms",
        "int",
        "ms",
        "time they were there in the window, all together: what follows adds up to it exactly",
    ),
    *(Col(f"{kind}_ms", "int", "ms", f"of it {KIND_MEANING[kind]}") for kind in KINDS),
    Col("overtime_ms", "int", "ms", "of the time present, work outside the hours of the home team (R9)"),
    Col("cover_ms", "int", "ms", "of the time present, work that went on while its person was away (R10)"),
)

WASTES = (
    Col("waste", "text", "", "one of the eight wastes of Lean"),
    Col("measure", "text", "", "what is measured of it"),
    Col("value", "float", "", "value, in the unit of the row; null: nothing happened to measure it on", nullable=True),
    Col("unit", "text", "", "unit of the value"),
    Col("per", "text", "", "per what"),
    Col("rule", "text", "", "what exactly is counted"),
)

WATERMELON = (
    Col("row", "text", "", "team, nobody, customer, class or index"),
    Col("name", "text", "", "name of the team or class; all"),
    Col("clock", "text", "", "how the time of the row is counted"),
    Col("met", "float", "share", "share within the team's target, or within the promise", nullable=True),
    Col("target_share", "float", "share", "the share the team wants", nullable=True),
    Col("target_min", "float", "min", "length of the target or promise, on its own clock", nullable=True),
    Col("light", "text", "", "green, amber or red; null: no target", nullable=True),
    Col("lead_min", "float", "min", "mean of delivered requests: owned by nobody, or the lead time", nullable=True),
    Col("share_of_lead", "float", "share", "the same as a share of all their lead time", nullable=True),
    Col("p85_min", "float", "min", "85 % of the delivered requests took at most this, elapsed", nullable=True),
    Col("p90_min", "float", "min", "90 % of the delivered requests took at most this, elapsed", nullable=True),
    Col(
        "points",
        "float",
        "points",
        "lowest share of a team less that of the customer; null: not the index",
        nullable=True,
    ),
    Col("watermelon", "bool", "", "in the index: every team is at 90 % or more, the customer below 70 %"),
)

MONEY = (
    Col("scope", "text", "", "team, all or class"),
    Col("name", "text", "", "name of the team or class; all"),
    Col("item", "text", "", "what it went to: present is all of it; delay is no people's time"),
    Col("hours", "float", "h", "people's time in the window; null: delay", nullable=True),
    Col("amount", "float", "currency", "its cost; null: no cost is given", nullable=True),
    Col(
        "per_request",
        "float",
        "currency",
        "divided by the requests delivered in the window, for delay by measured requests that ended",
        nullable=True,
    ),
)

PEOPLE_TABLES: dict[str, tuple[Col, ...]] = {
    "handoffs": HANDOFFS,
    "staff": STAFF,
    "wastes": WASTES,
    "watermelon": WATERMELON,
    "money": MONEY,
}
"""Table -> its columns in order, without the leading ones."""

PEOPLE_DESCRIPTIONS = {
    "handoffs": "One row a pair of steps and teams between which measured requests moved: what passing on cost them.",
    "staff": "One row a team: what its people did with the time they were there, in the window, to the millisecond.",
    "wastes": "One row a measure of the eight wastes of Lean.",
    "watermelon": "One row a team, and one for the time nobody owns, the customer, and the gap between them.",
    "money": "One row a team, all, or a class, and an item: what people's time and customers' waiting cost.",
}
