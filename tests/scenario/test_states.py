"""States: what a change makes of the tree (before and after), files based on files, and all that can be wrong."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from flowsim.errors import Place, Problem, ScenarioError, UsageError
from flowsim.scenario import paths, tree
from flowsim.scenario.states import apply_state, change_names, resolve_based_on, state_names
from flowsim.scenario.tree import Document

BASE = """\
teams:
  Front desk: {people: 2, calendar: office, target: 1 working day}
  Intake: {people: 2, calendar: office, queue: due date}
  Legal: {people: one}
tasks: {register: {time: 5 min}, check: {time: 9 min}, Look up: {time: 1 min}}
steps:
  Register:
    team: Front desk
    does: register
    handoff: {batch: 10 requests}
  Check the file:
    team: Intake
    does: [check, {task: look up, share: 20%}]
    handoff: {batch: 10 requests, transit: 2 h}
    returns: 15% to Register
  Legal opinion:
    team: Legal
    does: opinion
    share: 60%
    returns: [{chance: [15%, 5%], to: check the file, at most: 2}, 5% naar Register, 1% to Send]
  Send:
    team: intake
    does: write
    returns: none
"""


def document(changes: str, base: str = BASE) -> Document:
    lines = "".join(f"      {line}\n" for line in changes.splitlines())
    return tree.parse(f"{base}states:\n  future:\n    changes:\n{lines}", "f.yaml")


def after(changes: str, base: str = BASE, sets: Sequence[tuple[str, str]] = ()) -> object:
    return tree.plain(apply_state(document(changes, base), "future", sets).root)


def expected(**values: str) -> object:
    """The tree of BASE with these paths (`__` for a dot, `_` for a space) replaced; a value of "-" removes."""
    root = tree.parse(BASE, "f.yaml").root
    for key, text in values.items():
        path = key.replace("__", ".").replace("_", " ")
        if text == "-":
            paths.remove(root, path)
        else:
            paths.set_value(root, path, tree.parse_value(text, Place("x", 1, 1)))
    return tree.plain(root)


def steps_after(changes: str, base: str = BASE) -> dict[str, object]:
    result = after(changes, base)
    assert isinstance(result, dict)
    return dict(result["steps"])


def problems(changes: str, base: str = BASE) -> list[tuple[str, str]]:
    """Code and the source from the place of every problem."""
    return [(p.code, p.source[p.place.column - 1 :]) for p in refused(document(changes, base)) if p.place]


def refused(found: Document, state: str = "future", sets: Sequence[tuple[str, str]] = ()) -> list[Problem]:
    with pytest.raises(ScenarioError) as caught:
        apply_state(found, state, sets)
    return caught.value.problems()


# -- set, remove, add ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("changes", "result"),
    [
        ("- {name: a, set: {teams.legal.people: 3}}", expected(teams__Legal__people="3")),
        (
            "- {name: a, set: {steps.*.handoff.batch: none}}",
            expected(steps__Register__handoff__batch="none", steps__Check_the_file__handoff__batch="none"),
        ),
        (
            "- {name: a, set: {steps.Send.handoff.batch: 5 requests, steps.Send.share: 10%}}",
            expected(steps__Send__handoff="{batch: 5 requests}", steps__Send__share="10%"),
        ),
        ("- {name: a, remove: steps.check the file.returns}", expected(steps__Check_the_file__returns="-")),
        (
            "- {name: a, remove: [steps.Legal opinion.returns.2, tasks.check]}",
            expected(steps__Legal_opinion__returns__2="-", tasks__check="-"),
        ),
        (
            "- {name: a, remove: steps.Send.returns}\n- {name: b, set: {steps.Send.returns: 9% to Register}}",
            expected(steps__Send__returns="9% to Register"),
        ),
        (
            "- {name: a, set: {teams.Legal.people: 3}, remove: teams.Legal.people}",
            expected(teams__Legal="{}"),
        ),
    ],
)
def test_set_and_remove(changes: str, result: object) -> None:
    assert after(changes) == result


def test_operations_of_a_change_are_done_in_the_order_written() -> None:
    gone = after("- {name: a, set: {teams.Legal.cost: 3}, remove: teams.Legal.cost}")
    assert gone == expected()
    with pytest.raises(ScenarioError):
        after("- {name: a, remove: teams.Legal.cost, set: {teams.Legal.cost: 3}}")


@pytest.mark.parametrize(
    ("where", "order"),
    [
        ("after: register", ["Register", "Rush", "Check the file", "Legal opinion", "Send"]),
        ("before: Register", ["Rush", "Register", "Check the file", "Legal opinion", "Send"]),
        ("after: Send", ["Register", "Check the file", "Legal opinion", "Send", "Rush"]),
        ("does: x", ["Register", "Check the file", "Legal opinion", "Send", "Rush"]),
    ],
)
def test_add_a_step(where: str, order: list[str]) -> None:
    steps = steps_after(f"- {{name: a, add: {{step: Rush, team: Intake, {where}}}}}")
    assert list(steps) == order
    assert steps["Rush"] == {"team": "Intake"} | ({"does": "x"} if "does" in where else {})


def test_add_things_by_name_beside_a_step() -> None:
    result = after("- {name: a, add: {step: R, team: New, teams: {New: {people: 1}}, calendars: {late: {hours: x}}}}")
    assert isinstance(result, dict)
    assert result["teams"]["New"] == {"people": "1"}
    assert result["calendars"] == {"late": {"hours": "x"}}
    assert result["steps"]["R"] == {"team": "New"}


# -- merge -----------------------------------------------------------------------------------------------------------


def test_merge_teams() -> None:
    """People are added up, the rest is the first's, its target goes; every step follows."""
    assert after("- {name: a, merge: {teams: [front desk, Intake], into: Case team}}") == {
        "teams": {"Case team": {"people": "4", "calendar": "office"}, "Legal": {"people": "one"}},
        "tasks": {"register": {"time": "5 min"}, "check": {"time": "9 min"}, "Look up": {"time": "1 min"}},
        "steps": {
            **dict(_steps(expected())),
            "Register": {"team": "Case team", "does": "register", "handoff": {"batch": "10 requests"}},
            "Check the file": dict(_steps(expected())["Check the file"], team="Case team"),
            "Send": {"team": "Case team", "does": "write", "returns": "none"},
        },
    }


