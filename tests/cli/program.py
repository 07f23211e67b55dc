"""flowsim as a real process, and the smallest scenario with something of everything to run it on."""

from __future__ import annotations

import contextlib
import io
import json
import os
import re
import signal
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from unittest import mock

from flowsim.cli import main

TINY = """\
flowsim: 1
name: Tiny
calendars:
  office: {hours: mon-fri 09:00-17:00}
requests:
  form: {arrivals: 6 per working day, calendar: office, promise: 1 working day}
tasks:
  read: {time: 20 min, value: necessary}
  decide: {time: 30 min, value: adding}
teams:
  Desk: {people: 1, calendar: office, target: 90% within 1 working day}
  Legal: {people: 1, calendar: office}
steps:
  Read: {team: Desk, does: read}
  Decide:
    team: Legal
    does: decide
    handoff: {batch: 3 requests or 2 h, reread: 2 min}
    returns: 10% to Read
run: {length: 5 working days, warm-up: 1 working day, replications: 2, seed: 7}
states:
  current: {}
  future:
    changes:
      - {name: At once, set: {steps.Decide.handoff.batch: none}}
"""

COMMANDS = (
    "demo", "new", "check", "explain", "schema", "run", "compare", "levers", "sweep", "optimise", "unsure", "show",
    "plot", "reproduce", "verify", "stress", "completion",
)  # fmt: skip
STEERING = re.compile("[\x00-\x09\x0b-\x1f\x7f-\x9f\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]")
"""What moves the cursor, changes colours or turns text around; a line end is none."""


@dataclass(frozen=True)
class Answer:
    """What a process left: exit code, the two streams."""

    code: int
    out: str
    err: str

    @property
    def json(self) -> dict[str, Any]:
        """The one JSON object on stdout, whose frame is checked."""

        def no_constant(name: str) -> None:
            raise AssertionError(f"{name} is no JSON")

        found = json.loads(self.out, parse_constant=no_constant)
        assert isinstance(found, dict)
        assert list(found)[:2] == ["flowsim", "format"]
        assert found["format"] == 1
        return found


def environment(**more: str) -> dict[str, str]:
    """An environment in which nothing of the person who tests is left."""
    env = {"PATH": os.environ["PATH"], "LANG": "C.UTF-8", "HOME": os.environ.get("HOME", "/")}
    return env | {k: os.environ[k] for k in ("SYSTEMROOT", "VIRTUAL_ENV") if k in os.environ} | more


def command(*arguments: str) -> list[str]:
    """The command line of flowsim."""
    return [sys.executable, "-m", "flowsim", *arguments]


def flowsim(folder: Path, *arguments: str, **env: str) -> Answer:
    """Run flowsim in a folder. It never shows a traceback, and steers a terminal only when asked to."""
    done = subprocess.run(
        command(*arguments), cwd=folder, env=environment(**env), capture_output=True, timeout=120, check=False
    )
    return _sane(Answer(done.returncode, done.stdout.decode(), done.stderr.decode()), arguments)


def quick(folder: Path, *arguments: str, **env: str) -> Answer:
    """The same in this process, which saves the start: for the many variations of what a real process has shown."""
    out, err = (io.TextIOWrapper(io.BytesIO(), encoding="utf-8", write_through=True) for _ in range(2))
    old = signal.getsignal(signal.SIGTERM)
    with (
        contextlib.chdir(folder),
        contextlib.redirect_stdout(out),
        contextlib.redirect_stderr(err),
        mock.patch.object(sys, "argv", ["flowsim", *arguments]),
        mock.patch.dict(os.environ, environment(**env), clear=True),
    ):
        try:
            main()
        except SystemExit as leaving:
            code = leaving.code if isinstance(leaving.code, int) else 0
        finally:
            signal.signal(signal.SIGTERM, old)
    told = [stream.buffer.getvalue().decode() for stream in (out, err)]
    return _sane(Answer(code, told[0], told[1]), arguments)


def _sane(answer: Answer, arguments: tuple[str, ...]) -> Answer:
    """What holds for every answer."""
    assert "Traceback" not in answer.err
    assert "FS001" not in answer.out + answer.err
    if "always" not in arguments:
        assert STEERING.search(answer.out + answer.err) is None
    return answer


def kept(folder: Path) -> list[str]:
    """The names in the results folder, without the pointer to the latest."""
    return sorted(p.name for p in (folder / "results").iterdir() if p.name != "latest")
