"""In what order a request of a class travels when nothing sends it elsewhere (R13): its path, and those of branches.

The trunk is the class's `journey`, or without one all steps in file order that are in no branch. Each branch of a split
is a path of its own, within the path that the splitting step is on. A step is on one path of a class at most.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from flowsim.model.process import END, Model

OFF = -2
"""`Paths.following` of a step that is on no path of the class."""

END_OF_PATH = -1
"""`Paths.following` of the last step of a path: there the journey ends, or the branch does."""


@dataclass(frozen=True)
class Paths:
    """The paths of one class; lists are by index of the step in the Model.

    `trunk`: the steps outside any branch, in order. `following`: the next step of the same path, END_OF_PATH or OFF.
    `within`: the split in whose branch the step is, and which branch (from 0), as (index of the step that splits,
    branch); None on the trunk. `rank`: how far along the journey a step is (branches after the step that splits, before
    the join), to tell which of two is further; -1 when OFF. `joins`: by step that splits the step after the join, or
    END_OF_PATH. `branches`: by step that splits its branches as indices.
    """

    trunk: tuple[int, ...]
    following: tuple[int, ...]
    within: tuple[tuple[int, int] | None, ...]
    rank: tuple[int, ...]
    joins: dict[int, int]
    branches: dict[int, tuple[tuple[int, ...], ...]]

    @property
    def first(self) -> int:
        """The first step of the trunk, END_OF_PATH when there is none."""
        return self.trunk[0] if self.trunk else END_OF_PATH

    def depth(self, step: int) -> int:
        """In how many branches, one within the other, a step is; 0 on the trunk."""
        place, found = self.within[step], 0
        while place is not None:
            place, found = self.within[place[0]], found + 1
        return found


def branch_steps(model: Model) -> set[str]:
    """Names of all steps that are in some branch."""
    return {name for step in model.steps if step.split for branch in step.split.branches for name in branch}


def paths(model: Model, klass: str) -> Paths:
    """The paths of a class of a sound model (`flowsim.model.relations`)."""
    index = {step.name: i for i, step in enumerate(model.steps)}
    journey = model.request_class(klass).journey
    if journey is None:
        inside = branch_steps(model)
        journey = tuple(step.name for step in model.steps if step.name not in inside)
    size = len(model.steps)
    following, rank = [OFF] * size, [-1] * size
    within: list[tuple[int, int] | None] = [None] * size
    joins: dict[int, int] = {}
    branches: dict[int, tuple[tuple[int, ...], ...]] = {}

    def lay(path: tuple[str, ...], place: tuple[int, int] | None) -> Iterator[int]:
        """The steps of a path and of the branches in it, in order of rank."""
        steps = [index[name] for name in path]
        for at, step in enumerate(steps):
            following[step] = steps[at + 1] if at + 1 < len(steps) else END_OF_PATH
            within[step] = place
            yield step
            split = model.steps[step].split
            if split is not None:
                joins[step] = END_OF_PATH if split.join == END else index[split.join]
                branches[step] = tuple(tuple(index[name] for name in branch) for branch in split.branches)
                for number, branch in enumerate(split.branches):
                    yield from lay(branch, (step, number))

    for place, step in enumerate(lay(journey, None)):
        rank[step] = place
    trunk = tuple(index[name] for name in journey)
    return Paths(trunk, tuple(following), tuple(within), tuple(rank), joins, branches)