def _steps(whole: object) -> dict[str, dict[str, object]]:
    assert isinstance(whole, dict)
    return dict(whole["steps"])


def test_merge_teams_with_fields_given() -> None:
    result = after(
        "- {name: a, merge: {teams: [Intake, Legal], into: Intake, people: 3, target: 8 h, cost: 9 per hour}}"
    )
    assert isinstance(result, dict)
    assert result["teams"] == {
        "Front desk": {"people": "2", "calendar": "office", "target": "1 working day"},
        "Intake": {"people": "3", "calendar": "office", "queue": "due date", "target": "8 h", "cost": "9 per hour"},
    }
    assert [step["team"] for step in result["steps"].values()] == ["Front desk", "Intake", "Intake", "Intake"]


@pytest.mark.parametrize(
    ("limits", "result"),
    [
        ("{Legal: 30}", {"Legal": "30"}),
        ("{all: 9, Intake: 30}", {"all": "9", "Both": "30"}),
        ("{Intake: 30, x: 1, front desk: 12}", {"Both": "42", "x": "1"}),
    ],
)
def test_merge_keeps_limits(limits: str, result: dict[str, str]) -> None:
    changed = after("- {name: a, merge: {teams: [Front desk, Intake], into: Both}}", f"limits: {limits}\n" + BASE)
    assert isinstance(changed, dict)
    assert list(changed["limits"].items()) == list(result.items())


def test_merge_steps_keeps_the_luck_of_its_parts() -> None:
    """R4: tasks and returns of the merged step name the step whose luck they keep; references follow."""
    steps = steps_after("- {name: a, merge: {steps: [Check the file, legal opinion], into: Judge, team: Legal}}")
    assert list(steps) == ["Register", "Judge", "Send"]
    assert steps["Judge"] == {
        "team": "Legal",
        "handoff": {"batch": "10 requests", "transit": "2 h"},
        "does": [
            "check",
            {"task": "look up", "share": "20%", "luck of": "Look up at Check the file"},
            {"task": "opinion", "share": "60%", "luck of": "Legal opinion"},
        ],
        "returns": [
            {"chance": "15%", "to": "Register", "luck of": "Check the file"},
            {"chance": ["15%", "5%"], "to": "Judge", "at most": "2", "luck of": "Legal opinion"},
            {"chance": "5%", "to": "Register", "luck of": "Legal opinion"},
            {"chance": "1%", "to": "Send", "luck of": "Legal opinion"},
        ],
    }


