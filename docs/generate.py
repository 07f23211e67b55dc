"""Fill the generated parts of the pages from the program itself: `python docs/generate.py [--check | --outputs]`.

A part stands between `<!-- generated: NAME -->` and `<!-- end: NAME -->`; what is between is replaced by what the
function of that name in PARTS gives. With --check nothing is written, and the exit code is 1 when a page is not fresh.
With --outputs the outputs of commands that pages show are made anew too (`console.py`); that runs all of them.
"""

from __future__ import annotations

import os
import re
import sys
import tomllib
from collections.abc import Callable, Iterator
from contextlib import chdir
from pathlib import Path
from tempfile import TemporaryDirectory

import click
import console

from flowsim import units
from flowsim.cli.main import COMMANDS, cli
from flowsim.experiments.schema import EXPERIMENT_DESCRIPTIONS, EXPERIMENT_SCHEMA
from flowsim.metrics.schema import DESCRIPTIONS, PART_MEANING, SCHEMA
from flowsim.metrics.schema_people import KIND_MEANING
from flowsim.metrics.wastes import RULES
from flowsim.model import advice
from flowsim.model.families import FAMILIES
from flowsim.optimise.schema import OPTIMISE_DESCRIPTIONS, OPTIMISE_SCHEMA
from flowsim.record.columns import Col
from flowsim.redesign.schema import REDESIGN_DESCRIPTIONS, REDESIGN_SCHEMA
from flowsim.redesign.unsure_schema import UNSURE_DESCRIPTIONS, UNSURE_SCHEMA
from flowsim.scenario import check
from flowsim.scenario.faults import form_in, inner
from flowsim.scenario.fields import ByName
from flowsim.scenario.forms import Form
from flowsim.scenario.schema import ScenarioForm
from flowsim.sweep.tables import SWEEP_DESCRIPTIONS, SWEEP_SCHEMA

DOCS = Path(__file__).parent
ROOT = DOCS.parent
CORPUS = ROOT / "tests" / "scenarios" / "invalid"
PART = re.compile(r"(<!-- generated: (\S+) -->\n).*?(<!-- end: \2 -->)", re.DOTALL)


# -- messages ----------------------------------------------------------------------------------------------------------


def codes() -> dict[str, tuple[str, str]]:
    """Every code with its severity and meaning: of the rooms that keep a table, and of messages.toml."""
    written = tomllib.loads((DOCS / "messages.toml").read_text(encoding="utf-8"))["codes"]
    found = {code: (severity, meaning) for code, (severity, meaning) in written.items()}
    tables = [{code: ("error", meaning) for code, meaning in units.CODES.items()}, advice.CODES]
    for table in tables:
        if both := found.keys() & table.keys():
            raise ValueError(f"{sorted(both)} stand in messages.toml and in a table of src")
        found |= table
    return dict(sorted(found.items()))


def examples() -> dict[str, str]:
    """Code -> a message as it is shown, from the corpus of files with a mistake in them."""
    found: dict[str, str] = {}
    with chdir(CORPUS):
        for path in sorted(Path().glob("FS*.yaml")):
            code = path.name[:5]
            if code not in found:
                for problem in check(path)[0]:
                    if problem.code == code:
                        found.setdefault(code, str(problem))
    return found


def messages() -> str:
    """The page of all messages, by group."""
    groups = tomllib.loads((DOCS / "messages.toml").read_text(encoding="utf-8"))["groups"]
    shown = examples()
    lines: list[str] = []
    for prefix, title in groups.items():
        lines += [f"## {prefix}xx · {title}", ""]
        for code, (severity, meaning) in codes().items():
            if code.startswith(prefix):
                lines += [f"### {code}", "", f"{severity.capitalize()}: {meaning}.", ""]
                lines += ["```text", shown[code], "```", ""] if code in shown else []
    return "\n".join(lines)


# -- tables ------------------------------------------------------------------------------------------------------------


def columns() -> str:
    """Every table of a results folder with its columns."""
    lines: list[str] = []
    told = DESCRIPTIONS | EXPERIMENT_DESCRIPTIONS | REDESIGN_DESCRIPTIONS | UNSURE_DESCRIPTIONS | OPTIMISE_DESCRIPTIONS
    for name, cols in (SCHEMA | EXPERIMENT_SCHEMA | REDESIGN_SCHEMA | UNSURE_SCHEMA | OPTIMISE_SCHEMA).items():
        lines += [f"### {name}", "", told[name], "", "| column | type | unit | meaning |", "|---|---|---|---|"]
        lines += [_column(col) for col in cols]
        lines.append("")
    return "\n".join(lines)


def sweep_columns() -> str:
    """Every table of a sweep with its columns, without those of what is varied."""
    lines: list[str] = []
    for name, cols in SWEEP_SCHEMA.items():
        lines += [
            f"### {name}",
            "",
            SWEEP_DESCRIPTIONS[name],
            "",
            "| column | type | unit | meaning |",
            "|---|---|---|---|",
        ]
        lines += [_column(col) for col in cols]
        lines.append("")
    return "\n".join(lines)


def _column(col: Col) -> str:
    kind = {"int": "int64", "float": "float64", "text": "text", "bool": "bool"}[col.kind]
    return f"| `{col.name}` | {kind}{', may be null' if col.nullable else ''} | {col.unit} | {_cell(col.description)} |"


def parts() -> str:
    """The parts of a lead time."""
    lines = ["| part | meaning |", "|---|---|"]
    return "\n".join([*lines, *(f"| `{part}` | {meaning} |" for part, meaning in PART_MEANING.items()), ""])


def kinds() -> str:
    """The kinds of people's time."""
    lines = ["| kind | meaning |", "|---|---|"]
    return "\n".join([*lines, *(f"| `{kind}` | {meaning} |" for kind, meaning in KIND_MEANING.items()), ""])


