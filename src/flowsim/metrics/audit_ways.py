"""Where a request may go (R13): the next step of each, by the path it is on, and where the steps it needs make it land.

A request travels on the trunk or on a branch: its *home*. Sent back into a branch, it does that branch alone and goes
on to the join; so what comes after a step depends on the home.
"""

from __future__ import annotations

import numpy as np

from flowsim.metrics.audit_arrays import BoolArray, IntArray
from flowsim.model import Model, Paths, RequestClass, Step
from flowsim.model.process import END
from flowsim.record import NONE

Place = tuple[int, int] | None


class Ways:
    """The ways of one class. Steps are indices, the number of steps stands for the end of the home's path.

    `homes`: 0 for the trunk, then the branches by (step that splits, place). `onward`: (homes, steps) what comes after
    a step; `joined`: what comes after the join of the branches that began after it. `order`: the steps, each after all
    that may come after it.
    """

    def __init__(self, paths: Paths) -> None:
        self.paths = paths
        self.steps = len(paths.following)
        self.homes: dict[Place, int] = {None: 0}
        for split, branches in paths.branches.items():
            for place in range(len(branches)):
                self.homes[split, place] = len(self.homes)
        shape = (len(self.homes), self.steps)
        self.onward = np.full(shape, self.steps, dtype=np.int64)
        self.joined = np.full(shape, self.steps, dtype=np.int64)
        at: Place
        for at, home in self.homes.items():
            for step, following in enumerate(paths.following):
                on_path = paths.rank[step] >= 0
                if following >= 0:
                    self.onward[home, step] = following
                elif on_path:
                    self.onward[home, step] = self._end(paths.within[step], at)
                if step in paths.joins:
                    join = paths.joins[step]
                    self.joined[home, step] = join if join >= 0 else self._end(paths.within[step], at)
        ranked = [rank if rank >= 0 else self.steps for rank in paths.rank]
        self.order = sorted(range(self.steps), key=lambda step: -ranked[step])

    def _end(self, path: Place, home: Place) -> int:
        """What comes after the end of a path: for who is at home elsewhere the join."""
        while path is not None and path != home:
            split = path[0]
            if self.paths.joins[split] >= 0:
                return self.paths.joins[split]
            path = self.paths.within[split]
        return self.steps

    def entries(self) -> list[tuple[int, int, int]]:
        """(step that splits, home, first step) of every branch."""
        return [
            (place[0], home, self.paths.branches[place[0]][place[1]][0])
            for place, home in self.homes.items()
            if place is not None
        ]


def home_numbers(found: list[Ways], klass: IntArray, split: IntArray, place: IntArray) -> IntArray:
    """The home of each of these branches, by the class of its request; NONE where the class has none such."""
    homes = np.full(len(klass), NONE, dtype=np.int64)
    for c, ways in enumerate(found):
        for where, home in ways.homes.items():
            if where is not None:
                homes[(klass == c) & (split == where[0]) & (place == where[1])] = home
    return homes


class Moves:
    """Every move that some draw could bring about. Tables are by class, home, step and next step (the last: the end).

    `onward` and `back` after a step, `joined` after the join of branches that began after it, `enters` on the branch
    whose home it is; `begins`: by class, step it was at (a backlog; the last: none) and first step. `ends`:
    by class, step and outcome, after the trunk's last.
    """

    def __init__(self, model: Model, found: list[Ways], outcomes: tuple[str, ...]) -> None:
        steps, most = len(model.steps), max(len(ways.homes) for ways in found)
        shape = (len(found), most, steps + 1, steps + 1)
        self.onward, self.back = np.zeros(shape, dtype=np.bool_), np.zeros(shape, dtype=np.bool_)
        self.joined, self.enters = np.zeros(shape, dtype=np.bool_), np.zeros(shape, dtype=np.bool_)
        self.begins = np.zeros((len(found), steps + 1, steps + 1), dtype=np.bool_)
        self.ends = np.zeros((len(found), steps + 1, len(outcomes) + 1), dtype=np.bool_)
        self._index = {step.name: i for i, step in enumerate(model.steps)}
        self._outcome = {name: i for i, name in enumerate(outcomes)}
        self._done = self._outcome.get("done", NONE)
        for c, ways in enumerate(found):
            self._add_class(model, c, ways)
        self.ends[:, :, -1] = False

    def _add_class(self, model: Model, c: int, ways: Ways) -> None:
        cls = model.classes[c]
        for home in range(len(ways.homes)):
            landing = _landing(model, cls, ways, home)
            if home == 0:
                self.begins[c] = np.eye(ways.steps + 1, dtype=np.bool_)
                first = ways.paths.first
                self.begins[c, -1] = landing[first if first >= 0 else -1]
                self.ends[c, -1, self._done] = landing[:, -1].any()
            for s in range(len(model.steps)):
                self._add_step(model, c, home, s, ways, landing)
            for split, entered, first in ways.entries():
                if entered == home:
                    self.enters[c, home, split] = landing[first]

    def _add_step(self, model: Model, c: int, home: int, s: int, ways: Ways, landing: BoolArray) -> None:
        step, cls = model.steps[s], model.classes[c]
        targets = _targets(step, cls)
        for to, _, outcome in targets:
            if to != END:
                self.onward[c, home, s] |= landing[self._index[to]]
            elif home == 0:
                self.ends[c, s, self._outcome.get(outcome, NONE)] = True
        if not targets:
            self.onward[c, home, s] |= landing[ways.onward[home, s]]
        if s in ways.paths.branches:
            self.joined[c, home, s] = landing[ways.joined[home, s]]
            self.onward[c, home, s] = False
        for rule in step.returns:
            for to, chances in rule.targets:
                if max(chances) > 0:
                    self.back[c, home, s] |= landing[self._index[to]]
        if home == 0:
            over = self.onward[c, 0, s, -1] | self.back[c, 0, s, -1] | self.joined[c, 0, s, -1]
            self.ends[c, s, self._done] |= over


def _targets(step: Step, cls: RequestClass) -> tuple[tuple[str, float, str], ...]:
    """Where a class may be routed to; empty: the next step of the path."""
    for route in step.routes:
        if route.only is None or cls.name in route.only:
            likely = [target for target in route.targets[:-1] if target[1] > 0]
            return (*likely, *route.targets[-1:])  # the last takes what the shares leave over
    return ()


def _landing(model: Model, cls: RequestClass, ways: Ways, home: int) -> BoolArray:
    """By step aimed at: the steps where a request of the class may land, those it does not need being skipped."""
    landing = np.zeros((ways.steps + 1, ways.steps + 1), dtype=np.bool_)
    landing[-1, -1] = True
    for s in ways.order:
        may, must = _visits(model, model.steps[s], cls)
        landing[s, s] = may
        if not must:
            landing[s] |= landing[ways.onward[home, s]]
    return landing


def _visits(model: Model, step: Step, cls: RequestClass) -> tuple[bool, bool]:
    """Whether requests of the class may visit the step, and whether all of them must."""
    if step.only is not None and cls.name not in step.only:
        return False, False
    if not step.tasks:
        return True, True
    shares = []
    for item in step.tasks:
        task = model.task(item.task)
        if task.only is None or cls.name in task.only:
            shares.append(min([n.share for n in (task.need, *item.needs) if n is not None], default=1.0))
    return any(share > 0 for share in shares), any(share >= 1 for share in shares)
