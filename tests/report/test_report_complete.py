"""Nothing of a Model is left out: whatever is changed in one, its report changes; hashes are kept away from it."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator
from dataclasses import replace
from functools import cache
from typing import Any

import pytest
from report_sample import by_hand, markdown

from features import FEATURES, plain  # isort: skip  (report_sample makes it importable)

from flowsim.model import (
    Arrivals,
    BatchRule,
    Calendar,
    Chasing,
    DayException,
    Distribution,
    Handoff,
    Model,
    Person,
    Question,
    RequestClass,
    Run,
    Step,
    Target,
    Task,
    Team,
    Wait,
)
from flowsim.model.calendar import HOUR, MINUTE
from flowsim.report import Material
from flowsim.report.checklist import ITEMS
from flowsim.report.say import Say
from flowsim.texts import Texts

WORDS = {
    "office": "mornings",
    "mornings": "office",
    "always": "mornings",
    "adding": "waste",
    "necessary": "adding",
    "waste": "adding",
    "first in": "last in",
    "customer": "sender",
    "sender": "customer",
    "pause": "finish",
    "finish": "pause",
    "together": "each",
    "each": "together",
    "place": "person",
    "person": "place",
    "class": "task",
    "task": "class",
    "refused": "accepted",
}
"""Words of a Model that may be exchanged for others; all other texts are names or dates."""


HOLD = {
    *("exceptions", "tasks", "handoff", "batch", "returns", "routes", "split", "target", "need", "arrivals", "promise"),
    *("patience", "chasing", "delay_cost", "question", "transit", "answer", "clock", "every", "after", "journey"),
    *("only", "others", "team", "teams", "klass", "wait"),
}
"""Fields that hold other things, or names of steps, teams and classes: tried by what is in them, or by a feature."""


def features() -> dict[str, Model]:
    """A model with each feature, and two of what the others do not have."""
    found = {name: change(plain()) for name, change in FEATURES.items()}
    base = plain()
    exceptions = (DayException("2026-01-06", ((9 * HOUR, 11 * HOUR),), "a fair"),)
    found["dates"] = replace(base, calendars=(replace(base.calendars[0], exceptions=exceptions), *base.calendars[1:]))
    teams = (replace(base.teams[0], target=Target(0.9, Wait(5 * HOUR, "office"))), *base.teams[1:])
    found["targets"] = replace(base, teams=teams)
    one = base.classes[0]
    dated = replace(one, arrivals=replace(one.arrivals, gap=None, dates=(HOUR, 3 * HOUR)))
    found["dated"] = replace(base, classes=(dated, *base.classes[1:]))
    return found


@cache
def nobodys() -> Material:
    """Material of the plain model."""
    return by_hand(plain())


def kept(model: Model) -> Material:
    """Material whose manifest is the same whatever the model: no hash can tell that something changed."""
    return replace(nobodys(), models=(model,))


def test_every_feature_shows() -> None:
    before = markdown(kept(plain()))
    assert [name for name, model in features().items() if markdown(kept(model)) == before] == []


def changed(value: Any, path: tuple[str, ...]) -> Iterator[tuple[tuple[str, ...], Any]]:
    """Every way to change one number or word within a value, with the type and the field it is in."""
    if isinstance(value, Distribution):
        params = (value.params[0] + 6 * MINUTE, *value.params[1:])
        yield (*path, "Distribution"), Distribution(value.name, params)
    elif dataclasses.is_dataclass(value) and not isinstance(value, type):
        for item in dataclasses.fields(value):
            for where, other in changed(getattr(value, item.name), (type(value).__name__, item.name)):
                yield where, replace(value, **{item.name: other})
    elif isinstance(value, tuple):
        for n, inside in enumerate(value):
            for where, other in changed(inside, path):
                yield where, (*value[:n], other, *value[n + 1 :])
    elif isinstance(value, bool):
        yield path, not value
    elif isinstance(value, int):
        yield path, value + (7 * MINUTE if value >= MINUTE else 1)
    elif isinstance(value, float):
        yield path, value * 0.75 + 0.01
    elif isinstance(value, str) and value in WORDS:
        yield path, WORDS[value]


NEEDS = {("Step", "release"): "process batch", ("Step", "change_over_by"): "change-over"}
"""Fields that mean something only beside another: the features with which they are tried, in every place there."""

NAMES = {("Calendar", "name"), ("Task", "name"), ("StepTask", "task")}
"""Names that happen to be in WORDS."""


def unnoticed(*only: tuple[str, ...]) -> set[tuple[str, ...]]:
    """Fields of a Model (of these, if any are named) a change of which leaves the report as it is; each field is tried
    in the first models that have something there to change.
    """
    found: set[tuple[str, ...]] = set()
    tried: set[tuple[str, ...]] = set()
    for name, model in features().items():
        before = ""
        for where, other in changed(model, ()):
            if where[:2] in NAMES or where in tried or (only and where not in only):
                continue
            if not name.startswith(NEEDS.get(where, "")):
                continue
            before = before or markdown(kept(model))
            same = markdown(kept(other)) == before
            found = found | {where} if same else found - {where}
            if where not in NEEDS or not same:
                tried.add(where)
    assert only or len(tried) > 50
    return found


def test_every_number_and_word_of_a_model_shows() -> None:
    assert unnoticed() == set()


def test_every_field_of_a_model_is_tried() -> None:
    """All that is there to change: fields of every class but names, dates and what holds other things."""
    here = {where for model in features().values() for where, _ in changed(model, ())}
    tried = {where[:2] for where in here}
    kinds = (Calendar, Team, Step, Task, RequestClass, Arrivals, Handoff, Question, BatchRule, Run, Person, Chasing)
    missing = {
        (kind.__name__, item.name) for kind in kinds for item in dataclasses.fields(kind) if item.name != "name"
    } - tried
    assert {field for _, field in missing} <= HOLD


def test_a_report_that_leaves_an_item_out_is_seen(monkeypatch: pytest.MonkeyPatch) -> None:
    """Without resources the cost of a team is nowhere; without logic what closing time does; and so on."""
    lost = {"2.5.3": ("Team", "cost"), "2.2": ("Step", "closing"), "2.5.1": ("RequestClass", "priority")}
    for number, where in lost.items():
        fewer = tuple((title, tuple(f for f in fills if _number(f) != number)) for title, fills in ITEMS)
        monkeypatch.setattr("flowsim.report.checklist.ITEMS", fewer)
        assert unnoticed(where) == {where}, number


def _number(fill: Any) -> str:
    return str(fill(nobodys(), Say(Texts("en"), plain())).number)


def test_calendars_far_from_the_run_are_counted() -> None:
    base = plain()
    far = tuple(DayException(f"20{n}-05-01") for n in range(30, 37))
    other = replace(base, calendars=(Calendar("office", base.calendars[0].weekly, far, 7 * HOUR), *base.calendars[1:]))
    assert "7 more, before and after the run" in markdown(kept(other))
