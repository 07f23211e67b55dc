"""Quantities of a Model in words: lengths, distributions, hours, dates, batches; in one language, and without rounding
away what a reader needs to build the model again.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from datetime import datetime

from flowsim.model import BatchRule, Calendar, Distribution, Handoff, Model, Span, Wait
from flowsim.model.calendar import DAY, HOUR, MINUTE, SECOND
from flowsim.model.process import Clock
from flowsim.texts import Texts, msg

WEEKDAYS = (msg("Mon"), msg("Tue"), msg("Wed"), msg("Thu"), msg("Fri"), msg("Sat"), msg("Sun"))
MONTHS = (
    *(msg("January"), msg("February"), msg("March"), msg("April"), msg("May"), msg("June")),
    *(msg("July"), msg("August"), msg("September"), msg("October"), msg("November"), msg("December")),
)
FAMILIES = {
    "constant": msg("constant"),
    "uniform": msg("uniform"),
    "triangular": msg("triangular"),
    "pert": msg("PERT (beta)"),
    "exponential": msg("exponential"),
    "erlang": msg("Erlang"),
    "gamma": msg("gamma"),
    "lognormal": msg("lognormal"),
    "weibull": msg("Weibull"),
    "beta": msg("beta"),
    "normal": msg("normal, cut at 0"),
    "discrete": msg("discrete"),
    "empirical": msg("empirical"),
}
PARAMETERS = {
    "value": msg("value"),
    "lowest": msg("lowest"),
    "highest": msg("highest"),
    "most likely": msg("most likely"),
    "mean": msg("mean"),
    "sd": msg("sd"),
    "k": msg("k"),
    "shape": msg("shape"),
    "share": msg("share"),
}
LISTED = 12
"""So many values of an empirical distribution are listed; of more their number and ends are told."""


class Say:
    """What may be said about a Model, in the language of `texts`."""

    def __init__(self, texts: Texts, model: Model) -> None:
        self.texts = texts
        self.t = texts.t
        self.model = model

    # -- numbers -------------------------------------------------------------------------------------------------------

    def figure(self, x: float) -> str:
        """A number to six digits, without zeros at its end."""
        if not math.isfinite(x):
            return self.texts.number(x)
        digits = max(5 - math.floor(math.log10(abs(x))), 0) if x else 0
        text = self.texts.number(x, min(digits, 12))
        mark = "," if self.texts.lang == "nl" else "."
        return text.rstrip("0").rstrip(mark) if mark in text else text

    def whole(self, n: float) -> str:
        """A whole number."""
        return self.texts.number(n)

    def share(self, x: float) -> str:
        """A share as a percentage, to six digits."""
        return f"{self.figure(100 * x)}%"

    def share_of(self, part: float, whole: float) -> str:
        """A part of a whole as a percentage for reading: "1.2%"."""
        return self.texts.share(abs(part / whole))

    def length(self, ticks: float) -> str:
        """A length in the largest unit of which it has at least one, to six digits."""
        size = abs(ticks)
        if size >= DAY:
            return self.texts.n("{x} day", "{x} days", 1 if ticks == DAY else 2, x=self.figure(ticks / DAY))
        if size >= HOUR:
            return self.t("{x} h", x=self.figure(ticks / HOUR))
        if size >= MINUTE or size == 0:
            return self.t("{x} min", x=self.figure(ticks / MINUTE))
        return f"{self.figure(ticks / SECOND)} s" if size >= SECOND else f"{self.figure(ticks)} ms"

    def elapsed(self, ticks: int) -> str:
        """A length of some days without a fraction: "25 days 17 h 30 min"."""
        days, rest = divmod(ticks, DAY)
        hours, left = divmod(rest, HOUR)
        if not days or left % MINUTE:
            return self.length(ticks)
        parts = [self.length(days * DAY)]
        parts += [self.length(hours * HOUR)] if hours else []
        parts += [self.length(left)] if left else []
        return " ".join(parts)

    def wait(self, wait: Wait) -> str:
        """A fixed length; of open time in working days where they are whole or halves, else in hours."""
        if wait.calendar is None:
            return self.length(wait.ticks)
        day = self._working_day(wait.calendar)
        if day and (2 * wait.ticks) % day == 0:
            count = 1 if wait.ticks == day else 2
            amount = self.texts.n("{x} working day", "{x} working days", count, x=self.figure(wait.ticks / day))
        else:
            amount = self._open(wait.ticks)
        return self.t("{length} on calendar {calendar}", length=amount, calendar=wait.calendar)

    def span(self, span: Span) -> str:
        """A drawn length; of open time with its calendar."""
        if span.calendar is None:
            return self.law(span.time)
        return self.t("{length}, open time of {calendar}", length=self.law(span.time), calendar=span.calendar)

    def law(self, law: Distribution) -> str:
        """A distribution with its parameters: "lognormal: mean 20 min, sd 10 min"; a constant is its value."""
        if law.name == "constant":
            return self.length(law.params[0])
        return self.t("{family}: {parameters}", family=self.family(law), parameters=self.parameters(law))

    def family(self, law: Distribution) -> str:
        """The name of its family."""
        return self.t(FAMILIES[law.name])

    def parameters(self, law: Distribution) -> str:
        """The parameters by name; of a long empirical distribution how many values there are, and its ends."""
        values, family = law.params, law.family
        if law.name == "constant":
            return self.length(values[0])
        if law.name == "empirical":
            if len(values) > LISTED:
                ends = [self.length(end) for end in (min(values), max(values))]
                return self.t("{n} values from {low} to {high}", n=self.whole(len(values)), low=ends[0], high=ends[1])
            return self.listed(self.length(value) for value in values)
        if law.name == "discrete":
            pairs = zip(values[::2], values[1::2], strict=True)
            return self.listed(f"{self.length(value)} ({self.share(share)})" for value, share in pairs)
        named = zip(family.names(len(values)), family.are_lengths(len(values)), values, strict=True)
        return self.listed(
            f"{self.t(PARAMETERS[n])} {self.length(v) if one else self.figure(v)}" for n, one, v in named
        )

    # -- dates and hours -----------------------------------------------------------------------------------------------

    def day(self, date: str) -> str:
        """A date: "5 January 2026"."""
        year, month, day = date[:10].split("-")
        return f"{int(day)} {self.t(MONTHS[int(month) - 1])} {year}"

    def moment(self, iso: str) -> str:
        """A date with its time of day; of a Model's start as well as of a manifest, whose zone is kept."""
        at = datetime.fromisoformat(iso)
        clock = f"{at:%H:%M}" if not (at.second or at.microsecond) else f"{at:%H:%M:%S}"
        zone = f" ({at.tzname()})" if at.tzinfo is not None else ""
        return f"{self.day(iso)} {clock}{zone}"

    def clock(self, ticks: int) -> str:
        """A time of day: ticks since midnight."""
        seconds, ms = divmod(ticks, SECOND)
        text = f"{seconds // 3600:02}:{seconds // 60 % 60:02}"
        return text if not (seconds % 60 or ms) else f"{text}:{seconds % 60:02}" + (f".{ms:03}" if ms else "")

    def hours(self, pieces: Iterable[tuple[int, int]]) -> str:
        """Hours of the week, days with the same hours together: "Mon–Fri 09:00–12:00 13:00–17:00"."""
        by_day: dict[int, list[str]] = {}
        for opens, closes in sorted(pieces):
            day = opens // DAY
            by_day.setdefault(day % 7, []).append(f"{self.clock(opens - day * DAY)}–{self.clock(closes - day * DAY)}")
        return "; ".join(f"{self.days(days)} {hours}" for days, hours in _alike(by_day))

    def days(self, days: Sequence[int]) -> str:
        """Days of the week, 0 is Monday, in order; three or more in a row as a range."""
        names = [self.t(WEEKDAYS[day]) for day in days]
        if len(days) == len(WEEKDAYS):
            return self.t("every day")
        if len(days) > 2 and days[-1] - days[0] == len(days) - 1:
            return f"{names[0]}–{names[-1]}"
        return self.listed(names)

    def open_hours(self, calendar: Calendar) -> str:
        """The usual hours of a calendar."""
        return self.t("always open") if calendar.weekly == ((0, 7 * DAY),) else self.hours(calendar.weekly)

    def strikes(self, clock: Clock) -> str:
        """The times of a clock: "Mon–Fri 16:00, on days on which office opens"."""
        by_day: dict[int, list[str]] = {}
        for time in sorted(clock.times):
            by_day.setdefault(time // DAY % 7, []).append(self.clock(time % DAY))
        times = "; ".join(f"{self.days(days)} {hours}" for days, hours in _alike(by_day))
        if clock.calendar is None:
            return times
        return self.t("{times}, on days on which calendar {calendar} opens", times=times, calendar=clock.calendar)

    # -- rules ---------------------------------------------------------------------------------------------------------

    def batch(self, rule: BatchRule) -> str:
        """When a batch leaves: "10 requests together, or 2 working days after the first; whichever comes first"."""
        parts = []
        if rule.size is not None:
            parts.append(self.t("when {n} are together", n=self.whole(rule.size)))
        if rule.wait is not None:
            parts.append(self.t("when the first has waited {length}", length=self.wait(rule.wait)))
        if rule.clock is not None:
            parts.append(self.t("by the clock, {times}", times=self.strikes(rule.clock)))
        said = self.t(" or ").join(parts)
        return self.t("{either}, whichever comes first", either=said) if len(parts) > 1 else said

    def question(self, handoff: Handoff) -> str:
        """The question that the receiver may put, "" for none."""
        asked = handoff.question
        if asked is None:
            return ""
        words = {"chance": self.share(asked.chance), "length": self.span(asked.answer)}
        if asked.to == "customer":
            return self.t("with chance {chance} a question to the customer, answered after {length}", **words)
        return self.t("with chance {chance} a question to the sender, whose answer is work of {length}", **words)

    def listed(self, items: Iterable[str]) -> str:
        """Words one after another, with commas; semicolons where the numbers have commas themselves."""
        found = list(items)
        mark = "; " if self.texts.lang == "nl" and any("," in item for item in found) else ", "
        return mark.join(found)

    def _open(self, ticks: float) -> str:
        """Open time in hours or less: a day of it would be read as 24 hours."""
        return self.t("{x} h", x=self.figure(ticks / HOUR)) if ticks >= HOUR else self.length(ticks)

    def _working_day(self, calendar: str) -> int:
        return next((c.working_day for c in self.model.calendars if c.name == calendar), 0)


def _alike(by_day: dict[int, list[str]]) -> list[tuple[list[int], str]]:
    """Days with the same times together, in the order of the first of each; only days in a row are put together when
    there are more than two of them.
    """
    found: list[tuple[list[int], str]] = []
    for day in sorted(by_day):
        times = " ".join(by_day[day])
        if found and found[-1][1] == times and found[-1][0][-1] == day - 1:
            found[-1][0].append(day)
        else:
            found.append(([day], times))
    merged: dict[str, list[int]] = {}
    if any(len(days) > 2 for days, _ in found):
        return found
    for days, times in found:
        merged.setdefault(times, []).extend(days)
    return [(days, times) for times, days in merged.items()]
