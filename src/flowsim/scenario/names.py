"""When two names or two keys are the same, and which known one a mistyped one was meant to be."""

from __future__ import annotations

import difflib
import unicodedata
from collections.abc import Iterable, Mapping
from typing import TypeVar

from flowsim.scenario.syntax import shorten

_Value = TypeVar("_Value")
_SHOWN = 12
_COMPARED = 2000  # known words looked through for the one that was meant


def name_form(name: str) -> str:
    """The form in which names are compared: case and the way accents are stored make no difference."""
    return unicodedata.normalize("NFC", unicodedata.normalize("NFC", name).casefold())


def key_form(key: str) -> str:
    """The form in which keys are compared: as names, and `-` and `_` are spaces."""
    return " ".join(name_form(key).replace("_", " ").replace("-", " ").split())


def look_up(entries: Mapping[str, _Value], word: str, *, names: bool = False) -> str | None:
    """The key of `entries` that `word` stands for, None if there is none: first as written, then as a name, then
    (unless these are `names`) as a key.
    """
    if word in entries:
        return word
    for form in (name_form,) if names else (name_form, key_form):
        wanted = form(word)
        for key in entries:
            if form(key) == wanted:
                return key
    return None


def closest_of(word: str, known: Iterable[str]) -> str:
    """The closest of the known words, "" when none is close."""
    forms = {key_form(option[:100]): option for option in reversed(list(known)[:_COMPARED])}
    close = difflib.get_close_matches(key_form(word[:100]), list(forms), n=1, cutoff=0.6)
    return forms[close[0]] if close else ""


def suggest(word: str, known: Iterable[str], what: str) -> str:
    """A hint: the closest of the known words, if one is close, and what is known."""
    options = list(known)[:_COMPARED]
    if not options:
        return f"{what}: none"
    close = closest_of(word, options)
    listed = ", ".join(shorten(option) for option in options[:_SHOWN]) + (", …" if len(options) > _SHOWN else "")
    meant = f"did you mean '{shorten(close)}'? " if close else ""
    return f"{meant}{what}: {listed}"
