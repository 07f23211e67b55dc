"""What is fuzzed: the loader of scenario files, and every parser of quantities. Bytes in; only a refusal may come out.

A target raises `FoundError` for what is wrong, so that a fuzzer keeps the bytes, and a test can try them again.
"""

from __future__ import annotations

import inspect
import math
import re
import tempfile
from collections.abc import Callable, Mapping
from functools import cache
from pathlib import Path
from typing import Any

from flowsim import units
from flowsim.scenario import check
from flowsim.scenario.schema import ScenarioForm
from flowsim.units import CODES, QuantityError
from flowsim.units import reading as words_of_reading

ROOT = Path(__file__).parents[1]
WITHOUT_A_LINE = ("FS103", "FS104")
HIDDEN = re.compile("[\x00-\x1f\x7f-\x9f\u200e\u200f\u202a-\u202e\u2066-\u2069]")


class FoundError(AssertionError):
    """Something that may never be."""


def _parsers() -> Mapping[str, Callable[[str], Any]]:
    """Every public parser of `flowsim.units` by name, whatever it is called."""
    found = {}
    for name in sorted(units.__all__):
        if name.startswith("parse_"):
            found[name] = getattr(units, name)
    return found


PARSERS = _parsers()


def parser(data: bytes) -> None:
    """The first byte chooses a parser, the rest is its text. Raises FoundError for anything but a value that makes
    sense, or a QuantityError with a known code, a hint, and nothing in it that steers a terminal.
    """
    name = list(PARSERS)[data[0] % len(PARSERS)] if data else "parse_length"
    parse_with(name, data[1:].decode("utf-8", "surrogateescape"))


def parse_with(name: str, text: str) -> None:
    """The text through one parser. Raises FoundError."""
    try:
        value = PARSERS[name](text)
    except QuantityError as error:
        if error.code not in CODES or not error.hint or HIDDEN.search(str(error) + error.hint):
            raise FoundError(f"{name}({text!r}): {error.code} {error!s} / {error.hint}") from error
        return
    except Exception as error:
        raise FoundError(f"{name}({text!r}): {type(error).__name__}: {error}") from error
    if isinstance(value, float) and not math.isfinite(value):
        raise FoundError(f"{name}({text!r}) is {value}")
    if name == "parse_share" and not 0 <= value <= 1:
        raise FoundError(f"{name}({text!r}) is {value}")
    if name == "parse_length" and units.parse_length(units.write_length(value)) != value:
        raise FoundError(f"{name}({text!r}) is {value}, written {units.write_length(value)!r}")
    if name == "parse_quantity":
        _resolve(text, value)


def _resolve(text: str, value: units.Quantity) -> None:
    """What was read as a quantity has a law, or is refused in words."""
    try:
        law = value.resolve(8 * 3_600_000, 40 * 3_600_000)
    except QuantityError as error:
        if error.code not in CODES:
            raise FoundError(f"{text!r}: {error.code}") from error
        return
    except Exception as error:
        raise FoundError(f"{text!r} cannot be resolved: {type(error).__name__}: {error}") from error
    mean = law.mean()
    if not (math.isfinite(mean) and mean >= 0):
        raise FoundError(f"{text!r} has the mean {mean}")


@cache
def _file() -> Path:
    """A file on a fast disk, in a folder of its own that goes with this process."""
    shared = Path("/dev/shm")
    folder = tempfile.TemporaryDirectory(dir=shared if shared.is_dir() else None)
    _KEPT.append(folder)
    (Path(folder.name) / "other.yaml").write_text("flowsim: 1\nname: other\n", encoding="utf-8")
    (Path(folder.name) / "data.csv").write_text("arrived,time\n2026-01-05 09:00,5\n", encoding="utf-8")
    return Path(folder.name) / "x.yaml"


_KEPT: list[tempfile.TemporaryDirectory[str]] = []


def loader(data: bytes) -> None:
    """The bytes as a scenario file: read, compiled in every state, loads worked out. Raises FoundError for anything but
    sound states or problems with a code and a place.
    """
    path = _file()
    path.write_bytes(data)
    try:
        problems, sound = check(path)
    except Exception as error:
        raise FoundError(f"{type(error).__name__}: {error}") from error
    if not sound and not any(p.severity == "error" for p in problems):
        raise FoundError("neither a state nor an error")
    for problem in problems:
        if not re.fullmatch(r"FS[1-6]\d\d", problem.code):
            raise FoundError(f"code {problem.code}: {problem.message}")
        if problem.place is None or not (problem.place.line or problem.code in WITHOUT_A_LINE):
            raise FoundError(f"no place: {problem}")
        if HIDDEN.search(problem.message + problem.hint):
            raise FoundError(f"steers a terminal: {problem!r}")


# -- what a fuzzer begins with -----------------------------------------------------------------------------------------


def seeds(target: str) -> list[bytes]:
    """Inputs to begin with: small scenario files, or the quantities that stand in scenario files."""
    files = [*sorted((ROOT / "tests/scenarios").rglob("*.yaml")), ROOT / "docs/scenario-format.md"]
    if target == "loader":
        return [data for path in files[:-1] if len(data := path.read_bytes()) < 900]
    texts: dict[str, None] = {}
    for path in files:
        found = re.findall(r":\s+'?\"?([^\s{}\[\]#'\"][^{}\[\]#'\"\n]{0,60})", path.read_text("utf-8", "replace"))
        texts.update(dict.fromkeys(text.strip() for text in found if re.search(r"\d|day|dag|mon|ma", text)))
    return [bytes([n % len(PARSERS)]) + text.encode() for n, text in enumerate(texts)]


def dictionary() -> list[str]:
    """Words that mean something: fields of the schema, units, weekdays, names of distributions."""
    found: dict[str, None] = dict.fromkeys(_fields(ScenarioForm, set()))
    for module in (words_of_reading, *(inspect.getmodule(f) for f in PARSERS.values())):
        for name, value in vars(module).items():
            if name.strip("_").islower() or name == "CODES":
                continue
            if isinstance(value, (frozenset, dict)) and all(isinstance(word, str) for word in value):
                found.update(dict.fromkeys(value))
    signs = (
        ".. ",
        "±",
        "%",
        " per ",
        " or ",
        " of ",
        ", ",
        ": ",
        "- ",
        "{",
        "}",
        "[",
        "]",
        "'",
        '"',
        "|",
        ">",
        "&a ",
        "*a",
    )
    return [word for word in (*found, *signs) if word]


def _fields(form: Any, seen: set[Any]) -> list[str]:
    """Names of the fields of a form and of those in it."""
    if form in seen:
        return []
    seen.add(form)
    found = []
    for name, info in getattr(form, "model_fields", {}).items():
        found.append(info.alias or name)
        for part in _parts(info.annotation):
            found += _fields(part, seen)
    return found


def _parts(annotation: Any) -> list[Any]:
    """The forms in an annotation."""
    if hasattr(annotation, "model_fields"):
        return [annotation]
    return [part for inner in getattr(annotation, "__args__", ()) for part in _parts(inner)]
