"""The audit of journeys (R12, R13): every move is one the model allows; passes and questions are right.

What the draws decided is not looked at here (see `audit_decisions`): only what is possible at all.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from flowsim.metrics.audit_ground import BoolArray, Ground, IntArray, count_before
from flowsim.metrics.audit_report import Check, Trial
from flowsim.model import Model, RequestClass, Step
from flowsim.model.process import END
from flowsim.record import NONE, Kind, Via


@dataclass(frozen=True)
class Moves:
    """What is possible: by class, step and next step; the last column of a next step is the end of the journey.

    `ends` is by class, step and outcome of the record. Arrivals stand in the row after the last step.
    """

    onward: BoolArray
    back: BoolArray
    ends: BoolArray


def possible_moves(model: Model, outcomes: tuple[str, ...]) -> Moves:
    """Every move and every end that some draw could bring about."""
    shape = (len(model.classes), len(model.steps) + 1, len(model.steps) + 1)
    onward, back = np.zeros(shape, dtype=np.bool_), np.zeros(shape, dtype=np.bool_)
    ends = np.zeros((*shape[:2], len(outcomes) + 1), dtype=np.bool_)
    index = {step.name: i for i, step in enumerate(model.steps)}
    for c, cls in enumerate(model.classes):
        landing = _landing(model, cls)
        done = outcomes.index("done") if "done" in outcomes else NONE
        onward[c, -1] = landing[0]
        for s, step in enumerate(model.steps):
            for to, _, outcome in _targets(step, cls):
                if to == END:
                    ends[c, s, outcomes.index(outcome) if outcome in outcomes else NONE] = True
                else:
                    onward[c, s] |= landing[index[to]]
            if not _targets(step, cls):
                onward[c, s] |= landing[s + 1]
            for rule in step.returns:
                for to, chances in rule.targets:
                    if max(chances) > 0:
                        back[c, s] |= landing[index[to]]
            ends[c, s, done] |= onward[c, s, -1] | back[c, s, -1]
        ends[c, -1, done] = landing[0, -1]
    ends[:, :, -1] = False
    return Moves(onward, back, ends)


def _targets(step: Step, cls: RequestClass) -> tuple[tuple[str, float, str], ...]:
    """Where a class may be routed to; empty: the next step in file order."""
    for route in step.routes:
        if route.only is None or cls.name in route.only:
            likely = [target for target in route.targets[:-1] if target[1] > 0]
            return (*likely, *route.targets[-1:])  # the last takes what the shares leave over
    return ()


def _landing(model: Model, cls: RequestClass) -> BoolArray:
    """By step aimed at: the steps where a request of the class may land, those it does not need being skipped."""
    steps = len(model.steps)
    landing = np.zeros((steps + 1, steps + 1), dtype=np.bool_)
    landing[steps, steps] = True
    for s in range(steps - 1, -1, -1):
        may, must = _visits(model, model.steps[s], cls)
        landing[s, s] = may
        if not must:
            landing[s] |= landing[s + 1]
    return landing


def _visits(model: Model, step: Step, cls: RequestClass) -> tuple[bool, bool]:
    """Whether requests of the class may visit the step, and whether all of them must."""
    if step.only is not None and cls.name not in step.only:
        return False, False
    if not step.tasks:
        return True, True
    shares = []
    for item in step.tasks:
        task = model.task(item.task)
        if task.only is None or cls.name in task.only:
            shares.append(min([n.share for n in (task.need, *item.needs) if n is not None], default=1.0))
    return any(share > 0 for share in shares), any(share >= 1 for share in shares)


def check_routing(ground: Ground) -> Check:
    """R13: every move from step to step, and every end, is one the model allows for the class."""
    trial = Trial("routing", "R12, R13: every move and every end is one the model allows")
    v = ground.v
    moves = possible_moves(ground.model, ground.record.outcomes)
    via, step, klass = v["via"], v["step"], ground.klass
    arrival = via == int(Via.ARRIVAL)
    came = np.where(arrival, NONE, ground.before(step))
    onward = arrival | (via == int(Via.NEXT))
    moved = onward | (via == int(Via.RETURN))
    allowed = np.where(onward, moves.onward[klass, came, step], moves.back[klass, came, step])
    name = [s.name for s in ground.model.steps] + ["the customer"]
    trial.hold(
        allowed | ~moved,
        lambda i: (
            f"{ground.visit(i)}: no {Via(int(via[i])).name.lower()} leads here from {name[int(came[i])]!r} for "
            f"class {ground.model.classes[int(klass[i])].name!r}"
        ),
    )
    team = np.where(arrival, NONE, ground.before(v["team"]))
    for column, origin in (("from_step", came), ("from_team", team)):
        found = v[column]
        trial.hold(
            (found == origin) | ~moved,
            lambda i, column=column, found=found, origin=origin: (  # type: ignore[misc]
                f"{ground.visit(i)}: {column} {int(found[i])}, expected {int(origin[i])}"
            ),
        )
    _check_ends(trial, ground, moves)
    _check_at_most(trial, ground, np.where(via == int(Via.RETURN), came, NONE))
    return trial.done()


def _check_at_most(trial: Trial, ground: Ground, sent_back_by: IntArray) -> None:
    """Nobody is sent back by a step more often than its rules together allow (R12)."""
    for s, step in enumerate(ground.model.steps):
        limits = [rule.at_most for rule in step.returns]
        if not limits or None in limits:
            continue
        most = sum(limit or 0 for limit in limits)
        times = np.bincount(ground.request[sent_back_by == s], minlength=ground.requests)
        trial.hold(
            times <= most,
            lambda i, times=times, most=most, name=step.name: (  # type: ignore[misc]
                f"request {i} was sent back {int(times[i])} times from {name!r}, at most {most} are allowed"
            ),
        )


def _check_ends(trial: Trial, ground: Ground, moves: Moves) -> None:
    """Journeys end after work, at a step and with an outcome the model names."""
    r, v = ground.r, ground.v
    last = np.full(ground.requests, NONE, dtype=np.int64)
    last_rows = np.flatnonzero(ground.is_last)
    last[ground.request[last_rows]] = last_rows
    ended = np.flatnonzero(r["ended"] != NONE)
    row = last[ended]
    visited = row != NONE
    at_work = np.append(v["kind"], int(Kind.WORK))[row] < int(Kind.QUESTION)
    step = np.append(v["step"], len(ground.model.steps))[row]
    right = at_work & moves.ends[r["class"][ended], step, r["outcome"][ended]]
    trial.hold(
        right,
        lambda i: (
            f"request {int(ended[i])} ended as {ground.record.outcomes[int(r['outcome'][ended[i]])]!r} after "
            + (ground.visit(int(row[i])) if visited[i] else "no visit")
        ),
    )


def check_passes(ground: Ground) -> Check:
    """R12: pass counts the times a request came to do a step's work; one back with an answer goes on with its pass."""
    trial = Trial("passes", "R12: pass 1, 2, … counts the times the request came to the step")
    v = ground.v
    for rows in ground.step_rows:
        came = v["via"][rows] <= int(Via.RETURN)
        expected = count_before(ground.request[rows], came) + came
        trial.hold(
            v["pass"][rows] == expected,
            lambda i, rows=rows, expected=expected: (  # type: ignore[misc]
                f"{ground.visit(int(rows[i]))}: pass {int(v['pass'][rows[i]])}, expected {int(expected[i])}"
            ),
        )
    return trial.done()


