"""What the parts of a scenario in the making know of each other, and its calendars and run."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from fractions import Fraction
from typing import Any

from choices import Choices
from pen import Pen

Tree = dict[str, Any]

NAMES = {
    "calendar": ("office", "Mornings", "nights $1"),
    "class": ("permit", "Rush Order", "_klacht/2"),
    "task": ("register", "check the file", "Décide", "opine", "send"),
    "team": ("Desk", "Legal", "/Vergunning/<b>", "Board"),
    "step": ("Register", "Check it", "Advise", "Décide", "Send", "Look", "Measure", "Sum up", "Note", "File"),
    "person": ("Ann", "Bob de Wit", "Cas"),
}
"""The names of things, with odd signs, capitals and spaces."""

HOURS = (
    ("mon-fri 09:00-12:00 13:00-17:00",),
    ("every day 8:00-18:00",),
    ("ma t/m vr 9u-17u",),
    ("mon-fri 22:00-06:00",),
    ("every day 0:00-24:00",),
    ("mon wed fri 10.00-16.00", "di en do 13:00-20:30"),
    ("maandag tot donderdag 09:00-12:00, 12:00-13:00; vrijdag 9-12",),
    ("workdays 07:45-11:45 12:15-16:15", "za gesloten"),
    ("mon-sat 20:00-02:00 09:00-11:00",),
)
"""Weekly hours: with lunch, by night, around the clock, in several lines; all of them open on the first Monday."""

SLOTS = (
    "mon-wed",
    "mon tue thu",
    "ma 9:00-11:00",
    "10:00-16:00",
    "fri 13:00-17:00",
    "weekdays 08:00-12:00",
    "every day 20:00-04:00",
)
PARTS = ("mon", "09:00-11:00", "fri 13:00-17:00", "tue thu", "za zo", "22:00-04:00", "elke dag 14:00-15:00")
STARTS = {
    480: ("2026-01-05 08:00", "2026-01-05 07:30"),
    1440: ("2026-01-05", "2026-01-05 08:00", "2026-03-30 23:45"),
    5760: ("2026-01-05", "2026-01-09 12:00", "2026-01-04", "2025-12-31 23:45"),
}
"""By the length of the run from which on something is open in it: when it may start."""


@dataclass
class Draft:
    """A scenario in the making. Lengths are in minutes; the names of things are in the order of the file."""

    c: Choices
    pen: Pen
    length: int = 0
    start: datetime = datetime(2026, 1, 5)
    calendars: list[str] = field(default_factory=list)
    classes: list[str] = field(default_factory=list)
    tasks: list[str] = field(default_factory=list)
    teams: list[str] = field(default_factory=list)
    own: dict[str, int] = field(default_factory=dict)
    people: list[str] = field(default_factory=list)
    trunk: list[str] = field(default_factory=list)
    branches: dict[str, list[list[str]]] = field(default_factory=dict)
    joins: dict[str, str] = field(default_factory=dict)
    journeys: dict[str, list[str]] = field(default_factory=dict)
    limited: bool = False

    @property
    def most_work(self) -> int:
        """The longest usual work, in minutes."""
        return 60 if self.length >= 960 else 30

    def some_calendar(self) -> str:
        """Any calendar of the file, or `always`."""
        return self.pen.name(self.c.pick([*self.calendars, "always"]))

    def everywhere(self) -> list[str]:
        """All steps, those of branches behind the trunk."""
        return [*self.trunk, *(step for paths in self.branches.values() for path in paths for step in path)]

    def home(self, step: str) -> list[str]:
        """The path on which a step lies."""
        for paths in self.branches.values():
            for path in paths:
                if step in path:
                    return path
        return self.trunk


def head(d: Draft) -> Tree:
    """What a file says about itself, and its start."""
    c = d.c
    found: Tree = {"flowsim": "1", "name": c.pick(("Permit request", "Aanvraag: één & “twee”", "x"))}
    texts = {"about": "A story; with # signs: and 'quotes'.", "purpose": "To be looked at."}
    for key, text in texts.items():
        if c.chance(8):
            found[d.pen.key(key)] = text
    for key in ("sources", "assumptions"):
        if c.chance(8):
            found[key] = c.pick(("Time study, 2026", ["One source", "Two: sources"], []))
    start = c.pick([start for length, starts in STARTS.items() if length <= d.length for start in starts])
    d.start = datetime.fromisoformat(start)
    if d.start != Draft.start or c.chance(50):
        found["start"] = start
    return found


def calendars(d: Draft) -> Tree:
    """Up to three calendars; none in some files: then all is `always`."""
    c = d.c
    d.calendars = list(NAMES["calendar"][: c.weighed({1: 6, 0: 2, 2: 4, 3: 2})])
    return {name: _calendar(d) for name in d.calendars}


def _calendar(d: Draft) -> Tree:
    c, pen = d.c, d.pen
    lines = c.pick(HOURS if d.length > 480 else HOURS[:3])
    found: Tree = {pen.key("hours"): lines[0] if len(lines) == 1 else c.pick((list(lines), "; ".join(lines)))}
    days = [(d.start + timedelta(days=c.whole(0, 9))).date() for _ in range(3)]
    if c.chance(20):
        code = c.pick(("BE", "NL", "DE-BY"))
        found["holidays"] = c.pick((str(days[0]), code, [code, str(days[0])], [str(days[0]), str(days[1])]))
    if c.chance(20):
        hours = c.pick(("09:00-12:00", "closed", "gesloten", "0:00-24:00", "10u-12u 22:00-02:00"))
        last = days[2] + timedelta(days=c.whole(0, 2))
        found[pen.key("except")] = {c.pick((str(days[2]), f"{days[2]} .. {last}")): hours}
    if c.chance(15):
        found[pen.key("working day")] = pen.length(c.pick((420, 480, 90)))
    return found


def length_of_run(d: Draft) -> None:
    """How long the run lasts: hours, days or a week."""
    d.length = d.c.weighed({480: 3, 1440: 4, 2880: 3, 5760: 2, 10080: 1})


def run(d: Draft) -> Tree:
    """The section `run`."""
    c, pen = d.c, d.pen
    if d.length >= 1440 and c.chance(30):
        days = d.length // 1440
        working = bool(d.calendars) and c.chance(60)
        length = pen.term(Fraction(days, 7) if days == 7 else max(1, days), "week" if days == 7 else "day")
        if working:
            length = pen.term(max(1, days * 5 // 7), "day", working=True)
    else:
        length = pen.length(d.length)
    found: Tree = {"length": length, "replications": str(c.whole(1, 3))}
    if c.chance(20):
        found[pen.key("warm-up")] = c.pick((pen.length(d.length // 480 * 60), "none", "0 min"))
    if c.chance(70):
        found["seed"] = str(c.whole(0, 10**6))
    if c.chance(15):
        found["calendar"] = d.some_calendar()
    return found
