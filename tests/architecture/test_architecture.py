"""The shape of the program: which room may use which, where third-party packages may be, sizes, docstrings, words.

Each rule is a pure function over source text in `source_rules`; here it is held against src, and shown to go red on a
small spoiled example.
"""

from __future__ import annotations

import sys
from pathlib import Path

import pytest
import source_rules as rules

ROOT = Path(__file__).parents[2]

MAY_USE: dict[str, tuple[str, ...]] = {
    # room: the rooms (or single modules) to its left that it may use. What is not named here is against the direction.
    "flowsim": (),
    "errors": (),
    "model": ("errors",),
    "units": ("errors", "model"),
    "draws": ("errors", "model"),
    "record": ("errors", "model", "draws"),
    "engine": ("errors", "model", "draws", "record"),
    "metrics": ("errors", "model", "draws", "record"),  # never the engine: the audit is a second opinion
    "scenario": ("errors", "units", "model"),
    "experiments": ("errors", "model", "draws", "record", "engine", "metrics"),
    "verification": ("errors", "units", "model", "draws", "record", "engine", "metrics", "scenario", "experiments"),
    "redesign": ("errors", "units", "model", "record", "metrics", "scenario", "experiments"),
    "sweep": (
        *("errors", "units", "model", "record", "metrics", "scenario", "experiments"),
        *("draws.keyed.SCHEME", "draws.SCHEME", "engine.ENGINE"),  # names that stand in the key of a cell
    ),
    "optimise": (
        *("errors", "units", "model", "record", "metrics", "scenario", "experiments", "redesign"),
        *("sweep.vary", "sweep.designs.latin"),  # the grammar of what is varied, and a sample that fills a space
    ),
    "texts": ("errors", "units"),
    "plots": ("errors", "units", "texts", "record.disk"),  # a plot never computes
    "report": ("errors", "model", "record", "scenario", "experiments", "texts"),
    "cli": (
        *("errors", "units", "model", "draws", "record", "metrics", "scenario", "experiments", "verification"),
        *("redesign", "sweep", "optimise", "texts", "plots", "report"),
    ),
    "__main__": ("cli",),
}
"""The one direction, left to right. An engine never sees a file; a metric never sees an engine."""

BRIDGES = {
    "flowsim.plots.from_run": ("model", "experiments"),
    "flowsim.plots.from_redesign": ("model", "experiments", "redesign"),
    "flowsim.plots.from_sweep": ("experiments", "sweep"),
    "flowsim.plots.from_search": ("experiments", "optimise"),
}
"""Single modules that may use more than their room: from results to what the pictures draw."""

COMPUTING = (
    *("model", "draws", "record", "engine", "metrics", "experiments", "verification", "redesign", "sweep"),
    *("optimise", "plots"),
)

FENCES: dict[str, tuple[str, ...]] = {
    "pydantic": ("scenario",),
    "pydantic_core": ("scenario",),
    "ruamel": ("scenario",),
    "holidays": ("scenario",),
    "simpy": ("engine",),
    "matplotlib": ("plots",),
    "pyarrow": ("record", "metrics", "experiments", "sweep"),
    "click": ("cli",),
    "numpy": COMPUTING,
    "scipy": COMPUTING,
    "SALib": ("sweep",),
    "distributed": ("sweep",),
}
"""Third-party package -> the rooms that may import it."""

HEAVY = ("numpy", "pyarrow", "matplotlib", "pydantic", "scipy", "ruamel", "holidays", "simpy")
"""What may not be loaded by `import flowsim` and by `flowsim --help`."""

MODULE_LINES, FUNCTION_LINES = 400, 70

OWED: dict[str, str] = {}
"""Module or function over the size -> the reason it may be."""

NEVER = {
    r"/(?:work|home|root|Users)/\w": "a path of somebody's machine",
    r"(?:pip|pipx|uv) install flowsim": "flowsim is on no package index",
    r"scipy\.stats": "0.7 s to import; scipy.special has what is needed",
}
"""Pattern -> why no file of src, docs or the root may hold it."""


def _sources() -> dict[str, str]:
    """Every module of src by name."""
    base = ROOT / "src"
    found = {}
    for path in sorted(base.rglob("*.py")):
        parts = path.relative_to(base).with_suffix("").parts
        found[".".join(parts[:-1] if parts[-1] == "__init__" else parts)] = path.read_text(encoding="utf-8")
    return found


SOURCES = _sources()


# -- direction, fences, cycles -----------------------------------------------------------------------------------------


def test_the_sources_are_found() -> None:
    assert len(SOURCES) > 50
    assert {rules.room(m) for m in SOURCES} <= set(MAY_USE)


def test_imports_flow_one_way() -> None:
    assert rules.against_the_direction(SOURCES, MAY_USE, BRIDGES) == []


def test_the_table_itself_has_one_direction() -> None:
    order = list(MAY_USE)
    for name, others in MAY_USE.items():
        assert all(order.index(other.split(".")[0]) < order.index(name) for other in others), name
    for module, others in BRIDGES.items():
        assert module in SOURCES
        assert all(order.index(other) < order.index(rules.room(module)) for other in others), module


@pytest.mark.parametrize(
    "text",
    [
        "from flowsim.engine import run",
        "def f():\n    from flowsim.engine import run",
        "from typing import TYPE_CHECKING\nif TYPE_CHECKING:\n    import flowsim.engine.gates",
        "from importlib import import_module\nimport_module('flowsim.engine.parts')",
        "from importlib import import_module\nimport_module(f'flowsim.engine.{name}')",
        "from ..engine import run",
        "from flowsim import engine",
    ],
)
def test_an_import_against_the_direction_is_seen(text: str) -> None:
    assert rules.against_the_direction({"flowsim.metrics.spoiled": text}, MAY_USE)


