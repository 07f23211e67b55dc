"""What people read: aligned, no wider than the terminal, in one unit, honest about what is not there."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from program import TINY, quick

from flowsim.cli.figures import HOURS, MINUTES, count, difference, unit_for
from flowsim.cli.output import columns, table
from flowsim.cli.panel_figures import share
from flowsim.experiments.statistics import Estimate
from flowsim.texts import Texts

ROOT = Path(__file__).parents[2]


def _put(folder: Path, *changes: tuple[str, str]) -> None:
    text = TINY
    for old, new in changes:
        assert old in text
        text = text.replace(old, new)
    (folder / "t.yaml").write_text(text, encoding="utf-8")


def test_columns_are_aligned() -> None:
    shown = table([("a", "1"), ("long name", "100")], head=("", "n"), right=(1,))
    assert shown.splitlines() == ["               n", "  a            1", "  long name  100"]


def test_wide_letters_take_two_columns() -> None:
    assert columns("團隊") == 4
    assert columns("a\u0301") == 1
    lines = table([("團隊", "1"), ("abcd", "1")]).splitlines()
    assert lines == ["  團隊  1", "  abcd  1"]


@pytest.mark.parametrize("width", [40, 60, 80, 120])
@pytest.mark.parametrize("states", [1, 2, 5, 12])
def test_a_table_fits_and_cuts_nothing_off(width: int, states: int) -> None:
    head = ("", *(f"the design with number {n} and a long name" for n in range(states)))
    rows = [(f"a name of row {n}, that goes on for a while", *["12.34 ± 0.56"] * states) for n in range(3)]
    shown = table(rows, head=head, right=tuple(range(1, states + 1)), width=width)
    assert max(map(len, shown.splitlines())) <= width
    assert shown.count("12.34 ± 0.56") == 3 * states
    squeezed = "".join(shown.split())
    assert "…" not in squeezed
    assert squeezed.count("12.34±0.56") == 3 * states


def test_a_table_breaks_between_words_and_keeps_its_units() -> None:
    """A head is not cut within a word; the units of a row stand in every part of a table that is too wide."""
    teams = ("Secretariat", "Specialists", "Laboratory", "Administration", "Registration", "Pharmacists")
    shown = table([("people", *"123456")], head=("", *teams), right=tuple(range(1, 7)), width=60)
    assert [word for line in shown.splitlines() for word in line.split() if word in teams] == list(teams)
    states = ("current", "near", "far", "further")
    rows = [("waiting for the batch", *["12.34 ± 0.56"] * 4, "hours a request")]
    shown = table(rows, head=("", *states, ""), right=(1, 2, 3, 4), width=80, units=True)
    assert shown.count("hours a request") == 2
    assert shown.count("12.34 ± 0.56") == 4
    assert max(map(len, shown.splitlines())) <= 80
    three = table(
        [row[:4] + row[5:] for row in rows], head=("", *states[:3], ""), right=(1, 2, 3), width=80, units=True
    )
    assert three.count("waiting for the batch") == 1  # all in one: the unit is folded
    assert "hours a" in three


def test_a_table_without_head_folds_its_last_column() -> None:
    shown = table([("label", "word " * 30)], width=60).splitlines()
    assert all(len(line) <= 60 for line in shown)
    assert shown[0].startswith("  label  word")
    assert " ".join(" ".join(shown).split()) == "label " + " ".join(["word"] * 30)


@pytest.mark.parametrize(
    ("minutes", "day", "unit"),
    [
        ([0.5, None], None, "s"),
        ([30, 0.5], None, "min"),
        ([90, 1], None, "h"),
        ([100 * 60], None, "h"),
        ([31 * 24 * 60], None, "days"),
        ([500, 3], 480, "working days"),
        ([470], 480, "h"),
        ([5000], 0, "h"),
        ([], None, "min"),
        ([float("nan"), 90], None, "h"),
    ],
)
def test_one_unit_for_what_is_held_against_each_other(minutes: list[float], day: float | None, unit: str) -> None:
    assert unit_for(minutes, day).short == unit


def test_figures() -> None:
    assert HOURS.figure(90) == "1.50"
    assert HOURS.figure(0) == "0"
    assert HOURS.figure(None) == "–"
    assert MINUTES.told(26.37) == "26.4 min"
    assert HOURS.around(60, 57, 63) == " (± 0.05)"
    assert HOURS.around(60, 59.99, 60.01) == " (less than ± 0.01)"
    assert HOURS.around(60, 54, 90) == " (0.90 to 1.50)"
    assert HOURS.around(60, None, None) == HOURS.around(60, 60, 60) == ""
    assert count(2.0) == "2"
    assert count(2.04) == "2.0"
    assert count(None) == "–"


@pytest.mark.parametrize(
    ("value", "half", "shown"),
    [
        (-1.304, 0.041, "−1.30 ± 0.04"),
        (1.304, None, "+1.30"),
        (0.0, 0.0, "0"),
        (0.0, None, "0"),
        (0.0, 0.5, "0.00 ± 0.50"),
        (-0.001, 0.001, "0.00 ± 0.00"),
    ],
)
def test_a_difference(value: float, half: float | None, shown: str) -> None:
    low, high = (None, None) if half is None else (value - half, value + half)
    assert difference(value, low, high, 2) == shown


@pytest.mark.parametrize(
    ("low", "high", "shown"),
    [
        (-1.34, -1.26, "−1.30 ± 0.04"),
        (-1.40, -1.28, "−1.30 ± 0.10"),  # the longer side
        (-4.60, 0.05, "−1.30 ± 3.30"),
        (-2.92, -0.26, "−1.30 (−2.92 to −0.26)"),  # ± 1.62 would hold 0
    ],
)
def test_an_uneven_interval_shows_its_longer_side_or_its_ends(low: float, high: float, shown: str) -> None:
    assert difference(-1.30, low, high, 2) == shown


def test_a_share_shows_no_more_than_all() -> None:
    """Of a panel: the longer side, unless that would reach beyond 0 or 1."""
    assert share(Texts("en"), Estimate(0.93, 0.906, 0.952, 10)) == "93% ± 2.4"
    assert share(Texts("en"), Estimate(0.99, 0.964, 1.0, 10)) == "99% (96% to 100%)"
    assert share(Texts("nl"), Estimate(0.98, 0.964, 0.997, 10)) == "98% ± 1,7"
    assert share(Texts("nl"), Estimate(0.93, 0.721, 1.129, 2)) == "93% (72% tot 100%)"
    assert share(Texts("en"), Estimate(0.93, None, None, 1)) == "93%"


@pytest.mark.parametrize(
    "arguments", [["show", "run"], ["show", "compare"], ["check", "tiny.yaml"], ["show", "--request", "1"]]
)
def test_answers_fit_80_columns(made: Path, arguments: list[str]) -> None:
    lines = quick(made, *arguments).out.splitlines()
    assert lines
    assert max(map(len, lines)) <= 80
    assert all(line == line.rstrip() for line in lines)


def test_a_state_in_words(made: Path) -> None:
    out = quick(made, "show", "run").out
    assert out.startswith("Tiny, state current: 2 runs of 5 working days, seed 7\n  A customer waits, on average  ")
    for words in (
        "Promise kept",
        "within 1 working day",
        "Where the time goes, hours a request",
        "Handoffs, hours a move",
    ):
        assert words in out
    parts = out.partition("Where the time goes")[2].partition("\n\n")[0].splitlines()[1:]
    cells = [line.split() for line in parts]
    together = next(i for i, row in enumerate(cells) if row[0] == "together")
    figures = [float(row[-2]) for row in cells[:together]]
    assert sum(figures) == pytest.approx(float(cells[together][-1]), abs=0.006 * len(figures))


def test_a_comparison_in_words(made: Path) -> None:
    out = quick(made, "show", "compare").out
    assert out.startswith("Tiny: current → future\n2 runs each, with the same requests, seed 7; ± is 95% sure\n")
    assert out.splitlines()[2].split() == ["current", "future", "difference"]
    assert "  work: value adding" in out
    row = next(line for line in out.splitlines() if line.startswith("  work: value adding"))
    assert row.split()[-3:] == ["0.50", "0.50", "0"]  # the same work, to the tick (R4)


def test_one_team_without_handoffs_promise_or_target(folder: Path) -> None:
    begin, end = TINY.index("  Decide:"), TINY.index("run:")
    _put(
        folder,
        (TINY[begin:end], ""),
        ("  Legal: {people: 1, calendar: office}\n", ""),
        (", target: 90% within 1 working day", ""),
    )
    text = (folder / "t.yaml").read_text()
    text = text.replace(", promise: 1 working day", "").replace("  decide: {time: 30 min, value: adding}\n", "")
    (folder / "t.yaml").write_text(text[: text.index("states:")])
    checked = quick(folder, "check", "t.yaml").out
    assert checked.startswith("t.yaml: 1 team, 1 step, 0 handoffs a request; state: current; no problems.\n")
    out = quick(folder, "run", "t.yaml", "--replications", "1").out
    assert "  Handoffs                      0, through 1 hand\n" in out
    for words in ("Promise", "±", "\nHandoffs", "nan", "None"):
        assert words not in out
    assert ": 1 run of 5 working days, seed 7\n" in out
    refused = quick(folder, "compare", "t.yaml")
    assert refused.code == 2
    assert "has one state, 'current', and a comparison takes two" in refused.err


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("6 per working day", "1 per year", "No request arrived in these runs"),
        ("20 min", "2000 h", "No request ended in these runs"),
    ],
)
def test_nothing_to_say_is_said(folder: Path, old: str, new: str, said: str) -> None:
    _put(folder, (old, new))
    out = quick(folder, "run", "t.yaml").out
    assert said in out
    assert "A customer waits" not in out
    compared = quick(folder, "compare", "t.yaml").out
    assert "Nothing can be said of future: no request ended." in " ".join(compared.split())
    assert "nan" not in out + compared


def test_many_states_side_by_side(folder: Path) -> None:
    more = "".join(
        f"  the design with number {n} and a long name:\n    based on: future\n"
        f"    changes: [{{name: more people, set: {{teams.Legal.people: {n}}}}}]\n"
        for n in (2, 3, 4)
    )
    (folder / "t.yaml").write_text(TINY + more, encoding="utf-8")
    out = quick(folder, "compare", "t.yaml", "--jobs", "1").out
    body = out.rpartition("\nResults: ")[0]
    assert max(map(len, body.splitlines())) <= 80
    for n in (2, 3, 4):
        assert f"the design with number {n} and a long name" in " ".join(body.split())


def test_a_scenario_with_everything_at_80_columns(tmp_path: Path) -> None:
    shutil.copytree(ROOT / "scenarios", tmp_path / "scenarios")
    cut = ["--set", "run.length=10 working days", "--set", "run.warm-up=1 day", "--replications", "2", "--jobs", "1"]
    answer = quick(tmp_path, "compare", "scenarios/permit.yaml", *cut)
    assert answer.code == 0
    assert max(len(line) for line in answer.out.splitlines() if not line.startswith("Results")) <= 80
    for words in ("  Promise kept\n    wants speed: 2 working days ", "Cost of people's time", "Own targets against"):
        assert words in answer.out
