"""The traffic equations: how often a request of a class comes to each step, and from where (R7, R12, R13).

With fixed chances a journey is a Markov chain over the steps, and the expected visits solve v = b + Pᵀv, b being where
requests enter. Three things are not a plain chain, and are made one:

- *Needs* last for a request's whole journey: the equations are solved for each pattern of needs (`needs.py`).
- *Skipping* a step goes on in file order: a request is aimed at a step and lands on the first it needs from there on.
- *Chances by visit* and *at most* remember: the state is widened by counters (visits to the step, returns by the
  rule, no further than they matter). Counters only grow, so the equations are solved level by level, each level a
  small chain whose inflow is known. This is exact. When there are too many levels, each remembering step gets instead
  the average chances of its own counters, worked out with the other steps at their averages, until nothing changes:
  exact for one remembering step, an approximation for several, and said to be one.

Expected values need neither queues nor calendars, so they hold for every design with the same routes.
"""

from __future__ import annotations

import heapq
from dataclasses import dataclass

import numpy as np

from flowsim.errors import Problem, ScenarioError
from flowsim.model.needs import patterns
from flowsim.model.process import Model
from flowsim.model.routing import (
    BoolArray,
    Choices,
    FloatArray,
    Level,
    Way,
    circle,
    landing_of,
    named_circle,
    reachable,
)

MOST_SOLUTIONS = 20_000
"""Small systems of equations solved for one class (patterns x levels x steps) before averages are used instead."""

NEGLIGIBLE = 1e-14
"""Share of requests below which a level is not followed."""

ENDLESS = 1e12
"""Expected visits above this are a circle without exit: a spectral radius of 1 - 1e-12 or more."""

ROUNDS = 200
"""Rounds of averaging; each shrinks the error by about the chance of return."""


@dataclass(frozen=True)
class Traffic:
    """What one request of a class does on average; arrays are float64 by position in `model.steps` (S of them).

    `visits` (S): times it does the step's work; `reached` (S): chance that it does so at all; `moves` (S + 1, S):
    moves from a step (last row: from the customer) to a step; `done` and `again`: by step, for each entry of its
    `tasks`, the number of times it is done, and of those the ones with pass > 1 (rework). Visits that end in a
    question do no work and are not counted. `exact` is False when needs or counters were too many to follow all.
    """

    klass: str
    visits: FloatArray
    reached: FloatArray
    moves: FloatArray
    done: tuple[FloatArray, ...]
    again: tuple[FloatArray, ...]
    exact: bool


@dataclass
class _Journey:
    """Expected visits (S), moves (S + 1, S) and chance to be reached (S) of requests of one pattern."""

    visits: FloatArray
    moves: FloatArray
    reached: FloatArray


def traffic(model: Model, klass: str) -> Traffic:
    """Expected visits and moves of a request of this class. The model is sound (no `relations()`).

    Raises ScenarioError (FS501, FS503) when some requests of the class never end.
    """
    size = len(model.steps)
    choices = Choices(model, klass)
    mixture, exact = patterns(model, klass)
    follow = choices.levels * len(mixture) * (size + 1) <= MOST_SOLUTIONS
    exact = exact and (follow or len(choices.remembering) <= 1)
    visits, reached, moves = np.zeros(size), np.zeros(size), np.zeros((size + 1, size))
    done = [np.zeros(len(step.tasks)) for step in model.steps]
    again = [np.zeros(len(step.tasks)) for step in model.steps]
    for pattern in mixture:
        landing = landing_of(pattern.skips)
        if choices.remembering and follow:
            one = _followed(choices, landing)
        else:
            one = _fixed(choices, landing, _averaged(choices, landing))
        visits += pattern.share * one.visits
        reached += pattern.share * one.reached
        moves += pattern.share * one.moves
        for s, does in enumerate(pattern.does):
            done[s] += pattern.share * one.visits[s] * np.array(does)
            again[s] += pattern.share * (one.visits[s] - one.reached[s]) * np.array(does)
    return Traffic(klass, visits, reached, moves, tuple(done), tuple(again), exact)


