"""Who visits which step at all: what a request needs is drawn once, and holds for its whole journey (R13).

A request skips a step none of whose tasks it needs, and skips it again on every later pass; when the step splits, its
branches with it. So the expected journey is not that of one average request but a mixture over what requests need:
`patterns` lists that mixture for a class.
"""

from __future__ import annotations

import itertools
import math
from collections import Counter
from collections.abc import Collection
from dataclasses import dataclass

from flowsim.model.process import Model, Need, Step

MOST_PATTERNS = 4096
"""Twelve needs that are there or not: beyond this the mixture is no longer enumerated."""

Shares = dict[str, float]
"""What one task at a step asks: purpose of the draw -> share of requests; the task is done when all say so."""


@dataclass(frozen=True)
class Pattern:
    """One kind of request within a class: `share` of the class is like this.

    `skips` is by step the chance that a request aimed at the step passes it by: 0 or 1 when the mixture is exact.
    `does` is by step, and by entry of the step's `tasks`, the chance that it is done in a visit.
    """

    share: float
    skips: tuple[float, ...]
    does: tuple[tuple[float, ...], ...]


@dataclass(frozen=True)
class _StepNeeds:
    """What a step asks of requests of one class: by entry of `tasks` its shares, None when not for the class."""

    visited: bool
    items: tuple[Shares | None, ...]

    @property
    def skippable(self) -> bool:
        """Whether some requests skip it and others do not, by their needs."""
        return self.visited and bool(self.items) and all(item is None or item for item in self.items)

    def purposes(self) -> dict[str, set[float]]:
        """The shares asked under each purpose."""
        found: dict[str, set[float]] = {}
        for item in self.items:
            for purpose, share in (item or {}).items():
                found.setdefault(purpose, set()).add(share)
        return found


def patterns(model: Model, klass: str, on_way: Collection[int] | None = None) -> tuple[list[Pattern], bool]:
    """The mixture of journeys of a class, shares adding up to 1, and whether it is exact; `on_way`: of which steps, by
    index, the needs can matter (None: all). The others are skipped.

    Exact while there are at most `MOST_PATTERNS` combinations of the needs that make requests skip a step (needs asked
    at one step only count together as one). Beyond that one pattern is given, whose skips are independent chances at
    every visit: still exact for journeys without returns when no need is asked at two steps, else an approximation.
    """
    steps = [
        _needs(model, step, klass) if on_way is None or i in on_way else _StepNeeds(False, (None,) * len(step.tasks))
        for i, step in enumerate(model.steps)
    ]
    asked_at = Counter(purpose for step in steps for purpose in step.purposes())
    alone = {i for i, s in enumerate(steps) if s.skippable and all(asked_at[p] == 1 for p in s.purposes())}
    shared: dict[str, set[float]] = {}
    for i, step in enumerate(steps):
        if step.skippable and i not in alone:
            for purpose in step.purposes():
                shared[purpose] = set().union(*(s.purposes().get(purpose, set()) for s in steps))
    number = math.prod(len(_segments(shares)) for shares in shared.values()) * 2 ** len(alone)
    if number > MOST_PATTERNS:
        return [_independent(steps)], False
    return _merged(_enumerated(steps, sorted(alone), shared)), True


def _needs(model: Model, step: Step, klass: str) -> _StepNeeds:
    items = []
    for entry in step.tasks:
        task = model.task(entry.task)
        own = task.only is None or klass in task.only
        items.append(_shares((task.need, *entry.needs)) if own else None)
    allowed = step.only is None or klass in step.only
    return _StepNeeds(allowed and (not items or any(i is not None for i in items)), tuple(items))


def _shares(needs: tuple[Need | None, ...]) -> Shares:
    """One share for each purpose: the same draw must say yes to all of them, so the smallest counts."""
    found: Shares = {}
    for need in needs:
        if need is not None and need.share < 1.0:
            found[need.purpose] = min(need.share, found.get(need.purpose, 1.0))
    return found