def test_merge_of_a_merged_step_keeps_the_first_luck() -> None:
    steps = steps_after(
        "- {name: a, merge: {steps: [Check the file, Legal opinion], into: Judge}}\n"
        "- {name: b, merge: {steps: [Register, Judge], into: Desk}}"
    )
    desk = steps["Desk"]
    assert isinstance(desk, dict)
    assert [d if isinstance(d, str) else d["luck of"] for d in desk["does"]] == [
        "register",
        "check",
        "Look up at Check the file",
        "Legal opinion",
    ]
    assert [(r["to"], r["luck of"]) for r in desk["returns"]] == [
        ("Desk", "Check the file"),
        ("Desk", "Legal opinion"),
        ("Desk", "Legal opinion"),
        ("Send", "Legal opinion"),
    ]


def test_merge_steps_retargets_the_returns_of_others() -> None:
    steps = steps_after("- {name: a, merge: {steps: [Register, Check the file], into: Desk}}")
    assert steps["Desk"] == {
        "team": "Front desk",
        "handoff": {"batch": "10 requests"},
        "does": ["register", "check", {"task": "look up", "share": "20%", "luck of": "Look up at Check the file"}],
        "returns": [{"chance": "15%", "to": "Desk", "luck of": "Check the file"}],
    }
    assert dict(_steps({"steps": steps})["Legal opinion"])["returns"] == [
        {"chance": ["15%", "5%"], "to": "Desk", "at most": "2"},
        {"chance": "5%", "to": "Desk"},
        "1% to Send",
    ]


def test_merge_steps_with_fields_given() -> None:
    steps = steps_after(
        "- {name: a, merge: {steps: [Register, Check the file], into: Register, team: Intake, does: register,"
        " returns: none, handoff: none, closing: finish}}"
    )
    assert steps["Register"] == {
        "team": "Intake",
        "does": "register",
        "returns": "none",
        "handoff": "none",
        "closing": "finish",
    }


ROUTES = """\
steps:
  A: {team: T, does: a, next: B}
  B: {team: T, does: b}
  C: {team: T, does: c, next: {D: 60%, end: 40%}}
  D: {team: T, does: d}
  E: {team: T, does: e, next: {fast: A, slow: {B: 50%, end as refused: 50%}, others: D}}
"""


@pytest.mark.parametrize(
    ("merged", "nexts"),
    [
        ("[A, B]", {"N": None, "C": {"D": "60%", "end": "40%"}, "D": None}),
        ("[B, C]", {"A": "N", "N": {"D": "60%", "end": "40%"}, "D": None}),
        ("[A, B, C]", {"N": {"D": "60%", "end": "40%"}, "D": None}),
        ("[B, D]", {"A": "N", "N": None, "C": {"N": "60%", "end": "40%"}}),
    ],
)
def test_merge_steps_and_routes(merged: str, nexts: dict[str, object]) -> None:
    steps = _steps({"steps": steps_after(f"- {{name: a, merge: {{steps: {merged}, into: N}}}}", ROUTES)})
    assert [(name, step.get("next")) for name, step in steps.items() if name != "E"] == list(nexts.items())
    new = {"A": "A", "B": "B", "D": "D"} | {name: "N" for name in "ABCD" if name in merged}
    assert steps["E"]["next"] == {
        "fast": new["A"],
        "slow": {new["B"]: "50%", "end as refused": "50%"},
        "others": new["D"],
    }


def test_a_merged_step_goes_on_where_its_last_part_went() -> None:
    base = "steps: {A: {does: a, next: C}, B: {does: b}, C: {does: c}, D: {does: d}}\n"
    steps = _steps({"steps": steps_after("- {name: x, merge: {steps: [A, C], into: N}}", base)})
    assert {name: step.get("next") for name, step in steps.items()} == {"N": "D", "B": None, "D": None}
    last = "steps: {A: {does: a, next: C}, B: {does: b}, C: {does: c}}\n"
    assert _steps({"steps": steps_after("- {name: x, merge: {steps: [A, C], into: N}}", last)})["N"]["next"] == "end"


# -- what is wrong with a change, each at its place ------------------------------------------------------------------


