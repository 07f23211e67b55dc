"""Engines with a fault in when people work (R9, R10), and how long it takes (R4, R11, R12)."""

from __future__ import annotations

from patched_engine import Mutant

HOURS = [
    Mutant(
        "off-shift start",
        "R9: work starts only while the team is open",
        ("handling", "if team.always or team.is_open(now):", "if team.always or now >= 0:"),
        on="transit",
        red=("opening hours",),
    ),
    Mutant(
        "start at the closing instant",
        "R2, R9: hours are half-open: at closing nothing starts",
        ("parts", "if t >= self._closes:", "if t > self._closes:"),
        on="round: plain",
        red=("opening hours",),
    ),
    Mutant(
        "begins a tick after opening",
        "R8: nobody is idle while a request waits and the team is open",
        (
            "handling",
            "            if opens < FOREVER:\n                alarm.set(opens, now)",
            "            if opens < FOREVER:\n                alarm.set(opens + 1, now)",
        ),
        on="transit",
        red=("no idling",),
    ),
    Mutant(
        "no start within ignored",
        "R9: nothing is begun when less of the opening is left",
        (
            "handling",
            "return self.plant.teams[visit.team].time_left(self.now) >= limit",
            "return self.plant.teams[visit.team].time_left(self.now) >= 0",
        ),
        on="no start within",
        red=("opening hours",),
    ),
    Mutant(
        "no start at the last instant allowed",
        "R9: with exactly so much left of the opening it may begin",
        (
            "handling",
            "return self.plant.teams[visit.team].time_left(self.now) >= limit",
            "return self.plant.teams[visit.team].time_left(self.now) > limit",
        ),
        on="round: no start within",
        red=("no idling",),
    ),
    Mutant(
        "finish treated as pause",
        "R9: `closing: finish` goes on in overtime",
        ("build", 'station.overtime = step.closing == "finish"', "station.overtime = False"),
        on="overtime",
        red=("work",),
    ),
    Mutant(
        "answer in overtime",
        "R9: the answer to a question always keeps to the hours",
        (
            "handling",
            "worked = team.open_times.after(now, at_speed(ticks, person.speed))",
            "worked = now + at_speed(ticks, person.speed)",
        ),
        on="questions to the sender",
        red=("work",),
    ),
    Mutant(
        "early release",
        "R6: a visit is released when its work is done",
        (
            "handling",
            "        alarm = person.alarm\n        alarm.at = worked\n",
            "        alarm = person.alarm\n        worked = max(now, worked - 1)\n        alarm.at = worked\n",
        ),
        on="plain",
        red=("chain",),
    ),
    Mutant(
        "absence ignored",
        "R10: who is away begins nothing",
        ("careful", "if home.presence.away(person.number, now) or others", "if others"),
        on="absence + presence",
        red=("presence",),
    ),
    Mutant(
        "more at work than are there",
        "R10: work starts only when fewer are at work than are there",
        (
            "careful",
            "if home.presence.away(person.number, now) or others >= home.presence.present(now):",
            "if home.presence.away(person.number, now):",
        ),
        on="presence",
        red=("presence",),
    ),
    Mutant(
        "absence of the wrong day",
        "R10: each day is a draw",
        ("presence", "self._absent.at(since_midnight // DAY)", "self._absent.at(since_midnight // DAY + 1)"),
        on="absence",
        red=("presence",),
    ),
    Mutant(
        "presence hour shifted",
        "R10: hour 0 begins at the midnight before the start",
        ("presence", "self._there.at(since_midnight // HOUR)", "self._there.at(since_midnight // HOUR + 1)"),
        on="presence",
        red=("presence",),
    ),
    Mutant(
        "days counted from the start",
        "R10: days are those of the clock",
        (
            "presence",
            "offset = (start - start.replace(hour=0, minute=0, second=0, microsecond=0)) // timedelta(milliseconds=1)",
            "offset = (start - start) // timedelta(milliseconds=1)",
        ),
        on="absence",
        red=("away",),
    ),
    Mutant(
        "nobody looks who comes back",
        "R8, R10: nobody is idle while a request waits",
        (
            "careful",
            "at = min([at, *(presence.next_change(now) for presence in presences.values() if presence is not None)])",
            "presences.clear()",
        ),
        on="presence",
        red=("no idling",),
    ),
]

EFFORT = [
    Mutant(
        "draw of another class",
        "R4: a random number belongs to the class of the request",
        (
            "build",
            "self._draws.durations(purpose, klass, distribution)",
            "self._draws.durations(purpose, self._classes[0], distribution)",
        ),
        on="plain",
        red=("durations",),
    ),
    Mutant(
        "change-over from nothing",
        "R11: before his first work there is nothing to change from",
        ("effort", "person.last_class not in (NONE, first.request.klass)", "person.last_class != first.request.klass"),
        on="change-over by class",
        red=("durations",),
    ),
    Mutant(
        "change-over forgotten between tasks",
        "R11: with `by: task` a change of the first task counts",
        ("effort", 'return "task" in by and', "return False and"),
        on="change-over by task",
        red=("durations",),
    ),
    Mutant(
        "change-over for each who changes",
        "R11: a change-over is due once, also when several people change",
        (
            "effort",
            "if station.change_over is not None and any(self._changes_over(station, one, first) for one in people):\n",
            "for _ in [p for p in people if station.change_over and self._changes_over(station, p, first)]:\n",
        ),
        on="meeting + change-over by class",
        red=("durations",),
    ),
    Mutant(
        "an answer is his last work",
        "R12: answering does not count for a change-over",
        (
            "handling",
            "        answer.where = Where.HANDS\n",
            "        answer.where, person.last_task = Where.HANDS, NONE\n",
        ),
        on="questions to the sender + change-over by task",
        red=("durations",),
    ),
    Mutant(
        "kind of the first of a batch is his last work",
        "R11: his last work is the last member",
        ("handling", "one.last_class = members[-1].request.klass", "one.last_class = members[0].request.klass"),
        on="process batch + change-over by class",
        red=("durations",),
    ),
    Mutant(
        "no second set-up after an answer",
        "R12: whoever takes it up sets up again",
        ("effort", "if station.set_up is not None:", "if station.set_up is not None and first.via != _BACK:"),
        on="set-up + questions to the customer",
        red=("durations",),
    ),
]

IN_HOURS = [*HOURS, *EFFORT]
