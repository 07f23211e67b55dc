"""`flowsim demo`: five departments, before and after."""

from __future__ import annotations

import os

import click

from flowsim.cli import options
from flowsim.cli.output import Output


@click.command("demo", epilog="\b\nExamples:\n  flowsim demo\n  flowsim demo --lang nl")
@click.option("--lang", type=click.Choice(["en", "nl"]), help="Language of the pictures (default: your system's).")
@options.jobs
@click.pass_obj
def command(output: Output, lang: str | None, jobs: int | None) -> None:
    """A customer's five days become less than one: a request past five departments, today and redesigned.

    Runs the shipped scenario five-departments in both states, keeps the results, and draws what happened.
    """
    from flowsim.cli.plot import draw
    from flowsim.cli.side_by_side import tell_comparison
    from flowsim.cli.tell import watermelon_of
    from flowsim.experiments.findings import Findings
    from flowsim.experiments.store import open_run
    from flowsim.scenario import load
    from flowsim.scenario.shipped import shipped
    from flowsim.texts import Texts, choose_lang

    scenario = load(shipped("five-departments"))
    states = [scenario.states[0], scenario.states[-1]]
    named = [(name, scenario.compile(name)) for name in states]
    files = {os.path.basename(name): text for name, text in scenario.text.items()}  # noqa: PTH119
    plan = options.plan_of(
        scenario, named, sets=(), replications=RUNS, seed=None, jobs=jobs, no_audit=False, files=files
    )
    done = options.carry_out(output, plan, None)
    found = Findings(open_run(done.folder, options.RESULTS))
    tell_comparison(output, found)
    sentence = watermelon_of(found, states[0])
    if sentence:
        output.line()
        output.paragraph(sentence)
    texts = Texts(choose_lang(lang, os.environ))
    folder = done.folder.with_name(f"{done.folder.name}-plots")
    folder.mkdir(exist_ok=True)
    output.line("\nPictures:")
    for name in ("lead-time", "ledger", "life-strips"):
        for picture in draw(found, name, ["png"], folder, texts):
            output.line(f"  {picture['file']}")
    output.line(f"\nResults: {done.folder}")
    output.aside("Next: flowsim show latest --request 1000, or your own process: flowsim new my-process.yaml")


RUNS = 10
"""Runs of the demo: enough for a verdict, few enough to wait for."""
