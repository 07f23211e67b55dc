"""Oracles for calendars (R2, R9) and batches (R7, R11), with an open time of their own: days walked through one by one.

Nothing of `flowsim.model.calendar` is used but what a calendar is. See `plain_rules.py` for what an oracle is.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime, timedelta

from plain_rules import Expected, Foreseen, drawn, whole_run

from flowsim.draws import Draws
from flowsim.model import BatchRule, Calendar, Clock, Distribution, Model, Step
from flowsim.model.calendar import DAY, FOREVER, WEEK


class Hours:
    """When a calendar is open, from a week before `start` to so many days after it, in a plain list; after that:
    never."""

    def __init__(self, calendar: Calendar, start: str, days: int = 90) -> None:
        own = {date.fromisoformat(exception.date): exception.hours for exception in calendar.exceptions}
        begin = datetime.fromisoformat(start)
        first = begin.date() - timedelta(days=7)
        found = []
        for day in (first + timedelta(days=n) for n in range(days + 7)):
            midnight = (datetime.combine(day, datetime.min.time()) - begin) // timedelta(milliseconds=1)
            weekday = day.weekday()
            usual = [(a - weekday * DAY, b - weekday * DAY) for a, b in calendar.weekly if a // DAY == weekday]
            found += [(midnight + a, midnight + b) for a, b in own.get(day, usual) if a < b]
        self.open: list[tuple[int, int]] = []
        for opens, closes in sorted(found):
            if self.open and opens <= self.open[-1][1]:
                opens, closes = self.open[-1][0], max(closes, self.open[-1][1])
                self.open.pop()
            self.open.append((opens, closes))
        self.midnight = (datetime.combine(begin.date(), datetime.min.time()) - begin) // timedelta(milliseconds=1)

    def begin(self, t: int, left: int = 0) -> int:
        """The first instant ≥ t at which it is open, for `left` ticks at least."""
        for opens, closes in self.open:
            if t < closes and closes - max(t, opens) >= left:
                return max(t, opens)
        return FOREVER

    def after(self, t: int, ticks: int) -> int:
        """R2: the first t' ≥ t by which so many open ticks have passed since t."""
        if not ticks or t >= FOREVER:
            return t
        for opens, closes in self.open:
            if closes > t:
                from_ = max(opens, t)
                if closes - from_ >= ticks:
                    return from_ + ticks
                ticks -= closes - from_
        return FOREVER

    def opens_on(self, t: int) -> bool:
        """Whether it opens at all on the day of t."""
        midnight = (t - self.midnight) // DAY * DAY + self.midnight
        return any(opens < midnight + DAY and closes > midnight for opens, closes in self.open)


def always_or(hours: dict[str, Hours], name: str | None, t: int, ticks: int) -> int:
    """So many ticks after t, in the time of a calendar when one is named."""
    return t + ticks if name is None or name == "always" else hours[name].after(t, ticks)


def lengths(model: Model, draws: Draws, purpose: str, law: Distribution) -> Callable[[Expected], int]:
    """What is drawn for this purpose for each request, the first time."""
    by_class = [draws.durations(purpose, cls.name, law) for cls in model.classes]
    return lambda request: by_class[request.klass].at(request.ordinal, 1)


# -- calendars ---------------------------------------------------------------------------------------------------------


def arriving_in_hours(model: Model, draws: Draws, hours: dict[str, Hours]) -> list[Expected]:
    """Arrivals by gaps in the open time of a calendar, counted from the start (R5)."""
    found = []
    until = 2 * model.run.length
    for index, cls in enumerate(model.classes):
        assert cls.arrivals.gap is not None
        passed = 0
        for ordinal, gap in enumerate(draws.gaps(cls.name, cls.arrivals.gap, until)):
            passed += int(gap)
            t = always_or(hours, cls.arrivals.calendar, 0, passed)
            if t >= until:
                break
            found.append(Expected(index, ordinal, t))
    return sorted(found, key=lambda r: (r.arrived, r.klass, r.ordinal))


def desks_with_hours(model: Model, draws: Draws) -> Foreseen:
    """Desks in a row with hours of their own; transits in working time; work that pauses or goes on into overtime, and
    is not begun too close to closing.
    """
    hours = {calendar.name: Hours(calendar, model.start) for calendar in model.calendars}
    requests = arriving_in_hours(model, draws, hours)
    ready = [r.arrived for r in requests]
    for step in model.steps:
        team, work = model.team(step.team), drawn(model, draws, step.tasks[0].task)
        transit = step.handoff.transit if step.handoff else None
        spans = lengths(model, draws, f"transit into {step.name}", transit.time) if transit else None
        joins = []
        for number, r in enumerate(requests):
            delivered = ready[number]
            if transit is not None and spans is not None and delivered < FOREVER:
                delivered = always_or(hours, transit.calendar, delivered, spans(r))
            joins.append((delivered, number))
        free = [0] * team.people
        for delivered, number in sorted(joins):
            r = requests[number]
            started = hours[team.calendar].begin(max(delivered, min(free)), step.no_start_within)
            person = next((n for n, t in enumerate(free) if t <= started), 0)
            released = started + work(r)
            if step.closing == "pause":
                released = hours[team.calendar].after(started, work(r))
            visit = {"sent": ready[number], "delivered": delivered, "started": started, "released": released}
            r.visits.append(visit | {"person": person})
            ready[number] = free[person] = min(released, FOREVER)
    for r, end in zip(requests, ready, strict=True):
        r.ended = end
    return whole_run(model, requests)


