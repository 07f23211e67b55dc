"""What a modeller should hear before a run: errors that make it useless, warnings, and notes on how busy the teams are.

`CODES` is the list of all findings of this room; `docs/messages.md` shows it. Places in a file are not known here: each
Problem carries a `path` instead.
"""

from __future__ import annotations

from collections.abc import Iterator

from flowsim.errors import Problem
from flowsim.model.calendar import WEEK, OpenTimes
from flowsim.model.load import Loads, TeamLoad, loads
from flowsim.model.needs import patterns
from flowsim.model.pitfalls import Calendars, amount, batches, circles_in_no_time, number
from flowsim.model.process import BatchRule, Model
from flowsim.model.rates import arrivals_per_week, strikes
from flowsim.model.traffic import endless

CODES: dict[str, tuple[str, str]] = {
    "FS501": ("error", "returns make a circle that no request leaves"),
    "FS502": ("warning", "requests can go round a circle of steps in no time at all"),
    "FS503": ("error", "a route never reaches the end"),
    "FS504": ("warning", "no request ever comes to a step"),
    "FS505": ("warning", "a team has no work"),
    "FS506": ("warning", "a team has more work than time: its queue grows without end"),
    "FS507": ("note", "a team is more than 85 % busy"),
    "FS508": ("note", "every team is below 80 % busy, so waits come from handoffs"),
    "FS509": ("error", "a team never opens during the run"),
    "FS510": ("error", "nothing can begin at a step: `no start within` is longer than any opening"),
    "FS511": ("warning", "a batch cannot fill, or cannot leave, within the run"),
    "FS512": ("note", "a batch takes longer than a working day to fill"),
    "FS513": ("error", "a clock never strikes: its calendar is closed on those days"),
    "FS514": ("warning", "more than five million requests are expected in the run"),
    "FS515": ("warning", "hardly any request of a class is expected in the run"),
    "FS516": ("note", "the expected load is an approximation: too many combinations of needs or returns"),
    "FS517": ("error", "all requests of a class arrive at one instant: the gaps between them are 0"),
    "FS518": ("error", "a wait never ends: its calendar has no open time in the run"),
}
"""Code -> (severity, meaning)."""

BUSY = 0.85
CALM = 0.80
MANY = 5_000_000


def problems(model: Model) -> list[Problem]:
    """All findings about a sound model (no `relations()`): errors, then warnings, then notes.

    Loads are only spoken of when every journey ends and requests do not all come at once.
    """
    found = [*_gaps(model), *endless(model), *Calendars(model).problems()]
    if not any(p.code in ("FS501", "FS503", "FS517") for p in found):
        load = loads(model)
        found += circles_in_no_time(model, load.journeys)
        found += _requests(model, load)
        found += _unreached(model, load)
        found += _teams(model, load)
        found += _batches(model, load)
        found += _approximate(load)
    order = {"error": 0, "warning": 1, "note": 2}
    return sorted(found, key=lambda p: order[p.severity])


def _finding(code: str, message: str, hint: str, path: str = "") -> Problem:
    return Problem(code=code, message=message, hint=hint, path=path, severity=CODES[code][0])


# -- requests ------------------------------------------------------------------------------------------------------


def _gaps(model: Model) -> Iterator[Problem]:
    for cls in model.classes:
        if cls.arrivals.gap is not None and arrivals_per_week(model, cls) == float("inf"):
            yield _finding(
                "FS517",
                f"all requests of {cls.name} arrive at one instant: the gaps between them are 0 on average",
                "give a gap longer than 0, or a rate",
                f"requests.{cls.name}.arrivals",
            )


def _requests(model: Model, load: Loads) -> Iterator[Problem]:
    for cls in load.classes:
        if cls.in_run < 1.0:
            few = "no request" if cls.in_run == 0.0 else f"about {number(cls.in_run)} requests"
            yield _finding(
                "FS515",
                f"{few} of {cls.name} can be expected in the run of {amount(model.run.length)}",
                "make the run longer, or look at the arrivals and their calendar",
                f"requests.{cls.name}.arrivals",
            )
    expected = sum(cls.in_run for cls in load.classes)
    if expected > MANY:
        yield _finding(
            "FS514",
            f"about {number(expected)} requests are expected in the run, which will take long and much memory",
            "make the run shorter, or look at the unit of the arrivals",
            "run.length",
        )


# -- steps ---------------------------------------------------------------------------------------------------------


def _unreached(model: Model, load: Loads) -> Iterator[Problem]:
    for index, step in enumerate(model.steps):
        if not any(journey.visits[index] > 0.0 for journey in load.journeys):
            yield _finding(
                "FS504",
                f"no request ever comes to {step.name}: {_why_unreached(model, index)}",
                "let a route lead here, change `only`, or take the step out",
                f"steps.{step.name}",
            )


