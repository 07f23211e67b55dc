"""Random command lines, each as a new process, in surroundings that are not always kind.

Commands, options and arguments are read from the program itself, so that a new command takes part without being named
here. Values are good, odd or made to harm; streams are full, closed or read by nobody; HOME and TMPDIR are not there.
"""

from __future__ import annotations

import os
import random
import shutil
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import click

from apart import Ended, fresh
from flowsim.cli.main import cli
from from_tests import TINY, environment
from hostile_files import LONGEST, MOST, Tally, amiss

CODES = (0, 2, 3, 4, 73, 74)
"""Exit codes that docs/commands.md knows, but those of signals, and 1, which is a defect."""
WORKING = 30.0
"""Seconds of the processor that a command may take that simulates or draws."""
ROOMY = 500.0
"""MB that such a command may hold; the demo draws from 45 MB of results, and takes some 330."""
DRAWING = ("plot",)
"""Commands that draw; those that simulate have an option --jobs."""
GOOD: Mapping[str, Sequence[str]] = {
    "file": ("tiny.yaml", "tiny.yaml", "other.yaml", "wrong.yaml", "sub/based.yaml"),
    "run": ("latest", "results/run", "results/compare", "run", "results/run/manifest.json", "results/run/data"),
    "others": ("current", "future", "Future", "other.yaml"),
    "state": ("current", "future"),
    "sets": ("teams.Desk.people=2", "steps.*.handoff.batch=none", "run.length=3 days", "calendars.office.hours=always"),
    "seed": ("1", "random", "99"),
    "out": ("new", "results/mine", "deep/er/still"),
    "path": ("steps", "steps.handoff.batch", "requests.form.arrivals", "run", "states"),
    "example": ("permit", "list", "five-departments"),
    "shell": ("bash", "zsh", "fish"),
    "replications": ("1", "2", "3"),
    "jobs": ("1", "2"),
    "request": ("0", "1", "7"),
    "replication": ("1", "2"),
}
"""Values that are right, by the name of a parameter."""
NUMBERS = ("0", "-1", "1.5", "1e3", "NaN", "inf", "٣", "0x10", "1_0", "9" * 40, "", " 1", "1 ", "+1", "--1")
ODD = (
    "", " ", "-", "--", "-x", "--help", "-h", "--no-such", "--set", "=", "a=b=c", "=x", "a=", ".", "..", "/",
    "../..", "./", "/etc/passwd", "../../../../../../etc/passwd", "/dev/zero", "/dev/null", "/dev/stdin",
    "/dev/full", "/proc/self/mem", "/dev/full/x", "/etc/passwd/x", "fifo", "folder", "folder.yaml", "loop.yaml",
    "dangling.yaml", "outside.yaml", "binary.yaml", "huge.yaml", "empty.yaml", "damaged", "results",
    "results/latest", "tiny.yaml/", "tiny.yaml/x", "http://example.org/x.yaml", "file:///etc/passwd", "~",
    "~root/x", "$HOME", "$(id)", "`id`", ";id", "|id", "&", "*", "?", "%s%n%d", "{0}{x}", "CON", "nul.yaml",
    "a\\b.yaml", "C:\\x.yaml", "x\n.yaml", "x\r\n[FS000]", "x\x1b[2J", "\x07", "\u202eyaml.x", "e\u0301.yaml",
    "é.yaml", "😀", "\udcff", "\udcff.yaml", "x" * 300, "x" * 5000, "./" * 1500, "a." * 2000, "[" * 500, "=1+1",
    "@file", "null", "None", "true", "<script>", "'", '"', "steps.Read.team=Legal", "steps.Read=",
    "states.current.changes=[{set: {a: b}}]", "teams.*=1", "requests.form.arrivals=1e9 per ms",
    "teams.Desk.people=1000000", "run.length=999999999 weeks", "run.seed=-1", "name=\x1b[31m",
    "steps.Decide.handoff.batch=" + "9" * 400, "a={b: &c [*c]}",
)  # fmt: skip
"""Values of every bad kind. None names a place outside the folder in which a file could be made."""
SURROUNDINGS: Sequence[Mapping[str, str | None]] = (
    {},
    {"LC_ALL": "C"},
    {"LC_ALL": "C", "PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0"},
    {"LANG": "nl_NL.UTF-8", "LANGUAGE": "../../../../etc"},
    {"LC_ALL": "xx\x1b[2J", "LANG": ""},
    {"TERM": None, "NO_COLOR": "1"},
    {"TERM": "dumb", "COLUMNS": "1"},
    {"COLUMNS": "0", "LINES": "-1"},
    {"COLUMNS": "many"},
    {"COLUMNS": "99999999", "FORCE_COLOR": "1"},
    {"HOME": "/dev/null"},
    {"HOME": ""},
    {"HOME": None},
    {"TMPDIR": "/nonexistent"},
    {"TZ": "../../etc/passwd"},
    {"PYTHONHASHSEED": "7", "PYTHONIOENCODING": "ascii"},
    {"PYTHONOPTIMIZE": "1"},
    {"MPLBACKEND": "nonsense"},
    {"MPLCONFIGDIR": "/nonexistent"},
    {"_FLOWSIM_COMPLETE": "bash_complete", "COMP_WORDS": "flowsim run tiny.yaml --set steps.", "COMP_CWORD": "4"},
    {"_FLOWSIM_COMPLETE": "zsh_complete", "COMP_WORDS": "flowsim '", "COMP_CWORD": "1"},
    {"_FLOWSIM_COMPLETE": "fish_complete", "COMP_WORDS": "", "COMP_CWORD": "x"},
    {"_FLOWSIM_COMPLETE": "bash_complete"},
    {"_FLOWSIM_COMPLETE": "\x1b[2J"},
    {"FLOWSIM_FILE": "/etc/passwd", "FLOWSIM_RUN": "x", "PAGER": "false", "EDITOR": "false"},
)
FONTS = ("home/.cache", "home/.config")
"""Where matplotlib keeps its list of fonts, the only thing that may be written outside the folder."""
STREAMS = (
    *(("null", "file", "file"),) * 8,
    ("closed", "file", "file"),
    ("null", "full", "file"),
    ("null", "gone", "file"),
    ("null", "closed", "file"),
    ("null", "file", "full"),
    ("null", "file", "gone"),
    ("null", "file", "closed"),
    ("null", "full", "full"),
    ("closed", "closed", "closed"),
)
"""What stdin, stdout and stderr are; mostly nothing special."""


