"""The traffic equations against closed forms, and against requests walked one by one by the rules R7, R12 and R13."""

from __future__ import annotations

import random
from collections import Counter

import numpy as np
import pytest
from small_models import klass, model, need, returns, route, step, task

from flowsim.errors import ScenarioError
from flowsim.model import Model, Step, StepTask
from flowsim.model.needs import MOST_PATTERNS, patterns
from flowsim.model.process import END
from flowsim.model.traffic import Traffic, endless, traffic


def test_one_desk_with_rework_is_visited_one_over_one_minus_p_times() -> None:
    """methods.md case 22: p = 0.25 gives 1.333333 visits."""
    found = traffic(model([step("A", returns=(returns("A", ("A", 0.25)),))]), "c")
    assert found.visits == pytest.approx([4 / 3])
    assert found.reached == pytest.approx([1.0])
    assert found.again[0] == pytest.approx([1 / 3])
    assert found.moves == pytest.approx(np.array([[1 / 3], [1.0]]))
    assert found.exact


def test_returns_to_an_earlier_step_by_the_linear_equations() -> None:
    """R12: v1 = 1 + .1 v2 + .2 v3, v2 = v1, v3 = .9 v2 (by hand: v1 = 1 / .72)."""
    steps = [
        step("A"),
        step("B", returns=(returns("B", ("A", 0.1)),)),
        step("C", returns=(returns("C", ("A", 0.2)),)),
    ]
    found = traffic(model(steps), "c")
    assert found.visits == pytest.approx([1 / 0.72, 1 / 0.72, 0.9 / 0.72])


def test_chances_by_visit_fall_and_the_last_repeats() -> None:
    """R12: 50 %, then 20 % for ever: 1 + .5 (1 / .8) visits."""
    found = traffic(model([step("A", returns=(returns("A", ("A", (0.5, 0.2))),))]), "c")
    assert found.visits == pytest.approx([1 + 0.5 / 0.8])
    assert found.reached == pytest.approx([1.0])


def test_at_most_lets_pass_after_that_many_returns() -> None:
    """R12: certain return, at most twice: three visits exactly."""
    found = traffic(model([step("A", returns=(returns("A", ("A", 1.0), at_most=2),))]), "c")
    assert found.visits == pytest.approx([3.0])
    assert traffic(model([step("A", returns=(returns("A", ("A", 0.5), at_most=0),))]), "c").visits == 1.0


def test_targets_of_one_rule_share_one_draw_and_rules_draw_apart() -> None:
    """R12: one rule 30 % + 20 % sends back half; two rules send back 30 %, and 20 % of the rest."""
    two = [step("A"), step("B"), step("C", returns=(returns("C", ("A", 0.3), ("B", 0.2)),))]
    assert traffic(model(two), "c").moves[2] == pytest.approx([0.6, 0.4, 0.0])
    apart = [step("A"), step("B"), step("C", returns=(returns("C", ("A", 0.3)), returns("x", ("B", 0.2))))]
    visits = 1 / (1 - 0.3 - 0.7 * 0.2)
    assert traffic(model(apart), "c").moves[2] == pytest.approx([0.3 * visits, 0.14 * visits, 0.0])


def test_routes_by_share_and_by_class_and_to_the_end() -> None:
    """R13: the first route for the class counts; without one, file order."""
    first = step("A", routes=(route(("C", 0.4), (END, 0.6), only=("fast",)), route(("B", 1.0), only=("slow",))))
    built = model([first, step("B"), step("C")], classes=[klass("fast"), klass("slow"), klass("other")])
    assert traffic(built, "fast").visits == pytest.approx([1.0, 0.0, 0.4])
    assert traffic(built, "slow").visits == pytest.approx([1.0, 1.0, 1.0])
    assert traffic(built, "other").visits == pytest.approx([1.0, 1.0, 1.0])


