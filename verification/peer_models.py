"""Processes built twice, as a flowsim scenario and as a Ciw network: those of several steps, and the list of all. What
agreement means stands in `two_tools.py`.

Ciw counts in whatever unit one likes, here minutes, in floating point; flowsim in whole milliseconds. Events of one
instant are settled by R3 in flowsim and by chance in Ciw; with laws that have a density there are none but groups.
"""

from __future__ import annotations

import math
from dataclasses import replace

import ciw
from ciw.dists import Deterministic, Exponential, Uniform
from ciw.network import Network

from peer_desks import impatient, in_groups, office_hours, out_of_order, three_at_one_desk, two_classes
from peer_parts import erlang, lead_quantile, lognormal, mean_lead, mean_wait, per_hour
from two_tools import Measure, Pair

ROOM = math.inf


def few_places(gap: int, days: int, replications: int) -> Pair:
    """Three steps in a row of two, one and two people, other laws of work at each, uniform gaps, few places; who is
    done and finds no place at the next step stays, and so does the person who did it. No formula is known. flowsim:
    `limits` (at work and waiting together) with `blocking: person`; Ciw: blocking after service (type I) is the only
    kind it has, and `queue_capacities` counts those who wait beside the servers, so 3 at Check is 2 + 1 and 2 at Decide
    is 0 + 2. Before the first step there is room for all in both (Ciw would turn them away). A place goes to who has
    been blocked longest in both. At one instant flowsim lets the blocked in before work is taken up, Ciw after it;
    first in, first out that makes no difference. The mistake: capacities read as flowsim's limits, without the servers.
    """

    def network(check: float, decide: float) -> Network:
        return ciw.create_network(
            arrival_distributions=[Uniform(1, 2 * gap - 1), None, None],
            service_distributions=[lognormal(16, 12), erlang(8, 2), Uniform(5, 29)],
            routing=[[0.0, 1.0, 0.0], [0.0, 0.0, 1.0], [0.0, 0.0, 0.0]],
            number_of_servers=[2, 1, 2],
            queue_capacities=[ROOM, check, decide],
        )

    return Pair(
        f"Few places between three steps, one every {gap} minutes",
        few_places.__doc__ or "",
        False,
        f"""
flowsim: 1
name: Few places
requests: {{request: {{arrivals: every 1 min .. {2 * gap - 1} min}}}}
tasks:
  register: {{time: 'lognormal(16 min, 12 min)', value: necessary}}
  check: {{time: 'erlang(8 min, 2)', value: necessary}}
  decide: {{time: 5 min .. 29 min, value: adding}}
teams:
  Desk: {{people: 2, calendar: always}}
  Control: {{people: 1, calendar: always}}
  Legal: {{people: 2, calendar: always}}
limits: {{Check: 3, Decide: 2}}
steps:
  Register: {{team: Desk, does: register, blocking: person}}
  Check: {{team: Control, does: check, blocking: person}}
  Decide: {{team: Legal, does: decide}}
run: {{length: {days + 1} days, warm-up: 1 day, seed: 103}}
""",
        ("Register", "Check", "Decide"),
        lambda: network(2, 0),
        (
            Measure("share that goes on to Check at once", lambda s: float((s.blocked("Check") == 0).mean())),
            Measure("share that goes on to Decide at once", lambda s: float((s.blocked("Decide") == 0).mean())),
            Measure("mean time blocked before Decide", lambda s: float(s.blocked("Decide").mean()), weak=True),
            Measure("mean lead time", mean_lead(), told=False),
        ),
        "capacities that do not count the servers",
        lambda: network(3, 2),
        replications,
        103,
    )


