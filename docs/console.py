"""Run what a page shows: its files, its `$ flowsim …` lines and its Python, in order, in one empty folder.

In a page,

- a block ```` ```yaml file NAME ```` is written to NAME (and ```` ```yaml base ```` to base.yaml);
- in a block ```` ```console ```` each line `$ flowsim …` is run; the lines below it, up to the next `$`, are what it
  must print, stdout and stderr together. `…` stands for any text within a line, alone on a line for any lines. When
  nothing is shown, nothing is compared. The exit code must be 0, or N when the fence says `(exit N)`;
- a block ```` ```python ```` is run.

The tests use this to hold the pages against the program; `python docs/generate.py --outputs` to write what it prints
now.
"""

from __future__ import annotations

import os
import re
import shlex
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

FENCE = re.compile(r"^```(console|python|yaml)(?: ([^\n]*))?\n(.*?)^```$", re.DOTALL | re.MULTILINE)
ONLY_SHOWN = ("python3 -m pip", ".uv/bin/uv", "git ", "cd ", ".ci/run", "export ", "source ")
"""Commands that a page may show and that are not run here."""

_PROGRESS = re.compile(r"^\d+ of \d+ (?:runs|cells prepared|designs tried).*\n", re.MULTILINE)
"""How far a run is: printed when it takes long, so it is not compared."""

_FOLDER = re.compile(r"results/[a-z0-9-]+-\d{8}T\d{6}-[0-9a-f]{8}")


@dataclass(frozen=True)
class Turn:
    """One command of a page with what came of it. `expected` is the output shown ("" when none is)."""

    line: int
    command: str
    expected: str
    code: int
    output: str
    exit_code: int
    span: tuple[int, int]

    @property
    def wrong(self) -> str:
        """What is not as the page says, "" when all is."""
        if self.exit_code != self.code:
            return f"line {self.line}: `{self.command}` ended with {self.exit_code}, not {self.code}:\n{self.output}"
        if self.expected.strip() and not matches(self.expected, self.output):
            return f"line {self.line}: `{self.command}` printed\n{self.output}\ninstead of\n{self.expected}"
        return ""


def matches(expected: str, output: str) -> bool:
    """Whether an output is what a page shows, `…` standing for what may differ. Spaces at line ends do not count."""
    pattern = ""
    for line in expected.strip("\n").splitlines():
        if line.strip() == "…":
            pattern += r"(?:[^\n]*\n)*?"
        else:
            pattern += "[^\n]*".join(re.escape(part) for part in line.rstrip().split("…")) + "\n"
    plain = "".join(f"{line.rstrip()}\n" for line in output.strip("\n").splitlines())
    return re.fullmatch(pattern, plain) is not None


def run_page(text: str, folder: Path) -> list[Turn]:
    """Run everything in a page that can be run; the commands, in order. A Python block counts as one."""
    turns: list[Turn] = []
    for block in FENCE.finditer(text):
        kind, words, inside = block[1], (block[2] or "").split(), block[3]
        line = text.count("\n", 0, block.start()) + 1
        if kind == "yaml" and words[:1] in (["file"], ["base"]):
            name = words[1] if words[0] == "file" else "base.yaml"
            (folder / name).write_text(inside, encoding="utf-8")
        elif kind == "python":
            exit_code, output = _run([sys.executable, "-c", inside], folder)
            turns.append(Turn(line, "python", "", 0, output, exit_code, block.span(3)))
        elif kind == "console":
            turns += _console(inside, line, block.start(3), _exit_code(words), folder)
    return turns


def _console(inside: str, line: int, at: int, code: int, folder: Path) -> list[Turn]:
    """The commands of one console block; `code` is the exit code of the last."""
    found = list(re.finditer(r"^\$ (.*?(?:\\\n.*?)*)\n((?:(?!\$ ).*\n)*)", inside, re.MULTILINE))
    turns = []
    for number, match in enumerate(found):
        command, expected = match[1].replace("\\\n", " "), match[2]
        if command.startswith(ONLY_SHOWN):
            continue
        wanted = code if number == len(found) - 1 else 0
        exit_code, output = _run(_words(command), folder)
        span = (at + match.start(2), at + match.end(2))
        turns.append(
            Turn(line + 1 + inside.count("\n", 0, match.start()), command, expected, wanted, output, exit_code, span)
        )
    return turns


def _words(command: str) -> list[str]:
    """A command line as arguments. Raises ValueError for anything but flowsim."""
    words = shlex.split(command, comments=True)
    if words[0] != "flowsim":
        raise ValueError(f"a page shows `{command}`, which is neither flowsim nor in ONLY_SHOWN")
    return [sys.executable, "-m", "flowsim", *words[1:]]


def _exit_code(words: list[str]) -> int:
    found = re.search(r"\(exit (\d+)\)", " ".join(words))
    return int(found[1]) if found else 0


def _run(arguments: list[str], folder: Path) -> tuple[int, str]:
    """Exit code and output, as on a terminal of 80 columns without colours, in English."""
    env = os.environ | {"NO_COLOR": "1", "COLUMNS": "80", "LANG": "C.UTF-8", "LC_ALL": "C.UTF-8", "PYTHONUTF8": "1"}
    env.pop("LANGUAGE", None)
    done = subprocess.run(
        arguments,
        cwd=folder,
        env=env,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        encoding="utf-8",
        timeout=600,
        check=False,
    )
    return done.returncode, _PROGRESS.sub("", done.stdout)


def with_outputs(text: str, folder: Path) -> str:
    """A page with the outputs it shows made anew where they differ from what is printed now. What is shown in part,
    with a line `…` of its own, is left for a person to mend.
    """
    for turn in reversed(run_page(text, folder)):
        shown = turn.expected.strip()
        if shown and turn.wrong and turn.exit_code == turn.code and "\n…" not in f"\n{shown}":
            fresh = _FOLDER.sub("results/…", turn.output).strip("\n")
            text = f"{text[: turn.span[0]]}{fresh}\n{text[turn.span[1] :]}"
    return text