def test_skipped_steps_are_gone_past_in_file_order_whatever_their_routes() -> None:
    """R13: B is for others; its own route to the end is not taken, and the move is from A to C."""
    built = model(
        [step("A"), step("B", only=("y",), routes=(route((END, 1.0)),)), step("C")],
        classes=[klass("x"), klass("y")],
    )
    assert traffic(built, "x").moves[0] == pytest.approx([0.0, 0.0, 1.0])
    assert traffic(built, "y").visits == pytest.approx([1.0, 1.0, 0.0])


def test_tasks_for_other_classes_make_a_step_skipped() -> None:
    built = model(
        [step("A"), step("B")],
        tasks=[task("B", only=("y",))],
        classes=[klass("x"), klass("y")],
    )
    assert traffic(built, "x").visits == pytest.approx([1.0, 0.0])
    assert traffic(built, "y").visits == pytest.approx([1.0, 1.0])


def test_what_a_request_needs_it_needs_on_every_pass() -> None:
    """R13: B is needed by half, and half of B's visits go back to A: by hand 1.5 and 1.0 visits.

    A chance drawn anew at each visit would give A 1 / (1 - .25) = 1.333 visits.
    """
    steps = [
        step("A"),
        step("B", tasks=[StepTask("B", (need(0.5, "share of B"),))], returns=(returns("B", ("A", 0.5)),)),
    ]
    found = traffic(model(steps), "c")
    assert found.visits == pytest.approx([1.5, 1.0])
    assert found.reached == pytest.approx([1.0, 0.5])
    assert found.again[1] == pytest.approx([0.5])


def test_one_need_asked_at_two_steps_is_one_draw() -> None:
    """R4: shares 60 % and 30 % under one purpose: the 30 % are among the 60 %."""
    steps = [
        step("A", tasks=[StepTask("a", (need(0.6, "n"),))]),
        step("B", tasks=[StepTask("b", (need(0.3, "n"),))]),
    ]
    mixture, exact = patterns(model(steps), "c")
    assert exact
    assert {p.skips: pytest.approx(p.share) for p in mixture} == {(0, 0): 0.3, (0, 1): 0.3, (1, 1): 0.4}


@pytest.mark.parametrize("order", [(0.3, 0.6), (0.6, 0.3)])
def test_two_shares_under_one_purpose_are_met_by_the_smaller(order: tuple[float, float]) -> None:
    """R4: both ask the same uniform, so 30 % meet both, not 18 %."""
    entry = StepTask("B", tuple(need(share, "n") for share in order))
    assert traffic(model([step("A"), step("B", tasks=[entry])]), "c").visits == pytest.approx([1.0, 0.3])


def test_work_that_hangs_on_the_need_that_decides_the_route_is_counted_with_it() -> None:
    """C does its second task only for those who also need B, and only they come back: 2 visits each."""
    steps = [
        step("A"),
        step("B", tasks=[StepTask("b", (need(0.5, "n"),))], returns=(returns("B", ("A", 0.5)),)),
        step("C", tasks=["c", StepTask("extra", (need(0.5, "n"),))], returns=()),
    ]
    found = traffic(model(steps), "c")
    assert found.done[1] == pytest.approx([1.0])
    assert found.done[2] == pytest.approx([1.0, 0.5])
    early = [
        step("A", tasks=["a", StepTask("extra", (need(0.5, "n"),))]),
        step("B", tasks=[StepTask("b", (need(0.5, "n"),))], returns=(returns("B", ("A", 0.5)),)),
    ]
    assert traffic(model(early), "c").done[0] == pytest.approx([1.5, 1.0])  # not 1.5 · 0.5


def test_many_needs_fall_back_to_independent_chances_and_say_so() -> None:
    """Beyond 4096 patterns; without returns the visits are still exact."""
    steps = [step(f"S{i}", tasks=[StepTask(f"t{i}", (need(0.5, f"n{i}"),))]) for i in range(13)]
    assert 2 ** len(steps) > MOST_PATTERNS
    found = traffic(model(steps), "c")
    assert not found.exact
    assert found.visits == pytest.approx([0.5] * 13)
    assert found.moves[:, 12].sum() == pytest.approx(0.5)
    assert found.done[3] == pytest.approx([0.5])
    assert traffic(model(steps[:12]), "c").exact


