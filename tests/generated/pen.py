"""How values are written: lengths, quantities, rates, shares and so on, in every form that the format knows.

Times come in minutes. A coarse pen writes whole quarters and zeros, and no distribution that leaves these: then much
happens at one instant. A smooth one writes every family.
"""

from __future__ import annotations

import re
from fractions import Fraction

from choices import Choices

from flowsim.scenario.fields import DUTCH
from flowsim.units.guesses import WORDS as WORDS_OF_GUESS
from flowsim.units.lengths import DAY, HOUR, MINUTE, SECOND, WEEK, WORDS
from flowsim.units.quantities import NAMES

QUARTER = 15

SIZES = {"min": MINUTE, "h": HOUR, "s": SECOND, "ms": 1, "day": DAY, "week": WEEK}
UNITS = {
    (name, working): [word for word, unit in WORDS.items() if unit.name == f"{'working ' if working else ''}{name}"]
    for name in SIZES
    for working in (False, True)
}
UNITS[("min", False)].sort(key=lambda word: word != "min")  # the plainest first
for _name in SIZES:
    UNITS[(_name, True)] += [f"{prefix} {word}" for prefix in ("working", "work") for word in UNITS[(_name, False)]]

NAMED = {family: [word for word, known in NAMES.items() if known == family] for family in NAMES.values()}
WORDED = {english: [english, *(d for d, e in DUTCH.items() if e == english)] for english in DUTCH.values()}

COUNTED = (
    *("requests", "request", "aanvragen", "aanvraag", "items", "item", "pieces", "piece", "stuks", "stuk", "cases"),
    *("case", "zaken", "zaak", "files", "file", "dossiers", "dossier", "applications", "verzoeken", "customers"),
    *("klanten", "complaints", "klachten", "reports", "meldingen"),
)
"""What a batch may count."""

GUESS_WORDS = (*WORDS_OF_GUESS, "Unsure")
"""The words that make a range a guess, in any case."""

FAMILIES = tuple(NAMED)
COARSE = ("constant", "discrete", "empirical", "uniform", "pert")
"""What a coarse pen writes; uniform and pert with one value only."""


_ONE = re.compile(r"(?P<before>every |elke )?(?P<number>[0-9]+(?:[.,][0-9]+)?)(?P<rest>[^0-9.,±(]*)")


def guessed(c: Choices, text: str) -> str:
    """A guess of which that text is the middle or an end; the text as it is where it has not one number."""
    found = _ONE.fullmatch(text)
    if found is None or not Fraction(number := found["number"].replace(",", ".")):
        return text
    value, rest = Fraction(number), found["rest"]
    word, before = c.pick(GUESS_WORDS), found["before"] or ""
    low, high = (value - 1, value + 1) if value.denominator == 1 and value > 1 else (value * 9 / 10, value * 11 / 10)
    if rest.strip() in ("", *COUNTED) and value.denominator == 1:
        low, high = value, value + 2
    elif "%" in rest or "percent" in rest or value < 1:
        low, high = value * 9 / 10, value
    ends = [f"{float(end):.6f}".rstrip("0").rstrip(".") for end in (low, high)]
    ends = [end + "0" * (len(end.partition(".")[2]) == 3) for end in ends]
    first = rest if c.chance(30) else ""
    return f"{before}{ends[0]}{first} .. {before if first else ''}{ends[1]}{rest} {word}"