def check_questions(ground: Ground) -> Check:
    """R12: question, answer and going on follow each other, to the one who is asked and back."""
    trial = Trial("questions", "R12: a question is answered by whom the step asks; then its visit goes on")
    v = ground.v
    kind, via = v["kind"], v["via"]
    before = ground.before(kind)

    def hold(rows: IntArray, right: BoolArray, what: str) -> None:
        trial.hold(right, lambda i: f"{ground.visit(int(rows[i]))}: {what}")

    every = np.arange(ground.visits)
    answered = (before == int(Kind.QUESTION)) == (via == int(Via.QUESTION))
    hold(every, answered, "an answer, and only that, comes next after a question")
    resumed = (before == int(Kind.ANSWER)) == (via == int(Via.ANSWER))
    hold(every, resumed, "the work, and only that, goes on after an answer")
    questions = np.flatnonzero(kind == int(Kind.QUESTION))
    sender, customer = _who_is_asked(ground)
    step = v["step"][questions]
    asks = np.where(sender[step], v["from_team"][questions] != NONE, customer[step])
    hold(questions, asks & ground.crosses[questions], "nobody is asked here: no handoff with a question, or no sender")
    answers = np.flatnonzero((kind == int(Kind.ANSWER)) & (before == int(Kind.QUESTION)))
    back = np.flatnonzero((via == int(Via.ANSWER)) & (before == int(Kind.ANSWER)))
    back = back[ground.before(before)[back] == int(Kind.QUESTION)]
    question, answer = answers - 1, back - 1
    asked = sender[v["step"][question]]
    for rows, name, expected in (
        (answers, "step", np.where(asked, v["from_step"][question], NONE)),
        (answers, "team", np.where(asked, v["from_team"][question], NONE)),
        (answers, "from_step", v["step"][question]),
        (answers, "from_team", v["team"][question]),
        (answers, "pass", v["pass"][question]),
        (back, "step", v["step"][answer - 1]),
        (back, "from_step", v["step"][answer]),
        (back, "from_team", v["team"][answer]),
        (back, "pass", v["pass"][answer - 1]),
    ):
        hold(rows, v[name][rows] == expected, f"{name} does not follow from the question asked and who is asked")
    straight = np.concatenate([answers, back])
    for name in ("gathered", "delivered", "admitted", "assembled"):
        hold(straight, v[name][straight] == v["sent"][straight], f"{name} is not when it was sent, without a handoff")
    return trial.done()


