"""A small run to keep in a results folder. As a program: keep runs in a folder, one after another, until killed."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

import numpy as np

from flowsim.experiments.store import RunFolder
from flowsim.record.columns import Col, TextColumn, Values
from flowsim.record.manifest import Audit, Manifest, ScenarioFile, Timing

IDENTITY = "9f3c1a2b" + "0" * 56
CASES = (Col("case", "int"), Col("lead_h", "float", "h"), Col("state", "text"))
VISITS = (Col("case", "int"), Col("queue_ms", "int", "ms", nullable=True))
SUMMARY = (Col("measure", "text"), Col("value", "float"))


def cases(replication: int, rows: int = 400) -> dict[str, Values]:
    rng = np.random.default_rng(replication)
    return {
        "case": np.arange(rows),
        "lead_h": rng.exponential(5.0, rows),
        "state": TextColumn(rng.integers(0, 2, rows).astype(np.int32), ("current", "future")),
    }


def visits(replication: int, rows: int = 900) -> dict[str, Values]:
    rng = np.random.default_rng(-replication % 2**32)
    return {"case": np.arange(rows) // 3, "queue_ms": rng.integers(-1, 10_000, rows)}


def manifest(**more: Any) -> Manifest:
    given: dict[str, Any] = {
        "command": ("run", "permit.yaml"),
        "scenario": (ScenarioFile.of("permit.yaml", "flowsim: 1\n"),),
        "states": (),
        "seed": 2026,
        "replications": 2,
        "engine": "reference",
        "audit": Audit(("parts add up",), 2),
        "timing": Timing("2026-11-23T14:12:00+01:00", 1.5, 2),
    }
    return Manifest(**{**given, **more})


def fill(run: RunFolder) -> None:
    """Two tables of two replications, a summary and a plot."""
    with run.table("cases", CASES, description="every request") as table:
        table.append(cases(1))
        table.append(cases(2))
    with run.table("visits", VISITS) as table:
        table.append(visits(1))
        table.append(visits(2))
    value = np.array([4.3, 5.8])
    run.summary(SUMMARY, {"measure": TextColumn(np.array([0, 1], np.int32), ("=1+1", "p90")), "value": value})
    run.file("plots/lead-time.svg").write_text("<svg/>")


def keep(root: Path, **more: Any) -> Path:
    """A whole run, kept."""
    with RunFolder.create(root, "Permit request", IDENTITY, **more) as run:
        fill(run)
        return run.finish(manifest())


if __name__ == "__main__":
    while True:
        keep(Path(sys.argv[1]))
        print("kept", flush=True)
