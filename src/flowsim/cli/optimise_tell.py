"""A search for the best design in words and tables: what there was to choose, what was tried, which is best."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any

from flowsim.cli.figures import Unit, unit_for
from flowsim.cli.output import Output, clean, table
from flowsim.cli.tell import Teller, headline, tell_settings, title
from flowsim.experiments.statistics import Estimate
from flowsim.units import format_number, format_share

if TYPE_CHECKING:
    from flowsim.experiments.findings import Findings
    from flowsim.optimise.asked import Aim, Goal
    from flowsim.optimise.keeping import KeptSearch, KeptTried
    from flowsim.optimise.space import Space
    from flowsim.optimise.trying import Question

MINUTE = 60_000
LISTED = 12
"""Choices, reasons and designs that are listed."""


# -- before ------------------------------------------------------------------------------------------------------------


def tell_space(say: Callable[[str], None], space: Space, asked: Question, state: str, tries: int) -> None:
    """What there is to choose from, and what is asked of it."""
    say(f"To choose for {clean(state)}, {_count(space.size, 'design')} in all:")
    for choice in space.choices[:LISTED]:
        options = [
            f"{clean(option.text)}{' (now)' if n == choice.present and choice.present >= 0 else ''}"
            for n, option in enumerate(choice.options)
        ]
        say(f"  {clean(choice.name)}: {_listed(options)}")
    if len(space.choices) > LISTED:
        say(f"  and {len(space.choices) - LISTED} more")
    for sentence in _asked(asked):
        say(f"  {sentence}")
    if space.size <= tries:
        say("  All of them are tried.")
    else:
        say(f"  At most {_count(tries, 'design')} are tried, by a search (--tries).")


def _asked(asked: Question) -> list[str]:
    told = [f"goal: {clean(goal.text)}" for goal in asked.goals]
    return [*told, f"then the {'least' if asked.aim.least else 'greatest'} {clean(asked.aim.measure)}{_of(asked.aim)}"]


def _of(asked: Aim | Goal) -> str:
    return f" of {clean(asked.klass)}" if asked.klass else ""


def _listed(words: Sequence[str]) -> str:
    if len(words) <= LISTED:
        return ", ".join(words)
    return f"{', '.join(words[: LISTED - 2])}, … {words[-1]} ({len(words)} in all)"


def _count(number: int, noun: str) -> str:
    return f"{number:,} {noun}{'' if number == 1 else 's'}"


def space_json(space: Space, asked: Question, tries: int) -> dict[str, Any]:
    """The same for a program."""
    return {
        "designs": space.size,
        "tries": min(tries, space.size),
        "search": space.size > tries,
        "choices": [
            {
                "name": choice.name,
                "options": [option.text for option in choice.options],
                "now": None if choice.present < 0 else choice.options[choice.present].text,
            }
            for choice in space.choices
        ],
        **question_json(asked),
    }


# -- after -------------------------------------------------------------------------------------------------------------


class Figures:
    """Formats what is asked in the units its customers count in. Place 0 is the aim, then come the goals."""

    def __init__(self, tell: Teller, kept: KeptSearch) -> None:
        self.aim, self.goals = kept.question.aim, kept.question.goals
        self.places = range(len(self.goals) + 1)
        self._day = tell.day / MINUTE
        seen = [one for design in kept.designs for one in (design.finals or design.search,) if one]
        self._largest = [max((abs(own[place].value) for own in seen), default=0.0) for place in self.places]
        self._units = [self._unit(self.aim, [own[0].value for own in seen])]
        self._units += [
            self._unit(goal, [goal.bound, *(own[place].value for own in seen)])
            for place, goal in enumerate(self.goals, 1)
        ]

    def _unit(self, asked: Aim | Goal, values: Sequence[float]) -> Unit | None:
        if asked.unit != "min":
            return None
        return unit_for(values, self._day if asked.measure.startswith("working") else None)

    def head(self, place: int) -> str:
        """The heading of what is asked: its measure, its unit, its bound."""
        if place == 0:
            unit = self._units[0]
            return f"{clean(self.aim.measure)}{_of(self.aim)}{'' if unit is None else f', {unit.long}'}"
        goal = self.goals[place - 1]
        name = clean(goal.measure) if goal.limit is None else f"within {self._limit(goal.measure, goal.limit)}"
        return f"{name}{_of(goal)}, {'at most' if goal.at_most else 'at least'} {self.alone(place, goal.bound)}"

    def _limit(self, measure: str, minutes: float) -> str:
        """Within how long, of a goal that is a share of requests."""
        working = measure.startswith("working")
        unit = unit_for([minutes], self._day if working else None)
        number = format_number(minutes / unit.minutes, unit.digits)
        number = number.rstrip("0").rstrip(".") if "." in number else number
        long = unit.long.removesuffix("s") if number == "1" else unit.long
        return f"{number} {long}{' of open time' if working and not long.startswith('working') else ''}"

    def _figure(self, place: int, value: float) -> str:
        unit = self._units[place]
        if unit is not None:
            return unit.figure(value)
        if (self.goals[place - 1] if place else self.aim).unit == "share":
            return format_share(value)
        largest = self._largest[place]
        return format_number(value, 0 if largest >= 1000 else 1 if largest >= 10 else 2)

    def told(self, place: int, estimate: Estimate) -> str:
        """A figure with half the width of its interval."""
        value = self._figure(place, estimate.value)
        around = self._figure(place, estimate.half) if estimate.half else ""
        return f"{value} ± {around}" if any(c in "123456789" for c in around) else value

    def alone(self, place: int, value: float) -> str:
        """A figure with its unit."""
        unit = self._units[place]
        return f"{self._figure(place, value)}{'' if unit is None else f' {unit.short}'}"


def tell_search(output: Output, found: Findings, kept: KeptSearch) -> None:
    """All of a search: the best design, the finalists, what was tried."""
    tell = Teller(found, found.states[0])
    figures = Figures(tell, kept)
    headline(output, f"{title(found)}: the best design for {found.states[0]}", f"seed {found.run.manifest.seed}")
    tell_settings(output, found, found.states[0])
    for sentence in _asked(kept.question):
        output.line(f"  {sentence}")
    _tell_best(output, figures, kept)
    if kept.finalists:
        _tell_finalists(output, figures, kept)
    _tell_tried(output, figures, kept)


def _tell_best(output: Output, figures: Figures, kept: KeptSearch) -> None:
    best = kept.best
    output.line()
    if best is None:
        output.paragraph(_no_best(figures, kept), "bad")
        return
    if not best.differs:
        output.paragraph("The best is the process as it is.", "head")
    else:
        output.line(output.style("The best design", "head"))
        for one in best.differs:
            now = _now(kept, one.choice)
            output.line(f"  {clean(one.choice)}: {clean(one.option)}{f' (now {clean(now)})' if now else ''}")
    for place in figures.places:
        value = figures.told(place, best.finals[place])
        now = f"; now {figures.told(place, kept.now[place])}" if kept.now and best.differs else ""
        output.line(f"  {figures.head(place)}: {value}{now}")
    if not kept.now:
        output.line("  The process as it is cannot be held against it: it cannot keep up, or nothing ends.")
    output.line()
    output.paragraph(_promise(figures, kept))
    if any(one.change for one in best.differs):
        output.line("\nIn the file, as a state:\n  best:\n    changes:")
        for one in best.differs:
            told = _named(one.choice, one.option, one.change) if one.change else f"the change '{one.choice}'"
            output.line(f"      {'-' if one.change else '# and'} {clean(told)}")


def _now(kept: KeptSearch, choice: str) -> str:
    """The option of a choice that leaves the process as it is."""
    for design in kept.designs:
        for one in design.choices:
            if one.choice == choice and one.present:
                return one.option
    return ""


def _named(choice: str, option: str, change: str) -> str:
    """A change with a name."""
    import json

    name = choice if option == "yes" else f"{choice} {option}"
    return f"{{name: {json.dumps(name, ensure_ascii=False)}, {change[1:]}"


def _no_best(figures: Figures, kept: KeptSearch) -> str:
    """Why there is no best design, and what comes nearest."""
    from flowsim.optimise.keeping import nearest

    open_ones = [one for one in kept.finalists if one.fate == "not settled"]
    if open_ones:
        names = ", ".join(f"design {one.number}" for one in open_ones)
        more = f"allow more runs (--most {4 * kept.most_runs}), or a larger difference that matters (--matters)"
        return f"It is not settled which is best: {names} after {kept.most_runs} runs each; {more}."
    told = "No design meets every goal."
    near = nearest(kept)
    if near is not None:
        design, place = near
        value = (design.finals or design.search)[place].value
        what = f"{_told(design)}: {figures.alone(place, value)}"
        told += f" The nearest is design {design.number} ({what}; asked: {figures.head(place)})."
    return told


def _promise(figures: Figures, kept: KeptSearch) -> str:
    """How sure it is, in a sentence."""
    goals = kept.question.goals
    parts = []
    if goals:
        missed = {figures.alone(place, goal.tolerance) for place, goal in enumerate(goals, 1) if goal.unit != "share"}
        shares = {f"{100 * goal.tolerance:.3g}" for goal in goals if goal.unit == "share"}
        by = [f"{one} percentage point{'' if one == '1' else 's'}" for one in sorted(shares)] + sorted(missed)
        parts.append(
            f"it meets {'the goal' if len(goals) == 1 else 'every goal'}, or misses it by {' or '.join(by)} at most"
        )
    if len(kept.finalists) > 1:
        matters = figures.alone(0, kept.question.aim.matters)
        parts.append(f"none of the other {len(kept.finalists) - 1} finalists that do is better by more than {matters}")
    if not parts:
        return "It was the only design that could be judged."
    return f"It is 95% sure that {', and that '.join(parts)}."


def _tell_finalists(output: Output, figures: Figures, kept: KeptSearch) -> None:
    output.line("\n" + output.style("Finalists", "head") + ", over runs that the search had not seen")
    rows = []
    for one in kept.finalists:
        fate = {"beaten": f"{one.by} is better"}.get(one.fate, one.fate)
        own = [figures.told(place, one.finals[place]) if one.finals else "–" for place in figures.places]
        runs = str(one.finals[0].n) if one.finals else "0"
        rows.append((str(one.number), *own, runs, fate))
    head = ("design", *(figures.head(place) for place in figures.places), "runs", "")
    output.line(table(rows, head=head, right=tuple(range(len(head) - 1)), width=output.width))
    output.line("What they do otherwise than now:")
    for one in kept.finalists:
        output.paragraph(f"  {one.number}: {_told(one)}")


def _told(one: KeptTried) -> str:
    """What a design is made of, where it differs."""
    if not one.differs:
        return "as it is now"
    return clean("; ".join(c.choice if c.option == "yes" else f"{c.choice} {c.option}" for c in one.differs))


def _tell_tried(output: Output, figures: Figures, kept: KeptSearch) -> None:
    """How many were tried, what came of them, and what was not tried."""
    from flowsim.optimise.keeping import meets

    told = [one for one in kept.designs if one.search]
    failed = [one for one in kept.designs if one.failed]
    good = sum(meets(kept.question, one.search) for one in told)
    runs = _count(kept.search_runs, "run")
    output.line()
    tried = f"Tried: {_count(len(kept.designs), 'design')}, {runs} each"
    if kept.question.goals:
        tried += f"; {good} of them met {'the goal' if len(kept.question.goals) == 1 else 'every goal'} there"
    output.paragraph(f"{tried}. {_not_tried(kept)}")
    reasons: dict[str, int] = {}
    for one in failed:
        reasons[one.failed] = reasons.get(one.failed, 0) + 1
    shown = sorted(reasons.items(), key=lambda pair: -pair[1])
    for reason, count in shown[:4]:
        output.paragraph(f"{_count(count, 'design')} could not be judged: {clean(reason)}.")
    if len(shown) > 4:
        rest = sum(count for _, count in shown[4:])
        output.paragraph(f"{_count(rest, 'more design')} could not be judged, for {len(shown) - 4} other reasons.")


def _not_tried(kept: KeptSearch) -> str:
    if len(kept.designs) >= kept.possible:
        return "That is all there are of these choices."
    return f"There are {kept.possible:,} in all; of those not tried nothing is known."


def question_json(asked: Question) -> dict[str, Any]:
    """What was asked, for a program."""
    aim = asked.aim
    return {
        "goals": [
            {
                "text": goal.text,
                "measure": goal.measure,
                "class": goal.klass or None,
                "sense": "at most" if goal.at_most else "at least",
                "bound": goal.bound,
                "within_min": goal.limit,
                "tolerance": goal.tolerance,
                "unit": goal.unit,
            }
            for goal in asked.goals
        ],
        "aim": {
            "measure": aim.measure,
            "class": aim.klass or None,
            "sense": "least" if aim.least else "greatest",
            "matters": aim.matters,
            "unit": aim.unit,
        },
    }


def search_json(found: Findings, kept: KeptSearch) -> dict[str, Any]:
    """All of it for a program."""
    best = kept.best
    return {
        "scenario": title(found),
        "state": found.states[0],
        "seed": found.run.manifest.seed,
        **question_json(kept.question),
        "search_replications": kept.search_runs,
        "possible": kept.possible,
        "tried": len(kept.designs),
        "now": _figures_json(kept.now),
        "best": None if best is None else best.number,
        "designs": [
            {
                "design": one.number,
                "choices": {c.choice: c.option for c in one.choices},
                "differs": [{"choice": c.choice, "option": c.option, "change": c.change or None} for c in one.differs],
                "failed": one.failed or None,
                "search": _figures_json(one.search),
                "finals": _figures_json(one.finals),
                "fate": one.fate or None,
                "by": one.by or None,
            }
            for one in kept.designs
        ],
    }


def _figures_json(own: Sequence[Estimate]) -> dict[str, Any] | None:
    if not own:
        return None
    told = [{"value": e.value, "low": e.low, "high": e.high, "replications": e.n} for e in own]
    return {"aim": told[0], "goals": told[1:]}
