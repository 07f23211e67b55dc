"""Numbers that may not change: draws of every family, and the data of the shipped scenarios, as hashes in golden.json.

The same scenario, seed and version of flowsim give the same data on every machine, with every version of Python, numpy
and the other libraries (design.md has the promise). That can only be held against numbers written down once. A change
of flowsim that changes them says so in the changelog, and makes the file anew: `python verification/golden.py --write`.

golden.json has the name of the way numbers are made, and hashes of

- raw words, uniforms and gaps, from fixed keys, and the quantiles of Student's t that intervals are made with;
- for each of `LAWS` the first 10,000 durations of a stream, and those at 2⁻ᵏ and 1 − 2⁻ᵏ, which no run comes near;
- the data fingerprint (`record.fingerprint`) of every shipped scenario in every state, one replication cut short, and
  of one whole experiment with its estimates and comparisons;

and beside each hash a few of the values, or the fingerprint of each table, so that a difference can be understood.
"""

from __future__ import annotations

import hashlib
import json
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from flowsim.draws import BACKLOG, SCHEME, Draws
from flowsim.model import Distribution
from flowsim.scenario import Scenario
from flowsim.scenario.shipped import shipped, shipped_names

FILE = Path(__file__).with_name("golden.json")

COUNT = 10_000
"""Values of a stream."""

PLACES = (0, 1, 2, 1023, 1024, COUNT - 1)
"""Places in a row whose values are written down: the first ones, the edge of a block, the last."""

_S, _MIN, _H, _DAY = 1_000.0, 60_000.0, 3_600_000.0, 86_400_000.0

LAWS: dict[str, Distribution] = {
    name: Distribution(name.partition(",")[0], params)
    for name, params in {
        "constant": (7 * _MIN + 0.4,),
        "uniform": (3 * _MIN, 90 * _MIN),
        "uniform, of milliseconds": (0.0, 12.0),
        "triangular": (5 * _MIN, 20 * _MIN, 2 * _H),
        "triangular, falling": (0.0, 0.0, 30 * _DAY),
        "pert": (10 * _MIN, 25 * _MIN, 4 * _H),
        "pert, rising": (0.0, 9 * _DAY, 10 * _DAY),
        "exponential": (20 * _MIN,),
        "exponential, of milliseconds": (5.0,),
        "exponential, of a year": (365 * _DAY,),
        "erlang": (2 * _H, 3.0),
        "erlang, almost constant": (2 * _DAY, 2_000.0),
        "gamma": (3 * _H, 1 * _H),
        "gamma, shape 1/4": (40 * _MIN, 80 * _MIN),
        "lognormal": (45 * _MIN, 30 * _MIN),
        "lognormal, SCV 100": (1 * _H, 10 * _H),
        "lognormal, of seconds": (2 * _S, 0.1 * _S),
        "weibull": (1 * _DAY, 2.5),
        "weibull, shape 1/2": (2 * _H, 0.5),
        "beta": (10 * _MIN, 8 * _H, 1 * _H, 40 * _MIN),
        "beta, at both ends": (0.0, 5 * _DAY, 1 * _DAY, 1.8 * _DAY),
        "beta, a spike": (0.0, 1 * _DAY, 0.5 * _DAY, 20.0),
        "normal": (8 * _H, 1 * _H),
        "normal, cut": (1 * _H, 1.5 * _H),
        "discrete": (1 * _MIN, 0.1, 15 * _MIN, 0.6, 2 * _H, 0.25, 3 * _DAY, 0.05),
        "empirical": tuple(_MIN * k * k for k in range(1, 38)),
    }.items()
}
"""The distributions by name, their families in front: all families, short and long, both sides of an exponential."""

RUN: tuple[str, ...] = ("run.length=18 working days", "run.warm-up=3 working days")
OTHER_RUNS: dict[str, tuple[str, ...]] = {
    "calls": ("run.length=5 working days", "run.warm-up=1 working days"),
    "emergency-desk": ("run.length=8 days", "run.warm-up=1 days"),
    "iowa-permit": ("run.length=30 working days", "run.warm-up=3 working days"),  # else nothing ends
    "kanban-office": ("run.length=40 working days",),  # nothing arrives in the first thirty
}
"""How the scenarios are cut short, so that all of them take ten seconds, and the last states three."""

