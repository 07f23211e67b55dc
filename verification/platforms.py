"""Hold the golden numbers against other Pythons, libraries and processors: `python verification/platforms.py`, with
[--require] [--draws N] [--near N] [--with REQUIREMENT] [--only WORD].

Makes environments by uv in a temporary folder: Python 3.11, 3.12 and 3.13 with the newest of everything, and 3.11
with the lowest versions that pyproject.toml allows. In some of them processor features are turned off, and what else
is about a process is changed. In each, `platform_probe.py` is run and `flowsim demo`. Nothing is downloaded but
packages. An interpreter that is not on this machine is told; with --require it is a failure for 3.11 and 3.13.

Besides the hashes, N draws of each law are compared with those here before they are rounded: how many differ, by how
much, and so how often a tick would. --near says of how many draws to count those that a last digit or four would move
to another tick. A bound that pyproject.toml does not have yet is tried by --with 'pyarrow>=16.1'. The result is kept
after a run of everything.
"""

from __future__ import annotations

import argparse
import json
import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import numpy as np

from flowsim.draws import Draws
from flowsim.draws.keyed import to_ticks, to_uniform
from flowsim.verification.golden import LAWS
from platform_probe import ULPS
from results import Result, keep

ROOT = Path(__file__).parents[1]
PROBE = Path(__file__).with_name("platform_probe.py")
NEEDED = ("3.11", "3.13")
ALL_OFF = "all"
"""In place of a list for NPY_DISABLE_CPU_FEATURES: every feature that this machine has and numpy asks for."""

C_OFF = {"GLIBC_TUNABLES": "glibc.cpu.hwcaps=-FMA,-FMA4,-AVX2,-AVX,-AVX512F"}
"""The C library then takes the variants of exp, log and pow that any x86-64 has."""

NEAR_LAWS = ("triangular", "pert", "exponential", "exponential, of a year", "erlang", "gamma, shape 1/4", "lognormal",
             "lognormal, SCV 100", "weibull", "weibull, shape 1/2", "beta", "normal", "normal, cut")  # fmt: skip


@dataclass(frozen=True)
class Way:
    """A way of running: in which environment (Python and whether all is at its lowest; None: the one this script runs
    in), with which variables.
    """

    name: str
    python: str | None = None
    lowest: bool = False
    variables: Mapping[str, str] = field(default_factory=dict)
    shaken: bool = False


HERE = Way("as locked")
SHAKEN = Way(f"every exp, log, inverse off by up to {ULPS} last digits", shaken=True)
WAYS = (
    HERE,
    Way("Python 3.11, all newest", "3.11"),
    Way("Python 3.12, all newest", "3.12"),
    Way("Python 3.13, all newest", "3.13"),
    Way("Python 3.11, all lowest", "3.11", lowest=True),
    Way("numpy without AVX, FMA", "3.11", variables={"NPY_DISABLE_CPU_FEATURES": ALL_OFF}),
    Way("C library without AVX, FMA", "3.11", variables=C_OFF),
    Way(
        "all without AVX, FMA, lowest",
        "3.11",
        lowest=True,
        variables={"NPY_DISABLE_CPU_FEATURES": ALL_OFF, "OPENBLAS_CORETYPE": "Prescott", **C_OFF},
    ),
    Way(
        "all without AVX, FMA, 3.13",
        "3.13",
        variables={"NPY_DISABLE_CPU_FEATURES": ALL_OFF, "OPENBLAS_CORETYPE": "Prescott", **C_OFF},
    ),
    Way(
        "another hash seed, zone, language, one thread",
        "3.11",
        variables={
            "PYTHONHASHSEED": "4711",
            "TZ": "Pacific/Kiritimati",
            "LC_ALL": "C",
            "OMP_NUM_THREADS": "1",
            "OPENBLAS_NUM_THREADS": "1",
        },
    ),
    Way(
        "again others, two threads",
        "3.13",
        variables={
            "PYTHONHASHSEED": "random",
            "TZ": "America/St_Johns",
            "LC_ALL": "C.UTF-8",
            "OMP_NUM_THREADS": "2",
            "OPENBLAS_NUM_THREADS": "2",
        },
    ),
    SHAKEN,
)
"""What is run; the first is what the others are compared with."""


