"""`flowsim optimise`: the best design that meets a goal, and how sure that is."""

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

import click

from flowsim.cli import options
from flowsim.cli.output import Output

if TYPE_CHECKING:
    from flowsim.experiments.estimates import StateNumbers
    from flowsim.experiments.experiment import Plan
    from flowsim.experiments.pool import Pool
    from flowsim.experiments.store import RunFolder
    from flowsim.model import Model
    from flowsim.optimise.finals import Sought
    from flowsim.optimise.space import Space
    from flowsim.optimise.trying import Question
    from flowsim.scenario import Compiled

TRIES, RUNS, MOST = 200, 5, 500
"""Designs tried, runs of each in the search, and runs of a finalist at most, when nobody says."""


@click.command(
    "optimise",
    epilog="\b\nExamples:\n"
    "  flowsim optimise permit.yaml --goal 'p85 lead time <= 3 working days'\n"
    "  flowsim optimise permit.yaml --goal 'within promise >= 90%' --lever batches\n"
    "  flowsim optimise permit.yaml --goal 'cost <= 9000' --least 'mean lead time'",
)
@options.scenario_file
@click.option(
    "--goal",
    "goals",
    multiple=True,
    metavar="GOAL",
    help="What a design has to meet: 'MEASURE <= VALUE' or 'MEASURE >= VALUE'. Repeatable.",
)
@click.option(
    "--least",
    metavar="MEASURE",
    help="What is to be least: cost, people, 'mean lead time', … (default: cost, or people where there are no costs).",
)
@click.option("--greatest", metavar="MEASURE", help="Or what is to be most: 'within promise', throughput, …")
@options.one_state
@click.option(
    "--vary",
    "varied",
    multiple=True,
    metavar="PATH=VALUES",
    shell_complete=options.complete_path,
    help="Values to choose from: 'PATH=V1, V2', 'PATH=1..6' or 'PATH=10 min .. 30 min in 5'. Repeatable.",
)
@click.option(
    "--lever",
    "levers",
    multiple=True,
    metavar="NAME",
    help="Levers to pull or not, as flowsim levers has them: one, a kind ('no batch') or a group (handoffs). "
    "Repeatable.",
)
@click.option(
    "--changes",
    metavar="STATE",
    shell_complete=options.complete_state,
    help="The changes of this state, each to do or not.",
)
@click.option(
    "--tries",
    type=click.IntRange(2, 100_000),
    default=TRIES,
    show_default=True,
    metavar="N",
    help="At most so many designs: all there are, or a search.",
)
@click.option(
    "--replications",
    type=click.IntRange(2, 10_000),
    default=RUNS,
    show_default=True,
    metavar="N",
    help="How many runs of each design in the search.",
)
@click.option(
    "--most",
    type=click.IntRange(20, 100_000),
    default=MOST,
    show_default=True,
    metavar="N",
    help="Finalists are compared until it is clear, over at most so many runs each.",
)
@options.matters
@click.option("--dry-run", is_flag=True, help="Say what there is to choose from, and stop.")
@options.sets
@options.seed
@options.out
@options.as_json
@options.jobs
@options.no_audit
@click.pass_obj
def command(
    output: Output,
    file: Path,
    goals: tuple[str, ...],
    least: str | None,
    greatest: str | None,
    state: str | None,
    varied: tuple[str, ...],
    levers: tuple[str, ...],
    changes: str | None,
    tries: int,
    replications: int,
    most: int,
    matters: str | None,
    dry_run: bool,
    sets: tuple[str, ...],
    seed: str | None,
    out: Path | None,
    as_json: bool,
    jobs: int | None,
    no_audit: bool,
) -> None:
    """Look for the design that meets every goal and has the least cost (or what you say).

    It starts from a state of FILE (default: the first) and may choose values (--vary), levers (--lever) and the changes
    of another state (--changes); when you name none, people in each team, handoffs, batches and teams as one.
    Designs are tried over a few runs; the best are then compared over other runs until it is clear which is best.
    """
    if least is not None and greatest is not None:
        raise click.UsageError("--least and --greatest cannot both be given")
    from flowsim.cli.optimise_tell import space_json, tell_space
    from flowsim.experiments.pool import Pool
    from flowsim.optimise.space import make_space
    from flowsim.redesign.measuring import Runs
    from flowsim.scenario import load
    from flowsim.sweep.vary import read_axes
    from flowsim.texts import Texts

    scenario = load(file)
    name = options.among(scenario.states, state)[0] if state is not None else scenario.states[0]
    compiled = scenario.compile(name, sets)
    options.tell_warnings(output, [(name, compiled)])
    plan = options.plan_of(
        scenario, [(name, compiled)], sets=sets, replications=None, seed=seed, jobs=jobs, no_audit=no_audit
    )
    asked = _question(plan, goals, least, greatest, matters)
    texts = Texts("en")
    space = make_space(
        *(scenario, name, sets),
        axes=read_axes(varied),
        changes=None if changes is None else options.among(scenario.states, changes)[0],
        levers=levers,
        name_of=lambda lever: texts.lever(lever.kind, lever.about),
    )
    if dry_run:
        if as_json:
            output.json("optimise plan", space_json(space, asked, tries))
        else:
            tell_space(output.line, space, asked, name, tries)
        return
    tell_space(output.aside, space, asked, name, tries)
    runs = Runs(plan.seed, replications, plan.audit, plan.jobs)
    with Pool(runs.workers([compiled.model] * min(tries, space.size))) as pool:
        sought = _sought(output, space, asked, plan, tries, replications, most, pool)
    _keep_and_tell(output, _with_best(plan, sought, space, compiled), sought, space, out, as_json)


