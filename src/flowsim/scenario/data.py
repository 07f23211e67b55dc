"""Data files that a scenario names: a column of a CSV file, as dated arrivals or as values. Standard library only.

A file lies in the folder of the scenario or below it; one that is named on the command line lies where the user says.
The separator is a comma, or a semicolon or tab when the header has more of these; UTF-8, with or without a mark.
"""

from __future__ import annotations

import csv
import math
import re
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import NoReturn

from flowsim import units
from flowsim.errors import Place, Problem, ScenarioError
from flowsim.scenario.fields import days_hint
from flowsim.scenario.names import key_form, look_up, suggest
from flowsim.scenario.places import Loc, Places
from flowsim.scenario.syntax import shorten, with_arrows, without_refused

MAX_BYTES = 20_000_000
MOST_ROWS = 200_000
"""Lines of a file; each takes some hundred bytes while it is read."""
MOST_ERRORS = 3
"""Rows that are complained about one by one; of the others the number is told."""

DATE_COLUMNS = ("arrived", "arrival", "aankomst", "date", "datum")
"""What a column of dates is called, when the scenario does not say which it is."""

_MOMENT = re.compile(r"\d{4}-\d{2}-\d{2}([ T]\d{1,2}:\d{2}(:\d{2}(\.\d{1,6})?)?)?")


_DAY_FIRST = re.compile(r"(\d{1,2})[-/.](\d{1,2})[-/.](\d{4})((?:[ T]\d{1,2}:\d{2}(?::\d{2})?)?)")
_LINE_END = re.compile("\r\n?|[\n\x0b\x0c\x1c-\x1e\x85\u2028\u2029]")  # as str.splitlines has it
_LONGEST_SHOWN = 400  # characters of a row that is shown with a message


@dataclass(frozen=True)
class _Column:
    """A column of a file called `name`: its cells that are not empty, each with its line, and all lines as they are.
    `at` is its number, from 0; `mark` is what separates cells.
    """

    name: str
    cells: list[tuple[int, str]]
    lines: list[str]
    at: int
    mark: str

    def problem(self, code: str, message: str, hint: str, line: int, text: str) -> Problem:
        """A problem of one cell, at its place in the row; the column is 0 when quotes hide where it begins."""
        row = self.lines[line - 1].rstrip("\r\n") if line <= len(self.lines) else ""
        column = 0
        if '"' not in row:
            before = row.split(self.mark)[: self.at]
            begin = sum(len(cell) + 1 for cell in before)
            column = begin + len(row[begin:]) - len(row[begin:].lstrip()) + 1
        source = row if column and len(row) <= _LONGEST_SHOWN else ""
        shown = with_arrows(without_refused(source))
        return Problem(code, message, hint, Place(self.name, line, column), source=shown)


