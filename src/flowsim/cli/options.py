"""Options that several commands share, and the step from a command line to a plan."""

from __future__ import annotations

import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import click

if TYPE_CHECKING:
    from click.shell_completion import CompletionItem

    from flowsim.cli.output import Output
    from flowsim.experiments.experiment import Done, Plan, StatePlan
    from flowsim.experiments.store import RunFolder
    from flowsim.experiments.stored import StoredRun
    from flowsim.scenario import Compiled, Scenario

F = TypeVar("F", bound=Callable[..., Any])

RESULTS = Path("results")
"""Where results go unless somebody says otherwise."""


def complete_state(ctx: click.Context, parameter: click.Parameter, begun: str) -> list[CompletionItem]:
    """For the shell: the states of the scenario file, or of the kept run, that the command names."""
    return _beginning(begun, _states_of(ctx))


def complete_other(ctx: click.Context, parameter: click.Parameter, begun: str) -> list[CompletionItem]:
    """For the shell: the states of the scenario file, and files."""
    from click.shell_completion import CompletionItem

    return [*complete_state(ctx, parameter, begun), CompletionItem(begun, type="file")]


def complete_path(ctx: click.Context, parameter: click.Parameter, begun: str) -> list[CompletionItem]:
    """For the shell: the paths of the scenario file that the command names, one level at a time."""
    level = begun.count(".")
    found: dict[str, None] = {}
    for path in _paths_of(ctx):
        parts = path.split(".")
        if len(parts) > level:
            found[".".join(parts[: level + 1])] = None
    return _beginning(begun, list(found))


def complete_run(ctx: click.Context, parameter: click.Parameter, begun: str) -> list[CompletionItem]:
    """For the shell: `latest` and the folders in results, the newest first."""
    try:
        kept = [path for path in RESULTS.iterdir() if (path / "manifest.json").is_file()]
    except OSError:
        kept = []
    kept.sort(key=lambda path: path.stat().st_mtime, reverse=True)
    return _beginning(begun, ["latest", *(str(path) for path in kept)])


def _beginning(begun: str, words: Sequence[str]) -> list[CompletionItem]:
    from click.shell_completion import CompletionItem

    return [CompletionItem(word) for word in words if word.casefold().startswith(begun.casefold())]


def _states_of(ctx: click.Context) -> Sequence[str]:
    from flowsim.errors import FlowsimError

    try:
        if any(parameter.name == "file" for parameter in ctx.command.params):
            from flowsim.scenario import load

            file = _file_of(ctx)
            return load(file).states if file is not None else ()
        from flowsim.experiments.stored import open_run

        run = ctx.args[0] if ctx.args else ctx.params.get("run") or "latest"
        return [state.name for state in open_run(run, RESULTS).manifest.states]
    except FlowsimError:  # a file that is not there or not right has no states to offer
        return ()


def _paths_of(ctx: click.Context) -> Sequence[str]:
    from flowsim.errors import FlowsimError
    from flowsim.scenario.paths import all_paths
    from flowsim.scenario.tree import read

    file = _file_of(ctx)
    try:
        return all_paths(read(file).root) if file is not None else ()
    except FlowsimError:
        return ()


def _file_of(ctx: click.Context) -> Path | None:
    """The scenario file on a command line that is not finished: click leaves it among the rest when the last option
    has no value yet.
    """
    named = ctx.params.get("file")
    if named is not None:
        return Path(named)
    return next((Path(word) for word in ctx.args if Path(word).is_file()), None)


scenario_file = click.argument("file", type=click.Path(path_type=Path))
sets = click.option(
    "--set",
    "sets",
    multiple=True,
    metavar="PATH=VALUE",
    shell_complete=complete_path,
    help="Change a value first: 'teams.Legal.people=3'. Repeatable.",
)
replications = click.option(
    "--replications", type=click.IntRange(1, 100_000), metavar="N", help="How many runs (default: as the file says)."
)
seed = click.option("--seed", metavar="N", help="Start of the random numbers, or 'random' (default: the file's).")
out = click.option("--out", type=click.Path(path_type=Path), metavar="DIR", help="Keep the results in this new folder.")
as_json = click.option("--json", "as_json", is_flag=True, help="Print one JSON object instead of text.")
jobs = click.option(
    "--jobs", type=click.IntRange(1, 512), metavar="N", help="Worker processes (default: as many as pay)."
)
no_audit = click.option("--no-audit", is_flag=True, help="Leave out the check that the run keeps every rule.")
run_argument = click.argument("run", default="latest", required=False, shell_complete=complete_run)
one_state = click.option(
    "--state", metavar="NAME", shell_complete=complete_state, help="Which state (default: the first)."
)


precision = click.option(
    "--precision",
    metavar="P%",
    help="Run until the mean is known to ± this share of it: a pilot, then as many runs as that says.",
)
most = click.option(
    "--most",
    type=click.IntRange(1, 100_000),
    metavar="N",
    help="With --precision: at most so many runs (default 1000).",
)
matters = click.option(
    "--matters",
    metavar="VALUE",
    help="Smallest difference that matters: a share of the value before (default 1%), or a time for lead times.",
)


def running(command: F) -> F:
    """The options of commands that run something."""
    for option in (no_audit, jobs, as_json, out, seed, replications, sets):
        command = option(command)
    return command


