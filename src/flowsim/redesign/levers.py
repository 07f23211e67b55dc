"""The what-ifs that everyone asks of a process as it is, each a change that could stand in the file.

A lever is made in the scenario's own language wherever that can say it: so it means what it would mean if somebody
wrote it, and he can copy it. Only what the language has no words for is done to the Model: another demand.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from flowsim.errors import FlowsimError
from flowsim.model import Model, Step, identity, paths
from flowsim.model.calendar import WEEK
from flowsim.redesign.spread import halved, written
from flowsim.scenario.references_requests import slots_name
from flowsim.scenario.scenario import Scenario, Setting

HANDOFFS, BATCHES, REWORK, PEOPLE, CALENDARS = "handoffs", "batches", "rework", "people", "calendars"
WORK, VARIABILITY, TEAMS, DEMAND, PRICE = "work", "variability", "teams", "demand", "price"
GROUPS = (HANDOFFS, BATCHES, REWORK, PEOPLE, CALENDARS, WORK, VARIABILITY, TEAMS, DEMAND, PRICE)

LESS_WORK = 0.9
DEMANDS = {"more demand": 1.1, "less demand": 0.9}

KINDS: dict[str, str] = {
    "at once": HANDOFFS,
    "all at once": HANDOFFS,
    "no batch": BATCHES,
    "one by one": BATCHES,
    "no batches": BATCHES,
    "no return": REWORK,
    "no returns": REWORK,
    "no reading in": REWORK,
    "no questions": REWORK,
    "one more": PEOPLE,
    "no absence": PEOPLE,
    "always open": CALENDARS,
    "less work": WORK,
    "steadier work": VARIABILITY,
    "steadier arrivals": VARIABILITY,
    "one team": TEAMS,
    "more demand": DEMAND,
    "less demand": DEMAND,
    "no handoff": PRICE,
    "no handoffs": PRICE,
}
"""Kind of a lever -> its group. Group `price`: what a handoff costs, all of it, told apart from the levers."""


@dataclass(frozen=True)
class Lever:
    """A what-if: its `kind`, what it is `about` (a step, team, task or calendar; two teams with " + "; "": all), its
    `model`, or why there is none (`failed`). `change` is how a file writes it, "" when it cannot. `people`: so many
    more are paid, of those who are there in the usual hours.
    """

    kind: str
    about: str
    model: Model | None
    failed: str = ""
    change: str = ""
    people: float = 0.0

    @property
    def group(self) -> str:
        """What it takes hold of."""
        return KINDS[self.kind]


@dataclass(frozen=True)
class _Idea:
    """A lever before it is made: a change, or (of those without words in the file) a Model."""

    kind: str
    about: str
    change: str = ""
    model: Model | None = None
    people: float = 0.0


def levers_of(scenario: Scenario, state: str, sets: Sequence[Setting] = (), *, doubles: bool = False) -> list[Lever]:
    """Every lever that applies to a state, by group, those of the price of handoffs last. What would change nothing is
    left out, and so is, but for prices and with `doubles`, what is the same as one before it. Raises UsageError and
    ScenarioError for a state that cannot be made.
    """
    base = scenario.compile(state, sets).model
    now = identity(base)
    seen = {now}
    found = []
    for idea in [*_ideas(base), *_prices(base)]:
        lever = _made(scenario, state, sets, idea)
        if lever.model is not None:
            key = identity(lever.model)
            if key in seen and (key == now or not (doubles or lever.group == PRICE)):
                continue
            seen.add(key)
        found.append(lever)
    return found


def _made(scenario: Scenario, state: str, sets: Sequence[Setting], idea: _Idea) -> Lever:
    """An idea as a lever. Where it has a Model and a change, the change is told only if it gives that Model."""
    try:
        model = scenario.compile(state, sets, more=[idea.change]).model if idea.change else None
    except FlowsimError as error:
        if idea.model is None:
            return Lever(idea.kind, idea.about, None, error.problems()[0].message, idea.change, idea.people)
        model = None
    if idea.model is None:
        return Lever(idea.kind, idea.about, model, "", idea.change, idea.people)
    same = model is not None and identity(model) == identity(idea.model)
    return Lever(idea.kind, idea.about, idea.model, "", idea.change if same else "", idea.people)


# -- which there are ---------------------------------------------------------------------------------------------------


def _ideas(model: Model) -> Iterator[_Idea]:
    yield from _of_handoffs(model)
    yield from _of_rework(model)
    yield from _of_people(model)
    yield from _of_work(model)
    for one, other in neighbours(model):
        change = _change(merge=f"{{teams: [{_word(one)}, {_word(other)}], into: {_word(f'{one} and {other}')}}}")
        yield _Idea("one team", f"{one} + {other}", change)
    for kind, factor in DEMANDS.items():
        yield _Idea(kind, "", model=_with_demand(model, factor))


def _of_handoffs(model: Model) -> Iterator[_Idea]:
    """No waiting to travel and no travelling; requests one by one."""
    quick, batches = [], []
    for step in model.steps:
        own = _carts(step)
        quick += own
        if own:
            yield _Idea("at once", step.name, _setting(own))
    if quick:
        yield _Idea("all at once", "", _setting(quick))
    for step in model.steps:
        gate = [path for path in _carts(step) if path.endswith(".batch")]
        if gate:
            yield _Idea("no batch", step.name, _setting(gate))
        pile = [f"steps.{step.name}.batch"] if step.batch is not None else []
        if pile:
            yield _Idea("one by one", step.name, _setting(pile))
        batches += [*gate, *pile]
    if batches:
        yield _Idea("no batches", "", _setting(batches))


def _carts(step: Step) -> list[str]:
    """The paths of what makes a request wait to travel, or travel, to a step."""
    handoff = step.handoff
    if handoff is None:
        return []
    there = {"batch": handoff.batch, "transit": handoff.transit}
    return [f"steps.{step.name}.handoff.{field}" for field, value in there.items() if value is not None]


def _of_rework(model: Model) -> Iterator[_Idea]:
    """Right the first time: nothing sent back, asked, or read by somebody new."""
    returning = [f"steps.{step.name}.returns" for step in model.steps if step.returns]
    for step in model.steps:
        if step.returns:
            yield _Idea("no return", step.name, _removing([f"steps.{step.name}.returns"]))
    if returning:
        yield _Idea("no returns", "", _removing(returning))
    handed = [(step.name, step.handoff) for step in model.steps if step.handoff is not None]
    read = [f"steps.{name}.handoff.reread" for name, handoff in handed if handoff.reread is not None]
    asked = [f"steps.{name}.handoff.question" for name, handoff in handed if handoff.question is not None]
    if read:
        yield _Idea("no reading in", "", _setting(read))
    if asked:
        yield _Idea("no questions", "", _setting(asked))


def _of_people(model: Model) -> Iterator[_Idea]:
    """One person more, nobody away, never closed."""
    for team in model.teams:
        change = _change(set=f"{{{_word(f'teams.{team.name}.people')}: {team.people + 1}}}")
        yield _Idea("one more", team.name, change, people=1.0)
    away = [f"teams.{team.name}.absence" for team in model.teams if team.absence > 0]
    if away:
        yield _Idea("no absence", "", _setting(away, "0%"))
    for calendar in model.calendars:
        teams = [team for team in model.teams if team.calendar == calendar.name]
        never_closes = calendar.weekly_open >= WEEK and not calendar.exceptions
        if not teams or never_closes or not calendar.weekly_open:
            continue
        slots = {slots_name(other.name, team.name): team.name for other in model.calendars for team in teams}
        paths_of = {_word(f"teams.{team.name}.calendar"): "always" for team in teams}
        narrowed = [f"teams.{slots[calendar.name]}.slots"] if calendar.name in slots else []
        change = _change(
            set=f"{{{', '.join(f'{path}: {value}' for path, value in paths_of.items())}}}",
            remove=_listed(narrowed) if narrowed else "",
        )
        paid = sum(_heads(model, team.name) for team in teams)
        yield _Idea("always open", calendar.name, change, people=paid * (WEEK / calendar.weekly_open - 1.0))


def _heads(model: Model, team: str) -> int:
    """The people of a team, with those of a name who are at home in it."""
    return model.team(team).people + sum(person.teams[0] == team for person in model.people)


def _of_work(model: Model) -> Iterator[_Idea]:
    """Less of it, and steadier."""
    for task in model.tasks:
        shorter = replace(task, time=task.time.scaled(LESS_WORK))
        change = _change(set=f'{{{_word(f"tasks.{task.name}.time")}: "{written(shorter.time)}"}}')
        tasks = tuple(shorter if other is task else other for other in model.tasks)
        yield _Idea("less work", task.name, change, replace(model, tasks=tasks))
    drawn = [task for task in model.tasks if task.time.sd() > 0]
    if drawn:
        steady = {task.name: replace(task, time=halved(task.time)) for task in drawn}
        pairs = (f'{_word(f"tasks.{name}.time")}: "{written(task.time)}"' for name, task in steady.items())
        tasks = tuple(steady.get(task.name, task) for task in model.tasks)
        yield _Idea("steadier work", "", _change(set=f"{{{', '.join(pairs)}}}"), replace(model, tasks=tasks))
    classes = tuple(
        cls if cls.arrivals.gap is None else replace(cls, arrivals=replace(cls.arrivals, gap=halved(cls.arrivals.gap)))
        for cls in model.classes
    )
    yield _Idea("steadier arrivals", "", model=replace(model, classes=classes))


def _with_demand(model: Model, factor: float) -> Model:
    """So many times the requests of every class that arrives by gaps; dates and a backlog stay what they are."""
    classes = tuple(
        cls
        if cls.arrivals.gap is None
        else replace(cls, arrivals=replace(cls.arrivals, gap=cls.arrivals.gap.scaled(1.0 / factor)))
        for cls in model.classes
    )
    return replace(model, classes=classes)


def _prices(model: Model) -> Iterator[_Idea]:
    """Each handoff gone with all that it brings: batch, way, reading in, question; and all of them."""
    handed = [step.name for step in model.steps if step.handoff is not None]
    for name in handed:
        yield _Idea("no handoff", name, _removing([f"steps.{name}.handoff"]))
    if len(handed) > 1:
        yield _Idea("no handoffs", "", _removing([f"steps.{name}.handoff" for name in handed]))


def neighbours(model: Model) -> list[tuple[str, str]]:
    """Pairs of teams of which one hands over to the other on some path of customers' requests, in order of travel."""
    found: dict[frozenset[str], tuple[str, str]] = {}
    for cls in model.classes:
        if cls.name in model.chasers:
            continue
        way = paths(model, cls.name)
        after = [(s, n) for s, n in enumerate(way.following) if n >= 0]
        after += [(s, branch[0]) for s, branches in way.branches.items() for branch in branches]
        after += [(branch[-1], way.joins[s]) for s, branches in way.branches.items() for branch in branches]
        for s, n in sorted(after, key=lambda move: way.rank[move[0]]):
            if n >= 0:
                pair = (model.steps[s].team, model.steps[n].team)
                if pair[0] != pair[1]:
                    found.setdefault(frozenset(pair), pair)
    return list(found.values())


