"""From pydantic's errors to Problems: in words, at a place, with a hint."""

from __future__ import annotations

from collections.abc import Callable, Mapping
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

LATER: Mapping[str, str] = {
    "absence": "absence of people",
    "backlog": "a backlog at the start",
    "blocking": "limits on work in process",
    "branches": "parallel branches",
    "chasing": "customers who chase",
    "groups": "arrivals in groups",
    "join": "parallel branches",
    "limit": "limits on work in process",
    "limits": "limits on work in process",
    "meeting": "several teams at once",
    "parallel": "parallel branches",
    "patience": "customers who withdraw",
    "presence": "absence of people",
    "profile": "arrivals by hour and weekday",
    "same person": "one person who goes straight on",
    "skills": "skills of people",
    "wip limit": "limits on work in process",
}
"""Fields that the rules know of and this version does not, and what they are for."""


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
    later = LATER.get(key_form(word))
    if later:
        message = f"'{shorten(word)}' ({later}) is not in this version of flowsim"
        return places.problem("FS302", message, "leave it out, or upgrade flowsim", loc, key=True)
    form = _form_at(root, loc[:-1])
    hint = suggest(word, form.fields() if form else (), "known fields")
    if word[:1].isdigit():  # {time: 1,5 uur}: YAML ends the value at the comma
        hint = f'{RULE}: write a value with a comma between quotes, like "1,5 uur"'
    if len(loc) == 1 and key_form(word) == "changes":
        hint = "changes stand under a state: states.NAME.changes"
    return places.problem("FS301", f"unknown field '{shorten(word)}'", hint, loc, key=True)


def _missing(loc: Loc, root: type[Form], places: Places) -> Problem:
    form = _form_at(root, loc[:-1])
    info = next((f for n, f in form.model_fields.items() if (f.alias or n) == loc[-1]), None) if form else None
    example = f"{loc[-1]}: {info.examples[0]}" if info and info.examples else f"{loc[-1]}: ..."
    where = f" in '{'.'.join(str(item) for item in loc[:-1])}'" if len(loc) > 1 else ""
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