@pytest.mark.parametrize(
    ("changes", "found"),
    [
        ("- {name: a, set: {teams.Legl.people: 3}}", [("FS131", "teams.Legl.people: 3}}")]),
        ("- {name: a, set: {steps.Send.returns.chance: 3%, x.y: 1}}", [("FS131", "x.y: 1}}")]),
        ("- {name: a, set: {steps.Check the file.returns.to: x}}", [("FS132", "steps.Check the file.returns.to: x}}")]),
        ("- {name: a, set: {steps.*.hand.batch: none}}", [("FS133", "steps.*.hand.batch: none}}")]),
        ("- {name: a, set: {a..b: none}}", [("FS130", "a..b: none}}")]),
        ("- {name: a, set: none}", [("FS151", "none}")]),
        ("- {name: a, set: [x]}", [("FS151", "[x]}")]),
        ("- {name: a, remove: steps.Nope}", [("FS131", "steps.Nope}")]),
        ("- {name: a, remove: [steps.Nope, {a: b}, steps.No]}", None),
        ("- {name: a, remove: }", [("FS151", "remove: }")]),
        ("- {name: a, add: x}", [("FS151", "x}")]),
        ("- {name: a, add: {team: Intake}}", [("FS151", "team: Intake}}")]),
        ("- {name: a, add: {teams: {LEGAL: {people: 1}}}}", [("FS152", "LEGAL: {people: 1}}}}")]),
        ("- {name: a, add: {teams: x}}", [("FS151", "x}}")]),
        ("- {name: a, add: {step: send, team: x}}", [("FS152", "send, team: x}}")]),
        ("- {name: a, add: {step: X, after: Sned}}", [("FS155", "Sned}}")]),
        (
            "- {name: a, add: {step: X, after: Send, before: Send}}",
            [("FS151", "{step: X, after: Send, before: Send}}")],
        ),
        ("- {name: a, merge: {teams: [Intake], into: X}}", [("FS154", "[Intake], into: X}}")]),
        ("- {name: a, merge: {teams: [Intake, Lega], into: X}}", [("FS155", "Lega], into: X}}")]),
        ("- {name: a, merge: {teams: [Intake, INTAKE], into: X}}", [("FS154", "INTAKE], into: X}}")]),
        ("- {name: a, merge: {teams: [Intake, Front desk]}}", [("FS154", "{teams: [Intake, Front desk]}}")]),
        ("- {name: a, merge: {teams: [Intake, Front desk], into: legal}}", [("FS154", "legal}}")]),
        ("- {name: a, merge: {teams: [Intake, Legal], into: X}}", [("FS154", "{teams: [Intake, Legal], into: X}}")]),
        ("- {name: a, merge: {into: X}}", [("FS154", "{into: X}}")]),
        ("- {name: a, merge: {teams: [a, b], steps: [c, d], into: X}}", None),
        ("- {name: a, merge: x}", [("FS154", "x}")]),
        ("- {name: a}", [("FS150", "{name: a}")]),
        ("- a", [("FS150", "a")]),
        ("- {name: a, sett: {x: 1}}", [("FS153", "sett: {x: 1}}")]),
        ("- {set: {teams.Legal.people: 1}}", [("FS161", "{set: {teams.Legal.people: 1}}")]),
        ("- {name: a, remove: run}\n- {name: A, remove: tasks}", [("FS161", "{name: A, remove: tasks}")]),
        ("x", [("FS161", "x")]),
        ("{name: a, remove: tasks}", [("FS161", "{name: a, remove: tasks}")]),
    ],
)
def test_wrong_change(changes: str, found: list[tuple[str, str]] | None) -> None:
    if found is None:
        codes = [code for code, _ in problems(changes)]
        assert codes in (["FS131", "FS151", "FS131"], ["FS154"])
    else:
        assert problems(changes) == found


