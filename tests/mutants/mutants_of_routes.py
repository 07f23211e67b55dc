"""Engines with a fault in returns and questions (R12), routes and branches (R13)."""

from __future__ import annotations

from patched_engine import Mutant

RETURNS = [
    Mutant(
        "passes not counted",
        "R12: pass 1, 2, … counts the times it came to do the step's work",
        ("travel", "visit.pass_ = passes[index] = passes[index] + 1", "visit.pass_ = 2"),
        on="returns in a row",
        red=("passes",),
    ),
    Mutant(
        "rework told as work",
        "R12: a visit after the first pass is rework",
        ("travel", "            visit.kind = _REWORK\n", "            visit.kind = _WORK\n"),
        on="returns + set-up",
        red=("kinds",),
    ),
    Mutant(
        "chance of the wrong pass",
        "R12: a list of chances is by pass",
        ("travel", "chances[min(visit.pass_, len(chances)) - 1]", "chances[min(visit.pass_ + 1, len(chances)) - 1]"),
        on="returns",
        red=("decisions",),
    ),
    Mutant(
        "one return more than at most",
        "R12: after `at most` returns the request passes",
        ("travel", "if times >= rule.at_most:", "if times > rule.at_most:"),
        on="returns in a row",
        red=(
            "routing",
            "decisions",
        ),
    ),
    Mutant(
        "same duration on the second pass",
        "R4: a task done again draws a new time",
        ("handling", "if visit.pass_ == 1 and ordinal < len(drawn.first):", "if ordinal < len(drawn.first):"),
        on="returns",
        red=("durations",),
    ),
    Mutant(
        "need drawn anew at each visit",
        "R4, R13: whether a request needs a step is drawn once a journey",
        ("branching", "turn = request.chase or 1", "turn = request.visits + 1"),
        on="share",
        red=("decisions",),
    ),
    Mutant(
        "in return until it arrives",
        "R12: a return lasts until the furthest step reached before is left again",
        (
            "travel",
            "elif came >= track.return_until or rank[visit.step] > track.return_until:",
            "elif rank[visit.step] >= track.return_until:",
        ),
        on="returns",
        red=("in return",),
    ),
    Mutant(
        "refused counted as done",
        "R13: a journey ends with the outcome that its route names",
        (
            "reference",
            "self.outcome[request.number] = self.plant.outcomes.index(outcome)",
            "self.outcome[request.number] = 0",
        ),
        on="routes",
        red=("routing",),
    ),
    Mutant(
        "question answered by the wrong team",
        "R12: a question to the sender is answered by the team that had the request",
        (
            "questions",
            "step, team = (visit.from_step, visit.from_team) if",
            "step, team = (visit.from_step, visit.team) if",
        ),
        on="questions to the sender",
        red=("questions",),
    ),
    Mutant(
        "same question on every pass",
        "R4, R12: one draw a pass",
        (
            "questions",
            "station.question[visit.request.klass].at(visit.request.ordinal, visit.turn)",
            "station.question[visit.request.klass].at(visit.request.ordinal, 1)",
        ),
        on="late returns + questions to the customer",
        red=("decisions",),
    ),
    Mutant(
        "read in again after the answer",
        "R12: on the answer there is no reading in",
        (
            "effort",
            "if station.reread is None or not visit.crossing:",
            "if station.reread is None:",
        ),
        on="questions to the customer + reading in",
        red=("durations",),
    ),
]

BRANCHES = [
    Mutant(
        "join before the last branch",
        "R13: when all branches have ended, the request goes on",
        ("branching", "        if fork.left:\n", "        if fork.left != len(fork.branches) - 1:\n"),
        on="branches",
        red=(
            "branches",
            "chain",
        ),
    ),
    Mutant(
        "critical branch is the first",
        "R13: the move to the join is one from the branch that ended last",
        ("branching", "min(fork.branches, key=lambda one: (-one.ended, one.place))", "fork.branches[0]"),
        on="branches",
        red=("routing",),
    ),
    Mutant(
        "of branches that end at once the last is critical",
        "R13: of several that ended at one instant the first in place is critical",
        ("branching", "key=lambda one: (-one.ended, one.place))", "key=lambda one: (-one.ended, -one.place))"),
        on="rich 1",
        red=("routing",),
    ),
    Mutant(
        "branches numbered from the last place",
        "R13: branches of one instant are numbered by their places",
        (
            "laying_down",
            "key=lambda one: (one.fork.request.number, one.began, self._where[one])",
            "key=lambda one: (one.fork.request.number, one.began, -one.place)",
        ),
        on="branches",
        red=("columns",),
    ),
    Mutant(
        "visits of one instant against the paths",
        "R13: visits sent at one instant are numbered as the paths run",
        (
            "laying_down",
            "order[sorted(places, key=places.__getitem__)]",
            "order[sorted(places, key=places.__getitem__, reverse=True)]",
        ),
        on="branches",
        red=("chain",),
    ),
    Mutant(
        "branches outlive a withdrawal",
        "R15: with a withdrawal the branches end",
        (
            "branching",
            "branch.ended = self.now if branch.ended == NONE else branch.ended",
            "branch.ended = branch.ended",
        ),
        on="branches + patience",
        red=("branches",),
    ),
]

OF_ROUTES = [*RETURNS, *BRANCHES]
