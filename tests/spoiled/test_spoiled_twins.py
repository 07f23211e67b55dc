"""Spoiled twins of comparisons that have none where they stand: green on what is right, each must go red here."""

from __future__ import annotations

import os
import subprocess
import sys
import threading
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import generate
import kept_runs
import numpy as np
import plain_check
import program
import pytest
import sample_table
import test_bounds
import test_cli_new
import test_from_run
import test_journal
import test_pairs
import test_payload_words
import test_recursion
import test_recursion_branches
import test_recursion_customers
import test_recursion_people
import test_replay
import test_replicate
import test_report_items
import test_same_luck
import test_sharing
import test_staff
import test_start_up
import test_store_faults
import traces
from features import plain, with_features
from patched_engine import Patch, engine_with
from plain_check import Oracle
from plain_people import desks
from plain_rows import row_with_patience, with_branches

import fuzz
import hostile
import mutation
import oracle
import round_trips
from flowsim.draws import Draws
from flowsim.engine import run
from flowsim.errors import AuditError, StorageError
from flowsim.experiments.journal import journal
from flowsim.experiments.replay import stored_record
from flowsim.model import Model
from flowsim.model.sharing import share_out
from flowsim.record import Record

ROOT = Path(__file__).parents[2]

LATE = Patch("handling", "        alarm.at = worked\n", "        worked += 1\n        alarm.at = worked\n")
"""An engine in which people go on for a tick after their work is done."""


def made(*features: str) -> Record:
    return run(with_features(*features), Draws(3, 1))


def spoiled(record: Record, table: str, column: str) -> Record:
    """The record with another value in the first row of a column."""
    columns = {name: values.copy() for name, values in getattr(record, table).items()}
    columns[column][0] += 1
    return replace(record, **{table: columns})


# -- records and tables ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("table", ["requests", "visits"])
def test_same_record_goes_red(table: str) -> None:
    record = made()
    one = traces.Trace(plain(), Draws(3, 1), record)
    test_same_luck.same_record(one, one)
    for column in ("class", "arrived") if table == "requests" else ("step", "worked"):
        with pytest.raises(AssertionError):
            test_same_luck.same_record(one, replace(one, record=spoiled(record, table, column)))


@pytest.mark.parametrize("table", ["requests", "visits", "crew", "branches", "away"])
def test_same_goes_red(table: str) -> None:
    record = made("meeting", "nested branches", "presence")
    test_replay.same(record, record)
    for column in getattr(record, table):
        with pytest.raises(AssertionError):
            test_replay.same(spoiled(record, table, column), record)
    with pytest.raises(AssertionError):
        test_replay.same(replace(record, ended_at=record.ended_at + 1), record)


SCENARIO = """
tasks: {look: {time: 10 min, value: adding}}
teams: {Desk: {people: 2, calendar: office}}
steps:
  Look: {team: Desk, does: look, next: {parallel: [Left, Right], join: end}}
  Left: {team: Desk, does: look}
  Right: {team: Desk, does: look}
"""

SHOWN = {
    "holds": "request  step  branch  started\n0  Look  0  Mon 01-05 10:00\n0  Left  1  Mon 01-05 10:10\n"
    "0  Right  2  Mon 01-05 10:10",
    "requests_are": "request  arrived  ended\n0  Mon 01-05 10:00  Mon 01-05 10:20",
    "branches_are": "request  branch  split  began  ended\n0  1  Look  Mon 01-05 10:10  Mon 01-05 10:20\n"
    "0  2  Look  Mon 01-05 10:10  Mon 01-05 10:20",
}


@pytest.mark.parametrize("way", SHOWN)
def test_a_table_of_a_trace_goes_red(way: str, tmp_path: Path) -> None:
    """Trace.holds, Trace.requests_are, Trace.branches_are: another cell, a row less."""
    found = traces.play(run, *traces.compiled(SCENARIO, {"letter": "01-05 10:00"}, tmp_path))
    ways = {"holds": found.holds, "requests_are": found.requests_are, "branches_are": found.branches_are}
    table = SHOWN[way]
    ways[way](table)
    for wrong in (table.replace("10:00", "10:01"), table.replace("10:10", "10:11"), table.rpartition("\n")[0]):
        if wrong != table:
            with pytest.raises(AssertionError):
                ways[way](wrong)


