"""The traffic equations with branches, journeys and backlog (R5, R13): by hand, and walked one by one by the rules."""

from __future__ import annotations

import random
from collections import Counter

import numpy as np
import pytest
from small_models import klass, model, need, returns, route, split, step, task, waiting

from flowsim.model import Backlog, Distribution, Model, Paths, Span, StepTask, paths
from flowsim.model.calendar import MINUTE
from flowsim.model.load import loads
from flowsim.model.needs import patterns
from flowsim.model.process import END, Handoff
from flowsim.model.traffic import Traffic, endless, traffic


def _two_branches(**more: object) -> Model:
    """S splits into A, B (10 and 20 minutes) and C (25 minutes); then J."""
    steps = [step("S", split=split(["A", "B"], ["C"], join="J"), **more), *map(step, "ABCJ")]
    return model(steps, tasks=[task("A", 10), task("B", 20), task("C", 25)])


def test_every_branch_is_visited_and_into_the_join_comes_the_longest() -> None:
    """R13: A and B take 30 minutes, C 25: from B to J; into both branches from S."""
    found = traffic(_two_branches(), "c")
    assert found.visits == pytest.approx([1, 1, 1, 1, 1])
    assert found.reached == pytest.approx([1, 1, 1, 1, 1])
    moves = {(o, s) for o, s in zip(*np.nonzero(found.moves), strict=True)}
    assert moves == {(5, 0), (0, 1), (1, 2), (0, 3), (2, 4)}
    assert found.longest.visits == pytest.approx([1, 1, 1, 0, 1])
    assert found.longest.moves[0] == pytest.approx([0, 1, 0, 0, 0])
    assert found.exact


def test_the_least_lead_time_takes_the_longest_branch_for_each_who_needs_what() -> None:
    """R13: half of the requests need A (60 minutes), the others need C (80): on average 70, not 80 and not 140."""
    steps = [
        step("S", split=split(["A"], ["C"], join="J")),
        step("A", tasks=[StepTask("A", (need(0.5, "n"),))]),
        step("C", tasks=[StepTask("C", (need(0.5, "m"),))]),
        step("J"),
    ]
    found = loads(model(steps, tasks=[task("A", 60), task("C", 80)])).classes[0]
    by_hand = 0.25 * 0 + 0.25 * 60 + 0.5 * 80  # neither; A alone; C, with or without A
    assert found.least == pytest.approx((10 + by_hand + 10) * MINUTE)
    assert found.effort.total == pytest.approx((10 + 30 + 40 + 10) * MINUTE)


def test_ties_go_to_the_first_branch_and_none_of_them_means_from_the_split() -> None:
    """R13: equally long, so from A; of those who need no branch the move is from S to J."""
    entry = [StepTask("A", (need(0.25, "n"),))]
    steps = [
        step("S", split=split(["A"], ["C"], join="J")),
        step("A", tasks=entry),
        step("C", tasks=[StepTask("C", (need(0.25, "n"),))]),
        step("J"),
    ]
    found = traffic(model(steps), "c")
    assert found.moves[:, 3] == pytest.approx([0.75, 0.25, 0.0, 0.0, 0.0])


def test_transit_and_reading_in_make_a_branch_longer() -> None:
    far = Handoff(transit=Span(Distribution("constant", (60.0 * MINUTE,))))
    steps = [step("S", split=split(["A"], ["C"], join="J")), step("A"), step("C", team="U", handoff=far), step("J")]
    found = traffic(model(steps, tasks=[task("A", 50), task("C", 1)]), "c")
    assert found.moves[2, 3] == 1.0
    assert loads(model(steps, tasks=[task("A", 50), task("C", 1)])).handoffs == pytest.approx(2.0)


def test_all_branches_are_done_again_after_a_return_to_before_the_split() -> None:
    """R13: half are sent back from J to S: two visits everywhere, reached once, the second pass is rework."""
    steps = [step("S", split=split(["A"], ["C"], join="J")), step("A"), step("C"), step("J")]
    steps[3] = step("J", returns=(returns("J", ("S", 0.5)),))
    found = traffic(model(steps), "c")
    assert found.visits == pytest.approx([2, 2, 2, 2])
    assert found.reached == pytest.approx([1, 1, 1, 1])
    assert [x.tolist() for x in found.again] == [[pytest.approx(1.0)]] * 4


