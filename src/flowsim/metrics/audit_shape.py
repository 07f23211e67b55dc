"""The audit's first checks: the record has the form of the contract, and the instants of a visit never go back (R6)."""

from __future__ import annotations

from collections.abc import Mapping
from itertools import pairwise

import numpy as np

from flowsim.metrics.audit_arrays import IntArray
from flowsim.metrics.audit_ground import Ground
from flowsim.metrics.audit_report import Check, Trial
from flowsim.metrics.audit_staff import Staff
from flowsim.metrics.audit_tree import fork_of
from flowsim.model import Model
from flowsim.record import (
    AWAY_COLUMNS,
    BACKLOG,
    BRANCH_COLUMNS,
    CREW_COLUMNS,
    INSTANTS,
    NONE,
    REQUEST_COLUMNS,
    VISIT_COLUMNS,
    Kind,
    Record,
    Via,
)

TICKS = ("set_up_ticks", "read_ticks", "adding_ticks", "necessary_ticks", "waste_ticks")

_MUCH = 1 << 62


def check_columns(model: Model, record: Record) -> Check:
    """All columns are there, int64, of one length, sorted, with every index in its range; needs no sound record."""
    trial = Trial("columns", "contract of the Record")
    tables: tuple[tuple[str, Mapping[str, IntArray], Mapping[str, str]], ...] = (
        ("requests", record.requests, REQUEST_COLUMNS),
        ("visits", record.visits, VISIT_COLUMNS),
        ("crew", record.crew, CREW_COLUMNS),
        ("branches", record.branches, BRANCH_COLUMNS),
        ("away", record.away, AWAY_COLUMNS),
    )
    for kind, table, columns in tables:
        names, wanted = sorted(table), sorted(columns)
        trial.fact(names == wanted, f"{kind} has columns {names}, expected {wanted}")
        if names != wanted:
            return trial.done()
        rows = len(table[next(iter(columns))])
        for name in columns:
            found = table[name]
            trial.fact(
                found.dtype == np.int64 and found.shape == (rows,),
                f"{kind}.{name} is {found.dtype}{found.shape}, expected int64 of {rows} rows",
            )
    for step in (_check_ranges, _check_more_ranges, _check_numbering, _check_branches, _check_sorted):
        if trial.clean:
            step(trial, model, record)
    return trial.done()


def _inside(trial: Trial, table: str, columns: Mapping[str, IntArray], name: str, low: int, high: int) -> None:
    """A column must lie within [low, high)."""
    column = columns[name]
    if len(column) and (int(column.min()) < low or int(column.max()) >= high):
        right = (column >= low) & (column < high)
        trial.hold(right, lambda i: f"{table}.{name} is {int(column[i])} in row {i}, outside [{low}, {high})")
    else:
        trial.fact(True, "")


def _check_ranges(trial: Trial, model: Model, record: Record) -> None:
    """Every index of requests and visits points at something."""
    r, v = record.requests, record.visits
    steps, teams, end = len(model.steps), len(model.teams), record.ended_at
    rows, requests = len(v["request"]), len(r["class"])
    for name, low, high in (
        ("class", 0, len(model.classes)),
        ("ordinal", 0, 2 * BACKLOG),
        ("outcome", NONE, len(record.outcomes)),
        ("measured", 0, 2),
        ("arrived", 0, end),
        ("age", 0, _MUCH),
        ("ended", NONE, end),
        ("due", NONE, _MUCH),
        ("parent", NONE, requests),
        ("chase", 0, _MUCH),
    ):
        _inside(trial, "requests", r, name, low, high)
    for name, low, high in (
        ("request", 0, requests),
        ("step", NONE, steps),
        ("from_step", NONE, steps),
        ("team", NONE, teams),
        ("from_team", NONE, teams),
        ("kind", 0, len(Kind)),
        ("via", 0, len(Via)),
        ("in_return", 0, 2),
        ("pass", 1, _MUCH),
        ("branch", 0, len(record.branches["request"]) + 1),
        ("transfer_batch", NONE, max(1, 2 * rows)),
        ("process_batch", NONE, max(1, 2 * rows)),
        ("person", NONE, _most_people(model)),
        *((name, NONE if name != "sent" else 0, end) for name in INSTANTS),
        *((name, 0, _MUCH) for name in TICKS),
    ):
        _inside(trial, "visits", v, name, low, high)


def _check_more_ranges(trial: Trial, model: Model, record: Record) -> None:
    """The same for the other tables."""
    steps, teams, end = len(model.steps), len(model.teams), record.ended_at
    requests = len(record.requests["class"])
    b, crew, away = record.branches, record.crew, record.away
    if len(b["request"]):
        most = max(len(step.split.branches) if step.split else 1 for step in model.steps)
        for name, low, high in (
            ("request", 0, requests),
            ("branch", 1, len(b["request"]) + 1),
            ("parent", 0, len(b["request"]) + 1),
            ("split", 0, steps),
            ("place", 0, most),
            ("began", 0, end),
            ("ended", NONE, end),
            ("joined", NONE, end),
        ):
            _inside(trial, "branches", b, name, low, high)
    if len(crew["request"]):
        for name, low, high in (("request", 0, requests), ("team", 0, teams), ("person", 0, _most_people(model))):
            _inside(trial, "crew", crew, name, low, high)
    if len(away["team"]):
        for name, low, high in (
            ("team", 0, teams),
            ("person", 0, _most_people(model)),
            ("begins", 0, end),
            ("ends", 1, end + 1),
        ):
            _inside(trial, "away", away, name, low, high)