def senders(model: Model, step: str) -> list[str]:
    """The teams from which customers' requests come to a step along their paths; "" for the customer himself."""
    found: dict[str, None] = {}
    for cls in model.classes:
        way = paths(model, cls.name)
        at = next(i for i, one in enumerate(model.steps) if one.name == step)
        if way.rank[at] < 0 or cls.name in model.chasers:
            continue
        before = [s for s, n in enumerate(way.following) if n == at]
        before += [s for s, branches in way.branches.items() if any(branch[0] == at for branch in branches)]
        before += [b[-1] for s, branches in way.branches.items() if way.joins[s] == at for b in branches]
        for s in before:
            if model.steps[s].team != model.steps[at].team:
                found[model.steps[s].team] = None
        if way.first == at:
            found[""] = None
    return list(found)


# -- changes as text ---------------------------------------------------------------------------------------------------


def _setting(paths_: Sequence[str], value: str = "none") -> str:
    return _change(set=f"{{{', '.join(f'{_word(path)}: {value}' for path in paths_)}}}")


def _removing(paths_: Sequence[str]) -> str:
    return _change(remove=_listed(paths_))


def _listed(words: Sequence[str]) -> str:
    return _word(words[0]) if len(words) == 1 else f"[{', '.join(map(_word, words))}]"


def _change(**parts: str) -> str:
    """A change, without its name, in one line of YAML."""
    return f"{{{', '.join(f'{key}: {value}' for key, value in parts.items() if value)}}}"


_PLAIN = re.compile(r"[^\W\d_](?:[\w .()/+'-]*[\w)])?")


def _word(text: str) -> str:
    """A name or a path as YAML has it, between quotes where it must be."""
    return text if _PLAIN.fullmatch(text) else json.dumps(text, ensure_ascii=False)