class Pen:
    """Writes for one scenario; `files` are the data files that come of it, by name."""

    def __init__(self, choices: Choices, coarse: bool) -> None:
        self.c = choices
        self.coarse = coarse
        self.files: dict[str, str] = {}

    # -- words -------------------------------------------------------------------------------------------------------

    def word(self, english: str) -> str:
        """A word of the format, now and then in Dutch or in capitals."""
        found = self.c.pick(WORDED[english]) if self.c.chance(30) else english
        return found.capitalize() if self.c.chance(5) else found

    def yes(self, said: bool = True) -> str:
        """Yes or no."""
        return self.c.pick(("yes", "true", "ja") if said else ("no", "false", "nee"))

    def key(self, field: str) -> str:
        """The key of a field, now and then in another spelling."""
        if not self.c.chance(8):
            return field
        for old in " -":
            field = field.replace(old, self.c.pick(("_", " ", "-")))
        return field.title() if self.c.chance(30) else field

    def name(self, name: str) -> str:
        """A use of a name: case does not matter."""
        return self.c.pick((name.upper(), name.lower())) if self.c.chance(5) else name

    # -- numbers -----------------------------------------------------------------------------------------------------

    def number(self, value: Fraction | int) -> str:
        """At most six decimals, with a point or a comma, and never three behind it, which may be read in two ways."""
        text = f"{float(value):.6f}".rstrip("0").rstrip(".")
        if len(text.partition(".")[2]) == 3:
            text += "0"
        return text.replace(".", ",") if self.c.chance(20) else text

    def share(self, percent: int | None = None, *, low: int = 0, high: int = 100) -> str:
        """A share: 60%, 0.6, 3/5."""
        value = self.c.whole(low // 5, high // 5) * 5 if percent is None else percent
        form = self.c.weighed({"%": 8, "point": 1, "over": 1, "word": 1})
        if form == "point":
            return f"{value / 100:g}"
        if form == "over":
            return f"{value}/100"
        return f"{value} percent" if form == "word" else f"{value}%"

    # -- lengths -----------------------------------------------------------------------------------------------------

    def minutes(self, most: int, *, zero: bool = False) -> Fraction:
        """A time of at most so many minutes: whole quarters, or anything down to a tick."""
        if self.coarse:
            return Fraction(QUARTER * self.c.whole(0 if zero else 1, max(1, most // QUARTER)))
        if zero and self.c.chance(5):
            return Fraction(0)
        if self.c.chance(15):  # a broken number of ticks
            return Fraction(self.c.whole(1, most * 60_000), 60_000) + Fraction(self.c.pick((0, 3, 5)), 600_000)
        return Fraction(self.c.whole(1, most * 4), 4)

    def length(self, minutes: Fraction | int, *, working: bool = False) -> str:
        """A length in some unit, or as a sum of two: exactly so many minutes, to a hundredth of a tick."""
        ticks = Fraction(minutes) * MINUTE
        if not working and self.c.chance(10) and ticks > HOUR and ticks.denominator == 1:
            whole, rest = divmod(ticks, HOUR)
            if rest:
                mark = self.c.pick((" ", " and ", " en "))
                return f"{self.term(whole, 'h')}{mark}{self.term(rest / MINUTE, 'min')}"
        name = self.c.weighed({"min": 6, "h": 2, "s": 1, "ms": 1})
        if (ticks / SIZES[name] * 10_000).denominator != 1:  # six decimals are enough for a tick in any of these
            name = "min" if (ticks / MINUTE * 10_000).denominator == 1 else "ms"
        return self.term(ticks / SIZES[name], name, working=working)

    def term(self, count: Fraction | int, name: str, *, working: bool = False) -> str:
        """A number with a unit."""
        words = UNITS[(name, working)]
        word = self.c.pick(words) if self.c.chance(40) else self._plain(name, working)
        space = "" if len(word) == 1 and not working and self.c.chance(30) else " "
        return f"{self.number(count)}{space}{word}"

    def _plain(self, name: str, working: bool) -> str:
        plain = {"h": "hours", "day": "days", "week": "weeks"}.get(name, name) if working else name
        return f"working {plain}" if working else {"day": "days", "week": "weeks"}.get(name, name)

    def days(self, most: int, *, working: bool) -> str:
        """Whole or half days, or weeks."""
        if self.c.chance(10):
            return self.term(Fraction(self.c.whole(1, max(1, 2 * most // 7)), 2), "week", working=working)
        return self.term(Fraction(self.c.whole(1, 2 * most), 2), "day", working=working)

    def wait(self, most: int, *, calendar: bool, zero: bool = False) -> str:
        """A fixed wait: elapsed, or with a calendar also in working time."""
        if calendar and self.c.chance(35):
            return self.days(2, working=True) if self.c.chance(60) else self.length(self.minutes(most), working=True)
        if self.c.chance(15):
            return self.days(max(1, most // 1440), working=False)
        return self.length(self.minutes(most, zero=zero))

    # -- quantities --------------------------------------------------------------------------------------------------

    def work(self, most: int) -> str:
        """Work of at most about so many minutes, often none at all; now and then said in working hours."""
        return self.quantity(self.minutes(most, zero=True), working=self.c.chance(5))

    def drawn_wait(self, most: int, *, calendar: bool) -> str:
        """A drawn wait: elapsed, or with a calendar in working hours or days."""
        if calendar and self.c.chance(30):
            if self.c.chance(40):
                return self.days(2, working=True)
            return self.quantity(self.minutes(most), working=True)
        return self.quantity(self.minutes(most, zero=True))

    def quantity(self, mean: Fraction, *, working: bool = False) -> str:
        """A distribution of about this mean."""
        family = self.c.pick(COARSE if self.coarse else FAMILIES)
        if self.coarse and self.c.chance(60):
            family = "constant"
        if not mean and family not in ("constant", "uniform", "normal", "exponential"):
            family = "constant"
        return getattr(self, f"_{family}")(Fraction(mean), working)

    def _list(self, family: str, *parameters: str) -> str:
        mark = self.c.pick((", ", "; "))
        word = self.c.pick(NAMED[family])
        return f"{word.capitalize() if self.c.chance(5) else word}({mark.join(parameters)})"

    def _constant(self, mean: Fraction, working: bool) -> str:
        text = self.length(mean, working=working)
        return self._list("constant", text) if self.c.chance(10) else text

    def _ends(self, mean: Fraction) -> tuple[Fraction, Fraction]:
        return (mean, mean) if self.coarse else (mean / 2, mean * 3 / 2)

    def _uniform(self, mean: Fraction, working: bool) -> str:
        low, high = self._ends(mean)
        if self.c.chance(30):
            return self._list("uniform", *(self.length(end, working=working) for end in (low, high)))
        mark = self.c.pick((" .. ", "..", " ... ", " to ", " tot "))
        if self.c.chance(40) and (low * 10_000).denominator == 1 == (high * 10_000).denominator:
            return f"{self.number(low)}{mark}{self.term(high, 'min', working=working)}"
        return f"{self.length(low, working=working)}{mark}{self.length(high, working=working)}"

    def _three(self, mean: Fraction, working: bool) -> tuple[str, str, str]:
        low, high = self._ends(mean)
        likely = mean if self.coarse else mean * self.c.whole(5, 15) / 10
        return tuple(self.length(value, working=working) for value in (low, likely, high))  # type: ignore[return-value]

    def _triangular(self, mean: Fraction, working: bool) -> str:
        return self._list("triangular", *self._three(mean, working))

    def _pert(self, mean: Fraction, working: bool) -> str:
        low, likely, high = self._three(mean, working)
        return self._list("pert", low, likely, high) if self.c.chance(30) else f"{likely} ({low} .. {high})"

    def _exponential(self, mean: Fraction, working: bool) -> str:
        return self._list("exponential", self.length(mean, working=working))

    def _erlang(self, mean: Fraction, working: bool) -> str:
        return self._list("erlang", self.length(mean, working=working), str(self.c.whole(1, 5)))

    def _two(self, mean: Fraction, working: bool) -> tuple[str, str]:
        sd = mean * self.c.pick((1, 2, 4, 0)) / 2
        return self.length(mean, working=working), self.length(sd, working=working)

    def _gamma(self, mean: Fraction, working: bool) -> str:
        return self._list("gamma", *self._two(mean, working))

    def _lognormal(self, mean: Fraction, working: bool) -> str:
        if self.c.chance(30):
            return self._list("lognormal", *self._two(mean, working))
        return self.c.pick((" ± ", " +/- ", " +- ")).join(self._two(mean, working))

    def _normal(self, mean: Fraction, working: bool) -> str:
        return self._list("normal", *self._two(mean, working))

    def _weibull(self, mean: Fraction, working: bool) -> str:
        shape = self.c.pick(("1", "1.5", "0.7", "3"))
        return self._list("weibull", self.length(mean, working=working), shape)

    def _beta(self, mean: Fraction, working: bool) -> str:
        values = (mean / 2, mean * 2, mean, mean * self.c.pick((1, 2, 0)) / 5)
        return self._list("beta", *(self.length(value, working=working) for value in values))

    def _discrete(self, mean: Fraction, working: bool) -> str:
        values = [mean, *self.c.some((Fraction(0), mean * 2, mean + QUARTER), 1, 2)]
        shares = (100,) if len(values) == 1 else ((60, 40) if len(values) == 2 else (50, 20, 30))
        pairs = (f"{self.length(v, working=working)}: {s}%" for v, s in zip(values, shares, strict=True))
        return self._list("discrete", *pairs)

    def _empirical(self, mean: Fraction, working: bool) -> str:
        file = f"values{len(self.files) + 1}.csv"
        values = [mean, *self.c.some((mean * 2, Fraction(0), mean + QUARTER, mean), 0, 3)]
        rows = [f"{float(value):.6f}" for value in values]
        self.files[file] = "\n".join(["who,minutes", *(f"x,{row}" for row in rows)]) + "\n"
        unit = self.c.pick(UNITS[("min", working)])
        return self._list("empirical", file, "minutes", unit)

    # -- batches, rates, money ---------------------------------------------------------------------------------------

    def batch(self, *, most: int, wait: int, calendar: bool, forced: bool = False) -> str:
        """When a batch leaves; `forced`: not by number alone."""
        kinds = self.c.sorted_some(("size", "wait", "clock"), 1, 2)
        if forced and kinds == ["size"]:
            kinds.append("wait")
        found = []
        for kind in kinds:
            if kind == "size":
                every = "every " if self.c.chance(5) else ""
                found.append(f"{every}{self.c.whole(1, most)} {self.c.pick(COUNTED)}")
            elif kind == "wait":
                found.append(self.wait(wait, calendar=calendar))
            else:
                found.append(self.clock())
        if len(found) == 2 and self.c.chance(20) and kinds != ["wait", "clock"]:
            found.reverse()
        return self.c.pick((" or ", " of ")).join(found)

    def clock(self) -> str:
        """Times of departure."""
        times = [self.c.pick(("09:00", "12:00", "16:00", "10:15", "0:00", "13:00")) for _ in range(self.c.whole(1, 2))]
        at = self.c.pick((" at ", " om ")) + self.c.pick((" and ", " en ")).join(dict.fromkeys(times))
        days = (
            *("every day", "every working day", "elke werkdag", "dagelijks", "weekdays", "Tuesday and Thursday"),
            *("maandag en vrijdag", "mon-wed", "di t/m do", "elke dag", "workdays"),
        )
        return at.strip() if self.c.chance(15) else self.c.pick(days) + at

    def rate(self, gap: Fraction, working_minutes: int, weekly_minutes: int) -> str:
        """A rate at which one comes about every `gap` minutes of open time, on a calendar with such a day and week."""
        per = self.c.weighed({"hour": 2, "working day": 3, "day": 1, "week": 1, "month": 1, "year": 1})
        weeks = {"day": Fraction(1, 7), "week": Fraction(1), "month": Fraction(435, 100), "year": Fraction(5218, 100)}
        span = {"hour": 60, "working day": working_minutes}.get(per) or weekly_minutes * weeks[per]
        count = round(Fraction(span) / gap, 2) or Fraction(1, 100)
        words = {
            "hour": ("hour", "uur", "h", "working hour", "werkuur"),
            "working day": ("working day", "werkdag", "workday", "business day"),
            "day": ("day", "dag"),
            "week": ("week", "werkweek", "working week"),
            "month": ("month", "maand"),
            "year": ("year", "jaar"),
        }[per]
        what = self.c.weighed({"": 4, " permits": 1, " stuks": 1})
        return f"{self.number(count)}{what}{self.c.weighed({' per ': 5, '/': 1})}{self.c.pick(words)}"
