"""The audit finds faulty engines: each mutant on the model made for it, and on random models that know nothing of it.

    python verification/mutants.py                    all mutants, each on up to 100 random models
    python verification/mutants.py --models 10 batch  those with "batch" in their name, on up to 10

A mutant is an engine with one small fault (tests/mutants). Only the audit counts as a catch: a run that ends with an
error, or does not end, is not one, and the next model is tried. Exit 1 when the audit misses a mutant on its own model.
"""

from __future__ import annotations

import argparse
import random
import signal
import statistics
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache
from pathlib import Path

sys.path.extend(str(Path(__file__).parents[1] / "tests" / room) for room in ("mutants", "metrics", "pairs"))

from audit_features import FEATURES as LAID_OVER
from engine_mutants import MUTANTS
from features import EXCLUDE, FEATURES
from mutant_models import SEED, broken, model_of
from patched_engine import Engine, Mutant

from flowsim.draws import Draws
from flowsim.engine import run
from flowsim.errors import EngineError
from flowsim.model import relations
from results import Result, keep

MODELS = 100
PATIENCE = 20
"""Seconds after which a run of a mutant counts as one that does not end."""


@dataclass(frozen=True)
class Hunt:
    """What it took to catch a mutant: so many models, with so many visits in their records; by these checks, none when
    it got away."""

    models: int
    visits: int
    checks: tuple[str, ...]


class _NoEndError(Exception):
    """A run takes too long."""


@contextmanager
def _at_most(seconds: int) -> Iterator[None]:
    def stop(*_: object) -> None:
        raise _NoEndError

    before = signal.signal(signal.SIGALRM, stop)
    signal.alarm(seconds)
    try:
        yield
    finally:
        signal.alarm(0)
        signal.signal(signal.SIGALRM, before)


def look(engine: Engine, name: str, replication: int = 1) -> Hunt:
    """One run of an engine on one model, held against the model by the audit."""
    model = model_of(name)
    try:
        with _at_most(PATIENCE):
            record = engine(model, Draws(SEED, replication))
    except Exception:  # whatever a faulty engine runs into: that is for other tests to catch
        return Hunt(1, 0, ())
    found = broken(model, record, Draws(SEED, replication))
    return Hunt(1, len(record.visits["request"]), tuple(sorted(found)))


def hunt(engine: Engine, models: int) -> Hunt:
    """Random models, one after another, until the audit is red."""
    visits = 0
    for number in range(models):
        found = look(engine, random_model(number))
        visits += found.visits
        if found.checks:
            return Hunt(number + 1, visits, found.checks)
    return Hunt(models, visits, ())


@cache
def random_model(number: int) -> str:
    """The name of the random model of that number, of four families in turn; one that the real engine can run."""
    luck = random.Random(number)
    while True:
        seed = luck.randrange(10_000)
        if number % 4 == 0:
            name = f"random {seed}"
        elif number % 4 == 1:
            name = f"rich {seed}"
        elif number % 4 == 2:
            chosen = [feature for feature in LAID_OVER if luck.random() < 0.3]
            name = f"laid over {seed}: {' '.join(chosen)}"
        else:
            chosen = [feature for feature in FEATURES if luck.random() < 0.15]
            chosen = [
                one for k, one in enumerate(chosen) if all(frozenset((one, o)) not in EXCLUDE for o in chosen[:k])
            ]
            name = ("round: " if luck.random() < 0.5 else "") + (" + ".join(chosen) or "plain")
        if _runs(name):
            return name


def _runs(name: str) -> bool:
    """Whether the model is one, and does not lock (R14)."""
    model = model_of(name)
    if relations(model):
        return False
    try:
        run(model, Draws(SEED, 1))
    except EngineError:
        return False
    return True


def row(mutant: Mutant, aimed: Hunt, unaimed: Hunt) -> list[str]:
    """A line of the table."""
    if unaimed.checks:
        unaimed_told = [f"{unaimed.models:,}", f"{unaimed.visits:,}", ", ".join(unaimed.checks)]
    else:
        unaimed_told = [f"not in {unaimed.models:,}", f"{unaimed.visits:,}", "–"]
    return [mutant.name, mutant.rule, mutant.on, ", ".join(aimed.checks) or "NOT CAUGHT", *unaimed_told]


HEADS = [
    "The engine's fault",
    "The rule it breaks",
    "Model made for it",
    "Caught by the checks",
    "Random models until caught",
    "Visits in them",
    "Checks then",
]


def main(arguments: Sequence[str]) -> int:
    """Run it; the exit code."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument(
        "--models", type=int, default=MODELS, help="random models a mutant at most (default %(default)s)"
    )
    parser.add_argument("names", nargs="*", help="only mutants with one of these in their name")
    options = parser.parse_args(arguments)
    chosen = [m for m in MUTANTS if not options.names or any(name in m.name for name in options.names)]
    begun, rows, hunts, missed = time.monotonic(), [HEADS], [], []
    for mutant in chosen:
        engine = mutant.engine()
        aimed, unaimed = look(engine, mutant.on, mutant.replication), hunt(engine, options.models)
        if not set(mutant.red) <= set(aimed.checks):
            missed.append(mutant.name)
        hunts.append(unaimed)
        rows.append(row(mutant, aimed, unaimed))
        print(f"{len(rows) - 1:4} of {len(chosen)}: {' | '.join([rows[-1][0], *rows[-1][3:]])}", flush=True)
    took = [found.models for found in hunts if found.checks]
    figures: dict[str, int | float | str] = {
        "engines with a fault": len(chosen),
        "caught by the audit on the model made for them": len(chosen) - len(missed),
        f"caught on at most {options.models} random models": len(took),
        "random models until caught, median": statistics.median(took) if took else "–",
        "random models until caught, of 90 %": sorted(took)[-(-len(took) * 9 // 10) - 1] if took else "–",
    }
    for name, value in figures.items():
        print(f"{name}: {value}")
    if not options.names:
        keep(
            Result(
                name="mutants",
                title="The audit finds faulty engines",
                statement=(
                    "Engines with one small fault each, such as somebody might well program, are caught by the "
                    "audit alone: by the check of the rule they break, on a model made for them. On random models, "
                    "which know nothing of the fault, most are caught soon."
                ),
                command="python verification/mutants.py",
                passed=not missed,
                figures=figures,
                seconds=round(time.monotonic() - begun, 1),
                table=rows,
                notes=[
                    "A run that ends with an error, or does not end, does not count as caught.",
                    "Only the first part is a claim; how many random models it takes says how rare the case is in "
                    "which a fault shows.",
                ],
            )
        )
    for name in missed:
        print(f"MISSED on its own model: {name}")
    return 1 if missed else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
