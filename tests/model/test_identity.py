"""Identity is content: the whole Model goes through JSON and back, and nothing in it can change unseen."""

from __future__ import annotations

import dataclasses
import json
import typing
from collections.abc import Iterator
from typing import Any

import pytest

from flowsim.model import (
    Arrivals,
    Backlog,
    BatchRule,
    Calendar,
    Chasing,
    Clock,
    DayException,
    DelayCost,
    Distribution,
    Handoff,
    Model,
    Need,
    Person,
    Question,
    RequestClass,
    ReturnRule,
    Route,
    Run,
    Span,
    Split,
    Step,
    StepTask,
    Target,
    Task,
    Team,
    Wait,
    canonical_json,
    from_json,
    identity,
)


def full_model() -> Model:
    """A model in which every field of every part has a value, none of them the default."""
    rule = BatchRule(size=10, wait=Wait(7_200_000, "office"), clock=Clock((57_600_000,), "office"))
    handoff = Handoff(
        batch=rule,
        transit=Span(Distribution("lognormal", (60_000.0, 30_000.5)), "office"),
        reread=Distribution("exponential", (0.1 + 0.2,)),
        question=Question(0.1, "customer", Span(Distribution("uniform", (1.0, 2.0)), "office")),
        within_team=True,
    )
    step = Step(
        name="Décider",
        team="Legal",
        tasks=(StepTask("opinion", (Need(0.6, "share of Décider"), Need(0.5, "x"))),),
        only=("rush",),
        others=("Desk",),
        people=2,
        together=(("Desk", 1),),
        same_person=True,
        handoff=handoff,
        batch=BatchRule(size=5),
        set_up=Distribution("constant", (60_000.0,)),
        change_over=Distribution("constant", (30_000.0,)),
        change_over_by=("class", "task"),
        release="each",
        closing="finish",
        no_start_within=1_800_000,
        returns=(ReturnRule((("Décider", (0.15, 0.05)),), "returns at Décider", 2),),
        routes=(Route(("rush",), (("Décider", 0.25, ""), ("", 0.75, "refused"))),),
        split=Split((("Décider",), ("Décider", "Lire")), "Lire"),
        limit=12,
        blocking="person",
    )
    rush = RequestClass(
        name="rush",
        arrivals=Arrivals(
            gap=Distribution("exponential", (3_600_000.0,)),
            calendar="office",
            profile=((0, 86_400_000, 2), (86_400_000, 604_800_000, 1)),
            group=((1, 0.5), (3, 0.5)),
        ),
        promise=Wait(9, "office"),
        priority=0,
        journey=("Décider",),
        patience=Span(Distribution("constant", (7.0,)), "office"),
        chasing=Chasing("dated", Span(Distribution("constant", (8.0,)), "office"), 0.5, Wait(6, "office"), 3),
        delay_cost=DelayCost(20.5, Wait(8, "office"), True),
    )
    office = Calendar("office", ((32_400_000, 61_200_000),), (DayException("2026-12-25", ((0, 1),), "Noël"),), 9)
    return Model(
        name='Permit "request"',
        start="2026-01-05T08:00:00",
        calendars=(office,),
        classes=(
            rush,
            RequestClass("dated", Arrivals(dates=(0, 5, 5)), None, 2),
        ),
        tasks=(Task("opinion", Distribution("gamma", (2.0, 1.0)), "waste", ("rush",), Need(0.3, "need of opinion")),),
        teams=(Team("Legal", 2, "office", "due date", Target(0.9, Wait(5, "office")), 70.5, 0.05, 0.6, 30),),
        steps=(step,),
        run=Run(1_000_000, 1_000, "office"),
        people=(Person("Ann", ("Legal", "Desk"), 1200),),
        backlog=(Backlog("rush", "Décider", 40, Distribution("uniform", (1.0, 9.0))),),
        limit=60,
    )


def _changed(value: Any, kind: Any) -> Iterator[Any]:
    """All the ways to change one leaf of a value of that type: another number or text, a member more or fewer."""
    if isinstance(value, Distribution):
        yield Distribution("constant", (123.0,))
        yield Distribution(value.name, (*value.params[:-1], value.params[-1] * 0.875))
    elif dataclasses.is_dataclass(value) and not isinstance(value, type):
        hints = typing.get_type_hints(type(value))
        for field in dataclasses.fields(value):
            for other in _changed(getattr(value, field.name), hints[field.name]):
                yield dataclasses.replace(value, **{field.name: other})
    elif isinstance(value, tuple):
        inner = next((typing.get_args(k) for k in (kind, *typing.get_args(kind)) if typing.get_origin(k) is tuple), ())
        if inner[-1] is Ellipsis:
            yield value[:-1]
            yield (*value, value[-1])
            inner = (inner[0],) * len(value)
        for i, member in enumerate(value):
            yield from ((*value[:i], other, *value[i + 1 :]) for other in _changed(member, inner[i]))
    elif isinstance(value, bool):
        yield not value
    elif isinstance(value, int):
        yield value + 1
    elif isinstance(value, float):
        yield value * (1 + 2**-52)
    elif isinstance(value, str):
        yield value + "x"
        yield value.swapcase() if value.swapcase() != value else value + " "


