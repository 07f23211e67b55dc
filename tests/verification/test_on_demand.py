"""`flowsim verify` without a file: each part can go red, and a small form of the whole holds."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from flowsim.draws import Draws
from flowsim.engine import run
from flowsim.verification import faults as putting_in
from flowsim.verification import offered, on_demand
from flowsim.verification.claims import Measure, Verdict
from flowsim.verification.golden import Golden
from flowsim.verification.on_demand import Claimed, Proof, prove
from flowsim.verification.recursion import Compared, Desk, compare, foresee, held_against, random_desk

# -- the recursion ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("number", range(12))
def test_the_engine_is_what_the_recursion_says(number: int) -> None:
    found = compare(random_desk(number), number)
    assert found.wrong == ""
    assert found.instants > 100


def test_the_desks_differ() -> None:
    """One to four people, office hours and none, one and two classes, coarse clocks and fine ones."""
    desks = [random_desk(number) for number in range(on_demand.DESKS)]
    assert {desk.people for desk in desks} == {1, 2, 3, 4}
    assert {desk.office for desk in desks} == {True, False}
    assert {len(desk.gaps) for desk in desks} == {1, 2}
    laws = {law.name for desk in desks for law in (*desk.gaps, *desk.works)}
    assert laws == {"discrete", "exponential", "lognormal", "uniform", "constant"}
    assert random_desk(5) == random_desk(5) != random_desk(6)


@pytest.mark.parametrize("column", ["assembled", "started", "worked"])
def test_a_millisecond_is_seen(column: str) -> None:
    """Spoiled: one instant of one request."""
    desk = random_desk(3)
    record = run(desk.model(), Draws(3, 1))
    assert held_against(record, foresee(desk, Draws(3, 1))).wrong == ""
    record.visits[column][17] += 1
    assert held_against(record, foresee(desk, Draws(3, 1))).wrong.startswith("request 17: ")


def test_another_desk_is_seen() -> None:
    """Spoiled: one person more, other hours, other draws, a request less."""
    desk: Desk = next(random_desk(n) for n in range(50) if random_desk(n).office)
    record = run(desk.model(), Draws(3, 1))
    for other in (replace(desk, people=desk.people + 1), replace(desk, office=False)):
        assert held_against(record, foresee(other, Draws(3, 1))).wrong
    assert held_against(record, foresee(desk, Draws(4, 1))).wrong
    for name in record.visits:
        record.visits[name] = np.delete(record.visits[name], -1)
    assert "expected" in held_against(record, foresee(desk, Draws(3, 1))).wrong


# -- the audit --------------------------------------------------------------------------------------------------------


def test_every_fault_is_refused() -> None:
    found = putting_in.faults()
    assert len(found) == len(putting_in.FAULTS) >= 12
    assert [fault.told for fault in found if not fault.refused_by] == []


def test_a_fault_that_is_none_goes_unseen(monkeypatch: pytest.MonkeyPatch) -> None:
    """Spoiled: nothing is put in, so nothing is refused, and the proof fails."""
    monkeypatch.setattr(putting_in, "FAULTS", (("nothing at all", lambda run: None),))
    found = putting_in.faults()
    assert [fault.refused_by for fault in found] == [()]
    assert not replace(GOOD, faults=tuple(found)).passed


# -- the whole --------------------------------------------------------------------------------------------------------


def verdict(estimate: float) -> Verdict:
    return Verdict(Measure("wait", "", 10.0, lambda _: 0.0, "", 20.0), estimate, 0.1)


GOOD = Proof(
    (Claimed("a desk", "M/M/1", 20, (verdict(10.1),)),),
    (Compared(30, ""),),
    (putting_in.Fault("a millisecond", ("work",)),),
    (Golden("draws", "abc", "abc"),),
)


def test_each_part_alone_can_fail() -> None:
    assert GOOD.passed
    assert GOOD.instants == 30
    assert not replace(GOOD, claims=(replace(GOOD.claims[0], verdicts=(verdict(10.5),)),)).passed
    assert not replace(GOOD, desks=(Compared(30, "request 1: …"),)).passed
    assert not replace(GOOD, faults=(putting_in.Fault("a millisecond", ()),)).passed
    assert not replace(GOOD, same=(Golden("draws", "abc", "abd"),)).passed


def test_every_claim_is_made_and_told_once() -> None:
    assert len(offered.OFFERED) >= 10
    assert len({offer.claim for offer in offered.OFFERED}) == len(offered.OFFERED)
    assert len({offered.case(place).title for place in range(len(offered.OFFERED))}) == len(offered.OFFERED)
    for place, offer in enumerate(offered.OFFERED):
        assert offered.case(place).measures
        assert len(f"{offer.claim}, {offered.case(place).replications} runs") <= 80
        assert all(len(measure.name) <= 31 for measure in offered.case(place).measures)


def test_the_whole_in_a_small_form() -> None:
    """Two of the claims, a few desks, all faults: by two processes."""
    done: list[tuple[int, int]] = []
    places = [i for i, o in enumerate(offered.OFFERED) if "Office" in o.claim or "sent back" in o.claim]
    found = prove(2, lambda *pair: done.append(pair), places, desks=12)
    assert found.passed
    assert [claim.claim for claim in found.claims] == [offered.OFFERED[place].claim for place in places]
    assert len(found.desks) == 12
    assert len(found.faults) == len(putting_in.FAULTS)
    assert done[-1][0] == done[-1][1] == len(done)