def test_needs_asked_at_one_step_only_count_as_one() -> None:
    """Thirteen optional tasks at one step are one question: does the request come here at all?"""
    entries = [StepTask(f"t{i}", (need(0.5, f"n{i}"),)) for i in range(12)]
    found = traffic(model([step("A"), step("B", tasks=entries)]), "c")
    assert found.exact
    assert found.visits[1] == pytest.approx(1 - 0.5**12)
    assert found.done[1] == pytest.approx([0.5] * 12)


# -- against requests walked one by one ----------------------------------------------------------------------------


def _needed(built: Model, at: Step, cls: str, lots: dict[str, float]) -> list[bool]:
    found = []
    for entry in at.tasks:
        wanted = built.task(entry.task)
        needs = [n for n in (wanted.need, *entry.needs) if n is not None]
        found.append((wanted.only is None or cls in wanted.only) and all(lots[n.purpose] < n.share for n in needs))
    return found


def _walk(built: Model, cls: str, rng: random.Random, counts: Counter[tuple[object, ...]]) -> None:
    """One request's journey, as the rules say it, with luck from `rng`."""
    purposes = {n.purpose for s in built.steps for e in s.tasks for n in (built.task(e.task).need, *e.needs) if n}
    lots = {p: rng.random() for p in sorted(purposes)}
    passes: Counter[int] = Counter()
    sent_back: Counter[tuple[int, int]] = Counter()
    names = [s.name for s in built.steps]
    here, origin = 0, len(names)
    while True:
        while here < len(names):
            at = built.steps[here]
            needed = _needed(built, at, cls, lots)
            if (at.only is None or cls in at.only) and (any(needed) or not at.tasks):
                break
            here += 1
        else:
            return
        passes[here] += 1
        counts["visit", here] += 1
        counts["reached", here] += passes[here] == 1
        counts["move", origin, here] += 1
        for i, is_needed in enumerate(needed):
            counts["done", here, i] += is_needed
            counts["again", here, i] += is_needed and passes[here] > 1
        origin, here = here, _next(built, here, cls, rng, passes[here], sent_back)


def _next(
    built: Model, here: int, cls: str, rng: random.Random, visit: int, sent_back: Counter[tuple[int, int]]
) -> int:
    names = [s.name for s in built.steps]
    at = built.steps[here]
    for k, rule in enumerate(at.returns):
        if rule.at_most is not None and sent_back[here, k] >= rule.at_most:
            continue
        u = rng.random()
        for to, chances in rule.targets:
            u -= chances[min(visit, len(chances)) - 1]
            if u < 0:
                sent_back[here, k] += 1
                return names.index(to)
    for way in at.routes:
        if way.only is None or cls in way.only:
            to = rng.choices([t for t, _, _ in way.targets], [share for _, share, _ in way.targets])[0]
            return len(names) if to == END else names.index(to)
    return here + 1


def _crooked() -> Model:
    """Everything at once: shared needs, chances by visit, at most, two rules, routes by class, a step for one class."""
    steps = [
        step("A", tasks=["a", StepTask("extra", (need(0.4, "n"),))]),
        step(
            "B",
            tasks=[StepTask("b", (need(0.7, "n"),)), StepTask("b2", (need(0.3, "m"),))],
            returns=(returns("B", ("A", (0.5, 0.3, 0.1))),),
        ),
        step("C", only=("x",), routes=(route(("B", 0.2), ("E", 0.8), only=("x",)),)),
        step(
            "D",
            tasks=[StepTask("d", (need(0.5, "m"),))],
            returns=(returns("D", ("A", 0.2), ("B", (0.3, 0.0)), at_most=2), returns("old D", ("C", 0.25))),
        ),
        step("E", returns=(returns("E", ("D", 0.4), at_most=1),), routes=(route((END, 0.9), ("A", 0.1)),)),
    ]
    return model(steps, classes=[klass("x"), klass("y")])