def test_a_model_comes_back_from_its_json() -> None:
    built = full_model()
    again = from_json(canonical_json(built))
    assert again == built
    assert canonical_json(again) == canonical_json(built)
    assert identity(again) == identity(built)
    assert isinstance(again.steps[0].handoff, Handoff)
    assert isinstance(again.classes[1].arrivals.dates, tuple)


def test_the_full_model_leaves_no_field_at_its_default() -> None:
    """Or a field could be lost on the way unseen."""
    seen: dict[tuple[str, str], list[Any]] = {}

    def look(value: Any) -> None:
        if isinstance(value, tuple):
            for member in value:
                look(member)
        elif dataclasses.is_dataclass(value):
            for field in dataclasses.fields(value):
                seen.setdefault((type(value).__name__, field.name), []).append(getattr(value, field.name))
                look(getattr(value, field.name))

    look(full_model())
    parts = (
        Model,
        Step,
        Team,
        Task,
        StepTask,
        Handoff,
        Question,
        ReturnRule,
        Route,
        Run,
        RequestClass,
        Arrivals,
        Split,
        Person,
        Chasing,
        DelayCost,
        Backlog,
    )
    for kind in (*parts, Calendar, DayException, BatchRule, Clock, Wait, Span, Need, Target, Distribution):
        for field in dataclasses.fields(kind):
            default = None if field.default is dataclasses.MISSING else field.default
            assert any(v != default for v in seen[kind.__name__, field.name]), (kind, field.name)


def test_any_change_of_any_field_changes_the_identity_and_survives_json() -> None:
    built = full_model()
    others = list(_changed(built, Model))
    identities = {identity(other) for other in others}
    assert len(others) > 150
    assert identity(built) not in identities
    distinct = {repr(other) for other in others}
    assert len(identities) == len(distinct)
    assert all(from_json(canonical_json(other)) == other for other in others)


@pytest.mark.parametrize("field", ["only", "handoff", "batch", "set_up", "change_over"])
def test_what_may_be_absent_comes_back_absent(field: str) -> None:
    built = full_model()
    less = dataclasses.replace(built, steps=(dataclasses.replace(built.steps[0], **{field: None}),))
    assert from_json(canonical_json(less)) == less
    assert identity(less) != identity(built)


def test_nobody_is_not_everybody() -> None:
    """`only` () and None are different models."""
    built = full_model()
    none, empty = (
        dataclasses.replace(built, steps=(dataclasses.replace(built.steps[0], only=only),)) for only in (None, ())
    )
    assert from_json(canonical_json(empty)) == empty
    assert identity(none) != identity(empty)


@pytest.mark.parametrize(("one", "other"), [(1, 1.0), (0, 0.0), (0.0, -0.0)])
def test_equal_models_have_equal_identities(one: float, other: float) -> None:
    """A share written 1 is the share 1.0."""

    def build(share: float) -> Model:
        return dataclasses.replace(
            full_model(),
            tasks=(Task("opinion", full_model().tasks[0].time, "waste", None, Need(share, "n")),),
        )

    assert build(one) == build(other)
    assert identity(build(one)) == identity(build(other))


def test_the_canonical_text_is_sorted_dense_and_keeps_letters() -> None:
    text = canonical_json(full_model())
    assert "Décider" in text
    assert json.loads(text)["run"] == {"calendar": "office", "length": 1_000_000, "warm_up": 1_000}
    assert '"run":{"calendar":"office","length":1000000,"warm_up":1000}' in text
    assert '"params":[0.30000000000000004]' in text


def test_the_identity_of_a_model_is_pinned() -> None:
    """A change of this number makes all results stored so far unknown: say so in the changelog when it is meant."""
    assert identity(full_model()) == "d1f3c49da1b8cb3b8099a79372c9efcb9564529dc3e4951597442fa71885a525"


def _spoiled() -> Iterator[str]:
    data = json.loads(canonical_json(full_model()))
    yield "[]"
    yield "3"
    yield "null"
    yield "{}"
    yield "not json"
    for path, value in (
        (("name",), 5),
        (("name",), None),
        (("run",), []),
        (("run", "length"), 1.5),
        (("run", "length"), True),
        (("run", "length"), "7"),
        (("run", "more"), 7),
        (("teams",), "Legal"),
        (("teams",), {}),
        (("teams", 0, "people"), None),
        (("steps", 0, "handoff", "within_team"), 1),
        (("steps", 0, "returns", 0, "targets", 0), ["Décider"]),
        (("steps", 0, "routes", 0, "targets", 0), ["Décider", 0.25, "", "more"]),
        (("tasks", 0, "time", "params"), [float("nan"), 1.0]),
        (("tasks", 0, "time", "name"), "nothing"),
        (("tasks", 0, "need", "share"), "half"),
    ):
        spoiled = json.loads(json.dumps(data))
        place = spoiled
        for key in path[:-1]:
            place = place[key]
        place[path[-1]] = value
        yield json.dumps(spoiled)


@pytest.mark.parametrize("text", list(_spoiled()))
def test_a_text_that_is_no_model_is_refused(text: str) -> None:
    """As ValueError or TypeError, as documented, and nothing else."""
    with pytest.raises((ValueError, TypeError)):
        from_json(text)
