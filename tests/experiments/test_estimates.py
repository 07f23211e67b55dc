"""From replications to estimates and paired differences: nothing made up, nothing left out by accident."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from kept_runs import DESK, EVERYTHING, RICH, keep, model, of_models, plan

from flowsim.draws import Draws
from flowsim.engine import run
from flowsim.experiments.estimates import (
    MATTERS,
    Difference,
    StateNumbers,
    can_be,
    comparison_table,
    differences,
    direction,
    estimates_table,
)
from flowsim.experiments.experiment import Done, compare_states
from flowsim.experiments.family import ALPHA, BY_CLASS, HEADLINE, judged
from flowsim.experiments.findings import rows_of
from flowsim.experiments.holm import holm
from flowsim.experiments.matters import Matters
from flowsim.experiments.schema import EXPERIMENT_SCHEMA
from flowsim.experiments.statistics import mean_estimate, quantile_estimate
from flowsim.experiments.survival import open_quantile_estimate
from flowsim.metrics.ledger import PARTS
from flowsim.metrics.tables import Tables, tables
from flowsim.model import Model
from flowsim.record.columns import TextColumn, kind_of

LESS, MORE, NEITHER = -1, 1, 0

PERCENTILES = [f"{lead} P{p}" for lead in ("lead time", "working lead time") for p in (50, 80, 85, 90, 95)]

SIDES = {
    "requests": NEITHER,
    "ended": NEITHER,
    "ended in window": NEITHER,
    "unfinished": LESS,
    "unfinished share": LESS,
    "within promise": MORE,
    "promise undecided": NEITHER,
    "lead time mean": LESS,
    "working lead time mean": LESS,
    **dict.fromkeys(PERCENTILES, LESS),
    "process time mean": LESS,
    "value-added time mean": NEITHER,
    "activity ratio": MORE,
    "VA ratio": MORE,
    **{f"ledger {part}": LESS for part in PARTS},
    "ledger work_adding": NEITHER,
    "ledger return_time": LESS,
    "visits": LESS,
    "handoffs": LESS,
    "hands": LESS,
    "returns": LESS,
    "questions": LESS,
    "outcome done": NEITHER,  # which ending is the better one only the reader can say
    "outcome refused": NEITHER,
    "rolled %C&A": MORE,
    "throughput": MORE,
    "takt": NEITHER,
    "WIP mean": LESS,
    "cost": LESS,
    "cost per ended request": LESS,
    "lowest target met": MORE,
    "watermelon gap": LESS,
}
"""Every measure there is, and which side of it is better: decided here one by one, not by how its name begins."""


RICH_SIDES = {
    "withdrawn": LESS,
    "work for nothing": LESS,
    "chases": LESS,
    "delay cost": LESS,
    "join wait": LESS,
    "people time": LESS,
    "WIP let in": LESS,
    "outcome withdrawn": NEITHER,
}
"""Those that a model has only with what they are about: patience, chasing, a cost of delay, branches, a limit of the
whole (R13 to R15).
"""


def measured(of: Model, replications: int, seed: int = 7) -> StateNumbers:
    numbers = StateNumbers(of.name)
    for r in range(1, replications + 1):
        numbers.add(r, tables(of, run(of, Draws(seed, r))))
    return numbers


@pytest.fixture(scope="module")
def done(tmp_path_factory: pytest.TempPathFactory) -> Done:
    return keep(tmp_path_factory.mktemp("estimates"), plan(EVERYTHING, "current", "busier", "stuck", replications=4))


def test_every_measure_has_its_side(done: Done) -> None:
    """No measure of the summary is without a decision above, none above is unknown to it, and `direction` agrees."""
    known = {measure for numbers in done.numbers for measure, _ in numbers.values}
    assert known == set(SIDES)
    assert {measure: direction(measure) for measure in known} == SIDES


def test_every_measure_of_a_rich_model_has_its_side() -> None:
    numbers = measured(model(RICH, "current"), 1)
    known = {measure for measure, _ in numbers.values}
    assert known - set(SIDES) == set(RICH_SIDES)
    assert {measure: direction(measure) for measure in RICH_SIDES} == RICH_SIDES
    assert {klass for _, klass in numbers.values} == {"", "letter", "form"}  # not the class of the chases
    assert {measure for measure, klass in numbers.values if klass == "form"} & set(RICH_SIDES) == {
        "join wait",
        "people time",
        "outcome withdrawn",
    }


def test_estimates_are_means_over_replications(done: Done) -> None:
    found = done.numbers[0].estimates()
    for key, by_replication in done.numbers[0].values.items():
        if key[0] not in PERCENTILES:
            plain = mean_estimate([by_replication[r] for r in sorted(by_replication)])
            assert found[key] == plain.within(*can_be(key[0])), key
    assert found["returns", ""].n == 4
    assert set(found) == set(done.numbers[0].values)


def test_intervals_hold_only_what_can_be() -> None:
    """R5 of the methods: shares stay within 0 and 1, times and counts above 0; the gap may be below."""
    near = made_up("a", "within promise", {1: 1.0, 2: 1.0, 3: 0.9, 4: 1.0, 5: 1.0, 6: 1.0})
    found = near.estimates()["within promise", ""]
    assert found.high == 1.0
    assert 0.8 < (found.low or 0) < found.value < 1.0
    few = made_up("a", "chases", {1: 0.0, 2: 0.0, 3: 0.1})
    assert few.estimates()["chases", ""].low == 0.0
    assert can_be("watermelon gap") == (-1.0, 1.0)
    assert can_be("outcome refused") == (0.0, 1.0)
    assert can_be("working lead time mean") == (0.0, np.inf)


def test_percentiles_are_of_all_requests_together(done: Done) -> None:
    """R5 of the methods: pooled, with sectioning; not the mean of the runs' own percentiles."""
    runs: dict[str, list[np.ndarray]] = {"": [], "letter": [], "form": []}
    of = model(EVERYTHING, "current")
    for r in range(1, 5):
        record = run(of, Draws(7, r))
        ended = (record.requests["measured"] == 1) & (record.requests["ended"] >= 0)
        lead = (record.requests["ended"] - record.requests["arrived"]) / 60_000
        runs[""].append(lead[ended])
        for code, name in enumerate(("letter", "form")):
            runs[name].append(lead[ended & (record.requests["class"] == code)])
    found = done.numbers[0].estimates()
    for klass, leads in runs.items():
        for percent in (50, 80, 85, 90, 95):
            expected = quantile_estimate(leads, percent / 100)
            assert found[f"lead time P{percent}", klass].value == pytest.approx(expected.value)
            assert found[f"lead time P{percent}", klass].half == pytest.approx(expected.half)
    means = [np.mean(list(done.numbers[0].values[f"lead time P{p}", ""].values())) for p in (50, 80, 85, 90, 95)]
    assert means != [found[f"lead time P{p}", ""].value for p in (50, 80, 85, 90, 95)]


