"""Ways to spoil a run of `feature_model`. CASES: a spoiler and the check that must notice."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import numpy as np
from audit_models import constant, exponential
from audit_spoilers import Spoiled

from flowsim.model import BatchRule, Span, Split, Wait
from flowsim.model.calendar import DAY, HOUR
from flowsim.record import NONE

# -- branches ----------------------------------------------------------------------------------------------------------


def _joined(run: Spoiled) -> np.ndarray:
    return np.flatnonzero((run.b["joined"] >= 0) & (run.b["ended"] < run.b["joined"]))


def branch_ends_later(run: Spoiled) -> None:
    run.b["ended"][_joined(run)[0]] += 1


def branch_begins_earlier(run: Spoiled) -> None:
    row = _joined(run)[0]
    same = (run.b["request"] == run.b["request"][row]) & (run.b["began"] == run.b["began"][row])
    run.b["began"][same] -= 1


def joins_before_the_last(run: Spoiled) -> None:
    """The join does not wait for the branch that ended last."""
    row = _joined(run)[0]
    same = (run.b["request"] == run.b["request"][row]) & (run.b["joined"] == run.b["joined"][row])
    run.b["joined"][same] = run.b["ended"][row]


def branch_twice(run: Spoiled) -> None:
    run.b["place"][np.flatnonzero(run.b["place"] == 1)[0]] = 0


def on_an_unknown_branch(run: Spoiled) -> None:
    run.v["branch"][run.rows("Legal advice")[0]] = 40


def went_on_alone(run: Spoiled) -> None:
    """A visit of a branch is told as of the trunk: the branch ended before it had begun."""
    run.v["branch"][run.rows("Fire paper")[3]] = 0


def sent_after_the_join(run: Spoiled) -> None:
    run.v["sent"][run.rows("Decide")[2]] += 1


def from_the_quicker_branch(run: Spoiled) -> None:
    """After the join it is said to come from the branch that did not end last."""
    names = [step.name for step in run.model.steps]
    legal, paper = names.index("Legal advice"), names.index("Fire paper")
    row = run.rows("Decide", run.v["from_step"] == legal)[0]
    run.v["from_step"][row] = paper


def joins_elsewhere(run: Spoiled) -> None:
    run.step("Check", split=Split((("Legal advice",), ("Fire advice",)), "Answer"))


def branch_forgotten(run: Spoiled) -> None:
    run.step("Fire advice", split=None)


def another_journey(run: Spoiled) -> None:
    run.klass("complaint", journey=("Register", "Answer", "Assess"))


# -- people ------------------------------------------------------------------------------------------------------------


def _drop_crew(run: Spoiled, row: int) -> None:
    run.change(crew={name: np.delete(column, row) for name, column in run.record.crew.items()})


def one_short(run: Spoiled) -> None:
    _drop_crew(run, 3)


def company_for_one(run: Spoiled) -> None:
    """Somebody is told of who looked on at work for one."""
    row = run.rows("Register")[0]
    crew = run.record.crew
    extra = {"request": run.v["request"][row], "visit": run.v["visit"][row], "team": 0, "person": 1}
    order = np.lexsort([np.append(crew[name], extra[name]) for name in reversed(list(crew))])
    run.change(crew={name: np.append(column, extra[name])[order] for name, column in crew.items()})


def not_the_first_of_several(run: Spoiled) -> None:
    """The visit's person and his colleague of the same team change places."""
    run.step("Decide", team="Intake", people=2, together=(("Legal", 1),))


def lent_and_at_home(run: Spoiled) -> None:
    """Ann is told to serve the front, where she is number 2, while she is at work for another team."""
    v = run.v
    begins, ends = v["started"], v["released"]
    lent = np.flatnonzero((v["team"] == 1) & (v["person"] == 2) & (ends > begins))
    for row in lent.tolist():
        inside = (v["team"] == 0) & (v["person"] < 2) & (begins >= begins[row]) & (begins < ends[row]) & (ends > begins)
        if inside.any():
            v["person"][np.flatnonzero(inside)[0]] = 2
            return
    raise AssertionError("Ann was never lent")


def speed_ignored(run: Spoiled) -> None:
    run.model = replace(run.model, people=tuple(replace(p, speed=1000) for p in run.model.people))


def slowest_ignored(run: Spoiled) -> None:
    """The pace of a meeting is that of the quickest."""
    ann, bob = run.model.people
    run.model = replace(run.model, people=(ann, replace(bob, speed=1500)))


