"""Everything about one state of somebody's model, from the figures of its replications."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from flowsim.model import Model, laid_out
from flowsim.model.load import loads
from flowsim.verification.own.bounds import Least
from flowsim.verification.own.busy import Capacity, Load, capacity, team_loads
from flowsim.verification.own.judge import DIFFERS, UNCLEAR, Judged, judge
from flowsim.verification.own.little import Flow, Identity
from flowsim.verification.own.rules import Desk, desks
from flowsim.verification.own.seen import Seen
from flowsim.verification.own.waits import estimate, known, memory


@dataclass(frozen=True)
class Wait:
    """The mean wait for a person at a team, open ticks. With a `formula` it is `judged`; without one `why` says what
    takes it away, and `about` is an estimate if there is one. `simulated` None: nobody came.
    """

    team: str
    formula: str
    priority: int | None
    judged: Judged | None
    why: str
    about: float | None
    simulated: float | None

    @property
    def holds(self) -> bool:
        """Whether theory is not contradicted."""
        return self.judged is None or self.judged.verdict != DIFFERS


@dataclass(frozen=True)
class Report:
    """All there is to say about a state. `checks` of the audit held in every run; `flows` are added up over the runs,
    `least` too.
    """

    state: str
    replications: int
    seed: int
    checks: int
    facts: int
    requests: int
    visits: int
    unfinished: int
    window: int
    loads: tuple[Load, ...]
    identities: int
    broken: tuple[Identity, ...]
    flows: tuple[Flow, ...]
    least: Least
    capacity: Capacity
    waits: tuple[Wait, ...]

    @property
    def contradicted(self) -> tuple[str, ...]:
        """What does not hold, each in a few words."""
        found = [f"the load of {row.team}" for row in self.loads if not row.holds]
        found += [f"Little's law, {one.what}" for one in self.broken[:3]]
        if self.least.beaten:
            found.append("the fastest possible")
        if not self.capacity.holds:
            found.append("what people can do")
        return (*found, *(f"the wait at {wait.team}" for wait in self.waits if not wait.holds))

    @property
    def unclear(self) -> tuple[Judged, ...]:
        """Formulas that were held against too few figures."""
        judged = [wait.judged for wait in self.waits if wait.judged is not None]
        return tuple(one for one in judged if one.verdict == UNCLEAR)

    @property
    def passed(self) -> bool:
        """Whether nothing is contradicted."""
        return not self.contradicted


def report(state: str, model: Model, seed: int, runs: Sequence[Seen]) -> Report:
    """Put together what the replications of a state gave; at least one."""
    identities = [one for seen in runs for one in seen.identities]
    return Report(
        state=state,
        replications=len(runs),
        seed=seed,
        checks=runs[0].checks,
        facts=sum(seen.facts for seen in runs),
        requests=sum(seen.requests for seen in runs),
        visits=sum(seen.visits for seen in runs),
        unfinished=sum(seen.unfinished for seen in runs),
        window=sum(seen.window for seen in runs),
        loads=tuple(team_loads(model, runs)),
        identities=len(identities),
        broken=tuple(one for one in identities if not one.holds),
        flows=_together(runs),
        least=_least([seen.least for seen in runs]),
        capacity=capacity(model, runs),
        waits=tuple(team_waits(model, runs)),
    )


def _together(runs: Sequence[Seen]) -> tuple[Flow, ...]:
    """The flows of all runs added up."""
    return tuple(
        Flow(same[0].scope, same[0].name, *(sum(getattr(f, part) for f in same) for part in ("area", "came", "stayed")))
        for same in zip(*(seen.flows for seen in runs), strict=True)
    )


def _least(found: Sequence[Least]) -> Least:
    margins = [one.margin for one in found if one.margin is not None]
    return Least(
        sum(one.counted for one in found),
        sum(one.least for one in found),
        sum(one.lead for one in found),
        min(margins, default=None),
        sum(one.beaten for one in found),
        next((one.first for one in found if one.first), ""),
    )


def team_waits(model: Model, runs: Sequence[Seen]) -> list[Wait]:
    """What theory says of each team's list, and what the runs say."""
    load = loads(model)
    found, every = [], {desk.team: desk for desk in desks(model)}
    for index, team in enumerate(model.teams):
        desk = every.get(team.name)
        if desk is None:
            continue
        formulas = known(desk)
        if not formulas or any(seen.unfinished for seen in runs):
            why = desk.why or "requests are unfinished, so the mean would lean"
            about = estimate(desk, load.team(team.name).utilisation)
            found.append(Wait(team.name, "", None, None, why, about, _pooled(runs, index)))
            continue
        leaning = _leaning(model, desk, every, {t.name: t.utilisation for t in load.teams})
        for one in formulas:
            values = _means(runs, index, one.priority)
            judged = judge(values, one.wait, leaning) if values else None
            simulated = judged.estimate if judged is not None else None
            found.append(Wait(team.name, one.formula, one.priority, judged, "", one.wait, simulated))
    return found


def _leaning(model: Model, desk: Desk, every: dict[str, Desk], load: dict[str, float]) -> float:
    """By which share the mean may be off because every run begins with nobody there: what is left of that at the end of
    the warm-up, spread over the window.
    """
    times = laid_out(desk.calendar, model.start)
    before, during = times.worked(0, model.run.warm_up), times.worked(model.run.warm_up, model.run.length)
    longest = max(memory(every[name], load[name]) for name in (desk.team, *desk.fed_by))
    return longest / during * math.exp(-before / longest) if 0.0 < longest < math.inf and during else 0.0


def _means(runs: Sequence[Seen], team: int, priority: int | None) -> list[float]:
    """Of each run in which somebody came the mean wait at a team."""
    found = []
    for seen in runs:
        own = [pair for (t, p), pair in seen.waits.items() if t == team and priority in (None, p)]
        total, number = (sum(pair[k] for pair in own) for k in (0, 1))
        if number:
            found.append(total / number)
    return found


def _pooled(runs: Sequence[Seen], team: int) -> float | None:
    means = _means(runs, team, None)
    return math.fsum(means) / len(means) if means else None