def test_one_class_says_what_all_together_say() -> None:
    """With one class its row and the row of all are the same numbers, percentiles too."""
    found = measured(model(DESK, "current"), 3).estimates()
    for measure, klass in found:
        if klass:
            assert found[measure, klass] == found[measure, ""], measure
    assert ("lead time P90", "letter") in found


def test_identical_states_differ_by_exactly_nothing() -> None:
    """R4: the same draws give the same run, so every difference is 0 and every correlation 1."""
    one, two = measured(model(DESK, "current"), 4), measured(model(DESK, "twin"), 4)
    found = differences(one, two)
    assert {(d.measure, d.klass) for d in found} == set(one.values)
    for d in found:
        assert (d.difference.value, d.difference.half, d.difference.n) == (0.0, 0.0, 4)
        assert d.before == d.after
        assert d.verdict == ("no difference that matters" if direction(d.measure) else "")
        spread = len(set(one.values[d.measure, d.klass].values())) > 1
        assert d.correlation == (pytest.approx(1.0) if spread else None)
    assert sum(d.correlation is not None for d in found) > 10


def test_a_difference_is_what_the_two_estimates_differ_by(done: Done) -> None:
    """So that a table adds up: after − before, for means and for percentiles."""
    for before, after, found in done.differences:
        assert found
        for d in found:
            if d.before.n == d.after.n == d.difference.n:
                gap = d.after.value - d.before.value
                assert d.difference.value == pytest.approx(gap, rel=1e-9, abs=1e-9), (before, after, d.measure)
    assert [(b, a) for b, a, _ in done.differences] == [
        ("current", "busier"),
        ("current", "stuck"),
        ("busier", "stuck"),
    ]


