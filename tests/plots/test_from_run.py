"""Every picture of a run can be made, or says in a sentence why not; and it shows what the run says."""

from __future__ import annotations

import warnings
from functools import cache
from pathlib import Path

import numpy as np
import pytest

from flowsim.experiments.experiment import Plan, StatePlan, perform
from flowsim.experiments.findings import Findings
from flowsim.experiments.store import RunFolder, open_run
from flowsim.model import Model
from flowsim.plots import KINDS, data, from_redesign, from_search
from flowsim.plots.from_run import PICTURES, _edges, cumulative_flow, lead_times, ledger, life_strips, waiting_times
from flowsim.plots.from_run import wip_distribution as wip_distribution_of
from flowsim.plots.from_run import wip_over_time as wip_over_time_of
from flowsim.scenario import load_text
from flowsim.texts import Texts

TOWN = """\
flowsim: 1
name: Town hall
calendars:
  office: {hours: mon-fri 09:00-17:00, working day: 8 h}
requests:
  letter: {arrivals: 6 per working day, calendar: office, promise: 2 working days}
  form: {arrivals: 4 per working day, calendar: office}
tasks:
  open: {time: exponential(15 min), value: necessary}
  decide: {time: exponential(25 min), value: adding}
teams:
  Front: {people: 1, calendar: office}
  Back: {people: 1, calendar: office}
steps:
  Open: {team: Front, does: open}
  Decide: {team: Back, does: decide, handoff: {batch: every working day at 16:00, reread: 5 min}, returns: 5% to Open}
run: {length: 15 working days, warm-up: 2 working days, replications: 2, seed: 3, calendar: office}
states:
  current: {}
  quick:
    changes:
      - name: At once
        set: {steps.Decide.handoff.batch: none}
  desk:
    changes:
      - name: One desk
        merge: {steps: [Open, Decide], into: Handle, team: Front}
  more:
    changes:
      - name: Calls too
        add: {requests: {call: {arrivals: 3 per working day, calendar: office, promise: 1 day}}}
"""

LONG_LINE = "\n".join(
    [TOWN[: TOWN.index("steps:")] + "steps:"]
    + [f"  Step {i}: {{team: {'Front' if i % 2 else 'Back'}, does: open}}" for i in range(1, 16)]
    + ["run: {length: 15 working days, replications: 1, seed: 3, calendar: office}\n"]
).replace("exponential(15 min)", "2 min")


@cache
def model(text: str, state: str, *sets: str) -> Model:
    return load_text(text, "town.yaml").compile(state, sets).model


def kept(
    root: Path, *states: str, sets: tuple[str, ...] = (), replications: int = 2, text: str = TOWN, seed: int = 3
) -> Findings:
    """A run of these states."""
    plans = tuple(StatePlan(s, model(text, s, *sets)) for s in states)
    planned = Plan("Town hall", plans, replications, seed, {}, jobs=1, audit=False)
    with RunFolder.create(root, planned.title, planned.identity) as folder:
        place = perform(planned, folder).folder
    return Findings(open_run(place, root))


@pytest.fixture(scope="module")
def two(tmp_path_factory: pytest.TempPathFactory) -> Findings:
    return kept(tmp_path_factory.mktemp("two"), "current", "quick")


def draw_all(found: Findings) -> dict[str, str]:
    """Every picture made, drawn and told in both languages: name → "" or the sentence that says why there is none."""
    said = {}
    for name, (kind, make) in PICTURES.items():
        try:
            material = make(found)
        except ValueError as error:
            said[name] = str(error)
            continue
        said[name] = ""
        for texts in (Texts("en"), Texts("nl")):
            with warnings.catch_warnings():
                warnings.simplefilter("error")
                KINDS[kind].draw(material, texts)
            assert KINDS[kind].title(material, texts)
            assert KINDS[kind].describe(material, texts)
    return said


NOT_ASKED = "nothing was asked about values that are unsure; flowsim unsure does"
NOTHING_MISSING = {**dict.fromkeys(PICTURES, ""), "unsure": NOT_ASKED}  # that one is drawn in test_unsure_kept


