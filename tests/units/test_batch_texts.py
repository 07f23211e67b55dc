"""When a batch leaves (R7, R11), in English and Dutch."""

from __future__ import annotations

import pytest

from flowsim.units import BatchText, Length, QuantityError, parse_batch, parse_clock
from flowsim.units.lengths import HOUR

DAILY = parse_clock("every day at 16:00")


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("10 requests", BatchText(10)),
        ("1 request", BatchText(1)),
        ("10 aanvragen", BatchText(10)),
        ("every 10 requests", BatchText(10)),
        ("per 10 stuks", BatchText(10)),
        *((f"10 {word}", BatchText(10)) for word in ("dossiers", "zaken", "stuks", "items", "cases", "files")),
        *((f"10 {word}", BatchText(10)) for word in ("meldingen", "klanten", "klachten", "customers")),
        ("2 h", BatchText(wait=Length(2 * HOUR))),
        ("1,5 uur", BatchText(wait=Length(1.5 * HOUR))),
        ("2 uur", BatchText(wait=Length(2 * HOUR))),
        ("2 working days", BatchText(wait=Length(0, 2, working=True))),
        ("every day at 16:00", BatchText(clock=DAILY)),
        ("at 10:00 and 15:00", BatchText(clock=parse_clock("at 10:00 and 15:00"))),
        ("dinsdag en donderdag om 14:00", BatchText(clock=parse_clock("tue thu at 14:00"))),
        ("16:00", BatchText(clock=parse_clock("at 16:00"))),
        ("10 requests or 2 working days", BatchText(10, Length(0, 2, working=True))),
        ("10 aanvragen of 2 werkdagen", BatchText(10, Length(0, 2, working=True))),
        ("10 Requests OR every day at 16:00", BatchText(10, clock=DAILY)),
        ("elke dag om 16:00 of 2 uur of 10 aanvragen", BatchText(10, Length(2 * HOUR), DAILY)),
        ("1 h 30 min or 5 requests", BatchText(5, Length(1.5 * HOUR))),
        ("2 uur of om 9 uur", BatchText(None, Length(2 * HOUR), parse_clock("om 9:00"))),
    ],
)
def test_batches(text: str, expected: BatchText) -> None:
    assert parse_batch(text) == expected


@pytest.mark.parametrize(
    ("text", "code", "words"),
    [
        ("", "FS201", "10 requests"),
        ("10", "FS221", "10 requests, 10 h or 10 working days?"),
        ("10 or 2 h", "FS221", "10 requests, 10 h"),
        ("10 requets", "FS221", "did you mean '10 requests'?"),
        ("10 doosjes", "FS221", "10 requests (10 aanvragen)"),
        ("2x per dag", "FS221", "at 10:00 and 15:00"),
        ("twice a day", "FS221", "at 10:00 and 15:00"),
        ("tweemaal per dag", "FS221", "om 10:00 en 15:00"),
        ("2 months", "FS208", "weeks"),
        ("2 working dogs", "FS208", "working days"),
        ("10 minuts", "FS208", "minut"),
        ("every 2 h", "FS221", "every day at 16:00"),
        ("10 requests or 5 requests", "FS221", "keep one"),
        ("2 h or 1 working day", "FS221", "keep one"),
        ("at 10:00 or at 15:00", "FS221", "at 10:00 and 15:00"),
        ("none", "FS221", "10 requests"),
        ("dagelijx om 16:00", "FS221", "did you mean 'dagelijks'?"),
        ("0 requests", "FS216", "10 requests"),
        ("2.5 requests", "FS216", "10 requests"),
        ("-3 requests", "FS205", "10 requests"),
        ("10 requests or", "FS210", "10 requests"),
        ("10 requests and 2 h", "FS210", "10 requests"),
        ("2 mn", "FS208", "2 min"),
        ("every tusday at 14:00", "FS219", "tuesday"),
        ("at 25:00", "FS220", "24:00"),
    ],
)
def test_what_is_no_batch(text: str, code: str, words: str) -> None:
    with pytest.raises(QuantityError) as caught:
        parse_batch(text)
    assert caught.value.code == code
    assert words in caught.value.hint
