"""The fields explained: for a person (`explain`) and for an editor (`json_schema`), both from the forms themselves."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from difflib import SequenceMatcher
from textwrap import wrap
from typing import Any, get_args

from pydantic.fields import FieldInfo

from flowsim import units
from flowsim.errors import ScenarioError, UsageError
from flowsim.scenario.faults import form_in, inner, meant_by
from flowsim.scenario.fields import FORMAT, ByName, Reader
from flowsim.scenario.forms import Form
from flowsim.scenario.names import closest_of, key_form, look_up, suggest
from flowsim.scenario.paths import parse_path
from flowsim.scenario.schema import ScenarioForm
from flowsim.scenario.syntax import shorten

WIDTH = 88
_SHOWN = 4  # paths in a hint
_NEAR = 0.8  # how much a name is like a field that it is taken for a misspelt one
DIALECT = "https://json-schema.org/draft/2020-12/schema"


_GUESSES = """\
unsure (onzeker)
  Behind a range: one value that is not known, anywhere between two ends. It may stand for
  anything that has a number, but for how a run is done, dates and times of the clock.

For example:
  time: 10 .. 20 min unsure
  time: exponential(10 .. 20 min) unsure
  time: 20 min ± 5 min .. 40 min ± 10 min unsure
  arrivals: 8 .. 12 per working day unsure
  returns: 5% .. 15% to Register unsure
  people: 2 .. 4 unsure

