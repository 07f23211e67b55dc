"""Arrivals, backlogs, journeys, chases, people, slots and limits: what a file says of them, as the Model has it."""

from __future__ import annotations

import itertools
import random
from pathlib import Path
from typing import Any

import pytest

from flowsim import units
from flowsim.errors import Problem
from flowsim.model import (
    Backlog,
    Calendar,
    Chasing,
    DayException,
    DelayCost,
    Distribution,
    Model,
    OpenTimes,
    Person,
    Span,
    StepTask,
    Wait,
    relations,
)
from flowsim.model.calendar import DAY, HOUR, WEEK
from flowsim.scenario import explain, load_text, tree
from flowsim.scenario.compile import check_tree, compile_model
from flowsim.scenario.states import apply_state
from flowsim.scenario.weekparts import narrowed, weights

TEXT = """\
flowsim: 1
name: A
calendars: {office: {hours: mon-fri 09:00-17:00, holidays: 2026-01-15, except: {2026-01-13: 10:00-11:00}}}
requests:
  permit: {arrivals: 8 per working day, calendar: office, promise: 5 working days}
tasks:
  register: {time: 5 min, value: necessary}
  judge: {time: 15 min, value: adding}
teams:
  Desk: {people: 2}
  Legal: {people: 1}
steps:
  Register: {team: Desk, does: register}
  Check: {team: Desk, does: register}
  Judge: {team: Legal, does: judge}
run: {length: 20 working days}
"""
PERMIT = "{arrivals: 8 per working day, calendar: office, promise: 5 working days}"


def model(text: str, state: str = "current") -> Model:
    """The Model of a text; notes about the run are left aside."""
    return made(text, state)[0]


def made(text: str, state: str = "current") -> tuple[Model, list[Problem], Any]:
    """The Model, what there is to say about the changes, and the tree as plain values."""
    document = tree.parse(text, "a.yaml")
    changed = apply_state(document, state)
    compiled, _ = compile_model(check_tree(document, changed.root), Path(), frozenset())
    assert relations(compiled) == []
    return compiled, list(changed.notes), tree.plain(changed.root)


def permit(fields: str, arrivals: str = "8 per working day", more: str = "") -> str:
    """The text with other fields of the class, and other classes."""
    assert PERMIT in TEXT
    return TEXT.replace(PERMIT, f"{{arrivals: {arrivals}, calendar: office, {fields}}}{more}")


def change(text: str, *changes: str) -> str:
    """The text with a state `future` of these changes."""
    lines = "".join(f"      - {{name: c{n}, {one}}}\n" for n, one in enumerate(changes))
    return f"{text}states:\n  current: {{}}\n  future:\n    changes:\n{lines}"


# -- arrivals (R5) ---------------------------------------------------------------------------------------------------


def test_factors_of_a_profile_multiply_and_become_whole_weights() -> None:
    """R5: pieces of the week in order, covering it, with weights that have no common divisor."""
    found = model(permit("promise: none", "{rate: 8 per working day, profile: {mon: 150%, 09:00-11:00: 200%}}"))
    profile = found.classes[0].arrivals.profile
    assert profile is not None
    assert [profile[0][0], profile[-1][1]] == [0, WEEK]
    assert all(a[1] == b[0] and a[2] != b[2] for a, b in itertools.pairwise(profile))
    assert profile[:5] == (
        (0, 9 * HOUR, 3),
        (9 * HOUR, 11 * HOUR, 6),
        (11 * HOUR, DAY, 3),
        (DAY, DAY + 9 * HOUR, 2),
        (DAY + 9 * HOUR, DAY + 11 * HOUR, 4),
    )
    assert found.classes[0].arrivals.gap == model(TEXT).classes[0].arrivals.gap


def test_a_profile_that_says_nothing_is_none() -> None:
    """Equal processes have equal Models."""
    for profile in ("{}", "{every day: 100%}", "{mon-sun: 50%}", "{mon: 50%, monday: 200%}"):
        assert model(permit("promise: 5 working days", f"{{rate: 8 per working day, profile: {profile}}}")) == model(
            TEXT
        )


