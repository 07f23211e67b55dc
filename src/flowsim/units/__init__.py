"""Quantities for people, in English and Dutch, to and from ticks of one millisecond.

Reading: lengths, distributions, shares, rates, opening hours, clock times and batch rules; every text
either gives a result or a `QuantityError`. Writing: for people (`format_length` …, rounded) and without
loss (`format_exact`).
"""

from flowsim.units.batches import BatchText, parse_batch
from flowsim.units.formats import format_length, format_number, format_share, format_working
from flowsim.units.lengths import Length, format_exact, parse_length, parse_unit, write_length
from flowsim.units.quantities import Quantity, parse_quantity
from flowsim.units.rates import Rate, parse_rate
from flowsim.units.reading import CODES, QuantityError, parse_count, parse_number, parse_share
from flowsim.units.week import ClockText, parse_clock, parse_day_hours, parse_hours

__all__ = [
    "CODES",
    "BatchText",
    "ClockText",
    "Length",
    "Quantity",
    "QuantityError",
    "Rate",
    "format_exact",
    "format_length",
    "format_number",
    "format_share",
    "format_working",
    "parse_batch",
    "parse_clock",
    "parse_count",
    "parse_day_hours",
    "parse_hours",
    "parse_length",
    "parse_number",
    "parse_quantity",
    "parse_rate",
    "parse_share",
    "parse_unit",
    "write_length",
]
