"""Engines with a fault: the source of `flowsim.engine`, one place of it changed, loaded beside the real one.

The sources are read, `flowsim.engine` in them is called by a name of its own, the patch is applied to its text, and the
copy is imported from memory. The real engine is not touched, and nothing is left in `sys.modules`.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache
from importlib import import_module
from importlib.abc import InspectLoader, MetaPathFinder
from importlib.machinery import ModuleSpec
from pathlib import Path
from types import CodeType, ModuleType

import flowsim.engine
from flowsim.draws import Draws
from flowsim.model import Model
from flowsim.record import Record

REAL, COPY = "flowsim.engine", "patched_copy_of_the_engine"
FOLDER = Path(flowsim.engine.__file__).parent

Engine = Callable[[Model, Draws], Record]


@dataclass(frozen=True)
class Patch:
    """A change of the engine's source: in this module (without .py) the text `old`, found there once, becomes `new`."""

    module: str
    old: str
    new: str

    def places(self) -> int:
        """How often the text to be changed stands in the module: once, or the patch says nothing."""
        return source(self.module).count(self.old)

    def applied(self) -> str:
        """The module's source with the fault. Raises ValueError unless there is exactly one place for it."""
        if self.places() != 1:
            raise ValueError(f"{self.module}.py has the text {self.places()} times, not once:\n{self.old}")
        return source(self.module).replace(self.old, self.new)


@cache
def source(module: str) -> str:
    """The source of a module of the engine."""
    return (FOLDER / f"{module}.py").read_text(encoding="utf-8")


def engine_with(patch: Patch | None) -> Engine:
    """`run` of a copy of the engine with a fault; with None it is a true copy."""
    changed = {} if patch is None else {patch.module: patch.applied()}
    with _copies(changed):
        run: Engine = import_module(COPY).run
    return run


@contextmanager
def _copies(changed: dict[str, str]) -> Iterator[None]:
    """Within it the copy can be imported; after it, it is gone but for what was taken out of it."""
    finder = _Copies(changed)
    sys.meta_path.insert(0, finder)
    try:
        yield
    finally:
        sys.meta_path.remove(finder)
        for name in [name for name in sys.modules if name.split(".")[0] == COPY]:
            del sys.modules[name]


class _Copies(MetaPathFinder, InspectLoader):
    """Finds the modules of the copy, and makes them of the engine's sources and the changed ones."""

    def __init__(self, changed: dict[str, str]) -> None:
        self._changed = changed

    def find_spec(self, fullname: str, path: object = None, target: ModuleType | None = None) -> ModuleSpec | None:
        if fullname.split(".")[0] != COPY:
            return None
        return ModuleSpec(fullname, self, is_package=fullname == COPY)

    def get_source(self, fullname: str) -> str:
        module = _module(fullname)
        return self._changed.get(module, source(module))

    def get_code(self, fullname: str) -> CodeType:
        return _code(_module(fullname), self.get_source(fullname))


def _module(fullname: str) -> str:
    return "__init__" if fullname == COPY else fullname.removeprefix(f"{COPY}.")


@cache
def _code(module: str, text: str) -> CodeType:
    """Compiled once for all copies in which the module is the same."""
    return compile(text.replace(REAL, COPY), f"<{module} of a copy of the engine>", "exec", dont_inherit=True)


@dataclass(frozen=True)
class Mutant:
    """An engine with one fault.

    `rule`: what it breaks. `patch`: (module, the text there, what it becomes). `on`: the model on which it shows, see
    `mutant_models.model_of`. `red`: the checks of the audit that must notice it, so that none is caught by accident.
    """

    name: str
    rule: str
    patch: tuple[str, str, str]
    on: str
    red: tuple[str, ...]
    replication: int = 1

    def engine(self) -> Engine:
        """`run` of the engine with the fault. Raises ValueError unless there is exactly one place for it."""
        return engine_with(Patch(*self.patch))
