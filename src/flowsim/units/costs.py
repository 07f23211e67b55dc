"""What time costs: "20 per working day", "5 euro per hour"."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction

from flowsim.units.lengths import Length, read_terms, read_unit, settle
from flowsim.units.rates import MOST
from flowsim.units.reading import Cursor

_PER = ("per",)


@dataclass(frozen=True)
class CostOfTime:
    """`amount` for every `per` of time, of the clock or open time as the length says."""

    amount: float
    per: Length


def parse_cost_of_time(text: str) -> CostOfTime:
    """A number, at most one word for the currency, "per" or "/", and a length of time or a unit of one: "20 per working
    day", "100 euro per 2 weken". An amount of 0 is one. Raises QuantityError.
    """
    cursor = Cursor(text, "20 per working day")
    amount = float(cursor.number())
    if cursor.next.kind == "word" and cursor.next.text not in _PER and cursor.ahead(1).text in (*_PER, "/"):
        cursor.take()
    if not (cursor.word(_PER) or cursor.sign("/")):
        hint = f"{amount:g} per hour, {amount:g} per day or {amount:g} per working day?"
        raise cursor.error("FS225", "a cost of time is so much per length of time", hint)
    if cursor.next.kind == "number":
        terms = read_terms(cursor)
    else:
        unit = read_unit(cursor, "1")
        if unit is None:
            raise cursor.error("FS225", "a unit of time is missing behind 'per'", f"write for example: {cursor.form}")
        terms = [(Fraction(1), unit)]
    cursor.finish()
    per = settle(cursor, terms, None)
    if not (per.ticks or per.working_days or per.working_weeks):
        raise cursor.error("FS225", "no time costs nothing", f"write for example: {cursor.form}")
    if amount > MOST:
        raise cursor.error("FS206", "too much to count", f"write for example: {cursor.form}")
    return CostOfTime(amount, per)