EXPERIMENT, REPLICATIONS = "receipt", 12
"""The scenario of which a whole experiment is run, all states; more than eight, where numpy begins to sum in lanes."""

Ticks = npt.NDArray[np.int64]
Row = dict[str, Any]
"""What is written down: "hash", and "values" or "tables" to tell by what a different hash differs."""


@dataclass(frozen=True)
class Golden:
    """One of the numbers: what golden.json says ("" when it does not know it), and what was found."""

    name: str
    expected: str
    found: str
    why: str = ""
    """By what it differs, as far as can be told; "" when it does not."""

    @property
    def same(self) -> bool:
        """Whether it is as it was, and known."""
        return self.expected == self.found != ""


def golden_draws(file: Path = FILE) -> list[Golden]:
    """The way numbers are made, and all draws, held against the file. Raises what reading the file does."""
    return _held(file, "draws", draw_rows())


def golden_scenarios(quick: bool, file: Path = FILE) -> list[Golden]:
    """The shipped scenarios held against the file: all of it (10 s), or the last state of each (3 s).

    Raises EngineError, ScenarioError, and what reading the file does.
    """
    return _held(file, "scenarios", scenario_rows(quick), partly=quick)


def written(rows: Mapping[str, Mapping[str, Row]]) -> str:
    """The text of golden.json. `rows`: "draws" and "scenarios" -> name -> row."""
    head = "Numbers that may not change; made by python verification/golden.py --write, and by nothing else."
    lines = [f'{{"about": {json.dumps(head)},', f'"scheme": {json.dumps(SCHEME)},']
    for part, named in rows.items():
        inside = [f" {json.dumps(name)}: {json.dumps(row)}" for name, row in named.items()]
        lines += [f'"{part}": {{', ",\n".join(inside), "}" if part == list(rows)[-1] else "},"]
    return "\n".join(lines) + "}\n"


def all_rows() -> dict[str, dict[str, Row]]:
    """Everything that golden.json holds, made now."""
    return {"draws": dict(draw_rows()), "scenarios": dict(scenario_rows(quick=False))}


def _held(file: Path, part: str, found: Iterator[tuple[str, Row]], partly: bool = False) -> list[Golden]:
    """Rows against those of the file; with `partly` those of the file that were not made do not count."""
    kept = json.loads(file.read_text(encoding="utf-8"))
    goldens = [Golden(f"{part} by the scheme", str(kept["scheme"]), SCHEME)]
    known: dict[str, Row] = kept[part]
    made = dict(found)
    for name, row in made.items():
        old = known.get(name, {})
        same = old.get("hash") == row["hash"]
        goldens.append(Golden(name, old.get("hash", ""), row["hash"], "" if same else _difference(old, row)))
    if not partly:
        goldens += [Golden(name, known[name]["hash"], "", "is made no more") for name in known if name not in made]
    return goldens


def _difference(old: Row, new: Row) -> str:
    """By what two rows differ, as far as what stands beside their hashes shows it."""
    if not old:
        return "is new"
    if "tables" in new:
        before, now = old["tables"], new["tables"]
        told = [f"{verb} {', '.join(names)}" for verb, names in {
            "other data in": [n for n in now if n in before and now[n] != before[n]],
            "new:": [n for n in now if n not in before],
            "gone:": [n for n in before if n not in now],
        }.items() if names]  # fmt: skip
        return "; ".join(told)
    pairs = [(k, a, b) for (k, a), b in zip(old["values"].items(), new["values"].values(), strict=False) if a != b]
    return "; ".join(f"{k}: {a} became {b}" for k, a, b in pairs) or "in values that are not written down"


# -- draws -----------------------------------------------------------------------------------------------------------


