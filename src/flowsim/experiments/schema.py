"""The tables that put replications together; `metrics.schema` has those of one replication."""

from __future__ import annotations

from flowsim.record.columns import Col

TABLE_VERSION = 3
"""Version of the columns of every table of a results folder. 2: branches, crew, chases, ages and times away. 3: chances
and families of differences.
"""

ESTIMATES = (
    Col("state", "text", "", "state of the scenario that was run"),
    Col("measure", "text", "", "measure, as in the table summary"),
    Col("class", "text", "", "class; null: all classes together", nullable=True),
    Col(
        "value",
        "float",
        "",
        "mean over the replications; for a percentile that of all requests together",
    ),
    Col("low", "float", "", "lower end of the 95 % interval; null: one replication", nullable=True),
    Col("high", "float", "", "upper end of the 95 % interval; null: one replication", nullable=True),
    Col("unit", "text", "", "unit of value, low and high"),
    Col("replications", "int", "", "replications that had a value"),
)

COMPARISON = (
    Col("before", "text", "", "state compared with"),
    Col("after", "text", "", "state that is compared"),
    Col("measure", "text", "", "measure, as in the table summary"),
    Col("class", "text", "", "class; null: all classes together", nullable=True),
    Col("before_value", "float", "", "estimate in the state before"),
    Col("after_value", "float", "", "estimate in the state after"),
    Col("difference", "float", "", "after − before, over replications paired by their draws; of percentiles pooled"),
    Col("low", "float", "", "lower end of its 95 % interval; null: one run, or a mean of too few", nullable=True),
    Col(
        "high",
        "float",
        "",
        "upper end of its 95 % interval; null: one run, or a mean of too few",
        nullable=True,
    ),
    Col("unit", "text", "", "unit of all values"),
    Col(
        "verdict",
        "text",
        "",
        "better, worse, no difference that matters, not yet known; null: no side",
        nullable=True,
    ),
    Col("p", "float", "", "chance of such a difference, either way, where there is none; null: unknown", nullable=True),
    Col("p_adjusted", "float", "", "the same among all that its family asks (Holm); null: no family", nullable=True),
    Col("family", "text", "", "headline, rest; null: no side, so nothing is asked", nullable=True),
    Col("matters", "float", "", "smallest difference taken to matter"),
    Col("correlation", "float", "", "between the paired replications; null: cannot be told", nullable=True),
    Col("replications", "int", "", "pairs"),
)

EXPERIMENT_SCHEMA: dict[str, tuple[Col, ...]] = {"estimates": ESTIMATES, "comparison": COMPARISON}

EXPERIMENT_DESCRIPTIONS = {
    "estimates": "One row a state, measure and class: what all replications together say, with an interval.",
    "comparison": "One row a pair of states, measure and class: the paired difference, with an interval and a verdict.",
}
