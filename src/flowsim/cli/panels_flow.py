"""The panels about the flow of requests: the eight wastes, and the watermelon."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from flowsim.cli.figures import unit_for
from flowsim.cli.output import Output, table
from flowsim.cli.panel_figures import NOTHING, all_lines, figure, heading, share, unit_name
from flowsim.texts.words import LIGHTS, WASTE_MEASURES, WASTES
from flowsim.units import format_length, format_working

if TYPE_CHECKING:
    from flowsim.experiments.findings import Findings
    from flowsim.experiments.panels import Line, MelonRow
    from flowsim.model import Model, Wait
    from flowsim.texts import Texts

Row = tuple[str, ...]
"""What it is, and its cells."""


def tell_wastes(output: Output, texts: Texts, found: Findings, states: Sequence[str]) -> None:
    """The eight wastes, states side by side."""
    columns = all_lines(found, "wastes", states)
    rows: list[Row] = []
    for waste, name in WASTES.items():
        rows.append((texts.t(name), *("" for _ in states), ""))
        for measure in dict.fromkeys(line.words["measure"] for line in columns[0] if line.words["waste"] == waste):
            own = [next((x for x in table if x.words["measure"] == measure), None) for table in columns]
            rows.append(_waste_row(texts, measure, columns[0], own))
    output.line(output.style(texts.t("The eight wastes of Lean"), "head"))
    head = ("", *states, "")
    output.line(table(rows, head=head, right=tuple(range(1, len(states) + 1)), width=output.width, units=True))


def _waste_row(texts: Texts, measure: str, first: Sequence[Line], own: Sequence[Line | None]) -> Row:
    """One measure of each state, in one unit."""
    line = next(x for x in first if x.words["measure"] == measure)
    values = [None if x is None else x.values["value"] for x in own]
    words = "  " + texts.t(WASTE_MEASURES.get(measure, measure))
    unit = line.words["unit"]
    if unit == "share":
        return (words, *(share(texts, x) for x in values), texts.t("of the requests"))
    if unit == "min":
        of_time = unit_for(None if x is None else x.value for x in values)
        shown = [figure(texts, x, of_time.minutes, of_time.digits) for x in values]
        return (words, *shown, texts.t("{unit} a request", unit=unit_name(texts, of_time)))
    last = {"h": texts.t("hours a working day"), "requests": "", "working days": texts.t("working days")}
    return (words, *(figure(texts, x) for x in values), last.get(unit, texts.t("a request")))


def tell_watermelon(output: Output, texts: Texts, found: Findings, states: Sequence[str]) -> None:
    """Every team's own target beside the customer's promise, each with its clock; a panel a state."""
    from flowsim.experiments.panels import watermelon

    for number, state in enumerate(states):
        if number:
            output.line()
        panel = watermelon(found, state)
        heading(output, texts.t("Green outside, red inside?"), states, state)
        rows = [_melon_row(texts, found.model(state), row) for row in panel if row.row != "index"]
        output.line(table(rows, right=(1,), width=output.width))
        if panel[-1].points is not None:
            output.paragraph(_melon_sentence(texts, panel[-1]), "bad" if panel[-1].watermelon else "")


def _melon_row(texts: Texts, model: Model, row: MelonRow) -> Row:
    """A team, nobody, the customer or a class: its share, its light, and what it is a share of, by which clock."""
    shown = texts.t(LIGHTS[row.light]) if row.light else ""
    if row.row == "team":
        target = model.team(row.name).target
        if target is None:
            return (row.name, NOTHING, "", texts.t("no target"))
        within = texts.t(
            "{share} within {time}", share=texts.share(target.share), time=_wait(texts, model, target.wait)
        )
        clock = texts.t("{target}; each visit by itself, received to passed on", target=within)
        return (row.name, share(texts, row.met), shown, clock)
    if row.row == "nobody":
        time = NOTHING if row.lead is None else texts.length(row.lead.value)
        clock = texts.t("of the lead time, {time}: sent to received, and waiting for the customer", time=time)
        return (texts.t("time owned by nobody"), share(texts, row.share_of_lead), "", clock)
    clock = texts.t("{promise}; arrival to end", promise=_promise(texts, model, row))
    if row.p85 is not None and row.p90 is not None:
        p85, p90 = (texts.length(x.value) for x in (row.p85, row.p90))
        clock += "; " + texts.t("85% within {p85}, 9 of 10 within {p90}, elapsed", p85=p85, p90=p90)
    name = texts.t("the customer") if row.row == "customer" else f"  {row.name}"
    return (name, share(texts, row.met), shown, clock)


def _promise(texts: Texts, model: Model, row: MelonRow) -> str:
    """What the customers of a row were promised."""
    classes = [c for c in model.classes if c.name not in model.chasers]
    promises = {c.promise for c in classes if row.row == "customer" or c.name == row.name}
    if promises <= {None}:
        return texts.t("no promise")
    if len(promises) > 1:
        return texts.t("each its own promise")
    promise = promises.pop()
    assert promise is not None
    return texts.t("promise: within {time}", time=_wait(texts, model, promise))


def _melon_sentence(texts: Texts, index: MelonRow) -> str:
    """The index in words."""
    assert index.points is not None
    points = texts.number(index.points)
    told = texts.t(
        "The lowest share of a team less that of the customer, in percentage points: {points}.", points=points
    )
    if index.watermelon:
        told += " " + texts.t("A watermelon: every team is green, and the customer is not.")
    return told


def _wait(texts: Texts, model: Model, wait: Wait) -> str:
    """A fixed wait of the model in words."""
    if wait.calendar is None:
        return format_length(wait.ticks, texts.lang)
    return format_working(wait.ticks, model.calendar(wait.calendar).working_day, texts.lang)
