"""What went on around a request while it went its way: its branches, who else was there, chases, and how old it was."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import datetime, timedelta

import numpy as np

from flowsim.experiments.findings import Findings
from flowsim.experiments.replay import stored_record
from flowsim.metrics.crews import members
from flowsim.metrics.frame import Frame
from flowsim.model import Model
from flowsim.record import NONE


@dataclass(frozen=True)
class Branch:
    """The branch that a visit is on (R13): the `place`-th from 1 of those after the step `split`, `of` in all.

    `critical`: the lead time hung on it. `ended`: when it came to the join, and `waited` how long it then waited for
    the others up to now; both only of the last visit on it.
    """

    split: str
    place: int
    of: int
    critical: bool
    ended: datetime | None = None
    waited: int = 0


@dataclass(frozen=True)
class Colleagues:
    """Who else was there (R8): somebody with a name, or so many of a team without one (`name` "")."""

    team: str
    name: str
    count: int


@dataclass(frozen=True)
class Around:
    """What is to be said of one visit: its branch (None: the trunk), the name of who did it ("": nobody with a name),
    everybody else who was there, and the step where it stayed until it was let in (R14; "": it did not wait there).
    """

    branch: Branch | None
    person: str
    others: tuple[Colleagues, ...]
    stayed_at: str


@dataclass(frozen=True)
class Circumstances:
    """Of one request: its `age` in ticks when the run began (0 but for a backlog, R5); of a chase (R15) the request it
    is about and which one of it, else None and 0; when its customer chased; and a word on each of its visits, in order.
    """

    age: int
    parent: int | None
    chase: int
    chased: tuple[datetime, ...]
    visits: tuple[Around, ...]


def circumstances(found: Findings, state: str, replication: int, request: int) -> Circumstances:
    """Those of a request, by its number in that state. Raises as `stored_record` does."""
    model = found.model(state)
    frame = Frame(model, stored_record(found, state, replication))
    rows = np.flatnonzero(frame.visits["request"] == request).tolist()
    requests = frame.requests
    chases = np.flatnonzero(requests["parent"] == request)
    start = datetime.fromisoformat(model.start)
    parent = int(requests["parent"][request])
    company = _company(frame, request)
    stayed = dict(zip(frame.held.rows.tolist(), frame.held.behind.tolist(), strict=True))
    told = []
    for row in rows:
        behind = stayed.get(row)
        at = "" if behind is None else model.steps[int(frame.visits["step"][behind])].name
        team, person = int(frame.visits["team"][row]), int(frame.visits["person"][row])
        own = "" if NONE in (team, person) else _name(model, team, person)
        told.append(Around(_branch(frame, row, rows, start), own, company.get(row, ()), at))
    return Circumstances(
        age=int(requests["age"][request]),
        parent=None if parent == NONE else parent,
        chase=int(requests["chase"][request]),
        chased=tuple(_moment(start, int(requests["arrived"][i])) for i in chases),
        visits=tuple(told),
    )


def _branch(frame: Frame, row: int, rows: list[int], start: datetime) -> Branch | None:
    """The branch a visit is on, with its end where the visit is the last on it."""
    forks, visits = frame.forks, frame.visits
    number = int(forks.of_visits[row])
    if number == NONE:
        return None
    own = {name: int(column[number]) for name, column in forks.rows.items()}
    split = frame.model.steps[own["split"]]
    of = len(split.split.branches) if split.split else 0
    last = row == max(r for r in rows if visits["branch"][r] == visits["branch"][row])
    ended, waited = None, 0
    if last and own["ended"] != NONE:
        ended = _moment(start, own["ended"])
        waited = (frame.now if own["joined"] == NONE else own["joined"]) - own["ended"]
    return Branch(split.name, own["place"] + 1, of, bool(forks.critical[number]), ended, waited)


def _company(frame: Frame, request: int) -> dict[int, tuple[Colleagues, ...]]:
    """For the visits of a request who else was at work on them, by row."""
    found: dict[int, Counter[tuple[str, str]]] = {}
    crew = frame.record.crew
    for row, colleague in zip(*(column.tolist() for column in members(frame)), strict=True):
        if frame.visits["request"][row] == request:
            team = int(crew["team"][colleague])
            who = frame.model.teams[team].name, _name(frame.model, team, int(crew["person"][colleague]))
            found.setdefault(row, Counter())[who] += 1
    return {
        row: tuple(Colleagues(team, name, count) for (team, name), count in sorted(counts.items()))
        for row, counts in found.items()
    }


def _name(model: Model, team: int, person: int) -> str:
    """The name of a person; "" for one who has none."""
    known = model.staff(model.teams[team].name)[person]
    return known.name if known else ""


def _moment(start: datetime, ticks: int) -> datetime:
    return start + timedelta(milliseconds=ticks)
