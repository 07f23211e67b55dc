"""Reading short texts that people write: the error, the tokens, and numbers (English and Dutch alike).

A decimal comma is as good as a point. Digits are never grouped: "1.500,5" and "1 500" are refused, and so
is a number that could be read both ways ("1.500" and "1,500": one and a half, or fifteen hundred?), because
a silent factor of a thousand is the worst thing a reader of quantities can do.
"""

from __future__ import annotations

import difflib
import re
from collections.abc import Collection
from dataclasses import dataclass
from fractions import Fraction

from flowsim.errors import FlowsimError

MAX_TEXT = 300
"""The longest text, in characters, that is read as a quantity."""

LARGEST = 10**18
"""The largest number that is read at all."""

CODES: dict[str, str] = {
    "FS201": "nothing is written where a quantity is expected",
    "FS202": "the text is too long to be a quantity",
    "FS203": "not a number",
    "FS204": "a number that can be read with a decimal mark or with grouped thousands",
    "FS205": "a negative quantity",
    "FS206": "not a finite number, or too large",
    "FS207": "a number without a unit",
    "FS208": "an unknown unit",
    "FS209": "yes or no where a quantity is expected",
    "FS210": "the text has an unexpected sign or word, or ends too early",
    "FS211": "working time and clock time are mixed in one quantity",
    "FS212": "an unknown distribution",
    "FS213": "a distribution with a wrong number of parameters",
    "FS214": "a distribution with parameters that contradict each other",
    "FS215": "a share that is not between 0% and 100%",
    "FS216": "not a whole number, or below the least that makes sense",
    "FS217": "a rate that cannot be read",
    "FS218": "working days of a calendar that never opens",
    "FS219": "weekdays or opening hours that cannot be read",
    "FS220": "a time of day that does not exist",
    "FS221": "a batch rule that cannot be read",
    "FS222": "values of a file that has not been read, or holds none",
    "FS223": "a factor that is out of all proportion",
    "FS224": "a group of requests that cannot be read",
    "FS225": "a cost per time that cannot be read",
    "FS226": "a value that somebody is `unsure` of and that is no range between two such values",
    "FS227": "a value that is chosen rather than known, so that it cannot be `unsure`",
}
"""Every code of this room with what it stands for; the codes never change their meaning."""


def word_set(text: str) -> frozenset[str]:
    """The words of a text, for looking up."""
    return frozenset(text.split())


YES_NO = word_set("yes no true false on off ja nee neen waar onwaar")
NOT_FINITE = word_set("nan inf infinity infinite oneindig ∞")


class QuantityError(FlowsimError, ValueError):
    """A text that is not the quantity expected: `message` what was found, `hint` how to mend it, `code`
    FS2xx.
    """

    exit_code = 2

    def __init__(self, message: str, *, code: str, hint: str = "") -> None:
        super().__init__(message, code=code, hint=hint)
        self.message = message


def shown(text: str) -> str:
    """The text between quotes for a message: at most 60 characters, nothing in it that a terminal would obey."""
    short = text if len(text) <= 60 else text[:57] + "..."
    return "'" + "".join(c if c.isprintable() else f"\\u{ord(c):04x}" for c in short) + "'"


def closest(word: str, known: Collection[str]) -> str:
    """The known word most like `word`, or ""."""
    found = difflib.get_close_matches(word[:40].casefold(), known, n=1, cutoff=0.6)
    return found[0] if found else ""


@dataclass(frozen=True)
class Token:
    """A piece of text: `kind` is number, word, sign or end; words are case-folded, signs in one spelling."""

    kind: str
    text: str
    start: int
    end: int


_TOKEN = re.compile(
    r"""\s+
    | (?P<number> [0-9]+ (?:[.,][0-9]+)* (?:e[+-]?[0-9]+)? )
    | (?P<sign> t/m(?!\w) | \.\.\.? | … | \+/[-−] | \+- | [-‐‑–—−] | [±()%:;,/+&] )
    | (?P<word> ∞ | [^\W\d_]+ )""",
    re.VERBOSE | re.IGNORECASE,
)
_SPELLING = {"...": "..", "…": "..", "+/-": "±", "+/−": "±", "+-": "±", **dict.fromkeys("‐‑–—−", "-")}


