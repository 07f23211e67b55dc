"""Writing to people and to programs: the answer on stdout; progress, hints and warnings on stderr."""

from __future__ import annotations

import json
import os
import re
import shutil
import sys
import time
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, field, replace
from math import isfinite
from typing import Any, NoReturn, TextIO

import click

from flowsim.errors import Problem

JSON_FORMAT = 1
"""Number of the layout of what `--json` prints; it goes up when a field changes its meaning or goes."""

_STYLES: dict[str, dict[str, Any]] = {
    "head": {"bold": True},
    "good": {"fg": "green"},
    "bad": {"fg": "red"},
    "error": {"fg": "red", "bold": True},
    "warning": {"fg": "yellow"},
    "note": {"fg": "cyan"},
    "dim": {"dim": True},
}


@dataclass
class Output:
    """How to print. `color`: auto (a terminal that has colours), always or never."""

    quiet: bool = False
    color: str = "auto"
    _shown: float = field(default=-1.0, repr=False)
    _tenths: int = field(default=0, repr=False)

    def line(self, text: str = "") -> None:
        """A line of the answer."""
        click.echo(_tame(text), color=self._colored(sys.stdout))

    def paragraph(self, text: str, kind: str = "") -> None:
        """A sentence or more of the answer, folded at the width of the terminal, in the style of its kind."""
        from textwrap import wrap

        for line in wrap(clean(text), self.width, break_long_words=False, break_on_hyphens=False):
            self.line(self.style(line, kind) if kind else line)

    def aside(self, text: str, *, always: bool = False) -> None:
        """A line beside the answer, on stderr; left out with --quiet, unless `always`."""
        if always or not self.quiet:
            with suppress(OSError):  # a stderr that is full or closed: nobody to tell, and the exit code still tells
                click.echo(_tame(text), err=True, color=self._colored(sys.stderr))

    def style(self, text: str, kind: str) -> str:
        """Text in the style of its kind; colours are taken off again where there are none."""
        return click.style(text, **_STYLES[kind])

    def json(self, kind: str, body: dict[str, Any]) -> None:
        """The answer as one JSON object; what steers a terminal, or is not in its alphabet, is written as \\uXXXX."""
        whole = _finite({"flowsim": kind, "format": JSON_FORMAT, **body})
        unicode = "utf" in (getattr(sys.stdout, "encoding", None) or "utf").lower()
        text = json.dumps(whole, indent=1, ensure_ascii=not unicode, allow_nan=False)
        click.echo("".join(c if c == "\n" or _harmless(c) else json.dumps(c)[1:-1] for c in text))

    def problems(self, found: Sequence[Problem]) -> None:
        """Problems, each in full, on stderr; with --quiet the errors only."""
        for problem in found:
            self.aside(_styled(self, problem), always=problem.severity == "error")

    @property
    def width(self) -> int:
        """Columns to fill: the terminal's, 80 where there is none."""
        if not _is_terminal(sys.stdout):
            return 80
        return max(min(shutil.get_terminal_size((80, 24)).columns, 120), 40)

    def progress(self, done: int, planned: int, started: float, what: str = "runs") -> None:
        """How far it is: a line that is written over on a terminal, else one a tenth. What takes minutes has the time
        of its end.
        """
        if self.quiet or not done:
            return
        seconds = time.monotonic() - started
        left = seconds / done * (planned - done)
        text = f"{done} of {planned} {what}"
        if done < planned and seconds > 1 and left >= 1:
            end = f", ready at {time.strftime('%H:%M', time.localtime(time.time() + left))}"
            text += f", about {left:.0f} s to go" if left < 120 else f", about {left / 60:.0f} min to go{end}"
        if _is_terminal(sys.stderr) and os.environ.get("TERM") != "dumb":
            if time.monotonic() - self._shown > 0.1 or done == planned:
                self._shown = time.monotonic()
                end = "\r" if done < planned else "\r" + " " * 60 + "\r"
                click.echo(f"\r{text:<60}" if done < planned else "", err=True, nl=False)
                click.echo(end, err=True, nl=False)
        elif planned >= 10 and done * 10 // planned > self._tenths and seconds > 5:
            self._tenths = done * 10 // planned
            self.aside(text)

    def _colored(self, stream: TextIO | None) -> bool:
        if self.color != "auto":
            return self.color == "always"
        return _is_terminal(stream) and not os.environ.get("NO_COLOR") and os.environ.get("TERM") != "dumb"


