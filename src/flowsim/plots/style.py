"""How plots look: size, fonts, colours, dashes and hatches, and the settings they are drawn under.

Colour never carries a meaning alone: states differ by dashes too, ledger parts by hatch and lightness too. State
colours have a contrast of at least 4.5 with white (WCAG 2.1, 1.4.3); current and future stay apart under the three
kinds of colour blindness.
"""

from __future__ import annotations

import threading
import warnings
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import wraps
from typing import Any, ParamSpec, TypeVar

import matplotlib
from matplotlib.colors import to_rgb

P = ParamSpec("P")
R = TypeVar("R")

INK = "#1A1A1A"
SOFT_INK = "#555555"  # 7.5:1 on white
GRID = "#DDDDDD"


@dataclass(frozen=True)
class Style:
    """Size in pixels of 1/100 inch. Fonts are in points and do not shrink with the page."""

    width: int = 1280
    height: int = 720
    title: float = 19.0
    body: float = 12.0
    small: float = 11.0

    def __post_init__(self) -> None:
        if self.width < 900 or self.height < 540:
            raise ValueError(f"a plot needs 900 × 540 pixels or more, {self.width} × {self.height} asked")


@dataclass(frozen=True)
class StateLine:
    """The look of a state: colour, and dash as matplotlib takes it."""

    color: str
    dash: Any


STATE_LINES: tuple[StateLine, ...] = (
    StateLine("#B34700", (0, (6, 2.2))),
    StateLine("#005A9C", "solid"),
    StateLine("#7A2E8E", (0, (8, 2, 1.5, 2))),
    StateLine("#3D3D3D", (0, (1.3, 1.6))),
    StateLine("#00705A", (0, (12, 3))),
    StateLine("#A3195B", (0, (4, 1.5, 1.3, 1.5, 1.3, 1.5))),
)
"""One a state, in the order of the data: the first is `current`, the second `future`."""


@dataclass(frozen=True)
class Fill:
    """The look of an area: colour, hatch, and the colour of hatch and edge."""

    color: str
    hatch: str | None
    line: str


PART_FILLS: dict[str, Fill] = {
    "work_adding": Fill("#00573F", None, "#003829"),
    "work_necessary": Fill("#4FA286", "//", "#2F7A61"),
    "work_waste": Fill("#F0A32B", "\\\\", "#A86B00"),
    "rework": Fill("#C8442A", "xx", "#7E2413"),
    "setup": Fill("#7F5DA8", "||", "#553878"),
    "reread": Fill("#C4AEDC", "x", "#7A5C9E"),
    "queue": Fill("#86A3BE", None, "#5C7A96"),
    "overtaken": Fill("#B9CBDB", "\\", "#7791A8"),
    "blocked": Fill("#5F7384", "++", "#3B4C5A"),
    "batch": Fill("#DCCB94", "--", "#A8945A"),
    "transit": Fill("#B59A5E", "+", "#7F6933"),
    "answer": Fill("#E3B9B2", "/", "#A9756C"),
    "closed": Fill("#E9E9E9", None, "#B5B5B5"),
}
"""One a ledger part: work strong, waits muted, closed nearly the paper. Line hatches only: dots make an SVG heavy."""

HATCHES = (None, "//", "--", "\\\\", "xx", "||", "++", "/")

_RC: dict[str, Any] = {
    "font.family": "sans-serif",
    "font.sans-serif": ["DejaVu Sans", "Verdana", "Arial", "sans-serif"],
    "text.parse_math": False,
    "text.usetex": False,
    "axes.unicode_minus": True,
    "svg.fonttype": "none",
    "svg.hashsalt": "flowsim",
    "svg.image_inline": True,
    "pdf.fonttype": 42,
    "path.simplify": True,
    "hatch.linewidth": 0.8,
}
_ONE_AT_A_TIME = threading.RLock()  # matplotlib's settings belong to the process; threads take turns


@contextmanager
def settings() -> Iterator[None]:
    """Draw under flowsim's own settings, whatever the reader's matplotlibrc says, and put theirs back afterwards.

    A letter that the font lacks is drawn as a box without a warning.
    """
    frozen: dict[Any, Any] = {
        key: value for key, value in matplotlib.rcParamsDefault.items() if not key.startswith("backend")
    }
    settled: dict[Any, Any] = {**frozen, **_RC}
    with _ONE_AT_A_TIME, warnings.catch_warnings():
        warnings.filterwarnings("ignore", message="Glyph .* missing from")
        warnings.filterwarnings("ignore", message="Matplotlib currently does not support")
        with matplotlib.rc_context(settled):
            yield


def under_settings(draw: Callable[P, R]) -> Callable[P, R]:
    """Decorator: run the function under `settings`."""

    @wraps(draw)
    def drawn(*args: P.args, **kwargs: P.kwargs) -> R:
        with settings():
            return draw(*args, **kwargs)

    return drawn


def luminance(color: str) -> float:
    """Relative luminance, 0 black to 1 white (WCAG 2.1)."""
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in to_rgb(color)]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(one: str, other: str) -> float:
    """Contrast ratio of two colours, 1 to 21 (WCAG 2.1)."""
    bright, dark = sorted((luminance(one), luminance(other)), reverse=True)
    return (bright + 0.05) / (dark + 0.05)


def ink_on(color: str) -> str:
    """The ink, dark or white, that reads best on `color`."""
    return INK if contrast(INK, color) >= contrast("white", color) else "white"
