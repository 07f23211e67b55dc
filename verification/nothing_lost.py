"""Kill sweeps at random moments, fill their disk, take it away, spoil their files, and look for what is lost:
`python verification/nothing_lost.py [--parents 200] [--workers 50] [--groups 50] [--flips 3000] [--cuts 500] [--try]`.

The moments and places are numbered, and the same each time. With --try nothing is kept. Whatever is wrong is told, and
the exit code is 1. Linux only: it reads /proc.
"""

from __future__ import annotations

import argparse
import errno
import multiprocessing
import os
import random
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from results import Result, keep

sys.path.append(str(Path(__file__).parents[1] / "tests" / "sweep"))

from killed import TEXT, VARY, Count, faults, kill_until, plan_of, prints, scenario, silently_wrong, sweep

from flowsim.errors import StorageError
from flowsim.sweep.store import BUSY, open_store, read_cell

STATEMENT = (
    "Whatever ends a sweep (its process, a worker or all of them killed at any moment, Ctrl-C, a disk that is full or "
    "read-only, a second writer, files cut off or with a flipped bit), no replication is lost, doubled or silently "
    "wrong: the same command goes on, and its tables are those of a sweep that nothing happened to, to the last bit."
)
HOW = (
    "A sweep of 12 cells in a process of its own, killed at random moments over its whole length, run again in the "
    "same folder until it ends; then the fingerprints of its tables are held against those of an undisturbed one."
)
RARE = "{number} kills without a fault: fewer than {share:.1%} of such kills do harm (95 %)."
NOT_POWER = (
    "A kill leaves what was written to the system's care. That files survive a power cut is by design, not tried."
)


def cut_and_flipped(folder: Path, cuts: int, flips: int) -> list[str]:
    """Every file of a cell, cut off anywhere or with one bit flipped: found, never taken for sound."""
    chance = random.Random(5)
    files = sorted(folder.glob("cells/*.parquet"))
    wrong = []
    with tempfile.TemporaryDirectory() as place:
        for number in range(cuts + flips):
            path = chance.choice(files)
            whole = bytearray(path.read_bytes())
            if number < cuts:
                whole = whole[: chance.randrange(len(whole))]
            else:
                whole[chance.randrange(len(whole))] ^= 1 << chance.randrange(8)
            if silently_wrong(Path(place) / path.name, bytes(whole), read_cell(path)):
                wrong.append(f"spoiled file {number} of {path.name} was taken for sound")
    return wrong


