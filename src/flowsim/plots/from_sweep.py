"""The data of each picture of a sweep from its folder. Choosing units, axes and what fits is done here."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from matplotlib.figure import Figure

from flowsim.experiments.findings import Finding
from flowsim.plots.sweep_bars import describe_bars, draw_bars, title_bars
from flowsim.plots.sweep_curves import (
    describe_elbow,
    describe_response,
    draw_elbow,
    draw_response,
    title_elbow,
    title_response,
)
from flowsim.plots.sweep_data import (
    MAX_BARS,
    MAX_CURVES,
    Bar,
    Bars,
    Dot,
    Elbow,
    HeatMap,
    Measured,
    Response,
    ResponseCurve,
    sized,
)
from flowsim.plots.sweep_heat import describe_heat_map, draw_heat_map, title_heat_map
from flowsim.sweep.headline import UTILISATION
from flowsim.sweep.stored import StoredCell, Swept

_NUMBER = re.compile(r"(-?\d+(?:\.\d+)?)\s*(.*)")


@dataclass(frozen=True)
class Scale:
    """A measure and what its stored values are divided by."""

    measure: Measured
    by: float

    def of(self, value: float) -> float:
        """A stored value as it is drawn."""
        return value / self.by

    def dot(self, x: float, found: Finding) -> Dot:
        """A finding as a dot."""
        value = self.of(found.value)
        low = value if found.low is None else self.of(found.low)
        high = value if found.high is None else self.of(found.high)
        return Dot(x, value, low, high)


def scale_for(swept: Swept, name: str, values: Iterable[Finding]) -> Scale:
    """How to draw a measure: times in the unit in which the longest reads best."""
    found = list(values)
    if not found:
        raise ValueError(f"no cell has the measure '{name}'")
    day = 0.0
    if name.startswith("working"):
        model = swept.run.manifest.states[0].read_model()
        day = model.calendar(model.run.calendar).working_day / 60_000
    return Scale(*sized(name, found[0].unit, max(abs(f.value) for f in found), day))


def responses(swept: Swept, name: str) -> list[Response]:
    """How the measure goes with each input, a picture an input."""
    if swept.design != "grid":
        raise ValueError(f"curves need a grid; this is the design {swept.design}")
    values = swept.measure(name)
    scale = scale_for(swept, name, values.values())
    cells = [cell for cell in swept.cells if cell.number in values]
    pictures = []
    for axis, (_, levels) in enumerate(swept.axes):
        if len(levels) < 2:
            continue
        groups = _groups(swept, axis, cells)
        apart = len(groups) > MAX_CURVES and len(swept.states) > 1  # then a picture a state
        for state in swept.states if apart else (None,):
            own = {key: found for key, found in groups.items() if state is None or key[0] == state}
            if own:
                pictures.append(_response(swept.axes[axis], own, values, scale))
    return pictures


def _groups(swept: Swept, axis: int, cells: Sequence[StoredCell]) -> dict[tuple[str, ...], list[tuple[str, int]]]:
    """For each combination of state and all other inputs: the levels of this one, with the number of the cell."""
    groups: dict[tuple[str, ...], list[tuple[str, int]]] = {}
    for cell in cells:
        others = [
            f"{_short(path)} {setting}"
            for i, (path, setting) in enumerate(zip(swept.paths, cell.settings, strict=True))
            if i != axis
        ]
        key = (*([cell.state] if len(swept.states) > 1 else []), *others)
        groups.setdefault(key, []).append((cell.settings[axis] or "", cell.number))
    return groups


def _response(
    axis: tuple[str, tuple[str, ...]],
    groups: dict[tuple[str, ...], list[tuple[str, int]]],
    values: dict[int, Finding],
    scale: Scale,
) -> Response:
    path, levels = axis
    numbers = [_NUMBER.fullmatch(level) for level in levels]
    units = {found[2] for found in numbers if found}
    numeric = all(numbers) and len(units) == 1
    kept = list(groups.items())
    left = max(0, len(kept) - MAX_CURVES)
    if left:  # evenly spread over all of them, the first and the last among them
        kept = [kept[round(i * (len(kept) - 1) / (MAX_CURVES - 1))] for i in range(MAX_CURVES)]
    curves = []
    for key, cells in kept:
        dots = [scale.dot(_x(level, levels, numeric), values[number]) for level, number in cells]
        curves.append(ResponseCurve(", ".join(key), sorted(dots, key=lambda d: d.x)))
    return Response(scale.measure, path, levels, numeric, units.pop() if numeric else "", curves, left)


def _x(level: str, levels: Sequence[str], numeric: bool) -> float:
    found = _NUMBER.fullmatch(level)
    return float(found[1]) if numeric and found else float(levels.index(level))


def heat_maps(swept: Swept, name: str) -> list[HeatMap]:
    """The measure over the first two inputs with more than one value, a picture a state; the others at their first."""
    several = [i for i, (_, levels) in enumerate(swept.axes) if len(levels) > 1]
    if swept.design != "grid" or len(several) < 2:
        raise ValueError("a heat map needs a grid of at least two inputs")
    values = swept.measure(name)
    scale = scale_for(swept, name, values.values())
    row, column = several[:2]
    others = [i for i in range(len(swept.axes)) if i not in (row, column)]
    fixed = {i: swept.axes[i][1][0] for i in others}
    told = ", ".join(f"{_short(swept.paths[i])} {level}" for i, level in fixed.items())
    maps = []
    for state in swept.states:
        cells = {
            (cell.settings[row], cell.settings[column]): values.get(cell.number)
            for cell in swept.cells
            if cell.state == state and all(cell.settings[i] == level for i, level in fixed.items())
        }
        rows, columns = swept.axes[row][1], swept.axes[column][1]
        found = [[cells.get((r, c)) for c in columns] for r in rows]
        maps.append(
            HeatMap(
                *(scale.measure, state, swept.paths[column], swept.paths[row], columns, rows),
                [[None if f is None else scale.of(f.value) for f in line] for line in found],
                [[None if f is None or f.half is None else scale.of(f.half) for f in line] for line in found],
                told,
            )
        )
    return maps


def elbows(swept: Swept, name: str) -> list[Elbow]:
    """The measure against the load of the busiest team of each cell."""
    values = swept.measure(name)
    scale = scale_for(swept, name, values.values())
    load: dict[int, float] = {}
    for measure in swept.measures:
        if measure.startswith(UTILISATION):
            for number, found in swept.measure(measure).items():
                load[number] = max(load.get(number, 0.0), found.value)
    states = []
    for state in swept.states[:MAX_CURVES]:
        dots = [
            scale.dot(load[cell.number], values[cell.number])
            for cell in swept.cells
            if cell.state == state and cell.number in values and cell.number in load
        ]
        states.append(ResponseCurve(state, sorted(dots, key=lambda d: d.x)))
    return [Elbow(scale.measure, states)]


def sensitivities(swept: Swept, name: str) -> list[Bars]:
    """What each input does to the measure, a picture a state: of the designs one-at-a-time, morris and sobol."""
    if swept.design == "one-at-a-time":
        return [_tornado(swept, state, name) for state in swept.states]
    if swept.design in ("morris", "sobol"):
        return [_influences(swept, state, name) for state in swept.states]
    raise ValueError(f"which input matters most needs the design one-at-a-time, morris or sobol, not {swept.design}")


def _tornado(swept: Swept, state: str, name: str) -> Bars:
    effects = sorted(swept.effects(state, name), key=lambda e: -abs(e.difference.value))
    if not effects:
        raise ValueError(f"no cell of {state} has the measure '{name}'")
    base = Finding(effects[0].before, None, None, effects[0].difference.unit)
    scale = scale_for(swept, name, [base, *(e.difference for e in effects)])
    bars = []
    for effect in effects[:MAX_BARS]:
        dot = scale.dot(0.0, effect.difference)
        bars.append(Bar(f"{effect.path} = {effect.setting}", dot.value, dot.low, dot.high))
    return Bars(
        scale.measure, swept.design, state, bars, scale.of(base.value), left_out=max(0, len(effects) - MAX_BARS)
    )


def _influences(swept: Swept, state: str, name: str) -> Bars:
    found = swept.influences(state, name)
    if not found:
        raise ValueError(f"not every point of {state} has the measure '{name}'")
    sobol = swept.design == "sobol"
    sized = [Finding(one.main, None, None, one.unit) for one in found]
    scale = Scale(Measured(name, "share"), 1.0) if sobol else scale_for(swept, name, sized)
    bars = []
    for one in found[:MAX_BARS]:
        value, low, high = (scale.of(x) for x in (one.main, one.main - one.main_half, one.main + one.main_half))
        if sobol:
            total, half = one.total or 0.0, one.total_half or 0.0
            bars.append(Bar(one.path, value, low, high, total, total - half, total + half))
        else:
            bars.append(Bar(one.path, value, low, high, scale.of(one.sigma or 0.0)))
    left = max(0, len(found) - MAX_BARS)
    return Bars(scale.measure, swept.design, state, bars, noise=found[0].noise, left_out=left)


def _short(path: str) -> str:
    state, colon, rest = path.rpartition(":")
    parts = rest.split(".")
    return f"{state}{colon}{' '.join(parts[1:] if len(parts) > 2 else parts)}"


@dataclass(frozen=True)
class Picture:
    """A kind of picture of a sweep: the data of each picture there is, and how one is drawn and told."""

    make: Callable[[Swept, str], Sequence[Any]]
    draw: Callable[..., Figure]
    title: Callable[..., str]
    describe: Callable[..., str]


SWEEP_PICTURES: dict[str, Picture] = {
    "response": Picture(responses, draw_response, title_response, describe_response),
    "heat-map": Picture(heat_maps, draw_heat_map, title_heat_map, describe_heat_map),
    "elbow": Picture(elbows, draw_elbow, title_elbow, describe_elbow),
    "sensitivity": Picture(sensitivities, draw_bars, title_bars, describe_bars),
}
"""Kind of picture, as the command line takes it → what it is."""
