"""Engines with a fault in limits (R14), customers (R15), and measuring (R16)."""

from __future__ import annotations

from patched_engine import Mutant

LIMITS = [
    Mutant(
        "whole limit exceeded by one",
        "R14: there may be so many in the whole process",
        ("doors", "whole.used >= whole.size:", "whole.used > whole.size:"),
        on="whole limit",
        red=("limits",),
    ),
    Mutant(
        "limit of a step exceeded by one",
        "R14: there may be so many at a step",
        ("doors", "all(limit.used < limit.size or limit in held", "all(limit.used <= limit.size or limit in held"),
        on="step limit",
        red=("limits",),
    ),
    Mutant(
        "capacity one less",
        "R14: nobody waits for a place while there is room for him",
        ("doors", "all(limit.used < limit.size or limit in held", "all(limit.used < limit.size - 1 or limit in held"),
        on="step limit",
        red=("limits",),
    ),
    Mutant(
        "place given back too early",
        "R14: a finished request keeps its place until it is let in",
        ("travel", "            visit.came_from = stay\n", "            self.give_back(stay)\n"),
        on="step limit",
        red=("limits",),
    ),
    Mutant(
        "never locked",
        "R14: who holds a place waits like others; so a process may lock",
        (
            "doors",
            "        return all(limit.used < limit.size or",
            "        return visit.came_from is not None or all(limit.used < limit.size or",
        ),
        on="step limit",
        red=("limits",),
    ),
    Mutant(
        "places given out from the front",
        "R14: places are given out from the customer's side",
        ("doors", "for station in reversed(self.stations):", "for station in self.stations:"),
        on="laid over 3: limits",
        red=("limits",),
    ),
    Mutant(
        "no priority at the door",
        "R14: at a step by priority first",
        (
            "doors",
            "insort(station.doors[_door(visit)], (request.priority, self.now",
            "insort(station.doors[_door(visit)], (0, self.now",
        ),
        on="whole limit + late returns",
        red=("limits",),
    ),
    Mutant(
        "two places in one team",
        "R14: a move within a team takes the team's place along",
        (
            "doors",
            "    return before.limits if before is not None and before.left == 1 else ()",
            "    return ()",
        ),
        on="returns in a row + team limit",
        red=("limits",),
    ),
    Mutant(
        "blocking person freed too soon",
        "R14: with `blocking: person` the people stay until the request has gone on",
        (
            "handling",
            "            hold = Hold(people, len(stays))\n            for stay in stays:\n"
            "                stay.hold = hold\n            person.kept = bool(stays)\n",
            "",
        ),
        on="kept people",
        red=("capacity",),
    ),
    Mutant(
        "person freed with the first of a batch",
        "R14: with `blocking: person` the people stay until the last whom they handled together has gone on",
        ("handling", "hold = Hold(people, len(stays))", "hold = Hold(people, min(1, len(stays)))"),
        on="kept people + process batch",
        red=("capacity",),
    ),
    Mutant(
        "place lost with a customer who withdraws",
        "R15: with a withdrawal its places are free",
        (
            "customers",
            "                self.free_people([visit.goer])\n        self.give_all_back(visit.stay)\n",
            "                self.free_people([visit.goer])\n",
        ),
        on="round: patience in office hours + step limit + weekly meeting",
        red=("limits",),
    ),
]