The middle is used; `flowsim unsure FILE` says what not knowing it means for the results."""


def json_schema() -> dict[str, Any]:
    """The JSON Schema (draft 2020-12) of a scenario file, short forms included, for editors that complete and check.

    A file that is `based on` another may leave anything out, so nothing is required of it.
    """
    whole = _tidied(ScenarioForm.model_json_schema(by_alias=True, mode="validation"))
    forms: dict[str, Any] = whole.pop("$defs")
    forms.setdefault("ScenarioForm", whole)
    parts = {f"PartOf{name}": _part(form) for name, form in forms.items()}
    return {
        "$schema": DIALECT,
        "title": f"flowsim scenario, format {FORMAT}",
        "description": f"Any value with a number may be a guess: {units.guesses.FORM}",
        "type": "object",
        "if": {"required": ["based on"]},
        "then": {"$ref": "#/$defs/PartOfScenarioForm"},
        "else": {"$ref": "#/$defs/ScenarioForm"},
        "$defs": {**forms, **parts},
    }


def explain(path_text: str) -> str:
    """What may stand at a path (`steps.X.handoff.batch`; "" is the whole file), in plain words with examples. Names
    and the numbers of lists may be there or not; one field that stands in one place only is found by its name alone.
    A code of a message (`FS207`) and `unsure` are explained too. Raises UsageError FS331 with the closest known field.
    """
    if re.fullmatch(r"FS\d{3}", path_text.strip(), re.IGNORECASE):
        return _code(path_text.strip().upper())
    if path_text.strip().casefold() in units.guesses.WORDS:
        return _GUESSES
    try:
        parts = parse_path(path_text) if path_text.strip() else ()
    except ScenarioError as error:
        raise UsageError(error.found[0].message, code="FS331", hint=error.found[0].hint) from None
    begin = _Spot((), None, ScenarioForm, named=False)
    spot = _follow(begin, parts)
    near = closest_of(parts[0], _fields(ScenarioForm)) if parts else ""
    deeper = _deeper(parts[0]) if spot is None and len(parts) == 1 else []
    exact = bool(deeper) and key_form(deeper[0][-1]) == key_form(parts[0])
    if len(deeper) == 1 and exact and not near:
        spot = _follow(begin, deeper[0])
    if spot is None:
        far = next(n for n in range(len(parts) - 1, -1, -1) if _follow(begin, parts[:n]) is not None)
        last = _follow(begin, parts[:far]) or begin
        fields = _fields(last.form) if last.form is not None else {}
        message = f"there is no field '{shorten(parts[far])}' in {'.'.join(last.path) or 'the file'}"
        hint = suggest(parts[far], fields, "known fields")
        if deeper and (exact or not near):
            others = " or ".join(f"'{'.'.join(path)}'" for path in deeper[:_SHOWN])
            hint = f"did you mean {others}? {hint}" if not near else hint.replace("'?", f"' or {others}?", 1)
        meant = "" if deeper and exact else meant_by(parts[far], fields)
        raise UsageError(message, code="FS331", hint=meant or hint)
    return "\n".join([*_page(spot), *_field_instead(begin, spot.path)])


def _code(code: str) -> str:
    """What a code of the quantities or of the advice stands for."""
    from flowsim.model.advice import CODES

    known = {code: ("error", meaning) for code, meaning in units.CODES.items()} | CODES
    if code not in known:
        hint = "the message itself says what is wrong and how to mend it; docs/messages.md lists every code"
        raise UsageError(f"there is nothing more to say about {code} here", code="FS331", hint=hint)
    severity, meaning = known[code]
    return f"{code} ({severity})\n  {meaning}"


def _deeper(word: str) -> list[tuple[str, ...]]:
    """Where in the file, not at its top, there are fields of that name; of names like it when there is none."""
    found = _paths(ScenarioForm, (), frozenset())
    exact = [path for path in found if key_form(path[-1]) == key_form(word)]
    near = closest_of(word, [path[-1] for path in found])
    return exact or [path for path in found if path[-1] == near]


def _paths(form: type[Form], above: tuple[str, ...], seen: frozenset[type[Form]]) -> list[tuple[str, ...]]:
    """The paths of all fields, without names."""
    paths = []
    for name, info in _fields(form).items():
        paths.append((*above, name))
        below = form_in(inner(info.annotation)) or form_in(info.annotation)
        if below is not None and below not in seen:
            paths += _paths(below, (*above, name), seen | {form, below})
    return paths


def _field_instead(begin: _Spot, path: tuple[str, ...]) -> list[str]:
    """A line about the field that a name in the path is so much like that it may be misspelt."""
    for n, part in enumerate(path):
        above = _follow(begin, path[:n])
        if above is None or not above.named or above.form is None or look_up(_fields(above.form), part) is not None:
            continue
        meant = closest_of(part, _fields(above.form))
        if meant and SequenceMatcher(None, key_form(part), key_form(meant)).ratio() >= _NEAR:
            other = ".".join((*path[:n], meant, *path[n + 1 :]))
            return ["", f"If you meant the field: flowsim explain {other}"]
    return []


@dataclass(frozen=True)
class _Spot:
    """Where a path leads: a field (`info`) or a thing of a mapping by name (None), and the `form` of what is there.
    `named`: the form is that of each thing in a mapping by name.
    """

    path: tuple[str, ...]
    info: FieldInfo | None
    form: type[Form] | None
    named: bool


def _follow(spot: _Spot, parts: tuple[str, ...]) -> _Spot | None:
    """Where the parts lead from a spot. A part that can be a field is taken for one, and if that leads nowhere, for a
    name or a number.
    """
    if not parts:
        return spot
    part, rest = parts[0], parts[1:]
    fields = _fields(spot.form) if spot.form is not None else {}
    key = look_up(fields, part)
    if key is not None:
        info = fields[key]
        named = any(isinstance(item, ByName) for item in info.metadata)
        form = form_in(inner(info.annotation)) or form_in(info.annotation)
        found = _follow(_Spot((*spot.path, key), info, form, named), rest)
        if found is not None:
            return found
    if spot.named:
        about = spot.info if spot.form is None else None  # a value by name: all there is to say is said of the mapping
        return _follow(_Spot((*spot.path, part), about, spot.form, named=False), rest)
    if spot.form is not None and spot.info is not None and re.fullmatch(r"\d+|\*", part):
        return _follow(replace(spot, path=(*spot.path, part)), rest)
    return None


def _fields(form: type[Form]) -> dict[str, FieldInfo]:
    return {info.alias or name: info for name, info in form.model_fields.items()}


def _page(spot: _Spot) -> list[str]:
    """The lines about one field, or about one thing of a mapping by name."""
    info, form = spot.info, spot.form
    about = info.description if info is not None else " ".join((form.__doc__ or "").split()) if form else ""
    path = ".".join(spot.path)
    lines = [
        path or "a scenario file",
        *wrap(about or "", WIDTH, initial_indent="  ", subsequent_indent="  "),
    ]
    examples = _examples(spot)
    if form is not None and info is not None and not spot.named:
        examples += [text for text in form.short if text not in examples]
    if examples:
        key = [part for part in spot.path if not re.fullmatch(r"\d+|\*", part)][-1]
        lines += ["", "For example:", *(f"  {key}: {example}" for example in examples)]
    if info is not None:
        lines += ["", _default(info)]
    if form is not None:
        heading = "Each has a name of its own, and these fields:" if spot.named else "Fields:"
        lines += ["", heading, *_listed(form)]
    return lines


def _examples(spot: _Spot) -> list[str]:
    """Those of a field. Of one of many values by name, of which the field tells, those of such a value: the field's own
    examples show many.
    """
    info = spot.info
    if info is None:
        return []
    if spot.form is None and not spot.named and any(isinstance(item, ByName) for item in info.metadata):
        inside = get_args(info.annotation)[1:]
        readers = [item for value in inside for item in get_args(value) if isinstance(item, Reader)]
        return [example for reader in readers for example in reader.examples]
    return [str(example) for example in info.examples or []]


def _default(info: FieldInfo) -> str:
    if info.is_required():
        return "Required."
    if info.default in (None, "", [], {}, ()):
        return "May be left out."
    reader = next((item for item in info.metadata if isinstance(item, Reader)), None)
    if reader is not None and reader.default:
        return f"Default: {reader.default}"
    shown = (
        {True: "yes", False: "no"}.get(info.default, info.default) if isinstance(info.default, bool) else info.default
    )
    return f"Default: {shown}"


def _listed(form: type[Form]) -> list[str]:
    """Each field with the first sentence about it."""
    fields = _fields(form)
    width = max(len(name) for name in fields)
    lines = []
    for name, info in fields.items():
        first = re.split(r"(?<=\.) ", info.description or "")[0].rstrip(".")
        mark = " (required)" if info.is_required() else ""
        lead = f"  {name.ljust(width)}  "
        lines += wrap(first + mark, WIDTH, initial_indent=lead, subsequent_indent=" " * len(lead))
    return lines


def _tidied(schema: Any, *, names: bool = False) -> Any:
    """Without what is no use to an editor: defaults (described in words), titles made of field names, and examples
    that are mappings or lists written as text. `names`: the keys are names of fields, not keywords of JSON Schema.
    """
    if isinstance(schema, list):
        return [_tidied(item) for item in schema]
    if not isinstance(schema, dict):
        return schema
    tidied: dict[str, Any] = {}
    for key, value in schema.items():
        if names:
            tidied[key] = {word: inside for word, inside in _tidied(value).items() if word != "title"}
        elif key == "examples":
            plain = [text for text in value if not text.startswith(("{", "["))]
            tidied |= {"examples": plain} if plain else {}
        elif key == "$defs":
            tidied[key] = {name: _tidied(form) for name, form in value.items()}
        elif key != "default":
            tidied[key] = _tidied(value, names=key in ("properties", "patternProperties"))
    return tidied


def _part(schema: Any, *, names: bool = False) -> Any:
    """The same form with nothing required, referring to such forms."""
    if isinstance(schema, list):
        return [_part(item) for item in schema]
    if not isinstance(schema, dict):
        return schema
    part: dict[str, Any] = {}
    for key, value in schema.items():
        if key == "$ref" and not names:
            part[key] = value.replace("#/$defs/", "#/$defs/PartOf")
        elif key != "required" or names:
            part[key] = _part(value, names=not names and key in ("properties", "patternProperties"))
    return part
