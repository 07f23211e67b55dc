"""Series of numbers for pictures, counted from the kept tables."""

from __future__ import annotations

from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest
from kept_runs import DESK, EVERYTHING, RICH, kept, model, of_models, plan

from flowsim.draws import Draws
from flowsim.engine import run
from flowsim.experiments.findings import Findings
from flowsim.experiments.replay import stored_record
from flowsim.experiments.series import (
    DAY,
    ended_minutes,
    flow_counts,
    journeys,
    quantile_grid,
    sample_requests,
    wip_band,
    wip_shares,
)
from flowsim.experiments.statistics import Floats, quantile
from flowsim.metrics.frame import Frame
from flowsim.metrics.service import Service
from flowsim.metrics.wip import cumulative, grid_for
from flowsim.model import Model
from flowsim.record import NONE, Record


@pytest.fixture(scope="module")
def everything(tmp_path_factory: pytest.TempPathFactory) -> Findings:
    states = ("current", "busier", "stuck", "desk")
    return kept(tmp_path_factory.mktemp("series"), plan(EVERYTHING, *states, replications=3))


def records(state: str) -> list[tuple[Model, Record]]:
    of = model(EVERYTHING, state)
    return [(of, run(of, Draws(7, r))) for r in (1, 2, 3)]


@pytest.mark.parametrize("state", ["current", "stuck"])
def test_lead_times_of_those_that_ended(everything: Findings, state: str) -> None:
    leads: list[float] = []
    working: list[float] = []
    for of, record in records(state):
        requests = record.requests
        good = (requests["measured"] == 1) & (requests["ended"] != NONE)
        leads += ((requests["ended"] - requests["arrived"])[good] / 60_000).tolist()
        working += (Service(Frame(of, record), {}, {}).working_lead[good] / 60_000).tolist()
    np.testing.assert_array_equal(ended_minutes(everything, state, "lead_min"), np.sort(leads))
    np.testing.assert_array_equal(ended_minutes(everything, state, "lead_working_min"), np.sort(working))


def test_waiting_is_lead_time_less_work(everything: Findings) -> None:
    """In step with the ledger: all parts but those at work. In open time never below 0."""
    lead, waits = ended_minutes(everything, "current", "lead_min"), ended_minutes(everything, "current", "wait_min")
    process = ended_minutes(everything, "current", "process_min")
    assert waits.sum() == pytest.approx(lead.sum() - process.sum())
    assert (np.diff(waits) >= 0).all()
    parts = ("queue", "overtaken", "blocked", "batch", "transit", "answer", "closed")
    assert waits.sum() == pytest.approx(sum(ended_minutes(everything, "current", f"{p}_min").sum() for p in parts))
    assert ended_minutes(everything, "current", "wait_working_min").min() >= 0


def test_a_state_in_which_nobody_came(tmp_path: Path) -> None:
    """It has no row in the table of requests, and so no times, no journeys, and nothing in the process."""
    empty = model(DESK, "current", "requests.letter.arrivals=every 1000 weeks")
    found = kept(tmp_path, of_models(empty))
    state = empty.name
    assert ended_minutes(found, state, "lead_min").size == 0
    assert sample_requests(found, (state,), 1, 5) == []
    assert [x.tolist() for x in wip_shares(found, state)] == [[0.0], [1.0]]
    assert wip_band(found, state).high.max() == 0
    assert flow_counts(found, state, 1, 0, 7)[1].max() == 0


def test_quantile_grid() -> None:
    values = np.array([1.0, 2.0, 2.0, 5.0, 9.0])
    p, at = quantile_grid(values)
    assert len(p) == len(at) == 200
    assert (p[0], p[-1], at[0], at[-1]) == (0.0, 1.0, 1.0, 9.0)
    assert [quantile(values, x) for x in (0.2, 0.21, 0.6, 0.61)] == [1.0, 2.0, 2.0, 5.0]
    assert set(at) == set(values)
    p, at = quantile_grid(np.array([3.0]), 2)
    assert (p.tolist(), at.tolist()) == ([0.0, 1.0], [3.0, 3.0])
    assert [x.size for x in quantile_grid(np.zeros(0))] == [0, 0]


