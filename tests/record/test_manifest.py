"""The manifest: what it holds comes back the same, and nothing that is damaged, changed or hostile is believed."""

from __future__ import annotations

import dataclasses
import hashlib
import json
import random
from collections.abc import Callable
from typing import Any

import pytest

from flowsim.errors import ResultsError
from flowsim.model import ALWAYS, Arrivals, Distribution, Model, RequestClass, Run, Step, StepTask, Task, Team
from flowsim.model import from_json as model_from_json
from flowsim.model import identity as identity_of
from flowsim.record.manifest import (
    FORMAT,
    Audit,
    Manifest,
    OtherFile,
    Platform,
    ScenarioFile,
    State,
    Table,
    Timing,
    canonical,
    is_inside,
    run_fingerprint,
)

MODEL = Model(
    name="Zoë's permit",
    start="2026-01-05T00:00:00",
    calendars=(ALWAYS,),
    classes=(RequestClass("c", Arrivals(gap=Distribution("exponential", (0.1 * 3_600_000,)))),),
    tasks=(Task("look", Distribution("constant", (60_000.0,)), "adding"),),
    teams=(Team("T", 1, "always"),),
    steps=(Step("Look", "T", (StepTask("look"),)),),
    run=Run(1000, 0, "always"),
)


def manifest(**more: Any) -> Manifest:
    return Manifest(
        command=("run", "my permit.yaml", "--set", "teams.T.people=2"),
        scenario=(ScenarioFile.of("my permit.yaml", "flowsim: 1\nname: Zoë's permit\n"),),
        states=(State.of("current", MODEL, about="as it is", changes=["One desk"], sets=["teams.T.people=2"]),),
        seed=2026,
        replications=30,
        engine="reference",
        audit=Audit(("parts add up", "conservation"), 30),
        timing=Timing("2026-11-23T14:12:00+01:00", 12.25, 2),
        warnings=("Legal is 97 % busy",),
        unfinished={"current": 3},
        **more,
    )


def whole(**more: Any) -> Manifest:
    tables = [Table(n, f"data/{n}.parquet", 7, 512, "a" * 64, h * 64, 1) for n, h in (("visits", "b"), ("cases", "c"))]
    return manifest(**more).with_files(tables, [OtherFile("plots/x.svg", 5, "d" * 64)])


def resealed(change: Callable[[dict[str, Any]], object], given: Manifest | None = None) -> str:
    """The text of a manifest changed by somebody who knows how to seal it."""
    body = json.loads((given or whole()).to_json())
    body.pop("seal")
    change(body)
    body["seal"] = hashlib.sha256(canonical(body).encode("utf-8", "backslashreplace")).hexdigest()
    return json.dumps(body)


def test_round_trip() -> None:
    found = Manifest.from_json(whole().to_json())
    assert found == dataclasses.replace(whole(), states=found.states)
    assert canonical(dataclasses.asdict(found)) == canonical(dataclasses.asdict(whole()))
    assert [t.name for t in found.tables] == ["cases", "visits"]
    assert found.table("visits") == found.tables[1]
    assert found.table("nope") is None


def test_the_model_comes_back_whole() -> None:
    state = Manifest.from_json(whole().to_json()).states[0]
    assert model_from_json(state.model_json()) == MODEL
    assert state.identity == identity_of(MODEL)


def test_seeds_beyond_what_other_programs_can_hold_are_text() -> None:
    for seed in (2**53 - 1, 2**53, 2**128 - 1):
        given = dataclasses.replace(whole(), seed=seed)
        assert Manifest.from_json(given.to_json()).seed == seed
    assert json.loads(given.to_json())["seed"] == str(2**128 - 1)


def test_command_line_with_bytes_that_are_no_text() -> None:
    """Python holds such bytes of a command line as lone surrogates; the file is UTF-8 all the same."""
    given = dataclasses.replace(whole(), command=("run", "caf\udce9.yaml"))
    stored = given.to_json().encode("utf-8", "backslashreplace")
    assert Manifest.from_json(stored.decode()).command == given.command


def test_only_timing_differs_between_two_runs_of_the_same() -> None:
    one = whole()
    two = dataclasses.replace(one, timing=Timing("2027-01-01T00:00:00+00:00", 99.0, 64))
    first, second = json.loads(one.to_json()), json.loads(two.to_json())
    assert {k for k in first if first[k] != second[k]} == {"timing", "seal"}
    assert one.fingerprint == two.fingerprint == run_fingerprint({"visits": "b" * 64, "cases": "c" * 64})


def test_fingerprint_of_the_run_depends_on_each_table_and_its_name() -> None:
    base = run_fingerprint({"a": "1" * 64, "b": "2" * 64})
    assert base == run_fingerprint({"b": "2" * 64, "a": "1" * 64})
    assert len({base, run_fingerprint({"a": "2" * 64, "b": "1" * 64}), run_fingerprint({"a": "1" * 64})}) == 3


def test_versions_are_those_that_matter_and_name_no_machine() -> None:
    here = Platform.here()
    assert here.python.startswith("3.")
    assert list(whole().packages) == ["numpy", "scipy", "simpy", "pyarrow", "holidays"]
    assert all(v[0].isdigit() for v in whole().packages.values())
    body = json.loads(whole().to_json())
    assert body["streams"] == "philox-blake2b-1"
    assert set(body["platform"]) == {"python", "os", "cpu", "libc"}


