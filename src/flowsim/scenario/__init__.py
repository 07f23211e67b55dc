"""The scenario room: a file for people in, a Model out, and every problem of the file told at its place.

What is used from outside is named here, and loaded when it is first asked for: the command line must start fast.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from flowsim.scenario.describe import explain, json_schema
    from flowsim.scenario.scenario import Compiled, Notes, Scenario, check, load, load_text

_HOMES = {
    "Compiled": "scenario",
    "Notes": "scenario",
    "Scenario": "scenario",
    "check": "scenario",
    "explain": "describe",
    "json_schema": "describe",
    "load": "scenario",
    "load_text": "scenario",
}

__all__ = ["Compiled", "Notes", "Scenario", "check", "explain", "json_schema", "load", "load_text"]


def __getattr__(name: str) -> Any:
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(f"{__name__}.{_HOMES[name]}"), name)
