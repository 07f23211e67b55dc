"""What each change buys: by hand on small processes, to the tick, whatever the order and the number of workers."""

from __future__ import annotations

import math
from dataclasses import replace

import pytest
from redesigns import APART, BASE, CART, FAST, MEETING, NO_CART, NO_WAY, explain_text, hours

from flowsim.errors import UsageError
from flowsim.redesign import designs, measuring
from flowsim.redesign.designs import designs_for
from flowsim.redesign.explain import ALONE, FAIR, IN_ORDER, LAST, LEDGER, OVERLAP, VIEWS, Effect
from flowsim.scenario import load_text


def wrong_sums(effects: list[Effect]) -> list[str]:
    """Where columns that must add up do not: changes to the whole, in order and as fair shares; parts of the ledger to
    the lead time, whatever the view. To a millionth of a minute, for each number is rounded by itself.
    """
    wrong = []
    by_key = {(e.measure, e.view, e.number): e.value for e in effects}
    for (measure, view, number), value in by_key.items():
        if number == 0 and view in (IN_ORDER, FAIR):
            parts = [v for (m, w, n), v in by_key.items() if (m, w) == (measure, view) and n]
            whole = by_key[measure, "after", 0] - by_key[measure, "before", 0]
            if measure != "working lead time P90" or view == IN_ORDER:
                wrong += [] if abs(math.fsum(parts) - value) < 1e-6 else [f"{measure} {view}: changes"]
            wrong += [] if abs(whole - value) < 1e-6 else [f"{measure} {view}: whole"]
        if measure == "lead time mean" and not math.isnan(value):
            parts = [by_key[part, view, number] for part in LEDGER if (part, view, number) in by_key]
            wrong += [] if abs(math.fsum(parts) - value) < 1e-6 else [f"{view} {number}: parts"]
    return wrong


def test_changes_that_do_not_meet_are_the_same_in_every_view() -> None:
    redesign, effects = explain_text(APART)
    assert [change.name for change in redesign.changes] == ["No way", "No cart"]
    assert hours(effects, "before") == {"": 9.0}
    assert hours(effects, "after") == {"": 3.0}
    for view in VIEWS:
        assert hours(effects, view) == {"No way": -2.0, "No cart": -4.0, "": -6.0}
        assert hours(effects, view, "ledger transit") == {"No way": -2.0, "No cart": -4.0, "": -6.0}
    assert {(e.low, e.high) for e in effects if e.measure == "lead time mean" and e.change} == {
        (-120, -120),
        (-240, -240),
        (0, 0),
    }
    assert hours(effects, OVERLAP) == {"No way": 0.0, "No cart": 0.0, "": 0.0}
    assert wrong_sums(effects) == []


def test_changes_that_overlap_by_hand() -> None:
    """Current: 1 + 2 + 1 h, wait from 04:00 to 16:00, sign until 17:00. Without the way it is at the cart at 02:00, and
    signed at 17:00 all the same; without the cart it is signed at 05:00; without both at 03:00.
    """
    _, effects = explain_text(MEETING)
    assert hours(effects, IN_ORDER) == {"No way": 0.0, "No cart": -14.0, "": -14.0}
    assert hours(effects, ALONE) == {"No way": 0.0, "No cart": -12.0, "": -12.0}
    assert hours(effects, LAST) == {"No way": -2.0, "No cart": -14.0, "": -16.0}
    assert hours(effects, FAIR) == {"No way": -1.0, "No cart": -13.0, "": -14.0}
    assert hours(effects, OVERLAP) == {"No way": 2.0, "No cart": 2.0, "": 4.0}
    # no way by itself: two hours of the way become two hours at the cart
    assert hours(effects, ALONE, "ledger transit") == {"No way": -2.0, "No cart": 0.0, "": -2.0}
    assert hours(effects, ALONE, "ledger batch") == {"No way": 2.0, "No cart": -12.0, "": -10.0}
    assert wrong_sums(effects) == []


def test_sums_that_are_wrong_are_seen() -> None:
    _, effects = explain_text(MEETING, replications=1)
    at = next(i for i, e in enumerate(effects) if (e.measure, e.view, e.number) == ("ledger batch", FAIR, 1))
    effects[at] = replace(effects[at], value=effects[at].value + 0.001)
    assert sorted(wrong_sums(effects)) == ["fair share 1: parts", "ledger batch fair share: changes"]


def test_the_order_of_the_file_changes_no_fair_share() -> None:
    _, one = explain_text(CART + NO_WAY + NO_CART + FAST)
    _, other = explain_text(CART + FAST + NO_CART + NO_WAY)
    assert hours(one, FAIR) == hours(other, FAIR)
    assert hours(one, ALONE) == hours(other, ALONE)
    assert hours(one, IN_ORDER) != hours(other, IN_ORDER)


def test_with_drawn_times_all_still_adds_up_and_workers_change_nothing() -> None:
    text = MEETING.replace("every 1 day", "exponential(8 h)").replace("arrivals: exp", "arrivals: every exp")
    text = text.replace("time: 1 h", "time: exponential(1 h)")
    _, one = explain_text(text, replications=4)
    _, other = explain_text(text, workers=2, replications=4)
    assert one == other
    assert wrong_sums(one) == []
    share = next(e for e in one if (e.measure, e.view, e.change) == ("working lead time mean", FAIR, "No cart"))
    assert share.low is not None
    assert share.high is not None
    assert share.low < share.value < share.high


def test_one_replication_has_no_intervals() -> None:
    _, effects = explain_text(APART, replications=1)
    assert {(e.low, e.high) for e in effects} == {(None, None)}