def five_desks(rate: float, days: int, replications: int) -> Pair:
    """Five desks with routes and returns: 10 % of what is checked goes back to Register; of the rest 60 % need advice,
    30 % do not and 10 % are refused; 15 % of all decisions go back to Register. No formula is known, for work is not
    exponential. flowsim: `next` with shares, `returns` without an end, a new draw each time; Ciw: a matrix of routes,
    drawn anew each time. flowsim draws the return before the route, so Ciw's shares are those of the route times 90 %.
    The mistake: decisions go back one desk only.
    """

    def network(back_to: int) -> Network:
        routes = [
            [0.0, 1.0, 0.0, 0.0, 0.0],
            [0.1, 0.0, 0.54, 0.27, 0.0],
            [0.0, 0.0, 0.0, 1.0, 0.0],
            [0.0, 0.0, 0.0, 0.0, 0.85],
            [0.0, 0.0, 0.0, 0.0, 0.0],
        ]
        routes[3][back_to] += 0.15
        return ciw.create_network(
            arrival_distributions=[per_hour(rate), None, None, None, None],
            service_distributions=[
                Uniform(4, 10),
                lognormal(10, 8),
                erlang(30, 3),
                Exponential(1 / 14),
                Deterministic(4),
            ],
            routing=routes,
            number_of_servers=[1, 2, 3, 2, 1],
        )

    return Pair(
        f"Five desks with returns, {rate:g} an hour",
        five_desks.__doc__ or "",
        False,
        f"""
flowsim: 1
name: Five desks
requests: {{request: {{arrivals: {rate:g} per hour}}}}
tasks:
  register: {{time: 4 min .. 10 min, value: necessary}}
  check: {{time: 'lognormal(10 min, 8 min)', value: waste}}
  advise: {{time: 'erlang(30 min, 3)', value: adding}}
  decide: {{time: exponential(14 min), value: adding}}
  send: {{time: 4 min, value: necessary}}
teams:
  Front desk: {{people: 1, calendar: always}}
  Control: {{people: 2, calendar: always}}
  Legal: {{people: 3, calendar: always}}
  Board: {{people: 2, calendar: always}}
  Post: {{people: 1, calendar: always}}
steps:
  Register: {{team: Front desk, does: register}}
  Check:
    team: Control
    does: check
    returns: 10% to Register
    next: {{Advise: 60%, Decide: 30%, end as refused: 10%}}
  Advise: {{team: Legal, does: advise}}
  Decide: {{team: Board, does: decide, returns: 15% to Register}}
  Send: {{team: Post, does: send}}
run: {{length: {days + 2} days, warm-up: 2 days, seed: 105}}
""",
        ("Register", "Check", "Advise", "Decide", "Send"),
        lambda: network(0),
        (
            Measure("visits a request", lambda s: s.passes()),
            Measure("mean lead time", mean_lead(), told=False),
            Measure("90 % of lead times below", lead_quantile(0.9), weak=True),
            Measure("mean wait at Register", mean_wait("Register"), weak=True),
        ),
        "decisions go back to Advise",
        lambda: network(2),
        replications,
        105,
    )


def full() -> list[Pair]:
    """All measures, at high loads."""
    return [
        three_at_one_desk(13.5, 60, 30),
        two_classes((4, 3.5), 110, 30),
        few_places(12, 40, 30),
        impatient(7.5, 30, 30),
        five_desks(4.5, 80, 30),
        in_groups(3.6, 120, 30),
        out_of_order("last in", 4.2, 80, 30, 107),
        out_of_order("random", 4.2, 80, 30, 108),
        office_hours(4, 250, 30),
    ]


def quick() -> list[Pair]:
    """Most of them over less time at other loads, without the measures that need more."""
    pairs = [
        three_at_one_desk(9, 11, 12),
        two_classes((4, 3), 15, 12),
        few_places(14, 7, 12),
        impatient(9, 5, 12),
        five_desks(3.6, 6, 12),
        in_groups(2.4, 22, 12),
        out_of_order("last in", 3.6, 17, 12, 107),
        office_hours(5, 100, 12),
    ]
    return [replace(pair, measures=tuple(m for m in pair.measures if not m.weak)) for pair in pairs]
