"""What `verify FILE` knows a formula for: a table of what leaves one exact, and of what takes it away."""

from __future__ import annotations

import math

import pytest
from own_models import OFFICE, model, written

from flowsim.model import Model
from flowsim.verification.mmc import delay
from flowsim.verification.own.rules import Desk, desks
from flowsim.verification.own.waits import estimate, formula, known, memory

MIN = 60_000.0


def found(changed: Model) -> dict[str, Desk]:
    return {desk.team: desk for desk in desks(changed)}


EXACT = [
    ((), "M/M/1", "M/M/2"),
    (OFFICE, "M/M/1", "M/M/2"),
    (("tasks.serve.time=10 min ± 5 min",), "M/G/1", ""),
    (("tasks.look.time=15 min",), "M/M/1", ""),
    (("tasks.look.time=15 min", "teams.Back.people=1"), "M/M/1", "M/G/1"),
    (("requests.one.priority=rush",), "M/M/1, priorities", ""),
    (("requests.one.priority=rush", "tasks.serve.time=10 min"), "M/G/1, priorities", ""),
    (("steps.Serve.returns=10% to Serve",), "M/M/1 in a network", "M/M/2"),
    (("steps.Look.returns=10% to Serve",), "M/M/1 in a network", "M/M/2 in a network"),
    (("steps.Look.share=40%",), "M/M/1", "M/M/2"),
    (("steps.Look.only=two",), "M/M/1", "M/M/2"),
    (("tasks.serve.only=one",), "M/M/1", "M/M/2"),
    (("steps.Serve.next={Look: 50%, end: 50%}",), "M/M/1", "M/M/2"),
    (("steps.Serve.set-up=2 min",), "M/G/1", ""),
    (("steps.Serve.handoff.reread=1 min",), "M/G/1", ""),
    (("limits.Look=4",), "M/M/1", ""),
    (("teams.Desk.queue=last in",), "M/M/1", ""),
    (("teams.Desk.queue=random",), "M/M/1", ""),
    (("requests.one.promise=2 h", "teams.Desk.target=90% within 1 h", "teams.Desk.cost=50 per hour"), "M/M/1", "M/M/2"),
]
"""Changes -> the formula for the first and the second team, "" where there is none any more."""


@pytest.mark.parametrize(("sets", "desk", "back"), EXACT, ids=[" ".join(e[0]) or "plain" for e in EXACT])
def test_a_formula_is_exact(sets: tuple[str, ...], desk: str, back: str) -> None:
    teams = found(model(*sets))
    told = {name: formula(team) if known(team) else "" for name, team in teams.items()}
    assert told == {"Desk": desk, "Back": back}


GONE = [
    ("requests.two.arrivals=every 1 h", "not at random"),
    ("requests.two.arrivals={rate: 1 per hour, group: 2}", "groups"),
    ("requests.two.arrivals={rate: 1 per hour, profile: {mon: 200%}}", "busy and quiet"),
    ("requests.two.calendar=office", "other hours"),
    ("teams.Desk.calendar=office;requests.one.arrivals=1 per day;requests.two.arrivals=1 per day", "other hours"),
    ("teams.Desk.absence=5%", "away"),
    ("teams.Desk.presence=80%", "away"),
    ("teams.Desk.queue=shortest", "order of the queue"),
    ("teams.Desk.queue=due date", "order of the queue"),
    ("limits.Desk=5", "limit"),
    ("limits.all=5", "limit"),
    ("limits.Serve=5", "limit"),
    ("steps.Serve.blocking=person", "limit"),
    ("steps.Serve.team=[Desk, Back]", "several teams"),
    ("steps.Look.team=[Back, Desk]", "several teams"),
    ("steps.Look.with=Desk", "several people"),
    ("steps.Serve.batch=2 requests", "process batches"),
    ("steps.Serve.change-over=5 min", "change-over"),
    ("steps.Serve.handoff.batch=3 requests", "transfer batches"),
    ("steps.Serve.handoff.transit=1 h", "on the way"),
    ("steps.Serve.handoff.question={chance: 10%, to: customer, answer: 1 h}", "questions"),
    ("steps.Look.handoff.question={chance: 10%, to: sender, answer: 5 min}", "answers"),
    ("requests.two.patience=3 h", "give up"),
    ("requests.two.backlog={at: Serve, requests: 5, age: 1 day}", "backlog"),
    ("requests.two.promise=1 h;requests.two.chasing={to: Desk, takes: 2 min, every: 1 h}", "call"),
    ("teams.Desk.people=2;tasks.serve.time=10 min", "several people, and work"),
    ("steps.Serve.returns=10% to Serve;tasks.serve.time=10 min", "come back"),
    ("steps.Serve.does=[serve, look];tasks.serve.share=50%", "only some visits"),
    ("steps.Look.team=Desk;steps.Look.same person=yes", "straight on"),
    ("requests.one.arrivals=6 per hour", "overloaded"),
]
"""One change each -> what takes the formula for the first team away."""