@dataclass
class Probe:
    """What a way found: that of platform_probe.py, and the comparison with the first."""

    told: dict[str, Any]
    demo: bool
    functions: dict[str, int] = field(default_factory=dict)
    """Values of each function that differ from those here."""

    draws: dict[str, tuple[int, int, float, int, float]] = field(default_factory=dict)
    """By law: draws, those that differ before rounding, the largest difference in ticks, those whose tick differs, and
    the mean difference in ticks: the chance that one does, for where they lie between two ticks is spread out.
    """

    def same(self, part: str) -> tuple[int, int]:
        """How many of the golden draws or scenarios are the same, of how many."""
        count = int(self.told["counts"][part])
        return count - len(self.told["differ"][part]), count

    @property
    def passed(self) -> bool:
        """Everything golden the same, and the demo runs."""
        return self.demo and not any(self.told["differ"].values())


def uv() -> str:
    """The program uv: the one that runs this, or the one of the checkout, or any."""
    here = ROOT / ".uv" / "bin" / "uv"
    found = os.environ.get("UV") or (str(here) if here.exists() else shutil.which("uv"))
    if not found:
        raise SystemExit("uv is needed: python3 -m pip install --target .uv uv")
    return found


def called(*command: str, variables: Mapping[str, str] | None = None, where: Path = ROOT) -> str:
    """The output of a program, which must succeed."""
    environment = {**os.environ, "UV_PYTHON_DOWNLOADS": "never", **(variables or {})}
    environment.pop("VIRTUAL_ENV", None)
    done = subprocess.run(command, env=environment, cwd=where, capture_output=True, text=True, timeout=3600)
    if done.returncode:
        raise RuntimeError(f"{' '.join(command[:4])} … ended with {done.returncode}:\n{done.stderr[-2000:]}")
    return done.stdout


def interpreter(version: str) -> str | None:
    """The path of a Python of this version on this machine, also one that pyenv keeps; None: there is none."""
    kept = Path(os.environ.get("PYENV_ROOT", Path.home() / ".pyenv")) / "versions"
    folders = [str(folder) for folder in sorted(kept.glob(f"{version}.*/bin"))]
    try:
        return called(
            uv(), "python", "find", version, variables={"PATH": os.pathsep.join([*folders, os.environ["PATH"]])}
        ).strip()
    except RuntimeError:
        return None


def environment(place: Path, python: str, lowest: bool, more: Sequence[str]) -> Path:
    """A virtual environment with this checkout in it, as a wheel; its Python. Made once."""
    folder = place / f"{Path(python).name}{'-lowest' if lowest else ''}"
    program = folder / "bin" / "python"
    if program.exists():
        return program
    wheels = place / "wheels"
    if not wheels.exists():
        called(uv(), "build", "--wheel", "--out-dir", str(wheels), str(ROOT))
    needs, constraints = folder.with_suffix(".txt"), place / "more.txt"
    constraints.write_text("\n".join(more) + "\n", encoding="utf-8")
    how = ["--resolution", "lowest-direct" if lowest else "highest", "--constraints", str(constraints)]
    called(uv(), "pip", "compile", "pyproject.toml", "--python", python, *how, "--output-file", str(needs))
    called(uv(), "venv", "--python", python, str(folder))
    called(uv(), "pip", "install", "--python", str(program), "--requirement", str(needs))
    called(uv(), "pip", "install", "--python", str(program), "--no-deps", *map(str, wheels.glob("*.whl")))
    return program


def variables_of(way: Way, program: Path | str) -> dict[str, str]:
    """The variables of a way, with the features of this machine that its numpy can do without."""
    variables = dict(way.variables)
    if variables.get("NPY_DISABLE_CPU_FEATURES") == ALL_OFF:
        ask = f"import sys; sys.path.insert(0, {str(PROBE.parent)!r}); import platform_probe as p; print(*p.features())"
        variables["NPY_DISABLE_CPU_FEATURES"] = called(str(program), "-c", ask).strip()
    return variables


