"""Faults put into a sound record, one at a time: the audit must refuse each, else its silence means nothing.

One run of a small process with a transfer batch, returns, priorities, a limit, two people at a desk and office hours.
Each fault is what a simulator might do wrong; it is put in with all that follows from it kept in step, where that is
possible, so that no other rule gives it away by chance.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from itertools import pairwise

import numpy as np

from flowsim.draws import Draws
from flowsim.engine import run
from flowsim.metrics.audit import audit
from flowsim.model import Model
from flowsim.record import INSTANTS, NONE, Record
from flowsim.scenario import load_text

SCENARIO = """
flowsim: 1
name: Faults
calendars: {office: {hours: mon-fri 09:00-17:00}}
requests:
  urgent: {arrivals: 1 per hour, calendar: office, priority: 0, promise: 1 working day}
  normal: {arrivals: 4 per hour, calendar: office}
tasks:
  register: {time: exponential(20 min), value: necessary}
  decide: {time: exponential(18 min), value: adding}
  send: {time: 2 min, value: waste}
teams:
  Desk: {people: 2, calendar: office}
  Legal: {people: 2, calendar: office}
  Post: {people: 1, calendar: always}
steps:
  Register: {team: Desk, does: register}
  Decide:
    team: Legal
    does: decide
    handoff: {batch: 3 requests or 2 h, reread: 1 min}
    returns: 10% to Register
  Send: {team: Post, does: send}
limits: {Register: 12}
run: {length: 15 days, warm-up: 2 days, seed: 5}
"""


@dataclass(frozen=True)
class Fault:
    """What was done to the record, in words; the checks of the audit that refused it, none when it went unseen."""

    told: str
    refused_by: tuple[str, ...]


class _Run:
    """A sound run to be spoiled: `v` and `r` are fresh copies of the columns of visits and requests."""

    def __init__(self, model: Model, record: Record) -> None:
        visits, requests = ({name: x.copy() for name, x in t.items()} for t in (record.visits, record.requests))
        self.model = model
        self.record = replace(record, visits=visits, requests=requests)
        self.v, self.r = self.record.visits, self.record.requests

    def waited(self, step: int) -> np.ndarray:
        """Rows of done visits at a step that stood on the list for a while."""
        v = self.v
        return np.flatnonzero((v["step"] == step) & (v["released"] != NONE) & (v["started"] > v["assembled"] + 10))

    def move(self, row: int, ticks: int, begin: str) -> None:
        """A visit's instants from `begin` on, so much later or earlier."""
        for name in INSTANTS[INSTANTS.index(begin) :]:
            self.v[name][row] += ticks

    def ends(self, row: int, ticks: int) -> None:
        """The request of a visit ends so much later; its time in process is counted with it."""
        self.r["ended"][self.v["request"][row]] += ticks
        self.record = replace(self.record, wip_area=self.record.wip_area + ticks)

    def last(self) -> int:
        """The last visit of a request that ended."""
        v = self.v
        own = (v["request"][1:] != v["request"][:-1]) & (v["released"][:-1] != NONE)
        return int(np.flatnonzero(own)[5])


def _begun_too_early(run: _Run) -> None:
    run.v["started"][run.waited(0)[3]] -= 1


def _ended_too_late(run: _Run) -> None:
    row = run.last()
    run.move(row, 1, "worked")
    run.ends(row, 1)


def _stood_idle(run: _Run) -> None:
    """All of the last visit a tick later: nothing else changes."""
    row = run.last()
    run.move(row, 1, "started")
    run.ends(row, 1)


def _lost(run: _Run) -> None:
    request = int(np.flatnonzero((run.r["ended"] != NONE) & (run.r["class"] == 1))[-1])
    gone = run.v["request"] == request
    spent = int(run.r["ended"][request] - run.r["arrived"][request])
    for name in run.v:
        run.v[name] = run.v[name][~gone]
    run.v["request"][run.v["request"] > request] -= 1
    for name in run.r:
        run.r[name] = np.delete(run.r[name], request)
    run.record = replace(run.record, wip_area=run.record.wip_area - spent)