def fail(
    code: int, problems: Sequence[Problem], as_json: bool, *, last_word: str = "", usage: click.Context | None = None
) -> NoReturn:
    """End with an exit code and the problems: as text on stderr, or as the one JSON object on stdout."""
    output = Output()
    if as_json:
        with suppress(OSError):  # stdout is what refuses: the exit code has to do
            output.json("error", {"exit_code": code, "problems": [problem_json(p) for p in problems]})
    else:
        for problem in problems:
            output.aside(_styled(output, problem))
        if usage is not None:
            output.aside(f"Try '{usage.command_path} --help'.")
    if last_word:
        output.aside(last_word)
    end(code)


def end(code: int) -> NoReturn:
    """Leave with an exit code, without a word about streams that cannot take their last bytes."""
    for stream in (sys.stdout, sys.stderr):
        if stream is None:
            continue
        try:
            stream.flush()
        except (OSError, ValueError):
            with suppress(OSError, ValueError):
                os.dup2(os.open(os.devnull, os.O_WRONLY), stream.fileno())
    sys.exit(code)


def problem_json(problem: Problem) -> dict[str, Any]:
    """A problem for a program; `line` and `column` are 0 when not known."""
    place = problem.place
    return {
        "code": problem.code,
        "severity": problem.severity,
        "file": place.file if place else "",
        "line": place.line if place else 0,
        "column": place.column if place else 0,
        "path": problem.path,
        "message": problem.message,
        "hint": problem.hint,
    }


def _finite(value: Any) -> Any:
    """The same with null for a number that JSON has no way to write."""
    if isinstance(value, dict):
        return {key: _finite(item) for key, item in value.items()}
    if isinstance(value, (list, tuple)):
        return [_finite(item) for item in value]
    return None if isinstance(value, float) and not isfinite(value) else value


