"""Where requests of a class aim after each node (R12, R13): chances as tables, ready for the traffic equations."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence

import numpy as np
import numpy.typing as npt

from flowsim.model.nodes import THE_END, Nodes
from flowsim.model.process import ReturnRule, Step

FloatArray = npt.NDArray[np.float64]
BoolArray = npt.NDArray[np.bool_]

UNCOUNTED = 10_000
"""A larger `at_most` is not counted: it limits nobody, unless the chance of return is all but certain."""

Level = tuple[int, ...]
"""What a request remembers: its counters, each no further than it matters."""

Way = tuple[int, float, int, Level]
"""(from node, chance, aim, new level)."""


class Choices:
    """Where requests of one class aim after each node, given their counters; the last aim, `size`, is the end.

    A step whose chances change by visit has a counter of visits, a rule with `at_most` a counter of its returns
    (above `UNCOUNTED` returns it is as good as none). All nodes of a step have its counters together.
    """

    def __init__(self, nodes: Nodes) -> None:
        self.nodes = nodes
        self.klass = nodes.klass
        self.size = len(nodes)
        self._returns: list[tuple[ReturnRule, ...]] = []
        for n in range(self.size):
            step = nodes.step_of(n)
            self._returns.append(step.returns if step is not None else ())
        self.routes = [self._route(n) for n in range(self.size)]
        self._counters: dict[tuple[int, int], int] = {}  # (step, rule; -1: visits) -> position in a level
        self._caps: list[int] = []
        for s, step in enumerate(nodes.steps):
            if s in nodes.on_way:
                self._count_at(s, step)
        counted = {s for s, _ in self._counters}
        self._backwards = self._last_first()
        self.remembering = [n for n in range(self.size) if nodes.all[n].step in counted and self._returns[n]]
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
        """Aims that keep the level, as chances (N, N + 1), and the ways to other levels."""
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

    def aims(self, n: int, level: Level) -> Iterator[tuple[int, float, Level]]:
        """(aim, chance > 0, new level) after a visit to node n, by the counters of its step.

        Each rule has one draw, its targets tried in order; the first rule that says so sends back; else the route.
        """
        for aim, chance, new in self._aims(n, level):
            if chance > 0.0:
                yield aim, chance, new

    def route_links(self, landing: FloatArray) -> BoolArray:
        """(N, N + 1): whether the routes alone, without returns, lead from a node to a node or to the end."""
        links = np.zeros((self.size, self.size + 1))
        for n, targets in enumerate(self.routes):
            for aim, share in targets:
                links[n] += share * landing[aim]
        found: BoolArray = links > 0.0
        return found

    def landing(self, skips: Sequence[float]) -> FloatArray:
        """(N + 1, N + 1): chance that a request aimed at a node (or at the end, N) lands on a node (or the end).

        `skips` is by step the chance to go past it; those who do go on along their path (R13).
        """
        nodes, size = self.nodes, self.size
        landing = np.eye(size + 1)
        for n in self._backwards:
            node = nodes.all[n]
            skip = skips[node.step] if node.branch is None else 0.0
            if skip > 0.0:
                landing[n] = skip * landing[nodes.following[n]]  # THE_END: the last row
                landing[n, n] = 1.0 - skip
        return landing

    def _last_first(self) -> list[int]:
        """All nodes, each after the one that follows it."""
        found: list[int] = []
        seen = [False] * self.size
        for begin in range(self.size):
            chain, n = [], begin
            while n != THE_END and not seen[n]:
                chain.append(n)
                seen[n] = True
                n = self.nodes.following[n]
            found += reversed(chain)
        return found

    def entering(self, landing: FloatArray) -> FloatArray:
        """(N): where a request is first: the first step it needs; in a backlog the one it is at, needed or not (R5)."""
        begin = self._place(self.nodes.begin)
        first: FloatArray = np.eye(self.size + 1)[begin] if self.nodes.in_backlog else landing[begin]
        return first[: self.size]

    def _place(self, n: int) -> int:
        return self.size if n == THE_END else n

    def _count_at(self, s: int, step: Step) -> None:
        longest = max((len(chances) for rule in step.returns for _, chances in rule.targets), default=1)
        if longest > 1:
            self._count((s, -1), longest - 1)
        for k, rule in enumerate(step.returns):
            if rule.at_most is not None and rule.at_most <= UNCOUNTED:
                self._count((s, k), rule.at_most)

    def _count(self, key: tuple[int, int], cap: int) -> None:
        self._counters[key] = len(self._caps)
        self._caps.append(cap)

    def _route(self, n: int) -> list[tuple[int, float]]:
        """(aim, share) when nothing is sent back; the last target takes what rounding leaves."""
        route = self.nodes.route(n)
        if route is None:
            return [(self._place(self.nodes.onward(n)), 1.0)]
        left, found = 1.0, []
        for to, share, _ in route.targets[:-1]:
            found.append((self._place(self.nodes.aim(n, to)), min(share, left)))
            left = _rest(left, share)
        return [*found, (self._place(self.nodes.aim(n, route.targets[-1][0])), left)]

    def _aims(self, n: int, level: Level) -> Iterator[tuple[int, float, Level]]:
        s = self.nodes.all[n].step
        counter = self._counters.get((s, -1)) if self._returns[n] else None
        visit = 1 if counter is None else level[counter] + 1
        passed = level if counter is None else self._raised(level, counter)
        left = 1.0
        for k, rule in enumerate(self._returns[n]):
            counted = self._counters.get((s, k))
            if counted is not None and level[counted] >= self._caps[counted]:
                continue
            back = passed if counted is None else self._raised(passed, counted)
            pending = 1.0
            for to, chances in rule.targets:
                chance = chances[min(visit, len(chances)) - 1]
                yield self._place(self.nodes.aim(n, to)), left * min(chance, pending), back
                pending = _rest(pending, chance)
            left *= pending
        for aim, share in self.routes[n]:
            yield aim, left * share, passed

    def _raised(self, level: Level, counter: int) -> Level:
        if level[counter] >= self._caps[counter]:
            return level
        return (*level[:counter], level[counter] + 1, *level[counter + 1 :])


def _rest(left: float, share: float) -> float:
    """What is left of a chance; a last-bit remainder is nothing."""
    rest = left - share
    return rest if rest > 1e-12 else 0.0


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
