"""Steps of several teams and people, parallel branches, journeys: from file to Model (R7, R8, R11, R13, R14)."""

from __future__ import annotations

import itertools
import random
from pathlib import Path

import pytest

from flowsim.errors import Problem, ScenarioError
from flowsim.model import Distribution, Model, Route, Split, Step, relations
from flowsim.model.process import END
from flowsim.scenario import check, explain, load, load_text
from flowsim.scenario.schema_crew import Guests, WithReader
from flowsim.scenario.schema_next import NextReader
from flowsim.scenario.schema_steps import StepForm

MINUTE = 60_000
HOUR = 60 * MINUTE
VALID = Path(__file__).parents[1] / "scenarios" / "valid"

TEXT = """\
flowsim: 1
name: A
calendars:
  office: {{hours: mon-fri 09:00-17:00}}
  legal days: {{hours: tue thu 09:00-13:00}}
  fire days: {{hours: wed 09:00-12:00}}
requests: {requests}
tasks: {{work: {{time: 5 min, value: adding}}}}
teams:
  Desk: {{people: 2, calendar: office}}
  Legal: {{people: 2, calendar: legal days}}
  Fire: {{people: 2, calendar: fire days}}
{more}
steps:
{steps}
run: {{length: 20 working days, calendar: office}}
"""
PERMIT = "{permit: {arrivals: 8 per working day, calendar: office}}"


def written(steps: str, requests: str = PERMIT, more: str = "") -> str:
    return TEXT.format(steps=steps.strip("\n"), requests=requests, more=more)


def model(steps: str, requests: str = PERMIT, more: str = "") -> Model:
    return load_text(written(steps, requests, more), "a.yaml").compile("current").model


def told(steps: str, tmp_path: Path, requests: str = PERMIT, more: str = "") -> list[Problem]:
    path = tmp_path / "a.yaml"
    path.write_text(written(steps, requests, more), encoding="utf-8")
    return [problem for problem in check(path)[0] if problem.code[2] in "134"]


def valid(name: str) -> Model:
    return load(VALID / f"{name}.yaml").compile("current").model


def one(name: str, steps: str) -> Step:
    return model(steps).step(name)


# -- who does it -----------------------------------------------------------------------------------------------------


def test_any_of_several_teams_may_take_a_step_in_the_order_named() -> None:
    """R8."""
    found = valid("R8_any_of_several_teams")
    assert found.step("Check").takers == ("Legal", "Desk")
    assert (found.step("Register").team, found.step("Register").others) == ("Desk", ())


def test_several_people_at_once() -> None:
    """R8: `with` as a name, a list, and numbers."""
    found = valid("R8_several_people")
    assert {step.name: step.needs for step in found.steps} == {
        "Lift": (("Desk", 2),),
        "Meet": (("Desk", 1), ("Legal", 1)),
        "Meet again": (("Desk", 1), ("Legal", 1), ("Fire", 1)),
        "Decide": (("Legal", 2), ("Desk", 1), ("Fire", 2)),
        "Archive": (("Desk", 1),),
    }


def test_with_says_where_each_team_stands() -> None:
    read = WithReader().read
    assert read("none") == read("") == read({}) == ()
    assert read("Legal") == (Guests("Legal", 1, (), False),)
    assert read(["Legal", "Fire"]) == (Guests("Legal", 1, (0,), False), Guests("Fire", 1, (1,), False))
    assert read({"Legal": "3"}) == (Guests("Legal", 3, ("Legal",), True),)


def test_same_person_blocking_and_change_over() -> None:
    """R8, R11, R14."""
    assert [step.same_person for step in valid("R8_same_person").steps] == [False, True, False]
    assert [step.blocking for step in valid("R14_blocking").steps] == ["person", "place", "place"]
    steps = valid("R11_change_over_by").steps
    assert [step.change_over_by for step in steps[:3]] == [("class",), ("task",), ("class", "task")]
    assert [step.change_over for step in steps[:3]] == [
        Distribution("constant", (10.0 * MINUTE,)),
        Distribution("uniform", (5.0 * MINUTE, 15.0 * MINUTE)),
        Distribution("constant", (10.0 * MINUTE,)),
    ]
    plain = valid("R11_change_over").steps[0]
    assert (plain.change_over, plain.change_over_by) == (Distribution("constant", (10.0 * MINUTE,)), ("class",))


