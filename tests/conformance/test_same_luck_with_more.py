"""What is added changes no draw of what was there (R4): a backlog, a class, branches, patience, people, limits."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from traces import Engine, Trace, compiled, play

BASE = """
calendars: {office: {hours: mon-fri 09:00-17:00}}
requests:
  permit: {arrivals: 6 per working day, calendar: office, promise: 2 working days}
  notice: {arrivals: {rate: 3 per working day, group: 1 .. 3}, calendar: office}
tasks:
  register: {time: exponential(10 min), value: necessary}
  opinion: {time: exponential(20 min), value: adding, share: 70%}
  visit: {time: exponential(30 min), value: adding}
  decide: {time: exponential(10 min), value: adding}
teams:
  Desk: {people: 2, calendar: office}
  Legal: {people: 2, calendar: office}
  Fire: {people: 2, calendar: office}
steps:
  Register: {team: Desk, does: register, set-up: exponential(2 min)}
  Opinion: {team: Legal, does: opinion, handoff: {transit: exponential(1 h), reread: exponential(5 min)}}
  Visit: {team: Fire, does: visit, returns: 10% to Visit}
  Decide: {team: Desk, does: decide, handoff: {question: {chance: 20%, to: customer, answer: exponential(2 h)}}}
run: {length: 4 weeks, seed: 11}
"""

PERMIT, SET_UP = "promise: 2 working days", "set-up: exponential(2 min)"
RUSH = "  rush: {arrivals: 1 per working day, calendar: office, priority: 0}\n"
CHASING = "{to: Desk, takes: 5 min, every: exponential(3 h), share: 50%}"
SWITCH = "{time: exponential(5 min), by: [class, task]}"

CHANGES = {
    "a backlog of a class": (PERMIT, f"{PERMIT}, backlog: {{at: Opinion, requests: 5, age: 1 .. 9 days}}"),
    "a class before the others": ("requests:\n", f"requests:\n{RUSH}"),
    "branches": (SET_UP, f"{SET_UP}, next: {{parallel: [Opinion, Visit], join: Decide}}"),
    "patience": (PERMIT, f"{PERMIT}, patience: exponential(5 days)"),
    "chasing": (PERMIT, f"{PERMIT}, chasing: {CHASING}"),
    "a journey": (PERMIT, f"{PERMIT}, journey: [Register, Visit, Opinion, Decide]"),
    "absence and presence": ("Legal: {people: 2", "Legal: {people: 2, absence: 20%, presence: 80%"),
    "slots": ("Fire: {people: 2", "Fire: {people: 2, slots: tue wed thu"),
    "somebody with a name": ("steps:", "people: {Ann: {teams: [Legal, Desk], speed: 130%}}\nsteps:"),
    "limits": ("steps:", "limits: {Opinion: 3, Fire: 4, all: 20}\nsteps:"),
    "any of two teams": ("Visit: {team: Fire", "Visit: {team: [Legal, Fire]"),
    "two people": ("Visit: {team: Fire", "Visit: {people: 2, team: Fire"),
    "a meeting": ("Opinion: {team: Legal", "Opinion: {with: Fire, team: Legal"),
    "the same person": ("Decide: {team: Desk", "Decide: {same person: yes, team: Desk"),
    "a change-over": ("Visit: {team: Fire", f"Visit: {{change-over: {SWITCH}, team: Fire"),
    "furthest first": ("Desk: {people: 2", "Desk: {queue: furthest, people: 2"),
}

Drawn = dict[tuple[str, int, str, int], tuple[int, ...]]


def drawn(found: Trace) -> Drawn:
    """Work drawn by (class, ordinal, step, pass), of the classes of the base, for all visits that were taken up."""
    requests, visits = found.record.requests, found.record.visits
    work = {}
    for row, (step, kind) in enumerate(found.visits(["step", "kind"])):
        number = int(visits["request"][row])
        klass = found.model.classes[int(requests["class"][number])].name
        if kind in ("work", "rework") and klass in ("permit", "notice") and visits["person"][row] >= 0:
            key = (klass, int(requests["ordinal"][number]), step, int(visits["pass"][row]))
            work[key] = tuple(int(visits[part][row]) for part in ("adding_ticks", "necessary_ticks", "waste_ticks"))
    return work


def arrivals(found: Trace) -> dict[tuple[str, int], int]:
    """When requests of the base arrive, by class and ordinal, within the length of the run."""
    rows = found.requests(["class", "ordinal"])
    instants = found.record.requests["arrived"].tolist()
    length = found.model.run.length
    own = zip(rows, instants, strict=True)
    return {(r[0], int(r[1])): t for r, t in own if r[0] in ("permit", "notice") and t < length and int(r[1]) < 1 << 29}


@pytest.fixture
def played(engine: Engine, tmp_path: Path) -> Callable[[str], Trace]:
    """A scenario run with its seed."""
    return lambda text: play(engine, *compiled(text, {}, tmp_path))


@pytest.mark.parametrize("what", CHANGES)
def test_r4_what_is_added_changes_no_draw(played: Callable[[str], Trace], what: str) -> None:
    """The same requests arrive, and need the same work at each step and pass, whenever they come there and whoever does
    it; as many come there again that were found wrong.
    """
    old, new = CHANGES[what]
    assert BASE.count(old) == 1
    one, other = played(BASE), played(BASE.replace(old, new))
    assert arrivals(one) == arrivals(other)
    a, b = drawn(one), drawn(other)
    both = a.keys() & b.keys()
    assert len(both) > 400
    assert {key: a[key] for key in both} == {key: b[key] for key in both}


@pytest.mark.parametrize(
    "what", ["a backlog of a class", "a class before the others", "branches", "limits", "a meeting"]
)
def test_r4_returns_and_needs_are_the_same(played: Callable[[str], Trace], what: str) -> None:
    """Of requests that ended in both: the same steps, as often."""
    old, new = CHANGES[what]
    ways = []
    for found in (played(BASE), played(BASE.replace(old, new))):
        done = {
            i: (r[0], int(r[1]))
            for i, r in enumerate(found.requests(["class", "ordinal", "outcome"]))
            if r[2] == "done"
        }
        steps: dict[tuple[str, int], list[str]] = {key: [] for key in done.values()}
        for row in found.visits(["request", "step", "kind"]):
            if int(row[0]) in done:
                steps[done[int(row[0])]].append(f"{row[1]} {row[2]}")
        ways.append({key: sorted(way) for key, way in steps.items() if key[0] != "rush" and key[1] < 1 << 29})
    both = ways[0].keys() & ways[1].keys()
    assert len(both) > 200
    assert {key: ways[0][key] for key in both} == {key: ways[1][key] for key in both}