@dataclass(frozen=True)
class Line:
    """A command line with its surroundings."""

    arguments: tuple[str, ...]
    env: Mapping[str, str | None]
    streams: tuple[str, str, str]
    longest: float

    def __str__(self) -> str:
        shown = " ".join(ascii(word)[:80] for word in self.arguments)
        around = "".join(f" {key}={value!a}" for key, value in self.env.items())
        return f"flowsim {shown}{around} {'/'.join(self.streams)}"


@cache
def commands() -> Mapping[str, click.Command]:
    """Every command of the program by name."""
    context = click.Context(cli)
    found = {name: cli.get_command(context, name) for name in cli.list_commands(context)}
    return {name: command for name, command in found.items() if command is not None}


def line(number: int) -> Line:
    """The command line of that number: each command in its turn."""
    rng = random.Random(f"command {number}")
    names = [*commands(), ""]
    name = names[number % len(names)]
    if not name:
        words = [rng.choice((*ODD, *commands())) for _ in range(rng.randrange(3))]
        longest = WORKING if any(_works(word) for word in words) else LONGEST
        return Line(_sound(words), rng.choice(SURROUNDINGS), rng.choice(STREAMS), longest)
    tame = rng.random() < 0.4
    words = list(_words(rng, commands()[name], tame))
    if not tame and rng.random() < 0.3:
        words.insert(rng.randrange(len(words) + 1), rng.choice(ODD))
    before = rng.choice(((), (), (), ("-q",), ("--color", "always"), ("--color", rng.choice(ODD)), ("--quiet",)))
    env = rng.choice(SURROUNDINGS) if rng.random() < 0.6 else {}
    longest = WORKING if _works(name) else LONGEST
    return Line(_sound([*before, name, *words]), env, rng.choice(STREAMS), longest)


