"""`flowsim verify`, of flowsim itself and of somebody's own model: what it says, and how it ends."""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from pathlib import Path

import pytest
from program import TINY, flowsim, quick

from flowsim.metrics import audit as auditing
from flowsim.metrics.audit_report import AuditReport, Check
from flowsim.verification import on_demand
from flowsim.verification.faults import Fault
from flowsim.verification.golden import Golden
from flowsim.verification.offered import OFFERED
from flowsim.verification.own import verify as own
from flowsim.verification.own.seen import Job, Seen, look
from flowsim.verification.recursion import Compared

DESK = """\
flowsim: 1
name: One desk
requests: {form: {arrivals: 3 per hour}}
tasks: {serve: {time: exponential(10 min), value: adding}}
teams: {Desk: {people: 1, calendar: always}}
steps: {Serve: {team: Desk, does: serve}}
run: {length: 60 days, warm-up: 10 days, replications: 30, seed: 7}
"""


# -- one's own model --------------------------------------------------------------------------------------------------


def test_a_model_of_ones_own_in_words(folder: Path) -> None:
    """As a real process: every part is there, for each state, and nothing is contradicted."""
    answer = flowsim(folder, "verify", "tiny.yaml")
    assert answer.code == 0
    out = " ".join(answer.out.split())
    for state in ("current", "future"):
        assert f"Tiny, state {state}: 2 runs, seed 7" in out
    for words in (
        "The audit held every run against the rules: ",
        "How busy people are: worked out beforehand, and simulated",
        "Little's law: the number there = how many come × how long they stay",
        "pairs of such sums, each equal to the millisecond.",
        "What nobody can beat",
        "none was faster than that",
        "In 4 teams and runs nobody worked longer than he was there.",
        "What theory says of the wait for a person, in open time",
        "what takes the formula away",
        "transfer batches",
        "Nothing is contradicted: ",
    ):
        assert words in out
    assert max(map(len, answer.out.splitlines())) <= 80
    assert all(line == line.rstrip() for line in answer.out.splitlines())
    assert not (folder / "results").exists()


def test_where_theory_applies_it_is_held_against_the_runs(tmp_path: Path) -> None:
    (tmp_path / "desk.yaml").write_text(DESK, encoding="utf-8")
    answer = quick(tmp_path, "verify", "desk.yaml", "--jobs", "1")
    assert answer.code == 0
    row = next(line for line in answer.out.splitlines() if "M/M/1" in line)
    assert row.split()[:4] == ["Desk", "M/M/1", "10.0", "min"]
    assert row.endswith("PASS")
    assert "and theory for 1 of 1 waits that it knows." in " ".join(answer.out.split())
    assert "10 of the 30 replications of the file" in answer.err
    few = quick(tmp_path, "verify", "desk.yaml", "--replications", "3", "--set", "run.length=12 days")
    assert few.code == 0
    assert "not precise enough" in few.out
    one = quick(tmp_path, "verify", "desk.yaml", "--replications", "1", "--set", "run.length=12 days")
    assert one.out.count("one run is no test") == 2


def test_figures_for_a_program(folder: Path) -> None:
    arguments = ("verify", "tiny.yaml", "--state", "FUTURE", "--seed", "3", "--replications", "4", "--json")
    found = quick(folder, *arguments).json
    assert found["flowsim"] == "verify"
    assert found["passed"] is True
    (state,) = found["states"]
    assert (state["state"], state["seed"], state["replications"]) == ("future", 3, 4)
    assert state["contradicted"] == []
    assert [row["team"] for row in state["loads"]] == ["Desk", "Legal"]
    assert state["little"]["pairs"] == 4 * (2 + 2 * 2 + 10)
    assert state["little"]["not_equal"] == []
    assert state["bounds"]["faster_than_possible"] == 0
    assert 0 < state["bounds"]["least_min"] < state["bounds"]["lead_min"]
    assert {wait["team"]: wait["formula"] for wait in state["waits"]} == {"Desk": None, "Legal": None}
    assert all(wait["why_not"] for wait in state["waits"])
    same = quick(folder, *arguments, "--jobs", "2").json
    assert same == found


def test_values_set_are_told(folder: Path) -> None:
    answer = quick(folder, "verify", "tiny.yaml", "--state", "current", "--set", "teams.Legal.people=2", "--seed", "9")
    assert answer.code == 0
    assert "state current: 2 runs, seed 9\nwith teams.Legal.people=2\n" in answer.out


def test_a_scenario_with_errors_is_answered_as_by_check(folder: Path) -> None:
    (folder / "bad.yaml").write_text(TINY.replace("team: Desk", "team: Dsk"), encoding="utf-8")
    checked, verified = (quick(folder, name, "bad.yaml") for name in ("check", "verify"))
    assert checked.code == verified.code == 2
    assert verified.err == checked.err
    assert verified.out == ""


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["--state", "current"], "--state is about a scenario"),
        (["--set", "teams.Desk.people=2"], "--set is about a scenario"),
        (["--replications", "5"], "--replications is about a scenario"),
        (["--seed", "5"], "--seed is about a scenario"),
        (["tiny.yaml", "--state", "futur"], "did you mean 'future'?"),
        (["tiny.yaml", "--seed", "x"], "no whole number"),
        (["nothing.yaml"], "nothing.yaml"),
    ],
)
def test_a_wrong_command_line(folder: Path, arguments: list[str], said: str) -> None:
    answer = quick(folder, "verify", *arguments)
    assert answer.code == 2
    assert said in answer.err


