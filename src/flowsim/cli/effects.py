"""What each change of a redesign buys: `flowsim compare --explain`, and the same of a kept run."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from flowsim.cli.figures import Unit, difference, signed, unit_for
from flowsim.cli.options import More
from flowsim.cli.output import Output, clean, table
from flowsim.cli.tell import MINUTE, Teller
from flowsim.texts.words import PARTS
from flowsim.units import format_length, format_number

if TYPE_CHECKING:
    from flowsim.experiments.experiment import Plan
    from flowsim.experiments.findings import Findings
    from flowsim.experiments.store import RunFolder
    from flowsim.redesign.explain import Effect
    from flowsim.redesign.keeping import Explanation
    from flowsim.scenario import Scenario

_HEADS = {"in order": "in this order", "alone": "on its own", "last": "taken away last", "fair share": "fair share"}


def explaining(output: Output, scenario: Scenario, plan: Plan, states: Sequence[str], sets: Sequence[str]) -> More:
    """What is to be run to explain each state but the first; says how much that is. Raises UsageError FS721."""
    from flowsim.experiments.pool import Pool
    from flowsim.redesign.designs import designs_for
    from flowsim.redesign.keeping import Explanation, keep
    from flowsim.redesign.measuring import Runs, explained

    runs = Runs(plan.seed, plan.replications, plan.audit, plan.jobs)
    asked = [designs_for(scenario, states[0], state, sets) for state in states[1:]]
    asked = [designs for designs in asked if len(designs.names) > designs.shared] or asked
    planned = [(designs, designs.redesign(states[0])) for designs in asked]
    models = [model for _, redesign in planned for model in redesign.models.values()]
    for _, redesign in planned:
        how = "" if redesign.exact else f" ({sum(map(len, redesign.groups))} orders are looked at, not all)"
        output.aside(
            f"To explain {clean(redesign.state)}: {_count(redesign.size, 'change')}, "
            f"{_count(len(redesign.models), 'design')}{how}, {_count(plan.replications, 'run')} of each"
        )
    tell_duration(output, runs.expected(models))

    def make(folder: RunFolder, replications: int, done: Callable[[int], None]) -> None:
        own = replace(runs, replications=replications)  # a precision may have asked for more
        with Pool(runs.workers(models)) as pool:
            found = [explained(designs, redesign, own, pool, done) for designs, redesign in planned]
        keep(folder, [Explanation(redesign, tuple(effects)) for redesign, effects in found])

    return More(len(models), make)


def tell_duration(output: Output, seconds: float) -> None:
    """How long it will take, when that is worth saying."""
    if seconds >= 10:
        output.aside(f"That takes about {format_length(round(seconds) * 1000)}. --replications N makes it shorter.")


def tell_explanations(output: Output, found: Findings) -> None:
    """What each change buys, state by state, of a run that was explained."""
    from flowsim.redesign.keeping import read_explanations

    for one in read_explanations(found.run):
        output.line()
        _tell(output, found, one)


def explanations_json(found: Findings) -> list[dict[str, Any]]:
    """The same for a program; [] for a run that was not explained."""
    from flowsim.redesign.keeping import read_explanations

    shown = []
    for one in read_explanations(found.run):
        redesign = one.redesign
        shown.append(
            {
                "state": redesign.state,
                "before": redesign.before,
                "changes": [change.name for change in redesign.changes],
                "designs": len(redesign.models),
                "orders": None if redesign.exact else sum(map(len, redesign.groups)),
                "remarks": [*_remarks(found, one)],
                "effects": [
                    {
                        "number": e.number,
                        "change": e.change or None,
                        "view": e.view,
                        "measure": e.measure,
                        "value": e.value,
                        "low": e.low,
                        "high": e.high,
                        "unit": e.unit,
                    }
                    for e in one.effects
                ],
            }
        )
    return shown


def _tell(output: Output, found: Findings, one: Explanation) -> None:
    """One state: the wait, how the changes overlap, what else they do, and the parts of the lead time."""
    redesign = one.redesign
    day = Teller(found, redesign.before).day / MINUTE
    name = output.style(f"What each change in {clean(redesign.state)} buys", "head")
    wait = "working lead time mean"
    before, after = one.get(wait, "before"), one.get(wait, "after")
    if before is None or after is None:
        output.line(name)
        output.paragraph("Nothing can be said: in some design no request ended.")
        return
    if redesign.size == 1:
        output.line(name)
        output.paragraph(f"There is one change, {clean(redesign.changes[0].name)}: it brings all of the difference.")
        return
    unit = unit_for([before.value, after.value], day)
    sure = "; ± is 95% sure" if found.run.manifest.replications > 1 else ""
    output.line(f"{name}: how long a customer waits, {unit.long}{sure}")
    rows: list[tuple[str, ...]] = [(clean(redesign.before), unit.figure(before.value), "", "", "")]
    for number, change in enumerate(redesign.changes, 1):
        cells = [_time(one.get(wait, view, number), unit) for view in _HEADS]
        rows.append((f"{number} {clean(change.name)}", *cells))
    rows.append((clean(redesign.state), unit.figure(after.value), "", "", ""))
    rows.append(("together", *(_time(one.get(wait, view), unit) for view in _HEADS)))
    output.line(table(rows, head=("", *_HEADS.values()), right=(1, 2, 3, 4), width=output.width))
    output.paragraph(overlap_sentence(one, unit))
    for remark in _remarks(found, one):
        output.paragraph(remark)
    _tell_measures(output, one, day)
    _tell_parts(output, one)


def overlap_sentence(one: Explanation, unit: Unit) -> str:
    """Which columns add up, and by how much the others do not."""
    wait = "working lead time mean"
    whole = one.get(wait, "fair share")
    assert whole is not None
    adding = "In this order, and as fair shares, the changes add up to the whole"
    overlaps = [one.get(wait, "overlap", number) for number in range(1, one.redesign.size + 1)]
    told = [e for e in overlaps if e is not None and not math.isnan(e.value)]
    if not told:
        return f"{adding}. Whether effects overlap cannot be told: each change needs others."
    if all(e.value == 0 and e.low == e.high for e in told):
        return f"{adding}. Effects do not overlap: on their own, or taken away last, they are what they are in order."
    words = {"alone": "on their own", "last": "taken away last"}
    sums = {view: one.get(wait, view) for view in words}
    known = {view: e.value for view, e in sums.items() if e is not None and not math.isnan(e.value)}
    parts = [f"{words[view]} they would make {_signed(value, unit)}" for view, value in known.items()]
    rest = f", {_signed(whole.value, unit)}; {' and '.join(parts)}" if parts else ""
    if any(_is_sure(e) for e in told):
        return f"{adding}{rest}. Effects overlap: what one brings depends on the others."
    return f"{adding}{rest}. Whether effects overlap cannot be told apart from chance."


def _is_sure(effect: Effect) -> bool:
    """Whether an effect is other than 0 for sure."""
    low, high = effect.low, effect.high
    return low is not None and high is not None and (low > 0 or high < 0)


def _remarks(found: Findings, one: Explanation) -> list[str]:
    """What a reader should know: where it begins, which changes need others, and how shares were worked out."""
    from flowsim.model import identity
    from flowsim.redesign.shapley import NOTHING

    redesign = one.redesign
    told = []
    start = redesign.models.get(NOTHING)
    held = next((s for s in found.run.manifest.states if s.name == redesign.before), None)
    if start is not None and held is not None and identity(start) != held.identity:
        told.append(
            f"It begins with the process without these changes, which is not quite {clean(redesign.before)}: that has "
            "changes or values of its own."
        )
    needs = redesign.needs()
    for number, (others, why) in needs.items():
        names = " and ".join(str(other + 1) for other in sorted(others))
        rest = f"only together with {names}" if names else "not by itself"
        told.append(f"Change {number + 1} can be done {rest} ({clean(why)}).")
    leaning = {other for others, _ in needs.values() for other in others}
    for number, why in redesign.last().items():
        if number not in leaning:
            told.append(f"Change {number + 1} cannot be taken away last ({clean(why)}).")
    if needs or redesign.last():
        told.append("Fair shares are over the orders that can be done.")
    if not redesign.exact:
        count = sum(map(len, redesign.groups))
        told.append(f"Fair shares are over {count} orders drawn from all; their ± has that in it.")
    return told


def _tell_measures(output: Output, one: Explanation, day: float) -> None:
    """The fair share of each change in what else matters: late customers, promises, work, cost."""
    columns: list[tuple[str, str, Callable[[Effect], str]]] = []
    late = one.get("working lead time P90", "before")
    if late is not None:
        unit = unit_for([late.value], day)
        columns.append(("working lead time P90", f"9 of 10 within, {unit.long}", lambda e: _time(e, unit)))
    columns += [
        ("within promise", "promise kept, points", lambda e: _plain(e, 100.0, 1)),
        ("work per ended request", "work a request, minutes", lambda e: _plain(e, 1.0, 1)),
        ("cost per ended request", "cost a request", lambda e: _plain(e, 1.0, 2)),
        ("WIP mean", "in the process", lambda e: _plain(e, 1.0, 1)),
    ]
    shown = [column for column in columns if one.get(column[0], "fair share") is not None]
    if not shown:
        return
    output.line("\n" + output.style("Fair shares in what else changes", "head"))
    rows = []
    for number, change in [*enumerate(one.redesign.changes, 1), (0, None)]:
        name = "together" if change is None else f"{number} {clean(change.name)}"
        rows.append((name, *(_cell(one.get(measure, "fair share", number), how) for measure, _, how in shown)))
    head = ("", *(words for _, words, _ in shown))
    output.line(table(rows, head=head, right=tuple(range(1, len(head))), width=output.width))


def _tell_parts(output: Output, one: Explanation) -> None:
    """The fair share of each change in every part of the lead time; the parts add up to it."""
    whole = one.get("lead time mean", "fair share")
    if whole is None:
        return
    unit = unit_for([one_of.value for one_of in (whole, one.get("lead time mean", "before")) if one_of is not None])
    numbers = range(1, one.redesign.size + 1)
    rows = []
    for part, words in PARTS.items():
        cells = [one.get(f"ledger {part}", "fair share", number) for number in (*numbers, 0)]
        if any(cell is not None and cell.value for cell in cells):
            rows.append((words, *(_time(cell, unit) for cell in cells)))
    if not rows:
        return
    total = [one.get("lead time mean", "fair share", number) for number in (*numbers, 0)]
    rows.append(("together", *(_time(cell, unit) for cell in total)))
    title = output.style("Fair shares in where the time goes", "head")
    output.line(f"\n{title}, {unit.long} a request, on the calendar")
    head = ("", *(str(number) for number in numbers), "together")
    output.line(table(rows, head=head, right=tuple(range(1, len(head))), width=output.width))


def _cell(effect: Effect | None, how: Callable[[Effect], str]) -> str:
    return "–" if effect is None else how(effect)


def _time(effect: Effect | None, unit: Unit) -> str:
    """An effect in minutes, in this unit, with its interval; – where there is no such design."""
    if effect is None or math.isnan(effect.value):
        return "–"
    return _plain(effect, 1 / unit.minutes, unit.digits)


def _plain(effect: Effect, factor: float, digits: int) -> str:
    if math.isnan(effect.value):
        return "–"
    low, high = (None if end is None else end * factor for end in (effect.low, effect.high))
    return difference(effect.value * factor, low, high, digits)


def _signed(minutes: float, unit: Unit) -> str:
    return signed(minutes / unit.minutes, unit.digits)


def _count(n: int, what: str) -> str:
    return f"{format_number(n, 0)} {what}{'' if n == 1 else 's'}"
