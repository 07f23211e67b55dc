"""What `--vary` may say, and what is said of what it may not."""

from __future__ import annotations

import pytest

from flowsim.errors import ScenarioError
from flowsim.sweep.vary import read_axes, read_axis
from flowsim.units import parse_quantity


@pytest.mark.parametrize(
    ("text", "values"),
    [
        ("teams.Legal.people=1..4", ("1", "2", "3", "4")),
        ("teams.Legal.people = 1 .. 2", ("1", "2")),
        ("steps.A.handoff.batch=none, 5 requests, 10 requests", ("none", "5 requests", "10 requests")),
        ("tasks.a.time=10 min .. 30 min in 5", ("10 min", "15 min", "20 min", "25 min", "30 min")),
        ("tasks.a.time=10 .. 30 min in 3", ("10 min", "20 min", "30 min")),
        ("tasks.a.time=0,5 .. 2 uur in 4", ("0.5 uur", "1 uur", "1.5 uur", "2 uur")),
        ("x.y=10% .. 30% in 2", ("10 %", "30 %")),
        ("x.y=1..6 in 3", ("1", "3.5", "6")),
        ("tasks.a.time=lognormal(25 min, 15 min), 3 min", ("lognormal(25 min, 15 min)", "3 min")),
        ("tasks.a.time=5 min .. 15 min, 10 min", ("5 min .. 15 min", "10 min")),  # in a list a time that varies
        ('x.y="a, b", c', ('"a, b"', "c")),
        ("x.y={rate: 3 per day, calendar: office}", ("{rate: 3 per day, calendar: office}",)),
        ("future:teams.Legal.people=2, 3", ("2", "3")),
        ("x.y=it's, that's", ("it's", "that's")),
    ],
)
def test_values(text: str, values: tuple[str, ...]) -> None:
    assert read_axis(text).values() == values


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("people", "expected PATH=VALUES"),
        ("=3", "expected PATH=VALUES"),
        ("a.b=1,,2", "nothing before, after or between commas"),
        ("a.b=", "nothing before, after or between commas"),
        ("a.b=1,2,3", "may divide values or be a decimal comma"),
        ("a.b=6..1", "does not end above its beginning"),
        ("a.b=2..2", "does not end above its beginning"),
        ("a.b=1 h .. 30 min in 3", "from 'h' to 'min'"),
        ("a.b=1..9 in 1", "cannot have 1 values"),
        ("a.b=1..999999", "cannot have 999999 values"),
        ("a.b=x, y, x", "has the value 'x' twice"),
        ('a.b="x, y', "is not closed"),
    ],
)
def test_what_cannot_be_read(text: str, said: str) -> None:
    with pytest.raises(ValueError, match=said):
        read_axis(text)


def test_all_problems_at_once() -> None:
    with pytest.raises(ScenarioError) as caught:
        read_axes(["a.b=1..3", "c", "A.B=5", "d.e=3..1"])
    assert [(p.code, p.place.line if p.place else 0) for p in caught.value.problems()] == [
        ("FS740", 2),
        ("FS741", 0),
        ("FS740", 4),
    ]


def test_a_range_without_steps_has_no_grid() -> None:
    with pytest.raises(ValueError, match=r"a=1 h .. 3 h in 5"):
        read_axis("a=1 h .. 3 h").values()


def test_samples_of_an_axis() -> None:
    assert [read_axis("a=1..4").at(u) for u in (0.0, 0.24, 0.25, 0.5, 0.99, 1.0)] == ["1", "1", "2", "3", "4", "4"]
    assert [read_axis("a=none, 5 requests").at(u) for u in (0.0, 0.49, 0.5, 1.0)] == ["none"] * 2 + ["5 requests"] * 2
    assert [read_axis("a=10 min .. 30 min").at(u) for u in (0.0, 0.5, 1.0)] == ["10 min", "20 min", "30 min"]


def test_sampled_times_can_be_read_one_way_only() -> None:
    """28.356 min could be 28 356 minutes, and is refused."""
    axis = read_axis("a=20 min .. 30 min")
    for n in range(200):
        text = axis.at(n / 199)
        assert abs(parse_quantity(text).resolve(1, 1).mean() / 60_000 - (20 + 10 * n / 199)) < 1e-3
