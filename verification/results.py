"""What each proof of this room found last, kept in `verification/results`, and the overview made of it.

A proof that is run on demand ends with `keep`: a JSON file a proof, committed, with what was run, when, on what version
of the source, the figures, and whether it held. `python verification/page.py` puts them into docs/proof.md.
"""

from __future__ import annotations

import hashlib
import json
import platform
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from datetime import date
from pathlib import Path

import numpy as np

from flowsim import __version__

FOLDER = Path(__file__).parent / "results"
SOURCE = Path(__file__).parents[1] / "src" / "flowsim"


@dataclass(frozen=True)
class Result:
    """The last run of a proof.

    `statement`: what is claimed, in a sentence or two. `command`: how to run it. `figures`: what was counted or
    measured, in words → a number or a text. `table`: perhaps rows of details, the first of them the heads of columns.
    `notes`: what a reader should know, each a sentence.
    """

    name: str
    title: str
    statement: str
    command: str
    passed: bool
    figures: Mapping[str, int | float | str]
    seconds: float
    table: Sequence[Sequence[str]] = ()
    notes: Sequence[str] = ()
    date: str = field(default_factory=lambda: date.today().isoformat())
    version: str = __version__
    source: str = field(default_factory=lambda: source_hash())
    python: str = field(default_factory=platform.python_version)
    numpy: str = np.__version__


def source_hash() -> str:
    """The first twelve digits of SHA-256 over all modules of src/flowsim: which source a proof was run on."""
    whole = hashlib.sha256()
    for path in sorted(SOURCE.rglob("*.py")):
        whole.update(path.relative_to(SOURCE).as_posix().encode() + b"\0" + path.read_bytes() + b"\0")
    return whole.hexdigest()[:12]


def keep(result: Result) -> Path:
    """Write a result; the file."""
    FOLDER.mkdir(exist_ok=True)
    path = FOLDER / f"{result.name}.json"
    path.write_text(json.dumps(asdict(result), ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
    return path


def kept() -> list[Result]:
    """All results that are kept, by name."""
    return [Result(**json.loads(path.read_text(encoding="utf-8"))) for path in sorted(FOLDER.glob("*.json"))]