def test_factors_are_rounded_to_a_tenth_of_a_percent_of_the_product() -> None:
    assert weights({"mon": units.parse_factor("33.33%")}) == ((0, DAY, 333), (DAY, WEEK, 1000))
    assert weights({"mon": units.parse_factor("0%")}) == ((0, DAY, 0), (DAY, WEEK, 1))


@pytest.mark.parametrize(
    ("group", "found"),
    [
        ("3", ((3, 1.0),)),
        ("1 .. 2", ((1, 0.5), (2, 0.5))),
        ("{5: 20%, 1: 50%, 2: 30%, 9: 0%}", ((1, 0.5), (2, 0.3), (5, 0.2))),
        ("1", None),
        ("{1: 100%}", None),
        ("none", None),
    ],
)
def test_groups(group: str, found: tuple[tuple[int, float], ...] | None) -> None:
    """R5: sizes with shares, ascending; one by one is no group."""
    arrivals = f"{{rate: 8 per working day, group: {group}}}"
    assert model(permit("promise: none", arrivals)).classes[0].arrivals.group == found


def test_dates_bring_groups_too(tmp_path: Path) -> None:
    """R5: each date brings a group."""
    (tmp_path / "d.csv").write_text("arrived\n2026-01-06 10:00\n", encoding="utf-8")
    text = permit("promise: none", "{file: d.csv, group: 2}")
    arrivals = load_text(text, "a.yaml", tmp_path).compile("current").model.classes[0].arrivals
    assert (arrivals.dates, arrivals.group) == ((34 * HOUR,), ((2, 1.0),))


def test_dates_take_the_place_of_a_rate_and_its_profile(tmp_path: Path) -> None:
    """A setting `arrivals.file`: groups stay."""
    (tmp_path / "d.csv").write_text("arrived\n2026-01-06 10:00\n", encoding="utf-8")
    text = permit("promise: none", "{rate: 8 per working day, profile: {mon: 150%}, group: 2}")
    scenario = load_text(text, "a.yaml", tmp_path)
    arrivals = (
        scenario.compile("current", [f"requests.permit.arrivals.file={tmp_path / 'd.csv'}"]).model.classes[0].arrivals
    )
    assert (arrivals.dates, arrivals.group, arrivals.profile) == ((34 * HOUR,), ((2, 1.0),), None)


def test_a_backlog_stands_in_file_order_and_its_class_need_not_arrive() -> None:
    """R5: elapsed ages."""
    waiting = "[{at: judge, requests: 3, age: 1 .. 2 weeks}, {at: Check, requests: 1, age: 90 min}]"
    old = f"\n  old: {{arrivals: none, backlog: {waiting}}}"
    found = model(permit("backlog: {at: Judge, requests: 40, age: 5 days}", more=old))
    assert found.backlog == (
        Backlog("permit", "Judge", 40, Distribution("constant", (5.0 * DAY,))),
        Backlog("old", "Judge", 3, Distribution("uniform", (float(WEEK), 2.0 * WEEK))),
        Backlog("old", "Check", 1, Distribution("constant", (1.5 * HOUR,))),
    )
    assert found.classes[1].arrivals.gap is None


# -- journeys, patience, cost, chases (R13, R15) ---------------------------------------------------------------------


def test_a_journey_and_what_customers_do_meanwhile() -> None:
    """R13, R15: spans on the clock or on the class's calendar."""
    fields = "journey: [check, Judge], patience: 20 .. 30 working days, cost of delay: 20 per working day"
    cls = model(permit(fields)).classes[0]
    day = 8 * HOUR
    assert cls.journey == ("Check", "Judge")
    assert cls.patience == Span(Distribution("uniform", (20.0 * day, 30.0 * day)), "office")
    assert cls.delay_cost == DelayCost(20.0, Wait(day, "office"))
    late = model(permit("promise: 1 day, cost of delay: {amount: 5 per week, late only: yes}")).classes[0]
    assert late.delay_cost == DelayCost(5.0, Wait(WEEK), late=True)
    assert model(permit("patience: 30 days")).classes[0].patience == Span(Distribution("constant", (30.0 * DAY,)))


