"""When a batch leaves (R7, R11): "10 requests or 2 working days", "every day at 16:00 of 5 aanvragen"."""

from __future__ import annotations

from dataclasses import dataclass

from flowsim.units.lengths import PREFIXES, UNSTEADY, WORDS, Length, read_terms, settle
from flowsim.units.reading import Cursor, closest, shown, word_set
from flowsim.units.week import CLOCK_WORDS, ClockText, read_clock

NOUNS = word_set(
    "request requests piece pieces item items case cases file files application applications "
    "aanvraag aanvragen stuk stuks zaak zaken dossier dossiers verzoek verzoeken "
    "customer customers client clients complaint complaints report reports "
    "klant klanten klacht klachten melding meldingen"
)
"""What a batch may count."""

_TIMES = word_set("x keer maal time times")
_TWICE = word_set("once twice thrice eenmaal tweemaal driemaal")
_EVERY = word_set("every each elke iedere per")
_OR = word_set("or of")


@dataclass(frozen=True)
class BatchText:
    """What makes a batch leave, whichever comes first; None for what is not said. At least one is said."""

    size: int | None = None
    wait: Length | None = None
    clock: ClockText | None = None


def parse_batch(text: str) -> BatchText:
    """A batch rule: a number of requests, a longest wait and times of departure, joined by "or" or "of", at
    most one of each. Raises QuantityError.
    """
    cursor = Cursor(text, "10 requests or 2 working days")
    found: dict[str, int | Length | ClockText] = {}
    while True:
        kind, value = _condition(cursor)
        if kind in found:
            hint = "clock times are joined by 'and': at 10:00 and 15:00" if kind == "clock" else "keep one of them"
            raise cursor.error("FS221", f"there are two {_NAMES[kind]}", hint)
        found[kind] = value
        if not cursor.word(_OR):
            break
    cursor.finish()
    return BatchText(**found)  # type: ignore[arg-type]  # each kind has its own type


_NAMES = {"size": "numbers of requests", "wait": "longest waits", "clock": "clock times"}


def _condition(cursor: Cursor) -> tuple[str, int | Length | ClockText]:
    token, after = cursor.next, cursor.ahead(1)
    if token.text in _EVERY and after.kind == "number":
        cursor.take()
        if cursor.ahead(1).text not in NOUNS:
            hint = "say how long the first waits ('2 h'), or when it leaves ('every day at 16:00')"
            raise cursor.error("FS221", "a batch leaves every so many requests, not every so long", hint)
        return "size", _size(cursor)
    if token.kind == "word" and token.text in CLOCK_WORDS:
        return "clock", read_clock(cursor)
    if token.kind == "number" and after.text == ":":
        return "clock", read_clock(cursor)
    if token.kind == "number" and after.text in NOUNS:
        return "size", _size(cursor)
    if token.kind == "number" and (after.kind in ("end", "sign") or after.text in _OR):
        n = token.text
        raise cursor.error("FS221", f"{shown(n)} of what?", f"{n} requests, {n} h or {n} working days?")
    if token.text in _TWICE or (token.kind == "number" and after.text in _TIMES):
        hint = "say when: at 10:00 and 15:00 (om 10:00 en 15:00)"
        raise cursor.error("FS221", "a batch leaves at times of day, not so many times a day", hint)
    if token.kind == "number" and after.kind == "word" and after.text not in WORDS:
        _refuse_word(cursor, token.text, after.text)
    if token.kind == "word":
        near = closest(token.text, [word for word in CLOCK_WORDS if len(word) > 2])
        hint = f"did you mean '{near}'?" if near else f"write for example: {cursor.form}"
        raise cursor.error("FS221", f"unexpected {shown(token.text)}", hint)
    return "wait", settle(cursor, read_terms(cursor), None)


def _refuse_word(cursor: Cursor, number: str, word: str) -> None:
    """Refuse a word behind a whole number that stands for nothing countable, unless it may be a unit of time."""
    near = closest(word, NOUNS | WORDS.keys())
    if near in NOUNS:
        raise cursor.error("FS221", f"unexpected {shown(word)}", f"did you mean '{number} {near}'?")
    if number.isdecimal() and not near and word not in UNSTEADY and word not in PREFIXES:
        hint = f"{number} requests ({number} aanvragen), {number} h or {number} working days?"
        raise cursor.error("FS221", f"{shown(word)} is nothing that a batch counts", hint)


def _size(cursor: Cursor) -> int:
    value = cursor.number()
    cursor.take()
    if value.denominator != 1 or value < 1:
        raise cursor.error(
            "FS216", "a batch is a whole number of requests, 1 or more", f"write for example: {cursor.form}"
        )
    return int(value)
