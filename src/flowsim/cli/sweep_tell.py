"""A sweep in words: the plan before it, and what the cells say after it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from flowsim.cli.figures import MINUTES, Unit, unit_for
from flowsim.cli.output import Output, clean, table
from flowsim.units import format_length, format_number, format_share

if TYPE_CHECKING:
    from flowsim.experiments.findings import Finding
    from flowsim.sweep.plan import SweepPlan
    from flowsim.sweep.stored import Influence, StoredCell, Swept

SHOWN = 24
"""Cells that are listed; a larger sweep is read from its files."""

LISTED = 6
_AS_IT_IS = "as the file says"


# -- before ------------------------------------------------------------------------------------------------------------


def tell_plan(
    output: Output, plan: SweepPlan, seconds: float, kept: int, workers: int, *, on_stdout: bool = False
) -> None:
    """What will be run, and how long that takes; on stderr, or as the answer."""
    say = output.line if on_stdout else output.aside
    say(f"{output.style(clean(plan.title), 'head')}: {_sizes(plan)}")
    for i, axis in enumerate(plan.design.axes):
        values = list(dict.fromkeys(point[i] for point in plan.design.points if point[i] is not None))
        told = _listed([clean(str(value)) for value in values])
        if plan.design.sample is not None:
            told = f"{clean(axis.told())}, a sample of {_count(len(values), 'value')}"
        say(f"  {clean(axis.path)}: {told}")
    for setting in plan.sets:
        say(f"  with {clean(setting)}")
    for sentence in _remarks(plan):
        say(f"  {sentence}")
    say(f"  {_time(plan, seconds, kept, workers)}")


def _sizes(plan: SweepPlan) -> str:
    points, states, cells = len(plan.design.points), len(plan.states), len(plan.cells)
    levels = [len({point[i] for point in plan.design.points}) for i in range(len(plan.design.axes))]
    product = f"{' × '.join(map(str, levels))} = " if plan.design.name == "grid" and len(levels) > 1 else ""
    size = f"{product}{_count(points, 'point')}"
    size += f" × {states} states = {cells} cells" if states > 1 else f" in the state {clean(plan.states[0])}"
    runs = _count(cells * plan.replications, "run")
    return f"{size}, {_count(plan.replications, 'replication')} each, {runs}; seed {plan.seed}"


def _remarks(plan: SweepPlan) -> list[str]:
    """What is worth knowing before: equal cells, cells that cannot be compiled, and what the checks say."""
    said = []
    sound = len(plan.cells) - len(plan.failed)
    if len(plan.keys) < sound:
        same = sound - len(plan.keys)
        said.append("1 cell is the same as another" if same == 1 else f"{same} cells are the same as others")
        said[-1] += ", and is run once" if same == 1 else ", and are run once"
    reasons = Counter(f"{cell.error.message} [{cell.error.code}]" for cell in plan.failed if cell.error)
    for reason, count in reasons.most_common(LISTED):
        said.append(f"{_count(count, 'cell')} cannot be run: {clean(reason)}")
    if len(reasons) > LISTED:
        said.append(f"and {len(reasons) - LISTED} other reasons why cells cannot be run")
    warned = Counter(warning for cell in plan.cells for warning in cell.warnings)
    for warning, count in warned.most_common(LISTED):
        said.append(f"warning for {_count(count, 'cell')}: {clean(warning)}")
    if len(warned) > LISTED:
        said.append(f"and {len(warned) - LISTED} other warnings, in the table cells")
    return said


def _time(plan: SweepPlan, seconds: float, kept: int, workers: int) -> str:
    if kept >= len(plan.keys):
        return "all cells are kept already"
    done = f"{kept} of {len(plan.keys)} cells are kept already; the rest takes " if kept else "takes "
    where = "one worker" if workers == 1 else f"{workers} workers"
    wall = seconds / max(1, min(workers, len(plan.keys) - kept) if plan.replications < 20 else workers)
    return f"{done}about {_span(wall)} on {where}"


def _span(seconds: float) -> str:
    return f"{max(1, round(seconds))} s" if seconds < 90 else format_length(seconds * 1000)


def _count(number: int, noun: str) -> str:
    return f"{number:,} {noun}{'' if number == 1 else 's'}"


def _listed(values: list[str]) -> str:
    if len(values) <= 2 * LISTED:
        return ", ".join(values)
    return f"{', '.join(values[:LISTED])}, … {values[-1]} ({len(values)} values)"


def plan_json(plan: SweepPlan, seconds: float, kept: int, workers: int) -> dict[str, Any]:
    """The plan for a program."""
    return {
        "scenario": plan.title,
        "identity": plan.identity,
        "design": plan.design.name,
        "vary": [axis.path for axis in plan.design.axes],
        "points": len(plan.design.points),
        "states": list(plan.states),
        "cells": len(plan.cells),
        "models": len(plan.keys),
        "kept": kept,
        "replications": plan.replications,
        "seed": plan.seed,
        "workers": workers,
        "simulation_seconds": round(seconds, 3),
        "failed": [
            {"cell": cell.number, "state": cell.state, "settings": list(cell.point), "error": cell.error.message}
            for cell in plan.failed
            if cell.error
        ],
    }


# -- after -------------------------------------------------------------------------------------------------------------


def tell_sweep(output: Output, swept: Swept) -> None:
    """What the cells say: a row each, or what each input does."""
    manifest = swept.run.manifest
    cells = swept.cells
    sound = sum(1 for cell in cells if not cell.error)
    runs = _count(manifest.replications, "run")
    output.line(f"\n{output.style(clean(swept.title), 'head')}: {sound} cells of {runs} each, seed {manifest.seed}")
    for setting in dict.fromkeys(setting for state in manifest.states for setting in state.sets):
        output.paragraph(f"with {clean(setting)}")
    if swept.design == "one-at-a-time":
        _tell_effects(output, swept)
    elif swept.design in ("morris", "sobol"):
        _tell_influences(output, swept)
    else:
        _tell_cells(output, swept)
    _tell_failed(output, [cell for cell in cells if cell.error])


def main_measure(swept: Swept) -> str:
    """The measure that is shown when nobody names one."""
    return next(iter(swept.measures), "")


def time_unit(swept: Swept, measure: str, values: list[float | None]) -> Unit | None:
    """The unit of a measure that is a time; None for another."""
    found = swept.measure(measure)
    if not found or next(iter(found.values())).unit != "min":
        return None
    if not measure.startswith("working"):
        return unit_for(values)
    model = swept.run.manifest.states[0].read_model()
    return unit_for(values, model.calendar(model.run.calendar).working_day / 60_000)


def _tell_cells(output: Output, swept: Swept) -> None:
    shown = [cell for cell in swept.cells if not cell.error][:SHOWN]
    wait, late = swept.measure("working lead time mean"), swept.measure("working lead time P90")
    kept = swept.measure("within promise")
    unit = time_unit(swept, "working lead time mean", [f.value for f in wait.values()]) or MINUTES
    several = len(swept.states) > 1
    head = ["cell", *(["state"] if several else []), *(short_path(path) for path in swept.paths)]
    head += [f"a customer waits ({unit.short})", "9 of 10 within"]
    head += ["promise kept"] if kept else []
    rows = []
    for cell in shown:
        row = [str(cell.number), *([cell.state] if several else []), *(s or _AS_IT_IS for s in cell.settings)]
        row += [_around(wait.get(cell.number), unit), _around(late.get(cell.number), unit)]
        row += [_share(kept.get(cell.number))] if kept else []
        rows.append(row)
    output.line(
        table(rows, head=head, right=[0, *range(len(head) - (3 if kept else 2), len(head))], width=output.width)
    )
    sound = sum(1 for cell in swept.cells if not cell.error)
    if sound > len(shown):
        output.line(f"  … and {sound - len(shown)} more cells, in sweep.csv and sweep.xlsx")
    sentence = shortest(swept)
    if sentence:
        output.line()
        output.paragraph(sentence)


def shortest(swept: Swept) -> str:
    """Which cell has the shortest mean wait, and which others may be as short."""
    wait = swept.measure("working lead time mean")
    if len(wait) < 2:
        return ""
    best = min(wait, key=lambda number: wait[number].value)
    cells = {cell.number: cell for cell in swept.cells}
    unit = time_unit(swept, "working lead time mean", [f.value for f in wait.values()]) or MINUTES
    high = wait[best].high
    alike = [n for n, f in wait.items() if n != best and high is not None and f.low is not None and f.low <= high]
    least = f"{_around(wait[best], unit)} {unit.short}"
    least = f"{_around(wait[best], unit)} {unit.short}"
    text = f"The shortest wait is that of cell {best} ({named(swept, cells[best])}): {least}"
    if alike:
        listed = ", ".join(map(str, alike[:LISTED])) + (
            f" and {len(alike) - LISTED} more" if len(alike) > LISTED else ""
        )
        text += f"; its interval overlaps with that of cell{'s' if len(alike) > 1 else ''} {listed}"
    return f"{text}."


def named(swept: Swept, cell: StoredCell) -> str:
    """The settings of a cell in words."""
    told = [
        f"{short_path(path)} {clean(value)}"
        for path, value in zip(swept.paths, cell.settings, strict=True)
        if value is not None
    ]
    return ", ".join([*([cell.state] if len(swept.states) > 1 else []), *(told or [_AS_IT_IS])])


def short_path(path: str) -> str:
    """The end of a path that tells what it is: "Legal people" of "teams.Legal.people"."""
    state, colon, rest = path.rpartition(":")
    parts = rest.split(".")
    kept = parts[1:] if len(parts) > 2 else parts
    return clean(f"{state}{colon}{' '.join(kept)}")


def _tell_effects(output: Output, swept: Swept) -> None:
    measure = "working lead time mean"
    for state in swept.states:
        effects = swept.effects(state, measure)
        if not effects:
            continue
        unit = time_unit(swept, measure, [effects[0].before]) or MINUTES
        output.line(f"\n{clean(state)}: a customer waits {unit.told(effects[0].before)} with all {_AS_IT_IS}; with")
        ordered = sorted(effects, key=lambda e: e.difference.value)
        rows = [[clean(e.path), clean(e.setting), _change(e.difference, unit)] for e in ordered[:SHOWN]]
        output.line(table(rows, head=("", "", unit.short), right=(2,), width=output.width))


def _tell_influences(output: Output, swept: Swept) -> None:
    measure = "working lead time mean"
    for state in swept.states:
        found = swept.influences(state, measure)
        if not found:
            output.line(f"\n{clean(state)}: not every point has a mean wait, so nothing can be said of what matters")
            continue
        output.line(f"\n{clean(state)}: what matters to how long a customer waits")
        if swept.design == "morris":
            unit = time_unit(swept, measure, [one.main for one in found]) or MINUTES
            rows = [
                [clean(i.path), f"{unit.figure(i.main)} ± {unit.figure(i.main_half)}", unit.figure(i.sigma)]
                for i in found
            ]
            head = ["", f"mean size of its effect, μ* ({unit.short})", "spread of it, σ"]
        else:
            rows = [
                [clean(i.path), _half(i.main, i.main_half), _half(i.total or 0.0, i.total_half or 0.0)] for i in found
            ]
            head = ["", "alone, S1", "with others, ST"]
        output.line(table(rows, head=head, right=(1, 2), width=output.width))
        output.paragraph(influence_sentence(found))


def influence_sentence(found: Sequence[Influence]) -> str:
    """What matters most, whether that is sure, and how much of what is seen is noise."""
    first, noise = found[0], found[0].noise
    text = f"{clean(first.path)} matters most."
    low, _ = _ends(first)
    alike = [clean(one.path) for one in found[1:] if _ends(one)[1] >= low]
    if alike:
        text = f"{clean(first.path)} seems to matter most, but its interval overlaps with that of {', '.join(alike)}:"
        text += " more samples would tell."
    if noise is None:
        return f"{text} With one replication nobody can say how much of this is noise."
    share = format_share(noise)
    if noise > 0.1:
        return f"{text} But {share} of the spread between points is noise of the runs: more replications would help."
    return f"{text} Of the spread between points {share} is noise of the runs."


def _ends(one: Influence) -> tuple[float, float]:
    """The interval of what inputs are ordered by."""
    value, half = (one.main, one.main_half) if one.total is None else (one.total, one.total_half or 0.0)
    return value - half, value + half


def _half(value: float, half: float) -> str:
    return f"{format_number(value, 2)} ± {format_number(half, 2)}"


def _change(finding: Finding, unit: Unit) -> str:
    sign = "−" if finding.value < 0 else "+"
    text = "0" if finding.value == 0 else f"{sign}{unit.figure(abs(finding.value))}"
    return text if not finding.half else f"{text} ± {unit.figure(finding.half)}"


def _around(finding: Finding | None, unit: Unit) -> str:
    if finding is None:
        return "–"
    text = unit.figure(finding.value)
    return text if finding.half is None else f"{text} ± {unit.figure(finding.half)}"


def _share(finding: Finding | None) -> str:
    if finding is None:
        return "–"
    if not finding.half:
        return format_share(finding.value)
    return f"{format_share(finding.value)} ± {format_number(100 * finding.half, 1)}"


def _tell_failed(output: Output, failed: list[StoredCell]) -> None:
    if not failed:
        return
    output.line(f"\n{output.style('Not run', 'head')}")
    for reason, count in Counter(cell.error for cell in failed).most_common(LISTED):
        numbers = ", ".join(str(cell.number) for cell in failed if cell.error == reason)
        where = f"cell{'' if count == 1 else 's'} {numbers if count <= 2 * LISTED else f'{count} of them'}"
        output.paragraph(f"  {where}: {clean(reason)}")


def sweep_json(swept: Swept) -> dict[str, Any]:
    """The cells for a program, with the measures for people."""
    from flowsim.sweep.headline import HEADLINES, UTILISATION

    shown = [m for m in swept.measures if m in HEADLINES or m.startswith(UTILISATION)]
    values = {name: swept.measure(name) for name in shown}
    cells = []
    for cell in swept.cells:
        measures = {
            name: {"value": f.value, "low": f.low, "high": f.high, "unit": f.unit}
            for name, by_cell in values.items()
            if (f := by_cell.get(cell.number)) is not None
        }
        settings = dict(zip(swept.paths, cell.settings, strict=True))
        cells.append(
            {"cell": cell.number, "state": cell.state, "settings": settings, "error": cell.error, "measures": measures}
        )
    manifest = swept.run.manifest
    return {
        "scenario": swept.title,
        "design": swept.design,
        "seed": manifest.seed,
        "replications": manifest.replications,
        "cells": cells,
    }