CHASING = (
    "promise: 5 days, priority: rush, chasing: {to: desk, takes: 5 min, share: 50%, every: 2 working days, at most: 3}"
)


def test_chases_become_a_class_a_task_and_a_step() -> None:
    """R15: nothing else is for them, and they are for nobody else."""
    found = model(permit(CHASING))
    assert [cls.name for cls in found.classes] == ["permit", "permit: chasing"]
    assert found.classes[0].chasing == Chasing(
        "permit: chasing", Span(Distribution("constant", (16.0 * HOUR,)), "office"), 0.5, None, 3
    )
    chase = found.classes[1]
    assert chase.arrivals == type(chase.arrivals)()
    assert (chase.promise, chase.priority, chase.journey) == (None, 0, ("Chasing of permit",))
    task, step = found.task("chasing of permit"), found.step("Chasing of permit")
    assert (task.value, task.only, task.time) == ("waste", ("permit: chasing",), Distribution("constant", (300_000.0,)))
    assert (step.team, step.only, step.tasks) == ("Desk", ("permit: chasing",), (StepTask("chasing of permit"),))
    assert found.steps[-1] is step
    others = [*(step.only for step in found.steps[:-1]), *(task.only for task in found.tasks[:-1])]
    assert set(others) == {("permit",)}


def test_chases_leave_the_rest_of_the_model_as_it_was() -> None:
    """R4: the same tasks and steps, but that they say for which classes they are."""
    with_chases, without = model(permit(CHASING)), model(permit("promise: 5 days, priority: rush"))
    assert [step.name for step in with_chases.steps[:-1]] == [step.name for step in without.steps]
    assert with_chases.teams == without.teams
    assert with_chases.classes[0].arrivals == without.classes[0].arrivals


def test_what_is_for_some_classes_only_stays_so_beside_chases() -> None:
    more = "\n  other: {arrivals: 1 per week, calendar: office}"
    text = permit(CHASING, more=more).replace("does: judge", "does: judge, only: other")
    found = model(text.replace("value: adding", "value: adding, only: other"))
    assert (found.step("Judge").only, found.task("judge").only) == (("other",), ("other",))
    assert found.step("Register").only == ("permit", "other")


def test_two_classes_chase_apart() -> None:
    chasing = "chasing: {to: Legal, takes: 1 min, every: 1 day, after: 3 days}"
    found = model(permit(CHASING, more=f"\n  other: {{arrivals: 1 per week, calendar: office, {chasing}}}"))
    assert found.chasers == {"permit: chasing": "permit", "other: chasing": "other"}
    assert found.step("Chasing of other").only == ("other: chasing",)
    after = found.request_class("other").chasing
    assert after is not None
    assert after.after == Wait(3 * DAY)


# -- teams and people (R8, R10) --------------------------------------------------------------------------------------


def test_people_with_a_name() -> None:
    """R8: at home in the first team; speed in thousandths of the usual."""
    text = TEXT.replace("Legal: {people: 1}", "Legal: {people: 0, absence: 5%, presence: 3/4, queue: furthest}")
    found = model(
        text + "people: {Ann: {teams: [legal, Desk], speed: 120%}, Bob: Legal, Cas: {teams: Desk, speed: 0.5}}\n"
    )
    assert found.people == (
        Person("Ann", ("Legal", "Desk"), 1200),
        Person("Bob", ("Legal",)),
        Person("Cas", ("Desk",), 500),
    )
    legal = found.team("Legal")
    assert (legal.people, legal.absence, legal.presence, legal.queue) == (0, 0.05, 0.75, "furthest")
    assert len(found.staff("Legal")) == 2