def probe(way: Way, program: Path | str, place: Path, count: int) -> Probe:
    """Run the probe, and the demo where an environment is new."""
    place.mkdir()
    variables = variables_of(way, program)
    shaken = ["--shaken"] if way.shaken else []
    called(str(program), str(PROBE), str(place), str(count), *shaken, variables=variables)
    found = Probe(json.loads((place / "probe.json").read_text(encoding="utf-8")), demo=True)
    if way.python and not way.variables:
        try:
            called(str(program), "-m", "flowsim", "demo", where=place)
        except RuntimeError as error:
            print(error)
            found.demo = False
    return found


def compare(found: Probe, place: Path, first: Path) -> None:
    """Fill in how the values of one folder differ from those of another."""
    for path in sorted(first.glob("*.npy")):
        kind, name = path.stem.split(" ", 1)
        ours, theirs = np.load(path), np.load(place / path.name)
        unlike = ours != theirs
        if kind == "function":
            found.functions[name] = int(unlike.sum())
            continue
        by = np.abs(ours - theirs)
        ticks = int((to_ticks(ours) != to_ticks(theirs)).sum())
        found.draws[name] = (len(ours), int(unlike.sum()), float(by.max()), ticks, float(by.mean()))


def near(name: str, count: int) -> tuple[int, float]:
    """Of so many draws: those that a change of ULPS units in the last place would move to another tick; and how many
    there would be if fractions of ticks were spread evenly.
    """
    law, bits = LAWS[name], Draws(2028, 1).stream(f"task:{name}", "platforms", 1)
    found, expected = 0, 0.0
    for start in range(0, count, 1_000_000):
        values = law.inverse(to_uniform(bits.random_raw(min(1_000_000, count - start))))
        step = ULPS * np.spacing(values)
        found += int((to_ticks(values - step) != to_ticks(values + step)).sum())
        expected += float(np.minimum(2 * step, 1.0).sum())
    return found, expected


# -- telling ---------------------------------------------------------------------------------------------------------

HEADS = ("where", "versions", "features by which numpy chooses", "values of functions that differ, of 100,000",
         "golden draws the same", "golden scenarios the same", "draws that differ before rounding, by at most",
         "ticks that differ", "one tick expected to differ in")  # fmt: skip


def row(way: Way, found: Probe) -> list[str]:
    """A way as a row of the table."""
    packages = found.told["packages"]
    told = [f"Python {found.told['python']}", *(f"{p} {packages[p]}" for p in ("numpy", "scipy", "pyarrow"))]
    functions = [f"{name}: {n:,}" for name, n in found.functions.items() if n]
    total, unlike, _, ticks, _ = (sum(column) for column in zip(*found.draws.values(), strict=True))
    most = max(d[2] for d in found.draws.values())
    rate, law = max((d[4], name) for name, d in found.draws.items())
    draws, scenarios = (f"{a} of {b}" for a, b in (found.same("draws"), found.same("scenarios")))
    return [
        *(way.name, ", ".join(told), ", ".join(found.told["features"]) or "none"),
        *("; ".join(functions) or "none", draws, scenarios),
        f"{unlike:,} of {total:,}" + (f", {most:.1g} ticks" if unlike else ""),
        *(str(ticks), f"{1 / rate:,.0f} draws of {law}" if rate else "none"),
    ]


def figures(probes: Mapping[str, Probe], nearness: Mapping[str, tuple[int, float]], count: int) -> dict[str, str | int]:
    """The figures of the result."""
    real = {name: p for name, p in probes.items() if name != SHAKEN.name}
    found: dict[str, str | int] = {"ways of running": len(real)}
    for part in ("draws", "scenarios"):
        pairs = [p.same(part) for p in real.values()]
        found[f"golden {part} the same"] = f"{sum(a for a, _ in pairs)} of {sum(b for _, b in pairs)}"
    off = [(f", {name}", [p]) for name, p in probes.items() if name == SHAKEN.name]
    for words, chosen in (("", [p for name, p in real.items() if name != HERE.name]), *off):
        draws = [d for p in chosen for d in p.draws.values()]
        found[f"draws with another tick than here{words}"] = (
            f"{sum(d[3] for d in draws)} of {sum(d[0] for d in draws):,}"
        )
    for name, (seen, expected) in nearness.items():
        told = f"{seen} of {count:,} ({expected:.2g} expected)"
        found[f"within {ULPS} last digits of half a tick, {name}"] = told
    return found


