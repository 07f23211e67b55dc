"""People with nothing in hand while work waits somewhere: unused talent (docs/semantics.md section 4).

Work waits from joining a team's list to being taken up; a process batch is one piece of work. Somebody is idle who is
there (the hours of his home team, less absence, R10) with nothing in hand. Two questions are answered, in one sweep
over all instants at which anything changes:

- as things are, who was idle while work that he may do waited on the list of a team that is not his home, or while
  other work waited in another team that was open;
- if all teams were one, how many idle people would have had work: at each instant the size of the largest matching
  between idle people and pieces of work waiting in another team that is open.

With i(h) idle people at home in team h, w(h) pieces of work that only team h could serve, and I and W all of them (W
also what several open teams may take), the largest matching is the least of I, W, and I - i(h) + W - w(h) for each team
h (König's theorem: people of two teams or more have all the work for neighbours, those of one team all but its own).
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass

import numpy as np

from flowsim.metrics.frame import BoolArray, Frame, IntArray
from flowsim.metrics.presence import Away
from flowsim.metrics.stints import Stints
from flowsim.record import NONE

Group = tuple[int, tuple[int, ...]]
"""People who are alike: their home team, and all teams they serve, in order of index."""


@dataclass(frozen=True)
class Idle:
    """People's ticks in the window. By home team, int64: `skilled`, idle while work they may do waited on the list of
    another team; `silo`, idle while only other work waited in another team that was open. `if_one`: what all people
    together would have been at work on if all teams were one.
    """

    skilled: IntArray
    silo: IntArray
    if_one: int


@dataclass(frozen=True)
class _Line:
    """Instants at which something changes, ascending, int64: at each of them `code` is so much more or less."""

    length: IntArray  # ticks to the next change
    code: IntArray
    change: IntArray

    def count(self, code: int) -> IntArray:
        """How many of that code there are from each instant to the next."""
        return np.cumsum(np.where(self.code == code, self.change, 0))


def idle_of(frame: Frame, stints: Stints) -> Idle:
    """How the people of each team were idle while work waited."""
    teams = len(frame.model.teams)
    skilled, silo = np.zeros(teams, dtype=np.int64), np.zeros(teams, dtype=np.int64)
    if frame.hi <= frame.lo:
        return Idle(skilled, silo, 0)
    size = Counter(_group(stints, person) for person in range(stints.people.size))
    groups, lists = list(size), _lists(frame)
    line = _line(frame, stints, groups, lists)
    opened = [line.count(team) > 0 for team in range(teams)]
    waiting = [line.count(teams + k) for k in range(len(lists))]
    there = np.zeros(line.length.size, dtype=np.int64)  # all work that an open team could take up
    for takers, count in zip(lists, waiting, strict=True):
        there += np.where(_any(opened, takers), count, 0)
    everybody, most = np.zeros_like(there), np.zeros_like(there)
    by_home = {home: [k for k, (h, _) in enumerate(groups) if h == home] for home, _ in groups}
    for home in range(teams):
        own = np.zeros_like(there)  # what no other team that is open could take up
        for takers, count in zip(lists, waiting, strict=True):
            if home in takers:
                others = _any(opened, tuple(team for team in takers if team != home))
                own += np.where(opened[home] & ~others, count, 0)
        idle = np.zeros_like(there)
        for k in by_home.get(home, ()):
            free = np.where(opened[home], size[groups[k]] - line.count(teams + len(lists) + k), 0)
            fits = np.zeros(there.shape, dtype=np.bool_)
            for takers, count in zip(lists, waiting, strict=True):
                if takers != (home,) and set(takers) & set(groups[k][1]):
                    fits |= count > 0
            skilled[home] += int((free * fits) @ line.length)
            silo[home] += int((free * (~fits & (there > own))) @ line.length)
            idle += free
        everybody += idle
        np.maximum(most, idle + own, out=most)
    matched = np.minimum(np.minimum(everybody, there), everybody + there - most)
    return Idle(skilled, silo, int(matched @ line.length))


def merged(begins: IntArray, ends: IntArray) -> tuple[IntArray, IntArray]:
    """The union of intervals: begins and ends, ascending and apart; int64. Empty intervals are left out."""
    some = np.flatnonzero(ends > begins)
    order = some[np.argsort(begins[some], kind="stable")]
    begins, reach = begins[order], np.maximum.accumulate(ends[order])
    heads = np.flatnonzero(np.append(True, begins[1:] > reach[:-1])[: begins.size])
    return begins[heads], reach[np.append(heads[1:], begins.size)[: heads.size] - 1]


def _group(stints: Stints, person: int) -> Group:
    return int(stints.people.home[person]), tuple(sorted(stints.people.serves[person]))


def _lists(frame: Frame) -> list[tuple[int, ...]]:
    """On which teams' lists work may stand: on that of each team, and on those of all that a step names (R8)."""
    index = {team.name: i for i, team in enumerate(frame.model.teams)}
    several = [tuple(sorted(index[name] for name in step.takers)) for step in frame.model.steps if step.others]
    return list(dict.fromkeys([*((team,) for team in index.values()), *several]))