def spoil(kind: str, seen: Seen) -> Seen:
    """A replication in which something does not hold."""
    if kind == "little":
        first, *others = seen.identities
        return replace(seen, identities=(replace(first, expected=first.expected + 1), *others))
    if kind == "bound":
        return replace(seen, least=replace(seen.least, beaten=2, first="request 5 took 1 ms, and needs 2 ms"))
    if kind == "hours":
        busy = seen.busy[0]
        return replace(seen, busy=(replace(busy, at_work=busy.present + 1), *seen.busy[1:]))
    return replace(seen, waits={key: (2 * total, n) for key, (total, n) in seen.waits.items()})


@pytest.mark.parametrize(
    ("kind", "said", "verdict"),
    [
        ("little", "of which 10 are NOT EQUAL", "Little's law, the whole process"),
        ("bound", "were FASTER than possible: request 5 took 1 ms, and needs 2 ms", "the fastest possible"),
        ("hours", "People worked LONGER than they were there: Desk, run 1", "what people can do"),
        ("theory", "FAIL", "the wait at Desk"),
    ],
)
def test_what_is_contradicted_is_told_and_ends_with_3(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, kind: str, said: str, verdict: str
) -> None:
    """Spoiled: one thing at a time, in a run that holds otherwise."""
    (tmp_path / "desk.yaml").write_text(DESK.replace("60 days", "20 days"), encoding="utf-8")

    def spoiled(job: Job) -> Seen:
        return spoil(kind, look(job))

    monkeypatch.setattr(own, "look", spoiled)
    arguments = ("verify", "desk.yaml", "--jobs", "1", "--replications", "10")
    answer = quick(tmp_path, *arguments)
    assert answer.code == 3
    told = " ".join(answer.out.split())
    assert said in told
    assert f"CONTRADICTED: {verdict}" in told or f"; {verdict}" in told.partition("CONTRADICTED: ")[2]
    found = quick(tmp_path, *arguments, "--json")
    assert found.code == 3
    assert found.json["passed"] is False
    assert any(one.startswith(verdict) for one in found.json["states"][0]["contradicted"])


def test_a_run_that_fails_its_audit_ends_with_3(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Spoiled: the audit finds a broken rule."""
    from flowsim.verification.own import seen

    broken = AuditReport((Check("work", "R9", False, "visit 3 lasts too long", 1),))
    monkeypatch.setattr(seen, "audit", lambda *_: broken)
    answer = quick(folder, "verify", "tiny.yaml", "--jobs", "1")
    assert answer.code == 3
    assert "visit 3 lasts too long" in answer.err
    assert auditing.audit is not seen.audit


# -- flowsim itself ---------------------------------------------------------------------------------------------------


OTHER = [Golden("exponential draws", "abc", "abc"), Golden("permit", "abc", "abd", "by table visits")]
SMALL = [place for place, offer in enumerate(OFFERED) if "Office" in offer.claim]


def test_flowsim_itself_in_words_and_for_a_program(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """One claim, a few desks, all faults."""
    monkeypatch.setattr(on_demand, "prove", partial(on_demand.prove, claims=SMALL, desks=10))
    monkeypatch.setattr(on_demand, "golden_scenarios", lambda **_: [])
    answer = quick(tmp_path, "verify", "--jobs", "1")
    assert answer.code == 0
    out = " ".join(answer.out.split())
    for words in (
        f"{OFFERED[SMALL[0]].claim}, 20 runs",
        "4 of 4 figures agree with theory.",
        "4 of 4 are refused.",
        "10 random desks",
        "every one the same.",
        "14 of 14 are refused.",
        "every one is the same here.",
        "All of it holds",
    ):
        assert words in out
    assert answer.out.count("PASS") == 4
    assert max(map(len, answer.out.splitlines())) <= 80
    assert "a minute or two" in answer.err
    found = quick(tmp_path, "verify", "--jobs", "1", "--json").json
    assert found["passed"] is True
    assert found["recursion"]["desks"] == 10
    assert found["recursion"]["different"] == []
    assert len(found["faults"]) == 14
    (claim,) = found["claims"]
    assert [m["passed"] for m in claim["measures"]] == [True] * 4
    assert claim["measures"][0]["mistake_refused"] is True


def test_flowsim_itself_when_something_does_not_hold(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Spoiled: one desk is not what the recursion says, one fault goes unseen."""
    monkeypatch.setattr(on_demand, "compare", lambda *_: Compared(30, "request 3: [1], expected [2] (ticks)"))
    monkeypatch.setattr(on_demand, "faults", lambda: [Fault("a request lost", ())])
    monkeypatch.setattr(on_demand, "same_everywhere", lambda: OTHER)
    monkeypatch.setattr(on_demand, "prove", partial(on_demand.prove, claims=[], desks=3))
    answer = quick(tmp_path, "verify", "--jobs", "1")
    assert answer.code == 3
    for words in ("3 desks DIFFER", "request 3: [1], expected [2]", "NOT SEEN", "0 of 1 are refused.", "NOT ALL"):
        assert words in " ".join(answer.out.split())
    assert "4. The same data here as everywhere" in answer.out
    told = " ".join(answer.out.partition("4. ")[2].split())
    assert "2 hashes" in told
    assert "1 of them DIFFER here. permit: DIFFERENT. by table visits" in told
    assert "exponential draws" not in told
    found = quick(tmp_path, "--quiet", "verify", "--jobs", "1", "--json")
    assert found.code == 3
    assert found.json["passed"] is False
    assert found.err == ""
    assert quick(tmp_path, "--quiet", "verify", "--jobs", "1").err == ""