def test_assert_same_goes_red() -> None:
    right = sample_table.sample(20)
    sample_table.assert_same(right, right)
    other = sample_table.sample(20, seed=2)
    for name in ("due", "lead_h", "late_h", "outcome", "measured"):
        with pytest.raises(AssertionError):
            sample_table.assert_same(right | {name: other[name]}, right)
    with pytest.raises(AssertionError):
        sample_table.assert_same({name: right[name] for name in reversed(right)}, right)
    with pytest.raises(AssertionError):
        sample_table.assert_same(right | {"due": np.asarray(right["due"]).astype(np.int32)}, right)


# -- engines -----------------------------------------------------------------------------------------------------------


def test_audited_goes_red(monkeypatch: pytest.MonkeyPatch) -> None:
    test_pairs.audited(plain())
    monkeypatch.setattr(test_pairs, "run", engine_with(LATE))
    with pytest.raises(AuditError):
        test_pairs.audited(plain())


def late(model: Model, draws: Draws) -> Record:
    """An engine by whose record one visit took a tick longer."""
    return spoiled(spoiled(run(model, draws), "visits", "worked"), "visits", "released")


CHECKED: dict[str, tuple[Model, int, Oracle]] = {
    "branches": (test_recursion_branches.advice(), 4, with_branches),
    "people": (test_recursion_people.pair(), 8, desks),
    "customers": (test_recursion_customers.slow(test_recursion_customers.PATIENCE), 3, row_with_patience),
}


