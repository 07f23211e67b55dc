"""The staff ledger: what the people of each team did with the time they were there (docs/semantics.md section 4).

In the window (warm-up to length), by the home of the people, whomever they served; integer ticks. The kinds of KINDS
add up to the time present, exactly: the hours of the home team less absence (R10), and all work done outside them.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from flowsim.metrics.crews import speeds
from flowsim.metrics.frame import BoolArray, Frame, IntArray, sum_by
from flowsim.metrics.idle import Idle, idle_of
from flowsim.metrics.ledger import at_speeds
from flowsim.metrics.presence import Away
from flowsim.metrics.stints import ANY_TIME, Stints, stints_of
from flowsim.model import Layout
from flowsim.record import NONE, Kind

HANDLING = (
    "work_adding",
    "work_necessary",
    "work_waste",
    "rework",
    "setup",
    "reread",
    "answering",
    "overproduction",
    "failure_demand",
)
"""What people are at work on. Of requests that were withdrawn all of it is overproduction, of chases failure demand."""

IDLE = ("idle_skilled", "idle_silo", "idle")
"""Nothing in hand, by what waited elsewhere."""

KINDS = (*HANDLING, "kept", *IDLE)
"""The kinds of time of people who are there, in the order in which they are shown."""

_ADDING, _NECESSARY, _WASTE, _REWORK, _SET_UP, _REREAD, _ANSWERING, _FOR_NOTHING, _FAILURE = range(len(HANDLING))


@dataclass(frozen=True)
class StaffRow:
    """The people at home in one team; ticks in the window.

    `present`: the hours of the team less absence, `overtime` (worked outside these hours: R9 `finish`, and for another
    team) and `cover` (work under way that went on while they were away, R10) included. `kinds`: by each of KINDS; they
    add up to `present`. "kept" is in hand but at a standstill: no room for it at the next step (R14), or a team that it
    needs is closed. "idle_skilled": nothing in hand while work they may do waited on the list of another team;
    "idle_silo": while other work waited in another team that was open; "idle": else. Being kept free for work that
    needs several people (R8) leaves no trace in the Record: it is one of the three.
    """

    team: str
    people: int
    present: int
    overtime: int
    cover: int
    kinds: dict[str, int]

    @property
    def at_work(self) -> int:
        """Time they were at work on something."""
        return sum(self.kinds[kind] for kind in HANDLING)


@dataclass(frozen=True)
class WorkTime:
    """Of the people at home in each team, ticks in the window: int64, one a team."""

    people: IntArray
    present: IntArray
    at_work: IntArray
    overtime: IntArray
    cover: IntArray
    kept: IntArray


def staff_rows(frame: Frame) -> tuple[list[StaffRow], Idle]:
    """A row for each team, in the Model's order, and how people were idle while work waited."""
    stints = stints_of(frame)
    time = work_time(frame, stints)
    handled = _handled(frame, stints)
    idle = idle_of(frame, stints)
    rows = []
    for index, team in enumerate(frame.model.teams):
        kinds = {kind: int(handled[index, k]) for k, kind in enumerate(HANDLING)}
        kinds |= {
            "kept": int(time.kept[index]),
            "idle_skilled": int(idle.skilled[index]),
            "idle_silo": int(idle.silo[index]),
        }
        people, present, overtime, cover = (
            int(x[index]) for x in (time.people, time.present, time.overtime, time.cover)
        )
        kinds["idle"] = present - sum(kinds.values())
        rows.append(StaffRow(team.name, people, present, overtime, cover, kinds))
    return rows, idle


def work_time(frame: Frame, stints: Stints) -> WorkTime:
    """How long the people of each team were there, at work, and kept."""
    lo, hi, people = frame.lo, frame.hi, stints.people
    size = len(frame.model.teams)
    away = Away(frame, people)
    began, done, free = (np.clip(x, lo, hi) for x in (stints.began, stints.done, stints.free))
    at_work, overtime, cover, kept = (np.zeros(began.size, dtype=np.int64) for _ in range(4))
    for hours, home, rows in _groups(stints, free > began):
        a, b, who = began[rows], done[rows], stints.person[rows]
        at_home = frame.team_clock(home)
        calendars = () if hours == ANY_TIME else stints.calendars[hours]
        both = frame.common_clock(tuple(dict.fromkeys((*calendars, frame.model.teams[home].calendar))))
        worked = frame.common_clock(calendars).worked_array(a, b) if calendars else b - a
        inside, missed = both.worked_array(a, b), away.within(both, who, a, b)
        at_work[rows], overtime[rows], cover[rows] = worked, worked - inside, missed
        in_hand = at_home.worked_array(a, free[rows]) - away.within(at_home, who, a, free[rows])
        kept[rows] = in_hand - (inside - missed)
    sums = [sum_by(stints.home, x, size) for x in (at_work, overtime, cover, kept)]
    numbers = np.bincount(people.home, minlength=size)
    present = sums[1] + sums[2]
    everybody = np.arange(people.size)
    for team in range(size):
        own = everybody[people.home == team]
        clock = frame.team_clock(team)
        missed = away.within(clock, own, np.full(own.size, lo), np.full(own.size, hi))
        present[team] += own.size * clock.worked(lo, hi) - int(missed.sum())
    return WorkTime(numbers, present, *sums)


