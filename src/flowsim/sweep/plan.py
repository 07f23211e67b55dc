"""What a sweep is to run: every point of the design in every state, resolved to a model, and what that will take.

A cell is a point in a state. Cells whose models are equal are simulated once. What cannot be compiled is known before
anything runs.

Codes: FS745 no cell of a sweep can be run.
"""

from __future__ import annotations

import errno
import hashlib
import json
import os
import pickle
import tempfile
import time
from collections.abc import Callable, Sequence
from contextlib import closing
from dataclasses import dataclass, replace
from itertools import islice

from flowsim import __version__
from flowsim.draws import SCHEME
from flowsim.engine import ENGINE
from flowsim.errors import FlowsimError, Problem, ScenarioError
from flowsim.experiments.cells import Stretch, measured
from flowsim.experiments.pool import Pool
from flowsim.model import Model, identity
from flowsim.scenario import Scenario
from flowsim.scenario.settings import SET
from flowsim.sweep.designs import Design, Point
from flowsim.sweep.numbers import CELL_VERSION
from flowsim.sweep.vary import VARY

CHUNK = 25
"""Cells that are compiled in one task."""

COMPILE_PAYS = 400
"""Cells from which compiling on worker processes costs less than it saves."""

_PROBES, _PROBE_SECONDS = 3, 2.0
_NOT_THERE = ("FS130", "FS131", "FS132", "FS133", "FS301")


@dataclass(frozen=True)
class Cell:
    """A point in a state. `number` counts from 1; `key` names what is simulated ("" when it cannot be compiled, for the
    reason in `error`); `warnings` are what the checks of the scenario say about it.
    """

    number: int
    point: Point
    state: str
    key: str = ""
    identity: str = ""
    error: Problem | None = None
    warnings: tuple[str, ...] = ()


@dataclass(frozen=True)
class SweepPlan:
    """A sweep: its cells in order, and how each is run. `keys` are the distinct ones, in order of their first cell."""

    title: str
    design: Design
    states: tuple[str, ...]
    sets: tuple[str, ...]
    cells: tuple[Cell, ...]
    keys: tuple[str, ...]
    models: Models
    seed: int
    replications: int
    audit: bool = True

    @property
    def identity(self) -> str:
        """A hash of all that is swept and how, 64 hex digits."""
        cells = [[cell.state, list(cell.point), cell.key] for cell in self.cells]
        axes = [axis.path for axis in self.design.axes]
        return _hash(["flowsim sweep 1", self.title, self.design.name, axes, list(self.sets), cells])

    @property
    def failed(self) -> tuple[Cell, ...]:
        """The cells that cannot be compiled."""
        return tuple(cell for cell in self.cells if cell.error is not None)

    def identity_of(self, key: str) -> dict[str, str]:
        """What decides the numbers of a cell, as its file has it."""
        told = _deciding(self.models.identity_of(key), self.seed, self.replications, self.audit)
        return {**told, "key": key}


class Models:
    """The models of a sweep by key, on disk, since there may be very many: a file without a name, gone with us."""

    def __init__(self) -> None:
        self._file = tempfile.TemporaryFile(prefix="flowsim-", buffering=0)  # noqa: SIM115
        self._places: dict[str, tuple[int, int, str]] = {}
        self._end = 0

    def __del__(self) -> None:
        self._file.close()

    def __contains__(self, key: str) -> bool:
        return key in self._places

    def add(self, key: str, whose: str, pickled: bytes) -> None:
        """Keep a model; `whose` is its identity."""
        self._file.seek(self._end)
        if self._file.write(pickled) != len(pickled):
            raise OSError(errno.ENOSPC, "no room for the models of the sweep", tempfile.gettempdir())
        self._places[key] = (self._end, len(pickled), whose)
        self._end += len(pickled)

    def identity_of(self, key: str) -> str:
        """The identity of a model."""
        return self._places[key][2]

    def get(self, key: str) -> Model:
        """A model."""
        place, size, _ = self._places[key]
        if hasattr(os, "pread"):  # a process that was forked shares the place in the file with us
            data = os.pread(self._file.fileno(), size, place)
        else:
            self._file.seek(place)
            data = self._file.read(size)
        model: Model = pickle.loads(data)  # our own bytes, in a file nobody else can open
        return model


@dataclass(frozen=True)
class Chunk:
    """Points and states to compile, for one worker."""

    scenario: Scenario
    axes: tuple[str, ...]
    sets: tuple[tuple[str, str], ...]
    cells: tuple[tuple[Point, str], ...]


@dataclass(frozen=True)
class Compiled:
    """What came of a cell: its identity and model, or the problem; and the warnings."""

    identity: str
    pickled: bytes
    error: Problem | None
    warnings: tuple[str, ...]


