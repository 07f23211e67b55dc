"""Limits that lock, starve or cannot let through what comes (R14)."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from flowsim.errors import Problem
from flowsim.model.calendar import WEEK
from flowsim.model.capacity import doable
from flowsim.model.codes import amount, finding, names, number
from flowsim.model.effort import Loads
from flowsim.model.handover import Handovers
from flowsim.model.least import Least
from flowsim.model.paths import Paths, paths
from flowsim.model.pitfalls import batches
from flowsim.model.process import Handoff, Model
from flowsim.model.routing import circle
from flowsim.model.traffic import Traffic


@dataclass(frozen=True)
class _Scope:
    """A limit: what it is for sentences and in the file, and the steps (indices) whose requests need a place."""

    what: str
    name: str
    limit: int
    steps: tuple[int, ...]
    whole: bool = False


def limit_findings(model: Model, load: Loads) -> Iterator[Problem]:
    """FS529 to FS532."""
    scopes = list(_scopes(model))
    for scope in scopes:
        yield from _unfilled(model, load, scope)
        yield from _too_small(model, load, scope)
    yield from _idle_people(model)
    yield from _circles(model, load, scopes)


def _scopes(model: Model) -> Iterator[_Scope]:
    for s, step in enumerate(model.steps):
        if step.limit is not None:
            yield _Scope(f"the limit of {step.limit} at {step.name}", step.name, step.limit, (s,))
    for team in model.teams:
        if team.limit is not None:
            own = tuple(s for s, step in enumerate(model.steps) if step.team == team.name)
            yield _Scope(f"the limit of {team.limit} with {team.name}", team.name, team.limit, own)
    if model.limit is not None:
        every = tuple(range(len(model.steps)))
        yield _Scope(f"the limit of {model.limit} on the whole", "all", model.limit, every, whole=True)


# -- batches (FS529) -------------------------------------------------------------------------------------------------


def _unfilled(model: Model, load: Loads, scope: _Scope) -> Iterator[Problem]:
    """Those who wait in a batch that leaves by its size alone hold places: when every such batch can be one short and
    no place is left, nothing ever moves again. A transfer batch counts for the whole's limit only, and only when all
    who wait in it have been let in before.
    """
    sizes: list[tuple[str, int]] = []
    for s in scope.steps:
        for key, name, rule in batches(model.steps[s]):
            alone = rule.size is not None and rule.wait is None and rule.clock is None
            fresh = any(journey.moves[-1, s] > 0.0 for journey in load.journeys)
            counts = key == "batch" or (scope.whole and not fresh)
            if alone and counts and rule.size is not None and load.steps[s].per_week + load.steps[s].backlog > 0.0:
                sizes.append((name, rule.size))
    never = [(name, size) for name, size in sizes if size > scope.limit and name.startswith("the process")]
    if never:
        yield finding(
            "FS529",
            f"{never[0][0]} needs {never[0][1]} requests, and {scope.what} lets in fewer: it never fills",
            "make the batch smaller, let it also leave after some time, or raise the limit",
            f"limits.{scope.name}",
        )
    elif sizes and sum(size - 1 for _, size in sizes) >= scope.limit:
        yield finding(
            "FS529",
            f"{names([name for name, _ in sizes])} can {'each ' if len(sizes) > 1 else ''}be one short of full when "
            f"{scope.what} lets nobody else in: then nothing ever moves again",
            "make the batches smaller, let them also leave after some time, or raise the limit",
            f"limits.{scope.name}",
        )


# -- throughput (FS531, FS532) ---------------------------------------------------------------------------------------


def _too_small(model: Model, load: Loads, scope: _Scope) -> Iterator[Problem]:
    """A request holds its place at least while it is handled: so many places, full all the time that somebody could
    work, let through so much work and no more. Customers who may withdraw (R15) are left out.
    """
    if scope.whole:
        yield from _whole_too_small(model, load, scope)
        return
    asked, has = 0.0, 0.0
    for s in scope.steps:
        asked += _handling(model, load, s)
        has = max(has, scope.limit * doable(model, model.steps[s]))
    if asked >= has > 0.0:
        yield finding(
            "FS531",
            f"{scope.what} lets through {amount(has)} of handling a week at most, and {amount(asked)} come: what waits "
            "for a place grows without end",
            "raise the limit",
            f"limits.{scope.name}",
        )


def _handling(model: Model, load: Loads, s: int) -> float:
    """Ticks a week in which a request is being handled at a step, at the speed of the fastest."""
    total = 0.0
    for cls, row, journey in zip(model.classes, load.classes, load.journeys, strict=True):
        if 0.0 < row.per_week < math.inf and cls.patience is None:
            total += row.per_week * float(Least(model).of_work(journey.visits, journey.done)[s])
    return total


def _whole_too_small(model: Model, load: Loads, scope: _Scope) -> Iterator[Problem]:
    """J. D. C. Little, "A proof for the queuing formula L = λW", Operations Research 9 (1961): what is inside is what
    comes in times how long it stays.
    """
    inside = 0.0
    for cls, row, journey in zip(model.classes, load.classes, load.journeys, strict=True):
        if cls.patience is not None:
            continue
        way = 0.0  # the transit from the customer is before the door
        for s, step in enumerate(model.steps):
            transit = (step.handoff or Handoff()).transit
            way += float(journey.longest.moves[-1, s]) * (transit.time.mean() if transit is not None else 0.0)
        inside += row.per_week * (row.least - way) / WEEK
    if inside >= scope.limit:
        yield finding(
            "FS531",
            f"{scope.what} is too small: with what comes, {number(inside)} requests would be inside on average even if "
            "none of them ever waited: what waits for a place grows without end",
            "raise the limit",
            "limits.all",
        )


def _idle_people(model: Model) -> Iterator[Problem]:
    """FS532: a team whose people work for its own steps only, with more of them than its places can keep at work."""
    answering = any(
        step.handoff is not None and step.handoff.question is not None and step.handoff.question.to == "sender"
        for step in model.steps
    )
    for team in model.teams:
        own = [step for step in model.steps if step.team == team.name]
        elsewhere = any(team.name in step.others or team.name in dict(step.together) for step in model.steps)
        chased = any(not step.only or set(step.only) & set(model.chasers) for step in own) and bool(model.chasers)
        if team.limit is None or not own or elsewhere or chased or answering:
            continue
        at_work = team.limit * max(step.people for step in own)
        alone = [person for person in model.staff(team.name) if person is None or len(person.teams) == 1]
        if at_work < len(alone):
            yield finding(
                "FS532",
                f"{team.name} has {len(alone)} people, and its limit of {team.limit} never lets more than {at_work} of "
                "them work at once",
                "raise the limit, or let them help elsewhere",
                f"limits.{team.name}",
            )


# -- circles (FS530) -------------------------------------------------------------------------------------------------


def _circles(model: Model, load: Loads, scopes: list[_Scope]) -> Iterator[Problem]:
    """Requests that are done keep their places until the next step has one for them. When the moves that keep places
    lead from one limit to the next and back to the first, all can be full of requests that wait for each other.
    """
    limits = [scope for scope in scopes if not scope.whole]  # who is inside the whole never waits for it again
    links = np.zeros((len(limits), len(limits)), dtype=np.bool_)
    for o, s in _moves_that_keep_places(model, load):
        held = [k for k, scope in enumerate(limits) if o in scope.steps]
        for k, scope in enumerate(limits):
            if s in scope.steps and k not in held:
                links[held, k] = True
    around = circle(links, range(len(limits)))
    if around:
        told = " → ".join(limits[k].name for k in (*around, around[0]))
        yield finding(
            "FS530",
            f"the limits {told} make a circle: when all are full, each with requests that go on to the next, nothing "
            "moves any more, and the run ends with an error",
            "let the way back go through a transfer batch or a transit, or leave one of them without a limit",
            f"limits.{limits[around[0]].name}",
        )


def _moves_that_keep_places(model: Model, load: Loads) -> Iterator[tuple[int, int]]:
    """Moves, as step to step, with which a request keeps its places until it is let in: not through a gate or a
    transit, and not out of a branch, unless it was sent back there and does it as a part of the trunk.
    """
    shares = np.array([[dict(row.takers).get(team.name, 0.0) for team in model.teams] for row in load.steps])
    sent = Handovers(model, shares).sent
    found = [paths(model, cls.name) for cls in model.classes]
    for o in range(len(model.steps)):
        for s, step in enumerate(model.steps):
            handoff = step.handoff or Handoff()
            gives_back = (handoff.batch is not None or handoff.transit is not None) and sent[o, s] >= 1.0
            moves = any(
                journey.moves[o, s] > 0.0 and (one.depth(o) <= one.depth(s) or _sent_into(one, journey, o))
                for one, journey in zip(found, load.journeys, strict=True)
            )
            if moves and not gives_back:
                yield o, s


def _sent_into(one: Paths, journey: Traffic, o: int) -> bool:
    """Whether requests are sent back, from outside, into the branch that step o is in."""
    place = one.within[o]
    inside = [s for s, other in enumerate(one.within) if other == place]
    outside = [x for x in range(len(one.within)) if one.depth(x) < one.depth(o) and place is not None and x != place[0]]
    return bool((journey.moves[np.ix_(outside, inside)] > 0.0).any())
