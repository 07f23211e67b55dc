"""Any legal scenario runs and passes the audit: `python verification/generated.py [--examples 100000] [--jobs 2]
[--seed 0] [--found FOLDER] [--go-on]`.

Scenario number SEED, SEED + 1, … are drawn, each state of each legal one is run once and held to the property of
tests/generated/held.py; one in four is read from its text, of the others the tree is made that the text would give.
What fails is made small and written to a folder of its own below `tests/generated/found`, and the exit code is 1. The
result is kept in verification/results. A run that is stopped goes on where it was when the same command is given again,
as long as the source of flowsim is the same: what is done so far stands in `verification/results/generated.part`. With
--go-on it goes on after a mend too: what had failed is run again first, and the result says which stretch was run on
which source. That is right when the mend changes no run that had passed, and is for whoever mends to judge.
"""

from __future__ import annotations

import argparse
import contextlib
import gc
import json
import os
import sys
import time
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path
from tempfile import TemporaryDirectory

ROOT = Path(__file__).parents[1]
sys.path.insert(0, str(ROOT / "tests" / "generated"))

from anything import Drawn, numbered  # noqa: E402
from held import Tally, hold  # noqa: E402
from seen import whole_format, written_in  # noqa: E402
from smallest import smallest  # noqa: E402

from results import FOLDER, Result, keep, source_hash  # noqa: E402

CHUNK = 250
LEAST_LEGAL, MOST_NAMED = 0.7, 0.05
AS_TEXT = 4  # one scenario in so many is read from its text
PART = FOLDER / "generated.part"


@dataclass
class Chunk:
    """What a row of numbers gave: the tally, what of the format was written in legal files, and what failed."""

    tally: Tally = field(default_factory=Tally)
    written: set[str] = field(default_factory=set)
    failed: list[tuple[int, str]] = field(default_factory=list)
    seconds: float = 0.0  # so long it took, of a whole run
    sources: list[tuple[str, int]] = field(default_factory=list)  # of a whole run: source, and how many were done then

    def add(self, other: Chunk) -> None:
        """Add what another row gave."""
        self.tally.add(other.tally)
        self.written |= other.written
        self.failed += other.failed


def told(drawn: Drawn, folder: Path, chunk: Chunk | None = None, as_text: bool = True) -> str:
    """What is wrong with a scenario; "" when it passes or is refused."""
    try:
        legal = hold(drawn, folder, Tally() if chunk is None else chunk.tally, as_text)
    except Exception as error:
        return f"{type(error).__name__}: {error}"
    if legal and chunk is not None and as_text:
        chunk.written |= set(written_in(drawn))
    return ""


def row(first: int, count: int, found: Path) -> Chunk:
    """Hold so many scenarios to the property, from a number on; those that fail are made small and written down."""
    chunk = Chunk()
    gc.set_threshold(
        50_000
    )  # there is little that goes round in circles, and looking for it takes an eighth of the time
    with TemporaryDirectory() as name:
        folder = Path(name)
        for number in range(first, first + count):
            drawn = numbered(number)
            wrong = told(drawn, folder, chunk, as_text=number % AS_TEXT == 0)
            if wrong:
                chunk.failed.append((number, wrong))
                write_down(drawn, number, wrong, found, folder)
    return chunk


def write_down(drawn: Drawn, number: int, wrong: str, found: Path, folder: Path) -> None:
    """The scenario as it was drawn, and made small, each in a folder of its own."""

    def alike(other: Drawn) -> bool:
        return first_words(told(other, folder)) == first_words(wrong)

    for name, one in (("drawn", drawn), ("small", smallest(drawn, alike, tries=800))):
        place = found / f"{number}-{name}"
        place.mkdir(parents=True, exist_ok=True)
        one.put(place)
        (place / "wrong.txt").write_text(f"{told(one, folder)}\n", encoding="utf-8")


def first_words(wrong: str) -> str:
    """What kind of fault it is: the error, and the beginning of what it says, without its numbers."""
    return "".join(sign for sign in wrong[:60] if not sign.isdecimal())


def rows(arguments: argparse.Namespace, done: int) -> Iterator[Chunk]:
    """All chunks after the scenarios that are done, in order, over processes."""
    end = arguments.seed + arguments.examples
    firsts = range(arguments.seed + done, end, CHUNK)
    counts = [min(CHUNK, end - first) for first in firsts]
    with ProcessPoolExecutor(arguments.jobs) as pool:
        yield from pool.map(row, firsts, counts, [arguments.found] * len(counts))


