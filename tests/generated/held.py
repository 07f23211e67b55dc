"""The property of every legal scenario: each of its states runs to its end, passes the whole audit with its ledger and
its draws (R1 to R16), and all its tables can be made, with finite figures.

Three errors of a run have names and are allowed: a process that locks (FS711, only under a limit), one that goes round
in no time (FS701), and chases that bury the work (FS712).
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
from anything import Drawn

from flowsim.errors import EngineError, ScenarioError
from flowsim.experiments.replicate import Job, simulate
from flowsim.metrics.ledger import PARTS
from flowsim.metrics.tables import SCHEMA, Tables
from flowsim.model import Model
from flowsim.record.columns import TextColumn
from flowsim.scenario import load

NAMED = ("FS701", "FS711", "FS712")


@dataclass
class Tally:
    """What was seen of many scenarios: how many there were, what `check` refused the others for (by code), how the runs
    of their states ended, and what happened in them (in how many runs).
    """

    drawn: int = 0
    legal: int = 0
    runs: int = 0
    requests: int = 0
    visits: int = 0
    refused: Counter[str] = field(default_factory=Counter)
    ends: Counter[str] = field(default_factory=Counter)
    happened: Counter[str] = field(default_factory=Counter)

    def add(self, other: Tally) -> None:
        """Add what another tally has seen."""
        for name in ("drawn", "legal", "runs", "requests", "visits"):
            setattr(self, name, getattr(self, name) + getattr(other, name))
        for name in ("refused", "ends", "happened"):
            getattr(self, name).update(getattr(other, name))

    @property
    def named(self) -> float:
        """The share of runs that ended with a named error."""
        return sum(self.ends.values()) / max(self.runs, 1)


def hold(drawn: Drawn, folder: Path, tally: Tally, as_text: bool = True) -> bool:
    """Hold a drawn file to the property; False when `check` refuses it. Raises what is wrong. `as_text` as in
    `Drawn.scenario`.
    """
    tally.drawn += 1
    try:
        scenario = drawn.scenario(folder, as_text)
        sound = [scenario.compile(state) for state in scenario.states]
    except ScenarioError as error:
        tally.refused.update({problem.code for problem in error.problems() if problem.severity == "error"})
        return False
    tally.legal += 1
    for compiled in sound:
        hold_model(compiled.model, compiled.seed, 1, tally)
    return True


def hold_model(model: Model, seed: int, replication: int, tally: Tally) -> None:
    """Hold one run to the property. Raises AuditError, EngineError, AssertionError."""
    tally.runs += 1
    try:
        found = simulate(Job("held", model, seed, replication))
    except EngineError as error:
        if error.code not in NAMED or (error.code == "FS711" and not limited(model)):
            raise
        tally.ends[error.code] += 1
        return
    assert found.checks()
    wrong = not_finite(found.tables)
    assert not wrong, wrong
    tally.requests += len(found.tables["requests"]["request"])
    tally.visits += len(found.tables["visits"]["request"])
    tally.happened.update(happened(found.tables))


def hold_file(path: Path, tally: Tally, replications: int) -> None:
    """Hold a file that is legal to the property, each state of it so many times. Raises also ScenarioError."""
    scenario = load(path)
    tally.legal += 1
    for state in scenario.states:
        compiled = scenario.compile(state)
        for replication in range(1, replications + 1):
            hold_model(compiled.model, compiled.seed, replication, tally)


def limited(model: Model) -> bool:
    """Whether anything in the process has a limit."""
    return model.limit is not None or any(one.limit is not None for one in (*model.steps, *model.teams))


def not_finite(found: Tables) -> list[str]:
    """The columns that hold an infinite figure, or none at all where one has to be."""
    wrong = []
    for table, columns in SCHEMA.items():
        for column in columns:
            values = found.get(table, {}).get(column.name)
            if column.kind == "float" and values is not None and not isinstance(values, TextColumn):
                whole = np.isfinite(values) | (np.isnan(values) & column.nullable)
                wrong += [] if whole.all() else [f"{table}.{column.name}"]
    return wrong


def happened(found: Tables) -> set[str]:
    """What happened in a run, of all that the rules speak of."""
    visits, requests = found["visits"], found["requests"]
    seen = {f"a visit of kind {word}" for word in words(visits["kind"])}
    seen |= {f"a visit by {word}" for word in words(visits["via"])}
    seen |= {f"time of {part}" for part in PARTS if visits[f"{part}_ms"].any()}
    tables = {"crew": "several people at once", "branches": "branches", "away": "somebody away"}
    seen |= {told for table, told in tables.items() if len(found[table]["person" if table != "branches" else "branch"])}
    seen |= {"a customer who withdrew"} if "withdrawn" in words(requests["outcome"]) else set()
    return seen


def words(column: TextColumn) -> set[str]:
    """The words that occur in a column."""
    return {column.words[code] for code in set(column.codes.tolist()) if code >= 0}