class Cursor:
    """The tokens of a text and how far they have been read. `form` is an example of what is expected."""

    def __init__(self, text: str, form: str) -> None:
        self.text = text
        self.form = form
        self.at = 0
        if len(text) > MAX_TEXT:
            hint = f"at most {MAX_TEXT} characters, as in: {form}"
            raise QuantityError(f"{shown(text)}: too long ({len(text)} characters)", code="FS202", hint=hint)
        if not text.strip():
            raise QuantityError("nothing is written here", code="FS201", hint=f"write for example: {form}")
        if text.strip().lstrip("+-−.").casefold() in NOT_FINITE:
            raise self.error("FS206", "not a finite number", f"write for example: {form}")
        self.tokens = self._tokens()

    def _tokens(self) -> list[Token]:
        found: list[Token] = []
        at = 0
        while at < len(self.text):
            match = _TOKEN.match(self.text, at)
            if match is None:
                raise self.error("FS210", f"unexpected {shown(self.text[at])}", f"write for example: {self.form}")
            if match.lastgroup is not None:
                text = match[0].casefold()
                found.append(Token(match.lastgroup, _SPELLING.get(text, text), at, match.end()))
            at = match.end()
        found.append(Token("end", "", at, at))
        return found

    @property
    def next(self) -> Token:
        """The token not yet read; kind "end" after the last."""
        return self.tokens[self.at]

    def ahead(self, steps: int) -> Token:
        """The token that many places after `next`; the end when there is none."""
        return self.tokens[min(self.at + steps, len(self.tokens) - 1)]

    def take(self) -> Token:
        """Read one token (the end is never passed)."""
        token = self.next
        if token.kind != "end":
            self.at += 1
        return token

    def sign(self, *signs: str) -> bool:
        """Read one of these signs if it comes next."""
        if self.next.kind == "sign" and self.next.text in signs:
            self.at += 1
            return True
        return False

    def word(self, words: Collection[str]) -> str:
        """Read one of these words if it comes next: the word, or ""."""
        if self.next.kind == "word" and self.next.text in words:
            return self.take().text
        return ""

    def number(self, *, grouped: bool = True) -> Fraction:
        """Read a number ≥ 0. `grouped`: refuse one that may have been written with grouped thousands."""
        token = self.next
        if token.kind == "number":
            self.at += 1
            return number_of(self, token.text, grouped=grouped)
        if token.kind == "end":
            raise self.error("FS210", "a number is missing at the end", f"write for example: {self.form}")
        if token.text == "-" and self.ahead(1).kind == "number":
            raise self.error("FS205", "a quantity cannot be negative", f"write for example: {self.form}")
        if token.text in YES_NO:
            raise self.error("FS209", "a quantity is expected, not yes or no", f"write for example: {self.form}")
        if token.text in NOT_FINITE:
            raise self.error("FS206", "not a finite number", f"write for example: {self.form}")
        raise self.error("FS203", f"a number is expected at {shown(token.text)}", f"write for example: {self.form}")

    def finish(self) -> None:
        """Refuse anything left unread."""
        token = self.next
        if token.kind == "end":
            return
        before = self.tokens[self.at - 1] if self.at else token
        if token.kind == "number" and before.kind == "number":
            hint = "write digits without spaces or dots between them: 1500"
        elif token.text == ":" and before.kind == "number":
            hint = "a length of time is written 1 h 30 min"
        else:
            hint = f"write for example: {self.form}"
        raise self.error("FS210", f"unexpected {shown(self.text[token.start : token.end])}", hint)

    def error(self, code: str, message: str, hint: str = "") -> QuantityError:
        """The error to raise about this text."""
        return QuantityError(f"{shown(self.text.strip())}: {message}", code=code, hint=hint)


