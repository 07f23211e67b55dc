"""Single desks built twice, as a flowsim scenario and as a Ciw network. See `peer_models.py`."""

from __future__ import annotations

from collections.abc import Callable

import ciw
import numpy as np
from ciw.dists import Deterministic, Exponential, Pmf, Uniform
from ciw.network import Network

from peer_parts import lead_quantile, lognormal, mean_lead, mean_wait, per_hour, waits
from two_tools import Measure, Pair


def three_at_one_desk(rate: float, days: int, replications: int) -> Pair:
    """M/M/3: three alike, one list, first in, first out. The rules of both tools read the same: who comes takes a free
    person, else the end of the list. The mistake: one person three times as fast.
    """
    return Pair(
        f"Three at one desk, {rate / 18:.0%} load",
        three_at_one_desk.__doc__ or "",
        True,
        f"""
flowsim: 1
name: Three at one desk
requests: {{request: {{arrivals: {rate:g} per hour}}}}
tasks: {{serve: {{time: exponential(10 min), value: adding}}}}
teams: {{Desk: {{people: 3, calendar: always}}}}
steps: {{Serve: {{team: Desk, does: serve}}}}
run: {{length: {days + 1} days, warm-up: 1 day, seed: 101}}
""",
        ("Serve",),
        lambda: ciw.create_network([per_hour(rate)], number_of_servers=[3], service_distributions=[Exponential(0.1)]),
        (
            Measure("mean lead time", mean_lead()),
            Measure("90 % of lead times below", lead_quantile(0.9)),
            Measure("share that waits", waits(), weak=True),
        ),
        "one person, three times as fast",
        lambda: ciw.create_network([per_hour(rate)], number_of_servers=[1], service_distributions=[Exponential(0.3)]),
        replications,
        101,
    )


def two_classes(rates: tuple[float, float], days: int, replications: int) -> Pair:
    """Two people, two classes, rush before normal, no work interrupted; the rush lognormal, the normal uniform. For two
    people and two laws of work no formula is known. flowsim: `priority: rush` and `normal`; Ciw: priority classes 0 and
    1 without preemption. In both, within a class, who came first. The mistake: no priorities.
    """

    def network(normal: int) -> Network:
        return ciw.create_network(
            arrival_distributions={"rush": [per_hour(rates[0])], "normal": [per_hour(rates[1])]},
            service_distributions={"rush": [lognormal(10, 10)], "normal": [Uniform(5, 25)]},
            priority_classes={"rush": 0, "normal": normal},
            number_of_servers=[2],
        )

    return Pair(
        f"Rush and normal for two people, {(rates[0] * 10 + rates[1] * 15) / 120:.0%} load",
        two_classes.__doc__ or "",
        False,
        f"""
flowsim: 1
name: Rush and normal
requests:
  rush: {{arrivals: {rates[0]:g} per hour, priority: rush}}
  normal: {{arrivals: {rates[1]:g} per hour, priority: normal}}
tasks:
  serve rush: {{time: 'lognormal(10 min, 10 min)', value: adding, only: rush}}
  serve normal: {{time: 5 min .. 25 min, value: adding, only: normal}}
teams: {{Desk: {{people: 2, calendar: always}}}}
steps: {{Serve: {{team: Desk, does: [serve rush, serve normal]}}}}
run: {{length: {days + 1} days, warm-up: 1 day, seed: 102}}
""",
        ("Serve",),
        lambda: network(1),
        (
            Measure("mean lead time of rush", mean_lead("rush")),
            Measure("90 % of lead times of rush below", lead_quantile(0.9, "rush")),
            Measure("mean lead time of normal", mean_lead("normal"), weak=True),
        ),
        "no priorities",
        lambda: network(0),
        replications,
        102,
    )


def impatient(rate: float, days: int, replications: int) -> Pair:
    """Two people, lognormal work, customers who leave after an even 10 to 50 minutes unless their work has begun. No
    formula is known. flowsim: `patience`, from the arrival, over the whole journey, here of one step; Ciw: a reneging
    time at the node, from the arrival there, while not in service. The mistake: patience with the same mean,
    exponential.
    """

    def network(patience: ciw.dists.Distribution) -> Network:
        return ciw.create_network(
            arrival_distributions=[per_hour(rate)],
            service_distributions=[lognormal(20, 15)],
            reneging_time_distributions=[patience],
            number_of_servers=[2],
        )

    return Pair(
        f"Customers who give up, {rate / 6:.0%} load",
        impatient.__doc__ or "",
        False,
        f"""
flowsim: 1
name: Customers who give up
requests: {{request: {{arrivals: {rate:g} per hour, patience: 10 min .. 50 min}}}}
tasks: {{serve: {{time: 'lognormal(20 min, 15 min)', value: adding}}}}
teams: {{Desk: {{people: 2, calendar: always}}}}
steps: {{Serve: {{team: Desk, does: serve}}}}
run: {{length: {days + 1} days, warm-up: 1 day, seed: 104}}
""",
        ("Serve",),
        lambda: network(Uniform(10, 50)),
        (
            Measure("share that gives up", lambda s: s.withdrawn(), weak=True),
            Measure("mean wait", mean_wait()),
            Measure("mean wait of who is served", lambda s: float(s.served().mean()), weak=True),
            Measure("90 % of waits of who is served below", lambda s: float(np.quantile(s.served(), 0.9))),
        ),
        "exponential patience of the same mean",
        lambda: network(Exponential(1 / 30)),
        replications,
        104,
    )


