"""`flowsim sweep` as a user meets it: the plan, the answer, going on, pictures, and what cannot be."""

from __future__ import annotations

import csv
import json
import os
import signal
import subprocess
import time
import zipfile
from pathlib import Path
from xml.etree import ElementTree

import pytest
from program import TINY, command, environment, quick

VARY = ("--vary", "teams.Desk.people=1, 2", "--vary", "steps.Decide.handoff.batch=none, 3 requests")


@pytest.fixture
def place(tmp_path: Path) -> Path:
    (tmp_path / "tiny.yaml").write_text(TINY, encoding="utf-8")
    return tmp_path


def test_a_sweep_from_plan_to_pictures(place: Path) -> None:
    plan = quick(place, "sweep", "tiny.yaml", *VARY, "--dry-run")
    assert (plan.code, list(place.glob("results*"))) == (0, [])
    assert "2 × 2 = 4 points × 2 states = 8 cells, 2 replications each, 16 runs; seed 7" in plan.out
    assert "are the same as others, and are run once" in plan.out
    done = quick(place, "sweep", "tiny.yaml", *VARY)
    assert done.code == 0
    assert "The shortest wait is that of cell" in done.out
    folder = place / done.out.strip().rpartition("Results: ")[2]
    again = quick(place, "sweep", "tiny.yaml", *VARY)
    assert again.out == done.out
    assert "all cells are kept already" in again.err
    shown = quick(place, "show", "latest")
    assert shown.out.strip() in done.out
    body = quick(place, "sweep", "tiny.yaml", *VARY, "--json").json
    assert [cell["cell"] for cell in body["cells"]] == list(range(1, 9))
    assert body["cells"][0]["settings"] == {"teams.Desk.people": "1", "steps.Decide.handoff.batch": "none"}
    rows = list(csv.DictReader((folder / "sweep.csv").read_text(encoding="utf-8-sig").splitlines()))
    value = body["cells"][0]["measures"]["working lead time mean"]["value"]
    assert float(rows[0]["working lead time mean (min)"]) == value
    _holds_the_same(folder / "sweep.xlsx", rows)
    drawn = quick(place, "plot", "latest", "--format", "svg", "--lang", "nl")
    assert drawn.code == 0
    names = {path.name for path in Path(f"{folder}-plots").iterdir()}
    assert {"response.svg", "response-2.svg", "heat-map.svg", "heat-map-2.svg", "elbow.svg"} <= names
    assert quick(place, "plot", "latest", "--kind", "ledger").code == 2
    assert quick(place, "plot", "latest", "--measure", "lead tiem mean").code == 2
    for name in ("reproduce", "stress"):
        answer = quick(place, name, "latest")
        assert (answer.code, "is a sweep" in answer.err) == (2, True)


def _holds_the_same(path: Path, rows: list[dict[str, str]]) -> None:
    """The workbook opens, has no formula, and its numbers are those of the CSV file."""
    space = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
    with zipfile.ZipFile(path) as book:
        assert book.testzip() is None
        for name in book.namelist():
            ElementTree.fromstring(book.read(name))
        sheet = ElementTree.fromstring(book.read("xl/worksheets/sheet1.xml"))
    assert list(sheet.iter(f"{space}f")) == []
    found = [["".join(cell.itertext()) for cell in row] for row in sheet.iter(f"{space}row")]
    assert found[0] == list(rows[0])
    for mine, theirs in zip(found[1:], rows, strict=True):
        for one, other in zip(mine, theirs.values(), strict=True):
            assert one == other or _number(one) == _number(other) != ""


def _number(text: str) -> float | str:
    try:
        return float(text)
    except ValueError:
        return text


def test_a_workbook_with_another_number_shows(tmp_path: Path) -> None:
    from flowsim.sweep.xlsx import Sheet, to_xlsx

    path = tmp_path / "a.xlsx"
    path.write_bytes(to_xlsx([Sheet("a", ["n", "text"], [[1.5, "=1+1"]])]))
    _holds_the_same(path, [{"n": "1.5", "text": "=1+1"}])
    with pytest.raises(AssertionError):
        _holds_the_same(path, [{"n": "1.5", "text": "=1+2"}])


def test_cells_that_cannot_be_run(place: Path) -> None:
    done = quick(place, "sweep", "tiny.yaml", "--states", "current", "--vary", "teams.Desk.people=1, none at all")
    assert done.code == 3
    assert "1 cell cannot be run" in done.err
    assert "Not run" in done.out
    assert "1 of 2 cells could not be run" in done.err