def _styled(output: Output, problem: Problem) -> str:
    """The text of a problem, its first line in colour, without anything that steers a terminal; of a very long line of
    the file only what is around the place.
    """
    place, source = problem.place, problem.source.rstrip()
    caret = ""
    if place is not None and len(source) > _SOURCE:
        begin = max(min(place.column - _SOURCE // 2, len(source) - _SOURCE), 0)
        lead = "…" if begin else ""
        gutter = " " * len(str(place.line))
        window = f"{lead}{source[begin : begin + _SOURCE]}{'…' if begin + _SOURCE < len(source) else ''}"
        caret = f"    {gutter} | {' ' * (place.column - 1 - begin + len(lead))}^"
        problem = replace(problem, source=window)
    lines = clean(str(problem)).split("\n")
    if caret:
        lines[2] = caret
    lines[0] = output.style(lines[0], problem.severity if problem.severity in _STYLES else "error")
    return "\n".join(lines)


_SOURCE = 100
"""Letters of a line of a file that are shown at most."""


def clean(text: str) -> str:
    """Text without control and direction characters (a name from a file cannot move the cursor)."""
    return "".join(c if c == "\n" or _harmless(c) else "�" for c in text)


_DIRECTIONS = {chr(c) for c in (*range(0x202A, 0x202F), *range(0x2066, 0x206A), 0x200E, 0x200F, 0x061C)}


def _harmless(c: str) -> bool:
    return c.isprintable() and c not in _DIRECTIONS


def _tame(text: str) -> str:
    """`clean`, but for the colours that `Output.style` gives."""
    if all(c == "\n" or _harmless(c) for c in text):
        return text
    parts = _COLOURS.split(text)
    return "".join(part if i % 2 else clean(part) for i, part in enumerate(parts))


_COLOURS = re.compile("(\x1b\\[[0-9;]{1,8}m)")


def _is_terminal(stream: TextIO | None) -> bool:
    """Whether somebody looks; a stream that was closed before we began is None."""
    return stream is not None and stream.isatty()


def table(
    rows: Sequence[Sequence[str]],
    *,
    head: Sequence[str] = (),
    right: Sequence[int] = (),
    indent: int = 2,
    width: int = 80,
    units: bool = False,
) -> str:
    """Rows in columns; `right` are the columns set against the right. `units`: the last column says in what the numbers
    of its row are.

    A table wider than `width` folds, between words, its head, its text and its first column (without a head, its last),
    and if that is not enough goes on in a second table below, with the first column again, and the units. Nothing is
    cut off.
    """
    cells = [[clean(cell) for cell in row] for row in ([head, *rows] if head else rows)]
    if not cells:
        return ""
    widths = [max(columns(row[i]) for row in cells) for i in range(len(cells[0]))]
    room = width - indent - 2 * (len(widths) - 1)
    for most in (16, 12, 10, 8) if head else ():
        if sum(widths) > room:
            body = [max((columns(row[i]) for row in cells[1:]), default=0) for i in range(len(widths))]
            widths[1:] = [
                min(w, max(b, most, min(_longest_word(cells[0][i]), _NAME)))
                for i, (w, b) in enumerate(zip(widths[1:], body[1:], strict=True), start=1)
            ]
    for i in range(1, len(widths)) if head else ():
        least = min(max(_longest_word(row[i]) for row in cells), _NAME)
        over = sum(widths) - widths[0] + min(widths[0], _NAME) - room
        if i not in right and 0 < over <= widths[i] - least:
            widths[i] -= over
    if not head and sum(widths) > room:
        widths[-1] = max(widths[-1] - (sum(widths) - room), min(widths[-1], _NAME))
    if sum(widths) > room:
        widths[0] = max(min(widths[0], _NAME), room - sum(widths[1:]))
    lines: list[str] = []
    for block in _blocks(widths, width - indent, units):
        lines += [""] if lines else []
        for row in cells:
            lines += _row([row[i] for i in block], [widths[i] for i in block], [i in right for i in block], indent)
    return "\n".join(lines)


_NAME = 22
"""Columns that the first column of a table keeps at least."""


def columns(text: str) -> int:
    """How many columns of a terminal a text takes: two for a wide letter, none for an accent on the letter before."""
    if text.isascii():
        return len(text)
    from unicodedata import combining, east_asian_width

    return sum(0 if combining(c) else 2 if east_asian_width(c) in "WF" else 1 for c in text)


def _longest_word(text: str) -> int:
    """Columns of the longest word."""
    return max((columns(word) for word in text.split()), default=0)


def _blocks(widths: Sequence[int], room: int, units: bool) -> list[list[int]]:
    """The columns of each table, the first column in all of them; with `units` the last one too."""
    end = len(widths) - 1 if units else len(widths)
    last = list(range(end, len(widths)))
    room -= sum(widths[k] + 2 for k in last)
    blocks = [[0]]
    for i in range(1, end):
        taken = sum(widths[k] + 2 for k in blocks[-1])
        if taken + widths[i] > room and len(blocks[-1]) > 1:
            blocks.append([0])
        blocks[-1].append(i)
    return [block + last for block in blocks]


def _row(cells: Sequence[str], widths: Sequence[int], right: Sequence[bool], indent: int) -> list[str]:
    """The lines of one row: a cell that is too wide is folded."""
    folded = [_folded(cell, width) for cell, width in zip(cells, widths, strict=True)]
    lines = []
    for k in range(max(len(lines) for lines in folded)):
        shown = []
        for part, width, at_right in zip(folded, widths, right, strict=True):
            text = part[k] if k < len(part) else ""
            space = " " * (width - columns(text))
            shown.append(space + text if at_right else text + space)
        lines.append((" " * indent + "  ".join(shown)).rstrip())
    return lines


def _folded(cell: str, width: int) -> list[str]:
    if columns(cell) <= width:
        return [cell]
    from textwrap import wrap

    lead = " " * (len(cell) - len(cell.lstrip()))
    narrow = width if cell.isascii() else max(width * len(cell) // columns(cell), 4)  # wide letters take two columns
    lines = wrap(
        cell.strip(), narrow, initial_indent=lead, subsequent_indent=lead + "  " if lead or width >= _NAME else ""
    )
    return [line for line in lines if line] or [""]
