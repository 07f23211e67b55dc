"""Axes with round numbers in the reader's notation; one unit of time for a whole plot; the key of the ledger parts."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.ticker import FuncFormatter, MaxNLocator

from flowsim.plots.layout import Entry
from flowsim.plots.shapes import Floats
from flowsim.plots.style import GRID, PART_FILLS
from flowsim.texts import PARTS, Texts


def scale_x(axes: Axes, texts: Texts, low: float, high: float, ticks: int = 9, whole: bool = False) -> None:
    """Set the x axis to [low, high] with round numbers in the reader's notation."""
    axes.set_xlim(low, high)
    _locate(axes.xaxis, texts, ticks, whole)
    axes.grid(axis="x", color=GRID, linewidth=0.8)


def scale_y(
    axes: Axes, texts: Texts, low: float, high: float, ticks: int = 6, whole: bool = False, unit: str = ""
) -> None:
    """Set the y axis to [low, high] with round numbers in the reader's notation, `unit` behind each."""
    axes.set_ylim(low, high)
    _locate(axes.yaxis, texts, ticks, whole, unit)
    axes.grid(axis="y", color=GRID, linewidth=0.8)


def _locate(axis: Any, texts: Texts, ticks: int, whole: bool, unit: str = "") -> None:
    axis.set_major_locator(MaxNLocator(nbins=ticks, integer=whole, steps=[1, 2, 5, 10]))
    digits = _digits(axis.get_major_locator().tick_values(*axis.get_view_interval()))
    axis.set_major_formatter(FuncFormatter(lambda value, _: texts.number(value, digits) + unit))


def _digits(values: Floats) -> int:
    """Decimals that tell neighbouring ticks apart exactly."""
    for digits in range(6):
        if np.allclose(values, np.round(values, digits), rtol=0, atol=1e-9):
            return digits
    return 6


def unit_name(unit: str, texts: Texts) -> str:
    """The plural of a unit, for an axis."""
    return {
        "minute": texts.t("minutes"),
        "hour": texts.t("hours"),
        "day": texts.t("days of 24 hours"),
        "working day": texts.t("working days"),
    }[unit]


def time_unit(longest: float, texts: Texts) -> tuple[float, str]:
    """Minutes in the unit that suits `longest` (minutes), and its name for an axis."""
    if longest >= 48 * 60:
        return 1440.0, unit_name("day", texts)
    if longest >= 99.5:
        return 60.0, unit_name("hour", texts)
    return 1.0, unit_name("minute", texts)


def part_entries(keys: Iterable[str], texts: Texts) -> list[Entry]:
    """Key entries of the ledger parts among `keys`, in the order of the ledger."""
    present = set(keys)
    return [Entry(texts.part(key), PART_FILLS[key]) for key in PARTS if key in present]