def away_and_at_work(run: Spoiled) -> None:
    """Somebody is away from the instant at which he took something up, for an hour."""
    row = run.rows("Register", (run.v["team"] == 0) & (run.v["person"] == 0))[4]
    begins = int(run.v["started"][row])
    run.change(
        away={
            "team": np.array([0]),
            "person": np.array([0]),
            "begins": np.array([begins]),
            "ends": np.array([begins + HOUR]),
        }
    )


def nobody_away(run: Spoiled) -> None:
    run.change(away={name: column[:0] for name, column in run.record.away.items()})


def away_a_tick_longer(run: Spoiled) -> None:
    run.record.away["ends"][2] += 1


def higher_number(run: Spoiled) -> None:
    """A person with a higher number took it, though the lower was free."""
    run.v["person"][run.rows("Legal advice", run.v["person"] == 0)[0]] = 1


def helps_before_his_own_work(run: Spoiled) -> None:
    """Bob is at home in a team that he only helped."""
    ann, bob = run.model.people
    run.model = replace(run.model, people=(ann, replace(bob, teams=("Desk", "Legal", "Intake"))))


def others_might_have(run: Spoiled) -> None:
    run.step("Legal advice", others=("Front",))


def named_in_another_order(run: Spoiled) -> None:
    """The step names the team first that had somebody free, and was passed by."""
    run.step("Register", team="Intake", others=("Front",))


def meeting_refused_without_reason(run: Spoiled) -> None:
    """A meeting that might begin until closing would have begun earlier."""
    run.step("Decide", no_start_within=0)


def meeting_passed_over(run: Spoiled) -> None:
    """People were given to a rush while meetings waited that now have its priority."""
    run.klass("permit", priority=0)


def straight_on_forgotten(run: Spoiled) -> None:
    run.step("Answer", same_person=True)


def not_straight_on(run: Spoiled) -> None:
    """Who went straight on passed others over after all."""
    run.step("Check", same_person=False)


def by_class_only(run: Spoiled) -> None:
    run.step("Answer", change_over_by=("class",))


def by_task_only(run: Spoiled) -> None:
    run.step("Assess", change_over_by=("task",))


def first_in_for_furthest(run: Spoiled) -> None:
    run.team("Desk", queue="furthest")


def meets_when_one_is_closed(run: Spoiled) -> None:
    run.team("Legal", calendar="always")


# -- limits ------------------------------------------------------------------------------------------------------------


def limit_exceeded(run: Spoiled) -> None:
    run.step("Fire visit", limit=1)


def team_limit_exceeded(run: Spoiled) -> None:
    run.team("Fire", limit=1)


def whole_limit_exceeded(run: Spoiled) -> None:
    run.model = replace(run.model, limit=5)


def room_left(run: Spoiled) -> None:
    run.step("Fire visit", limit=3)


def waits_without_a_limit(run: Spoiled) -> None:
    run.step("Fire visit", limit=None)


def lets_his_people_go(run: Spoiled) -> None:
    run.step("Fire advice", blocking="place")


# -- customers ---------------------------------------------------------------------------------------------------------


def less_patience(run: Spoiled) -> None:
    run.klass("complaint", patience=Span(constant(19 * HOUR), "office"))


def more_patience(run: Spoiled) -> None:
    run.klass("permit", patience=Span(exponential(90 * HOUR)))


def endless_patience(run: Spoiled) -> None:
    run.klass("permit", patience=None)


def withdrawn_for_done(run: Spoiled) -> None:
    done, withdrawn = (run.record.outcomes.index(name) for name in ("done", "withdrawn"))
    run.r["outcome"][np.flatnonzero(run.r["outcome"] == done)[5]] = withdrawn


def taken_up_after_all(run: Spoiled) -> None:
    """A visit that was cut short has a person."""
    run.v["person"][np.flatnonzero(run.v["kind"] == 4)[0]] = 0


def cut_by_halves(run: Spoiled) -> None:
    run.v["turn"][np.flatnonzero(run.v["kind"] == 4)[0]] -= 1
    run.v["set_up"][np.flatnonzero(run.v["kind"] == 4)[0]] -= 1
    run.v["started"][np.flatnonzero(run.v["kind"] == 4)[0]] -= 1


def _chasing(run: Spoiled, **changes: object) -> None:
    rule = run.model.request_class("permit").chasing
    assert rule is not None
    run.klass("permit", chasing=replace(rule, **changes))  # type: ignore[arg-type]


def chases_too_late(run: Spoiled) -> None:
    _chasing(run, every=Span(exponential(3 * HOUR), "office"))