def _keep_and_tell(output: Output, plan: Plan, sought: Sought, space: Space, out: Path | None, as_json: bool) -> None:
    """Run both designs into a results folder, write all that was tried beside them, and say what came of it."""
    from flowsim.cli.optimise_tell import search_json, tell_search
    from flowsim.experiments.findings import Findings
    from flowsim.experiments.store import open_run
    from flowsim.optimise.keeping import keep_search, read_search

    def make(folder: RunFolder, replications: int, done: Callable[[int], None]) -> None:
        keep_search(folder, plan.states[0].name, sought, space)

    done = options.carry_out(output, plan, out, options.More(0, make))
    found = Findings(open_run(done.folder, options.RESULTS))
    if as_json:
        output.json("optimise", {"folder": str(done.folder), **search_json(found, read_search(found.run))})
        return
    tell_search(output, found, read_search(found.run))
    output.aside(f"Picture: flowsim plot {done.folder} --kind frontier")
    output.line(f"\nResults: {done.folder}")


def _question(
    plan: Plan, goals: tuple[str, ...], least: str | None, greatest: str | None, matters: str | None
) -> Question:
    """What is asked, read by what one run of the process as it is measures."""
    from flowsim.cli.asked import matters_of
    from flowsim.optimise.asked import read_aim, read_goals
    from flowsim.optimise.trying import Question

    model = plan.states[0].model
    smallest = matters_of(matters, model)
    now = _one_run(model, plan)
    wanted = greatest or least or ("cost" if ("cost", "") in now.values else "people")
    return Question(read_goals(goals, now, model, smallest), read_aim(wanted, greatest is None, now, model, smallest))


def _one_run(model: Model, plan: Plan) -> StateNumbers:
    """The numbers of one run of the process as it is. Raises EngineError when it cannot be run."""
    from flowsim.experiments.cells import Stretch, replication, take
    from flowsim.experiments.estimates import StateNumbers
    from flowsim.optimise.asked import per_week

    numbers = StateNumbers("")
    take(numbers, replication(Stretch(model, plan.seed, 1, 1, plan.audit), 1))
    return per_week(numbers, model)


def _sought(
    output: Output, space: Space, asked: Question, plan: Plan, tries: int, runs: int, most: int, pool: Pool
) -> Sought:
    """The search and its finals, telling how far they are."""
    from flowsim.optimise.finals import settle
    from flowsim.optimise.trying import try_designs

    begun = time.monotonic()
    tried = try_designs(
        *(space, asked, plan.seed, tries, runs, pool),
        audit=plan.audit,
        progress=lambda done, planned: output.progress(done, planned, begun, "designs tried"),
    )
    begun = time.monotonic()
    return settle(
        *(tried, plan.states[0].model, asked, plan.seed, runs, most, pool),
        audit=plan.audit,
        progress=lambda left, done: output.progress(done, most, begun, f"runs of {left} finalists, at most"),
    )


def _with_best(plan: Plan, sought: Sought, space: Space, compiled: Compiled) -> Plan:
    """The plan of the process as it is and the best design beside it, over as many runs as it had."""
    from dataclasses import replace

    from flowsim.experiments.experiment import StatePlan
    from flowsim.model import identity

    best = sought.best
    model = None if best is None else best.tried.model
    if best is None or model is None or identity(model) == identity(compiled.model):
        return plan
    now = plan.states[0]
    name = "best" if now.name != "best" else "best design"
    told = tuple(f"{choice}: {option}" for choice, option in space.chosen(best.tried.point))
    state = StatePlan(name, model, f"the best design found for {now.name}", told, now.sets)
    return replace(plan, states=(now, state))