@pytest.mark.parametrize(
    ("words", "code"),
    [
        (("--vary", "teams.Dask.people=1..2"), "FS131"),
        (("--vary", "teams.Desk.people=2..1"), "FS740"),
        (("--vary", "tasks.read.time=1 min .. 2 min"), "FS742"),
        (("--vary", "teams.Desk.people=1..2", "--samples", "5"), "FS742"),
        (("--vary", "teams.Desk.people=1..2", "--executor", "nothing"), "FS746"),
        (("--vary", "teams.Desk.people=1..2", "--executor", "a:b", "--cluster", "c"), "FS003"),
        (("--vary", "teams.Desk.people=1..2", "--states", "futur"), "FS160"),
    ],
)
def test_what_cannot_be(place: Path, words: tuple[str, ...], code: str) -> None:
    answer = quick(place, "sweep", "tiny.yaml", *words)
    assert (answer.code, answer.out) == (2, "")
    assert code in answer.err


def test_one_at_a_time_says_what_each_setting_does(place: Path) -> None:
    done = quick(place, "sweep", "tiny.yaml", "--states", "current", *VARY, "--design", "one-at-a-time")
    assert done.code == 0
    assert "with all as the file says" in done.out
    assert quick(place, "plot", "latest", "--kind", "sensitivity", "--format", "png").code == 0
    assert quick(place, "plot", "latest", "--kind", "heat-map").code == 4


@pytest.mark.skipif(os.name == "nt", reason="signals are those of POSIX")
@pytest.mark.parametrize(("number", "code"), [(signal.SIGINT, 130), (signal.SIGTERM, 143)])
def test_a_sweep_that_is_stopped_says_how_to_go_on(place: Path, number: signal.Signals, code: int) -> None:
    text = TINY.replace("length: 5 working days", "length: 60 working days").replace(
        "replications: 2", "replications: 40"
    )
    (place / "long.yaml").write_text(text, encoding="utf-8")
    words = ("sweep", "long.yaml", "--states", "current", "--vary", "teams.Desk.people=1..9", "--jobs", "1")
    process = subprocess.Popen(command(*words), cwd=place, env=environment(), stderr=subprocess.PIPE, text=True)
    deadline = time.monotonic() + 60
    while not list(place.glob("results/sweep-*/cells/*.parquet")):
        assert process.poll() is None
        assert time.monotonic() < deadline
        time.sleep(0.02)
    process.send_signal(number)
    begin = time.monotonic()
    _, err = process.communicate(timeout=30)
    assert time.monotonic() - begin < 2
    assert process.returncode == code
    assert "of 9 cells kept in results/sweep-" in err
    assert "Run the same command to go on." in err
    assert "Traceback" not in err


def test_names_of_formulas_stay_texts(place: Path) -> None:
    """A value that a spreadsheet would run is a text there."""
    (place / "evil.yaml").write_text(TINY.replace("Tiny", "=1+1"), encoding="utf-8")
    done = quick(place, "sweep", "evil.yaml", "--states", "current", "--vary", "about==HYPERLINK(1), b", "--json")
    assert done.code == 0
    folder = place / json.loads(done.out)["folder"]
    assert ",'=HYPERLINK(1)," in (folder / "sweep.csv").read_text(encoding="utf-8-sig")
    _holds_the_same(folder / "sweep.xlsx", _without_apostrophes(folder / "sweep.csv"))


def _without_apostrophes(path: Path) -> list[dict[str, str]]:
    rows = csv.DictReader(path.read_text(encoding="utf-8-sig").splitlines())
    return [{name: value.removeprefix("'") for name, value in row.items()} for row in rows]


def test_what_matters_most_is_hedged_where_intervals_overlap(place: Path) -> None:
    pytest.importorskip("SALib")
    from flowsim.cli.sweep_tell import influence_sentence
    from flowsim.sweep.stored import Influence

    first = Influence("a.b", 3.0, 0.5, 0.1, None, None, 0.02, "min")
    sure = influence_sentence([first, Influence("c.d", 1.0, 0.5, 0.1, None, None, 0.02, "min")])
    assert sure == "a.b matters most. Of the spread between points 2% is noise of the runs."
    first = Influence("a.b", 3.0, 0.5, 0.1, None, None, 0.3, "min")
    unsure = influence_sentence([first, Influence("c.d", 2.4, 0.5, 0.1, None, None, 0.3, "min")])
    assert "seems to matter most, but its interval overlaps with that of c.d" in unsure
    assert "But 30% of the spread between points is noise" in unsure
    done = quick(
        place,
        *("sweep", "tiny.yaml", "--states", "current", "--vary", "tasks.read.time=10 min .. 20 min"),
        *("--vary", "teams.Desk.people=1, 2", "--design", "morris", "--samples", "2"),
    )
    assert (done.code, "is noise of the runs" in " ".join(done.out.split())) == (0, True)
    assert quick(place, "plot", "latest", "--kind", "sensitivity", "--format", "png").code == 0