@pytest.mark.parametrize("cls", ["x", "y"])
def test_expected_visits_agree_with_requests_walked_one_by_one(cls: str) -> None:
    """R12, R13, with 40 000 requests: every count within 4.5 standard errors (61 counts: false alarm 4 in 10 000)."""
    built, n = _crooked(), 40_000
    rng = random.Random(20260105)
    sums: Counter[tuple[object, ...]] = Counter()
    squares: Counter[tuple[object, ...]] = Counter()
    for _ in range(n):
        one: Counter[tuple[object, ...]] = Counter()
        _walk(built, cls, rng, one)
        for key, x in one.items():
            sums[key] += x
            squares[key] += x * x
    expected = _counted(traffic(built, cls))
    assert {k for k, x in sums.items() if x} <= {k for k, x in expected.items() if x > 0}
    for key, mean in expected.items():
        error = np.sqrt(max(squares[key] / n - (sums[key] / n) ** 2, 0.0) / n)
        assert abs(sums[key] / n - mean) <= 4.5 * error + 1e-9, key
        assert error <= 0.02, key  # or the test could not see much


def _counted(found: Traffic) -> dict[tuple[object, ...], float]:
    assert found.exact
    rows: dict[tuple[object, ...], float] = {}
    for s, (done, again) in enumerate(zip(found.done, found.again, strict=True)):
        rows["visit", s] = found.visits[s]
        rows["reached", s] = found.reached[s]
        rows.update({("move", o, s): found.moves[o, s] for o in range(len(found.moves))})
        rows.update({("done", s, i): x for i, x in enumerate(done)})
        rows.update({("again", s, i): x for i, x in enumerate(again)})
    return rows


def test_moves_into_a_step_add_up_to_its_visits() -> None:
    found = traffic(_crooked(), "x")
    assert found.moves.sum(axis=0) == pytest.approx(found.visits)


# -- averages instead of levels --------------------------------------------------------------------------------------


@pytest.fixture
def no_levels(monkeypatch: pytest.MonkeyPatch) -> None:
    """As if there were too many levels to follow."""
    monkeypatch.setattr("flowsim.model.traffic.MOST_SOLUTIONS", 0)
    traffic.cache_clear()


def _one_remembers() -> Model:
    steps = [
        step("A"),
        step(
            "B",
            returns=(returns("B", ("A", (0.5, 0.3, 0.1)), at_most=3),),
            routes=(route(("C", 0.7), ("A", 0.3)),),
        ),
        step("C", returns=(returns("C", ("B", 0.2)),)),
    ]
    return model(steps)


def test_averages_are_exact_for_one_remembering_step(monkeypatch: pytest.MonkeyPatch) -> None:
    followed = traffic(_one_remembers(), "c")
    monkeypatch.setattr("flowsim.model.traffic.MOST_SOLUTIONS", 0)
    traffic.cache_clear()
    averaged = traffic(_one_remembers(), "c")
    assert followed.exact
    assert averaged.exact
    assert averaged.visits == pytest.approx(followed.visits, rel=1e-10)
    assert averaged.moves == pytest.approx(followed.moves, rel=1e-10)
    assert averaged.visits[0] > 1.5  # it does go round


def test_averages_come_near_for_several_and_say_so(monkeypatch: pytest.MonkeyPatch) -> None:
    """Three remembering steps: visits within 2 %, with `exact` False."""
    followed = traffic(_crooked(), "y")
    monkeypatch.setattr("flowsim.model.traffic.MOST_SOLUTIONS", 0)
    traffic.cache_clear()
    averaged = traffic(_crooked(), "y")
    assert not averaged.exact
    assert averaged.visits == pytest.approx(followed.visits, rel=0.02)


