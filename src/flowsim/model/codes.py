"""The codes of what is said before a run (FS5xx), and how a finding is made.

`CODES` is the list of all findings of this room; `docs/messages.md` shows it. Places in a file are not known here: each
Problem carries a `path` instead.
"""

from __future__ import annotations

from collections.abc import Sequence

from flowsim.errors import Problem
from flowsim.model.calendar import HOUR, MINUTE, SECOND

CODES: dict[str, tuple[str, str]] = {
    "FS501": ("error", "returns make a circle that no request leaves"),
    "FS502": ("warning", "requests can go round a circle of steps in no time at all"),
    "FS503": ("error", "a route never reaches the end"),
    "FS504": ("warning", "no request ever comes to a step"),
    "FS505": ("warning", "a team has no work"),
    "FS506": ("warning", "a team has more work than time: its queue grows without end, or until customers withdraw"),
    "FS507": ("note", "a team is more than 85 % busy"),
    "FS508": ("note", "every team is below 80 % busy, so waits come from handoffs"),
    "FS509": ("error", "a team never opens during the run"),
    "FS510": ("error", "nothing can begin at a step: `no start within` is longer than any opening"),
    "FS511": ("warning", "a batch cannot fill, or cannot leave, within the run"),
    "FS512": ("note", "a batch takes longer than a working day to fill"),
    "FS513": ("error", "a clock never strikes: its calendar is closed on those days"),
    "FS514": ("warning", "more than five million requests are expected in the run"),
    "FS515": ("warning", "hardly any request of a class is expected in the run"),
    "FS516": ("note", "the expected load is an approximation: too many combinations of needs or returns"),
    "FS517": ("error", "all requests of a class arrive at one instant: the gaps between them are 0"),
    "FS518": ("error", "a wait never ends: its calendar has no open time in the run"),
    "FS519": ("warning", "nobody is at home in a team: it has only people who help"),
    "FS520": ("error", "the teams of a step for several people are never open at the same time"),
    "FS521": ("warning", "a step for several people takes more time than its people have together"),
    "FS522": ("warning", "a clock brings people together while some of their teams are closed"),
    "FS523": ("warning", "a team has more work than time because of absence and presence"),
    "FS524": ("warning", "so many people as a step needs at once are seldom there"),
    "FS525": ("warning", "teams that take work or get help from each other have more work than time together"),
    "FS526": ("note", "how busy the teams are leaves out the chases, which cannot be known before a run"),
    "FS527": ("note", "a backlog is more than a team can clear within the run"),
    "FS528": ("note", "customers chase before their promise ends"),
    "FS529": ("warning", "a limit lets in fewer requests than batches need to fill"),
    "FS530": ("warning", "limits in a circle: requests can wait for each other's places without end"),
    "FS531": ("warning", "a limit is too small for the work that comes"),
    "FS532": ("note", "a limit keeps some people of a team from ever being at work together"),
    "FS533": ("warning", "a change-over is never due"),
    "FS534": ("warning", "`same person` never applies"),
    "FS535": ("warning", "customers withdraw sooner than their requests can be handled"),
    "FS536": ("warning", "a backlog waits at a step that its requests do not need"),
    "FS537": ("note", "how busy the teams are leaves out a backlog that they can clear within the run"),
}
"""Code -> (severity, meaning)."""


def finding(code: str, message: str, hint: str, path: str = "") -> Problem:
    """A finding of this code at a place in the file."""
    return Problem(code=code, message=message, hint=hint, path=path, severity=CODES[code][0])


# -- words -----------------------------------------------------------------------------------------------------------


def number(x: float) -> str:
    """A figure for a sentence: three digits, never an exponent below a million: `31`, `7.25`, `0.4`, `12 million`."""
    if abs(x) >= 1e6:
        return f"{x / 1e6:.3g} million"
    return f"{x:.0f}" if abs(x) >= 1000 else f"{x:.3g}"


def amount(ticks: float) -> str:
    """A length of time for a sentence, in its own unit: `31 h`, `45 min`, `20 s`."""
    for unit, name in ((HOUR, "h"), (MINUTE, "min")):
        if ticks >= unit:
            return f"{number(ticks / unit)} {name}"
    return f"{number(ticks / SECOND)} s"


def share(x: float) -> str:
    """A share for a sentence: `96 %`, `2.5 %`."""
    return f"{x * 100:.0f} %" if x >= 0.1 else f"{x * 100:.2g} %"


def names(found: Sequence[str]) -> str:
    """Names in a row: `A`, `A and B`, `A, B and C`."""
    return found[0] if len(found) == 1 else f"{', '.join(found[:-1])} and {found[-1]}"
