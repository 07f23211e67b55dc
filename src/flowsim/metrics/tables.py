"""A Record as tables (docs/semantics.md section 5): what is stored, plotted, compared. SCHEMA says what they hold."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import numpy as np

from flowsim.metrics.frame import Frame, IntArray
from flowsim.metrics.ledger import PARTS, Ledger, ledger_of, person_ticks, request_ledger_of
from flowsim.metrics.schema import DESCRIPTIONS, DRAWN, SCHEMA
from flowsim.metrics.service import Service
from flowsim.metrics.splits import SplitRow, split_rows
from flowsim.metrics.steps import StepRow, step_rows
from flowsim.metrics.summary import Measure, summary
from flowsim.metrics.tables_people import people_tables
from flowsim.metrics.teams import TeamRow, team_rows
from flowsim.metrics.wip import cumulative, grid_for, wip_distributions, wip_series
from flowsim.model import Model
from flowsim.record import INSTANTS, KINDS, NONE, VIAS, Record
from flowsim.record.columns import Col, TextColumn, Values

__all__ = ["DESCRIPTIONS", "SCHEMA", "Col", "Table", "Tables", "TextColumn", "tables"]

MINUTE = 60_000
HOUR = 3_600_000

Table = dict[str, Values]
Tables = dict[str, Table]


def tables(model: Model, record: Record) -> Tables:
    """All tables of one replication: name -> column -> values, as in SCHEMA without `state` and `replication`.

    A missing value is -1 in a nullable int column, NaN in a nullable float column and code -1 in a text column
    (`flowsim.record.columns`); it is null in a file.
    """
    frame = Frame(model, record)
    visit_parts = ledger_of(frame)
    service = Service(frame, visit_parts, request_ledger_of(frame, visit_parts))
    teams = team_rows(frame, visit_parts)
    measures = summary(service, teams)
    return {
        "visits": _visits(frame, visit_parts),
        "requests": _requests(service),
        "crew": _crew(frame),
        "branches": _branches(frame),
        "away": _away(frame),
        "wip": _wip(frame),
        "wip_series": _wip_series(frame),
        "cumulative": _cumulative(frame),
        "teams": _teams(frame, teams),
        "steps": _steps(frame, step_rows(frame, visit_parts)),
        **people_tables(service, teams, measures),
        "splits": _splits(split_rows(frame)),
        "summary": _summary(model, measures),
    }


# -- columns -------------------------------------------------------------------------------------------------


def _coded(codes: IntArray, words: Iterable[str]) -> TextColumn:
    return TextColumn(codes.astype(np.int32), tuple(words))


def _ints(values: Iterable[int]) -> IntArray:
    return np.array(list(values), dtype=np.int64)


def _floats(values: Iterable[float | None]) -> np.ndarray:
    return np.array([np.nan if v is None else v for v in values], dtype=np.float64)


def _minutes(ticks: IntArray) -> np.ndarray:
    return ticks / MINUTE


def _minutes_or_null(ticks: IntArray) -> np.ndarray:
    return np.where(ticks == NONE, np.nan, ticks / MINUTE)


def _ratio(a: float, b: float) -> float | None:
    return a / b if b else None


# -- one row a visit, a request ------------------------------------------------------------------------------


def _visits(frame: Frame, parts: Ledger) -> Table:
    visits, model = frame.visits, frame.model
    steps, teams = [s.name for s in model.steps], [t.name for t in model.teams]
    table: Table = {
        "request": visits["request"],
        "visit": visits["visit"],
        "class": _coded(frame.requests["class"][visits["request"]], (c.name for c in model.classes)),
        "step": _coded(visits["step"], steps),
        "branch": visits["branch"],
        "critical": frame.critical,
        "team": _coded(visits["team"], teams),
        "person": visits["person"],
        "kind": _coded(visits["kind"], KINDS),
        "pass": visits["pass"],
        "via": _coded(visits["via"], VIAS),
        "in_return": visits["in_return"] == 1,
        "from_step": _coded(visits["from_step"], steps),
        "from_team": _coded(visits["from_team"], teams),
        "transfer_batch": visits["transfer_batch"],
        "process_batch": visits["process_batch"],
    }
    table |= {f"{name}_ms": visits[name] for name in INSTANTS}
    table |= {new: visits[old] for old, new in DRAWN.items()}
    table |= {f"{part}_ms": parts[part] for part in PARTS}
    table["person_ms"] = person_ticks(parts)
    return table


def _requests(service: Service) -> Table:
    frame = service.frame
    requests = frame.requests
    table: Table = {
        "request": np.arange(frame.n_requests, dtype=np.int64),
        "class": _coded(requests["class"], (c.name for c in frame.model.classes)),
        "ordinal": requests["ordinal"],
        "arrived_ms": requests["arrived"],
        "age_ms": requests["age"],
        "due_ms": requests["due"],
        "ended_ms": requests["ended"],
        "outcome": _coded(requests["outcome"], frame.record.outcomes),
        "measured": frame.measured,
        "parent": requests["parent"],
        "chase": requests["chase"],
        "lead_min": _minutes_or_null(service.lead),
        "lead_working_min": _minutes_or_null(service.working_lead),
        "process_min": _minutes(service.process_time),
    }
    table |= {f"{part}_min": _minutes(service.parts[part]) for part in PARTS}
    table["return_min"] = _minutes(service.parts["return_time"])
    table |= {
        "people_min": _minutes(service.people_time),
        "join_wait_min": _minutes(service.join_wait),
        "delay_cost": service.delay_cost,
        "visits": service.visits,
        "handoffs": service.handoffs,
        "hands": service.hands,
        "returns": service.returns,
        "questions": service.questions,
        "chases": service.chases,
        "within_promise": service.within,
    }
    return table


# -- one row a colleague, a branch, a time away --------------------------------------------------------------


def _crew(frame: Frame) -> Table:
    crew = frame.record.crew
    return dict(crew) | {"team": _coded(crew["team"], (t.name for t in frame.model.teams))}


def _branches(frame: Frame) -> Table:
    rows = frame.record.branches
    return {
        "request": rows["request"],
        "branch": rows["branch"],
        "parent": rows["parent"],
        "split": _coded(rows["split"], (s.name for s in frame.model.steps)),
        "place": rows["place"],
        "began_ms": rows["began"],
        "ended_ms": rows["ended"],
        "joined_ms": rows["joined"],
        "critical": frame.forks.critical,
    }


def _away(frame: Frame) -> Table:
    rows = frame.record.away
    return {
        "team": _coded(rows["team"], (t.name for t in frame.model.teams)),
        "person": rows["person"],
        "begins_ms": rows["begins"],
        "ends_ms": rows["ends"],
    }


# -- WIP -----------------------------------------------------------------------------------------------------


def _wip(frame: Frame) -> Table:
    keys, counts, ticks = [], [], []
    for key, (n, ms) in wip_distributions(frame).items():
        keys += [key] * n.size
        counts.append(n)
        ticks.append(ms)
    return {
        "scope": TextColumn.of([scope for scope, _ in keys]),
        "name": TextColumn.of([name for _, name in keys]),
        "n": np.concatenate(counts),
        "ms": np.concatenate(ticks),
    }


def _wip_series(frame: Frame) -> Table:
    grid = grid_for(frame)
    series = wip_series(frame, grid)
    return {
        "scope": TextColumn.of([scope for scope, _ in series for _ in range(grid.count)]),
        "name": TextColumn.of([name for _, name in series for _ in range(grid.count)]),
        "at_ms": np.tile(grid.instants, len(series)),
        "n": np.concatenate(list(series.values())),
    }


def _cumulative(frame: Frame) -> Table:
    grid = grid_for(frame)
    lines = cumulative(frame, grid)
    names = ["arrived", *(s.name for s in frame.model.steps), "ended"]
    return {
        "line": np.repeat(np.arange(len(names), dtype=np.int64), grid.count),
        "name": TextColumn.of([name for name in names for _ in range(grid.count)]),
        "at_ms": np.tile(grid.instants, len(names)),
        "n": lines.ravel(),
    }


# -- one row a team, a step, a handoff, a measure ------------------------------------------------------------


def _teams(frame: Frame, rows: Sequence[TeamRow]) -> Table:
    window = frame.hi - frame.lo
    targets = [team.target for team in frame.model.teams]
    return {
        "team": TextColumn.of([r.name for r in rows]),
        "people": _ints(r.people for r in rows),
        "present_h": _floats(r.present / HOUR for r in rows),
        "at_work_h": _floats(r.at_work / HOUR for r in rows),
        "overtime_h": _floats(r.overtime / HOUR for r in rows),
        "utilisation": _floats(r.utilisation for r in rows),
        "visits": _ints(r.visits for r in rows),
        "queue_mean_min": _floats(None if r.queue_mean is None else r.queue_mean / MINUTE for r in rows),
        "wait_mean_min": _floats(None if r.wait_mean is None else r.wait_mean / MINUTE for r in rows),
        "max_queue": _ints(r.max_queue for r in rows),
        "wip_mean": _floats(_ratio(r.wip_area, window) for r in rows),
        "target_share": _floats(None if t is None else t.share for t in targets),
        "target_visits": _ints(r.target_visits for r in rows),
        "target_met": _floats(r.target_met for r in rows),
        "cost": _floats(r.cost for r in rows),
    }


def _steps(frame: Frame, rows: Sequence[StepRow]) -> Table:
    table: Table = {
        "step": TextColumn.of([r.name for r in rows]),
        "team": TextColumn.of([r.team for r in rows]),
        "visits": _ints(r.visits for r in rows),
        "first_passes": _ints(r.first_passes for r in rows),
        "usable": _ints(r.usable for r in rows),
        "complete_accurate": _floats(r.complete_accurate for r in rows),
        "reworks": _ints(r.reworks for r in rows),
        "returns": _ints(r.returns for r in rows),
        "questions": _ints(r.questions for r in rows),
    }
    for part in PARTS:
        table[f"{part}_min"] = _floats(None if r.parts is None else r.parts[part] / MINUTE for r in rows)
    table["wip_mean"] = _floats(_ratio(r.wip_area, frame.hi - frame.lo) for r in rows)
    return table


def _splits(rows: Sequence[SplitRow]) -> Table:
    return {
        "split": TextColumn.of([r.split for r in rows]),
        "branch": _ints(r.place + 1 for r in rows),
        "steps": TextColumn.of([", ".join(r.steps) for r in rows]),
        "count": _ints(r.count for r in rows),
        "critical": _floats(_ratio(r.last, r.count) for r in rows),
        "wait_mean_min": _floats(_ratio(r.wait / MINUTE, r.count) for r in rows),
        "duration_mean_min": _floats(_ratio(r.duration / MINUTE, r.count) for r in rows),
    }


def _summary(model: Model, rows: Sequence[Measure]) -> Table:
    return {
        "measure": TextColumn.of([r.name for r in rows]),
        "class": TextColumn.of([None if r.klass == NONE else model.classes[r.klass].name for r in rows]),
        "value": _floats(r.value for r in rows),
        "unit": TextColumn.of([r.unit for r in rows]),
    }
