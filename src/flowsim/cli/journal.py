"""The journal of a request, for people and for programs."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Any

from flowsim.cli.output import Output, clean, table
from flowsim.texts.words import PARTS
from flowsim.units import format_length

if TYPE_CHECKING:
    from flowsim.experiments.circumstances import Around, Branch, Circumstances, Colleagues
    from flowsim.experiments.findings import Findings
    from flowsim.experiments.journal import Journal, Stay

_DAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
_WITHDRAWN = "withdrawn"

Row = tuple[str, str, str]
"""A moment, how long it lasted, and what it was."""


def tell_journal(output: Output, found: Findings, journal: Journal) -> None:
    """A request's days, a line for each stretch of time, under the step where it was."""
    from flowsim.experiments.circumstances import circumstances

    around = circumstances(found, journal.state, journal.replication, journal.request)
    head = f"Request {journal.request} ({clean(journal.klass)}), {clean(journal.state)}"
    output.line(output.style(head, "head"))
    for sentence in _opening(journal, around):
        output.paragraph(sentence)
    told = list(zip(journal.stays, around.visits, strict=True))
    rows = [_rows(stay, one) for stay, one in told]
    everything = [row for some in rows for row in some]
    wide = [max((len(row[column]) for row in everything), default=0) for column in (0, 1)]
    for (stay, one), some in zip(told, rows, strict=True):
        output.line(f"  {_where(stay, one)}")
        if some:
            aligned = [(moment.ljust(wide[0]), length.rjust(wide[1]), words) for moment, length, words in some]
            output.line(table(aligned, indent=4, width=output.width))


def journal_json(journal: Journal, around: Circumstances | None = None) -> dict[str, Any]:
    """A journal for a program; moments as local ISO text. With `around` also what went on around it."""
    found: dict[str, Any] = {
        "state": journal.state,
        "replication": journal.replication,
        "request": journal.request,
        "class": journal.klass,
        "arrived": journal.arrived.isoformat(),
        "due": journal.due.isoformat() if journal.due else None,
        "ended": journal.ended.isoformat() if journal.ended else None,
        "outcome": journal.outcome or None,
        "lead_ms": journal.lead,
        "visits": [_stay_json(stay) for stay in journal.stays],
    }
    if around is not None:
        found |= {
            "age_ms": around.age,
            "parent": around.parent,
            "chase": around.chase,
            "chased": [moment.isoformat() for moment in around.chased],
        }
        for visit, one in zip(found["visits"], around.visits, strict=True):
            visit |= _around_json(one)
    return found


def _stay_json(stay: Stay) -> dict[str, Any]:
    return {
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


def _around_json(one: Around) -> dict[str, Any]:
    branch = one.branch
    return {
        "person": one.person or None,
        "others": [{"team": o.team, "name": o.name or None, "count": o.count} for o in one.others],
        "stayed_at": one.stayed_at or None,
        "branch": branch
        and {
            "split": branch.split,
            "place": branch.place,
            "of": branch.of,
            "critical": branch.critical,
            "ended": branch.ended.isoformat() if branch.ended else None,
            "waited_ms": branch.waited,
        },
    }


def _opening(journal: Journal, around: Circumstances) -> list[str]:
    """How it began and ended, in sentences."""
    length = format_length(journal.lead)
    end = "not answered when the run ended"
    if journal.ended is not None:
        withdrew = journal.outcome == _WITHDRAWN
        end = f"withdrawn by the customer {_full(journal.ended)}" if withdrew else f"answered {_full(journal.ended)}"
    promise = ""
    if journal.due is not None:
        late = journal.ended is None or journal.ended > journal.due
        unknown = journal.outcome == _WITHDRAWN and not late
        kept = "" if unknown else ": late" if late else ": in time"
        promise = f"; promised by {_full(journal.due)}{kept}"
    begin = f"arrived {_full(journal.arrived)}"
    if around.age:
        begin = f"there when the run began, {_full(journal.arrived)}, and {format_length(around.age)} old by then"
    if around.age:
        length += f", and for the customer {format_length(around.age + journal.lead)}"
    found = [f"{begin}, {end}: {length}{promise}"]
    if around.parent is not None:
        found.append(
            f"The customer of request {around.parent} asks where it is, for the {_ordinal(around.chase)} time."
        )
    if around.chased:
        times = "once" if len(around.chased) == 1 else f"{len(around.chased)} times"
        found.append(f"The customer chased {times}: {', '.join(_full(moment) for moment in around.chased)}.")
    return found


def _rows(stay: Stay, one: Around) -> list[Row]:
    """A row for each entry of a stay, and one for the wait of a branch for the others."""
    rows: list[Row] = []
    for entry in stay.entries:
        words = PARTS[entry.part]
        if entry.company:
            words += f" (with {entry.company} others)" if entry.company > 1 else " (with 1 other)"
        if entry.part == "blocked" and one.stayed_at:
            words += f", still at {clean(one.stayed_at)}"
        rows.append((_moment(entry.begin), format_length(entry.ticks), words))
    branch = one.branch
    if branch is not None and branch.ended is not None and branch.waited:
        rows.append((_moment(branch.ended), format_length(branch.waited), "waiting for the other branches"))
    return rows


def _where(stay: Stay, one: Around) -> str:
    """The step, who was there, on which branch, and what brought the request."""
    place = "the customer"
    if stay.team:
        who = ", ".join([f"{stay.team}: {one.person}" if one.person else stay.team, *map(_colleagues, one.others)])
        place = f"{stay.step} ({who})"
    how = {
        "return": ", sent back",
        "question": ", asked a question",
        "answer": ", answered",
        "backlog": ", where it lay",
    }.get(stay.via, "")
    again = f", time {stay.pass_}" if stay.pass_ > 1 and stay.kind == "rework" else ""
    left = ", until the customer withdrew" if stay.kind == _WITHDRAWN else ""
    return clean(f"{place}{_on(one.branch)}{how}{again}{left}")


def _colleagues(others: Colleagues) -> str:
    return others.name or f"{others.count} of {others.team}"


def _on(branch: Branch | None) -> str:
    if branch is None:
        return ""
    waited_for = ", the one waited for" if branch.critical else ""
    return f", branch {branch.place} of {branch.of} after {branch.split}{waited_for}"


def _ordinal(n: int) -> str:
    """1st, 2nd, 3rd, 4th, …"""
    ending = "th" if n % 100 in (11, 12, 13) else {1: "st", 2: "nd", 3: "rd"}.get(n % 10, "th")
    return f"{n}{ending}"


def _moment(moment: datetime) -> str:
    return f"{_DAYS[moment.weekday()]} {moment.day:2d} {moment:%b %H:%M}"


def _full(moment: datetime) -> str:
    return f"{_DAYS[moment.weekday()]} {moment.day} {moment:%b %Y %H:%M}"
