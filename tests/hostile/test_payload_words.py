"""Words on a command line, and surroundings, made to harm: refused in words, or taken for what they are."""

from __future__ import annotations

import os
import time
from pathlib import Path

import pytest
from payloads import AROUND, WORDS, Payload
from program import STEERING, TINY, Answer, quick

from flowsim.errors import Problem
from flowsim.units import parse_length

LONGEST = 3.0
"""Seconds of processor time that refusing a word may take."""
PLACES = (
    ["check", "WORD"],
    ["check", "t.yaml", "--set", "WORD"],
    ["check", "t.yaml", "--json", "--set", "name=WORD"],
    ["run", "WORD", "--json"],
    ["run", "t.yaml", "--state", "WORD"],
    ["run", "t.yaml", "--seed", "WORD"],
    ["run", "t.yaml", "--replications", "WORD"],
    ["compare", "t.yaml", "WORD"],
    ["show", "WORD"],
    ["show", "WORD", "--json"],
    ["show", "latest", "--request", "WORD"],
    ["plot", "WORD"],
    ["plot", "latest", "--kind", "WORD"],
    ["reproduce", "WORD"],
    ["explain", "WORD"],
    ["new", "x.yaml", "--example", "WORD"],
    ["new", "nowhere/WORD.yaml"],
    ["completion", "WORD"],
    ["--color", "WORD", "check", "t.yaml"],
    ["WORD"],
    ["WORD", "t.yaml"],
)
"""Every place where a word stands; none of them runs anything."""


def asked(folder: Path, arguments: list[str], **env: str) -> Answer:
    """The answer, which is soon there and not without end. `quick` sees to tracebacks and to what steers."""
    began = time.process_time()
    answer = quick(folder, *arguments, **env)
    assert time.process_time() - began < LONGEST
    assert len(answer.out + answer.err) < 600_000
    return answer


@pytest.mark.parametrize("payload", WORDS, ids=str)
def test_words_made_to_harm_do_none(tmp_path: Path, payload: Payload) -> None:
    (tmp_path / "t.yaml").write_text(TINY, encoding="utf-8")
    for place in PLACES:
        arguments = [word.replace("WORD", payload.value) for word in place]
        answer = asked(tmp_path, arguments)
        assert answer.code in (0, 2, 4), (arguments, answer)
        if answer.code:
            assert "FS" in answer.out + answer.err
        assert sorted(p.name for p in tmp_path.iterdir()) == ["t.yaml"]


def test_places_take_what_is_right(tmp_path: Path) -> None:
    """Spoiled the other way: a good word is taken, so the bad ones are refused for what they are."""
    (tmp_path / "t.yaml").write_text(TINY, encoding="utf-8")
    for arguments in (["check", "t.yaml"], ["check", "t.yaml", "--set", "name=x"], ["explain", "steps"]):
        assert asked(tmp_path, arguments).code == 0
    assert asked(tmp_path, ["new", "x.yaml", "--example", "permit"]).code == 0
    assert sorted(p.name for p in tmp_path.iterdir()) == ["flowsim.schema.json", "t.yaml", "x.yaml"]


def test_an_empty_state_is_no_state(tmp_path: Path) -> None:
    """Not the first one, as if nothing had been asked for."""
    (tmp_path / "t.yaml").write_text(TINY, encoding="utf-8")
    assert "FS160" in asked(tmp_path, ["run", "t.yaml", "--state", ""]).err
    assert "FS160" in asked(tmp_path, ["compare", "t.yaml", "x" * 5000]).err


@pytest.mark.parametrize("payload", AROUND, ids=str)
def test_surroundings_made_to_harm_do_none(tmp_path: Path, payload: Payload) -> None:
    (tmp_path / "t.yaml").write_text(TINY, encoding="utf-8")
    env = dict(pair.split("=", 1) for pair in payload.what.split("|"))
    for arguments in (["check", "t.yaml"], ["explain", "steps"], ["show", "--wastes"], ["--help"]):
        answer = asked(tmp_path, arguments, **env)
        assert answer.code in (0, 2), answer
    assert [p.name for p in tmp_path.iterdir()] == ["t.yaml"]


# -- what steers a terminal --------------------------------------------------------------------------------------------


def test_what_steers_a_terminal_is_seen() -> None:
    """Spoiled: a message as it would be without the cleaning."""
    for payload in WORDS[:3]:
        assert STEERING.search(str(Problem(code="FS000", message=payload.value)))
    with pytest.raises(Exception, match=r"u001b"):
        parse_length("\x1b")


@pytest.mark.skipif(os.name != "posix", reason="names of POSIX")
def test_names_of_files_that_steer_are_shown_without(tmp_path: Path) -> None:
    evil = "x\x1b[2J\x07\x9b31m\u202ey"
    (tmp_path / f"{evil}.yaml").write_text(TINY, encoding="utf-8")
    (tmp_path / "evil.yaml").write_text(TINY.replace("team: Desk", f"team: {evil}"), encoding="utf-8")
    for arguments in (["check", f"{evil}.yaml"], ["check", f"{evil}.yaml", "--json"]):
        assert asked(tmp_path, arguments).code == 0
    for arguments in (["check", "evil.yaml"], ["check", "evil.yaml", "--json"]):
        assert asked(tmp_path, arguments).code == 2


@pytest.mark.skipif(os.name != "posix", reason="links, pipes and devices of POSIX")
@pytest.mark.parametrize("kind", ["device", "pipe", "folder"])
def test_a_schema_that_never_ends_is_left_alone(tmp_path: Path, kind: str) -> None:
    beside = tmp_path / "flowsim.schema.json"
    {"device": lambda: beside.symlink_to("/dev/zero"), "pipe": lambda: os.mkfifo(beside), "folder": beside.mkdir}[
        kind
    ]()
    answer = asked(tmp_path, ["new", "x.yaml"])
    assert answer.code == 0
    assert "is something else" in answer.err
