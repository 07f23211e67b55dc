"""The commands around the file: new, explain, schema, completion."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from program import environment, flowsim, quick

from flowsim.scenario.shipped import shipped_names


@pytest.mark.parametrize(
    ("arguments", "env", "named"),
    [
        ([], {}, "current, future"),
        ([], {"LANG": "nl_BE.UTF-8"}, "huidig, toekomst"),
        (["--lang", "en"], {"LANG": "nl_BE.UTF-8"}, "current, future"),
        (["--lang", "nl"], {}, "huidig, toekomst"),
    ],
)
def test_a_new_file_is_sound_and_in_the_language_asked(
    tmp_path: Path, arguments: list[str], env: dict[str, str], named: str
) -> None:
    made = quick(tmp_path, "new", "mine.yaml", *arguments, **env)
    assert made.out == "Wrote mine.yaml and flowsim.schema.json. Next: flowsim check mine.yaml\n"
    text = (tmp_path / "mine.yaml").read_text(encoding="utf-8")
    assert text.startswith("# yaml-language-server: $schema=./flowsim.schema.json\n")
    assert "flowsim check mine.yaml " in text
    assert json.loads((tmp_path / "flowsim.schema.json").read_text(encoding="utf-8"))["type"] == "object"
    checked = quick(tmp_path, "check", "mine.yaml")
    assert checked.code == 0
    assert f"states: {named};" in " ".join(checked.out.split())


def test_new_writes_over_nothing(tmp_path: Path) -> None:
    (tmp_path / "mine.yaml").write_text("precious")
    (tmp_path / "flowsim.schema.json").write_text("mine too")
    answer = quick(tmp_path, "new", "mine.yaml")
    assert answer.code == 2
    assert "FS706" in answer.err
    other = quick(tmp_path, "new", "other.yaml")
    assert other.code == 0
    assert "flowsim.schema.json is something else, and was left as it is" in other.err
    assert (tmp_path / "mine.yaml").read_text() == "precious"
    assert (tmp_path / "flowsim.schema.json").read_text() == "mine too"


def test_an_older_schema_is_made_new(tmp_path: Path) -> None:
    (tmp_path / "flowsim.schema.json").write_text('{"title": "flowsim scenario, format 0"}')
    assert "and flowsim.schema.json" in quick(tmp_path, "new", "mine.yaml").out
    assert "format 1" in (tmp_path / "flowsim.schema.json").read_text(encoding="utf-8")


@pytest.mark.parametrize(
    "name", ["x.txt", "x", "", "no/such/folder/x.yaml", "x\x1b[31m.yaml", "x\n.yaml", "x\u202e.yaml"]
)
def test_names_for_a_new_file_that_are_refused(tmp_path: Path, name: str) -> None:
    answer = quick(tmp_path, "new", name)
    assert answer.code == 2
    assert "FS706" in answer.err
    assert "= help: " in answer.err
    assert not list(tmp_path.iterdir())


def test_examples(tmp_path: Path) -> None:
    assert quick(tmp_path, "new", "--example", "list").out.split() == list(shipped_names())
    for name in shipped_names():
        assert quick(tmp_path, "new", f"{name}.yaml", "--example", name).code == 0
    assert quick(tmp_path, "check", "permit.yaml").code == 0


@pytest.mark.parametrize(
    ("path", "said"),
    [
        ("", "The silos, by name"),
        ("steps", "Each has a name of its own"),
        ("teams.people", "How many people there are, all alike"),
        ("teams.Legal.people", "How many people there are, all alike"),
        ("run.warm-up", "are not measured"),
        ("RUN.WARM_UP", "are not measured"),
        ("states.future.changes.1.set", "New values by path"),
    ],
)
def test_explain(tmp_path: Path, path: str, said: str) -> None:
    answer = quick(tmp_path, "explain", path)
    assert answer.code == 0
    assert said in answer.out


def test_explain_keeps_the_two_batches_apart(tmp_path: Path) -> None:
    """The batch of a handoff (R7) waits to travel, the batch of a step (R11) is worked on together."""
    for name in ("", "Check the file."):
        assert "wait to travel together" in quick(tmp_path, "explain", f"steps.{name}handoff.batch").out
        assert "handled together" in quick(tmp_path, "explain", f"steps.{name}batch").out


def test_schema_is_one_json_document(tmp_path: Path) -> None:
    found = json.loads(flowsim(tmp_path, "schema").out)
    assert found["title"].startswith("flowsim scenario")
    assert "$defs" in found


def _completed(folder: Path, line: str, **env: str) -> list[str]:
    """What the shell is told for the last word of a command line (which ends in a space when that is empty)."""
    words = line.split(" ")
    done = subprocess.run(
        [sys.executable, "-m", "flowsim"],
        cwd=folder,
        env=environment(COMP_WORDS=line, COMP_CWORD=str(len(words) - 1), _FLOWSIM_COMPLETE="bash_complete", **env),
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.stderr == ""
    return done.stdout.split("\n")[:-1] if done.stdout.strip() else []


@pytest.mark.parametrize(
    ("line", "offered"),
    [
        ("flowsim comp", ["plain,compare", "plain,completion"]),
        ("flowsim run ti", ["file,ti"]),
        ("flowsim run tiny.yaml --state ", ["plain,current", "plain,future"]),
        ("flowsim run tiny.yaml --state FU", ["plain,future"]),
        ("flowsim compare tiny.yaml cur", ["plain,current", "file,cur"]),
        ("flowsim run tiny.yaml --set te", ["plain,teams"]),
        ("flowsim check tiny.yaml --set teams.", ["plain,teams.Desk", "plain,teams.Legal"]),
        (
            "flowsim run tiny.yaml --set steps.decide.handoff.",
            ["plain,steps.Decide.handoff.batch", "plain,steps.Decide.handoff.reread"],
        ),
        ("flowsim plot results/", ["plain,results/compare", "plain,results/run"]),
        ("flowsim show run --state ", ["plain,current"]),
        ("flowsim run nowhere.yaml --state ", []),
        ("flowsim run nowhere.yaml --set ", []),
    ],
)
def test_completion_offers(made: Path, line: str, offered: list[str]) -> None:
    assert _completed(made, line) == offered


@pytest.mark.skipif(shutil.which("bash") is None, reason="no bash")
def test_the_script_works_in_bash(made: Path, tmp_path: Path) -> None:
    script = flowsim(made, "completion", "bash").out
    (tmp_path / "flowsim").write_text(f'#!/bin/sh\nexec "{sys.executable}" -m flowsim "$@"\n')
    (tmp_path / "flowsim").chmod(0o755)
    program = (
        f'{script}\nCOMP_WORDS=(flowsim comp)\nCOMP_CWORD=1\n_flowsim_completion flowsim\necho "${{COMPREPLY[@]}}"\n'
    )
    env = environment()
    env["PATH"] = f"{tmp_path}:{env['PATH']}"
    done = subprocess.run(["bash", "-c", program], cwd=made, env=env, capture_output=True, text=True, check=False)
    assert done.stdout.split() == ["compare", "completion"]


@pytest.mark.parametrize("shell", ["zsh", "fish"])
def test_scripts_for_other_shells(tmp_path: Path, shell: str) -> None:
    assert "_FLOWSIM_COMPLETE" in quick(tmp_path, "completion", shell).out