def test_the_slots_of_a_team_narrow_its_calendar() -> None:
    """R10: a calendar of its own, by which the team works, its target and batches run; handoffs keep the whole one."""
    text = TEXT.replace("Legal: {people: 1}", "Legal: {people: 1, slots: tue thu 09:00-12:00, target: 1 working day}")
    text = text.replace(
        "does: judge}",
        "does: judge, batch: 9 requests or 2 working days}\n  Send: {team: Desk, does: register, "
        "handoff: {transit: 1 working day}}",
    )
    found = model(text)
    legal = found.team("Legal")
    assert legal.calendar == "office in the slots of Legal"
    assert legal.target is not None
    assert legal.target.wait == Wait(3 * HOUR, legal.calendar)
    batch = found.step("Judge").batch
    assert batch is not None
    assert batch.wait == Wait(6 * HOUR, legal.calendar)
    handoff = found.step("Send").handoff
    assert handoff is not None
    assert handoff.transit == Span(Distribution("constant", (8.0 * HOUR,)), "office")
    slots = found.calendar(legal.calendar)
    assert slots.weekly == ((33 * HOUR, 36 * HOUR), (81 * HOUR, 84 * HOUR))
    assert slots.exceptions == (
        DayException("2026-01-13", ((10 * HOUR, 11 * HOUR),), ""),
        DayException("2026-01-15", (), "holiday"),
    )
    assert found.team("Desk").calendar == "office"
    assert found.run.calendar == "office"


def test_slots_of_a_team_that_is_always_there() -> None:
    text = TEXT.replace("Legal: {people: 1}", "Legal: {people: 1, calendar: always, slots: [mon, wo 22:00-02:00]}")
    found = model(text.replace("{people: 2}", "{people: 2, calendar: office}"))
    assert found.calendar("always in the slots of Legal").weekly == (
        (0, DAY),
        (2 * DAY + 22 * HOUR, 3 * DAY),
        (3 * DAY, 3 * DAY + 2 * HOUR),
    )
    assert [calendar.name for calendar in found.calendars] == ["office", "always in the slots of Legal"]


def test_a_narrowed_calendar_is_open_when_both_are() -> None:
    """R2, R10: also where night shifts and dates with hours of their own meet the edges of slots."""
    exceptions = (
        DayException("2026-01-13", (), "closed"),
        DayException("2026-01-16", ((20 * HOUR, 27 * HOUR),)),
        DayException("2026-01-18", ((1 * HOUR, 5 * HOUR),)),
    )
    weekly = units.parse_hours("mon-fri 09:00-12:00 22:00-06:00; sun 20:00-04:00")
    whole = Calendar("c", weekly, exceptions, 11 * HOUR)
    luck = random.Random(5)
    for slots in ("tue thu 09:00-12:00", "00:00-03:00", "mon 23:00-01:00; sat; sun 02:00-03:00", "every day"):
        parts = units.parse_part(slots)
        open_times = OpenTimes(whole, "2026-01-05 00:00")
        found = OpenTimes(narrowed(whole, parts, "n"), "2026-01-05 00:00")
        for _ in range(3000):
            tick = luck.randrange(0, 4 * WEEK)
            inside = any(a <= tick % WEEK < b for a, b in parts)
            assert found.is_open(tick) == (open_times.is_open(tick) and inside), (slots, tick)


# -- limits (R14) ----------------------------------------------------------------------------------------------------


def test_limits_of_steps_teams_and_the_whole() -> None:
    found = model(TEXT + "limits: {check: 3, team Legal: 4, step judge: 5, All: 60, Desk: none}\n")
    assert [step.limit for step in found.steps] == [None, 3, 5]
    assert [team.limit for team in found.teams] == [None, 4]
    assert found.limit == 60


def test_a_name_that_begins_like_a_kind_is_taken_as_it_is() -> None:
    text = TEXT.replace("Check:", "Team Legal:") + "limits: {Team Legal: 7}\n"
    found = model(text)
    assert found.step("Team Legal").limit == 7
    assert found.team("Legal").limit is None


# -- changes ---------------------------------------------------------------------------------------------------------

FULL = (
    permit(
        "promise: 5 days, journey: [Register, Check, Judge], backlog: {at: Check, requests: 4, age: 2 days}, "
        "chasing: {to: Legal, takes: 5 min, every: 2 days}"
    )
    .replace("Desk: {people: 2}", "Desk: {people: 2, absence: 5%, slots: mon-thu}")
    .replace("Legal: {people: 1}", "Legal: {people: 0, absence: 0.05, slots: mon di wo do}")
    + "people: {Ann: {teams: [Legal, Desk]}, Bob: Desk}\n"
    + "limits: {Desk: 20, team Legal: 10, Check: 5, Judge: 6, all: 90}\n"
)