@pytest.mark.parametrize(
    ("base", "changes", "found"),
    [
        (
            "steps: {A: {does: a}, B: {does: b, only: x}}\n",
            "- {name: m, merge: {steps: [A, B], into: N}}",
            [("FS154", "{steps: [A, B], into: N}}")],
        ),
        (
            "steps: {A: {does: a, share: 5%}, B: {share: 5%, does: {task: b, share: 9%}}}\n",
            "- {name: m, merge: {steps: [A, B], into: N}}",
            [("FS154", "{steps: [A, B], into: N}}")],
        ),
        (
            "steps: {A: {does: a, returns: often}, B: {does: b}}\n",
            "- {name: m, merge: {steps: [A, B], into: N}}",
            [("FS156", "often}, B: {does: b}}")],
        ),
        (
            "steps: {A: {next: {B: 60%, C: 40%}}, B: {does: b}, C: {does: c}}\n",
            "- {name: m, merge: {steps: [B, C], into: N}}",
            [("FS157", "{B: 60%, C: 40%}}, B: {does: b}, C: {does: c}}")],
        ),
        (
            "steps: {A: {next: C}, B: {does: b}, C: {does: c}}\n",
            "- {name: m, merge: {steps: [A, B], into: N}}",
            [("FS154", "{steps: [A, B], into: N}}")],
        ),
        (
            "steps: {A: x, B: {does: b}}\n",
            "- {name: m, merge: {steps: [A, B], into: N}}",
            [("FS154", "A, B], into: N}}")],
        ),
        (
            "limits: {A: few, B: 2}\nteams: {A: {people: 1}, B: {people: 1}}\n",
            "- {name: m, merge: {teams: [A, B], into: N}}",
            [("FS157", "few, B: 2}")],
        ),
        ("name: x\n", "- {name: m, merge: {teams: [A, B], into: N}}", [("FS155", "{teams: [A, B], into: N}}")]),
    ],
)
def test_wrong_merge(base: str, changes: str, found: list[tuple[str, str]]) -> None:
    assert problems(changes, base) == found


def test_merging_steps_for_different_classes_needs_only_said() -> None:
    base = "steps: {A: {does: a}, B: {does: b, only: x}}\n"
    assert steps_after("- {name: m, merge: {steps: [A, B], into: N, only: x}}", base) == {
        "N": {"does": ["a", "b"], "only": "x"}
    }


def test_all_problems_of_all_changes_at_once() -> None:
    found = refused(document("- {name: a, set: {x.y: 1, teams.Legal.q: 2, z: 3}}\n- {name: b, remove: nope}"))
    assert [(p.code, p.place and p.place.line, p.path) for p in found] == [
        ("FS131", 28, "states.future.changes.1"),
        ("FS131", 28, "states.future.changes.1"),
        ("FS131", 29, "states.future.changes.2"),
    ]


def test_a_wrong_path_says_what_was_meant() -> None:
    (problem,) = refused(document("- {name: a, set: {teams.Legl.people: 3}}"))
    assert str(problem) == (
        "f.yaml:28:25: there is no 'Legl' in teams [FS131]\n"
        "    28 |       - {name: a, set: {teams.Legl.people: 3}}\n"
        "       |                         ^\n"
        "       = help: did you mean 'Legal'? there is: Front desk, Intake, Legal"
    )


def test_values_keep_the_place_where_the_change_has_them() -> None:
    state = apply_state(document("- {name: a, set: {teams.Legal.people: 3}}"), "future")
    assert paths.get(state.root, "teams.Legal.people").place == Place("f.yaml", 28, 45)
    merged = apply_state(document("- {name: a, merge: {steps: [Check the file, Legal opinion], into: N}}"), "future")
    assert paths.get(merged.root, "steps.N.returns.1.to").place == Place("f.yaml", 15, 21)
    quoted = "steps: {A: {does: a, returns: '15% to B'}, B: {does: b}}\n"
    merged = apply_state(document("- {name: a, merge: {steps: [A, B], into: N}}", quoted), "future")
    assert paths.get(merged.root, "steps.N.returns.1.to").place == Place("f.yaml", 1, 31)


# -- states ----------------------------------------------------------------------------------------------------------

CHAIN = """\
teams: {A: {people: 1}}
states:
  current:
  Middle:
    about: half way
    changes:
      - {name: two, set: {teams.A.people: 2}}
      - {name: cost, set: {teams.A.cost: 9}}
  future:
    based_on: middle
    changes:
      - {name: three, set: {teams.A.people: 3}}
"""


def test_state_names() -> None:
    assert state_names(tree.parse(CHAIN, "f.yaml").root) == ["current", "Middle", "future"]
    for text in ("name: x", "states:", "states: {}", "name: x\nstates: none"):
        assert state_names(tree.parse(text, "f.yaml").root) == ["current"]
        assert apply_state(tree.parse(text, "f.yaml"), "Current").name == "current"