def endless(model: Model) -> list[Problem]:
    """FS501 and FS503 for the classes some of whose requests never end; empty when all journeys end."""
    found: dict[tuple[str, str], Problem] = {}
    for cls in model.classes:
        try:
            traffic(model, cls.name)
        except ScenarioError as error:
            for problem in error.problems():
                found.setdefault((problem.code, problem.path), problem)
    return list(found.values())


# -- fixed chances -------------------------------------------------------------------------------------------------


def _fixed(choices: Choices, landing: FloatArray, aims: FloatArray) -> _Journey:
    """A plain chain with these chances (S, S + 1) of each aim."""
    size = choices.size
    inside = aims @ landing
    entering = landing[0, :size]
    visits = _visits(choices, landing, inside[:, :size], entering, inside[:, size] > 0.0)
    moves = np.vstack([visits[:, None] * inside[:, :size], entering])
    reached = np.zeros(size)
    here = np.flatnonzero(visits > 0.0)
    block = inside[np.ix_(here, here)]
    reached[here] = visits[here] / np.diag(np.linalg.inv(np.eye(len(here)) - block))
    return _Journey(visits, moves, np.minimum(reached, visits))


def _visits(
    choices: Choices, landing: FloatArray, inside: FloatArray, entering: FloatArray, exits: BoolArray
) -> FloatArray:
    """Expected visits (S) of a chain `inside` (S, S), over the steps that are reached at all; `exits` (S): whether a
    request may leave the chain from there. Raises ScenarioError when some requests never do.
    """
    links = inside > 0.0
    found = reachable(links, entering > 0.0)
    trapped = found & ~reachable(links.T, exits & found)
    if trapped.any():
        raise ScenarioError([_endless(choices, landing, links, trapped)])
    visits = np.zeros(choices.size)
    block = inside[np.ix_(found, found)]
    visits[found] = np.linalg.solve(np.eye(len(block)) - block.T, entering[found])
    if visits.max(initial=0.0) > ENDLESS * entering.sum():
        raise ScenarioError([_endless(choices, landing, links, visits >= visits.max() / 2)])
    return visits


# -- chances that remember -----------------------------------------------------------------------------------------


def _followed(choices: Choices, landing: FloatArray) -> _Journey:
    """Every level of counters followed."""
    visits, moves = _by_level(choices, landing, None)
    reached = visits.copy()
    links = moves[:-1] > 0.0
    for s in map(int, np.flatnonzero(visits > 0.0)):
        if reachable(links, links[s])[s]:
            reached[s] = _by_level(choices, landing, s)[0][s]
    return _Journey(visits, moves, np.minimum(reached, visits))


def _by_level(choices: Choices, landing: FloatArray, stop: int | None) -> tuple[FloatArray, FloatArray]:
    """Expected visits and moves, level by level; with `stop`, journeys end at their first visit to that step."""
    size = choices.size
    visits, moves = np.zeros(size), np.zeros((size + 1, size))
    moves[size] = landing[0, :size]
    inflow: dict[Level, FloatArray] = {choices.start: landing[0, :size].copy()}
    queue = [(0, choices.start)]  # counters only grow: a level's inflow is complete once smaller sums are solved
    while queue:
        level = heapq.heappop(queue)[1]
        entering = inflow.pop(level)
        if entering.sum() < NEGLIGIBLE:
            continue
        stay, leave = choices.after(level)
        if stop is not None:
            stay = stay.copy()
            stay[stop] = 0.0
            leave = [way for way in leave if way[0] != stop]
        inside = stay @ landing
        here = _visits(choices, landing, inside[:, :size], entering, _exits(inside, leave, stop))
        visits += here
        moves[:size] += here[:, None] * inside[:, :size]
        for s, chance, aim, new in leave:
            flow = here[s] * chance * landing[aim, :size]
            moves[s] += flow
            if new not in inflow:
                inflow[new] = np.zeros(size)
                heapq.heappush(queue, (sum(new), new))
            inflow[new] += flow
    return visits, moves


