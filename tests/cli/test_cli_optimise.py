"""`flowsim optimise` as somebody types it: the best design where it is known, what is kept, and what is said of it."""

from __future__ import annotations

from pathlib import Path

import pyarrow.parquet as pq
import pytest
from program import quick

OFFICE = """\
flowsim: 1
name: Two desks
start: 2026-01-05
requests: {form: {arrivals: every 1 h}}
tasks:
  open: {time: 90 min, value: necessary}
  look: {time: 30 min, value: adding}
teams:
  One: {people: 3, calendar: always, cost: 40 per hour}
  Two: {people: 2, calendar: always, cost: 30 per hour}
steps:
  Open: {team: One, does: open}
  Look: {team: Two, does: look, handoff: {transit: 30 min}}
run: {length: 4 days, replications: 2, seed: 1}
states:
  current: {}
  future:
    changes:
      - {name: No way, set: {steps.Look.handoff.transit: none}}
      - {name: A third desk, add: {teams: {Three: {people: 1, calendar: always, cost: 10 per hour}}}}
      - {name: Three looks, set: {steps.Look.team: Three}}
"""
"""Two hours of work and half an hour on the way; one person at One is too few, two are enough; one at Two."""


@pytest.fixture(scope="module")
def office(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with office.yaml and a search in results/found. Only for reading."""
    folder = tmp_path_factory.mktemp("office")
    (folder / "office.yaml").write_text(OFFICE, encoding="utf-8")
    asked = ("--goal", "mean lead time <= 2 h", "--vary", "teams.One.people=1..4", "--vary", "teams.Two.people=1..3")
    done = quick(folder, "optimise", "office.yaml", *asked, "--lever", "at once", "--out", "results/found")
    (folder / "found.txt").write_text(done.out, encoding="utf-8")
    return folder


def test_the_best_is_the_one_that_reckoning_gives(office: Path) -> None:
    """Two people at One, one at Two, nothing on the way: 110 an hour; without it 2 h is not met."""
    told = " ".join((office / "found.txt").read_text(encoding="utf-8").split())
    assert "teams.One.people: 2 (now 3)" in told
    assert "teams.Two.people: 1 (now 2)" in told
    assert "Look: passed on at once: yes (now no)" in told
    assert "cost per week: 18480; now 30240" in told
    assert "lead time mean, at most 2.00 h: 2.00; now 2.50" in told
    assert "Tried: 24 designs, 5 runs each; 9 of them met the goal there. That is all there are" in told
    assert "6 designs could not be judged: One cannot keep up: 150% busy." in told
    assert '- {name: "teams.One.people 2", set: {teams.One.people: 2}}' in told
    assert "none of the other 8 finalists that do is better by more than 302" in told


def test_what_is_told_can_be_pasted_and_is_what_was_found(office: Path, tmp_path: Path) -> None:
    told = (office / "found.txt").read_text(encoding="utf-8")
    state = told[told.index("  best:") : told.index("\nFinalists")]
    (tmp_path / "office.yaml").write_text(f"{OFFICE.rstrip()}\n{state}", encoding="utf-8")
    run = quick(tmp_path, "run", "office.yaml", "--state", "best")
    assert "2.00 h" in run.out, run.err


def test_the_results_hold_both_designs_and_all_that_was_tried(office: Path) -> None:
    folder = office / "results" / "found" / "data"
    tables = {path.stem: pq.read_table(path).to_pydict() for path in folder.glob("*.parquet")}
    assert tables["asked"]["asked"] == [0, 1]
    assert tables["tried"]["fate"].count("chosen") == 2  # a row for what is to be least, and one for the goal
    assert len(set(tables["choices"]["design"])) == 24
    assert len(tables["designs"]["design"]) == 24
    assert set(tables["estimates"]["state"]) == {"current", "best"}
    assert set(tables["comparison"]["after"]) == {"best"}


def test_show_plot_and_reproduce(office: Path, tmp_path: Path) -> None:
    shown = quick(office, "show", "results/found")
    assert shown.code == 0
    assert "cost per week: 18480; now 30240" in shown.out
    again = quick(office, "reproduce", "results/found")
    assert again.code == 0, again.out + again.err
    assert {"asked", "tried", "choices", "designs"} <= {line.split()[0] for line in again.out.splitlines()}
    picture = quick(office, "plot", "results/found", "--kind", "frontier", "--out", str(tmp_path), "--lang", "nl")
    assert picture.code == 0
    assert "kosten van medewerkers per week" in picture.out.casefold()


def test_the_same_whatever_the_number_of_workers(office: Path, tmp_path: Path) -> None:
    asked = (
        "--goal",
        "p80 lead time <= 150 min",
        "--vary",
        "teams.One.people=2, 3",
        "--lever",
        "Look: passed on at once",
    )
    one = quick(office, "optimise", "office.yaml", *asked, "--json", "--jobs", "1", "--out", str(tmp_path / "one")).json
    two = quick(office, "optimise", "office.yaml", *asked, "--json", "--jobs", "2", "--out", str(tmp_path / "two")).json
    assert one["best"] == two["best"]
    assert one["designs"] == two["designs"]
    chosen = next(design for design in one["designs"] if design["design"] == one["best"])
    assert chosen["choices"]["teams.One.people"] == "2"
    assert chosen["finals"]["goals"][0]["value"] == 1.0


def test_changes_of_a_state_are_done_or_not(office: Path, tmp_path: Path) -> None:
    """The third desk alone does nothing; with the change that needs it, it is the cheaper one; looking needs a desk."""
    asked = ("--goal", "mean lead time <= 2 h", "--changes", "future", "--vary", "teams.Two.people=1, 2")
    found = quick(office, "optimise", "office.yaml", *asked, "--json", "--out", str(tmp_path / "x")).json
    failed = [design["failed"] for design in found["designs"] if design["failed"]]
    assert len(found["designs"]) == 16
    assert any("Three" in why for why in failed)
    best = next(design for design in found["designs"] if design["design"] == found["best"])
    assert best["choices"]["No way"] == "yes"
    assert best["choices"]["Three looks"] == "no"  # with Two still paid, it costs more


def test_when_no_design_meets_the_goal_the_nearest_is_told(office: Path, tmp_path: Path) -> None:
    asked = ("--goal", "mean lead time <= 1 h", "--vary", "teams.One.people=2, 3")
    done = quick(office, "optimise", "office.yaml", *asked, "--out", str(tmp_path / "x"))
    assert done.code == 0
    assert "No design meets every goal. The nearest is design 1" in " ".join(done.out.split())


def test_a_design_without_what_is_asked_is_told(office: Path, tmp_path: Path) -> None:
    """When two teams are one, neither of them is at work."""
    asked = ("--goal", "utilisation Two <= 90%", "--lever", "one team", "--out", str(tmp_path / "x"))
    done = quick(office, "optimise", "office.yaml", *asked)
    assert "1 design could not be judged: it has no utilisation Two." in " ".join(done.out.split())


def test_the_plan_alone(office: Path) -> None:
    before = sorted(office.rglob("*"))
    done = quick(office, "optimise", "office.yaml", "--least", "people", "--dry-run")
    assert done.code == 0
    assert sorted(office.rglob("*")) == before
    assert "teams.One.people: 2, 3 (now), 4, 5" in done.out
    assert "One + Two: one team: no (now), yes" in done.out
    plan = quick(office, "optimise", "office.yaml", "--least", "people", "--dry-run", "--tries", "9", "--json").json
    assert (plan["designs"], plan["tries"], plan["search"]) == (64, 9, True)


def test_a_search_within_many_designs(office: Path, tmp_path: Path) -> None:
    vary = ("--vary", "teams.One.people=1..9", "--vary", "teams.Two.people=1..9")
    asked = ("--goal", "mean lead time <= 150 min", *vary, "--tries", "30", "--replications", "2", "--json")
    found = quick(office, "optimise", "office.yaml", *asked, "--out", str(tmp_path / "x")).json
    assert found["tried"] == 30
    best = next(design for design in found["designs"] if design["design"] == found["best"])
    assert best["choices"] == {"teams.One.people": "2", "teams.Two.people": "1"}


@pytest.mark.parametrize(
    ("asked", "code", "told"),
    [
        (("--goal", "nothing"), 2, "FS750"),
        (("--least", "happiness"), 2, "FS751"),
        (("--lever", "magic"), 2, "FS752"),
        (("--vary", "teams.Nobody.people=1, 2"), 2, "FS753"),
        (("--vary", "teams.One.people"), 2, "FS740"),
        (("--least", "cost", "--greatest", "throughput"), 2, "cannot both"),
    ],
)
def test_what_cannot_be_asked_is_told(office: Path, asked: tuple[str, ...], code: int, told: str) -> None:
    done = quick(office, "optimise", "office.yaml", *asked)
    assert done.code == code
    assert told in done.err
    assert "Traceback" not in done.err
