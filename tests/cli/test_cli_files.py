"""Scenario files that cannot be used: one clear message with a code, exit code 2, nothing left behind."""

from __future__ import annotations

from pathlib import Path

import pytest
from program import TINY, flowsim, quick

FILES = {
    "empty.yaml": b"",
    "spaces.yaml": b"  \n\n",
    "binary.yaml": bytes(range(256)),
    "latin.yaml": "name: caf\xe9\n".encode("latin-1"),
    "unclosed.yaml": b"hello: [",
    "list.yaml": b"- a\n- b\n",
    "text.yaml": b"hello\n",
    "newer.yaml": TINY.replace("flowsim: 1", "flowsim: 2").encode(),
    "nul.yaml": b"name: a\x00b\n",
}
BOMBS = {
    "aliases.yaml": "a: &a [x,x,x,x,x,x,x,x,x]\n"
    + "".join(f"{c}: &{c} [{','.join([f'*{p}'] * 9)}]\n" for p, c in zip("abcdefgh", "bcdefghi", strict=True)),
    "merges.yaml": "a: &a {x: 1}\n"
    + "".join(f"{c}: &{c} {{<<: [{','.join([f'*{p}'] * 9)}]}}\n" for p, c in zip("abcdefgh", "bcdefghi", strict=True)),
    "deep.yaml": "[" * 100_000,
    "deep-map.yaml": "".join(f"{' ' * n}a:\n" for n in range(1000)),
    "wide.yaml": "a: [" + "1," * 500_000 + "1]",
    "long.yaml": "a: " + "x" * 3_000_000,
    "keys.yaml": "".join(f"k{n}: 1\n" for n in range(200_000)),
    "tag.yaml": "a: !!python/object/apply:os.system [echo]\n",
    "number.yaml": TINY.replace("20 min", "9" * 100_000 + " min"),
    "dots.yaml": TINY.replace("20 min", "1 .. " * 20_000 + "1 min"),
}


@pytest.mark.parametrize("name", FILES)
def test_a_file_that_is_no_scenario(tmp_path: Path, name: str) -> None:
    (tmp_path / name).write_bytes(FILES[name])
    answer = quick(tmp_path, "run", name)
    assert answer.code == 2
    assert answer.out == ""
    assert f"{name}" in answer.err.splitlines()[0]
    assert "[FS" in answer.err
    assert "= help: " in answer.err
    assert [p.name for p in tmp_path.iterdir()] == [name]


def test_a_file_that_is_missing_or_a_folder(tmp_path: Path) -> None:
    for name, said in (("nowhere.yaml", "no such file"), (".", "this is a folder")):
        answer = quick(tmp_path, "check", name)
        assert answer.code == 2
        assert said in answer.err


@pytest.mark.parametrize("name", BOMBS)
def test_a_file_made_to_harm_is_refused_in_half_a_second(tmp_path: Path, name: str) -> None:
    """In process, so that the time is that of the check alone; ten times the time promised leaves room for a busy
    machine.
    """
    import time

    from flowsim.scenario import check

    path = tmp_path / name
    path.write_text(BOMBS[name], encoding="utf-8")
    begin = time.process_time()
    problems, sound = check(path)
    assert time.process_time() - begin < 5
    assert [p for p in problems if p.severity == "error"]
    assert not sound


@pytest.mark.parametrize("name", ["long.yaml", "number.yaml", "dots.yaml"])
def test_a_very_long_line_is_shown_around_the_place(tmp_path: Path, name: str) -> None:
    (tmp_path / name).write_text(BOMBS[name], encoding="utf-8")
    answer = quick(tmp_path, "check", name)
    assert answer.code == 2
    assert len(answer.err) < 1500


def test_the_mark_stands_under_the_place(tmp_path: Path) -> None:
    line = (
        "requests: {" + ", ".join(f"c{n}: {{arrivals: 1 per hour}}" for n in range(10)) + ", x: {arrivals: 3 per hous}}"
    )
    text = TINY.replace(TINY[TINY.index("requests:") : TINY.index("tasks:")], line + "\n")
    (tmp_path / "t.yaml").write_text(text, encoding="utf-8")
    lines = quick(tmp_path, "check", "t.yaml").err.splitlines()
    at = next(n for n, line in enumerate(lines) if "hous" in line and " | " in line)
    assert lines[at][lines[at + 1].index("^") :].startswith("3 per hous")


def test_all_problems_at_once_each_with_its_place(folder: Path) -> None:
    text = TINY.replace("team: Legal", "team: Legl").replace("20 min", "20 mn").replace("people: 1", "people: -1", 1)
    (folder / "wrong.yaml").write_text(text, encoding="utf-8")
    answer = flowsim(folder, "check", "wrong.yaml")
    assert answer.code == 2
    assert answer.out == "wrong.yaml: 2 errors\n"  # names are looked up when the rest is right
    for line in ("wrong.yaml:8:16: ", "wrong.yaml:11:18: "):
        assert line in answer.err
    assert "^" in answer.err
