"""Opening hours (R2) and times of departure (R7) in English and Dutch."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from flowsim.model.calendar import Calendar, DayException, OpenTimes
from flowsim.units import ClockText, QuantityError, parse_clock, parse_day_hours, parse_hours
from flowsim.units.lengths import DAY, HOUR, MINUTE, WEEK


def at(day: int, hour: float) -> int:
    """Ticks since Monday 00:00."""
    return day * DAY + round(hour * HOUR)


def on(days: str, *hours: tuple[float, float]) -> tuple[tuple[int, int], ...]:
    """Intervals on the days given by their numbers."""
    return tuple((at(int(d), a), at(int(d), b)) for d in days for a, b in hours)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("mon-fri 09:00-12:00 13:00-17:00", on("01234", (9, 12), (13, 17))),
        ("Mon - Fri 9-12, 13-17", on("01234", (9, 12), (13, 17))),
        ("Monday to Friday: 9:00 to 17:00", on("01234", (9, 17))),
        ("ma t/m vr 9u-12u30", on("01234", (9, 12.5))),
        ("maandag tot vrijdag 9.00-12.30", on("01234", (9, 12.5))),
        ("werkdagen 9-17", on("01234", (9, 17))),
        ("weekdays 9-17", on("01234", (9, 17))),
        ("every working day 9-17", on("01234", (9, 17))),
        ("tue thu 09:00-12:00", on("13", (9, 12))),
        ("di en do 9-12", on("13", (9, 12))),
        ("mon,wed 8:30-17:00", on("02", (8.5, 17))),
        ("sat-mon 10-12", on("056", (10, 12))),
        ("mon-thu 9-17, fri 9-12", on("0123", (9, 17)) + on("4", (9, 12))),
        ("mon-thu 9-17; fri 9-12;", on("0123", (9, 17)) + on("4", (9, 12))),
        ("fri closed, mon 9-12", on("0", (9, 12))),
        ("closed", ()),
        ("mon 13-17 9-12", on("0", (9, 12), (13, 17))),
        ("mon 9-12 12-17", on("0", (9, 17))),
        ("mon 9-12 11-17", on("0", (9, 17))),
        ("mon 22:00-06:00", ((at(0, 22), at(1, 6)),)),
        ("sun 22:00-06:00", ((at(6, 22), at(7, 6)),)),
        ("mon 22-6; tue 5-12", ((at(0, 22), at(1, 5)), (at(1, 5), at(1, 12)))),
        ("mon 22-8; tue 5-7", ((at(0, 22), at(1, 5)), (at(1, 5), at(1, 8)))),
        ("sun 22-6; mon 5-12", ((at(0, 5), at(0, 12)), (at(6, 22), at(7, 5)))),
        ("mon 18-24", on("0", (18, 24))),
        ("every day 0:00-24:00", on("0123456", (0, 24))),
        ("elke dag 0-24", on("0123456", (0, 24))),
        ("daily 9:15:30-10", tuple((at(d, 9) + 15 * MINUTE + 30_000, at(d, 10)) for d in range(7))),
    ],
)
def test_hours(text: str, expected: tuple[tuple[int, int], ...]) -> None:
    assert parse_hours(text) == expected


def test_hours_from_a_list() -> None:
    assert parse_hours(["mon 9-12", "tue 9-12"]) == on("01", (9, 12))


@pytest.mark.parametrize(
    ("text", "code", "words"),
    [
        ("", "FS201", "mon-fri"),
        ("fry 9-12", "FS219", "did you mean 'friday'?"),
        ("9-12", "FS219", "mon-fri"),
        ("mon-", "FS219", "mon-fri"),
        ("mon 9:00", "FS219", "09:00-12:00"),
        ("mon 9-9", "FS219", "0:00-24:00"),
        ("mon", "FS220", "16:00"),
        ("mon 9-25", "FS220", "0:00 to 24:00"),
        ("mon 24:00-3:00", "FS220", "0:00 to 24:00"),
        ("mon 9:75-12", "FS220", "0:00 to 24:00"),
        ("mon 9:5-12", "FS220", "16:00"),
        ("mon 24:30-25", "FS220", "0:00 to 24:00"),
        ("mon 9am-5pm", "FS220", "write 16:00"),
        ("mon 9-12 and", "FS219", ""),
    ],
)
def test_what_are_no_hours(text: str, code: str, words: str) -> None:
    with pytest.raises(QuantityError) as caught:
        parse_hours(text)
    assert caught.value.code == code
    assert words in caught.value.hint


def test_an_empty_list_has_no_hours() -> None:
    with pytest.raises(QuantityError) as caught:
        parse_hours([])
    assert caught.value.code == "FS201"


@given(
    st.lists(
        st.tuples(st.integers(0, 6), st.integers(0, 23), st.integers(0, 24)).filter(lambda t: t[1] != t[2]),
        min_size=1,
        max_size=8,
    )
)
@settings(max_examples=300)
def test_hours_cover_what_is_written_exactly_once(spans: list[tuple[int, int, int]]) -> None:
    """The union of all that is written, around the week, without overlap; each begins on its own day."""
    names = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
    found = parse_hours([f"{names[d]} {a}:00-{b}:00" for d, a, b in spans])
    wanted = {h % 168 for d, a, b in spans for h in range(24 * d + a, 24 * d + (b if b > a else b + 24))}
    covered = [h % 168 for opens, closes in found for h in range(opens // HOUR, closes // HOUR)]
    assert len(covered) == len(set(covered))
    assert set(covered) == wanted
    assert list(found) == sorted(found)
    assert all(0 <= opens < WEEK and opens < closes for opens, closes in found)


def test_round_the_clock_still_lets_a_holiday_close_its_own_day_r2() -> None:
    weekly = parse_hours("every day 0:00-24:00")
    times = OpenTimes(Calendar("all", weekly, (DayException("2026-01-06"),)), "2026-01-05")
    assert times.worked(0, WEEK) == 6 * DAY
    assert not times.is_open(DAY + HOUR)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("09:00-12:00", ((at(0, 9), at(0, 12)),)),
        ("9-12 en 13u-16u", ((at(0, 9), at(0, 12)), (at(0, 13), at(0, 16)))),
        ("22:00-6:00", ((at(0, 22), at(1, 6)),)),
        ("closed", ()),
        ("Gesloten", ()),
    ],
)
def test_day_hours(text: str, expected: tuple[tuple[int, int], ...]) -> None:
    assert parse_day_hours(text) == expected


@pytest.mark.parametrize(
    ("text", "code"), [("", "FS201"), ("closed 9", "FS210"), ("mon 9-12", "FS220"), ("9", "FS219")]
)
def test_what_are_no_day_hours(text: str, code: str) -> None:
    with pytest.raises(QuantityError) as caught:
        parse_day_hours(text)
    assert caught.value.code == code


def clock(days: str, *hours: float, open_days_only: bool = True) -> ClockText:
    return ClockText(tuple(sorted(at(int(d), h) for d in days for h in hours)), open_days_only)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("every day at 16:00", clock("0123456", 16, open_days_only=False)),
        ("elke dag om 9 uur", clock("0123456", 9, open_days_only=False)),
        ("dagelijks om 12u en 16u30", clock("0123456", 12, 16.5, open_days_only=False)),
        ("daily at 16:00", clock("0123456", 16, open_days_only=False)),
        ("every working day at 16:00", clock("0123456", 16)),
        ("elke werkdag om 16:00", clock("0123456", 16)),
        ("op werkdagen om 16.00", clock("0123456", 16)),
        ("at 10:00 and 15:00", clock("0123456", 10, 15)),
        ("om 10:00 en om 15:00", clock("0123456", 10, 15)),
        ("at 15:00, 10:00", clock("0123456", 10, 15)),
        ("16:00", clock("0123456", 16)),
        ("om 9", clock("0123456", 9)),
        ("Tuesday and Thursday at 14:00", clock("13", 14)),
        ("on Tuesdays at 14:00 and 16:00", clock("1", 14, 16)),
        ("dinsdag en donderdag om 14:00", clock("13", 14)),
        ("every Tuesday at 14:00", clock("1", 14)),
        ("14:00 on tue", clock("1", 14)),
        ("mon-fri at 16:00", clock("01234", 16)),
        ("every weekday at 16:00", clock("01234", 16)),
        ("zondag om 0:00", clock("6", 0)),
    ],
)
def test_clocks(text: str, expected: ClockText) -> None:
    assert parse_clock(text) == expected


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("", "FS201"),
        ("every tusday at 14:00", "FS219"),
        ("every", "FS219"),
        ("at 16:00 on", "FS219"),
        ("at", "FS220"),
        ("9", "FS220"),
        ("at 24:00", "FS220"),
        ("at 4 pm", "FS220"),
        ("every day", "FS220"),
        ("every day at 16:00 sharp", "FS210"),
    ],
)
def test_what_is_no_clock(text: str, code: str) -> None:
    with pytest.raises(QuantityError) as caught:
        parse_clock(text)
    assert caught.value.code == code
