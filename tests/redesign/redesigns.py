"""Small redesigns whose effects are known to the tick, and how they are explained."""

from __future__ import annotations

from flowsim.experiments.pool import Pool
from flowsim.redesign.designs import Redesign, designs_for
from flowsim.redesign.explain import Effect
from flowsim.redesign.measuring import Runs, explained
from flowsim.scenario import load_text

BASE = """\
flowsim: 1
name: Three desks
start: 2026-01-05
requests: {form: {arrivals: every 1 day}}
tasks: {open: {time: 1 h, value: necessary}, look: {time: 1 h, value: adding}, sign: {time: 1 h, value: adding}}
teams:
  One: {people: 1, calendar: always}
  Two: {people: 1, calendar: always}
  Three: {people: 1, calendar: always}
steps:
  Open: {team: One, does: open}
  Look: {team: Two, does: look, handoff: {transit: 2 h}}
  Sign: {team: Three, does: sign, handoff: {HANDOFF}}
run: {length: 20 days, replications: 3, seed: 1}
states:
  current: {}
  future:
    changes:
"""
"""A request a day, at midnight: three hours of work and two on the way, with nobody before it anywhere."""

NO_WAY = "      - {name: No way, set: {steps.Look.handoff.transit: none}}\n"
NO_CART = "      - {name: No cart, set: {steps.Sign.handoff: none}}\n"
FAST = "      - {name: Fast, set: {tasks.sign.time: 30 min}}\n"

APART = BASE.replace("HANDOFF", "transit: 4 h") + NO_WAY + NO_CART
"""Two ways, of two hours and of four: neither changes what the other costs."""

CART = BASE.replace("HANDOFF", "batch: every day at 16:00")
MEETING = CART + NO_WAY + NO_CART
"""Behind the way of two hours stands a cart that leaves at four: who comes sooner waits longer for it."""


def explain_text(text: str, workers: int = 1, replications: int = 3) -> tuple[Redesign, list[Effect]]:
    """The state future of a scenario, explained."""
    scenario = load_text(text, "small.yaml")
    designs = designs_for(scenario, scenario.states[0], "future")
    with Pool(workers) as pool:
        return explained(designs, designs.redesign(scenario.states[0]), Runs(1, replications), pool)


def hours(effects: list[Effect], view: str, measure: str = "lead time mean") -> dict[str, float]:
    """Change ("" for all together) -> what it brings to a measure, in hours."""
    return {e.change: e.value / 60 for e in effects if e.view == view and e.measure == measure}
