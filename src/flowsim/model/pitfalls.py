"""What can be wrong with a sound model before anything is counted: circles in no time, calendars without openings."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np

from flowsim.errors import Problem
from flowsim.model.calendar import FOREVER, HOUR, laid_out
from flowsim.model.capacity import together
from flowsim.model.codes import amount, finding, names
from flowsim.model.distribution import Distribution
from flowsim.model.layout import Layout
from flowsim.model.process import BatchRule, Clock, Handoff, Model, RequestClass, Step, Task
from flowsim.model.rates import strikes
from flowsim.model.routing import circle, named_circle
from flowsim.model.traffic import Traffic

_WEEKDAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")


# -- circles in no time (FS502) ------------------------------------------------------------------------------------


def circles_in_no_time(model: Model, journeys: Sequence[Traffic]) -> Iterator[Problem]:
    """FS502, at most one a class: a circle of steps and moves none of which need take any time."""
    size = len(model.steps)
    seen = set()
    for journey in journeys:
        idle = _idle(model, journey)
        links = np.zeros((size, size), dtype=np.bool_)
        for origin in range(size):
            for s in range(size):
                links[origin, s] = journey.moves[origin, s] > 0.0 and idle[s] and _moves_at_once(model, origin, s)
        members = circle(links, range(size))
        if not members or tuple(members) in seen:
            continue
        seen.add(tuple(members))
        name = named_circle(model.steps, members)
        yield finding(
            "FS502",
            f"requests of {journey.klass} can go round {name} without any time passing",
            "give one of these steps a task that takes time, or take the way back out",
            f"steps.{model.steps[members[0]].name}",
        )


def _idle(model: Model, journey: Traffic) -> list[bool]:
    """By step whether a visit can be over at once; of a step that splits, whether everything in its branches can."""
    idle = [_takes_no_time(model, step, journey.klass) for step in model.steps]
    alone = list(idle)
    index = {step.name: i for i, step in enumerate(model.steps)}
    for s, step in enumerate(model.steps):
        ahead = [step]
        while ahead:
            split = ahead.pop().split
            for name in (name for branch in split.branches for name in branch) if split else ():
                ahead.append(model.steps[index[name]])
                idle[s] = idle[s] and (alone[index[name]] or journey.visits[index[name]] == 0.0)
    return idle


def _takes_no_time(model: Model, step: Step, klass: str) -> bool:
    """Whether a visit can be over at once: every task that is always done takes no time, or some that may be done."""
    mine = []
    for entry in step.tasks:
        task = model.task(entry.task)
        if task.only is None or klass in task.only:
            mine.append((_nothing(task.time), not _optional(task, entry.needs)))
    if not _nothing(step.set_up) or (step.batch is not None and step.batch.size != 1):
        return False
    always = [none for none, must in mine if must]
    return all(always) if always or not mine else any(none for none, _ in mine)


def _optional(task: Task, needs: tuple[object, ...]) -> bool:
    return task.need is not None or bool(needs)


def _moves_at_once(model: Model, origin: int, s: int) -> bool:
    step = model.steps[s]
    handoff = step.handoff
    if handoff is None or (set(model.steps[origin].takers) & set(step.takers) and not handoff.within_team):
        return True
    gathers = handoff.batch is not None and handoff.batch.size != 1
    transit = handoff.transit.time if handoff.transit else None
    return not gathers and _nothing(transit) and _nothing(handoff.reread)


def _nothing(time: Distribution | None) -> bool:
    """Whether every draw rounds to no tick at all (R1)."""
    return time is None or time.maximum() < 0.5


# -- calendars (FS509, FS510, FS513, FS518, FS520) ---------------------------------------------------------------------


class Calendars:
    """The model's calendars laid out, and what never happens on them during the run [0, length)."""

    def __init__(self, model: Model) -> None:
        self.model = model
        self._times = {c.name: laid_out(c, model.start) for c in model.calendars}

    def problems(self) -> Iterator[Problem]:
        """FS509, FS510, FS513, FS518 and FS520, in the order of the model."""
        working = {name for step in self.model.steps for name in (*step.takers, *dict(step.together))}
        for team in self.model.teams:
            if team.name in working and self._never(team.calendar):
                yield finding(
                    "FS509",
                    f"{team.name} never opens: its calendar {team.calendar} has no open time in the run",
                    "give the calendar hours, or the team another calendar",
                    f"teams.{team.name}.calendar",
                )
        for cls in self.model.classes:
            yield from self._of_class(cls)
        for step in self.model.steps:
            yield from self._of_step(step)

    def _never(self, calendar: str | None) -> bool:
        return calendar is not None and self._times[calendar].opening(0) >= self.model.run.length

    def _of_class(self, cls: RequestClass) -> Iterator[Problem]:
        at = f"requests.{cls.name}"
        if cls.promise is not None and self._never(cls.promise.calendar):
            yield self._waits(f"{at}.promise", f"the promise of {cls.name}", cls.promise.calendar)
        if cls.patience is not None and self._never(cls.patience.calendar):
            yield self._waits(f"{at}.patience", f"the patience of {cls.name}", cls.patience.calendar)
        if cls.chasing is not None:
            after, every = cls.chasing.after, cls.chasing.every
            if after is not None and self._never(after.calendar):
                yield self._waits(f"{at}.chasing.after", f"the wait for the first chase of {cls.name}", after.calendar)
            if self._never(every.calendar):
                yield self._waits(f"{at}.chasing.every", f"the wait between chases of {cls.name}", every.calendar)

    def _of_step(self, step: Step) -> Iterator[Problem]:
        handoff = step.handoff or Handoff()
        spans = (
            ("handoff.transit", "the transit into", handoff.transit),
            (
                "handoff.question",
                "the answer to questions at",
                handoff.question.answer if handoff.question else None,
            ),
        )
        for key, name, span in spans:
            if span is not None and self._never(span.calendar):
                yield self._waits(f"steps.{step.name}.{key}", f"{name} {step.name}", span.calendar)
        for key, name, rule in batches(step):
            if rule.wait is not None and self._never(rule.wait.calendar):
                yield self._waits(f"steps.{step.name}.{key}", f"the wait of {name}", rule.wait.calendar)
            if rule.clock is not None:
                yield from self._silent_clock(f"steps.{step.name}.{key}", name, rule.clock)
        if step.several:
            yield from self._never_together(step)
        if step.no_start_within:
            yield from self._no_start(step)

    def _waits(self, path: str, what: str, calendar: str | None) -> Problem:
        return finding(
            "FS518",
            f"{what} never ends: it runs in the open time of {calendar}, which has none in the run",
            "give the calendar hours, or name another calendar",
            path,
        )

    def _silent_clock(self, path: str, name: str, clock: Clock) -> Iterator[Problem]:
        """The clock strikes only on days on which its calendar opens (R7)."""
        horizon = 2 * self.model.run.length
        if strikes(clock, self.model, horizon) or not strikes(Clock(clock.times), self.model, horizon):
            return
        days = sorted({time // (24 * HOUR) for time in clock.times})
        yield finding(
            "FS513",
            f"the clock of {name} never strikes: {clock.calendar} is never open on "
            f"{' or '.join(_WEEKDAYS[day] for day in days)} in the run",
            "name days on which the calendar is open, or another calendar",
            path,
        )

    def _no_start(self, step: Step) -> Iterator[Problem]:
        """R9: nothing is begun with less than `no_start_within` to go, so an opening must be at least as long: of some
        team that may take it, or, for several people, one in which all their teams are open.
        """
        teams = [team for team, _ in step.needs] if step.several else list(step.takers)
        if any(self._never(self.model.team(team).calendar) for team in teams):
            return
        openings: list[Layout] = [together(self.model, step)] if step.several else []
        openings = openings or [self._times[self.model.team(team).calendar] for team in teams]
        longest = max(self._longest(times) for times in openings)
        if 0 < longest < step.no_start_within:
            who = f"{names(teams)} {'is' if len(teams) == 1 else 'are'} open "
            yield finding(
                "FS510",
                f"nothing can ever begin at {step.name}: not within {amount(step.no_start_within)} of closing, "
                f"and {who}{'together ' if step.several and len(teams) > 1 else ''}for at most {amount(longest)} "
                "at a stretch",
                f"make `no start within` shorter than {amount(longest)}",
                f"steps.{step.name}.no start within",
            )

    def _longest(self, times: Layout) -> int:
        """The longest opening in twice the run."""
        if times.always:
            return FOREVER
        return max((times.closing(a) - a for a, _ in times.intervals(0, 2 * self.model.run.length)), default=0)

    def _never_together(self, step: Step) -> Iterator[Problem]:
        """R8: work for several people goes on only while all their teams are open."""
        teams = [team for team, _ in step.needs]
        if any(self._never(self.model.team(team).calendar) for team in teams):
            return
        if together(self.model, step).opening(0) >= self.model.run.length:
            yield finding(
                "FS520",
                f"{step.name} can never be done: {names(teams)} are never open at the same time in the run",
                "give their calendars hours in common",
                f"steps.{step.name}.with",
            )


def batches(step: Step) -> Iterator[tuple[str, str, BatchRule]]:
    """The rules by which requests gather at a step: (path in the step, name for sentences, rule)."""
    if step.handoff is not None and step.handoff.batch is not None:
        yield "handoff.batch", f"the transfer batch into {step.name}", step.handoff.batch
    if step.batch is not None:
        yield "batch", f"the process batch at {step.name}", step.batch
