"""A kept run made again from its manifest: the same, or said what is not."""

from __future__ import annotations

import dataclasses
import json
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from kept_runs import DESK, EVERYTHING, keep, plan

from flowsim import __version__
from flowsim.draws import SCHEME
from flowsim.errors import ResultsError
from flowsim.experiments.reproduce import Reproduction, reproduce
from flowsim.experiments.store import open_run
from flowsim.experiments.stored import StoredRun
from flowsim.metrics.schema import SCHEMA
from flowsim.model import from_json
from flowsim.record.manifest import State, package_versions


@pytest.fixture(scope="module")
def original(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return keep(tmp_path_factory.mktemp("reproduce"), plan(EVERYTHING, "current", "lean")).folder


@pytest.fixture
def copy(original: Path, tmp_path: Path) -> Path:
    """A run of its own to spoil."""
    shutil.copytree(original, tmp_path / "run")
    return tmp_path / "run"


def opened(folder: Path) -> StoredRun:
    return open_run(folder, folder.parent)


def rewrite(folder: Path, **changed: Any) -> StoredRun:
    """The run with these fields of its manifest changed, and sealed anew."""
    manifest = dataclasses.replace(opened(folder).manifest, **changed)
    (folder / "manifest.json").write_text(manifest.to_json())
    return opened(folder)


@pytest.mark.parametrize("jobs", [1, 2])
def test_a_run_made_again_is_the_same(original: Path, jobs: int) -> None:
    """Every table, without the scenario file, on any number of processes; nothing is left of the second run."""
    seen: list[tuple[int, int]] = []
    before = sorted(original.parent.rglob("*"))
    report = reproduce(opened(original), jobs, lambda done, planned: seen.append((done, planned)))
    assert report.same
    assert sorted(report.tables) == sorted([*SCHEMA, "estimates", "comparison"])
    assert all(report.tables.values())
    assert report.remarks == ()
    assert seen == [(1, 4), (2, 4), (3, 4), (4, 4)]
    assert sorted(original.parent.rglob("*")) == before


def test_a_run_of_one_state_and_without_audit(tmp_path: Path) -> None:
    done = keep(tmp_path, plan(DESK, "current", replications=1, audit=False))
    report = reproduce(opened(done.folder))
    assert report.same
    assert "comparison" not in report.tables


def test_another_seed_is_found(copy: Path) -> None:
    """Even if whoever changed it made a new seal: the data do not come out."""
    report = reproduce(rewrite(copy, seed=8))
    assert not report.same
    assert not report.tables["visits"]
    assert not report.tables["estimates"]


def test_another_model_is_found(copy: Path) -> None:
    """One person more in the model, with the right identity and seal: the visits differ."""
    first, second = opened(copy).manifest.states
    model = json.loads(second.model_json())
    model["teams"][0]["people"] += 1
    text = json.dumps(model, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    report = reproduce(rewrite(copy, states=(first, State.of(second.name, from_json(text)))))
    assert not report.same
    assert not report.tables["teams"]


@pytest.mark.parametrize(
    "change",
    [
        lambda body: body | {"seed": 8},
        lambda body: body | {"replications": 3},
        lambda body: body["states"][0]["model"]["teams"][0].update(people=9) or body,
        lambda body: body["states"][0].update(name="other") or body,
        lambda body: body["tables"][0].update(rows=1) or body,
        lambda body: body | {"fingerprint": "0" * 64},
        lambda body: {k: v for k, v in body.items() if k != "seal"},
    ],
)
def test_a_manifest_edited_by_hand_is_refused(copy: Path, change: Callable[[dict[str, Any]], dict[str, Any]]) -> None:
    """The seal: FS603 before anything is run."""
    path = copy / "manifest.json"
    path.write_text(json.dumps(change(json.loads(path.read_text()))))
    with pytest.raises(ResultsError) as caught:
        opened(copy)
    assert caught.value.code == "FS603"
    assert "was changed" in str(caught.value)


def test_a_damaged_table_is_not_the_same(copy: Path) -> None:
    """Its data come out as the manifest says, but the file no longer holds them; the others are well."""
    visits = copy / "data" / "visits.parquet"
    spoiled = bytearray(visits.read_bytes())
    spoiled[len(spoiled) // 2] ^= 1
    visits.write_bytes(spoiled)
    (copy / "data" / "teams.parquet").unlink()
    report = reproduce(opened(copy))
    assert not report.same
    assert [name for name, same in report.tables.items() if not same] == ["teams", "visits"]
    assert sum("damaged" in remark for remark in report.remarks) == 2
    assert any("visits.parquet" in remark for remark in report.remarks)


def test_another_damaged_file_is_told(copy: Path) -> None:
    """summary.csv is made from the tables; damage to it is a remark."""
    (copy / "summary.csv").write_text("x")
    report = reproduce(opened(copy))
    assert report.same
    assert any("summary.csv" in remark for remark in report.remarks)


def test_other_versions_are_told(copy: Path) -> None:
    """The same data from another flowsim: a remark. Other packages are told only when they may explain something."""
    other = dict(opened(copy).manifest.packages) | {"numpy": "1.0"}
    report = reproduce(rewrite(copy, flowsim="0.0.9", packages=other))
    assert report.same
    assert report.remarks == (f"made with flowsim 0.0.9, now {__version__}",)
    report = reproduce(rewrite(copy, flowsim="0.0.9", packages=other, seed=8, streams="other-scheme"))
    assert not report.same
    now = package_versions()["numpy"]
    assert report.remarks == (
        f"made with flowsim 0.0.9, now {__version__}",
        f"its random numbers were made by other-scheme, now {SCHEME}",
        f"made with numpy 1.0, now {now}",
    )


def test_a_table_that_is_no_longer_made_is_not_the_same(copy: Path) -> None:
    manifest = opened(copy).manifest
    extra = dataclasses.replace(manifest.tables[0], name="extra", file="data/extra.parquet")
    shutil.copy(copy / manifest.tables[0].file, copy / "data" / "extra.parquet")
    whole = manifest.with_files((*manifest.tables, extra), manifest.files)
    (copy / "manifest.json").write_text(whole.to_json())
    report = reproduce(opened(copy))
    assert not report.same
    assert [name for name, same in report.tables.items() if not same] == ["extra"]


def test_same_needs_a_table() -> None:
    assert not Reproduction({}, ()).same
    assert Reproduction({"a": True}, ()).same
    assert not Reproduction({"a": True, "b": False}, ()).same
