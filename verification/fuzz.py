"""Fuzz the loader of scenario files and the parsers of quantities, guided by coverage (atheris), and hold what is
written against what is read back: `python verification/fuzz.py [--runs 1000000] [--seed 1] [--try]`.

A tenth of the runs are scenario files, the others short texts for the parsers, which are much faster; and a tenth as
many values go through each round trip. Bytes that should not have got through are kept in the folder `findings`; such
a file is tried again with --again FILE (its name begins with its target). The exit code is 1 when anything is found.

atheris is not a dependency of flowsim (`uv pip install atheris`, Linux and macOS).
"""

from __future__ import annotations

import argparse
import re
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

STATEMENT = (
    "Whatever bytes they get, the loader of scenario files and every parser of quantities give a value that makes "
    "sense, or refuse in words with a code and a place; what is written is read back as the same."
)
TARGETS = {"loader": 0.1, "parser": 0.9}
"""What is fuzzed, and its share of the runs."""
LONGEST = {"loader": 4096, "parser": 330}
"""Bytes of the longest input."""
MOST_SECONDS = 10
"""Seconds of one input that are a hang, on however busy a machine."""
MOST_MB = 1000
FINDINGS = Path("findings")


@dataclass(frozen=True)
class Fuzzed:
    """What came of a target: inputs tried, seconds, lines or branches reached, and what was found."""

    runs: int
    seconds: float
    reached: int
    found: str


def fuzz(target: str, runs: int, seed: int) -> Fuzzed:
    """So many runs of a target, in a process of its own, for the fuzzer ends it."""
    began = time.monotonic()
    FINDINGS.mkdir(exist_ok=True)
    asked = [sys.executable, __file__, "--target", target, "--runs", str(runs), "--seed", str(seed)]
    last, reached, done, found = "", 0, 0, []
    with subprocess.Popen(asked, stderr=subprocess.PIPE, text=True, errors="replace") as process:
        assert process.stderr is not None
        for line in process.stderr:
            if seen := re.search(r"#(\d+)\s+\w+\s+cov: (\d+)", line):
                done, reached = int(seen[1]), int(seen[2])
                if "pulse" in line or time.monotonic() - began > 20:
                    print(f"{target}: {line.strip()}", file=sys.stderr)
            elif seen := re.search(r"number_of_executed_units: (\d+)", line):
                done = int(seen[1])
            elif re.search("Error|ERROR|Exception|Test unit written|SUMMARY", line):
                found.append(line.strip())
            last = line.strip() or last
    told = "\n".join(found) or f"ended with {process.returncode}: {last}" if process.returncode else ""
    return Fuzzed(done, time.monotonic() - began, reached, told)


def be_the_fuzzer(target: str, runs: int, seed: int) -> None:
    """This process becomes the fuzzer of a target; it ends it."""
    import atheris

    with atheris.instrument_imports(include=["flowsim"]):
        import fuzz_targets
    with tempfile.TemporaryDirectory() as folder:
        corpus = Path(folder) / "corpus"
        corpus.mkdir()
        for number, data in enumerate(fuzz_targets.seeds(target)):
            (corpus / str(number)).write_bytes(data)
        words = Path(folder) / "words"
        words.write_text("".join(f'"{_escaped(word)}"\n' for word in fuzz_targets.dictionary()), encoding="ascii")
        given = [
            *(
                f"-runs={runs}",
                f"-seed={seed}",
                f"-max_len={LONGEST[target]}",
                f"-dict={words}",
                "-print_final_stats=1",
            ),
            *(f"-timeout={MOST_SECONDS}", f"-rss_limit_mb={MOST_MB}", f"-artifact_prefix={FINDINGS}/{target}-"),
        ]
        atheris.Setup([sys.argv[0], *given, str(corpus)], getattr(fuzz_targets, target))
        atheris.Fuzz()


def _escaped(word: str) -> str:
    """As a dictionary of the fuzzer has it."""
    return "".join(chr(b) if 32 <= b < 127 and chr(b) not in '"\\' else f"\\x{b:02x}" for b in word.encode())


def again(file: Path) -> None:
    """Try kept bytes again. Raises what the target raises."""
    import fuzz_targets

    getattr(fuzz_targets, file.name.partition("-")[0])(file.read_bytes())
    print("nothing is found any more")


def main() -> int:
    """The whole; the exit code."""
    asked = argparse.ArgumentParser(description=__doc__.split("\n\n")[0])
    asked.add_argument("--runs", type=int, default=1_000_000)
    asked.add_argument("--seed", type=int, default=1)
    asked.add_argument("--again", type=Path, metavar="FILE", help="try kept bytes again")
    asked.add_argument("--try", action="store_true", dest="trying", help="keep no result")
    asked.add_argument("--target", choices=list(TARGETS), help=argparse.SUPPRESS)
    given = asked.parse_args()
    if given.again:
        again(given.again)
    elif given.target:
        be_the_fuzzer(given.target, given.runs, given.seed)
    else:
        return _everything(given.runs, given.seed, trying=given.trying)
    return 0


def _everything(runs: int, seed: int, *, trying: bool) -> int:
    """Both targets and the round trips; keeps the result."""
    import round_trips
    from results import Result, keep

    began = time.monotonic()
    fuzzed = {name: fuzz(name, int(runs * share), seed) for name, share in TARGETS.items()}
    print("round trips", file=sys.stderr)
    wrong = [f"{name}: {one.found}" for name, one in fuzzed.items() if one.found]
    wrong += [
        f"{name} made only {one.runs} runs" for name, one in fuzzed.items() if one.runs < int(runs * TARGETS[name])
    ]
    try:
        round_trips.hold(round_trips.PROPERTIES, runs // 10, fixed=False)
    except AssertionError as error:
        wrong.append(f"round trips: {error!r} {getattr(error, '__notes__', '')}")
    done = sum(one.runs for one in fuzzed.values())
    result = Result(
        name="fuzz",
        title="Fuzzing of the loader and of the parsers of quantities",
        statement=STATEMENT,
        command=f"python verification/fuzz.py --runs {runs}",
        passed=not wrong,
        figures={
            "inputs": done,
            **{f"inputs of the {name}": one.runs for name, one in fuzzed.items()},
            **{f"inputs a second of the {name}": round(one.runs / one.seconds) for name, one in fuzzed.items()},
            **{f"branches reached in the {name}": one.reached for name, one in fuzzed.items()},
            "values through each round trip": runs // 10,
            "found": len(wrong),
        },
        seconds=round(time.monotonic() - began, 1),
        notes=wrong or [f"Nothing in {done} inputs: fewer than {3 / max(done, 1):.4%} of such are wrong (95 %)."],
    )
    print(result.figures, *wrong, sep="\n")
    if not trying:
        keep(result)
    return 0 if result.passed else 1


if __name__ == "__main__":
    sys.exit(main())
