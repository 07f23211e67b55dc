"""The traffic equations: how often a request of a class comes to each step, and from where (R7, R12, R13).

With fixed chances a journey is a Markov chain over the steps, and the expected visits solve v = b + Pᵀv, b being where
requests enter. Four things are not a plain chain, and are made one:

- *Branches* go on side by side, but are counted as if one came after the other (`nodes.py`): this is exact.
- *Needs* last for a request's whole journey: the equations are solved for each pattern of needs (`needs.py`).
- *Skipping* a step goes on along the path: a request is aimed at a step and lands on the first it needs from there on.
- *Chances by visit* and *at most* remember: the state is widened by counters (visits to the step, returns by the
  rule, no further than they matter). Counters only grow, so the equations are solved level by level, each level a
  small chain whose inflow is known. This is exact. When there are too many levels, each remembering step gets instead
  the average chances of its own counters, worked out with the other steps at their averages, until nothing changes:
  exact for one remembering step, an approximation for several, and said to be one.

Expected values need neither queues nor calendars, so they hold for every design with the same routes. Customers who
withdraw (R15) are not thought of: with them the figures are what would come if nobody did.
"""

from __future__ import annotations

import heapq
from collections.abc import Collection
from dataclasses import dataclass
from functools import lru_cache

import numpy as np

from flowsim.errors import Problem, ScenarioError
from flowsim.model.handover import Handovers, even_shares
from flowsim.model.least import Least
from flowsim.model.needs import patterns
from flowsim.model.nodes import Nodes
from flowsim.model.process import Model
from flowsim.model.routing import (
    BoolArray,
    Choices,
    FloatArray,
    Level,
    Way,
    circle,
    named_circle,
    reachable,
)
from flowsim.model.side_by_side import Flow, flows

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
    moves from a step (last row: from the customer, or begun there as backlog) to a step; `done` and `again`: by step,
    for each entry of its `tasks`, the number of times it is done, and of those the ones with pass > 1 (rework). Visits
    that end in a question do no work and are not counted. `exact` is False when needs or counters were too many to
    follow all. Into a join a request comes from the last visit of the branch that ended last (R13): taken to be the
    branch that is longest on average (`side_by_side.py`), an estimate.

    `longest`: of visits, moves and done those on the trunk and on the longest branches, the request's own lead time.
    """

    klass: str
    visits: FloatArray
    reached: FloatArray
    moves: FloatArray
    done: tuple[FloatArray, ...]
    again: tuple[FloatArray, ...]
    exact: bool
    longest: Flow


@dataclass
class _Journey:
    """Expected visits (N) to and moves (N + 1, N) between nodes, and the chance to reach a step (S), of one pattern."""

    visits: FloatArray
    moves: FloatArray
    reached: FloatArray


@lru_cache(maxsize=64)
def traffic(model: Model, klass: str, start: str | None = None) -> Traffic:
    """Expected visits and moves of a request of this class, from its first step or, in a backlog, from the step `start`
    on: there it is, whether it needs anything there or not (R5). The model is sound (no `relations`). What is asked
    again gets the same answer: nobody may write into its arrays.

    Raises ScenarioError (FS501, FS503) when some requests of the class never end.
    """
    choices = Choices(Nodes(model, klass, start))
    nodes = choices.nodes
    mixture, exact = patterns(model, klass, nodes.on_way)
    follow = choices.levels * len(mixture) * (choices.size + 1) <= MOST_SOLUTIONS
    exact = exact and (follow or len(choices.remembering) <= 1)
    least = Least(model)
    of_moves = least.of_moves(Handovers(model, even_shares(model)))
    own, longest = Flow.nothing(model), Flow.nothing(model)
    reached = np.zeros(len(model.steps))
    again = [np.zeros(len(step.tasks)) for step in model.steps]
    for pattern in mixture:
        landing = choices.landing(pattern.skips)
        if choices.remembering and follow:
            one = _followed(choices, landing)
        else:
            one = _fixed(choices, landing, _averaged(choices, landing))
        whole = critical = Flow(one.visits, one.moves, ())
        if not nodes.plain:
            whole, critical = flows(nodes, one.visits, one.moves, least.of_visits(pattern), of_moves)
            longest.add(critical, pattern)
        own.add(whole, pattern)
        reached += pattern.share * one.reached
        for s, does in enumerate(pattern.does):
            again[s] += pattern.share * (whole.visits[s] - one.reached[s]) * np.array(does)
    longest = own if nodes.plain else longest
    return Traffic(klass, own.visits, reached, own.moves, own.done, tuple(again), exact, longest)


def endless(model: Model) -> list[Problem]:
    """FS501 and FS503 for the classes some of whose requests never end; empty when all journeys end."""
    found: dict[tuple[str, str], Problem] = {}
    for cls in model.classes:
        starts = [None, *dict.fromkeys(b.step for b in model.backlog if b.klass == cls.name)]
        try:
            for start in starts:
                traffic(model, cls.name, start)
        except ScenarioError as error:
            for problem in error.problems():
                found.setdefault((problem.code, problem.path), problem)
    return list(found.values())


# -- fixed chances -------------------------------------------------------------------------------------------------


def _fixed(choices: Choices, landing: FloatArray, aims: FloatArray) -> _Journey:
    """A plain chain with these chances (N, N + 1) of each aim."""
    size = choices.size
    inside = aims @ landing
    entering = choices.entering(landing)
    visits = _visits(choices, landing, inside[:, :size], entering, inside[:, size] > 0.0)
    moves = np.vstack([visits[:, None] * inside[:, :size], entering])
    here = np.flatnonzero(visits > 0.0)
    block = inside[np.ix_(here, here)]
    first = np.zeros(size)  # chance that a node is reached
    first[here] = visits[here] / np.diag(np.linalg.inv(np.eye(len(here)) - block))
    reached = np.zeros(len(choices.nodes.steps))
    for s, own in _nodes_by_step(choices, visits).items():
        if len(own) == 1:
            reached[s] = min(first[own[0]], visits[own[0]])
        else:
            chain = inside[:, :size].copy()
            chain[own] = 0.0
            exits = inside[:, size] > 0.0
            exits[own] = True
            reached[s] = _visits(choices, landing, chain, entering, exits)[own].sum()
    return _Journey(visits, moves, reached)


def _nodes_by_step(choices: Choices, visits: FloatArray) -> dict[int, list[int]]:
    """The nodes that are reached, by step, without ends of branches."""
    found: dict[int, list[int]] = {}
    for n in map(int, np.flatnonzero(visits > 0.0)):
        if choices.nodes.step_of(n) is not None:
            found.setdefault(choices.nodes.all[n].step, []).append(n)
    return found


def _visits(
    choices: Choices, landing: FloatArray, inside: FloatArray, entering: FloatArray, exits: BoolArray
) -> FloatArray:
    """Expected visits (N) of a chain `inside` (N, N), over the nodes that are reached at all; `exits` (N): whether a
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
    visits, moves = _by_level(choices, landing, ())
    links = moves[:-1] > 0.0
    reached = np.zeros(len(choices.nodes.steps))
    for s, own in _nodes_by_step(choices, visits).items():
        reached[s] = visits[own].sum()
        if any(reachable(links, links[n])[own].any() for n in own):
            reached[s] = min(reached[s], _by_level(choices, landing, own)[0][own].sum())
    return _Journey(visits, moves, reached)


