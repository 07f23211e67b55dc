"""What is asked of a design: goals to meet (`--goal`), and what is to be least or most (`--least`, `--greatest`).

A goal on a percentile is held as a share: `p85 lead time <= 3 working days` says that at least 85 % of the requests are
within three working days. A share is a mean over runs without the bias that a percentile of one run has; requests that
had not ended count as late once they have been under way for longer.

Codes: FS750 a goal or an aim that cannot be read, FS751 a measure that the process does not have.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from difflib import get_close_matches

from flowsim.errors import Place, Problem, ScenarioError, UsageError
from flowsim.experiments.estimates import NO_FLOATS, Key, StateNumbers, direction
from flowsim.experiments.matters import Matters
from flowsim.model import Model
from flowsim.redesign.trying import weeks_of
from flowsim.units import QuantityError, parse_length, parse_number, parse_share

GOAL, LEAST, MOST = "--goal", "--least", "--greatest"
"""Stand for the file in the places of what is asked."""

COST, PAID = "cost per week", "paid hours per week"
ALIASES = {"cost": COST, "people": PAID}
"""Short names of what is usually to be least."""

MINUTE = 60_000
POINT = 0.01
"""A share that misses its bound by this much or less may pass for one that meets it: a percentage point."""

EXAMPLES = "'p85 lead time <= 3 working days', 'within promise >= 90%', 'utilisation Legal <= 85%'"
_SIGNS = {"<=": True, "≤": True, "<": True, "at most": True, ">=": False, "≥": False, ">": False, "at least": False}
_GOAL = re.compile(r"(?P<what>.+?)\s*(?P<sign><=|>=|≤|≥|<|>|\bat most\b|\bat least\b)\s*(?P<value>.*)", re.IGNORECASE)
_LEADS = "(?P<lead>(?:working )?lead time)"
_PERCENTILE = re.compile(
    rf"p(?P<a>\d{{1,2}}(?:\.\d+)?) {_LEADS}|{_LEADS.replace('lead>', 'lead2>')} p(?P<b>\d{{1,2}}(?:\.\d+)?)"
)
_MEAN = re.compile(rf"(?:mean|average) {_LEADS}|{_LEADS.replace('lead>', 'lead2>')} mean")
_WITHIN = re.compile(r"(?:share )?within (?P<limit>\d.*)")
_DAYS = re.compile(r"\d\s*(?:d|days?|dag(?:en)?|weeks?|weken|w)\b", re.IGNORECASE)


@dataclass(frozen=True)
class Goal:
    """What a design has to meet: a `measure` of a class ("" for all) that is at most or at least `bound`.

    `limit` (minutes): then the measure is the share of requests whose `measure` (a lead time) is within it. `tolerance`
    > 0: by so much a design may miss the bound unnoticed. `unit` is that of bound and tolerance.
    """

    text: str
    measure: str
    klass: str
    at_most: bool
    bound: float
    tolerance: float
    unit: str
    limit: float | None = None

    def values(self, numbers: StateNumbers) -> dict[int, float]:
        """By replication the value of the measure; a replication without one is left out."""
        key = (self.measure, self.klass)
        if self.limit is None:
            return numbers.values.get(key, {})
        found = {}
        for run in numbers.leads.get(key, {}):
            ended = numbers.leads[key][run]
            late = numbers.under_way.get(key, {}).get(run, NO_FLOATS)
            known = len(ended) + int((late > self.limit).sum())
            if known:
                found[run] = int((ended <= self.limit).sum()) / known
        return found

    def margin(self, value: float) -> float:
        """By how much a value meets it, in its unit; below 0: misses it."""
        return self.bound - value if self.at_most else value - self.bound


@dataclass(frozen=True)
class Aim:
    """What is to be least, or most: a `measure` of a class ("" for all). `matters` > 0: the smallest difference of it
    that matters, in its `unit`.
    """

    text: str
    measure: str
    klass: str
    least: bool
    matters: float
    unit: str

    def values(self, numbers: StateNumbers) -> dict[int, float]:
        """By replication the value of the measure."""
        return numbers.values.get((self.measure, self.klass), {})

    def loss(self, value: float) -> float:
        """What is to be least, whichever way round it was asked."""
        return value if self.least else -value


def per_week(numbers: StateNumbers, model: Model) -> StateNumbers:
    """With what people are paid in a week of the window, where costs are given, and for how many hours."""
    values, units, weeks = dict(numbers.values), dict(numbers.units), weeks_of(model)
    for weekly, whole in ((COST, "cost"), (PAID, "paid hours")):
        by_run = numbers.values.get((whole, ""))
        if by_run is not None:
            values[weekly, ""] = {run: value / weeks for run, value in by_run.items()}
            units[weekly] = numbers.units[whole]
    return replace(numbers, values=values, units=units)


def read_goals(texts: Sequence[str], now: StateNumbers, model: Model, matters: Matters) -> tuple[Goal, ...]:
    """The goals as written. `now`: numbers of the process as it is, from which are known which measures there are.

    Raises ScenarioError with all that is wrong.
    """
    goals: list[Goal] = []
    problems: list[Problem] = []
    for number, text in enumerate(texts, 1):
        try:
            goals.append(_goal(text.strip(), now, model, matters))
        except _UnreadError as error:
            place = Place(GOAL, number, text.find(error.part) + 1 if error.part in text else 1)
            problems.append(Problem(error.code, str(error), error.hint, place, source=text[:160]))
    if problems:
        raise ScenarioError(problems)
    return tuple(goals)


def read_aim(text: str, least: bool, now: StateNumbers, model: Model, matters: Matters) -> Aim:
    """What is to be least, or most. Raises UsageError FS750, FS751."""
    option = LEAST if least else MOST
    try:
        measure, klass = _measure(_plain(text), now, model)
        key = _known(measure, klass, now, text)
    except _UnreadError as error:
        raise UsageError(f"{option}: {error}", code=error.code, hint=error.hint) from None
    values = list(now.values[key].values())
    size = max((abs(value) for value in values), default=0.0)
    smallest = matters.of(key[0], sum(values) / len(values)) if values else 0.0
    wanted = direction(key[0]) * (-1 if least else 1)
    if wanted < 0:
        way = "least" if least else "most"
        hint = f"did you mean {MOST if least else LEAST} '{text}'?"
        raise UsageError(f"{option}: {way} of '{measure}' is what no customer wants", code="FS750", hint=hint)
    return Aim(text.strip(), *key, least, smallest or POINT * size or POINT, now.units[key[0]])


class _UnreadError(ValueError):
    """Something asked for that cannot be read: why, how to mend it, and the part of the text it is about."""

    def __init__(self, message: str, hint: str, part: str = "", code: str = "FS750") -> None:
        super().__init__(message)
        self.hint, self.part, self.code = hint, part, code


def _plain(text: str) -> str:
    return " ".join(text.split())


def _goal(text: str, now: StateNumbers, model: Model, matters: Matters) -> Goal:
    found = _GOAL.fullmatch(_plain(text))
    if found is None:
        raise _UnreadError(f"expected MEASURE <= VALUE or MEASURE >= VALUE, found '{text[:80]}'", f"such as {EXAMPLES}")
    what, value, at_most = found["what"], found["value"], _SIGNS[found["sign"].lower()]
    if not value:
        raise _UnreadError(f"nothing stands behind '{found['sign']}'", f"such as {EXAMPLES}", found["sign"])
    name, klass = _of_class(what, model)
    percentile, within = _PERCENTILE.fullmatch(name.lower()), _WITHIN.fullmatch(name.lower())
    if percentile is not None or within is not None:
        return _share_goal(text, name, klass, value, at_most, now, model)
    measure, klass = _measure(what, now, model)
    key = _known(measure, klass, now, what)
    unit = now.units[key[0]]
    if unit == "min":
        bound, working = _length(value, key[0], model)
        if key[0] == "lead time mean" and working:
            key = ("working lead time mean", key[1])
        tolerance = matters.of(key[0], bound)
    elif unit == "share":
        bound = _read(value, parse_share, "a share such as 90%")
        tolerance = POINT
    else:
        bound = _read(value, parse_number, f"a number ({unit})")
        tolerance = matters.of(key[0], bound)
    return Goal(text, *key, at_most, bound, tolerance or POINT, unit)


def _share_goal(text: str, name: str, klass: str, value: str, at_most: bool, now: StateNumbers, model: Model) -> Goal:
    """A percentile, or a share within a time of one's own: at least so many of the requests within so long."""
    percentile = _PERCENTILE.fullmatch(name.lower())
    if percentile is not None:
        if not at_most:
            raise _UnreadError("a percentile of a lead time is to be at most something", "write <= instead", name)
        lead, limit = percentile["lead"] or percentile["lead2"], value
        share = float(percentile["a"] or percentile["b"]) / 100
    else:
        if at_most:
            raise _UnreadError("the share within a time is to be at least something", "write >= instead", name)
        lead, limit = "lead time", name[name.lower().index("within") + 7 :]
        share = _read(value, parse_share, "a share such as 90%")
    if not 0.0 < share < 1.0:
        raise _UnreadError(f"a share between 0% and 100% is expected, found {share:.0%}", "such as p85", name)
    minutes, working = _length(limit, lead, model)
    lead = "working lead time" if working else lead
    if (lead, klass) not in now.leads:
        raise _UnreadError(f"there are no lead times of '{klass}'", "leave the class out", klass, "FS751")
    return Goal(text, lead, klass, False, share, min(POINT, (1.0 - share) / 2), "share", minutes)


