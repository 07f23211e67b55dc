"""Scenarios to change, and how two runs are compared: column by column, to the last tick."""

from __future__ import annotations

import functools
import tempfile
from collections.abc import Callable
from dataclasses import dataclass, fields, is_dataclass, replace
from pathlib import Path
from typing import Any, TypeVar

import numpy as np
from anything import Drawn, numbered

from flowsim.draws import Draws
from flowsim.engine import run
from flowsim.errors import EngineError, ScenarioError
from flowsim.model import Model
from flowsim.record import Record
from flowsim.scenario.scenario import Compiled

T = TypeVar("T")
FIRST = 7_000_000
"""The number of the first scenario used here: not those of the other tests."""


@dataclass(frozen=True)
class Case:
    """A legal drawn scenario, with its first state compiled."""

    number: int
    drawn: Drawn
    compiled: Compiled

    @property
    def model(self) -> Model:
        """The Model of its first state."""
        return self.compiled.model

    @functools.cached_property
    def played(self) -> Columns:
        """What its run gives."""
        return played(self.model, self.compiled.seed)


@functools.cache
def cases(count: int) -> tuple[Case, ...]:
    """The first so many legal scenarios."""
    found: list[Case] = []
    number = FIRST
    while len(found) < count:
        drawn = numbered(number)
        compiled = compiled_of(drawn)
        if compiled is not None:
            found.append(Case(number, drawn, compiled))
        number += 1
    return tuple(found)


def compiled_of(drawn: Drawn) -> Compiled | None:
    """The first state of a drawn file; None when it is refused."""
    with tempfile.TemporaryDirectory() as folder:
        try:
            scenario = drawn.scenario(Path(folder))
            return scenario.compile(scenario.states[0])
        except ScenarioError:
            return None


Columns = dict[str, Any]
"""The columns of a record by "table.column", and its end; or only how the run stopped."""


def played(model: Model, seed: int, replication: int = 1) -> Columns:
    """What a run gives; of one that locks, that it does."""
    try:
        record = run(model, Draws(seed, replication))
    except EngineError as error:
        return {"stopped": np.array([error.code])}
    return columns(record)


def columns(record: Record) -> Columns:
    """All columns of a record by "table.column", and when it ended."""
    names = ("requests", "visits", "crew", "branches", "away")
    found = {f"{name}.{column}": values for name in names for column, values in getattr(record, name).items()}
    return {**found, "ended_at": np.array([record.ended_at]), "wip_area": np.array([record.wip_area])}


def differ(one: Columns, other: Columns, without: tuple[str, ...] = ()) -> list[str]:
    """The columns in which two runs are not the same."""
    names = (one.keys() | other.keys()) - set(without)
    return sorted(
        n for n in names if n not in one or n not in other or not np.array_equal(np.asarray(one[n]), other[n])
    )


def mapped(thing: T, change: Callable[[Any], Any]) -> T:
    """A frozen dataclass with a change made to each part of it, the innermost first."""
    if isinstance(thing, tuple):
        return tuple(mapped(one, change) for one in thing)  # type: ignore[return-value]
    if is_dataclass(thing) and not isinstance(thing, type):
        own = {f.name: getattr(thing, f.name) for f in fields(thing)}
        new = {name: mapped(value, change) for name, value in own.items()}
        changed = {name: value for name, value in new.items() if value is not own[name]}
        thing = change(replace(thing, **changed) if changed else thing)
    return thing
