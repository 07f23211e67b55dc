"""Numbers that may not change (R1, R4): draws and shipped scenarios against golden.json, and that each can go red."""

from __future__ import annotations

import dataclasses
import json
import sys
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

sys.path.append(str(Path(__file__).parents[2] / "verification"))

import flowsim.experiments.statistics as statistics
import golden as script
from flowsim.draws import keyed
from flowsim.model import Distribution, families
from flowsim.model.families import FAMILIES
from flowsim.scenario import load
from flowsim.scenario.shipped import shipped, shipped_names
from flowsim.verification import golden
from flowsim.verification.golden import COUNT, FILE, LAWS, Golden, golden_draws, golden_scenarios, scenario_row

KEPT = json.loads(FILE.read_text(encoding="utf-8"))


def unlike(goldens: list[Golden]) -> list[str]:
    return [g.name for g in goldens if not g.same]


# -- as they were ----------------------------------------------------------------------------------------------------


def test_draws_are_as_they_were() -> None:
    assert unlike(golden_draws()) == []


def test_the_last_state_of_each_scenario_is_as_it_was() -> None:
    assert unlike(golden_scenarios(quick=True)) == []


def test_the_file_holds_all_families_and_all_states() -> None:
    assert {law.name for law in LAWS.values()} == set(FAMILIES)
    assert [name for name in LAWS if name not in KEPT["draws"]] == []
    states = [f"{name}: {state}" for name in shipped_names() for state in load(shipped(name)).states]
    assert list(KEPT["scenarios"])[:-1] == states
    rows = (*KEPT["draws"].values(), *KEPT["scenarios"].values())
    assert all(len(row["hash"]) == 64 and (row.get("values") or row.get("tables")) for row in rows)


def test_the_laws_reach_both_tails_and_all_lengths() -> None:
    """Lengths of milliseconds and of years, and both sides of the spread of an exponential."""
    assert {golden.durations(name).size for name in LAWS} == {COUNT}
    assert min(law.mean() for law in LAWS.values()) < 10 < 365 * 86_400_000 <= max(law.mean() for law in LAWS.values())
    assert min(law.scv for name, law in LAWS.items() if name != "constant") < 1e-6
    assert max(law.scv for law in LAWS.values()) > 99
    lowest, highest = golden.tails("exponential")[[52, -1]]
    assert lowest == 0
    assert highest == round(20 * 60_000 * 53 * np.log(2))


# -- spoiled ---------------------------------------------------------------------------------------------------------


def spoiled_file(tmp_path: Path, change: Callable[[dict[str, dict[str, dict[str, str]]]], None]) -> Path:
    """A copy of golden.json with a change in it."""
    kept = json.loads(FILE.read_text(encoding="utf-8"))
    change(kept)
    path = tmp_path / "golden.json"
    path.write_text(json.dumps(kept), encoding="utf-8")
    return path


def test_one_value_off_by_a_tick_goes_red(monkeypatch: pytest.MonkeyPatch) -> None:
    """Spoiled: value 5000 of each law, which is written down nowhere."""
    plain = golden.durations
    place = np.arange(COUNT) == 5000
    monkeypatch.setattr(golden, "durations", lambda name: plain(name) + place)
    assert unlike(golden_draws()) == list(LAWS)


def test_one_tail_off_by_a_tick_goes_red(monkeypatch: pytest.MonkeyPatch) -> None:
    plain = golden.tails
    place = np.arange(106) == 105
    monkeypatch.setattr(golden, "tails", lambda name: plain(name) + place)
    assert unlike(golden_draws()) == [f"{name}: tails" for name in LAWS]


@pytest.mark.parametrize("family", [name for name in FAMILIES if name not in ("constant", "discrete", "empirical")])
def test_a_formula_off_in_the_last_digits_goes_red(monkeypatch: pytest.MonkeyPatch, family: str) -> None:
    """Spoiled: 1e-8 more of everything, a millisecond in a day; durations of milliseconds alone do not show it."""
    plain = FAMILIES[family]

    def longer(*params: float) -> Callable[..., np.ndarray]:
        made = plain.quantile(*params)
        return lambda u: made(u) * (1 + 1e-8)

    monkeypatch.setitem(families.FAMILIES, family, dataclasses.replace(plain, quantile=longer))
    fresh = {name: Distribution(law.name, law.params) for name, law in LAWS.items()}  # no inverse made ready before
    monkeypatch.setattr(golden, "LAWS", fresh)
    red = unlike(golden_draws())
    mine = [name for name, law in LAWS.items() if law.name == family]
    assert {name.partition(":")[0] for name in red if not name.startswith("gaps")} <= set(mine)
    assert mine[0] in red


def test_other_shares_and_values_go_red(monkeypatch: pytest.MonkeyPatch) -> None:
    """Spoiled: a discrete value that is a tick longer, an empirical one too, a constant; each is in its row alone."""
    other = dict(LAWS)
    for name in ("constant", "discrete", "empirical"):
        params = LAWS[name].params
        other[name] = Distribution(name, (params[0] + 1.0, *params[1:]))
    monkeypatch.setattr(golden, "LAWS", other)
    assert {name.partition(":")[0] for name in unlike(golden_draws())} == {"constant", "discrete", "empirical"}


