"""What the pictures of a sweep are drawn from: plain numbers and names, counted elsewhere."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from flowsim.plots.words import clean
from flowsim.texts import MEASURES, Texts

MAX_CURVES = 6
MAX_LEVELS = 24
MAX_BARS = 16


@dataclass(frozen=True)
class Measured:
    """A measure as it is drawn: the name in the tables, and the unit of its values: "minute", "hour", "day", "working
    day", "share", or another as the tables have it.
    """

    name: str
    unit: str

    def label(self, texts: Texts) -> str:
        """Its name for people."""
        return texts.measure(self.name) if self.name in MEASURES else clean(self.name)

    def head(self, texts: Texts) -> str:
        """Its name as the beginning of a sentence."""
        label = self.label(texts)
        return label[:1].upper() + label[1:]

    def side(self, texts: Texts) -> str:
        """What stands along the side, where there is room for little: the unit of a time, else the name."""
        return self._unit(texts) or self.label(texts)

    def axis(self, texts: Texts) -> str:
        """Its name with the unit, for an axis."""
        unit = self._unit(texts)
        return f"{self.label(texts)} ({unit})" if unit else self.label(texts)

    def _unit(self, texts: Texts) -> str:
        return {
            "minute": texts.t("minutes"),
            "hour": texts.t("hours"),
            "day": texts.t("days of 24 hours"),
            "working day": texts.t("working days"),
        }.get(self.unit, "")

    def said(self, value: float, texts: Texts) -> str:
        """A value with its unit."""
        if self.unit == "share":
            return texts.share(value)
        if self.unit in ("minute", "hour", "day", "working day"):
            return texts.amount(value, self.unit)
        return texts.short(value)


def sized(name: str, unit: str, longest: float, day: float) -> tuple[Measured, float]:
    """A measure as it is drawn, and what its stored values are divided by: a time in the unit in which the longest
    (min) reads best. `day`: the minutes of a working day (0: none), for measures in open time.
    """
    if unit != "min":
        return Measured(name, unit), 1.0
    if name.startswith("working"):
        if day and longest >= day:
            return Measured(name, "working day"), day
    elif longest >= 48 * 60:
        return Measured(name, "day"), 1440.0
    return (Measured(name, "hour"), 60.0) if longest >= 99.5 else (Measured(name, "minute"), 1.0)


@dataclass(frozen=True)
class Dot:
    """A cell on a curve: where it is on the x axis, its value, and the ends of its interval (its value for none)."""

    x: float
    value: float
    low: float
    high: float


@dataclass(frozen=True)
class ResponseCurve:
    """The cells of one combination of everything else, in the order of x."""

    label: str
    dots: Sequence[Dot]


@dataclass(frozen=True)
class Response:
    """How a measure goes with one input. `levels` are its values as written, in order; with `numeric` the x of a dot is
    the number itself, else the place of its level from 0. `left_out`: combinations there was no room for.
    """

    measure: Measured
    path: str
    levels: Sequence[str]
    numeric: bool
    unit: str
    curves: Sequence[ResponseCurve]
    left_out: int = 0

    def __post_init__(self) -> None:
        if not self.curves or not any(curve.dots for curve in self.curves):
            raise ValueError("no cell has a value to draw")
        if len(self.curves) > MAX_CURVES or (len(self.levels) > MAX_LEVELS and not self.numeric):
            raise ValueError(f"at most {MAX_CURVES} curves of {MAX_LEVELS} values fit one picture")


@dataclass(frozen=True)
class HeatMap:
    """A measure over two inputs, in one state: `values[row][column]` for the levels of `rows` and `columns`; None where
    a cell has none. `halves` are half the widths of the intervals. `fixed`: what the other inputs are.
    """

    measure: Measured
    state: str
    column_path: str
    row_path: str
    columns: Sequence[str]
    rows: Sequence[str]
    values: Sequence[Sequence[float | None]]
    halves: Sequence[Sequence[float | None]]
    fixed: str = ""

    def __post_init__(self) -> None:
        if len(self.columns) > MAX_LEVELS or len(self.rows) > MAX_LEVELS:
            raise ValueError(f"at most {MAX_LEVELS} × {MAX_LEVELS} cells fit one heat map")
        if not any(value is not None for row in self.values for value in row):
            raise ValueError("no cell has a value to draw")


@dataclass(frozen=True)
class Elbow:
    """How a measure goes with the load of the team that is busiest: per state one dot a cell, x its utilisation."""

    measure: Measured
    states: Sequence[ResponseCurve]

    def __post_init__(self) -> None:
        if sum(len(state.dots) for state in self.states) < 2:
            raise ValueError("fewer than two cells have a value and a load to draw")
        if len(self.states) > MAX_CURVES:
            raise ValueError(f"at most {MAX_CURVES} states fit one picture")


@dataclass(frozen=True)
class Bar:
    """What one setting, or one input, does: its value with the ends of the interval, and perhaps a second value."""

    label: str
    value: float
    low: float
    high: float
    second: float | None = None
    second_low: float = 0.0
    second_high: float = 0.0


@dataclass(frozen=True)
class Bars:
    """Inputs by how much they matter, the most first, in one state. `kind`: "one-at-a-time" (differences with the file
    as it is, whose value is `base`), "morris" (μ* and σ) or "sobol" (S1 and ST). `noise`: the share of the variance
    between points that is noise; None: not known.
    """

    measure: Measured
    kind: str
    state: str
    bars: Sequence[Bar]
    base: float = 0.0
    noise: float | None = None
    left_out: int = 0

    def __post_init__(self) -> None:
        if not self.bars:
            raise ValueError("no input has a value to draw")
        if len(self.bars) > MAX_BARS:
            raise ValueError(f"at most {MAX_BARS} bars fit one picture")
