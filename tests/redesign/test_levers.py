"""Levers: those whose effect is known to the tick, how they are written, and that the same requests keep their luck."""

from __future__ import annotations

import numpy as np
import pytest
from redesigns import APART, CART, FAST, NO_WAY

from flowsim.draws import Draws
from flowsim.engine import run
from flowsim.errors import EngineError
from flowsim.experiments.pool import Pool
from flowsim.experiments.statistics import mean_estimate
from flowsim.model import Distribution, identity
from flowsim.redesign.levers import KINDS, Lever, levers_of, neighbours, senders
from flowsim.redesign.measuring import Runs
from flowsim.redesign.spread import halved, written
from flowsim.redesign.trying import HARMS, HELPS, HOURS, NOTHING, UNKNOWN, Tried, try_levers, verdict_of
from flowsim.scenario import Scenario, load_text
from flowsim.scenario.shipped import shipped

EVERYTHING = """\
flowsim: 1
name: Everything that can be pulled
start: 2026-01-05
calendars: {office: {hours: mon-fri 09:00-17:00}}
requests: {form: {arrivals: every exponential(3 h), promise: 1 day}}
tasks:
  open: {time: exponential(10 min), value: necessary}
  "look, twice": {time: 5 min .. 15 min, value: waste}
  sign: {time: 10 min, value: adding}
teams:
  Front: {people: 2, calendar: office, absence: 10%}
  Middle: {people: 1, calendar: office, slots: [mon-fri 09:00-12:00]}
  Board: {people: 1, calendar: always}
steps:
  Open: {team: Front, does: open}
  Look:
    team: Middle
    does: "look, twice"
    batch: 2 requests or 1 day
    handoff: {batch: 3 requests or 4 h, transit: 1 h, reread: 5 min, question: {chance: 20%, to: customer, answer: 1 h}}
    returns: 15% to Open
  Sign: {team: Board, does: sign, handoff: {batch: 2 requests or 1 h}, returns: 10% to Look}
run: {length: 10 days, replications: 2, seed: 1}
"""


def tried(text: str, replications: int = 2, workers: int = 1) -> tuple[dict[tuple[str, str], Tried], list[Lever]]:
    scenario = load_text(text, "small.yaml")
    state = scenario.states[0]
    levers = levers_of(scenario, state)
    with Pool(workers) as pool:
        found, failed = try_levers(scenario.compile(state).model, levers, Runs(1, replications), pool)
    return {(one.lever.kind, one.lever.about): one for one in found}, failed


def hours(one: Tried, measure: str = "lead time mean") -> float:
    return one.outcomes[measure].difference.value / 60


def test_what_is_known_to_the_tick() -> None:
    """Three hours of work, ways of two and four hours: each lever takes away what it says, and nothing else."""
    found, failed = tried(APART)
    assert failed == []
    exact = {
        ("at once", "Look"): -2.0,
        ("at once", "Sign"): -4.0,
        ("all at once", ""): -6.0,
        ("less work", "open"): -0.1,
        ("less work", "look"): -0.1,
        ("less work", "sign"): -0.1,
        ("one more", "One"): 0.0,
        ("one more", "Two"): 0.0,
        ("one more", "Three"): 0.0,
        ("one team", "One + Two"): -2.0,
        ("one team", "Two + Three"): -4.0,
        ("more demand", ""): 0.0,
        ("less demand", ""): 0.0,
        ("no handoff", "Look"): -2.0,
        ("no handoff", "Sign"): -4.0,
        ("no handoffs", ""): -6.0,
    }
    assert {key: round(hours(one), 9) for key, one in found.items()} == exact
    verdicts = {key: one.outcomes["working lead time mean"].verdict for key, one in found.items()}
    assert {key: NOTHING if value == 0 else HELPS for key, value in exact.items()} == verdicts
    ranks = [one.rank for one in found.values() if one.lever.group not in ("demand", "price")]
    assert ranks == list(range(1, 12))
    assert [key for key, one in found.items() if one.rank == 1] == [("all at once", ""), ("no handoffs", "")]
    assert [one.rank for one in found.values() if one.lever.group == "demand"] == [0, 0]


def test_work_of_people_and_hours_a_week() -> None:
    """A request a day is three hours of work: 21 hours a week, of which a tenth of one task is 0.7."""
    found, _ = tried(APART, replications=1)
    less = found["less work", "open"].outcomes
    assert less["work per ended request"].before == pytest.approx(180.0, rel=0.03)  # the window has begun before work
    assert less["work per ended request"].difference.value == pytest.approx(-6.0, rel=0.03)
    assert less[HOURS].difference.value == pytest.approx(-0.7, rel=0.1)
    assert found["one more", "Two"].outcomes[HOURS].difference.value == 0.0
    assert found["one more", "Two"].lever.people == 1.0