def _works(name: str) -> bool:
    """Whether a command simulates or draws."""
    command = commands().get(name)
    return command is not None and (name in DRAWING or any(p.name == "jobs" for p in command.params))


def _sound(words: Sequence[str]) -> tuple[str, ...]:
    """As an operating system can pass them: without NUL."""
    return tuple(word.replace("\0", "") for word in words)


def _words(rng: random.Random, command: click.Command, tame: bool) -> Iterator[str]:
    """Options and arguments, of each kind that the command has."""
    options = [p for p in command.params if isinstance(p, click.Option)]
    rng.shuffle(options)
    must = ("replications",) if tame else ()
    for option in options:
        if option.name not in must and rng.random() > 0.35:
            continue
        yield rng.choice([*option.opts, *option.secondary_opts])
        if not option.is_flag:
            yield _value(rng, option, tame)
    if not tame and rng.random() < 0.2:
        yield "--"
    for argument in command.params:
        if isinstance(argument, click.Argument):
            most = 1 if argument.nargs == 1 else 3
            for _ in range(rng.randrange(0 if not argument.required or not tame else 1, most + 1)):
                yield _value(rng, argument, tame)


def _value(rng: random.Random, parameter: click.Parameter, tame: bool) -> str:
    """A value: right, of the right kind but odd, or of a wrong kind."""
    kind = parameter.type
    choices = tuple(map(str, kind.choices)) if isinstance(kind, click.Choice) else ()
    good = (*choices, *GOOD.get(parameter.name or "", ()))
    if tame and good:
        return rng.choice(good)
    numbers = NUMBERS if isinstance(kind, click.types.IntParamType) else ()
    return rng.choice(rng.choice([group for group in (good, numbers, ODD) if group]))


# -- the folder --------------------------------------------------------------------------------------------------------


def furnish(folder: Path, *, results: bool = True) -> Path:
    """The place where commands are given, deep in `folder`: scenarios good and bad, and results. Returns that place."""
    (folder / "home").mkdir(parents=True)
    (folder / "tmp").mkdir()
    place = folder / "a" / "b" / "c"
    place.mkdir(parents=True)
    (folder / "outside.yaml").write_text(TINY, encoding="utf-8")
    _scenarios(place)
    if results:
        _results(place, folder)
    return place


def _results(place: Path, folder: Path) -> None:
    for arguments in (
        ["run", "tiny.yaml", "--out", "results/run"],
        ["compare", "tiny.yaml", "--out", "results/compare"],
    ):
        ended = fresh(place, [*arguments, "--jobs", "1"], WORKING, env=_env({}, folder))
        if ended.code:
            raise RuntimeError(f"the results to begin with could not be made: {ended.err}")
    fresh(
        place, ["plot", "results/run", "--kind", "ledger"], WORKING, env=_env({}, folder)
    )  # fonts: a minute's work once
    shutil.rmtree(place / "results" / "run-plots")
    damaged = place / "results" / "damaged"
    shutil.copytree(place / "results" / "run", damaged)
    (damaged / "manifest.json").write_bytes((damaged / "manifest.json").read_bytes()[:-400])


def _scenarios(place: Path) -> None:
    texts = {
        "tiny.yaml": TINY,
        "other.yaml": TINY.replace("people: 1", "people: 2").replace("Tiny", "Other"),
        "wrong.yaml": TINY.replace("team: Desk", "team: Dsek"),
        "sub/based.yaml": "flowsim: 1\nbased on: tiny.yaml\nname: Based\n",
        "sub/tiny.yaml": TINY,
        "loop.yaml": "flowsim: 1\nbased on: loop.yaml\n",
        "empty.yaml": "",
        "huge.yaml": "#" * 2_000_000,
    }
    for name, text in texts.items():
        (place / name).parent.mkdir(exist_ok=True)
        (place / name).write_text(text, encoding="utf-8")
    (place / "binary.yaml").write_bytes(bytes(range(256)) * 20)
    (place / "folder.yaml").mkdir()
    (place / "folder").mkdir()
    (place / "dangling.yaml").symlink_to("nowhere.yaml")
    (place / "outside.yaml").symlink_to("../../../outside.yaml")
    os.mkfifo(place / "fifo")


