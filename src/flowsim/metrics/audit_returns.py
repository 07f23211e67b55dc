"""The audit of what goes back and forth (R12): passes, questions and their answers, and what belongs to a return."""

from __future__ import annotations

import numpy as np

from flowsim.metrics.audit_arrays import BoolArray, IntArray, count_before, take
from flowsim.metrics.audit_ground import Ground
from flowsim.metrics.audit_report import Check, Trial
from flowsim.record import NONE, Kind, Via


def check_passes(ground: Ground) -> Check:
    """R12: pass counts the times a request came to do a step's work; one back with an answer goes on with its pass."""
    trial = Trial("passes", "R12: pass 1, 2, … counts the times the request came to the step")
    v = ground.v
    for rows in ground.step_rows:
        came = ground.moved[rows]
        expected = count_before(ground.request[rows], came) + came.astype(np.int64)
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
    before = ground.before(np.where(ground.is_answer, int(Kind.ANSWER), kind))

    def hold(rows: IntArray, right: BoolArray, what: str) -> None:
        trial.hold(right, lambda i: f"{ground.visit(int(rows[i]))}: {what}")

    every = np.arange(ground.visits)
    raised = np.flatnonzero(kind == int(Kind.QUESTION))
    given_up = ground.gave_up[ground.request[raised]] & ground.is_last[raised]
    open_ = ground.is_last[raised] & (v["released"][raised] == NONE)
    goes_on = take(via, ground.tree.after[raised]) == int(Via.QUESTION)
    hold(raised, goes_on | given_up | open_, "a question was asked, but no answer followed")
    hold(every, (before == int(Kind.QUESTION)) | (via != int(Via.QUESTION)), "an answer comes after a question only")
    resumed = (before == int(Kind.ANSWER)) == (via == int(Via.ANSWER))
    hold(every, resumed, "the work, and only that, goes on after an answer")
    questions = np.flatnonzero(kind == int(Kind.QUESTION))
    sender, customer = _who_is_asked(ground)
    step = v["step"][questions]
    asks = np.where(sender[step], v["from_team"][questions] != NONE, customer[step])
    hold(questions, asks & ground.reads[questions], "nobody is asked here: no handoff with a question, or no sender")
    answers = np.flatnonzero(ground.is_answer & (before == int(Kind.QUESTION)))
    back = np.flatnonzero((via == int(Via.ANSWER)) & (before == int(Kind.ANSWER)))
    back = back[ground.before(before)[back] == int(Kind.QUESTION)]
    question, answer = ground.tree.previous[answers], ground.tree.previous[back]
    first = ground.tree.previous[answer]
    asked = sender[v["step"][question]]
    for rows, name, expected in (
        (answers, "step", np.where(asked, v["from_step"][question], NONE)),
        (answers, "team", np.where(asked, v["from_team"][question], NONE)),
        (answers, "from_step", v["step"][question]),
        (answers, "from_team", v["team"][question]),
        (answers, "pass", v["pass"][question]),
        (back, "step", v["step"][first]),
        (back, "from_step", v["step"][answer]),
        (back, "from_team", v["team"][answer]),
        (back, "pass", v["pass"][first]),
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
    """Section 4: time belongs to a return until the request has again left the furthest step it had reached.

    Each branch has its own furthest step (R13); what began within a return is in it throughout.
    """
    trial = Trial("in return", "semantics 4: in a return until the furthest step reached before is left again")
    v = ground.v
    expected = np.zeros(ground.visits, dtype=np.int64)
    returned = np.zeros(ground.requests, dtype=np.bool_)
    returned[ground.request[v["via"] == int(Via.RETURN)]] = True
    some = returned[ground.request]
    if some.any():
        _follow(ground, np.flatnonzero(some), expected)
    trial.hold(
        v["in_return"] == expected,
        lambda i: f"{ground.visit(i)}: in_return {int(v['in_return'][i])}, expected {int(expected[i])}",
    )
    return trial.done()


def _follow(ground: Ground, rows: IntArray, expected: IntArray) -> None:
    """Fill in `expected` for these rows, the trunks first, then the branches that began on them, and so on."""
    within = np.full(ground.branches + 1, 0, dtype=np.int64)  # by branch whether it began within a return
    level = np.zeros(ground.visits, dtype=np.int64)
    home = ground.tree.home
    above = home.copy()
    while (above != NONE).any():
        level += above != NONE
        above = take(ground.tree.above, above)
    for deep in range(int(level[rows].max()) + 1):
        own = rows[level[rows] == deep]
        own = own[np.lexsort((own, ground.v["branch"][own], ground.request[own]))]
        track = np.append(True, (np.diff(ground.request[own]) != 0) | (np.diff(ground.v["branch"][own]) != 0))
        heads = np.flatnonzero(track)
        _follow_tracks(ground, own, heads, within, expected)


def _follow_tracks(ground: Ground, own: IntArray, heads: IntArray, within: IntArray, expected: IntArray) -> None:
    """The visits of some trunks or branches, one after another; `heads` are where in `own` each begins."""
    v, tree = ground.v, ground.tree
    ranks = np.array([(*paths.rank, NONE) for paths in ground.paths], dtype=np.int64)
    count = np.diff(np.append(heads, len(own)))
    until = np.full(len(heads), NONE, dtype=np.int64)  # the rank to be left again, while in a return
    furthest = np.full(len(heads), NONE, dtype=np.int64)
    base = within[tree.home[own[heads]]]
    for k in range(int(count.max(initial=0))):
        going = np.flatnonzero(count > k)
        row = own[heads[going] + k]
        via, klass = v["via"][row], ground.klass[row]
        step, origin = ranks[klass, v["step"][row]], ranks[klass, v["from_step"][row]]
        now, far = until[going], furthest[going]
        sent_back = via == int(Via.RETURN)
        past = (via == int(Via.NEXT)) & ((origin >= now) | (step > now))
        now = np.where(sent_back, np.where(now == NONE, far, now), np.where(past, NONE, now))
        until[going] = now
        furthest[going] = np.where(ground.moved[row], np.maximum(far, step), far)
        expected[row] = (now != NONE) | (base[going] == 1)
        begun = tree.begun[row]
        split = begun != NONE
        inside = ((now != NONE) & (step < now)) | (base[going] == 1)
        for head in np.unique(begun[split & inside]).tolist():
            within[:-1][tree.head == head] = 1