def test_the_interval_that_holds_for_all_is_the_wider() -> None:
    found, _ = tried(EVERYTHING, replications=3)
    wait = found["at once", "Look"].outcomes["working lead time mean"]
    assert wait.all_hold is not None
    assert wait.all_hold.value == wait.difference.value
    assert wait.all_hold.half is not None
    assert wait.difference.half is not None
    assert wait.all_hold.half > 2 * wait.difference.half
    family = sum(one.lever.group != "price" for one in found.values())
    prices = len(found) - family
    assert family > 10
    assert prices == 3


def test_verdicts() -> None:
    def of(*values: float) -> str:
        return verdict_of(mean_estimate(np.array(values)), 0.2)

    assert of(-1.0, -1.1, -0.9) == HELPS
    assert of(1.0, 1.1, 0.9) == HARMS
    assert of(0.0, 0.0) == NOTHING
    assert of(-0.1, -0.1) == NOTHING  # for sure, and for sure too little
    assert of(-1.0, 1.0) == UNKNOWN
    assert of(-1.0) == UNKNOWN  # with one run nobody can say


def test_every_kind_of_lever_is_found_where_it_applies_and_only_there() -> None:
    scenario = load_text(EVERYTHING, "small.yaml")
    found = levers_of(scenario, "current")
    assert {lever.kind for lever in found} == set(KINDS)
    assert {lever.kind for lever in levers_of(load_text(APART, "small.yaml"), "current")} == {
        *("at once", "all at once", "one more", "less work", "one team"),
        *("more demand", "less demand", "no handoff", "no handoffs"),
    }
    keys = [identity(lever.model) for lever in found if lever.model is not None and lever.group != "price"]
    assert len(keys) == len(set(keys))
    assert identity(scenario.compile("current").model) not in keys
    # from 8 hours, and from 3, to 24, five days to seven
    people = {lever.about: lever.people for lever in found if lever.kind == "always open"}
    assert people == {"office": 2 * (168 / 40 - 1), "office in the slots of Middle": 168 / 15 - 1}


@pytest.mark.parametrize("name", ["permit", "referral", "parallel-advice"])
def test_a_lever_is_what_a_file_with_its_change_says(name: str) -> None:
    """Each change, pasted into the file as a state, gives the very Model that was tried."""
    path = shipped(name)
    assert changed_otherwise(path.read_text(encoding="utf-8"), str(path)) == []


def changed_otherwise(text: str, name: str) -> list[str]:
    """The levers whose change, as it is told, makes another Model than was tried."""
    scenario = load_text(text, name)
    state = scenario.states[0]
    levers = [lever for lever in levers_of(scenario, state) if lever.change]
    assert len(levers) > 10
    states = [
        f"  tried {i}:\n    based on: {state}\n    changes:\n      - {{name: tried, {lever.change[1:]}\n"
        for i, lever in enumerate(levers)
    ]
    head = text[: text.index("\nstates:")] + f"\nstates:\n  {state}: {{}}\n"
    written_out = load_text(head + "".join(states[:48]), name)
    return [
        f"{lever.kind} {lever.about}: {lever.change}"
        for i, lever in enumerate(levers[:48])
        if (lever.model is None) != (not _sound(written_out, i))
        or (lever.model is not None and identity(written_out.compile(f"tried {i}").model) != identity(lever.model))
    ]


def _sound(scenario: Scenario, number: int) -> bool:
    try:
        scenario.compile(f"tried {number}")
    except Exception:
        return False
    return True


def test_a_change_that_says_something_else_is_seen(monkeypatch: pytest.MonkeyPatch) -> None:
    from dataclasses import replace

    real = levers_of

    def spoiled(scenario: Scenario, state: str) -> list[Lever]:
        found = real(scenario, state)
        return [replace(found[0], change=found[-1].change), *found[1:]]

    monkeypatch.setitem(changed_otherwise.__globals__, "levers_of", spoiled)
    path = shipped("parallel-advice")
    assert len(changed_otherwise(path.read_text(encoding="utf-8"), str(path))) == 1


LAWS = [
    Distribution("constant", (60_000.0,)),
    Distribution("uniform", (0.0, 90_000.0)),
    Distribution("triangular", (0.0, 10_000.0, 90_000.0)),
    Distribution("pert", (10_000.0, 20_000.0, 90_000.0)),
    Distribution("exponential", (60_000.0,)),
    Distribution("erlang", (60_000.0, 3.0)),
    Distribution("gamma", (60_000.0, 80_000.0)),
    Distribution("lognormal", (60_000.0, 80_000.0)),
    Distribution("weibull", (60_000.0, 0.8)),
    Distribution("beta", (0.0, 90_000.0, 30_000.0, 12_000.0)),
    Distribution("normal", (60_000.0, 5_000.0)),
    Distribution("normal", (60_000.0, 90_000.0)),
    Distribution("discrete", (1_000.0, 0.25, 60_000.0, 0.75)),
    Distribution("empirical", (1_000.0, 2_000.0, 60_000.0, 61_000.0)),
]


