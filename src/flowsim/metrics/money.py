"""Money: what people's time costs by what it went to, and what the customers' waiting costs (semantics section 5).

People are paid for all the time they are there, at the rate of their home team; so every kind of time of the staff
ledger has its price, and they add up to the whole. In the window, but for the cost of delay, which is of measured
requests.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from flowsim.metrics.service import Service
from flowsim.metrics.staff import KINDS, StaffRow

HOUR = 3_600_000

PRESENT = "present"
WORK_WAITED = "idle_while_work_waits"
DELAY = "delay"

ITEMS = (PRESENT, *KINDS, WORK_WAITED)
"""What a team's money goes to: all of it, each kind of time, and again the idle time during which work waited elsewhere
(idle_skilled and idle_silo).
"""


@dataclass(frozen=True)
class MoneyRow:
    """One price. `scope` is "team" (its people), "all" (those of all teams) or "class" (a class of requests), `name`
    which; `item` one of ITEMS or "delay".

    `ticks` of people's time in the window, None for delay. `amount` in currency, None where no cost is given; that of
    all teams is of those with a cost. `per_request`: for people's time divided by the requests delivered in the window,
    for delay by the measured requests that ended; None for no requests.
    """

    scope: str
    name: str
    item: str
    ticks: int | None
    amount: float | None
    per_request: float | None


def money_rows(service: Service, staff: Sequence[StaffRow]) -> list[MoneyRow]:
    """The items of every team, of all teams together, and the cost of delay of all classes and of each that has one."""
    frame = service.frame
    delivered = delivered_in_window(service)
    rates = [team.cost for team in frame.model.teams]
    rows = []
    totals = dict.fromkeys(ITEMS, 0)
    amounts = dict.fromkeys(ITEMS, 0.0)
    for one, rate in zip(staff, rates, strict=True):
        for item, ticks in _items(one).items():
            totals[item] += ticks
            amount = None if rate is None else ticks / HOUR * rate
            amounts[item] += amount or 0.0
            rows.append(MoneyRow("team", one.team, item, ticks, amount, _each(amount, delivered)))
    known = any(rate is not None for rate in rates)
    for item in ITEMS:
        amount = amounts[item] if known else None
        rows.append(MoneyRow("all", "all", item, totals[item], amount, _each(amount, delivered)))
    return rows + _delay(service)


def delivered_in_window(service: Service) -> int:
    """Requests of customers, measured or not, that ended in the window and were not withdrawn."""
    frame = service.frame
    ended = frame.requests["ended"][frame.delivered & ~frame.is_chase]
    return int(((ended >= frame.lo) & (ended < frame.hi)).sum())


def _items(row: StaffRow) -> dict[str, int]:
    """Ticks by item."""
    waited = row.kinds["idle_skilled"] + row.kinds["idle_silo"]
    return {PRESENT: row.present, **row.kinds, WORK_WAITED: waited}


def _delay(service: Service) -> list[MoneyRow]:
    """What the lead times of measured requests cost (`RequestClass.delay_cost`), together and by class."""
    frame = service.frame
    classes = frame.model.classes
    priced = [k for k, cls in enumerate(classes) if cls.delay_cost is not None]
    if not priced:
        return [MoneyRow("all", "all", DELAY, None, None, None)]
    over = frame.measured & frame.ended & np.isin(frame.requests["class"], priced)
    rows: list[MoneyRow] = []
    for name, own in (("all", over), *((classes[k].name, over & (frame.requests["class"] == k)) for k in priced)):
        amount = service.delay_cost_of(own)
        rows.append(MoneyRow("class" if rows else "all", name, DELAY, None, amount, _each(amount, int(own.sum()))))
    return rows


def _each(amount: float | None, number: int) -> float | None:
    return None if amount is None or not number else amount / number
