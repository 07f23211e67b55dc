"""`compare --explain` and `levers` as somebody types them, what they keep, and what becomes of it afterwards."""

from __future__ import annotations

from pathlib import Path

import pytest
from program import kept, quick

DESKS = """\
flowsim: 1
name: Three desks
start: 2026-01-05
requests: {form: {arrivals: every 1 day}}
tasks:
  open: {time: 1 h, value: necessary}
  look: {time: 1 h, value: adding}
  sign: {time: 1 h, value: adding}
teams:
  One: {people: 1, calendar: always}
  Two: {people: 1, calendar: always}
  Three: {people: 1, calendar: always, cost: 40 per hour}
steps:
  Open: {team: One, does: open}
  Look: {team: Two, does: look, handoff: {transit: 2 h}}
  Sign: {team: Three, does: sign, handoff: {batch: every day at 16:00}}
run: {length: 6 days, replications: 2}
states:
  current: {}
  future:
    changes:
      - {name: No way, set: {steps.Look.handoff.transit: none}}
      - {name: No cart, set: {steps.Sign.handoff: none}}
      - {name: A desk, add: {teams: {Four: {people: 1, calendar: always}}}}
      - {name: Four signs, set: {steps.Sign.team: Four}}
"""
"""As in docs/redesign.md, with a change that needs another."""


@pytest.fixture(scope="module")
def desks(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with desks.yaml, an explained comparison and the levers of the current state. Only for reading."""
    folder = tmp_path_factory.mktemp("desks")
    (folder / "desks.yaml").write_text(DESKS, encoding="utf-8")
    explained = quick(folder, "compare", "desks.yaml", "--explain", "--out", "results/explained")
    (folder / "explained.txt").write_text(explained.out, encoding="utf-8")
    levers = quick(folder, "levers", "desks.yaml", "--out", "results/levers")
    (folder / "levers.txt").write_text(levers.out, encoding="utf-8")
    return folder


def test_what_each_change_buys_is_told(desks: Path) -> None:
    told = (desks / "explained.txt").read_text(encoding="utf-8")
    row = next(line for line in told.splitlines() if "2 No cart" in line)
    assert " ".join(row.split()) == "2 No cart −14.00 ± 0.00 −12.00 ± 0.00 −14.00 ± 0.00 −13.00 ± 0.00"
    assert "Effects overlap" in " ".join(told.split())
    assert "Change 4 can be done only together with 3 (there is no team 'Four')." in told
    assert "Fair shares are over the orders that can be done." in told


def test_levers_are_told_with_what_to_write(desks: Path) -> None:
    told = (desks / "levers.txt").read_text(encoding="utf-8")
    assert "1. Everything passed on at once: a customer waits 14.00 working hours less" in told
    assert "{set: {steps.Look.handoff.transit: none," in told
    assert "what-ifs were tried" in told
    assert "One → Two: Look" in told
    assert "10% more requests" in told


@pytest.mark.parametrize("run", ["explained", "levers"])
def test_what_was_told_can_be_shown_and_made_again(desks: Path, run: str) -> None:
    told = (desks / f"{run}.txt").read_text(encoding="utf-8")
    again = quick(desks, "show", f"results/{run}").out
    part = told[told.index("What each change" if run == "explained" else "Three desks: levers") :]
    assert part[: part.index("\nResults:")] in again
    reproduced = quick(desks, "reproduce", f"results/{run}", "--json").json
    assert reproduced["same"]
    assert {"designs", "explain" if run == "explained" else "levers"} <= set(reproduced["tables"])


def test_the_same_for_programs(desks: Path) -> None:
    body = quick(desks, "show", "results/explained", "--json").json
    (one,) = body["explain"]
    assert one["changes"] == ["No way", "No cart", "A desk", "Four signs"]
    assert one["orders"] is None
    effects = {(e["measure"], e["view"], e["number"]): e["value"] for e in one["effects"]}
    assert effects["lead time mean", "fair share", 1] == -60.0
    assert effects["lead time mean", "alone", 4] is None
    body = quick(desks, "show", "results/levers", "--json").json["levers"]
    best = body["levers"][0]
    assert (best["kind"], best["rank"], best["effects"]["working lead time mean"]["verdict"]) == (
        "all at once",
        1,
        "helps",
    )
    assert body["failed"] == []


@pytest.mark.parametrize(("run", "kind"), [("explained", "waterfall"), ("levers", "tornado")])
def test_pictures_are_drawn_where_there_is_something_to_draw(desks: Path, run: str, kind: str) -> None:
    for lang in ("en", "nl"):
        drawn = quick(
            desks, "plot", f"results/{run}", "--kind", kind, "--format", "svg", "--out", f"p-{lang}", "--lang", lang
        )
        assert drawn.code == 0
        assert "</svg>" in (desks / f"p-{lang}" / f"{kind}.svg").read_text(encoding="utf-8")
    other = "levers" if run == "explained" else "explained"
    refused = quick(desks, "plot", f"results/{other}", "--kind", kind, "--out", "none")
    assert refused.code == 4
    assert "FS709" in refused.err


def test_a_group_of_levers_alone_and_another_state(desks: Path) -> None:
    body = quick(
        desks, "levers", "desks.yaml", "--state", "future", "--group", "people", "--replications", "1", "--json"
    )
    found = body.json
    assert {lever["about"] for lever in found["levers"]} == {"One", "Two", "Three", "Four"}
    assert (found["state"], found["replications"]) == ("future", 1)
    assert {lever["effects"]["working lead time mean"]["verdict"] for lever in found["levers"]} == {"not told apart"}


def test_what_cannot_be_explained_or_tried_is_refused(folder: Path) -> None:
    (folder / "desks.yaml").write_text(DESKS.replace("states:", "states:\n  same: {}"), encoding="utf-8")
    for words, code in (
        (("compare", "desks.yaml", "tiny.yaml", "--explain"), "FS721"),
        (("compare", "desks.yaml", "current", "same", "--explain"), "FS721"),
        (("levers", "desks.yaml", "--group", "variability", "--group", "rework"), "FS722"),
        (("levers", "desks.yaml", "--state", "other"), "FS160"),
    ):
        answer = quick(folder, *words)
        assert answer.code == 2
        assert code in answer.err
    assert not (folder / "results").exists() or kept(folder) == []
