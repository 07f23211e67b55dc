"""The comparison of environments (`verification/platforms.py`): what it counts, and that it can go red."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest

sys.path.append(str(Path(__file__).parents[2] / "verification"))

import platform_probe
import platforms
from flowsim.model import Distribution
from platforms import HERE, SHAKEN, WAYS, Probe, compare, holds, near, row, variables_of


def told(**more: Any) -> dict[str, Any]:
    """What a probe tells when all is the same."""
    packages = {"numpy": "2.0.0", "scipy": "1.13.0", "pyarrow": "16.1.0"}
    same: dict[str, Any] = {"differ": {"draws": [], "scenarios": []}, "counts": {"draws": 63, "scenarios": 33}}
    return {"python": "3.11.7", "packages": packages, "features": ["AVX2"], **same, **more}


def test_the_probe_tells_versions_and_features() -> None:
    assert platform_probe.c_library()
    assert set(platform_probe.features()) <= set(np._core._multiarray_umath.__cpu_dispatch__)
    assert set(platform_probe.FUNCTIONS) >= {"exp of the C library", "numpy.exp"}


def test_a_way_turns_off_what_this_machine_has() -> None:
    for way in WAYS:
        variables = variables_of(way, sys.executable)
        if way.variables.get("NPY_DISABLE_CPU_FEATURES"):
            assert variables["NPY_DISABLE_CPU_FEATURES"].split() == platform_probe.features()
        assert set(variables) == set(way.variables)
    assert WAYS[0] is HERE
    assert len({way.name for way in WAYS}) == len(WAYS)


def test_what_differs_is_counted(tmp_path: Path) -> None:
    """Spoiled: one value off by its last digit, which moves no tick, and one that lay at half a tick and moves."""
    ours = np.array([1000.25, 2000.0, np.nextafter(3000.5, 0), 4000.0])
    theirs = np.array([np.nextafter(1000.25, 2000), 2000.0, np.nextafter(3000.5, 4000), 4000.0])
    for name, values in (("one", ours), ("other", theirs)):
        (tmp_path / name).mkdir()
        np.save(tmp_path / name / "law beta.npy", values)
        np.save(tmp_path / name / "function exp.npy", values)
    found = Probe(told(), demo=True)
    compare(found, tmp_path / "other", tmp_path / "one")
    count, unlike, most, ticks, mean = found.draws["beta"]
    assert (count, unlike, most, ticks) == (4, 2, 2 * np.spacing(3000.0), 1)
    assert mean == pytest.approx((np.spacing(1000.25) + 2 * np.spacing(3000.0)) / 4)
    assert found.functions == {"exp": 2}
    cells = row(WAYS[1], found)
    assert cells[2:6] == ["AVX2", "exp: 2", "63 of 63", "33 of 33"]
    assert cells[6:] == ["2 of 4, 9e-13 ticks", "1", f"{1 / mean:,.0f} draws of beta"]
    compare(found, tmp_path / "one", tmp_path / "one")
    assert row(WAYS[1], found)[6:] == ["0 of 4", "0", "none"]


def test_a_difference_a_failure_or_a_missing_interpreter_goes_red() -> None:
    good = Probe(told(), demo=True)
    probes = {HERE.name: good, "another": good}
    assert holds(probes, [], [])
    assert holds(probes, [], ["3.12"])
    assert not holds(probes, [], ["3.13"])
    assert not holds(probes, ["another"], [])
    assert not holds({HERE.name: good}, [], [])
    assert not holds({HERE.name: good, SHAKEN.name: good}, [], [])
    other = Probe(told(differ={"draws": [], "scenarios": ["permit: current: other data in wastes"]}), demo=True)
    assert other.same("scenarios") == (32, 33)
    assert not holds(probes | {"another": other}, [], [])
    assert holds(probes | {SHAKEN.name: other}, [], [])
    assert not holds(probes | {"another": Probe(told(), demo=False)}, [], [])


def test_values_near_half_a_tick_are_counted(monkeypatch: pytest.MonkeyPatch) -> None:
    """A law of half ticks: every draw is at the edge. One of whole ticks: none is. Long ones: as many as expected."""
    laws = {
        "edge": Distribution("discrete", (1000.5, 0.5, 2000.5, 0.5)),
        "whole": Distribution("discrete", (1000.0, 0.5, 2000.0, 0.5)),
        "long": Distribution("uniform", (2.0**43, 2.0**44)),
    }
    monkeypatch.setattr(platforms, "LAWS", laws)
    assert near("edge", 1000)[0] == 1000
    assert near("whole", 1000)[0] == 0
    seen, expected = near("long", 100_000)
    assert expected == pytest.approx(100_000 * 8 * 2.0**-9)
    assert seen == pytest.approx(expected, abs=5 * np.sqrt(expected))


def test_shaken_functions_are_off_by_some_last_digits_and_no_more() -> None:
    shaken = platform_probe._shaken(np.exp, np.random.default_rng(1))
    u = np.linspace(0.1, 0.9, 1000)
    by = (shaken(u) - np.exp(u)) / np.spacing(np.exp(u))
    assert set(by) == set(range(-platform_probe.ULPS, platform_probe.ULPS + 1))


def test_the_figures_tell_what_is_real_from_what_was_made_off() -> None:
    """Ticks that differ: none of ten in another environment, one of ten where functions were off on purpose."""
    real, off = Probe(told(), demo=True), Probe(told(), demo=True)
    real.draws, off.draws = {"beta": (10, 1, 1e-9, 0, 1e-10)}, {"beta": (10, 9, 1e-7, 1, 1e-8)}
    found = platforms.figures({HERE.name: real, "another": real, SHAKEN.name: off}, {"beta": (2, 1.5)}, 1_000_000)
    assert found == {
        "ways of running": 2,
        "golden draws the same": "126 of 126",
        "golden scenarios the same": "66 of 66",
        "draws with another tick than here": "0 of 10",
        f"draws with another tick than here, {SHAKEN.name}": "1 of 10",
        "within 4 last digits of half a tick, beta": "2 of 1,000,000 (1.5 expected)",
    }
