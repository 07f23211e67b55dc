"""Pictures of a run with branches, chases and withdrawals: of customers' requests, along what was waited for."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from flowsim.experiments.experiment import Plan, StatePlan, perform
from flowsim.experiments.findings import Findings
from flowsim.experiments.replay import stored_record
from flowsim.experiments.store import RunFolder, open_run
from flowsim.plots.from_run import cumulative_flow, lead_times, life_strips
from flowsim.record import NONE
from flowsim.scenario import load_text

FORKED = """\
flowsim: 1
name: Forked
calendars: {office: {hours: mon-fri 09:00-17:00, working day: 8 h}}
requests:
  form:
    arrivals: 8 per working day
    calendar: office
    promise: 1 working day
    patience: 4 days ± 3 days
    chasing: {to: Desk, takes: 5 min, every: 2 h, after: 2 h}
tasks:
  open: {time: exponential(20 min), value: necessary}
  look: {time: exponential(40 min), value: adding}
teams:
  Desk: {people: 2, calendar: office}
  Back: {people: 2, calendar: office}
steps:
  Open: {team: Desk, does: open, next: {parallel: [Left, Right], join: Send}}
  Left: {team: Back, does: look}
  Right: {team: Back, does: look}
  Send: {team: Desk, does: open}
run: {length: 20 working days, replications: 1, seed: 3, calendar: office}
"""


@pytest.fixture(scope="module")
def forked(tmp_path_factory: pytest.TempPathFactory) -> Findings:
    root: Path = tmp_path_factory.mktemp("forked")
    model = load_text(FORKED, "forked.yaml").compile("current").model
    plan = Plan("Forked", (StatePlan("current", model),), 1, 3, {"forked.yaml": FORKED}, jobs=1, audit=False)
    with RunFolder.create(root, plan.title, plan.identity) as folder:
        done = perform(plan, folder)
    return Findings(open_run(done.folder, root))


def test_steps_that_only_chases_visit_are_no_stage_of_the_flow(forked: Findings) -> None:
    assert [step.name for step in forked.model("current").steps][-1] == "Chasing of form"
    flow = cumulative_flow(forked)
    assert flow.stages == ["Open", "Left", "Right", "Send"]
    (only,) = flow.flows
    assert only.counts.shape[0] == 5
    record = stored_record(forked, "current", 1)
    own = record.requests["parent"] == NONE
    assert not own.all()
    ticks = np.rint(flow.days * 86_400_000)
    assert only.counts[0].tolist() == [(record.requests["arrived"][own] <= t).sum() for t in ticks]
    ended = record.requests["ended"][own]
    assert only.counts[-1].tolist() == [((ended != NONE) & (ended <= t)).sum() for t in ticks]


def test_r15_lead_times_and_lives_are_of_those_who_got_an_answer(forked: Findings) -> None:
    record = stored_record(forked, "current", 1)
    requests = record.requests
    answered = (requests["measured"] == 1) & (requests["ended"] != NONE) & (requests["outcome"] == 0)
    assert answered.sum() < ((requests["measured"] == 1) & (requests["ended"] != NONE)).sum()
    (curve,) = lead_times(forked).curves
    found = forked.get("current", "working lead time mean")
    assert found is not None
    assert curve.mean == pytest.approx(found.value / 480)
    (lives,) = life_strips(forked).states
    for strip in lives.strips:
        number = int(strip.name)
        assert answered[number]
        lead = (requests["ended"][number] - requests["arrived"][number]) / 60_000
        assert strip.segments[-1][1] == pytest.approx(lead)