def _groups(stints: Stints, some: BoolArray) -> list[tuple[int, int, IntArray]]:
    """(hours, home team, rows) of those stints, by when their work goes on and where their people are at home."""
    rows = np.flatnonzero(some)
    size = int(stints.people.home.max(initial=0)) + 1
    key = (stints.hours[rows] + 1) * size + stints.home[rows]
    return [(k // size - 1, k % size, rows[key == k]) for k in np.unique(key).tolist()]


def _handled(frame: Frame, stints: Stints) -> IntArray:
    """Ticks at work in the window by home team and HANDLING: shape (teams, kinds), int64."""
    kinds = len(HANDLING)
    found = np.zeros(len(frame.model.teams) * kinds, dtype=np.int64)

    def add(stint: IntArray, kind: IntArray | int, ticks: IntArray) -> None:
        np.add.at(found, stints.home[stint] * kinds + kind, ticks)

    whose = _for_whom(frame)
    stint = np.arange(stints.unit.size)
    began, set_up = (frame.at[name][stints.first][stints.unit] for name in ("started", "set_up"))
    some, ticks = _spent(frame, stints, stint, began, set_up)
    add(stint[some], _set_up_kind(stints, whose)[stints.unit[some]], ticks)

    stint, visit = _pairs(stints)
    turn, read, worked = (frame.at[name][visit] for name in ("turn", "read", "worked"))
    answers, apart = frame.is_answer[visit], whose[visit]
    some, ticks = _spent(frame, stints, stint, turn, read)
    kind = np.where(apart > 0, apart, np.where(answers, _ANSWERING, _REREAD))
    add(stint[some], kind[some], ticks)

    some, ticks = _spent(frame, stints, stint, read, worked)
    kind = np.where(apart > 0, apart, np.where(answers, _ANSWERING, _REWORK))
    plain = (apart == 0) & (frame.visits["kind"][visit] == int(Kind.WORK))
    other = ~plain[some]
    add(stint[some[other]], kind[some[other]], ticks[other])
    first = some[~other]
    for value, part in enumerate(_by_value(frame, stints, stint[first], visit[first])):
        add(stint[first], value, part)
    return found.reshape(-1, kinds)


def _for_whom(frame: Frame) -> IntArray:
    """For each visit 0, or the kind that all its handling is: of a request that was withdrawn, of a chase (R15)."""
    of_request = np.where(frame.is_chase, _FAILURE, np.where(frame.withdrawn, _FOR_NOTHING, 0))
    found: IntArray = of_request[frame.visits["request"]]
    return found


def _set_up_kind(stints: Stints, whose: IntArray) -> IntArray:
    """Of what kind the set-up of each unit is: for nothing, or failure demand, only when so for all its members."""
    found = np.full(stints.first.size, _FAILURE, dtype=np.int64)
    members = np.flatnonzero(stints.unit_of != NONE)
    np.minimum.at(found, stints.unit_of[members], whose[members])
    return np.where(found == 0, _SET_UP, found)


def _pairs(stints: Stints) -> tuple[IntArray, IntArray]:
    """(stint, visit) for each stint and each member of what was in hand."""
    members = np.flatnonzero(stints.unit_of != NONE)
    members = members[np.argsort(stints.unit_of[members], kind="stable")]
    count = np.bincount(stints.unit_of[members], minlength=stints.first.size)
    begin = np.cumsum(count) - count
    repeat = count[stints.unit]
    stint = np.repeat(np.arange(stints.unit.size), repeat)
    offset = np.arange(stint.size) - np.repeat(np.cumsum(repeat) - repeat, repeat)
    return stint, members[np.repeat(begin[stints.unit], repeat) + offset]


def _spent(frame: Frame, stints: Stints, stint: IntArray, a: IntArray, b: IntArray) -> tuple[IntArray, IntArray]:
    """(index, ticks) of those of the intervals [a, b) of these stints in which work may have gone on in the window."""
    a, b = np.clip(a, frame.lo, frame.hi), np.clip(b, frame.lo, frame.hi)
    some = np.flatnonzero(b > a)
    return some, _open(frame, stints, stint[some], a[some], b[some])


def _open(frame: Frame, stints: Stints, stint: IntArray, a: IntArray, b: IntArray) -> IntArray:
    """Ticks of [a, b) in which the work of these stints goes on."""
    ticks = b - a
    hours = stints.hours[stint]
    for index in np.unique(hours).tolist():
        layout: Layout | None = None if index == ANY_TIME else frame.common_clock(stints.calendars[index])
        if layout is not None and not layout.always:
            rows = np.flatnonzero(hours == index)
            ticks[rows] = layout.worked_array(a[rows], b[rows])
    return ticks


def _by_value(frame: Frame, stints: Stints, stint: IntArray, visit: IntArray) -> tuple[IntArray, IntArray, IntArray]:
    """Of the work of these pairs the ticks in the window that add value, are necessary, are waste: in this order as it
    goes on, at the speed of its people (R8).
    """
    read, worked = frame.at["read"][visit], frame.at["worked"][visit]
    since = _open(frame, stints, stint, read, np.clip(np.full(read.size, frame.lo), read, worked))
    until = _open(frame, stints, stint, read, np.clip(np.full(read.size, frame.hi), read, worked))
    speed = speeds(frame)[visit] if frame.model.people else None
    adding = at_speeds(frame.visits["adding_ticks"][visit], speed)
    necessary = adding + at_speeds(frame.visits["necessary_ticks"][visit], speed)
    first, second = (np.minimum(until, x) - np.minimum(since, x) for x in (adding, necessary))
    return first, second - first, until - since - second
