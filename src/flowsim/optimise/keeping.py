"""A search in a results folder: written as tables, read back, and made again from them alone."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from flowsim.errors import ResultsError
from flowsim.experiments.experiment import Also
from flowsim.experiments.findings import floats, rows_of
from flowsim.experiments.pool import Pool, cores
from flowsim.experiments.statistics import Estimate, mean_estimate
from flowsim.experiments.store import RunFolder, StoredRun
from flowsim.optimise.asked import Aim, Goal
from flowsim.optimise.finals import Sought, settle
from flowsim.optimise.schema import OPTIMISE_DESCRIPTIONS, OPTIMISE_SCHEMA, TABLE_VERSION
from flowsim.optimise.space import Space
from flowsim.optimise.trying import APART, Question, Tried, Values, cannot_keep_up, measure_designs
from flowsim.record.columns import TextColumn
from flowsim.record.columns import Values as Column
from flowsim.redesign.keeping import KeptDesign, designs_table, nullable, read_designs, write_table

QUESTION = "optimise"
SEARCH, FINALS = "search", "finals"


def keep_search(folder: RunFolder, state: str, sought: Sought, space: Space) -> None:
    """Write a search into a folder."""
    _write(folder, sought)
    _put(folder, "choices", _choices(sought.tried, space))
    kept = [
        KeptDesign(QUESTION, state, str(one.number), _about(space, one), one.model, one.failed) for one in sought.tried
    ]
    write_table(folder, "designs", designs_table(kept))


def _about(space: Space, one: Tried) -> str:
    return "; ".join(f"{name}: {text}" for name, text in space.chosen(one.point))


def _write(folder: RunFolder, sought: Sought) -> None:
    _put(folder, "asked", _asked(sought))
    _put(folder, "tried", _tried(sought))


def _put(folder: RunFolder, name: str, values: Mapping[str, Column]) -> None:
    told = OPTIMISE_DESCRIPTIONS[name]
    with folder.table(name, OPTIMISE_SCHEMA[name], description=told, schema=TABLE_VERSION) as writer:
        writer.append(dict(values))


def _asked(sought: Sought) -> dict[str, Column]:
    goals, aim = sought.question.goals, sought.question.aim
    rows = len(goals) + 1
    return {
        "asked": np.arange(rows, dtype=np.int64),
        "text": TextColumn.of([aim.text, *(goal.text for goal in goals)]),
        "measure": TextColumn.of([aim.measure, *(goal.measure for goal in goals)]),
        "class": TextColumn.of([aim.klass or None, *(goal.klass or None for goal in goals)]),
        "most": np.array([not aim.least, *(goal.at_most for goal in goals)], dtype=np.bool_),
        "bound": nullable([None, *(goal.bound for goal in goals)]),
        "limit": nullable([None, *(goal.limit for goal in goals)]),
        "matters": np.array([aim.matters, *(goal.tolerance for goal in goals)], dtype=np.float64),
        "unit": TextColumn.of([aim.unit, *(goal.unit for goal in goals)]),
        "search_runs": np.full(rows, sought.search_runs, dtype=np.int64),
        "most_runs": np.full(rows, sought.most_runs, dtype=np.int64),
    }


def _tried(sought: Sought) -> dict[str, Column]:
    rows: list[tuple[int, str, int, Estimate, str | None, int]] = []
    units = [sought.question.aim.unit, *(goal.unit for goal in sought.question.goals)]

    def put(number: int, stage: str, values: Values, fate: str | None = None, by: int = -1) -> None:
        for asked, by_run in enumerate((values.aim, *values.goals)):
            estimate = mean_estimate([by_run[run] for run in sorted(by_run)])
            rows.append(
                (number, stage, asked, estimate.within(0.0, 1.0) if units[asked] == "share" else estimate, fate, by)
            )

    for one in sought.tried:
        if one.values is not None:
            put(one.number, SEARCH, one.values)
    if sought.now is not None:
        put(0, FINALS, sought.now)
    for finalist in sought.finalists:
        if finalist.values is not None:
            put(finalist.tried.number, FINALS, finalist.values, finalist.fate, finalist.by or -1)
    return {
        "design": np.array([row[0] for row in rows], dtype=np.int64),
        "stage": TextColumn.of([row[1] for row in rows]),
        "asked": np.array([row[2] for row in rows], dtype=np.int64),
        "value": np.array([row[3].value for row in rows], dtype=np.float64),
        "low": nullable([row[3].low for row in rows]),
        "high": nullable([row[3].high for row in rows]),
        "fate": TextColumn.of([row[4] for row in rows]),
        "by": np.array([row[5] for row in rows], dtype=np.int64),
        "replications": np.array([row[3].n for row in rows], dtype=np.int64),
    }


def _choices(tried: Sequence[Tried], space: Space) -> dict[str, Column]:
    rows = [(one.number, choice, n) for one in tried for choice, n in zip(space.choices, one.point, strict=True)]
    return {
        "design": np.array([number for number, _, _ in rows], dtype=np.int64),
        "choice": TextColumn.of([choice.name for _, choice, _ in rows]),
        "option": TextColumn.of([choice.options[n].text for _, choice, n in rows]),
        "present": np.array([n == choice.present for _, choice, n in rows], dtype=np.bool_),
        "change": TextColumn.of([space.change_of(choice, n) or None for _, choice, n in rows]),
    }


# -- read --------------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Chosen:
    """An option of a kept design: of what choice, its text, whether it changes nothing, and how a file writes it."""

    choice: str
    option: str
    present: bool
    change: str


@dataclass(frozen=True)
class KeptTried:
    """A design as it was kept: what it is made of, why it gave nothing ("" when it did), and its figures (the aim, then
    each goal) in the search and in the finals (empty: it was not there); of a finalist its fate, and who beat it.
    """

    number: int
    choices: tuple[Chosen, ...]
    failed: str
    search: tuple[Estimate, ...] = ()
    finals: tuple[Estimate, ...] = ()
    fate: str = ""
    by: int = 0

    @property
    def differs(self) -> tuple[Chosen, ...]:
        """What is not as it is now."""
        return tuple(one for one in self.choices if not one.present)


@dataclass(frozen=True)
class KeptSearch:
    """A search as it was kept. `now`: the figures of the process as it is over the runs of the finals."""

    question: Question
    designs: tuple[KeptTried, ...]
    now: tuple[Estimate, ...]
    search_runs: int
    most_runs: int

    @property
    def best(self) -> KeptTried | None:
        """The design that was chosen; None for none."""
        return next((one for one in self.designs if one.fate == "chosen"), None)

    @property
    def finalists(self) -> list[KeptTried]:
        """In order of what came of them: chosen, not settled, beaten, misses a goal; by what is to be least."""
        fates = ("chosen", "not settled", "beaten", "misses a goal", "cannot be run")
        own = [one for one in self.designs if one.fate]
        return sorted(own, key=lambda one: (fates.index(one.fate), self.question.aim.loss(one.finals[0].value)))

    @property
    def possible(self) -> int:
        """Designs that there could be of these choices, as far as their options were tried."""
        options: dict[str, set[str]] = {}
        for one in self.designs:
            for chosen in one.choices:
                options.setdefault(chosen.choice, set()).add(chosen.option)
        return math.prod(map(len, options.values()))


def meets(question: Question, figures: Sequence[Estimate]) -> bool:
    """Whether the figures of a design (the aim, then each goal) meet every goal."""
    return all(goal.margin(one.value) >= 0.0 for goal, one in zip(question.goals, figures[1:], strict=True))


def nearest(kept: KeptSearch) -> tuple[KeptTried, int] | None:
    """The design that misses its worst goal by least, in tolerances, and that goal (from 1); None where none is asked
    or known.
    """
    found = []
    for one in kept.designs:
        figures = one.finals or one.search
        if figures and kept.question.goals:
            pairs = zip(kept.question.goals, figures[1:], strict=True)
            margin, place = min((goal.margin(e.value) / goal.tolerance, n) for n, (goal, e) in enumerate(pairs, 1))
            found.append((-margin, one.number, one, place))
    return min(found)[2:] if found else None


def was_sought(run: StoredRun) -> bool:
    """Whether a best design was looked for in a kept run."""
    return run.manifest.table("asked") is not None


def read_search(run: StoredRun) -> KeptSearch:
    """The search of a kept run. Raises ResultsError FS603 for tables that do not fit together."""
    question, search_runs, most_runs = _read_asked(run)
    figures: dict[tuple[int, str], dict[int, Estimate]] = {}
    fates: dict[int, tuple[str, int]] = {}
    t = run.table("tried")
    columns = [floats(t[name]).tolist() for name in ("design", "asked", "value", "low", "high", "by", "replications")]
    for number, asked, value, low, high, by, n, stage, fate in zip(
        *columns, rows_of(t["stage"]), rows_of(t["fate"]), strict=True
    ):
        low, high = (None if math.isnan(end) else end for end in (low, high))
        estimate = Estimate(value, low, high, int(n))
        figures.setdefault((int(number), stage), {})[int(asked)] = estimate
        if fate:
            fates[int(number)] = (fate, int(by) if by >= 1 else 0)
    whole = set(range(len(question.goals) + 1))
    if any(set(own) != whole for own in figures.values()):
        raise _spoiled(run, "a design lacks a figure")
    choices = _read_choices(run)
    designs = []
    for design in read_designs(run, QUESTION):
        number = int(design.design)
        own = [
            tuple(figures[number, stage][asked] for asked in sorted(whole)) if (number, stage) in figures else ()
            for stage in (SEARCH, FINALS)
        ]
        fate, by = fates.get(number, ("", 0))
        designs.append(KeptTried(number, choices.get(number, ()), design.failed, own[0], own[1], fate, by))
    now = figures.get((0, FINALS), {})
    return KeptSearch(question, tuple(designs), tuple(now[asked] for asked in sorted(now)), search_runs, most_runs)


def _read_asked(run: StoredRun) -> tuple[Question, int, int]:
    t = run.table("asked")
    words = list(zip(*(rows_of(t[name]) for name in ("text", "measure", "class", "unit")), strict=True))
    numbers = list(zip(*(floats(t[name]).tolist() for name in ("most", "bound", "limit", "matters")), strict=True))
    if not words:
        raise _spoiled(run, "nothing was asked")
    goals = [
        Goal(text, measure, klass, bool(most), bound, matters, unit, None if math.isnan(limit) else limit)
        for (text, measure, klass, unit), (most, bound, limit, matters) in zip(words[1:], numbers[1:], strict=True)
    ]
    (text, measure, klass, unit), (most, _, _, matters) = words[0], numbers[0]
    aim = Aim(text, measure, klass, not most, matters, unit)
    search, finals = (int(floats(t[name])[0]) for name in ("search_runs", "most_runs"))
    return Question(tuple(goals), aim), search, finals


def _read_choices(run: StoredRun) -> dict[int, tuple[Chosen, ...]]:
    t = run.table("choices")
    found: dict[int, list[Chosen]] = {}
    words = zip(*(rows_of(t[name]) for name in ("choice", "option", "change")), strict=True)
    numbers = zip(*(floats(t[name]).tolist() for name in ("design", "present")), strict=True)
    for (choice, option, change), (design, present) in zip(words, numbers, strict=True):
        found.setdefault(int(design), []).append(Chosen(choice, option, bool(present), change))
    return {number: tuple(own) for number, own in found.items()}


def _spoiled(run: StoredRun, why: str) -> ResultsError:
    return ResultsError(f"{run.path}: {why}", code="FS603", hint="run it again: flowsim optimise")


# -- again -------------------------------------------------------------------------------------------------------------


def search_again(run: StoredRun, jobs: int | None = None) -> Also:
    """Tries the designs of a kept run again and plays its finals, and writes the tables that they give. Raises
    ResultsError FS603 for tables that are none; what it gives raises AuditError, StorageError.
    """
    question, search_runs, most_runs = _read_asked(run)
    kept = read_designs(run, QUESTION)
    manifest = run.manifest
    audit = manifest.audit.replications > 0

    def make(folder: RunFolder, replications: int) -> None:
        designs = [_again(design) for design in kept]
        with Pool(jobs if jobs is not None else cores()) as pool:
            over = range(APART + 1, APART + search_runs + 1)
            tried = list(measure_designs(designs, question, manifest.seed, over, pool, audit))
            base = manifest.states[0].read_model()
            sought = settle(tried, base, question, manifest.seed, search_runs, most_runs, pool, audit=audit)
        _write(folder, sought)
        _put(folder, "choices", run.table("choices"))
        write_table(folder, "designs", designs_table(kept))

    return make


def _again(kept: KeptDesign) -> Tried:
    why = kept.failed if kept.model is None else cannot_keep_up(kept.model)
    return Tried(int(kept.design), (), kept.model, failed=why)
