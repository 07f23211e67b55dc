"""Finds every comparison of the test suite, by what it does and not by its name.

A helper of `tests` or `verification` (whatever is not itself a test) is a comparison when it

- asserts something, other than that a value is there or of a kind (`assert x is not None`, `assert isinstance(…)`), or
- is asked by an assertion whether all is well: `assert not f(…)`, `assert f(…)`, `assert f(…) == []`, also by way of a
  name, a comprehension, `all` or `any`; or
- gives the verdict on a proof: makes the `Result` that is kept.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).parents[2]
ROOMS = ("tests", "verification", "docs")

Function = ast.FunctionDef | ast.AsyncFunctionDef
Origin = tuple[str, str]
"""A module, and the name of a function in it."""

SEEN_THROUGH = {"all", "any", "list", "len", "next", "set", "sorted", "sum", "tuple"}
"""What passes on what its argument says."""


@dataclass(frozen=True)
class Found:
    """A comparison: `name` is "module.function" or "module.Class.method", `why` says by which mark it is one."""

    name: str
    file: str
    line: int
    why: str


def trees(root: Path = ROOT) -> dict[Path, ast.Module]:
    """Every Python file of the rooms, read."""
    files = [file for room in ROOMS for file in sorted((root / room).rglob("*.py"))]
    return {file.relative_to(root): ast.parse(file.read_text(encoding="utf-8")) for file in files}


def comparisons(modules: Mapping[Path, ast.Module]) -> list[Found]:
    """All comparisons of these modules, by file and line."""
    asked = {one for file, tree in modules.items() for one in _asked(file.stem, tree)}
    found = []
    for file, tree in modules.items():
        for name, function in functions(tree):
            if not name.rpartition(".")[2].startswith("test_"):
                why = _why(function, (file.stem, name) in asked)
                if why:
                    found.append(Found(f"{file.stem}.{name}", file.as_posix(), function.lineno, why))
    return found


def functions(tree: ast.Module) -> Iterator[tuple[str, Function]]:
    """Functions of a module and methods of its classes, with their names in the module."""
    for node in tree.body:
        if isinstance(node, Function):
            yield node.name, node
        elif isinstance(node, ast.ClassDef):
            for inner in node.body:
                if isinstance(inner, Function):
                    yield f"{node.name}.{inner.name}", inner


def _why(function: Function, asked: bool) -> str:
    nodes = list(ast.walk(function))
    if any(isinstance(n, ast.Assert) and not all(_narrows(part) for part in _parts(n.test)) for n in nodes):
        return "it asserts"
    if any(isinstance(n, ast.Call) and isinstance(n.func, ast.Name) and n.func.id == "Result" for n in nodes):
        return "it gives the verdict on a proof"
    return "an assertion asks it whether all is well" if asked else ""


def _parts(test: ast.expr) -> list[ast.expr]:
    return test.values if isinstance(test, ast.BoolOp) and isinstance(test.op, ast.And) else [test]


def _narrows(test: ast.expr) -> bool:
    """Whether it only says that a value is there, or of a kind."""
    match test:
        case ast.Compare(ops=[ast.IsNot()], comparators=[ast.Constant(value=None)]):
            return True
        case ast.Call(func=ast.Name(id="isinstance")):
            return True
    return False


def _asked(stem: str, tree: ast.Module) -> Iterator[Origin]:
    """The functions of which an assertion in this module wants to hear that all is well."""
    origins: dict[str, Origin] = {name: (stem, name) for name, _ in functions(tree)}
    modules = {}
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom) and node.module:
            origins |= {one.asname or one.name: (node.module, one.name) for one in node.names}
        elif isinstance(node, ast.Import):
            modules |= {one.asname or one.name: one.name for one in node.names}
    for _, function in functions(tree):
        values = {
            target.id: node.value
            for node in ast.walk(function)
            if isinstance(node, ast.Assign)
            for target in node.targets
            if isinstance(target, ast.Name)
        }
        for node in ast.walk(function):
            if isinstance(node, ast.Assert):
                for part in _parts(node.test):
                    for call in _calls(_judged(part), values):
                        match call.func:
                            case ast.Name(id=name) if name in origins:
                                yield origins[name]
                            case ast.Attribute(value=ast.Name(id=module), attr=name) if module in modules:
                                yield modules[module], name


def _judged(test: ast.expr) -> ast.expr | None:
    """What an assertion wants to be empty, or true as a whole."""
    match test:
        case ast.UnaryOp(op=ast.Not(), operand=inner):
            return inner
        case ast.Compare(left=inner, ops=[ast.Eq()], comparators=[nothing]) if _is_nothing(nothing):
            return inner
        case ast.Call() | ast.Name():
            return test
    return None


def _calls(value: ast.expr | None, values: Mapping[str, ast.expr], depth: int = 0) -> Iterator[ast.Call]:
    """The calls that decide what an expression says."""
    match value:
        case ast.Call(func=ast.Name(id=name), args=[inner, *_]) if name in SEEN_THROUGH:
            yield from _calls(inner, values, depth)
        case ast.Call():
            yield value
        case ast.Name(id=name) if name in values and depth < 3:
            yield from _calls(values[name], values, depth + 1)
        case ast.ListComp() | ast.SetComp() | ast.GeneratorExp():
            yield from _calls(value.elt, values, depth)
            for generator in value.generators:
                yield from _calls(generator.iter, values, depth)
                for condition in generator.ifs:
                    yield from _calls(condition, values, depth)
        case ast.DictComp():
            yield from _calls(value.value, values, depth)
        case ast.UnaryOp(op=ast.Not(), operand=inner):
            yield from _calls(inner, values, depth)
        case ast.BoolOp():
            for inner in value.values:
                yield from _calls(inner, values, depth)
        case ast.NamedExpr(value=inner) | ast.Starred(value=inner):
            yield from _calls(inner, values, depth)


def _is_nothing(node: ast.expr) -> bool:
    """An empty list, tuple, set or dictionary."""
    match node:
        case ast.List(elts=[]) | ast.Tuple(elts=[]) | ast.Dict(keys=[]):
            return True
        case ast.Call(func=ast.Name(id="set" | "frozenset"), args=[]):
            return True
    return False
