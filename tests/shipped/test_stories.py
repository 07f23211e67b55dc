"""What the shipped scenarios about people, customers and limits claim: direction, size, and theory if there is one."""

from __future__ import annotations

import numpy as np
import pytest
from shipped_runs import FOLDER, column, mean, measures, of_teams, office_hours, outcomes, rows, sample, working_day

from flowsim.experiments.replicate import Outcome
from flowsim.scenario import load

# -- committee.yaml --------------------------------------------------------------------------------------------------

COMMITTEE = "committee.yaml"


def waits_for_the_meeting(state: str) -> list[float]:
    """Working days from joining the pile to the meeting, of files that come to it for the first time (R6, R11)."""
    office, day = office_hours(COMMITTEE, state), working_day(COMMITTEE, state) * 60_000
    return [
        office.worked(row["admitted_ms"], row["assembled_ms"]) / day
        for outcome in outcomes(COMMITTEE, state)
        for row in rows(outcome, "visits", step="Meeting", kind="work", **{"pass": 1})
        if row["assembled_ms"] >= 0  # the last ones still wait
    ]


@pytest.mark.parametrize(("state", "expected", "longest"), [("current", 2.5, 5), ("twice a week", 1.3, 3)])
def test_committee_is_waited_for_half_the_time_between(state: str, expected: float, longest: float) -> None:
    """R11: half a week for a weekly meeting, (2 x 2 + 3 x 3) / 10 days for two; never longer than from one to the next.

    (Not quite at random: files come out of the preparation, so a little later in the day than they came.)
    """
    waits = waits_for_the_meeting(state)
    assert abs(np.mean(waits) - expected) < 0.15
    assert expected < max(waits) <= longest


def test_committee_needs_all_three_teams_at_once() -> None:
    """R8: nobody decides alone; each meeting has one of each team, in one process batch."""
    (outcome, *_) = outcomes(COMMITTEE, "current")
    (some, *_) = rows(outcome, "visits", step="Meeting", kind="work")
    crew = rows(outcome, "crew", request=some["request"], visit=some["visit"])
    assert {some["team"], *(row["team"] for row in crew)} == {"Board", "Legal", "Finance"}


def test_committee_mandate_helps_who_does_not_need_it() -> None:
    """Plain files are decided on the day; the awkward ones wait for Tuesday as before."""
    day = working_day(COMMITTEE, "mandate")
    assert mean(COMMITTEE, "mandate", "working lead time mean", "plain") < 0.2 * day
    for state in ("current", "mandate"):
        assert mean(COMMITTEE, state, "working lead time mean", "awkward") > 3 * day
    (outcome, *_) = outcomes(COMMITTEE, "mandate")
    decided = list(rows(outcome, "visits", step="Decide"))
    assert decided
    assert all(row["sent_ms"] == row["started_ms"] for row in decided)  # R8: the same person goes straight on


# -- parallel-advice.yaml --------------------------------------------------------------------------------------------

ADVICE = "parallel-advice.yaml"


def test_parallel_advice_takes_the_longest_of_three() -> None:
    """R13: 3 x 2 days one after another, 2 x (1 + 1/2 + 1/3) at once, 2 without spread; what else is done is alike."""
    days = {
        state: mean(ADVICE, state, "working lead time mean") / working_day(ADVICE, state)
        for state in load(FOLDER / ADVICE).states
    }
    assert abs(days["current"] - days["parallel"] - (6 - 2 * (1 + 1 / 2 + 1 / 3))) < 0.2
    assert abs(days["parallel"] - days["parallel on a fixed day"] - 2 * (1 / 2 + 1 / 3)) < 0.2
    assert 2 < days["parallel on a fixed day"] < 2.3


def test_parallel_advice_waits_for_the_others() -> None:
    """R13: each advice is the last in a third of the cases, and lies ready for 2 x (1/2 + 1/3) days on average."""
    for outcome in outcomes(ADVICE, "parallel"):
        branches = list(rows(outcome, "splits"))
        assert [row["steps"] for row in branches] == ["Fire advice", "Environment advice", "Heritage advice"]
        assert all(abs(row["critical"] - 1 / 3) < 0.07 for row in branches)
        assert sum(row["critical"] for row in branches) == pytest.approx(1)
        waits = np.array([row["wait_mean_min"] for row in branches]) / 1440 * 5 / 7  # elapsed; five days in seven
        assert np.allclose(waits, 2 * (1 / 2 + 1 / 3), rtol=0.25)
    assert all(not list(rows(outcome, "splits")) for outcome in outcomes(ADVICE, "current"))


# -- emergency-desk.yaml ---------------------------------------------------------------------------------------------

DESK = "emergency-desk.yaml"