def test_two_people_are_better_than_one() -> None:
    """A verdict, its sides, and that pairs see more than two runs by themselves would."""
    one, two = measured(model(DESK, "current"), 12), measured(model(DESK, "two"), 12)
    found = {(d.measure, d.klass): d for d in differences(one, two)}
    lead = found["working lead time mean", ""]
    assert lead.difference.value < 0
    assert lead.verdict == "better"
    assert found["WIP mean", ""].verdict == "better"
    assert found["activity ratio", "letter"].verdict == "better"
    assert found["process time mean", ""].verdict == "no difference that matters"
    assert found["requests", ""].verdict == ""
    back = {(d.measure, d.klass): d for d in differences(two, one)}
    assert back["working lead time mean", ""].verdict == "worse"
    assert back["working lead time mean", ""].difference.value == pytest.approx(-lead.difference.value)
    assert lead.matters == pytest.approx(MATTERS * lead.before.value)
    wide = {(d.measure, d.klass): d for d in differences(one, two, matters=10.0)}
    assert wide["working lead time mean", ""].verdict == "no difference that matters"


def test_one_replication_has_numbers_and_no_certainty() -> None:
    one, two = measured(model(DESK, "current"), 1), measured(model(DESK, "two"), 1)
    assert all(e.half is None and e.n == 1 for e in one.estimates().values())
    for d in differences(one, two):
        assert d.difference.half is None
        assert d.correlation is None
        assert d.verdict == ("not yet known" if direction(d.measure) else "")


def made_up(name: str, measure: str, values: dict[int, float]) -> StateNumbers:
    return StateNumbers(name, {(measure, ""): values}, {measure: "share"})


def test_a_measure_that_is_missing_somewhere() -> None:
    """Pairs are of the replications that have it in both; a measure of one state only has no difference."""
    before = made_up("a", "within promise", {1: 0.5, 2: 0.6, 3: 0.7})
    after = made_up("b", "within promise", {2: 0.8, 3: 0.7, 4: 1.0})
    (found,) = differences(before, after)
    assert found.difference.value == pytest.approx(0.1)
    assert (found.before.n, found.after.n, found.difference.n) == (3, 3, 2)
    assert found.correlation is None
    assert differences(before, made_up("b", "within promise", {4: 1.0})) == []
    assert differences(before, made_up("b", "cost", {1: 1.0})) == []


def test_the_order_in_which_replications_came_does_not_matter() -> None:
    of = model(DESK, "current")
    all_tables = {r: tables(of, run(of, Draws(7, r))) for r in (1, 2, 3)}
    forward, backward = StateNumbers("x"), StateNumbers("x")
    for r in (1, 2, 3):
        forward.add(r, all_tables[r])
    for r in (3, 1, 2):
        backward.add(r, all_tables[r])
    assert [d.difference.value for d in differences(forward, backward)] == [0.0] * len(forward.values)
    for key, estimate in forward.estimates().items():
        assert backward.estimates()[key].value == pytest.approx(estimate.value, rel=1e-12)


def test_no_correlation_of_what_does_not_vary() -> None:
    """Ten times 0.1 have a standard deviation of 1.4e-17, and no correlation with anything."""
    same = made_up("a", "within promise", dict.fromkeys(range(10), 0.1))
    moving = made_up("b", "within promise", {r: r / 10 for r in range(10)})
    assert np.std(np.full(3, 0.1)) > 0
    (found,) = differences(same, moving)
    assert found.correlation is None
    (found,) = differences(moving, same)
    assert found.correlation is None
    (found,) = differences(moving, made_up("c", "within promise", {r: 1 - r / 20 for r in range(10)}))
    assert found.correlation == pytest.approx(-1.0)


def test_nothing_ended(tmp_path: Path) -> None:
    """Measures that have no value are not there; the counts are, and say so."""
    text = DESK.replace("exponential(40 min)", "1000 h")
    numbers = measured(model(text, "current"), 2)
    found = numbers.estimates()
    assert found["ended", ""].value == 0
    assert found["unfinished share", ""].value == 1
    assert found["within promise", ""].value == 0, "past due, so late"
    assert not any(measure.startswith(("lead", "ledger", "working")) for measure, _ in found)
    usual = measured(model(DESK, "current"), 2)
    assert ("lead time mean", "") not in {(d.measure, d.klass) for d in differences(numbers, usual)}
    assert ("unfinished", "") in {(d.measure, d.klass) for d in differences(usual, numbers)}


def test_nobody_came() -> None:
    """An empty run has measures too: none of them of a request."""
    of = model(DESK, "current", "requests.letter.arrivals=every 1000 weeks")
    found = measured(of, 2).estimates()
    assert found["requests", ""].value == 0
    assert found["WIP mean", ""].value == 0
    assert ("within promise", "") not in found
    assert of_models(of).states


