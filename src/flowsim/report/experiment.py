"""Section 4: how the experiment was done."""

from __future__ import annotations

from flowsim.experiments.estimates import MATTERS
from flowsim.experiments.statistics import CONFIDENCE
from flowsim.model import Model
from flowsim.model.calendar import laid_out
from flowsim.report.material import Material
from flowsim.report.parts import Author, Block, Item, Text, bullets, table
from flowsim.report.say import Say

PRECISION = ("lead time mean", "within promise")
"""Measures whose precision stands for that of the run."""


def initialisation(material: Material, say: Say) -> Item:
    """4.1: start, warm-up, what is there when it begins."""
    model = material.base
    run = model.run
    found = [
        say.t("The run begins on {moment} (local time).", moment=say.moment(model.start)),
        say.t("The process is not terminating: it is looked at during a window, and goes on after it."),
        say.t(
            "Warm-up: requests that arrive in the first {length} are not measured.",
            length=_elapsed_and_open(model, run.warm_up, say),
        )
        if run.warm_up
        else say.t("There is no warm-up: every request that arrives within the length of the run is measured."),
    ]
    if not model.backlog:
        found.append(say.t("It begins empty, with nobody at work; every person who is there is free."))
    rows = [[item.klass, item.step, say.whole(item.number), say.law(item.age)] for item in model.backlog]
    blocks = bullets(found)
    if rows:
        blocks.append(Text(say.t("A backlog is there at the start, as old as drawn; nobody is at work:")))
        head = [say.t("class"), say.t("step"), say.t("requests"), say.t("age")]
        blocks += table(head, rows)
    expected = (
        say.t("how the length of the warm-up was chosen")
        if run.warm_up
        else say.t("why no warm-up is needed, or how it was seen that the start does not matter")
    )
    blocks.append(Author(expected, say.t("The picture wip-over-time of flowsim plot shows it")))
    return Item("4.1", say.t("Initialisation"), tuple(blocks))


def run_length(material: Material, say: Say) -> Item:
    """4.2."""
    model = material.base
    lengths = [_elapsed_and_open(m, m.run.length, say) for m in material.models]
    words = {"length": lengths[0]}
    found = [
        say.t(
            "Requests that arrive within {length} from the start are measured, but for those of the warm-up.", **words
        ),
        say.t(
            "Arrivals go on after that until every measured request has ended, at most until twice that length; what "
            "is then unfinished is counted as such."
        ),
        say.t(
            "The unit of time is the millisecond; working time is counted on calendar {calendar}.",
            calendar=model.run.calendar,
        ),
    ]
    if len(set(lengths)) > 1:
        names = [state.name for state in material.manifest.states]
        others = [f"{name}: {length}" for name, length in zip(names, lengths, strict=True)]
        found.append(say.t("Lengths by state: {lengths}.", lengths="; ".join(others)))
    return Item("4.2", say.t("Run length"), tuple(bullets(found)))


def estimation(material: Material, say: Say) -> Item:
    """4.3: replications, intervals, comparison, what had not ended."""
    manifest = material.manifest
    n = manifest.replications
    found = [
        say.texts.n("{n} replication of each state.", "{n} independent replications of each state.", n),
        say.t(
            "A replication is one observation: each measure is worked out for each, and its estimate is their mean "
            "with an interval of {confidence} by Student's t, adjusted for skew (Willink 2005).",
            confidence=say.share(CONFIDENCE),
        )
        if n > 1
        else say.t("With one replication there is no interval."),
        say.t(
            "Percentiles are those of all requests of all replications together; the interval is by sectioning: from "
            "the spread of each replication's own percentile around that value, with the same t."
        ),
        say.t("A replication in which a measure has no value is left out of its estimate."),
    ]
    if len(manifest.states) > 1:
        found.append(
            say.t(
                "Common random numbers: what the states have in common (classes, tasks, steps) meets the same luck in "
                "replication r of each. Differences are means of paired differences over replications, with their own "
                "interval of the same kind."
            )
        )
        found.append(
            say.t(
                "A difference is called better or worse when its interval lies wholly on one side of 0 and it survives "
                "Holm's procedure over all measures and pairs of states (the headline at 5%, the rest at 1%), and "
                "without importance when it lies within ± {share} of the value before.",
                share=say.share(manifest.matters.get("share", MATTERS)),
            )
        )
    if manifest.pilot:
        pilot = manifest.pilot[0]
        found.append(
            say.t(
                "The number of replications was fixed after a pilot of {pilot}, so that the mean working lead time (in "
                "a comparison: its differences) is known to ± {share} of its value, with at most {most}.",
                pilot=say.whole(pilot.replications),
                share=say.share(pilot.share),
                most=say.whole(pilot.most),
            )
        )
    blocks: list[Block] = bullets(found)
    blocks += _precision(material, say)
    return Item("4.3", say.t("Estimation approach"), tuple(blocks))


def _precision(material: Material, say: Say) -> list[Block]:
    """What the number of replications was good for, and what had not ended, by state."""
    manifest = material.manifest
    rows = []
    for state, measures in zip(manifest.states, material.measures, strict=True):
        cells = [state.name]
        for name in PRECISION:
            estimate = measures.get(name)
            half = estimate.half if estimate is not None else None
            cells.append(
                ""
                if estimate is None or half is None or not estimate.value
                else f"± {say.share_of(half, estimate.value)}"
            )
        unfinished = manifest.unfinished.get(state.name)
        cells.append("" if unfinished is None else say.whole(unfinished))
        rows.append(cells)
    head = [
        *(say.t("state"), say.t("mean lead time: interval, of its value")),
        *(say.t("within promise: interval, of its value"), say.t("measured requests unfinished, all replications")),
    ]
    return table(head, rows)


def _elapsed_and_open(model: Model, ticks: int, say: Say) -> str:
    """A length as it passes, and in working days of the run's calendar."""
    calendar = model.calendar(model.run.calendar)
    if not calendar.working_day or calendar.always:
        return say.elapsed(ticks)
    days = laid_out(calendar, model.start).worked(0, ticks) / calendar.working_day
    amount = say.texts.n("{x} working day", "{x} working days", 1 if days == 1 else 2, x=say.figure(days))
    return say.t(
        "{open} of calendar {calendar} ({elapsed} as they pass)",
        elapsed=say.elapsed(ticks),
        open=amount,
        calendar=calendar.name,
    )
