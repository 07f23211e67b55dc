"""The Record of a kept replication is the one the engine made, but for what is not kept."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from kept_runs import DESK, EVERYTHING, RICH, keep, kept, model, of_models, plan

from flowsim.draws import Draws
from flowsim.engine import run
from flowsim.errors import UsageError
from flowsim.experiments import experiment, replicate
from flowsim.experiments.findings import Findings
from flowsim.experiments.replay import stored_record
from flowsim.experiments.store import open_run
from flowsim.metrics.ledger import visit_ledger
from flowsim.metrics.schema import SCHEMA
from flowsim.metrics.tables import Tables, tables
from flowsim.model import ALWAYS, Arrivals, Distribution, Model, RequestClass, Run, Step, StepTask, Task, Team
from flowsim.model.calendar import DAY, HOUR
from flowsim.record import NONE, Kind, Record, Via
from flowsim.record.columns import TextColumn
from flowsim.record.fingerprint import fingerprint

STATES = ("current", "lean", "desk", "busier", "stuck")


@pytest.fixture(scope="module")
def everything(tmp_path_factory: pytest.TempPathFactory) -> Findings:
    return kept(tmp_path_factory.mktemp("replay"), plan(EVERYTHING, *STATES))


def same(kept_record: Record, made: Record) -> None:
    assert kept_record.replication == made.replication
    assert kept_record.outcomes == made.outcomes
    assert kept_record.ended_at == made.ended_at
    for kind in ("requests", "visits", "crew", "branches", "away"):
        old, new = getattr(made, kind), getattr(kept_record, kind)
        assert list(old) == list(new)
        for name, column in old.items():
            assert new[name].dtype == np.int64, name
            np.testing.assert_array_equal(new[name], column, err_msg=f"{kind}: {name}")


@pytest.mark.parametrize("state", STATES)
@pytest.mark.parametrize("replication", [1, 2])
def test_the_stored_record_is_the_engines(everything: Findings, state: str, replication: int) -> None:
    same(stored_record(everything, state, replication), run(model(EVERYTHING, state), Draws(7, replication)))


def test_these_states_have_everything_in_them(everything: Findings) -> None:
    """Else the test above says less than it seems to."""
    record = stored_record(everything, "current", 1)
    visits, requests = record.visits, record.requests
    assert {int(k) for k in np.unique(visits["kind"])} == {int(k) for k in Kind} - {int(Kind.WITHDRAWN)}
    assert {int(v) for v in np.unique(visits["via"])} == {int(v) for v in Via} - {int(Via.BACKLOG)}
    assert (visits["team"] == NONE).any(), "a question to the customer"
    assert ((visits["kind"] == Kind.ANSWER) & (visits["team"] != NONE)).any(), "a question to the sender"
    assert (visits["transfer_batch"] >= 0).any()
    assert (visits["process_batch"] >= 0).any()
    assert (visits["in_return"] == 1).any()
    assert set(np.unique(requests["outcome"])) >= {0, 1}
    assert record.outcomes == ("done", "refused")
    stuck = stored_record(everything, "stuck", 1)
    assert ((stuck.requests["ended"] == NONE) & (stuck.requests["measured"] == 1)).any()
    assert stuck.ended_at == 2 * model(EVERYTHING, "stuck").run.length
    assert (stuck.visits["started"] == NONE).any()
    assert len(model(EVERYTHING, "busier").classes) == 3
    assert len(model(EVERYTHING, "desk").steps) == 3


@pytest.fixture(scope="module")
def rich(tmp_path_factory: pytest.TempPathFactory) -> Findings:
    planned = plan(RICH, "current", "patient", audit=False)  # the audit has tests of its own
    return kept(tmp_path_factory.mktemp("rich"), planned)


@pytest.mark.parametrize("state", ["current", "patient"])
@pytest.mark.parametrize("replication", [1, 2])
def test_branches_crews_and_people_away_are_kept_whole(rich: Findings, state: str, replication: int) -> None:
    """R5, R8, R10, R13–R15: the tables `crew`, `branches` and `away`, and all columns of visits and requests."""
    same(stored_record(rich, state, replication), run(model(RICH, state), Draws(7, replication)))


def test_the_rich_states_have_everything_in_them(rich: Findings) -> None:
    record = stored_record(rich, "current", 1)
    assert min(len(record.crew["team"]), len(record.branches["split"]), len(record.away["team"])) > 10
    assert (record.visits["kind"] == Kind.WITHDRAWN).any()
    assert (record.visits["via"] == Via.BACKLOG).any()
    assert (record.visits["branch"] > 0).any()
    assert (record.visits["admitted"] > record.visits["delivered"]).any()
    assert (record.requests["age"] > 0).any()
    assert (record.requests["chase"] > 1).any()
    assert record.outcomes == ("done", "refused", "withdrawn")
    assert (record.requests["outcome"] == 2).any()
    assert stored_record(rich, "patient", 1).outcomes == ("done", "refused")


def test_every_table_can_be_made_again_from_a_rich_record(rich: Findings) -> None:
    of = model(RICH, "current")
    again = tables(of, stored_record(rich, "current", 1))
    for name, table in tables(of, run(of, Draws(7, 1))).items():
        assert fingerprint(table) == fingerprint(again[name]), name


def test_a_run_of_before_there_were_branches_reads_as_one_without(tmp_path: Path, monkeypatch: Any) -> None:
    """Tables of version 1: no crew, branches and times away, nor the columns that came with them."""
    new = {"crew", "branches", "away", "splits"}
    later = {"branch", "critical", "age_ms", "parent", "chase"}
    old = {
        name: tuple(c for c in columns if c.name not in later) for name, columns in SCHEMA.items() if name not in new
    }
    monkeypatch.setattr(experiment, "SCHEMA", old)
    made = replicate.tables

    def cut(of: Model, record: Record) -> Tables:
        return {
            name: {c: v for c, v in table.items() if c not in later} if name in ("visits", "requests") else table
            for name, table in made(of, record).items()
        }

    monkeypatch.setattr(replicate, "tables", cut)
    done = keep(tmp_path, plan(EVERYTHING, "current", replications=1))
    assert {t.name for t in done.manifest.tables}.isdisjoint(new)
    found = Findings(open_run(done.folder, tmp_path))
    same(stored_record(found, "current", 1), run(model(EVERYTHING, "current"), Draws(7, 1)))


def test_the_tables_can_be_made_again_from_it(everything: Findings) -> None:
    """The kept ledger of the visits, and every other table, from the stored Record."""
    record = stored_record(everything, "current", 2)
    again = tables(model(EVERYTHING, "current"), record)["summary"]
    stored = everything.run.table("summary")
    states, value = stored["state"], stored["value"]
    assert isinstance(states, TextColumn)
    here = (states.codes == states.words.index("current")) & (np.asarray(stored["replication"]) == 2)
    np.testing.assert_array_equal(np.asarray(value)[here], np.asarray(again["value"]))
    ledger = visit_ledger(model(EVERYTHING, "current"), record)
    made = run(model(EVERYTHING, "current"), Draws(7, 2))
    for part, ticks in visit_ledger(model(EVERYTHING, "current"), made).items():
        np.testing.assert_array_equal(ledger[part], ticks, err_msg=part)


def test_a_replication_that_is_not_there(everything: Findings) -> None:
    for number in (0, 3, -1):
        with pytest.raises(UsageError, match=f"no replication {number}") as caught:
            stored_record(everything, "current", number)
        assert caught.value.code == "FS707"
        assert "1 to 2" in caught.value.hint


def test_r16_the_end_of_the_run(tmp_path: Path) -> None:
    """One tick after the last measured request ended, not before the length: ended early, late, just then."""

    def one(name: str, arrives: int, work: int, warm_up: int = 0) -> Model:
        return Model(
            name=name,
            start="2026-01-05",
            calendars=(ALWAYS,),
            classes=(RequestClass("c", Arrivals(dates=(arrives,))),),
            tasks=(Task("t", Distribution("constant", (float(work),)), "adding"),),
            teams=(Team("T", 1, "always"),),
            steps=(Step("S", "T", (StepTask("t"),)),),
            run=Run(DAY, warm_up, "always"),
        )

    models = [
        one("early", HOUR, HOUR),
        one("just before", DAY - HOUR, HOUR - 1),
        one("at the length", DAY - HOUR, HOUR),
        one("late", DAY - HOUR, 2 * HOUR),
        one("too late", DAY - HOUR, 3 * DAY),
        one("at twice the length", DAY - HOUR, DAY + HOUR),
        one("not measured", HOUR, 3 * DAY, 2 * HOUR),
        one("nobody comes", 5 * DAY, HOUR),
    ]
    found = kept(tmp_path, of_models(*models, replications=1))
    ends = {}
    for m in models:
        record = stored_record(found, m.name, 1)
        same(record, run(m, Draws(7, 1)))
        ends[m.name] = record.ended_at
    assert ends == {
        "early": DAY,
        "just before": DAY,
        "at the length": DAY + 1,
        "late": DAY + HOUR + 1,
        "too late": 2 * DAY,
        "at twice the length": 2 * DAY,
        "not measured": DAY,
        "nobody comes": DAY,
    }


def test_names_that_look_alike_stay_apart(tmp_path: Path) -> None:
    """A step called as a team, a class called as an outcome; a state's steps as the other's teams."""
    first = model(DESK, "current")
    swapped = replace(
        first,
        name="swapped",
        teams=(replace(first.teams[0], name="Answer"),),
        steps=(replace(first.steps[0], name="Desk", team="Answer"),),
        classes=(replace(first.classes[0], name="done"),),
    )
    found = kept(tmp_path, of_models(replace(first, name="first"), swapped, replications=1))
    for m in (first, swapped):
        same(stored_record(found, "first" if m is first else "swapped", 1), run(m, Draws(7, 1)))


def test_a_route_may_end_in_an_outcome_nobody_has(tmp_path: Path) -> None:
    """Outcomes keep the engine's numbers whether or not, and in whatever order, requests ended so."""
    text = DESK.replace("does: answer}", "does: answer, next: {end as lost: 0%, end as b: 50%, end as a: 50%}}")
    found = kept(tmp_path, plan(text, "current", replications=1, seed=3))
    record = stored_record(found, "current", 1)
    assert record.outcomes == ("done", "lost", "b", "a")
    assert set(np.unique(record.requests["outcome"])) == {2, 3}
    same(record, run(model(text, "current"), Draws(3, 1)))