@pytest.mark.parametrize("what", CHECKED)
def test_check_goes_red(what: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """A whole recursion held against an engine."""
    plain_check.check(*CHECKED[what])
    monkeypatch.setattr(plain_check, "run", late)
    with pytest.raises(AssertionError):
        plain_check.check(*CHECKED[what])


def test_check_line_goes_red(monkeypatch: pytest.MonkeyPatch) -> None:
    test_recursion.check_line(test_recursion.BUSY, 11)
    monkeypatch.setattr(test_recursion, "run", late)
    with pytest.raises(AssertionError):
        test_recursion.check_line(test_recursion.BUSY, 11)


# -- experiments -------------------------------------------------------------------------------------------------------


def test_contiguous_goes_red(tmp_path: Path) -> None:
    findings = kept_runs.kept(tmp_path, kept_runs.of_models(test_journal.by_hand(), replications=1))
    told, record = journal(findings, "by hand", 1, 0, "by hand"), stored_record(findings, "by hand", 1)
    test_journal.contiguous(told, record)
    first, second = told.stays
    tick = timedelta(milliseconds=1)
    later = replace(second.entries[0], begin=second.entries[0].begin + tick)
    for wrong in (
        replace(told, stays=(first,)),
        replace(told, stays=(first, replace(second, entries=(later, *second.entries[1:])))),
        replace(told, lead=told.lead + 1),
        replace(told, arrived=told.arrived - tick),
    ):
        with pytest.raises(AssertionError):
            test_journal.contiguous(wrong, record)


def test_complete_goes_red(tmp_path: Path) -> None:
    kept_runs.kept(tmp_path, kept_runs.of_models(test_journal.by_hand(), replications=1))
    (name,) = test_store_faults.complete(tmp_path)
    summary = tmp_path / name / "summary.csv"
    summary.write_text(summary.read_text(encoding="utf-8") + "more,1\n", encoding="utf-8")
    with pytest.raises(AssertionError):
        test_store_faults.complete(tmp_path)


def test_assert_one_line_goes_red(tmp_path: Path) -> None:
    good = f"cannot write {tmp_path}/x: the disk is full (1 MB of 2 MB free)"
    test_store_faults.assert_one_line(StorageError(good, code="FS602", hint=""), tmp_path)
    for wrong in (good.replace("full", "on fire"), f"{good}\n", good.replace("cannot", "can not"), good[:-6]):
        with pytest.raises(AssertionError):
            test_store_faults.assert_one_line(StorageError(wrong, code="FS602", hint=""), tmp_path)


def test_gone_goes_red() -> None:
    process = subprocess.Popen([sys.executable, "-c", ""])
    process.wait()
    assert test_replicate.gone([process.pid], 10)
    assert not test_replicate.gone([process.pid, os.getpid()], 0.1)


def test_reads_goes_red() -> None:
    """A thread that does not read, and one that has not begun."""
    assert not test_replicate._reads(threading.current_thread())
    assert not test_replicate._reads(threading.Thread())


# -- measures ----------------------------------------------------------------------------------------------------------


def test_ledger_goes_red(monkeypatch: pytest.MonkeyPatch) -> None:
    """The staff ledger: a tick of overtime that the teams know nothing of, a tick too few, less than none."""
    model = with_features("cross-training", "meeting")
    record = run(model, Draws(3, 1))
    test_staff.ledger(model, record)
    right = test_staff.staff_rows

    def wrong(change: dict[str, int]) -> Any:
        def rows(frame: Any) -> Any:
            found, idle = right(frame)
            kinds = {kind: ticks + change.get(kind, 0) for kind, ticks in found[0].kinds.items()}
            first = replace(found[0], kinds=kinds, overtime=found[0].overtime + change.get("overtime", 0))
            return [first, *found[1:]], idle

        return rows

    kinds = list(test_staff.KINDS)
    for change in ({"overtime": 1}, {kinds[0]: -1}, {kinds[0]: -(1 << 50), kinds[1]: 1 << 50}):
        monkeypatch.setattr(test_staff, "staff_rows", wrong(change))
        with pytest.raises(AssertionError):
            test_staff.ledger(model, record)


def test_time_of_goes_red() -> None:
    supplies = [test_sharing.Supply(6, (0, 1)), test_sharing.Supply(3, (1,))]
    found = share_out([test_sharing.Work(3, (0,)), test_sharing.Work(3, (1,))], supplies)
    test_sharing._time_of(found, supplies)
    first, *others = found.given
    for wrong in ({t: x / 2 for t, x in first.items()}, {7: 1.0}):
        with pytest.raises(AssertionError):
            test_sharing._time_of(replace(found, given=[wrong, *others]), supplies)


# -- what is shown -----------------------------------------------------------------------------------------------------


def test_json_goes_red() -> None:
    assert program.Answer(0, '{"flowsim": "1", "format": 1, "x": 2}', "").json["x"] == 2
    for wrong in (
        '{"flowsim": "1", "format": 2}',
        '{"format": 1, "flowsim": "1"}',
        '[{"flowsim": "1", "format": 1}]',
        '{"flowsim": "1", "format": 1, "x": NaN}',
    ):
        with pytest.raises(AssertionError):
            assert program.Answer(0, wrong, "").json


def test_sane_goes_red() -> None:
    program._sane(program.Answer(0, "fine\n", ""), ())
    for wrong in (
        program.Answer(1, "", "Traceback (most recent call last):\n"),
        program.Answer(70, "", "something went wrong [FS001]\n"),
        program.Answer(0, "\x1b[2J", ""),
        program.Answer(0, "a\u202eb", ""),
    ):
        with pytest.raises(AssertionError):
            program._sane(wrong, ())


def test_loaded_goes_red() -> None:
    with pytest.raises(AssertionError):
        test_start_up._loaded("raise SystemExit(1)")


def test_completed_goes_red(tmp_path: Path) -> None:
    """Anything on the second stream would stand in the middle of what somebody types."""
    assert test_cli_new._completed(tmp_path, "flowsim ru")
    with pytest.raises(AssertionError):
        test_cli_new._completed(tmp_path, "flowsim ru", PYTHONVERBOSE="1")


def test_draw_all_goes_red(monkeypatch: pytest.MonkeyPatch) -> None:
    def kind(title: str, description: str) -> Any:
        return SimpleNamespace(
            draw=lambda material, texts: None,
            title=lambda material, texts: title,
            describe=lambda material, texts: description,
        )

    monkeypatch.setattr(test_from_run, "PICTURES", {"one": ("one", lambda found: found)})
    monkeypatch.setattr(test_from_run, "KINDS", {"one": kind("a title", "a description")})
    found: Any = None
    assert test_from_run.draw_all(found) == {"one": ""}
    for silent in (kind("", "a description"), kind("a title", "")):
        monkeypatch.setattr(test_from_run, "KINDS", {"one": silent})
        with pytest.raises(AssertionError):
            test_from_run.draw_all(found)


def test_stale_goes_red(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    page = ROOT / "docs" / "measures.md"
    other = tmp_path / "measures.md"
    other.write_text(page.read_text(encoding="utf-8").replace("| `transit` |", "| `transported` |"), encoding="utf-8")
    monkeypatch.setattr(generate, "pages", lambda: [page, other])
    assert generate.stale() == [other]


def test_has_no_words_goes_red() -> None:
    assert test_report_items._has_no_words("Intake")
    assert not test_report_items._has_no_words("The team is open on weekdays.")


def test_codes_goes_red(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A file that is looked at for eleven seconds."""
    assert test_bounds.codes(tmp_path, "flowsim: 1\n")
    clock = iter((0.0, 11.0))
    monkeypatch.setattr(test_bounds, "time", SimpleNamespace(process_time=lambda: next(clock)))
    with pytest.raises(AssertionError):
        test_bounds.codes(tmp_path, "flowsim: 1\n")


def test_asked_goes_red(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """An answer without end, and one that takes ten seconds."""
    assert test_payload_words.asked(tmp_path, ["--version"]).code == 0
    monkeypatch.setattr(test_payload_words, "quick", lambda *_, **__: program.Answer(0, "x" * 700_000, ""))
    with pytest.raises(AssertionError):
        test_payload_words.asked(tmp_path, ["--version"])
    clock = iter((0.0, 10.0))
    monkeypatch.setattr(test_payload_words, "quick", lambda *_, **__: program.Answer(0, "x", ""))
    monkeypatch.setattr(test_payload_words, "time", SimpleNamespace(process_time=lambda: next(clock)))
    with pytest.raises(AssertionError):
        test_payload_words.asked(tmp_path, ["--version"])


# -- proofs ------------------------------------------------------------------------------------------------------------


def test_conclude_goes_red(monkeypatch: pytest.MonkeyPatch) -> None:
    """A mutation score below the goal: four of five seen are too few, five of five are not."""
    kept: list[Any] = []
    monkeypatch.setattr(mutation, "keep", kept.append)
    source = str(mutation.SOURCE / "engine" / "gates.py")
    mutants = [SimpleNamespace(room="engine", file=source, line=n, before="a", after="b") for n in range(5)]
    for unseen, code in ((0, 0), (1, 1)):
        verdicts = {n: "unseen" if n < unseen else "seen" for n in range(5)}
        plugin: Any = SimpleNamespace(mutants=mutants, verdicts=verdicts, known=5)
        assert mutation.conclude(plugin, 1.0) == code
        assert kept[-1].passed is (code == 0)


@pytest.mark.parametrize(("wrong", "code"), [([], 0), (["number 7: a traceback"], 1)])
def test_main_goes_red(wrong: list[str], code: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """Hostile input: one thing wrong in a whole run."""
    kept: list[Any] = []
    monkeypatch.setattr(hostile, "keep", kept.append)
    monkeypatch.setattr(hostile, "carry_out", lambda what, *_: hostile.Tally(wrong=wrong if what == "files" else []))
    monkeypatch.setattr(sys, "argv", ["hostile.py", "--files", "1", "--commands", "1"])
    assert hostile.main() == code
    assert [result.passed for result in kept] == [code == 0]


@pytest.mark.parametrize(("found", "runs", "code"), [("", 10**6, 0), ("ZeroDivisionError", 10**6, 1), ("", 1, 1)])
def test_everything_goes_red(found: str, runs: int, code: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """Fuzzing: something found, and fewer inputs tried than there were to be."""
    done = SimpleNamespace(found=found, runs=runs, seconds=1.0, reached=5)
    monkeypatch.setattr(fuzz, "fuzz", lambda *_: done)
    monkeypatch.setattr(round_trips, "hold", lambda *_, **__: None)
    assert fuzz._everything(1000, 1, trying=True) == code


@pytest.mark.parametrize("failure", ["", "FAIL pooled teams: AssertionError"])
def test_keep_result_goes_red(failure: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """The oracle: one scenario in which the engine differs."""
    kept: list[Any] = []
    monkeypatch.setattr(oracle, "keep", lambda result: kept.append(result) or Path(oracle.__file__).resolve())
    told: Any = SimpleNamespace(examples=10, seed=1)
    found = oracle.Found()
    found.failure = failure
    oracle.keep_result(told, found, [], 1.0)
    assert [result.passed for result in kept] == [failure == ""]
