"""The panels of `flowsim show`: wastes, watermelon, handoffs, people's time, money; for people and for programs."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from flowsim.cli.output import Output
from flowsim.cli.panels_flow import tell_wastes, tell_watermelon
from flowsim.cli.panels_people import tell_handoffs, tell_money, tell_staff
from flowsim.cli.tell import headline, tell_settings, title

if TYPE_CHECKING:
    from flowsim.experiments.findings import Findings
    from flowsim.experiments.panels import MelonRow
    from flowsim.experiments.statistics import Estimate
    from flowsim.texts import Texts

Panel = Callable[[Output, "Texts", "Findings", Sequence[str]], None]

PANELS: Mapping[str, Panel] = {
    "wastes": tell_wastes,
    "watermelon": tell_watermelon,
    "handoffs": tell_handoffs,
    "staff": tell_staff,
    "money": tell_money,
}
"""Panel, called as its table -> how it is told, in the order in which they are shown."""


def tell_panels(output: Output, texts: Texts, found: Findings, states: Sequence[str], wanted: Sequence[str]) -> None:
    """What was run, then each of the wanted panels of these states."""
    manifest = found.run.manifest
    runs = texts.n("{n} run", "{n} runs", manifest.replications)
    seed = texts.t("seed {seed}", seed=str(manifest.seed))
    sure = texts.t("; ± is 95% sure") if manifest.replications > 1 else ""
    headline(output, f"{title(found)}: {', '.join(states)}", f"{runs}, {seed}{sure}")
    sets = {one.name: one.sets for one in found.run.manifest.states}
    for settings in dict.fromkeys(sets[state] for state in states):
        tell_settings(output, found, next(state for state in states if sets[state] == settings))
    for name in wanted:
        output.line()
        PANELS[name](output, texts, found, states)


def panels_json(found: Findings, states: Sequence[str], wanted: Sequence[str]) -> dict[str, Any]:
    """The same for a program: each panel as rows with their state; numbers with the ends of their interval."""
    return {name: [row for state in states for row in _json_rows(found, name, state)] for name in wanted}


def _json_rows(found: Findings, name: str, state: str) -> list[dict[str, Any]]:
    from flowsim.experiments.panels import lines, watermelon

    if name == "watermelon":
        return [{"state": state, **_melon_json(row)} for row in watermelon(found, state)]
    return [
        {
            "state": state,
            **{key: word or None for key, word in line.words.items()},
            **{key: _number(value) for key, value in line.values.items()},
        }
        for line in lines(found, name, state)
    ]


def _number(value: Estimate | None) -> dict[str, float | None] | None:
    return None if value is None else {"value": value.value, "low": value.low, "high": value.high}


def _melon_json(row: MelonRow) -> dict[str, Any]:
    ends = {
        key: None if it is None else {"value": it.value, "low": it.low, "high": it.high}
        for key, it in (("p85_min", row.p85), ("p90_min", row.p90))
    }
    return {
        "row": row.row,
        "name": row.name,
        "clock": row.clock,
        "met": _number(row.met),
        "target_share": row.target_share,
        "light": row.light or None,
        "lead_min": _number(row.lead),
        "share_of_lead": _number(row.share_of_lead),
        **ends,
        "points": row.points,
        "watermelon": row.watermelon,
    }
