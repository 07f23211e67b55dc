"""R3: no result depends on the order in which an engine made its events.

SimPy takes events of one instant and priority in the order in which they were made. Here that order is shuffled: the
record must be the same to the last tick. Round times (every work five or ten minutes) make many events fall together.
"""

from __future__ import annotations

import random
from collections.abc import Iterator
from itertools import count
from typing import Any

import numpy as np
import pytest
import simpy
from features import EXCLUDE, FEATURES, in_round_times

from flowsim.draws import Draws
from flowsim.engine import run, state
from flowsim.record import Record


class Shuffled(simpy.Environment):
    """An environment whose events of one instant and priority come in a random order."""

    luck = random.Random(1)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._eid = self._numbers()  # type: ignore[assignment]

    def _numbers(self) -> Iterator[tuple[float, int]]:
        for number in count():
            yield self.luck.random(), number


class _SimPy:
    """As much of SimPy as the engine asks for by name."""

    Environment = Shuffled


def columns(record: Record) -> dict[str, Any]:
    tables = {name: getattr(record, name) for name in ("requests", "visits", "crew", "branches", "away")}
    return {f"{name}.{column}": values for name, table in tables.items() for column, values in table.items()}


def differ(a: Record, b: Record) -> list[str]:
    """The columns in which two records are not the same."""
    first, second = columns(a), columns(b)
    found = [name for name in first if not np.array_equal(first[name], second[name])]
    if (a.ended_at, a.wip_area, a.stuck) != (b.ended_at, b.wip_area, b.stuck):
        found.append("end")
    return found


def sets() -> list[tuple[str, ...]]:
    """Each feature with two others, fixed but for no reason."""
    luck, names = random.Random(7), list(FEATURES)
    found = []
    for name in names:
        chosen = {name}
        while len(chosen) < 3:
            other = luck.choice(names)
            if all(frozenset((other, one)) not in EXCLUDE for one in chosen):
                chosen.add(other)
        found.append(tuple(n for n in names if n in chosen))
    return found


@pytest.mark.parametrize("names", sets(), ids=" + ".join)
def test_r3_the_order_of_events_does_not_matter(names: tuple[str, ...], monkeypatch: pytest.MonkeyPatch) -> None:
    model = in_round_times(*names)
    expected = run(model, Draws(3, 1))
    monkeypatch.setattr(state, "simpy", _SimPy)
    for _ in range(2):
        assert differ(expected, run(model, Draws(3, 1))) == []


def test_r3_an_engine_that_gives_out_at_once_is_caught(monkeypatch: pytest.MonkeyPatch) -> None:
    """Spoiled: places and work are given out after each event, not after all that is due."""
    model = in_round_times("shortest", "absence")
    monkeypatch.setattr(state.State, "happened", lambda self: self.settle())
    expected = run(model, Draws(3, 1))
    monkeypatch.setattr(state, "simpy", _SimPy)
    assert any(differ(expected, run(model, Draws(3, 1))) for _ in range(5))
