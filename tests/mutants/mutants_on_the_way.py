"""Engines with a fault in arrivals (R5), handoffs and process batches (R7, R11)."""

from __future__ import annotations

from patched_engine import Mutant

ARRIVALS = [
    Mutant(
        "numbers of one instant reversed",
        "R5: requests are numbered by (time, class, ordinal)",
        ("schedule", "np.lexsort((ordinal, klass, time - age))", "np.lexsort((-ordinal, klass, time - age))"),
        on="groups",
        red=("numbering",),
    ),
    Mutant(
        "classes of one instant reversed",
        "R5: of one instant the class that stands first in the file comes first",
        ("schedule", "np.lexsort((ordinal, klass, time - age))", "np.lexsort((ordinal, -klass, time - age))"),
        on="round: plain",
        red=("numbering",),
    ),
    Mutant(
        "arrivals at closing come at the next opening",
        "R5: who arrives as the office closes has arrived",
        (
            "schedule",
            "return calendars[name].after_array(np.zeros(len(worked), dtype=np.int64), worked)",
            "return calendars[name].after_array(np.zeros(len(worked), dtype=np.int64), worked + 1) - 1",
        ),
        on="round: plain",
        red=("arrivals",),
    ),
    Mutant(
        "group sizes from the draws of the gaps",
        "R4: each purpose has draws of its own",
        ("schedule", 'draws.first_uniforms("group"', 'draws.first_uniforms("arrival"'),
        on="groups",
        red=("arrivals",),
    ),
    Mutant(
        "groups one too many",
        "R5: so many arrive together as drawn",
        (
            "schedule",
            "return np.asarray(sizes[np.minimum(chosen, len(group) - 1)])",
            "return np.asarray(sizes[np.minimum(chosen, len(group) - 1)]) + 1",
        ),
        on="groups",
        red=("arrivals",),
    ),
    Mutant(
        "factor of the hour before",
        "R5: from its beginning on a part of the week has its own factor",
        ("profile", '(begins - monday) % WEEK, side="right") - 1', '(begins - monday) % WEEK, side="left") - 1'),
        on="profile",
        red=("arrivals",),
    ),
    Mutant(
        "weighted time rounded down",
        "R5: an arrival comes at the first instant at which enough weighted time has passed",
        (
            "profile",
            "goals = whole * self._weighted - (-rest * self._weighted) // self._open",
            "goals = whole * self._weighted + (rest * self._weighted) // self._open",
        ),
        on="profile",
        red=("arrivals",),
    ),
    Mutant(
        "promise of a backlog from the start of the run",
        "R5: a backlog is due at its promise less its age",
        ("schedule", "np.where(due < FOREVER, np.maximum(due - age, 0), due)", "due"),
        on="backlog",
        red=("arrivals",),
    ),
    Mutant(
        "backlog not to be read in",
        "R5: a backlog is still to be read in",
        ("travel", "visit.crossing = station.step.handoff is not None", "visit.crossing = False"),
        on="backlog + reading in",
        red=("durations",),
    ),
]