def test_values_are_set_added_and_removed() -> None:
    future = model(
        change(
            FULL,
            "set: {people.Ann.speed: 120%, limits.Register: 9, limits.all: none, requests.permit.patience: 30 days}",
            "set: {requests.permit.backlog.requests: 7, teams.Desk.absence: 10%, requests.permit.chasing.share: 10%}",
            "add: {people: {Zoe: {teams: Desk, speed: 80%}}}",
            "remove: [limits.Judge, requests.permit.journey, people.Bob]",
        ),
        "future",
    )
    cls = future.classes[0]
    assert future.people == (Person("Ann", ("Legal", "Desk"), 1200), Person("Zoe", ("Desk",), 800))
    assert [step.limit for step in future.steps] == [9, 5, None, None]
    assert (future.limit, future.backlog[0].number, future.team("Desk").absence) == (None, 7, 0.1)
    assert cls.patience == Span(Distribution("constant", (30.0 * DAY,)))
    assert cls.journey is None
    assert cls.chasing is not None
    assert cls.chasing.share == 0.1


def test_merged_teams_take_people_slots_limits_and_chases_along() -> None:
    """R8, R10, R14, R15: all that names a team follows; values that agree stay."""
    future, notes, plain = made(change(FULL, "merge: {teams: [Legal, Desk], into: Case}"), "future")
    assert plain["teams"] == {"Case": {"people": "2", "absence": "0.05", "slots": "mon di wo do"}}
    assert plain["people"] == {"Ann": {"teams": ["Case"]}, "Bob": "Case"}
    assert plain["limits"] == {"team Case": "30", "Check": "5", "Judge": "6", "all": "90"}
    assert future.team("Case").limit == 30
    assert future.step("Chasing of permit").team == "Case"
    assert [note.code for note in notes] == []


def test_merged_teams_that_differ_in_slots_need_it_said() -> None:
    """FS154: slots that cannot hold for all of them."""
    text = TEXT.replace("Desk: {people: 2}", "Desk: {people: 2, slots: mon}")
    text = text.replace("Legal: {people: 1}", "Legal: {people: 1, slots: tue}")
    with pytest.raises(Exception, match="differ in slots"):
        model(change(text, "merge: {teams: [Desk, Legal], into: Case}"), "future")
    said = model(change(text, "merge: {teams: [Desk, Legal], into: Case, slots: mon}"), "future")
    assert said.team("Case").people == 3


@pytest.mark.parametrize(
    ("one", "other", "absence", "presence", "told"),
    [
        ("absence: 5%", "", 0.05, 1.0, ["'Case' has the absence of Desk, '5%'; that of Legal is '0%'"]),
        ("", "absence: 5%", 0.0, 1.0, ["'Case' has the absence of Desk, '0%'; that of Legal is '5%'"]),
        (
            "presence: 50%",
            "presence: 60%",
            0.0,
            0.5,
            ["'Case' has the presence of Desk, '50%'; that of Legal is '60%'"],
        ),
        ("presence: 50%, absence: 0%", "presence: 50.0 %", 0.0, 0.5, []),
    ],
)
def test_a_merged_team_has_the_absence_and_presence_of_the_first(
    one: str, other: str, absence: float, presence: float, told: list[str]
) -> None:
    """FS166, R10: as calendar and queue; what is said in the merge holds without a word."""
    text = TEXT.replace("Desk: {people: 2}", f"Desk: {{people: 2, {one}}}".replace(", }", "}"))
    text = text.replace("Legal: {people: 1}", f"Legal: {{people: 1, {other}}}".replace(", }", "}"))
    future, notes, _ = made(change(text, "merge: {teams: [Desk, Legal], into: Case}"), "future")
    case = future.team("Case")
    assert (case.absence, case.presence) == (absence, presence)
    assert [note.message for note in notes if note.code == "FS166"] == told
    _, notes, _ = made(change(text, "merge: {teams: [Desk, Legal], into: Case, absence: 1%, presence: 9%}"), "future")
    assert [note.code for note in notes if note.code == "FS166"] == []


