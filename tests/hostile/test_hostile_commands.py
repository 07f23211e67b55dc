"""Some of the command lines of `verification/hostile.py`, each a new process in unkind surroundings."""

from __future__ import annotations

from pathlib import Path

import pytest

pytest.importorskip("resource")

from program import COMMANDS

from apart import fresh
from hostile_commands import GOOD, ODD, Line, _env, _names, _strays, commands, furnish, line, try_commands, try_one
from hostile_files import spread

AMOUNT = 20
HEAVY = ("demo",)
"""Commands of half a minute, which only the full amount has."""


def _light(number: int) -> bool:
    return not any(word in line(number).arguments for word in HEAVY)


def test_command_lines_do_no_harm() -> None:
    numbers = [number for number in range(2000, 2100) if _light(number)][:AMOUNT]
    tallies = list(spread(try_commands, numbers, 1))
    assert [one for tally in tallies for one in tally.wrong] == []
    assert sum(sum(tally.came.values()) for tally in tallies) == AMOUNT


def test_every_command_option_and_value_has_its_turn() -> None:
    """A new command takes part by itself; one with a parameter nobody knows still gets odd values."""
    assert set(COMMANDS) <= set(commands())
    lines = [line(number) for number in range(6000)]
    words = {word for one in lines for word in one.arguments}
    for name, command in commands().items():
        assert name in words
        assert {opt for p in command.params for opt in p.opts if opt.startswith("--")} <= words
    assert set(ODD) <= words
    assert {value for values in GOOD.values() for value in values} <= words
    assert lines == [line(number) for number in range(6000)]


@pytest.fixture(scope="module")
def base(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("commands") / "base"
    furnish(folder, results=False)
    return folder


SPOILED = {
    "shows a traceback": "raise ZeroDivisionError",
    "ends with 1": "raise SystemExit(1)",
    "calls it a defect": "print('this is a defect in flowsim')",
    "steers the terminal": r"print('\x1b[2J')",
    " MB": "x = bytearray(b'x') * 400_000_000",
    "of the processor": "import time\nwhile time.process_time() < 2.3: pass",
    "writes 'outside'": "open('../../../outside', 'w').write('x')",
    "writes 'home/x'": "import os; open(os.environ['HOME'] + '/x', 'w').write('x')",
    "takes away": "import os; os.remove('tiny.yaml')",
    "writes over": "open('tiny.yaml', 'w').write('x')",
    "behind": "open('x.part', 'w').write('x')",
}


def _is_plain(one: Line) -> bool:
    """A light command in kind surroundings, without colours."""
    return not one.env and one.streams == ("null", "file", "file") and one.longest < 3 and "always" not in one.arguments


@pytest.mark.parametrize("words", SPOILED)
def test_a_program_that_does_so_is_seen(base: Path, words: str) -> None:
    plain = next(number for number in range(9999) if _is_plain(line(number)))
    tally = try_one(plain, base, 0.1, ("-c", SPOILED[words]))
    assert any(words in wrong for wrong in tally.wrong), tally.wrong


def test_streams_are_what_they_are_said_to_be(base: Path) -> None:
    place = base / "a/b/c"
    tells = (
        "import sys, os\nfor n in (0, 1, 2):\n  try: os.fstat(n)\n  except OSError: open('closed', 'a').write(str(n))\n"
    )
    fresh(place, [], 5, env=_env({}, base), streams=("null", "closed", "file"), program=("-c", tells))
    assert (place / "closed").read_text() == "1"
    (place / "closed").unlink()
    writes = "import sys; sys.stdout.write('x'); sys.stdout.flush()"
    full = fresh(place, [], 5, env=_env({}, base), streams=("null", "full", "file"), program=("-c", writes))
    assert "No space left" in full.err
    gone = fresh(place, [], 5, env=_env({}, base), streams=("null", "gone", "file"), program=("-c", writes))
    assert "Broken pipe" in gone.err


def test_a_place_that_is_left_as_it_was_has_no_strays(base: Path) -> None:
    place = base / "a/b/c"
    before = _names(base)
    assert list(_strays(base, place, before, Line((), {}, ("null", "file", "file"), 1.0))) == []
    (place / "fine").write_text("x", encoding="utf-8")
    assert list(_strays(base, place, before, Line((), {}, ("null", "file", "file"), 1.0))) == []
    (place / "fine").unlink()
