"""The finalists of a search, compared over runs that it has not seen, until it is clear which is best."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from flowsim.experiments.cells import STRETCH
from flowsim.experiments.pool import Pool
from flowsim.model import Model, identity
from flowsim.optimise.selection import FIRST, MISSES, Contest
from flowsim.optimise.trying import Question, Tried, Values, cannot_keep_up, may_meet, measure_designs, rank_of

FINALISTS = 10
"""So many at most."""

CHOSEN, BEATEN, MISSED, OPEN, FAILED = "chosen", "beaten", "misses a goal", "not settled", "cannot be run"


@dataclass(frozen=True)
class Finalist:
    """A design of the search (`tried`), what it gave over the runs of the finals, and what came of it: chosen, beaten
    (`by` the number of one that is better), misses a goal, not settled within the runs allowed, or cannot be run.
    """

    tried: Tried
    values: Values | None
    fate: str
    by: int = 0

    @property
    def runs(self) -> int:
        """How many it had."""
        return len(self.values.aim) if self.values is not None else 0


@dataclass(frozen=True)
class Sought:
    """A search that is done: what was asked, the designs tried, the finalists in their order, what the process as it is
    gives over the runs of the finals (None: nothing, as it cannot keep up or nothing ends), and how many runs there
    were: of each design in the search, and of a finalist at most.
    """

    question: Question
    tried: tuple[Tried, ...]
    finalists: tuple[Finalist, ...]
    now: Values | None
    search_runs: int
    most_runs: int

    @property
    def best(self) -> Finalist | None:
        """The design that was chosen; None for none."""
        return next((one for one in self.finalists if one.fate == CHOSEN), None)


def settle(
    tried: Sequence[Tried],
    base: Model,
    asked: Question,
    seed: int,
    search_runs: int,
    most_runs: int,
    pool: Pool,
    *,
    audit: bool = True,
    progress: Callable[[int, int], None] | None = None,
) -> Sought:
    """Choose finalists from the designs of a search, and the best of them; `base` is the process as it is. `progress`
    is called with the finalists that are left and the runs that each has had. Raises AuditError.
    """
    finalists = play(choose_finalists(tried, asked), asked, seed, most_runs, pool, audit=audit, progress=progress)
    runs = max((one.runs for one in finalists), default=0) or FIRST
    now = Tried(0, (), base, failed=cannot_keep_up(base))
    (now,) = measure_designs([now], asked, seed, range(1, runs + 1), pool, audit)
    return Sought(asked, tuple(tried), tuple(finalists), now.values, search_runs, most_runs)


def choose_finalists(tried: Sequence[Tried], asked: Question) -> list[Tried]:
    """Those that may meet all goals, best first, `FINALISTS` at most; the last place is for the best of those that meet
    them surely, so that somebody is left when all that look better turn out to miss. Designs with one Model count once.
    """
    known: dict[str, Tried] = {}
    for one in sorted(tried, key=lambda one: rank_of(one.values, asked)):
        if one.model is not None and one.values is not None and may_meet(one.values, asked):
            known.setdefault(identity(one.model), one)
    able = sorted(known.values(), key=lambda one: _by_aim(one, asked))
    found = able[:FINALISTS]
    sure = [one for one in able if one.values is not None and may_meet(one.values, asked, surely=True)]
    if sure and sure[0] not in found:
        found[-1] = sure[0]
    return found


def _by_aim(one: Tried, asked: Question) -> tuple[float, ...]:
    """In order of what is to be least; of the same, the one that meets the goals better first."""
    assert one.values is not None
    _, loss, closeness = rank_of(one.values, asked)
    return (loss, closeness, float(one.number))


def play(
    finalists: Sequence[Tried],
    asked: Question,
    seed: int,
    most: int,
    pool: Pool,
    *,
    first: int = FIRST,
    audit: bool = True,
    progress: Callable[[int, int], None] | None = None,
) -> list[Finalist]:
    """What comes of the finalists, in their order, after at most `most` runs of each. `progress` is called with the
    finalists that are left and the runs that each has had. Raises AuditError.
    """
    if not finalists:
        return []
    values: dict[int, Values] = {}
    failed: set[int] = set()
    contest = Contest(len(finalists), [goal.tolerance for goal in asked.goals], asked.aim.matters, first)
    playing, done = list(range(len(finalists))), 0
    while playing and done < most and not contest.settled:
        runs = range(done + 1, min(done + (first if done == 0 else STRETCH), most) + 1)
        fresh = [replace(finalists[i], values=None) for i in playing]
        for i, one in zip(playing, measure_designs(fresh, asked, seed, runs, pool, audit), strict=True):
            if one.values is None or not _whole(one.values, runs):
                failed.add(i)
                contest.leave(i)
                continue
            values[i] = _joined(values.get(i), one.values)
            for run in runs:
                margins = [goal.margin(v[run]) for goal, v in zip(asked.goals, one.values.goals, strict=True)]
                contest.add(i, asked.aim.loss(one.values.aim[run]), margins)
        contest.settle()
        done = runs[-1]
        playing = contest.playing
        if progress is not None:
            progress(len(playing), done)
    return [_told(i, one, values.get(i), contest, finalists, failed) for i, one in enumerate(finalists)]


def _told(
    i: int,
    one: Tried,
    values: Values | None,
    contest: Contest,
    finalists: Sequence[Tried],
    failed: set[int],
) -> Finalist:
    if i in failed:
        return Finalist(one, values, FAILED)
    if MISSES in contest.goals[i]:
        return Finalist(one, values, MISSED)
    if i in contest.beaten:
        return Finalist(one, values, BEATEN, finalists[contest.beaten[i].by].number)
    return Finalist(one, values, CHOSEN if contest.settled else OPEN)


def _whole(values: Values, runs: range) -> bool:
    """Whether every run has a value of everything asked."""
    return all(run in by_run for by_run in (values.aim, *values.goals) for run in runs)


def _joined(before: Values | None, more: Values) -> Values:
    if before is None:
        return more
    goals = tuple(one | other for one, other in zip(before.goals, more.goals, strict=True))
    return Values(before.aim | more.aim, goals)
