"""The data of the picture of a search from its folder. Nothing is counted."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from flowsim.experiments.findings import Findings
from flowsim.experiments.statistics import Estimate
from flowsim.optimise.asked import Goal
from flowsim.optimise.keeping import KeptTried, nearest, read_search, was_sought
from flowsim.plots.frontier import Frontier
from flowsim.plots.sweep_data import Dot, Measured, sized

MINUTE = 60_000


def frontier(found: Findings) -> Frontier:
    """Every design by the aim and by the goal that decides: the one that is missed by most, or met by least, at the
    best design. Raises ValueError for a run that is no search, or one without a goal.
    """
    if not was_sought(found.run):
        raise ValueError("no best design was looked for in this run: flowsim optimise FILE")
    kept = read_search(found.run)
    if not kept.question.goals:
        raise ValueError("the search had no goal to hold designs against")
    place = _deciding(kept.best, kept.question.goals) or (nearest(kept) or (None, 1))[1]
    goal, aim = kept.question.goals[place - 1], kept.question.aim
    day = _day(found)
    searched = [one.search for one in kept.designs if one.search]
    aims = sized(aim.measure, aim.unit, max((abs(own[0].value) for own in searched), default=0.0), day)
    longest = max([goal.bound, *(own[place].value for own in searched)])
    goals = sized(goal.measure, goal.unit, longest, day)
    if goal.limit is not None:
        goals = (Measured("within", "share"), 1.0)

    def dot(own: Sequence[Estimate]) -> Dot:
        y = own[place]
        low, high = (y.value if end is None else end for end in (y.low, y.high))
        return Dot(own[0].value / aims[1], y.value / goals[1], low / goals[1], high / goals[1])

    limit = None
    if goal.limit is not None:
        measured, size = sized(goal.measure, "min", goal.limit, day)
        limit = (goal.limit / size, measured.unit)
    best = kept.best
    return Frontier(
        *(aims[0], goals[0], goal.bound / goals[1], goal.at_most),
        [dot(own) for own in searched],
        [dot(one.finals) for one in kept.finalists if one.finals and one is not best],
        dot(best.finals) if best is not None else None,
        dot(kept.now) if kept.now else None,
        limit,
    )


PICTURES: dict[str, tuple[str, Callable[[Findings], object]]] = {"frontier": ("frontier", frontier)}
"""Name of a picture of a search → (kind of plot, what makes its data)."""


def _deciding(best: KeptTried | None, goals: Sequence[Goal]) -> int:
    """The goal (from 1) that the best design meets by least, in tolerances; 0 for no best design."""
    if best is None:
        return 0
    margins = [(goal.margin(best.finals[n].value) / goal.tolerance, n) for n, goal in enumerate(goals, 1)]
    return min(margins)[1]


def _day(found: Findings) -> float:
    model = found.model(found.states[0])
    return model.calendar(model.run.calendar).working_day / MINUTE