def test_a_state_begins_as_the_one_it_is_based_on() -> None:
    read = tree.parse(CHAIN, "f.yaml")
    before = tree.copy(read.root)
    assert change_names(read, "FUTURE") == ["two", "cost", "three"]
    state = apply_state(read, "future")
    assert (state.name, state.about) == ("future", "")
    assert tree.plain(state.root) == {"teams": {"A": {"people": "3", "cost": "9"}}}
    assert [(c.index, c.name, c.state, c.place.line) for c in state.changes] == [
        (0, "two", "Middle", 7),
        (1, "cost", "Middle", 8),
        (2, "three", "future", 12),
    ]
    middle = apply_state(read, "middle")
    assert (middle.name, middle.about, tree.plain(middle.root)) == (
        "Middle",
        "half way",
        {"teams": {"A": {"people": "2", "cost": "9"}}},
    )
    assert tree.plain(apply_state(read, "current").root) == {"teams": {"A": {"people": "1"}}}
    assert read.root == before


@pytest.mark.parametrize(
    ("only", "team"),
    [
        ([], {"people": "1"}),
        ([0], {"people": "2"}),
        ({1, 2}, {"people": "3", "cost": "9"}),
        ((0, 1, 2), {"people": "3", "cost": "9"}),
    ],
)
def test_only_some_changes(only: list[int], team: dict[str, str]) -> None:
    state = apply_state(tree.parse(CHAIN, "f.yaml"), "future", only=only)
    assert tree.plain(state.root) == {"teams": {"A": team}}
    assert [change.index for change in state.changes] == sorted(only)


def test_unknown_state_or_change() -> None:
    with pytest.raises(UsageError) as caught:
        apply_state(tree.parse(CHAIN, "f.yaml"), "futrue")
    assert caught.value.code == "FS160"
    assert caught.value.hint.startswith("did you mean 'future'?")
    with pytest.raises(UsageError) as caught:
        change_names(tree.parse("name: x", "f.yaml"), "future")
    assert caught.value.code == "FS160"
    with pytest.raises(UsageError) as caught:
        apply_state(tree.parse(CHAIN, "f.yaml"), "future", only=[3])
    assert caught.value.code == "FS164"


@pytest.mark.parametrize(
    ("states", "found"),
    [
        ("{a: {based on: b}}", [("FS162", 19)]),
        ("{a: {based on: [b]}}", [("FS162", 19)]),
        ("{a: {based on: b}, b: {based on: a}}", [("FS163", 37)]),
        ("{a: {based on: a}}", [("FS163", 19)]),
        ("{a: text}", [("FS161", 8)]),
        ("{a: {chnages: []}}", [("FS153", 9)]),
        ("text", [("FS161", 4)]),
        ("[a]", [("FS161", 4)]),
    ],
)
def test_wrong_states(states: str, found: list[tuple[str, int]]) -> None:
    text = f"states:\n   {states}\n"
    problems = refused(tree.parse(text, "f.yaml"), "a")
    assert [(p.code, p.place and p.place.column) for p in problems] == found
    assert problems[0].source == f"   {states}"


def test_a_state_may_be_based_on_current_that_is_not_written() -> None:
    read = tree.parse("name: x\nstates: {a: {based on: current}}", "f.yaml")
    assert tree.plain(apply_state(read, "a").root) == {"name": "x"}


# -- --set -----------------------------------------------------------------------------------------------------------


def test_set_values_keep_their_place() -> None:
    read = tree.parse(CHAIN, "f.yaml")
    state = apply_state(read, "future", [("teams.a.x", "7"), ("run.length", "{a: [1]}"), ("start", "")])
    assert tree.plain(state.root) == {
        "teams": {"A": {"people": "3", "cost": "9", "x": "7"}},
        "run": {"length": {"a": ["1"]}},
        "start": "",
    }
    assert paths.get(state.root, "run.length.a.1").place == Place("--set", 2, 17)
    assert state.lines["--set"] == ["teams.a.x=7", "run.length={a: [1]}", "start="]
    assert "--set" not in read.lines


def test_wrong_set_values_show_the_option() -> None:
    sets = [
        ("teams.B.people", "7"),
        ("teams.A.people", "{x"),
        ("teams.A.people", "*y"),
        ("a..b", "1"),
        ("states.x", "1"),
    ]
    found = refused(tree.parse(CHAIN, "f.yaml"), "future", sets)
    assert [(p.code, str(p.place), p.source) for p in found] == [
        ("FS131", "--set:1:1", "teams.B.people=7"),
        ("FS110", "--set:2:16", "teams.A.people={x"),
        ("FS121", "--set:3:16", "teams.A.people=*y"),
        ("FS130", "--set:4:1", "a..b=1"),
        ("FS131", "--set:5:1", "states.x=1"),
    ]


# -- based on another file -------------------------------------------------------------------------------------------


