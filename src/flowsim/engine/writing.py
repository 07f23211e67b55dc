"""Visits written down as rows of the Record."""

from __future__ import annotations

from flowsim.engine.duties import Where
from flowsim.engine.parts import Visit
from flowsim.engine.state import State
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
            0 if visit.branch is None else visit.branch.number,
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

    def write_untaken(self, visit: Visit, at: int) -> None:
        """The row of a visit that nobody took up: what had not come is `at` (R15), or FOREVER when the run ended."""
        where = visit.where
        if where == Where.GATE:
            visit.gathered = at
        if where in (Where.GATE, Where.TRANSIT):
            visit.delivered = at
        if where in (Where.GATE, Where.TRANSIT, Where.DOOR):
            visit.admitted = at
        if where != Where.LINE:
            visit.assembled = at
        self.write(visit, NONE, at, at, at, at, at, at, 0, 0, NO_WORK)

    def write_asked(self, answer: Visit, ticks: int, released: int) -> None:
        """The row of a question that the customer has answered, or would answer at `released`."""
        asked = answer.sent
        self.write(answer, NONE, asked, asked, asked, asked, released, released, 0, 0, (0, 0, ticks))
