"""Which designs tell what each change of a redesign buys, and which of them cannot be.

The changes of a state stand in an order, and a later one may build on an earlier one: a step that it alters may only
come to be by that one. So not every set of changes makes a design. Where the file's order passes by what is no design,
the changes around it cannot be told apart, and are explained as one.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from itertools import combinations

from flowsim.errors import FlowsimError, UsageError
from flowsim.model import Model
from flowsim.redesign.shapley import NOTHING, Done, Order, designs_of, sample_orders
from flowsim.scenario.scenario import Scenario, Setting

MOST_EXACT = 7
"""Up to so many changes all 2^k designs are run; above, those on the way of sampled orders."""

PAIRS = 10
"""Orders that are sampled above that, each with its reverse."""


@dataclass(frozen=True)
class Change:
    """One change of those explained, or several that cannot be told apart: their `names`, and their places among all
    changes of the state.
    """

    names: tuple[str, ...]
    places: tuple[int, ...]

    @property
    def name(self) -> str:
        """What to call it."""
        return " and ".join(self.names)


@dataclass
class Redesign:
    """A state and what is to be told of its changes, on the way from `before`.

    `changes`: what is explained, in the file's order. A design is a set of their numbers (from 0): `models` has those
    that can be, `refused` says why others cannot. `groups` are the orders sampled, () when all designs are run.
    """

    state: str
    before: str
    changes: tuple[Change, ...]
    models: dict[Done, Model] = field(default_factory=dict)
    refused: dict[Done, str] = field(default_factory=dict)
    groups: tuple[tuple[Order, ...], ...] = ()

    @property
    def size(self) -> int:
        """How many changes are explained."""
        return len(self.changes)

    @property
    def whole(self) -> Done:
        """The design with all changes."""
        return frozenset(range(self.size))

    @property
    def exact(self) -> bool:
        """Whether fair shares are over every order, and not over sampled ones."""
        return self.size <= MOST_EXACT

    def name_of(self, done: Done) -> str:
        """The changes of a design as numbers from 1: "1 3"; "" for none."""
        return " ".join(str(number + 1) for number in sorted(done))

    def needs(self) -> dict[int, tuple[Done, str]]:
        """Of each change that is no design by itself: what every design with it has too, and what is wrong without."""
        found = {}
        for change in range(self.size):
            alone = frozenset({change})
            if alone not in self.models:
                having = [done for done in self.models if change in done]
                found[change] = (frozenset.intersection(*having) - alone, self.refused.get(alone, ""))
        return found

    def last(self) -> dict[int, str]:
        """The changes that cannot be taken away last, and why."""
        gone = {change: self.whole - {change} for change in range(self.size)}
        return {change: self.refused.get(done, "") for change, done in gone.items() if done not in self.models}


class Designs:
    """Makes the designs of one state: a Model for each set of its changes, made once. Places are those in the state;
    the first `shared` changes are in every design, those of the state it is held against.
    """

    def __init__(self, scenario: Scenario, state: str, sets: Sequence[Setting], names: Sequence[str], shared: int):
        self.scenario, self.state, self.sets = scenario, state, tuple(sets)
        self.names, self.shared = tuple(names), shared
        self._made: dict[frozenset[int], Model | str] = {}

    def fails(self, places: Iterable[int], why: str) -> None:
        """From now on there is no such design: it could be made, but not run."""
        self._made[frozenset(places)] = why

    def model(self, places: Iterable[int]) -> Model | str:
        """The Model with the changes at these places, beside the shared ones; or why there is none."""
        key = frozenset(places)
        if key not in self._made:
            try:
                only = [*range(self.shared), *sorted(key)]
                self._made[key] = self.scenario.compile(self.state, self.sets, only).model
            except FlowsimError as error:
                self._made[key] = error.problems()[0].message
        return self._made[key]

    def changes(self) -> tuple[Change, ...]:
        """What can be told apart: cut where the file's order passes by a design. Raises UsageError FS721 when there is
        nothing to explain, or no design to begin with.
        """
        end = len(self.names)
        if end <= self.shared:
            hint = "name a state with changes: " + ", ".join(self.scenario.states)
            raise UsageError(f"the state '{self.state}' has no changes to explain", code="FS721", hint=hint)
        found: list[Change] = []
        begin = self.shared
        for last in range(self.shared, end):
            if isinstance(self.model(range(self.shared, last + 1)), Model):
                places = tuple(range(begin, last + 1))
                found.append(Change(tuple(self.names[place] for place in places), places))
                begin = last + 1
        start = self.model(())
        if isinstance(start, str) or begin != end:
            why = start if isinstance(start, str) else self.model(range(self.shared, end))
            raise UsageError(
                f"the changes of '{self.state}' cannot be explained: there is no process to begin with",
                code="FS721",
                hint=str(why),
            )
        return tuple(found)

    def redesign(self, before: str) -> Redesign:
        """All that is to be run, as far as is known by now which designs can be. Raises UsageError FS721."""
        changes = self.changes()
        result = Redesign(self.state, before, changes)

        def there(done: Done) -> bool:
            if done not in result.models and done not in result.refused:
                made = self.model(place for number in done for place in changes[number].places)
                if isinstance(made, Model):
                    result.models[done] = made
                else:
                    result.refused[done] = made
            return done in result.models

        for done in _always(result.size):
            there(done)
        if result.exact:
            for count in range(result.size + 1):
                for chosen in combinations(range(result.size), count):
                    there(frozenset(chosen))
            return result
        result.groups = orders_for(result.size, there)
        ways = [order for group in result.groups for order in group]
        wanted = {done for order in ways for done in designs_of(order)} | set(_always(result.size))
        result.models = {done: model for done, model in result.models.items() if done in wanted}
        result.refused = {done: why for done, why in result.refused.items() if done in wanted}
        return result


def orders_for(size: int, there: Callable[[Done], bool]) -> tuple[tuple[Order, ...], ...]:
    """The orders that are looked at for so many changes: none when all are; the file's alone when no other is found."""
    if size <= MOST_EXACT:
        return ()
    return tuple(sample_orders(size, there, PAIRS)) or ((tuple(range(size)),),)


def _always(size: int) -> list[Done]:
    """The designs that are asked for whatever the orders: on the file's way, each change alone, all but each."""
    whole = frozenset(range(size))
    found = [frozenset(range(count)) for count in range(size + 1)]
    found += [frozenset({change}) for change in range(size)]
    found += [whole - {change} for change in range(size)]
    return list(dict.fromkeys(found))


def designs_for(scenario: Scenario, before: str, state: str, sets: Sequence[Setting] = ()) -> Designs:
    """The designs of a state, on the way from another one: where that one's changes are the first of this state's, they
    are in every design; else the way begins with the process without changes. Raises UsageError and ScenarioError for
    states that cannot be made.
    """
    held, whole = scenario.compile(before, sets), scenario.compile(state, sets)
    shared = len(held.changes) if whole.changes[: len(held.changes)] == held.changes else 0
    return Designs(scenario, state, sets, whole.changes, shared)


__all__ = [
    "MOST_EXACT",
    "NOTHING",
    "PAIRS",
    "Change",
    "Designs",
    "Redesign",
    "designs_for",
    "orders_for",
]
