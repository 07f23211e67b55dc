"""From nodes back to steps (R13): where a request comes from after branches, and which branch is the longest.

`nodes.py` goes through branches one after the other. Here the moves between nodes become moves between steps: into a
branch a request comes from the step that splits, into the join from the last visit of the branch that ended last. Which
one that is depends on the run. It is taken to be the one that takes longest on average, by its work, set-up, transits,
reading in and questions, among requests that need the same (ties: the first in the file). For the mean lead time of a
request that gives a lower bound: the longest of several is on average at least as long as any one of them.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from flowsim.model.needs import Pattern
from flowsim.model.nodes import Alone, Nodes
from flowsim.model.process import Model
from flowsim.model.routing import BoolArray, FloatArray

Begun = tuple[int, Alone]
"""A split under way: the step that splits, and which of the branches that it is in itself are done alone."""


@dataclass
class Flow:
    """Expected visits (S), moves (S + 1, S; the last row from the customer) and, by step, tasks done of one request."""

    visits: FloatArray
    moves: FloatArray
    done: tuple[FloatArray, ...]

    @classmethod
    def nothing(cls, model: Model) -> Flow:
        """No visit anywhere."""
        size = len(model.steps)
        done = tuple(np.zeros(len(step.tasks)) for step in model.steps)
        return cls(np.zeros(size), np.zeros((size + 1, size)), done)

    def add(self, other: Flow, pattern: Pattern) -> None:
        """The flow of this share of requests, too; what it does is of this pattern."""
        self.visits += pattern.share * other.visits
        self.moves += pattern.share * other.moves
        for s, does in enumerate(pattern.does):
            self.done[s][:] += pattern.share * other.visits[s] * np.array(does)


def flows(
    nodes: Nodes, visits: FloatArray, moves: FloatArray, least_of_visit: FloatArray, least_of_move: FloatArray
) -> tuple[Flow, Flow]:
    """All of a journey, and its longest way, by step; `done` is left empty. Given the visits (N) to nodes and the moves
    (N + 1, N) between them, and what a visit to a step (S) and a move (S + 1, S) take at least, in ticks.
    """
    return _Unfolding(nodes, visits, moves, least_of_visit, least_of_move).flows()


class _Unfolding:
    """`origins` (N + 1, S + 1): where requests that leave a node come from, as shares of steps (the last: customer)."""

    def __init__(
        self, nodes: Nodes, visits: FloatArray, moves: FloatArray, least_of_visit: FloatArray, least_of_move: FloatArray
    ) -> None:
        self.nodes = nodes
        self.visits = visits
        self.moves = moves
        self.least_of_visit = least_of_visit
        self.least_of_move = least_of_move
        size = len(nodes.steps)
        self.steps = np.array([node.step for node in nodes.all])
        self.real = np.array([node.branch is None for node in nodes.all])
        self.origins = np.zeros((len(nodes) + 1, size + 1))
        self.origins[np.arange(len(nodes)), self.steps] = (
            1.0  # after a branch that is not the last: the step that splits
        )
        self.origins[len(nodes), size] = 1.0
        self.chosen: dict[Begun, int] = {}

    def flows(self) -> tuple[Flow, Flow]:
        """Splits from the innermost out, since the longest branch of one may have others in it."""
        begun = {(node.step, node.alone) for node in self.nodes.all if node.branch is not None}
        for split in sorted(begun, key=lambda b: -len(b[1])):
            self._choose(split)
        longest = np.array([self._is_longest(n) for n in range(len(self.nodes))])
        return self._by_step(self.real), self._by_step(longest & self.real)

    def _by_step(self, here: BoolArray) -> Flow:
        """Visits and moves into these nodes."""
        size = len(self.nodes.steps)
        visits, moves = np.zeros(size), np.zeros((size + 1, size))
        np.add.at(visits, self.steps[here], self.visits[here])
        np.add.at(moves.T, self.steps[here], (self.origins.T @ self.moves[:, here]).T)
        return Flow(visits, moves, ())

    def _choose(self, split: Begun) -> None:
        """The longest branch of a split, and so where its requests come from into the join."""
        step = split[0]
        count = len(self.nodes.paths.branches[step])
        spent = [self._least_of(split, branch) for branch in range(count)]
        best = max(range(count), key=lambda b: (spent[b], -b))
        self.chosen[split] = best
        ends = {
            node.branch: n
            for n, node in enumerate(self.nodes.all)
            if node.branch is not None and (node.step, node.alone) == split
        }
        came = self.moves[:, ends[best]] @ self.origins  # a branch without a visit: from the step that splits
        if came.sum() > 0.0:
            self.origins[ends[count - 1]] = came / came.sum()

    def _least_of(self, split: Begun, branch: int) -> tuple[float, bool]:
        """Ticks that one branch takes at least, over all its times, and whether it has any visit."""
        depth = len(split[1])
        total, visited = 0.0, False
        for n, node in enumerate(self.nodes.all):
            inside = self.nodes.branches_of(node.step)[depth : depth + 1] == [(split[0], branch)]
            if not inside or node.branch is not None or node.alone[: depth + 1] != (*split[1], False):
                continue
            if self.visits[n] == 0.0 or not self._is_longest(n, depth + 1):
                continue
            came = self.moves[:, n] @ self.origins
            total += self.visits[n] * self.least_of_visit[node.step]
            total += float(came @ self.least_of_move[:, node.step])
            visited = True
        return total, visited

    def _is_longest(self, n: int, depth: int = 0) -> bool:
        """Whether all the branches a node is in, from this depth on, are the longest of their split (or done alone)."""
        node = self.nodes.all[n]
        for at, (step, branch) in enumerate(self.nodes.branches_of(node.step)):
            split = (step, node.alone[:at])
            if at >= depth and at < len(node.alone) and not node.alone[at] and self.chosen.get(split, branch) != branch:
                return False
        return True
