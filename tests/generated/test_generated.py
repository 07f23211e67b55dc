"""Any legal scenario that the format can express runs to its end and passes the audit (issue 4, item 3; R1 to R16).

Two thousand scenarios here, in chunks of which each is a stream of its own; more by `python verification/generated.py`.
"""

from __future__ import annotations

import gc
from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Annotated, Any

import numpy as np
import pytest
from anything import MAIN, Drawn, numbered, scenario_files
from held import Tally, hold, limited
from hypothesis import HealthCheck, Phase, assume, given, seed, settings
from seen import whole_format, written_in
from smallest import smallest

from flowsim.engine.effort import Effort
from flowsim.engine.waiting import FirstInList, RankedList
from flowsim.errors import EngineError, FlowsimError, ScenarioError
from flowsim.experiments import replicate
from flowsim.metrics.ledger import PARTS
from flowsim.metrics.tables import Tables, tables
from flowsim.model import Model
from flowsim.record import KINDS, VIAS, Record
from flowsim.scenario.fields import chooser
from flowsim.scenario.schema import ScenarioForm

CHUNKS, EACH = 16, 125
AS_TEXT = 4
"""One in so many is read from its text; of the others the tree is made that the text would give."""
FEW = 0.05
"""The share of runs that may end with a named error, and of scenarios that lock."""


@pytest.fixture
def seldom_collected() -> Iterator[None]:
    """Little goes round in circles here, and looking for it takes an eighth of the time."""
    before = gc.get_threshold()
    gc.set_threshold(50_000)
    yield
    gc.set_threshold(*before)