def wastes() -> str:
    """The measures of the eight wastes."""
    lines = ["| waste | measure | unit | per | what is counted |", "|---|---|---|---|---|"]
    shown = [f"| {waste} | `{key}` | {unit} | {per} | {_cell(rule)} |" for waste, key, unit, per, rule in RULES]
    return "\n".join([*lines, *shown, ""])


# -- the scenario file -------------------------------------------------------------------------------------------------


def fields() -> str:
    """Every field of a scenario file, a table for each group of fields, in the order in which they are met."""
    lines: list[str] = []
    for form, where in _forms():
        about = " ".join((form.__doc__ or "").split())
        lines += [f"### {where}", "", about, "", "| field | | meaning | for example |", "|---|---|---|---|"]
        for name, info in form.model_fields.items():
            need = "required" if info.is_required() else _default(info.default)
            shown = " · ".join(f"`{_cell(str(example))}`" for example in info.examples or [])
            lines.append(f"| `{info.alias or name}` | {need} | {_cell(info.description or '')} | {shown} |")
        lines.append("")
    return "\n".join(lines)


def _default(value: object) -> str:
    if value in (None, "", [], {}, ()):
        return ""
    words = {True: "yes", False: "no"}
    return f"default {words[value] if isinstance(value, bool) else value}"


def _forms() -> Iterator[tuple[type[Form], str]]:
    """Every form with the path where it may stand; NAME for what the user names, # for a place in a list."""
    seen: set[type[Form]] = set()
    waiting: list[tuple[type[Form], str]] = [(ScenarioForm, "")]
    while waiting:
        form, where = waiting.pop(0)
        if form in seen:
            continue
        seen.add(form)
        yield form, f"`{where}`" if where else "The file"
        for name, info in form.model_fields.items():
            below = form_in(inner(info.annotation)) or form_in(info.annotation)
            if below is not None:
                named = any(isinstance(item, ByName) for item in info.metadata)
                path = f"{where}.{info.alias or name}".removeprefix(".")
                waiting.append((below, f"{path}.NAME" if named else path))


def distributions() -> str:
    """Every family of distributions with its parameters."""
    lines = ["| written as | mean | parameters |", "|---|---|---|"]
    for name, family in FAMILIES.items():
        given = ", ".join(word for word, _ in family.parameters)
        plain = ", ".join(f"{word}{'' if length else ' (a number)'}" for word, length in family.parameters)
        again = " and so on" if family.repeats else ""
        mean = "given" if "mean" in given.split(", ") and name != "normal" else "worked out"
        lines.append(f"| `{name}({given}{', …' if family.repeats else ''})` | {mean} | {plain}{again} |")
    return "\n".join([*lines, ""])


# -- the command line --------------------------------------------------------------------------------------------------


def commands() -> str:
    """The help of every command, as it is printed on a terminal of 100 columns."""
    lines: list[str] = []
    with click.Context(cli, info_name="flowsim", **cli.context_settings) as above:  # with -h, as the program has it
        for name in COMMANDS:
            command = cli.get_command(above, name)
            assert command is not None
            with click.Context(
                command, info_name=name, parent=above, terminal_width=100, max_content_width=100
            ) as here:
                text = "\n".join(line.rstrip() for line in command.get_help(here).splitlines())
            lines += [f"## flowsim {name}", "", COMMANDS[name], "", "```text", text, "```", ""]
    return "\n".join(lines)


def _cell(text: str) -> str:
    return text.replace("|", "\\|").replace("\n", " ")


PARTS: dict[str, Callable[[], str]] = {
    "messages": messages,
    "columns": columns,
    "sweep-columns": sweep_columns,
    "parts": parts,
    "kinds": kinds,
    "wastes": wastes,
    "fields": fields,
    "distributions": distributions,
    "commands": commands,
}


# -- pages -------------------------------------------------------------------------------------------------------------


def refreshed(text: str) -> str:
    """A page with its generated parts made anew. Raises KeyError for a part that nobody makes."""
    return PART.sub(lambda found: f"{found[1]}\n{PARTS[found[2]]().strip()}\n\n{found[3]}", text)


def pages() -> list[Path]:
    """The pages that may have generated parts."""
    return [*sorted(DOCS.glob("*.md")), ROOT / "README.md"]


def stale() -> list[Path]:
    """The pages whose generated parts are not what they would be now."""
    return [page for page in pages() if refreshed(text := page.read_text(encoding="utf-8")) != text]


def with_outputs(page: Path) -> str:
    """A page with the outputs it shows as they are now."""
    with TemporaryDirectory() as folder:
        return console.with_outputs(page.read_text(encoding="utf-8"), Path(folder))


def main(arguments: list[str]) -> int:
    """Refresh the pages, or with --check say which are not fresh; the exit code."""
    os.environ["NO_COLOR"] = "1"
    if arguments not in ([], ["--check"], ["--outputs"]):
        sys.stderr.write("usage: python docs/generate.py [--check | --outputs]\n")
        return 2
    found = stale()
    said = "not fresh: run python docs/generate.py" if arguments == ["--check"] else "written"
    for page in found:
        if arguments != ["--check"]:
            page.write_text(refreshed(page.read_text(encoding="utf-8")), encoding="utf-8")
        sys.stdout.write(f"{page.relative_to(ROOT)}: {said}\n")
    for page in pages() if arguments == ["--outputs"] else []:
        text = with_outputs(page)
        if text != page.read_text(encoding="utf-8"):
            page.write_text(text, encoding="utf-8")
            sys.stdout.write(f"{page.relative_to(ROOT)}: outputs {said}\n")
    return 1 if found and arguments == ["--check"] else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
