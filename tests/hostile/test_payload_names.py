"""Names made to harm: harmless in the terminal, JSON, CSV, Parquet, pictures, and names of files; or refused."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterator, Sequence
from pathlib import Path
from unicodedata import combining
from xml.etree import ElementTree

import payloads
import pyarrow.parquet as pq
import pytest
from payloads import LEGAL, REFUSED, SAME, Payload
from program import STEERING, TINY, quick

from flowsim.scenario import check

MEANINGFUL = {
    "steps": ("end", "none", "all"),
    "teams": ("none", "all"),
    "requests": ("others",),
    "calendars": ("always",),
}
SIZE = 18


def test_there_are_enough_and_none_twice() -> None:
    assert len({(one.group, one.value or one.what) for one in payloads.ALL}) == len(payloads.ALL)
    assert len(payloads.ALL) >= 150


def _quoted(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"


def _scenario(names: Sequence[str]) -> str:
    """A scenario in which everything that has a name has one of these, and every text is one."""
    n = [_quoted(names[i % len(names)]) for i in range(SIZE)]
    back = _quoted(f"10% to {names[10 % len(names)]}")
    ends = _quoted(f"end as {names[17 % len(names)]}")
    return f"""\
flowsim: 1
name: {_quoted("../../x " + names[0])}
about: {n[1]}
purpose: {n[2]}
sources: [{n[3]}]
assumptions: [{n[4]}]
calendars:
  {n[0]}: {{hours: mon-fri 09:00-17:00}}
requests:
  {n[1]}: {{arrivals: 4 per working day, calendar: {n[0]}, promise: 1 working day}}
  {n[2]}: {{arrivals: 2 per working day, calendar: {n[0]}}}
tasks:
  {n[3]}: {{time: 20 min, value: necessary}}
  {n[4]}: {{time: 30 min, value: adding}}
  {n[5]}: {{time: 1 min, value: waste}}
teams:
  {n[6]}: {{people: 1, calendar: {n[0]}, target: 90% within 1 working day}}
  {n[7]}: {{people: 1, calendar: {n[0]}}}
  {n[8]}: {{people: 1, calendar: {n[0]}}}
people:
  {n[9]}: {{teams: [{n[6]}]}}
steps:
  {n[10]}: {{team: {n[6]}, does: {n[3]}}}
  {n[11]}: {{team: {n[7]}, does: {n[5]}, handoff: {{batch: 3 requests or 2 h}}}}
  {n[12]}: {{team: {n[8]}, does: {n[4]}, returns: {back}, next: {ends}}}
run: {{length: 3 working days, warm-up: 1 working day, replications: 2, seed: 7}}
states:
  {n[13]}: {{about: {n[14]}}}
  {n[15]}:
    changes: [{{name: {n[16]}, set: {{steps.*.handoff.batch: none}}}}]
