"""The same request meets the same luck in every design (R4), and names and order of things decide nothing."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from traces import Engine, Trace, compiled, play

Run = Callable[..., Trace]

PERMIT = """
calendars: {office: {hours: mon-fri 09:00-17:00}, legal days: {hours: tue thu 09:00-17:00}}
requests:
  speed: {arrivals: 8 per working day, calendar: office, promise: 2 working days, priority: 0}
  certainty: {arrivals: 4 per working day, calendar: office, promise: 5 working days}
tasks:
  register: {time: 5 min .. 15 min, value: necessary}
  check: {time: 20 min ± 10 min, value: waste}
  opinion: {time: 20 min (10 min .. 1 h), value: adding, share: 60%}
  fee: {time: exponential(8 min), value: necessary}
teams:
  Front: {people: 2, calendar: office}
  Intake: {people: 2, calendar: office}
  Legal: {people: 3, calendar: legal days, queue: random}
  Finance: {people: 1, calendar: office, queue: due date}
steps:
  Register: {team: Front, does: register}
  Check: {team: Intake, does: check, returns: 15% to Register,
          handoff: {batch: 5 requests or 1 working day, transit: 2 h ± 1 h, reread: exponential(5 min),
                    question: {chance: 10%, to: customer, answer: exponential(1 day)}}}
  Opinion: {team: Legal, does: opinion, handoff: {batch: every working day at 16:00}}
  Fee: {team: Finance, does: fee, share: 80%}
run: {length: 6 weeks, warm-up: 1 week, replications: 5, seed: 7}
"""

STATES = """
states:
  current: {}
  future:
    changes:
      - name: Pass requests on at once
        set: {steps.*.handoff.batch: none, steps.*.handoff.transit: none}
      - name: Legal every day
        set: {teams.Legal.calendar: office, teams.Legal.people: 1, teams.Legal.queue: first in}
      - name: Intake and finance in one team
        merge: {teams: [Intake, Finance], into: Case team, people: 4}
"""

WORK = ("adding_ticks", "necessary_ticks", "waste_ticks")


@pytest.fixture
def both(engine: Engine, tmp_path: Path) -> Callable[[str, str], tuple[Trace, Trace]]:
    """Two scenarios run with the same seed."""

    def run_both(first: str, second: str) -> tuple[Trace, Trace]:
        traces = [play(engine, *compiled(text, {}, tmp_path)) for text in (first, second)]
        return traces[0], traces[1]

    return run_both


def work_of(
    found: Trace, classes: tuple[str, ...] = ("speed", "certainty")
) -> dict[tuple[str, int, str, int], tuple[int, ...]]:
    """Work drawn, by (class, ordinal, task, n-th time it is done), of measured requests that ended. Each step of these
    scenarios does one task.
    """
    requests, visits = found.record.requests, found.record.visits
    found_work = {}
    for row in range(len(visits["request"])):
        number = int(visits["request"][row])
        klass = found.model.classes[int(requests["class"][number])].name
        if (
            klass in classes
            and requests["measured"][number]
            and requests["ended"][number] >= 0
            and visits["kind"][row] <= 1
        ):
            task = found.model.steps[int(visits["step"][row])].tasks[0].task
            key = (klass, int(requests["ordinal"][number]), task, int(visits["pass"][row]))
            found_work[key] = tuple(int(visits[part][row]) for part in WORK)
    return found_work


def arrivals_of(found: Trace, klass: str) -> list[int]:
    """When the measured requests of a class arrive."""
    requests = found.record.requests
    index = [c.name for c in found.model.classes].index(klass)
    mine = (requests["class"] == index) & (requests["measured"] == 1)
    return [int(t) for t in requests["arrived"][mine]]


def same_record(one: Trace, other: Trace) -> None:
    """Every column of both tables is the same."""
    for table in ("requests", "visits"):
        a, b = getattr(one.record, table), getattr(other.record, table)
        for name in a:
            assert np.array_equal(a[name], b[name]), f"{table}.{name}"
    assert (one.record.ended_at, one.record.wip_area) == (other.record.ended_at, other.record.wip_area)
    assert one.record.outcomes == other.record.outcomes


def test_r4_work_is_the_same_in_both_designs(trace: Run) -> None:
    """Batches, transits, calendars, people and teams change; arrivals, work, returns and questions of each request do
    not, though its instants do.
    """
    current, future = trace(PERMIT + STATES), trace(PERMIT + STATES, state="future")
    assert len(current.model.teams) == len(future.model.teams) + 1
    for klass in ("speed", "certainty"):
        assert arrivals_of(current, klass) == arrivals_of(future, klass)
    now, then = work_of(current), work_of(future)
    assert now == then
    assert len(now) > 800
    assert any(key[3] > 1 for key in now)  # returns among them
    ended = [t.record.requests["ended"] for t in (current, future)]
    shared = min(len(e) for e in ended)
    assert (ended[0][:shared] != ended[1][:shared]).sum() > 100


def test_r4_a_merged_step_keeps_the_luck_of_its_parts(trace: Run) -> None:
    """One desk registers and checks: the work of both tasks of each request on its first pass is what it was, and those
    go back who went back before.
    """
    merging = """
states:
  current: {}
  future:
    changes:
      - name: One desk
        merge: {steps: [Register, Check], into: Desk, team: Front}
