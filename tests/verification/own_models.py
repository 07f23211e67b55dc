"""A small process in two teams for which theory knows everything, and ways to change it."""

from __future__ import annotations

from functools import lru_cache

from flowsim.model import Model
from flowsim.scenario import Scenario, load_text

PLAIN = """\
flowsim: 1
name: Two teams
calendars:
  office: {hours: mon-fri 09:00-17:00}
  late: {hours: mon-fri 10:00-18:00}
requests:
  one: {arrivals: 2 per hour}
  two: {arrivals: 1 per hour}
tasks:
  serve: {time: exponential(10 min), value: adding}
  look: {time: exponential(15 min), value: adding}
teams:
  Desk: {people: 1, calendar: always}
  Back: {people: 2, calendar: always}
steps:
  Serve: {team: Desk, does: serve}
  Look: {team: Back, does: look}
run: {length: 40 days, warm-up: 10 days, seed: 3}
"""

OFFICE = (
    "requests.*.calendar=office",
    "teams.*.calendar=office",
    "requests.one.arrivals=2 per hour",
    "requests.two.arrivals=1 per hour",
)
"""All of it in one team's hours."""


@lru_cache(maxsize=1)
def plain() -> Scenario:
    """The process, read once."""
    return load_text(PLAIN, "plain.yaml")


def model(*sets: str) -> Model:
    """The process with these values set."""
    return plain().compile("current", sets).model


def written(*pairs: tuple[str, str]) -> Model:
    """The process with these pieces of its text replaced."""
    text = PLAIN
    for old, new in pairs:
        assert old in text
        text = text.replace(old, new)
    return load_text(text, "written.yaml").compile("current").model
