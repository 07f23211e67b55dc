"""Small scenarios for the tests of this room, and runs of them kept in a folder.

As a program: `python kept_runs.py ROOT JOBS` keeps a run of EVERYTHING under ROOT and prints its fingerprints.
"""

from __future__ import annotations

import json
import sys
from functools import cache
from pathlib import Path

from flowsim.experiments.experiment import Done, Plan, StatePlan, perform
from flowsim.experiments.findings import Findings
from flowsim.experiments.store import RunFolder, open_run
from flowsim.model import Model
from flowsim.scenario import load_text

EVERYTHING = """\
flowsim: 1
name: Everything
start: 2026-01-05 07:30
calendars:
  office: {hours: mon-fri 09:00-12:00 13:00-17:00, working day: 7 h}
  two days: {hours: tue thu 09:00-17:00}
requests:
  letter: {arrivals: 9 per working day, calendar: office, promise: 2 working days}
  form: {arrivals: every 3 h, promise: 3 days}
tasks:
  open: {time: exponential(15 min), value: necessary}
  look: {time: 20 min ± 10 min, value: waste}
  decide: {time: 5 min .. 20 min, value: adding}
  sign: {time: 5 min, value: adding}
teams:
  Front: {people: 2, calendar: office, target: 90% within 1 working day, cost: 40 per hour}
  Middle: {people: 2, calendar: office, queue: last in, target: 80% within 8 h}
  Board: {people: 2, calendar: two days}
steps:
  Open: {team: Front, does: open}
  Look:
    team: Middle
    does: look
    handoff:
      batch: 4 requests or 4 h
      transit: 1 h
      reread: 5 min
      question: {chance: 20%, to: customer, answer: 1 day ± 4 h}
    returns: 15% to Open
    next: {Decide: 70%, Sign: 20%, end as refused: 10%}
  Decide:
    team: Board
    does: decide
    batch: 3 requests or 2 working days
    set-up: 15 min
    handoff: {batch: 2 requests or 1 day, reread: 3 min, question: {chance: 20%, to: sender, answer: 10 min}}
  Sign: {team: Front, does: sign, closing: finish, change-over: 2 min}
run: {length: 8 working days, warm-up: 1 working day, replications: 2, seed: 7, calendar: office}
states:
  current: {}
  lean:
    changes:
      - name: Pass on at once
        set: {steps.*.handoff.batch: none, steps.*.handoff.transit: none, steps.Look.returns: 5% to Open}
  desk:
    changes:
      - {name: One desk, merge: {steps: [Open, Look], into: Desk, team: Front}}
  busier:
    changes:
      - {name: Forms come by phone too, add: {requests: {call: {arrivals: 4 per working day, calendar: office}}}}
  stuck:
    changes:
      - {name: A pile that never fills, set: {steps.Decide.batch: 500 requests}}
"""
"""Every rule that leaves a trace in the tables: batches of both kinds, questions, returns, routes, overtime."""

DESK = """\
flowsim: 1
name: One desk
calendars:
  office: {hours: mon-fri 09:00-17:00}
requests:
  letter: {arrivals: 8 per working day, calendar: office, promise: 1 working day}
tasks:
  answer: {time: exponential(40 min), value: adding}
teams:
  Desk: {people: 1, target: 90% within 1 working day}
steps:
  Answer: {team: Desk, does: answer}
run: {length: 10 working days, warm-up: 0 h, replications: 3, seed: 1}
states:
  current: {}
  twin: {}
  two: {changes: [{name: Two people, set: {teams.Desk.people: 2}}]}
"""
"""One class, one team, one step; `twin` is the same again."""


RICH = """\
flowsim: 1
name: All the rest
start: 2026-01-05 08:00
calendars:
  office: {hours: mon-fri 09:00-12:00 13:00-17:00, working day: 7 h}
people:
  Ann: {teams: [Front, Board], speed: 150%}
  Bob: {teams: Middle, speed: 80%}
limits: {step Look: 3, all: 25}
requests:
  letter:
    arrivals: {rate: 7 per working day, group: 1 .. 2}
    calendar: office
    promise: 1 working day
    backlog: {at: Look, requests: 5, age: 1 .. 5 days}
    patience: 3 days ± 2 days
    chasing: {to: Front, takes: 5 min, share: 60%, every: 4 h, after: 4 h, at most: 3}
    cost of delay: 20 per working day
  form: {arrivals: every 5 h, journey: [Open, Decide]}
tasks:
  open: {time: exponential(15 min), value: necessary}
  look: {time: 20 min ± 10 min, value: waste}
  decide: {time: 5 min .. 20 min, value: adding}
teams:
  Front: {people: 1, calendar: office, absence: 10%}
  Middle: {people: 2, calendar: office, queue: last in, presence: 80%}
  Board: {people: 1, calendar: office}
steps:
  Open: {team: Front, does: open, next: {parallel: [Look, [Ask, Check]], join: Decide}}
  Look: {team: [Middle, Front], does: look}
  Ask: {team: Middle, does: look, returns: 20% to Ask}
  Check: {team: Front, does: open, same person: yes}
  Decide: {team: Board, does: decide, with: Middle, batch: 2 requests or 4 h, next: {end as refused: 20%, end: 80%}}
run: {length: 8 working days, warm-up: 1 working day, replications: 2, seed: 7, calendar: office}
states:
  current: {}
  patient: {changes: [{name: Nobody gives up, set: {requests.letter.patience: none}}]}
"""
"""Branches, crews, limits, withdrawals, chases, a backlog, people with names or away, several teams for one step."""


@cache
def model(text: str, state: str, *sets: str) -> Model:
    """The Model of a state."""
    return load_text(text, "test.yaml").compile(state, sets).model


def plan(
    text: str,
    *states: str,
    sets: tuple[str, ...] = (),
    replications: int = 2,
    seed: int = 7,
    jobs: int | None = 1,
    audit: bool = True,
) -> Plan:
    """A plan of these states."""
    chosen = tuple(StatePlan(s, model(text, s, *sets), sets=sets) for s in states)
    files = {"test.yaml": text}
    return Plan("A run", chosen, replications, seed, files, ("flowsim", "run"), jobs=jobs, audit=audit)


def keep(root: Path, planned: Plan) -> Done:
    """A plan carried out in a results folder under `root`."""
    with RunFolder.create(root, planned.title, planned.identity) as folder:
        return perform(planned, folder)


def kept(root: Path, planned: Plan) -> Findings:
    """The same, read back."""
    return Findings(open_run(keep(root, planned).folder, root))


def of_models(*models: Model, replications: int = 2, seed: int = 7, jobs: int | None = 1) -> Plan:
    """A plan of Models made by hand, each a state called by its name."""
    return Plan("By hand", tuple(StatePlan(m.name, m) for m in models), replications, seed, {}, jobs=jobs)


if __name__ == "__main__":
    done = keep(Path(sys.argv[1]), plan(EVERYTHING, "current", "busier", jobs=int(sys.argv[2])))
    print(json.dumps({"run": done.manifest.fingerprint, **{t.name: t.fingerprint for t in done.manifest.tables}}))
