"""How busy the teams will be, said in sentences (R8, R10, R14, R15): the pools that share work, then each team."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence

from flowsim.errors import Problem
from flowsim.model.calendar import WEEK
from flowsim.model.codes import amount, finding, names, number, share
from flowsim.model.effort import Loads, TeamLoad
from flowsim.model.process import Model, Step

BUSY = 0.85
CALM = 0.80


def team_findings(model: Model, load: Loads) -> Iterator[Problem]:
    """FS505 to FS508, FS519, FS523, FS525, FS527 and FS537."""
    said = set()
    short = any(0.0 < team.available <= team.effort.total for team in load.teams)
    starved = short and _limited(model)  # some of what should come may be held back elsewhere
    for team in load.teams:
        yield from _nobody_at_home(team)
        if _idle(model, load, team):
            yield _no_work(model, team)
        elif team.available > 0.0 and team.utilisation >= 1.0 - 1e-12:
            if len(team.pool) < 2:
                yield _overloaded(model, load, team)
            elif team.pool not in said:
                said.add(team.pool)
                yield _overloaded_pool(model, load, team.pool)
        elif team.available > 0.0 and team.utilisation > BUSY and not starved:
            yield _busy(model, team)
        yield from _backlog(model, team)
    yield from _cleared(model, load)
    if _calm(model, load):
        causes = ["handoffs"]
        causes += ["limits"] if _limited(model) else []
        causes += ["waiting for several people at once"] if any(step.several for step in model.steps) else []
        told = " or ".join([", ".join(causes[:-1]), causes[-1]] if len(causes) > 1 else causes)
        yield finding(
            "FS508",
            f"every team is below 80 % busy, so long waits will come from {told}, not from lack of people",
            "look at batches, transit and returns first",
            "teams",
        )


def works_at(step: Step) -> set[str]:
    """All teams whose people may work at a step."""
    return {*step.takers, *(team for team, _ in step.together)}


def _nobody_at_home(team: TeamLoad) -> Iterator[Problem]:
    if team.people == 0:
        yield finding(
            "FS519",
            f"nobody is at home in {team.name}: it has only people who help, when the teams they name earlier have "
            "nothing that they could begin",
            f"give it people of its own, or let somebody name {team.name} first",
            f"teams.{team.name}",
        )


def _idle(model: Model, load: Loads, team: TeamLoad) -> bool:
    """Whether nothing will ever come to a team: no arrivals, no backlog, no chases, nobody whom its people help."""
    if team.takes > 0.0 or team.backlog > 0.0:
        return False
    if any(person.teams[0] == team.name and len(person.teams) > 1 for person in model.people):
        return False
    index = [t.name for t in model.teams].index(team.name)
    asks = zip(model.classes, load.asks, strict=True)
    return not any(cls.name in model.chasers and ask[index] > 0.0 for cls, ask in asks)


def _no_work(model: Model, team: TeamLoad) -> Problem:
    steps = [step.name for step in model.steps if team.name in works_at(step)]
    why = f"no request comes to {names(steps)}" if steps else "no step is done by it"
    return finding("FS505", f"{team.name} has no work: {why}", "give it a step, or take it out", f"teams.{team.name}")


# -- overload ----------------------------------------------------------------------------------------------------------


def _overloaded(model: Model, load: Loads, team: TeamLoad) -> Problem:
    """FS523 when it is only because of absence and presence, else FS506."""
    grows = _grows(model, load, [team], team.grows_by, "the queue grows")
    if not team.away or team.effort.total >= team.available + team.away:
        return finding(
            "FS506",
            f"{team.name} needs {amount(team.effort.total)} a week and has {amount(team.available)}: "
            f"{team.utilisation * 100:.0f} % busy: {grows}",
            "give it more people or hours, or less work: fewer returns, less reading in, shorter tasks",
            f"teams.{team.name}",
        )
    home = model.team(team.name)
    why = [f"an absence of {share(home.absence)}"] if home.absence else []
    why += [f"a presence of {share(home.presence)}"] if home.presence < 1.0 else []
    after = f", after {' and '.join(why)}" if why else ""
    return finding(
        "FS523",
        f"{team.name} needs {amount(team.effort.total)} a week; of {amount(team.available + team.away)} its people "
        f"have {amount(team.available)}{after}: {team.utilisation * 100:.0f} % busy: {grows}, but for work that goes "
        "on while people are away",
        "give it more people, or more of their time",
        f"teams.{team.name}.{'presence' if home.presence < 1.0 else 'absence'}",
    )


def _overloaded_pool(model: Model, load: Loads, pool: tuple[str, ...]) -> Problem:
    """FS525: however the work is divided, these teams cannot do all of it."""
    teams = [load.team(name) for name in pool]
    effort, available = math.fsum(t.effort.total for t in teams), math.fsum(t.available for t in teams)
    comes = math.fsum(t.comes for t in teams)
    grows = _grows(model, load, teams, comes * max(1.0 - available / effort, 0.0), "their queues grow")
    away = math.fsum(t.away for t in teams)
    but = " (after absence and presence)" if away else ""
    return finding(
        "FS525",
        f"{names(pool)} together need {amount(effort)} a week and have {amount(available)}{but}: "
        f"{effort / available * 100:.0f} % busy, however they divide it: {grows}",
        "give one of them more people or hours, or let another team take some of it",
        f"teams.{pool[0]}",
    )


def _grows(model: Model, load: Loads, teams: Sequence[TeamLoad], by: float, what: str) -> str:
    """The queue grows by so much, where, and until when."""
    where = " before its limit" if _behind_a_limit(model, [t.name for t in teams]) else ""
    much = f" by about {number(by)} requests a week" if by > 1e-9 * math.fsum(t.comes for t in teams) else ""
    return f"{what}{where}{much} {_until(model, load, teams)}"


def _behind_a_limit(model: Model, teams: Sequence[str]) -> bool:
    """Whether all that waits for these teams can wait for a place instead (R14)."""
    steps = [step for step in model.steps if works_at(step) & set(teams)]
    return model.limit is not None or all(
        step.limit is not None or model.team(step.team).limit is not None for step in steps
    )


def _until(model: Model, load: Loads, teams: Sequence[TeamLoad]) -> str:
    """Without end, unless so many customers may withdraw that the teams can do what the others ask (R15)."""
    index = [model.teams.index(model.team(team.name)) for team in teams]
    patient, leaving = 0.0, []
    for cls, row, asks in zip(model.classes, load.classes, load.asks, strict=True):
        weekly = row.per_week * math.fsum(asks[t] for t in index) if row.per_week else 0.0
        if weekly and cls.patience is None:
            patient += weekly
        elif weekly:
            leaving.append(cls.name)
    if not leaving or patient >= math.fsum(team.available for team in teams):
        return "without end"
    return f"until customers of {names(leaving)} withdraw"


# -- busy, calm, behind ------------------------------------------------------------------------------------------------


def _busy(model: Model, team: TeamLoad) -> Problem:
    others = [name for name in team.pool if name != team.name]
    shared = f", as is {names(others)}, with which it shares work or people" if len(others) == 1 else ""
    shared = f", as are {names(others)}, with which it shares work or people" if len(others) > 1 else shared
    keeps = any(team.name in works_at(step) and step.blocking == "person" for step in model.steps)
    kept = ", not counting the time its people are kept by finished work that cannot go on" if keeps else ""
    return finding(
        "FS507",
        f"{team.name} is {team.utilisation * 100:.0f} % busy{shared}{kept}",
        "above 85 % a small surge makes a long queue; see what a little more time, or less work, buys",
        f"teams.{team.name}",
    )


def _calm(model: Model, load: Loads) -> bool:
    """Whether waits do not come from lack of people: every team below 80 % busy. Not when requests come in waves, by a
    profile or in groups, when somebody is behind as the run begins (R5), or when customers add to the work by chasing
    (R15): an average says nothing of those hours.
    """
    working = [team for team in load.teams if team.takes > 0.0]
    waves = any(cls.arrivals.profile is not None or cls.arrivals.group is not None for cls in model.classes)
    if waves or model.backlog or model.chasers or not working or load.handoffs <= 0.0:
        return False
    return all(team.utilisation < CALM for team in working)


def _limited(model: Model) -> bool:
    """Whether there is any limit."""
    limits = [model.limit, *(step.limit for step in model.steps), *(team.limit for team in model.teams)]
    return any(limit is not None for limit in limits)


def _clears(model: Model, team: TeamLoad) -> bool:
    """Whether a team has more to spare during the whole run than its backlog asks."""
    return (team.available - team.effort.total) * model.run.length / WEEK >= team.backlog


def _backlog(model: Model, team: TeamLoad) -> Iterator[Problem]:
    """FS527: what it has to spare during the whole run is less than what is there at the beginning."""
    spare = team.available - team.effort.total
    if team.backlog <= 0.0 or team.available <= 0.0 or _clears(model, team):
        return
    has = f"has {amount(spare)} a week to spare: that is more than it can clear within the run"
    if spare <= 0.0:
        has = "has no time to spare: it is never cleared"
    yield finding(
        "FS527",
        f"the backlog asks {amount(team.backlog)} of {team.name}, which {has}",
        "what the run shows is a process that is behind: give it more time, or make the run longer",
        f"teams.{team.name}",
    )


def _cleared(model: Model, load: Loads) -> Iterator[Problem]:
    """FS537: the backlog that teams can clear within the run, which is no part of how busy they are."""
    able = [team for team in load.teams if team.backlog > 0.0 and team.available > 0.0 and _clears(model, team)]
    if able:
        asked = names([f"{_days(model, team)} of {team.name}" for team in able])
        yield finding(
            "FS537",
            f"how busy the teams are leaves out the backlog: it asks {asked}, once, beside what comes in; there is "
            "time for it within the run",
            "until it is cleared, waits are longer than how busy the teams are would make one think",
            f"requests.{model.backlog[0].klass}.backlog",
        )


def _days(model: Model, team: TeamLoad) -> str:
    """The work that a backlog asks, for one person: in working days of the team where it is more than one."""
    day = model.calendar(model.team(team.name).calendar).working_day
    if not day or team.backlog < day:
        return amount(team.backlog)
    return f"{number(team.backlog / day)} working day{'' if team.backlog == day else 's'}"
