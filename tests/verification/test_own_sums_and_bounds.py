"""Little's law and the bounds on single runs: they hold, to the millisecond, and every spoiled record goes red."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from own_models import model, written

from flowsim.draws import Draws
from flowsim.engine import run
from flowsim.metrics.frame import Frame
from flowsim.metrics.ledger import ledger_of
from flowsim.model import Model
from flowsim.record import Record
from flowsim.verification.own.bounds import fastest_possible, least
from flowsim.verification.own.little import STAGES, WHOLE, flows, identities, sweep, within

RICH = (
    "limits.Serve=4",
    "steps.Look.handoff={batch: 3 requests or 2 h, transit: 30 min, reread: 2 min}",
    "steps.Look.handoff.question={chance: 20%, to: customer, answer: 1 h}",
    "steps.Look.returns=10% to Serve",
    "requests.two.patience=6 h",
    "run.length=12 days",
)
BRANCHES = (
    (
        "  Look: {team: Back, does: look}",
        """\
  Look: {team: Back, does: look, next: {parallel: [Again, [More, Last]], join: end}}
  Again: {team: Back, does: look}
  More: {team: Desk, does: look}
  Last: {team: Back, does: serve}
  Short: {team: Back, does: serve}""",
    ),
    ("does: serve}\n  Look", "does: serve, next: {parallel: [Look, Short], join: end}}\n  Look"),
    ("one: {arrivals: 2 per hour}", "one: {arrivals: 10 per day}"),
    ("length: 40 days", "length: 12 days"),
)
"""A branch that splits again beside a short one."""


def one_run(changed: Model) -> tuple[Model, Record]:
    return changed, run(changed, Draws(5, 1))


@pytest.fixture(scope="module", params=["rich", "branches", "speeds"])
def made(request: pytest.FixtureRequest) -> tuple[Model, Record]:
    if request.param == "rich":
        return one_run(model(*RICH))
    if request.param == "branches":
        return one_run(written(*BRANCHES))
    people = "people: {Ann: {teams: [Desk, Back], speed: 130%}, Bob: {teams: [Back], speed: 70%}}\nteams:\n"
    return one_run(written(("teams:\n", people), ("length: 40 days", "length: 12 days")))


def broken(frame: Frame, ledger: dict[str, np.ndarray] | None = None) -> set[tuple[str, str]]:
    found = identities(frame, ledger_of(frame) if ledger is None else ledger)
    return {(one.what, one.against) for one in found if not one.holds}


# -- Little -----------------------------------------------------------------------------------------------------------


def test_every_identity_holds(made: tuple[Model, Record]) -> None:
    frame = Frame(*made)
    found = identities(frame, ledger_of(frame))
    assert len(found) == 2 + 2 * len(made[0].steps) + len(STAGES)
    assert all(one.holds for one in found)
    assert all(one.swept > 0 for one in found if one.what == WHOLE)


def test_the_sweep_by_hand() -> None:
    """Three stays: [0, 10), [4, 6) and [8, 20), seen in [5, 9): 1 for 5 to 6 doubled, 1 till 8, 2 till 9."""
    begins, ends = np.array([0, 4, 8]), np.array([10, 6, 20])
    assert sweep(begins, ends, 5, 9) == 2 + 2 + 2 == within(begins, ends, 5, 9)
    assert sweep(begins, ends, 0, 100) == 10 + 2 + 12
    assert sweep(begins[:0], ends[:0], 0, 5) == 0


def test_flows_are_the_familiar_figures(made: tuple[Model, Record]) -> None:
    frame = Frame(*made)
    named = {flow.name: flow for flow in flows(frame)}
    whole = named[WHOLE]
    own = ~frame.is_chase & (frame.requests["arrived"] >= frame.lo) & (frame.requests["arrived"] < frame.hi)
    assert whole.came == int(own.sum())
    assert whole.stayed / whole.came == pytest.approx(
        float((frame.filled(frame.requests["ended"]) - frame.requests["arrived"])[own].mean())
    )
    team_visits = frame.visits["team"] >= 0  # not the time of a customer who is asked
    begins, ends = frame.at["sent"][team_visits], frame.at["released"][team_visits]
    assert sum(named[stage].area for stage in STAGES) == within(begins, ends, frame.lo, frame.hi)


def copy(record: Record) -> Record:
    visits, requests = ({k: x.copy() for k, x in t.items()} for t in (record.visits, record.requests))
    return replace(record, visits=visits, requests=requests)


def test_an_engine_that_counts_wrong_is_seen(made: tuple[Model, Record]) -> None:
    """Spoiled: the engine's own count is a millisecond off."""
    changed, record = made
    assert broken(Frame(changed, replace(record, wip_area=record.wip_area - 1))) == {(WHOLE, "the engine's own count")}