def test_every_picture_has_a_kind() -> None:
    assert {kind for kind, _ in (PICTURES | from_redesign.PICTURES | from_search.PICTURES).values()} == set(KINDS)


def test_one_state(tmp_path: Path) -> None:
    assert draw_all(kept(tmp_path, "current")) == NOTHING_MISSING


def test_one_replication(tmp_path: Path) -> None:
    assert draw_all(kept(tmp_path, "current", "quick", replications=1)) == NOTHING_MISSING


def test_two_states_with_the_same_steps(two: Findings) -> None:
    assert draw_all(two) == NOTHING_MISSING


def test_states_with_other_steps_classes_and_teams(tmp_path: Path) -> None:
    """Three states. The flow shows those with the steps of the first."""
    found = kept(tmp_path, "current", "desk", "more")
    assert draw_all(found) == NOTHING_MISSING
    assert [f.state for f in cumulative_flow(found).flows] == ["current", "more"]
    assert [b.state for b in ledger(found).bars] == ["current", "desk", "more"]


def test_no_promise(tmp_path: Path) -> None:
    found = kept(tmp_path, "current", sets=("requests.letter.promise=none",))
    assert draw_all(found) == NOTHING_MISSING
    assert list(lead_times(found).promises) == []
    assert all(list(c.within) == [] for c in lead_times(found).curves)


def test_no_warm_up(tmp_path: Path) -> None:
    found = kept(tmp_path, "current", sets=("run.warm-up=0 h",))
    assert draw_all(found) == NOTHING_MISSING
    assert wip_over_time_of(found).warm_up == 0
    assert cumulative_flow(found).days[0] == 0


def test_no_request_ended(tmp_path: Path) -> None:
    """Pictures of times are not drawn, those of requests in the process are."""
    said = draw_all(kept(tmp_path, "current", sets=("tasks.decide.time=900 h",)))
    sentence = "no measured request ended, so there are no lead times to draw"
    assert said == NOTHING_MISSING | {
        "lead-time": sentence,
        "waiting-time": sentence,
        "ledger": sentence,
        "life-strips": "no measured request of the first run ended, so there is none to follow",
        "warm-up": "no request ended, so there is no start to see",
    }


def test_nobody_came(tmp_path: Path) -> None:
    nobody = ("requests.letter.arrivals=every 1000 weeks", "requests.form.arrivals=every 1000 weeks")
    said = draw_all(kept(tmp_path, "current", sets=nobody))
    assert [name for name, sentence in said.items() if not sentence] == [
        "wip-over-time",
        "wip-distribution",
        "cumulative-flow",
    ]


def test_no_request_ended_in_one_of_two_states(tmp_path: Path) -> None:
    """The other one is drawn; none can be followed through both."""
    text = TOWN.replace("steps.Decide.handoff.batch: none", "tasks.decide.time: 900 h")
    found = kept(tmp_path, "current", "quick", text=text)
    said = draw_all(found)
    assert said == NOTHING_MISSING | {
        "life-strips": "no measured request of the first run ended in every state, so there is none to follow"
    }
    full, empty = lead_times(found).curves
    assert full.p.size
    assert not empty.p.size
    assert ledger(found).bars[1].total == 0


def test_requests_answered_at_once(tmp_path: Path) -> None:
    """No work at all: lead times of 0, and a strip of no length each."""
    found = kept(tmp_path, "quick", sets=("tasks.open.time=0 s", "tasks.decide.time=0 s", "steps.Decide.handoff=none"))
    assert draw_all(found) == NOTHING_MISSING
    (lives,) = life_strips(found).states
    assert {strip.lead for strip in lives.strips} == {0.0}
    assert lead_times(found).curves[0].percentiles[90] == 0


def test_a_line_of_fifteen_steps(tmp_path: Path) -> None:
    """Steps are put together for the flow; the last is the last."""
    found = kept(tmp_path, "current", text=LONG_LINE, replications=1)
    assert draw_all(found) == NOTHING_MISSING
    flow = cumulative_flow(found)
    assert len(flow.stages) == data.MAX_STAGES
    assert flow.stages[-1] == "Step 15"
    assert flow.flows[0].counts.shape[0] == data.MAX_STAGES + 1


