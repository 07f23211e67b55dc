"""Markov chains solved from their transitions alone, for the cases whose answer is a sum over states.

Each case says which states there are and at what rate one leads to another; nothing else of it is taken on trust. In a
stationary process the flow into each state is the flow out of it. For a birth-death process that comes down to the
flow up from each state being the flow down to it: pₙ λₙ = pₙ₊₁ μₙ₊₁.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable
from typing import TypeVar

import numpy as np
from scipy.sparse import coo_matrix
from scipy.sparse.linalg import spsolve

State = TypeVar("State", bound=Hashable)


def birth_death(up: Callable[[int], float], down: Callable[[int], float], states: int) -> list[float]:
    """The share of time in 0, 1, …, `states` - 1, by the rates up from n and down from n."""
    shares = [1.0]
    for n in range(states - 1):
        shares.append(shares[n] * up(n) / down(n + 1))
    total = sum(shares)
    return [share / total for share in shares]


def stationary(start: State, moves: Callable[[State], Iterable[tuple[State, float]]]) -> dict[State, float]:
    """The share of time in each state that can be reached from `start`; `moves` gives where a state leads, and at what
    rate.
    """
    index, states = {start: 0}, [start]
    rates: list[tuple[int, int, float]] = []
    for state in states:
        origin = index[state]
        for target, rate in moves(state):
            if target not in index:
                index[target] = len(states)
                states.append(target)
            rates += [(index[target], origin, rate), (origin, origin, -rate)]
    size = len(states)
    # Flow in less flow out is 0 for all states but the first; its equation is that the shares add up to 1.
    kept = [entry for entry in rates if entry[0] != 0]
    table = np.array([*kept, *((0, n, 1.0) for n in range(size))])
    rows, columns = table[:, 0].astype(np.int64), table[:, 1].astype(np.int64)
    right = np.zeros(size)
    right[0] = 1.0
    shares = spsolve(coo_matrix((table[:, 2], (rows, columns)), shape=(size, size)).tocsc(), right)
    return dict(zip(states, shares.tolist(), strict=True))