NEEDS = APART + (
    "      - {name: A desk, add: {teams: {Four: {people: 1, calendar: always}}}}\n"
    "      - {name: Four signs, set: {steps.Sign.team: Four}}\n"
)


def test_a_change_that_needs_another_is_told_and_fair_shares_keep_to_it() -> None:
    redesign, effects = explain_text(NEEDS)
    assert {n + 1: (redesign.name_of(others), why) for n, (others, why) in redesign.needs().items()} == {
        4: ("3", "there is no team 'Four'")
    }
    assert redesign.last() == {2: "there is no team 'Four'"}
    assert len(redesign.models) == 12  # of 16: not those with the fourth without the third
    assert hours(effects, FAIR) == {"No way": -2.0, "No cart": -4.0, "A desk": 0.0, "Four signs": 0.0, "": -6.0}
    alone, last = hours(effects, ALONE), hours(effects, LAST)
    assert math.isnan(alone["Four signs"])
    assert math.isnan(last["A desk"])
    assert math.isnan(alone[""])
    assert wrong_sums(effects) == []


def test_changes_between_which_there_is_no_process_are_one() -> None:
    """After the first change a step is for a team that is gone; only with the second is it somebody's again."""
    text = APART + (
        "      - {name: Team Three goes, remove: teams.Three}\n      - {name: Two signs, set: {steps.Sign.team: Two}}\n"
    )
    redesign, effects = explain_text(text)
    assert [change.name for change in redesign.changes] == ["No way", "No cart", "Team Three goes and Two signs"]
    fair = hours(effects, FAIR)  # a team that keeps it needs no cart: the two share what is gained
    assert fair["Team Three goes and Two signs"] == fair["No cart"] == -2.0


LOCKED = """\
flowsim: 1
name: Locked
start: 2026-01-05
requests: {form: {arrivals: every 10 min}}
tasks: {register: {time: 20 min, value: necessary}, decide: {time: 30 min, value: adding}}
teams: {Desk: {people: 2, calendar: always}, Legal: {people: 2, calendar: always}}
steps:
  Register: {team: Desk, does: register}
  Decide: {team: Legal, does: decide, returns: 50% to Register}
run: {length: 1 day, replications: 1}
states:
  current: {}
  future:
    changes:
      - {name: Nothing is sent back, remove: steps.Decide.returns}
      - {name: One at a time, set: {limits: {step Register: 1, step Decide: 1}}}
"""


def test_a_design_that_cannot_be_run_is_none() -> None:
    """With limits and returns the process locks (R14), which only a run can tell: so limits come after the first."""
    redesign, effects = explain_text(LOCKED, replications=1)
    ((needed, why),) = redesign.needs().values()
    assert redesign.name_of(needed) == "1"
    assert "locked" in why
    assert math.isnan(hours(effects, ALONE)["One at a time"])
    assert hours(effects, FAIR) == hours(effects, IN_ORDER)  # the only order there is
    turned = LOCKED.splitlines(keepends=True)
    turned[-1], turned[-2] = turned[-2], turned[-1]
    redesign, _ = explain_text("".join(turned), replications=1)
    assert [change.name for change in redesign.changes] == ["One at a time and Nothing is sent back"]


def test_many_changes_are_sampled(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(designs, "MOST_EXACT", 2)
    monkeypatch.setattr(designs, "PAIRS", 6)
    redesign, effects = explain_text(CART + NO_WAY + NO_CART + FAST, replications=2)
    assert not redesign.exact
    assert wrong_sums(effects) == []
    monkeypatch.undo()
    _, exact = explain_text(CART + NO_WAY + NO_CART + FAST, replications=2)
    near = {e.change: (e.low, e.high) for e in effects if e.view == FAIR and e.measure == "lead time mean" and e.change}
    for change, value in hours(exact, FAIR).items():
        if change:
            low, high = near[change]
            assert low is not None
            assert high is not None
            assert low - 1e-9 <= 60 * value <= high + 1e-9
    assert hours(effects, IN_ORDER) == hours(exact, IN_ORDER)


def test_only_what_a_state_has_more_than_the_other_is_explained() -> None:
    text = MEETING + "  faster:\n    based on: future\n    changes:\n" + FAST
    scenario = load_text(text, "small.yaml")
    assert designs_for(scenario, "future", "faster").redesign("future").changes[0].names == ("Fast",)
    assert designs_for(scenario, "current", "faster").redesign("current").size == 3
    with pytest.raises(UsageError) as caught:
        designs_for(scenario, "current", "current").redesign("current")
    assert caught.value.code == "FS721"


def test_a_process_that_only_the_changes_make_cannot_be_explained() -> None:
    text = BASE.replace("HANDOFF", "transit: 4 h").replace("team: One", "team: Zero") + (
        "      - {name: Zero, add: {teams: {Zero: {people: 1, calendar: always}}}}\n"
    )
    scenario = load_text(text, "small.yaml")
    with pytest.raises(UsageError) as caught:
        designs.Designs(scenario, "future", (), ["Zero"], 0).redesign("current")
    assert caught.value.code == "FS721"
    assert "Zero" in caught.value.hint


def test_the_same_design_is_run_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """A change that changes nothing doubles the designs, not the runs."""
    ran: list[int] = []
    real = measuring.measure

    def counted(asked, *rest, **more):  # type: ignore[no-untyped-def]
        asked = list(asked)
        ran.append(len(asked))
        return real(asked, *rest, **more)

    monkeypatch.setattr(measuring, "measure", counted)
    same = "      - {name: Nothing, set: {tasks.open.time: 60 min}}\n"
    redesign, _ = explain_text(MEETING + same, replications=1)
    assert len(redesign.models) == 8
    assert ran == [4]