def test_more_states_than_fit(tmp_path: Path) -> None:
    """Six of seven are drawn."""
    plans = tuple(StatePlan(f"s{i}", model(TOWN, "quick")) for i in range(7))
    planned = Plan("many", plans, 1, 3, {}, jobs=1, audit=False)
    with RunFolder.create(tmp_path, "many", planned.identity) as folder:
        found = Findings(open_run(perform(planned, folder).folder, tmp_path))
    assert draw_all(found) == NOTHING_MISSING
    assert [c.state for c in lead_times(found).curves] == [f"s{i}" for i in range(6)]
    assert len(life_strips(found).states) <= 3


# -- what the pictures show --------------------------------------------------------------------------------------------


def test_the_curve_is_what_the_run_says(two: Findings) -> None:
    """Percentiles, mean and promise as in the estimates; p from 0 to 1."""
    picture = lead_times(two)
    assert (picture.measure, picture.unit) == ("lead_time", "working day")
    for curve in picture.curves:
        assert (curve.p[0], curve.p[-1]) == (0.0, 1.0)
        for percent in (50, 80, 85, 90, 95):
            estimate = two.get(curve.state, f"working lead time P{percent}")
            assert estimate is not None
            assert curve.percentiles[percent] == pytest.approx(estimate.value / 480)
        kept_share = two.get(curve.state, "within promise", "letter")
        assert kept_share is not None
        assert list(curve.within) == [kept_share.value]
        assert curve.shares.sum() == pytest.approx(1.0)
        assert picture.edges[-1] > curve.value[-1]
        assert 21 <= len(picture.edges) <= 42
    assert [(p.label, p.value) for p in picture.promises] == [("letter", 2.0)]
    assert picture.curves[0].mean > picture.curves[1].mean


def test_waiting_is_shorter_than_the_lead_time(two: Findings) -> None:
    waits, leads = waiting_times(two), lead_times(two)
    assert waits.unit == leads.unit
    assert list(waits.promises) == []
    for wait, lead in zip(waits.curves, leads.curves, strict=True):
        assert 0 <= wait.mean < lead.mean


def test_the_ledger_adds_up_to_the_lead_time(two: Findings) -> None:
    for bar in ledger(two).bars:
        lead, worked = two.get(bar.state, "lead time mean"), two.get(bar.state, "process time mean")
        assert lead is not None
        assert worked is not None
        assert bar.total == pytest.approx(lead.value)
        assert bar.at_work == pytest.approx(worked.value)


def test_wip_pictures_agree_with_the_measure(two: Findings) -> None:
    for shares in wip_distribution_of(two).states:
        assert float((shares.count * shares.share).sum()) == pytest.approx(shares.average)
        below = float(shares.share[shares.count <= shares.most].sum())
        assert below >= 0.95
        assert below - float(shares.share[shares.count == shares.most].sum()) < 0.95
    picture = wip_over_time_of(two)
    length = two.model("current").run.length / 86_400_000
    assert picture.days[-1] <= length
    assert picture.warm_up == pytest.approx(two.model("current").run.warm_up / 86_400_000)
    assert picture.runs == 2
    for curve in picture.curves:
        late = picture.days >= picture.warm_up
        assert float(curve.mean[late].mean()) == pytest.approx(curve.average, rel=0.15)


def test_the_flow_is_shown_after_the_warm_up(two: Findings) -> None:
    picture = cumulative_flow(two)
    assert picture.days[0] >= two.model("current").run.warm_up / 86_400_000
    assert picture.days[-1] <= two.model("current").run.length / 86_400_000
    assert list(picture.stages) == ["Open", "Decide"]


