"""Write docs/proof.md from the last results of all proofs: `python verification/page.py [--check]`.

With --check nothing is written, and the exit code is 1 when the page is not what it would be now.
"""

from __future__ import annotations

import sys
from pathlib import Path

from results import Result, kept

PAGE = Path(__file__).parents[1] / "docs" / "proof.md"

HEAD = """\
# Proof

Why anyone should believe the numbers: each claim below is put to the test by a command, and this is what its last run
found. Made by `python verification/page.py` from `verification/results`. The quick part of each runs with every change
(`uv run pytest`); the amounts below are those of the command named with it. On your own machine, and for your own
model: [`flowsim verify`](commands.md#flowsim-verify).

How a check can be trusted itself: every comparison in the test suite has a spoiled twin, which must go red
(`tests/spoiled`).
"""

ORDER = ("theory", "coverage", "peers", "oracle", "generated", "mutants", "mutation", "hostile", "fuzz", "platforms")
ORDER += ("nothing_lost",)
"""Results in the order of the page; others follow."""


def word(passed: bool) -> str:
    """The verdict as the page shows it."""
    return "PASS" if passed else "**FAIL**"


def number(value: float | str) -> str:
    """A figure for people: whole numbers in groups of three."""
    if isinstance(value, str):
        return value
    return f"{value:,}" if isinstance(value, int) else f"{value:.4g}"


def overview(results: list[Result]) -> str:
    """The first table: a row a proof."""
    lines = ["| proof | command | last run | took | verdict |", "|---|---|---|---|---|"]
    for r in results:
        anchor = "".join(c for c in r.title.lower().replace(" ", "-") if c.isalnum() or c in "-_")
        took = f"{r.seconds / 60:.0f} min" if r.seconds >= 90 else f"{r.seconds:.0f} s"
        lines.append(f"| [{r.title}](#{anchor}) | `{r.command}` | {r.date} | {took} | {word(r.passed)} |")
    return "\n".join([*lines, ""])


def section(r: Result) -> str:
    """One proof: what is claimed, its figures, its details."""
    lines = [f"## {r.title}", "", r.statement, "", "| | |", "|---|---|"]
    lines += [f"| {name} | {number(value)} |" for name, value in r.figures.items()]
    lines += [f"| verdict | {word(r.passed)} |", ""]
    if r.table:
        head, *rows = r.table
        lines += [f"| {' | '.join(head)} |", "|" + "---|" * len(head)]
        lines += [f"| {' | '.join(cell.replace('|', chr(92) + '|') for cell in row)} |" for row in rows]
        lines.append("")
    lines += [f"- {note}" for note in r.notes]
    if r.notes:
        lines.append("")
    lines += [
        f"flowsim {r.version} (source {r.source}), Python {r.python}, numpy {r.numpy}, {r.date}.",
        "",
    ]
    return "\n".join(lines)


def page() -> str:
    """The whole page."""
    order = {name: place for place, name in enumerate(ORDER)}
    results = sorted(kept(), key=lambda r: (order.get(r.name, len(order)), r.name))
    return "\n".join([HEAD, overview(results), *(section(r) for r in results)])


def main(arguments: list[str]) -> int:
    """Write the page, or with --check say whether it is fresh; the exit code."""
    if arguments not in ([], ["--check"]):
        sys.stderr.write("usage: python verification/page.py [--check]\n")
        return 2
    text = page()
    if arguments:
        fresh = PAGE.read_text(encoding="utf-8") == text
        print("docs/proof.md is fresh" if fresh else "docs/proof.md is not fresh: python verification/page.py")
        return 0 if fresh else 1
    PAGE.write_text(text, encoding="utf-8")
    print("written: docs/proof.md")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
