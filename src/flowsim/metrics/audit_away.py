"""The audit of who is there (R10): the table of absence against the draws, hour by hour of the clock."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import numpy.typing as npt

from flowsim.draws import Draws
from flowsim.draws.keyed import to_uniform
from flowsim.metrics.audit_arrays import IntArray
from flowsim.metrics.audit_ground import Ground
from flowsim.metrics.audit_report import Check, Trial
from flowsim.metrics.audit_time import into_week
from flowsim.model import Team
from flowsim.model.calendar import DAY, HOUR
from flowsim.record import AWAY_COLUMNS


def check_away(ground: Ground, draws: Draws) -> Check:
    """R4, R10: the table of absence says of every person and every hour of the clock what is drawn for it."""
    trial = Trial("away", "R4, R10: people are away on the days and in the hours drawn")
    away = ground.record.away
    begins, ends = away["begins"], away["ends"]
    trial.hold(
        (begins >= 0) & (begins < ends) & (ends <= ground.end),
        lambda i: f"row {i} of the table: away from {int(begins[i])} to {int(ends[i])}, the run ended at {ground.end}",
    )
    if not trial.clean:
        return trial.done()
    order = np.lexsort([away[name] for name in reversed(list(AWAY_COLUMNS))])
    trial.hold(order == np.arange(len(order)), lambda i: f"row {i} of the table is not in order of its columns")
    seen = np.zeros(len(begins), dtype=np.bool_)
    for index, team, number, word in _people(ground):
        rows = np.flatnonzero((away["team"] == index) & (away["person"] == number))
        seen[rows] = True
        _check_person(trial, ground, draws, (team, number, word), begins[rows], ends[rows])
    trial.hold(
        seen,
        lambda i: (
            f"row {i} of the table: nobody of team {int(away['team'][i])} with number {int(away['person'][i])}"
            " can be away there"
        ),
    )
    return trial.done()


def _people(ground: Ground) -> Iterator[tuple[int, Team, int, str]]:
    """Everybody who can be away, once, at home: team and its index, number in it, and the word of his draws."""
    for index, team in enumerate(ground.model.teams):
        if team.absence == 0 and team.presence == 1:
            continue
        yield from ((index, team, number, f"person {number}") for number in range(team.people))
        named = [person for person in ground.model.people if team.name in person.teams]
        for number, person in enumerate(named, team.people):
            if person.teams[0] == team.name:
                yield index, team, number, person.name


def _check_person(
    trial: Trial, ground: Ground, draws: Draws, who: tuple[Team, int, str], begins: IntArray, ends: IntArray
) -> None:
    """His intervals, ascending and apart, cover exactly the hours in which he is away as drawn."""
    team, number, word = who
    told = f"person {number} of {team.name!r}"
    into_day = into_week(ground.model.start) % DAY
    first, count = into_day // HOUR, -(-(ground.end + into_day) // HOUR)
    drawn = np.zeros(count, dtype=np.bool_)
    if team.absence > 0:
        days = _uniforms(draws, f"absence of {team.name}", word, -(-count // 24))
        drawn |= days[np.arange(count) // 24] < team.absence
    if team.presence < 1:
        drawn |= _uniforms(draws, f"presence of {team.name}", word, count) >= team.presence
    whole = ((begins + into_day) % HOUR == 0) | (begins == 0)
    whole &= ((ends + into_day) % HOUR == 0) | (ends == ground.end)
    whole[1:] &= begins[1:] > ends[:-1]
    trial.hold(
        whole,
        lambda i: (
            f"{told}: away from {int(begins[i])} to {int(ends[i])}, not whole hours of the clock apart from others"
        ),
    )
    covered = np.zeros(count + 1, dtype=np.int64)
    np.add.at(covered, (begins + into_day) // HOUR, 1)
    np.add.at(covered, -(-(ends + into_day) // HOUR), -1)
    found = np.cumsum(covered)[first:count] > 0
    trial.hold(
        found == drawn[first:],
        lambda i: (
            f"{told} is {'away' if found[i] else 'there'} in the hour from "
            f"{ground.when(max((first + i) * HOUR - into_day, 0))}, drawn otherwise"
        ),
    )


def _uniforms(draws: Draws, purpose: str, word: str, count: int) -> npt.NDArray[np.float64]:
    return to_uniform(np.asarray(draws.stream(purpose, word, 1).random_raw(count)))