def _of_class(what: str, model: Model) -> tuple[str, str]:
    """The measure, and the class behind " of "."""
    classes = {cls.name.casefold(): cls.name for cls in model.classes if cls.name not in model.chasers}
    for folded, name in sorted(classes.items(), key=lambda pair: -len(pair[0])):
        if what.casefold().endswith(f" of {folded}"):
            return what[: -len(folded) - 4].strip(), name
    return what, ""


def _measure(what: str, now: StateNumbers, model: Model) -> tuple[str, str]:
    """The name of a measure as the tables have it, and the class."""
    name, klass = _of_class(_plain(what), model)
    lower = name.lower()
    if lower in ALIASES:
        return ALIASES[lower], klass
    if lower in ("lead time", "working lead time"):
        hint = f"say which: mean {lower}, or p85 {lower}"
        raise _UnreadError(f"'{name}' of many requests is not one number", hint, name)
    if mean := _MEAN.fullmatch(lower):
        return f"{mean['lead'] or mean['lead2']} mean", klass
    if percentile := _PERCENTILE.fullmatch(lower):
        return f"{percentile['lead'] or percentile['lead2']} P{percentile['a'] or percentile['b']}", klass
    names = {measure.casefold(): measure for measure, _ in now.values}
    return names.get(name.casefold(), name), klass