def _segments(shares: set[float]) -> list[tuple[float, float]]:
    """The uniform cut at the shares: (length, midpoint) of each piece."""
    cuts = [0.0, *sorted(s for s in shares if 0.0 < s < 1.0), 1.0]
    return [(b - a, (a + b) / 2) for a, b in itertools.pairwise(cuts)]


def _enumerated(steps: list[_StepNeeds], alone: list[int], shared: dict[str, set[float]]) -> list[Pattern]:
    """All combinations of the shared draws (by piece of the uniform) and of skipping the steps that stand alone."""
    chances = {i: _alone(steps[i]) for i in alone}
    pieces = [_segments(shares) for shares in shared.values()]
    found = []
    for combination in itertools.product(*pieces):
        weight = math.prod(length for length, _ in combination)
        lots = dict(zip(shared, (lot for _, lot in combination), strict=True))
        base = [_given(step, lots) for step in steps]
        for skipped in itertools.product((False, True), repeat=len(alone)):
            share, rows = weight, list(base)
            for i, skip in zip(alone, skipped, strict=True):
                chance, does = chances[i]
                share *= chance if skip else 1.0 - chance
                rows[i] = (1.0, tuple(0.0 for _ in does)) if skip else (0.0, does)
            if share > 0.0:
                found.append(Pattern(share, tuple(q for q, _ in rows), tuple(does for _, does in rows)))
    return found


def _given(step: _StepNeeds, lots: dict[str, float]) -> tuple[float, tuple[float, ...]]:
    """(skips, does) of a step for a request with these uniforms; needs without one are independent of the route."""
    if not step.visited:
        return 1.0, tuple(0.0 for _ in step.items)
    does = tuple(0.0 if item is None else _chance(item, lots) for item in step.items)
    return (1.0 if step.skippable and not any(does) else 0.0), does


def _chance(item: Shares, lots: dict[str, float]) -> float:
    """The chance that a task is done, given the uniforms of some of the purposes it asks."""
    return math.prod(float(lots[p] < share) if p in lots else share for p, share in item.items())


def _alone(step: _StepNeeds) -> tuple[float, tuple[float, ...]]:
    """(chance to skip, does in a visit) of a skippable step by itself, whatever happens elsewhere."""
    purposes = step.purposes()
    chances = [0.0 if item is None else _chance(item, {}) for item in step.items]
    pieces = [_segments(shares) for shares in purposes.values()]
    if math.prod(map(len, pieces)) > MOST_PATTERNS:  # tens of tasks, each with a share of its own
        skips = math.prod(1.0 - chance for chance in chances)
    else:
        skips = 0.0
        for combination in itertools.product(*pieces):
            lots = dict(zip(purposes, (lot for _, lot in combination), strict=True))
            skips += math.prod(length for length, _ in combination) * _given(step, lots)[0]
    return skips, tuple(chance / (1.0 - skips) if skips < 1.0 else 0.0 for chance in chances)


def _independent(steps: list[_StepNeeds]) -> Pattern:
    rows = [_alone(step) if step.skippable else _given(step, {}) for step in steps]
    return Pattern(1.0, tuple(q for q, _ in rows), tuple(does for _, does in rows))


def _merged(found: list[Pattern]) -> list[Pattern]:
    """Patterns that skip the same steps as one: their journeys are the same, their work is averaged."""
    groups: dict[tuple[float, ...], list[Pattern]] = {}
    for pattern in found:
        groups.setdefault(pattern.skips, []).append(pattern)
    merged = []
    for skips, group in groups.items():
        share = math.fsum(p.share for p in group)
        does = tuple(
            tuple(
                math.fsum(p.share * p.does[step][item] for p in group) / share
                for item in range(len(group[0].does[step]))
            )
            for step in range(len(skips))
        )
        merged.append(Pattern(share, skips, does))
    return merged