def _any(opened: list[BoolArray], teams: tuple[int, ...]) -> BoolArray:
    """When any of these teams is open."""
    found = np.zeros(opened[0].shape, dtype=np.bool_)
    for team in teams:
        found |= opened[team]
    return found


def _line(frame: Frame, stints: Stints, groups: list[Group], lists: list[tuple[int, ...]]) -> _Line:
    """All changes in the window: codes first the teams (open), then the lists (waiting), then the groups (not free)."""
    lo, hi, teams = frame.lo, frame.hi, len(frame.model.teams)
    begins, ends, codes = [], [], []
    for team in range(teams):
        hours = np.array(frame.team_clock(team).intervals(lo, hi), dtype=np.int64).reshape(-1, 2)
        begins.append(hours[:, 0])
        ends.append(hours[:, 1])
        codes.append(np.full(len(hours), team))
    where, since, until = _waiting(frame, lists)
    begins.append(since)
    ends.append(until)
    codes.append(teams + where)
    person, since, until = _taken_up(frame, stints)
    group_of = np.array([groups.index(_group(stints, p)) for p in range(stints.people.size)], dtype=np.int64)
    begins.append(since)
    ends.append(until)
    codes.append(teams + len(lists) + group_of[person])
    begin, end, code = (np.concatenate(x) for x in (begins, ends, codes))
    begin, end = np.clip(begin, lo, hi), np.clip(end, lo, hi)
    some = end > begin
    times = np.concatenate([begin[some], end[some], [hi]])
    both = np.concatenate([code[some], code[some]])
    change = np.repeat(np.array([1, -1], dtype=np.int64), int(some.sum()))
    order = np.argsort(times[:-1], kind="stable")
    return _Line(np.diff(np.append(times[:-1][order], hi)), both[order], change[order])


def _waiting(frame: Frame, lists: list[tuple[int, ...]]) -> tuple[IntArray, IntArray, IntArray]:
    """(list, since, until) of each piece of work that waited; of a process batch until the last member was taken up, or
    withdrew (R15).
    """
    visits, at = frame.visits, frame.at
    rows = np.flatnonzero((visits["team"] != NONE) & (at["started"] > at["assembled"]))
    batch = visits["process_batch"][rows]
    alone, members = rows[batch == NONE], rows[batch != NONE]
    members = members[np.lexsort((-at["started"][members], visits["process_batch"][members]))]
    _, last = np.unique(visits["process_batch"][members], return_index=True)
    rows = np.concatenate([alone, members[last]])
    where = visits["team"][rows]  # the list of one team has the index of the team
    index = {team.name: i for i, team in enumerate(frame.model.teams)}
    for k, step in enumerate(frame.model.steps):
        if step.others:
            takers = lists.index(tuple(sorted(index[name] for name in step.takers)))
            where = np.where((visits["step"][rows] == k) & ~frame.is_answer[rows], takers, where)
    return where, at["assembled"][rows], at["started"][rows]


def _taken_up(frame: Frame, stints: Stints) -> tuple[IntArray, IntArray, IntArray]:
    """(person, since, until): when people had something in hand or were away, each instant once."""
    away, span = Away(frame, stints.people), frame.now + 1
    begins = np.concatenate([stints.person * span + stints.began, away.person * span + away.begins])
    ends = np.concatenate([stints.person * span + stints.free, away.person * span + away.ends])
    begins, ends = merged(begins, ends)
    person = begins // span
    return person, begins - person * span, ends - person * span