def _most_people(model: Model) -> int:
    return max((len(model.staff(team.name)) for team in model.teams), default=0)


def _check_numbering(trial: Trial, model: Model, record: Record) -> None:
    """Visits are sorted by (request, visit) and numbered 1, 2, … without a gap; so are branches, each after its own."""
    for kind, table, number in (("visit", record.visits, "visit"), ("branch", record.branches, "branch")):
        request, which = table["request"], table[number]
        if not len(request):
            continue
        trial.fact(
            int(which[0]) == 1, f"the first row is {kind} {int(which[0])} of request {int(request[0])}, expected 1"
        )
        same = request[1:] == request[:-1]
        right = np.where(same, which[1:] == which[:-1] + 1, (request[1:] > request[:-1]) & (which[1:] == 1))
        trial.hold(
            right,
            lambda i, request=request, which=which, kind=kind: (  # type: ignore[misc]
                f"request {request[i + 1]}, {kind} {which[i + 1]} follows request {request[i]}, {kind} {which[i]}"
            ),
        )


def _check_branches(trial: Trial, model: Model, record: Record) -> None:
    """Branches come by whole splits, in order of place, on an earlier branch; visits are on known branches (R13)."""
    b, v, crew = record.branches, record.visits, record.crew
    number = np.zeros(len(record.requests["class"]), dtype=np.int64)
    np.maximum.at(number, b["request"], b["branch"])
    if len(b["request"]):
        trial.hold(
            v["branch"] <= number[v["request"]],
            lambda i: f"request {v['request'][i]}, visit {v['visit'][i]}: branch {v['branch'][i]} never began",
        )
        ways = np.array([len(step.split.branches) if step.split else 0 for step in model.steps], dtype=np.int64)
        head, size = fork_of(b), ways[b["split"]]
        members = np.bincount(head, minlength=len(head))[head]
        right = (b["parent"] < b["branch"]) & (b["place"] < size) & (members == size) & (b["place"][head] == 0)
        right &= b["branch"] >= b["branch"][head] + b["place"]
        trial.hold(
            right,
            lambda i: (
                f"request {b['request'][i]}, branch {b['branch'][i]}: place {b['place'][i]} of the {size[i]} of the "
                f"split after step {b['split'][i]} of branch {b['parent'][i]} does not go with the others"
            ),
        )
    if len(crew["request"]):
        visits = np.bincount(v["request"], minlength=len(number))
        trial.hold(
            (crew["visit"] >= 1) & (crew["visit"] <= visits[crew["request"]]),
            lambda i: f"crew of visit {crew['visit'][i]} of request {crew['request'][i]}, which there is not",
        )


def _check_sorted(trial: Trial, model: Model, record: Record) -> None:
    """The crew and those away are sorted, each there once; who is away is at home where people may be away."""
    for kind, table, names in (("crew", record.crew, CREW_COLUMNS), ("away", record.away, AWAY_COLUMNS)):
        columns = [table[name] for name in names]
        if len(columns[0]) < 2:
            continue
        order = np.lexsort(columns[::-1])
        apart = np.zeros(len(order) - 1, dtype=np.bool_)
        for column in columns:
            apart |= column[1:] != column[:-1]
        right = (order[:-1] < order[1:]) & apart
        trial.hold(right, lambda i, kind=kind: f"{kind}: row {i + 1} does not come after row {i}")  # type: ignore[misc]
    away = record.away
    if len(away["team"]):
        staff = Staff(model)
        lets = np.array([team.absence > 0 or team.presence < 1 for team in model.teams])
        at_home = (staff.who >= 0) & ~staff.helps
        right = lets[away["team"]] & at_home[away["team"], away["person"]] & (away["begins"] < away["ends"])
        trial.hold(
            right,
            lambda i: (
                f"away: person {away['person'][i]} of team {away['team'][i]} from {away['begins'][i]} to "
                f"{away['ends'][i]}, who is not at home there, never away, or for no time"
            ),
        )


def check_instants(ground: Ground) -> Check:
    """R6: the instants of a visit never go back; those that have not come are at its end."""
    trial = Trial("instants", "R6: each instant is at or after the one before it")
    v = ground.v
    for earlier, later in pairwise(INSTANTS):
        a, b = v[earlier], v[later]
        right = b >= a
        if not right.all():
            right |= b == NONE  # the ones that came are followed by ones that have not

        def tell(i: int, earlier: str = earlier, later: str = later, a: IntArray = a, b: IntArray = b) -> str:
            if a[i] == NONE:
                return f"{ground.visit(i)}: {later} at {ground.when(int(b[i]))} without {earlier}"
            gap = int(a[i] - b[i])
            return f"{ground.visit(i)}: {later} at {ground.when(int(b[i]))} is {gap} ticks before {earlier}"

        trial.hold(right & ((a != NONE) | (b == NONE)), tell)
    return trial.done()
