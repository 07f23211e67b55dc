"""Engines: `run(model, draws) -> Record`. `reference` is the definition; nothing else runs yet."""

from flowsim.engine.reference import run

ENGINE = "simpy-reference"

__all__ = ["ENGINE", "run"]
