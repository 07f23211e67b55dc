"""The panels about people: what handoffs cost, what people do with their time, and what that costs."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from flowsim.cli.figures import unit_for
from flowsim.cli.output import Output, table
from flowsim.cli.panel_figures import NOTHING, all_lines, figure, heading, share, unit_name
from flowsim.cli.tell import move_names
from flowsim.texts.words import KINDS_OF_TIME, MONEY, msg

if TYPE_CHECKING:
    from flowsim.experiments.findings import Findings
    from flowsim.experiments.panels import Line
    from flowsim.experiments.statistics import Estimate
    from flowsim.texts import Texts

HOUR = 3_600_000

Row = tuple[str, ...]
"""What it is, and its cells."""

_BESIDE = {"overtime_ms": msg("of all this, overtime"), "cover_ms": msg("of all this, while they were away")}

_TIMES = {
    "batch_min": msg("waiting for the batch"),
    "transit_min": msg("on the way"),
    "blocked_min": msg("waiting for room"),
    "reread_min": msg("reading in"),
    "queue_min": msg("queue"),
    "answer_min": msg("answers"),
    "returned_min": msg("in returns"),
}


def tell_handoffs(output: Output, texts: Texts, found: Findings, states: Sequence[str]) -> None:
    """What each handoff costs, a table a state."""
    for number, (state, moves) in enumerate(zip(states, all_lines(found, "handoffs", states), strict=True)):
        if number:
            output.line()
        heading(output, texts.t("What each handoff costs"), states, state)
        if not moves:
            output.paragraph(texts.t("There is no handoff."))
            continue
        _tell_moves(output, texts, moves)


def _tell_moves(output: Output, texts: Texts, moves: Sequence[Line]) -> None:
    """The handoffs of a state; of the times those that any of them has."""
    times = [column for column in _TIMES if any(move.mean(column) for move in moves)]
    unit = unit_for(move.mean(column) for move in moves for column in times)
    people = unit_for(move.mean("people_min") for move in moves)
    output.paragraph(
        texts.t(
            "Times in {unit} a move; people's time in {people} a request; share of the lead time.",
            unit=unit_name(texts, unit),
            people=unit_name(texts, people),
        )
    )
    rows = [
        (
            name,
            figure(texts, _bare(move.values["moves_per_request"])),
            figure(texts, _bare(move.values["batch_size"]), digits=1),
            *(figure(texts, _bare(move.values[column]), unit.minutes, unit.digits) for column in times),
            figure(texts, _bare(move.values["people_min"]), people.minutes, people.digits),
            share(texts, move.values["share_of_lead"]),
        )
        for name, move in zip(move_names([move.words for move in moves]), moves, strict=True)
    ]
    head = (
        "",
        texts.t("moves a request"),
        texts.t("in a batch"),
        *(texts.t(_TIMES[column]) for column in times),
        texts.t("people"),
        texts.t("share"),
    )
    output.line(table(rows, head=head, right=tuple(range(1, len(head))), width=output.width))


def _bare(value: Estimate | None) -> Estimate | None:
    """Without its interval, where there is no room for it."""
    return None if value is None else value.bare()


def tell_staff(output: Output, texts: Texts, found: Findings, states: Sequence[str]) -> None:
    """What people did with the time they were there, a table a state: shares of that time, a column a team."""
    for number, (state, teams) in enumerate(zip(states, all_lines(found, "staff", states), strict=True)):
        if number:
            output.line()
        heading(output, texts.t("What people do with their time"), states, state)
        present = [team.mean("present_ms") or 0.0 for team in teams]
        rows: list[Row] = [
            (texts.t("people"), *(texts.number(team.mean("people") or 0.0) for team in teams)),
            (texts.t("hours there"), *(texts.number(ms / HOUR) for ms in present)),
        ]
        for kind, words in KINDS_OF_TIME.items():
            times = [team.mean(f"{kind}_ms") or 0.0 for team in teams]
            if any(times):
                rows.append((f"  {texts.t(words)}", *_parts(texts, times, present)))
        for column, words in _BESIDE.items():
            times = [team.mean(column) or 0.0 for team in teams]
            if any(times):
                rows.append((texts.t(words), *_parts(texts, times, present)))
        head = ("", *(team.words["team"] for team in teams))
        output.line(table(rows, head=head, right=tuple(range(1, len(head))), width=output.width))


def _parts(texts: Texts, times: Sequence[float], whole: Sequence[float]) -> list[str]:
    return [texts.share(time / all_) if all_ else NOTHING for time, all_ in zip(times, whole, strict=True)]


def tell_money(output: Output, texts: Texts, found: Findings, states: Sequence[str]) -> None:
    """What people's time and the customers' waiting cost, a table a state: a run, and a request."""
    for number, (state, money) in enumerate(zip(states, all_lines(found, "money", states), strict=True)):
        if number:
            output.line()
        heading(output, texts.t("What it costs"), states, state)
        rows = [*_people_money(texts, money), *_delay_money(texts, money)]
        if not rows:
            output.paragraph(texts.t("No team has a cost, and no class a cost of delay."))
            continue
        head = ("", texts.t("a run"), texts.t("a request"), texts.t("share"))
        output.line(table(rows, head=head, right=(1, 2, 3), width=output.width))


def _people_money(texts: Texts, money: Sequence[Line]) -> list[Row]:
    """People's time by kind over all teams, then by team."""
    by_key = {(line.words["scope"], line.words["name"], line.words["item"]): line for line in money}
    whole = by_key["all", "all", "present"].mean("amount")
    if not whole:
        return []
    rows = []
    for item, words in MONEY.items():
        line = by_key["all", "all", item]
        if item != "delay" and (line.mean("amount") or item == "present"):
            rows.append(_money_row(texts, texts.t(words), line, whole, indent=item in KINDS_OF_TIME))
    for line in money:
        if (line.words["scope"], line.words["item"]) == ("team", "present") and line.mean("amount") is not None:
            rows.append(_money_row(texts, line.words["name"], line, whole, indent=False))
    return rows


def _delay_money(texts: Texts, money: Sequence[Line]) -> list[Row]:
    """The cost of delay, over all classes and for each that has one."""
    delays = [line for line in money if line.words["item"] == "delay" and line.mean("amount") is not None]
    several = len(delays) > 2
    return [
        _money_row(
            texts, texts.t(MONEY["delay"]) if line.words["scope"] == "all" else line.words["name"], line, None, of
        )
        for line in delays
        for of in (line.words["scope"] == "class",)
        if several or not of
    ]


def _money_row(texts: Texts, words: str, line: Line, whole: float | None, indent: bool) -> Row:
    amount = line.mean("amount")
    share = "" if whole is None or amount is None else texts.share(amount / whole)
    run = NOTHING if amount is None else texts.number(amount)
    return (f"  {words}" if indent else words, run, figure(texts, line.values["per_request"]), share)
