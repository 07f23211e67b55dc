"""The shipped scenarios: sound, quick to run, and true to the figures in their own headers.

A header says what was measured, by state: `current: lead time 4.39 ± 0.02 working days, handoffs 4.27 ± 0.00, ...`.
Those figures are simulated again here with fewer replications. The spread of one replication follows from the interval
that is given, so the mean of these few has a known standard error; four of these, and the rounding, are allowed.
"""

from __future__ import annotations

import os
import re
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from scipy.special import stdtrit
from shipped_runs import (
    DEPENDENT,
    FILES,
    FLAGSHIP,
    FOLDER,
    STATES,
    compiled,
    measures,
    of_teams,
    outcomes,
    replications,
    sample,
    working_day,
)

from flowsim.model import Model
from flowsim.scenario import check, load

# -- all of them -----------------------------------------------------------------------------------------------------


ALL = """
calls committee emergency-desk five-departments ibm-credit iowa-permit kanban-office parallel-advice permit receipt
referral vergunning
"""


def test_all_are_here() -> None:
    assert [file.removesuffix(".yaml") for file in FILES] == ALL.split()


MEANT = {
    "calls.yaml": {"FS526"},  # how busy the desk is leaves the calls out: the comment in the file says so
    "referral.yaml": {"FS527", "FS537"},  # the waiting list, cleared in one state only: the story
}


@pytest.mark.parametrize("file", FILES)
def test_sound(file: str) -> None:
    """No error and no warning; the only notes are how busy a team is, and those that are meant."""
    problems, sound = check(FOLDER / file)
    assert [str(p) for p in problems if p.severity != "note"] == []
    assert {p.code for p in problems} <= {"FS167", "FS507", "FS508"} | MEANT.get(file, set())
    assert list(sound) == list(load(FOLDER / file).states)


@pytest.mark.parametrize("file", FILES)
def test_says_where_its_numbers_come_from(file: str) -> None:
    notes = load(FOLDER / file).notes
    assert notes.about
    assert notes.purpose
    assert notes.sources
    assert notes.assumptions


@pytest.mark.parametrize(("file", "state"), STATES)
def test_short_run_passes_the_audit(file: str, state: str) -> None:
    sets = ("run.length=40 working days", "run.warm-up=0 working days")
    (outcome,) = outcomes(file, state, sets, 1, audit=True)
    assert outcome.checks()
    assert outcome.stuck == ()
    assert measures(outcome)["ended"] > 50


@pytest.mark.parametrize(("file", "state"), STATES)
def test_changes_stand_by_themselves(file: str, state: str) -> None:
    """What a change buys can be told: it can be done first, and the ones before it can be done without it."""
    scenario = load(FOLDER / file)
    sets = ("run.length=5 working days", "run.warm-up=0 working days")
    n = len(scenario.compile(state, sets).changes)
    ways = {tuple(range(i)) for i in range(n)}
    if (file, state) not in DEPENDENT:
        ways |= {(i,) for i in range(n)} | {tuple(j for j in range(n) if j != i) for i in range(n)}
    for way in ways:
        assert len(scenario.compile(state, sets, way).changes) == len(way)


@pytest.mark.parametrize("file", FILES)
def test_listed_in_the_readme(file: str) -> None:
    assert f"]({file})" in (FOLDER / "README.md").read_text(encoding="utf-8")


# -- the figures in the headers --------------------------------------------------------------------------------------

MEASURED = re.compile(
    r"^# measured \((\d+) replications, seed (\d+); ± is the 95 % interval of the mean\):$", re.MULTILINE
)
FIGURE = re.compile(
    r"(?P<what>lead time|within the promise|handoffs|activity ratio|lowest target met|withdrawn|calls a request) "
    r"(?P<mean>\d+(\.\d+)?) ± (?P<half>\d+(\.\d+)?)(?P<unit> working days| working hours| days| hours| %|)"
)
NAMES = {"within the promise": "within promise", "calls a request": "chases"}
ELAPSED = {"days": 1 / 1440, "hours": 1 / 60}


@dataclass(frozen=True)
class Claim:
    """A figure of a header: the mean of so many replications and half its 95 % interval, to a rounding."""

    what: str
    mean: float
    half: float
    rounding: float
    unit: str
    replications: int

    def allowed(self, n: int) -> float:
        """How far the mean of n replications may be from it."""
        spread = (self.half + self.rounding) / stdtrit(self.replications - 1, 0.975) * np.sqrt(self.replications)
        return float(self.rounding + 4 * spread / np.sqrt(n))


def claims(file: str, state: str) -> list[Claim]:
    """What the header says was measured of a state."""
    header = (FOLDER / file).read_text(encoding="utf-8").partition("flowsim: 1")[0]
    said = MEASURED.search(header)
    entry = re.search(rf"^#   {re.escape(state)}: (.*(?:\n#     .*)*)", header, re.MULTILINE)
    assert said, f"{file} does not say how it was measured"
    assert entry, f"{file} says nothing of the state {state}"
    ready = compiled(file, state, ())
    assert (ready.replications, ready.seed) == (int(said[1]), int(said[2]))
    return [_claim(part, int(said[1])) for part in re.sub(r"\n# +", " ", entry[1]).split(", ")]


