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
        "in order, alone, last (taken away from the whole), fair share, overlap (alone − last); of all together also "
        "before and after",
    ),
    Col("measure", "text", "", "measure, as in the table summary, over all classes; and work per ended request"),
    Col("value", "float", "", "what the change brings, over paired replications; null: no such design", nullable=True),
    _LOW,
    _HIGH,
    Col("unit", "text", "", "unit of value, low and high"),
    Col("replications", "int", "", "replications that had a value in every design"),
)

DESIGNS = (
    Col("state", "text", "", "state whose changes are explained, or from which the lever starts"),
    Col("question", "text", "", "what it was run for: explain or levers"),
    Col("design", "text", "", "explain: numbers of the changes done, empty for none; else kind of the lever"),
    Col("about", "text", "", "explain: names of the changes done; else what the lever is about", nullable=True),
    Col("model", "text", "", "the Model as JSON; null: there is none", nullable=True),
    Col("failed", "text", "", "why there is no such design, or none that can be run; null: there is", nullable=True),
)

LEVERS = (
    Col("state", "text", "", "state from which the lever starts"),
    Col("rank", "int", "", "place by what the customer gains, levers and prices apart, from 1; 0: another demand"),
    Col("group", "text", "", "what the lever takes hold of; price: a handoff gone with all that it brings"),
    Col("kind", "text", "", "what is done"),
    Col("about", "text", "", "the step, team, task or calendar it is done to; null: all", nullable=True),
    Col("people", "float", "people", "how many more are paid, of those who are there in the usual hours"),
    Col("change", "text", "", "how a scenario file writes it; null: it cannot", nullable=True),
    Col("measure", "text", "", "measure, as in the table summary; work per ended request; people hours per week"),
    Col("before", "float", "", "estimate without the lever"),
    Col("value", "float", "", "with the lever − without, over paired replications"),
    _LOW,
    _HIGH,
    Col(
        "low_all",
        "float",
        "",
        "lower end of an interval so wide that those of all levers (or of all prices) hold at once with 95 %; only of "
        "the working lead time mean",
        nullable=True,
    ),
    Col("high_all", "float", "", "upper end of that interval", nullable=True),
    Col(
        "verdict",
        "text",
        "",
        "by that interval: helps, harms, no difference that matters (1 %), not told apart; null: not asked",
        nullable=True,
    ),
    Col("unit", "text", "", "unit of all values"),
    Col("replications", "int", "", "pairs"),
)

REDESIGN_SCHEMA: dict[str, tuple[Col, ...]] = {"explain": EXPLAIN, "levers": LEVERS, "designs": DESIGNS}

REDESIGN_DESCRIPTIONS = {
    "explain": "One row a state, change, view and measure: what the change brings (`flowsim compare --explain`).",
    "levers": "One row a lever and measure: what it does to the state that was run (`flowsim levers`).",
    "designs": "One row a design that was run for `explain` or `levers`, or that cannot be.",
}
