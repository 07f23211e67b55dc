"""The classes of requests of a scenario in the making: how they come, and what their customers do meanwhile."""

from __future__ import annotations

from datetime import timedelta
from fractions import Fraction
from typing import Any

from draft import PARTS, Draft, Tree


def requests(d: Draft) -> Tree:
    """The section `requests`."""
    return {name: _class(d, name) for name in d.classes}


def _class(d: Draft, name: str) -> Tree:
    c, pen = d.c, d.pen
    found: Tree = {}
    calendar = ""
    if d.calendars and c.chance(55):
        calendar = c.pick(d.calendars)
        found["calendar"] = pen.name(calendar)
    elif c.chance(5):
        found["calendar"] = "always"
    backlog = _backlog(d, name) if c.chance(18) else None
    found["arrivals"] = "none" if backlog and c.chance(25) else _arrivals(d, bool(calendar))
    if backlog:
        found["backlog"] = backlog[0] if len(backlog) == 1 and c.chance(60) else backlog
    if c.chance(45):
        found["promise"] = pen.wait(d.length // 3, calendar=bool(calendar))
    if c.chance(40):
        found["priority"] = c.pick(("0", "rush", "spoed", "normal", "normaal", "gewoon", "low", "laag", "2", "7"))
    if name in d.journeys:
        words = [pen.name(step) for step in d.journeys[name]]
        found["journey"] = words[0] if len(words) == 1 and c.chance(50) else words
    if c.chance(20):
        found["patience"] = pen.drawn_wait(d.length // 3, calendar=bool(calendar))
    if c.chance(14):
        found["chasing"] = _chasing(d, "promise" in found, bool(calendar))
    if c.chance(15):
        found[pen.key("cost of delay")] = _delay(d, "promise" in found)
    return found


def _gap(d: Draft) -> Fraction:
    """Minutes between two requests, so that a handful to some thirty come."""
    gap = Fraction(d.length, d.c.weighed({8: 3, 4: 3, 2: 1, 15: 3, 30: 2}))
    return max(Fraction(15), gap // 15 * 15) if d.pen.coarse else gap * d.c.whole(8, 12) / 10


def _arrivals(d: Draft, calendar: bool) -> Any:
    c, pen = d.c, d.pen
    how = c.weighed({"every": 6, "rate": 1 if pen.coarse else 5, "file": 2})
    found: Tree = {}
    gap = _gap(d) / (3 if calendar else 1)  # a calendar is open a third of the time
    if how == "file":
        found |= _dates(d)
    elif how == "rate":
        found["rate"] = pen.rate(gap, 420 if calendar else 1440, 2100 if calendar else 10080)
    else:
        found["every"] = pen.quantity(gap, working=calendar and c.chance(10))
    if how != "file" and c.chance(14):
        parts = c.some(PARTS, 1, 2)
        found["profile"] = {part: c.pick(("150%", "2", "50%", "0%", "3/2", "300 procent")) for part in parts}
    if c.chance(22):
        found["group"] = c.pick(("2", "1 .. 3", {"1": "50%", "2": "30%", "3": "20%"}, "1 tot 2", "none", "3"))
    if len(found) == 1 and how != "file" and c.chance(60):
        return found["rate"] if how == "rate" else f"{c.pick(('every', 'elke', 'iedere'))} {found['every']}"
    return found


def _dates(d: Draft) -> Tree:
    """A data file of dated arrivals; several columns, marks and forms of dates."""
    c = d.c
    name = c.pick(("data/arrivals.csv", "dates.csv"))
    if name in d.pen.files:
        name = f"dates{len(d.pen.files)}.csv"
    step = 15 if d.pen.coarse else 1
    moments = [
        d.start + timedelta(minutes=step * c.whole(0, d.length // step)) for _ in range(c.weighed({3: 3, 8: 2, 1: 1}))
    ]
    if c.chance(30):
        moments += [d.start + timedelta(minutes=4 * d.length)]
    column = c.pick(("arrived", "aankomst", "Datum", "binnen op"))
    mark = c.pick((",", ";"))
    form = c.pick(("%Y-%m-%d %H:%M", "%Y-%m-%dT%H:%M:%S"))
    if c.chance(50):
        rows = [f"{column}{mark}who", *(f"{moment.strftime(form)}{mark}x" for moment in moments)]
    else:
        rows = [column, *(moment.strftime(form) for moment in moments)]
    d.pen.files[name] = "\n".join(rows) + "\n"
    found: Tree = {"file": name}
    if column == "binnen op" or c.chance(40):
        found["column"] = column
    return found


def _backlog(d: Draft, name: str) -> list[Tree]:
    """One or two entries, at steps on the way of the class."""
    c, pen = d.c, d.pen
    way = d.journeys.get(name, d.trunk)
    inside = [step for split in way for path in d.branches.get(split, []) for step in path]
    found = []
    for _ in range(c.whole(1, 2)):
        age = pen.days(20, working=False) if c.chance(50) else pen.quantity(pen.minutes(d.length, zero=True))
        at = c.pick([*way, *inside])
        found.append({"at": pen.name(at), "requests": str(c.whole(1, 4)), "age": age})
    return found


def _chasing(d: Draft, promise: bool, calendar: bool) -> Tree:
    c, pen = d.c, d.pen
    every = d.length // 8 + pen.minutes(d.length // 4)
    found: Tree = {
        "to": pen.name(c.pick(d.teams)),
        "takes": pen.work(15),
        "every": pen.quantity(every // 15 * 15 if pen.coarse else every, working=calendar and c.chance(30)),
    }
    if c.chance(50):
        found["share"] = pen.share(low=20)
    if not promise or c.chance(40):
        found["after"] = pen.wait(d.length // 4, calendar=calendar, zero=True)
    if c.chance(50):
        found[pen.key("at most")] = str(c.whole(1, 3))
    return found


def _delay(d: Draft, promise: bool) -> Any:
    c, pen = d.c, d.pen
    amount = c.pick(("20 per hour", "5 euro per day", "12.5/uur", "100 per 2 weken"))
    if c.chance(40):
        return amount
    found: Tree = {"amount": amount}
    if promise and c.chance(70):
        found[pen.key("late only")] = pen.yes(c.chance(80))
    return found
