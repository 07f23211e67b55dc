"""What every test of this room takes: `engine`, each engine in turn, and `trace`, which runs a scenario on it."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from traces import Engine, Trace, compiled, play

from flowsim.engine import ENGINE, run

ENGINES: dict[str, Engine] = {ENGINE: run}
"""Every engine there is; each must pass every test of this room."""


@pytest.fixture(params=list(ENGINES))
def engine(request: pytest.FixtureRequest) -> Engine:
    """An engine to be held against the rules."""
    return ENGINES[request.param]


@pytest.fixture
def trace(engine: Engine, tmp_path: Path) -> Callable[..., Trace]:
    """`trace(text, a="01-05 09:00, …", state=…)`: a scenario run once, with dated arrivals by class."""

    def run_text(text: str, state: str = "current", **arrivals: str) -> Trace:
        return play(engine, *compiled(text, arrivals, tmp_path, state))

    return run_text
