"""From pydantic's errors to Problems: in words, at a place, with a hint."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from types import UnionType
from typing import Any, Union, get_args, get_origin

from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

from flowsim.errors import Problem
from flowsim.scenario.commas import RULE, Broken, broken_at
from flowsim.scenario.forms import Form
from flowsim.scenario.names import closest_of, key_form, suggest
from flowsim.scenario.places import Loc, Places
from flowsim.scenario.syntax import shorten
from flowsim.scenario.tree import Node, Scalar

_LIMITS = "write `limits: {NAME: 10}` at the top of the file, NAME being a step, a team or all"
_BRANCHES = "write `next: {parallel: [A, [B, C]], join: D}` at the step after which the branches begin"
_PEOPLE = "write `people: {Ann: {teams: [Intake, Legal], speed: 120%}}` at the top of the file"
_CLASS = "it stands under a class of requests: requests.NAME."
_TEAM = "it stands under a team: teams.NAME."
_STEP = "it stands under a step: steps.NAME."

MEANT: Mapping[str, str] = {
    "absence": f"{_TEAM}absence",
    "any of": "write `team: [A, B]` at a step that any of several teams may take",
    "backlog": f"{_CLASS}backlog",
    "blocking": f"{_STEP}blocking",
    "branches": _BRANCHES,
    "chasing": f"{_CLASS}chasing",
    "cost of delay": f"{_CLASS}cost of delay",
    "group": "write `arrivals: {rate: 8 per working day, group: 1 .. 3}`",
    "groups": "write `arrivals: {rate: 8 per working day, group: 1 .. 3}`",
    "join": _BRANCHES,
    "journey": f"{_CLASS}journey",
    "limit": _LIMITS,
    "limits": _LIMITS,
    "meeting": "write `with: {Legal: 1}` at the step: others who are needed at the same time",
    "parallel": _BRANCHES,
    "patience": f"{_CLASS}patience",
    "presence": f"{_TEAM}presence",
    "profile": "write `arrivals: {rate: 8 per working day, profile: {mon: 150%, 09:00-11:00: 200%}}`",
    "same person": f"{_STEP}same person",
    "skill": _PEOPLE,
    "skills": _PEOPLE,
    "slots": f"{_TEAM}slots",
    "speed": _PEOPLE,
    "wip": _LIMITS,
    "wip limit": _LIMITS,
    "with": f"{_STEP}with",
}
"""Words that are no field where they stand, and how what they mean is written."""


def meant_by(word: str, fields: Iterable[str]) -> str:
    """How to write what a word means that is no field here (`MEANT`); "" when it is not known, or is the plural or
    singular of one of these fields.
    """
    form = key_form(word)
    near = any(key_form(field).rstrip("s") == form.rstrip("s") for field in fields)
    return "" if near else MEANT.get(form, "")


def problems_of(error: ValidationError, root: type[Form], places: Places) -> list[Problem]:
    """Every error as a Problem; `root` is the form that was validated. Of errors with one cause the cause is told: a
    value that a comma broke, a required field that is misspelt.
    """
    details = error.errors(include_url=False)
    broken: dict[Loc, Broken] = {}
    for detail in details:
        if detail["type"] == "extra_forbidden" or detail["loc"][-1:] == ("[key]",):
            loc = detail["loc"][:-1] if detail["loc"][-1] == "[key]" else detail["loc"]
            value = broken_at(places.find(loc[:-1]).node, str(loc[-1]))
            if value is not None:
                broken[(*loc[:-1], value.key)] = value
    misspelt = {
        (*d["loc"][:-1], _meant(d["loc"], root)) for d in details if d["type"] == "extra_forbidden" and d["loc"]
    }
    found = [_of_comma(loc, value, places) for loc, value in broken.items()]
    for detail in details:
        if detail["type"] == "missing" and detail["loc"] in misspelt:
            continue
        if not any(_caused_by(detail["loc"], at, value) for at, value in broken.items()):
            found.append(_problem(detail, root, places))
    return found


def _of_comma(loc: Loc, value: Broken, places: Places) -> Problem:
    message = f"unknown field '{shorten(value.pieces[0])}': it is the rest of '{shorten(value.key)}', behind a comma"
    return places.problem("FS301", message, value.hint, (*loc[:-1], value.pieces[0]), key=True)


def _caused_by(loc: Loc, at: Loc, value: Broken) -> bool:
    """Whether an error is about that value, or about one of its pieces."""
    within = tuple(loc[: len(at)])
    return within == tuple(at) or (within[:-1] == tuple(at[:-1]) and bool(within) and within[-1] in value.pieces)


def _meant(loc: Loc, root: type[Form]) -> str:
    """The field that an unknown one is most like; "" for none."""
    form = _form_at(root, loc[:-1])
    return closest_of(str(loc[-1]), form.fields()) if form else ""


def _problem(detail: ErrorDetails, root: type[Form], places: Places) -> Problem:
    loc = detail["loc"]
    key = bool(loc) and loc[-1] == "[key]"
    loc = loc[:-1] if key else loc
    known = _KINDS.get(detail["type"])
    if known:
        return known(loc, root, places)
    about = detail.get("ctx", {})
    if "below" not in about:  # a kind of error that no field of ours gives
        return places.problem("FS304", f"this does not fit here ({detail['msg']})", "", loc)
    below: tuple[str, ...] = about["below"]
    return places.problem(detail["type"], about["text"], about["hint"], (*loc, *below), key=key or about["key"])


def _unknown(loc: Loc, root: type[Form], places: Places) -> Problem:
    word = str(loc[-1])
    form = _form_at(root, loc[:-1])
    hint = suggest(word, form.fields() if form else (), "known fields")
    hint = meant_by(word, form.fields() if form else ()) or hint
    if word.isdecimal() and not _is_empty(places.find(loc).node):  # backlog.1.requests, and the backlog is no list
        hint = f"there is no list here, so nothing has a number: leave '{word}' out of the path"
    elif word[:1].isdigit():  # {time: 1,5 uur}: YAML ends the value at the comma
        hint = f'{RULE}: write a value with a comma between quotes, like "1,5 uur"'
    if len(loc) == 1 and key_form(word) == "changes":
        hint = "changes stand under a state: states.NAME.changes"
    return places.problem("FS301", f"unknown field '{shorten(word)}'", hint, loc, key=True)


def _is_empty(node: Node) -> bool:
    return isinstance(node, Scalar) and not node.text.strip()


def _missing(loc: Loc, root: type[Form], places: Places) -> Problem:
    form = _form_at(root, loc[:-1])
    info = next((f for n, f in form.model_fields.items() if (f.alias or n) == loc[-1]), None) if form else None
    example = f"{loc[-1]}: {info.examples[0]}" if info and info.examples else f"{loc[-1]}: ..."
    above = places.find(loc[:-1]).path  # as written: items from 1, none for the only item without its list
    where = f" in '{above}'" if above else ""
    return places.problem("FS303", f"expected the field '{loc[-1]}'{where}, found none", f"for example: {example}", loc)


def _too_few(loc: Loc, root: type[Form], places: Places) -> Problem:
    return places.problem(
        "FS312",
        f"expected at least one entry in '{loc[-1]}', found none",
        "write one, or see flowsim explain",
        loc,
    )


def _too_many(loc: Loc, root: type[Form], places: Places) -> Problem:
    message = f"there are more {loc[-1]} than one scenario can have"
    return places.problem("FS317", message, "join what is alike", loc, key=True)


_KINDS: dict[str, Callable[[Loc, type[Form], Places], Problem]] = {
    "extra_forbidden": _unknown,
    "missing": _missing,
    "too_short": _too_few,
    "too_long": _too_many,
}


def _form_at(root: type[Form], loc: Loc) -> type[Form] | None:
    """The form that the schema has there: fields by name, any name in a mapping by name, any item in a list."""
    kind: Any = root
    for item in loc:
        form = form_in(kind)
        if form is not None:
            fields = {f.alias or n: f.annotation for n, f in form.model_fields.items()}
            kind = fields.get(str(item))
        else:
            kind = inner(kind)
        if kind is None:
            return None
    return form_in(kind)


def form_in(kind: Any) -> type[Form] | None:
    """The form that an annotation is, or is besides None."""
    if isinstance(kind, type) and issubclass(kind, BaseModel):
        return kind if issubclass(kind, Form) else None
    if get_origin(kind) in (Union, UnionType):
        return next((form_in(k) for k in get_args(kind) if form_in(k)), None)
    return form_in(get_args(kind)[0]) if hasattr(kind, "__metadata__") else None


def inner(kind: Any) -> Any:
    """What a mapping by name or a list holds; None when the annotation is neither."""
    if hasattr(kind, "__metadata__"):
        return inner(get_args(kind)[0])
    origin, args = get_origin(kind), get_args(kind)
    if origin in (Union, UnionType):
        return next((inner(k) for k in args if inner(k) is not None), None)
    if origin is dict:
        return args[1]
    return args[0] if origin in (list, tuple) else None