def test_the_words_may_be_dutch() -> None:
    dutch = one("A", "  A: {team: Desk, does: work, blocking: persoon, change-over: {time: 5 min, by: [taak, klasse]}}")
    assert (dutch.blocking, dutch.change_over_by) == ("person", ("task", "class"))


def test_people_with_a_name_are_counted_after_the_others(tmp_path: Path) -> None:
    """R8: what `relations` would refuse is told at its place, and nothing else is."""
    step = "  Meet: {{team: Desk, does: work, people: {0}, with: {{Legal: {1}}}}}"
    people = "people: {Ann: {teams: [Desk, Legal]}, Bob: Desk}"
    for desk, legal in itertools.product(range(1, 6), range(1, 5)):
        wrong = [problem.code for problem in told(step.format(desk, legal), tmp_path, more=people)]
        # Desk has 2 of its own, Ann and Bob; Legal 2 of its own and Ann, who cannot be in both
        possible = desk <= 4 and legal <= 3 and not (desk >= 3 and legal >= 3)
        assert (wrong == []) == possible, (desk, legal, wrong)
        assert possible or set(wrong) == {"FS476"}


def test_a_handoff_that_never_happens_is_noted(tmp_path: Path) -> None:
    """R8: a move is no handoff when the sender may take the step himself. FS481."""
    steps = """
  Register: {team: Desk, does: work}
  Check: {team: [Legal, Desk], does: work, handoff: {batch: 2 requests or 1 h EXTRA}}
"""
    (problem,) = told(steps.replace(" EXTRA", ""), tmp_path)
    assert (problem.code, problem.severity) == ("FS481", "note")
    assert told(steps.replace(" EXTRA", ", within team: yes"), tmp_path) == []
    assert told(steps.replace(" EXTRA", "").replace("team: Desk", "team: [Desk, Fire]"), tmp_path) == []


# -- branches --------------------------------------------------------------------------------------------------------


def test_branches_join_at_the_next_step_that_is_in_none() -> None:
    """R13."""
    found = valid("R13_branches")
    assert found.step("Register").split == Split((("Legal advice",), ("Fire advice", "Fire visit")), "Decide")
    assert all(step.split is None and step.routes == () for step in found.steps[1:])


def test_branches_join_where_the_file_says() -> None:
    """R13."""
    found = valid("R13_branches_join")
    assert found.step("Register").split == Split((("Legal advice",), ("Fire advice",)), "Decide")
    assert found.step("Close").split == Split((("File",), ("Tell",)), END)


def test_a_split_within_a_branch_joins_in_that_branch_or_at_its_end() -> None:
    """R13."""
    found = valid("R13_branches_in_branches")
    assert found.step("Register").split == Split((("Advise", "Sum up"), ("Inspect",)), "Decide")
    assert found.step("Advise").split == Split((("Legal advice",), ("Fire advice",)), "Sum up")
    assert found.step("Inspect").split == Split((("Measure",), ("Look",)), END)


def test_a_split_joins_where_the_journeys_through_it_go_on() -> None:
    """R13: the journey of those who come by, whatever the order of the file says to others."""
    found = valid("R13_branches_and_journeys")
    assert found.step("Advise").split == Split((("Legal advice",), ("Fire advice",)), "Decide")


def test_a_split_at_the_end_of_the_file_joins_at_the_end() -> None:
    """R13."""
    found = model("""
  Close: {team: Desk, does: work, next: {parallel: [File, Tell]}}
  File: {team: Desk, does: work}
  Tell: {team: Desk, does: work}
""")
    assert found.step("Close").split == Split((("File",), ("Tell",)), END)


def test_routes_by_class_in_a_branch_let_the_others_go_on_along_it() -> None:
    """R13: the next step of the file may be in another branch, so no route to it is made up."""
    assert valid("R13_branches_by_class").step("Advise").routes == (Route(("rush",), (("Sum up", 1.0, ""),)),)
    assert valid("R13_next_by_class").step("Register").routes[-1] == Route(None, (("Check", 1.0, ""),))


def test_steps_may_be_called_parallel_and_join() -> None:
    """R13: a share makes them what they always were."""
    register = valid("R13_a_step_called_join").step("Register")
    assert register.routes == (Route(None, (("Parallel", 0.6, ""), ("Join", 0.4, ""))),)
    assert register.split is None


def test_a_class_may_be_called_join() -> None:
    """R13: only `parallel` makes a split."""
    found = valid("R13_a_class_called_join")
    assert found.step("Register").routes[0] == Route(("join",), (("Welcome", 1.0, ""),))
    assert found.step("Welcome").split == Split((("Card",), ("Letter",)), END)