"""
    current, future = trace(PERMIT + merging), trace(PERMIT + merging, state="future")
    parts = {(k, i, t, n): w for (k, i, t, n), w in work_of(current).items() if t in ("register", "check")}
    together: dict[tuple[str, int, int], tuple[int, ...]] = {}
    for (klass, ordinal, _, time), work in parts.items():
        before = together.get((klass, ordinal, time), (0, 0, 0))
        together[klass, ordinal, time] = tuple(a + b for a, b in zip(before, work, strict=True))
    merged = {(k, i, n): w for (k, i, t, n), w in work_of(future).items() if t == "register"}
    assert merged == together
    assert any(time > 1 for _, _, time in merged)


def test_r4_a_task_done_at_two_steps_counts_its_times(trace: Run) -> None:
    """The n-th time a request does a task is the n-th number of that task, wherever it is done: two steps of one desk
    draw what one step with a return draws.
    """
    again = """
calendars: {}
requests: {a: {arrivals: every 1 h}}
tasks: {look: {time: exponential(10 min), value: adding}}
teams: {T: {people: 5, calendar: always}}
"""
    twice = trace(again + "steps:\n  One: {team: T, does: look}\n  Two: {team: T, does: look}\n")
    back = trace(again + "steps:\n  One: {team: T, does: look, returns: {chance: 100%, to: One, at most: 1}}\n")
    first, second = (t.record.visits["adding_ticks"][t.record.visits["released"] >= 0] for t in (twice, back))
    shared = min(len(first), len(second))
    assert shared > 300
    assert np.array_equal(first[:shared], second[:shared])


def test_r4_another_class_changes_no_draw(both: Callable[[str, str], tuple[Trace, Trace]]) -> None:
    """A third class before the two others: they arrive, work and return as before."""
    more = PERMIT.replace("requests:\n", "requests:\n  complaint: {arrivals: 1 per working day, calendar: office}\n")
    one, other = both(PERMIT, more)
    assert len(other.model.classes) == 3
    for klass in ("speed", "certainty"):
        assert arrivals_of(one, klass) == arrivals_of(other, klass)
    assert work_of(one) == work_of(other)


def test_r4_another_step_changes_no_draw(both: Callable[[str, str], tuple[Trace, Trace]]) -> None:
    """A step more, with a task and a team of its own."""
    more = PERMIT.replace("  Opinion: {team", "  Stamp: {team: Stamps, does: stamp}\n  Opinion: {team")
    more = more.replace("teams:\n", "teams:\n  Stamps: {people: 1, calendar: office}\n")
    more = more.replace("tasks:\n", "tasks:\n  stamp: {time: exponential(1 min), value: waste}\n")
    one, other = both(PERMIT, more)
    assert work_of(one) == {key: work for key, work in work_of(other).items() if key[2] != "stamp"}


def test_r4_an_idle_team_changes_nothing(both: Callable[[str, str], tuple[Trace, Trace]]) -> None:
    """A team without a step, last in the file: the same record in every number."""
    same_record(*both(PERMIT, PERMIT.replace("steps:\n", "  Spare: {people: 3, calendar: office}\nsteps:\n", 1)))


def test_r4_names_of_teams_change_nothing(both: Callable[[str, str], tuple[Trace, Trace]]) -> None:
    """Renamed, every one of them: the same record in every number."""
    renamed = PERMIT
    for old, new in (("Front", "Zeta"), ("Intake", "Alpha"), ("Legal:", "Ωmega:"), ("team: Legal", "team: Ωmega")):
        renamed = renamed.replace(old, new)
    assert "Legal" not in renamed
    same_record(*both(PERMIT, renamed))


def test_r3_the_order_of_teams_in_the_file_changes_their_index_only(
    both: Callable[[str, str], tuple[Trace, Trace]],
) -> None:
    """Finance first instead of last."""
    finance = "  Finance: {people: 1, calendar: office, queue: due date}\n"
    one, other = both(PERMIT, PERMIT.replace(finance, "").replace("teams:\n", "teams:\n" + finance))
    index = {i: [t.name for t in one.model.teams].index(team.name) for i, team in enumerate(other.model.teams)}
    index[-1] = -1
    for name in ("team", "from_team"):
        other.record.visits[name] = np.array([index[int(i)] for i in other.record.visits[name]])
    same_record(one, other)


def test_r4_seed_and_replication_are_all_that_luck_depends_on(engine: Engine, tmp_path: Path) -> None:
    """The same again is the same; another seed or replication is another world."""
    model, seed = compiled(PERMIT, {}, tmp_path)
    one = play(engine, model, seed)
    same_record(one, play(engine, model, seed))
    for other in (play(engine, model, seed + 1), play(engine, model, seed, replication=2)):
        assert arrivals_of(one, "speed") != arrivals_of(other, "speed")


def test_r1_units_change_nothing(both: Callable[[str, str], tuple[Trace, Trace]]) -> None:
    """The same lengths in other units: the same record."""
    other = PERMIT.replace("5 min .. 15 min", "300 s .. 0.25 h").replace("2 h ± 1 h", "120 min ± 60 min")
    other = other.replace("exponential(1 day)", "exponential(24 h)").replace("20 min ± 10 min", "1200 s ± 600 s")
    assert other != PERMIT
    same_record(*both(PERMIT, other))