def test_emergency_desk_loses_who_has_little() -> None:
    """R15: one in ten of the minor cases leaves, nobody who is urgent; with a stream of their own, hardly anybody."""
    assert 0.06 < mean(DESK, "current", "withdrawn", "minor") < 0.14
    for state in ("second doctor", "fast track"):
        assert mean(DESK, state, "withdrawn", "minor") < 0.02
    for outcome in outcomes(DESK, "current"):
        assert not list(rows(outcome, "requests", outcome="withdrawn", **{"class": "urgent"}))
        gone = list(rows(outcome, "requests", outcome="withdrawn"))
        assert gone
        assert all(row["process_min"] < 30 for row in gone)  # triage at most: nobody leaves the doctor's room


def test_emergency_desk_serves_the_urgent_first() -> None:
    """R8: minor cases wait far longer in the current state; a fast track gives them most, and the urgent no less."""
    wait = {
        (state, name): mean(DESK, state, "lead time mean", name) - mean(DESK, state, "process time mean", name)
        for state in ("current", "second doctor", "fast track")
        for name in ("urgent", "minor")
    }
    assert wait["current", "minor"] > 2 * wait["current", "urgent"]
    assert wait["fast track", "minor"] < 0.3 * wait["current", "minor"]
    assert wait["fast track", "urgent"] < wait["current", "urgent"]
    assert wait["second doctor", "urgent"] < wait["fast track", "urgent"]


def test_emergency_desk_second_stream_is_cheaper_than_a_second_doctor() -> None:
    """Half the price an hour; and it is closed on one day in twenty (R10)."""
    cost = {state: mean(DESK, state, "cost per ended request") for state in ("current", "second doctor", "fast track")}
    assert cost["current"] < cost["fast track"] < cost["second doctor"]
    away = [len(column(outcome, "away", "begins_ms", team="Fast track")) for outcome in outcomes(DESK, "fast track")]
    assert 0.01 < np.mean(away) / 120 < 0.12


# -- calls.yaml ------------------------------------------------------------------------------------------------------

CALLS = "calls.yaml"


def test_calls_fall_with_the_lead_time() -> None:
    """R15: about four calls a request, so 70 to 90 % of all contacts are failure demand; none when it is fast."""
    now = mean(CALLS, "current", "chases")
    assert abs(now - 4) < 0.4
    assert 0.7 < now / (1 + now) < 0.9
    assert mean(CALLS, "faster files", "chases") < 0.01
    assert mean(CALLS, "faster files", "within promise") > 0.99


def test_calls_are_not_cured_by_more_phones() -> None:
    """Two more at the desk: the same calls, the same lead time. Four at the desk do when nobody calls."""
    for measure in ("chases", "working lead time mean"):
        assert mean(CALLS, "more phones", measure) == pytest.approx(mean(CALLS, "current", measure), rel=0.05)
    assert of_teams(CALLS, "faster files", "people")["Desk"] == of_teams(CALLS, "current", "people")["Desk"] / 2
    assert of_teams(CALLS, "current", "utilisation")["Desk"] > 0.75
    assert of_teams(CALLS, "faster files", "utilisation")["Desk"] < 0.75


def test_calls_feed_on_themselves() -> None:
    """With six at the desk it takes weeks, and customers call twice as often: the spiral."""
    sets = ("teams.Desk.people=6", "run.length=50 working days")
    (outcome,) = outcomes(CALLS, "current", sets, 1)
    assert measures(outcome)["chases"] > 1.5 * mean(CALLS, "current", "chases")
    assert measures(outcome)["working lead time mean"] > 2 * mean(CALLS, "current", "working lead time mean")


def test_calls_take_most_of_the_desk() -> None:
    """More than half of the time that the desk is at work goes to calls, which are waste to everybody."""
    for outcome in outcomes(CALLS, "current"):
        (desk,) = rows(outcome, "staff", team="Desk")
        assert desk["failure_demand_ms"] > 0.5 * (desk["present_ms"] - desk["idle_ms"] - desk["idle_silo_ms"])


# -- kanban-office.yaml ----------------------------------------------------------------------------------------------

OBJECTIONS = "kanban-office.yaml"
FORTY = ("twenty:limits.all=40",)


def in_hand(outcome: Outcome) -> float:
    """Mean working minutes in hand: lead time without waiting for room, of files opened while the pile lasts."""
    office = office_hours(OBJECTIONS, "current")
    opened = {row["request"]: row["admitted_ms"] for row in rows(outcome, "visits", visit=1)}
    found = []
    for row in rows(outcome, "requests"):
        if 100 <= (row["ordinal"] - 1) % 700 < 600:  # neither the first of a wave nor the last
            found.append(office.worked(opened[row["request"]], row["ended_ms"]) / 60_000)
    return float(np.mean(found))


