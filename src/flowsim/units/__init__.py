"""Quantities for people, in English and Dutch, to and from ticks of one millisecond.

Reading: lengths, distributions, shares, rates, costs, groups, opening hours, clock times and batch rules; every text
either gives a result or a `QuantityError`. Writing: for people (`format_length` …, rounded) and without
loss (`format_exact`).
"""

from flowsim.units.batches import BatchText, parse_batch
from flowsim.units.costs import CostOfTime, parse_cost_of_time
from flowsim.units.formats import format_length, format_number, format_share, format_working
from flowsim.units.groups import Group, parse_group, parse_size
from flowsim.units.guesses import Guess, guess_error, has_range, is_marked, parse_guess
from flowsim.units.lengths import Length, format_exact, parse_length, parse_unit, write_length
from flowsim.units.quantities import Quantity, parse_quantity
from flowsim.units.rates import Rate, parse_rate
from flowsim.units.reading import CODES, QuantityError, parse_count, parse_factor, parse_number, parse_share
from flowsim.units.week import ClockText, joined, parse_clock, parse_day_hours, parse_hours, parse_part

__all__ = [
    "CODES",
    "BatchText",
    "ClockText",
    "CostOfTime",
    "Group",
    "Guess",
    "Length",
    "Quantity",
    "QuantityError",
    "Rate",
    "format_exact",
    "format_length",
    "format_number",
    "format_share",
    "format_working",
    "guess_error",
    "has_range",
    "is_marked",
    "joined",
    "parse_batch",
    "parse_clock",
    "parse_cost_of_time",
    "parse_count",
    "parse_day_hours",
    "parse_factor",
    "parse_group",
    "parse_guess",
    "parse_hours",
    "parse_length",
    "parse_number",
    "parse_part",
    "parse_quantity",
    "parse_rate",
    "parse_share",
    "parse_size",
    "parse_unit",
    "write_length",
]
