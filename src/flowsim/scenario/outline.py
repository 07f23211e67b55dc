"""The order of the steps of a file before there is a Model: splits, joins and journeys, by names as defined (R13).

An `Outline` may be made of a file whose splits do not fit together (`sense_branches` says so); `paths_of` and `before`
ask for one whose splits do.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

from flowsim.model import Arrivals, Model, Paths, RequestClass, Run, Split, Step, paths
from flowsim.model.process import END
from flowsim.scenario.references import Directory
from flowsim.scenario.schema import ScenarioForm
from flowsim.scenario.schema_next import outcome_of

Place = tuple[str, int]
"""A branch: the step that splits, and which of its branches (from 0)."""


@dataclass
class Outline:
    """Steps in file order; the branches by the step that splits; the branch that a step is in (the first that names
    it); the trunk, which is the steps in no branch; and the journeys of the classes that have one of their own.
    """

    spec: ScenarioForm
    known: Directory
    steps: tuple[str, ...]
    branches: dict[str, tuple[tuple[str, ...], ...]]
    home: dict[str, Place]
    trunk: tuple[str, ...]
    journeys: dict[str, tuple[str, ...]]
    _paths: dict[str, Paths] = field(default_factory=dict)
    _bare: Model | None = None

    @property
    def plain(self) -> bool:
        """Whether every class travels in the order of the file."""
        return not self.branches and not self.journeys

    def path(self, step: str) -> tuple[str, ...]:
        """The path that a step is on: its branch, or the trunk."""
        place = self.home.get(step)
        return self.trunk if place is None else self.branches[place[0]][place[1]]

    def visitors(self, step: str) -> list[str]:
        """The classes that may visit a step, by its `only`."""
        only = [self.known.get("class", word) for word in self.spec.steps[step].only]
        return [name for name in self.spec.requests if not only or name in only]

    def onward(self, step: str) -> set[str]:
        """What comes after a step on its path, for each class that may visit it: a step or END. Classes with a journey
        of their own go by it; those that it leads past the step do not count.
        """
        if step in self.home:
            return {_after(self.path(step), step)}
        found = {
            _after(self.journeys.get(name, self.trunk), step)
            for name in self.visitors(step)
            if step in self.journeys.get(name, self.trunk)
        }
        return found or {_after(self.trunk, step)}

    def join(self, step: str) -> str | None:
        """Where the branches of a step that splits come together: a step, or END; None when it is not said and not the
        same for all classes.
        """
        split = self.spec.steps[step].split
        if split is not None and split.join is not None:
            return self.known.get("step", split.join) if outcome_of(split.join) is None else END
        found = self.onward(step)
        return found.pop() if len(found) == 1 else None

    def split(self, step: str) -> Split | None:
        """The split of a step as the Model has it. The join is known (`sense_branches`)."""
        if step not in self.branches:
            return None
        return Split(self.branches[step], self.join(step) or END)

    def paths_of(self, klass: str) -> Paths:
        """The paths of a class, as those of the Model will be; by index of the step in the file."""
        if klass not in self._paths:
            self._paths[klass] = paths(self._model(), klass)
        return self._paths[klass]

    def before(self, step: str) -> Iterator[str]:
        """The steps before another one, the nearest first: in file order; where classes have journeys or there are
        branches, on the way of the first class that visits it, branches beside its own left out.
        """
        here = self.steps.index(step)
        ranks = (self.paths_of(klass).rank for klass in self.visitors(step)) if not self.plain else iter(())
        rank = next((rank for rank in ranks if rank[here] >= 0), None)
        if rank is None:
            yield from reversed(self.steps[:here])
            return
        beside = dict(self.around(step))
        earlier = [index for index, place in enumerate(rank) if 0 <= place < rank[here]]
        for index in sorted(earlier, key=lambda index: -rank[index]):
            name = self.steps[index]
            if all(beside.get(split, branch) == branch for split, branch in self.around(name)):
                yield name

    def around(self, step: str) -> Iterator[Place]:
        """The branches that a step is in, from the innermost on; none for END. (Splits are sound.)"""
        place = self.home.get(step)
        while place is not None:
            yield place
            place = self.home.get(place[0])

    def _model(self) -> Model:
        """A Model of nothing but the order of the steps, which is all that paths look at."""
        if self._bare is None:
            classes = tuple(RequestClass(c, Arrivals(), journey=self.journeys.get(c)) for c in self.spec.requests)
            steps = tuple(Step(name, "", (), split=self.split(name)) for name in self.steps)
            self._bare = Model("", self.spec.start, (), classes, (), (), steps, Run(1, 0, ""))
        return self._bare


def outline(spec: ScenarioForm, known: Directory) -> Outline:
    """The outline of a file all of whose names are known."""
    branches: dict[str, tuple[tuple[str, ...], ...]] = {}
    home: dict[str, Place] = {}
    for name, step in spec.steps.items():
        if step.split is None:
            continue
        branches[name] = tuple(tuple(known.get("step", word) for word in branch) for branch in step.split.parallel)
        for number, branch in enumerate(branches[name]):
            for inside in branch:
                home.setdefault(inside, (name, number))
    journeys = {
        name: tuple(known.get("step", word) for word in request.journey)
        for name, request in spec.requests.items()
        if request.journey
    }
    trunk = tuple(name for name in spec.steps if name not in home)
    return Outline(spec, known, tuple(spec.steps), branches, home, trunk, journeys)


def _after(path: tuple[str, ...], step: str) -> str:
    """The step behind another one on a path; END behind the last."""
    place = path.index(step) + 1
    return path[place] if place < len(path) else END