CUSTOMERS = [
    Mutant(
        "patience forgotten at work",
        "R15: else he withdraws at the first instant at which nobody is at work on the request",
        ("travel", "if request.patience_over and not self.may_leave(request):", "if False:"),
        on="patience in office hours",
        red=("withdrawals",),
    ),
    Mutant(
        "withdraws while somebody is at work",
        "R15: he withdraws if nobody is at work on the request",
        (
            "customers",
            "        if any(visit.where == Where.HANDS for visit in request.open):\n            return True\n"
            "        for visit in list(request.open):\n            self._cut_short(visit)\n"
            "        request.open.clear()\n",
            "        for visit in list(request.open):\n            if visit.where != Where.HANDS:\n"
            "                self._cut_short(visit)\n"
            "        request.open = [visit for visit in request.open if visit.where == Where.HANDS]\n",
        ),
        on="patience + branches",
        red=("withdrawals",),
    ),
    Mutant(
        "withdraws before he is served",
        "R3: customers withdraw after all that is due",
        ("alarm", "WITHDRAW = EventPriority(2)", "WITHDRAW = EventPriority(0)"),
        on="laid over 12: patience",
        red=("withdrawals",),
    ),
    Mutant(
        "patience in elapsed time",
        "R15: elapsed, or in open time",
        ("customers", "until = after(patience.calendar, now,", "until = after(None, now,"),
        on="patience in office hours",
        red=("withdrawals",),
    ),
    Mutant(
        "chases an interval late",
        "R15: the k-th at a beginning plus the first k intervals",
        (
            "customers",
            "self._expect_chase(request, chaser, 1, max(begin, 0), 0)",
            "self._expect_chase(request, chaser, 1, max(begin, 0), chaser.intervals.at(request.ordinal, 1))",
        ),
        on="chasing",
        red=("chases",),
    ),
    Mutant(
        "one chase less than at most",
        "R15: `at most` so often",
        ("customers", "if which <= chaser.at_most and", "if which < chaser.at_most and"),
        on="chasing",
        red=("chases",),
    ),
    Mutant(
        "chases numbered through",
        "R15: a chase has its own number among those of its parent",
        (
            "reference",
            "self.chases.append((klass, parent.ordinal, self.now, parent.number, which))",
            "self.chases.append((klass, parent.ordinal, self.now, parent.number, len(self.chases) + 1))",
        ),
        on="chasing",
        red=("chases",),
    ),
    Mutant(
        "luck of the first chase for all",
        "R4: a chase draws with its own number as the visit",
        ("reference", "        request.chase = which\n", "        request.chase = 1\n"),
        on="chasing",
        red=("durations",),
    ),
    Mutant(
        "chases about what is done",
        "R15: customers chase until their request has ended",
        ("customers", "if not parent.ended and chaser is not None:", "if chaser is not None:"),
        on="chasing",
        red=("chases",),
    ),
]

MEASURING = [
    Mutant(
        "warm-up leak",
        "R16: measured are those who arrive from the warm-up on",
        (
            "schedule",
            "return (arrived >= warm_up) & (arrived < length) & (ordinal < BACKLOG)",
            "return (arrived < length) & (ordinal < BACKLOG)",
        ),
        on="plain",
        red=("measuring",),
    ),
    Mutant(
        "end of the warm-up not measured",
        "R16: [warm-up, length): who arrives as the warm-up ends is measured",
        ("schedule", "return (arrived >= warm_up) &", "return (arrived > warm_up) &"),
        on="round: plain",
        red=("measuring",),
    ),
    Mutant(
        "backlog measured",
        "R16: a backlog is never measured",
        (
            "schedule",
            "return (arrived >= warm_up) & (arrived < length) & (ordinal < BACKLOG)",
            "return (arrived >= warm_up) & (arrived < length)",
        ),
        on="rich 1",
        red=("measuring",),
    ),
    Mutant(
        "horizon a tick short",
        "R16: a run ends one tick after the last measured request has ended",
        ("reference", "int(self.env.now) + 1", "int(self.env.now)"),
        on="plain",
        red=("columns",),
    ),
    Mutant(
        "horizon a tick long",
        "R16: a run ends one tick after the last measured request has ended",
        ("reference", "int(self.env.now) + 1", "int(self.env.now) + 2"),
        on="plain",
        red=("measuring",),
    ),
    Mutant(
        "ends with the run's length",
        "R16: a run goes on until every measured request has ended",
        (
            "reference",
            "        if self.open_measured == 0:\n            return length\n",
            "        return length\n",
        ),
        on="plain",
        red=("measuring",),
    ),
    Mutant(
        "area forgotten on a withdrawal",
        "identity 6: the integral of the number in process",
        (
            "reference",
            "        self._count(-1)\n",
            '        if outcome == "withdrawn":\n            self.in_process -= 1\n'
            "        else:\n            self._count(-1)\n",
        ),
        on="patience",
        red=("little",),
    ),
    Mutant(
        "area not closed at the end",
        "identity 6: the integral runs to the end of the run",
        ("reference", "        self.area += self.in_process * (ended_at - self.area_at)\n", ""),
        on="plain",
        red=("little",),
    ),
]

IN_PROCESS = [*LIMITS, *CUSTOMERS, *MEASURING]