BATCHES = [
    Mutant(
        "batch of one more",
        "R7: a batch leaves when `size` requests wait",
        ("gates", "self._size = rule.size or FOREVER", "self._size = rule.size + 1 if rule.size else FOREVER"),
        on="transfer batch",
        red=("transfer batches",),
    ),
    Mutant(
        "rest of a batch lost",
        "R7: when more than `size` wait, the rest goes on waiting",
        ("gates", "del self._waiting[:number]", "self._waiting.clear()"),
        on="round: groups + transfer batch",
        red=(
            "chain",
            "conservation",
        ),
    ),
    Mutant(
        "last of a batch left behind",
        "R7: when the wait is over or the clock strikes, all go",
        (
            "gates",
            "batches.append(self._take(len(self._waiting)))",
            "batches.append(self._take(-(-len(self._waiting) // 2)))",
        ),
        on="daily post",
        red=("transfer batches",),
    ),
    Mutant(
        "batch leaves a tick late",
        "R7: a batch leaves when its first member has waited so long",
        ("gates", "else joined + self._wait\n", "else joined + self._wait + 1\n"),
        on="transfer batch",
        red=("transfer batches",),
    ),
    Mutant(
        "wait counted from the last member",
        "R7: the wait is that of the first member",
        (
            "gates",
            "        insort(waiting, entry)\n",
            "        insort(waiting, entry)\n        self.due = self._due_of(t)\n",
        ),
        on="transfer batch",
        red=("transfer batches",),
    ),
    Mutant(
        "wait of the member who withdrew",
        "R7, R15: when the first one withdraws, the wait counts from the next",
        (
            "gates",
            "if entry[3] is visit)]\n"
            "        self.due = self._due_of(self._waiting[0][0]) if self._waiting else FOREVER\n",
            "if entry[3] is visit)]\n",
        ),
        on="laid over 11: patience",
        red=("transfer batches",),
    ),
    Mutant(
        "clock does not strike at the very instant",
        "R7, R11: who joins as the clock strikes still leaves",
        ("gates", "if strike >= t and", "if strike > t and"),
        on="random 0",
        red=("process batches",),
    ),
    Mutant(
        "clock strikes on closed days",
        "R7: a clock of working days strikes on days on which the calendar opens",
        (
            "gates",
            "strike >= t and (self._calendar is None or self._calendar.opens_on_day_of(strike))",
            "strike >= t",
        ),
        on="full 10",
        red=("transfer batches",),
    ),
    Mutant(
        "overtaking in a gate",
        "R7: members of a batch go in the order in which they came",
        (
            "gates",
            "batch = [entry[3] for entry in self._waiting[:number]]\n        del self._waiting[:number]",
            "batch = [entry[3] for entry in self._waiting[-number:]]\n        del self._waiting[-number:]",
        ),
        on="round: groups + transfer batch",
        red=("transfer batches",),
    ),
    Mutant(
        "a transit for each member",
        "R7: one transit for the whole batch",
        (
            "travel",
            "                    self._carry(station, batch)\n",
            "                    for visit in batch:\n                        self._carry(station, [visit])\n",
        ),
        on="transfer batch + transit",
        red=(
            "durations",
            "transfer batches",
        ),
    ),
    Mutant(
        "transit of the last member",
        "R7: the transit of a batch is the draw of its first member",
        ("travel", "        first = batch[0]\n        arrives", "        first = batch[-1]\n        arrives"),
        on="transfer batch + transit",
        red=("durations",),
    ),
    Mutant(
        "working transit in elapsed time",
        "R7: a transit in working time passes only while the calendar is open",
        ("travel", "after(station.transit_calendar, arrives, ticks)", "arrives + ticks"),
        on="full 5",
        red=(
            "transit",
            "durations",
        ),
    ),
    Mutant(
        "reading in within a team",
        "R7: a move within a team is no handoff",
        ("travel", "(visit.from_team != station.team.index and not", "(not"),
        on="returns in a row + reading in",
        red=("durations",),
    ),
    Mutant(
        "members handled in reverse",
        "R11: one after another in the order in which they joined",
        ("handling", "members = first.members or [first]", "members = (first.members or [first])[::-1]"),
        on="process batch, each",
        red=("work",),
    ),
    Mutant(
        "leave together, but one by one",
        "R11: members of a batch leave together",
        (
            "handling",
            "released = turn if together and visit.kind != _QUESTION else worked",
            "released = worked",
        ),
        on="process batch",
        red=("work",),
    ),
    Mutant(
        "question leaves with its batch",
        "R11: a member with a question leaves the batch when it is asked",
        ("handling", "turn if together and visit.kind != _QUESTION else", "turn if together else"),
        on="process batch + questions to the customer",
        red=("work",),
    ),
]

ON_THE_WAY = [*ARRIVALS, *BATCHES]