def present(record: Record, at: Floats) -> Floats:
    """Requests in the process at these ticks, by counting: arrived at or before, not ended at or before."""
    arrived, ended = record.requests["arrived"], record.requests["ended"]
    ended = np.where(ended == NONE, record.ended_at, ended)
    return np.array([((arrived <= t) & (t < ended)).sum() for t in at.tolist()], dtype=np.float64)


@pytest.mark.parametrize("state", ["current", "stuck"])
def test_wip_over_time(everything: Findings, state: str) -> None:
    """On one grid, although runs end at different times and so are kept on different ones."""
    band = wip_band(everything, state)
    ticks = np.rint(band.days * DAY)
    counts = np.array([present(record, ticks) for _, record in records(state)])
    np.testing.assert_array_equal(band.one, counts[0])
    np.testing.assert_array_equal(band.low, counts.min(axis=0))
    np.testing.assert_array_equal(band.high, counts.max(axis=0))
    np.testing.assert_allclose(band.mean, counts.mean(axis=0))
    assert ticks[0] == 0
    assert ticks[-1] <= model(EVERYTHING, state).run.length
    assert ticks[-1] > 0.98 * model(EVERYTHING, state).run.length
    assert (band.low < band.high).any()


def test_wip_on_grids_of_different_step(tmp_path: Path) -> None:
    """A run that goes on to twice its length is kept on a coarser grid than one that ends in time."""
    work = '"discrete(30 min: 99.5%, 130 h: 0.5%)"'
    slow = DESK.replace("exponential(40 min)", work).replace("10 working", "15 working")
    found = kept(tmp_path, plan(slow, "current", replications=6, seed=4))
    steps = {grid_for(Frame(found.model("current"), stored_record(found, "current", r))).every for r in range(1, 7)}
    assert len(steps) > 1, "the case this is about"
    band = wip_band(found, "current")
    ticks = np.rint(band.days * DAY)
    assert set(np.diff(ticks).tolist()) == {float(max(steps))}
    counts = np.array([present(stored_record(found, "current", r), ticks) for r in range(1, 7)])
    np.testing.assert_allclose(band.mean, counts.mean(axis=0))


@pytest.mark.parametrize("state", ["current", "busier"])
def test_shares_of_the_time(everything: Findings, state: str) -> None:
    """They add up to 1 and their mean is the measure WIP mean."""
    count, share = wip_shares(everything, state)
    assert share.sum() == pytest.approx(1.0)
    assert (np.diff(count) == 1).all()
    average = everything.get(state, "WIP mean")
    assert average is not None
    assert float((count * share).sum()) == pytest.approx(average.value)


def test_cumulative_flow(everything: Findings) -> None:
    """Arrivals, those gone beyond each step, those ended; between the first and the last lie those in the process."""
    days, counts = flow_counts(everything, "current", 2, 3.0, 10.0)
    of, record = records("current")[1]
    assert counts.shape == (len(of.steps) + 2, len(days))
    assert (days[0], days[-1]) == (3.0, 10.0)
    ticks = np.rint(days * DAY)
    np.testing.assert_array_equal(counts[0] - counts[-1], present(record, ticks))
    np.testing.assert_array_equal(counts[-2], counts[-1], err_msg="beyond the last step is ended")
    assert (np.diff(counts, axis=0) <= 0).all()
    assert (np.diff(counts, axis=1) >= 0).all()
    arrived = [(record.requests["arrived"] <= t).sum() for t in ticks.tolist()]
    np.testing.assert_array_equal(counts[0], arrived)
    frame = Frame(of, record)
    whole = cumulative(frame, grid_for(frame))
    assert counts[:, -1].max() <= whole[0, -1]


@pytest.mark.parametrize(("begin", "end"), [(0.0, 0.0001), (0.0, 0.1), (0.0, 5.0), (2.0, 10.5)])
def test_the_grid_of_the_flow_fits_the_window(everything: Findings, begin: float, end: float) -> None:
    days, counts = flow_counts(everything, "current", 1, begin, end)
    assert 1 <= len(days) <= 402
    assert days[0] >= begin
    assert days[-1] <= end
    assert counts.shape[1] == len(days)