def _claim(text: str, replications: int) -> Claim:
    found = FIGURE.fullmatch(text)
    assert found, f"cannot be read: {text}"
    rounding = 0.5 * 10.0 ** -len(found["mean"].partition(".")[2])
    return Claim(
        found["what"], float(found["mean"]), float(found["half"]), rounding, found["unit"].strip(), replications
    )


def scale(file: str, state: str, claim: Claim) -> tuple[str, float]:
    """The measure a figure is about, and what its value is multiplied by to get the figure."""
    if claim.what != "lead time":
        return NAMES.get(claim.what, claim.what), 100.0 if claim.unit == "%" else 1.0
    if claim.unit in ELAPSED:
        return "lead time mean", ELAPSED[claim.unit]
    return "working lead time mean", 1 / (60 if claim.unit == "working hours" else working_day(file, state))


@pytest.mark.parametrize(("file", "state"), STATES)
def test_measured(file: str, state: str) -> None:
    found = claims(file, state)
    assert {claim.what for claim in found} >= {"lead time", "within the promise", "handoffs"}
    for claim in found:
        measure, factor = scale(file, state, claim)
        mean, _ = sample(file, state, measure)
        assert abs(mean * factor - claim.mean) <= claim.allowed(replications(file)), (claim, mean * factor)


def test_a_wrong_figure_is_found() -> None:
    """The comparison above can fail: half a working day more is no rounding and no luck."""
    claim = next(claim for claim in claims(FLAGSHIP, "current") if claim.what == "lead time")
    assert claim.allowed(replications(FLAGSHIP)) < 0.2


# -- what the stories claim ------------------------------------------------------------------------------------------


def test_five_departments_agree_with_an_earlier_model() -> None:
    """4.39 working days; 75, 86, 91, 71 and 67 % busy; targets met 86 to 100 %; nobody within three working days.

    The target of the returns was chosen to meet the 4.39. How busy the teams are is met to 5 points only: the load to
    be expected here is 73, 89, 89, 70 and 67 %.
    """
    mean, _ = sample(FLAGSHIP, "current", "working lead time mean")
    assert abs(mean / working_day(FLAGSHIP, "current") - 4.39) < 0.15
    busy = of_teams(FLAGSHIP, "current", "utilisation").values()
    assert np.allclose(list(busy), [0.75, 0.86, 0.91, 0.71, 0.67], atol=0.05)
    assert all(0.86 <= met <= 1 for met in of_teams(FLAGSHIP, "current", "target_met").values())
    assert sample(FLAGSHIP, "current", "within promise") == (0.0, 0.0)


@pytest.mark.parametrize(
    ("sets", "lead"),
    [
        (("steps.Test.returns=none", "steps.Check.returns=none"), 3.98),
        (("steps.*.handoff.reread=none",), 4.09),
    ],
)
def test_five_departments_changed_agree_with_an_earlier_model(sets: tuple[str, ...], lead: float) -> None:
    """The same process without returns, and without reading in."""
    (outcome,) = outcomes(FLAGSHIP, "current", sets, 1)
    assert abs(measures(outcome)["working lead time mean"] / working_day(FLAGSHIP, "current") - lead) < 0.1


def test_five_departments_work() -> None:
    """28 minutes of value, 10 necessary, 8 of checking once more: what was written, whatever the organisation."""
    for part, minutes in (("work_adding", 28), ("work_necessary", 10), ("work_waste", 8)):
        mean, error = sample(FLAGSHIP, "current", f"ledger {part}")
        assert abs(mean - minutes) <= 4 * error
    assert sample(FLAGSHIP, "future", "ledger work_waste") == (0.0, 0.0)
    assert sample(FLAGSHIP, "future", "ledger work_adding") == sample(FLAGSHIP, "current", "ledger work_adding")


def test_five_departments_become_one_day() -> None:
    """The slowest request of the future is served within one working day; five people before and after."""
    for outcome in outcomes(FLAGSHIP, "future"):
        lead = np.asarray(outcome.tables["requests"]["lead_working_min"], dtype=np.float64)
        assert np.nanmax(lead) < working_day(FLAGSHIP, "future")
    for state in ("current", "future"):
        assert sum(of_teams(FLAGSHIP, state, "people").values()) == 5


