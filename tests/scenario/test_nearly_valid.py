"""Nearly valid files: whatever is broken in a sound file, it ends in problems with codes, never in a traceback."""

from __future__ import annotations

import random
from pathlib import Path

import pytest

from flowsim.errors import ScenarioError
from flowsim.scenario import load_text
from flowsim.scenario.nodes import Listing, Mapping, Node, dump
from flowsim.scenario.tree import parse

VALID = Path(__file__).parents[1] / "scenarios" / "valid"
FILES = [path for path in sorted(VALID.glob("*.yaml")) if path.stem != "R4_based_on"]
ODD = [
    *[
        "",
        "none",
        "0",
        "-1",
        "1e400",
        "nan",
        "yes",
        "5",
        "5 min",
        "0 min",
        "1 working day",
        "3 weeks",
        "100%",
        "1/3",
    ],
    *[
        "{}",
        "[]",
        "[a, b]",
        "{a: {b: c}}",
        "end",
        "others",
        "x" * 80,
        "2026-01-05",
        "2026-13-41",
        "BE",
        "always",
    ],
    *[
        "every day at 9:00",
        "'a.b'",
        "'*'",
        "10000 years",
        "99999999999999",
        "10 requests",
        "exponential(0 min)",
    ],
]


def spots(node: Node) -> list[tuple[Mapping | Listing, str | int]]:
    """Every (parent, key) below a node."""
    found: list[tuple[Mapping | Listing, str | int]] = []
    children: list[tuple[str | int, Node]] = []
    if isinstance(node, Mapping):
        children = list(node.entries.items())
    elif isinstance(node, Listing):
        children = list(enumerate(node.items))
    for key, child in children:
        assert not isinstance(node, str)
        found += [(node, key), *spots(child)]  # type: ignore[list-item]
    return found


def broken(text: str, luck: random.Random) -> str:
    """The text with one value replaced, one field taken away, or one renamed."""
    root = parse(text, "x").root
    parent, key = luck.choice(spots(root))
    value = parse(f"v: {luck.choice(ODD)}", "y").root.entries["v"]
    if isinstance(parent, Listing):
        parent.items[int(key)] = value
    elif luck.random() < 0.2:
        del parent.entries[str(key)]
    elif luck.random() < 0.2:
        parent.entries[luck.choice(["a.b", "end", "x", "others", "share", "only"])] = parent.entries.pop(str(key))
    else:
        parent.entries[str(key)] = value
    return dump(root)


@pytest.mark.parametrize("seed", range(4))
def test_a_broken_file_ends_in_problems_and_never_in_a_traceback(seed: int) -> None:
    luck = random.Random(seed)
    sound = told = 0
    for _ in range(60):
        path = luck.choice(FILES)
        text = broken(path.read_text("utf-8"), luck)
        try:
            problems, states = load_text(text, "x.yaml", path.parent).check()
        except ScenarioError as error:
            problems, states = error.problems(), {}
        sound += bool(states)
        for problem in problems:
            assert problem.code.startswith("FS")
            assert problem.place is not None, problem
            told += 1
    assert sound
    assert told
