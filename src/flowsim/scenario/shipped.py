"""The scenarios that come with flowsim, and the templates `flowsim new` writes."""

from __future__ import annotations

from difflib import get_close_matches
from pathlib import Path

from flowsim.errors import UsageError

_HERE = Path(__file__).parent


def shipped_folder() -> Path:
    """Where the shipped scenarios are: in the installed package, or in a checkout beside `src`."""
    inside = _HERE.parent / "scenarios"
    return inside if inside.is_dir() else _HERE.parents[2] / "scenarios"


def shipped_names() -> list[str]:
    """Names of the shipped scenarios, without ending, in order."""
    return sorted(path.stem for path in shipped_folder().glob("*.yaml"))


def shipped(name: str) -> Path:
    """The file of a shipped scenario. Raises UsageError FS705 for an unknown name."""
    names = shipped_names()
    if name not in names:
        near = get_close_matches(name, names, n=1)
        hint = f"did you mean '{near[0]}'? " if near else ""
        raise UsageError(f"there is no example '{name}'", code="FS705", hint=f"{hint}examples: {', '.join(names)}")
    return shipped_folder() / f"{name}.yaml"


def template(lang: str) -> str:
    """The text of a first scenario of three teams, in English ("en") or Dutch ("nl")."""
    return (_HERE / "templates" / f"first.{lang}.yaml").read_text(encoding="utf-8")
