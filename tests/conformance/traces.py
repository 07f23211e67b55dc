"""Small scenarios run on an engine, and their records as tables a person can check by hand.

A table has a line of column names and a line for each visit, cells parted by two or more spaces. Instants are written
"Fri 01-09 16:40" (with seconds and thousandths only when there are any), and nothing is rounded away: a table that
holds, holds to the tick.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from flowsim.draws import Draws
from flowsim.metrics.audit import audit
from flowsim.model import Model
from flowsim.record import INSTANTS, KINDS, NONE, VIAS, Record
from flowsim.scenario import load_text

Engine = Callable[[Model, Draws], Record]

MINUTE = 60_000
HOUR = 60 * MINUTE
DAY = 24 * HOUR

DEFAULTS = {
    "flowsim": "1",
    "name": "trace",
    "start": "2026-01-05",  # a Monday
    "calendars": "{office: {hours: mon-fri 09:00-17:00}}",
    "run": "{length: 2 weeks}",
}


def moment(text: str, start: str = "2026-01-05T00:00:00") -> int:
    """ "01-09 16:40" in 2026 as ticks since the start."""
    at = datetime.fromisoformat(f"2026-{text}")
    return (at - datetime.fromisoformat(start)) // timedelta(milliseconds=1)


@dataclass(frozen=True)
class Trace:
    """One record with the model and the draws it was made from."""

    model: Model
    draws: Draws
    record: Record

    def when(self, ticks: int) -> str:
        """An instant as text: "Fri 01-09 16:40"; "-" when it had not come."""
        if ticks == NONE:
            return "-"
        at = datetime.fromisoformat(self.model.start) + timedelta(milliseconds=int(ticks))
        text = f"{at:%a %m-%d %H:%M}"
        if at.second or at.microsecond:
            text += f":{at.second:02d}"
        if at.microsecond:
            text += f".{at.microsecond // 1000:03d}"
        return text

    def cell(self, column: str, row: int) -> str:
        """One value of a visit as it stands in a table."""
        visits = self.record.visits
        value = int(visits[column][row]) if column in visits else 0
        if column in INSTANTS:
            return self.when(value)
        if column in ("step", "from_step"):
            return "customer" if value == NONE else self.model.steps[value].name
        if column in ("team", "from_team"):
            return "customer" if value == NONE else self.model.teams[value].name
        if column == "kind":
            return KINDS[value]
        if column == "via":
            return VIAS[value]
        if column == "class":
            return self.model.classes[int(self.record.requests["class"][visits["request"][row]])].name
        if column == "crew":
            return self._crew(row)
        if column.endswith("_ticks"):
            return f"{value / MINUTE:g} min"
        return "-" if value == NONE else str(value)

    def _crew(self, row: int) -> str:
        """Who else is at work on a visit: "Legal 0, Legal 1"; "-" for nobody (R8)."""
        visits, crew = self.record.visits, self.record.crew
        same = (crew["request"] == visits["request"][row]) & (crew["visit"] == visits["visit"][row])
        people = zip(crew["team"][same], crew["person"][same], strict=True)
        return ", ".join(f"{self.model.teams[int(t)].name} {int(p)}" for t, p in people) or "-"

    def visits(self, columns: list[str], step: str | None = None) -> list[list[str]]:
        """The visits, in order of (request, visit), as rows of cells; with `step`, the work at that step only."""
        rows = range(len(self.record.visits["request"]))
        cells = {row: self.cell("step", row) for row in rows}
        return [[self.cell(c, row) for c in columns] for row in rows if step in (None, cells[row])]

    def holds(self, table: str, step: str | None = None) -> None:
        """Assert that the visits (of a step) are exactly those of a table."""
        columns, expected = _rows(table)
        assert self.visits(columns, step) == expected

    def requests(self, columns: list[str]) -> list[list[str]]:
        """The requests in order of their numbers, as rows of cells."""
        return [[self._of_request(c, i) for c in columns] for i in range(len(self.record.requests["class"]))]

    def _of_request(self, column: str, number: int) -> str:
        """One value of a request as it stands in a table."""
        if column == "request":
            return str(number)
        value = int(self.record.requests[column][number])
        if column == "class":
            return self.model.classes[value].name
        if column in ("arrived", "due", "ended"):
            return self.when(value)
        if column == "outcome":
            return "-" if value == NONE else self.record.outcomes[value]
        if column == "age":
            return f"{value / HOUR:g} h"
        return "-" if value == NONE else str(value)

    def requests_are(self, table: str) -> None:
        """Assert that the requests are exactly those of a table."""
        columns, expected = _rows(table)
        assert self.requests(columns) == expected

    def branches_are(self, table: str) -> None:
        """Assert that the branches (R13), in order of (request, branch), are exactly those of a table."""
        columns, expected = _rows(table)
        rows = self.record.branches
        found = []
        for row in range(len(rows["request"])):
            cells = {name: str(int(column[row])) for name, column in rows.items()}
            cells["split"] = self.model.steps[int(rows["split"][row])].name
            cells |= {name: self.when(int(rows[name][row])) for name in ("began", "ended", "joined")}
            found.append([cells[c] for c in columns])
        assert found == expected

    def ends(self) -> list[str]:
        """When each request's journey ended and in what: "Mon 01-05 09:30 done"; "-" while it is open."""
        ended, outcome = self.record.requests["ended"], self.record.requests["outcome"]
        return [
            "-" if end == NONE else f"{self.when(int(end))} {self.record.outcomes[int(out)]}"
            for end, out in zip(ended, outcome, strict=True)
        ]

    def order(self, step: str) -> list[int]:
        """Request numbers in the order in which work on them began at a step."""
        index = [s.name for s in self.model.steps].index(step)
        visits = self.record.visits
        rows = [r for r in range(len(visits["request"])) if visits["step"][r] == index and visits["started"][r] >= 0]
        begun = [(int(visits["turn"][r]), int(visits["person"][r]), int(visits["request"][r])) for r in rows]
        return [number for _, _, number in sorted(begun)]


def _rows(table: str) -> tuple[list[str], list[list[str]]]:
    """The names of the columns of a table, and its rows of cells."""
    lines = [re.split(r"\s{2,}", line.strip()) for line in table.strip().splitlines() if line.strip()]
    return lines[0], lines[1:]


def compiled(text: str, arrivals: dict[str, str], folder: Path, state: str = "current") -> tuple[Model, int]:
    """A scenario as a Model, with its seed. What a trace is not about is filled in: `DEFAULTS`, and for each class in
    `arrivals` a file of the instants listed there ("01-09 16:40, 01-12 10:00").
    """
    given = set(re.findall(r"^([a-z -]+?):", text, re.MULTILINE))
    head = [f"{key}: {value}" for key, value in DEFAULTS.items() if key not in given]
    if "requests" not in given:
        classes = ", ".join(f"{name}: {{arrivals: {{file: {name}.csv, column: arrived}}}}" for name in arrivals)
        head.append(f"requests: {{{classes}}}")
    for name, instants in arrivals.items():
        rows = "".join(f"2026-{instant.strip()}\n" for instant in instants.split(","))
        (folder / f"{name}.csv").write_text("arrived\n" + rows, encoding="utf-8")
    found = load_text("\n".join([*head, text]), "trace.yaml", folder).compile(state)
    return found.model, found.seed


def play(engine: Engine, model: Model, seed: int, replication: int = 1) -> Trace:
    """One replication of a model on an engine; its record has passed the audit."""
    record = engine(model, Draws(seed, replication))
    audit(model, record, Draws(seed, replication)).require()
    return Trace(model, Draws(seed, replication), record)
