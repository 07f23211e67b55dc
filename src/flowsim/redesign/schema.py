"""The tables of this room in a results folder, beside those of `experiments.schema`."""

from __future__ import annotations

from flowsim.record.columns import Col

TABLE_VERSION = 1
"""Version of the columns of these tables."""

_LOW = Col("low", "float", "", "lower end of the 95 % interval; null: one replication", nullable=True)
_HIGH = Col("high", "float", "", "upper end of the 95 % interval; null: one replication", nullable=True)

EXPLAIN = (
    Col("state", "text", "", "state whose changes are explained"),
    Col("before", "text", "", "state it is held against"),
    Col("number", "int", "", "number of the change in the file's order, from 1; 0: all together"),
    Col("change", "text", "", "name of the change, or of several that cannot be told apart; null: all", nullable=True),
    Col(
        "view",
        "text",
        "",
        "in order, alone, last (taken away from the whole) or fair share; of all together also before and after",
    ),
    Col("measure", "text", "", "measure, as in the table summary, over all classes; and work per ended request"),
    Col("value", "float", "", "what the change brings, over paired replications; null: no such design", nullable=True),
    _LOW,
    _HIGH,
    Col("unit", "text", "", "unit of value, low and high"),
    Col("replications", "int", "", "replications that had a value in every design"),
)

DESIGNS = (
    Col("question", "text", "", "what it was run for: explain, levers or handoffs"),
    Col("state", "text", "", "state whose changes are explained, or from which the lever starts"),
    Col("design", "text", "", "explain: numbers of the changes done, empty for none; else kind of the lever"),
    Col("about", "text", "", "explain: names of the changes done; else what the lever is about", nullable=True),
    Col("model", "text", "", "the Model as JSON; null: there is none", nullable=True),
    Col("failed", "text", "", "why there is no such design, or none that can be run; null: there is", nullable=True),
)

REDESIGN_SCHEMA: dict[str, tuple[Col, ...]] = {"explain": EXPLAIN, "designs": DESIGNS}

REDESIGN_DESCRIPTIONS = {
    "explain": "One row a state, change, view and measure: what the change brings (`flowsim compare --explain`).",
    "designs": "One row a design that was run for `explain` or `levers`, or that cannot be.",
}
