"""Ways to spoil a run in its batches and journeys. CASES: a spoiler and the check that must notice."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import numpy as np
from audit_spoilers import Spoiled, shift

from flowsim.model import BatchRule, Clock, Wait
from flowsim.model.calendar import DAY, HOUR
from flowsim.record import INSTANTS, Kind, Via


def released_early(run: Spoiled) -> None:
    """A member of a batch that leaves together goes when its own work is done."""
    together = (run.v["worked"] < run.v["released"]) & (run.v["kind"] != int(Kind.QUESTION))
    row = run.rows("Send", together)[0]
    run.v["released"][row] = run.v["worked"][row]


def lost_leftover(run: Spoiled) -> None:
    """Who still waits for company at the end is forgotten."""
    row = int(np.flatnonzero((run.v["gathered"] < 0) & run.last())[0])
    run.drop(row)


def missing_visit(run: Spoiled) -> None:
    run.drop(int(run.rows("Check", ~run.last())[4]))


def visit_out_of_order(run: Spoiled) -> None:
    run.v["visit"][[5, 6]] = run.v["visit"][[6, 5]]


def one_too_few_in_batch(run: Spoiled) -> None:
    """The first of a batch goes by itself, at the same instant."""
    batch = run.v["transfer_batch"]
    row = run.rows("Check", batch >= 0)[0]
    batch[row] = batch.max() + 1


def one_too_many_in_batch(run: Spoiled) -> None:
    """The size in the model is one less than the batches are."""
    run.handoff("Check", batch=BatchRule(3, Wait(14 * HOUR, "office")))


def waits_beyond_the_rule(run: Spoiled) -> None:
    run.handoff("Check", batch=BatchRule(4, Wait(HOUR, "office")))


def misses_the_clock(run: Spoiled) -> None:
    times = tuple(d * DAY + 15 * HOUR for d in range(5))
    run.handoff("Legal opinion", batch=BatchRule(clock=Clock(times, "office")))


def wrong_clock_day(run: Spoiled) -> None:
    times = tuple(d * DAY + 16 * HOUR for d in range(5))
    run.handoff("Legal opinion", batch=BatchRule(clock=Clock(times, None)))  # also on holidays


def gathered_alone(run: Spoiled) -> None:
    """A later member left its batch a tick before the others."""
    batch = run.v["transfer_batch"]
    sizes = np.bincount(batch[batch >= 0])
    row = run.rows("Check", (batch >= 0) & (sizes[batch] > 1) & (run.v["sent"] < run.v["gathered"]))[1]
    shift(run, row, -1, ("gathered",))


def process_batch_split(run: Spoiled) -> None:
    batch = run.v["process_batch"]
    sizes = np.bincount(batch[batch >= 0])
    row = run.rows("Send", (batch >= 0) & (sizes[batch] == 4))[1]
    batch[row] = batch.max() + 1


def set_up_twice(run: Spoiled) -> None:
    """The second member of a batch is charged a set-up of its own."""
    row = run.rows("Send", (run.v["turn"] > run.v["set_up"]) & (run.v["set_up_ticks"] > 0))[0]
    run.v["set_up_ticks"][row] += 1000


def late_transit(run: Spoiled) -> None:
    run.handoff("Legal opinion", transit=None)


def transit_off(run: Spoiled) -> None:
    """A transit that took a tick longer than drawn (and the queue a tick less)."""
    row = run.rows("Check", (run.v["started"] > run.v["delivered"]) & (run.v["transfer_batch"] >= 0))[0]
    batch = run.v["transfer_batch"] == run.v["transfer_batch"][row]
    for name in ("delivered", "admitted", "assembled"):
        run.v[name][batch] += 1


def wrong_pass(run: Spoiled) -> None:
    run.v["pass"][run.rows("Check", run.v["pass"] == 2)[0]] = 3


def rework_counted_as_work(run: Spoiled) -> None:
    run.v["kind"][run.rows("Check", run.v["kind"] == int(Kind.REWORK))[0]] = int(Kind.WORK)


def question_denied(run: Spoiled) -> None:
    row = int(np.flatnonzero(run.v["kind"] == int(Kind.QUESTION))[0])
    run.v["kind"][row] = int(Kind.WORK) if run.v["pass"][row] == 1 else int(Kind.REWORK)


def wrong_team_answers(run: Spoiled) -> None:
    answers = (run.v["kind"] == int(Kind.ANSWER)) & (run.v["team"] >= 0)
    row = int(np.flatnonzero(answers)[0])
    run.v["step"][row] = (run.v["step"][row] + 1) % 4
    run.v["team"][row] = [t.name for t in run.model.teams].index(run.model.steps[run.v["step"][row]].team)


def answer_dawdles(run: Spoiled) -> None:
    """The customer's answer comes a tick late; so does the way back."""
    row = int(np.flatnonzero((run.v["kind"] == int(Kind.ANSWER)) & (run.v["team"] < 0))[0])
    shift(run, row, 1, ("worked", "released"))
    shift(run, row + 1, 1, INSTANTS[:5])