def _env(more: Mapping[str, str | None], folder: Path) -> dict[str, str]:
    """The environment: HOME and TMPDIR in the folder, then what is said (None: not there)."""
    env: dict[str, str | None] = {**environment(HOME=str(folder / "home"), TMPDIR=str(folder / "tmp")), **more}
    return {key: value for key, value in env.items() if value is not None}


# -- carrying out ------------------------------------------------------------------------------------------------------


def try_commands(numbers: Sequence[int], program: Sequence[str] = ("-m", "flowsim")) -> Tally:
    """Carry out the command lines of these numbers, each in a folder that is as new."""
    tally = Tally()
    with tempfile.TemporaryDirectory() as kept:
        base = Path(kept) / "base"
        furnish(base)
        start = 0.0
        for turn, number in enumerate(numbers):
            if turn % 25 == 0:
                start = _start(base)
            tally.add(try_one(number, base, start, program))
    return tally


def _start(base: Path) -> float:
    """Seconds of the processor to start and to check a small sound file, here and now: a busy machine is slower."""
    ended = fresh(base / "a/b/c", ["check", "tiny.yaml"], WORKING, env=_env({}, base))
    return ended.cpu


def try_one(number: int, base: Path, start: float, program: Sequence[str] = ("-m", "flowsim")) -> Tally:
    """Carry out one command line. `start`: seconds of the processor that are no work of the command."""
    tally, asked = Tally(), line(number)
    folder = base.with_name("now")
    shutil.copytree(base, folder, symlinks=True, ignore=shutil.ignore_patterns("fifo"))
    place = folder / "a" / "b" / "c"
    os.mkfifo(place / "fifo")
    before = _names(folder)
    words = [os.fsencode(word) for word in asked.arguments]
    longest = asked.longest + start
    ended = fresh(place, words, longest, env=_env(asked.env, folder), streams=asked.streams, program=program)
    told = [*_amiss(ended, asked, longest), *_strays(folder, place, before, asked)]
    tally.see(ended, f"ends with {ended.code}", (f"number {number} {one}: {asked}" for one in told))
    shutil.rmtree(folder)
    return tally


def _amiss(ended: Ended, asked: Line, longest: float) -> Iterator[str]:
    colours = "always" in asked.arguments  # asked for: what steers is then flowsim's own
    most = ROOMY if asked.longest > LONGEST else MOST
    for one in amiss(ended, CODES, longest, most):
        if not (colours and one == "steers the terminal"):
            yield one


def _names(folder: Path) -> dict[str, tuple[int, int]]:
    """Everything that is there, with size and time of change."""
    found = {}
    for path in folder.rglob("*"):
        status = path.lstat()
        found[str(path.relative_to(folder))] = (status.st_size, status.st_mtime_ns) if path.is_file() else (0, 0)
    return found


def _strays(folder: Path, place: Path, before: Mapping[str, tuple[int, int]], asked: Line) -> Iterator[str]:
    """What was made or changed outside the place where the command was given, and half of what was inside it."""
    after = _names(folder)
    inside = str(place.relative_to(folder))
    for name in sorted(set(before) - set(after)):
        yield f"takes away {name!r}"
    for name, seen in after.items():
        if before.get(name) == seen:
            continue
        if name.startswith(FONTS):
            continue
        if not name.startswith(f"{inside}/"):
            yield f"writes {name!r}"
        elif name in before and Path(name).name not in ("latest",):
            yield f"writes over {name!r}"
        elif ".partial-" in name or name.endswith(".part"):
            yield f"leaves {name!r} behind"