def holds(probes: Mapping[str, Probe], broken: Sequence[str], missing: Sequence[str]) -> bool:
    """Whether something was run, all that was is the same, and no interpreter that is needed is missing. What was made
    off on purpose is told and no more: it may move a tick.
    """
    real = [p for name, p in probes.items() if name != SHAKEN.name]
    return len(real) > 1 and all(p.passed for p in real) and not broken and not set(missing) & set(NEEDED)


def main(arguments: Sequence[str]) -> int:
    """Run all ways, compare, keep the result; the exit code."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--require", action="store_true", help="a missing Python 3.11 or 3.13 is a failure")
    parser.add_argument("--draws", type=int, default=200_000, help="draws of each law to compare one by one")
    parser.add_argument("--near", type=int, default=10_000_000, help="draws of a law to count near half a tick")
    parser.add_argument("--with", dest="more", action="append", default=[], help="a further bound of a package")
    parser.add_argument("--only", help="only the ways with this word in their name; keeps no result")
    asked = parser.parse_args(arguments)
    begun = time.monotonic()
    ways = [way for way in WAYS if way is HERE or not asked.only or asked.only in way.name]
    probes: dict[str, Probe] = {}
    rows, missing, broken = [list(HEADS)], [], []
    with tempfile.TemporaryDirectory(prefix="flowsim-") as folder:
        place = Path(folder)
        for number, way in enumerate(ways):
            python = interpreter(way.python) if way.python else None
            if way.python and python is None:
                missing.append(way.python)
                print(f"{way.name}: Python {way.python} is not on this machine", flush=True)
                continue
            try:
                program = environment(place, python, way.lowest, asked.more) if python else sys.executable
                found = probes[way.name] = probe(way, program, place / str(number), asked.draws)
            except RuntimeError as error:
                broken.append(way.name)
                rows.append([way.name, "did not run", *[""] * (len(HEADS) - 2)])
                print(f"FAIL  {way.name}: {error}", flush=True)
                continue
            compare(found, place / str(number), place / "0")
            if number:
                shutil.rmtree(place / str(number))
            rows.append(row(way, found))
            verdict = "TOLD" if way.shaken else "PASS" if found.passed else "FAIL"
            print(f"{verdict}  " + " | ".join(rows[-1]), flush=True)
            for line in (line for part in found.told["differ"].values() for line in part):
                print(f"      {line}", flush=True)
    nearness = {name: near(name, asked.near) for name in NEAR_LAWS if asked.near and not asked.only}
    passed = holds(probes, broken, missing if asked.require else [])
    for told in (all_figures := figures(probes, nearness, asked.near)).items():
        print(*told, sep=": ")
    if not asked.only:
        keep(result(passed, all_figures, rows, sorted(set(missing)), asked.more, time.monotonic() - begun))
    return 0 if passed else 1


def result(
    passed: bool,
    numbers: Mapping[str, str | int],
    rows: Sequence[Sequence[str]],
    missing: Sequence[str],
    more: Sequence[str],
    seconds: float,
) -> Result:
    """What is kept."""
    plain = Result(
        name="platforms",
        title="The same numbers everywhere",
        statement="Golden draws and the data fingerprints of the shipped scenarios are the same on Python 3.11 to "
        "3.13, with the lowest and the newest libraries, without AVX and FMA in numpy and in the C library, and "
        "whatever the hash seed, time zone, language and number of threads. flowsim demo runs in each environment.",
        command="python verification/platforms.py --require",
        passed=passed,
        figures=numbers,
        seconds=round(seconds, 1),
        table=rows,
    )
    notes = [
        "A tick is a millisecond. A draw becomes a whole number of ticks after its last digits may have come out "
        "otherwise; it differs only when it lies that near to half a tick. The chance of that is the mean size of the "
        "differences, in ticks: the last column has it for the worst of the laws.",
        "On this machine, without AVX-512, numpy takes exp and log from the C library, so they are the same without "
        "its own AVX; turning off those of the C library shows in their last digits.",
        "AVX-512, processors other than x86-64, Windows and macOS could not be had. The last row says what they may "
        "do: every function is made off by up to four last digits, at random. It does not decide whether this passes.",
    ]
    notes += [f"Python {version} was not on this machine." for version in missing]
    notes += [f"Run with the bound {bound}." for bound in more]
    return replace(plain, notes=notes)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
