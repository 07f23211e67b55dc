"""Fair shares of what several changes bring together: Shapley's value over the orders in which they can be done.

A share is the mean, over orders, of what a change adds to those done before it. Where every order can be done this is
Shapley's value (1953); where some designs cannot exist, only the orders that pass by designs which can are counted,
each as much as another (Faigle and Kern 1992, for changes that need others). Either way the shares add up to what all
changes bring together, exactly: every share is a linear combination of the values of designs, with whole weights over
one divisor, and these are worked out as such.

Of many changes the orders are sampled: an order and its reverse at a time, which halves the work and evens out luck.
"""

from __future__ import annotations

import hashlib
import math
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass

Done = frozenset[int]
"""A design, as the changes that are done in it, by number from 0."""

NOTHING: Done = frozenset()
SEED = 20260105
"""Start of the draws of orders: their own, so that another seed of the runs looks at the same orders."""

TRIES = 20
"""So many orders are drawn, at most, for each pair that is wanted."""

Order = tuple[int, ...]


@dataclass(frozen=True)
class Combination:
    """A linear combination of the values of designs: whole `weights` over a `divisor`. Designs of weight 0 are not
    named.
    """

    weights: Mapping[Done, int]
    divisor: int = 1

    def of(self, values: Mapping[Done, float]) -> float:
        """Its value, from those of the designs: exact, rounded once. Raises KeyError for a design without a value."""
        parts = [(weight, *float(values[done]).as_integer_ratio()) for done, weight in self.weights.items()]
        bottom = max((below for _, _, below in parts), default=1)  # all of them powers of two
        return sum(weight * above * (bottom // below) for weight, above, below in parts) / (bottom * self.divisor)


def difference(before: Done, after: Done) -> Combination:
    """What the design `after` has more than `before`."""
    return total([Combination({after: 1, before: -1})])


def less(one: Combination, other: Combination) -> Combination:
    """One combination minus another."""
    minus = Combination({done: -weight for done, weight in other.weights.items()}, other.divisor)
    return total([one, minus])


def total(parts: Sequence[Combination]) -> Combination:
    """The sum of combinations."""
    divisor = math.lcm(*(part.divisor for part in parts)) if parts else 1
    weights: dict[Done, int] = {}
    for part in parts:
        for done, weight in part.weights.items():
            weights[done] = weights.get(done, 0) + weight * (divisor // part.divisor)
    return _lowest(weights, divisor)


def exact_shares(feasible: Collection[Done], changes: int) -> list[Combination]:
    """The fair share of each of so many changes, over every order all of whose designs are `feasible`. Raises
    ValueError when no order is.
    """
    whole = frozenset(range(changes))
    known = {done for done in feasible if done <= whole}
    below, above = _ways_to(known, NOTHING, whole), _ways_from(known, whole)
    orders = below.get(whole, 0)
    if not orders or NOTHING not in known:
        raise ValueError("no order of the changes can be done")
    shares = []
    for change in range(changes):
        weights: dict[Done, int] = {}
        for done in known:
            after = done | {change}
            if change not in done and after in known:
                ways = below.get(done, 0) * above.get(after, 0)
                weights[after] = weights.get(after, 0) + ways
                weights[done] = weights.get(done, 0) - ways
        shares.append(_lowest(weights, orders))
    return shares


def count_orders(feasible: Collection[Done], changes: int) -> int:
    """How many orders pass by feasible designs only; of k changes that can be done in any order k!."""
    whole = frozenset(range(changes))
    return _ways_to({done for done in feasible if done <= whole}, NOTHING, whole).get(whole, 0)


def shares_over(orders: Sequence[Order]) -> list[Combination]:
    """The share of each change over these orders, at least one, each as much as another."""
    weights: list[dict[Done, int]] = [{} for _ in orders[0]]
    for order in orders:
        for place, change in enumerate(order):
            before, after = frozenset(order[:place]), frozenset(order[: place + 1])
            own = weights[change]
            own[after] = own.get(after, 0) + 1
            own[before] = own.get(before, 0) - 1
    return [_lowest(own, len(orders)) for own in weights]


def sample_orders(changes: int, feasible: Callable[[Done], bool], pairs: int) -> list[tuple[Order, ...]]:
    """Orders drawn for so many changes: for each of `pairs` an order and its reverse, those of the two that can be
    done. Every order that can be done is as likely as another. Less than asked for when hardly any can be done; none
    when it is never found.
    """
    found: list[tuple[Order, ...]] = []
    for number in range(TRIES * pairs):
        order = _drawn(changes, number)
        both = tuple(way for way in (order, order[::-1]) if all(feasible(done) for done in designs_of(way)))
        if both:
            found.append(both)
        if len(found) == pairs:
            break
    return found


def designs_of(order: Order) -> Iterator[Done]:
    """The designs that an order passes by, from nothing done to all."""
    return (frozenset(order[:place]) for place in range(len(order) + 1))


def sampling_error(groups: Sequence[tuple[Order, ...]], values: Mapping[Done, float]) -> list[float | None]:
    """The standard error of each change's share that comes of looking at some orders only: that of a ratio of sums,
    over groups drawn independently (Cochran 1977, 6.4). None with fewer than two groups.
    """
    size = len(groups[0][0])
    if len(groups) < 2:
        return [None] * size
    count = sum(len(group) for group in groups)
    found: list[float | None] = []
    for change in range(size):
        sums = [math.fsum(_added(order, change, values) for order in group) for group in groups]
        mean = math.fsum(sums) / count
        squares = math.fsum((s - mean * len(group)) ** 2 for s, group in zip(sums, groups, strict=True))
        found.append(math.sqrt(squares * len(groups) / (len(groups) - 1)) / count)
    return found


def _added(order: Order, change: int, values: Mapping[Done, float]) -> float:
    """What a change adds to those before it in an order."""
    place = order.index(change)
    return values[frozenset(order[: place + 1])] - values[frozenset(order[:place])]


def _drawn(changes: int, number: int) -> Order:
    """Order `number`: the changes sorted by hashes, which any machine and any Python has the same."""
    lots = {i: hashlib.sha256(f"{SEED} {changes} {number} {i}".encode()).digest() for i in range(changes)}
    return tuple(sorted(range(changes), key=lots.__getitem__))


def _ways_to(known: set[Done], begin: Done, whole: Done) -> dict[Done, int]:
    """In how many ways each design can be reached, one change at a time."""
    ways = {begin: 1} if begin in known else {}
    for done in sorted(known, key=len):
        for change in whole - done:
            after = done | {change}
            if done in ways and after in known:
                ways[after] = ways.get(after, 0) + ways[done]
    return ways


def _ways_from(known: set[Done], whole: Done) -> dict[Done, int]:
    """In how many ways all changes can be done from each design, one at a time."""
    ways = {whole: 1} if whole in known else {}
    for done in sorted(known, key=len, reverse=True):
        for change in done:
            before = done - {change}
            if done in ways and before in known:
                ways[before] = ways.get(before, 0) + ways[done]
    return ways


def _lowest(weights: Mapping[Done, int], divisor: int) -> Combination:
    """In the lowest terms, without weights of 0."""
    kept = {done: weight for done, weight in weights.items() if weight}
    common = math.gcd(divisor, *kept.values())
    return Combination({done: weight // common for done, weight in kept.items()}, divisor // common)