def gone_on_after_damage(root: Path, want: dict[str, str]) -> list[str]:
    """A sweep with cut, flipped, emptied and lost files goes on to the same tables, and sets the files aside."""
    folder = sweep(root)
    files = sorted(folder.glob("cells/*.parquet"))
    files[0].write_bytes(files[0].read_bytes()[:-100])
    spoiled = bytearray(files[1].read_bytes())
    spoiled[len(spoiled) // 2] ^= 4
    files[1].write_bytes(spoiled)
    files[2].write_bytes(b"")
    files[3].unlink()
    files[4].write_bytes(files[5].read_bytes())  # sound, but of another cell
    again = sweep(root)
    aside = len(list(again.glob("cells/.damaged-*")))
    wrong = [] if prints(again) == want else ["after damaged files the tables differ"]
    return wrong + ([] if aside >= 3 else [f"{aside} files were set aside"])  # the flipped bit may say nothing


def full_disk(root: Path, want: dict[str, str]) -> list[str]:
    """A disk that fills up in the middle: one error, what was kept stays, and with room the same command ends well."""
    where, end = _disk(root / "full", 120)
    try:
        wrong = ["a sweep on a full disk said nothing"]
        try:
            sweep(where)
        except StorageError as error:
            told = (error.code, error.exit_code, "full" in str(error))
            wrong = [] if told == ("FS606", 74, True) else [f"the full disk was told as {error}"]
        (folder,) = where.glob("sweep-*")
        kept = list(folder.glob("cells/*.parquet"))
        wrong += faults(folder) + ([] if 0 < len(kept) < 12 else [f"{len(kept)} of 12 cells fitted on the disk"])
        subprocess.run(["mount", "-o", "remount,size=20m", str(where)], check=True)
        return wrong + ([] if prints(sweep(where)) == want else ["after a full disk the tables differ"])
    finally:
        end()


def read_only(root: Path) -> list[str]:
    """A folder in which nothing may be written: said before anything is simulated."""
    where, end = _disk(root / "readonly", 2000)
    try:
        subprocess.run(["mount", "-o", "remount,ro", str(where)], check=True)
        try:
            sweep(where)
        except StorageError as error:
            fine = (error.code, error.exit_code) == ("FS602", 73)
            return [] if fine else [f"the read-only disk was told as {error}"]
        return ["a sweep on a read-only disk said nothing"]
    finally:
        end()


def _disk(where: Path, kilobytes: int) -> tuple[Path, Callable[[], object]]:
    """A disk in memory of that size, and how to take it away again. Raises OSError where that is not allowed."""
    where.mkdir()
    done = subprocess.run(["mount", "-t", "tmpfs", "-o", f"size={kilobytes}k", "none", str(where)], capture_output=True)
    if done.returncode:
        raise OSError(errno.EPERM, "no disk in memory can be mounted here")
    return where, lambda: subprocess.run(["umount", str(where)], check=True)


def two_writers(root: Path) -> list[str]:
    """A second process is turned away with the name of the first; when that is dead, nothing is in the way."""
    plan = plan_of(scenario())
    with open_store(root, plan.title, plan.identity) as store:
        child = os.fork()
        if child == 0:
            code = 0
            try:
                sweep(root)
            except StorageError as error:
                code = error.exit_code if error.code == "FS744" and f"process {os.getppid()}" in str(error) else 1
            finally:
                os._exit(code)
        code = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
        wrong = [] if code == BUSY else [f"the second writer ended with {code}"]
        wrong += [] if not list(store.path.glob("cells/*.parquet")) else ["the second writer wrote"]
    sweep(root)
    return wrong


def interrupted(root: Path, times: int) -> tuple[list[str], float]:
    """Ctrl-C at random moments of the real command: gone within two seconds, exit 130, and told how to go on."""
    chance = random.Random(9)
    (root / "killed.yaml").write_text(TEXT.replace("length: 5", "length: 400"), encoding="utf-8")
    line = [sys.executable, "-m", "flowsim", "sweep", "killed.yaml", *(w for v in VARY for w in ("--vary", v))]
    wrong, slowest = [], 0.0
    for number in range(times):
        command = [*line, "--replications", "50", "--seed", str(number), "--jobs", str(1 + number % 2)]
        process = subprocess.Popen(
            command, cwd=root, stdout=subprocess.PIPE, stderr=subprocess.PIPE, start_new_session=True, text=True
        )
        while not list(root.glob("results/sweep-*")) and process.poll() is None:
            time.sleep(0.01)
        time.sleep(chance.uniform(0.0, 4.0))
        begun = time.monotonic()
        os.killpg(process.pid, signal.SIGINT)
        _, err = process.communicate()
        took = time.monotonic() - begun
        slowest = max(slowest, took)
        if process.returncode != 130 or "Run the same command to go on." not in err or "Traceback" in err or took > 2:
            wrong.append(f"Ctrl-C {number}: exit {process.returncode} after {took:.1f} s: {err[-300:]}")
        for folder in root.glob("results/sweep-*"):
            wrong += faults(folder, 50)
            subprocess.run(["rm", "-r", str(folder)], check=True)
    return wrong, slowest


def main() -> int:
    """The whole; the exit code."""
    asked = argparse.ArgumentParser(description=__doc__.split("\n\n")[0])
    for option, amount in (("--parents", 200), ("--workers", 50), ("--groups", 50), ("--flips", 3000), ("--cuts", 500)):
        asked.add_argument(option, type=int, default=amount)
    asked.add_argument("--interrupts", type=int, default=20)
    asked.add_argument("--try", action="store_true", dest="trying", help="keep no result")
    given = asked.parse_args()
    # Workers begin with their modules loaded, so that more kills meet them at work.
    multiprocessing.set_forkserver_preload(["flowsim.sweep.perform", "flowsim.metrics.audit", "scipy.special"])
    began = time.monotonic()
    wrong: list[str] = []
    with tempfile.TemporaryDirectory(prefix="flowsim-") as place:
        root = Path(place)
        want = prints(sweep(root / "first"))
        begun = time.monotonic()
        folder = sweep(root / "undisturbed")
        usual = time.monotonic() - begun
        wrong += [] if prints(folder) == want else ["two undisturbed sweeps differ"]
        counts: dict[str, Count] = {}
        alone = given.parents * 3 // 4  # without workers a sweep begins at once, so more moments of it are met
        tasks = (
            ("parent", 1, alone, 1.0),
            ("parent", 2, given.parents - alone, 1.0),
            ("worker", 2, given.workers, 0.6),
            ("group", 2, given.groups, 1.0),
        )
        for kind, jobs, kills, longer in tasks:
            one = kill_until(root, kind, jobs, kills, 1, longer * usual, want)
            counts.setdefault(kind, Count()).add(one)
            print(f"{kind}, {jobs} at work: {one.kills} kills, {one.rounds} sweeps, {one.wrong}", flush=True)
        wrong += [sentence for count in counts.values() for sentence in count.wrong]
        wrong += cut_and_flipped(folder, given.cuts, given.flips)
        print("files spoiled", flush=True)
        for name in ("damage", "disks", "writers", "interrupted"):
            (root / name).mkdir()
        wrong += gone_on_after_damage(root / "damage", want) + full_disk(root / "disks", want)
        wrong += read_only(root / "disks") + two_writers(root / "writers")
        told, slowest = interrupted(root / "interrupted", given.interrupts)
        wrong += told
    kills = sum(count.kills for count in counts.values())
    result = Result(
        name="nothing_lost",
        title="Nothing lost",
        statement=STATEMENT,
        command="python verification/nothing_lost.py",
        passed=not wrong,
        figures={
            "kills of the process itself": counts["parent"].kills,
            "kills of one of its two workers": counts["worker"].kills,
            "kills of all at once": counts["group"].kills,
            "sweeps that were brought to their end": sum(count.rounds for count in counts.values()),
            "longest that a worker outlived its parent (s)": round(max(count.slowest for count in counts.values()), 2),
            "files cut off anywhere": given.cuts,
            "files with one bit flipped": given.flips,
            "Ctrl-C at random moments": given.interrupts,
            "slowest end after Ctrl-C (s)": round(slowest, 2),
            "other faults": "disk full, disk read-only, two writers, files cut, flipped, emptied, lost, exchanged",
            "faults found": len(wrong),
        },
        seconds=round(time.monotonic() - began, 1),
        notes=(HOW, RARE.format(number=kills, share=3 / max(kills, 1)), NOT_POWER),
    )
    for sentence in wrong:
        print(f"WRONG: {sentence}", file=sys.stderr)
    if not given.trying:
        print(keep(result))
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
