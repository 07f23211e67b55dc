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
    comparison_table,
    differences,
    direction,
    estimates_table,
    text_column,
)
from flowsim.experiments.experiment import Done, compare_states
from flowsim.experiments.findings import rows_of
from flowsim.experiments.schema import EXPERIMENT_SCHEMA
from flowsim.experiments.statistics import mean_estimate, quantile_estimate
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
            assert found[key] == mean_estimate([by_replication[r] for r in sorted(by_replication)]), key
    assert found["returns", ""].n == 4
    assert set(found) == set(done.numbers[0].values)


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
    one, two = measured(model(DESK, "current"), 6), measured(model(DESK, "two"), 6)
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
    column = text_column(["b", None, "a", "b"])
    assert column.codes.tolist() == [0, -1, 1, 0]
    assert column.words == ("b", "a")
    assert text_column([]).words == ()


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
