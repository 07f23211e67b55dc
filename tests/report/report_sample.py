"""Material for reports without simulating anything, and a report taken apart by an independent reader of Markdown."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

from markdown_it import MarkdownIt

from flowsim.experiments.findings import Finding
from flowsim.model import Model
from flowsim.record.manifest import Audit, Manifest, Platform, ScenarioFile, State, Table, Timing
from flowsim.report import Material, Report, stress, to_markdown
from flowsim.scenario import load
from flowsim.scenario.kept import kept_states
from flowsim.texts import Texts

ROOT = Path(__file__).parents[2]
sys.path[:0] = [str(ROOT / "tests" / room) for room in ("pairs", "experiments")]

SHIPPED = ROOT / "scenarios"
FILES = sorted(path.name for path in SHIPPED.glob("*.yaml"))
MEASURES = {"lead time mean": Finding(300.0, 270.0, 330.0, "min"), "within promise": Finding(0.5, 0.49, 0.51, "share")}


@cache
def _state(name: str, model: Model) -> State:
    return State.of(name, model)


def manifest(*models: Model, files: Mapping[str, str] | None = None, **changes: Any) -> Manifest:
    """A manifest of a run of these models that nobody ran; each is a state called by its name unless `states` are."""
    whole: dict[str, Any] = {
        "command": ("flowsim", "run", "folder/x.yaml"),
        "scenario": tuple(ScenarioFile.of(name, text) for name, text in (files or {}).items()),
        "states": changes.get("states") or tuple(_state(f"state {n}", model) for n, model in enumerate(models)),
        "seed": 4711,
        "replications": 17,
        "engine": "an engine",
        "audit": Audit(("one check", "another"), 34),
        "timing": Timing("2026-03-04T05:06:07+01:00", 89.5, 3),
        "unfinished": {f"state {n}": 5 for n, _ in enumerate(models)},
        "packages": {"numpy": "9.8.7"},
        "platform": Platform("3.99.1", "SomeOS", "somecpu", "somelibc 1.2"),
    }
    visits = Table("visits", "data/visits.parquet", 123456, 1, "0" * 64, "1" * 64, 2)
    return Manifest(**(whole | changes)).with_files([visits], [])


def by_hand(*models: Model, **changes: Any) -> Material:
    """Material of models that came from no file."""
    return Material("a-folder", manifest(*models, **changes), models, tuple(MEASURES for _ in models))


@cache
def shipped(file: str) -> Material:
    """Material of all states of a shipped scenario."""
    return of_scenario(SHIPPED / file)


def of_scenario(path: Path, *sets: str, **changes: Any) -> Material:
    """Material of all states of a scenario file."""
    scenario = load(path)
    compiled = [scenario.compile(state, sets) for state in scenario.states]
    states = tuple(State.of(c.state, c.model, about=c.about, changes=c.changes, sets=sets) for c in compiled)
    models = tuple(c.model for c in compiled)
    unfinished = {state.name: 5 for state in states}
    made = manifest(*models, files=scenario.text, states=states, unfinished=unfinished, **changes)
    told = kept_states(scenario.text, [(state.name, sets) for state in states])
    return Material("a-folder", made, models, tuple(MEASURES for _ in models), tuple(told))


def report(material: Material, lang: str = "en") -> Report:
    """The report."""
    return stress(material, Texts(lang))


def markdown(material: Material, lang: str = "en") -> str:
    """The report as Markdown."""
    return to_markdown(report(material, lang), Texts(lang))


@cache
def told(file: str, lang: str = "en") -> dict[str, Read]:
    """The report of a shipped scenario, read back by item."""
    return read(markdown(shipped(file), lang))


# -- reading it back ---------------------------------------------------------------------------------------------------


@dataclass
class Read:
    """What stands under one heading of level 3: paragraphs and items of lists, tables, fences."""

    texts: list[str] = field(default_factory=list)
    tables: list[list[list[str]]] = field(default_factory=list)
    fences: list[str] = field(default_factory=list)

    @property
    def whole(self) -> str:
        """All of it."""
        cells = [cell for table in self.tables for row in table for cell in row]
        return "\n".join([*self.texts, *cells, *self.fences])


def parser() -> MarkdownIt:
    """CommonMark with HTML allowed, so that it would be seen, and tables."""
    return MarkdownIt("commonmark", {"html": True}).enable(["table", "strikethrough"])


def read(text: str) -> dict[str, Read]:
    """A report by item number."""
    found: dict[str, Read] = {}
    tokens = parser().parse(text)
    current = Read()
    row: list[str] = []
    for before, token in zip([None, *tokens], tokens, strict=False):
        if token.type == "inline":
            plain = "".join(child.content for child in token.children or ())
            if before is not None and before.type == "heading_open" and before.tag in ("h2", "h3"):
                current = Read()
                if before.tag == "h3":
                    number = plain.split(" ")[0]
                    assert number not in found, number
                    found[number] = current
            elif before is not None and before.type in ("th_open", "td_open"):
                row.append(plain)
            else:
                current.texts.append(plain)
        elif token.type == "table_open":
            current.tables.append([])
        elif token.type == "tr_open":
            row = []
            current.tables[-1].append(row)
        elif token.type == "fence":
            current.fences.append(token.content)
    return found


def leaves(value: Any, path: str = "") -> Iterator[tuple[str, Any]]:
    """Every value within an object of JSON, with its path."""
    if isinstance(value, dict):
        for key, inside in value.items():
            yield from leaves(inside, f"{path}.{key}")
    elif isinstance(value, list):
        for inside in value:
            yield from leaves(inside, path)
    else:
        yield path, value


def laws(model: Any) -> Iterator[dict[str, Any]]:
    """Every distribution within the JSON of a Model."""
    if isinstance(model, dict):
        if set(model) == {"name", "params"}:
            yield model
        for inside in model.values():
            yield from laws(inside)
    elif isinstance(model, list):
        for inside in model:
            yield from laws(inside)


def as_json(model: Model) -> Any:
    """A Model as the manifest keeps it."""
    from flowsim.model import canonical_json

    return json.loads(canonical_json(model))
