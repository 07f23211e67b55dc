"""Engines with a fault in who takes what, alone or with others (R8)."""

from __future__ import annotations

from patched_engine import Mutant

QUEUES = [
    Mutant(
        "last in, first out",
        "R8: first in, first out",
        (
            "waiting",
            "heappush(self.line, (request.priority, rank, at,",
            "heappush(self.line, (request.priority, rank, -at,",
        ),
        on="plain",
        red=("discipline",),
    ),
    Mutant(
        "inverted priority",
        "R8: priority 0 comes first",
        ("waiting", "heappush(self.line, (request.priority, rank", "heappush(self.line, (-request.priority, rank"),
        on="plain",
        red=("discipline",),
    ),
    Mutant(
        "wrong tie",
        "R3: of those who joined at one instant the lowest request number comes first",
        (
            "waiting",
            "rank, at, request.number, visit.order, visit))",
            "rank, at, -request.number, visit.order, visit))",
        ),
        on="groups",
        red=("discipline",),
    ),
    Mutant(
        "last in is first in",
        "R8: `last in` takes who joined last",
        ("effort", "return -visit.assembled", "return visit.assembled"),
        on="last in",
        red=("discipline",),
    ),
    Mutant(
        "latest due date of a batch",
        "R8: the due date of a batch is the earliest of its members'",
        ("effort", "return min(member.request.due for", "return max(member.request.due for"),
        on="process batch, each + due date",
        red=("discipline",),
    ),
    Mutant(
        "shortest without reading in",
        "R8: `shortest` looks at reading in and tasks",
        (
            "effort",
            "return self.reading(station, visit) + sum(self.work(station, visit, count=False))",
            "return sum(self.work(station, visit, count=False))",
        ),
        on="shortest + reading in",
        red=("discipline",),
    ),
    Mutant(
        "furthest is nearest",
        "R8: `furthest` takes who is furthest along its path",
        (
            "effort",
            "return -self.paths[visit.request.klass].rank[step]",
            "return self.paths[visit.request.klass].rank[step]",
        ),
        on="furthest",
        red=("discipline",),
    ),
    Mutant(
        "never to the end of a random queue",
        "R8: a request joins a random queue at any place with the same chance",
        ("waiting", "math.floor(lot * (len(line) + 1))", "math.floor(lot * len(line))"),
        on="random",
        red=("discipline",),
    ),
    Mutant(
        "one lot for all passes of a random queue",
        "R4: a lot each time it joins",
        ("effort", "turn = 2 * visit.turn - int(visit.via != _BACK)", "turn = 1"),
        on="random + late returns",
        red=("discipline",),
    ),
    Mutant(
        "not the lowest number",
        "R8: the lowest free number takes it",
        (
            "handling",
            "                self.start(team, team.people[heappop(free)], visit)",
            "                self.start(team, team.people[free.pop()], visit)",
        ),
        on="plain",
        red=("lowest number",),
    ),
    Mutant(
        "no preference for the team named first",
        "R8: a team passes a request while one that the step names earlier has somebody free",
        ("careful", "return not (leaving and self._leaves_it(team, visit, now))", "return True"),
        on="any of several teams",
        red=("preference",),
    ),
]