def test_r4_strips_are_of_the_same_requests(tmp_path: Path) -> None:
    """With a class more in the second state numbers differ, requests do not: the first opening takes the same time."""
    found = kept(tmp_path, "current", "more")
    now, later = life_strips(found).states
    assert [s.name for s in now.strips] == [s.name for s in later.strips]
    leads = [s.lead for s in now.strips]
    assert leads == sorted(leads)
    for one, other in zip(now.strips, later.strips, strict=True):
        first_work = [
            sum(end - start for start, end, part in strip.segments if part == "work_adding") for strip in (one, other)
        ]
        assert first_work[0] == pytest.approx(first_work[1])
    for strip in (*now.strips, *later.strips):
        assert strip.segments[0][0] == 0
        ends = [end for _, end, _ in strip.segments]
        assert [start for start, _, _ in strip.segments][1:] == ends[:-1]


# -- units and promises ------------------------------------------------------------------------------------------------


def test_an_elapsed_promise_is_drawn_in_elapsed_time(tmp_path: Path) -> None:
    found = kept(tmp_path, "current", sets=("requests.letter.promise=3 days",))
    assert draw_all(found) == NOTHING_MISSING
    picture = lead_times(found)
    assert picture.unit == "day"
    assert [(p.label, p.value) for p in picture.promises] == [("letter", 3.0)]
    estimate = found.get("current", "lead time P90")
    assert estimate is not None
    assert picture.curves[0].percentiles[90] == pytest.approx(estimate.value / 1440)


@pytest.mark.parametrize("elapsed", ["3 days", "20 h"])
def test_promises_of_both_kinds(tmp_path: Path, elapsed: str) -> None:
    """On an axis of elapsed time, in days or hours, a promise in working days has no place."""
    sets = [f"requests.form.promise={elapsed}"]
    if elapsed.endswith("h"):
        sets += [
            "steps.Decide.handoff=none",
            "steps.Decide.returns=none",
            "calendars.office.hours=every day 0:00-23:00",
        ]
    found = kept(tmp_path, "current", sets=tuple(sets))
    picture = lead_times(found)
    assert picture.unit == ("hour" if elapsed.endswith("h") else "day")
    assert [(p.label, p.value) for p in picture.promises] == [("form", float(elapsed.split()[0]))]
    shown = found.get("current", "within promise", "form")
    assert shown is not None
    assert list(picture.curves[0].within) == [shown.value]


def test_a_calendar_that_never_closes(tmp_path: Path) -> None:
    """Then a day is a day; nobody is told of "working days" of 24 hours."""
    sets = ("run.calendar=always", "calendars.office.hours=every day 0:00-24:00", "requests.letter.promise=36 h")
    found = kept(tmp_path, "quick", sets=sets)
    picture = lead_times(found)
    assert picture.unit in ("day", "hour")
    size = {"day": 24.0, "hour": 1.0}[picture.unit]
    assert [p.value for p in picture.promises] == [36.0 / size]


def test_short_times_are_drawn_in_hours(tmp_path: Path) -> None:
    found = kept(tmp_path, "quick", sets=("requests.letter.promise=4 working hours",))
    picture = lead_times(found)
    assert picture.unit == "hour"
    assert [p.value for p in picture.promises] == [4.0]


def test_a_promise_of_a_class_another_state_does_not_have(tmp_path: Path) -> None:
    """No line for it, for the picture would say that the other state kept it never. The other way round too."""
    found = kept(tmp_path, "more", "current")
    assert list(lead_times(found).promises) == []
    assert found.get("more", "within promise", "call") is not None
    picture = lead_times(kept(tmp_path / "other", "current", "more"))
    assert [p.label for p in picture.promises] == ["letter"]


def test_histogram_edges_hold_every_value() -> None:
    rng = np.random.default_rng(1)
    for top in (*rng.exponential(3.0, 300), 1.0, 0.1, 40.0, 1e-9, 1e9, 0.7 * 3):
        values = np.sort(np.append(rng.random(20) * top, top))
        edges = _edges([values])
        assert edges[0] == 0
        assert edges[-1] > top
        assert edges[-2] <= top * (1 + 1e-12)
        assert 21 <= len(edges) <= 42
        assert np.histogram(values, bins=edges)[0].sum() == 21
    assert _edges([np.zeros(3)]).tolist() == [0.0, 1.0]
    assert _edges([]).size == 0
