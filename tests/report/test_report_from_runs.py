"""Reports of real results folders: elsewhere, of data files, of files that cannot be read; every measure."""

from __future__ import annotations

import hashlib
import shutil
from dataclasses import replace
from pathlib import Path

import pytest
from report_sample import ROOT, markdown, read, report

from flowsim.experiments.store import open_run
from flowsim.report import Material, material_of
from flowsim.report.data import fingerprint
from flowsim.report.measures import DEFINITIONS, definition, grouped
from flowsim.texts import Texts

from kept_runs import DESK, EVERYTHING, RICH, keep, of_models, plan  # isort: skip  (report_sample makes it importable)


@pytest.fixture(scope="module")
def runs(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """Results folders of two scenarios with every measure between them."""
    root = tmp_path_factory.mktemp("runs")
    texts = {"everything": EVERYTHING, "rich": RICH}
    return {name: keep(root, plan(text, "current", replications=1, audit=False)).folder for name, text in texts.items()}


def made(folder: Path) -> Material:
    return material_of(open_run(folder, folder.parent))


def test_every_measure_of_a_run_has_a_definition(runs: dict[str, Path]) -> None:
    used = set()
    for folder in runs.values():
        names = [name for measures in made(folder).measures for name in measures]
        for lang in ("en", "nl"):
            assert all(definition(name, Texts(lang)) for name in names)
        told = read(markdown(made(folder)))["1.2"].tables[0]
        assert [name for row in told[1:] for name in row[0].split(", ")] == [
            n for _, many in grouped(names) for n in many
        ]
        used |= {first for first, _ in grouped(names)}
    beginnings = {name.partition(" P5")[0] + " P" if " P5" in name else name for name in used}
    idle = set(DEFINITIONS) - beginnings
    assert idle <= {"cost", "cost per ended request", "lowest target met", "watermelon gap", "work for nothing"}
    assert {"cost", "lowest target met"} & beginnings


def test_a_measure_nobody_defined_is_seen() -> None:
    with pytest.raises(KeyError):
        definition("something new", Texts("en"))
    with pytest.raises(KeyError):
        definition("ledger something", Texts("en"))


def test_a_copied_folder_gives_the_same_report(
    runs: dict[str, Path], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """From the folder alone: somewhere else, no scenario file near it."""
    monkeypatch.chdir(tmp_path)
    copy = tmp_path / runs["rich"].name
    shutil.copytree(runs["rich"], copy)
    assert markdown(made(copy)) == markdown(made(runs["rich"]))


def test_the_real_run_says_what_it_is(runs: dict[str, Path]) -> None:
    found = read(markdown(made(runs["rich"])))
    visits = made(runs["rich"]).manifest.table("visits")
    assert visits is not None
    assert str(visits.rows) in found["5.4"].whole
    assert "The audit was left out of this run." in found["5.3"].whole
    assert "Ann" in found["2.5.3"].whole
    assert "150%" in found["2.5.3"].whole
    assert "at most 3 at the step" in found["2.5.4"].whole
    assert "at most 25 requests" in found["2.5.4"].whole
    assert "Look ‖ Ask → Check" in found["2.2"].whole
    assert "5 of letter at Look" in found["2.5.5"].whole
    assert "refused" in found["2.5.5"].whole
    assert "withdrawn" in found["2.5.5"].whole


def test_texts_that_cannot_be_read_leave_the_models(tmp_path: Path) -> None:
    """A run made by hand has no files: what differs is told from the Models."""
    scenario = plan(DESK, "current", "two", replications=1, audit=False)
    models = [replace(state.model, name=state.name) for state in scenario.states]
    found = read(markdown(made(keep(tmp_path, replace(of_models(*models, replications=1), audit=False)).folder)))
    assert "To be written by the author" in found["1.1"].whole
    table = found["2.3"].tables[0]
    assert ["teams.Desk.people", "1", "2"] in table


DATED = """\
flowsim: 1
name: From data
calendars: {office: {hours: mon-fri 09:00-17:00}}
requests: {permit: {arrivals: {file: data/dates.csv, column: Arrived}}}
tasks: {register: {time: "empirical(data/minutes.csv, minutes, min)", value: adding}}
teams: {Desk: {people: 1}}
steps: {Register: {team: Desk, does: register}}
run: {length: 20 working days, replications: 1}
"""


def test_data_files_are_told_with_their_rows_and_hash(tmp_path: Path) -> None:
    from report_sample import of_scenario

    (tmp_path / "data").mkdir()
    dates = ["2026-01-05 09:00", "", "2026-01-07 10:30", "2026-01-06 08:15"]
    (tmp_path / "data" / "dates.csv").write_text("Case;Arrived\n" + "".join(f"c;{d}\n" for d in dates if d))
    (tmp_path / "data" / "minutes.csv").write_text("minutes\n" + "".join(f"{n}\n" for n in range(20, 0, -1)))
    (tmp_path / "x.yaml").write_text(DATED)
    material = of_scenario(tmp_path / "x.yaml")
    shutil.rmtree(tmp_path / "data")
    item = read(markdown(material))["3.2"]
    rows = {row[0]: row[1:] for row in item.tables[0][1:]}
    hour, day = 3_600_000, 86_400_000
    ticks = [9.0 * hour, day + 8.25 * hour, 2 * day + 10.5 * hour]
    own = hashlib.sha256("\n".join(repr(t) for t in ticks).encode()).hexdigest()
    assert rows["requests.permit.arrivals"] == ["data/dates.csv", "Arrived", "3", own]
    values = material.base.tasks[0].time.params
    assert rows["tasks.register.time"] == ["data/minutes.csv", "minutes", "20", fingerprint(values)]
    assert "20 values from 1 min to 20 min" in read(markdown(material))["3.3"].whole
    assert "on 3 dates of a data file" in read(markdown(material))["3.3"].whole
    assert fingerprint(values) != fingerprint((*values[:-1], 1.0))
    without = replace(material, told=())
    assert [row[0] for row in read(markdown(without))["3.2"].tables[0][1:]] == list(rows)


def test_what_was_set_on_the_command_line_is_told() -> None:
    from report_sample import of_scenario

    file = ROOT / "scenarios" / "committee.yaml"
    material = of_scenario(file, "teams.Board.people=2", "purpose=Another one")
    found = read(markdown(material))
    assert "Another one" in found["1.1"].whole
    assert "teams.Board.people=2" in found["1.3"].whole
    assert ["teams.Board.people", "1", "2"] in found["2.3"].tables[0]


def test_a_scenario_too_large_to_draw_asks_for_a_drawing() -> None:
    from features import plain
    from report_sample import by_hand

    model = plain()
    many = tuple(replace(model.steps[0], name=f"step {n}") for n in range(41))
    item = next(i for i in report(by_hand(replace(model, steps=many))).items if i.number == "2.1")
    assert "41 steps" in item.marks[0].expected