@pytest.mark.parametrize(("sets", "limit"), [(FORTY, 40), ((), 20)])
def test_kanban_time_in_hand_and_output(sets: tuple[str, ...], limit: int) -> None:
    """R14, and Factory Physics' practical worst case: 60 + 12 (w - 1) minutes in hand, w / (w + 4) of the output."""
    results = outcomes(OBJECTIONS, "twenty", sets)
    assert np.mean([in_hand(outcome) for outcome in results]) == pytest.approx(60 + 12 * (limit - 1), rel=0.1)
    office = office_hours(OBJECTIONS, "current")
    ends = [np.sort(column(outcome, "requests", "ended_ms")).astype(int) for outcome in results]
    spans = [office.worked(int(ended[99]), int(ended[599])) / 60_000 for ended in ends]
    assert 500 * 12 / np.mean(spans) == pytest.approx(limit / (limit + 4), rel=0.06)


def test_kanban_limit_moves_the_pile_to_the_door() -> None:
    """The lead time does not fall with a limit; a limit for each desk is dearer than one for all (R14)."""
    lead = {state: mean(OBJECTIONS, state, "working lead time mean") for state in load(FOLDER / OBJECTIONS).states}
    assert lead["one team"] < lead["current"] < lead["twenty"] < lead["board"]
    assert lead["one team"] < 0.9 * lead["current"]
    waiting = {state: mean(OBJECTIONS, state, "ledger blocked") for state in ("current", "twenty", "board")}
    assert waiting["current"] == 0
    assert waiting["twenty"] > 0.9 * mean(OBJECTIONS, "twenty", "lead time mean")


def test_kanban_one_team_finishes_what_it_begins() -> None:
    """R8 (furthest first): five people, at most eight files, an hour each: hardly a wait once it is opened."""
    results = outcomes(OBJECTIONS, "one team")
    assert 60 < np.mean([in_hand(outcome) for outcome in results]) < 110
    for state in ("current", "one team"):
        assert sum(of_teams(OBJECTIONS, state, "people").values()) == 5


# -- referral.yaml ---------------------------------------------------------------------------------------------------

REFERRAL = "referral.yaml"


def test_referral_becomes_a_week() -> None:
    """Three weeks for a new patient, then one, with the same people in the same number of hours."""
    now, then = (mean(REFERRAL, state, "lead time mean", "new patient") / 1440 for state in ("current", "one stop"))
    assert 17 < now < 27
    assert then < 10
    for state in ("current", "one stop"):
        assert of_teams(REFERRAL, state, "people") == of_teams(REFERRAL, "current", "people")
    assert mean(REFERRAL, "one stop", "handoffs") < 0.6 * mean(REFERRAL, "current", "handoffs")


def test_referral_delay_costs_ten_a_day() -> None:
    """The money of waiting is the lead time of new patients, at 10 a day."""
    for outcome in outcomes(REFERRAL, "current"):
        measured = list(rows(outcome, "requests", measured=True, **{"class": "new patient"}))
        assert all(row["delay_cost"] == pytest.approx(row["lead_min"] / 144) for row in measured)
    assert mean(REFERRAL, "one stop", "delay cost") < 0.6 * mean(REFERRAL, "current", "delay cost")


def test_referral_starts_with_the_waiting_list() -> None:
    """R5: ninety wait, a week to four weeks old, and are not measured; two journeys share the specialists (R13)."""
    (outcome, *_) = outcomes(REFERRAL, "current")
    waiting = list(rows(outcome, "visits", via="backlog"))
    assert [row["step"] for row in waiting] == ["History"] * 90
    ages = column(outcome, "requests", "age_ms")
    assert np.count_nonzero(ages) == 90
    assert 7 * 86_400_000 <= ages[ages > 0].min() <= ages.max() <= 28 * 86_400_000
    assert not any(row["measured"] for row in rows(outcome, "requests") if row["age_ms"] > 0)
    steps = {row["step"] for row in rows(outcome, "visits", **{"class": "check-up"})}
    assert steps == {"Check-up", "Letter"}


def test_referral_whoever_saw_the_patient_writes_the_letter() -> None:
    """R8: straight on, without queue or handoff, in the redesign; always somebody else before it."""
    for outcome in outcomes(REFERRAL, "one stop"):
        letters = list(rows(outcome, "visits", step="Letter"))
        assert letters
        assert np.mean([row["sent_ms"] == row["started_ms"] for row in letters]) > 0.9
    assert sample(REFERRAL, "current", "hands")[0] > sample(REFERRAL, "one stop", "hands")[0] + 0.5
