"""Visits written down as rows of the Record."""

from __future__ import annotations

from flowsim.engine.parts import Visit
from flowsim.engine.state import State
from flowsim.model.calendar import FOREVER
from flowsim.record import NONE

NO_WORK = (0, 0, 0)


class Writing(State):
    """Writes a visit when all of it is known; instants at or after the end of the run are cut off later."""

    __slots__ = ()

    def write(
        self,
        visit: Visit,
        person: int,
        started: int,
        set_up: int,
        turn: int,
        read: int,
        worked: int,
        released: int,
        set_up_ticks: int,
        read_ticks: int,
        values: tuple[int, int, int],
    ) -> None:
        """One row, in the order of VISIT_COLUMNS."""
        rows = self.recorder.rows
        rows.pack_into(
            rows.chunk,
            rows.at,
            visit.request.number,
            visit.number,
            visit.step,
            visit.team,
            person,
            visit.kind,
            visit.pass_,
            visit.via,
            visit.in_return,
            visit.from_step,
            visit.from_team,
            visit.transfer_batch,
            visit.process_batch,
            visit.sent,
            visit.gathered,
            visit.delivered,
            visit.admitted,
            visit.assembled,
            started,
            set_up,
            turn,
            read,
            worked,
            released,
            set_up_ticks,
            read_ticks,
            *values,
        )
        rows.at += rows.size
        if rows.at == rows.full:
            rows.new_chunk()

    def write_unstarted(self, visit: Visit) -> None:
        self.write(visit, NONE, FOREVER, FOREVER, FOREVER, FOREVER, FOREVER, FOREVER, 0, 0, NO_WORK)