def make_plan(
    scenario: Scenario,
    design: Design,
    states: Sequence[str],
    sets: Sequence[str],
    *,
    seed: int,
    replications: int,
    audit: bool = True,
    pool: Pool | None = None,
    progress: Callable[[int, int], None] | None = None,
) -> SweepPlan:
    """Compile every cell. `progress` is called with cells done and planned.

    Raises ScenarioError when the file itself is wrong, or a path that is varied is nowhere to be found; FlowsimError
    FS745 when no cell at all can be run.
    """
    pairs = tuple(_pair(text) for text in sets)
    axes = tuple(axis.path for axis in design.axes)
    for state in states:
        scenario.compile(state, sets)
    _paths_are_there(scenario, design, states, pairs)
    wanted = [(point, state) for point in design.points for state in states]
    cells: list[Cell] = []
    models = Models()
    rest = iter(wanted)
    chunks = (Chunk(scenario, axes, pairs, part) for part in iter(lambda: tuple(islice(rest, CHUNK)), ()))
    found = pool.map(compile_chunk, chunks) if pool is not None else (compile_chunk(chunk) for chunk in chunks)
    with closing(found) as answers:
        for one in (one for answer in answers for one in answer):
            point, state = wanted[len(cells)]
            cell = Cell(len(cells) + 1, point, state, error=one.error, warnings=one.warnings)
            if one.error is None:
                key = _hash(_deciding(one.identity, seed, replications, audit))
                cell = replace(cell, key=key, identity=one.identity)
                if key not in models:
                    models.add(key, one.identity, one.pickled)
            cells.append(cell)
            if progress is not None:
                progress(len(cells), len(wanted))
    keys = tuple(dict.fromkeys(cell.key for cell in cells if cell.key))
    if not keys:
        first = cells[0].error
        assert first is not None
        message = f"none of the {len(cells)} cells can be run; the first: {first.message} [{first.code}]"
        raise ScenarioError([replace(first, code="FS745", message=message)])
    return SweepPlan(
        *(scenario.name, design, tuple(states), tuple(sets), tuple(cells), keys, models, seed, replications, audit)
    )


def compile_chunk(chunk: Chunk) -> list[Compiled]:
    """Compile some cells: for each its model, or what is wrong with it."""
    return [_compiled(chunk, point, state) for point, state in chunk.cells]


def settings_of(axes: Sequence[str], point: Point) -> list[tuple[str, str]]:
    """The values of a point as pairs of path and value; none for what is left as the file says."""
    return [(path, value) for path, value in zip(axes, point, strict=True) if value is not None]


def _compiled(chunk: Chunk, point: Point, state: str) -> Compiled:
    try:
        compiled = chunk.scenario.compile(state, [*chunk.sets, *settings_of(chunk.axes, point)])
    except FlowsimError as error:
        return Compiled("", b"", _placeless(error.problems()[0]), ())
    warnings = tuple(f"{p.message} [{p.code}]" for p in compiled.warnings if p.severity == "warning")
    return Compiled(identity(compiled.model), pickle.dumps(compiled.model), None, warnings)


def _placeless(problem: Problem) -> Problem:
    """Without a place on a command line that nobody typed."""
    return replace(problem, place=None, source="") if problem.place and problem.place.file == SET else problem


def _paths_are_there(
    scenario: Scenario, design: Design, states: Sequence[str], sets: Sequence[tuple[str, str]]
) -> None:
    """Raise ScenarioError, with all of them, for axes whose path no state has."""
    wrong: list[Problem] = []
    for number, axis in enumerate(design.axes, 1):
        value = next(value for point in design.points if (value := point[number - 1]) is not None)
        told: list[Problem] = []
        for state in states:
            found = _missing(scenario, state, [*sets, (axis.path, value)])
            if not found:
                break
            told = told or found
        else:
            for problem in told:
                place = replace(problem.place, file=VARY, line=number) if problem.place else None
                wrong.append(replace(problem, place=place, source=f"{axis.path}=…", path=axis.path))
    if wrong:
        raise ScenarioError(wrong)


def _missing(scenario: Scenario, state: str, sets: Sequence[tuple[str, str]]) -> list[Problem]:
    try:
        scenario.compile(state, sets)
    except FlowsimError as error:
        last = len(sets)
        return [p for p in error.problems() if p.code in _NOT_THERE and p.place and p.place.line == last]
    return []


@dataclass(frozen=True)
class Cost:
    """What replications take, measured: seconds for one, on this machine."""

    seconds: float
    probes: int


def probe(plan: SweepPlan, keys: Sequence[str]) -> Cost:
    """How long a replication takes: the first, middle and last of these cells tried once each, at most two seconds or
    so in all. Errors are left for the sweep itself to meet.
    """
    if not keys:
        return Cost(0.0, 0)
    measured(Stretch(plan.models.get(keys[0]), plan.seed, 1, 1, plan.audit))  # modules are loaded, caches filled
    tried = list(dict.fromkeys((keys[0], keys[len(keys) // 2], keys[-1])))[:_PROBES]
    begun, count = time.perf_counter(), 0
    for key in tried:
        measured(Stretch(plan.models.get(key), plan.seed, 1, 1, plan.audit))
        count += 1
        if time.perf_counter() - begun > _PROBE_SECONDS:
            break
    return Cost((time.perf_counter() - begun) / count, count)


def _deciding(whose: str, seed: int, replications: int, audit: bool) -> dict[str, str]:
    """All that decides the numbers of a cell; with whether they were audited."""
    told = {"model": whose, "seed": str(seed), "replications": str(replications), "audit": str(audit)}
    return told | {"draws": SCHEME, "engine": ENGINE, "flowsim": __version__, "version": str(CELL_VERSION)}


def _hash(value: object) -> str:
    return hashlib.sha256(json.dumps(value, sort_keys=True, separators=(",", ":")).encode()).hexdigest()


def _pair(text: str) -> tuple[str, str]:
    path, _, value = text.partition("=")
    return path.strip(), value.strip()
