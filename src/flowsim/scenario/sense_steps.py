"""The second pass on who does a step: any of several teams, several people at once, the same person (R8).

Codes: FS475 ways to staff a step that exclude each other, FS476 more people than there are; and FS406.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import combinations

from flowsim.errors import Problem
from flowsim.scenario.places import Loc, Places
from flowsim.scenario.references import Directory
from flowsim.scenario.schema import ScenarioForm
from flowsim.scenario.schema_steps import StepForm
from flowsim.scenario.syntax import shorten


def staffing_problems(spec: ScenarioForm, places: Places, known: Directory) -> list[Problem]:
    """What contradicts itself in the teams and people of each step."""
    found: list[Problem] = []
    for name, step in spec.steps.items():
        wrong = [*_twice(name, step, places, known), *_excluding(name, step, places)]
        found += wrong if wrong else _too_many(spec, name, step, places, known)
    return found


def _twice(name: str, step: StepForm, places: Places, known: Directory) -> Iterator[Problem]:
    """A team that stands twice in a step."""
    seen: set[str] = set()
    at = ("steps", name)
    for i, word in enumerate(step.teams):
        team = known.get("team", word)
        if team in seen:
            yield places.problem("FS406", f"the team '{shorten(team)}' stands here twice", "keep one", (*at, "team", i))
        seen.add(team)
    own = set(seen)
    for guests in step.together:
        team, loc = known.get("team", guests.team), (*at, "with", *guests.at)
        if team in own:
            hint = f"for more people of one team write people: {guests.count + step.people}, not 'with'"
            message = f"'{shorten(team)}' is the team of the step already"
            yield places.problem("FS406", message, hint, loc, key=guests.key)
        elif team in seen:
            hint = f"say how many: with: {{{shorten(team)}: 2}}"
            message = f"the team '{shorten(team)}' stands here twice"
            yield places.problem("FS406", message, hint, loc, key=guests.key)
        seen.add(team)


def _excluding(name: str, step: StepForm, places: Places) -> Iterator[Problem]:
    """Any of several teams, several people at once, and the same person: one of the three."""
    at = ("steps", name)
    more = "with" if step.together else "people" if step.people > 1 else ""
    if len(step.teams) > 1 and more:
        message = f"'{shorten(name)}' may be taken by any of several teams, and needs several people at once"
        hint = "name one team, and the others under 'with'; or make a step for each team"
        yield places.problem("FS475", message, hint, (*at, more))
    if step.same_person and (more or step.batch is not None):
        other = "several people at once" if more else "a batch"
        message = f"the same person goes on with one request alone, and '{shorten(name)}' is for {other}"
        hint = f"leave out 'same person' or '{more or 'batch'}'"
        yield places.problem("FS475", message, hint, (*at, "same person"))


def _too_many(spec: ScenarioForm, name: str, step: StepForm, places: Places, known: Directory) -> Iterator[Problem]:
    """More people than a team has, or one person with a name in two places at once. As in `flowsim.model.relations`, a
    team gives its own people first, then those with a name in the order of the file.
    """
    needs: list[tuple[str, int, Loc]] = [(known.get("team", step.team), step.people, ("people",))]
    needs += [(known.get("team", g.team), g.count, ("with", *g.at)) for g in step.together]
    if len(needs) == 1 and step.people == 1:
        return
    seats: list[tuple[str, list[str], Loc]] = []
    for team, count, loc in needs:
        people = _named(spec, team, known)
        own = spec.teams[team].people
        if own + len(people) < count:
            message = f"'{shorten(name)}' needs {count} people of '{shorten(team)}', which has {own + len(people)}"
            yield places.problem("FS476", message, "need fewer, or give the team more", ("steps", name, *loc))
        seats.append((team, people[: max(count - own, 0)], loc))
    for (team, people, _), (other, others, loc) in combinations(seats, 2):
        for person in people:
            if person in others:
                message = (
                    f"'{shorten(name)}' needs '{shorten(person)}' for '{shorten(team)}' and for '{shorten(other)}' "
                    "at once"
                )
                hint = f"need fewer people, or give '{shorten(team)}' or '{shorten(other)}' somebody else"
                yield places.problem("FS476", message, hint, ("steps", name, *loc))


def _named(spec: ScenarioForm, team: str, known: Directory) -> list[str]:
    """The people with a name who are at home in a team or help in it, in file order."""
    return [name for name, person in spec.people.items() if team in (known.get("team", word) for word in person.teams)]
