"""Many questions at once: p-values adjusted so that a whole family is wrong as rarely as a single one would be."""

from __future__ import annotations

from collections.abc import Sequence


def holm(chances: Sequence[float]) -> list[float]:
    """Holm's step-down adjusted p-values (Holm 1979), in the order given: the smallest times their number m, the next
    times m − 1 and so on, none below one before it, none above 1. A difference counts when its own is at most 5 %; the
    chance of any wrong one in the family is then at most 5 %, however the measures hang together.
    """
    order = sorted(range(len(chances)), key=lambda i: chances[i])
    found = [0.0] * len(chances)
    so_far = 0.0
    for place, i in enumerate(order):
        so_far = max(so_far, min(1.0, chances[i] * (len(chances) - place)))
        found[i] = float(f"{so_far:.4g}")
    return found
