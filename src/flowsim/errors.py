"""Every way flowsim says no: one root, and each error carries where, what, why and how to mend it.

A `Problem` is one finding about one place. A `ScenarioError` carries all the problems of a file at once, so that
a person mends them in one go. The code (`FS101`) is stable across versions and languages; `docs/messages.md`
lists every one of them.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True)
class Place:
    """A spot in a file: `file` as the user named it, `line` and `column` counted from 1 (0: not known)."""

    file: str
    line: int = 0
    column: int = 0

    def __str__(self) -> str:
        if not self.line:
            return self.file
        return f"{self.file}:{self.line}:{self.column}"


@dataclass(frozen=True)
class Problem:
    """One finding: where it is, what was found and expected, how to fix it, and a stable code.

    `message` says what was found and what was expected in one sentence without a full stop; `hint` says how to
    mend it (may be empty); `path` is the place in the path grammar (`steps.Register.team`), empty if none;
    `source` is the line of the file, for showing with a caret; `severity` is `error`, `warning` or `note`.
    """

    code: str
    message: str
    hint: str = ""
    place: Place | None = None
    path: str = ""
    source: str = ""
    severity: str = "error"

    def __str__(self) -> str:
        """The whole message as text: place, message, source line with a caret, hint, code."""
        lead = f"{self.place}: " if self.place else (f"{self.path}: " if self.path else "")
        label = "" if self.severity == "error" else f"{self.severity}: "
        lines = [f"{lead}{label}{self.message} [{self.code}]"]
        if self.place and self.place.line and self.source.strip():
            number = str(self.place.line)
            lines.append(f"    {number} | {self.source.rstrip()}")
            lines.append(f"    {' ' * len(number)} | {' ' * (self.place.column - 1)}^")
        if self.hint:
            lines.append(f"       = help: {self.hint}")
        return "\n".join(lines)


class FlowsimError(Exception):
    """Root of every error flowsim raises on purpose. `exit_code` is what the command line ends with."""

    exit_code = 1

    def __init__(self, message: str, *, code: str = "FS000", hint: str = "") -> None:
        super().__init__(message)
        self.code = code
        self.hint = hint

    def problems(self) -> list[Problem]:
        """The findings behind this error; for a plain error, itself."""
        return [Problem(code=self.code, message=str(self.args[0]), hint=self.hint)]


class UsageError(FlowsimError):
    """The command line or a call asks for something that does not exist."""

    exit_code = 2


class ScenarioError(FlowsimError):
    """A scenario file cannot be used; carries every problem found, in order of place."""

    exit_code = 2

    def __init__(self, problems: Sequence[Problem]) -> None:
        self.found = list(problems)
        super().__init__("\n".join(str(p) for p in self.found), code=self.found[0].code)

    def problems(self) -> list[Problem]:
        return list(self.found)


class EngineError(FlowsimError):
    """A run cannot go on: a loop in zero time, a deadlock, a team that never opens."""

    exit_code = 3


class AuditError(FlowsimError):
    """A run contradicts the rules of the model: a defect of flowsim, never of the user. No results are kept."""

    exit_code = 3


class ResultsError(FlowsimError):
    """A results folder cannot be written, or is damaged or incomplete."""

    exit_code = 4


class StorageError(ResultsError):
    """The disk refuses: full, read-only, no permission. 73 when a folder or file cannot be made at all."""

    exit_code = 74

    def __init__(self, message: str, *, code: str = "FS000", hint: str = "", exit_code: int | None = None) -> None:
        super().__init__(message, code=code, hint=hint)
        if exit_code is not None:
            self.exit_code = exit_code