@pytest.mark.parametrize("law", LAWS, ids=lambda law: f"{law.name}{len(law.params)}")
def test_half_the_spread_keeps_the_mean_and_the_order_of_luck(law: Distribution) -> None:
    """Mean and half the sd to a billionth; and who drew more before does not draw less now (R4)."""
    half = halved(law)
    assert half.mean() == pytest.approx(law.mean(), rel=1e-9)
    assert half.sd() == pytest.approx(law.sd() / 2, rel=1e-9)
    u = np.linspace(0.001, 0.999, 999)
    before, after, shorter = law.inverse(u), half.inverse(u), law.scaled(0.9).inverse(u)
    for other in (after, shorter):
        assert (np.diff(other) >= 0).all()
        assert ((np.diff(before) > 0) >= (np.diff(other) > 1e-6 * law.mean())).all()
    assert shorter == pytest.approx(0.9 * before)


def test_laws_are_written_as_a_file_has_them() -> None:
    assert written(Distribution("exponential", (540_000.0,))) == "exponential(9 min)"
    assert written(Distribution("constant", (6_480.0,))) == "6.48 s"
    assert written(Distribution("erlang", (60_000.0, 3.0))) == "erlang(1 min, 3)"


def test_less_work_is_less_of_the_same_for_every_request() -> None:
    """The same request needs nine tenths of what it needed, to the tick; so does none other."""
    scenario = load_text(EVERYTHING, "small.yaml")
    base = scenario.compile("current").model
    lever = next(one for one in levers_of(scenario, "current") if (one.kind, one.about) == ("less work", "open"))
    assert lever.model is not None
    first, second = (run(model, Draws(1, 1)).visits for model in (base, lever.model))
    times = []
    for visits in (first, second):
        here = (visits["step"] == 0) & (visits["pass"] == 1)
        times.append(dict(zip(visits["request"][here].tolist(), visits["necessary_ticks"][here].tolist(), strict=True)))
    shared = times[0].keys() & times[1].keys()
    assert len(shared) > 50
    assert all(abs(times[1][r] - 0.9 * times[0][r]) <= 1 for r in shared)


def test_neighbours_and_senders_follow_the_path() -> None:
    model = load_text(EVERYTHING, "small.yaml").compile("current").model
    assert neighbours(model) == [("Front", "Middle"), ("Middle", "Board")]
    assert [senders(model, step) for step in ("Open", "Look", "Sign")] == [[""], ["Front"], ["Middle"]]
    advice = load_text(shipped("parallel-advice").read_text(encoding="utf-8"), "advice.yaml").compile("parallel").model
    assert neighbours(advice) == [("Permits", name) for name in ("Fire", "Environment", "Heritage")]


def test_who_never_closes_cannot_be_opened_longer() -> None:
    text = EVERYTHING.replace("mon-fri 09:00-17:00}", "mon-sun 00:00-24:00}").replace(
        ", slots: [mon-fri 09:00-12:00]", ""
    )
    assert not any(lever.kind == "always open" for lever in levers_of(load_text(text, "small.yaml"), "current"))


def test_levers_of_a_state_start_from_its_changes() -> None:
    scenario = load_text(CART + NO_WAY + FAST, "small.yaml")
    kinds = {(lever.kind, lever.about) for lever in levers_of(scenario, "future")}
    assert ("at once", "Sign") in kinds
    assert ("at once", "Look") not in kinds


def test_workers_change_nothing() -> None:
    one, _ = tried(EVERYTHING, replications=2)
    other, _ = tried(EVERYTHING, replications=2, workers=2)
    assert list(one) == list(other)
    assert [x.outcomes for x in one.values()] == [x.outcomes for x in other.values()]


LOCKS = """\
flowsim: 1
name: Locks when hurried
start: 2026-01-05
requests: {form: {arrivals: every 10 min}}
tasks: {register: {time: 2 min, value: necessary}, decide: {time: 2 min, value: adding}}
teams: {Desk: {people: 1, calendar: always}, Legal: {people: 1, calendar: always}}
steps:
  Register: {team: Desk, does: register}
  Decide: {team: Legal, does: decide, returns: 100% to Register}
limits: {step Register: 1, step Decide: 1}
run: {length: 2 h, replications: 1}
""".replace("100% to Register", "{chance: [100%, 0%], to: Register}")


def test_a_lever_that_cannot_be_run_is_told_with_its_reason() -> None:
    """More requests, and those that come back meet the next ones: the process locks (R14)."""
    scenario = load_text(LOCKS, "small.yaml")
    base = scenario.compile("current").model
    hurried = load_text(LOCKS.replace("every 10 min", "every 3 min"), "small.yaml").compile("current").model
    with Pool(1) as pool:
        lever = Lever("more demand", "", hurried)
        other = Lever("less work", "decide", None, "it cannot be made")
        found, failed = try_levers(base, [lever, other], Runs(1, 1), pool)
        assert found == []
        assert [one.kind for one in failed] == ["less work", "more demand"]
        assert "locked" in failed[1].failed
        with pytest.raises(EngineError):
            try_levers(hurried, [other], Runs(1, 1), pool)
