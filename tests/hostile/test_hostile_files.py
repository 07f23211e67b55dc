"""A few hundred of the spoiled scenario files of `verification/hostile.py`, each in a process of its own."""

from __future__ import annotations

import signal
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest

pytest.importorskip("resource")  # processes are bounded and measured as POSIX does it

from apart import Ended, forked
from hostile_files import KINDS, amiss, documented, furnish, mutant, spread, try_files, try_one, unclear
from spoiled_bytes import CHANGES, changed

AMOUNT = 150


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("files")
    furnish(folder)
    return folder


def test_spoiled_files_are_refused_in_words_or_are_sound() -> None:
    tallies = list(spread(try_files, range(AMOUNT), 1))
    wrong = [one for tally in tallies for one in tally.wrong]
    assert wrong == []
    came = {what for tally in tallies for what in tally.came}
    assert {f"{kind}, {what}" for kind in set(KINDS) for what in ("refused", "sound", "run")} <= came


def test_files_are_the_same_each_time_and_differ() -> None:
    some = [mutant(number) for number in range(60)]
    assert some == [mutant(number) for number in range(60)]
    assert len(set(some)) > 55
    seed = b"flowsim: 1\nname: A\nsteps:\n  B: {time: 5 min}\n"
    assert {change.__name__ for change in CHANGES if any(_differs(change, seed, n) for n in range(20))} == {
        change.__name__ for change in CHANGES
    }
    assert changed(1, [seed]) == changed(1, [seed])


def _differs(change: Callable[..., bytes], seed: bytes, number: int) -> bool:
    import random

    return bool(change(random.Random(number), seed, [seed, b"a: 1\n"]) != seed)


# -- spoiled: programs that do what none may do ------------------------------------------------------------------------


def shows_a_traceback() -> None:
    raise ZeroDivisionError


def hangs() -> None:
    began = time.process_time()
    while time.process_time() - began < 2.3:
        pass


def never_ends() -> None:
    while True:
        pass


def takes_memory() -> None:
    bytearray(b"x") * 400_000_000


def names_no_line() -> None:
    sys.stderr.write("m.yaml: this is wrong [FS301]\n")
    raise SystemExit(2)


def says_nothing() -> None:
    raise SystemExit(2)


def tells_a_code_nobody_knows() -> None:
    sys.stderr.write("m.yaml:1:1: this is wrong [FS999]\n")
    raise SystemExit(2)


def finds_errors_and_goes_on() -> None:
    sys.stderr.write("m.yaml:1:1: this is wrong [FS301]\n")


def moves_the_cursor() -> None:
    sys.stdout.write("m.yaml: \x1b[2J\n")


def calls_itself_broken() -> None:
    sys.stderr.write("this is a defect in flowsim [FS001]\n")
    raise SystemExit(1)


def names_no_field() -> None:
    sys.stdout.write(
        '{"problems": [{"severity": "error", "code": "FS301", "file": "m.yaml", "line": 1, "path": "", "message": ""}]}'
    )
    raise SystemExit(2)


SPOILED: dict[str, tuple[Callable[[], None], int]] = {
    "shows a traceback": (shows_a_traceback, 1),
    "of the processor": (hangs, 1),
    " MB": (takes_memory, 1),
    "FS301 names no line": (names_no_line, 1),
    "refuses without an error": (says_nothing, 1),
    "FS999 is not documented": (tells_a_code_nobody_knows, 1),
    "has errors and ends with 0": (finds_errors_and_goes_on, 1),
    "steers the terminal": (moves_the_cursor, 1),
    "calls it a defect": (calls_itself_broken, 1),
    "FS301 names no field": (names_no_field, 2),
}


@pytest.mark.parametrize("words", SPOILED)
def test_a_program_that_does_so_is_seen(place: Path, words: str) -> None:
    program, number = SPOILED[words]
    tally = try_one(number, b"flowsim: 1\n", place, program)
    assert any(words in wrong for wrong in tally.wrong), tally.wrong


def test_a_program_that_only_answers_is_not_blamed(place: Path) -> None:
    def answers() -> None:
        sys.stderr.write("m.yaml:3:1: warning: odd [FS503]\nm.yaml:3:1: expected a thing, found none [FS301]\n")
        raise SystemExit(2)

    assert try_one(1, b"", place, answers).wrong == []


def test_what_a_process_leaves_is_what_it_left(place: Path) -> None:
    def both() -> None:
        sys.stdout.write("é\n")
        sys.stderr.write(" ".join(sys.argv))
        raise SystemExit(7)

    ended = forked(both, place, ["a", "b"], 1.0)
    assert (ended.code, ended.out, ended.err) == (7, "é\n", "flowsim a b")
    assert forked(never_ends, place, [], 0.1).code == -signal.SIGKILL  # by the system, after two seconds
    assert list(amiss(Ended(-9, "", "", 0.0, 1.0), (0, 2))) == ["ends with -9 []"]
    assert not list(unclear(Ended(0, "", "", 0.0, 1.0), "m.yaml", as_json=False))
    assert len(documented()) > 100