def too_many_chases(run: Spoiled) -> None:
    _chasing(run, at_most=1)


def chases_without_reason(run: Spoiled) -> None:
    _chasing(run, share=0.05)


def chases_from_another_instant(run: Spoiled) -> None:
    _chasing(run, after=Wait(2 * DAY))


def chases_another(run: Spoiled) -> None:
    run.r["parent"][np.flatnonzero(run.r["parent"] >= 0)[0]] = 0


def chase_counts(run: Spoiled) -> None:
    """A chase is measured."""
    run.r["measured"][np.flatnonzero(run.r["parent"] >= 0)[-1]] = 1


def promised_a_chase(run: Spoiled) -> None:
    run.r["due"][np.flatnonzero(run.r["parent"] >= 0)[0]] = run.record.ended_at


def chase_lost(run: Spoiled) -> None:
    """The last chase never came, as the record has it."""
    request = int(np.flatnonzero(run.r["parent"] >= 0)[-1])
    assert request == len(run.r["parent"]) - 1
    gone = run.v["request"] == request
    ended = run.r["ended"][request] if run.r["ended"][request] >= 0 else run.record.ended_at
    area = run.record.wip_area - int(ended - run.r["arrived"][request])
    for name in run.v:
        run.v[name] = run.v[name][~gone]
    for name in run.r:
        run.r[name] = run.r[name][:request]
    run.change(wip_area=area)


def backlog_elsewhere(run: Spoiled) -> None:
    first, *rest = run.model.backlog
    run.model = replace(run.model, backlog=(replace(first, step="Register"), *rest))


def backlog_arrived(run: Spoiled) -> None:
    run.v["via"][np.flatnonzero(run.v["via"] == 5)[0]] = 0


def backlog_due_later(run: Spoiled) -> None:
    run.r["due"][np.flatnonzero((run.r["age"] > 0) & (run.r["due"] != NONE))[0]] += 1


def backlog_batched(run: Spoiled) -> None:
    """Who was there at the beginning went through no gate."""
    run.step("Decide", batch=BatchRule(3, Wait(2 * DAY)))


CASES: list[tuple[Callable[[Spoiled], None], str]] = [
    (branch_ends_later, "branches"),
    (branch_begins_earlier, "branches"),
    (joins_before_the_last, "branches"),
    (branch_twice, "columns"),
    (on_an_unknown_branch, "columns"),
    (went_on_alone, "branches"),
    (sent_after_the_join, "chain"),
    (from_the_quicker_branch, "routing"),
    (joins_elsewhere, "decisions"),
    (branch_forgotten, "columns"),
    (another_journey, "routing"),
    (one_short, "crews"),
    (company_for_one, "crews"),
    (not_the_first_of_several, "crews"),
    (lent_and_at_home, "capacity"),
    (speed_ignored, "work"),
    (slowest_ignored, "work"),
    (away_and_at_work, "presence"),
    (nobody_away, "away"),
    (away_a_tick_longer, "away"),
    (higher_number, "lowest number"),
    (helps_before_his_own_work, "helpers"),
    (others_might_have, "no idling"),
    (named_in_another_order, "preference"),
    (meeting_refused_without_reason, "turns"),
    (meeting_passed_over, "turns"),
    (straight_on_forgotten, "same person"),
    (not_straight_on, "discipline"),
    (by_class_only, "durations"),
    (by_task_only, "durations"),
    (first_in_for_furthest, "discipline"),
    (meets_when_one_is_closed, "work"),
    (limit_exceeded, "limits"),
    (team_limit_exceeded, "limits"),
    (whole_limit_exceeded, "limits"),
    (room_left, "limits"),
    (waits_without_a_limit, "limits"),
    (lets_his_people_go, "no idling"),
    (less_patience, "withdrawals"),
    (more_patience, "withdrawals"),
    (endless_patience, "withdrawals"),
    (withdrawn_for_done, "withdrawals"),
    (taken_up_after_all, "withdrawals"),
    (cut_by_halves, "withdrawals"),
    (chases_too_late, "chases"),
    (too_many_chases, "chases"),
    (chases_without_reason, "chases"),
    (chases_from_another_instant, "chases"),
    (chases_another, "conservation"),
    (chase_counts, "measuring"),
    (promised_a_chase, "measuring"),
    (chase_lost, "chases"),
    (backlog_elsewhere, "routing"),
    (backlog_arrived, "kinds"),
    (backlog_due_later, "measuring"),
    (backlog_batched, "process batches"),
]
