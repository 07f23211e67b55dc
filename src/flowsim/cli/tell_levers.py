"""Levers in words and tables: what helps for sure, what cannot be told, what each handoff costs."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any

from flowsim.cli.figures import Unit, difference, signed, unit_for
from flowsim.cli.output import Output, clean, table
from flowsim.cli.tell import MINUTE, Teller, headline, tell_settings, title
from flowsim.redesign.keeping_levers import failed_levers, read_levers
from flowsim.texts import Texts
from flowsim.units import format_number

if TYPE_CHECKING:
    from flowsim.experiments.findings import Findings
    from flowsim.redesign.keeping_levers import Row

WAIT = "working lead time mean"
NOTHING = "no difference that matters"
_GROUPS = (
    ("helps", "Helps for sure"),
    ("not told apart", "Helps or harms, but that may be chance"),
    ("harms", "Makes it worse for sure"),
)


def tell_levers(output: Output, found: Findings) -> None:
    """All of a run whose levers were tried."""
    rows = read_levers(found.run)
    tell = Teller(found, found.states[0])
    texts = Texts("en")
    manifest = found.run.manifest
    runs = "1 run" if manifest.replications == 1 else f"{manifest.replications} runs"
    headline(output, f"{title(found)}: levers of {found.states[0]}", f"{runs} of each, seed {manifest.seed}")
    tell_settings(output, found, found.states[0])
    levers = [row for row in rows if row.rank and row.group != "price"]
    demand = [row for row in rows if row.group == "demand"]
    prices = [row for row in rows if row.group == "price"]
    output.paragraph(f"A customer waits {tell.working(WAIT)} now.")
    if levers:
        _tell_ranked(output, found, texts, levers, len(levers) + len(demand))
    if demand:
        unit = _unit(tell, demand)
        output.line("\n" + output.style("If there were other demand", "head") + f"; wait in {unit.long}")
        _table(output, texts, demand, unit)
    if prices:
        _tell_prices(output, found, texts, prices)
    for failed in failed_levers(found.run):
        output.paragraph(f"Not tried: {clean(texts.lever(failed.design, failed.about))} ({clean(failed.failed)}).")


def _tell_ranked(output: Output, found: Findings, texts: Texts, levers: Sequence[Row], tried: int) -> None:
    """The levers by verdict and rank, how they were judged, and the first three in sentences."""
    tell = Teller(found, found.states[0])
    unit = _unit(tell, levers)
    several = found.run.manifest.replications > 1
    for verdict, heading in _GROUPS:
        own = [row for row in levers if row.effects[WAIT].verdict == verdict]
        if own:
            heading = heading if several else "With one run nobody can say how sure these are"
            output.line(f"\n{output.style(heading, 'head')}; wait in {unit.long}")
            _table(output, texts, own, unit)
    none = [texts.lever(row.kind, row.about) for row in levers if row.effects[WAIT].verdict == NOTHING]
    if none:
        output.line()
        output.paragraph(
            f"Makes no difference that matters to the wait, less than 1% for sure: {clean('; '.join(none))}."
        )
    if several:
        output.line()
        output.paragraph(
            f"{tried} what-ifs were tried. The intervals of the wait (±) are so wide that all of them hold at once, 95%"
            " sure: what helps for sure was not picked by luck. Still the best of many looks a little better than it "
            "is. The other figures are sure to 95% each."
        )
    best = [row for row in levers if row.effects[WAIT].verdict == "helps"][:3]
    for number, row in enumerate(best, 1):
        output.line()
        output.paragraph(f"{number}. {sentence(tell, texts, row)}")
        if row.change:
            output.paragraph(f"   In the file, as a change: {clean(row.change)}")


def sentence(tell: Teller, texts: Texts, row: Row) -> str:
    """What a lever does, in words."""
    wait = row.effects[WAIT]
    unit = unit_for([wait.value], tell.day / MINUTE)
    ends = ""
    if wait.low_all is not None and wait.high_all is not None:
        low, high = sorted((abs(wait.low_all), abs(wait.high_all)))
        ends = f" ({unit.figure(low)} to {unit.figure(high)})"
    name = texts.lever(row.kind, row.about)
    way = "less" if wait.value < 0 else "longer"
    working = unit.long if unit.long.startswith("working") else f"working {unit.long}"
    now = unit_for([wait.before], tell.day / MINUTE)
    change = f"{now.figure(wait.before + wait.value)} instead of {now.figure(wait.before)} {now.long}"
    name = name if row.about else _capital(name)
    return (
        f"{name}: a customer waits {unit.figure(abs(wait.value))} {working} {way}{ends}, {change}. "
        f"{_what_it_takes(row)}"
    )


def _what_it_takes(row: Row) -> str:
    """People, and what a request takes of their time."""
    whose = "the hours of " if row.kind == "always open" else ""
    takes = {0.0: "It takes nobody more"}.get(row.people, f"It takes {whose}{_people(row.people)}")
    if row.kind == "one team":
        takes += ", but everybody in it has to know the work of both"
    work = row.effects.get("work per ended request")
    if work is None or not work.value:
        return f"{takes}."
    way = "less" if work.value < 0 else "more"
    if work.low is not None and work.high is not None and work.low <= 0 <= work.high:
        return f"{takes}; of people's time a request takes about as much as it did."
    return f"{takes}; of people's time a request takes {format_number(abs(work.value), 1)} minutes {way}."


def _people(people: float) -> str:
    figure = format_number(people, 0 if people == round(people) else 1)
    return f"{figure} {'person' if people == 1 else 'people'} more"


def _tell_prices(output: Output, found: Findings, texts: Texts, prices: Sequence[Row]) -> None:
    """What each handoff costs the customer and the people, and all of them together."""
    from flowsim.redesign.levers import senders

    tell = Teller(found, found.states[0])
    unit = _unit(tell, prices)
    single = [row for row in prices if row.about]
    whole = next((row for row in prices if not row.about), None)
    output.line("\n" + output.style("The price of each handoff", "head") + ": what it is to be without it")
    rows = []
    for row in [*single, *([whole] if whole else [])]:
        name = texts.lever(row.kind, "")
        if row.about:
            team = tell.model.step(row.about).team
            froms = [one or "the customer" for one in senders(tell.model, row.about)]
            name = f"{clean(', '.join(froms) or '…')} → {clean(team)}: {clean(row.about)}"
        cells = [_all(row, unit), _figure(row, "people hours per week", 1.0, 1), _figure(row, WORK, 1.0, 1)]
        rows.append((name, *cells))
    head = ("", f"wait, {unit.long}", "people, hours a week", "work a request, minutes")
    output.line(table(rows, head=head, right=(1, 2, 3), width=output.width))
    told = "Without its batch, its way, its reading in and its question; what is sent back stays."
    if whole is not None:
        told += f" {_against_the_sum(single, whole, unit)}"
    output.paragraph(told)


def _against_the_sum(single: Sequence[Row], whole: Row, unit: Unit) -> str:
    """How the price of all handoffs compares with the sum of their prices."""
    total, together = sum(row.effects[WAIT].value for row in single), whole.effects[WAIT].value
    if abs(together - total) <= 0.01 * abs(total):
        return "All together is about the sum of them."
    why = "what is saved at one is in part lost again at the next, as long as that is there"
    if together > total:
        why = "what one holds up need not wait at the next"
    return f"All together is not the sum of them, {signed(total / unit.minutes, unit.digits)}: {why}."


WORK = "work per ended request"


def _unit(tell: Teller, rows: Sequence[Row]) -> Unit:
    """One unit for all waits of a table."""
    return unit_for([row.effects[WAIT].value for row in rows], tell.day / MINUTE)


def _table(output: Output, texts: Texts, rows: Sequence[Row], unit: Unit) -> None:
    """What each does to the wait and to what goes with it; what no model has is left out."""
    columns: list[tuple[str, str, Callable[[Row], str]]] = [
        ("wait", "", lambda row: _all(row, unit)),
        ("9 of 10 within", "", lambda row: _figure(row, "working lead time P90", 1 / unit.minutes, unit.digits)),
        ("promise kept, points", "within promise", lambda row: _figure(row, "within promise", 100.0, 1)),
        ("in the process", "", lambda row: _figure(row, "WIP mean", 1.0, 1)),
        ("work a request, minutes", "", lambda row: _figure(row, WORK, 1.0, 1)),
        ("cost a request", "cost per ended request", lambda row: _figure(row, "cost per ended request", 1.0, 2)),
        ("people", "people", lambda row: "0" if not row.people else f"+{_people(row.people).split(' ')[0]}"),
    ]
    measures = {name for row in rows for name in row.effects} | {"people" for row in rows if row.rank}
    shown = [(words, how) for words, need, how in columns if not need or need in measures]
    cells = [(clean(texts.lever(row.kind, row.about)), *(how(row) for _, how in shown)) for row in rows]
    head = ("", *(words for words, _ in shown))
    output.line(table(cells, head=head, right=tuple(range(1, len(head))), width=output.width))


def _all(row: Row, unit: Unit) -> str:
    """The wait with the interval that holds for all at once."""
    wait = row.effects[WAIT]
    low, high = (None if end is None else end / unit.minutes for end in (wait.low_all, wait.high_all))
    return difference(wait.value / unit.minutes, low, high, unit.digits)


def _figure(row: Row, measure: str, factor: float, digits: int) -> str:
    effect = row.effects.get(measure)
    if effect is None:
        return "–"
    low, high = (None if end is None else end * factor for end in (effect.low, effect.high))
    return difference(effect.value * factor, low, high, digits)


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]


def levers_json(found: Findings) -> dict[str, Any]:
    """The same for a program."""
    rows = read_levers(found.run)
    texts = Texts("en")
    manifest = found.run.manifest
    return {
        "scenario": title(found),
        "state": found.states[0],
        "seed": manifest.seed,
        "replications": manifest.replications,
        "tried": sum(row.group != "price" for row in rows),
        "levers": [
            {
                "rank": row.rank,
                "group": row.group,
                "kind": row.kind,
                "about": row.about or None,
                "name": texts.lever(row.kind, row.about),
                "people": row.people,
                "change": row.change or None,
                "effects": {
                    measure: {
                        "before": e.before,
                        "difference": e.value,
                        "low": e.low,
                        "high": e.high,
                        "unit": e.unit,
                        **(
                            {"low_all": e.low_all, "high_all": e.high_all, "verdict": e.verdict or None}
                            if measure == WAIT
                            else {}
                        ),
                    }
                    for measure, e in row.effects.items()
                },
            }
            for row in rows
        ],
        "failed": [
            {"kind": one.design, "about": one.about or None, "reason": one.failed} for one in failed_levers(found.run)
        ],
    }
