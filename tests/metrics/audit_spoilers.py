"""A run to be spoiled, and ways to do it in time, people and counts. CASES: a spoiler and the check to notice."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import Any

import numpy as np

from flowsim.model import Model
from flowsim.model.calendar import DAY, HOUR
from flowsim.record import INSTANTS, Kind, Record

HANDLING = INSTANTS[5:]


@dataclass
class Spoiled:
    """A run to be spoiled: `v`, `r` and the smaller tables are fresh copies of the columns."""

    model: Model
    record: Record

    @property
    def v(self) -> dict[str, np.ndarray[Any, Any]]:
        return self.record.visits

    @property
    def r(self) -> dict[str, np.ndarray[Any, Any]]:
        return self.record.requests

    @property
    def b(self) -> dict[str, np.ndarray[Any, Any]]:
        return self.record.branches

    def rows(self, step: str, mask: np.ndarray[Any, Any] | bool = True) -> np.ndarray[Any, Any]:
        """Rows of finished visits at a step."""
        index = [s.name for s in self.model.steps].index(step)
        work = (self.v["step"] == index) & (self.v["kind"] != int(Kind.ANSWER))
        return np.flatnonzero(work & mask & (self.v["released"] >= 0))

    def last(self) -> np.ndarray[Any, Any]:
        """Whether a visit is the last of its request."""
        request = self.v["request"]
        return np.append(request[1:] != request[:-1], True)

    def step(self, name: str, **changes: object) -> None:
        """Another model: the step is different."""
        steps = tuple(replace(s, **changes) if s.name == name else s for s in self.model.steps)  # type: ignore[arg-type]
        self.model = replace(self.model, steps=steps)

    def handoff(self, name: str, **changes: object) -> None:
        """Another model: the handoff to the step is different."""
        handoff = self.model.step(name).handoff
        assert handoff is not None
        self.step(name, handoff=replace(handoff, **changes))  # type: ignore[arg-type]

    def team(self, name: str, **changes: object) -> None:
        """Another model: the team is different."""
        teams = tuple(replace(t, **changes) if t.name == name else t for t in self.model.teams)  # type: ignore[arg-type]
        self.model = replace(self.model, teams=teams)

    def drop(self, row: int) -> None:
        """The visit was never written down."""
        later = (self.v["request"] == self.v["request"][row]) & (self.v["visit"] > self.v["visit"][row])
        self.v["visit"][later] -= 1
        for name in self.v:
            self.v[name] = np.delete(self.v[name], row)

    def klass(self, name: str, **changes: object) -> None:
        """Another model: the class is different."""
        classes = tuple(replace(c, **changes) if c.name == name else c for c in self.model.classes)  # type: ignore[arg-type]
        self.model = replace(self.model, classes=classes)

    def change(self, **fields: object) -> None:
        """Another value of a field of the record."""
        self.record = replace(self.record, **fields)  # type: ignore[arg-type]


def spoilable(model: Model, record: Record) -> Spoiled:
    """A fresh copy of a run."""
    tables = {
        table: {name: column.copy() for name, column in getattr(record, table).items()}
        for table in ("visits", "requests", "crew", "branches", "away")
    }
    return Spoiled(model, replace(record, **tables))


def shift(run: Spoiled, row: int, ticks: int, names: tuple[str, ...]) -> None:
    for name in names:
        run.v[name][row] += ticks


def waited(run: Spoiled) -> np.ndarray[Any, Any]:
    return run.v["started"] > run.v["assembled"] + 10


def start_earlier(run: Spoiled) -> None:
    shift(run, run.rows("Register", waited(run))[3], -1, ("started",))


def start_later(run: Spoiled) -> None:
    shift(run, run.rows("Register", waited(run))[3], 1, ("started",))


def all_of_it_later(run: Spoiled) -> None:
    """Begun a tick later than somebody was free, and all that follows a tick later too, to the end."""
    row = run.rows("Stamp twice", run.last())[2]
    shift(run, row, 1, HANDLING)
    run.r["ended"][run.v["request"][row]] += 1
    run.change(wip_area=run.record.wip_area + 1)


def end_later(run: Spoiled) -> None:
    """The one that a log without its draws cannot show: the last work lasts a tick longer than it may."""
    row = run.rows("Stamp twice", run.last())[2]
    shift(run, row, 1, ("worked", "released"))
    run.r["ended"][run.v["request"][row]] += 1
    run.change(wip_area=run.record.wip_area + 1)


def end_and_work_later(run: Spoiled) -> None:
    row = run.rows("Stamp twice", run.last())[2]
    end_later(run)
    run.v["adding_ticks"][row] += 1


def request_ends_later(run: Spoiled) -> None:
    run.r["ended"][np.flatnonzero(run.r["ended"] >= 0)[4]] += 1


def arrives_earlier(run: Spoiled) -> None:
    run.r["arrived"][20] -= 1


def neighbours_swapped(run: Spoiled) -> None:
    """Two that wait in one list change places: each is handled when the other was."""
    rows = run.rows("Register", waited(run) & (run.v["pass"] == 1))
    ordered = rows[np.argsort(run.v["started"][rows])]
    klass = run.r["class"][run.v["request"]]
    joined, started = run.v["assembled"], run.v["started"]
    for a, b in pairwise(ordered):
        if klass[a] == klass[b] and joined[a] < joined[b] < started[a] < started[b]:
            for name in ("person", *HANDLING, "necessary_ticks"):
                run.v[name][[a, b]] = run.v[name][[b, a]]
            return
    raise AssertionError("nobody to swap")


def priority_inverted(run: Spoiled) -> None:
    first, *rest = run.model.classes
    run.model = replace(run.model, classes=(replace(first, priority=2), *rest))


def other_person(run: Spoiled) -> None:
    """A person with a higher number took it, though the lower was free."""
    rows = run.rows("Fee", run.v["person"] == 0)
    batch = run.v["process_batch"]
    run.v["person"][batch == batch[rows[0]]] = 1


def person_out_of_range(run: Spoiled) -> None:
    run.v["person"][run.rows("Register")[5]] = 2


def person_in_two_places(run: Spoiled) -> None:
    rows = run.rows("Check", run.v["person"] == 1)
    run.v["person"][rows] = 0


def off_shift(run: Spoiled) -> None:
    """Begun in the night before."""
    row = run.rows("Register", waited(run))[3]
    run.v["started"][row] -= (run.v["started"][row] % DAY) - 2 * HOUR


def lunch_break(run: Spoiled) -> None:
    """Work goes on at noon, the calendar says otherwise."""
    office = run.model.calendar("office")
    through = tuple((d * DAY + 9 * HOUR, d * DAY + 17 * HOUR) for d in range(5))
    calendars = tuple(replace(c, weekly=through) if c is office else c for c in run.model.calendars)
    run.model = replace(run.model, calendars=calendars)


def holiday_forgotten(run: Spoiled) -> None:
    calendars = tuple(replace(c, exceptions=()) if c.name == "office" else c for c in run.model.calendars)
    run.model = replace(run.model, calendars=calendars)


def begun_too_late_in_the_day(run: Spoiled) -> None:
    run.step("Legal opinion", no_start_within=3 * HOUR)


def refused_without_reason(run: Spoiled) -> None:
    run.step("Legal opinion", no_start_within=0)


def reading_for_work(run: Spoiled) -> None:
    """A tick moves from work to reading in: every sum and every instant stays."""
    row = run.rows("Check", (run.v["read_ticks"] > 0) & (run.v["waste_ticks"] > 0))[0]
    run.v["read_ticks"][row] += 1
    run.v["read"][row] += 1
    run.v["waste_ticks"][row] -= 1


def value_mixed_up(run: Spoiled) -> None:
    row = run.rows("Register", run.v["necessary_ticks"] > 0)[0]
    run.v["adding_ticks"][row], run.v["necessary_ticks"][row] = run.v["necessary_ticks"][row], 0


def ordinals_from_one(run: Spoiled) -> None:
    run.r["ordinal"][run.r["class"] == 0] += 1


def work_before_start(run: Spoiled) -> None:
    row = int(np.flatnonzero((run.v["started"] < 0) & run.last())[0])
    run.v["adding_ticks"][row] = 5


def little_off(run: Spoiled) -> None:
    run.change(wip_area=run.record.wip_area + 1)


def warm_up_leak(run: Spoiled) -> None:
    row = int(np.flatnonzero(run.r["measured"] == 0)[0])
    run.r["measured"][row] = 1


def warm_up_shorter(run: Spoiled) -> None:
    run.model = replace(run.model, run=replace(run.model.run, warm_up=2 * DAY))


def promise_off(run: Spoiled) -> None:
    run.r["due"][np.flatnonzero(run.r["due"] >= 0)[7]] += 1


def stopped_a_tick_late(run: Spoiled) -> None:
    open_ = int((run.r["ended"] < 0).sum())
    run.change(ended_at=run.record.ended_at + 1, wip_area=run.record.wip_area + open_)


def ended_without_outcome(run: Spoiled) -> None:
    run.r["outcome"][np.flatnonzero(run.r["ended"] >= 0)[0]] = -1


def request_lost(run: Spoiled) -> None:
    """The last dated request is nowhere, as if it had never come."""
    request = int(np.flatnonzero(run.r["class"] == 2)[-1])
    gone = run.v["request"] == request
    ended = run.r["ended"][request] if run.r["ended"][request] >= 0 else run.record.ended_at
    lost = int(ended - run.r["arrived"][request])
    for name in run.v:
        run.v[name] = run.v[name][~gone]
    run.v["request"][run.v["request"] > request] -= 1
    for name in run.r:
        run.r[name] = np.delete(run.r[name], request)
    run.change(wip_area=run.record.wip_area - lost)


def instant_erased(run: Spoiled) -> None:
    run.v["turn"][run.rows("Register")[0]] = -1


def beyond_the_end(run: Spoiled) -> None:
    run.v["released"][run.rows("Register")[0]] = run.record.ended_at


def one_person_less(run: Spoiled) -> None:
    run.team("Intake", people=1)


def one_person_more(run: Spoiled) -> None:
    run.team("Front", people=3)


def last_in_for_first_in(run: Spoiled) -> None:
    run.team("Front", queue="last in")


def shortest_for_first_in(run: Spoiled) -> None:
    run.team("Front", queue="shortest")


def due_date_for_first_in(run: Spoiled) -> None:
    run.team("Intake", queue="due date")


def column_of_floats(run: Spoiled) -> None:
    run.v["read"] = run.v["read"].astype(np.float64)


def column_missing(run: Spoiled) -> None:
    del run.v["via"]


CASES: list[tuple[Callable[[Spoiled], None], str]] = [
    (start_earlier, "work"),
    (start_later, "work"),
    (all_of_it_later, "no idling"),
    (end_later, "work"),
    (end_and_work_later, "durations"),
    (request_ends_later, "chain"),
    (arrives_earlier, "chain"),
    (neighbours_swapped, "discipline"),
    (priority_inverted, "discipline"),
    (other_person, "lowest number"),
    (person_out_of_range, "kinds"),
    (person_in_two_places, "capacity"),
    (off_shift, "opening hours"),
    (lunch_break, "work"),
    (holiday_forgotten, "no idling"),
    (begun_too_late_in_the_day, "opening hours"),
    (refused_without_reason, "no idling"),
    (reading_for_work, "durations"),
    (value_mixed_up, "durations"),
    (ordinals_from_one, "numbering"),
    (work_before_start, "kinds"),
    (little_off, "little"),
    (warm_up_leak, "measuring"),
    (warm_up_shorter, "measuring"),
    (promise_off, "measuring"),
    (stopped_a_tick_late, "measuring"),
    (ended_without_outcome, "conservation"),
    (request_lost, "numbering"),
    (instant_erased, "instants"),
    (beyond_the_end, "columns"),
    (one_person_less, "capacity"),
    (one_person_more, "no idling"),
    (last_in_for_first_in, "discipline"),
    (shortest_for_first_in, "discipline"),
    (due_date_for_first_in, "discipline"),
    (column_of_floats, "columns"),
    (column_missing, "columns"),
]