def _exits(inside: FloatArray, leave: list[Way], stop: int | None) -> BoolArray:
    """(S): whether a request may leave this level from the step: to the end or to another level."""
    exits: BoolArray = inside[:, -1] > 0.0
    for s, _, _, _ in leave:
        exits[s] = True
    if stop is not None:
        exits[stop] = True
    return exits


def _averaged(choices: Choices, landing: FloatArray) -> FloatArray:
    """Chances (S, S + 1) of each aim, averaged over the visits of a request; plain chances where nothing remembers."""
    aims = choices.after(choices.start)[0].copy()
    for s, chance, aim, _ in choices.after(choices.start)[1]:
        aims[s, aim] += chance
    for _ in range(ROUNDS):
        before = aims.copy()
        for s in choices.remembering:
            aims[s] = _average_at(choices, s, landing @ _comes_back(aims @ landing, s))
        if np.abs(aims - before).max() < 1e-13:
            break
    return aims


def _comes_back(inside: FloatArray, s: int) -> FloatArray:
    """(S + 1): chance that a request that lands on a step (or at the end) comes to step s, now or later."""
    size = len(inside)
    links = inside[:, :size] > 0.0
    goal = np.arange(size) == s
    may = reachable(links.T, goal) & ~goal
    comes = np.zeros(size + 1)
    comes[s] = 1.0
    block = inside[np.ix_(may, may)]
    comes[:size][may] = np.linalg.solve(np.eye(len(block)) - block, inside[:, s][may])
    return comes


def _average_at(choices: Choices, s: int, comes_back: FloatArray) -> FloatArray:
    """(S + 1): how step s aims, averaged over all visits of a request to it, by its own counters alone."""
    total, taken = 0.0, np.zeros(choices.size + 1)
    inflow = {choices.start: 1.0}
    queue = [(0, choices.start)]
    while queue:
        level = heapq.heappop(queue)[1]
        ways = list(choices.aims(s, level))
        again = sum(chance * comes_back[aim] for aim, chance, new in ways if new == level)
        visits = inflow.pop(level) / max(1.0 - again, 1.0 / ENDLESS)
        if visits < NEGLIGIBLE:
            continue
        if again > 1.0 - 1.0 / ENDLESS:  # it stays like this for ever: what came before does not count
            total, taken = 0.0, np.zeros(choices.size + 1)
        total += visits
        for aim, chance, new in ways:
            taken[aim] += visits * chance
            if new != level:
                if new not in inflow:
                    heapq.heappush(queue, (sum(new), new))
                inflow[new] = inflow.get(new, 0.0) + visits * chance * comes_back[aim]
    average: FloatArray = taken / total
    return average


# -- circles without exit ------------------------------------------------------------------------------------------


def _endless(choices: Choices, landing: FloatArray, links: BoolArray, trapped: BoolArray) -> Problem:
    """FS503 when the routes alone never end, FS501 when it is the returns that keep requests in."""
    steps = choices.steps
    inside = [int(s) for s in np.flatnonzero(trapped)]
    members = circle(links, inside) or inside[:1]
    name = named_circle(steps, members)
    first = steps[members[0]].name
    routes = choices.route_links(landing)
    ahead = reachable(routes[:, :-1], np.arange(choices.size) == members[0])
    if not (ahead & routes[:, -1]).any():
        return Problem(
            code="FS503",
            message=f"a request of {choices.klass} at {first} can never reach the end: its route goes {name}",
            hint=f"let `next` of one of these steps lead on, or to `end` for a share of the {choices.klass} requests",
            path=f"steps.{first}.next",
        )
    back = next((s for s in members if steps[s].returns), members[0])
    return Problem(
        code="FS501",
        message=f"requests of {choices.klass} go round without end: {name} is a circle that none of them leaves",
        hint="lower the chance of return below 100 %, or say `at most`",
        path=f"steps.{steps[back].name}.returns",
    )
