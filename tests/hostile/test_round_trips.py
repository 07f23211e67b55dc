"""What was written is read back: a few hundred of the values of `verification/fuzz.py`."""

from __future__ import annotations

import pytest

import round_trips
from flowsim import units
from fuzz_targets import PARSERS, FoundError, loader, parse_with, parser, seeds


@pytest.mark.parametrize("name", round_trips.PROPERTIES)
def test_what_was_written_is_read_back(name: str) -> None:
    round_trips.hold({name: round_trips.PROPERTIES[name]}, 500, fixed=True)


@pytest.mark.parametrize("name", ["length_for_people", "working_for_people", "number_for_people", "share_for_people"])
def test_a_writer_that_is_wrong_goes_red(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Spoiled: a writer with a digit too few."""
    writer = {
        "length": "format_length",
        "working": "format_working",
        "number": "format_number",
        "share": "format_share",
    }
    called = writer[name.partition("_")[0]]
    right = getattr(units, called)
    monkeypatch.setattr(round_trips, called, lambda *given: right(given[0] * 1.5 + 1, *given[1:]))
    with pytest.raises((AssertionError, units.QuantityError)):
        round_trips.hold({name: round_trips.PROPERTIES[name]}, 200, fixed=True, smallest=False)


def test_a_writer_that_loses_goes_red(monkeypatch: pytest.MonkeyPatch) -> None:
    """Spoiled: whole seconds only."""
    monkeypatch.setattr(round_trips, "format_exact", lambda ticks: units.format_exact(ticks // 1000 * 1000))
    with pytest.raises(AssertionError):
        round_trips.hold({"x": round_trips.exact_length}, 100, fixed=True, smallest=False)


# -- the targets of the fuzzer -----------------------------------------------------------------------------------------


def test_what_the_fuzzer_begins_with_gets_through() -> None:
    texts = seeds("parser")
    assert len(texts) > 300
    for data in texts:
        parser(data)
    assert len(seeds("loader")) > 150
    for data in seeds("loader")[::8]:
        loader(data)
    assert set(PARSERS) == {name for name in units.__all__ if name.startswith("parse_")}


def test_a_parser_that_fails_otherwise_is_found(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(PARSERS, "parse_number", lambda text: 1 / 0)
    with pytest.raises(FoundError, match="ZeroDivisionError"):
        parse_with("parse_number", "1")
    monkeypatch.setitem(PARSERS, "parse_number", lambda text: float("nan"))
    with pytest.raises(FoundError, match="nan"):
        parse_with("parse_number", "1")
    monkeypatch.setitem(PARSERS, "parse_share", lambda text: 1.5)
    with pytest.raises(FoundError):
        parse_with("parse_share", "150%")

    def refuses(text: str) -> None:
        raise units.QuantityError("x", code="FS999", hint="y")

    monkeypatch.setitem(PARSERS, "parse_number", refuses)
    with pytest.raises(FoundError, match="FS999"):
        parse_with("parse_number", "1")


def test_a_loader_that_fails_otherwise_is_found(monkeypatch: pytest.MonkeyPatch) -> None:
    import fuzz_targets
    from flowsim.errors import Problem

    for answer in ([], [Problem("FS301", "x")], [Problem("x", "y")]):
        monkeypatch.setattr(fuzz_targets, "check", lambda path, answer=answer: (answer, {}))
        with pytest.raises(FoundError):
            loader(b"")
    monkeypatch.setattr(fuzz_targets, "check", lambda path: {}["x"])
    with pytest.raises(FoundError, match="KeyError"):
        loader(b"")
