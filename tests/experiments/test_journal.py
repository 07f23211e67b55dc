"""The journal of a request: its days without a gap, who was in the batch, the same request in another design (R4)."""

from __future__ import annotations

from datetime import datetime, timedelta
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest
from kept_runs import DESK, EVERYTHING, kept, model, of_models, plan

from flowsim.errors import UsageError
from flowsim.experiments.findings import Findings
from flowsim.experiments.journal import Journal, journal
from flowsim.experiments.replay import stored_record
from flowsim.metrics.ledger import PARTS
from flowsim.model import (
    Arrivals,
    BatchRule,
    Calendar,
    Distribution,
    Handoff,
    Model,
    RequestClass,
    Run,
    Step,
    StepTask,
    Task,
    Team,
    Wait,
)
from flowsim.model.calendar import DAY, HOUR, MINUTE
from flowsim.record import NONE, Record

TICK = timedelta(milliseconds=1)


@pytest.fixture(scope="module")
def everything(tmp_path_factory: pytest.TempPathFactory) -> Findings:
    return kept(tmp_path_factory.mktemp("journal"), plan(EVERYTHING, "current", "lean", "busier", "stuck"))


def by_hand() -> Model:
    """Three letters on Monday at 8:00, 9:00 and 10:00, three hours before closing at 13:00.

    A opens each at once, ten minutes each. They go to B in pairs by cart, half an hour; B handles them three at a
    time, half an hour each. So the third waits for a second cart, which leaves after a day: Tuesday 10:10, 10:40 at B.
    There B sets out: first letter to 11:10, second to 11:40, third to 12:10; all leave then.
    """
    calendar = Calendar(
        "morning", tuple((d * DAY + 8 * HOUR, d * DAY + 13 * HOUR) for d in range(5)), working_day=5 * HOUR
    )
    return Model(
        name="by hand",
        start="2026-01-05",
        calendars=(calendar,),
        classes=(RequestClass("letter", Arrivals(dates=(8 * HOUR, 9 * HOUR, 10 * HOUR)), Wait(DAY + 3 * HOUR)),),
        tasks=(
            Task("open", Distribution("constant", (10.0 * MINUTE,)), "necessary"),
            Task("answer", Distribution("constant", (30.0 * MINUTE,)), "adding"),
        ),
        teams=(Team("A", 1, "morning"), Team("B", 1, "morning")),
        steps=(
            Step("Open", "A", (StepTask("open"),)),
            Step(
                "Answer",
                "B",
                (StepTask("answer"),),
                handoff=Handoff(BatchRule(2, Wait(DAY)), None),
                batch=BatchRule(3),
            ),
        ),
        run=Run(3 * DAY, 0, "morning"),
    )


def test_the_days_of_one_letter(tmp_path: Path) -> None:
    """The first: 8:00 opened, 8:10 waits with 1 other for the cart (9:10), waits with 2 others for the pile (Tuesday
    10:10), half an hour's work, an hour until the others are done.
    """
    told = journal(kept(tmp_path, of_models(by_hand(), replications=1)), "by hand", 1, 0, "by hand")
    assert (told.state, told.replication, told.request, told.klass) == ("by hand", 1, 0, "letter")
    assert told.arrived == datetime(2026, 1, 5, 8)
    assert told.due == datetime(2026, 1, 6, 11)
    assert told.ended == datetime(2026, 1, 6, 11, 40)
    assert told.outcome == "done"
    assert told.lead == 27 * HOUR + 40 * MINUTE
    first, second = told.stays
    assert (first.step, first.team, first.kind, first.via, first.pass_) == ("Open", "A", "work", "arrival", 1)
    assert (second.step, second.team, second.kind, second.via, second.pass_) == ("Answer", "B", "work", "next", 1)
    rows = [(e.begin, e.part, e.ticks, e.company) for stay in told.stays for e in stay.entries]
    assert rows == [
        (datetime(2026, 1, 5, 8), "work_necessary", 10 * MINUTE, 0),
        (datetime(2026, 1, 5, 8, 10), "batch", HOUR, 1),
        (datetime(2026, 1, 5, 9, 10), "batch", 25 * HOUR, 2),
        (datetime(2026, 1, 6, 10, 10), "work_adding", 30 * MINUTE, 0),
        (datetime(2026, 1, 6, 10, 40), "batch", HOUR, 2),
    ]


def test_the_last_letter_has_no_company_on_its_cart(tmp_path: Path) -> None:
    told = journal(kept(tmp_path, of_models(by_hand(), replications=1)), "by hand", 1, 2, "by hand")
    rows = [(e.part, e.ticks, e.company) for e in told.stays[1].entries]
    assert rows == [("batch", DAY, 0), ("batch", HOUR, 2), ("work_adding", 30 * MINUTE, 0)]