@pytest.mark.usefixtures("seldom_collected")
@pytest.mark.parametrize("chunk", range(CHUNKS))
def test_any_legal_scenario_runs_and_passes_the_audit(chunk: int, tmp_path: Path) -> None:
    tally = Tally()

    @seed(chunk)
    @settings(
        max_examples=EACH,
        deadline=None,
        database=None,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @given(scenario_files())
    def each(drawn: Drawn) -> None:
        assume(hold(drawn, tmp_path, tally, as_text=tally.drawn % AS_TEXT == 0))

    each()
    assert tally.legal >= 0.7 * tally.drawn, tally.refused
    assert tally.named < FEW, tally.ends


def test_a_tree_that_was_not_read_from_text_says_the_same(tmp_path: Path) -> None:
    """Of the 100,000 scenarios of `verification/generated.py` three in four are made from a tree."""
    told = [(meaning(one, tmp_path, True), meaning(one, tmp_path, False)) for one in map(numbered, range(120))]
    assert all(text == tree for text, tree in told)
    assert {kind for (kind, _), _ in told} == {"models", "problems"}


def meaning(drawn: Drawn, folder: Path, as_text: bool) -> tuple[str, list[Any]]:
    """The models of a drawn file, or what is wrong with it."""
    try:
        scenario = drawn.scenario(folder, as_text)
        return "models", [scenario.compile(state).model for state in scenario.states]
    except ScenarioError as error:
        return "problems", sorted((problem.code, problem.path, problem.message) for problem in error.problems())


# -- what is drawn -----------------------------------------------------------------------------------------------------

MANY = 600
"""Files among which everything of the format has to occur."""

HAPPENS = {
    *(f"a visit of kind {word}" for word in KINDS),
    *(f"a visit by {word}" for word in VIAS),
    *(f"time of {part}" for part in PARTS),
    *("several people at once", "branches", "somebody away", "a customer who withdrew"),
}


def test_every_field_choice_and_family_of_the_format_is_drawn() -> None:
    """In legal files, that is: what makes a file illegal would prove nothing."""
    assert missing(whole_format()) == set()


def missing(wanted: set[str], many: int = MANY) -> set[str]:
    """What of the format is in none of many legal files. A file is only looked at when it holds something new."""
    left = set(wanted)
    for number in range(many):
        if not left:
            break
        drawn = numbered(number)
        new = left & set(written_in(drawn))
        if new and legal(drawn):
            left -= new
    return left


def legal(drawn: Drawn) -> bool:
    """Whether `check` finds no error in any state."""
    with TemporaryDirectory() as folder:
        try:
            scenario = drawn.scenario(Path(folder))
            return all(scenario.compile(state) for state in scenario.states)
        except ScenarioError:
            return False


def test_a_field_that_is_never_drawn_is_missed() -> None:
    assert missing({"StepForm.colour", "StepForm.team", "TeamForm.queue = alphabetical", "family cauchy"}, 150) == {
        "StepForm.colour",
        "TeamForm.queue = alphabetical",
        "family cauchy",
    }


def test_a_field_added_to_the_format_is_wanted() -> None:
    class Wider(ScenarioForm):
        colour: Annotated[str, chooser("red", "green")] = "red"

    more = whole_format(Wider) - whole_format()
    assert {word.partition(".")[2] for word in more} >= {"colour", "colour = red", "colour = green"}


def test_much_happens_in_what_is_drawn(tmp_path: Path) -> None:
    """All that the rules speak of happens in some of sixty scenarios, and half of them are on a coarse clock."""
    tally = Tally()
    for number in range(60):
        hold(numbered(number), tmp_path, tally)
    assert 220 <= sum(numbered(number).coarse for number in range(500)) <= 280
    assert {told for told in HAPPENS if not tally.happened[told]} == set()
    assert 5 <= tally.requests / tally.runs <= 100


def test_a_scenario_of_a_number_is_the_same_again_and_others_are_others() -> None:
    assert numbered(7).files == numbered(7).files
    assert len({repr(numbered(number)) for number in range(50)}) == 50


# -- that it can fail --------------------------------------------------------------------------------------------------


def found_by(folder: Path, most: int = 150) -> str:
    """The code of the first error that the property raises in so many scenarios; "" when it raises none."""
    for number in range(most):
        try:
            hold(numbered(number), folder, Tally())
        except FlowsimError as error:
            return error.code
        except AssertionError as error:
            return str(error)
    return ""


def a_tick_more(self: Effort, *given: Any) -> int:
    return _SETTING_UP(self, *given) + 1


def never_asks(self: Effort, *_: Any) -> bool:
    return False


def last_first(self: FirstInList[Any], visit: Any, rank: int, at: int) -> None:
    self.line.appendleft(visit)


def upside_down(self: RankedList[Any], visit: Any, rank: int, at: int) -> None:
    _ADD(self, visit, -rank, at)


_SETTING_UP, _ADD = Effort.setting_up, RankedList.add

SPOILED = {
    "set-up takes a tick more": (Effort, "setting_up", a_tick_more),
    "nobody asks": (Effort, "asks", never_asks),
    "last in, first out": (FirstInList, "add", last_first),
    "ranks upside down": (RankedList, "add", upside_down),
}


@pytest.mark.parametrize("how", SPOILED)
def test_a_spoiled_engine_is_found(how: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(*SPOILED[how])
    assert found_by(tmp_path).startswith("FS8")


def test_a_figure_that_is_not_finite_is_found(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def spoiled(model: Model, record: Record) -> Tables:
        found = tables(model, record)
        found["teams"]["utilisation"] = found["teams"]["utilisation"] / 0.0
        return found

    monkeypatch.setattr(replicate, "tables", spoiled)
    with np.errstate(all="ignore"):
        assert "teams.utilisation" in found_by(tmp_path)


def test_an_error_without_a_name_is_found(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A process without limits that is said to lock, and an error of another code."""
    for code in ("FS711", "FS799"):

        def locks(model: Model, *_: Any, code: str = code) -> Record:
            raise EngineError("it locks", code=code) if not limited(model) else EngineError("limited", code="FS711")

        monkeypatch.setattr(replicate, "run", locks)
        assert found_by(tmp_path) == code


def test_a_failing_scenario_is_made_small() -> None:
    """Of a scenario that is said to fail when somebody asks a sender, little more is left than what asks."""

    def fails(drawn: Drawn) -> bool:
        return "question" in drawn.files[MAIN] and "sender" in drawn.files[MAIN]

    failing = next(drawn for drawn in map(numbered, range(150)) if fails(drawn))
    small = smallest(failing, fails, tries=400)
    assert fails(small)
    assert list(small.tree) == ["steps"]
    assert not small.data
    assert len(small.files[MAIN]) < 0.2 * len(failing.files[MAIN])


def test_one_that_fails_however_small_it_is_ends_as_nothing() -> None:
    assert smallest(numbered(3), lambda drawn: True).tree == {}
    assert smallest(numbered(3), lambda drawn: False) == numbered(3)