def test_tables_as_the_schema_says(done: Done) -> None:
    """Every column by name and kind; null where there is no class, no side, no interval."""
    estimates = estimates_table(done.numbers)
    comparison = comparison_table(done.differences)
    for name, table in (("estimates", estimates), ("comparison", comparison)):
        assert list(table) == [c.name for c in EXPERIMENT_SCHEMA[name]]
        for col in EXPERIMENT_SCHEMA[name]:
            assert kind_of(table[col.name]) == col.kind, col.name
    klass, verdict = comparison["class"], comparison["verdict"]
    assert isinstance(klass, TextColumn)
    assert isinstance(verdict, TextColumn)
    assert (klass.codes == -1).sum() == sum(d.klass == "" for _, _, found in done.differences for d in found)
    assert (verdict.codes == -1).sum() == sum(not d.verdict for _, _, found in done.differences for d in found)
    assert set(rows_of(estimates["state"])) == {"current", "busier", "stuck"}
    one = measured(model(DESK, "current"), 1)
    assert np.isnan(np.asarray(estimates_table([one])["low"])).all()
    assert len(np.asarray(estimates_table([])["value"])) == 0
    assert len(np.asarray(comparison_table([])["low"])) == 0


def test_each_state_is_held_against_the_first_and_the_one_before() -> None:
    names = ["a", "b", "c", "d"]
    states = [made_up(n, "WIP mean", {1: float(i), 2: i + 1.0}) for i, n in enumerate(names)]
    found = compare_states(states)
    assert [(b, a) for b, a, _ in found] == [("a", "b"), ("a", "c"), ("a", "d"), ("b", "c"), ("c", "d")]
    assert [d.difference.value for _, _, [d] in found] == [1, 2, 3, 1, 1]
    assert all(isinstance(d, Difference) for _, _, ds in found for d in ds)
    assert compare_states(states[:1]) == []
    assert [(b, a) for b, a, _ in compare_states(states[:2])] == [("a", "b")]


def test_texts_as_codes() -> None:
    column = TextColumn.of(["b", None, "a", "b"])
    assert column.codes.tolist() == [0, -1, 1, 0]
    assert column.words == ("b", "a")
    assert TextColumn.of([]).words == ()


def test_what_is_taken_in_are_the_measured_that_ended() -> None:
    """R16: a request of the warm-up, or one still open, is in no percentile."""
    of = model(EVERYTHING, "stuck")
    found: Tables = tables(of, run(of, Draws(7, 1)))
    numbers = StateNumbers("stuck")
    numbers.add(1, found)
    measured_, ended = np.asarray(found["requests"]["measured"]), np.asarray(found["requests"]["ended_ms"]) >= 0
    assert 0 < (measured_ & ended).sum() < measured_.sum() < len(measured_)
    assert len(numbers.leads["lead time", ""][1]) == (measured_ & ended).sum() == numbers.values["ended", ""][1]
    by_class = [len(numbers.leads["working lead time", k][1]) for k in ("letter", "form")]
    assert sum(by_class) == numbers.values["ended", ""][1]


def test_the_families_of_a_comparison(done: Done) -> None:
    """Holm over each family and all pairs of states; no side, no family; the verdict as the adjusted p says."""
    rows = [d for _, _, found in done.differences for d in found]
    assert {d.family for d in rows} == {"headline", "rest", ""}
    assert all((d.family == "") == (d.side == 0) == (d.verdict == "") for d in rows)
    assert {d.measure for d in rows if d.family == "headline" and not d.klass} <= set(HEADLINE)
    assert {d.measure for d in rows if d.family == "headline" and d.klass} <= set(BY_CLASS)
    for family, alpha in ALPHA.items():
        own = [d for d in rows if d.family == family and d.difference.p is not None]
        assert [d.adjusted for d in own] == holm([d.difference.p or 0.0 for d in own])
        assert all(d.adjusted is not None and d.adjusted <= alpha for d in own if d.verdict in ("better", "worse"))
    assert all(d.adjusted is None for d in rows if not d.side)


def test_a_family_asks_more_of_each() -> None:
    """What is better by itself may be chance among ten pairs of states."""
    states = [
        made_up(f"{n}", "WIP mean", {r: 10.0 + (n > 0) * (1 + 0.7 * (-1) ** r) for r in range(6)}) for n in range(6)
    ]
    (alone,) = differences(states[0], states[1])
    assert alone.verdict == "worse"
    assert alone.adjusted == alone.difference.p
    found = {(b, a): d for b, a, [d] in compare_states(states)}
    assert found["0", "1"].difference == alone.difference
    assert (found["0", "1"].adjusted or 0) > 5 * (alone.adjusted or 0)


