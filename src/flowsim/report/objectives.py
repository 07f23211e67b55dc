"""Section 1: what the model is for, what comes out of it, and what was tried."""

from __future__ import annotations

from flowsim.report.material import Material
from flowsim.report.measures import UNITS, definition, grouped
from flowsim.report.parts import Author, Block, Bullets, Code, Item, Text, table
from flowsim.report.say import Say


def purpose(material: Material, say: Say) -> Item:
    """1.1: the words of the scenario."""
    notes = material.first.notes if material.first else None
    blocks: list[Block] = []
    if notes and notes.purpose:
        blocks.append(Text(notes.purpose))
    else:
        expected = say.t("what the model is for: the question, who asks it, and what is decided with the answer")
        blocks.append(Author(expected, key(say, "purpose")))
    if notes and notes.about:
        blocks.append(Text(notes.about))
    return Item("1.1", say.t("Purpose of the model"), tuple(blocks))


def outputs(material: Material, say: Say) -> Item:
    """1.2: every measure in the summary of the run."""
    found = {name: value.unit for measures in material.measures for name, value in measures.items()}
    run = material.base.run
    window = {"warm_up": say.elapsed(run.warm_up), "length": say.elapsed(run.length)}
    blocks: list[Block] = [
        Text(
            say.t(
                "Worked out for each replication from the record of every instant, over all classes together and for "
                "each class; how replications are put together, and how sure that is, is item 4.3. Notation:"
            )
        ),
        Bullets(
            (
                say.t(
                    "M: the measured requests, those that arrive by themselves in the window, from {warm_up} to "
                    "{length} after the start. A backlog and chases are never in it",
                    **window,
                ),
                say.t("E: the requests in M that ended before the run did and were not withdrawn by their customer"),
                say.t(
                    "After a split the lead time and its parts follow the branch that ended last; counts and people's "
                    "time are over all branches"
                ),
                say.t("The parts of the lead time (ledger, but for return_time) add up to it, exactly"),
            )
        ),
        *table(
            [say.t("measure"), say.t("unit"), say.t("definition")],
            [
                [Code(", ".join(names)), say.t(UNITS.get(found[first], found[first])), definition(first, say.texts)]
                for first, names in grouped(found)
            ],
        ),
    ]
    if not found:
        blocks.append(Text(say.t("The run has no measures: nothing arrived in the window.")))
    return Item("1.2", say.t("Model outputs"), tuple(blocks))


def aims(material: Material, say: Say) -> Item:
    """1.3: the states that were run, and what each is about."""
    states = material.manifest.states
    blocks: list[Block] = table(
        [say.t("state"), say.t("what it is"), say.t("changes"), say.t("set on the command line")],
        [
            [
                state.name,
                state.about or ("" if state.changes else say.t("the process as the scenario describes it")),
                "; ".join(state.changes),
                Code("; ".join(state.sets)),
            ]
            for state in states
        ],
    )
    if len(states) > 1:
        blocks.append(
            Text(
                say.t(
                    "Each state is a design of the same process. The first, {first}, is what the others are held "
                    "against; each is also compared with the one before it, replication by replication. What each "
                    "change altered is item 2.3.",
                    first=states[0].name,
                )
            )
        )
    untold = [s.name for s in states if not s.about and not s.changes and not s.sets]
    if len(states) == 1 and not states[0].changes and not states[0].sets:
        expected = say.t("what the experiment was to find out; one state was run, so nothing is compared")
        blocks.append(Author(expected, key(say, "states")))
    elif len(untold) > 1:
        expected = say.t("why these were chosen: {states}", states=say.listed(untold))
        blocks.append(Author(expected, key(say, "states.NAME.about")))
    return Item("1.3", say.t("Experimentation aims"), tuple(blocks))


def key(say: Say, *keys: str) -> str:
    """Which fields of the scenario would fill an item next time; none: no field does."""
    if not keys:
        return say.t("No field of the scenario says this")
    return say.t("The scenario says it under: {keys}", keys=say.listed(keys))