def test_a_return_into_a_branch_does_that_branch_alone() -> None:
    """R13: sent back into A2 by a third: A2 again, then J, never A or C; the lead time counts it whole."""
    steps = [
        step("S", split=split(["A", "A2"], ["C"], join="J")),
        step("A"),
        step("A2"),
        step("C"),
        step("J", returns=(returns("J", ("A2", 1 / 3)),)),
    ]
    built = model(steps, tasks=[task("C", 100)])
    found = traffic(built, "c")
    assert found.visits == pytest.approx([1, 1, 1.5, 1, 1.5])
    assert found.moves[4] == pytest.approx([0, 0, 0.5, 0, 0])
    assert found.moves[2, 4] == pytest.approx(0.5)  # of the trunk's; in the split C is longer
    assert found.moves[3, 4] == pytest.approx(1.0)
    assert loads(built).classes[0].least == pytest.approx((10 + 100 + 15 + 5) * MINUTE)


def test_steps_of_a_skipped_split_are_passed_by() -> None:
    """R13: who does not need S goes on along the path, past the branches."""
    first = step("S", tasks=[StepTask("S", (need(0.5, "n"),))], split=split(["A"], ["C"], join="J"))
    found = traffic(model([first, step("A"), step("C"), step("J")]), "c")
    assert found.visits == pytest.approx([0.5, 0.5, 0.5, 1.0])


def test_a_journey_is_a_class_s_own_order_and_other_steps_are_not_on_its_way() -> None:
    """R13: x goes B, A; y goes A, C; a step of nobody is visited by nobody."""
    steps = [*map(step, "ABC"), step("D", tasks=[StepTask("D", (need(0.5, "n"),))])]
    built = model(steps, classes=[klass("x", journey=("B", "A")), klass("y", journey=("A", "C"))])
    x, y = traffic(built, "x"), traffic(built, "y")
    assert x.visits == pytest.approx([1, 1, 0, 0])
    assert x.moves[1] == pytest.approx([1, 0, 0, 0])
    assert y.visits == pytest.approx([1, 0, 1, 0])
    assert y.moves[0] == pytest.approx([0, 0, 1, 0])


def test_a_route_may_lead_off_the_journey_and_there_the_journey_ends() -> None:
    """A step that is on no path of the class is done when a route leads there; nothing follows it."""
    steps = [step("A", routes=(route(("X", 0.25), ("B", 0.75)),)), step("B"), step("X")]
    found = traffic(model(steps, classes=[klass(journey=("A", "B"))]), "c")
    assert found.visits == pytest.approx([1, 0.75, 0.25])


def test_needs_of_steps_off_the_way_do_not_count_as_combinations() -> None:
    steps = [step(f"S{i}", tasks=[StepTask(f"t{i}", (need(0.5, f"n{i}"),))]) for i in range(13)]
    found = traffic(model(steps, classes=[klass(journey=("S0", "S1"))]), "c")
    assert found.exact
    assert found.visits == pytest.approx([0.5, 0.5, *[0] * 11])
    assert len(patterns(model(steps), "c", {0, 1})[0]) == 4


def test_a_backlog_begins_at_its_step_whether_it_needs_it_or_not() -> None:
    """R5: it is there; half of it has nothing to be done there. In a branch it is as if it had been sent back there."""
    steps = [step("A"), step("B", tasks=[StepTask("B", (need(0.5, "n"),))]), step("C")]
    found = traffic(model(steps), "c", "B")
    assert found.visits == pytest.approx([0, 1, 1])
    assert found.moves[3] == pytest.approx([0, 1, 0])
    assert found.done[1] == pytest.approx([0.5])
    assert traffic(_two_branches(), "c", "B").visits == pytest.approx([0, 0, 1, 0, 1])