def test_the_cost_of_merged_teams_counts_people_with_a_name() -> None:
    """The mean over those at home in each."""
    text = TEXT.replace("Desk: {people: 2}", "Desk: {people: 1, cost: 30}").replace(
        "{people: 1}", "{people: 0, cost: 60}"
    )
    text += "people: {Ann: Legal, Bob: {teams: [Legal, Desk]}}\n"
    assert model(change(text, "merge: {teams: [Desk, Legal], into: Case}"), "future").team("Case").cost == 50


@pytest.mark.parametrize(
    ("step", "after"),
    [
        ("team: Desk, with: Legal", {"team": "Case", "people": "2"}),
        ("team: Desk, people: 2, with: {Legal: 2, Post: 1}", {"team": "Case", "people": "4", "with": {"Post": "1"}}),
        ("team: Post, with: [Legal, Desk]", {"team": "Post", "with": {"Case": "2"}}),
        ("team: Post, with: [Legal]", {"team": "Post", "with": {"Case": "1"}}),
        ("team: [Legal, Post, Desk]", {"team": ["Case", "Post"]}),
    ],
)
def test_a_meeting_of_merged_teams_needs_as_many_of_the_new_one(step: str, after: dict[str, object]) -> None:
    """R8: two people of one team instead of one of each."""
    text = TEXT.replace("{team: Legal, does: judge}", f"{{{step}, does: judge}}")
    text = text.replace("Legal: {people: 1}", "Legal: {people: 2}\n  Post: {people: 2}")
    _, _, plain = made(change(text, "merge: {teams: [Desk, Legal], into: Case}"), "future")
    assert plain["steps"]["Judge"] == {**after, "does": "judge"}


def test_merged_steps_take_journeys_backlogs_and_limits_along() -> None:
    """R5, R13, R14: names follow; limits add up."""
    future, notes, plain = made(change(FULL, "merge: {steps: [Check, Judge], into: Handle}"), "future")
    assert plain["requests"]["permit"]["journey"] == ["Register", "Handle"]
    assert plain["requests"]["permit"]["backlog"]["at"] == "Handle"
    assert plain["limits"] == {"Desk": "20", "team Legal": "10", "Handle": "11", "all": "90"}
    assert future.step("Handle").limit == 11
    assert notes == []


def test_a_limit_that_only_one_of_them_had_is_told() -> None:
    """FS168: it holds for what they became."""
    future, notes, _ = made(change(FULL, "merge: {steps: [Register, Check], into: Take in}"), "future")
    assert future.step("Take in").limit == 5
    assert [(note.code, note.severity) for note in notes] == [("FS168", "warning")]
    assert "'Register' had none" in notes[0].message


def test_a_limit_says_what_it_is_for_when_the_new_name_is_of_both_kinds() -> None:
    text = TEXT + "limits: {Check: 5, Judge: 6}\n"
    _, _, plain = made(change(text, "merge: {steps: [Check, Judge], into: Legal}"), "future")
    assert plain["limits"] == {"step Legal": "11"}


def test_steps_of_other_journeys_are_merged_only_when_that_is_no_work_for_others() -> None:
    """FS154, R4: the work that a request needs stays the same."""
    more = "\n  question: {arrivals: 1 per week, calendar: office, journey: [Register, Check]}"
    text = permit("promise: 5 days", more=more)
    merge = "merge: {steps: [Check, Judge], into: Handle}"
    with pytest.raises(Exception, match="on the journey of 'question' and 'Judge' is not"):
        model(change(text, merge), "future")
    only = text.replace("value: adding", "value: adding, only: permit")
    assert model(change(only, merge), "future").request_class("question").journey == ("Register", "Handle")


