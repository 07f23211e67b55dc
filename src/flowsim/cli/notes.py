"""What to know before believing the numbers, in words: few runs, a start unlike the rest, a queue without end."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

from flowsim.cli.figures import even, signed
from flowsim.cli.output import Output, clean
from flowsim.units import format_number, format_share, format_working

if TYPE_CHECKING:
    from collections.abc import Sequence

    from flowsim.experiments.caveats import Caveats
    from flowsim.experiments.findings import Findings
    from flowsim.experiments.growth import Growth
    from flowsim.experiments.statistics import Estimate
    from flowsim.experiments.warm_up import WarmUp
    from flowsim.model import Model

DAY = 86_400_000
WEEK = 7 * DAY
THIS_LONG = "in runs this long"


def rate(growth: Estimate) -> str:
    """A growth and its interval: "3.1 requests a week (± 0.4)"."""
    around = _around(growth)
    return f"{_minus(growth.value)} requests a week" + (f" ({around})" if around else "")


def growth_cell(growth: Estimate | None) -> str:
    """The same for a table, signed and without the unit."""
    return "–" if growth is None else signed(growth.value, 1)


def _around(growth: Estimate) -> str:
    if growth.low is None or growth.high is None:
        return ""
    half = even(growth.value, growth.low, growth.high, 1)
    if half is not None:
        return f"± {format_number(half, 1)}"
    return f"{_minus(growth.low)} to {_minus(growth.high)}"


def _minus(value: float) -> str:
    return ("−" if value < 0 else "") + format_number(abs(value), 1)


def overload(growth: Growth) -> str:
    """What it means that a state cannot keep up, in sentences."""
    who = f"{growth.who} gets {format_share(growth.load)} of the work it has time for"
    if math.isinf(growth.load):
        who = f"{growth.who} has no time for its work"
    if growth.per_week is None:
        grows = "the runs are too short to see by how much the queue grows"
    elif growth.grows:
        grows = f"the number in process grows by {rate(growth.per_week)}"
    elif growth.per_week.low is None:
        grows = f"in this one run the number in process grew by {rate(growth.per_week)}"
    else:
        grows = f"in these runs the number in process did not surely grow: by {rate(growth.per_week)}"
    return (
        f"{who}: {grows}. There is no lasting average: what is said of waiting and of requests in process "
        f"is so {THIS_LONG}, and longer runs give more."
    )


def overload_between(found: Findings, before: str, after: str) -> str:
    """What a comparison must say first when one or both states cannot keep up; "" when both can."""
    from flowsim.experiments.growth import growth, growth_difference

    old, new = growth(found, before), growth(found, after)
    if old is None and new is None:
        return ""
    if new is None:
        assert old is not None
        return f"{_cannot(before, old)}; {clean(after)} can. "
    if old is None:
        return f"{_cannot(after, new)}; {clean(before)} can. "
    more = growth_difference(found, before, after)
    by = ""
    if more is not None:
        around = _around(more)
        by = f" (difference {signed(more.value, 1)}{f', {around}' if around else ''})"
    return f"Neither can keep up: {_grows(before, old)}, {_grows(after, new)}{by}. "


def _cannot(state: str, growth: Growth) -> str:
    grows = "" if growth.per_week is None else f": what is in process grows by {rate(growth.per_week)}"
    return f"{clean(state)} cannot keep up{grows}"


def _grows(state: str, growth: Growth) -> str:
    grows = "more and more" if growth.per_week is None else rate(growth.per_week)
    return f"{clean(state)} grows by {grows}"


def tell_notes(output: Output, found: Findings, states: Sequence[str]) -> None:
    """Beside the answer, once: what was asked for and got; few or skew runs; a warm-up that is too short."""
    from flowsim.cli.asked import got
    from flowsim.experiments.caveats import caveats

    known = [caveats(found, state) for state in states]
    for sentence in [*got(found), *_of_runs(found, known), *_of_warm_up(found, known)]:
        output.aside(f"note: {sentence}")


def _of_runs(found: Findings, known: Sequence[Caveats]) -> list[str]:
    """Few runs, or skew ones."""
    n = found.run.manifest.replications
    skew = [f"{clean(one.state)}" for one in known if one.skewness is not None]
    if any(one.few for one in known):
        return [f"{n} runs are few to say 95% sure: take 20 or more (--replications 20)"]
    if skew:
        return [f"in {', '.join(skew)} a few runs are much unlike the others, so an interval is less sure than it says"]
    return []


def _of_warm_up(found: Findings, known: Sequence[Caveats]) -> list[str]:
    short = [one for one in known if one.warm_up is not None and one.warm_up.short]
    unclear = [one for one in known if one.warm_up is not None and one.warm_up.cut is None]
    found_ = []
    if short:
        longest = max((one.warm_up for one in short if one.warm_up is not None), key=lambda w: w.cut or 0.0)
        days = _open_days(found.model(longest.state), longest)
        names = f" of {clean(longest.state)}" if len(known) > 1 else ""
        found_.append(
            f"the first {days} of the runs{names} are not yet like the rest: a run.warm-up of {days} leaves them out "
            "(flowsim plot --kind warm-up shows it)"
        )
    if unclear:
        names = f" of {', '.join(clean(one.state) for one in unclear)}" if len(known) > 1 else ""
        found_.append(
            f"the runs{names} are too short to tell when the start is over: a longer run.length would show it "
            "(flowsim plot --kind warm-up)"
        )
    return found_


def _open_days(model: Model, start: WarmUp) -> str:
    """The cut as a length that can be written in the file: whole working days or days, rounded up."""
    from flowsim.model import laid_out

    calendar = model.calendar(model.run.calendar)
    ticks = round((start.cut or 0.0) * DAY)
    if calendar.always or not calendar.working_day:
        n = math.ceil(ticks / DAY - 1e-9)
        return f"{n} day" if n == 1 else f"{n} days"
    day = calendar.working_day
    n = math.ceil(laid_out(calendar, model.start).worked(0, ticks) / day - 1e-9)
    return format_working(n * day, day)


def caveats_json(known: Caveats) -> dict[str, Any]:
    """The same for a program."""
    grows = known.growth
    per_week = None if grows is None else grows.per_week
    start, cut = known.warm_up, None
    if start is not None:
        cut = {"set_days": start.set, "cut_days": start.cut, "short": start.short}
    return {
        "few_runs": known.few,
        "skewness": known.skewness,
        "unfinished_share": known.unfinished,
        "mean_refused": known.mean_refused,
        "overload": None
        if grows is None
        else {
            "who": grows.who,
            "load": None if math.isinf(grows.load) else grows.load,
            "grows_per_week": None if per_week is None else per_week.value,
            "low": None if per_week is None else per_week.low,
            "high": None if per_week is None else per_week.high,
        },
        "warm_up": cut,
    }
