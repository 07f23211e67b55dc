"""Designs measured: every measure of a Model over some replications, with nothing kept but the numbers.

For questions that take many designs (which change buys what, which lever helps, a sweep): each is simulated, audited
and measured as a run is, but no table of visits is made, and what comes back from a worker are some hundred numbers and
the lead times, from which percentiles are pooled. The same seed gives the same requests in every design (R4).
"""

from __future__ import annotations

from collections.abc import Callable, Generator, Iterable, Iterator, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass, field

from flowsim.draws import Draws
from flowsim.engine import run
from flowsim.errors import EngineError, FlowsimError
from flowsim.experiments.estimates import Key, StateNumbers, so_far_of
from flowsim.experiments.pool import Lost, Pool
from flowsim.experiments.statistics import Floats
from flowsim.metrics.frame import Frame, IntArray
from flowsim.metrics.ledger import ledger_of, request_ledger_of
from flowsim.metrics.service import Service
from flowsim.metrics.summary import Measure, ended_in_window, summary
from flowsim.metrics.teams import TeamRow, team_rows
from flowsim.model import Model
from flowsim.record import NONE

MINUTE, HOUR = 60_000, 3_600_000
STRETCH = 10
"""Replications that a worker does at a time, at most."""


@dataclass(frozen=True)
class Design:
    """A Model under a name."""

    name: str
    model: Model


@dataclass(frozen=True)
class Failed:
    """What stands in the place of numbers: a design that cannot be run, and the error that said so."""

    name: str
    error: FlowsimError


@dataclass(frozen=True)
class Stretch:
    """Replications `first` to `last` of a design, for one worker."""

    model: Model
    seed: int
    first: int
    last: int
    audit: bool = True


@dataclass(frozen=True)
class Replication:
    """One replication as numbers: the measures by (measure, class), the unit of each measure, and the lead times in
    minutes of the measured requests that ended, by ("lead time" or "working lead time", class); `under_way` are the
    same of those that had not ended, up to then.
    """

    number: int
    values: dict[Key, float]
    units: dict[str, str]
    leads: dict[Key, Floats]
    under_way: dict[Key, Floats] = field(default_factory=dict)


Progress = Callable[[int], None]
"""Called with the replications that were done since the last call."""


def measure(
    designs: Iterable[Design],
    seed: int,
    replications: Sequence[int],
    pool: Pool,
    *,
    audit: bool = True,
    progress: Progress | None = None,
) -> Generator[StateNumbers | Failed, None, None]:
    """The numbers of each design over these replications (consecutive, from 1), in the order of the designs. What
    cannot be run (EngineError, or its worker died of it) is `Failed`; AuditError is raised, for it is a defect of ours.

    Besides the measures of `metrics.summary` there are `utilisation TEAM`, `paid hours` (h: that people were there in
    the window) and `work per ended request` (min: all that they were at work in the window, by the requests that ended
    in it). Close it when leaving early.
    """
    kept: list[tuple[Design, int]] = []

    def tasks() -> Iterator[Stretch]:
        for design in designs:
            ends = [*replications[STRETCH - 1 :: STRETCH]]
            ends += [] if ends and ends[-1] == replications[-1] else [replications[-1]]
            kept.append((design, len(ends)))
            first = replications[0]
            for last in ends:
                yield Stretch(design.model, seed, first, last, audit)
                first = last + 1

    with closing(pool.each(measured, tasks())) as answers:
        for answer in answers:
            design, parts = kept.pop(0)
            yield _gather(design, answer, answers, parts - 1, progress)


def _gather(
    design: Design,
    answer: list[Replication] | FlowsimError | Lost,
    answers: Iterator[list[Replication] | FlowsimError | Lost],
    more: int,
    progress: Progress | None,
) -> StateNumbers | Failed:
    """Put the stretches of one design together: the first, and so many more."""
    numbers = StateNumbers(design.name)
    failed: Failed | None = None
    for left in range(more, -1, -1):
        if isinstance(answer, Lost):
            failed = failed or Failed(design.name, answer.error())
        elif isinstance(answer, FlowsimError):
            failed = failed or Failed(design.name, answer)
        else:
            for one in answer:
                take(numbers, one)
            if progress is not None:
                progress(len(answer))
        if left:
            answer = next(answers)
    return failed or numbers


def take(numbers: StateNumbers, one: Replication) -> None:
    """Put one replication to the others of its design."""
    for key, value in one.values.items():
        numbers.values.setdefault(key, {})[one.number] = value
    numbers.units |= one.units
    for key, lead in one.leads.items():
        numbers.leads.setdefault(key, {})[one.number] = lead
    for key, so_far in one.under_way.items():
        numbers.under_way.setdefault(key, {})[one.number] = so_far


def measured(stretch: Stretch) -> list[Replication] | FlowsimError:
    """Run, audit and measure some replications; an EngineError is handed back, not raised. Raises AuditError."""
    try:
        return [replication(stretch, number) for number in range(stretch.first, stretch.last + 1)]
    except EngineError as error:
        return error


def replication(stretch: Stretch, number: int) -> Replication:
    """One replication. Raises AuditError, EngineError."""
    model = stretch.model
    record = run(model, Draws(stretch.seed, number))
    frame = Frame(model, record)
    parts = ledger_of(frame)
    if stretch.audit:
        from flowsim.metrics.audit import audit

        audit(model, record, Draws(stretch.seed, number), lambda: parts).require()
    service = Service(frame, parts, request_ledger_of(frame, parts))
    teams = team_rows(frame, parts)
    found = [*summary(service, teams), *_of_people(frame, teams)]
    names = [cls.name for cls in model.classes]
    values = {(one.name, "" if one.klass == NONE else names[one.klass]): one.value for one in found}
    units = {one.name: one.unit for one in found}
    return Replication(number, values, units, _leads(service, names), _under_way(frame, names))


def _of_people(frame: Frame, teams: Sequence[TeamRow]) -> list[Measure]:
    """How busy each team is, and what a request takes of everybody."""
    busy = [(team.name, team.utilisation) for team in teams]
    found = [Measure(f"utilisation {name}", NONE, share, "share") for name, share in busy if share is not None]
    found.append(Measure("paid hours", NONE, sum(team.present for team in teams) / HOUR, "h"))
    n = ended_in_window(frame)
    if n:
        at_work = sum(team.at_work for team in teams)
        found.append(Measure("work per ended request", NONE, at_work / n / MINUTE, "min"))
    return found


def _leads(service: Service, names: Sequence[str]) -> dict[Key, Floats]:
    """The lead times of measured requests that ended and were not withdrawn, all together and by class."""
    frame = service.frame
    here = frame.measured & frame.delivered
    leads = {"lead time": service.lead[here] / MINUTE, "working lead time": service.working_lead[here] / MINUTE}
    return _by_class(leads, frame.requests["class"][here], names)


def _under_way(frame: Frame, names: Sequence[str]) -> dict[Key, Floats]:
    """How long measured requests that had not ended had been under way, as `_leads`; nothing when all had ended."""
    still = frame.measured & ~frame.ended
    if not still.any():
        return {}
    so_far = so_far_of(frame.model, frame.requests["arrived"][still])
    return _by_class(so_far, frame.requests["class"][still], names)


def _by_class(times: Mapping[str, Floats], klass: IntArray, names: Sequence[str]) -> dict[Key, Floats]:
    """Times of requests by name, each over all classes and for each; `klass` is that of each request."""
    found: dict[Key, Floats] = {}
    for name, own in times.items():
        found[name, ""] = own
        for code, word in enumerate(names):
            found[name, word] = own[klass == code] if len(names) > 1 else own
    return found