def test_a_split_is_told_from_routes_by_its_keys() -> None:
    def read(value: object) -> StepForm:
        return StepForm.model_validate({"team": "Desk", "does": "work", "next": value})

    split = read({"Parallel": ["A", ["B", "C"]], "JOIN": "D"}).split
    assert split is not None
    assert (split.parallel, split.join) == ((("A",), ("B", "C")), "D")
    assert read({"parallel": ["A", "B"]}).routes == ()
    routes = read({"parallel": "60%", "join": "40%"})
    assert routes.split is None
    assert routes.routes == NextReader().read({"parallel": "60%", "join": "40%"})


def test_explain_tells_of_branches_and_of_who_does_a_step() -> None:
    page = explain("steps.next")
    assert "{parallel: [Legal advice, [Fire advice, Fire visit]], join: Decide}" in page
    assert "Default: the next step of the file that is in no branch" in " ".join(explain("steps.next.join").split())
    assert "any of which may take it" in " ".join(explain("steps.Check.team").split())
    assert "by" in explain("steps.Check.change-over")


def test_a_redesign_may_set_and_rename_what_is_in_branches() -> None:
    """R13: names in `parallel`, `join`, `team` and `with` follow a merge."""
    states = """
states:
  current: {}
  joined:
    changes:
      - {name: One advice, merge: {steps: [Fire advice, Fire visit], into: Fire}}
      - {name: One team, merge: {teams: [Legal, Desk], into: Case team, calendar: office}}
"""
    steps = """
  Register: {team: Desk, does: work, next: {parallel: [Legal advice, [Fire advice, Fire visit]], join: Decide}}
  Legal advice: {team: [Legal, Fire], does: work}
  Fire advice: {team: Fire, does: work}
  Fire visit: {team: Fire, does: work, with: Legal}
  Decide: {team: Legal, does: work, people: 2, with: {Desk: 1}}
"""
    found = load_text(written(steps) + states, "a.yaml").compile("joined").model
    assert found.step("Register").split == Split((("Legal advice",), ("Fire",)), "Decide")
    assert found.step("Legal advice").takers == ("Case team", "Fire")
    assert found.step("Decide").needs == (("Case team", 3),)


# -- calendars of handoffs -------------------------------------------------------------------------------------------

_HANDOFF = "handoff: {transit: 1 working day}"


def calendar_of(found: Model, step: str) -> str | None:
    handoff = found.step(step).handoff
    assert handoff is not None
    assert handoff.transit is not None
    return handoff.transit.calendar


def test_the_calendar_of_a_handoff_is_that_of_the_team_before_on_the_way() -> None:
    """R7: before the first step of a branch is the one that splits; before the join the last of the branches."""
    found = model(f"""
  Register: {{team: Desk, does: work, next: {{parallel: [Legal advice, [Fire advice, Fire visit], Again]}}}}
  Legal advice: {{team: Legal, does: work, {_HANDOFF}}}
  Fire advice: {{team: Fire, does: work, {_HANDOFF}}}
  Fire visit: {{team: [Legal, Desk], does: work, {_HANDOFF}}}
  Again: {{team: Desk, does: work, {_HANDOFF}}}
  Decide: {{team: Desk, does: work, {_HANDOFF}}}
""")
    assert calendar_of(found, "Legal advice") == "office"
    assert calendar_of(found, "Fire advice") == "office"  # not that of the branch beside it
    assert calendar_of(found, "Fire visit") == "fire days"
    assert calendar_of(found, "Again") == "office"  # nobody else before it on the way: its own
    assert calendar_of(found, "Decide") == "legal days"


def test_the_calendar_of_a_handoff_goes_by_the_first_class_that_comes_by() -> None:
    """R7, R13."""
    steps = f"""
  A: {{team: Desk, does: work}}
  B: {{team: Legal, does: work}}
  C: {{team: Fire, does: work, {_HANDOFF}}}
"""
    one_way = "{x: {arrivals: 1 per day, journey: [B, A, C]}, y: {arrivals: 1 per day, journey: [A, B, C]}}"
    other_way = "{y: {arrivals: 1 per day, journey: [A, B, C]}, x: {arrivals: 1 per day, journey: [B, A, C]}}"
    assert calendar_of(model(steps), "C") == "legal days"
    assert calendar_of(model(steps, one_way), "C") == "office"
    assert calendar_of(model(steps, other_way), "C") == "legal days"


