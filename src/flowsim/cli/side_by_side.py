"""States side by side: the measures, where the time goes, own targets against the promise, and a verdict in words."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from flowsim.cli.branches import tell_splits
from flowsim.cli.figures import Unit, difference, unit_for
from flowsim.cli.output import Output, clean, table
from flowsim.cli.tell import MINUTE, Teller, headline, share, state_json, tell_settings, title, unfinished_share
from flowsim.texts.words import PARTS
from flowsim.units import format_share, format_working

if TYPE_CHECKING:
    from flowsim.experiments.findings import Findings


def tell_comparison(output: Output, found: Findings) -> None:
    """States side by side, the paired differences, and a verdict in one sentence."""
    manifest = found.run.manifest
    tellers = [Teller(found, state) for state in found.states]
    runs = "1 run" if manifest.replications == 1 else f"{manifest.replications} runs"
    sure = "; ± is 95% sure" if manifest.replications > 1 else ""
    whose = "the same" if _same_requests(tellers) else "its own"
    headline(
        output,
        f"{title(found)}: {' → '.join(found.states)}",
        f"{runs} each, with {whose} requests, seed {manifest.seed}{sure}",
    )
    tell_settings(output, found, found.states[0])
    last = "difference" if len(tellers) == 2 else f"{found.states[0]} → {found.states[-1]}"
    head, right = ("", *found.states, last, ""), tuple(range(1, len(tellers) + 2))
    output.line(table(_side_by_side(tellers), head=head, right=right, width=output.width, units=True))
    unit, rows = _ledger_side_by_side(tellers)
    if rows:
        output.line("\n" + output.style("Where the time goes", "head") + f", {unit.long} a request, on the calendar")
        output.line(table(rows, head=head[:-1], right=right, width=output.width))
    targets = _targets_side_by_side(tellers)
    if targets:
        output.line("\n" + output.style("Own targets against the promise", "head"))
        output.line(table(targets, head=("", *found.states), right=right[:-1], width=output.width))
    for state in found.states:
        tell_splits(output, found, state, f"Branches in {clean(state)}")
    _tell_changes(output, found)
    for before, after in found.pairs:
        if before == found.states[0]:
            output.line()
            output.paragraph(verdict_sentence(found, before, after), "head")


def _same_requests(tellers: list[Teller]) -> bool:
    """Whether the same requests arrive in every state: the same classes with the same arrivals (R4, R5)."""
    arrivals = [{c.name: c.arrivals for c in tell.model.classes} for tell in tellers]
    return all(one == arrivals[0] for one in arrivals)


def _tell_changes(output: Output, found: Findings) -> None:
    """What was changed in each state, by name, in the order in which it was done."""
    for state in found.run.manifest.states:
        if state.changes:
            output.line("\n" + output.style(f"What changes in {clean(state.name)}", "head"))
            for number, change in enumerate(state.changes, start=1):
                output.paragraph(f"  {number}. {clean(change)}")


def verdict_sentence(found: Findings, before: str, after: str) -> str:
    """What changes for the customer, in words, from the paired difference of the mean lead time in open time."""
    change = found.change(before, after, "working lead time mean")
    if change is None:
        return f"Nothing can be said of {clean(after)}: no request ended."
    tell = Teller(found, before)
    low, high = change.difference.low, change.difference.high
    unit = unit_for([change.difference.value], tell.day / MINUTE)
    size = f"{unit.figure(abs(change.difference.value))} {_working(unit)}"
    sure = ""
    if low is not None and high is not None:
        ends = [unit.figure(x) for x in sorted((abs(low), abs(high)))]
        sure = f" (95% sure: {ends[0]} to {ends[1]})"
    unfinished = unfinished_share(Teller(found, after))
    end = f"; {unfinished} of its requests never ended" if unfinished else ""
    if change.verdict in ("better", "worse"):
        way = "less" if change.difference.value < 0 else "longer"
        was = format_working(change.before * MINUTE, tell.day)
        now = format_working(change.after * MINUTE, tell.day)
        return f"With {clean(after)} a customer waits {size} {way}{sure}: {now} instead of {was}{end}."
    if change.verdict == "no difference that matters":
        return f"{clean(after)} makes no difference that matters to how long a customer waits{end}."
    runs = "with one run nobody can say how sure this is" if low is None else "more runs would tell"
    return f"Not yet known whether {clean(after)} is faster: {size} between them, but that may be chance; {runs}{end}."


def _working(unit: Unit) -> str:
    """The name of a unit of open time, so that nobody takes it for time on the clock."""
    return unit.long if unit.long.startswith("working") else f"working {unit.long}"


def comparison_json(found: Findings) -> dict[str, Any]:
    """All states and their differences for a program."""
    return {
        "states": [state_json(found, state) for state in found.states],
        "differences": [
            {
                "before": before,
                "after": after,
                "measure": m,
                "class": k or None,
                "before_value": c.before,
                "after_value": c.after,
                "difference": c.difference.value,
                "low": c.difference.low,
                "high": c.difference.high,
                "unit": c.difference.unit,
                "verdict": c.verdict or None,
                "correlation": c.correlation,
            }
            for before, after in found.pairs
            for (m, k), c in found.changes(before, after).items()
        ],
        "verdicts": [{"before": b, "after": a, "sentence": verdict_sentence(found, b, a)} for b, a in found.pairs],
    }


Row = tuple[str, ...]
"""What it is, a cell a state, the difference, the unit."""


def _side_by_side(tellers: list[Teller]) -> list[Row]:
    """The customer's view: waiting in one unit, promises, and what makes it so."""
    first, last = tellers[0], tellers[-1]
    classes = first.classes
    waits = [
        ("  on average", "working lead time mean", ""),
        ("  half of them within", "working lead time P50", ""),
        ("  9 of 10 within", "working lead time P90", ""),
    ]
    if len(classes) > 1:
        waits += [(f"  {c.name}, on average", "working lead time mean", c.name) for c in classes]
    unit = unit_for((t.value(m, k) for t in tellers for _, m, k in waits), first.day / MINUTE)
    rows = [_heading(f"A customer waits, {unit.long}", tellers)]
    rows += [(*_times(words, tellers, measure, unit, klass)[:-1], "") for words, measure, klass in waits]
    promised = [c for c in classes if c.promise is not None]
    if promised:
        rows.append(_heading("Promise kept", tellers))
    for cls in promised:
        assert cls.promise is not None
        several = len(classes) > 1
        words = f"  {cls.name}: {first.wait(cls.promise)}" if several else f"  within {first.wait(cls.promise)}"
        rows.append(_shares(words, tellers, "within promise", cls.name if several else ""))
    worked = unit_for(t.value(m) for t in (first, last) for m in ("process time mean", "people time"))
    branched = _any(tellers, "join wait")
    words = "Somebody works on it (of branches the last)" if branched else "Somebody works on it"
    rows += [
        _times(words, tellers, "process time mean", worked),
        _shares("  share of the open time", tellers, "activity ratio"),
    ]
    if _any(tellers, "people time"):
        rows.append(_times("All people together", tellers, "people time", worked))
    if branched:
        waited = unit_for(t.value("join wait") for t in tellers)
        rows.append(_times("Branches wait for the last", tellers, "join wait", waited))
    rows += [
        _numbers("Handoffs", tellers, "handoffs"),
        _numbers("Hands", tellers, "hands"),
        _shares("Right the first time", tellers, "rolled %C&A"),
        *(_shares(f"Ends as {name}", tellers, f"outcome {name}") for name in _outcomes(tellers)),
        _numbers("In the process at once", tellers, "WIP mean"),
    ]
    if _any(tellers, "WIP let in"):
        rows.append(_numbers("  of which let in", tellers, "WIP let in"))
    if _any(tellers, "chases"):
        shares = [t.chased() for t in tellers]
        rows.append(_numbers("Chases a request", tellers, "chases", 2))
        rows.append(("  share of contacts", *("–" if x is None else format_share(x) for x in shares), "", ""))
    if any(t.value("unfinished share") for t in tellers):
        rows.append(_shares("Not ended with the runs", tellers, "unfinished share"))
    if any(t.value("cost per ended request") for t in tellers):
        rows.append(_numbers("Cost of people's time", tellers, "cost per ended request"))
    return rows


