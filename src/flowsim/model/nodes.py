"""Where a request can be on its way, as nodes of a plain chain: steps, and the ends of branches (R13).

Branches go on side by side, and none of them changes what happens in another or on the trunk: when all have ended, the
request goes on. So for counting visits they may be gone through one after the other: from the step that splits to the
first branch, from the end of each to the next, from the end of the last to the join. That makes of a journey with
branches a chain like any other, with the same expected visits.

A return from the trunk into a branch does that branch alone, as a part of the trunk: such a step is a node of its own.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from flowsim.model.paths import Paths, paths
from flowsim.model.process import END, Model, Route, Step

Alone = tuple[bool, ...]
"""For each branch that a node is in, outermost first: whether that branch is done alone, after a return into it."""

THE_END = -1
"""The node after the last: the end of the journey."""


@dataclass(frozen=True)
class Node:
    """A request at `step` (index), or, when `branch` is given, at the end of that branch after the split at `step`;
    `alone` is then that of the split.
    """

    step: int
    alone: Alone
    branch: int | None = None


class Nodes:
    """The nodes of one class: first its steps in the Model's order, as in a usual journey, then the others.

    `begin` is where a request enters: the first step of its trunk, or `start`, where it is when the run begins (R5,
    `in_backlog`), in a branch as if it had been sent back there. `on_way`: the steps that some way leads to.
    """

    def __init__(self, model: Model, klass: str, start: str | None = None) -> None:
        self.steps = model.steps
        self.klass = klass
        self.paths: Paths = paths(model, klass)
        self._named = {step.name: i for i, step in enumerate(model.steps)}
        self.all: list[Node] = []
        self._index: dict[Node, int] = {}
        for s in range(len(model.steps)):
            self._node(Node(s, (False,) * self.paths.depth(s)))
        self.in_backlog = start is not None
        if start is None:
            self.begin = self._node(Node(self.paths.first, ())) if self.paths.trunk else THE_END
        else:
            step = self._named[start]
            self.begin = self._node(Node(step, (True,) * self.paths.depth(step)))
        self.following: list[int] = []
        self._explore()
        self.on_way = self._on_way()

    def __len__(self) -> int:
        return len(self.all)

    @property
    def plain(self) -> bool:
        """Whether nodes are steps and nothing else: no branches."""
        return len(self.all) == len(self.steps)

    def step_of(self, n: int) -> Step | None:
        """The step that a request at this node is at; None at the end of a branch."""
        node = self.all[n]
        return self.steps[node.step] if node.branch is None else None

    def onward(self, n: int) -> int:
        """Where requests go from a node when no route says otherwise: into the first branch, or along the path."""
        node = self.all[n]
        branches = self.paths.branches.get(node.step)
        if node.branch is None and branches is not None:
            return self._node(Node(branches[0][0], (*node.alone, False)))
        return self.following[n]

    def aim(self, n: int, name: str) -> int:
        """The node of a step (or of END) to which a return or a route leads from a node."""
        if name == END:
            return THE_END
        step = self._named[name]
        own = self.branches_of(self.all[n].step)
        alone = [
            self.all[n].alone[depth] if own[depth : depth + 1] == [place] else True
            for depth, place in enumerate(self.branches_of(step))
        ]
        return self._node(Node(step, tuple(alone)))

    def route(self, n: int) -> Route | None:
        """The route of this class at a node, if its step has one."""
        step = self.step_of(n)
        routes = step.routes if step is not None else ()
        return next((r for r in routes if r.only is None or self.klass in r.only), None)

    # -- finding them ------------------------------------------------------------------------------------------------

    def _node(self, node: Node) -> int:
        if node not in self._index:
            self._index[node] = len(self.all)
            self.all.append(node)
        return self._index[node]

    def _explore(self) -> None:
        """All nodes that some way leads to from those that there are."""
        n = 0
        while n < len(self.all):
            node = self.all[n]
            self.following.append(self._following(node))
            for _ in self._ways(n):
                pass  # asking for a node makes it
            n += 1

    def _ways(self, n: int) -> Iterator[int]:
        """Wherever a request can go from a node."""
        step = self.step_of(n)
        yield self.following[n]  # past a step that it does not need
        for rule in step.returns if step is not None else ():
            yield from (self.aim(n, to) for to, _ in rule.targets)
        route = self.route(n)
        if route is None:
            yield self.onward(n)
        else:
            yield from (self.aim(n, to) for to, _, _ in route.targets)

    def _on_way(self) -> frozenset[int]:
        seen, ahead = {THE_END}, [self.begin]
        while ahead:
            n = ahead.pop()
            if n not in seen:
                seen.add(n)
                ahead += self._ways(n)
        return frozenset(self.all[n].step for n in seen if n != THE_END and self.all[n].branch is None)

    def branches_of(self, step: int) -> list[tuple[int, int]]:
        """The branches that a step is in, outermost first."""
        found: list[tuple[int, int]] = []
        place = self.paths.within[step]
        while place is not None:
            found.insert(0, place)
            place = self.paths.within[place[0]]
        return found

    def _following(self, node: Node) -> int:
        if node.branch is None:
            after = self.paths.following[node.step]
            return self._node(Node(after, node.alone)) if after >= 0 else self._end_of_path(node.step, node.alone)
        branches = self.paths.branches[node.step]
        if node.branch + 1 < len(branches):
            return self._node(Node(branches[node.branch + 1][0], (*node.alone, False)))
        return self._join(node.step, node.alone)

    def _end_of_path(self, step: int, alone: Alone) -> int:
        """Where it goes after the last step of the path that `step` is on; off every path, the journey ends."""
        place = self.paths.within[step]
        if place is None:
            return THE_END
        split, branch = place
        if alone[-1]:
            return self._join(split, alone[:-1])
        return self._node(Node(split, alone[:-1], branch))

    def _join(self, split: int, alone: Alone) -> int:
        join = self.paths.joins[split]
        return self._node(Node(join, alone)) if join >= 0 else self._end_of_path(split, alone)
