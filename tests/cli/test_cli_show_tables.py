"""`flowsim show --wastes --watermelon --handoffs --staff --money`: for people in two languages, and for programs."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from program import TINY, quick

from flowsim.cli.show import PANELS
from flowsim.experiments.panels import KEYS
from flowsim.metrics.schema import SCHEMA
from flowsim.metrics.staff import KINDS
from flowsim.metrics.wastes import RULES
from flowsim.metrics.watermelon import AMBER, GREEN, RED
from flowsim.texts import Texts
from flowsim.texts.words import KINDS_OF_TIME, LIGHTS, MONEY, WASTE_MEASURES, WASTES

WASTES_NL = (
    *("overproductie", "wachten (wachttijd)", "transport", "overbewerking", "voorraad", "beweging"),
    *("defecten (fouten)", "onbenut talent"),
)


def test_every_key_of_a_table_has_a_name() -> None:
    assert list(WASTES) == list(dict.fromkeys(waste for waste, *_ in RULES))
    assert list(WASTE_MEASURES) == [measure for _, measure, *_ in RULES]
    assert tuple(KINDS_OF_TIME) == KINDS
    assert set(MONEY) == {"present", *KINDS, "idle_while_work_waits", "delay"}
    assert list(LIGHTS) == [GREEN, AMBER, RED]
    assert list(PANELS) == list(dict.fromkeys(["wastes", "watermelon", "handoffs", "staff", "money"]))
    assert set(PANELS) == set(KEYS)


def test_the_eight_wastes_side_by_side(made: Path) -> None:
    answer = quick(made, "show", "compare", "--wastes")
    assert answer.code == 0
    lines = answer.out.splitlines()
    assert lines[0] == "Tiny: current, future: 2 runs, seed 7; ± is 95% sure"
    assert "The eight wastes of Lean" in lines
    assert next(line.split() for line in lines if "current" in line and ":" not in line) == ["current", "future"]
    names = [line.strip() for line in lines if line.startswith("  ") and not line.startswith("   ")]
    assert [name for name in names if name in WASTES.values()] == list(WASTES.values())
    row = next(line for line in lines if "waiting for the" in line)  # the rest of it may be below
    assert re.search(r"  0  hours a( request)?$", row)  # the future passes on at once
    stock = next(line for line in lines if "stock, in days of" in line)
    assert re.search(r"  working( days)?$", stock)


def test_the_wastes_in_dutch(made: Path) -> None:
    answer = quick(made, "show", "run", "--wastes", "--lang", "nl")
    lines = [line.strip() for line in answer.out.splitlines()]
    assert [line for line in lines if line in WASTES_NL] == list(WASTES_NL)
    assert "De acht verspillingen van Lean" in lines
    assert any("," in line and "per aanvraag" in line for line in lines)
    assert "per aanvraag" in quick(made, "show", "run", "--wastes", LANG="nl_BE.UTF-8").out
    assert lines[0].endswith("2 simulaties, startgetal 7; ± is 95% zeker")


@pytest.mark.parametrize("lang", ["en", "nl"])
def test_every_panel_of_every_state_fits_the_width(made: Path, lang: str) -> None:
    answer = quick(made, "show", "compare", *(f"--{name}" for name in PANELS), "--lang", lang)
    assert answer.code == 0
    assert max(map(len, answer.out.splitlines())) <= 80
    for words in ("nan", "None", "{", "inf"):
        assert words not in answer.out
    for state in ("current", "future"):
        assert answer.out.count(f": {state}\n") == 4


def test_the_watermelon_names_its_clocks(made: Path) -> None:
    out = " ".join(quick(made, "show", "run", "--watermelon").out.split())
    assert "Green outside, red inside?" in out
    assert "90% within 1 working day; each visit by itself, received to passed on" in out
    assert "Legal – no target" in out
    assert "time owned by nobody" in out
    assert "sent to received, and waiting for the customer" in out
    assert "promise: within 1 working day; arrival to end; 85% within" in out
    assert "in percentage points" in out


def test_a_watermelon_is_called_one(folder: Path) -> None:
    text = TINY.replace("3 requests or 2 h", "30 requests or 2 working days").replace(
        "Legal: {people: 1, calendar: office}", "Legal: {people: 4, calendar: office, target: 90% within 1 working day}"
    )
    (folder / "melon.yaml").write_text(text.replace("    returns: 10% to Read\n", ""), encoding="utf-8")
    assert quick(folder, "run", "melon.yaml", "--out", "results/melon").code == 0
    said = " ".join(quick(folder, "show", "melon", "--watermelon").out.split())
    assert "A watermelon: every team is green, and the customer is not." in said
    told = quick(folder, "show", "melon", "--watermelon", "--json").json["watermelon"]
    assert [row["light"] for row in told] == ["green", "green", None, "red", None]
    assert told[-1]["watermelon"] is True
    assert told[-1]["points"] > 20


def test_shares_of_time_add_up(made: Path) -> None:
    out = quick(made, "show", "run", "--staff").out
    told = quick(made, "show", "run", "--staff", "--json").json["staff"]
    assert [row["team"] for row in told] == ["Desk", "Legal"]
    for row in told:
        assert sum(row[f"{kind}_ms"]["value"] for kind in KINDS) == pytest.approx(row["present_ms"]["value"])
    assert "hours there" in out
    assert "  work: necessary" in out
    assert "overtime" not in out  # there is none


def test_money_where_a_cost_is_given(folder: Path, made: Path) -> None:
    assert "No team has a cost" in quick(made, "show", "run", "--money").out
    text = TINY.replace(
        "Legal: {people: 1, calendar: office}", "Legal: {people: 1, calendar: office, cost: 60 per hour}"
    )
    (folder / "paid.yaml").write_text(text, encoding="utf-8")
    assert quick(folder, "run", "paid.yaml", "--out", "results/paid").code == 0
    out = quick(folder, "show", "paid", "--money").out
    whole = next(line for line in out.splitlines() if "all the time they are there" in line)
    assert whole.split()[-1] == "100%"
    assert float(whole.split()[6]) == 4 * 8 * 60  # four working days after the warm-up
    assert not any(line.startswith("  Desk") for line in out.splitlines())


def test_a_run_without_handoffs_says_so(folder: Path) -> None:
    begin, end = TINY.index("  Decide:"), TINY.index("run:")
    text = TINY.replace(TINY[begin:end], "").replace("  Legal: {people: 1, calendar: office}\n", "")
    text = text.replace("  decide: {time: 30 min, value: adding}\n", "")
    (folder / "one.yaml").write_text(text[: text.index("states:")], encoding="utf-8")
    assert quick(folder, "run", "one.yaml", "--out", "results/one").code == 0
    assert "There is no handoff." in quick(folder, "show", "one", "--handoffs").out
    assert quick(folder, "show", "one", *(f"--{name}" for name in PANELS)).code == 0


def test_for_programs_all_rows_with_their_state_and_the_ends_of_intervals(made: Path) -> None:
    answer = quick(made, "show", "compare", *(f"--{name}" for name in PANELS), "--json").json
    assert answer["flowsim"] == "tables"
    assert list(answer) == ["flowsim", "format", "folder", *PANELS]
    assert [row["state"] for row in answer["wastes"]] == ["current"] * len(RULES) + ["future"] * len(RULES)
    first = answer["wastes"][2]
    assert (first["waste"], first["measure"], first["unit"]) == ("waiting", "queue", "min")
    assert first["rule"] == RULES[2][4]
    assert first["value"]["low"] < first["value"]["value"] < first["value"]["high"]
    for name in ("handoffs", "staff", "money"):
        own = [c.name for c in SCHEMA[name] if c.name not in ("state", "replication")]
        assert sorted(answer[name][0]) == sorted(["state", *own])
    only = quick(made, "show", "compare", "--wastes", "--json", "--state", "future").json
    assert {row["state"] for row in only["wastes"]} == {"future"}


def test_a_request_has_no_table(made: Path) -> None:
    answer = quick(made, "show", "run", "--request", "1", "--wastes")
    assert answer.code == 2
    assert "--wastes is about all of them" in answer.err


def test_a_damaged_table_is_not_believed(copied: Path) -> None:
    path = copied / "results/run/data/wastes.parquet"
    data = bytearray(path.read_bytes())
    data[len(data) // 2] ^= 1
    path.write_bytes(bytes(data))
    answer = quick(copied, "show", "run", "--wastes")
    assert answer.code == 4
    assert "FS603" in answer.err


def test_words_differ_between_the_languages() -> None:
    dutch = Texts("nl")
    for names in (WASTES, WASTE_MEASURES, KINDS_OF_TIME, MONEY, LIGHTS):
        same = {text for text in names.values() if dutch.t(text) == text}
        assert same <= {"transport"}
