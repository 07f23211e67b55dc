"""The tables of this room in a results folder, beside those of `experiments.schema` and `redesign.schema`."""

from __future__ import annotations

from flowsim.record.columns import Col

TABLE_VERSION = 1
"""Version of the columns of these tables."""

_DESIGN = Col("design", "int", "", "number of the design, in the order in which they were tried, from 1")
_ASKED = Col("asked", "int", "", "what is told: 0 what is to be least or most, else the number of the goal")

ASKED = (
    _ASKED,
    Col("text", "text", "", "as it was asked"),
    Col("measure", "text", "", "measure, as in the table summary; a lead time: the share of requests within `limit`"),
    Col("class", "text", "", "class of requests; null: all", nullable=True),
    Col(
        "most", "bool", "", "of a goal: at most `bound`, else at least; of what is to be best: the most, else the least"
    ),
    Col("bound", "float", "", "of a goal: what is allowed", nullable=True),
    Col("limit", "float", "min", "of a goal that is a share of requests: within how long", nullable=True),
    Col("matters", "float", "", "by how much a goal may be missed unnoticed; the smallest difference that matters"),
    Col("unit", "text", "", "unit of bound and matters"),
    Col("search_runs", "int", "", "runs of each design in the search"),
    Col("most_runs", "int", "", "runs of a finalist, at most"),
)

TRIED = (
    _DESIGN,
    Col("stage", "text", "", "search, or finals: over other runs; design 0 of the finals is the process as it is"),
    _ASKED,
    Col("value", "float", "", "mean over the runs"),
    Col("low", "float", "", "lower end of the 95 % interval; null: one run", nullable=True),
    Col("high", "float", "", "upper end", nullable=True),
    Col("fate", "text", "", "of a finalist: chosen, beaten, misses a goal, not settled, cannot be run", nullable=True),
    Col("by", "int", "", "of one that is beaten: the number of a design that is better", nullable=True),
    Col("replications", "int", "", "runs"),
)

CHOICES = (
    _DESIGN,
    Col("choice", "text", "", "what was chosen: a path of the file, a lever, or a change"),
    Col("option", "text", "", "the value, or whether it is done"),
    Col("present", "bool", "", "whether that leaves the process as it is"),
    Col("change", "text", "", "how a scenario file writes it; null: nothing, or a change of the file", nullable=True),
)

OPTIMISE_SCHEMA: dict[str, tuple[Col, ...]] = {"asked": ASKED, "tried": TRIED, "choices": CHOICES}

OPTIMISE_DESCRIPTIONS = {
    "asked": "One row a goal, and one for what is to be least or most (`flowsim optimise`).",
    "tried": "One row a design, stage and thing asked: what it gave. Designs that gave nothing are in `designs` alone.",
    "choices": "One row a design and choice: what it is made of.",
}
