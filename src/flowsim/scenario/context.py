"""What compiling shares: the form, its names, its calendars, and lengths and quantities in ticks.

Problems are collected, so that one pass tells all; a value that cannot be made is replaced by one that is never used.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field

from flowsim import units
from flowsim.errors import Problem, ScenarioError
from flowsim.model import ALWAYS, BatchRule, Calendar, Clock, Distribution, Span, Wait
from flowsim.scenario.data import DataFiles
from flowsim.scenario.limits import Limits
from flowsim.scenario.names import name_form
from flowsim.scenario.places import Loc, Places, in_order
from flowsim.scenario.references import Directory
from flowsim.scenario.schema import ScenarioForm

_UNUSED = Distribution("constant", (0.0,))
_NEEDS_CALENDAR = "FS218"  # units: a working day is asked of a calendar that has none


@dataclass
class Context:
    """One compilation. `calendars` are by name as written, `always` among them, and those of `slots`: by team that has
    slots its calendar narrowed to them (R10).
    """

    form: ScenarioForm
    places: Places
    known: Directory
    calendars: Mapping[str, Calendar]
    files: DataFiles
    slots: Mapping[str, Calendar] = field(default_factory=dict)
    bounds: Limits = field(default_factory=Limits)
    wrong: list[Problem] = field(default_factory=list)

    def add(self, code: str, message: str, hint: str, loc: Loc) -> None:
        """Note a problem and go on."""
        self.wrong.append(self.places.problem(code, message, hint, loc))

    def stop(self) -> None:
        """Raise ScenarioError when problems were noted."""
        if self.wrong:
            raise ScenarioError(in_order(self.wrong))

    @property
    def limits(self) -> Mapping[str, int]:
        """How many requests may be at a step, by name; steps without a limit are not there (R14)."""
        return self.bounds.steps

    # -- calendars ---------------------------------------------------------------------------------------------------

    def calendar(self, word: str) -> str:
        """The name of the calendar a word stands for."""
        return self.known.get("calendar", word)

    @property
    def first_calendar(self) -> str:
        """The first calendar of the file; `always` when it has none."""
        return next(iter(self.form.calendars), ALWAYS.name)

    @property
    def run_calendar(self) -> str:
        """The calendar on which the run is counted."""
        return self.first_calendar if self.form.run.calendar is None else self.calendar(self.form.run.calendar)

    def team_calendar(self, team: str) -> str:
        """A team's calendar, narrowed to its slots if it has such."""
        return self.slots[team].name if team in self.slots else self.written_calendar(team)

    def written_calendar(self, team: str) -> str:
        """A team's calendar without its slots, which are no matter of handoffs: the one it names, else the only one of
        the file (`always` when it has none).
        """
        written = self.form.teams[team].calendar
        return self.first_calendar if written is None else self.calendar(written)

    def explicit(self, calendar: str) -> str | None:
        """The calendar as the Model names it where None means elapsed time."""
        return None if name_form(calendar) == ALWAYS.name else calendar

    # -- times -------------------------------------------------------------------------------------------------------

    def ticks(self, length: units.Length, calendar: str, loc: Loc) -> int:
        """A fixed length in ticks, working days being those of the calendar."""
        found = self.calendars[calendar]
        try:
            return length.resolve(found.working_day, found.weekly_open)
        except units.QuantityError as error:
            self.add(error.code, error.message, error.hint, loc)
            return 0

    def clock_ticks(self, length: units.Length, loc: Loc) -> int:
        """A fixed length in ticks where no working days can be meant."""
        try:
            return length.resolve(0, 0)
        except units.QuantityError:
            self._no_calendar(loc)
            return 0

    def wait(self, length: units.Length, calendar: str, loc: Loc) -> Wait:
        """A fixed wait: elapsed, or in the open time of the calendar."""
        return Wait(self.ticks(length, calendar, loc), self.explicit(calendar) if length.working else None)

    def distribution(self, quantity: units.Quantity, calendar: str, loc: Loc) -> Distribution:
        """A quantity in ticks, working days being those of the calendar."""
        found = self.calendars[calendar]
        return self._resolved(quantity, found.working_day, found.weekly_open, loc)

    def span(self, quantity: units.Quantity, calendar: str, loc: Loc) -> Span:
        """A drawn wait: elapsed, or in the open time of the calendar."""
        drawn = self.distribution(quantity, calendar, loc)
        return Span(drawn, self.explicit(calendar) if quantity.working else None)

    def work(self, quantity: units.Quantity, loc: Loc) -> Distribution:
        """A time that somebody works: in hours, never in working days, which differ from team to team."""
        return self._resolved(quantity, 0, 0, loc)

    def elapsed(self, quantity: units.Quantity, loc: Loc) -> Distribution:
        """A time on the clock that no calendar counts."""
        if quantity.working:
            text = re.sub(r"\s+", " ", quantity.text)
            message = f"this is counted on the clock, found working time: '{text}'"
            self.add("FS420", message, "say it in days of 24 hours, or weeks", loc)
            return _UNUSED
        return self._resolved(quantity, 0, 0, loc)

    def work_span(self, quantity: units.Quantity, loc: Loc) -> Span:
        """A time that somebody works, as the answer to a question."""
        return Span(self.work(quantity, loc))

    def gap(self, rate: units.Rate, calendar: str, loc: Loc) -> Distribution:
        """The gaps of a Poisson stream of that rate in the open time of the calendar (R5)."""
        found = self.calendars[calendar]
        try:
            return Distribution("exponential", (rate.gap(found.working_day, found.weekly_open),))
        except units.QuantityError as error:
            self.add(error.code, error.message, error.hint, loc)
            return _UNUSED

    def dates(self, file: str, column: str | None, loc: Loc) -> tuple[int, ...]:
        """Dated arrivals from a file, in ticks since the start; `column` None: the one that is plainly meant."""
        try:
            return self.files.dates(file, column, self.form.start, loc)
        except ScenarioError as error:
            self.wrong += error.problems()
            return ()

    def batch(self, rule: units.BatchText | None, calendar: str, loc: Loc) -> BatchRule | None:
        """When a batch leaves, working days and clock times being those of the calendar (R7, R11)."""
        if rule is None:
            return None
        clock = None
        if rule.clock is not None:
            clock = Clock(rule.clock.times, self.explicit(calendar) if rule.clock.open_days_only else None)
        wait = None if rule.wait is None else self.wait(rule.wait, calendar, loc)
        return BatchRule(rule.size, wait, clock)

    def _resolved(self, quantity: units.Quantity, working_day: int, weekly_open: int, loc: Loc) -> Distribution:
        values = None
        try:
            if quantity.source is not None:
                file, column, _ = quantity.source
                values = self.files.values(file, column, loc)
            return quantity.resolve(working_day, weekly_open, values)
        except ScenarioError as error:
            self.wrong += error.problems()
        except units.QuantityError as error:
            if error.code == _NEEDS_CALENDAR and working_day == weekly_open == 0:
                self._no_calendar(loc)
            else:
                self.add(error.code, error.message, error.hint, loc)
        return _UNUSED

    def _no_calendar(self, loc: Loc) -> None:
        text = re.sub(r"\s+", " ", self.places.text(loc))
        message = f"working days cannot be meant here, found '{text}'" if text else "working days cannot be meant here"
        self.add("FS420", message, "say it in hours or minutes", loc)
