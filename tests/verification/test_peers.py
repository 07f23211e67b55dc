"""flowsim against Ciw: the quick pairs of `verification/peers.py`, and that their comparison can go red."""

from __future__ import annotations

import sys
from dataclasses import replace
from pathlib import Path

import pytest

sys.path.append(str(Path(__file__).parents[2] / "verification"))

import ciw

import peer_models
import peers
from flowsim.verification.claims import ALLOWED, POWER
from two_tools import Agreement, Estimate, Measure, agree, compare, in_ciw, in_flowsim

PAIRS = peer_models.quick()


@pytest.mark.parametrize("pair", PAIRS, ids=[pair.title for pair in PAIRS])
def test_flowsim_agrees_with_ciw(pair: peer_models.Pair) -> None:
    """Each measure is the same within its joint error, with power, and the twin is refused."""
    for a in compare(pair):
        told = f"{a.measure.name}: {a.ours}, Ciw {a.theirs}, {pair.mistake}: {a.twin}"
        assert a.agrees, told
        assert a.powerful, told
        assert a.refused, told
    assert any(measure.told for measure in pair.measures)


def test_six_pairs_at_least_and_two_without_a_formula() -> None:
    """What is asked of their number; the full run holds all of the quick ones, with all their measures."""
    for some in (PAIRS, peer_models.full()):
        assert len(some) >= 6
        assert sum(not pair.closed for pair in some) >= 2
        assert len({pair.seed for pair in some}) == len(some)
    full = [{measure.name for measure in pair.measures} for pair in peer_models.full()]
    assert all(any({m.name for m in pair.measures} <= names for names in full) for pair in PAIRS)


def agreement(ours: float, theirs: float, error: float, twin: float, told: bool = True) -> Agreement:
    return Agreement(
        Measure("x", lambda _: 0.0, told), Estimate(ours, error), Estimate(theirs, 0.0), Estimate(twin, 0.0)
    )


def test_agreement_power_and_a_refused_twin_are_all_needed() -> None:
    """Spoiled: each of the three fails alone."""
    assert agreement(10.0, 10.0 + 0.99 * ALLOWED * 0.1, 0.1, 5.0).passed
    untrue = agreement(10.0, 10.0 + 1.01 * ALLOWED * 0.1, 0.1, 5.0)
    assert (untrue.agrees, untrue.powerful, untrue.refused) == (False, True, True)
    weak = agreement(10.0, 10.0, 1.01 * POWER * 10.0, 5.0)
    assert (weak.agrees, weak.powerful, weak.refused) == (True, False, True)
    blind = agreement(10.0, 10.0, 0.1, 10.3)
    assert (blind.agrees, blind.powerful, blind.refused) == (True, True, False)
    assert [a.passed for a in (untrue, weak, blind)] == [False, False, False]
    assert agreement(10.0, 10.0, 0.1, 10.3, told=False).passed


def test_both_errors_count() -> None:
    """The joint error is the root of the sum of squares: 3.9 × 5 allow 19.4 and not 19.6."""
    assert agree(Estimate(0.0, 3.0), Estimate(19.4, 4.0))
    assert not agree(Estimate(0.0, 3.0), Estimate(19.6, 4.0))


def test_requests_that_have_not_left_are_an_error() -> None:
    """Spoiled: Ciw ends at the length, so that the last ones are missing."""
    pair = replace(PAIRS[0], tail=0.0)
    with pytest.raises(ValueError, match="have not left"):
        list(in_ciw(pair))


def test_seeds_have_nothing_to_do_with_each_other() -> None:
    """No replication of Ciw is another one's, and the twin has luck of its own."""
    short = replace(PAIRS[0], scenario=PAIRS[0].scenario.replace("12 days", "2 days"), replications=4)
    same = replace(short, twin=short.network)
    leads = [s.lead().mean() for s in (*in_ciw(short), *in_ciw(same, twin=True), *in_flowsim(short))]
    assert len(set(leads)) == 4 + 2 + 4


def test_the_command_fails_when_the_tools_differ(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Spoiled: the network of Ciw is the twin; the command says so and ends with 1, and with 0 for the right one."""
    monkeypatch.setattr(peers, "ProcessPoolExecutor", Alone)
    right = replace(PAIRS[-1], measures=PAIRS[-1].measures[:1])
    monkeypatch.setattr(peer_models, "quick", lambda: [right])
    assert peers.main(["--quick"]) == 0
    assert "PASS" in capsys.readouterr().out
    monkeypatch.setattr(peer_models, "quick", lambda: [replace(right, network=right.twin, twin=right.network)])
    assert peers.main(["--quick", "hours"]) == 1
    assert "FAIL" in capsys.readouterr().out
    assert peers.main(["--quick", "no such pair"]) == 1


class Alone:
    """A pool without processes."""

    def __init__(self, _: int | None) -> None:
        self.map = map

    def __enter__(self) -> Alone:
        return self

    def __exit__(self, *_: object) -> None:
        pass


def test_ciw_is_another_program() -> None:
    """It imports nothing of ours, and its clock is floating-point."""
    assert not any("flowsim" in path.read_text() for path in Path(ciw.__file__).parent.rglob("*.py"))