# -- limits ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("batch", "into", "limit", "wrong"),
    [
        ("9 requests", "Check", 8, ["FS442"]),
        ("8 requests", "Check", 8, []),
        ("9 requests or 1 working day", "Check", 8, []),
        ("9 requests or every day at 16:00", "Check", 8, []),
        ("9 requests", "Register", 8, []),  # customers wait outside
    ],
)
def test_a_transfer_batch_larger_than_the_limit_of_the_whole_never_fills(
    batch: str, into: str, limit: int, wrong: list[str], tmp_path: Path
) -> None:
    """R14: those who wait in a gate count in the whole."""
    lines = {"Register": "team: Desk, does: work", "Check": "team: Legal, does: work"}
    lines[into] += f", handoff: {{batch: {batch}}}"
    steps = "\n".join(f"  {name}: {{{line}}}" for name, line in lines.items())
    assert [p.code for p in told(steps, tmp_path, more=f"limits: {{all: {limit}}}")] == wrong


# -- whatever stands in a file ---------------------------------------------------------------------------------------


class Scrambled:
    """A file with splits, joins, journeys, routes and returns, of which a few may not fit together."""

    def __init__(self, seed: int) -> None:
        self.luck = random.Random(seed)
        self.names = [f"S{i}" for i in range(self.luck.randint(4, 10))]
        self.lines: dict[str, str] = {}
        trunk = self.lay(list(self.names))
        if self.often(0.5):
            trunk = [name for name in trunk if self.often(0.7)] or trunk
        if self.often(0.1):
            trunk = self.luck.sample(self.names, 3)
        journey = f", journey: [{', '.join(trunk)}]" if self.often(0.5) else ""
        requests = f"{{a: {{arrivals: 1 per day{journey}}}, b: {{arrivals: 1 per day}}}}"
        self.text = written("\n".join(self.lines[name] for name in self.names), requests)

    def often(self, chance: float) -> bool:
        return self.luck.random() < chance

    def lay(self, names: list[str]) -> list[str]:
        """Lay out a path over these names, some of them in branches; returns the steps of the path itself."""
        path: list[tuple[str, str]] = []
        while names:
            name, split = names.pop(0), ""
            if len(names) > 1 and self.often(0.4):
                inside = [names.pop(0) for _ in range(min(len(names), self.luck.randint(2, 5)))]
                cut = self.luck.randint(1, len(inside) - 1)
                branches = [self.lay(inside[:cut]), self.lay(inside[cut:])]
                join = self.luck.choice(["", "", ", join: end", f", join: {self.luck.choice(names or self.names)}"])
                split = f"{{parallel: [[{', '.join(branches[0])}], [{', '.join(branches[1])}]]{join}}}"
            path.append((name, split))
        own = [name for name, _ in path]
        for i, (name, split) in enumerate(path):
            self.lines[name] = self.step(name, split, own if self.often(0.95) else self.names, i)
        return own

    def step(self, name: str, split: str, near: list[str], place: int) -> str:
        fields = ["does: work", f"team: {self.luck.choice(['Desk', 'Legal', '[Legal, Desk]'])}"]
        if split:
            fields.append(f"next: {split}")
        elif self.often(0.2):
            to = self.luck.choice(near)
            fields.append(f"next: {self.luck.choice([to, f'{{a: {to}}}', f'{{a: {to}, others: end}}'])}")
        if self.often(0.3):
            fields.append(f"returns: 10% to {self.luck.choice(near[: place + 1])}")
        for field in ("people: 2", "same person: yes", "with: Fire", "only: a"):
            fields += [field] if self.often(0.05) else []
        return f"  {name}: {{{', '.join(fields)}}}"


def test_whatever_passes_is_a_sound_model_and_what_does_not_is_told() -> None:
    """R8, R12, R13: no file of splits, journeys, routes and returns gets as far as an assertion."""
    sound, refused = 0, set()
    for seed in range(400):
        path = f"{seed}.yaml"
        try:
            found = load_text(Scrambled(seed).text, path).compile("current").model
        except ScenarioError as error:
            refused |= {problem.code for problem in error.problems()}
            continue
        assert relations(found) == []
        sound += any(step.split for step in found.steps)
    assert sound > 50, sound
    assert {"FS471", "FS472", "FS473", "FS474", "FS475"} <= refused
