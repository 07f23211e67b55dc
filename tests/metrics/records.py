"""Tiny models and Records by hand: instants in minutes, one visit a call, nothing simulated."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from flowsim.model import (
    ALWAYS,
    Arrivals,
    Calendar,
    Distribution,
    Model,
    Person,
    RequestClass,
    Run,
    Step,
    StepTask,
    Target,
    Task,
    Team,
    Wait,
)
from flowsim.model.calendar import DAY, HOUR, MINUTE
from flowsim.record import (
    AWAY_COLUMNS,
    BRANCH_COLUMNS,
    CREW_COLUMNS,
    INSTANTS,
    NONE,
    REQUEST_COLUMNS,
    VISIT_COLUMNS,
    WITHDRAWN,
    Kind,
    Record,
    Via,
)

OFFICE = Calendar(
    "office",
    tuple((d * DAY + a * HOUR, d * DAY + b * HOUR) for d in range(5) for a, b in ((9, 12), (13, 17))),
    working_day=7 * HOUR,
)
MIN = MINUTE
NINE = 9 * HOUR  # Monday 09:00


def team(
    name: str,
    people: int = 1,
    calendar: str = "always",
    target: Target | None = None,
    cost: float | None = None,
    **more: Any,
) -> Team:
    """A first-in team; `more` are other fields of a Team."""
    return Team(name, people, calendar, target=target, cost=cost, **more)


def step(name: str, team: str, closing: str = "pause", no_start_within: int = 0, **more: Any) -> Step:
    """A step that does the one task there is; `more` are other fields of a Step."""
    return Step(name, team, (StepTask("task"),), closing=closing, no_start_within=no_start_within, **more)


def model(
    teams: Sequence[Team],
    steps: Sequence[Step],
    length: int = 1000 * MIN,
    warm_up: int = 0,
    classes: Sequence[str | RequestClass] = ("normal",),
    run_calendar: str = "always",
    people: Sequence[Person] = (),
) -> Model:
    """A model of these teams and steps; the calendars are `always` and `office` (9-12, 13-17), from a Monday 00:00."""
    gap = Distribution("constant", (float(HOUR),))
    return Model(
        name="by hand",
        start="2026-01-05",
        calendars=(ALWAYS, OFFICE),
        classes=tuple(RequestClass(c, Arrivals(gap=gap), Wait(DAY)) if isinstance(c, str) else c for c in classes),
        tasks=(Task("task", Distribution("constant", (float(MINUTE),)), "adding"),),
        teams=tuple(teams),
        steps=tuple(steps),
        run=Run(length, warm_up, run_calendar),
        people=tuple(people),
    )


def visit(request: int, *, open_at: str | None = None, **given: int) -> dict[str, int]:
    """One row of visits. Instants are ticks; one not given is that before it. From `open_at` on they are missing.

    `work` is short for drawn value-adding ticks; the number of the visit is filled in by `record`.
    """
    row = dict.fromkeys(VISIT_COLUMNS, 0)
    row |= {"request": request, "pass": 1, "kind": int(Kind.WORK), "via": int(Via.NEXT)}
    row |= dict.fromkeys(("from_step", "from_team", "transfer_batch", "process_batch"), NONE)
    row["adding_ticks"] = given.pop("work", 0)
    unknown = set(given) - set(row)
    assert not unknown, unknown
    row |= given
    now = row["sent"]
    for name in INSTANTS[1:]:
        now = row[name] = given.get(name, now)
    if open_at is not None:
        for name in INSTANTS[INSTANTS.index(open_at) :]:
            row[name] = NONE
        if "started" in INSTANTS[INSTANTS.index(open_at) :]:
            row["person"] = NONE
    return row


def cut(request: int, at: int, **given: int) -> dict[str, int]:
    """A visit that nobody had taken up when the customer withdrew at `at` (R15): what is not given came then."""
    known = [name for name in INSTANTS if name in given]
    assert known == list(INSTANTS[: len(known)]), known
    row = visit(request, open_at=None, **given)
    row |= dict.fromkeys(INSTANTS[len(known) :], at) | {"kind": int(Kind.WITHDRAWN), "person": NONE}
    return row


GONE = ("done", WITHDRAWN)
"""The outcomes of a record in which customers withdrew: `request(…, outcome=1)` did."""


def request(
    arrived: int,
    ended: int = NONE,
    *,
    due: int = NONE,
    klass: int = 0,
    measured: int = 1,
    outcome: int = 0,
    **more: int,
) -> dict[str, int]:
    """One row of requests; `more` are other columns. The ordinal, if it is not given, is filled in by `record`."""
    row = {"class": klass, "arrived": arrived, "due": due, "ended": ended, "measured": measured}
    row |= {"ordinal": NONE, "age": 0, "parent": NONE, "chase": 0, "outcome": NONE if ended == NONE else outcome}
    assert set(more) <= set(row), more
    return row | more


def fork(request: int, split: int, began: int, *ended: int, parent: int = 0, first: int = 1) -> list[dict[str, int]]:
    """The rows of branches of one split, each with the instant it ended, numbered from `first`."""
    joined = NONE if NONE in ended else max(ended)
    row = {"request": request, "parent": parent, "split": split, "began": began, "joined": joined}
    return [row | {"branch": first + i, "place": i, "ended": end} for i, end in enumerate(ended)]


def colleague(request: int, visit: int, team: int, person: int = 0) -> dict[str, int]:
    """One row of crew."""
    return {"request": request, "visit": visit, "team": team, "person": person}


def _columns(names: Sequence[str], rows: Sequence[dict[str, int]]) -> dict[str, np.ndarray]:
    return {c: np.array([r[c] for r in rows], dtype=np.int64) for c in names}


def record(
    visits: Sequence[dict[str, int]],
    requests: Sequence[dict[str, int]] | None = None,
    ended_at: int | None = None,
    *,
    branches: Sequence[dict[str, int]] = (),
    crew: Sequence[dict[str, int]] = (),
    away: Sequence[dict[str, int]] = (),
    outcomes: tuple[str, ...] = ("done",),
) -> Record:
    """The Record of these rows, visits in order of travel within a request.

    Without `requests` each arrives with its first visit and ends with its last; without `ended_at` the run ends one
    tick after the last instant.
    """
    count = 1 + max((v["request"] for v in visits), default=-1)
    rows = sorted(visits, key=lambda v: v["request"])  # stable: travel order stays
    if requests is None:
        own = [[v for v in rows if v["request"] == r] for r in range(count)]
        requests = [request(vs[0]["sent"], vs[-1]["released"]) for vs in own]
    numbered: dict[int, int] = {}
    for row in rows:
        row["visit"] = numbered[row["request"]] = numbered.get(row["request"], 0) + 1
    ordinals: dict[int, int] = {}
    for own_row in requests:
        if own_row["ordinal"] == NONE:
            own_row["ordinal"] = ordinals.get(own_row["class"], 0)
            ordinals[own_row["class"]] = own_row["ordinal"] + 1
    instants = [v[i] for v in rows for i in INSTANTS] + [r["arrived"] for r in requests]
    return Record(
        replication=1,
        requests=_columns(tuple(REQUEST_COLUMNS), requests),
        visits=_columns(tuple(VISIT_COLUMNS), rows),
        outcomes=outcomes,
        ended_at=max(instants, default=0) + 1 if ended_at is None else ended_at,
        wip_area=0,
        crew=_columns(tuple(CREW_COLUMNS), sorted(crew, key=lambda r: [r[c] for c in CREW_COLUMNS])),
        branches=_columns(tuple(BRANCH_COLUMNS), sorted(branches, key=lambda r: (r["request"], r["branch"]))),
        away=_columns(tuple(AWAY_COLUMNS), sorted(away, key=lambda r: [r[c] for c in AWAY_COLUMNS])),
    )
