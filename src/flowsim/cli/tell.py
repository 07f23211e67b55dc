"""Findings in words and tables: one state."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cached_property
from typing import TYPE_CHECKING, Any

from flowsim.cli.branches import splits, tell_splits
from flowsim.cli.figures import Unit, count, unit_for
from flowsim.cli.notes import THIS_LONG, caveats_json, overload
from flowsim.cli.output import Output, clean, table
from flowsim.texts.words import PARTS
from flowsim.units import format_length, format_number, format_share, format_working

if TYPE_CHECKING:
    from flowsim.experiments.findings import Cell, Findings
    from flowsim.experiments.growth import Growth
    from flowsim.model import Model, Wait

MINUTE = 60_000
LAST_BRANCH = "; of branches the last"


class Teller:
    """Formats the measures of one state in the units its customers count in."""

    def __init__(self, found: Findings, state: str) -> None:
        self.found = found
        self.state = state
        self.model: Model = found.model(state)
        self.day = self.model.calendar(self.model.run.calendar).working_day
        self.classes = [c for c in self.model.classes if c.name not in self.model.chasers]

    @cached_property
    def growth(self) -> Growth | None:
        """How the queue grows, when the state cannot keep up."""
        from flowsim.experiments.growth import growth

        return growth(self.found, self.state)

    @property
    def mean_refused(self) -> bool:
        """Whether so many requests had not ended that there is no mean lead time, but for a least one (R16)."""
        from flowsim.experiments.estimates import REFUSED

        share = self.value("unfinished share") or 0.0
        return share > REFUSED and self.value("working lead time at least") is not None

    def mean_lead(self, measure: str, klass: str = "") -> float | None:
        """The mean of "lead time" or "working lead time", or the least it can be when it is refused."""
        return self.value(f"{measure} at least" if self.mean_refused else f"{measure} mean", klass)

    def value(self, measure: str, klass: str = "") -> float | None:
        """The estimate of a measure."""
        finding = self.found.get(self.state, measure, klass)
        return None if finding is None else finding.value

    def working(self, measure: str, klass: str = "") -> str:
        """A measure in minutes of open time: "4.31 working days", and the half width of its interval in that unit."""
        finding = self.found.get(self.state, measure, klass)
        if finding is None:
            return "longer than the runs show" if " P" in measure and self.value("unfinished share") else "–"
        unit = unit_for([finding.value], self.day / MINUTE)
        return unit.told(finding.value) + unit.around(finding.value, finding.low, finding.high)

    def elapsed(self, measure: str, klass: str = "") -> str:
        """A measure in minutes of clock time."""
        value = self.value(measure, klass)
        return "–" if value is None else format_length(value * MINUTE)

    def share(self, measure: str, klass: str = "") -> str:
        """A measure that is a share."""
        value = self.value(measure, klass)
        return "–" if value is None else format_share(value)

    def number(self, measure: str, digits: int = 1) -> str:
        """A plain number."""
        value = self.value(measure)
        return "–" if value is None else format_number(value, digits)

    def wait(self, wait: Wait) -> str:
        """A fixed wait of the model in words."""
        if wait.calendar is None:
            return format_length(wait.ticks)
        return format_working(wait.ticks, self.model.calendar(wait.calendar).working_day)

    def outcomes(self) -> list[str]:
        """How journeys end, in file order, where that is in more ways than one (R13)."""
        prefix = "outcome "
        measures = self.found.measures(self.state)
        return [m.removeprefix(prefix) for m, k in measures if m.startswith(prefix) and not k]

    def promises(self) -> list[tuple[str, str, str]]:
        """(class, promise, share kept) of every class with a promise."""
        several = len(self.classes) > 1
        return [
            (c.name, self.wait(c.promise), self.share("within promise", c.name if several else ""))
            for c in self.classes
            if c.promise is not None
        ]

    def chased(self) -> float | None:
        """Chases as a share of all contacts: every request is one, and every chase; None where nobody may chase."""
        chases = self.value("chases")
        return None if chases is None else chases / (1.0 + chases)


def tell_state(output: Output, found: Findings, state: str) -> None:
    """What one state gives: the customer's view, where the time goes, the teams, the handoffs."""
    tell = Teller(found, state)
    manifest = found.run.manifest
    days = format_working(_length_in_open_time(tell.model), tell.day)
    runs = "1 run" if manifest.replications == 1 else f"{manifest.replications} runs"
    headline(output, f"{title(found)}, state {state}", f"{runs} of {days}, seed {manifest.seed}")
    tell_settings(output, found, state)
    if tell.growth is not None:
        output.paragraph(overload(tell.growth), "bad")
    if tell.value("lead time mean") is None:
        output.paragraph(f"{_none_ended(tell)}, so nothing can be said of how long a customer waits.")
    else:
        output.line(table(_customer_rows(tell), width=output.width))
        unit, rows = _ledger_rows(tell)
        output.line("\n" + output.style("Where the time goes", "head") + f", {unit.long} a request, on the calendar")
        output.line(table(rows, right=(1, 2), width=output.width))
    output.line("\n" + output.style("Teams", "head"))
    head = ("", "busy", "in the team", "own target", "met")
    output.line(table(_team_rows(tell), head=head, right=(1, 2, 4), width=output.width))
    unit, moves = _handoff_rows(tell)
    if moves:
        output.line("\n" + output.style("Handoffs", "head") + f", {unit.long} a move")
        parts = ("", "batch", "on the way", "reading in", "queue", "of the lead time")
        output.line(table(moves, head=parts, right=(1, 2, 3, 4, 5), width=output.width))
    tell_splits(output, found, state, "Branches")
    sentence = watermelon(tell)
    if sentence:
        output.line()
        output.paragraph(sentence)


