"""Every comparison of the test suite has a spoiled twin, and there is no way to forget one."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest
from comparisons import comparisons, functions, trees
from twins import IN_THE_PROGRAM, NO_COMPARISONS, TWINS

TREES = trees()
FOUND = {found.name: found for found in comparisons(TREES)}
NONE = [name for names in NO_COMPARISONS.values() for name in names]
TESTS = {
    f"{file.stem}::{name}": function
    for file, tree in TREES.items()
    for name, function in functions(tree)
    if name.startswith("test_")
}


def test_every_comparison_has_a_twin() -> None:
    """A new one shows here what to do."""
    missing = [
        f"{found.file}:{found.line} {name} is a comparison ({found.why}): write a test that spoils what it looks at "
        "and wants it to go red, and name that in tests/spoiled/twins.py (TWINS); or say there why it is none"
        for name, found in FOUND.items()
        if name not in TWINS and name not in NONE
    ]
    assert missing == [], "\n".join(missing)


def test_nothing_is_listed_that_is_not_there() -> None:
    assert [name for name in [*TWINS, *NONE] if name not in FOUND] == []
    assert len({*TWINS, *NONE}) == len(TWINS) + len(NONE)  # each once
    assert len(TWINS) > 40


@pytest.mark.parametrize(("name", "twin"), [*TWINS.items(), *IN_THE_PROGRAM.items()], ids=lambda text: text)
def test_a_twin_is_a_test_of_that_comparison(name: str, twin: str) -> None:
    """It is there, and names what it is the twin of, or what is told to lead to that."""
    test, _, by = twin.partition(" by ")
    assert test in TESTS, f"there is no test {test}"
    wanted = by or name.rpartition(".")[2]
    nodes = list(ast.walk(TESTS[test]))
    named = {node.id for node in nodes if isinstance(node, ast.Name)}
    named |= {node.attr for node in nodes if isinstance(node, ast.Attribute)}
    named |= {node.value for node in nodes if isinstance(node, ast.Constant) and isinstance(node.value, str)}
    assert wanted in named, f"{test} does not use {wanted}"


SPOILED = {
    "it asserts": """
def agree(a, b):
    assert a == b
""",
    "it asserts, after all sorts of things": """
class Trace:
    def holds(self, table):
        for row in table:
            if row:
                assert row in self.rows, row
""",
    "it is wanted to give nothing": """
def unlike(a, b):
    return [x for x in a if x not in b]

def test_a():
    assert unlike([1], [1]) == []
""",
    "it is wanted to give nothing, by way of a name": """
def unlike(a, b):
    return [x for x in a if x not in b]

def test_a():
    found = {k: unlike(k, []) for k in range(3)}
    assert not found
""",
    "it is asked whether all is well": """
def fits(a):
    return a > 1

def test_a():
    assert all(fits(x) for x in (2, 3))
""",
    "it gives the verdict on a proof": """
def main():
    keep(Result("name", passed=True))
""",
}

HARMLESS = {
    "it only says of what kind a value is": """
def first(a):
    assert a is not None and isinstance(a, list)
    return a[0]
""",
    "a test holds what it gives against what it expects": """
def first(a):
    return a[0]

def test_a():
    assert first([1]) == 1
    assert not second([])
""",
    "it is itself a test": """
def test_a():
    assert 1 == 1
""",
}


@pytest.mark.parametrize("text", SPOILED.values(), ids=SPOILED)
def test_a_helper_that_holds_one_thing_against_another_is_found(text: str) -> None:
    """Spoiled: a new comparison, of each kind, that nobody has named."""
    (found,) = comparisons({Path("tests/new/test_new.py"): ast.parse(text)})
    assert found.name not in TWINS


@pytest.mark.parametrize("text", HARMLESS.values(), ids=HARMLESS)
def test_other_helpers_are_left_alone(text: str) -> None:
    assert comparisons({Path("tests/new/test_new.py"): ast.parse(text)}) == []


def test_a_comparison_used_in_another_module_is_found() -> None:
    helper = "def unlike(a, b):\n    return []\n"
    for use in (
        "from plain_new import unlike as other\n\ndef test_a():\n    assert other(1, 2) == []\n",
        "import plain_new\n\ndef test_a():\n    assert not plain_new.unlike(1, 2)\n",
    ):
        modules = {Path("tests/new/plain_new.py"): ast.parse(helper), Path("tests/new/test_new.py"): ast.parse(use)}
        assert [found.name for found in comparisons(modules)] == ["plain_new.unlike"]