def test_one_module_of_a_room_can_be_allowed_alone() -> None:
    good, bad = "from flowsim.record.disk import write_whole", "from flowsim.record import Record"
    assert not rules.against_the_direction({"flowsim.plots.a": good}, MAY_USE)
    assert rules.against_the_direction({"flowsim.plots.a": bad}, MAY_USE)
    assert rules.against_the_direction({"flowsim.new_room.a": ""}, MAY_USE)


def test_a_bridge_stands_alone() -> None:
    text = "from flowsim.experiments.findings import Findings"
    bridge = {"flowsim.plots.b": ("experiments",)}
    assert not rules.against_the_direction({"flowsim.plots.b": text}, MAY_USE, bridge)
    assert rules.against_the_direction({"flowsim.plots.c": text}, MAY_USE, bridge)


def test_third_party_packages_stay_in_their_rooms() -> None:
    assert rules.outside_the_fence(SOURCES, FENCES) == []


def test_every_third_party_package_has_a_fence() -> None:
    assert rules.unknown_packages(SOURCES, tuple(FENCES), sys.stdlib_module_names) == []


def test_a_package_outside_its_fence_is_seen() -> None:
    spoiled = {"flowsim.cli.x": "def f():\n    import numpy as np", "flowsim.units.y": "from scipy.special import erf"}
    assert len(rules.outside_the_fence(spoiled, FENCES)) == 2
    assert rules.unknown_packages({"flowsim.x": "import requests"}, tuple(FENCES), sys.stdlib_module_names)


def test_no_module_imports_itself_in_a_circle() -> None:
    assert rules.cycles(rules.module_graph(SOURCES)) == []


def test_a_circle_is_seen_whatever_its_kind() -> None:
    spoiled = {
        "flowsim.a": "from flowsim.b import f",
        "flowsim.b": "def f():\n    from flowsim import c",
        "flowsim.c": "from typing import TYPE_CHECKING\nif TYPE_CHECKING:\n    from flowsim.a import X",
        "flowsim.d": "import flowsim.a",
    }
    assert rules.cycles(rules.module_graph(spoiled)) == [["flowsim.a", "flowsim.b", "flowsim.c"]]


# -- sizes, docstrings, words ------------------------------------------------------------------------------------------


def test_modules_and_functions_are_short() -> None:
    assert rules.too_long(SOURCES, MODULE_LINES, FUNCTION_LINES, OWED) == []


def test_what_is_too_long_is_seen() -> None:
    spoiled = {"flowsim.a": "class A:\n    def f(self):\n" + "        x = 1\n" * 12}
    assert rules.too_long(spoiled, 10, 100, {}) == ["flowsim.a has 14 lines, 10 is the most"]
    assert rules.too_long(spoiled, 100, 10, {}) == ["flowsim.a.A.f has 13 lines, 10 is the most"]
    assert rules.too_long(spoiled, 100, 10, {"flowsim.a.A.f": "a table"}) == []
    assert rules.too_long(spoiled, 100, 100, {"flowsim.a.A.f": "a table"})


def test_everything_public_says_what_it_is() -> None:
    assert [said for module, text in SOURCES.items() for said in rules.without_docstring(module, text)] == []


def test_a_missing_docstring_is_seen() -> None:
    text = "class A:\n    def f(self): ...\n    def _g(self): ...\ndef h(): ...\nclass B(A):\n    def f(self): ...\n"
    found = rules.without_docstring("flowsim.a", text)
    assert [said.removeprefix("flowsim.a") for said in found] == [
        " has no docstring",
        ":1 A has no docstring",
        ":2 A.f has no docstring",
        ":4 h has no docstring",
        ":5 B has no docstring",
    ]


def test_only_the_command_line_prints_and_exits() -> None:
    others = {module: text for module, text in SOURCES.items() if rules.room(module) != "cli"}
    assert [said for module, text in others.items() for said in rules.prints(module, text)] == []


def test_a_print_is_seen() -> None:
    assert rules.prints("flowsim.a", "def f():\n    print('x')\n    sys.exit(1)") == [
        "flowsim.a:2 calls print",
        "flowsim.a:3 calls sys.exit",
    ]


def test_no_file_holds_what_no_file_may_hold() -> None:
    files = [p for folder in ("src", "docs", "scenarios", ".ci") for p in (ROOT / folder).rglob("*") if _is_text(p)]
    files += [ROOT / name for name in ("README.md", "CONTRIBUTING.md", "CHANGELOG.md", "pyproject.toml")]
    assert len(files) > 80
    found = [
        said
        for path in files
        for said in rules.forbidden_words(str(path.relative_to(ROOT)), path.read_text(encoding="utf-8"), NEVER)
    ]
    assert found == []


def _is_text(path: Path) -> bool:
    return path.is_file() and "__pycache__" not in path.parts and path.suffix not in (".png", ".parquet", ".pyc")


def test_a_forbidden_word_is_seen() -> None:
    text = "see /ho" + "me/ann/x\nor pip install " + "flowsim\nimport scipy." + "stats\nfine\n"
    assert [said.split(" ")[0] for said in rules.forbidden_words("a", text, NEVER)] == ["a:1", "a:2", "a:3"]