@pytest.mark.parametrize(("sets", "why"), GONE, ids=[g[0] for g in GONE])
def test_one_feature_takes_the_formula_away(sets: str, why: str) -> None:
    """Whatever else is as plain as can be."""
    desk = found(model(*sets.split(";")))["Desk"]
    assert not known(desk)
    assert why in desk.why


@pytest.mark.parametrize(
    ("sets", "why"),
    [
        (("tasks.serve.time=10 min",), "what comes from Desk does not come at random"),
        (("requests.one.priority=rush",), "what comes from Desk does not come at random"),
        (("teams.Desk.queue=last in",), "what comes from Desk does not come at random"),
        ((*OFFICE, "teams.Back.calendar=late"), "what comes from Desk does not come at random"),
        (("requests.one.arrivals=6 per hour",), "Desk, before it, is overloaded"),
    ],
)
def test_what_comes_before_takes_the_formula_away(sets: tuple[str, ...], why: str) -> None:
    """Burke and Kelly hold behind exponential stations, served in order, in the same hours only."""
    assert found(model(*sets))["Back"].why == why


def test_people_with_names_and_branches_take_it_away() -> None:
    named = written(("teams:\n", "people: {Ann: {teams: [Desk, Back]}}\nteams:\n"))
    assert [desk.why for desk in desks(named)] == ["people with names"] * 2
    split = "does: serve, next: {parallel: [Look, Again], join: end}}\n  Again: {team: Back, does: look}"
    branched = found(written(("does: serve}", split)))
    assert known(branched["Desk"])
    assert branched["Back"].why == "branches side by side"
    joined = split.replace("join: end", "join: Send") + "\n  Send: {team: Post, does: serve}"
    after = found(written(("does: serve}", joined), ("calendar: always}\nsteps", POST)))
    assert known(after["Desk"])
    assert after["Post"].why == "what comes from Back does not come at random"


POST = "calendar: always}\n  Post: {people: 1, calendar: always}\nsteps"


def test_overtime_and_begin_no_more_matter_only_where_a_team_closes() -> None:
    assert known(found(model("steps.Serve.closing=finish"))["Desk"])
    assert found(model(*OFFICE, "steps.Serve.closing=finish"))["Desk"].why == "overtime"
    assert found(model(*OFFICE, "steps.Serve.no start within=30 min"))["Desk"].why == "nothing is begun before closing"


def test_the_formulas() -> None:
    """M/M/1, M/M/2, M/G/1 and priorities, by hand."""
    teams = found(model())
    assert known(teams["Desk"])[0].wait == pytest.approx(10.0 * MIN)  # ρ/(μ - λ), ρ = ½
    c = delay(0.75, 2)
    assert known(teams["Back"])[0].wait == pytest.approx(c * 15 * MIN / 2 / (1 - 0.375))
    constant = found(model("tasks.serve.time=10 min"))["Desk"]
    assert known(constant)[0].wait == pytest.approx(5.0 * MIN)
    assert estimate(constant, 0.5) == pytest.approx(5.0 * MIN)
    urgent, normal = known(found(model("requests.one.priority=rush"))["Desk"])
    rest = 3 / 60 * 200 / 2
    assert urgent.wait == pytest.approx(rest / (1 - 1 / 3) * MIN)
    assert normal.wait == pytest.approx(rest / (1 - 1 / 3) / (1 - 1 / 2) * MIN)
    assert (urgent.priority, normal.priority) == (0, 1)
    back = found(model("steps.Serve.returns=20% to Serve"))["Desk"]
    assert back.load == pytest.approx(0.5 / 0.8)
    assert known(back)[0].wait == pytest.approx(0.625 / 0.375 * 10 * MIN)


def test_open_time_is_what_counts() -> None:
    """The same queue in office hours waits the same, in open time."""
    always, office = found(model()), found(model(*OFFICE))
    for name in ("Desk", "Back"):
        assert known(office[name])[0].wait == pytest.approx(known(always[name])[0].wait)


def test_an_estimate_is_of_the_right_order_and_ends_where_it_means_nothing() -> None:
    one = found(model("steps.Serve.only=one", "requests.one.arrivals=every 20 min"))["Desk"]
    assert one.scatter == 0.0
    assert estimate(one, 0.5) == pytest.approx(5.0 * MIN)
    assert estimate(one, 1.0) is None
    assert estimate(found(model("limits.all=5"))["Desk"], 0.5) is None
    assert memory(one, 1.0) == math.inf
    assert memory(one, 0.5) == pytest.approx(10 * MIN / (1 - math.sqrt(0.5)) ** 2)
