"""What a command line asks of statistics: how precise (`--precision`, `--most`), and what matters (`--matters`)."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, TypeVar

from flowsim.cli.output import Output
from flowsim.units import QuantityError, format_share, parse_length, parse_share

if TYPE_CHECKING:
    from flowsim.experiments.findings import Findings
    from flowsim.experiments.matters import Matters
    from flowsim.experiments.precision import Decided, Precision
    from flowsim.model import Model

MINUTE = 60_000
Read = TypeVar("Read")


def precision_of(text: str | None, replications: int | None, most: int | None, of_file: int) -> Precision | None:
    """The precision asked for; None for none. `replications` is what the command line says, and then that of the pilot;
    `of_file` what the file says. Raises UsageError FS713.
    """
    from flowsim.errors import UsageError
    from flowsim.experiments.precision import MOST, Precision, pilot_of

    if text is None:
        if most is not None:
            raise UsageError(
                "--most is how far --precision may go", code="FS713", hint="add --precision 2%, or use --replications"
            )
        return None
    share = _read("--precision", text, parse_share)
    pilot = replications if replications is not None else pilot_of(of_file)
    return Precision(share, pilot, max(most, 0) if most is not None else max(MOST, pilot))


def matters_of(text: str | None, model: Model) -> Matters:
    """The smallest difference that matters: a share of the value before, or a time. A time in working days is open time
    of the run's calendar and holds for lead times in open time; one in hours or days holds for both kinds.

    Raises UsageError with the code of what cannot be read.
    """
    from flowsim.experiments.matters import Matters

    if text is None:
        return Matters()
    if not any(c.isalpha() for c in text) or "%" in text:
        return Matters(_read("--matters", text, parse_share))
    length = _read("--matters", text, parse_length)
    calendar = model.calendar(model.run.calendar)
    minutes = _read("--matters", text, lambda _: length.exact(calendar.working_day, calendar.weekly_open)) / MINUTE
    return Matters(working=minutes, elapsed=None if length.working else minutes)


def _read(option: str, text: str, parse: Callable[[str], Read]) -> Read:
    from flowsim.errors import UsageError

    try:
        return parse(text)
    except QuantityError as error:
        raise UsageError(f"{option}: {error.message}", code=error.code, hint=error.hint) from error


def tell_pilot(output: Output, asked: Precision, found: Decided) -> None:
    """Beside the answer: what the pilot said, before the rest is run."""
    if found.needed is None:
        output.aside(f"Pilot of {asked.pilot} runs: no request ended, so there is nothing to be precise about.")
        return
    more = f"{found.needed} runs in all" if found.needed > asked.pilot else "enough as it is"
    output.aside(f"Pilot of {asked.pilot} runs: for ± {format_share(asked.share)} {more}.")


def got(found: Findings) -> list[str]:
    """What precision was asked for and what came of it, a sentence; empty when none was asked for."""
    if not found.run.manifest.pilot:
        return []
    pilot, n = found.run.manifest.pilot[0], found.run.manifest.replications
    halves = [half for half in _halves(found, pilot.measure) if half is not None]
    of = "the mean before" if len(found.states) > 1 else "the mean"
    told = f"Asked for ± {format_share(pilot.share)} of {of}"
    if not pilot.needed or not halves:
        return [f"{told}: nothing can be said of it."]
    reached = f"{told}; got ± {format_share(max(halves))} with {n} runs"
    needed = pilot.needed[0]
    if needed > n:
        return [f"{reached}. It takes about {needed}: allow more with --most {needed}."]
    return [f"{reached}, fixed after a pilot of {pilot.replications}."]


def _halves(found: Findings, measure: str) -> list[float | None]:
    """Half the width of each interval asked for, as a share of the mean (before)."""
    first, *others = found.states
    before = found.get(first, measure)
    if before is None or not before.value:
        return []
    if not others:
        return [None if before.half is None else before.half / before.value]
    changes = [found.change(first, other, measure) for other in others]
    return [c.difference.half / before.value for c in changes if c is not None and c.difference.half is not None]
