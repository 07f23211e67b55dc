"""The pages of docs/ as the tests see them: their blocks, and how an example is run and its tables are read."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path

from flowsim.draws import Draws
from flowsim.engine import run
from flowsim.metrics.audit import audit
from flowsim.metrics.ledger import visit_ledger
from flowsim.metrics.tables import Tables, tables
from flowsim.model import Model
from flowsim.record import INSTANTS
from flowsim.record.columns import TextColumn, Values
from flowsim.scenario import load_text

ROOT = Path(__file__).parents[2]
DOCS = ROOT / "docs"
PAGES = [*sorted(DOCS.glob("*.md")), ROOT / "README.md"]

_FENCE = re.compile(r"^```(.*?)\n(.*?)^```$", re.DOTALL | re.MULTILINE)
_TABLE = re.compile(r"(?:^\|.*\n)+", re.MULTILINE)
_INSTANTS = (*INSTANTS, "arrived", "due", "ended", "began", "joined", "begins", "ends")
_TABLES = {"step": "visits", "split": "branches", "begins": "away", "request": "requests"}
"""A column that tells of which table of results a table of a page is: the first of these that it has."""

_DAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")

Row = dict[str, str]


@dataclass(frozen=True)
class Block:
    """A fenced block: `kind` is the first word after the fence, `words` the others, `line` where it begins."""

    kind: str
    words: tuple[str, ...]
    text: str
    line: int
    end: int


def blocks(text: str) -> list[Block]:
    """The fenced blocks of a page, in order."""
    found = []
    for match in _FENCE.finditer(text):
        kind, *words = match[1].split() or [""]
        found.append(Block(kind, tuple(words), match[2], text.count("\n", 0, match.start()) + 1, match.end()))
    return found


@dataclass
class Example:
    """A scenario in a page, and the tables that say what comes of it: a list of rows each."""

    page: str
    line: int
    text: str
    base: str
    tables: list[list[Row]] = field(default_factory=list)

    def __str__(self) -> str:
        return f"{self.page}:{self.line}"


def examples(page: str, text: str, base: str = "") -> list[Example]:
    """The `yaml example` blocks of a page, each with the tables of results that follow it before the next block or
    heading. `base` is what they are based on unless the page has a `yaml base` block of its own.
    """
    found = []
    all_blocks = blocks(text)
    for number, block in enumerate(all_blocks):
        if block.kind == "yaml" and "base" in block.words:
            base = block.text
        if block.kind == "yaml" and "example" in block.words:
            rest = text[block.end :]
            later = [b.end - len(b.text) for b in all_blocks[number + 1 : number + 2]]
            until = min([*(place - block.end for place in later), *_headings(rest), len(rest)])
            listed = [table(match[0]) for match in _TABLE.finditer(rest[:until])]
            found.append(
                Example(
                    page, block.line, block.text, base, [rows for rows in listed if _TABLES.keys() & rows[0].keys()]
                )
            )
    return found


def _headings(text: str) -> list[int]:
    return [match.start() for match in re.finditer(r"^#+ ", text, re.MULTILINE)][:1]


def table(text: str) -> list[Row]:
    """The rows of a Markdown table."""
    lines = [[cell.strip() for cell in line.strip().strip("|").split("|")] for line in text.strip().splitlines()]
    return [dict(zip(lines[0], cells, strict=True)) for cells in lines[2:]]


def outcome(example: Example, folder: Path) -> tuple[Model, Tables]:
    """Replication 1 of an example, audited."""
    (folder / "base.yaml").write_text(example.base, encoding="utf-8")
    compiled = load_text(example.text, "example.yaml", folder).compile("current")
    record = run(compiled.model, Draws(compiled.seed, 1))
    audit(compiled.model, record, Draws(compiled.seed, 1), visit_ledger(compiled.model, record)).require()
    return compiled.model, tables(compiled.model, record)


def differences(rows: list[Row], model: Model, found: Tables) -> list[str]:
    """What a table of a page says that is not so. A table with a step is of visits: all those of the requests and
    steps it names; one with a split is of branches, all those of the requests it names; one that says when something
    begins is of the times people are away, all of them; any other is of requests.
    """
    source = found[next(table for column, table in _TABLES.items() if column in rows[0])]
    size = next(len(column) for column in source.values() if not isinstance(column, TextColumn))
    shown = [{name: cell(source, name, i, model, found) for name in rows[0]} for i in range(size)]
    requests, steps = {row.get("request") for row in rows}, {row.get("step") for row in rows}
    shown = [row for row in shown if row.get("request") in requests and row.get("step") in steps]
    wrong = [] if len(rows) == len(shown) else [f"{len(rows)} rows stand there, {len(shown)} come out: {shown}"]
    for row, real in zip(rows, shown, strict=False):
        wrong += [f"{row}: {name} is {real[name]}" for name in row if row[name] != real[name]]
    return wrong


def cell(source: dict[str, Values], name: str, row: int, model: Model, found: Tables) -> str:
    """A value of a table of results as a page writes it: an instant as 09:30 or Tue 09:30, a length as 20 min; the
    crew of a visit as the people who are at work besides its person.
    """
    if name == "crew":
        return _crew(found["crew"], _column(source, "request")[row], _column(source, "visit")[row])
    key = name.replace(" ", "_")
    if key not in source and f"{key}_ms" in source:
        value = int(_column(source, f"{key}_ms")[row])
        if key in _INSTANTS:
            return "–" if value < 0 else instant(value, model.start)
        return minutes(value / 60_000)
    if key not in source and f"{key}_min" in source:
        return minutes(float(_column(source, f"{key}_min")[row]))
    column = source[key]
    if isinstance(column, TextColumn):
        code = int(column.codes[row])
        return column.words[code] if code >= 0 else ("customer" if name in ("step", "team") else "–")
    value = column[row]
    if column.dtype.kind == "b":
        return "yes" if value else "no"
    return str(int(value)) if value >= 0 else "–"


def _crew(crew: dict[str, Values], request: float, visit: float) -> str:
    """Who else is at work on a visit: "Desk 0, Desk 1"; – for nobody."""
    teams = crew["team"]
    assert isinstance(teams, TextColumn)
    rows = enumerate(zip(_column(crew, "request"), _column(crew, "visit"), _column(crew, "person"), strict=True))
    people = [f"{teams.words[int(teams.codes[i])]} {int(who)}" for i, (r, v, who) in rows if (r, v) == (request, visit)]
    return ", ".join(people) or "–"


def _column(source: dict[str, Values], name: str) -> list[float]:
    column = source[name]
    assert not isinstance(column, TextColumn)
    values: list[float] = column.tolist()
    return values


def instant(ticks: int, start: str) -> str:
    """09:30 on the first day, Tue 09:30 on another; seconds when there are any."""
    begin = datetime.fromisoformat(start)
    moment = begin + timedelta(milliseconds=ticks)
    clock = f"{moment:%H:%M}"
    if moment.second or moment.microsecond:
        clock += f":{moment:%S}" + (f".{moment.microsecond // 1000:03d}" if moment.microsecond else "")
    return clock if moment.date() == begin.date() else f"{_DAYS[moment.weekday()]} {clock}"


def minutes(value: float) -> str:
    """A length of time in minutes; – for none at all."""
    if value != value:
        return "–"
    return f"{value:g} min" if value else "0"