@dataclass(frozen=True)
class DataFiles:
    """Where data files are looked for. `folder` None: the scenario came from no file, so it has no data files."""

    places: Places
    folder: Path | None
    free: frozenset[str] = frozenset()  # sources of text (not files) whose paths start in the working directory

    def dates(self, file: str, column: str | None, start: str, loc: Loc) -> tuple[int, ...]:
        """Dated arrivals as ticks since `start`, ascending. `loc` is where the file is named; `column` None: the first
        that is called as in DATE_COLUMNS, else the only one. Raises ScenarioError.
        """
        origin = datetime.fromisoformat(start)
        rows = self._column(file, column, loc)
        found: list[int] = []
        wrong: list[Problem] = []
        for line, text in rows.cells:
            moment = _moment(text)
            if moment is None:
                message = f"expected a date such as 2026-01-05 09:30, found '{shorten(text)}'"
                wrong.append(rows.problem("FS434", message, _date_hint(text), line, text))
            elif moment < origin:
                message = f"'{shorten(text)}' is before the start, {start}"
                wrong.append(rows.problem("FS435", message, "leave the row out, or let 'start' be earlier", line, text))
            else:
                found.append((moment - origin) // timedelta(milliseconds=1))
        _stop(wrong)
        return tuple(sorted(found))

    def values(self, file: str, column: str, loc: Loc) -> list[float]:
        """Values that are not negative. Raises ScenarioError."""
        rows = self._column(file, column, loc)
        found: list[float] = []
        wrong: list[Problem] = []
        for line, text in rows.cells:
            try:
                value = units.parse_number(text)
            except units.QuantityError as error:
                wrong.append(rows.problem("FS434", error.message, error.hint, line, text))
                continue
            if value < 0 or not math.isfinite(value):
                message = f"expected a number that is not negative, found '{shorten(text)}'"
                wrong.append(rows.problem("FS434", message, "a time is 0 or more", line, text))
            found.append(value)
        _stop(wrong)
        return found

    def _column(self, file: str, column: str | None, loc: Loc) -> _Column:
        """The cells of a column that are not empty."""
        path = self._path(file, loc)
        name = without_refused(file)
        text = self._read(path, name, loc)
        header = text.partition("\n")[0]
        mark = max(",;\t", key=header.count)
        lines = text.splitlines(keepends=True)
        rows = csv.reader(lines, delimiter=mark, strict=False)
        try:
            names = {cell.strip(): i for i, cell in reversed(list(enumerate(next(rows, []))))}
            wanted = look_up(names, column) if column is not None else self._dates_of(names, name, loc)
            if wanted is None:
                hint = suggest(column or "", reversed(names), "columns")
                self._refuse("FS433", f"'{shorten(name)}' has no column '{shorten(column or '')}'", hint, loc)
            at = names[wanted]
            cells = [(rows.line_num, row[at].strip() if at < len(row) else "") for row in rows if any(row)]
        except csv.Error as error:
            self._refuse("FS432", f"'{shorten(name)}' is no CSV file: {error}", "save it as CSV, UTF-8", loc)
        if not cells:
            self._refuse("FS436", f"'{shorten(name)}' has no rows below its header", "a row for each", loc)
        return _Column(name, cells, lines, at, mark)

    def _dates_of(self, names: dict[str, int], name: str, loc: Loc) -> str:
        """The column that holds the dates when none is named."""
        called = [column for column in reversed(names) if key_form(column) in DATE_COLUMNS]
        if called or len(names) == 1:
            return (called or list(names))[0]
        listed = suggest("", reversed(names), "columns")
        first = next(iter(reversed(names)), "arrived")
        message = f"'{shorten(name)}' has several columns, and none is called {' or '.join(DATE_COLUMNS[:2])}"
        hint = f"say which holds the dates, for example: column: {shorten(first)}; {listed}"
        raise ScenarioError([self.places.problem("FS433", message, hint, loc)])

    def _path(self, file: str, loc: Loc) -> Path:
        written = self.places.file(loc)
        if written in self.free:
            return Path(file)
        if self.folder is None:
            self._refuse("FS430", "this scenario came from no file, so it has no folder for data", "save it first", loc)
        try:
            folder = self.folder.resolve()
            home = Path(written).resolve().parent  # of a file that the scenario is based on, in a folder below
            path = ((home if home.is_relative_to(folder) else folder) / file).resolve()
        except (OSError, RuntimeError, ValueError) as error:  # a loop of links, a name no system takes
            self._refuse("FS432", f"'{shorten(file)}' cannot be read: {_reason(error)}", "check the name", loc)
        if not path.is_relative_to(folder):
            message = f"'{shorten(file)}' lies outside the folder of the scenario"
            self._refuse("FS431", message, "put the file beside the scenario, or below it", loc)
        return path

    def _read(self, path: Path, name: str, loc: Loc) -> str:
        try:
            if not path.is_file():
                self._refuse(
                    "FS430",
                    f"there is no file '{shorten(name)}'",
                    "paths start at the folder of the file that names them",
                    loc,
                )
            if path.stat().st_size > MAX_BYTES:
                self._refuse("FS432", f"'{shorten(name)}' has more than {MAX_BYTES} bytes", "use a shorter period", loc)
            text = path.read_text(encoding="utf-8-sig")
        except UnicodeDecodeError as error:
            message = f"byte {error.start} of '{shorten(name)}' is not UTF-8"
            self._refuse("FS432", message, "save the file as CSV UTF-8", loc)
        except (OSError, ValueError) as error:
            self._refuse("FS432", f"'{shorten(name)}' cannot be read: {_reason(error)}", "check the name", loc)
        if len(_LINE_END.findall(text)) > MOST_ROWS:
            self._refuse("FS432", f"'{shorten(name)}' has more than {MOST_ROWS} rows", "use a shorter period", loc)
        return text

    def _refuse(self, code: str, message: str, hint: str, loc: Loc) -> NoReturn:
        raise ScenarioError([self.places.problem(code, message, hint, loc)]) from None


def _reason(error: Exception) -> str:
    """What the system says, without the path."""
    return (isinstance(error, OSError) and error.strerror) or shorten(str(error))


def _moment(text: str) -> datetime | None:
    if not _MOMENT.fullmatch(text):
        return None
    day, _, clock = text.replace("T", " ").partition(" ")
    try:
        return datetime.fromisoformat(f"{day} {clock.zfill(5) if len(clock) < 6 else clock}" if clock else day)
    except ValueError:
        return None


def _date_hint(text: str) -> str:
    """How a date should have been written: the same date, when it is one with the day first."""
    found = _DAY_FIRST.fullmatch(text)
    if found:
        day, month, year, clock = found.groups()
        written = f"{year}-{month.zfill(2)}-{day.zfill(2)}{clock.replace('T', ' ')}"
        if _moment(written) is not None:
            return f"write {written}"
    return days_hint(text) or "write year-month-day hours:minutes"


def _stop(wrong: list[Problem]) -> None:
    """Raise ScenarioError for the first rows, and for how many there are besides."""
    if len(wrong) > MOST_ERRORS + 1:
        rest = wrong[MOST_ERRORS]
        message = f"and {len(wrong) - MOST_ERRORS} more rows"
        wrong = [*wrong[:MOST_ERRORS], replace(rest, message=message, hint="mend them all in the same way", source="")]
    if wrong:
        raise ScenarioError(wrong)
