"""The engine on one model against an oracle, and what that compared: for the tests here and for
verification/oracle.py."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from plain_rules import INSTANTS, Foreseen, differences

from flowsim.draws import Draws
from flowsim.engine import run
from flowsim.metrics.audit import audit
from flowsim.model import Model

Oracle = Callable[[Model, Draws], Foreseen]


@dataclass(frozen=True)
class Compared:
    """How many requests, and how many instants of their visits, were the same."""

    requests: int
    instants: int


def check(model: Model, seed: int, oracle: Oracle) -> Compared:
    """The engine on one model: equal to the oracle on the same draws, to the tick, and passed by the audit."""
    record = run(model, Draws(seed, 1))
    foreseen = oracle(model, Draws(seed, 1))
    found = differences(model, foreseen, record)
    assert found == [], "\n".join(found[:5])
    audit(model, record, Draws(seed, 1)).require()
    known = [r for r in foreseen.requests if r.arrived < foreseen.ended_at]
    instants = (t for r in known for visit in r.visits for name, t in visit.items() if name in INSTANTS)
    return Compared(len(known), sum(t < foreseen.ended_at for t in instants))
