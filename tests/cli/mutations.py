"""Small random changes to scenario files, the same each time: some nonsense, some that make another sound scenario."""

from __future__ import annotations

import json
import random
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from ruamel.yaml import YAML

ROOT = Path(__file__).parents[2]
SEEDS = [
    *sorted((ROOT / "scenarios").glob("*.yaml")),
    *sorted((ROOT / "src/flowsim/scenario/templates").glob("*.yaml")),
    *sorted((ROOT / "tests/scenarios/valid").glob("*.yaml")),
]
NUMBERS = ("0", "1", "-1", "1000000", "0.001", "7", "100", "1e400", "NaN", "inf")
NONSENSE = (
    "1e400", "NaN", "-1", "0", "9" * 21, "", "null", "none", "{}", "[]", "[1, 2]", "{a: b}", "yes", "1_000", "12:30",
    "101%", "5 min", "0 min", "-3 h", "5 .. 2 min", "exponential(0 min)", "weibull(1 h, 0.01)", "gamma(1 h, 0 h)",
    "pert(1 h, 1 h, 1 h)", "discrete(5 min: 50%)", "1 working day", "1000000 requests", "0 requests",
    "every day at 25:00", "*", "end", "always", "customer", "2026-02-30", "9999-12-31", "1e6 per hour", "every 1 ms",
    "mon-fri 09:00-08:00", "'", "\\", "x" * 500, "\u202e", "😀", "&a", "<<", "|", "- a", "random",
)  # fmt: skip
TIMES = (
    "0 min", "1 ms", "7 min", "20 h", "5 days", "exponential(10 min)", "lognormal(1 h, 5 h)", "1 min .. 1 h",
    "pert(0 min, 1 h, 2 h)", "weibull(1 h, 0.5)", "erlang(1 h, 3)", "normal(1 min, 1 h)",
    "discrete(0 min: 50%, 1 h: 50%)",
)  # fmt: skip
SENSE: dict[str, tuple[str, ...]] = {
    "batch": (
        "1 request",
        "2 requests",
        "3 days",
        "10 requests or 1 min",
        "every day at 00:00",
        "monday at 03:00",
        "none",
    ),
    "transit": (*TIMES, "1 working day", "0 working days"),
    "reread": TIMES,
    "time": TIMES,
    "set-up": TIMES,
    "change-over": TIMES,
    "answer": (*TIMES, "1 working day"),
    "share": ("0%", "1%", "50%", "100%"),
    "chance": ("0%", "50%", "99%", "100%"),
    "people": ("1", "2", "50", "1000"),
    "queue": ("first in", "last in", "due date", "shortest", "random"),
    "release": ("together", "each"),
    "closing": ("pause", "finish"),
    "no start within": ("1 min", "3 h", "1 day"),
    "promise": ("0 min", "1 working day", "100 days"),
    "arrivals": ("1 per hour", "100 per hour", "1 per year", "every exponential(1 h)"),
    "hours": ("mon 09:00-09:01", "every day 0:00-24:00", "sun 23:00-02:00", "mon-fri 09:00-12:00 12:00-17:00"),
    "start": ("2026-03-28", "2026-12-31 23:59", "2024-02-29"),
    "target": ("100% within 0 min", "90% within 1 working day"),
}
STEP = ("batch", "set-up", "change-over", "release", "closing", "no start within", "share")


def mutated(seed: int, text: str, *, sensible: bool) -> str:
    """The scenario with one to four changes; written as JSON, which is YAML."""
    rng = random.Random(seed)
    tree = YAML(typ="base", pure=True).load(text)
    for _ in range(rng.choice((1, 1, 2, 4))):
        (_sense if sensible else _nonsense)(rng, tree)
        tree = json.loads(json.dumps(tree))
    return json.dumps(tree, ensure_ascii=False, indent=1)


def _paths(tree: Any, done: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    if done:
        yield done
    for key in tree if isinstance(tree, dict) else range(len(tree)) if isinstance(tree, list) else ():
        yield from _paths(tree[key], (*done, key))


def _at(tree: Any, path: tuple[Any, ...]) -> Any:
    for part in path:
        tree = tree[part]
    return tree


def _nonsense(rng: random.Random, tree: Any) -> None:
    """Delete, copy, rename, retarget or swap anything, or put something extreme there."""
    paths = list(_paths(tree))
    if not paths:
        return
    path = rng.choice(paths)
    parent, key = _at(tree, path[:-1]), path[-1]
    texts = [p for p in paths if isinstance(_at(tree, p), str)]
    other = _at(tree, rng.choice(rng.choice((paths, texts or paths))))
    how = rng.choice(("delete", "put", "put", "rename", "copy", "number", "swap"))
    if how == "delete":
        del parent[key]
    elif how == "rename" and isinstance(parent, dict):
        parent[rng.choice([p[-1] for p in paths if isinstance(p[-1], str)])] = parent.pop(key)
    elif how == "copy":
        parent[key] = json.loads(json.dumps(other))
    elif how == "number" and isinstance(parent[key], str):
        parent[key] = re.sub(r"\d+(\.\d+)?", lambda _: rng.choice(NUMBERS), parent[key])
    elif how == "swap" and len(texts) > 1:
        one, two = rng.sample(texts, 2)
        first, second = _at(tree, one), _at(tree, two)
        _at(tree, one[:-1])[one[-1]], _at(tree, two[:-1])[two[-1]] = second, first
    else:
        parent[key] = rng.choice(NONSENSE)


def _sense(rng: random.Random, tree: Any) -> None:
    """Another value for a field, or a rule more for a step."""
    steps = (
        {n: s for n, s in tree["steps"].items() if isinstance(s, dict)} if isinstance(tree.get("steps"), dict) else {}
    )
    known = [p for p in _paths(tree) if p[-1] in SENSE and isinstance(_at(tree, p), str)]
    how = rng.choice(("field", "field", "step", "handoff", "route"))
    if how == "field" or not steps:
        path = rng.choice(known)
        _at(tree, path[:-1])[path[-1]] = rng.choice(SENSE[path[-1]])
        return
    step = steps[rng.choice(list(steps))]
    if how == "step":
        key = rng.choice(STEP)
        step[key] = rng.choice(SENSE[key])
    elif how == "route":
        step["returns"] = f"{rng.choice((1, 50, 99))}% to {rng.choice(list(steps))}"
        if rng.random() < 0.5:
            step["next"] = rng.choice([*steps, "end", "end as refused"])
    else:
        handoff = {key: rng.choice(SENSE[key]) for key in rng.sample(("batch", "transit", "reread"), 2)}
        question = {"chance": "50%", "to": rng.choice(("customer", "sender")), "answer": rng.choice(SENSE["answer"])}
        step["handoff"] = handoff | ({"question": question} if rng.random() < 0.5 else {})