def _swapped(run: _Run) -> None:
    """Two who waited at the same time are served in each other's place."""
    v, rows = run.v, run.waited(0)
    rows = rows[np.argsort(v["started"][rows])]
    klass = run.r["class"][v["request"]]
    for a, b in pairwise(rows):
        if klass[a] == klass[b] and v["assembled"][a] < v["assembled"][b] < v["started"][a] < v["started"][b]:
            for name in ("person", *INSTANTS[INSTANTS.index("started") :], "necessary_ticks"):
                v[name][[a, b]] = v[name][[b, a]]
            return


def _priority(run: _Run) -> None:
    first, *rest = run.model.classes
    run.model = replace(run.model, classes=(replace(first, priority=2), *rest))


def _one_person_less(run: _Run) -> None:
    desk, *rest = run.model.teams
    run.model = replace(run.model, teams=(replace(desk, people=1), *rest))


def _at_night(run: _Run) -> None:
    row = run.waited(0)[3]
    run.v["started"][row] -= run.v["started"][row] % 86_400_000 - 7 * 3_600_000


def _other_luck(run: _Run) -> None:
    """A tick of reading in becomes a tick of work: all sums and all other instants stay."""
    row = int(np.flatnonzero((run.v["read_ticks"] > 0) & (run.v["adding_ticks"] > 0))[0])
    run.v["read_ticks"][row] -= 1
    run.v["read"][row] -= 1
    run.v["adding_ticks"][row] += 1


def _half_a_batch(run: _Run) -> None:
    """One member of a full transfer batch leaves it a second before the others."""
    v = run.v
    sizes = np.bincount(v["transfer_batch"][v["transfer_batch"] != NONE])
    full = np.isin(v["transfer_batch"], np.flatnonzero(sizes == 3)) & (v["gathered"] > v["sent"] + 2_000)
    v["gathered"][int(np.flatnonzero(full)[0])] -= 1_000


def _over_the_limit(run: _Run) -> None:
    """Who was to wait outside is let in at once."""
    v = run.v
    row = int(np.flatnonzero(v["admitted"] > v["delivered"])[0])
    v["admitted"][row] = v["assembled"][row] = v["delivered"][row]


def _integral(run: _Run) -> None:
    run.record = replace(run.record, wip_area=run.record.wip_area + 1)


def _warm_up(run: _Run) -> None:
    run.r["measured"][int(np.flatnonzero(run.r["measured"] == 0)[0])] = 1


def _promise(run: _Run) -> None:
    run.r["due"][int(np.flatnonzero(run.r["due"] != NONE)[7])] += 1


FAULTS: tuple[tuple[str, Callable[[_Run], None]], ...] = (
    ("work begun a millisecond too early", _begun_too_early),
    ("work that lasts a millisecond too long", _ended_too_late),
    ("a person idle for a millisecond while somebody waits", _stood_idle),
    ("a request lost", _lost),
    ("two who wait served in the wrong order", _swapped),
    ("urgent requests not served first", _priority),
    ("more at work than there are people", _one_person_less),
    ("work begun before opening time", _at_night),
    ("a millisecond of one draw moved to another", _other_luck),
    ("one of a batch travels ahead of it", _half_a_batch),
    ("a limit exceeded", _over_the_limit),
    ("the count of requests in process off by a millisecond", _integral),
    ("a request of the warm-up measured", _warm_up),
    ("a promise a millisecond longer", _promise),
)
"""Each fault in words, and how it is put in."""


def faults() -> list[Fault]:
    """The audit of a sound run (raises AuditError when it is refused), and of each fault put into it."""
    compiled = load_text(SCENARIO, "faults.yaml").compile("current")
    draws = Draws(compiled.seed, 1)
    record = run(compiled.model, draws)
    audit(compiled.model, record, draws).require()
    found = []
    for told, spoil in FAULTS:
        spoiled = _Run(compiled.model, record)
        spoil(spoiled)
        report = audit(spoiled.model, spoiled.record, Draws(compiled.seed, 1))
        found.append(Fault(told, tuple(check.name for check in report.broken)))
    return found