def test_a_sample_of_requests(everything: Findings) -> None:
    """Evenly over the lead times, first to last, no request twice, all measured and ended."""
    sample = sample_requests(everything, ("current",), 1, 9)
    _, record = records("current")[0]
    lead = record.requests["ended"] - record.requests["arrived"]
    good = (record.requests["measured"] == 1) & (record.requests["ended"] != NONE)
    assert len(sample) == len(set(sample)) == 9
    assert all(good[n] for (n,) in sample)
    times = [int(lead[n]) for (n,) in sample]
    assert times == sorted(times)
    assert (times[0], times[-1]) == (lead[good].min(), lead[good].max())
    every = sample_requests(everything, ("current",), 1, 10**6)
    assert len(every) == good.sum()
    middle = np.searchsorted(np.sort(lead[good]), times[4]) / good.sum()
    assert 0.4 < middle < 0.6


def test_r4_a_sample_is_of_the_same_requests_in_every_state(everything: Findings) -> None:
    """Same class and ordinal; the numbers differ where a class was added. None that is open in one of the states."""
    states = ("current", "busier", "stuck")
    sample = sample_requests(everything, states, 2, 8)
    assert len(sample) == 8
    made = [records(s)[1] for s in states]
    for numbers in sample:
        requests = [r.requests for _, r in made]
        names = [of.classes[int(q["class"][n])].name for (of, _), q, n in zip(made, requests, numbers, strict=True)]
        assert len(set(names)) == 1
        assert len({int(q["ordinal"][n]) for q, n in zip(requests, numbers, strict=True)}) == 1
        assert len({int(q["arrived"][n]) for q, n in zip(requests, numbers, strict=True)}) == 1
        assert all(q["ended"][n] != NONE for q, n in zip(requests, numbers, strict=True))
    assert any(a != b for a, b, _ in sample)


def test_journeys_by_number(everything: Findings) -> None:
    told = journeys(everything, "busier", 3, [4, 2])
    assert list(told) == [4, 2]
    record = stored_record(everything, "busier", 3)
    for number, segments in told.items():
        assert segments[0].start == record.requests["arrived"][number]
        assert segments[-1].end == record.requests["ended"][number]


@pytest.fixture(scope="module")
def rich(tmp_path_factory: pytest.TempPathFactory) -> Findings:
    return kept(tmp_path_factory.mktemp("rich"), plan(RICH, "current", "patient", audit=False))


def test_r15_those_who_withdrew_are_in_no_lead_time_and_in_no_sample(rich: Findings) -> None:
    """Pooled as measured: P-values, distributions and pictures are of those who got an answer."""
    leads: list[float] = []
    for r in (1, 2):
        requests = stored_record(rich, "current", r).requests
        good = (requests["measured"] == 1) & (requests["ended"] != NONE) & (requests["outcome"] != 2)
        assert good.sum() < ((requests["measured"] == 1) & (requests["ended"] != NONE)).sum()
        leads += ((requests["ended"] - requests["arrived"])[good] / 60_000).tolist()
    np.testing.assert_array_equal(ended_minutes(rich, "current", "lead_min"), np.sort(leads))
    for percent in (50, 95):
        told = rich.get("current", f"lead time P{percent}")
        assert told is not None
        assert told.value == quantile(np.sort(leads), percent / 100)
    requests = stored_record(rich, "current", 1).requests
    sample = sample_requests(rich, ("current", "patient"), 1, 10**6)
    assert sample
    assert all(requests["outcome"][number] != 2 for number, _ in sample)


def test_r15_the_flow_and_what_is_in_process_are_of_customers(rich: Findings) -> None:
    record = stored_record(rich, "current", 1)
    own = record.requests["parent"] == NONE
    assert not own.all()
    days, counts = flow_counts(rich, "current", 1, 0.0, 10.0)
    ticks = np.rint(days * DAY)
    arrived, ended = record.requests["arrived"][own], record.requests["ended"][own]
    assert counts[0].tolist() == [(arrived <= t).sum() for t in ticks]
    assert counts[-1].tolist() == [((ended != NONE) & (ended <= t)).sum() for t in ticks]
    band = wip_band(rich, "current")
    assert band.one[0] == (arrived == 0).sum() == 5  # the backlog


def test_r13_a_journey_follows_the_branches_that_were_waited_for(rich: Findings) -> None:
    record = stored_record(rich, "current", 1)
    split = np.unique(record.branches["request"]).tolist()
    for number, segments in journeys(rich, "current", 1, split).items():
        ended = record.requests["ended"][number]
        end = record.ended_at if ended == NONE else ended
        assert (segments[0].start, segments[-1].end) == (record.requests["arrived"][number], end)
        assert all(a.end == b.start for a, b in pairwise(segments))