@pytest.mark.usefixtures("no_levels")
def test_averages_find_circles_without_exit_too() -> None:
    two = (returns("B", ("A", (0.1, 1.0))),)
    assert [p.code for p in endless(model([step("A"), step("B", returns=two)]))] == ["FS501"]
    never = (returns("B", ("A", (0.0, 1.0))),)  # nobody comes twice
    assert endless(model([step("A"), step("B", returns=never)])) == []
    often = (returns("A", ("A", 1.0), at_most=5),)
    assert traffic(model([step("A", returns=often)]), "c").visits == pytest.approx([6.0])


def test_a_large_at_most_takes_no_time_to_work_out() -> None:
    found = traffic(model([step("A", returns=(returns("A", ("A", 0.9), at_most=10**9),))]), "c")
    assert found.visits == pytest.approx([10.0])
    certain = model([step("A", returns=(returns("A", ("A", 1.0), at_most=10**9),))])
    assert [p.code for p in endless(certain)] == ["FS501"]


def test_many_remembering_steps_are_worked_out_in_good_time() -> None:
    """Twenty steps with `at most` 3 have 4²⁰ levels; at 10 % the limit hardly matters: near 1 / (1 - p) structure."""
    steps = [step(f"S{i}", returns=(returns(f"S{i}", (f"S{i}", 0.1), at_most=3),)) for i in range(20)]
    found = traffic(model(steps), "c")
    assert found.visits == pytest.approx([1 + 0.1 + 0.01 + 0.001] * 20)
    assert not found.exact


# -- circles without exit --------------------------------------------------------------------------------------------


def test_a_certain_return_is_a_circle_without_exit() -> None:
    """FS501: reliability.md, rework with probability 1; the circle is named."""
    built = model([step("A"), step("B", returns=(returns("B", ("A", 1.0)),)), step("C")])
    with pytest.raises(ScenarioError) as caught:
        traffic(built, "c")
    assert caught.value.code == "FS501"
    assert "A → B → A" in str(caught.value)


@pytest.mark.parametrize("chances", [(0.5, 1.0), (0.1, 0.3, 1.0)])
def test_a_return_that_becomes_certain_is_a_circle_without_exit(chances: tuple[float, ...]) -> None:
    built = model([step("A"), step("B", returns=(returns("B", ("A", chances)),))])
    assert [p.code for p in endless(built)] == ["FS501"]


def test_two_returns_that_leave_no_way_out_are_a_circle() -> None:
    built = model([step("A"), step("B", returns=(returns("B", ("A", 0.4), ("B", 0.6)),))])
    assert [p.code for p in endless(built)] == ["FS501"]


def test_a_chance_within_1e_12_of_certain_is_a_circle() -> None:
    """reliability.md: spectral radius ≥ 1 - 1e-12."""
    almost = model([step("A", returns=(returns("A", ("A", 1 - 1e-13)),))])
    assert [p.code for p in endless(almost)] == ["FS501"]
    rare = model([step("A", returns=(returns("A", ("A", 1 - 1e-9)),))])
    assert endless(rare) == []


def test_a_route_in_a_circle_never_reaches_the_end() -> None:
    """FS503, for the class concerned only."""
    steps = [step("A"), step("B", routes=(route(("A", 1.0), only=("x",)),)), step("C")]
    built = model(steps, classes=[klass("x"), klass("y")])
    found = endless(built)
    assert [p.code for p in found] == ["FS503"]
    assert "A → B → A" in found[0].message
    assert "x" in found[0].message
    assert traffic(built, "y").visits == pytest.approx([1.0, 1.0, 1.0])


def test_only_some_requests_going_round_is_found_too() -> None:
    """Only those who need B go round; and only on a way that is really taken."""
    steps = [
        step("A"),
        step("B", tasks=[StepTask("b", (need(0.01, "n"),))], returns=(returns("B", ("A", 1.0)),)),
    ]
    assert [p.code for p in endless(model(steps))] == ["FS501"]
    beside = [
        step("A", routes=(route(("C", 1.0)),)),
        step("B", returns=(returns("B", ("B", 1.0)),)),
        step("C"),
    ]
    assert endless(model(beside)) == []