def test_newer_format_is_refused_whatever_else_it_says() -> None:
    newer = json.dumps({"format": FORMAT + 1, "something": "new"})
    with pytest.raises(ResultsError, match=f"format {FORMAT + 1}; this flowsim reads {FORMAT}") as refused:
        Manifest.from_json(newer, where="r/manifest.json")
    assert refused.value.code == "FS605"
    assert refused.value.hint == "upgrade flowsim"


def test_unknown_keys_of_the_same_format_are_left_out() -> None:
    assert Manifest.from_json(resealed(lambda b: b.update(extra=1))).seed == 2026


def test_every_flipped_bit_is_found() -> None:
    """The tables are guarded by the manifest; the manifest by its seal."""
    text = whole().to_json().encode()
    chance = random.Random(3)
    silent = 0
    for _ in range(300):
        spoiled = bytearray(text)
        spoiled[chance.randrange(len(text))] ^= 1 << chance.randrange(8)
        try:
            found = Manifest.from_json(spoiled.decode())
        except (UnicodeDecodeError, ResultsError):
            continue
        silent += found.to_json() != whole().to_json()
    assert silent == 0


def test_every_truncation_is_found() -> None:
    text = whole().to_json()
    for length in range(0, len(text) - 2, 61):
        with pytest.raises(ResultsError) as refused:
            Manifest.from_json(text[:length])
        assert refused.value.code == "FS603"


def put(*path: str | int, value: Any) -> Callable[[dict[str, Any]], object]:
    """A change that sets the value at a path."""

    def change(body: dict[str, Any]) -> None:
        place: Any = body
        for key in path[:-1]:
            place = place[key]
        place[path[-1]] = value

    return change


LIES = [
    put("seed", value=-1),
    put("seed", value=True),
    put("seed", value=1.0),
    put("seed", value="one"),
    put("seed", value="9" * 5000),
    put("replications", value=0),
    put("command", value="run"),
    put("command", value=[1]),
    put("unfinished", value={"current": "3"}),
    put("states", 0, "identity", value="0" * 64),
    put("states", 0, "model", "steps", value=[]),
    put("states", 0, "model", value=None),
    put("scenario", 0, "text", value="flowsim: 1\n"),
    put("tables", 0, "file", value="../../etc/passwd"),
    put("tables", 0, "file", value="/etc/passwd"),
    put("tables", 0, "file", value="data/visits.parquet"),
    put("tables", 0, "name", value="../x"),
    put("tables", 0, "rows", value=-1),
    put("tables", 0, "bytes", value=1.5),
    put("tables", 0, "sha256", value="A" * 64),
    put("tables", 0, "fingerprint", value="b" * 64),
    put("tables", value={}),
    put("tables", 0, value=None),
    put("files", 0, "file", value="../x"),
    put("files", 0, "bytes", value=-5),
    put("files", 0, "file", value="data/cases.parquet"),
    put("fingerprint", value="e" * 64),
    put("timing", "wall_seconds", value="1"),
    put("timing", value=[]),
    put("packages", value={"numpy": 2}),
    lambda body: body.pop("audit"),
    lambda body: body["audit"].pop("checks"),
]


@pytest.mark.parametrize("lie", LIES)
def test_a_sealed_lie_is_refused(lie: Callable[[dict[str, Any]], object]) -> None:
    """A hostile results folder: a ResultsError in one line, never a traceback or a path outside the folder."""
    with pytest.raises(ResultsError) as refused:
        Manifest.from_json(resealed(lie), where="r/manifest.json")
    assert refused.value.code == "FS603"
    assert str(refused.value).startswith("r/manifest.json is damaged or was changed: ")
    assert len(str(refused.value)) < 300
    assert "\n" not in str(refused.value)


def test_the_resealing_of_these_tests_is_sound() -> None:
    """Else every lie above would be refused for its seal alone."""
    assert Manifest.from_json(resealed(lambda body: None)) is not None


@pytest.mark.parametrize(
    "text",
    [
        "",
        "[]",
        "null",
        "{}",
        '{"format": "1"}',
        '{"format": true}',
        '{"format": 0}',
        '{"format": 1}',
        '{"format": NaN}',
        '{"format": 1, "seed": 1e999}',
        '{"format": 1, "format": 1}',
        "[" * 100_000,
        '{"a":' * 100_000,
        '{"format": 1, "seal": ' + "9" * 5000 + "}",
    ],
)
def test_text_that_is_no_manifest_is_refused(text: str) -> None:
    with pytest.raises(ResultsError) as refused:
        Manifest.from_json(text)
    assert refused.value.code == "FS603"


@pytest.mark.parametrize("file", ["a.svg", "plots/a b.svg", "plots/x/y.png", "été.csv", ".hidden"])
def test_paths_inside(file: str) -> None:
    assert is_inside(file)


OUTSIDE = ["", ".", "..", "/", "/a", "a/", "a//b", "../a", "a/../b", "./a", "a./b", " a", "a ", "x" * 201]
FORBIDDEN = ["a\\b", "C:a", "C:\\a", "\\\\host\\x", "a\x00", "a\n", "a*"]  # somewhere, if not here


@pytest.mark.parametrize("file", OUTSIDE + FORBIDDEN)
def test_paths_outside(file: str) -> None:
    assert not is_inside(file)
