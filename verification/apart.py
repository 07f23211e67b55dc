"""Runs flowsim in processes of their own, and measures what each took: exit code, streams, processor time, memory.

`forked` is for many small runs: a process that has imported everything forks one for each, so that the imports are paid
once. `fresh` starts a new interpreter, as a shell does. Neither waits for ever: a process that works longer than it may
is ended by the system, and so is one that only waits.
"""

from __future__ import annotations

import os
import resource
import signal
import subprocess
import sys
import tempfile
import traceback
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import IO, NoReturn

WAIT = 60.0
"""Seconds by the clock after which a process that does nothing is ended: a loaded machine is no hang."""
IMPORTED = 150.0
"""MB that a process holds that has imported all of flowsim."""
ROOM = 8_000_000_000
"""Bytes of address space a process may take beyond those it begins with, so that a bomb ends and not the machine."""


@dataclass(frozen=True)
class Ended:
    """What a process left. `code` is minus the number of a signal; `cpu` in seconds; `memory` the most it held, in MB,
    with the imports: of a fork `IMPORTED` and what it held beyond its parent.
    """

    code: int
    out: str
    err: str
    cpu: float
    memory: float

    @property
    def said(self) -> str:
        """Both streams."""
        return self.out + self.err


def forked(program: Callable[[], None], folder: Path, arguments: Sequence[str], longest: float) -> Ended:
    """Run `program` (`flowsim.cli.main`) in a fork of this process: with these arguments, in this folder, ended when it
    takes much more than `longest` seconds of the processor.
    """
    with tempfile.TemporaryFile() as out, tempfile.TemporaryFile() as err:
        before = _resident()
        child = os.fork()
        if child == 0:
            _be_the_program(program, folder, arguments, longest, (out, err))
        _, status, used = os.wait4(child, 0)
        ended = _ended(status, used, out, err)
        return replace(ended, memory=IMPORTED + max(0.0, ended.memory - before))


def _resident() -> float:
    """MB that this process holds now: a fork's most is counted from there."""
    pages = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[1])
    return pages * resource.getpagesize() / 2**20


def _be_the_program(
    program: Callable[[], None], folder: Path, arguments: Sequence[str], longest: float, streams: Sequence[IO[bytes]]
) -> NoReturn:
    """The child: leaves by `os._exit`, whatever the program does."""
    code = 1
    try:
        _bounds(longest)
        os.chdir(folder)
        os.dup2(os.open(os.devnull, os.O_RDONLY), 0)
        for number, stream in enumerate(streams, start=1):
            os.dup2(stream.fileno(), number)
        sys.stdin = open(0, encoding="utf-8", closefd=False)  # noqa: SIM115
        sys.stdout = open(1, "w", encoding="utf-8", closefd=False)  # noqa: SIM115
        sys.stderr = open(2, "w", encoding="utf-8", closefd=False)  # noqa: SIM115
        sys.argv = ["flowsim", *arguments]
        try:
            program()
            code = 0
        except SystemExit as leaving:
            code = leaving.code if isinstance(leaving.code, int) else int(leaving.code is not None)
        except BaseException:
            traceback.print_exc()
        sys.stdout.flush()
        sys.stderr.flush()
    finally:
        os._exit(code)


def fresh(
    folder: Path,
    arguments: Sequence[str | bytes],
    longest: float,
    *,
    env: Mapping[str, str],
    streams: Sequence[str] = ("null", "file", "file"),
    program: Sequence[str] = ("-m", "flowsim"),
) -> Ended:
    """Run `python -m flowsim` with arguments. `streams` says what stdin, stdout and stderr are: `null`, `file` (kept),
    `full` (a disk without room), `gone` (a pipe that nobody reads) or `closed`.
    """
    with tempfile.TemporaryFile() as out, tempfile.TemporaryFile() as err:
        kept: tuple[IO[bytes] | None, ...] = (None, out, err)
        handles = [_handle(kind, file) for kind, file in zip(streams, kept, strict=True)]
        closed = [number for number, kind in enumerate(streams) if kind == "closed"]

        def begin() -> None:
            _bounds(longest)
            for number in closed:
                os.close(number)

        process = subprocess.Popen(
            [sys.executable, *program, *arguments],
            cwd=folder,
            env=dict(env),
            stdin=handles[0],
            stdout=handles[1],
            stderr=handles[2],
            preexec_fn=begin,  # the starter has one thread
            start_new_session=True,
        )
        for handle in handles:
            os.close(handle)
        _, status, used = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
        return _ended(status, used, out, err)


def _handle(kind: str, file: IO[bytes] | None) -> int:
    """A descriptor of that kind, which the caller closes."""
    if kind == "file" and file is not None:
        return os.dup(file.fileno())
    if kind == "full":
        return os.open("/dev/full", os.O_WRONLY)
    if kind == "gone":
        reader, writer = os.pipe()
        os.close(reader)
        return writer
    return os.open(os.devnull, os.O_RDWR)


def _bounds(longest: float) -> None:
    """Have the system end this process when it works, waits or grows beyond reason."""
    seconds = int(longest * 2) + 2
    resource.setrlimit(resource.RLIMIT_CPU, (seconds, seconds))
    pages = int(Path("/proc/self/statm").read_text().split()[0])
    room = pages * resource.getpagesize() + ROOM
    resource.setrlimit(resource.RLIMIT_AS, (room, room))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    signal.signal(signal.SIGALRM, signal.SIG_DFL)
    signal.setitimer(signal.ITIMER_REAL, WAIT + 10 * longest)


def _ended(status: int, used: resource.struct_rusage, out: IO[bytes], err: IO[bytes]) -> Ended:
    texts = []
    for file in (out, err):
        file.seek(0)
        texts.append(file.read().decode("utf-8", "backslashreplace"))
    cpu = used.ru_utime + used.ru_stime
    return Ended(os.waitstatus_to_exitcode(status), texts[0], texts[1], cpu, used.ru_maxrss / 1024)