def test_circles_in_branches_are_found_and_named_without_ends_of_branches() -> None:
    """FS501: within a branch, from the trunk back to the split, and for a backlog alone."""
    inside = [step("S", split=split(["A"], ["C"])), step("A"), step("C", returns=(returns("C", ("C", 1.0)),))]
    found = endless(model(inside))
    assert [(p.code, p.path) for p in found] == [("FS501", "steps.C.returns")]
    back = [step("S", split=split(["A"], ["C"], join="J")), step("A"), step("C")]
    found = endless(model([*back, step("J", returns=(returns("J", ("S", 1.0)),))]))
    assert "S → A → C → J → S is a circle" in found[0].message
    steps = [step("A", routes=(route((END, 1.0)),)), step("B", returns=(returns("B", ("B", 1.0)),))]
    later = [Backlog("c", "B", 3, Distribution("constant", (0.0,)))]
    assert endless(model(steps)) == []
    assert [p.code for p in endless(model(steps, backlog=later))] == ["FS501"]


def test_classes_that_do_not_arrive_have_a_journey_too() -> None:
    there = [Backlog("late", "B", 3, Distribution("constant", (0.0,)))]
    built = model([step("A"), step("B")], classes=[waiting("late")], backlog=there)
    assert traffic(built, "late").visits == pytest.approx([1, 1])


# -- against requests walked one by one ----------------------------------------------------------------------------


class _Walker:
    """One request's journey by R12 and R13, branches side by side, with luck from `rng`."""

    def __init__(self, built: Model, cls: str, rng: random.Random) -> None:
        self.built, self.cls, self.rng = built, cls, rng
        self.names = [s.name for s in built.steps]
        self.paths: Paths = paths(built, cls)
        needs = [n for s in built.steps for e in s.tasks for n in (built.task(e.task).need, *e.needs) if n]
        self.lots = {p: rng.random() for p in sorted({n.purpose for n in needs})}
        self.passes: Counter[int] = Counter()
        self.sent_back: Counter[tuple[int, int]] = Counter()
        self.counts: Counter[tuple[object, ...]] = Counter()

    def walk(self) -> Counter[tuple[object, ...]]:
        self._path(self.paths.first, None)
        return self.counts

    def _needed(self, s: int) -> list[bool]:
        found = []
        for entry in self.built.steps[s].tasks:
            wanted = self.built.task(entry.task)
            needs = [n for n in (wanted.need, *entry.needs) if n is not None]
            mine = wanted.only is None or self.cls in wanted.only
            found.append(mine and all(self.lots[n.purpose] < n.share for n in needs))
        return found

    def _path(self, here: int, within: tuple[int, int] | None) -> None:
        """Along a path from a step on; what began in the branch `within` ends where that branch ends, the trunk goes on
        to the join when it was sent into a branch.
        """
        while here >= 0:
            needed = self._needed(here)
            if not any(needed):
                here = self._after(here, within)
                continue
            self._visit(here, needed)
            back = self._sent_back(here)
            if back is not None:
                here = back
                continue
            at = self.built.steps[here]
            if at.routes:
                targets = at.routes[0].targets
                to = self.rng.choices([t for t, _, _ in targets], [share for _, share, _ in targets])[0]
                here = -1 if to == END else self.names.index(to)
                continue
            if here in self.paths.branches:
                for number, branch in enumerate(self.paths.branches[here]):
                    self._path(branch[0], (here, number))
                join = self.paths.joins[here]
                here = join if join >= 0 else self._end(here, within)
                continue
            here = self._after(here, within)

    def _after(self, here: int, within: tuple[int, int] | None) -> int:
        following = self.paths.following[here]
        return following if following >= 0 else self._end(here, within)

    def _end(self, here: int, within: tuple[int, int] | None) -> int:
        """The end of the path that a step is on: of the token's own branch, of the journey, or one it was sent into."""
        place = self.paths.within[here]
        if place is None or place == within:
            return -1
        join = self.paths.joins[place[0]]
        return join if join >= 0 else self._end(place[0], within)

    def _visit(self, here: int, needed: list[bool]) -> None:
        self.passes[here] += 1
        self.counts["visit", here] += 1
        self.counts["reached", here] += self.passes[here] == 1
        for i, is_needed in enumerate(needed):
            self.counts["done", here, i] += is_needed
            self.counts["again", here, i] += is_needed and self.passes[here] > 1

    def _sent_back(self, here: int) -> int | None:
        for k, rule in enumerate(self.built.steps[here].returns):
            if rule.at_most is not None and self.sent_back[here, k] >= rule.at_most:
                continue
            u = self.rng.random()
            for to, chances in rule.targets:
                u -= chances[min(self.passes[here], len(chances)) - 1]
                if u < 0:
                    self.sent_back[here, k] += 1
                    return self.names.index(to)
        return None