def test_the_only_class_is_no_second_question() -> None:
    """With one class its rows say what all classes say, verdict included, and count once."""
    one, two = measured(model(DESK, "current"), 8), measured(model(DESK, "two"), 8)
    found = {(d.measure, d.klass): d for d in differences(one, two)}
    for (measure, klass), d in found.items():
        if klass:
            assert (d.verdict, d.family, d.adjusted) == (
                found[measure, ""].verdict,
                found[measure, ""].family,
                found[measure, ""].adjusted,
            )
    headline = {m: d.difference.p or 0.0 for (m, k), d in found.items() if d.family == "headline" and not k}
    assert dict(zip(headline, holm(list(headline.values())), strict=True)) == {
        m: found[m, ""].adjusted for m in headline
    }


def test_what_matters_may_be_a_time() -> None:
    """Minutes for lead times, of open time or of the clock; a share of anything else; and kept and read again."""
    one, two = measured(model(DESK, "current"), 3), measured(model(DESK, "two"), 3)
    asked = Matters(0.02, working=30.0)
    found = {d.measure: d.matters for d in differences(one, two, asked)}
    assert found["working lead time mean"] == found["working lead time P90"] == 30.0
    assert found["lead time mean"] == pytest.approx(0.02 * one.estimates()["lead time mean", ""].value)
    assert found["WIP mean"] == pytest.approx(0.02 * one.estimates()["WIP mean", ""].value)
    assert {d.measure: d.matters for d in differences(one, two, Matters(elapsed=60.0))}["lead time P50"] == 60.0
    for some in (Matters(), asked, Matters(0.05, 1.0, 2.0)):
        assert Matters.of_kept(some.kept()) == some
    assert Matters.of_kept({}) == Matters()


def test_those_that_had_not_ended_count_in_percentiles() -> None:
    """R16: with its model a state counts them as longer than so far; without, it leaves them out and looks faster."""
    of = model(EVERYTHING, "stuck")
    found: Tables = tables(of, run(of, Draws(7, 1)))
    with_them, without = StateNumbers("stuck", model=of), StateNumbers("stuck")
    for numbers in (with_them, without):
        numbers.add(1, found)
    open_ones = int(with_them.values["unfinished", ""][1])
    assert open_ones > 0
    so_far = with_them.under_way["lead time", ""][1]
    requests = found["requests"]
    still = np.asarray(requests["measured"]) & (np.asarray(requests["ended_ms"]) < 0)
    assert so_far.tolist() == ((2 * of.run.length - np.asarray(requests["arrived_ms"])[still]) / 60_000).tolist()
    worked = with_them.under_way["working lead time", ""][1]
    assert ((worked > 0) & (worked < so_far)).all()
    at_least = with_them.estimates()["lead time at least", ""]
    times = [*with_them.leads["lead time", ""][1], *so_far]
    assert at_least.value == pytest.approx(np.mean(times))
    assert ("lead time at least", "") not in without.estimates()
    share = open_ones / with_them.values["requests", ""][1]
    for percent in (50, 80, 85, 90, 95):
        known = with_them.estimates().get(("lead time P" + str(percent), ""))
        assert (known is None) == (percent / 100 > 1 - share + 1e-9)
        left_out = without.estimates()["lead time P" + str(percent), ""].value
        assert known is None or known.value >= left_out
    expected = open_quantile_estimate([(with_them.leads["lead time", ""][1], so_far)], 0.5)
    assert with_them.estimates().get(("lead time P50", "")) == expected


def test_a_mean_of_too_few_that_ended_has_no_verdict() -> None:
    """Above 5 % unfinished the mean is of those that ended only: no interval on its difference, and not yet known."""

    def state(name: str, wait: float, open_share: float) -> StateNumbers:
        numbers = made_up(name, "working lead time mean", {r: wait + r / 100 for r in range(8)})
        numbers.values["unfinished share", ""] = dict.fromkeys(range(8), open_share)
        numbers.units["unfinished share"] = "share"
        return numbers

    found = {d.measure: d for d in differences(state("a", 9.0, 0.04), state("b", 5.0, 0.04))}
    assert found["working lead time mean"].verdict == "better"
    for before, after in ((0.0, 0.2), (0.2, 0.0)):
        found = {d.measure: d for d in differences(state("a", 9.0, before), state("b", 5.0, after))}
        lead = found["working lead time mean"]
        assert (lead.verdict, lead.difference.low, lead.adjusted) == ("not yet known", None, None)
        assert found["unfinished share"].verdict == ("worse" if after else "better")


def test_judging_nothing() -> None:
    assert judged([]) == []
    assert judged([[]]) == [[]]
