"""The corpus of tiny scenario files: `valid`, one per rule, and `invalid`, each with its expected codes and lines.

The listing of the two folders is the list of rules of the file format. An invalid file begins with a comment such as
`# expect: FS301 line 7, FS434 line 3 of data/dates.csv`.
"""

from __future__ import annotations

import re
import tomllib
from pathlib import Path

import pytest

from flowsim.errors import Problem
from flowsim.model import relations
from flowsim.scenario import check

CORPUS = Path(__file__).parents[1] / "scenarios"
ROOM = Path(__file__).parents[2] / "src" / "flowsim" / "scenario"
VALID = sorted((CORPUS / "valid").glob("*.yaml"))
INVALID = sorted((CORPUS / "invalid").glob("*.yaml"))

NOT_IN_A_FILE = {
    "FS101": "a folder is no file: see test_tree",
    "FS102": "a file without permission: see test_tree",
    "FS103": "a million bytes: see test_tree",
    "FS128": "two hundred thousand values: see test_tree",
    "FS143": "six files in a row: see test_states",
    "FS144": "two formats, when there is a second one: see test_states",
    "FS160": "a state named on the command line: see test_states",
    "FS164": "a change named on the command line: see test_states",
    "FS165": "a setting of the command line: see test_settings",
    "FS167": "a note: see test_joining",
    "FS169": "a note: see test_unsure",
    "FS317": "a thousand steps: see test_schema",
    "FS330": "a setting of the command line: see test_api",
    "FS331": "a path to be explained: see test_api",
    "FS459": "a note: see test_messages",
    "FS481": "a note: see test_steps_and_branches",
}
"""Codes of the room that no single small file can bring about, and where they are tested."""

Expected = list[tuple[str, int, str]]


def expected(path: Path) -> Expected:
    """(code, line, file) of each problem that the first line of an invalid file announces, in order."""
    first = path.read_bytes().decode("utf-8", "replace").splitlines()[0]
    assert first.startswith("# expect: FS"), f"{path.name} begins with no '# expect: FS... line ...'"
    found = []
    for item in first.removeprefix("# expect: ").split(", "):
        match = re.fullmatch(r"(FS\d{3}) line (\d+)(?: of (\S+))?", item)
        assert match, f"{path.name}: not an expectation: {item}"
        found.append((match[1], int(match[2]), match[3] or path.name))
    return sorted(found)


def told(problems: list[Problem], folder: Path) -> Expected:
    """(code, line, file) of each error and warning; notes are left out."""
    found = []
    for problem in problems:
        if problem.severity != "note":
            place = problem.place
            file = place.file.removeprefix(f"{folder}/") if place else ""
            found.append((problem.code, place.line if place else 0, file))
    return sorted(found)


@pytest.mark.parametrize("path", INVALID, ids=lambda p: p.stem)
def test_an_invalid_file_is_told_its_codes_and_lines(path: Path) -> None:
    problems, _ = check(path)
    assert told(problems, path.parent) == expected(path), "\n".join(map(str, problems))


@pytest.mark.parametrize("path", INVALID, ids=lambda p: p.stem)
def test_every_message_says_where_what_and_how_to_mend_it(path: Path) -> None:
    """House form: found and expected in one sentence without a full stop, a hint, a source line with its caret."""
    for problem in check(path)[0]:
        assert problem.message
        assert not problem.message.endswith(".")
        assert problem.hint, problem
        assert problem.place is not None, problem
        if problem.place.file == str(path) and problem.code not in ("FS104", "FS112"):
            lines = path.read_text(encoding="utf-8").splitlines()
            shown = lines[problem.place.line - 1].replace("\t", "→")
            assert problem.source == shown or problem.code == "FS105"
        assert "\x07" not in str(problem)
        assert "\x1b" not in str(problem)


@pytest.mark.parametrize("path", VALID, ids=lambda p: p.stem)
def test_a_valid_file_has_no_errors_and_no_warnings(path: Path) -> None:
    problems, states = check(path)
    assert told(problems, path.parent) == [], "\n".join(map(str, problems))
    assert states
    for compiled in states.values():
        assert relations(compiled.model) == []


def test_a_valid_file_names_its_rule_first() -> None:
    assert VALID
    for path in VALID:
        assert path.read_text(encoding="utf-8").startswith("# R"), path.name


def in_source() -> set[str]:
    """Every code that the modules of the room speak of, but those of other rooms (FS2xx, FS5xx and later)."""
    found = {code for path in ROOM.glob("*.py") for code in re.findall(r"\bFS\d{3}\b", path.read_text("utf-8"))}
    return {code for code in found if code[2] in "134"}


def in_corpus() -> set[str]:
    return {code for path in INVALID for code, _, _ in expected(path) if code[2] in "134"}


def differences(written: set[str], covered: set[str], elsewhere: set[str]) -> list[str]:
    """What is amiss between the source, the corpus and the exceptions; empty when all is well."""
    return [
        *(f"{code}: no file in the corpus brings it about" for code in sorted(written - covered - elsewhere)),
        *(f"{code}: an exception, yet in the corpus" for code in sorted(elsewhere & covered)),
        *(f"{code}: expected, yet not in the source" for code in sorted((covered | elsewhere) - written)),
    ]


def test_the_corpus_covers_every_code_of_the_room() -> None:
    """No message is untested: each code has an invalid file, or a test where `NOT_IN_A_FILE` says so."""
    assert differences(in_source(), in_corpus(), set(NOT_IN_A_FILE)) == []


def test_a_code_without_a_file_goes_red() -> None:
    """The comparison compares, in every direction."""
    whole = in_source(), in_corpus(), set(NOT_IN_A_FILE)
    for place in range(3):
        for spoil in ({"FS399"}, {"FS301"}, {"FS103"}):
            spoiled = [part ^ spoil if i == place else part for i, part in enumerate(whole)]
            assert differences(*spoiled), (place, spoil)


def test_codes_that_no_file_can_bring_about_are_tested_elsewhere() -> None:
    texts = {p.stem: p.read_text("utf-8") for p in Path(__file__).parent.glob("test_*.py") if p != Path(__file__)}
    for code, why in NOT_IN_A_FILE.items():
        assert code in texts[why.rpartition("see ")[2]], (code, why)


def test_every_problem_has_the_severity_that_the_list_of_codes_gives_it() -> None:
    codes = tomllib.loads((CORPUS.parents[1] / "docs" / "messages.toml").read_text(encoding="utf-8"))["codes"]
    for path in INVALID:
        for problem in check(path)[0]:
            if problem.code[2] in "134":
                assert problem.severity == codes[problem.code][0], problem


def test_a_spoiled_expectation_goes_red(tmp_path: Path) -> None:
    """The comparison compares: a wrong line and a wrong code are both noticed, and so is a missing problem."""
    path = CORPUS / "invalid" / "FS301_unknown_field.yaml"
    right = path.read_text("utf-8")
    problems, _ = check(path)
    for wrong in (
        right.replace("FS301 line", "FS302 line", 1),
        re.sub(r"line \d+", "line 1", right, count=1),
    ):
        spoiled = tmp_path / path.name
        spoiled.write_text(wrong, "utf-8")
        assert told(problems, path.parent) != expected(spoiled)
    assert told([], path.parent) != expected(path)


@pytest.mark.parametrize("path", INVALID, ids=lambda p: p.stem)
def test_the_name_of_an_invalid_file_is_its_code(path: Path) -> None:
    code = path.stem.split("_")[0]
    if code != "several":
        assert code in {found for found, _, _ in expected(path)}
