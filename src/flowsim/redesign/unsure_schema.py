"""The tables that `flowsim unsure` puts into a results folder, beside those of the states in the middle."""

from __future__ import annotations

from flowsim.record.columns import Col

TABLE_VERSION = 1
"""Version of the columns of these tables."""

_STATE = Col("state", "text", "", "state of the scenario")
_KEY = Col("key", "text", "", "path of the guess in the file, or --set and the path")
_BEFORE = Col("before", "text", "", "state that it is held against; null: the state by itself", nullable=True)
_MEASURE = Col("measure", "text", "", "measure, as in the table summary, over all classes")

INPUTS = (
    _STATE,
    _KEY,
    Col("path", "text", "", "path where the state has it; of several the first"),
    Col("low", "text", "", "what stands there at the low end"),
    Col("middle", "text", "", "what stands there in the middle, which the other tables of this run are of"),
    Col("high", "text", "", "what stands there at the high end"),
    Col("written", "text", "", "the guess as written"),
    Col("levels", "int", "", "how many values it may have; 0: any between its ends"),
)

POINTS = (
    Col("point", "int", "", "number of the point, from 1"),
    _KEY,
    Col("at", "float", "", "how far from low (0) to high (1)"),
)

DESIGNS = (
    _STATE,
    Col("point", "int", "", "number of the point, from 1"),
    Col("model", "text", "", "the Model as JSON; null: there is none", nullable=True),
    Col("failed", "text", "", "why the state cannot be run at this point; null: it can", nullable=True),
)

VALUES = (
    _STATE,
    Col("point", "int", "", "number of the point, from 1"),
    Col("replication", "int", "", "number of the replication; the same draws at every point and in every state"),
    _MEASURE,
    Col("value", "float", "", "value in this replication"),
    Col("unit", "text", "", "unit of the value"),
)

RESULTS = (
    _STATE,
    _BEFORE,
    _MEASURE,
    Col("unit", "text", "", "unit of mean, low, high, knowing and luck"),
    Col("mean", "float", "", "mean over all points; null, as all that follows: too few could be run", nullable=True),
    Col("low", "float", "", "a twentieth of the points lies at or below it, when noise is taken out", nullable=True),
    Col("high", "float", "", "a twentieth of the points lies above it, when noise is taken out", nullable=True),
    Col(
        "knowing", "float", "", "standard deviation of what is not known, noise taken out; 0: none shows", nullable=True
    ),
    Col(
        "luck", "float", "", "standard deviation of the luck of so many runs as the other tables are of", nullable=True
    ),
    Col("shows", "bool", "", "whether the points differ by more than luck"),
    Col("points", "int", "", "points that could be run and had a value"),
    Col("replications", "int", "", "replications at each"),
    Col("runs", "int", "", "runs whose luck is told"),
    Col(
        "better",
        "int",
        "",
        "points at which the state is better than the one before; null: a state by itself",
        nullable=True,
    ),
    Col("worse", "int", "", "points at which it is worse; null: a state by itself", nullable=True),
    Col(
        "no_difference",
        "int",
        "",
        "points at which there is no difference that matters; null: a state by itself",
        nullable=True,
    ),
    Col("not_known", "int", "", "points at which more runs would have to tell; null: a state by itself", nullable=True),
)

SHARES = (
    _STATE,
    _BEFORE,
    _MEASURE,
    Col("key", "text", "", "path of the guess; null: what no guess does alone", nullable=True),
    Col("share", "float", "", "first-order share of the variance of what is not known"),
    Col("low", "float", "", "lower end of the 95 % interval, by the jackknife over points"),
    Col("high", "float", "", "upper end of that interval"),
    Col("effect", "float", "", "what the result changes by from the low end to the high one", nullable=True),
)

UNSURE_SCHEMA: dict[str, tuple[Col, ...]] = {
    "unsure_inputs": INPUTS,
    "unsure_points": POINTS,
    "unsure_designs": DESIGNS,
    "unsure_values": VALUES,
    "unsure_results": RESULTS,
    "unsure_shares": SHARES,
}

UNSURE_DESCRIPTIONS = {
    "unsure_inputs": "One row a state and guess that makes a difference in it (`flowsim unsure`).",
    "unsure_points": "One row a point and guess: where between its ends the guess is.",
    "unsure_designs": "One row a state and point: the Model that was run.",
    "unsure_values": "One row a state, point, replication and measure.",
    "unsure_results": "One row a result: luck against not knowing, of a state or of the difference between two.",
    "unsure_shares": "One row a result and guess: how much of what is not known about the result it accounts for.",
}
