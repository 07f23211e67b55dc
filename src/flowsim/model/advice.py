"""What a modeller should hear before a run: errors that make it useless, warnings, and notes on how busy the teams are.

`CODES` (in `codes.py`) is the list of all findings of this room; `docs/messages.md` shows it.
"""

from __future__ import annotations

from collections.abc import Iterator

from flowsim.errors import Problem
from flowsim.model.advice_on_batches import filling
from flowsim.model.advice_on_crews import crew_findings
from flowsim.model.advice_on_customers import customer_findings
from flowsim.model.advice_on_limits import limit_findings
from flowsim.model.advice_on_teams import team_findings
from flowsim.model.codes import CODES as CODES
from flowsim.model.codes import amount, finding, names, number
from flowsim.model.effort import Loads
from flowsim.model.load import loads
from flowsim.model.needs import patterns
from flowsim.model.paths import paths
from flowsim.model.pitfalls import Calendars, circles_in_no_time
from flowsim.model.process import Arrivals, Model
from flowsim.model.rates import arrivals_per_week
from flowsim.model.traffic import endless

MANY = 5_000_000


def problems(model: Model) -> list[Problem]:
    """All findings about a sound model (no `relations`): errors, then warnings, then notes.

    Loads are only spoken of when every journey ends and requests do not all come at once.
    """
    found = [*_gaps(model), *endless(model), *Calendars(model).problems()]
    if not any(p.code in ("FS501", "FS503", "FS517") for p in found):
        load = loads(model)
        found += circles_in_no_time(model, load.journeys)
        found += _requests(model, load)
        found += customer_findings(model, load)
        found += _unreached(model, load)
        found += team_findings(model, load)
        found += crew_findings(model, load)
        found += filling(model, load)
        found += limit_findings(model, load)
        found += _approximate(load)
    order = {"error": 0, "warning": 1, "note": 2}
    return sorted(found, key=lambda p: order[p.severity])


# -- requests ------------------------------------------------------------------------------------------------------


def _gaps(model: Model) -> Iterator[Problem]:
    for cls in model.classes:
        if cls.arrivals.gap is not None and arrivals_per_week(model, cls) == float("inf"):
            yield finding(
                "FS517",
                f"all requests of {cls.name} arrive at one instant: the gaps between them are 0 on average",
                "give a gap longer than 0, or a rate",
                f"requests.{cls.name}.arrivals",
            )


def _requests(model: Model, load: Loads) -> Iterator[Problem]:
    for cls, row in zip(model.classes, load.classes, strict=True):
        if row.in_run < 1.0 and cls.arrivals != Arrivals():  # a backlog alone, and chases, do not arrive
            few = "no request" if row.in_run == 0.0 else f"about {number(row.in_run)} requests"
            yield finding(
                "FS515",
                f"{few} of {cls.name} can be expected in the run of {amount(model.run.length)}",
                "make the run longer, or look at the arrivals and their calendar",
                f"requests.{cls.name}.arrivals",
            )
    expected = sum(cls.in_run + cls.backlog for cls in load.classes)
    if expected > MANY:
        yield finding(
            "FS514",
            f"about {number(expected)} requests are expected in the run, which will take long and much memory",
            "make the run shorter, or look at the unit of the arrivals",
            "run.length",
        )


# -- steps ---------------------------------------------------------------------------------------------------------


def _unreached(model: Model, load: Loads) -> Iterator[Problem]:
    begun = {b.step for b in model.backlog}  # FS536 tells of those
    for index, step in enumerate(model.steps):
        comes = load.steps[index].backlog > 0.0 or any(journey.visits[index] > 0.0 for journey in load.journeys)
        if not comes and step.name not in begun:
            yield finding(
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
        return f"it is for {names(allowed)} only, and none of its tasks is" if allowed else "it is for no class"
    needing = [c for c in served if any(p.skips[index] < 1.0 for p in patterns(model, c)[0])]
    if not needing:
        return f"no request of {names(served)} needs any of its tasks"
    going = [c for c in needing if paths(model, c).rank[index] >= 0]
    if not going:
        before = next((s for s in model.steps if s.split and any(step.name in b for b in s.split.branches)), None)
        if before is not None:
            return f"it is in a branch after {before.name}, which is not on the way of {names(needing)}"
        return f"it is not in the journey of {names(needing)}, and no route leads there"
    place = paths(model, going[0]).within[index]
    if place is not None:
        split = model.steps[place[0]]
        return f"the requests of {names(going)} do not come through {split.name}, where its branch begins"
    return f"the routes of {names(going)} go past it"


def _for_class(model: Model, task: str, klass: str) -> bool:
    only = model.task(task).only
    return only is None or klass in only


def _approximate(load: Loads) -> Iterator[Problem]:
    if not load.exact:
        yield finding(
            "FS516",
            "how busy the teams are is an approximation here: there are too many combinations of needs and returns",
            "the run itself is exact",
        )
