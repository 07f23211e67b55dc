"""Where requests of a class aim after each step (R12, R13): chances as tables, ready for the traffic equations."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence

import numpy as np
import numpy.typing as npt

from flowsim.model.process import END, Model, ReturnRule, Step

FloatArray = npt.NDArray[np.float64]
BoolArray = npt.NDArray[np.bool_]

UNCOUNTED = 10_000
"""A larger `at_most` is not counted: it limits nobody, unless the chance of return is all but certain."""

Level = tuple[int, ...]
"""What a request remembers: its counters, each no further than it matters."""

Way = tuple[int, float, int, Level]
"""(from step, chance, aim, new level)."""


class Choices:
    """Where requests of one class aim after each step, given their counters; the last aim, `size`, is the end.

    A step whose chances change by visit has a counter of visits, a rule with `at_most` a counter of its returns
    (above `UNCOUNTED` returns it is as good as none).
    """

    def __init__(self, model: Model, klass: str) -> None:
        self.klass = klass
        self.steps = model.steps
        self.size = len(model.steps)
        self._index = {step.name: i for i, step in enumerate(model.steps)} | {END: self.size}
        self.routes = [self._route(s, step) for s, step in enumerate(model.steps)]
        self.remembering: list[int] = []  # steps that have counters
        self._counters: dict[tuple[int, int], int] = {}  # (step, rule; -1: visits) -> position in a level
        self._caps: list[int] = []
        for s, step in enumerate(model.steps):
            self._count_at(s, step)
        self._cache: dict[Level, tuple[FloatArray, list[Way]]] = {}

    @property
    def start(self) -> Level:
        """What a request remembers as it arrives."""
        return (0,) * len(self._caps)

    @property
    def levels(self) -> int:
        """An upper bound of the number of levels."""
        return math.prod(cap + 1 for cap in self._caps)

    def after(self, level: Level) -> tuple[FloatArray, list[Way]]:
        """Aims that keep the level, as chances (S, S + 1), and the ways to other levels."""
        if level not in self._cache:
            stay = np.zeros((self.size, self.size + 1))
            leave = []
            for s in range(self.size):
                for aim, chance, new in self.aims(s, level):
                    if new == level:
                        stay[s, aim] += chance
                    else:
                        leave.append((s, chance, aim, new))
            self._cache[level] = stay, leave
        return self._cache[level]

    def aims(self, s: int, level: Level) -> Iterator[tuple[int, float, Level]]:
        """(aim, chance > 0, new level) after a visit to step s, by the counters of s.

        Each rule has one draw, its targets tried in order; the first rule that says so sends back; else the route.
        """
        for aim, chance, new in self._aims(s, level):
            if chance > 0.0:
                yield aim, chance, new

    def route_links(self, landing: FloatArray) -> BoolArray:
        """(S, S + 1): whether the routes alone, without returns, lead from a step to a step or to the end."""
        links = np.zeros((self.size, self.size + 1))
        for s, targets in enumerate(self.routes):
            for aim, share in targets:
                links[s] += share * landing[aim]
        found: BoolArray = links > 0.0
        return found

    def _count_at(self, s: int, step: Step) -> None:
        before = len(self._caps)
        longest = max((len(chances) for rule in step.returns for _, chances in rule.targets), default=1)
        if longest > 1:
            self._count((s, -1), longest - 1)
        for k, rule in enumerate(step.returns):
            if rule.at_most is not None and rule.at_most <= UNCOUNTED:
                self._count((s, k), rule.at_most)
        if len(self._caps) > before:
            self.remembering.append(s)

    def _count(self, key: tuple[int, int], cap: int) -> None:
        self._counters[key] = len(self._caps)
        self._caps.append(cap)

    def _route(self, s: int, step: Step) -> list[tuple[int, float]]:
        """(aim, share) when nothing is sent back; the last target takes what rounding leaves."""
        route = next((r for r in step.routes if r.only is None or self.klass in r.only), None)
        if route is None:
            return [(s + 1, 1.0)]
        left, found = 1.0, []
        for to, share, _ in route.targets[:-1]:
            found.append((self._index[to], min(share, left)))
            left = _rest(left, share)
        return [*found, (self._index[route.targets[-1][0]], left)]

    def _aims(self, s: int, level: Level) -> Iterator[tuple[int, float, Level]]:
        counter = self._counters.get((s, -1))
        visit = 1 if counter is None else level[counter] + 1
        passed = level if counter is None else self._raised(level, counter)
        left = 1.0
        for k, rule in enumerate(self.steps[s].returns):
            counted = self._counters.get((s, k))
            if counted is not None and level[counted] >= self._caps[counted]:
                continue
            back = passed if counted is None else self._raised(passed, counted)
            pending = 1.0
            for aim, chance in self._chances(rule, visit):
                yield aim, left * min(chance, pending), back
                pending = _rest(pending, chance)
            left *= pending
        for aim, share in self.routes[s]:
            yield aim, left * share, passed

    def _chances(self, rule: ReturnRule, visit: int) -> Iterator[tuple[int, float]]:
        for to, chances in rule.targets:
            yield self._index[to], chances[min(visit, len(chances)) - 1]

    def _raised(self, level: Level, counter: int) -> Level:
        if level[counter] >= self._caps[counter]:
            return level
        return (*level[:counter], level[counter] + 1, *level[counter + 1 :])


def _rest(left: float, share: float) -> float:
    """What is left of a chance; a last-bit remainder is nothing."""
    rest = left - share
    return rest if rest > 1e-12 else 0.0


def landing_of(skips: Sequence[float]) -> FloatArray:
    """(S + 1, S + 1): chance that a request aimed at a step (or at the end, S) lands on a step (or the end).

    `skips` is by step the chance to go past it; those who do go on in file order (R13).
    """
    size = len(skips)
    landing = np.zeros((size + 1, size + 1))
    landing[size, size] = 1.0
    for s in range(size - 1, -1, -1):
        landing[s] = skips[s] * landing[s + 1]
        landing[s, s] = 1.0 - skips[s]
    return landing


def reachable(links: BoolArray, begin: BoolArray) -> BoolArray:
    """The steps to which a way leads over `links` (S, S) from those in `begin` (S), themselves included."""
    found = begin.copy()
    while True:
        wider = found | (found @ links)
        if (wider == found).all():
            return found
        found = wider


def circle(links: BoolArray, within: Sequence[int]) -> list[int]:
    """A shortest circle over `links` (S, S) among the steps `within`, from the first that is on one; or nothing."""
    members = set(within)
    for begin in within:
        came: dict[int, int] = {}
        ahead = [begin]
        while ahead and begin not in came:
            here = ahead.pop(0)
            for there in map(int, np.flatnonzero(links[here])):
                if there in members and there not in came:
                    came[there] = here
                    ahead.append(there)
        if begin in came:
            path = [begin]
            while came[path[-1]] != begin:
                path.append(came[path[-1]])
            return [begin, *reversed(path[1:])]
    return []


def named_circle(steps: Sequence[Step], members: Sequence[int]) -> str:
    """`A → B → A`, for messages."""
    return " → ".join(steps[s].name for s in (*members, members[0]))