def _who_is_asked(ground: Ground) -> tuple[BoolArray, BoolArray]:
    """By step: whether its questions go to the sender, and whether to the customer."""
    sender, customer = [], []
    for step in ground.model.steps:
        question = step.handoff.question if step.handoff is not None else None
        possible = question is not None and question.chance > 0
        sender.append(possible and question is not None and question.to == "sender")
        customer.append(possible and question is not None and question.to == "customer")
    return np.array([*sender, False]), np.array([*customer, False])


def check_in_return(ground: Ground) -> Check:
    """Section 4: time belongs to a return until the request has again left the furthest step it had reached."""
    trial = Trial("in return", "semantics 4: in a return until the furthest step reached before is left again")
    v = ground.v
    expected = np.zeros(ground.visits, dtype=np.int64)
    heads = np.flatnonzero(ground.is_first)
    count = np.diff(np.append(heads, ground.visits))
    returned = np.zeros(ground.requests, dtype=np.bool_)
    returned[ground.request[v["via"] == int(Via.RETURN)]] = True
    some = returned[ground.request[heads]]
    heads, count = heads[some], count[some]
    until = np.full(len(heads), NONE, dtype=np.int64)  # the step to be left again, while in a return
    furthest = np.full(len(heads), NONE, dtype=np.int64)
    for k in range(int(count.max(initial=0))):
        going = np.flatnonzero(count > k)
        row = heads[going] + k
        via, step, origin = v["via"][row], v["step"][row], v["from_step"][row]
        now, far = until[going], furthest[going]
        sent_back = via == int(Via.RETURN)
        past = (via == int(Via.NEXT)) & ((origin >= now) | (step > now))
        now = np.where(sent_back, np.where(now == NONE, far, now), np.where(past, NONE, now))
        until[going] = now
        furthest[going] = np.where(via <= int(Via.RETURN), np.maximum(far, step), far)
        expected[row] = now != NONE
    trial.hold(
        v["in_return"] == expected,
        lambda i: f"{ground.visit(i)}: in_return {int(v['in_return'][i])}, expected {int(expected[i])}",
    )
    return trial.done()
