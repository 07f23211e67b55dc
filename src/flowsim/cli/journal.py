"""The journal of a request, for people and for programs."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Any

from flowsim.cli.output import Output, clean, table
from flowsim.texts.words import PARTS
from flowsim.units import format_length

if TYPE_CHECKING:
    from flowsim.experiments.findings import Findings
    from flowsim.experiments.journal import Journal, Stay

_DAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")


def tell_journal(output: Output, found: Findings, journal: Journal) -> None:
    """A request's days, a line for each stretch of time, under the step where it was."""
    length = format_length(journal.lead)
    end = f"answered {_full(journal.ended)}" if journal.ended is not None else "not answered when the run ended"
    promise = ""
    if journal.due is not None:
        late = journal.ended is None or journal.ended > journal.due
        promise = f"; promised by {_full(journal.due)}: {'late' if late else 'in time'}"
    head = f"Request {journal.request} ({clean(journal.klass)}), {clean(journal.state)}"
    output.line(output.style(head, "head"))
    output.paragraph(f"arrived {_full(journal.arrived)}, {end}: {length}{promise}")
    rows: list[tuple[str, str, str]] = []
    for entry in (entry for stay in journal.stays for entry in stay.entries):
        words = PARTS[entry.part]
        if entry.company:
            words += f" (with {entry.company} others)" if entry.company > 1 else " (with 1 other)"
        rows.append((_moment(entry.begin), format_length(entry.ticks), words))
    lines = iter(table(rows, right=(1,), indent=4, width=output.width).split("\n"))
    for stay in journal.stays:
        output.line(f"  {_where(stay)}")
        for _ in stay.entries:
            output.line(next(lines))


def journal_json(journal: Journal) -> dict[str, Any]:
    """A journal for a program; moments as local ISO text."""
    return {
        "state": journal.state,
        "replication": journal.replication,
        "request": journal.request,
        "class": journal.klass,
        "arrived": journal.arrived.isoformat(),
        "due": journal.due.isoformat() if journal.due else None,
        "ended": journal.ended.isoformat() if journal.ended else None,
        "outcome": journal.outcome or None,
        "lead_ms": journal.lead,
        "visits": [
            {
                "step": stay.step or None,
                "team": stay.team or None,
                "kind": stay.kind,
                "via": stay.via,
                "pass": stay.pass_,
                "entries": [
                    {
                        "begin": e.begin.isoformat(),
                        "end": e.end.isoformat(),
                        "ms": e.ticks,
                        "part": e.part,
                        "company": e.company,
                    }
                    for e in stay.entries
                ],
            }
            for stay in journal.stays
        ],
    }


def _where(stay: Stay) -> str:
    place = f"{stay.step} ({stay.team})" if stay.team else "the customer"
    how = {"return": ", sent back", "question": ", asked a question", "answer": ", answered"}.get(stay.via, "")
    again = f", time {stay.pass_}" if stay.pass_ > 1 and stay.kind == "rework" else ""
    return f"{place}{how}{again}"


def _moment(moment: datetime) -> str:
    return f"{_DAYS[moment.weekday()]} {moment.day:2d} {moment:%b %H:%M}"


def _full(moment: datetime) -> str:
    return f"{_DAYS[moment.weekday()]} {moment.day} {moment:%b %Y %H:%M}"