def contiguous(told: Journal, record: Record) -> None:
    """From arrival to end, or to the end of the run, without gap or overlap."""
    entries = [entry for stay in told.stays for entry in stay.entries]
    at = told.arrived
    for entry in entries:
        assert entry.begin == at
        assert entry.end == entry.begin + entry.ticks * TICK
        assert entry.end > entry.begin
        assert entry.part in PARTS
        at = entry.end
    assert at == told.arrived + told.lead * TICK
    if told.ended is not None:
        assert at == told.ended
    else:
        assert told.outcome == ""
        assert told.lead == record.ended_at - record.requests["arrived"][told.request]


@pytest.mark.parametrize("state", ["current", "stuck"])
def test_every_journal_runs_from_arrival_to_end(everything: Findings, state: str) -> None:
    record = stored_record(everything, state, 1)
    unfinished = np.flatnonzero(record.requests["ended"] == NONE).tolist()
    for number in sorted({*range(0, len(record.requests["class"]), 7), *unfinished[:3]}):
        contiguous(journal(everything, state, 1, number, state), record)
    assert unfinished or state == "current"


def test_r4_the_same_request_in_every_state(everything: Findings) -> None:
    """Same class, ordinal and arrival, and the same minutes of first work at every step that all designs have."""
    requests = stored_record(everything, "current", 2).requests
    for number in range(0, 40, 5):
        told = [journal(everything, s, 2, number, "current") for s in ("current", "lean", "busier")]
        for one in told:
            record = stored_record(everything, one.state, 2)
            names = [c.name for c in everything.model(one.state).classes]
            assert names[record.requests["class"][one.request]] == one.klass == told[0].klass
            assert record.requests["ordinal"][one.request] == requests["ordinal"][number]
            assert (one.arrived, one.due) == (told[0].arrived, told[0].due)
        work = [first_work(one) for one in told]
        shared = [step for step in work[0] if all(step in other for other in work)]
        assert "Open" in shared
        for step in shared:
            assert work[0][step] == work[1][step] == work[2][step], (number, step)


def first_work(told: Journal) -> dict[str, dict[str, int]]:
    """Step → its work by part, for first passes that were worked on to the end."""
    found: dict[str, dict[str, int]] = {}
    for stay in told.stays:
        parts = {e.part: 0 for e in stay.entries if e.part.startswith("work_")}
        for entry in stay.entries:
            if entry.part in parts:
                parts[entry.part] += entry.ticks
        if stay.kind == "work" and parts:
            found[stay.step] = parts
    return found


def test_a_state_with_more_classes_numbers_its_requests_otherwise(everything: Findings) -> None:
    """Calls come between the letters: the request keeps its class and ordinal, not its number."""
    numbers = [journal(everything, "busier", 1, n, "current").request for n in range(0, 60, 6)]
    assert numbers != list(range(0, 60, 6))
    assert numbers == sorted(set(numbers))
    back = [journal(everything, "current", 1, n, "busier").request for n in numbers]
    assert back == list(range(0, 60, 6))


def test_requests_that_are_not_there(everything: Findings) -> None:
    """FS708, with what there is."""
    known = len(stored_record(everything, "current", 1).requests["class"])
    for number in (known, -1, 10**9):
        for state in ("current", "lean"):
            with pytest.raises(UsageError, match=f"there is no request {number} in this run") as caught:
                journal(everything, state, 1, number, "current")
            assert caught.value.code == "FS708"
            assert caught.value.hint == f"its requests are 0 to {known - 1}"
    record = stored_record(everything, "busier", 1)
    call = int(np.flatnonzero(record.requests["class"] == 2)[0])
    with pytest.raises(UsageError, match=r"number 0 of class 'call'\) does not occur in every state") as caught:
        journal(everything, "current", 1, call, "busier")
    assert caught.value.code == "FS708"
    with pytest.raises(UsageError) as caught:
        journal(everything, "current", 3, 0, "current")
    assert caught.value.code == "FS707"


def test_a_run_without_requests(tmp_path: Path) -> None:
    found = kept(tmp_path, plan(DESK, "current", sets=("requests.letter.arrivals=every 1000 weeks",), replications=1))
    with pytest.raises(UsageError, match="no request 0") as caught:
        journal(found, "current", 1, 0, "current")
    assert caught.value.hint == "no request arrived in it"


def test_a_class_without_promise_has_no_due_date(everything: Findings) -> None:
    record = stored_record(everything, "busier", 1)
    call = int(np.flatnonzero(record.requests["class"] == 2)[0])
    assert journal(everything, "busier", 1, call, "busier").due is None
    assert model(EVERYTHING, "busier").classes[2].promise is None


def test_questions_are_stays_of_their_own(everything: Findings) -> None:
    """To the customer (no step, no team), to the sender, and back."""
    record = stored_record(everything, "current", 1)
    asked = np.unique(record.visits["request"][record.visits["kind"] == 3]).tolist()[:12]
    kinds = set()
    for number in asked:
        stays = journal(everything, "current", 1, number, "current").stays
        for stay, after in pairwise(stays):
            if stay.kind == "answer":
                assert (stay.via, after.via) == ("question", "answer")
                assert (stay.step == "") == (stay.team == "")
                kinds.add(stay.team)
                if not stay.team:
                    assert [e.part for e in stay.entries] == ["answer"]
    assert "" in kinds
    assert len(kinds) > 1