def tell_settings(output: Output, found: Findings, state: str) -> None:
    """The values that were set on the command line, so that runs can be told apart."""
    settings = next(s.sets for s in found.run.manifest.states if s.name == state)
    if settings:
        output.paragraph(f"with {'; '.join(clean(one) for one in settings)}")


def headline(output: Output, name: str, rest: str) -> None:
    """What is shown, in bold, and how it was run: on one line if there is room."""
    name = clean(name)
    if len(name) + len(rest) + 2 <= output.width:
        output.line(f"{output.style(name, 'head')}: {rest}")
    else:
        output.paragraph(name, "head")
        output.paragraph(rest)


def watermelon(tell: Teller) -> str:
    """The sentence for teams that are green while the customer is red; "" when that is not so."""
    shares = [row["target_met"] for row in tell.found.means("teams", tell.state, ("team",))]
    met = min((share for share in shares if isinstance(share, float)), default=None)
    kept = tell.value("within promise")
    if met is None or kept is None or met - kept < 0.1:
        return ""
    return (
        f"Every team meets its own target in at least {format_share(met)} of the cases; "
        f"the customer's promise is kept in {format_share(kept)}."
    )


def watermelon_of(found: Findings, state: str) -> str:
    """The same for a state by name."""
    return watermelon(Teller(found, state))


def state_json(found: Findings, state: str) -> dict[str, Any]:
    """One state for a program: every estimate, what to know before believing it, the teams and the handoffs."""
    from flowsim.experiments.caveats import caveats

    manifest = found.run.manifest
    estimates = [
        {"measure": m, "class": k or None, "value": f.value, "low": f.low, "high": f.high, "unit": f.unit}
        for (m, k), f in found.measures(state).items()
    ]
    return {
        "scenario": title(found),
        "state": state,
        "changes": list(next(s.changes for s in manifest.states if s.name == state)),
        "set": list(next(s.sets for s in manifest.states if s.name == state)),
        "working_day_min": Teller(found, state).day / MINUTE,
        "seed": manifest.seed,
        "replications": manifest.replications,
        "fingerprint": manifest.fingerprint,
        "caveats": caveats_json(caveats(found, state)),
        "estimates": estimates,
        "teams": found.means("teams", state, ("team",)),
        "handoffs": found.means("handoffs", state, ("from_step", "from_team", "to_step", "to_team")),
        "splits": splits(found, state),
    }


# -- rows --------------------------------------------------------------------------------------------------------------


def title(found: Findings) -> str:
    """The name of the scenario that was run."""
    return found.model(found.states[0]).name


def _length_in_open_time(model: Model) -> int:
    from flowsim.model import laid_out

    return laid_out(model.calendar(model.run.calendar), model.start).worked(0, model.run.length)


def unfinished_share(tell: Teller) -> str:
    """The share of measured requests that had not ended, "" for none (R16)."""
    share = tell.value("unfinished share") or 0.0
    return format_share(share) if share > 0 else ""


def _none_ended(tell: Teller) -> str:
    arrived = tell.value("requests")
    return "No request arrived in these runs" if arrived == 0 else "No request ended in these runs"


def _part(tell: Teller, measure: str, ratio: str, of: str = "") -> str:
    """A time and what share it is, if there is anything it can be a share of."""
    told = tell.share(ratio)
    return tell.elapsed(measure) + (f" = {told}{of}" if told != "–" else "")


