"""What `flowsim verify FILE` found in somebody's own model, for people and for programs."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from flowsim.cli.figures import unit_for
from flowsim.cli.output import Output, clean, table
from flowsim.units import format_length, format_number, format_share

if TYPE_CHECKING:
    from flowsim.model import Model
    from flowsim.verification.own.busy import Load
    from flowsim.verification.own.little import Flow
    from flowsim.verification.own.report import Report, Wait

MINUTE = 60_000
ONE_RUN = "one run is no test"
WEEK = 7 * 24 * 60 * MINUTE


def tell_own(
    output: Output, name: str, sets: Sequence[str], models: Sequence[Model], reports: Sequence[Report]
) -> None:
    """Each state in turn, then the verdict on all."""
    for model, report in zip(models, reports, strict=True):
        runs = "1 run" if report.replications == 1 else f"{report.replications} runs"
        output.paragraph(f"{name}, state {report.state}: {runs}, seed {report.seed}", "head")
        if sets:
            output.paragraph(f"with {'; '.join(clean(one) for one in sets)}")
        output.paragraph(
            f"The audit held every run against the rules: {report.checks} checks on {_grouped(report.visits)} visits "
            f"of {_grouped(report.requests)} requests, {_grouped(report.facts)} facts, all hold."
        )
        output.line()
        _tell_loads(output, report)
        output.line()
        _tell_little(output, report, explain=report is reports[0])
        output.line()
        _tell_bounds(output, report)
        output.line()
        _tell_waits(output, model, report)
        output.line()
    _tell_verdict(output, reports)


def _tell_loads(output: Output, report: Report) -> None:
    output.paragraph("How busy people are: worked out beforehand, and simulated", "head")
    rows = [(row.team, format_share(row.judged.should), _share(row), _load_words(output, row)) for row in report.loads]
    output.line(table(rows, head=("", "beforehand", "simulated", ""), right=(1, 2), width=output.width))


def _share(row: Load) -> str:
    error = "" if row.judged.error is None else f" ± {format_number(100 * row.judged.error, 1)}"
    return f"{format_number(100 * row.judged.estimate, 1)}{error}%"


def _load_words(output: Output, row: Load) -> str:
    if row.grows_by > 0.0:
        return f"overloaded: no steady state, the queue grows by {format_number(row.grows_by, 1)} a week"
    if row.verdict == "differs":
        return "DIFFERS"
    if row.judged.error is None and row.verdict != "agrees":
        return ONE_RUN
    return f"{row.verdict}: {row.why}" if row.verdict == "explained" else row.verdict


def _tell_little(output: Output, report: Report, explain: bool) -> None:
    output.paragraph("Little's law: the number there = how many come × how long they stay", "head")
    whole, *others = report.flows
    rows = [_flow_row(flow, report.window) for flow in (whole, *(f for f in others if f.came and f.area))]
    head = ("", "there", "come a week", "stay", "come × stay")
    output.line(table(rows, head=head, right=(1, 2, 3, 4), width=output.width))
    if explain:
        output.paragraph(
            "Times are by the clock, nights included. The last column may differ from the first: who is there at "
            "either end of the window stays partly outside it. Counted exactly it may not: the number there, added up "
            "from all comings and goings in order of time, is the sum of all stays; for the whole process also the "
            "engine's own count, for each step what the ledger says of where the time goes."
        )
    bad = len(report.broken)
    equal = "each equal to the millisecond" if not bad else f"of which {_grouped(bad)} are NOT EQUAL"
    output.paragraph(f"{_grouped(report.identities)} pairs of such sums, {equal}.", "bad" if bad else "")
    for one in report.broken[:5]:
        said = f"{one.what}: {one.swept} ms by comings and goings, {one.expected} ms by {one.against}"
        output.paragraph(said, "bad")


def _flow_row(flow: Flow, window: int) -> tuple[str, ...]:
    stay = flow.stayed / flow.came if flow.came else 0.0
    lead = "" if flow.scope == "all" else "  "
    return (
        f"{lead}{flow.name}",
        format_number(flow.area / window, 2),
        format_number(flow.came * WEEK / window, 1),
        format_length(stay),
        format_number(flow.stayed / window, 2),
    )


def _tell_bounds(output: Output, report: Report) -> None:
    output.paragraph("What nobody can beat", "head")
    least, capacity = report.least, report.capacity
    if least.counted:
        needs, takes = least.least / least.counted, least.lead / least.counted
        times = f", {format_number(takes / needs, 1)} times as long" if needs else ""
        output.paragraph(
            "A request needs its own work, set-up and transport, as drawn, with nobody before it and no door closed: "
            f"{format_length(needs)} on average. It takes {format_length(takes)}{times}."
        )
        if least.beaten:
            said = f"{_grouped(least.beaten)} of {_grouped(least.counted)} requests were FASTER than possible"
            output.paragraph(f"{said}: {least.first}.", "bad")
        elif least.margin is not None:
            closest = f"{format_length(least.margin)} longer than it needs" if least.margin else "exactly what it needs"
            output.paragraph(
                f"Of {_grouped(least.counted)} requests none was faster than that; the closest took {closest}."
            )
    else:
        output.paragraph("No measured request ended, so there is nothing to hold against the work it needs.")
    if capacity.could is not None and capacity.did is not None:
        error = "" if not capacity.did.error else f" ± {format_number(capacity.did.error, 1)}"
        output.paragraph(
            f"The busiest team is {capacity.team} ({format_share(capacity.load)}): with the people and hours it has it "
            f"could do {format_number(capacity.could, 1)} requests a week; "
            f"{format_number(capacity.did.estimate, 1)}{error} ended."
        )
    if capacity.beyond:
        output.paragraph(f"People worked LONGER than they were there: {capacity.beyond}.", "bad")
    else:
        output.paragraph(f"In {_grouped(capacity.hours)} teams and runs nobody worked longer than he was there.")


def _tell_waits(output: Output, model: Model, report: Report) -> None:
    output.paragraph("What theory says of the wait for a person, in open time", "head")
    exact = [wait for wait in report.waits if wait.formula]
    if exact:
        _tell_exact(output, model, exact, report.replications)
    others = [wait for wait in report.waits if not wait.formula]
    if not others:
        return
    if exact:
        output.line()
    output.paragraph(
        "No formula is exact for these. Where an estimate makes sense (Allen and Cunneen) it is given: of the order "
        "of, and no test."
    )
    rows = [
        (wait.team, _time(model, wait, wait.about), _time(model, wait, wait.simulated), wait.why) for wait in others
    ]
    head = ("", "about", "simulated", "what takes the formula away")
    output.line(table(rows, head=head, right=(1, 2), width=output.width))


def _tell_exact(output: Output, model: Model, exact: Sequence[Wait], runs: int) -> None:
    rows = [_exact_row(model, wait) for wait in exact]
    head = ("", "queue", "theory", "simulated", "off by", "")
    output.line(table(rows, head=head, right=(2, 3, 4), width=output.width))
    if runs > 1:
        from flowsim.verification.own.judge import most_errors

        output.paragraph(
            f"± is one standard error. With {runs} runs chance exceeds {most_errors(runs):.1f} of them once in 10,000 "
            "times: more is FAIL. PASS says too that an error of a fifth would have shown."
        )


def _exact_row(model: Model, wait: Wait) -> tuple[str, ...]:
    name = wait.team if wait.priority is None else f"{wait.team}, priority {wait.priority}"
    judged = wait.judged
    if judged is None:
        return (name, wait.formula, _time(model, wait, wait.about), "–", "", "nobody came")
    unit = unit_for([judged.should / MINUTE, judged.estimate / MINUTE], _day(model, wait))
    error = "" if judged.error is None else f" ± {unit.figure(judged.error / MINUTE)}"
    off = "" if judged.off is None else f"{judged.off:+.1f} errors"
    more = f": {judged.needed} runs would do" if judged.needed else ""
    word = {"agrees": "PASS", "differs": "FAIL"}.get(judged.verdict, f"{judged.verdict}{more}")
    word = ONE_RUN if judged.error is None else word
    simulated = f"{unit.figure(judged.estimate / MINUTE)}{error} {unit.short}"
    return (name, wait.formula, unit.told(judged.should / MINUTE), simulated, off, word)


def _day(model: Model, wait: Wait) -> float | None:
    calendar = model.calendar(model.team(wait.team).calendar)
    return None if calendar.always else calendar.working_day / MINUTE


def _time(model: Model, wait: Wait, ticks: float | None) -> str:
    if ticks is None:
        return "–"
    return unit_for([ticks / MINUTE], _day(model, wait)).told(ticks / MINUTE)


def _tell_verdict(output: Output, reports: Sequence[Report]) -> None:
    """One line for all states."""
    several = len(reports) > 1
    bad = [f"{one}{f' ({report.state})' if several else ''}" for report in reports for one in report.contradicted]
    if bad:
        output.paragraph(f"CONTRADICTED: {'; '.join(bad)}.", "bad")
        return
    exact = sum(bool(wait.formula) for report in reports for wait in report.waits)
    unclear = sum(len(report.unclear) for report in reports)
    sums = _grouped(sum(report.identities for report in reports))
    said = f"Nothing is contradicted: every rule, {sums} pairs of sums, every bound"
    said += f", and theory for {exact - unclear} of {exact} waits that it knows" if exact else ""
    output.paragraph(f"{said}.", "good")
    if unclear:
        output.paragraph("For the others more runs are needed to tell; see above.")


def _grouped(number: int) -> str:
    return f"{number:,}"


def own_json(name: str, sets: Sequence[str], reports: Sequence[Report]) -> dict[str, Any]:
    """The same for a program; times in minutes, sums in milliseconds."""
    return {
        "scenario": name,
        "set": list(sets),
        "passed": all(report.passed for report in reports),
        "states": [_state_json(report) for report in reports],
    }


def _state_json(report: Report) -> dict[str, Any]:
    least, capacity = report.least, report.capacity
    return {
        "state": report.state,
        "passed": report.passed,
        "contradicted": list(report.contradicted),
        "seed": report.seed,
        "replications": report.replications,
        "audit": {"checks": report.checks, "facts": report.facts, "visits": report.visits, "requests": report.requests},
        "loads": [_load_json(row) for row in report.loads],
        "little": {
            "pairs": report.identities,
            "not_equal": [asdict(one) for one in report.broken],
            "flows": [_flow_json(flow, report.window) for flow in report.flows],
        },
        "bounds": {
            "requests": least.counted,
            "least_min": least.least / least.counted / MINUTE if least.counted else None,
            "lead_min": least.lead / least.counted / MINUTE if least.counted else None,
            "smallest_margin_min": None if least.margin is None else least.margin / MINUTE,
            "faster_than_possible": least.beaten,
            "busiest": capacity.team,
            "could_per_week": capacity.could,
            "ended_per_week": None if capacity.did is None else capacity.did.estimate,
            "worked_too_long": capacity.beyond or None,
        },
        "waits": [_wait_json(wait) for wait in report.waits],
    }


def _load_json(row: Load) -> dict[str, Any]:
    return {
        "team": row.team,
        "people": row.people,
        "whole_run": row.whole_run,
        "beforehand": row.judged.should,
        "simulated": row.judged.estimate,
        "error": row.judged.error,
        "verdict": row.verdict,
        "why": row.why or None,
        "grows_by_per_week": row.grows_by,
    }


def _flow_json(flow: Flow, window: int) -> dict[str, Any]:
    return {
        "scope": flow.scope,
        "name": flow.name,
        "there": flow.area / window if window else None,
        "come_per_week": flow.came * WEEK / window if window else None,
        "stay_min": flow.stayed / flow.came / MINUTE if flow.came else None,
    }


def _wait_json(wait: Wait) -> dict[str, Any]:
    judged = wait.judged
    return {
        "team": wait.team,
        "priority": wait.priority,
        "formula": wait.formula or None,
        "theory_min": judged.should / MINUTE if judged else None,
        "estimate_min": wait.about / MINUTE if wait.about is not None and not wait.formula else None,
        "simulated_min": None if wait.simulated is None else wait.simulated / MINUTE,
        "error_min": judged.error / MINUTE if judged and judged.error is not None else None,
        "verdict": judged.verdict if judged else None,
        "why_not": wait.why or None,
    }
