"""Oracles for whole models: rows of steps with limits, branches that are joined, customers who withdraw or chase.

Every step has a team of its own and every list is first in, first out. See `plain_rules.py`.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from plain_rules import CALENDARS, Expected, Foreseen, arriving, drawn, seats_of, serve, whole_run

from flowsim.draws import Draws
from flowsim.model import Model, Span, Step, Wait
from flowsim.model.calendar import FOREVER
from flowsim.record import NONE, Kind


def after(wait: Wait | Span, t: int, ticks: int) -> int:
    """`ticks` from t, in the time that a wait or a span is measured in."""
    return t + ticks if wait.calendar is None else CALENDARS[wait.calendar].after(t, ticks)


# -- limits (R14) ------------------------------------------------------------------------------------------------------


def row_with_limits(model: Model, draws: Draws) -> Foreseen:
    """One person a step, limits on steps, teams and all (max-plus recursion: Buzacott and Shanthikumar 1993, ch. 5).

    Nobody overtakes: request i enters step j when it is there, when i - L has given back its place (L the step's or the
    team's limit), and, at the first step, when i - w has ended (w the limit on all). It starts when it has entered and
    the person is free of i - 1: at its release, or with `blocking: person` when that has entered the next step. A place
    is given back on entering the next step, or on leaving when the move takes time (a transit, here constant).
    """
    requests = arriving(model, draws)
    size = len(model.steps)
    work = [drawn(model, draws, step.tasks[0].task) for step in model.steps]
    left: list[list[int]] = [[] for _ in model.steps]  # when each gave back its place
    freed: list[list[int]] = [[] for _ in model.steps]  # when the person was free of it
    for i, request in enumerate(requests):
        ready = request.arrived
        for j, step in enumerate(model.steps):
            team = model.team(step.team)
            transit = step.handoff.transit if step.handoff is not None else None
            moves = transit is not None and not (j == 0 and request.age)
            sent = ready
            if j and moves:
                left[j - 1].append(sent)
                freed[j - 1].append(sent)
            delivered = sent + (int(transit.time.params[0]) if moves and transit is not None else 0)
            enters = delivered
            limits = [limit for limit in (step.limit, team.limit) if limit is not None]
            if limits and i >= min(limits):
                enters = max(enters, left[j][i - min(limits)])
            if j == 0 and model.limit is not None and i >= model.limit:
                enters = max(enters, requests[i - model.limit].ended)
            if j and not moves:
                left[j - 1].append(enters)
                freed[j - 1].append(enters if model.steps[j - 1].blocking == "person" else sent)
            times = CALENDARS[team.calendar]
            started = times.opening(max(enters, freed[j][i - 1] if i else 0))
            ready = times.after(started, work[j](request))
            request.visits.append(
                {"sent": sent, "delivered": delivered, "admitted": enters, "started": started, "released": ready}
            )
        left[size - 1].append(ready)
        freed[size - 1].append(ready)
        request.ended = ready
    return whole_run(model, requests)


# -- branches (R13) ----------------------------------------------------------------------------------------------------


@dataclass
class Way:
    """A branch of one request under way: its place among the splits it is in, its last visit, and since when."""

    ready: int
    places: tuple[int, ...] = ()  # on the trunk: none
    key: tuple[int, int] | None = None  # which branch of `Splits.branches`
    last: tuple[int, int] = (NONE, NONE)  # team and step of its last visit


@dataclass
class Splits:
    """All branches of one request: (began, places, parent, columns of the record)."""

    branches: list[tuple[int, tuple[int, ...], int, dict[str, int]]] = field(default_factory=list)
    visits: list[tuple[int, int, dict[str, int]]] = field(default_factory=list)  # sent, branch, columns


def with_branches(model: Model, draws: Draws) -> Foreseen:
    """Steps of which some split; the join of each is the next step of its path."""
    requests = arriving(model, draws)
    inside = {name for step in model.steps if step.split for branch in step.split.branches for name in branch}
    trunk = [step.name for step in model.steps if step.name not in inside]
    splits = [Splits() for _ in requests]
    ways = {i: Way(request.arrived) for i, request in enumerate(requests)}
    _travel(model, draws, requests, trunk, {i: (way, NONE) for i, way in ways.items()}, splits)
    for i, request in enumerate(requests):
        request.ended = ways[i].ready
        order = sorted(range(len(splits[i].branches)), key=lambda b, all_=splits[i].branches: all_[b][:2])
        number = {branch: place + 1 for place, branch in enumerate(order)} | {NONE: 0}
        for branch in order:
            began, _, parent, columns = splits[i].branches[branch]
            request.branches.append({"branch": number[branch], "parent": number[parent], "began": began} | columns)
        visits = [(sent, number[branch], columns) for sent, branch, columns in splits[i].visits]
        visits.sort(key=lambda visit: visit[:2])
        request.visits = [{"branch": branch} | columns for _, branch, columns in visits]
    return whole_run(model, requests)


def _travel(
    model: Model,
    draws: Draws,
    requests: list[Expected],
    path: Iterable[str],
    ways: dict[int, tuple[Way, int]],
    splits: list[Splits],
) -> None:
    """All requests along one path, each from when its way is ready; with the way the number of the branch it is on."""
    for name in path:
        step = model.step(name)
        index = model.steps.index(step)
        work = drawn(model, draws, step.tasks[0].task)
        needs = step.tasks[0].needs
        lots = {(need, cls): draws.uniforms(need.purpose, cls.name) for need in needs for cls in model.classes}
        here = [
            i
            for i in ways
            if all(lots[n, model.classes[requests[i].klass]].at(requests[i].ordinal) < n.share for n in needs)
        ]
        order = sorted(here, key=lambda i: (ways[i][0].ready, i))
        seats = seats_of(model, draws, [step.team])
        jobs = [(ways[i][0].ready, requests[i]) for i in order]
        for i, taken in zip(order, serve(seats, jobs, lambda r, _, w=work: [w(r)]), strict=True):
            assert taken is not None
            started, released, seat = taken
            way, branch = ways[i]
            columns = {"step": index, "sent": way.ready, "started": started, "released": released}
            columns |= {"from_team": way.last[0], "from_step": way.last[1]}
            splits[i].visits.append((way.ready, branch, columns))
            way.ready, way.last = released, (seat.team, index)
        if step.split is not None:
            _branch_out(model, draws, requests, step, {i: ways[i] for i in here}, splits)


def _branch_out(
    model: Model,
    draws: Draws,
    requests: list[Expected],
    step: Step,
    ways: dict[int, tuple[Way, int]],
    splits: list[Splits],
) -> None:
    """The branches after a step, and the join: the way goes on from there, behind the branch that ended last."""
    assert step.split is not None
    subs: dict[int, list[tuple[Way, int]]] = {i: [] for i in ways}
    for place, path in enumerate(step.split.branches):
        for i, (way, parent) in ways.items():
            sub = Way(way.ready, (*way.places, place), None, way.last)
            columns = {"split": model.steps.index(step), "place": place}
            splits[i].branches.append((way.ready, sub.places, parent, columns))
            subs[i].append((sub, len(splits[i].branches) - 1))
        _travel(model, draws, requests, path, {i: subs[i][-1] for i in ways}, splits)
    for i, (way, _) in ways.items():
        way.ready = max(sub.ready for sub, _ in subs[i])
        way.last = next(sub.last for sub, _ in subs[i] if sub.ready == way.ready)
        for sub, branch in subs[i]:
            splits[i].branches[branch][3].update(ended=sub.ready, joined=way.ready)


# -- customers who withdraw (R15) --------------------------------------------------------------------------------------


def row_with_patience(model: Model, draws: Draws) -> Foreseen:
    """A row of steps; who has waited out his patience withdraws unless somebody is at work on it, else after that."""
    requests = arriving(model, draws)
    until = patience_ends(model, draws, requests)
    ready = {id(r): r.arrived for r in requests}
    for step in model.steps:
        number = {id(r): i for i, r in enumerate(requests)}
        alive = [r for r in requests if r.ended == FOREVER]
        jobs = []
        transit = step.handoff.transit if step.handoff is not None else None
        into = f"transit into {step.name}"
        transits = [draws.durations(into, cls.name, transit.time) for cls in model.classes] if transit else []
        for r in alive:
            sent, end = ready[id(r)], until[id(r)]
            if end < sent:  # while somebody was at work on it
                r.ended, r.outcome = sent, "withdrawn"
                continue
            delivered = sent
            if transits:
                delivered += transits[r.klass].at(r.ordinal, 1)
            visit = {"sent": sent, "delivered": delivered, "started": end, "released": end, "kind": Kind.WITHDRAWN}
            r.visits.append(visit)
            if end <= delivered:
                visit["delivered"] = r.ended = end
                r.outcome = "withdrawn"
            else:
                jobs.append((delivered, r))
        jobs.sort(key=lambda job: (job[0], number[id(job[1])]))
        work = drawn(model, draws, step.tasks[0].task)
        seats = seats_of(model, draws, [step.team])
        served = serve(seats, jobs, lambda r, _, w=work: [w(r)], lambda r: until[id(r)])
        for (_, r), taken in zip(jobs, served, strict=True):
            if taken is None:
                r.ended, r.outcome = until[id(r)], "withdrawn"
            else:
                r.visits[-1] |= {"started": taken[0], "released": taken[1], "kind": Kind.WORK}
                ready[id(r)] = taken[1]
    for r in requests:
        r.ended = min(r.ended, ready[id(r)]) if r.outcome == "done" else r.ended
    return whole_run(model, requests)


def patience_ends(model: Model, draws: Draws, requests: list[Expected]) -> dict[int, int]:
    """When the patience of each customer runs out, by id of the request."""
    found = {}
    for index, cls in enumerate(model.classes):
        own = [r for r in requests if r.klass == index]
        if cls.patience is None:
            found |= {id(r): FOREVER for r in own}
        else:
            ticks = draws.durations("patience", cls.name, cls.patience.time)
            found |= {id(r): after(cls.patience, r.arrived, ticks.at(r.ordinal)) for r in own}
    return found


# -- customers who chase (R15) -----------------------------------------------------------------------------------------


def desk_with_chases(model: Model, draws: Draws) -> Foreseen:
    """A desk, and another one for the chases about what is at the first: steps 0 and 1, the last class is the chase."""
    requests = arriving(model, draws)
    desk, front = model.steps
    work = drawn(model, draws, desk.tasks[0].task)
    jobs = [(r.arrived, r) for r in requests]
    for r, taken in zip(
        requests, serve(seats_of(model, draws, [desk.team]), jobs, lambda r, _: [work(r)]), strict=True
    ):
        assert taken is not None
        r.ended = taken[1]
        r.visits.append({"sent": r.arrived, "started": taken[0], "released": taken[1]})
    chases = list(chased_at(model, draws, requests))
    chases.sort(key=lambda chase: (chase.arrived, chase.parent))
    law = model.task(front.tasks[0].task)
    drawn_chases = draws.durations(f"task:{law.name}", model.classes[-1].name, law.time)
    served = serve(
        seats_of(model, draws, [front.team]),
        [(chase.arrived, chase) for chase in chases],
        lambda chase, _: [drawn_chases.at(chase.ordinal, chase.chase)],
    )
    for chase, taken in zip(chases, served, strict=True):
        assert taken is not None
        chase.ended = taken[1]
        chase.visits.append({"sent": chase.arrived, "started": taken[0], "released": taken[1]})
    return whole_run(model, [*requests, *chases])


def chased_at(model: Model, draws: Draws, requests: list[Expected]) -> Iterator[Expected]:
    """The chases: from the due time, or from so long after the arrival, until the request has ended."""
    for index, cls in enumerate(model.classes):
        rule = cls.chasing
        if rule is None:
            continue
        begin = rule.after or cls.promise
        assert begin is not None
        lots, intervals = (
            draws.uniforms("chasing", cls.name),
            draws.durations("chase interval", cls.name, rule.every.time),
        )
        for parent, r in enumerate(requests):
            if r.klass != index or lots.at(r.ordinal) >= rule.share:
                continue
            since = max(after(begin, r.arrived, begin.ticks) - r.age, 0)
            which, total = 1, 0
            while rule.at_most is None or which <= rule.at_most:
                total += max(intervals.at(r.ordinal, which), 1)
                t = after(rule.every, since, total)
                if t >= r.ended or t >= 2 * model.run.length:  # nothing is known from there on
                    break
                yield Expected(len(model.classes) - 1, r.ordinal, t, parent=parent, chase=which)
                which += 1
