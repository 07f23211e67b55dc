"""Pictures of sweeps can be read from the back of a room, in both languages, with long and hostile names."""

from __future__ import annotations

from typing import Any

import pytest
from extents import off_page, overlaps
from sample_plots import NASTY

from flowsim.plots.from_sweep import SWEEP_PICTURES
from flowsim.plots.sweep_data import Bar, Bars, Dot, Elbow, HeatMap, Measured, Response, ResponseCurve
from flowsim.texts import Texts

WAIT = Measured("working lead time mean", "working day")
MET = Measured("within promise", "share")


def dots(first: float, count: int = 4) -> list[Dot]:
    return [Dot(float(i + 1), v := first / (i + 1), 0.9 * v, 1.1 * v) for i in range(count)]


def response(names: tuple[str, ...], numeric: bool = True, measure: Measured = WAIT) -> Response:
    curves = [ResponseCurve(name, dots(0.1 + 0.1 * i)) for i, name in enumerate(names)]
    moved = [ResponseCurve(c.label, [Dot(d.x - 1, d.value, d.low, d.high) for d in c.dots]) for c in curves]
    levels = ("none", "5 requests", "10 requests or 4 h, whichever comes first", names[0])
    return Response(measure, names[0], levels, numeric, "min" if numeric else "", curves if numeric else moved, 3)


def heat(names: tuple[str, ...], rows: int, columns: int, measure: Measured = WAIT) -> HeatMap:
    values = [[None if i == j == 1 else (1.0 + i * j) / 100 for j in range(columns)] for i in range(rows)]
    levels = [f"{i} {names[i % len(names)]}" for i in range(max(rows, columns))]
    return HeatMap(measure, names[0], names[0], names[-1], levels[:columns], levels[:rows], values, values, names[0])


def bars(names: tuple[str, ...], kind: str) -> Bars:
    two = {"second": 0.8, "second_low": 0.7, "second_high": 0.9} if kind == "sobol" else {"second": 0.2}
    more: dict[str, Any] = {} if kind == "one-at-a-time" else two
    found = [Bar(name, v := (-1) ** i / (i + 1), v - 0.1, v + 0.1, **more) for i, name in enumerate(names)]
    return Bars(WAIT if kind != "sobol" else MET, kind, names[0], found, 1.2, 0.2 if kind == "sobol" else None, 1)


def samples(names: tuple[str, ...]) -> list[tuple[str, Any]]:
    return [
        ("response", response(names)),
        ("response", response(names, numeric=False, measure=MET)),
        ("heat-map", heat(names, 2, 3)),
        ("heat-map", heat(names, 6, 8, MET)),
        ("elbow", Elbow(WAIT, [ResponseCurve(n, [Dot(0.5, 1.0, 0.9, 1.1), Dot(0.99, 4, 3, 5)]) for n in names])),
        *[("sensitivity", bars(names, kind)) for kind in ("one-at-a-time", "morris", "sobol")],
    ]


@pytest.mark.parametrize(("names", "lang"), [(("current", "future"), "en"), (NASTY[3:5], "nl"), (NASTY[:6], "nl")])
def test_words_stay_on_the_page_and_apart(names: tuple[str, ...], lang: str) -> None:
    texts = Texts(lang)
    for kind, data in samples(names):
        picture = SWEEP_PICTURES[kind]
        figure = picture.draw(data, texts)
        assert off_page(figure) == [], kind
        assert overlaps(figure) == [], kind
        assert picture.title(data, texts)
        assert "\x1b" not in picture.title(data, texts) + picture.describe(data, texts)


def test_what_has_nothing_to_draw_is_refused() -> None:
    with pytest.raises(ValueError, match="no cell"):
        Response(WAIT, "a", ("1",), True, "", [])
    with pytest.raises(ValueError, match="no cell"):
        HeatMap(WAIT, "s", "a", "b", ["1"], ["1"], [[None]], [[None]])
    with pytest.raises(ValueError, match="fewer than two"):
        Elbow(WAIT, [ResponseCurve("a", [Dot(1, 1, 1, 1)])])
    with pytest.raises(ValueError, match="no input"):
        Bars(WAIT, "morris", "s", [])
