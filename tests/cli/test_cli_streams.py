"""stdout is the answer and nothing else; what a program reads is JSON; no stream that breaks gives a traceback."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest
from program import STEERING, TINY, command, environment, flowsim, quick

LINUX = pytest.mark.skipif(sys.platform != "linux", reason="/dev/full is a device of Linux")


def test_check_answers_on_stdout_and_remarks_on_stderr(made: Path) -> None:
    answer = flowsim(made, "check", "tiny.yaml")
    assert answer.code == 0
    assert answer.out.startswith("tiny.yaml: 2 teams, 2 steps, 1.2 handoffs a request; states: current, future;")
    assert "FS508" in answer.err
    assert "FS508" not in answer.out
    quiet = flowsim(made, "-q", "check", "tiny.yaml")
    assert (quiet.out, quiet.err) == (answer.out, "")
    assert flowsim(made, "check", "tiny.yaml", "--quiet").err == ""


def test_quiet_never_hides_an_error(made: Path) -> None:
    answer = quick(made, "check", "-q", "tiny.yaml", "--set", "teams.Desk.people=0")
    assert answer.code == 2
    assert "FS309" in answer.err


def test_run_says_where_the_results_are_last(folder: Path) -> None:
    answer = flowsim(folder, "run", "tiny.yaml", "-q")
    assert answer.err == ""
    last = answer.out.splitlines()[-1]
    assert last.startswith("Results: results/tiny-current-")
    assert (folder / last.removeprefix("Results: ") / "manifest.json").is_file()
    again = flowsim(folder, "show").out
    assert answer.out.startswith(again)  # `show` says the same, but not where


@pytest.mark.parametrize(
    ("arguments", "kind", "fields"),
    [
        (["check", "tiny.yaml"], "check", {"file", "problems", "states"}),
        (["show", "run"], "run", {"folder", "state", "seed", "replications", "estimates", "teams", "handoffs"}),
        (["show", "compare"], "compare", {"folder", "states", "differences", "verdicts"}),
        (["show", "--request", "1"], "journal", {"folder", "states"}),
        (["reproduce", "run"], "reproduce", {"folder", "same", "tables", "damaged", "remarks"}),
    ],
)
def test_json_is_one_object_with_nothing_beside_it(
    made: Path, arguments: list[str], kind: str, fields: set[str]
) -> None:
    answer = quick(made, *arguments, "--json", LANG="nl_BE.UTF-8", LC_ALL="nl_BE.UTF-8")
    assert answer.code == 0
    assert answer.json["flowsim"] == kind
    assert fields <= set(answer.json)
    assert answer.err == ""


def test_json_of_run_and_compare_is_that_of_show(folder: Path) -> None:
    for name, kind in (("run", "run"), ("compare", "compare")):
        told = quick(folder, name, "tiny.yaml", "--json", "--jobs", "1")
        assert told.json["flowsim"] == kind
        assert told.json == quick(folder, "show", "--json").json
    found = told.json
    mean = next(d for d in found["differences"] if d["measure"] == "working lead time mean" and d["class"] is None)
    assert mean["unit"] == "min"
    assert mean["before_value"] - mean["after_value"] == pytest.approx(-mean["difference"])
    assert mean["low"] < mean["difference"] < mean["high"]


@pytest.mark.parametrize(
    ("arguments", "exit_code", "code"),
    [
        (["run", "nowhere.yaml"], 2, "FS100"),
        (["check", "nowhere.yaml"], 2, "FS100"),
        (["compare", "tiny.yaml", "x", "y"], 2, "FS160"),
        (["run", "tiny.yaml", "--state", "x"], 2, "FS160"),
        (["run", "tiny.yaml", "--nothing"], 2, "FS003"),
        (["show", "nowhere"], 2, "FS607"),
        (["plot", "nowhere"], 2, "FS607"),
        (["reproduce", "nowhere"], 2, "FS607"),
        (["show", "run", "--request", "100000"], 2, "FS708"),
        (["run", "tiny.yaml", "--out", "results"], 4, "FS601"),
    ],
)
def test_an_error_is_json_as_well(made: Path, arguments: list[str], exit_code: int, code: str) -> None:
    answer = quick(made, *arguments, "--json")
    found = answer.json
    assert answer.code == exit_code
    assert code in [problem["code"] for problem in found["problems"]]
    for problem in found["problems"]:
        fields = {"code", "severity", "file", "line", "column", "path", "message", "hint"}
        assert set(problem) == fields
    assert answer.err == ""
    if arguments[0] != "check":  # whose answer the problems are
        assert found["flowsim"] == "error"
        assert found["exit_code"] == exit_code


def test_colours_only_where_asked(made: Path) -> None:
    plain = flowsim(made, "show", "run")
    always = flowsim(made, "--color", "always", "show", "run")
    after = flowsim(made, "show", "run", "--color", "always")
    assert "\x1b[1m" in always.out
    assert always.out == after.out
    assert flowsim(made, "--color", "never", "show", "run").out == plain.out


@pytest.mark.skipif(sys.platform == "win32", reason="no pseudo terminals")
@pytest.mark.parametrize(
    ("env", "coloured"),
    [({"TERM": "xterm"}, True), ({"TERM": "dumb"}, False), ({"TERM": "xterm", "NO_COLOR": "1"}, False)],
)
def test_a_terminal_gets_colours_unless_it_wants_none(made: Path, env: dict[str, str], coloured: bool) -> None:
    import os
    import pty

    leader, follower = pty.openpty()
    process = subprocess.Popen(
        command("show", "run"), cwd=made, env=environment(**env), stdout=follower, stderr=follower, stdin=follower
    )
    os.close(follower)
    seen = b""
    while True:
        try:
            part = os.read(leader, 65536)
        except OSError:  # Linux says so when the other end is closed
            break
        if not part:
            break
        seen += part
    os.close(leader)
    assert process.wait(60) == 0
    text = seen.decode().replace("\r\n", "\n")
    assert ("\x1b[1m" in text) is coloured
    assert (STEERING.search(text) is not None) is coloured


@pytest.mark.parametrize("arguments", [["show"], ["--help"], ["schema"], ["check", "tiny.yaml", "--json"]])
def test_a_reader_that_goes_away_is_no_error(made: Path, arguments: list[str]) -> None:
    process = subprocess.Popen(
        command(*arguments), cwd=made, env=environment(), stdout=subprocess.PIPE, stderr=subprocess.PIPE
    )
    assert process.stdout is not None
    process.stdout.close()
    assert process.stderr is not None
    said = process.stderr.read().decode()
    process.stderr.close()
    assert process.wait(60) == 0
    assert "Traceback" not in said
    assert "roken" not in said


@LINUX
@pytest.mark.parametrize(
    ("arguments", "code"),
    [(["show"], 74), (["check", "tiny.yaml", "--json"], 74), (["--help"], 74), (["run", "nowhere.yaml", "--json"], 2)],
)
def test_a_full_stdout(made: Path, arguments: list[str], code: int) -> None:
    with Path("/dev/full").open("wb") as full:
        done = subprocess.run(
            command(*arguments),
            cwd=made,
            env=environment(),
            stdout=full,
            stderr=subprocess.PIPE,
            text=True,
            check=False,
        )
    assert done.returncode == code
    assert "Traceback" not in done.stderr
    assert "Exception" not in done.stderr
    if code == 74 and "--json" not in arguments:
        assert done.stderr == "cannot write the answer: no space left on device [FS606]\n"


@LINUX
def test_a_full_stderr_keeps_the_exit_code(made: Path) -> None:
    with Path("/dev/full").open("wb") as full:
        done = subprocess.run(
            command("run", "nowhere.yaml"),
            cwd=made,
            env=environment(),
            stdout=subprocess.PIPE,
            stderr=full,
            check=False,
        )
    assert done.returncode == 2


@pytest.mark.skipif(sys.platform == "win32", reason="no sh")
@pytest.mark.parametrize(("closed", "arguments", "code"), [(">&-", "show", 0), ("2>&-", "run nowhere.yaml", 2)])
def test_streams_that_were_closed(made: Path, closed: str, arguments: str, code: int) -> None:
    line = f'"{sys.executable}" -m flowsim {arguments} {closed}'
    done = subprocess.run(["sh", "-c", line], cwd=made, env=environment(), capture_output=True, text=True, check=False)
    assert done.returncode == code
    assert "Traceback" not in done.stderr


@pytest.mark.parametrize(("encoding", "locale"), [("ascii", "C"), ("latin-1", "C.UTF-8")])
def test_a_poor_alphabet_crashes_nothing_and_json_loses_nothing(tmp_path: Path, encoding: str, locale: str) -> None:
    (tmp_path / "t.yaml").write_text(TINY.replace("Desk", "Büro 團隊"), encoding="utf-8")
    for arguments in (["check", "t.yaml"], ["check", "t.yaml", "--json"]):
        env = environment(LC_ALL=locale, PYTHONIOENCODING=encoding)
        done = subprocess.run(command(*arguments), cwd=tmp_path, env=env, capture_output=True, check=False)
        assert done.returncode == 0, done.stderr
        assert b"Traceback" not in done.stderr
    told = json.loads(done.stdout.decode("utf-8" if encoding == "ascii" else encoding))
    assert told["states"]["current"]["teams"][0]["team"] == "Büro 團隊"
