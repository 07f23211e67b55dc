"""`Texts`: sentences, numbers, shares and lengths of time in one language.

English sentences are the keys, so the source reads like the page it makes. Values go in by name and as text, already
formatted: that is how a number can never slip through with the wrong decimal mark. Numbers themselves are
written by `units.formats`, so that they read the same in a plot and on the command line.
"""

from __future__ import annotations

import gettext
import io
import math
from functools import cache
from importlib.resources import files

from flowsim.texts.po import compile_mo, read_po
from flowsim.texts.words import LEVERS, MEASURES, PARTS
from flowsim.units.formats import format_length, format_number, format_share
from flowsim.units.lengths import MINUTE

LANGS = ("en", "nl")


@cache
def _translations(lang: str) -> gettext.NullTranslations:
    """The catalogue of `lang`, read once; English needs none."""
    if lang == "en":
        return gettext.NullTranslations()
    source = files("flowsim.texts").joinpath(f"locale/{lang}/LC_MESSAGES/flowsim.po")
    return gettext.GNUTranslations(io.BytesIO(compile_mo(read_po(source.read_text(encoding="utf-8")))))


class Texts:
    """The words of one language (`en` or `nl`). Raises ValueError for another language."""

    def __init__(self, lang: str = "en") -> None:
        if lang not in LANGS:
            raise ValueError(f"no texts in language {lang!r}; there are {', '.join(LANGS)}")
        self.lang = lang
        self._catalogue = _translations(lang)

    def t(self, english: str, /, **values: str) -> str:
        """The sentence `english` in this language, its `{placeholders}` filled from `values`."""
        if not english:  # gettext keeps its header under the empty text
            return ""
        return self._catalogue.gettext(english).format_map(values)

    def n(self, one: str, many: str, count: int, /, **values: str) -> str:
        """`one` or `many` by the language's plural rule; `{n}` is the count, formatted."""
        return self._catalogue.ngettext(one, many, count).format_map({"n": self.number(count), **values})

    def number(self, x: float, digits: int = 0) -> str:
        """`x` with so many decimals: 4438.5 (en), 4438,5 (nl); a value that is not finite becomes –."""
        return format_number(x, digits, self.lang)

    def short(self, x: float) -> str:
        """`x` as said aloud: 149, 12.3, 5.8, 0.13; a whole number has no decimals."""
        size = abs(x)
        if not math.isfinite(x) or size >= 100 or abs(x - round(x)) < 1e-9:
            return self.number(x)
        if size >= 1:
            return self.number(x, 1)
        return self.number(x, 1 - math.floor(math.log10(size)))

    def share(self, x: float) -> str:
        """The share `x` (0..1) in per cent. What is not nothing never reads 0%, what is not all never 100%."""
        return format_share(x, self.lang)

    def length(self, minutes: float) -> str:
        """An elapsed time given in minutes, in the unit a person would choose: 29 min, 16.3 h, 3.1 days of 24 h."""
        return format_length(minutes * MINUTE, self.lang)

    def amount(self, x: float, unit: str) -> str:
        """`x` with its unit in words: 5.8 working days, 1 working day. `unit`: minute, hour, day, working day.

        Raises ValueError for another unit.
        """
        value = self.short(x)
        count = 1 if value == "1" else 2
        if unit == "working day":
            return self.n("{x} working day", "{x} working days", count, x=value)
        if unit == "day":
            return self.n("{x} day", "{x} days", count, x=value)
        if unit == "hour":
            return self.t("{x} h", x=value)
        if unit == "minute":
            return self.t("{x} min", x=value)
        raise ValueError(f"no word for the unit {unit!r}")

    def part(self, key: str) -> str:
        """The name of a ledger part (semantics §4) for people. Raises KeyError for an unknown key."""
        return self.t(PARTS[key])

    def lever(self, kind: str, about: str) -> str:
        """What a lever does, for people. Raises KeyError for an unknown kind."""
        return self.t(LEVERS[kind], about=about)

    def measure(self, key: str) -> str:
        """The name of a measure (semantics §5) for people. Raises KeyError for an unknown key."""
        return self.t(MEASURES[key])
