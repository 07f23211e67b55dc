"""The smallest difference that matters: what a verdict is held against (`compare --matters`)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

SHARE = 0.01
"""Of the value before, unless somebody says otherwise."""


@dataclass(frozen=True)
class Matters:
    """A `share` of the value before, and for lead times perhaps a time in minutes instead: `working` for those in open
    time, `elapsed` for those on the clock (None: the share).
    """

    share: float = SHARE
    working: float | None = None
    elapsed: float | None = None

    def of(self, measure: str, before: float) -> float:
        """The smallest difference of a measure that matters, in its unit."""
        for lead, minutes in (("working lead time", self.working), ("lead time", self.elapsed)):
            if measure.startswith(lead) and minutes is not None:
                return minutes
        return abs(self.share * before)

    def kept(self) -> dict[str, float]:
        """For the manifest."""
        found = {"share": self.share, "working_min": self.working, "elapsed_min": self.elapsed}
        return {name: value for name, value in found.items() if value is not None}

    @classmethod
    def of_kept(cls, kept: Mapping[str, float]) -> Matters:
        """Back from a manifest; one that says nothing was of the share unless somebody says otherwise."""
        return cls(kept.get("share", SHARE), kept.get("working_min"), kept.get("elapsed_min"))
