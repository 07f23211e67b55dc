"""Limits on work in process by what they are for (R14)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from flowsim.scenario.references_requests import ALL, Names, limited
from flowsim.scenario.schema import ScenarioForm


@dataclass(frozen=True)
class Limits:
    """How many requests may be at a step or with a team, by name, and in the `whole` process (None: any number).
    `words` is how the file names what a limit is for, by ("step", NAME), ("team", NAME) or ("all", "").
    """

    steps: Mapping[str, int] = field(default_factory=dict)
    teams: Mapping[str, int] = field(default_factory=dict)
    whole: int | None = None
    words: Mapping[tuple[str, str], str] = field(default_factory=dict)


def limits_of(spec: ScenarioForm, known: Names) -> Limits:
    """The limits of a file whose names have been looked at."""
    found: dict[tuple[str, str], int] = {}
    words: dict[tuple[str, str], str] = {}
    for word, limit in spec.limits.items():
        (meant,) = limited(word, known)
        if limit is not None:
            found[meant], words[meant] = limit, word
    return Limits(
        {name: limit for (kind, name), limit in found.items() if kind == "step"},
        {name: limit for (kind, name), limit in found.items() if kind == "team"},
        found.get((ALL, "")),
        words,
    )
