"""Kept results that somebody changed: `show`, `plot` and `reproduce` refuse them, and touch nothing outside."""

from __future__ import annotations

import hashlib
import json
import os
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import payloads
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from payloads import Payload
from program import TINY, quick

from flowsim.record.manifest import canonical

pytestmark = pytest.mark.skipif(os.name != "posix", reason="links, pipes and devices of POSIX")

SECRET = "what-nobody-may-see"
STEERS = "x\x1b[2J"
Body = dict[str, Any]


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with a small run in it. Only for reading."""
    folder = tmp_path_factory.mktemp("made") / "home"
    folder.mkdir()
    (folder / "t.yaml").write_text(TINY, encoding="utf-8")
    assert quick(folder, "run", "t.yaml", "--jobs", "1", "--out", "results/run").code == 0
    return folder


def _sha(text: str) -> str:
    return hashlib.sha256(text.encode("utf-8", "backslashreplace")).hexdigest()


def _sealed(change: Callable[[Body], Any]) -> Callable[[Path], None]:
    """A change of the manifest by somebody who knows how it is sealed."""

    def act(run: Path) -> None:
        body = json.loads((run / "manifest.json").read_text(encoding="utf-8"))
        body.pop("seal")
        change(body)
        body["seal"] = _sha(canonical(body))
        (run / "manifest.json").write_text(json.dumps(body), encoding="utf-8")

    return act


def _text(change: Callable[[str], str | bytes]) -> Callable[[Path], None]:
    """A change of the text of the manifest."""

    def act(run: Path) -> None:
        path = run / "manifest.json"
        new = change(path.read_text(encoding="utf-8"))
        path.write_bytes(new if isinstance(new, bytes) else new.encode())

    return act


def _table(change: Callable[[Path], None]) -> Callable[[Path], None]:
    """A change of a table with its size and hash in the manifest put right, as a forger would."""

    def act(run: Path) -> None:
        path = run / "data" / "estimates.parquet"
        change(path)

        def put_right(body: Body) -> None:
            entry = next(t for t in body["tables"] if t["name"] == "estimates")
            if path.is_file():
                data = path.read_bytes()
                entry["bytes"], entry["sha256"] = len(data), hashlib.sha256(data).hexdigest()

        _sealed(put_right)(run)

    return act


def _instead(make: Callable[[Path], Any]) -> Callable[[Path], None]:
    """Something else under the name of a file."""

    def change(path: Path) -> None:
        path.unlink()
        make(path)

    return change


def _model(change: Callable[[Body], Any]) -> Callable[[Body], None]:
    """A change of a model, with its identity put right."""

    def act(body: Body) -> None:
        state = body["states"][0]
        change(state["model"])
        state["identity"] = _sha(canonical(state["model"]))

    return act


def _pointer(make: Callable[[Path], Any]) -> Callable[[Path], None]:
    def act(run: Path) -> None:
        (run.parent / "latest").unlink(missing_ok=True)
        make(run.parent / "latest")

    return act


def _steer(state: Body) -> None:
    state["name"] = STEERS


def _foreign(path: Path) -> None:
    columns = {
        name: pa.array([[{"a": 1}]] * 2) for name in ("state", "measure", "class", "value", "low", "high", "unit")
    }
    pq.write_table(pa.table(columns), path)


DEEDS: dict[str, Callable[[Path], None]] = {
    "a seed of another type": _sealed(lambda b: b.update(seed=[7])),
    "a table outside": _sealed(lambda b: b["tables"][0].update(file="../../../outside.parquet")),
    "a table at an absolute path": _sealed(lambda b: b["tables"][0].update(file="/etc/passwd")),
    "another file outside": _sealed(lambda b: b["files"][0].update(file="../../../outside.csv")),
    "another file at an absolute path": _sealed(lambda b: b["files"][0].update(file="/etc/passwd")),
    "a table twice": _sealed(lambda b: b["tables"].append(b["tables"][0])),
    "a table with a point in its name": _sealed(lambda b: b["tables"][0].update(name="../x")),
    "a hash that does not fit": _sealed(lambda b: [t.update(sha256="0" * 64) for t in b["tables"]]),
    "a hash that is none": _sealed(lambda b: b["tables"][0].update(sha256="x")),
    "more rows than there are": _sealed(lambda b: [t.update(rows=10**18) for t in b["tables"]]),
    "fewer rows than none": _sealed(lambda b: b["tables"][0].update(rows=-1)),
    "a model of another kind": _sealed(_model(lambda m: m.update(steps="none"))),
    "a model with a name that steers": _sealed(_model(lambda m: m.update(name=STEERS))),
    "no states": _sealed(lambda b: b.update(states=[])),
    "a state that steers a terminal": _sealed(lambda b: _steer(b["states"][0])),
    "a scenario with another hash": _sealed(lambda b: b["scenario"][0].update(text="x")),
    "a format of tomorrow": _sealed(lambda b: b.update(format=10**30)),
    "a format that is text": _sealed(lambda b: b.update(format="1")),
    "a key twice": _text(lambda t: t.replace("{", '{"format": 1,', 1)),
    "no number": _text(lambda t: t.replace('"replications": 2', '"replications": NaN')),
    "far too deep": _text(lambda t: "[" * 200_000),
    "a list": _text(lambda t: "[]"),
    "nothing": _text(lambda t: ""),
    "half of it": _text(lambda t: t[: len(t) // 2]),
    "no text": _text(lambda t: bytes(range(256))),
    "no seal": _text(lambda t: t.replace('"seal"', '"seals"')),
    "a table cut off": _table(lambda p: p.write_bytes(p.read_bytes()[:-20]) and None),
    "a table of other columns": _table(lambda p: pq.write_table(pa.table({"x": [1]}), p)),
    "a table of foreign types": _table(_foreign),
    "a table that is a link outside": _table(_instead(lambda p: p.symlink_to("../../../../outside.parquet"))),
    "a table that is a pipe": _table(_instead(os.mkfifo)),
    "a table that is a folder": _table(_instead(Path.mkdir)),
    "a table changed for another": _table(lambda p: shutil.copy(p.with_name("visits.parquet"), p) and None),
    "a manifest that is a link to a device": lambda run: _instead(lambda p: p.symlink_to("/dev/zero"))(
        run / "manifest.json"
    ),
    "a manifest that is a pipe": lambda run: _instead(os.mkfifo)(run / "manifest.json"),
    "a manifest that is a folder": lambda run: _instead(Path.mkdir)(run / "manifest.json"),
    "a pointer that leads outside": _pointer(lambda p: p.write_text("../../outside\n")),
    "a pointer that steers a terminal": _pointer(lambda p: p.write_text(STEERS)),
    "a pointer that is a link to a device": _pointer(lambda p: p.symlink_to("/dev/zero")),
}
HARMLESS = ("a model with a name that steers", "a state that steers a terminal")
"""What a forger may write, and what is cleaned on its way to a terminal (`quick` looks at the streams)."""


def test_every_payload_has_its_deed() -> None:
    assert set(DEEDS) == {one.what for one in payloads.RESULTS}


@pytest.mark.parametrize("payload", payloads.RESULTS, ids=str)
def test_changed_results_are_refused(made: Path, tmp_path: Path, payload: Payload) -> None:
    home = tmp_path / "home"
    shutil.copytree(made, home)
    (tmp_path / "outside").mkdir()
    (tmp_path / "outside.csv").write_text(SECRET, encoding="utf-8")
    shutil.copy(made / "results/run/data/estimates.parquet", tmp_path / "outside.parquet")
    (home / "results" / "latest").write_text("run\n", encoding="utf-8")
    DEEDS[payload.what](home / "results" / "run")
    before = _seen(tmp_path)
    for arguments in (["show"], ["show", "--json"], ["plot", "--kind", "ledger", "--format", "svg"]):
        answer = quick(home, *arguments)
        assert SECRET not in answer.out + answer.err
        if payload.what in HARMLESS:
            assert answer.code in (0, 4)
        else:
            assert answer.code in (2, 4), answer.out
            assert "FS60" in answer.out + answer.err
    if payload.what not in HARMLESS:
        assert _seen(tmp_path) == before


def _seen(folder: Path) -> dict[str, int]:
    """Every name with the time of its last change; without the empty folder for pictures."""
    found = {str(p.relative_to(folder)): p.lstat().st_mtime_ns for p in folder.rglob("*") if not p.is_dir()}
    return {name: when for name, when in found.items() if "-plots" not in name}


@pytest.mark.parametrize(
    "what", ["no states", "a model of another kind", "a table outside", "a manifest that is a pipe", "far too deep"]
)
def test_changed_results_are_not_made_again(made: Path, tmp_path: Path, what: str) -> None:
    shutil.copytree(made / "results/run", tmp_path / "run")
    DEEDS[what](tmp_path / "run")
    answer = quick(tmp_path, "reproduce", "run")
    assert answer.code == 4
    assert "FS60" in answer.err


def test_results_that_nobody_changed_are_shown(made: Path, tmp_path: Path) -> None:
    """Spoiled the other way: what is refused above is refused for the change."""
    shutil.copytree(made, tmp_path / "home")
    for arguments in (["show", "run"], ["show", "run", "--json"]):
        assert quick(tmp_path / "home", *arguments).code == 0
    _sealed(lambda body: None)(tmp_path / "home/results/run")
    assert quick(tmp_path / "home", "show", "run").code == 0