def test_a_request_that_ends_elsewhere_is_seen(made: tuple[Model, Record]) -> None:
    """Spoiled: a request ends a millisecond later than the engine counted it."""
    spoiled = copy(made[1])
    spoiled.requests["ended"][7] += 1
    assert (WHOLE, "the engine's own count") in broken(Frame(made[0], spoiled))


def test_a_ledger_that_loses_a_millisecond_is_seen(made: tuple[Model, Record]) -> None:
    """Spoiled: where the time goes does not add up at one step; and another where a visit was never booked."""
    frame = Frame(*made)
    for ticks in (1, -1, 3_600_000):
        ledger = ledger_of(frame)
        row = int(np.flatnonzero(frame.visits["step"] == 1)[3])
        ledger["queue"][row] += ticks
        assert broken(frame, ledger) == {(made[0].steps[1].name, "where the time goes")}


def test_who_goes_before_he_came_is_seen(made: tuple[Model, Record]) -> None:
    """Spoiled: a visit that is released before it is sent counts for less than nothing in the sweep, for nothing in
    the sum of stays.
    """
    frame = Frame(*made)
    row = int(np.flatnonzero((frame.visits["step"] == 0) & (frame.at["sent"] > frame.lo))[5])
    frame.at["released"][row] = frame.at["sent"][row] - 1000
    seen = broken(frame)
    assert (made[0].steps[0].name, "the times of each visit") in seen


# -- bounds -----------------------------------------------------------------------------------------------------------


def test_nobody_is_faster_than_possible(made: tuple[Model, Record]) -> None:
    found = least(Frame(*made))
    assert found.counted > 50
    assert found.beaten == 0
    assert found.margin is not None
    assert found.margin >= 0
    assert 0 < found.least < found.lead


def test_the_bound_is_tight_for_who_never_waits() -> None:
    """Fifty people at each team: nobody waits, and the fastest possible is what it takes, to the millisecond."""
    sets = (
        "teams.*.people=50",
        "steps.Look.handoff={transit: 30 min, reread: 2 min}",
        "steps.Look.returns=10% to Serve",
    )
    changed = model(*sets, "run.length=12 days")
    record = run(changed, Draws(5, 1))
    frame = Frame(changed, record)
    done = frame.ended
    assert (fastest_possible(frame)[done] == (record.requests["ended"] - record.requests["arrived"])[done]).all()


def test_of_branches_the_longest_counts() -> None:
    """The same with a branch that splits again: the lead time is that of the longest, exactly."""
    changed = written(*BRANCHES, ("people: 1", "people: 50"), ("people: 2", "people: 50"))
    record = run(changed, Draws(5, 1))
    assert len(record.branches["request"]) > 100
    frame = Frame(changed, record)
    done = frame.ended
    assert (fastest_possible(frame)[done] == (record.requests["ended"] - record.requests["arrived"])[done]).all()


def test_a_transit_in_open_time_counts_its_open_time_only() -> None:
    sets = ("teams.*.people=50", "steps.Look.handoff={transit: 2 working hours, calendar: office}")
    changed = model(*sets, "tasks.*.time=0 min", "run.length=12 days")
    frame = Frame(changed, run(changed, Draws(5, 1)))
    assert (fastest_possible(frame)[frame.ended] == 2 * 3_600_000).all()


@pytest.mark.parametrize("column", ["adding_ticks", "read_ticks", "set_up_ticks"])
def test_work_that_was_not_done_is_seen(made: tuple[Model, Record], column: str) -> None:
    """Spoiled: some request got away with less time than was drawn for it."""
    spoiled = copy(made[1])
    frame = Frame(made[0], spoiled)
    ended = np.flatnonzero(frame.measured & frame.delivered)
    request = int(ended[10])
    row = int(np.flatnonzero((spoiled.visits["request"] == request) & (spoiled.visits["branch"] == 0))[0])
    lead = int(spoiled.requests["ended"][request] - spoiled.requests["arrived"][request])
    spoiled.visits[column][row] += 2 * lead
    found = least(Frame(made[0], spoiled))
    assert found.beaten == 1
    assert found.first.startswith(f"request {request} took {lead} ms")
    assert found.margin is not None
    assert found.margin < 0