def _any(tellers: list[Teller], measure: str) -> bool:
    """Whether some state has this measure: what it is about."""
    return any(t.value(measure) is not None for t in tellers)


def _outcomes(tellers: list[Teller]) -> list[str]:
    """How journeys end, where that is in more ways than one."""
    return list(dict.fromkeys(name for tell in tellers for name in tell.outcomes()))


def _ledger_side_by_side(tellers: list[Teller]) -> tuple[Unit, list[Row]]:
    """Each part of the lead time, all in one unit."""
    unit = unit_for(t.value("lead time mean") for t in tellers)
    rows = [
        _times(words, tellers, f"ledger {part}", unit)[:-1]
        for part, words in PARTS.items()
        if any((t.value(f"ledger {part}") or 0.0) > 0 for t in tellers)
    ]
    if rows:
        rows.append(_times("together", tellers, "lead time mean", unit)[:-1])
    return unit, rows


def _targets_side_by_side(tellers: list[Teller]) -> list[Row]:
    met = [{r["team"]: r["target_met"] for r in t.found.means("teams", t.state, ("team",))} for t in tellers]
    names = list(dict.fromkeys(str(name) for one in met for name, share in one.items() if share is not None))
    rows = [(name, *(share(one.get(name)) for one in met)) for name in names]
    if rows and any(t.value("within promise") is not None for t in tellers):
        rows.append(("the customer: promise kept", *(t.share("within promise") for t in tellers)))
    return rows


def _heading(words: str, tellers: list[Teller]) -> Row:
    return (words, *("" for _ in tellers), "", "")


def _times(words: str, tellers: list[Teller], measure: str, unit: Unit, klass: str = "") -> Row:
    """A row of times in minutes, shown in `unit`."""
    told = _told(tellers, measure, klass, 1 / unit.minutes, unit.digits)
    return (words, *(unit.figure(t.value(measure, klass)) for t in tellers), told, unit.short)


def _shares(words: str, tellers: list[Teller], measure: str, klass: str = "") -> Row:
    """A row of shares; the difference is in points."""
    told = _told(tellers, measure, klass, 100, 1)
    shown = [t.value(measure, klass) for t in tellers]
    return (words, *("–" if x is None else format_share(x) for x in shown), told, "points" if told != "–" else "")


def _numbers(words: str, tellers: list[Teller], measure: str, digits: int = 1) -> Row:
    """A row of plain numbers."""
    return (words, *(t.number(measure, digits) for t in tellers), _told(tellers, measure, "", 1, digits), "")


def _told(tellers: list[Teller], measure: str, klass: str, times: float, digits: int) -> str:
    """The paired difference between the first state and the last, and its interval, times a number."""
    change = tellers[0].found.change(tellers[0].state, tellers[-1].state, measure, klass)
    if change is None:
        return "–"
    value, low, high = change.difference.value, change.difference.low, change.difference.high
    return difference(value * times, low and low * times, high and high * times, digits)