PEOPLE = [
    Mutant(
        "helper taken while his own team has work",
        "R8: who helps goes back first",
        ("careful", "for other in person.teams[: person.teams.index(team)]:", "for other in person.teams[:0]:"),
        on="cross-training + groups",
        red=("helpers",),
    ),
    Mutant(
        "helper waits for his closed team",
        "R8: only work that he could begin now keeps him from helping",
        ("careful", "            if other.line and other.is_open(now):\n", "            if other.line:\n"),
        on="cross-training + short hours + late returns",
        red=("no idling",),
    ),
    Mutant(
        "crew not the lowest numbers",
        "R8: of each team the lowest numbers",
        ("careful", "[*people, *self.kept])[:count]", "[*people, *self.kept])[-count:]"),
        on="meeting",
        red=("lowest number",),
    ),
    Mutant(
        "meeting without one of its teams",
        "R8: a meeting has all the people it needs",
        ("build", "for name, count in step.needs)", "for name, count in step.needs[:-1])"),
        on="meeting",
        red=("crews",),
    ),
    Mutant(
        "meeting without one of its people",
        "R8: work for several has exactly the people it needs",
        (
            "handling",
            "            for _ in range(own if place == 0 else count):\n",
            "            for _ in range(min(own if place == 0 else count, len(others) - 1)):\n",
        ),
        on="two people",
        red=("crews",),
    ),
    Mutant(
        "nobody kept for a meeting",
        "R8: what there is of its people is kept for it",
        ("careful", "        self.kept += people\n", ""),
        on="meeting",
        red=("turns",),
    ),
    Mutant(
        "meetings by time alone",
        "R8: work for several waits by priority first",
        ("careful", "insort(self.crew_line, (visit.request.priority,", "insort(self.crew_line, (0,"),
        on="two people",
        red=("turns",),
    ),
    Mutant(
        "meeting outside the hours",
        "R9: work for several begins while all its teams are open",
        ("build", "clocks[0] if len(clocks) == 1 else JointTimes(clocks)", "clocks[0]"),
        on="meeting + short hours",
        red=("opening hours",),
    ),
    Mutant(
        "meeting by the hours of one team",
        "R9: work for several runs in the time in which all its teams are open",
        (
            "handling",
            "station.times or self.teams[first.team].open_times",
            "self.teams[first.team].open_times",
        ),
        on="meeting + short hours",
        red=("work",),
    ),
    Mutant(
        "pace of the fastest",
        "R8: the pace is that of the slowest",
        ("handling", "min(one.speed for one in people)", "max(one.speed for one in people)"),
        on="laid over 1: named several",
        red=("work",),
    ),
    Mutant(
        "speed not for set-up",
        "R8: speed changes set-up, reading in, answering and work",
        ("handling", "after(calendar, now, at_speed(set_up_ticks, speed))", "after(calendar, now, set_up_ticks)"),
        on="named people + set-up",
        red=("work",),
    ),
    Mutant(
        "set-up after it is done",
        "R6: each instant is at or after the one before it",
        (
            "handling",
            "set_up = turn = after(calendar, now, at_speed(set_up_ticks, speed))",
            "turn = after(calendar, now, at_speed(set_up_ticks, speed))\n        set_up = turn + 1",
        ),
        on="set-up",
        red=("instants",),
    ),
    Mutant(
        "speed rounded down",
        "R8: at a speed each length is rounded to a tick, halves up",
        (
            "handling",
            "sum(at_speed(ticks, speed) for ticks in values)",
            "sum(ticks * 1000 // speed for ticks in values)",
        ),
        on="named people",
        red=("work",),
    ),
    Mutant(
        "same person waits behind others",
        "R8: whoever did the step before goes straight on, past everybody who waits",
        (
            "travel",
            "if done is None or done.goer is None:",
            "if done is None or done.goer is None or station.team.line:",
        ),
        on="same person",
        red=("same person",),
    ),
    Mutant(
        "same person straight on out of a batch",
        "R8: only with one request, no process batch",
        (
            "handling",
            "alone = last and len(members) == len(people) == 1 and members[0][1].process_batch == NONE",
            "alone = last and len(members) == len(people) == 1",
        ),
        on="same person + process batch, each",
        red=("discipline",),
    ),
    Mutant(
        "two people are one who goes straight on",
        "R8: only when he did it alone",
        (
            "handling",
            "alone = last and len(members) == len(people) == 1 and",
            "alone = last and len(members) == 1 and",
        ),
        on="laid over 16: several same",
        red=("turns",),
    ),
]

AT_WORK = [*QUEUES, *PEOPLE]