def files(folder: Path, **texts: str) -> Path:
    for name, text in texts.items():
        path = folder / (name.replace("__", "/") + ".yaml")
        path.parent.mkdir(exist_ok=True, parents=True)
        path.write_text(text)
    return folder / "main.yaml"


def test_own_values_are_laid_over_the_other_file(tmp_path: Path) -> None:
    path = files(
        tmp_path,
        main="based on: sub/other.yaml\nname: mine\nteams: {LEGAL: {people: 3}}\nlist: [c]\nrun: {warm_up: 1 day}\n",
        sub__other="flowsim: 1\nname: theirs\nteams: {Legal: {people: 1, queue: x}, A: {}}\nlist: [a, b]\n"
        "run: {warm-up: none}\n",
    )
    document = resolve_based_on(tree.read(path))
    assert tree.plain(document.root) == {
        "flowsim": "1",
        "name": "mine",
        "teams": {"Legal": {"people": "3", "queue": "x"}, "A": {}},
        "list": ["c"],
        "run": {"warm-up": "1 day"},
    }
    theirs = paths.get(document.root, "teams.Legal.queue").place
    assert theirs == Place(str(tmp_path / "sub/other.yaml"), 3, 35)
    assert document.source(theirs).startswith("teams: {Legal")
    assert document.source(paths.get(document.root, "name").place) == "name: mine"
    assert document.folder == tmp_path


def test_names_that_differ_by_a_hyphen_are_not_the_same(tmp_path: Path) -> None:
    path = files(tmp_path, main="based on: o.yaml\nteams: {Front-desk: {b: 1}}\n", o="teams: {Front desk: {a: 1}}\n")
    root = resolve_based_on(tree.read(path)).root
    assert tree.plain(root) == {"teams": {"Front desk": {"a": "1"}, "Front-desk": {"b": "1"}}}


def test_a_document_based_on_nothing_is_itself() -> None:
    document = tree.parse("name: x", "f.yaml")
    assert resolve_based_on(document) is document


def test_five_files_in_a_row_and_no_more(tmp_path: Path) -> None:
    chain = {f"f{n}": f"based on: f{n + 1}.yaml\nx{n}: {n}\n" for n in range(1, 6)}
    path = files(tmp_path, main="based on: f1.yaml\n", **chain, f6="x6: 6\n")
    assert "more than 5 files" in based_on_problem(path).message
    assert based_on_problem(path).code == "FS143"
    start = tmp_path / "f1.yaml"
    assert tree.plain(resolve_based_on(tree.read(start)).root) == {f"x{n}": str(n) for n in range(6, 0, -1)}


def based_on_problem(path: Path) -> Problem:
    with pytest.raises(ScenarioError) as caught:
        resolve_based_on(tree.read(path))
    (problem,) = caught.value.problems()
    assert problem.place is not None
    assert problem.source
    return problem


@pytest.mark.parametrize(
    ("named", "code"),
    [
        ("../out.yaml", "FS141"),
        ("sub/../../out.yaml", "FS141"),
        ("/etc/passwd", "FS141"),
        ("~/x.yaml", "FS141"),
        ("file:///etc/passwd", "FS141"),
        ("https://example.org/x.yaml", "FS141"),
        ("C:\\\\x.yaml", "FS141"),
        ("..\\out.yaml", "FS141"),
        ("link.yaml", "FS141"),
        ("linked/out.yaml", "FS141"),
        ("loop.yaml", "FS141"),
        ("", "FS140"),
        ("[a.yaml]", "FS140"),
        ("none.yaml", "FS100"),
        (".", "FS101"),
        ("x" * 300, "FS102"),
        ("main.yaml", "FS142"),
        ("sub/../main.yaml", "FS142"),
        ("two.yaml", "FS144"),
    ],
)
def test_files_that_may_not_be_named(tmp_path: Path, named: str, code: str) -> None:
    folder = tmp_path / "in"
    path = files(folder, main=f"flowsim: 1\nbased on: {named}\n", two="flowsim: 2\n", sub__x="a: 1\n")
    (tmp_path / "out.yaml").write_text("name: secret\n")
    (folder / "link.yaml").symlink_to(tmp_path / "out.yaml")
    (folder / "linked").symlink_to(tmp_path)
    (folder / "loop.yaml").symlink_to(folder / "loop.yaml")
    problem = based_on_problem(path)
    assert problem.code == code
    assert "secret" not in str(problem)


