"""Which of a few designs is best, and meets what is asked: compared run by run until it is clear, with a guarantee.

Two procedures at once, as Andradóttir & Kim (2010) put them together. Whether a design meets a goal is settled by the
sum of its margins over the runs (Batur & Kim 2010); which of those that meet all goals has the least of what is to be
least, by the sums of paired differences (Kim & Nelson 2001). Each sum is compared with a boundary that closes in as
runs come; it is crossed at the wrong side with a probability that is shared out over all that is compared (Bonferroni,
so that runs with the same draws may depend on each other in any way).

What is promised: with probability 1 − ALPHA the design chosen meets every goal, or misses it by no more than its
tolerance, and none that meets all goals by its tolerance is better by more than the smallest difference that matters.
Measures are taken as normal from run to run.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from flowsim.experiments.statistics import Floats

ALPHA = 0.05
"""Chance of a wrong choice, in all; half of it for the goals, half for the comparison, all of it where there is one."""

FIRST = 20
"""Runs of every finalist before anything is settled: from them comes how much runs differ."""

MEETS, MISSES, OPEN = "meets", "misses", "open"


def eta(beta: float, first: int) -> float:
    """How far the boundary stands off, for a chance `beta` of crossing it at the wrong side, after `first` runs: the
    chance ½ (1 + 2η)^(−(first − 1)/2) is `beta` (Kim & Nelson 2001, with c = 1).
    """
    return float(0.5 * ((2.0 * beta) ** (-2.0 / (first - 1)) - 1.0))


def boundary(off: float, first: int, variance: float, matters: float, runs: int) -> float:
    """Where a sum of differences over `runs` has to be to settle something, at either side; 0 from some run on.

    `off` from `eta`; `variance` of one difference over the first runs; `matters` > 0 the difference that matters.
    """
    return max(0.0, off * (first - 1) * variance / matters - matters * runs / 2.0)


@dataclass(frozen=True)
class Beaten:
    """A finalist is out because another one is better; settled after so many runs."""

    by: int
    runs: int


class _Runs:
    """Values run by run, with their sums so far."""

    def __init__(self) -> None:
        self.values: list[float] = []
        self.sums: list[float] = []
        self._spread = -1.0

    def add(self, value: float) -> None:
        self.values.append(value)
        self.sums.append(value + (self.sums[-1] if self.sums else 0.0))

    def spread(self, first: int) -> float:
        """The variance of the first ones."""
        if self._spread < 0.0:
            self._spread = _variance(np.array(self.values[:first]))
        return self._spread


class Contest:
    """Finalists, run by run. They are numbered in order of preference: of two that are the same, the first stays.

    `goals`: how many each has. `tolerances`: of each goal, > 0. `matters` > 0: of what is to be least. Values go in by
    `add`; `settle` looks at them, run after run, so that it is all the same how many are added at a time.
    """

    def __init__(self, finalists: int, tolerances: list[float], matters: float, first: int = FIRST) -> None:
        if finalists < 1 or first < 2 or matters <= 0.0 or min(tolerances, default=1.0) <= 0.0:
            raise ValueError("a contest needs a finalist, two first runs, and differences that matter above 0")
        self.first = first
        self._tolerances, self._matters = tolerances, matters
        several = finalists > 1
        share = ALPHA / (2 if several and tolerances else 1)
        self._off_goals = eta(share / (finalists * len(tolerances)), first) if tolerances else 0.0
        self._off_pairs = eta(share / (finalists - 1), first) if several else 0.0
        self._least = [_Runs() for _ in range(finalists)]
        self._margins = [[_Runs() for _ in tolerances] for _ in range(finalists)]
        self._spreads: dict[tuple[int, int], float] = {}  # of paired differences, over the first runs
        self.goals: list[list[str]] = [[OPEN for _ in tolerances] for _ in range(finalists)]
        self.beaten: dict[int, Beaten] = {}
        self.left: set[int] = set()
        self.runs = 0

    @property
    def playing(self) -> list[int]:
        """The finalists that are not out: they miss no goal for sure, and no other is better for sure."""
        out = self.left | self.beaten.keys()
        return [i for i, goals in enumerate(self.goals) if MISSES not in goals and i not in out]

    @property
    def settled(self) -> bool:
        """Whether it is clear which is best: one is left, and meets all goals, or none is."""
        left = self.playing
        return not left or (len(left) == 1 and self._meets(left[0]))

    def add(self, finalist: int, least: float, margins: list[float]) -> None:
        """The next run of a finalist: what is to be least, and by how much it meets each goal (below 0: misses it)."""
        self._least[finalist].add(least)
        for values, margin in zip(self._margins[finalist], margins, strict=True):
            values.add(margin)

    def leave(self, finalist: int) -> None:
        """A finalist is out for reasons of its own: it cannot be run."""
        self.left.add(finalist)

    def settle(self) -> None:
        """Look at all runs that every finalist still in play has, one after another. Stops when it is settled."""
        while not self.settled:
            runs = max(self.runs + 1, self.first)
            if min(len(self._least[i].values) for i in self.playing) < runs:
                return
            self.runs = runs
            self._look_at_goals()
            self._look_at_pairs()

    def _look_at_goals(self) -> None:
        for i in self.playing:
            for g, tolerance in enumerate(self._tolerances):
                if self.goals[i][g] != OPEN:
                    continue
                margins = self._margins[i][g]
                spread = margins.spread(self.first)
                edge = boundary(self._off_goals, self.first, spread, tolerance, self.runs)
                total = margins.sums[self.runs - 1]
                if abs(total) >= edge:
                    self.goals[i][g] = MEETS if total >= 0.0 else MISSES

    def _look_at_pairs(self) -> None:
        """Who is worse than one that meets all goals, judged by who is in play now."""
        left = self.playing
        sure = [j for j in left if self._meets(j)]
        out = {}
        for i in left:
            for j in sure:
                if i != j and i not in out and self._worse(i, j):
                    out[i] = Beaten(j, self.runs)
        self.beaten |= out

    def _worse(self, i: int, j: int) -> bool:
        one, other = self._least[i], self._least[j]
        if (i, j) not in self._spreads:
            gaps = np.array(one.values[: self.first]) - np.array(other.values[: self.first])
            self._spreads[i, j] = self._spreads[j, i] = _variance(gaps)
        edge = boundary(self._off_pairs, self.first, self._spreads[i, j], self._matters, self.runs)
        total = one.sums[self.runs - 1] - other.sums[self.runs - 1]
        return total > edge or (edge == 0.0 == total and i > j)

    def _meets(self, i: int) -> bool:
        return all(goal == MEETS for goal in self.goals[i])


def _variance(values: Floats) -> float:
    """Of one of them; exactly 0 where all are the same, which rounding could hide."""
    return 0.0 if bool((values == values[0]).all()) else float(values.var(ddof=1))