def number_of(cursor: Cursor, text: str, *, grouped: bool = True) -> Fraction:
    """The exact value of a number token. Refuses more than one mark, doubtful thousands and huge exponents."""
    mantissa, _, exponent = text.partition("e")
    marks = [c for c in mantissa if c in ".,"]
    if len(marks) > 1:
        hint = "write digits with at most one decimal point or comma, and without grouping: 1500.5 or 1500,5"
        raise cursor.error("FS203", f"{shown(text)} is not a number", hint)
    whole, _, decimals = mantissa.replace(",", ".").partition(".")
    if grouped and len(decimals) == 3 and len(whole) <= 3 and whole[0] != "0" and not exponent:
        hint = f"write {whole}{decimals} or {whole}{marks[0]}{decimals}0"
        doubt = f"{shown(text)} may mean {whole}{decimals} or {float(f'{whole}.{decimals}'):g}"
        raise cursor.error("FS204", doubt, hint)
    power = int(exponent or "0") if len(exponent) <= 5 else (-9999 if exponent[0] == "-" else 9999)
    value = Fraction(int(whole + decimals), 10 ** len(decimals))
    if value and power < -330:
        raise cursor.error("FS206", f"{shown(text)} is too small to mean anything", "write 0")
    if power > 300 or value * Fraction(10) ** max(power, -330) > LARGEST:
        raise cursor.error("FS206", f"{shown(text)} is too large", f"write for example: {cursor.form}")
    return value * Fraction(10) ** max(power, -330)


def parse_number(text: str) -> float:
    """A finite number: "3", "1.5", "1,5", "-2". Raises QuantityError."""
    cursor = Cursor(text, "1.5")
    negative = cursor.next.text == "-" and cursor.ahead(1).kind == "number"
    if negative:
        cursor.take()
    value = float(cursor.number())
    cursor.finish()
    return -value if negative else value


def parse_count(text: str, *, least: int = 0) -> int:
    """A whole number from `least`: "3". Raises QuantityError."""
    cursor = Cursor(text, str(max(least, 3)))
    value = cursor.number()
    cursor.finish()
    if value.denominator != 1:
        raise cursor.error("FS216", "a whole number is expected", f"write for example: {cursor.form}")
    if value < least:
        raise cursor.error("FS216", f"the least that makes sense is {least}", f"write for example: {cursor.form}")
    return int(value)


def parse_share(text: str) -> float:
    """A share from 0 to 1: "60%", "60 %", "60 procent", "0.6", "0,6", "3/5". Raises QuantityError."""
    cursor = Cursor(text, "60%")
    value = read_share(cursor)
    cursor.finish()
    return float(value)


def read_share(cursor: Cursor) -> Fraction:
    """Read a share from 0 to 1 at the cursor, as an exact fraction."""
    value = cursor.number(grouped=False)
    if cursor.sign("%") or cursor.word(("percent", "procent", "pct")):
        value, hint = value / 100, "write a share between 0% and 100%"
    elif cursor.sign("/"):
        below = cursor.number(grouped=False)
        if below == 0:
            raise cursor.error("FS203", "nothing can be divided by 0", f"write for example: {cursor.form}")
        value, hint = value / below, "write a share between 0/1 and 1/1"
    else:
        hint = f"did you mean {float(value):g}%?" if value <= 100 else "write a share between 0% and 100%"
    if value > 1:
        raise cursor.error("FS215", "a share is between 0% and 100%", hint)
    return value


MOST_TIMES = 100
"""The largest factor: a hundred times as much."""


def parse_factor(text: str) -> Fraction:
    """How many times as much, exactly: "150%", "1.5", "1,5", "3/2", from 0 to 100. Raises QuantityError."""
    cursor = Cursor(text, "150%")
    value = cursor.number(grouped=False)
    if cursor.sign("%") or cursor.word(("percent", "procent", "pct")):
        value /= 100
    elif cursor.sign("/"):
        below = cursor.number(grouped=False)
        if below == 0:
            raise cursor.error("FS203", "nothing can be divided by 0", f"write for example: {cursor.form}")
        value /= below
    elif value > 10:  # "120" is meant as 120%
        raise cursor.error("FS223", "a factor without '%' is at most 10", f"did you mean {float(value):g}%?")
    cursor.finish()
    if value > MOST_TIMES:
        raise cursor.error("FS223", f"a factor is at most {MOST_TIMES * 100}%", f"write for example: {cursor.form}")
    return value