def _known(measure: str, klass: str, now: StateNumbers, written: str) -> Key:
    """The key of a measure that the process has."""
    key = (measure, klass)
    if now.values.get(key):
        return key
    if measure == COST:
        hint = "give it: teams.TEAM.cost: 45 per hour; or ask for --least people"
        raise _UnreadError("nobody's time has a cost in this process", hint, written, "FS751")
    if klass and now.values.get((measure, "")):
        raise _UnreadError(f"'{measure}' is not measured by class", f"leave 'of {klass}' out", klass, "FS751")
    names = {name.casefold(): name for name, _ in now.values}
    near = [names[low] for low in get_close_matches(measure.casefold(), names, n=3, cutoff=0.5)]
    near += [name for low, name in names.items() if measure.casefold() in low and name not in near][: 3 - len(near)]
    hint = f"did you mean {' or '.join(repr(name) for name in near)}? " if near else ""
    hint += "flowsim run --json lists all measures"
    raise _UnreadError(f"the process has no measure '{measure[:60]}'", hint, written, "FS751")


def _length(text: str, measure: str, model: Model) -> tuple[float, bool]:
    """A time in minutes, and whether it was told in open time."""
    try:
        length = parse_length(text)
        calendar = model.calendar(model.run.calendar)
        minutes = length.exact(calendar.working_day, calendar.weekly_open) / MINUTE
    except QuantityError as error:
        raise _UnreadError(error.message, error.hint, text, error.code) from None
    if measure.startswith("working") and not length.working and _DAYS.search(text):
        raise _UnreadError(f"'{text}' is time on the clock, and a {measure} is not", "say: working days", text)
    return minutes, length.working


def _read(text: str, parse: object, expected: str) -> float:
    assert callable(parse)
    try:
        return float(parse(text))
    except QuantityError as error:
        raise _UnreadError(f"expected {expected}, found '{text[:60]}'", error.hint, text, error.code) from None
