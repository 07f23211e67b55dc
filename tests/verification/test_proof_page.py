"""docs/proof.md is made of the results that are kept, and a result that is not sound shows."""

from __future__ import annotations

import sys
from dataclasses import replace
from pathlib import Path

import pytest

sys.path.append(str(Path(__file__).parents[2] / "verification"))

import page
import results

KEPT = results.kept()


def test_the_page_is_fresh() -> None:
    assert page.PAGE.read_text(encoding="utf-8") == page.page()


def test_a_page_that_is_not_fresh_is_seen(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    """Spoiled: one result more than the page tells of."""
    other = replace(KEPT[0], name="zz", title="Another proof")
    monkeypatch.setattr(page, "kept", lambda: [*KEPT, other])
    assert page.main(["--check"]) == 1
    assert "not fresh" in capsys.readouterr().out
    monkeypatch.setattr(page, "kept", lambda: KEPT)
    assert page.main(["--check"]) == 0


def test_every_kept_result_held() -> None:
    """What is committed as proof passed when it was run; one that failed is not proof."""
    assert KEPT
    assert [result.name for result in KEPT if not result.passed] == []


@pytest.mark.parametrize("result", KEPT, ids=lambda result: result.name)
def test_a_failure_shows(result: results.Result) -> None:
    """Spoiled: the verdict turned round."""
    assert "FAIL" not in page.section(result)
    assert "**FAIL**" in page.section(replace(result, passed=False))
    assert "**FAIL**" in page.overview([replace(result, passed=False)])


def test_a_result_comes_back_as_it_was_kept(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(results, "FOLDER", tmp_path / "results")
    for result in KEPT:
        results.keep(result)
    assert results.kept() == KEPT
    assert results.kept() != [replace(result, seconds=-1.0) for result in KEPT]