def in_groups(rate: float, days: int, replications: int) -> Pair:
    """Groups of one, two or five, two people, uniform work. No formula is known. flowsim: `group`, all of a group due
    at one instant, the lowest number first; Ciw: a batch, its members accepted one by one at one instant. First in,
    first out that is the same. The mistake: as many requests, one by one.
    """
    mean = 0.5 * 1 + 0.3 * 2 + 0.2 * 5

    def network(groups: float, sizes: ciw.dists.Distribution) -> Network:
        return ciw.create_network(
            arrival_distributions=[per_hour(groups)],
            batching_distributions=[sizes],
            service_distributions=[Uniform(2, 18)],
            number_of_servers=[2],
        )

    return Pair(
        f"Groups for two people, {rate * mean / 12:.0%} load",
        in_groups.__doc__ or "",
        False,
        f"""
flowsim: 1
name: Groups
requests: {{request: {{arrivals: {{rate: {rate:g} per hour, group: {{1: 50%, 2: 30%, 5: 20%}}}}}}}}
tasks: {{serve: {{time: 2 min .. 18 min, value: adding}}}}
teams: {{Desk: {{people: 2, calendar: always}}}}
steps: {{Serve: {{team: Desk, does: serve}}}}
run: {{length: {days + 1} days, warm-up: 1 day, seed: 106}}
""",
        ("Serve",),
        lambda: network(rate, Pmf([1, 2, 5], [0.5, 0.3, 0.2])),
        (
            Measure("share that waits", waits()),
            Measure("share that waits over 20 minutes", waits(20), weak=True),
            Measure("mean lead time", mean_lead()),
        ),
        "one by one",
        lambda: network(rate * mean, Deterministic(1)),
        replications,
        106,
    )


def out_of_order(queue: str, rate: float, days: int, replications: int, seed: int) -> Pair:
    """One person, uniform work, whose list is last in, first out, or in random order. flowsim: `queue: last in`, or
    `random`, by which each joins at a random place of the list and the first is taken; Ciw: LIFO takes the last of the
    list, SIRO draws one of all when it takes. The order does not change the mean wait (whoever is taken, his work has
    the same law), it changes the spread. The mistake: first in, first out; on the mean it does not show.
    """
    discipline = {"last in": ciw.disciplines.LIFO, "random": ciw.disciplines.SIRO}[queue]

    def network(order: Callable[..., ciw.individual.Individual]) -> Network:
        return ciw.create_network(
            arrival_distributions=[per_hour(rate)],
            service_distributions=[Uniform(2, 18)],
            number_of_servers=[1],
            service_disciplines=[order],
        )

    return Pair(
        f"A desk with queue: {queue}, {rate / 6:.0%} load",
        out_of_order.__doc__ or "",
        False,
        f"""
flowsim: 1
name: Out of order
requests: {{request: {{arrivals: {rate:g} per hour}}}}
tasks: {{serve: {{time: 2 min .. 18 min, value: adding}}}}
teams: {{Desk: {{people: 1, calendar: always, queue: {queue}}}}}
steps: {{Serve: {{team: Desk, does: serve}}}}
run: {{length: {days + 1} days, warm-up: 1 day, seed: {seed}}}
""",
        ("Serve",),
        lambda: network(discipline),
        (
            Measure("mean lead time", mean_lead(), told=False, weak=True),
            Measure("share that waits", waits(), told=False),
            Measure("share that waits over 10 minutes", waits(10), weak=True),
            Measure("half of those who wait, below", lambda s: float(np.median(s.wait()[s.wait() > 0]))),
        ),
        "first in, first out",
        lambda: network(ciw.disciplines.FIFO),
        replications,
        seed,
    )


def office_hours(gap: int, days: int, replications: int) -> Pair:
    """One person from 9 to 17 every day, requests at any hour by uniform gaps, uniform work that waits overnight and
    goes on in the morning. No formula is known. flowsim: a calendar with `closing: pause`; Ciw: a schedule of servers
    with preemption "resume". Ciw writes two records for work that was interrupted and counts its wait to the second
    beginning, so lead times are compared. The mistake: work under way is finished in overtime, Ciw's default.
    """

    def network(preemption: str | bool) -> Network:
        return ciw.create_network(
            arrival_distributions=[Uniform(60, 120 * gap - 60)],
            service_distributions=[Uniform(30, 90)],
            number_of_servers=[ciw.Schedule([0, 1, 0], [540.0, 1020.0, 1440.0], preemption=preemption)],
        )

    return Pair(
        f"Office hours, {3 / gap:.0%} load",
        office_hours.__doc__ or "",
        False,
        f"""
flowsim: 1
name: Office hours
calendars: {{office: {{hours: every day 09:00-17:00}}}}
requests: {{request: {{arrivals: every 1 h .. {2 * gap - 1} h, calendar: always}}}}
tasks: {{serve: {{time: 30 min .. 90 min, value: adding}}}}
teams: {{Desk: {{people: 1, calendar: office}}}}
steps: {{Serve: {{team: Desk, does: serve}}}}
run: {{length: {days + 2} days, warm-up: 2 days, seed: 109}}
""",
        ("Serve",),
        lambda: network("resume"),
        (
            Measure("mean lead time", mean_lead()),
            Measure("median lead time", lead_quantile(0.5), weak=True),
            Measure("90 % of lead times below", lead_quantile(0.9)),
        ),
        "finished in overtime",
        lambda: network(False),
        replications,
        109,
    )
