"""Section 2.1 to 2.3: the process drawn, step by step in words, and how the other states differ."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import Any

from flowsim.model import Model, Need, RequestClass, Step, paths
from flowsim.model.process import END
from flowsim.report.diagram import LEGEND, Flowchart, may_visit
from flowsim.report.material import Material
from flowsim.report.parts import Author, Block, Bullets, Code, Diagram, Heading, Item, Text, bullets, table
from flowsim.report.say import Say
from flowsim.scenario.kept import ORDER_OF_STEPS, Difference

MOST_STEPS_DRAWN = 40
"""A chart of more steps than this is no overview."""


def overview(material: Material, say: Say) -> Item:
    """2.1: the flowchart."""
    blocks: list[Block]
    if len(material.base.steps) > MOST_STEPS_DRAWN:
        expected = say.t(
            "a drawing of the {n} steps, too many for a generated one", n=say.whole(len(material.base.steps))
        )
        blocks = [Author(expected, say.t("Item 2.2 has every step in words"))]
    else:
        blocks = [Diagram(Flowchart(material.base, say).mermaid()), Text(say.t(LEGEND))]
    return Item("2.1", say.t("Base model overview diagram"), tuple(blocks))


def base_logic(material: Material, say: Say) -> Item:
    """2.2: every step, in order, in words."""
    model = material.base
    blocks: list[Block] = [
        Text(
            say.t(
                "A request travels along the path of its class, past the steps of which it needs nothing, unless a "
                "step below sends it elsewhere. This is {state}; the other states differ as item 2.3 says.",
                state=material.manifest.states[0].name,
            )
            if len(material.models) > 1
            else say.t(
                "A request travels along the path of its class, past the steps of which it needs nothing, unless a "
                "step below sends it elsewhere."
            )
        ),
        Bullets(tuple(_path(model, cls, say) for cls in model.classes)),
    ]
    for number, step in enumerate(model.steps, start=1):
        teams = say.t(" or ").join(step.takers)
        blocks.append(Heading(say.t("Step {n}: {step} ({team})", n=say.whole(number), step=step.name, team=teams)))
        blocks += bullets(list(_step(model, step, say)))
    return Item("2.2", say.t("Base model logic"), tuple(blocks))


def scenario_logic(material: Material, say: Say) -> Item:
    """2.3: what each state alters: by named change in the words of the file; against the first, where that has changes
    of its own; from the Models where the files are not to be read.
    """
    states = material.manifest.states
    blocks: list[Block] = []
    drawn = Flowchart(material.base, say).mermaid()
    for number, state in enumerate(states):
        own: list[Block] = []
        told = material.told[number] if material.told else None
        if told is not None:
            for place, change in enumerate(told.changes, start=1):
                own.append(Text(say.t("Change {n}: {change}", n=say.whole(place), change=change.name)))
                own += [Text(change.about)] if change.about else []
                own += _differences(change.differences, say)
            if told.settings:
                own += [Text(say.t("Set on the command line:")), *_differences(told.settings, say)]
            first = material.told[0]
            named = (*first.changes, *first.settings, *(() if told.changes or told.settings else told.against_first))
            if number and named:
                own.append(Text(say.t("All in all, against {first}:", first=states[0].name)))
                own += _differences(told.against_first, say)
        elif number:
            own += _of_models(states[0].model, state.model, say)
        if number and len(material.models[number].steps) <= MOST_STEPS_DRAWN:
            chart = Flowchart(material.models[number], say).mermaid()
            if chart != drawn:
                own += [Text(say.t("The process then:")), Diagram(chart)]
        if own or number:
            same = [] if own else [Text(say.t("It is the same process as {first}.", first=states[0].name))]
            blocks += [Heading(state.name), *([Text(state.about)] if state.about else []), *own, *same]
    if not blocks:
        blocks.append(Text(say.t("There is one design, the base model; no other was run.")))
    elif material.told:
        said = say.t("Paths and values are those of the scenario file; – stands for what is not there.")
        blocks.insert(0, Text(said))
    return Item("2.3", say.t("Scenario logic"), tuple(blocks))


# -- 2.2 ---------------------------------------------------------------------------------------------------------------


def _path(model: Model, cls: RequestClass, say: Say) -> str:
    """The path of a class, branches between brackets."""
    way = paths(model, cls.name)

    def told(steps: tuple[int, ...]) -> str:
        return " → ".join(one(s) for s in steps if may_visit(model, cls, model.steps[s]))

    def one(s: int) -> str:
        inside = " ‖ ".join(told(branch) for branch in way.branches.get(s, ()))
        return f"{model.steps[s].name} → ({inside})" if inside else model.steps[s].name

    words = {"class": cls.name, "path": told(way.trunk) or "–"}
    if cls.name in model.chasers:
        return say.t("{class} (about requests of {parent}): {path}", parent=model.chasers[cls.name], **words)
    return say.t("{class}: {path}", **words)


def _step(model: Model, step: Step, say: Say) -> Iterator[str]:
    """What happens at a step, in the order in which it happens."""
    if step.only is not None:
        yield say.t("Only for requests of {classes}.", classes=say.listed(step.only))
    yield from _arrival(step, say)
    if step.limit is not None:
        yield say.t("At most {n} requests are at this step at once; others wait outside.", n=say.whole(step.limit))
    if step.batch is not None:
        yield say.t(
            "Process batch: requests wait for each other and are taken up together {rule}.", rule=say.batch(step.batch)
        )
    yield from _taking(step, say)
    for item in step.tasks:
        yield _task(model, item.task, item.needs, say)
    yield from _hours(step, say)
    if step.batch is not None:
        yield (
            say.t("The members of a batch are handled one after another and leave together.")
            if step.release == "together"
            else say.t("The members of a batch are handled one after another; each leaves when it is done.")
        )
    yield from _returns(step, say)
    yield from _onward(step, say)
    if step.blocking == "person":
        yield say.t("What may not go on for lack of room stays here and keeps its people.")


def _arrival(step: Step, say: Say) -> Iterator[str]:
    """How a request gets to the step."""
    handoff = step.handoff
    if handoff is None:
        return
    if handoff.batch is not None:
        yield say.t(
            "Transfer batch: requests wait for each other and are sent on {rule}.", rule=say.batch(handoff.batch)
        )
    if handoff.transit is not None:
        yield say.t("Transit: {length}.", length=say.span(handoff.transit))
    if handoff.reread is not None:
        yield say.t("The receiver first reads himself in: {length}.", length=say.law(handoff.reread))
    if handoff.question is not None:
        yield say.t("After reading in, {question}.", question=say.question(handoff))
    if handoff.within_team:
        yield say.t("All this holds for moves within the team as well.")
    else:
        yield say.t("None of this for moves within the team.")


def _taking(step: Step, say: Say) -> Iterator[str]:
    """Who takes it up, and what he does before the tasks."""
    if step.others:
        yield say.t("Any of {teams} may take it, in this order of preference.", teams=say.listed(step.takers))
    if step.several:
        crew = say.listed(say.t("{n} of {team}", n=say.whole(n), team=team) for team, n in step.needs)
        yield say.t("It takes several people at once: {crew}.", crew=crew)
    if step.same_person:
        yield say.t("Whoever did the step before goes straight on with it, if he may; then there is no handoff.")
    if step.set_up is not None:
        yield say.t("Set-up: {length}.", length=say.law(step.set_up))
    if step.change_over is not None:
        kinds = {"class": say.t("class"), "task": say.t("task")}
        yield say.t(
            "Change-over when the person's last work was of another {kind}: {length}.",
            kind=say.t(" or ").join(kinds[by] for by in step.change_over_by),
            length=say.law(step.change_over),
        )


def _task(model: Model, name: str, needs: tuple[Need, ...], say: Say) -> str:
    """A task of the step, and who needs it."""
    task = next((t for t in model.tasks if t.name == name), None)
    time = say.law(task.time) if task else "–"
    said = say.t("Task {task}: {length}", task=name, length=time)
    conditions = []
    if task is not None and task.only is not None:
        conditions.append(say.t("for {classes} only", classes=say.listed(task.only)))
    for need in (*((task.need,) if task and task.need else ()), *needs):
        conditions.append(
            say.t("needed by {share} of requests (draw {draw})", share=say.share(need.share), draw=need.purpose)
        )
    return f"{said}; {'; '.join(conditions)}." if conditions else f"{said}."


def _hours(step: Step, say: Say) -> Iterator[str]:
    """What closing time does to work."""
    if step.closing == "finish":
        yield say.t("Work under way at closing time is finished in overtime.")
    if step.no_start_within:
        yield say.t("Nothing is begun in the last {length} before closing.", length=say.length(step.no_start_within))


def _returns(step: Step, say: Say) -> Iterator[str]:
    for rule in step.returns:
        for to, chances in rule.targets:
            words = {"step": to, "draw": rule.purpose}
            if len(chances) == 1:
                said = say.t(
                    "Sent back to {step} with chance {chance} (draw {draw})", chance=say.share(chances[0]), **words
                )
            else:
                by_pass = say.listed(say.share(chance) for chance in chances)
                said = say.t(
                    "Sent back to {step} with chances {chances} by pass, of which the last repeats (draw {draw})",
                    chances=by_pass,
                    **words,
                )
            if rule.at_most is not None:
                said += say.t(", at most {n} times", n=say.whole(rule.at_most))
            yield f"{said}."


def _onward(step: Step, say: Say) -> Iterator[str]:
    """Where it goes from here, when that is not the next step of the path."""
    for route in step.routes:
        whose = say.t("others") if route.only is None else say.listed(route.only)
        goals = [
            say.t("{share} to {goal}", share=say.share(share), goal=_goal(to, outcome, say))
            for to, share, outcome in route.targets
        ]
        if len(step.routes) == 1 and route.only is None:
            yield say.t("Then: {goals}.", goals=say.listed(goals))
        else:
            yield say.t("Then, for {classes}: {goals}.", classes=whose, goals=say.listed(goals))
    if step.split is not None:
        ways = " ‖ ".join(" → ".join(branch) for branch in step.split.branches)
        join = step.split.join or say.t("the end of the path")
        yield say.t("Then at the same time: {branches}; when all have ended, on to {join}.", branches=ways, join=join)


def _goal(to: str, outcome: str, say: Say) -> str:
    if to != END:
        return to
    return say.t("the end, as {outcome}", outcome=outcome) if outcome else say.t("the end")


# -- 2.3 ---------------------------------------------------------------------------------------------------------------


def _differences(found: tuple[Difference, ...], say: Say) -> list[Block]:
    rows = [
        [
            say.t("order of the steps") if item.path == ORDER_OF_STEPS else Code(item.path),
            "–" if item.before is None else Code(item.before),
            "–" if item.after is None else Code(item.after),
        ]
        for item in found
    ]
    return table([say.t("where"), say.t("before"), say.t("after")], rows, narrow=False)


def _of_models(before: Mapping[str, Any], after: Mapping[str, Any], say: Say) -> list[Block]:
    """Where two Models differ, as they are kept: lengths in milliseconds."""
    found = list(_leaves(before, after, ""))
    if not found:
        return []
    said = say.t("The scenario files are not kept or cannot be read; from the Models, lengths in milliseconds:")
    return [Text(said), *_differences(tuple(found), say)]


def _leaves(before: Any, after: Any, path: str) -> Iterator[Difference]:
    """Things by name where they have one, by place otherwise."""
    old, new = _by_name(before), _by_name(after)
    if old is not None and new is not None:
        for key in dict.fromkeys([*old, *new]):
            yield from _leaves(old.get(key), new.get(key), f"{path}.{key}" if path else key)
    elif before != after:
        texts = [None if x is None else json.dumps(x, ensure_ascii=False) for x in (before, after)]
        yield Difference(path, *texts)


def _by_name(value: Any) -> dict[str, Any] | None:
    if isinstance(value, Mapping):
        return dict(value)
    if isinstance(value, list) and value and all(isinstance(item, Mapping) and "name" in item for item in value):
        return {item["name"]: item for item in value}
    return None