def _customer_rows(tell: Teller) -> list[tuple[str, str]]:
    """What the customer gets."""
    ending, least = (" at least", "at least ") if tell.mean_refused else (" mean", "")
    rows = [] if tell.growth is None else [(f"{THIS_LONG.capitalize()}:", "")]
    rows += [
        ("A customer waits, on average", least + tell.working(f"working lead time{ending}")),
        ("  on the calendar", least + tell.elapsed(f"lead time{ending}")),
        ("Half of the customers within", tell.working("working lead time P50")),
        ("9 of 10 within", tell.working("working lead time P90")),
    ]
    several = len(tell.classes) > 1
    for cls in tell.classes if several else ():
        mean, most = tell.mean_lead("working lead time", cls.name), tell.value("working lead time P90", cls.name)
        unit = unit_for([mean, most], tell.day / MINUTE)
        within = f"9 of 10 within {unit.figure(most)}"
        rows.append((f"  {cls.name}", f"{least}{unit.figure(mean)} {unit.short}; {within}"))
    for name, promise, kept in tell.promises():
        rows.append(("Promise kept", f"{kept}{f' of {name}' if several else ''} within {promise}"))
    handoffs, hands = count(tell.value("handoffs")), count(tell.value("hands"))
    rows += [
        (
            "Somebody works on it",
            _part(tell, "process time mean", "activity ratio", " of the open time")
            + (LAST_BRANCH if tell.value("join wait") is not None else ""),
        ),
        ("  of which adds value", _part(tell, "value-added time mean", "VA ratio")),
        *_of_several(tell),
        ("Handoffs", f"{handoffs}, through {hands} {'hand' if hands == '1' else 'hands'}"),
        ("Right the first time", f"{tell.share('rolled %C&A')} without a return or a question"),
        ("In the process at once", f"{tell.number('WIP mean')} requests"),
    ]
    if tell.value("WIP let in") is not None:
        rows.append(("  of which let in", f"{tell.number('WIP let in')} requests"))
    chased = tell.chased()
    if chased is not None:
        rows.append(
            ("Customers chase", f"{tell.number('chases', 2)} times a request: {format_share(chased)} of contacts")
        )
    if tell.outcomes():
        ends = ", ".join(f"{tell.share(f'outcome {name}')} {name}" for name in tell.outcomes())
        rows.append(("Ends", ends))
    unfinished = unfinished_share(tell)
    if unfinished:
        what = "the average counts them as so far" if tell.mean_refused else "the average leaves them out"
        rows.append(("Not ended when the runs ended", f"{unfinished} of the requests; {what}"))
    return rows


def _of_several(tell: Teller) -> list[tuple[str, str]]:
    """What the time somebody works on it leaves out: other branches (R13), and more people at once (R8)."""
    rows = []
    if tell.value("people time") is not None:
        rows.append(("All people together", f"{tell.elapsed('people time')} of work a request"))
    if tell.value("join wait") is not None:
        rows.append(("Branches wait for the last", f"{tell.elapsed('join wait')} a request, added up"))
    return rows


def _ledger_rows(tell: Teller) -> tuple[Unit, list[tuple[str, str, str]]]:
    """Each part of the lead time, in one unit, and its share."""
    total = tell.value("lead time mean") or 0.0
    unit = unit_for([total])
    rows = []
    for part, words in PARTS.items():
        minutes = tell.value(f"ledger {part}") or 0.0
        if minutes > 0 and total > 0:
            rows.append((words, unit.figure(minutes), format_share(minutes / total)))
    rows.append(("together", unit.figure(total), ""))
    back = tell.value("ledger return_time") or 0.0
    if back > 0 and total > 0:
        rows.append(("of all this, because of returns", unit.figure(back), format_share(back / total)))
    return unit, rows


def _team_rows(tell: Teller) -> list[tuple[str, ...]]:
    rows: list[tuple[str, ...]] = []
    for row in tell.found.means("teams", tell.state, ("team",)):
        team = tell.model.team(str(row["team"]))
        target = "–"
        if team.target is not None:
            target = f"{format_share(team.target.share)} within {tell.wait(team.target.wait)}"
        met = share(row["target_met"])
        if team.target is not None and isinstance(row["target_met"], float):
            met += " ✓" if row["target_met"] >= team.target.share else " ✗"
        wip = row["wip_mean"]
        there = format_number(wip, 1) if isinstance(wip, float) else "–"
        rows.append((team.name, share(row["utilisation"]), there, target, met))
    return rows


def _handoff_rows(tell: Teller) -> tuple[Unit, list[tuple[str, ...]]]:
    """Each move between teams, its times in one unit."""
    moves = tell.found.means("handoffs", tell.state, ("from_step", "from_team", "to_step", "to_team"))
    times = [[_number(row[c]) for c in ("batch_min", "transit_min", "reread_min", "queue_min")] for row in moves]
    unit = unit_for(x for row in times for x in row)
    return unit, [
        (
            name,
            *(unit.figure(x) for x in minutes),
            share(row["share_of_lead"]),
        )
        for name, row, minutes in zip(move_names(moves), moves, times, strict=True)
    ]


def move_names(moves: Sequence[Mapping[str, Cell]]) -> list[str]:
    """What to call each move between steps, with the teams where they do not tell it from another (R8)."""
    steps = [(row["from_step"], row["to_step"]) for row in moves]
    return [
        f"{row['from_step']} → {row['to_step']}"
        + (f" ({row['from_team']} → {row['to_team']})" if steps.count(ends) > 1 else "")
        for row, ends in zip(moves, steps, strict=True)
    ]


def share(value: Cell | None) -> str:
    """A share that may be missing."""
    return format_share(value) if isinstance(value, float) else "–"


def _number(value: Cell) -> float | None:
    return value if isinstance(value, float) else None
