"""Names made to harm: harmless in every output, in every file, in every command."""

from __future__ import annotations

import csv
import re
from pathlib import Path
from xml.etree import ElementTree

import pytest
from program import STEERING, TINY, quick

from flowsim.errors import Problem
from flowsim.scenario import check

NAMES = (
    "/etc/x",
    "\\\\server\\share",
    "$\\foo$",
    "_x",
    "</text><script>alert(1)</script>",
    "=HYPERLINK(1)",
    "@SUM(1)",
    "-1+1",
    "x" * 60,
    "😀 團隊",
    "مرحبا بالعالم",
    "current",
    "CON",
    "latest",
    "%s %(x)s {x} {0}",
    "a\u0301",
)
"""Names that are legal."""
REFUSED = (
    "a.b",
    "../../x",
    "*",
    "",
    " x",
    "x" * 61,
    "a\tb",
    "a\x1b[31mb",
    "a\u202eb",
    "a\nb",
    "a\x00b",
    "a\x9bb",
    "a\u2028b",
)
MEANINGFUL = {
    "steps": ("end", "none", "all"),
    "teams": ("none", "all"),
    "requests": ("others",),
    "calendars": ("always",),
}


def _quoted(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"


def _scenario(names: tuple[str, ...]) -> str:
    """A scenario in which everything has one of the names."""
    form, read, decide, desk, legal, one, two, office = (_quoted(names[n % len(names)]) for n in range(8))
    title, back = _quoted(f"../../x {names[0]} $\\foo$ <b>"), _quoted(f"10% to {names[5 % len(names)]}")
    return f"""\
flowsim: 1
name: {title}
calendars:
  {office}: {{hours: mon-fri 09:00-17:00}}
requests:
  {form}: {{arrivals: 6 per working day, calendar: {office}, promise: 1 working day}}
tasks:
  {read}: {{time: 20 min, value: necessary}}
  {decide}: {{time: 30 min, value: adding}}
teams:
  {desk}: {{people: 1, calendar: {office}, target: 90% within 1 working day}}
  {legal}: {{people: 1, calendar: {office}}}
steps:
  {one}: {{team: {desk}, does: {read}}}
  {two}: {{team: {legal}, does: {decide}, handoff: {{batch: 3 requests or 2 h}}, returns: {back}}}
run: {{length: 5 working days, warm-up: 1 working day, replications: 2, seed: 7}}
states:
  {form}: {{}}
  {two}:
    changes: [{{name: {desk}, set: {{steps.*.handoff.batch: none}}}}]
"""


@pytest.mark.parametrize("names", [NAMES[:8], NAMES[8:]], ids=["first", "second"])
def test_hostile_names_do_no_harm(tmp_path: Path, names: tuple[str, ...]) -> None:
    home = tmp_path / "a" / "b" / "c"
    home.mkdir(parents=True)
    (home / "hostile.yaml").write_text(_scenario(names), encoding="utf-8")
    assert quick(home, "check", "hostile.yaml").code == 0
    compared = quick(home, "compare", "hostile.yaml", "--jobs", "1")
    assert compared.code == 0
    assert all(len(line) <= 80 for line in compared.out.splitlines() if not line.startswith("Results: "))
    assert quick(home, "show", "--request", "1").code == 0
    found = quick(home, "show", "--json").json
    assert found["states"][0]["state"] == names[0]
    assert quick(home, "plot", "--format", "svg", "--out", "pictures").code == 0
    for picture in (home / "pictures").iterdir():
        text = picture.read_text(encoding="utf-8")
        assert "<script" not in text
        ElementTree.fromstring(text)
    with next(home.glob("results/*/summary.csv")).open(encoding="utf-8-sig", newline="") as file:
        for row in csv.reader(file):
            for cell in row:
                assert not cell.startswith(("=", "@", "\t", "\r"))
                assert cell[:1] not in "+-" or re.fullmatch(r"-?[0-9.]+(e[+-]?[0-9]+)?", cell) or not cell
    everything = {p.relative_to(tmp_path).parts[:3] for p in tmp_path.rglob("*")}
    assert everything == {("a",), ("a", "b"), ("a", "b", "c")}
    inside = {p.name for p in home.iterdir()}
    assert inside == {"hostile.yaml", "results", "pictures"}
    for path in home.glob("results/*"):
        assert re.fullmatch(r"latest|x-[a-z0-9-]+-\d{8}T\d{6}-[0-9a-f]{8}", path.name)


@pytest.mark.parametrize("name", REFUSED)
def test_names_that_are_refused(tmp_path: Path, name: str) -> None:
    escaped = "".join(c if c.isprintable() else f"\\u{ord(c):04x}" for c in name)
    for text in (TINY.replace("Desk", f'"{escaped}"'), TINY.replace("Desk", _quoted(name))):
        path = tmp_path / "t.yaml"
        path.write_text(text, encoding="utf-8")
        problems, _ = check(path)
        assert any(p.severity == "error" for p in problems)


@pytest.mark.parametrize(("section", "name"), [(s, n) for s, names in MEANINGFUL.items() for n in names])
def test_names_with_a_meaning_of_their_own_are_refused(tmp_path: Path, section: str, name: str) -> None:
    old = {"steps": "Read", "teams": "Desk", "requests": "form", "calendars": "office"}[section]
    (tmp_path / "t.yaml").write_text(re.sub(rf"\b{old}\b", name, TINY), encoding="utf-8")
    problems, _ = check(tmp_path / "t.yaml")
    assert any(p.severity == "error" for p in problems)


def test_what_steers_a_terminal_never_reaches_one(folder: Path) -> None:
    """`flowsim` (in program.py) looks at the streams; here are the ways in."""
    evil = "x\x1b[2J\x07\x9b31m\u202ey"
    (folder / "evil.yaml").write_text(TINY.replace("team: Desk", f"team: {evil}"), encoding="utf-8")
    (folder / f"{evil}.yaml").write_text(TINY, encoding="utf-8")
    for arguments in (
        ["check", "evil.yaml"],
        ["check", "evil.yaml", "--json"],
        ["check", f"{evil}.yaml"],
        ["check", f"{evil}.yaml", "--json"],
        ["run", evil],
        ["run", "tiny.yaml", "--state", evil],
        ["run", "tiny.yaml", "--set", f"{evil}=1"],
        ["explain", f"steps.{evil}"],
        ["show", evil, "--json"],
        [evil],
    ):
        assert quick(folder, *arguments).code in (0, 2)
    assert STEERING.search(evil)
    assert STEERING.search(str(Problem(code="FS000", message=evil)))  # what would be printed without the cleaning