def tell_warnings(output: Output, named: Sequence[tuple[str, Compiled]]) -> None:
    """What is worth knowing before states are run: warnings, and how many values are unsure, each once."""
    for _, compiled in named:
        output.problems([p for p in compiled.warnings if p.severity == "warning"])
    keys = dict.fromkeys(one.key for _, compiled in named for one in compiled.unsure)
    if keys:
        told = (
            "1 value is unsure: its middle is" if len(keys) == 1 else f"{len(keys)} values are unsure: their middle is"
        )
        output.aside(output.style(f"note: {told} used; flowsim unsure says what that means", "note"))


def the_seed(text: str | None, otherwise: int) -> int:
    """The seed asked for. Raises UsageError for what is none."""
    if text is None:
        return otherwise
    if text == "random":
        import secrets

        return secrets.randbelow(2**31)
    if not text.isascii() or not text.isdigit() or len(text) > 18:
        raise click.BadParameter(f"'{text}' is no whole number of at most 18 digits", param_hint="--seed")
    return int(text)


def plan_of(
    scenario: Scenario,
    compiled: Sequence[tuple[str, Compiled]],
    *,
    sets: Sequence[str],
    replications: int | None,
    seed: str | None,
    jobs: int | None,
    no_audit: bool,
    files: dict[str, str] | None = None,
    precision: str | None = None,
    most: int | None = None,
    matters: str | None = None,
) -> Plan:
    """A plan from compiled states, each with the name it is shown by."""
    from flowsim.cli.asked import matters_of, precision_of
    from flowsim.experiments.experiment import Plan, StatePlan

    first = compiled[0][1]
    states: tuple[StatePlan, ...] = tuple(
        StatePlan(name, c.model, c.about, c.changes, tuple(sets)) for name, c in compiled
    )
    return Plan(
        title=scenario.name,
        states=states,
        replications=replications or first.replications,
        seed=the_seed(seed, first.seed),
        files=files if files is not None else scenario.text,
        command=("flowsim", *sys.argv[1:]),
        warnings=tuple(str(p) for _, c in compiled for p in c.warnings if p.severity == "warning"),
        jobs=jobs,
        audit=not no_audit,
        matters=matters_of(matters, first.model),
        precision=precision_of(precision, replications, most, first.replications),
    )


def carry_out(output: Output, plan: Plan, exact: Path | None, more: More | None = None) -> Done:
    """Run a plan into a results folder, showing how far it is on stderr; then what there is `more`."""
    from flowsim.cli.asked import tell_pilot
    from flowsim.experiments.experiment import perform
    from flowsim.experiments.store import RunFolder

    name = plan.title if len(plan.states) > 1 else f"{plan.title} {plan.states[0].name}"
    count = Counter(output, (more.designs if more else 0) / len(plan.states))
    also = None if more is None else lambda place, runs: more.make(place, runs, count.add)
    with RunFolder.create(RESULTS, name, plan.identity, exact=exact) as folder:
        asked = plan.precision
        told = None if asked is None else lambda found: tell_pilot(output, asked, found)
        done = perform(plan, folder, count.reach, told, also)
    if more is not None:
        count.end()
    return done


@dataclass(frozen=True)
class More:
    """What is run into the same folder after the states: so many `designs`, and what runs them, given the folder, the
    number of replications, and whom to tell of each.
    """

    designs: float
    make: Callable[[RunFolder, int, Callable[[int], None]], object]


class Counter:
    """Tells how many of all runs are done: those of the states, and so many times as many that come after."""

    def __init__(self, output: Output, more: float) -> None:
        import time

        self._output, self._more, self._started = output, more, time.monotonic()
        self._done = self._planned = 0

    def reach(self, done: int, planned: int) -> None:
        """So many runs of the states are done, of so many."""
        self._done, self._planned = done, planned + round(self._more * planned)
        self._output.progress(self._done, self._planned, self._started)

    def add(self, more: int) -> None:
        """So many more are done; the line about the last one waits for `end`, for a design that fails has none."""
        self._done = min(self._done + more, self._planned - 1)
        self._output.progress(self._done, self._planned, self._started)

    def end(self) -> None:
        """All that could be done is."""
        self._output.progress(self._planned, self._planned, self._started)


def the_states(scenario: Scenario, wanted: Sequence[str]) -> list[str]:
    """States by name, as the file writes them; all of them when none is named. Raises UsageError for an unknown one."""
    return [among(scenario.states, name)[0] for name in wanted] or list(scenario.states)


def is_sweep(run: StoredRun) -> bool:
    """Whether a results folder is that of a sweep."""
    return run.manifest.table("sweep") is not None


def open_single(run: str) -> StoredRun:
    """The results of a run that is no sweep. Raises as `open_run`, and UsageError FS748 for a sweep."""
    from flowsim.errors import UsageError
    from flowsim.experiments.store import open_run

    stored = open_run(run, RESULTS)
    if is_sweep(stored):
        hint = f"flowsim show {stored.path} and flowsim plot {stored.path} do; the same flowsim sweep makes it again"
        raise UsageError(f"{stored.path} is a sweep, and this command takes a single run", code="FS748", hint=hint)
    return stored


def among(states: Sequence[str], wanted: str | None) -> list[str]:
    """The state of that name (upper and lower case alike), or all. Raises UsageError FS160 for an unknown one."""
    from difflib import get_close_matches

    from flowsim.errors import UsageError

    if wanted is None:
        return list(states)
    known = {name.casefold(): name for name in states}
    if wanted.casefold() not in known:
        near = get_close_matches(wanted.casefold(), known, n=1)
        hint = f"did you mean '{known[near[0]]}'? " if near else ""
        raise UsageError(f"there is no state '{wanted}'", code="FS160", hint=f"{hint}states: {', '.join(states)}")
    return [known[wanted.casefold()]]
