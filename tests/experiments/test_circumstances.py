"""What went on around a request (R5, R8, R13–R15), read from a kept run, and told on the command line."""

from __future__ import annotations

from datetime import datetime, timedelta

import numpy as np
import pytest
from kept_runs import RICH, kept, plan

from flowsim.experiments.circumstances import Circumstances, circumstances
from flowsim.experiments.findings import Findings
from flowsim.experiments.replay import stored_record
from flowsim.metrics.frame import Frame
from flowsim.record import NONE, Record

START = datetime(2026, 1, 5, 8)
STEPS = ("Open", "Look", "Ask", "Check", "Decide", "Chasing of letter")


@pytest.fixture(scope="module")
def rich(tmp_path_factory: pytest.TempPathFactory) -> Findings:
    return kept(tmp_path_factory.mktemp("around"), plan(RICH, "current", replications=1, audit=False))


@pytest.fixture(scope="module")
def record(rich: Findings) -> Record:
    return stored_record(rich, "current", 1)


def around(rich: Findings, number: int) -> Circumstances:
    return circumstances(rich, "current", 1, number)


def rows(record: Record, number: int) -> list[int]:
    return np.flatnonzero(record.visits["request"] == number).tolist()


def test_r5_of_a_backlog_how_old_it_was(rich: Findings, record: Record) -> None:
    old = np.flatnonzero(record.requests["age"] > 0).tolist()
    assert len(old) == 5
    assert [around(rich, i).age for i in old] == record.requests["age"][old].tolist()
    assert around(rich, old[-1] + 1).age == 0


def test_r15_when_the_customer_chased_and_what_a_chase_is_about(rich: Findings, record: Record) -> None:
    parents, counts = np.unique(record.requests["parent"], return_counts=True)
    most = int(parents[1:][counts[1:].argmax()])
    own = np.flatnonzero(record.requests["parent"] == most)
    assert own.size > 1
    told = around(rich, most)
    assert list(told.chased) == [START + timedelta(milliseconds=int(t)) for t in record.requests["arrived"][own]]
    assert (told.parent, told.chase) == (None, 0)
    assert [(around(rich, int(i)).parent, around(rich, int(i)).chase) for i in own] == [
        (most, k + 1) for k in range(own.size)
    ]


def test_r13_on_which_branch_and_how_long_it_waited_for_the_others(rich: Findings, record: Record) -> None:
    frame = Frame(rich.model("current"), record)
    waited = 0
    for number in np.unique(record.branches["request"]).tolist():
        told = around(rich, number).visits
        mine = rows(record, number)
        assert len(told) == len(mine)
        for one, row in zip(told, mine, strict=True):
            own = int(frame.forks.of_visits[row])
            if own == NONE:
                assert one.branch is None
                continue
            assert one.branch is not None
            place, critical = int(record.branches["place"][own]), bool(frame.forks.critical[own])
            assert (one.branch.split, one.branch.place, one.branch.of) == ("Open", place + 1, 2)
            assert one.branch.critical == critical == frame.critical[row]
            last = row == max(r for r in mine if record.visits["branch"][r] == record.visits["branch"][row])
            ended, joined = (int(record.branches[c][own]) for c in ("ended", "joined"))
            if last and ended != NONE:
                assert one.branch.ended == START + timedelta(milliseconds=ended)
                assert one.branch.waited == (record.ended_at if joined == NONE else joined) - ended
                waited += one.branch.waited > 0
            else:
                assert (one.branch.ended, one.branch.waited) == (None, 0)
    assert waited > 10


def test_r8_who_did_it_and_who_else_was_there(rich: Findings, record: Record) -> None:
    """Decide takes one of Board and one of Middle, where Bob is number 2; Ann is number 1 of Front and of Board."""
    names = {("Front", 1): "Ann", ("Board", 1): "Ann", ("Middle", 2): "Bob"}
    teams = ("Front", "Middle", "Board")
    seen: set[str] = set()
    for number in np.unique(record.crew["request"]).tolist():
        for one, row in zip(around(rich, number).visits, rows(record, number), strict=True):
            team, person = (int(record.visits[c][row]) for c in ("team", "person"))
            assert one.person == (names.get((teams[team], person), "") if person != NONE else "")
            if STEPS[record.visits["step"][row]] == "Decide" and person != NONE:
                (other,) = one.others
                assert (other.team, other.count) == ("Middle", 1)
                seen.add(other.name)
            else:
                assert one.others == ()
    assert seen == {"", "Bob"}


def test_r14_where_it_stayed_until_it_was_let_in(rich: Findings, record: Record) -> None:
    v = record.visits
    blocked = np.flatnonzero((v["admitted"] > v["delivered"]) & (v["from_step"] == 0) & (v["step"] == 1)).tolist()
    assert blocked
    for row in blocked:
        number = int(v["request"][row])
        assert around(rich, number).visits[rows(record, number).index(row)].stayed_at == "Open"
    arrived = np.flatnonzero((v["admitted"] > v["delivered"]) & (v["from_step"] == NONE)).tolist()
    assert arrived
    assert all(around(rich, int(v["request"][row])).visits[0].stayed_at == "" for row in arrived)