def test_another_scheme_goes_red(monkeypatch: pytest.MonkeyPatch) -> None:
    """Spoiled: the name of the scheme, in the keys and here; and the name alone."""
    monkeypatch.setattr(golden, "SCHEME", "philox-blake2b-2")
    assert unlike(golden_draws()) == ["draws by the scheme"]
    monkeypatch.setattr(keyed, "SCHEME", "philox-blake2b-2")
    laws = {name for name in LAWS if name != "constant"}
    assert laws <= set(unlike(golden_draws()))


def test_a_less_exact_student_goes_red(monkeypatch: pytest.MonkeyPatch) -> None:
    plain = statistics.t_quantile
    monkeypatch.setattr(statistics, "t_quantile", lambda p, degrees: plain(p, degrees) * (1 + 1e-9))
    assert unlike(golden_draws()) == ["Student's t"]


def test_another_seed_of_a_scenario_goes_red(tmp_path: Path) -> None:
    """Spoiled: the seed in the file of the scenario."""
    kept = KEPT["scenarios"]["receipt: one desk"]
    assert scenario_row(load(shipped("receipt")), ["one desk"]) == kept
    text = shipped("receipt").read_text(encoding="utf-8")
    assert text.count("seed: 2010}") == 1
    other = tmp_path / "receipt.yaml"
    other.write_text(text.replace("seed: 2010}", "seed: 2011}"), encoding="utf-8")
    row = scenario_row(load(other), ["one desk"])
    assert row["hash"] != kept["hash"]
    told = golden._difference(kept, row)
    assert told.startswith("other data in ")
    assert {"visits", "requests", "summary"} <= set(told.removeprefix("other data in ").split(", "))


def test_one_draw_longer_by_a_tick_goes_red(monkeypatch: pytest.MonkeyPatch) -> None:
    """Spoiled: the first duration of every stream but that of arrivals."""
    plain = keyed.Durations._made_of

    def longer(self: keyed.Durations, uniforms: np.ndarray) -> list[int]:
        made = plain(self, uniforms)
        return [made[0] + 1, *made[1:]]

    monkeypatch.setattr(keyed.Durations, "_made_of", longer)
    kept = KEPT["scenarios"]["receipt: one desk"]
    assert scenario_row(load(shipped("receipt")), ["one desk"])["hash"] != kept["hash"]


def test_what_is_not_in_the_file_and_what_is_not_made_goes_red(tmp_path: Path) -> None:
    def change(kept: dict[str, dict[str, dict[str, str]]]) -> None:
        kept["draws"]["an old one"] = {"hash": "0" * 64}
        del kept["draws"]["pert"]

    goldens = {g.name: g for g in golden_draws(spoiled_file(tmp_path, change)) if not g.same}
    assert list(goldens) == ["pert", "an old one"]
    assert (goldens["pert"].expected, goldens["pert"].why) == ("", "is new")
    assert (goldens["an old one"].found, goldens["an old one"].why) == ("", "is made no more")
    assert not Golden("x", "", "").same


def test_a_difference_is_told_by_its_values(tmp_path: Path) -> None:
    def change(kept: dict[str, dict[str, dict[str, str]]]) -> None:
        kept["draws"]["weibull"]["hash"] = "0" * 64
        kept["draws"]["beta"] = {"hash": "0" * 64, "values": kept["draws"]["beta"]["values"] | {"1": 7}}  # type: ignore[operator]

    goldens = {g.name: g.why for g in golden_draws(spoiled_file(tmp_path, change)) if not g.same}
    assert goldens["weibull"] == "in values that are not written down"
    assert goldens["beta"] == f"1: 7 became {KEPT['draws']['beta']['values']['1']}"


# -- the script ------------------------------------------------------------------------------------------------------


@pytest.fixture
def one_row(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    """A golden file of one draw and one scenario, in place of the real one."""
    path = tmp_path / "golden.json"
    rows = {"draws": {"a": {"hash": "1", "values": {"0": 1}}}, "scenarios": {"b": {"hash": "2", "tables": {"t": "2"}}}}
    path.write_text(golden.written(rows), encoding="utf-8")
    made = {"draws": rows["draws"], "scenarios": {"b": {"hash": "3", "tables": {"t": "2", "u": "3"}}}}
    monkeypatch.setattr(script, "FILE", path)
    monkeypatch.setattr(script, "golden_draws", lambda: golden._held(path, "draws", iter(made["draws"].items())))
    monkeypatch.setattr(
        script, "golden_scenarios", lambda quick: golden._held(path, "scenarios", iter(made["scenarios"].items()))
    )
    monkeypatch.setattr(script, "all_rows", lambda: made)
    return path


def test_the_script_checks_and_writes(one_row: Path, capsys: pytest.CaptureFixture[str]) -> None:
    before = one_row.read_text(encoding="utf-8")
    assert script.main([]) == 1
    assert script.main(["--quick"]) == 1
    assert one_row.read_text(encoding="utf-8") == before
    assert "DIFFERS  b: 2 became 3 new: u\n1 of 2 the same" in capsys.readouterr().out
    assert script.main(["--write"]) == 0
    out = capsys.readouterr().out
    assert "DIFFERS  b: 2 became 3 new: u" in out
    assert "CHANGELOG.md must say" in out
    assert script.main([]) == 0
    capsys.readouterr()
    after = one_row.read_text(encoding="utf-8")
    assert script.main(["--write"]) == 0
    assert "nothing changed" in capsys.readouterr().out
    assert one_row.read_text(encoding="utf-8") == after
    assert json.loads(after)["scheme"] == keyed.SCHEME
