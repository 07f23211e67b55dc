"""What an audit says: one `Check` a rule, and how a check is made up (`Trial`)."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from flowsim.errors import AuditError

BoolArray = npt.NDArray[np.bool_]

_TOLD = 3  # broken facts told in full; the rest are counted


@dataclass(frozen=True)
class Check:
    """One rule held against a whole record: `counted` facts were examined; `detail` tells the first broken ones."""

    name: str
    rule: str
    passed: bool
    detail: str
    counted: int


@dataclass(frozen=True)
class AuditReport:
    """Every check of one record, in the order they were made."""

    checks: tuple[Check, ...]

    @property
    def passed(self) -> bool:
        """Whether every check passed."""
        return all(check.passed for check in self.checks)

    @property
    def broken(self) -> tuple[Check, ...]:
        """The checks that failed."""
        return tuple(check for check in self.checks if not check.passed)

    def summary(self) -> str:
        """One line: how many checks passed, and which did not."""
        good = len(self.checks) - len(self.broken)
        names = ", ".join(check.name for check in self.broken)
        return f"audit: {good} of {len(self.checks)} checks passed" + (f"; broken: {names}" if names else "")

    def require(self) -> None:
        """Raise AuditError, naming the broken rules, requests, visits and instants, unless all passed."""
        if self.passed:
            return
        lines = [f"{check.name} ({check.rule}): {check.detail}" for check in self.broken]
        raise AuditError(
            "the run contradicts its model; " + self.summary() + "\n" + "\n".join(lines),
            code="FS800",
            hint="this is a defect of flowsim, not of the scenario: please report it with the scenario and the seed",
        )


class Trial:
    """One check under way: facts are held against the rule, broken ones counted and the first few told."""

    def __init__(self, name: str, rule: str) -> None:
        self.name = name
        self.rule = rule
        self._counted = 0
        self._broken = 0
        self._told: list[str] = []

    @property
    def clean(self) -> bool:
        """Whether nothing broken was found so far."""
        return self._broken == 0

    def hold(self, right: BoolArray, tell: Callable[[int], str]) -> None:
        """Every element of `right` must be true; `tell(position)` says what is wrong with one that is not."""
        self._counted += int(right.size)
        if bool(right.all()):
            return
        wrong = np.flatnonzero(~right)
        self._broken += len(wrong)
        for position in wrong[: _TOLD - len(self._told)].tolist():
            self._told.append(tell(position))

    def equal(self, found: int, expected: int, what: str) -> None:
        """One number must be exactly another."""
        self.fact(found == expected, f"{what}: {found}, expected {expected}, {found - expected:+d} off")

    def fact(self, right: bool, what: str) -> None:
        """One single fact; `what` says what is wrong when it is not so."""
        self._counted += 1
        if not right:
            self._broken += 1
            if len(self._told) < _TOLD:
                self._told.append(what)

    def done(self) -> Check:
        """The verdict."""
        if self.clean:
            return Check(self.name, self.rule, True, f"{self._counted} facts hold", self._counted)
        more = self._broken - len(self._told)
        detail = "; ".join(self._told) + (f"; and {more} more" if more else "")
        return Check(self.name, self.rule, False, detail, self._counted)
