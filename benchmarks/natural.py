"""The baseline: the tandem as anyone would write it in SimPy. One process per request, `Resource`, `Generator` draws.

Five teams of two people in a row at 90 % load; `--batch` adds a transfer batch of five and a transit between the second
and the third team. Every request's enter, start and end at every team is kept, as a list of rows.

    python benchmarks/natural.py 100000 [--batch]
"""

from __future__ import annotations

import sys
from collections.abc import Generator

import numpy as np
import simpy

SERVICE = 1.0
PEOPLE = 2
TEAMS = 5
GAP = SERVICE / PEOPLE / 0.9
TRANSIT = 0.5


class Tray:
    """Collects requests until there are `size`, then lets them go together after a transit."""

    def __init__(self, env: simpy.Environment, size: int, rng: np.random.Generator) -> None:
        self.env, self.size, self.rng = env, size, rng
        self.waiting: list[simpy.Event] = []

    def pass_on(self) -> Generator[simpy.Event, object, None]:
        """Wait for the batch, then for its transit."""
        left = self.env.event()
        self.waiting.append(left)
        if len(self.waiting) == self.size:
            batch, self.waiting = self.waiting, []
            self.env.process(self.carry(batch))
        yield left

    def carry(self, batch: list[simpy.Event]) -> Generator[simpy.Event, object, None]:
        """One transit for all."""
        yield self.env.timeout(self.rng.exponential(TRANSIT))
        for left in batch:
            left.succeed()


def simulate(requests: int, batch: int = 0, seed: int = 1) -> list[tuple[int, int, float, float, float]]:
    """Rows (request, team, enter, start, end), in order of end."""
    env = simpy.Environment()
    rng = np.random.default_rng(seed)
    teams = [simpy.Resource(env, capacity=PEOPLE) for _ in range(TEAMS)]
    tray = Tray(env, batch, rng) if batch else None
    rows: list[tuple[int, int, float, float, float]] = []

    def request(number: int) -> Generator[simpy.Event, object, None]:
        for index, team in enumerate(teams):
            if tray is not None and index == 2:
                yield from tray.pass_on()
            enter = env.now
            with team.request() as turn:
                yield turn
                start = env.now
                yield env.timeout(rng.exponential(SERVICE))
                rows.append((number, index, enter, start, env.now))

    def source() -> Generator[simpy.Event, object, None]:
        for number in range(requests):
            yield env.timeout(rng.exponential(GAP))
            env.process(request(number))

    env.process(source())
    env.run()
    return rows


if __name__ == "__main__":
    done = simulate(int(sys.argv[1]), 5 if "--batch" in sys.argv[2:] else 0)
    ends: dict[int, float] = {}
    for number, _, _, _, end in done:
        ends[number] = end
    print(f"{len(ends)} requests, {len(done)} visits")