def _by_level(choices: Choices, landing: FloatArray, stop: Collection[int]) -> tuple[FloatArray, FloatArray]:
    """Expected visits and moves, level by level; journeys end at their first visit to a node of `stop`."""
    size, stops = choices.size, list(stop)
    visits, moves = np.zeros(size), np.zeros((size + 1, size))
    moves[size] = choices.entering(landing)
    inflow: dict[Level, FloatArray] = {choices.start: moves[size].copy()}
    queue = [(0, choices.start)]  # counters only grow: a level's inflow is complete once smaller sums are solved
    while queue:
        level = heapq.heappop(queue)[1]
        entering = inflow.pop(level)
        if entering.sum() < NEGLIGIBLE:
            continue
        stay, leave = choices.after(level)
        if stops:
            stay = stay.copy()
            stay[stops] = 0.0
            leave = [way for way in leave if way[0] not in stops]
        inside = stay @ landing
        here = _visits(choices, landing, inside[:, :size], entering, _exits(inside, leave, stops))
        visits += here
        moves[:size] += here[:, None] * inside[:, :size]
        for n, chance, aim, new in leave:
            flow = here[n] * chance * landing[aim, :size]
            moves[n] += flow
            if new not in inflow:
                inflow[new] = np.zeros(size)
                heapq.heappush(queue, (sum(new), new))
            inflow[new] += flow
    return visits, moves


def _exits(inside: FloatArray, leave: list[Way], stops: list[int]) -> BoolArray:
    """(N): whether a request may leave this level from the node: to the end or to another level."""
    exits: BoolArray = inside[:, -1] > 0.0
    for n, _, _, _ in leave:
        exits[n] = True
    exits[stops] = True
    return exits


def _averaged(choices: Choices, landing: FloatArray) -> FloatArray:
    """Chances (N, N + 1) of each aim, averaged over the visits of a request; plain chances where nothing remembers."""
    aims = choices.after(choices.start)[0].copy()
    for n, chance, aim, _ in choices.after(choices.start)[1]:
        aims[n, aim] += chance
    for _ in range(ROUNDS):
        before = aims.copy()
        for n in choices.remembering:
            aims[n] = _average_at(choices, n, landing @ _comes_back(aims @ landing, n))
        if np.abs(aims - before).max() < 1e-13:
            break
    return aims


def _comes_back(inside: FloatArray, n: int) -> FloatArray:
    """(N + 1): chance that a request that lands on a node (or at the end) comes to node n, now or later."""
    size = len(inside)
    links = inside[:, :size] > 0.0
    goal = np.arange(size) == n
    may = reachable(links.T, goal) & ~goal
    comes = np.zeros(size + 1)
    comes[n] = 1.0
    block = inside[np.ix_(may, may)]
    comes[:size][may] = np.linalg.solve(np.eye(len(block)) - block, inside[:, n][may])
    return comes


def _average_at(choices: Choices, n: int, comes_back: FloatArray) -> FloatArray:
    """(N + 1): how node n aims, averaged over all visits of a request to it, by its own counters alone."""
    total, taken = 0.0, np.zeros(choices.size + 1)
    inflow = {choices.start: 1.0}
    queue = [(0, choices.start)]
    while queue:
        level = heapq.heappop(queue)[1]
        ways = list(choices.aims(n, level))
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
    steps, nodes = choices.nodes.steps, choices.nodes
    inside = [int(n) for n in np.flatnonzero(trapped)]
    around = circle(links, inside) or inside[:1]
    members = [nodes.all[n].step for n in around if nodes.step_of(n) is not None]
    name = named_circle(steps, members)
    first = steps[members[0]].name
    routes = choices.route_links(landing)
    ahead = reachable(routes[:, :-1], np.arange(choices.size) == around[0])
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
