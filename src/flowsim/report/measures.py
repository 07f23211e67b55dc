"""What every measure of a run is, as it is computed (docs/measures.md in one sentence each)."""

from __future__ import annotations

import re
from collections.abc import Iterable

from flowsim.texts import Texts, msg
from flowsim.texts.words import PARTS

DEFINITIONS: dict[str, str] = {
    "requests": msg("number of requests in M"),
    "ended": msg("number of requests in E"),
    "unfinished": msg("number of requests in M that had not ended when the run did"),
    "unfinished share": msg("unfinished ÷ requests"),
    "within promise": msg(
        "requests in M that ended by their due time (arrival + promise) ÷ those for which that is decided. Who is past "
        "due is late, also when unfinished or withdrawn later; who is unfinished and not yet due, or was withdrawn "
        "before it was due, is left out"
    ),
    "promise undecided": msg("requests in M with a promise for which within promise is not decided"),
    "withdrawn": msg("requests in M whose customer withdrew ÷ requests in M"),
    "work for nothing": msg("Σ (people's time that withdrawn requests in M took) ÷ requests in E"),
    "chases": msg("times that customers of requests in M chased ÷ requests in M"),
    "delay cost": msg(
        "Σ cost of delay ÷ requests in M that ended or were withdrawn: amount × lead time (or the time beyond the due "
        "time, where the cost is for lateness only), until the withdrawal for those withdrawn"
    ),
    "people time": msg("Σ (time of all people at work on a request, on every branch) ÷ requests in E"),
    "join wait": msg("Σ (time that branches which had ended waited for others of their split) ÷ requests in E"),
    "lead time mean": msg("Σ (end − arrival) ÷ requests in E, elapsed time"),
    "lead time P": msg("smallest lead time in E with at least so many per cent of E at or below it"),
    "working lead time mean": msg("Σ (open time of the run's calendar from arrival to end) ÷ requests in E"),
    "working lead time P": msg("smallest working lead time in E with at least so many per cent of E at or below it"),
    "process time mean": msg(
        "Σ (work, rework, set-up and reading in, while somebody is at work on it) ÷ requests in E"
    ),
    "value-added time mean": msg("Σ (work that adds value, the first time it is done) ÷ requests in E"),
    "activity ratio": msg("Σ process time ÷ Σ working lead time, over E"),
    "VA ratio": msg("Σ value-added time ÷ Σ working lead time, over E"),
    "ledger return_time": msg(
        "mean over E of the time, of whatever part, from a return until the request is past the furthest step that it "
        "had reached"
    ),
    "visits": msg("Σ visits to steps, of every kind ÷ requests in E"),
    "handoffs": msg("Σ moves from one team to another, on the route or back ÷ requests in E"),
    "hands": msg("different people who took a request up or were at work on it, mean over E"),
    "returns": msg("Σ times sent back to an earlier step ÷ requests in E"),
    "questions": msg("Σ questions asked back ÷ requests in E"),
    "rolled %C&A": msg("requests in E with no return and no question ÷ requests in E"),
    "ended in window": msg("requests of customers, in M or not, that ended in the window and were not withdrawn"),
    "throughput": msg("ended in window ÷ open time of the window in working days of the run's calendar"),
    "takt": msg("open time of the window ÷ requests that arrived in it"),
    "WIP mean": msg("∫ number of requests in the process dt ÷ length of the window, closed hours included"),
    "WIP let in": msg("the same of requests that have a place in the limit of the whole process"),
    "cost": msg("Σ over teams of (time their people are there in the window × cost per hour)"),
    "cost per ended request": msg("cost ÷ ended in window"),
    "lowest target met": msg(
        "over teams with a target, the lowest share of visits of M, delivered and released within the window, that "
        "were released within the target from delivery"
    ),
    "watermelon gap": msg("lowest target met − within promise"),
}
"""Measure (of a group of percentiles: its beginning) -> definition."""

PART = msg("mean over E of a part of the lead time: {part}")
OUTCOME = msg("journeys of M that ended so ÷ all that ended, those withdrawn among them")

UNITS: dict[str, str] = {
    "requests": msg("requests"),
    "share": msg("share"),
    "min": msg("min"),
    "per request": msg("per request"),
    "currency": msg("currency"),
    "per working day": msg("per working day"),
}


def definition(measure: str, texts: Texts) -> str:
    """What a measure is. Raises KeyError for one that is not known."""
    if measure.startswith("outcome "):
        return texts.t(OUTCOME)
    if measure.startswith("ledger ") and measure not in DEFINITIONS:
        return texts.t(PART, part=texts.t(PARTS[measure.removeprefix("ledger ")]))
    return texts.t(DEFINITIONS[_beginning(measure)])


def grouped(measures: Iterable[str]) -> list[tuple[str, list[str]]]:
    """Measures in their order, the percentiles of one time together: (the first, all of them)."""
    found: dict[str, list[str]] = {}
    for measure in measures:
        found.setdefault(_beginning(measure), []).append(measure)
    return [(names[0], names) for names in found.values()]


def _beginning(measure: str) -> str:
    return re.sub(r" P\d+$", " P", measure)
