"""The figures of a report are those of the manifest and the Model, read back from the Markdown by another way."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import replace

import pytest
from report_sample import FILES, Read, as_json, by_hand, laws, leaves, markdown, read, shipped, told

from flowsim.model import Distribution, Model
from flowsim.report import Material
from flowsim.units import format_number, parse_length


def ticks(text: str) -> float:
    """A length as the reader of scenarios understands it."""
    return parse_length(text).ticks if not text.endswith("ms") else float(text.removesuffix(" ms"))


def laws_told(item: Read) -> list[tuple[float, float]]:
    """Mean and sd of every row of the table of times."""
    table = next(t for t in item.tables if t[0][-2:] == ["mean", "sd"])
    return [(ticks(row[-2]), ticks(row[-1])) for row in table[1:]]


def wrong_laws(model: Model, item: Read) -> list[str]:
    """Distributions of the Model that are not in the table with their mean and sd, and rows that are of none."""
    found = Counter((f"{mean:.4g}", f"{sd:.4g}") for mean, sd in laws_told(item))
    expected = Counter()
    for law in laws(as_json(model)):
        own = Distribution(law["name"], tuple(law["params"]))
        expected[f"{own.mean():.4g}", f"{own.sd():.4g}"] += 1
    return [*map(str, expected - found), *map(str, found - expected)]


@pytest.mark.parametrize("file", FILES)
def test_every_distribution_is_there_with_mean_and_spread(file: str) -> None:
    assert wrong_laws(shipped(file).base, told(file)["3.3"]) == []


def test_a_wrong_mean_is_seen() -> None:
    found = told("permit.yaml")["3.3"]
    other = shipped("permit.yaml").base
    task = replace(other.tasks[3], time=Distribution("constant", (9 * 60_000.0,)))
    assert wrong_laws(replace(other, tasks=(*other.tasks[:3], task)), found)


CHANCES = ("chance", "share", "absence", "presence", "chances", "targets")


def chances_missing(model: Model, item: Read) -> set[str]:
    """Chances and shares of the Model that the report does not have as a percentage."""
    found = set()
    for path, value in leaves(as_json(model)):
        key = path.rpartition(".")[2]
        if key in CHANCES and "gap" not in path and isinstance(value, float) and 0 < value < 1:
            text = format_number(100 * value, 6).rstrip("0").rstrip(".")
            if not re.search(rf"(?<![\d.]){re.escape(text)}%", item.whole):
                found.add(f"{path}: {text}%")
    return found


@pytest.mark.parametrize("file", FILES)
def test_every_chance_is_there(file: str) -> None:
    items = told(file)
    both = Read([*items["3.3"].texts, *items["2.5.3"].texts], [*items["3.3"].tables, *items["2.5.3"].tables])
    assert chances_missing(shipped(file).base, both) == set()


def test_a_wrong_chance_is_seen() -> None:
    found = told("permit.yaml")["3.3"]
    text = found.whole.replace("60%", "61%")
    assert chances_missing(shipped("permit.yaml").base, Read([text]))


def of_the_manifest(material: Material) -> dict[str, list[str]]:
    """By item what of the manifest must stand in it."""
    manifest = material.manifest
    return {
        "1.3": [state.name for state in manifest.states],
        "2.3": [change for state in manifest.states for change in state.changes],
        "4.3": [f"{manifest.replications} independent replications", *map(str, manifest.unfinished.values())],
        "5.1": [manifest.flowsim, manifest.platform.python, "numpy", "9.8.7", "SomeOS somelibc 1.2"],
        "5.2": [f"Seed: {manifest.seed};", manifest.streams],
        "5.3": ["All 2 checks passed on all 34 runs, 123456 visits", "one check, another", "an engine"],
        "5.4": ["somecpu", "89.5 s", "4 March 2026 05:06:07 (UTC+01:00)", "123456", "3"],
        "6.1": [
            *(file.sha256 for file in manifest.scenario),
            *(state.identity for state in manifest.states),
            manifest.fingerprint,
            "flowsim reproduce a-folder",
        ],
    }


@pytest.mark.parametrize("file", FILES)
def test_what_the_manifest_says_stands_where_it_belongs(file: str) -> None:
    items = told(file)
    for number, said in of_the_manifest(shipped(file)).items():
        for text in said:
            assert text in items[number].whole, (number, text)


def test_teams_and_steps_stand_in_their_tables() -> None:
    for file in FILES:
        model = shipped(file).base
        items = told(file)
        teams = items["2.5.3"].tables[0]
        people = teams[0].index("people" if not model.people else "people without a name")
        assert [(row[0], row[people]) for row in teams[1:]] == [(t.name, str(t.people)) for t in model.teams]
        assert [row[0] for row in items["2.5.2"].tables[0][1:]] == [task.name for task in model.tasks]
        assert [row[0] for row in items["2.5.1"].tables[0][1:]] == [cls.name for cls in model.classes]
        lists = [row for row in items["2.5.4"].tables[0][1:] if row[0].startswith("waiting list of ")]
        assert len(lists) == len(model.teams)
        steps = [text for text in items["2.2"].texts if re.match(r"Step \d+: ", text)]
        assert steps == [
            f"Step {n}: {s.name} ({' or '.join((s.team, *s.others))})" for n, s in enumerate(model.steps, 1)
        ]


def test_limits_and_branches_of_the_redesigns_are_told() -> None:
    kanban = told("kanban-office.yaml")["2.3"].whole
    assert "limits" in kanban
    parallel = told("parallel-advice.yaml")["2.3"]
    assert any("at the same time" in chart for chart in parallel.fences)
    assert "{parallel: [Fire advice, Environment advice, Heritage advice], join: Decide}" in parallel.whole


def test_with_one_replication_there_is_no_interval() -> None:
    model = shipped("committee.yaml").base
    made = by_hand(model, replications=1, seed=2**100)
    text = markdown(made)
    assert "With one replication there is no interval." in text
    assert "1 replication of each state." in text
    assert f"Seed: {2**100};" in text


def test_an_audit_that_was_left_out_and_warnings_are_said() -> None:
    made = shipped("permit.yaml")
    without = replace(made.manifest, audit=replace(made.manifest.audit, replications=0), warnings=("Mind *the* gap",))
    text = markdown(replace(made, manifest=without))
    assert "The audit was left out of this run." in text
    assert "checks passed" not in text
    assert "- Mind \\*the\\* gap" in text


def test_the_command_shows_no_folders_of_a_machine() -> None:
    """The scenario file by its name alone; what has spaces is quoted."""
    made = shipped("permit.yaml")
    file = made.manifest.scenario[0].file
    assert "/" in file
    command = ("flowsim", "compare", file, "--set", "teams.Front desk.people=3")
    found = read(markdown(replace(made, manifest=replace(made.manifest, command=command))))["6.1"].whole
    assert "flowsim compare permit.yaml --set 'teams.Front desk.people=3'" in found
    assert file not in found