def return_forgotten(run: Spoiled) -> None:
    row = int(np.flatnonzero(run.v["in_return"] == 1)[0])
    run.v["in_return"][row] = 0


def return_never_ends(run: Spoiled) -> None:
    mask = (run.v["in_return"] == 1) & ~run.last()
    row = int(np.flatnonzero(mask & (np.append(run.v["in_return"][1:], 0) == 0))[0])
    run.v["in_return"][row + 1] = 1


def return_named_next(run: Spoiled) -> None:
    run.v["via"][np.flatnonzero(run.v["via"] == int(Via.RETURN))[0]] = int(Via.NEXT)


def one_return_too_many(run: Spoiled) -> None:
    rules = run.model.step("Send").returns
    run.step("Send", returns=tuple(replace(rule, at_most=0) for rule in rules))


def from_elsewhere(run: Spoiled) -> None:
    run.v["from_step"][run.rows("Fee")[0]] = 4


def wrong_outcome(run: Spoiled) -> None:
    done = np.flatnonzero(run.r["outcome"] == 0)
    run.r["outcome"][done[0]] = run.record.outcomes.index("refused")


def route_share(run: Spoiled) -> None:
    """Everybody may go that way, but the draws sent others."""
    routes = run.model.step("Legal opinion").routes
    shares = (("Fee", 0.4, ""), ("Send", 0.4, ""), ("", 0.2, "refused"))
    run.step("Legal opinion", routes=(replace(routes[0], targets=shares),))


def need_share(run: Spoiled) -> None:
    tasks = tuple(
        replace(t, need=replace(t.need, share=0.5)) if t.name == "opinion" and t.need else t for t in run.model.tasks
    )
    run.model = replace(run.model, tasks=tasks)


CASES: list[tuple[Callable[[Spoiled], None], str]] = [
    (released_early, "work"),
    (lost_leftover, "chain"),
    (missing_visit, "chain"),
    (visit_out_of_order, "columns"),
    (one_too_few_in_batch, "transfer batches"),
    (one_too_many_in_batch, "transfer batches"),
    (waits_beyond_the_rule, "transfer batches"),
    (misses_the_clock, "transfer batches"),
    (wrong_clock_day, "transfer batches"),
    (gathered_alone, "transfer batches"),
    (process_batch_split, "process batches"),
    (set_up_twice, "process batches"),
    (late_transit, "transit"),
    (transit_off, "durations"),
    (wrong_pass, "passes"),
    (rework_counted_as_work, "kinds"),
    (question_denied, "questions"),
    (wrong_team_answers, "questions"),
    (answer_dawdles, "work"),
    (return_forgotten, "in return"),
    (return_never_ends, "in return"),
    (return_named_next, "routing"),
    (one_return_too_many, "routing"),
    (from_elsewhere, "routing"),
    (wrong_outcome, "decisions"),
    (route_share, "decisions"),
    (need_share, "decisions"),
]
