"""A study of what is not known in a results folder: read back as it was, drawn, told, made again."""

from __future__ import annotations

import pytest

from flowsim.cli.unsure_tell import advice, troubles, unsure_json, verdict_sentence
from flowsim.experiments.experiment import Plan, StatePlan, perform
from flowsim.experiments.findings import Findings
from flowsim.experiments.reproduce import reproduce
from flowsim.experiments.store import RunFolder, open_run
from flowsim.plots import KINDS
from flowsim.plots.from_run import unsure
from flowsim.redesign.unsure import Runs, results, run_study, study
from flowsim.redesign.unsure_kept import perform_study, read_study, study_again
from flowsim.scenario import load_text
from flowsim.texts import Texts

FILE = """\
flowsim: 1
name: Desk
requests: {letter: {arrivals: 50 .. 85 per day unsure, promise: 1 h}}
tasks: {read: {time: exponential(14 .. 22 min) unsure, value: adding}}
teams: {A: {people: 1}}
steps: {One: {team: A, does: read}}
run: {length: 3 days, replications: 2}
states: {now: {}, two: {changes: [{name: More, set: {teams.A.people: 2}}]}}
"""
RUNS = Runs(seed=1, replications=3, jobs=1)


@pytest.fixture(scope="module")
def found(tmp_path_factory: pytest.TempPathFactory) -> Findings:
    root = tmp_path_factory.mktemp("unsure")
    scenario = load_text(FILE, "desk.yaml")
    asked = study(scenario, ["now", "two"], (), 1, points=16)
    asked.failed["two", 3] = "a reason"
    del asked.models["two", 3]
    states = tuple(StatePlan(state, scenario.compile(state).model) for state in scenario.states)
    plan = Plan("desk", states, 2, 1, scenario.text)
    with RunFolder.create(root, "desk", plan.identity) as folder:
        done = perform(plan, folder, also=lambda place, luck_of: perform_study(asked, RUNS, luck_of, place))
    return Findings(open_run(done.folder, root))


def test_what_is_read_is_what_was_found(found: Findings) -> None:
    kept = read_study(found.run)
    again = study(load_text(FILE, "desk.yaml"), ["now", "two"], (), 1, points=16)
    del again.models["two", 3]
    assert kept.study.inputs == again.inputs
    assert (kept.study.u == again.u).all()
    assert kept.study.models == again.models
    assert kept.results == tuple(results(again, run_study(again, RUNS), 2))


def test_it_is_made_again_from_its_folder_alone(found: Findings) -> None:
    report = reproduce(found.run, 1, None, study_again(found.run, 1))
    assert report.same, report.tables
    assert {"unsure_results", "unsure_values", "estimates"} <= set(report.tables)


def test_it_is_drawn_in_both_languages(found: Findings) -> None:
    material, kind = unsure(found), KINDS["unsure"]
    for texts in (Texts("en"), Texts("nl")):
        kind.draw(material, texts)
        assert kind.title(material, texts)
    assert kind.title(material, Texts("en")).startswith("Measure ")


def test_it_is_told_in_words(found: Findings) -> None:
    kept = read_study(found.run)
    assert advice(kept, "now").startswith("Measure ")
    counts = {word: count for word, count in kept.results[6].verdicts.items() if count}
    assert kept.results[6].before == "now"
    assert sum(counts.values()) == 15
    said = verdict_sentence(kept, "two")
    assert all(f"at {count}" in said for count in counts.values())
    said = verdict_sentence(kept, "two", "within promise")
    assert said.startswith("Of 15 combinations two is better at ")
    told = troubles(kept)
    assert "A has more work than time in now" in told[0]
    assert "At 1 of 16 combinations two cannot be run, and they are left out: a reason." in told[1]
    body = unsure_json(found, kept)
    assert [one["split"]["points"] for one in body["results"] if one["split"]].count(15) == 6
    assert body["failed"][0]["point"] == 4