"""


SPARE = {
    "calendars": "{hours: mon 9-12}",
    "requests": "{arrivals: 1 per week, calendar: office}",
    "tasks": "{time: 1 min, value: waste}",
    "teams": "{people: 1, calendar: office}",
    "steps": "{team: Desk, does: read}",
    "states": "{}",
}
"""An entry that nothing else speaks of, by section."""


def _with(section: str, name: str) -> str:
    """The small scenario with one more entry, whose name is written so."""
    return TINY.replace(f"{section}:\n", f"{section}:\n  {name}: {SPARE[section]}\n", 1)


def _codes(folder: Path, text: str) -> set[str]:
    """The codes of the errors of a text."""
    (folder / "t.yaml").write_text(text, encoding="utf-8")
    return {p.code for p in check(folder / "t.yaml")[0] if p.severity == "error"}


# -- what would be harm ------------------------------------------------------------------------------------------------


def harm_in_csv(text: str) -> Iterator[str]:
    """Cells that a spreadsheet takes for a formula."""
    for row in csv.reader(io.StringIO(text)):
        for cell in row:
            number = re.fullmatch(r"-?[0-9.]+(e[+-]?[0-9]+)?", cell)
            if cell.strip().startswith(tuple("=+-@\t\r＝＋－＠")) and not number:
                yield cell


def harm_in_svg(text: str) -> Iterator[str]:
    """What a browser would do with a picture besides showing it."""
    try:
        root = ElementTree.fromstring(text)
    except ElementTree.ParseError as error:
        yield f"no XML: {error}"
        return
    for element in root.iter():
        kind = str(element.tag).rpartition("}")[2].lower()
        if kind in ("script", "foreignobject", "iframe", "a", "animate", "set", "image"):
            yield kind
        for name, value in element.attrib.items():
            local = name.rpartition("}")[2].lower()
            if local.startswith("on") or (local == "href" and not value.startswith("#")):
                yield f"{name}={value}"


def harm_in_places(folder: Path, home: Path, expected: Sequence[str]) -> Iterator[str]:
    """Files outside the place of work, or in it with a name that nobody chose."""
    for path in folder.rglob("*"):
        if not path.is_relative_to(home) and not home.is_relative_to(path):
            yield str(path)
    for path in home.rglob("*"):
        inside = path.relative_to(home)
        if inside.parts[0] not in expected or not re.fullmatch(r"[A-Za-z0-9._/-]+", inside.as_posix()):
            yield str(inside)


@pytest.mark.parametrize("first", range(0, len(LEGAL), SIZE))
def test_legal_names_do_no_harm(tmp_path: Path, first: int) -> None:
    names = [one.value for one in LEGAL[first : first + SIZE]]
    home = tmp_path / "a" / "b" / "c"
    home.mkdir(parents=True)
    (home / "t.yaml").write_text(_scenario(names), encoding="utf-8")
    assert quick(home, "check", "t.yaml").code == 0
    done = quick(home, "compare", "t.yaml", "--jobs", "1", "--json")
    assert done.code == 0
    assert [state["state"] for state in done.json["states"]] == [names[13 % len(names)], names[15 % len(names)]]
    for arguments in (
        ["show"],
        ["show", "--request", "1"],
        ["show", "--wastes", "--handoffs", "--staff", "--lang", "nl"],
    ):
        shown = quick(home, *arguments)
        assert shown.code == 0
        assert "{name}" not in shown.out.replace(names[0], "") or "{name} {count}" in names
    assert quick(home, "stress", "--lang", "nl").code == 0
    verified = quick(home, "verify", "t.yaml", "--jobs", "1")
    assert verified.code == 0
    assert all(sum(not combining(sign) for sign in line) <= 80 for line in verified.out.splitlines())
    loads = quick(home, "verify", "t.yaml", "--jobs", "1", "--json").json["states"][0]["loads"]
    assert {row["team"] for row in loads} >= {names[i % len(names)] for i in (6, 7, 8)}
    assert quick(home, "plot", "--kind", "ledger", "--kind", "life-strips", "--format", "svg").code == 0
    kept = next((home / "results").glob("*/manifest.json")).parent
    for picture in (home / "results").rglob("*.svg"):
        assert list(harm_in_svg(picture.read_text(encoding="utf-8"))) == []
    assert list(harm_in_csv((kept / "summary.csv").read_text(encoding="utf-8-sig"))) == []
    teams = set(pq.read_table(kept / "data" / "teams.parquet").column("team").to_pylist())
    assert {names[i % len(names)] for i in (6, 7, 8)} <= teams
    assert list(harm_in_places(tmp_path, home, ("t.yaml", "results"))) == []


@pytest.mark.parametrize("payload", REFUSED, ids=str)
def test_names_that_are_refused(tmp_path: Path, payload: Payload) -> None:
    """As they are, and by their codes between double quotes; wherever a name may stand."""
    name = payload.value
    escaped = '"' + "".join(c if c.isprintable() and c not in '"\\' else f"\\u{ord(c):04x}" for c in name) + '"'
    for section in SPARE:
        for written in (escaped, _quoted(name)):
            path = tmp_path / "t.yaml"
            path.write_bytes(_with(section, written).encode("utf-8", "surrogatepass"))
            problems, _ = check(path)
            assert any(p.severity == "error" for p in problems), (section, written[:80])
            assert not any(STEERING.search(str(p)) for p in problems)


@pytest.mark.parametrize("payload", SAME, ids=str)
def test_two_names_that_are_one_are_refused(tmp_path: Path, payload: Payload) -> None:
    one, two = (_quoted(name) for name in payload.value.split("|"))
    for section in SPARE:
        text = _with(section, one)
        assert "FS124" not in _codes(tmp_path, text)
        assert "FS124" in _codes(tmp_path, text.replace(f"  {one}:", f"  {two}: {SPARE[section]}\n  {one}:", 1))


@pytest.mark.parametrize(("section", "name"), [(s, n) for s, names in MEANINGFUL.items() for n in names])
def test_names_with_a_meaning_of_their_own_are_refused(tmp_path: Path, section: str, name: str) -> None:
    old = {"steps": "Read", "teams": "Desk", "requests": "form", "calendars": "office"}[section]
    (tmp_path / "t.yaml").write_text(re.sub(rf"\b{old}\b", name, TINY), encoding="utf-8")
    problems, _ = check(tmp_path / "t.yaml")
    assert any(p.severity == "error" for p in problems)


# -- spoiled -----------------------------------------------------------------------------------------------------------


def test_a_harmless_name_is_refused_nowhere(tmp_path: Path) -> None:
    for section in SPARE:
        assert _codes(tmp_path, _with(section, '"fine"')) == set()


@pytest.mark.parametrize("cell", ["=1+1", "@x", "-1+1", "+x", "＝1", "\u3000=1", "\t=1", '"\r=1"'])
def test_a_formula_in_a_table_is_seen(cell: str) -> None:
    assert list(harm_in_csv(f"a,b\n1,{cell}\n"))
    assert not list(harm_in_csv("a,b\n-1.5e-3,'=1\n"))


@pytest.mark.parametrize(
    "inside", ["<script>x</script>", '<g onload="x"/>', '<a href="http://x"/>', "&x;", "<", '<use href="data:x"/>']
)
def test_a_picture_that_acts_is_seen(inside: str) -> None:
    assert list(harm_in_svg(f'<svg xmlns="http://www.w3.org/2000/svg">{inside}</svg>'))
    assert not list(harm_in_svg('<svg xmlns="http://www.w3.org/2000/svg"><use href="#x"/></svg>'))


def test_a_stray_file_is_seen(tmp_path: Path) -> None:
    home = tmp_path / "a" / "b"
    (home / "results").mkdir(parents=True)
    assert not list(harm_in_places(tmp_path, home, ("results",)))
    (tmp_path / "x").touch()
    (home / "CON$").touch()
    (home / "results" / "ü").touch()
    assert len(list(harm_in_places(tmp_path, home, ("results",)))) == 3