def test_ibm_credit() -> None:
    """Nine quotes in ten within 4 to 8 working days, every standard met; slower with a control desk; then 4 hours."""
    file = "ibm-credit.yaml"
    day = working_day(file, "current")
    for outcome in outcomes(file, "current"):
        lead = np.asarray(outcome.tables["requests"]["lead_working_min"], dtype=np.float64) / day
        low, high = np.nanpercentile(lead, [5, 95])
        assert 4 <= low < high <= 8.2
    assert min(of_teams(file, "current", "target_met").values()) > 0.95
    now, structurer = (sample(file, state, "working lead time mean")[0] for state in ("current", "deal structurer"))
    pairs = zip(outcomes(file, "control desk"), outcomes(file, "current"), strict=True)
    assert all(measures(c)["working lead time mean"] > measures(n)["working lead time mean"] for c, n in pairs)
    assert abs(now / day - 6) < 0.25
    assert abs(structurer / 60 - 4) < 0.25


def test_iowa_permit() -> None:
    """23 steps; 62 days and 18 handoffs, then 12 days and 4."""
    file = "iowa-permit.yaml"
    assert len(compiled(file, "current", ()).model.steps) == 23
    for state, days, handoffs in (("current", 62, 18), ("future", 12, 4)):
        mean, error = sample(file, state, "lead time mean")
        assert abs(mean / 1440 - days) < 0.5 + 4 * error / 1440
        assert abs(sample(file, state, "handoffs")[0] - handoffs) < 0.5


# -- permit.yaml and vergunning.yaml ---------------------------------------------------------------------------------


def names_of(model: Model) -> list[str]:
    things = (model.calendars, model.classes, model.tasks, model.teams, model.steps)
    return [model.name, *(thing.name for group in things for thing in group)]


def renamed(value: Any, names: Mapping[str, str]) -> Any:
    """The same value with other names, also within the names of draws ("returns at STEP")."""
    if isinstance(value, str):
        for old, new in sorted(names.items(), key=lambda pair: -len(pair[0])):
            if value == old or re.search(rf" (of|at|into) {re.escape(old)}$", value):
                return value.removesuffix(old) + new
        return value
    if isinstance(value, dict):
        return {key: renamed(item, names) for key, item in value.items()}
    if isinstance(value, (list, tuple)):
        return [renamed(item, names) for item in value]
    return value


@pytest.mark.parametrize(("english", "dutch"), [("current", "huidig"), ("future", "toekomst")])
def test_the_dutch_permit_is_the_english_one(english: str, dutch: str) -> None:
    """Equal but for the names. (Names are part of the draws (R4), so the results are equal in law only.)"""
    one = load(FOLDER / "permit.yaml").compile(english).model
    other = load(FOLDER / "vergunning.yaml").compile(dutch).model
    names = dict(zip(names_of(other), names_of(one), strict=True))
    assert renamed(asdict(other), names) == renamed(asdict(one), {})


def test_renaming_finds_a_difference() -> None:
    """The comparison above can fail."""
    one = load(FOLDER / "permit.yaml").compile("current").model
    other = load(FOLDER / "vergunning.yaml").compile("huidig", ["steps.Tarief bepalen.returns=6% naar Registreren"])
    names = dict(zip(names_of(other.model), names_of(one), strict=True))
    assert renamed(asdict(other.model), names) != renamed(asdict(one), {})


# -- receipt.yaml with the real arrivals -----------------------------------------------------------------------------


def receipt_log() -> Path:
    """The file of the 1,434 dates; skips where it is not."""
    folder = os.environ.get("FLOWSIM_DATA")
    if not folder:
        pytest.skip("the receipt log is not shipped: set FLOWSIM_DATA to the folder of receipt-arrivals.csv")
    path = Path(folder) / "receipt-arrivals.csv"
    if not path.is_file():
        pytest.skip(f"there is no receipt-arrivals.csv in FLOWSIM_DATA ({folder})")
    return path


def test_receipt_with_the_real_arrivals() -> None:
    """All 1,434 arrive, also those at midnight and in weekends; in the log 92 % end within 56 days, mean 28.3 days."""
    sets = (f"requests.permit.arrivals={{file: '{receipt_log()}', column: arrived}}",)
    for outcome in outcomes("receipt.yaml", "current", sets, audit=True):
        assert measures(outcome)["requests"] == 1434
        assert outcome.checks()
    assert abs(sample("receipt.yaml", "current", "lead time mean", sets)[0] / 1440 - 28.3) < 1.5
    assert abs(sample("receipt.yaml", "current", "within promise", sets)[0] - 0.92) < 0.03


def test_receipt_arrivals_from_a_file(tmp_path: Path) -> None:
    """The same with a file of our own, one request at midnight of a Sunday: nobody is there before Monday 08:00."""
    path = tmp_path / "arrivals.csv"
    path.write_text("arrived,case\n2010-10-03 00:00:00,a\n2010-10-04 09:30:00,b\n", encoding="utf-8")
    sets = (
        f"requests.permit.arrivals.file={path}",
        "one desk:steps.Confirm.handoff.transit=none",
    )
    (outcome,) = outcomes("receipt.yaml", "one desk", sets, 1)
    visits = outcome.tables["visits"]
    started = np.asarray(visits["started_ms"], dtype=np.int64)[np.asarray(visits["visit"]) == 1] / 3_600_000
    assert np.allclose(started, [3 * 24 + 8, 3 * 24 + 9.5])
