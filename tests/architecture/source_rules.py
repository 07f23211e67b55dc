"""What the architecture tests look for, as pure functions over source text: imports, cycles, sizes, docstrings."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache

Sources = Mapping[str, str]
"""Module name (`flowsim.engine.gates`, a package by its own name) -> its source text."""


@dataclass(frozen=True)
class Import:
    """`module` imports `target`, a module (or a name in one) by its full name."""

    module: str
    target: str
    line: int

    def __str__(self) -> str:
        return f"{self.module}:{self.line} imports {self.target}"


@cache
def _parsed(text: str) -> ast.Module:
    return ast.parse(text)


def imports(module: str, text: str) -> list[Import]:
    """Every import of a module: at the top, inside functions and under TYPE_CHECKING; also `import_module("x.y")`."""
    found = []
    for node in ast.walk(_parsed(text)):
        if isinstance(node, ast.Import):
            found += [Import(module, alias.name, node.lineno) for alias in node.names]
        elif isinstance(node, ast.ImportFrom):
            base = "." * node.level + (node.module or "")
            found += [Import(module, f"{base}.{alias.name}", node.lineno) for alias in node.names]
        elif isinstance(node, ast.Call) and "import_module" in ast.unparse(node.func) and node.args:
            found.append(Import(module, _prefix(node.args[0]), node.lineno))
    return found


def _prefix(argument: ast.expr) -> str:
    """The name given to import_module, with ? for what is worked out; "" when nothing of it is fixed."""
    if isinstance(argument, ast.Constant):
        return str(argument.value)
    if isinstance(argument, ast.JoinedStr) and isinstance(argument.values[0], ast.Constant):
        return f"{argument.values[0].value!s}?"
    return ""


def room(name: str) -> str:
    """The room of a module or of a name in it: `flowsim.engine.gates.Gate` -> `engine`; `flowsim` for the root."""
    parts = name.split(".")
    return parts[1] if len(parts) > 1 else parts[0]


def against_the_direction(
    sources: Sources, may_use: Mapping[str, Sequence[str]], bridges: Mapping[str, Sequence[str]] | None = None
) -> list[str]:
    """Imports from a room that the importing room may not use, and rooms that are not in the table. `bridges`: single
    modules that may use more than their room.
    """
    wrong = []
    for module, text in sources.items():
        own = room(module)
        if own not in may_use:
            wrong.append(f"{module}: the room {own} is not in the table")
            continue
        others = (*may_use[own], *(bridges or {}).get(module, ()))
        for found in imports(module, text):
            if found.target.startswith("."):
                wrong.append(f"{found}: write the whole name")
            elif found.target.split(".")[0] == "flowsim" and not _allowed(found.target, own, others):
                wrong.append(str(found))
    return wrong


def _allowed(target: str, own: str, others: Sequence[str]) -> bool:
    """An entry is a room, or one module of a room: `record.disk`."""
    inside = target.removeprefix("flowsim").removeprefix(".")
    if room(target) == own or inside in ("", "__version__"):
        return True
    return any(inside == entry or inside.startswith(f"{entry}.") for entry in others)


def outside_the_fence(sources: Sources, fences: Mapping[str, Sequence[str]]) -> list[str]:
    """Imports of third-party packages in rooms where they are not allowed. `fences`: package -> rooms."""
    wrong = []
    for module, text in sources.items():
        for found in imports(module, text):
            for package, rooms in fences.items():
                if found.target.split(".")[0] == package and room(module) not in rooms:
                    wrong.append(str(found))
    return wrong


def unknown_packages(sources: Sources, known: Sequence[str], standard: frozenset[str]) -> list[str]:
    """Imports of packages that no fence speaks of and the standard library does not have."""
    fine = {"flowsim", *known, *standard, "__future__"}
    found = (i for module, text in sources.items() for i in imports(module, text))
    return [str(i) for i in found if i.target and not i.target.startswith(".") and i.target.split(".")[0] not in fine]


def module_graph(sources: Sources) -> dict[str, set[str]]:
    """Module -> the modules of `sources` it imports, itself left out. The name of a package's own `__init__` counts
    only when something is taken from it.
    """
    graph: dict[str, set[str]] = {}
    for module, text in sources.items():
        targets = (_home(found.target, sources) for found in imports(module, text))
        graph[module] = {target for target in targets if target and target != module}
    return graph


def _home(target: str, sources: Sources) -> str:
    """The module that a target is, or is a name of; "" for a module whose name is worked out."""
    if target.endswith("?"):
        return ""
    while target and target not in sources:
        target = target.rpartition(".")[0]
    return target


def cycles(graph: Mapping[str, set[str]]) -> list[list[str]]:
    """Groups of modules that import each other in a circle, each sorted (Tarjan's strongly connected components)."""
    index: dict[str, int] = {}
    low: dict[str, int] = {}
    stack: list[str] = []
    found: list[list[str]] = []

    def visit(node: str) -> None:
        index[node] = low[node] = len(index)
        stack.append(node)
        for other in sorted(graph.get(node, ())):
            if other not in index:
                visit(other)
                low[node] = min(low[node], low[other])
            elif other in stack:
                low[node] = min(low[node], index[other])
        if low[node] == index[node]:
            group = stack[stack.index(node) :]
            del stack[stack.index(node) :]
            if len(group) > 1:
                found.append(sorted(group))

    for node in sorted(graph):
        if node not in index:
            visit(node)
    return found


def too_long(sources: Sources, module_lines: int, function_lines: int, owed: Mapping[str, str]) -> list[str]:
    """Modules and functions with more lines than allowed, unless a reason is given in `owed` (name -> reason); and
    reasons that are no longer owed.
    """
    long = {}
    for module, text in sources.items():
        if (lines := len(text.splitlines())) > module_lines:
            long[module] = f"{module} has {lines} lines, {module_lines} is the most"
        for name, node in functions(text):
            lines = (node.end_lineno or node.lineno) - node.lineno + 1
            if lines > function_lines:
                long[f"{module}.{name}"] = f"{module}.{name} has {lines} lines, {function_lines} is the most"
    wrong = [said for name, said in long.items() if not owed.get(name)]
    return wrong + [f"{name} needs no excuse any more" for name in owed if name not in long]


def functions(text: str) -> Iterator[tuple[str, ast.FunctionDef | ast.AsyncFunctionDef]]:
    """Every function and method with its dotted name, nested ones too."""

    def walk(node: ast.AST, prefix: str) -> Iterator[tuple[str, ast.FunctionDef | ast.AsyncFunctionDef]]:
        for child in ast.iter_child_nodes(node):
            if isinstance(child, ast.FunctionDef | ast.AsyncFunctionDef):
                yield prefix + child.name, child
            if isinstance(child, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
                yield from walk(child, f"{prefix}{child.name}.")
            else:
                yield from walk(child, prefix)

    return walk(_parsed(text), "")


def without_docstring(module: str, text: str) -> list[str]:
    """The module itself, public functions and classes, and public methods of public classes that say nothing of
    themselves. A method of a class with a base may override one that does.
    """
    tree = _parsed(text)
    wrong = [] if ast.get_docstring(tree) else [f"{module} has no docstring"]
    for node in tree.body:
        if not isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef) or node.name.startswith("_"):
            continue
        if not ast.get_docstring(node) and not _is_overload(node):
            wrong.append(f"{module}:{node.lineno} {node.name} has no docstring")
        if not isinstance(node, ast.ClassDef) or node.bases:
            continue
        for method in node.body:
            if not isinstance(method, ast.FunctionDef | ast.AsyncFunctionDef) or method.name.startswith("_"):
                continue
            if not ast.get_docstring(method) and not _is_overload(method):
                wrong.append(f"{module}:{method.lineno} {node.name}.{method.name} has no docstring")
    return wrong


def _is_overload(node: ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef) -> bool:
    """Whether another definition of the same name speaks for this one."""
    return any("overload" in ast.unparse(d) or ".setter" in ast.unparse(d) for d in node.decorator_list)


def prints(module: str, text: str) -> list[str]:
    """Calls that write to the terminal or end the program: print, click.echo, sys.exit, sys.stdout.write."""
    speaking = {"print", "click.echo", "click.secho", "sys.exit", "sys.stdout.write", "sys.stderr.write", "exit"}
    return [
        f"{module}:{node.lineno} calls {ast.unparse(node.func)}"
        for node in ast.walk(_parsed(text))
        if isinstance(node, ast.Call) and ast.unparse(node.func) in speaking
    ]


def forbidden_words(name: str, text: str, patterns: Mapping[str, str]) -> list[str]:
    """Lines that hold what no file may hold. `patterns`: regular expression -> why."""
    return [
        f"{name}:{number} {why}: {line.strip()[:80]}"
        for number, line in enumerate(text.splitlines(), start=1)
        for pattern, why in patterns.items()
        if re.search(pattern, line)
    ]
