"""flowsim against the script one would write by hand: `python benchmarks/run.py [ROUNDS]` writes docs/benchmarks.md.

Every measurement is a process of its own, and those that are compared take turns, so that a slow minute of the
machine hits all of them. What counts are the ratios, taken within a round; their median over the rounds is reported,
with the lowest and highest. Ratios of processor time stand beside those of the clock: they suffer less from what else
the machine does.
"""

from __future__ import annotations

import os
import statistics
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass, field
from pathlib import Path

HERE = Path(__file__).parent
PAGE = HERE.parent / "docs" / "benchmarks.md"
REQUESTS = 100_000

MODELS = {
    "w1": "W1: five teams of two people in a row at 90 % load, 100,000 requests",
    "w2": "W2: the same with a transfer batch of five and a transit between the second and the third team",
}


@dataclass
class Run:
    """One process: seconds of the clock and of the processor (of what is timed: the whole process, or what it timed
    inside), visits (0: not told), and the peak memory of the process.
    """

    seconds: float
    busy: float
    visits: int
    peak_mb: float


def measure(arguments: list[str], folder: Path) -> Run:
    """Run a Python process in a folder to its end. Raises RuntimeError when it fails."""
    output = folder / "stdout"
    with output.open("w+", encoding="utf-8") as stdout, (folder / "stderr").open("w") as stderr:
        begun = time.perf_counter()
        process = subprocess.Popen([sys.executable, *arguments], cwd=folder, stdout=stdout, stderr=stderr)
        _, status, usage = os.wait4(process.pid, 0)
        wall = time.perf_counter() - begun
        process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode != 0:
        raise RuntimeError(f"{arguments} ended with {process.returncode}: {(folder / 'stderr').read_text()}")
    unit = 1024.0 if sys.platform != "darwin" else 1024.0 * 1024.0
    peak = usage.ru_maxrss / unit
    if arguments[0] != str(HERE / "inside.py"):
        return Run(wall, usage.ru_utime + usage.ru_stime, 0, peak)
    seconds, busy, visits = output.read_text(encoding="utf-8").split()
    return Run(float(seconds), float(busy), int(visits), peak)


def subjects(name: str) -> dict[str, list[str]]:
    """The four processes that are compared for a model."""
    inside, batch = str(HERE / "inside.py"), ["--batch"] if name == "w2" else []
    return {
        "natural": [str(HERE / "natural.py"), str(REQUESTS), *batch],
        "simulate": [inside, "natural", name],
        "engine": [inside, "engine", name],
        "command": ["-m", "flowsim", "run", str(HERE / f"{name}.yaml"), "--replications", "1", "--out", "results"],
    }


@dataclass
class Found:
    """All runs of one model, by subject, a list entry a round."""

    runs: dict[str, list[Run]] = field(default_factory=dict)

    def ratios(self, slow: str, fast: str) -> list[float]:
        """How many times as fast by the clock, round by round."""
        return [a.seconds / b.seconds for a, b in zip(self.runs[slow], self.runs[fast], strict=True)]

    def busy_ratios(self, slow: str, fast: str) -> list[float]:
        """How many times as little processor time, round by round."""
        return [a.busy / b.busy for a, b in zip(self.runs[slow], self.runs[fast], strict=True)]

    def seconds(self, subject: str) -> float:
        """The median time by the clock."""
        return statistics.median(run.seconds for run in self.runs[subject])

    def busy(self, subject: str) -> float:
        """The median processor time."""
        return statistics.median(run.busy for run in self.runs[subject])

    def peak(self, subject: str) -> float:
        """The highest peak of memory in MB."""
        return max(run.peak_mb for run in self.runs[subject])


def compare(name: str, rounds: int) -> Found:
    """All subjects of a model in turn, so many rounds, after one that is not counted."""
    found = Found({subject: [] for subject in subjects(name)})
    for number in range(rounds + 1):
        for subject, arguments in subjects(name).items():
            with tempfile.TemporaryDirectory() as folder:
                run = measure(arguments, Path(folder))
            if number:
                found.runs[subject].append(run)
                told = f"{run.seconds:.2f} s, processor {run.busy:.2f} s, {run.peak_mb:.0f} MB"
                print(f"{name} {number}/{rounds} {subject}: {told}", flush=True)
    for subject in ("simulate", "engine"):
        visits = found.runs[subject][0].visits
        if abs(visits / (5 * REQUESTS) - 1) > 0.02:
            raise RuntimeError(f"{name}: {subject} made {visits} visits, not about {5 * REQUESTS}")
    return found


def spread(values: list[float]) -> str:
    """The median with the lowest and highest."""
    return f"**{statistics.median(values):.1f} ×** ({min(values):.1f} to {max(values):.1f})"


PROGRAMS = {
    "natural": "natural.py, whole process",
    "simulate": "natural.py, `simulate()` alone",
    "engine": "flowsim's engine, `run(model, draws)` alone",
    "command": "`flowsim run`, whole process",
}


HEAD = """# Benchmarks

Made by `python benchmarks/run.py`. The baseline, `benchmarks/natural.py`, is the model as anyone would write it in
SimPy: one process per request, `Resource`, draws from a numpy `Generator`, and a row (enter, start, end) kept for
each visit. flowsim draws keyed random numbers and keeps every instant of every visit; its command also reads and
checks the scenario, audits the run, works out all measures and writes the tables as Parquet.

Each figure is a process of its own; the programs take turns, {rounds} rounds after one that is not counted. Ratios
are taken within a round: the median, and in brackets the lowest and highest. They carry over to other machines; the
seconds only show the scale on the one on which the page was made.
"""


def page(results: dict[str, Found], rounds: int) -> str:
    """The whole page."""
    lines = [
        HEAD.format(rounds=rounds),
        "| how many times as fast | by the clock | in processor time |",
        "|---|---|---|",
    ]
    pairs = {
        "engine against `simulate()`": ("simulate", "engine"),
        "whole command against whole script": ("natural", "command"),
    }
    for name, found in results.items():
        for told, pair in pairs.items():
            lines.append(
                f"| {name.upper()}, {told} | {spread(found.ratios(*pair))} | {spread(found.busy_ratios(*pair))} |"
            )
    for name, found in results.items():
        lines += ["", f"## {MODELS[name]}", ""]
        lines += ["| program | seconds | processor seconds | visits per second | peak MB |", "|---|---|---|---|---|"]
        for subject, told in PROGRAMS.items():
            seconds = found.seconds(subject)
            rate = f"{round(5 * REQUESTS / seconds, -3):,.0f}"
            cells = [told, f"{seconds:.2f}", f"{found.busy(subject):.2f}", rate, f"{found.peak(subject):.0f}"]
            lines.append(f"| {' | '.join(cells)} |")
        lines += ["", f"Scenario: `benchmarks/{name}.yaml`."]
    return "\n".join([*lines, ""])


def main(arguments: list[str]) -> int:
    """Measure both models and write the page."""
    rounds = int(arguments[0]) if arguments else 5
    results = {name: compare(name, rounds) for name in MODELS}
    other = PAGE.read_text(encoding="utf-8").partition("<!-- sweep -->")  # the part of benchmarks/sweep.py
    PAGE.write_text(page(results, rounds) + (f"\n{other[1]}{other[2]}" if other[1] else ""), encoding="utf-8")
    for name, found in results.items():
        engine, command = spread(found.ratios("simulate", "engine")), spread(found.ratios("natural", "command"))
        print(f"{name}: engine {engine}, command {command}")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
