"""States side by side: the measures, where the time goes, own targets against the promise, and a verdict in words."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from flowsim.cli.branches import tell_splits
from flowsim.cli.figures import Unit, difference, unit_for
from flowsim.cli.notes import THIS_LONG, growth_cell, overload_between
from flowsim.cli.output import Output, clean, table
from flowsim.cli.tell import MINUTE, Teller, headline, share, state_json, tell_settings, title, unfinished_share
from flowsim.texts.words import PARTS
from flowsim.units import format_share, format_working

if TYPE_CHECKING:
    from flowsim.experiments.findings import Change, Findings


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
    if found.pairs:
        output.paragraph(_what_matters(found))


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
    """What changes for the customer, in words, from the paired difference of the mean lead time in open time. When a
    state cannot keep up that comes first; when too many requests had not ended there is no mean to speak of.
    """
    change = found.change(before, after, "working lead time mean")
    old, new = Teller(found, before), Teller(found, after)
    growing = overload_between(found, before, after)
    if change is None:
        return f"{growing}Nothing can be said of {clean(after)}: no request ended."
    if old.mean_refused or new.mean_refused:
        return growing + _refused(old, new)
    said = _of_change(old, new, change)
    if not growing:
        return said
    begins_small = said.startswith(("With ", "Not yet "))
    return f"{growing}{THIS_LONG.capitalize()}: {said[0].lower() + said[1:] if begins_small else said}"


def _of_change(old: Teller, new: Teller, change: Change) -> str:
    """The difference of the means, and what it says."""
    after = clean(new.state)
    low, high = change.difference.low, change.difference.high
    unit = unit_for([change.difference.value], old.day / MINUTE)
    size = f"{unit.figure(abs(change.difference.value))} {_working(unit)}"
    sure = ""
    if low is not None and high is not None:
        ends = [unit.figure(x) for x in sorted((abs(low), abs(high)))]
        sure = f" (95% sure: {ends[0]} to {ends[1]})"
    unfinished = unfinished_share(new)
    end = f"; {unfinished} of its requests never ended" if unfinished else ""
    if change.verdict in ("better", "worse"):
        way = "less" if change.difference.value < 0 else "longer"
        was = format_working(change.before * MINUTE, old.day)
        now = format_working(change.after * MINUTE, old.day)
        return f"With {after} a customer waits {size} {way}{sure}: {now} instead of {was}{end}."
    if change.verdict == "no difference that matters":
        return f"{after} makes no difference that matters to how long a customer waits{end}."
    if low is None:
        why = "that may be chance; with one run nobody can say how sure this is"
    elif change.p is not None and change.p <= 0.05:
        why = f"that may be chance among all that is compared (p = {change.adjusted:.2g}); more runs would tell"
    else:
        why = "that may be chance; more runs would tell"
    return f"Not yet known whether {after} is faster: {size} between them, but {why}{end}."


def _refused(old: Teller, new: Teller) -> str:
    """No mean to speak of: what had not ended, and the least that the means can be."""
    told = []
    for tell in (old, new):
        mean = tell.mean_lead("working lead time")
        least = "at least " if tell.mean_refused else ""
        amount = "–" if mean is None else least + format_working(mean * MINUTE, tell.day)
        told.append(f"{clean(tell.state)} {unfinished_share(tell) or '0%'} had not ended, on average {amount}")
    return f"No mean can be given of how long a customer waits: of {'; of '.join(told)}."


def _what_matters(found: Findings) -> str:
    """The smallest difference that mattered, as asked for or not."""
    from flowsim.experiments.matters import Matters

    least = Matters.of_kept(found.run.manifest.matters)
    if least.working is None:
        return f"Less than {format_share(least.share)} of the value before does not matter."
    day = Teller(found, found.states[0]).day
    time = format_working(least.working * MINUTE, day)
    return f"Less than {time} of waiting does not matter, nor less than {format_share(least.share)} of anything else."


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
                "p": c.p,
                "p_adjusted": c.adjusted,
                "family": c.family or None,
                "matters": c.matters,
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
    growing = any(t.growth is not None for t in tellers)
    rows = [_heading(THIS_LONG.capitalize(), tellers)] if growing else []
    rows.append(_heading(f"A customer waits, {unit.long}", tellers))
    rows += [_waits(words, tellers, measure, unit, klass) for words, measure, klass in waits]
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
    if growing:
        rows.append(_growing(tellers))
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


def _waits(words: str, tellers: list[Teller], measure: str, unit: Unit, klass: str) -> Row:
    """A row of lead times; a mean that is refused is shown as the least it can be, and has no difference."""
    row = _times(words, tellers, measure, unit, klass)[:-1]
    if measure != "working lead time mean" or not any(t.mean_refused for t in tellers):
        return (*row, "")
    means = [(t.mean_lead("working lead time", klass), "≥ " if t.mean_refused else "") for t in tellers]
    return (words, *(least + unit.figure(x) if x is not None else "–" for x, least in means), "–", "")


def _growing(tellers: list[Teller]) -> Row:
    """The row of how fast the number in process grows, of states that cannot keep up; nothing of the others."""
    cells = ["" if t.growth is None else growth_cell(t.growth.per_week) for t in tellers]
    return ("  grows", *cells, "", "a week")


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