def _knotted() -> Model:
    """Nested splits, needs shared over branches, returns within branches, into branches (also inner ones) and to before
    the split, chances by visit, at most.
    """
    steps = [
        step("A", split=split(["B", "C", "D"], ["E", "F"], join="G")),
        step("B", tasks=[StepTask("b", (need(0.6, "n"),))]),
        step("C", split=split(["X"], ["Y", "Z"], join="D")),
        step("X", tasks=[StepTask("x", (need(0.5, "m"),))]),
        step("Y", tasks=["y", StepTask("y2", (need(0.3, "n"),))], returns=(returns("Y", ("Y", (0.5, 0.2))),)),
        step("Z", returns=(returns("Z", ("Y", 0.3), at_most=1),)),
        step("D", returns=(returns("D", ("B", 0.2), ("C", 0.1)),)),
        step("E", tasks=[StepTask("e", (need(0.8, "m"),))]),
        step("F", returns=(returns("F", ("E", 0.25), at_most=2),)),
        step("G", returns=(returns("G", ("A", (0.3, 0.1)), ("F", 0.2)), returns("old", ("Z", 0.2), ("X", 0.1)))),
        step("H", routes=(route((END, 0.8), ("G", 0.2)),)),
    ]
    return model(steps)


def _counted(found: Traffic) -> dict[tuple[object, ...], float]:
    rows: dict[tuple[object, ...], float] = {}
    for s, (done, again) in enumerate(zip(found.done, found.again, strict=True)):
        rows["visit", s] = found.visits[s]
        rows["reached", s] = found.reached[s]
        rows.update({("done", s, i): x for i, x in enumerate(done)})
        rows.update({("again", s, i): x for i, x in enumerate(again)})
    return rows


def test_expected_visits_agree_with_requests_walked_through_branches() -> None:
    """R12, R13, with 30 000 requests: every count within 4.5 standard errors (48 counts: false alarm 3 in 10 000)."""
    built, n = _knotted(), 30_000
    rng = random.Random(20260105)
    sums: Counter[tuple[object, ...]] = Counter()
    squares: Counter[tuple[object, ...]] = Counter()
    for _ in range(n):
        for key, x in _Walker(built, "c", rng).walk().items():
            sums[key] += x
            squares[key] += x * x
    found = traffic(built, "c")
    assert found.exact
    expected = _counted(found)
    assert {k for k, x in sums.items() if x} <= {k for k, x in expected.items() if x > 0}
    for key, mean in expected.items():
        error = np.sqrt(max(squares[key] / n - (sums[key] / n) ** 2, 0.0) / n)
        assert abs(sums[key] / n - mean) <= 4.5 * error + 1e-9, key
        assert error <= 0.05, key  # or the test could not see much


def test_moves_into_a_step_add_up_to_its_visits_with_branches_too() -> None:
    found = traffic(_knotted(), "c")
    assert found.moves.sum(axis=0) == pytest.approx(found.visits)
    assert (found.longest.visits <= found.visits + 1e-12).all()
    assert found.longest.visits[0] == pytest.approx(found.visits[0])
    assert found.longest.moves.sum(axis=0) == pytest.approx(found.longest.visits)


def test_averages_come_near_with_branches_too(monkeypatch: pytest.MonkeyPatch) -> None:
    followed = traffic(_knotted(), "c")
    monkeypatch.setattr("flowsim.model.traffic.MOST_SOLUTIONS", 0)
    traffic.cache_clear()
    averaged = traffic(_knotted(), "c")
    assert not averaged.exact
    assert averaged.visits == pytest.approx(followed.visits, rel=0.05)