def test_branches_follow_what_is_merged() -> None:
    """R13: within one branch, and at the join."""
    text = TEXT.replace(
        "Register: {team: Desk, does: register}",
        "Register: {team: Desk, does: register, next: {parallel: [[Check, Look], Judge], join: Send}}",
    ).replace(
        "  Judge: {team: Legal, does: judge}\n",
        "  Look: {team: Desk, does: judge}\n  Judge: {team: Legal, does: judge}\n"
        "  Send: {team: Desk, does: register}\n  File: {team: Desk, does: register}\n",
    )
    merges = "merge: [{steps: [Check, Look], into: See}, {steps: [Send, File], into: Close}]"
    _, _, plain = made(change(text, merges), "future")
    assert plain["steps"]["Register"]["next"] == {"parallel": [["See"], "Judge"], "join": "Close"}
    assert "next" not in plain["steps"]["See"]
    with pytest.raises(Exception, match="steps of two of them become one"):
        model(change(text, "merge: {steps: [Check, Judge], into: Handle}"), "future")


@pytest.mark.parametrize(
    ("following", "told"),
    [
        ("{parallel: [Check, Judge], join: Send}", ["Send"]),  # only the join comes from another team
        ("{parallel: [Judge, Check], join: end}", []),
    ],
)
def test_handoffs_that_end_are_found_through_branches(following: str, told: list[str]) -> None:
    """FS167, R7, R13: from the last step of a branch to the join."""
    text = TEXT.replace(
        "Register: {team: Desk, does: register}", f"Register: {{team: Post, does: register, next: {following}}}"
    )
    text = text.replace("Legal: {people: 1}", "Legal: {people: 1}\n  Post: {people: 1}")
    text = text.replace("run:", "  Send: {team: Desk, does: register, handoff: {transit: 1 h}}\nrun:")
    _, notes, _ = made(change(text, "merge: {teams: [Desk, Legal], into: Case}"), "future")
    assert [note.code for note in notes] == ["FS167"] * bool(told)
    assert all(name in notes[0].message for name in told)


def test_handoffs_that_end_are_found_along_journeys() -> None:
    """FS167, R13: the order of the file is not that of the class."""
    text = permit("journey: [Judge, Check]").replace(
        "Check: {team: Desk,", "Check: {team: Desk, handoff: {transit: 1 h},"
    )
    _, notes, _ = made(change(text, "merge: {teams: [Desk, Legal], into: Case}"), "future")
    assert [(note.code, "'Check'" in note.message) for note in notes] == [("FS167", True)]
    text = permit("journey: [Register, Check]").replace("does: judge", "does: judge, handoff: {transit: 1 h}")
    assert made(change(text, "merge: {teams: [Desk, Legal], into: Case}"), "future")[1] == []


# -- words -----------------------------------------------------------------------------------------------------------


def test_dutch_words_stand_for_the_same() -> None:
    english = permit(
        "patience: 20 working days, cost of delay: 20 per working day, backlog: {at: Judge, requests: 4, age: 2 weeks}",
        "{rate: 8 per working day, profile: {mon tue 09:00-11:00: 150%}, group: 1 to 3}",
    ).replace("Legal: {people: 1}", "Legal: {people: 1, queue: furthest, slots: every day 9-12}")
    dutch = permit(
        "patience: 20 werkdagen, cost of delay: 20 per werkdag, backlog: {at: Judge, requests: 4, age: 2 weken}",
        "{rate: 8 per werkdag, profile: {ma di 9u-11u: 150 procent}, group: 1 tot 3}",
    ).replace("Legal: {people: 1}", "Legal: {people: 1, queue: verst, slots: elke dag 9-12}")
    assert model(dutch) == model(english)


@pytest.mark.parametrize(
    ("path", "said"),
    [
        ("people", "Each has a name of its own"),
        ("people.Ann.speed", "120% does in 50 minutes"),
        ("limits", "`step NAME` or `team NAME`"),
        ("limits.Legal", "`step NAME` or `team NAME`"),
        ("requests.permit.chasing", "Each"),
        ("patience", "20 .. 40 days"),
        ("requests.permit.arrivals.profile", "Factors multiply"),
        ("requests.permit.backlog.1.age", "elapsed"),
    ],
)
def test_explain_tells_about_the_fields(path: str, said: str) -> None:
    assert said.casefold() in explain(path).casefold()