# -- batches -----------------------------------------------------------------------------------------------------------


def strikes(clock: Clock, t: int, hours: dict[str, Hours]) -> int:
    """The first strike of a clock at or after t, when the run begins on a Monday at midnight."""
    for week in range(t // WEEK, t // WEEK + 12):
        for time in clock.times:
            strike = week * WEEK + time
            if strike >= t and (clock.calendar is None or hours[clock.calendar].opens_on(strike)):
                return strike
    return FOREVER


def gathered(
    rule: BatchRule | None, joins: list[tuple[int, int]], hours: dict[str, Hours]
) -> list[tuple[int, list[int]]]:
    """Who leaves a gate with whom, and when, of those who join it at these instants, in order (R7): a batch is full
    when the size-th member joins; when its first member has waited, or a clock strikes, before that, it leaves with all
    who are there. Without a rule each by himself.
    """
    if rule is None:
        return [(t, [number]) for t, number in joins]
    found = []
    while joins:
        first = joins[0][0]
        due = FOREVER if rule.wait is None else always_or(hours, rule.wait.calendar, first, rule.wait.ticks)
        due = due if rule.clock is None else min(due, strikes(rule.clock, first, hours))
        size = rule.size or len(joins) + 1
        full = joins[size - 1][0] if size <= len(joins) else FOREVER
        count = size if full <= due and full < FOREVER else sum(t <= due for t, _ in joins)
        found.append((min(full, due, FOREVER), [number for _, number in joins[:count]]))
        joins = joins[count:]
    return found


def in_batches(model: Model, draws: Draws) -> Foreseen:
    """Steps in a row, each of a team of its own, with transfer batches before it and process batches at it."""
    hours = {calendar.name: Hours(calendar, model.start) for calendar in model.calendars}
    requests = arriving_in_hours(model, draws, hours)
    ready = [r.arrived for r in requests]
    for step in model.steps:
        visits: list[dict[str, int]] = [{"sent": t} for t in ready]
        travel(model, draws, step, requests, visits, hours)
        handle(model, draws, step, requests, visits, hours)
        for number, (r, visit) in enumerate(zip(requests, visits, strict=True)):
            r.visits.append(visit)
            ready[number] = visit["released"]
    for r, end in zip(requests, ready, strict=True):
        r.ended = end
    return whole_run(model, requests)


def travel(
    model: Model,
    draws: Draws,
    step: Step,
    requests: list[Expected],
    visits: list[dict[str, int]],
    hours: dict[str, Hours],
) -> None:
    """The transfer batch, and the transit: one draw for all of it, that of the first."""
    batch, transit = (step.handoff.batch, step.handoff.transit) if step.handoff else (None, None)
    spans = lengths(model, draws, f"transit into {step.name}", transit.time) if transit else None
    joins = sorted((visit["sent"], number) for number, visit in enumerate(visits))
    for left, members in gathered(batch, joins, hours):
        delivered = left
        if transit is not None and spans is not None and left < FOREVER:
            delivered = always_or(hours, transit.calendar, left, spans(requests[members[0]]))
        for number in members:
            visits[number] |= {"gathered": left, "delivered": delivered, "admitted": delivered}


def handle(
    model: Model,
    draws: Draws,
    step: Step,
    requests: list[Expected],
    visits: list[dict[str, int]],
    hours: dict[str, Hours],
) -> None:
    """The process batch, one set-up for it, and its members one after another in the order in which they joined
    (R11)."""
    team, work = model.team(step.team), drawn(model, draws, step.tasks[0].task)
    setting_up = lengths(model, draws, f"set-up at {step.name}", step.set_up) if step.set_up else None
    joins = sorted((visit["delivered"], number) for number, visit in enumerate(visits))
    batches = gathered(step.batch, joins, hours)
    batches.sort(key=lambda batch: (batch[0], batch[1][0]))  # waits as one, with the number of its first (R8)
    free = [0] * team.people
    open_ = hours[team.calendar]
    for assembled, members in batches:
        started = open_.begin(max(assembled, min(free)))
        person = next((n for n, t in enumerate(free) if t <= started), 0)
        turn = set_up = started if setting_up is None else open_.after(started, setting_up(requests[members[0]]))
        for number in members:
            done = open_.after(turn, work(requests[number]))
            visits[number] |= {"assembled": assembled, "started": started, "set_up": set_up, "turn": turn}
            visits[number] |= {"worked": done, "released": done, "person": person}
            turn = done
        if step.release == "together":
            for number in members:
                visits[number]["released"] = turn
        free[person] = turn
