"""The tables about people, handoffs, wastes and money; a part of `flowsim.metrics.tables`, where all come together."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence

import numpy as np

from flowsim.metrics.frame import FloatArray
from flowsim.metrics.handoffs import HandoffRow, handoff_rows
from flowsim.metrics.ledger import PARTS
from flowsim.metrics.money import MoneyRow, money_rows
from flowsim.metrics.service import Service
from flowsim.metrics.staff import KINDS, StaffRow, staff_rows
from flowsim.metrics.summary import Measure
from flowsim.metrics.teams import TeamRow
from flowsim.metrics.wastes import WasteRow, waste_rows
from flowsim.metrics.watermelon import WatermelonRow, watermelon_rows
from flowsim.record.columns import TextColumn, Values

MINUTE = 60_000
HOUR = 3_600_000

Table = dict[str, Values]


def people_tables(service: Service, teams: Sequence[TeamRow], measures: Sequence[Measure]) -> dict[str, Table]:
    """The tables of `schema_people.PEOPLE_TABLES`, of one replication. `teams` and `measures` are its team rows and its
    summary.
    """
    staff, idle = staff_rows(service.frame)
    return {
        "handoffs": _handoffs(service, handoff_rows(service.frame, service.visit_parts)),
        "staff": _staff(staff),
        "wastes": _wastes(waste_rows(service, measures, staff, idle)),
        "watermelon": _watermelon(watermelon_rows(service, teams)),
        "money": _money(money_rows(service, staff)),
    }


def _ints(values: Iterable[int]) -> np.ndarray:
    return np.array(list(values), dtype=np.int64)


def _floats(values: Iterable[float | None], unit: int = 1) -> np.ndarray:
    return np.array([np.nan if v is None else v / unit for v in values], dtype=np.float64)


def _ratio(a: float, b: float) -> float | None:
    return a / b if b else None


def _handoffs(service: Service, rows: Sequence[HandoffRow]) -> Table:
    frame = service.frame
    steps, teams = [s.name for s in frame.model.steps], [t.name for t in frame.model.teams]
    measured = int(frame.measured.sum())
    lead = int(sum(int(service.parts[part][frame.measured].sum()) for part in PARTS))

    def a_move(ticks: Callable[[HandoffRow], int]) -> FloatArray:
        return _floats(ticks(r) / r.moves / MINUTE for r in rows)

    return {
        "from_step": TextColumn.of(steps[r.from_step] for r in rows),
        "from_team": TextColumn.of(teams[r.from_team] for r in rows),
        "to_step": TextColumn.of(steps[r.to_step] for r in rows),
        "to_team": TextColumn.of(teams[r.to_team] for r in rows),
        "moves": _ints(r.moves for r in rows),
        "moves_per_request": _floats(r.moves / measured for r in rows),
        "batch_size": _floats(r.batch_size for r in rows),
        "batch_min": a_move(lambda r: r.batch),
        "transit_min": a_move(lambda r: r.transit),
        "blocked_min": a_move(lambda r: r.blocked),
        "reread_min": a_move(lambda r: r.reread),
        "queue_min": a_move(lambda r: r.queue),
        "questions": _ints(r.questions for r in rows),
        "answer_min": a_move(lambda r: r.answer),
        "returns": _ints(r.returns for r in rows),
        "returned_min": a_move(lambda r: r.returned),
        "people_min": _floats(r.people / measured / MINUTE for r in rows),
        "cost_min": _floats(r.lead / measured / MINUTE for r in rows),
        "share_of_lead": _floats(_ratio(r.lead, lead) for r in rows),
    }


def _staff(rows: Sequence[StaffRow]) -> Table:
    table: Table = {
        "team": TextColumn.of(r.team for r in rows),
        "people": _ints(r.people for r in rows),
        "present_ms": _ints(r.present for r in rows),
    }
    table |= {f"{kind}_ms": _ints(r.kinds[kind] for r in rows) for kind in KINDS}
    table["overtime_ms"] = _ints(r.overtime for r in rows)
    table["cover_ms"] = _ints(r.cover for r in rows)
    return table


def _wastes(rows: Sequence[WasteRow]) -> Table:
    return {
        "waste": TextColumn.of(r.waste for r in rows),
        "measure": TextColumn.of(r.measure for r in rows),
        "value": _floats(r.value for r in rows),
        "unit": TextColumn.of(r.unit for r in rows),
        "per": TextColumn.of(r.per for r in rows),
        "rule": TextColumn.of(r.rule for r in rows),
    }


def _watermelon(rows: Sequence[WatermelonRow]) -> Table:
    return {
        "row": TextColumn.of(r.row for r in rows),
        "name": TextColumn.of(r.name for r in rows),
        "clock": TextColumn.of(r.clock for r in rows),
        "met": _floats(r.met for r in rows),
        "target_share": _floats(r.target_share for r in rows),
        "target_min": _floats((None if r.target is None else r.target.ticks for r in rows), MINUTE),
        "light": TextColumn.of(r.light for r in rows),
        "lead_min": _floats((r.ticks for r in rows), MINUTE),
        "share_of_lead": _floats(r.share_of_lead for r in rows),
        "p85_min": _floats((r.p85 for r in rows), MINUTE),
        "p90_min": _floats((r.p90 for r in rows), MINUTE),
        "points": _floats(r.points for r in rows),
        "watermelon": np.array([r.flag for r in rows], dtype=np.bool_),
    }


def _money(rows: Sequence[MoneyRow]) -> Table:
    return {
        "scope": TextColumn.of(r.scope for r in rows),
        "name": TextColumn.of(r.name for r in rows),
        "item": TextColumn.of(r.item for r in rows),
        "hours": _floats((r.ticks for r in rows), HOUR),
        "amount": _floats(r.amount for r in rows),
        "per_request": _floats(r.per_request for r in rows),
    }
