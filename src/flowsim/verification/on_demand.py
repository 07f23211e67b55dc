"""What `flowsim verify` does without a file: theory, a plain recursion, faults put in, and the same data everywhere.

A list of small jobs, done on as many processes as there are; each gives plain data, and the whole is one `Proof`.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import closing
from dataclasses import dataclass

from flowsim.experiments.pool import spread
from flowsim.verification import offered
from flowsim.verification.claims import Verdict, verdicts
from flowsim.verification.faults import Fault, faults
from flowsim.verification.golden import Golden, golden_draws, golden_scenarios
from flowsim.verification.recursion import Compared, compare, random_desk

DESKS = 200
"""Random desks held against the recursion."""

_TOGETHER = 10
"""Desks to a job."""

Progress = Callable[[int, int], None]


@dataclass(frozen=True)
class Claimed:
    """A claim in plain words, and each of its measures judged."""

    claim: str
    title: str
    replications: int
    verdicts: tuple[Verdict, ...]

    @property
    def passed(self) -> bool:
        """Whether all of them agree with theory, are precise enough, and refuse the mistake."""
        return all(verdict.passed for verdict in self.verdicts)


@dataclass(frozen=True)
class Proof:
    """All that was found. `desks`: each held against the recursion, by number; `same`: see `same_everywhere`."""

    claims: tuple[Claimed, ...]
    desks: tuple[Compared, ...]
    faults: tuple[Fault, ...]
    same: tuple[Golden, ...]

    @property
    def instants(self) -> int:
        """Instants held against the recursion."""
        return sum(desk.instants for desk in self.desks)

    @property
    def passed(self) -> bool:
        """Whether everything holds."""
        good = all(claim.passed for claim in self.claims) and not any(desk.wrong for desk in self.desks)
        return good and all(fault.refused_by for fault in self.faults) and all(one.same for one in self.same)


def same_everywhere() -> list[Golden]:
    """Draws and shipped scenarios whose data must be the same on every machine."""
    return [*golden_draws(), *golden_scenarios(quick=True)]


@dataclass(frozen=True)
class _Task:
    """One job: a replication of the claim at a place, some desks, the faults, or the same data."""

    kind: str
    place: int = 0
    number: int = 0


_Found = Sequence[float] | Sequence[Compared] | Sequence[Fault] | Sequence[Golden]


def _do(task: _Task) -> _Found:
    if task.kind == "claim":
        return offered.one(task.place, task.number)
    if task.kind == "desks":
        first = task.number * _TOGETHER
        return [compare(random_desk(n), n) for n in range(first, min(first + _TOGETHER, task.place))]
    return faults() if task.kind == "faults" else same_everywhere()


def prove(
    workers: int, progress: Progress | None = None, claims: Sequence[int] | None = None, desks: int = DESKS
) -> Proof:
    """Do it all; `claims` are places in OFFERED (None: all), `desks` how many. Raises AuditError when a run contradicts
    its model, and what `spread` raises.
    """
    places = range(len(offered.OFFERED)) if claims is None else claims
    tasks = [_Task("same"), _Task("faults")]  # first, for these are the longest by themselves
    tasks += [
        _Task("claim", place, replication)
        for place in places
        for replication in range(1, offered.case(place).replications + 1)
    ]
    tasks += [_Task("desks", desks, number) for number in range(-(-desks // _TOGETHER))]
    found: dict[str, list[_Found]] = {}
    with closing(spread(_do, tasks, workers)) as answers:
        for done, (task, answer) in enumerate(zip(tasks, answers, strict=True), start=1):
            found.setdefault(f"{task.kind} {task.place}" if task.kind == "claim" else task.kind, []).append(answer)
            if progress is not None:
                progress(done, len(tasks))
    return Proof(
        tuple(_claimed(place, found[f"claim {place}"]) for place in places),
        tuple(one for some in found.get("desks", ()) for one in some if isinstance(one, Compared)),
        tuple(one for some in found["faults"] for one in some if isinstance(one, Fault)),
        tuple(one for some in found["same"] for one in some if not isinstance(one, float | Compared | Fault)),
    )


def _claimed(place: int, answers: Sequence[_Found]) -> Claimed:
    case = offered.case(place)
    numbers = [[float(x) for x in answer if isinstance(x, float)] for answer in answers]
    return Claimed(offered.OFFERED[place].claim, case.title, case.replications, tuple(verdicts(case, numbers)))
