"""The pages say all there is to say: generated parts are fresh; every code, measure, part and command is described."""

from __future__ import annotations

import re
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from pages import DOCS, PAGES, ROOT

from flowsim import units
from flowsim.cli.main import COMMANDS
from flowsim.draws import Draws
from flowsim.engine import run
from flowsim.metrics.ledger import PARTS
from flowsim.metrics.tables import tables
from flowsim.record.columns import TextColumn
from flowsim.scenario import load_text

sys.path.insert(0, str(DOCS))

import generate

TEXTS = {page.relative_to(ROOT).as_posix(): page.read_text(encoding="utf-8") for page in PAGES}
SOURCE = "\n".join(path.read_text(encoding="utf-8") for path in sorted((ROOT / "src").rglob("*.py")))

EVERYTHING = """
flowsim: 1
name: All measures
calendars: {office: {hours: mon-fri 09:00-17:00}}
requests:
  permit:
    arrivals: every 1 h
    calendar: office
    promise: 1 working day
    patience: 4 working days
    chasing: {to: Desk, takes: 5 min, every: 1 h}
    cost of delay: 20 per working day
  notice: {arrivals: every 2 h, calendar: office, promise: 2 h}
limits: {all: 50}
tasks: {register: {time: 20 min, value: necessary}, decide: {time: 20 min, value: adding}}
teams:
  Desk: {people: 1, target: 90% within 1 working day, cost: 40 per hour}
  Legal: {people: 1}
steps:
  Register: {team: Desk, does: register, next: {parallel: [Look, Ask]}}
  Look: {team: Desk, does: register}
  Ask: {team: Legal, does: register}
  Decide: {team: Legal, does: decide, handoff: {batch: 3 requests}}
run: {length: 5 working days}
"""


# -- generated parts ---------------------------------------------------------------------------------------------------


def test_generated_parts_are_fresh() -> None:
    assert generate.stale() == []


def test_a_page_that_is_not_fresh_is_seen() -> None:
    page = TEXTS["docs/measures.md"]
    assert generate.refreshed(page) == page
    assert generate.refreshed(page.replace("| `transit` |", "| `transported` |")) == page
    with pytest.raises(KeyError):
        generate.refreshed("<!-- generated: nothing -->\n<!-- end: nothing -->")


def test_every_generated_part_stands_in_a_page() -> None:
    named = {name for text in TEXTS.values() for _, name, _ in generate.PART.findall(text)}
    assert named == set(generate.PARTS)


# -- nothing is left out -----------------------------------------------------------------------------------------------


def test_every_code_of_the_source_is_described_and_no_other() -> None:
    raised = set(re.findall(r"FS\d{3}", SOURCE))
    assert raised == set(generate.codes())


def test_codes_stand_in_one_table_only() -> None:
    codes = generate.codes()
    assert len(codes) > 100
    assert {severity for severity, _ in codes.values()} == {"error", "warning", "note"}


def test_the_shown_messages_are_of_the_severity_that_is_told() -> None:
    codes = generate.codes()
    for code, message in generate.examples().items():
        first = message.splitlines()[0]
        label = next((word for word in ("warning", "note") if f": {word}: " in first), "error")
        assert (code, label) == (code, codes[code][0])


def test_every_measure_is_defined() -> None:
    compiled = load_text(EVERYTHING, "all.yaml").compile("current")
    summary = tables(compiled.model, run(compiled.model, Draws(1, 1)))["summary"]
    column = summary["measure"]
    assert isinstance(column, TextColumn)
    page = TEXTS["docs/measures.md"]
    names = {re.sub(r" P\d\d$", " P", re.sub(r"^outcome .+", "outcome NAME", name)) for name in column.words}
    names = {name for name in names if not name.startswith("ledger ") or name == "ledger return_time"}
    assert len(names) > 25
    features = {"withdrawn", "work for nothing", "chases", "delay cost", "people time", "join wait", "WIP let in"}
    assert features <= names
    assert [name for name in sorted(names) if f"`{name}" not in page] == []
    assert [part for part in PARTS if f"`{part}`" not in page] == []


def test_every_command_is_described() -> None:
    page = TEXTS["docs/commands.md"]
    assert [command for command in COMMANDS if f"## flowsim {command}\n" not in page] == []


# -- quantities ------------------------------------------------------------------------------------------------------


def _written(heading: str) -> list[str]:
    """What stands in the first column of the table below a line of scenario-format.md."""
    text = TEXTS["docs/scenario-format.md"]
    (rows,) = re.findall(rf"^\*\*{heading}\*\*.*?\n\n((?:\|[^\n]*\n)+)", text, re.DOTALL | re.MULTILINE)
    return [word for row in rows.splitlines()[2:] for word in re.findall(r"`([^`]+)`", row.split("|")[1])]


@pytest.mark.parametrize(
    ("heading", "read", "least"),
    [
        ("Lengths", units.parse_length, 10),
        ("Times with a spread", units.parse_quantity, 6),
        ("Batches", units.parse_batch, 10),
    ],
)
def test_every_quantity_of_the_guide_can_be_written_so(heading: str, read: Callable[[str], object], least: int) -> None:
    written = _written(heading)
    assert len(written) >= least
    for text in written:
        if text != "none":  # says that there is no batch; the field reads it, not the quantity
            read(text)


@pytest.mark.parametrize("text", ["1,500 min", "1.500 min", "15"])
def test_what_the_guide_says_is_refused_is(text: str) -> None:
    with pytest.raises(units.QuantityError):
        units.parse_quantity(text)


@pytest.mark.parametrize(
    "text", ["discrete(5 min: 30%, 10 min: 70%)", "empirical(times.csv, minutes, min)", "driehoek(1 min, 2 min, 3 min)"]
)
def test_named_distributions_of_the_guide_can_be_written_so(text: str) -> None:
    units.parse_quantity(text)


# -- links -------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_links_lead_somewhere(page: Path) -> None:
    text = page.read_text(encoding="utf-8")
    wrong = []
    for target in re.findall(r"\]\(([^)\s]+)\)", re.sub(r"```.*?```", "", text, flags=re.DOTALL)):
        if target.startswith(("http://", "https://")):
            continue
        name, _, anchor = target.partition("#")
        file = (page.parent / name).resolve() if name else page
        if not file.exists() or (anchor and anchor not in _anchors(file.read_text(encoding="utf-8"))):
            wrong.append(target)
    assert wrong == []


def _anchors(text: str) -> set[str]:
    heads = re.findall(r"^#+ (.+)$", re.sub(r"```.*?```", "", text, flags=re.DOTALL), re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", head.lower()).replace(" ", "-") for head in heads}


def test_every_page_can_be_reached_from_the_readme() -> None:
    readme = TEXTS["README.md"]
    assert [name for name in TEXTS if name.startswith("docs/") and name not in readme] == []


def test_readme_and_continuous_integration_run_the_same_two_commands() -> None:
    ci = (ROOT / ".ci" / "run").read_text(encoding="utf-8")
    for command in (
        "python3 -m pip install -q --target .uv uv && .uv/bin/uv run flowsim demo",
        "python3 -m pip install -q --target .uv uv && .uv/bin/uv run pytest",
    ):
        assert command in TEXTS["README.md"]
        assert f'step "{command}"' in ci