def draw_rows() -> Iterator[tuple[str, Row]]:
    """Name and row of all draws, and of what intervals are made with."""
    from flowsim.experiments.statistics import t_quantile

    draws = Draws(2026, 1)
    for seed, replication in ((2026, 1), (0, 2), (2**63, 1000)):
        words = Draws(seed, replication).stream("task:register", "permit", 1).random_raw(COUNT)
        yield f"raw words of seed {seed}, replication {replication}", _row(words, "<u8")
    uniforms = draws.uniforms("returns at Register", "permit")
    for name, first, visit in (("", 0, 1), (" of a third visit", 0, 3), (" of a backlog", BACKLOG, 1)):
        values = [uniforms.at(first + i, visit) for i in range(COUNT)]
        yield f"uniforms{name}", _row(np.array(values), "<f8")
    for name in ("exponential", "uniform", "lognormal, SCV 100"):
        law = LAWS[name]
        gaps = draws.gaps(f"arrivals {name}", law, round(law.mean() * 1.2 * COUNT))
        yield f"gaps {name}", _row(gaps[:COUNT], "<i8")
    yield "Student's t", _row(np.array([t_quantile(0.975, degrees) for degrees in range(1, 400)]), "<f8")
    for name in LAWS:
        yield name, _row(durations(name), "<i8")
        yield f"{name}: tails", _row(tails(name), "<i8")


def durations(name: str, count: int = COUNT) -> Ticks:
    """The first `count` ticks of a law, by the key that its name makes."""
    made = Draws(2026, 1).durations(f"task:{name}", "golden", LAWS[name])
    return np.array([made.at(i) for i in range(count)], dtype=np.int64)


def tails(name: str) -> Ticks:
    """The ticks of a law at 2⁻ᵏ and 1 − 2⁻ᵏ, k = 1 … 53: the last are the lowest and highest uniform there is."""
    from flowsim.draws.keyed import to_ticks

    low = 2.0 ** -np.arange(1, 54)
    return to_ticks(LAWS[name].inverse(np.concatenate([low, 1.0 - low])))


def _row(values: npt.NDArray[Any], dtype: str) -> Row:
    """SHA-256 of the values in a fixed layout, and some of them by place."""
    places = sorted({min(place, len(values) - 1) for place in PLACES})
    made = values.astype(dtype, casting="equiv")
    return {
        "hash": hashlib.sha256(made.tobytes()).hexdigest(),
        "values": {str(place): made[place].item() for place in places},
    }


# -- scenarios -------------------------------------------------------------------------------------------------------


def scenario_rows(quick: bool) -> Iterator[tuple[str, Row]]:
    """Name and row of the shipped scenarios: every state, or with `quick` the last of each file."""
    from flowsim.scenario import load

    for name in shipped_names():
        scenario = load(shipped(name))
        states = list(scenario.states)
        for state in states[-1:] if quick else states:
            yield f"{name}: {state}", scenario_row(scenario, [state], OTHER_RUNS.get(name, RUN))
    if not quick:
        scenario = load(shipped(EXPERIMENT))
        states = list(scenario.states)
        name = f"{EXPERIMENT}: {REPLICATIONS} replications of {' and '.join(states)}"
        yield name, scenario_row(scenario, states, RUN, REPLICATIONS)


def scenario_row(scenario: Scenario, states: Sequence[str], sets: Sequence[str] = RUN, replications: int = 1) -> Row:
    """The fingerprint of an experiment as it is kept, and the first digits of those of its tables.

    The audit is left out: what it would refuse has another fingerprint too. Raises ScenarioError, EngineError.
    """
    from flowsim.experiments.experiment import Plan, StatePlan, perform
    from flowsim.experiments.store import RunFolder

    ready = {state: scenario.compile(state, sets) for state in states}
    plan = Plan(
        title="golden",
        states=tuple(StatePlan(state, compiled.model) for state, compiled in ready.items()),
        replications=replications,
        seed=ready[states[0]].seed,
        files={},
        jobs=1,
        audit=False,
    )
    with (
        tempfile.TemporaryDirectory(prefix="flowsim-") as place,
        RunFolder.create(Path(place), "golden", plan.identity, exact=Path(place) / "golden") as folder,
    ):
        kept = perform(plan, folder).manifest
    return {"hash": kept.fingerprint, "tables": {t.name: t.fingerprint[:12] for t in kept.tables}}