def _why_unreached(model: Model, index: int) -> str:
    """Which classes may not, need not, or do not come."""
    step = model.steps[index]
    allowed = [c.name for c in model.classes if step.only is None or c.name in step.only]
    served = [c for c in allowed if not step.tasks or any(_for_class(model, t.task, c) for t in step.tasks)]
    if not served:
        return f"it is for {_names(allowed)} only, and none of its tasks is" if allowed else "it is for no class"
    needing = [c for c in served if any(p.skips[index] < 1.0 for p in patterns(model, c)[0])]
    if not needing:
        return f"no request of {_names(served)} needs any of its tasks"
    return f"the routes of {_names(needing)} go past it"


def _for_class(model: Model, task: str, klass: str) -> bool:
    only = model.task(task).only
    return only is None or klass in only


def _names(names: list[str]) -> str:
    return names[0] if len(names) == 1 else f"{', '.join(names[:-1])} and {names[-1]}"


# -- teams ---------------------------------------------------------------------------------------------------------


def _teams(model: Model, load: Loads) -> Iterator[Problem]:
    for team in load.teams:
        if team.takes == 0.0:
            yield _no_work(model, team)
        elif team.available > 0.0 and team.utilisation >= 1.0:
            yield _overloaded(team)
        elif team.available > 0.0 and team.utilisation > BUSY:
            yield _finding(
                "FS507",
                f"{team.name} is {team.utilisation:.0%} busy".replace("%", " %"),
                "above 85 % a small surge makes a long queue; see what a little more time, or less work, buys",
                f"teams.{team.name}",
            )
    working = [team for team in load.teams if team.takes > 0.0]
    if working and load.handoffs > 0.0 and all(team.utilisation < CALM for team in working):
        yield _finding(
            "FS508",
            "every team is below 80 % busy, so long waits will come from handoffs, not from lack of people",
            "look at batches, transit and returns first",
            "teams",
        )


def _no_work(model: Model, team: TeamLoad) -> Problem:
    steps = [step.name for step in model.steps if step.team == team.name]
    why = f"no request comes to {_names(steps)}" if steps else "no step is done by it"
    return _finding("FS505", f"{team.name} has no work: {why}", "give it a step, or take it out", f"teams.{team.name}")


def _overloaded(team: TeamLoad) -> Problem:
    grows = f"by about {number(team.grows_by)} requests a week " if team.grows_by > 0.0 else ""
    return _finding(
        "FS506",
        f"{team.name} needs {amount(team.effort.total)} a week and has {amount(team.available)}: "
        f"{team.utilisation * 100:.0f} % busy: the queue grows {grows}without end",
        "give it more people or hours, or less work: fewer returns, less reading in, shorter tasks",
        f"teams.{team.name}",
    )


# -- batches -------------------------------------------------------------------------------------------------------


def _batches(model: Model, load: Loads) -> Iterator[Problem]:
    for step, row in zip(model.steps, load.steps, strict=True):
        for key, name, rule in batches(step):
            per_week = row.handed_over if key == "handoff.batch" else row.per_week
            if per_week > 0.0:
                yield from _filling(model, f"steps.{step.name}.{key}", name, rule, per_week)


def _filling(model: Model, path: str, name: str, rule: BatchRule, per_week: float) -> Iterator[Problem]:
    """FS511 and FS512 for a batch to which `per_week` requests come; a wait makes any batch leave."""
    expected = per_week * model.run.length / WEEK
    if rule.wait is not None:
        return
    if rule.clock is not None:
        late = not strikes(rule.clock, model, model.run.length) and strikes(rule.clock, model, 2 * model.run.length)
        if late and (rule.size is None or expected < rule.size):
            yield _finding("FS511", f"{name} first leaves after the end of the run", "make the run longer", path)
    elif rule.size is not None and expected < rule.size:
        yield _finding(
            "FS511",
            f"{name} needs {rule.size} requests and about {number(expected)} come in the whole run: it never fills",
            "make the batch smaller, or say after how long it leaves anyway: `10 requests or 2 working days`",
            path,
        )
    elif rule.size is not None:
        yield from _slow_filling(model, path, name, rule.size, per_week)


def _slow_filling(model: Model, path: str, name: str, size: int, per_week: float) -> Iterator[Problem]:
    """FS512: with requests coming at rate r, a member of a batch of n waits (n - 1) / 2r on average."""
    calendar = model.calendar(model.run.calendar)
    weekly_open = OpenTimes(calendar, model.start).worked(0, model.run.length) * WEEK / model.run.length
    wait = (size - 1) / 2 / per_week * weekly_open
    if wait > calendar.working_day:
        unit = "days" if calendar.always else "working days"
        yield _finding(
            "FS512",
            f"{name} of {size} takes long to fill: about {number(per_week)} requests come a week, so on average "
            f"each waits {number(wait / calendar.working_day)} {unit} for the others",
            "a smaller batch, or one that also leaves after some time, shortens every lead time",
            path,
        )


def _approximate(load: Loads) -> Iterator[Problem]:
    if not load.exact:
        yield _finding(
            "FS516",
            "how busy the teams are is an approximation here: there are too many combinations of needs and returns",
            "the run itself is exact",
        )