def test_a_link_within_the_folder_is_fine(tmp_path: Path) -> None:
    path = files(tmp_path, main="based on: link.yaml\n", other="a: 1\n")
    (tmp_path / "link.yaml").symlink_to(tmp_path / "other.yaml")
    assert tree.plain(resolve_based_on(tree.read(path)).root) == {"a": "1"}


def test_a_circle_names_its_files(tmp_path: Path) -> None:
    path = files(tmp_path, main="based on: a.yaml\n", a="based on: b.yaml\n", b="x: 1\nbased on: a.yaml\n")
    problem = based_on_problem(path)
    assert (problem.code, problem.place) == ("FS142", Place(str(tmp_path / "b.yaml"), 2, 11))
    assert problem.source == "based on: a.yaml"
    assert problem.message.count("a.yaml") == 2
    assert "main.yaml" not in problem.message


def test_problems_of_the_other_file_are_placed_there(tmp_path: Path) -> None:
    path = files(tmp_path, main="based on: other.yaml\n", other="a: 1\na: &x 2\n")
    with pytest.raises(ScenarioError) as caught:
        resolve_based_on(tree.read(path))
    assert [(p.code, p.place) for p in caught.value.problems()] == [
        ("FS124", Place(str(tmp_path / "other.yaml"), 2, 1)),
        ("FS120", Place(str(tmp_path / "other.yaml"), 2, 4)),
    ]


def test_text_from_no_file_has_no_folder() -> None:
    with pytest.raises(ScenarioError) as caught:
        resolve_based_on(tree.parse("based on: x.yaml", "text"))
    assert caught.value.problems()[0].code == "FS140"


# -- spoilt inputs ---------------------------------------------------------------------------------------------------

_CHANGES = """\
- {name: a, set: {steps.*.handoff.batch: none, teams.Legal.people: 3}}
- name: b
  merge: {steps: [Check the file, Legal opinion], into: Judge, team: Legal}
- {name: c, merge: {teams: [Front desk, Intake], into: Case, people: 3}}
- {name: d, add: {step: Rush, after: Judge, team: Case, does: check}, remove: steps.Judge.returns.1}
"""


def test_the_changes_to_be_spoilt_are_sound() -> None:
    assert list(steps_after(_CHANGES)) == ["Register", "Judge", "Rush", "Send"]


@settings(max_examples=300, deadline=None, derandomize=True)
@given(st.data())
def test_spoilt_changes_are_done_or_refused(data: st.DataObject) -> None:
    """Whatever is put in place of a value, a state is made or refused with places; nothing else is ever raised."""
    read = document(_CHANGES)
    words = st.sampled_from(["", "none", "steps.*", "Register", "15% to Judge", "[]", "{}", "[a, b]", "{a: {b: c}}"])
    for _ in range(data.draw(st.integers(1, 3))):
        match = paths.find(read.root, data.draw(st.sampled_from(paths.all_paths(read.root))))[0]
        node = tree.parse_value(data.draw(words), Place("f.yaml", 1, 1))
        if isinstance(match.parent, tree.Mapping):
            match.parent.entries[str(match.key)] = node
        else:
            match.parent.items[int(match.key)] = node
    before = tree.plain(read.root)
    try:
        apply_state(read, "future")
    except UsageError as error:
        if error.code != "FS160":
            raise
    except ScenarioError as error:
        if not all(p.place and p.code.startswith("FS1") for p in error.problems()):
            raise
    assert tree.plain(read.root) == before


def test_a_change_may_merge_and_add_several_in_turn() -> None:
    """`merge` and `add` take a list: teams and steps become one in a single change."""
    text = """\
flowsim: 1
name: T
requests: {r: {arrivals: 8 per day}}
tasks: {a: {time: 5 min, value: adding}, b: {time: 5 min, value: adding}}
teams: {A: {people: 1}, B: {people: 1}}
steps: {One: {team: A, does: a}, Two: {team: B, does: b}}
states:
  then:
    changes:
      - name: One team and one step
        merge: [{teams: [A, B], into: AB}, {steps: [One, Two], into: Both, team: AB}]
        add: [{teams: {C: {people: 2}}}, {step: Last, team: C, does: a}]
"""
    future = apply_state(tree.parse(text, "t.yaml"), "then")
    found = tree.plain(future.root)
    assert isinstance(found, dict)
    assert list(found["teams"]) == ["AB", "C"]
    assert list(found["steps"]) == ["Both", "Last"]