def so_far(arguments: argparse.Namespace) -> Chunk:
    """What the same command, stopped before its end, has done on the same source; with --go-on on any, and then what
    had failed is run again.
    """
    if not PART.is_file():
        return Chunk(sources=[(source_hash(), 0)])
    part = json.loads(PART.read_text(encoding="utf-8"))
    source, seed = part.pop("of")
    mended = source != source_hash()
    if seed != arguments.seed or (mended and not arguments.go_on) or part["tally"]["drawn"] > arguments.examples:
        return Chunk(sources=[(source_hash(), 0)])
    tally = {name: Counter(x) if isinstance(x, dict) else x for name, x in part["tally"].items()}
    whole = Chunk(Tally(**tally), set(part["written"]), [(n, wrong) for n, wrong in part["failed"]], part["seconds"])
    whole.sources = [(name, count) for name, count in part["sources"]]
    if mended:
        again, whole.failed = whole.failed, []
        for number, _ in again:
            whole.failed += row(number, 1, arguments.found).failed
        whole.sources.append((source_hash(), whole.tally.drawn))
    return whole


def put_by(whole: Chunk, arguments: argparse.Namespace) -> None:
    """Write down what is done so far."""
    part = vars(whole) | {"tally": vars(whole.tally), "written": sorted(whole.written), "of": told_of(arguments)}
    fresh = PART.with_suffix(".new")
    fresh.write_text(json.dumps(part), encoding="utf-8")
    fresh.replace(PART)


def told_of(arguments: argparse.Namespace) -> list[str | int]:
    """What has to be the same for a run to go on: the source, and the first number."""
    return [source_hash(), arguments.seed]


def main() -> int:
    """Run it; the exit code."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--examples", type=int, default=100_000)
    parser.add_argument("--jobs", type=int, default=os.cpu_count() or 1)
    parser.add_argument("--seed", type=int, default=0, help="the number of the first scenario")
    parser.add_argument("--found", type=Path, default=ROOT / "tests" / "generated" / "found")
    parser.add_argument("--go-on", action="store_true", help="go on though the source has changed since")
    arguments = parser.parse_args()
    whole = so_far(arguments)
    before = time.monotonic() - whole.seconds
    for chunk in rows(arguments, whole.tally.drawn):
        whole.add(chunk)
        whole.seconds = time.monotonic() - before
        put_by(whole, arguments)
        tally = whole.tally
        print(
            f"{tally.drawn:>9} drawn, {tally.legal} legal, {len(whole.failed)} failed, {whole.seconds:.0f} s",
            flush=True,
        )
    for number, wrong in whole.failed:
        print(f"number {number}: {wrong}")
    passed = judged(whole)
    keep(result(whole, arguments, passed))
    PART.unlink(missing_ok=True)
    return 0 if passed else 1


def judged(whole: Chunk) -> bool:
    """Whether nothing failed, enough was legal, and few ended with a named error."""
    tally = whole.tally
    return not whole.failed and tally.legal >= LEAST_LEGAL * tally.drawn and tally.named < MOST_NAMED


def result(whole: Chunk, arguments: argparse.Namespace, passed: bool) -> Result:
    """What is kept of it."""
    tally, missing = whole.tally, sorted(whole_format() - whole.written)
    named = {f"runs that ended with {code}, which is a named error": count for code, count in tally.ends.items()}
    ends = [count for _, count in whole.sources[1:]] + [tally.drawn]
    stretches = [
        f"Numbers {arguments.seed + begin} to {arguments.seed + end - 1} were run on source {source}."
        for (source, begin), end in zip(whole.sources, ends, strict=True)
        if end > begin
    ]
    if len(stretches) > 1:
        stretches.append("What had failed was mended between these, and run again after that.")
    figures: dict[str, int | float | str] = {
        "scenarios drawn": tally.drawn,
        "of these legal, all of which were run": tally.legal,
        "runs (one for each state)": tally.runs,
        "requests": tally.requests,
        "visits": tally.visits,
        "runs that failed": len(whole.failed),
        "named errors, % of runs (5 at most)": round(100 * tally.named, 2),
        "fields, choices and distributions of the format in legal files": f"{len(whole.written)} of "
        f"{len(whole.written) + len(missing)}",
        "first number": arguments.seed,
        **named,
    }
    happened = [[told, str(count)] for told, count in sorted(tally.happened.items())]
    refused = ", ".join(f"{code} {count}" for code, count in tally.refused.most_common(12))
    return Result(
        "generated",
        "Generated scenarios",
        "Any legal scenario that the format can express compiles, runs to its end, passes the whole audit with its "
        "ledger and its draws, and gives finite figures in every table.",
        f"python verification/generated.py --examples {arguments.examples} --seed {arguments.seed}",
        passed,
        figures,
        whole.seconds,
        [["what happened", "in so many runs"], *happened],
        [f"What check refused of the drawn files, by code: {refused}.", *stretches],
    )


if __name__ == "__main__":
    with contextlib.suppress(KeyboardInterrupt):
        sys.exit(main())
    sys.exit(130)
