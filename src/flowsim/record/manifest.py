"""The manifest of a results folder: what was run, with what, and a hash of every file that came of it.

It is written last, so that its existence means that the results are complete. Its own text carries a seal (SHA-256),
so that a change to it is found too. `timing` is the only part that may differ when the same run is made again on the
same machine; `fingerprint` is over the data alone, and is the same on every machine.
"""

from __future__ import annotations

import dataclasses
import hashlib
import json
import platform
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from importlib import metadata
from typing import Any

from flowsim import __version__
from flowsim.draws import SCHEME
from flowsim.errors import ResultsError
from flowsim.model import Model, canonical_json, from_json
from flowsim.record.typed_json import ShapeError, build, strict_loads

FORMAT = 1
"""Number of this layout; a manifest of a higher number is refused, with the advice to upgrade."""

MANIFEST = "manifest.json"
MAX_BYTES = 512 << 20
_HASH = re.compile(r"[0-9a-f]{64}")
_TABLE = re.compile(r"[a-z0-9][a-z0-9_-]{0,39}")
_PACKAGES = ("numpy", "scipy", "simpy", "pyarrow", "holidays")
_AGAIN = "make the results again from the scenario file: flowsim run"
_SAFE_INTEGER = 2**53  # beyond it JavaScript and Excel lose digits, so such a number is written as text


@dataclass(frozen=True)
class ScenarioFile:
    """A scenario file as it was read: `file` as the user named it, its whole text, and SHA-256 of that in UTF-8."""

    file: str
    text: str
    sha256: str

    @classmethod
    def of(cls, file: str, text: str) -> ScenarioFile:
        """With the hash worked out."""
        return cls(file, text, _sha256(text))


@dataclass(frozen=True)
class State:
    """A state that was run: the whole Model as an object for JSON, its identity, and how it differs from the file:
    the names of the changes applied, in order, and the settings given on the command line as "PATH=VALUE".
    """

    name: str
    about: str
    model: Mapping[str, Any]
    identity: str
    changes: tuple[str, ...] = ()
    sets: tuple[str, ...] = ()

    @classmethod
    def of(
        cls,
        name: str,
        model: Model,
        *,
        about: str = "",
        changes: Sequence[str] = (),
        sets: Sequence[str] = (),
    ) -> State:
        """From a Model."""
        text = canonical_json(model)
        return cls(name, about, json.loads(text), _sha256(text), tuple(changes), tuple(sets))

    def read_model(self) -> Model:
        """The model. Raises ResultsError FS603 when what is kept is none: not damaged, but made by somebody."""
        try:
            return from_json(self.model_json())
        except (ValueError, TypeError, KeyError, AttributeError) as error:
            why = " ".join(str(error).split())[:200]
            raise ResultsError(f"the model of state {self.name!r} is none: {why}", code="FS603", hint=_AGAIN) from error

    def model_json(self) -> str:
        """The canonical JSON of the model, as `model.from_json` reads it."""
        return canonical(self.model)


@dataclass(frozen=True)
class Platform:
    """Where it ran, as far as it can matter for numbers; no name of a machine or of a person."""

    python: str
    os: str
    cpu: str
    libc: str

    @classmethod
    def here(cls) -> Platform:
        """This machine."""
        libc = " ".join(part for part in platform.libc_ver() if part)
        return cls(platform.python_version(), platform.system(), platform.machine(), libc)


@dataclass(frozen=True)
class Audit:
    """The checks that every replication passed; results of a failed one are never kept."""

    checks: tuple[str, ...]
    replications: int


@dataclass(frozen=True)
class Table:
    """A Parquet file of the run: `file` within the folder, `schema` the version of its columns."""

    name: str
    file: str
    rows: int
    bytes: int
    sha256: str
    fingerprint: str
    schema: int


@dataclass(frozen=True)
class OtherFile:
    """Any other file of the run (summary.csv, plots, report)."""

    file: str
    bytes: int
    sha256: str


@dataclass(frozen=True)
class Timing:
    """When and how fast; counts for nothing in any hash of the data. `created` is ISO 8601 with an offset."""

    created: str
    wall_seconds: float
    cores: int


@dataclass(frozen=True)
class Pilot:
    """How the number of replications came about: `measure` was to be known to ± `share`; a pilot of so many
    `replications` asked for `needed` (none: it could not say), and `most` were allowed.
    """

    measure: str
    share: float
    replications: int
    most: int
    needed: tuple[int, ...]


@dataclass(frozen=True)
class Manifest:
    """Everything needed to judge a run and to make it again. `tables`, `files` and `fingerprint` are filled in by the
    results folder; `unfinished` is the number of measured requests that had not ended, by state (R16). `matters` is the
    smallest difference that mattered: `share` of the value before, or `working_min`, `elapsed_min` for lead times.
    `pilot` has one entry when a precision was asked for.
    """

    command: tuple[str, ...]
    scenario: tuple[ScenarioFile, ...]
    states: tuple[State, ...]
    seed: int
    replications: int
    engine: str
    audit: Audit
    timing: Timing
    warnings: tuple[str, ...] = ()
    unfinished: Mapping[str, int] = dataclasses.field(default_factory=dict)
    matters: Mapping[str, float] = dataclasses.field(default_factory=dict)
    pilot: tuple[Pilot, ...] = ()
    tables: tuple[Table, ...] = ()
    files: tuple[OtherFile, ...] = ()
    fingerprint: str = ""
    flowsim: str = __version__
    streams: str = SCHEME
    packages: Mapping[str, str] = dataclasses.field(default_factory=lambda: package_versions())
    platform: Platform = dataclasses.field(default_factory=Platform.here)

    def with_files(self, tables: Sequence[Table], files: Sequence[OtherFile]) -> Manifest:
        """The same with the files of the run, in order of name, and the fingerprint of the whole."""
        ordered = tuple(sorted(tables, key=lambda t: t.name))
        return dataclasses.replace(
            self,
            tables=ordered,
            files=tuple(sorted(files, key=lambda f: f.file)),
            fingerprint=run_fingerprint({t.name: t.fingerprint for t in ordered}),
        )

    def table(self, name: str) -> Table | None:
        """The table of that name, None if there is none."""
        return next((t for t in self.tables if t.name == name), None)

    def to_json(self) -> str:
        """As text for people and programs, sealed."""
        body: dict[str, Any] = {"format": FORMAT, **dataclasses.asdict(self)}
        if self.seed >= _SAFE_INTEGER:
            body["seed"] = str(self.seed)
        body["seal"] = _sha256(canonical(body))
        return json.dumps(body, indent=1, ensure_ascii=False, allow_nan=False) + "\n"

    @classmethod
    def from_json(cls, text: str, *, where: str = MANIFEST) -> Manifest:
        """Read and check; `where` names the file in messages.

        Raises ResultsError FS605 for a manifest of a newer format, FS603 for one that is damaged, was changed, or
        says something that cannot be (a path outside the folder, a hash that does not fit).
        """
        try:
            body = strict_loads(text)
            _refuse_newer(body, where)
            seal = body.pop("seal", None)
            if seal != _sha256(canonical(body)):
                raise ShapeError("its seal does not fit its contents")
            body.pop("format")
            body = {"matters": {}, "pilot": [], **body}  # a run of before there were these
            if isinstance(body.get("seed"), str):
                body["seed"] = int(body["seed"])
            manifest = build(cls, body)
            for problem in _contradictions(manifest):
                raise ShapeError(problem)
        except (ValueError, RecursionError) as error:
            raise ResultsError(
                f"{where} is damaged or was changed: {' '.join(str(error).split())[:200]}",
                code="FS603",
                hint=_AGAIN,
            ) from error
        return manifest


def package_versions() -> dict[str, str]:
    """The versions of the packages that have a part in the numbers."""
    found = {}
    for name in _PACKAGES:
        try:
            found[name] = metadata.version(name)
        except metadata.PackageNotFoundError:
            found[name] = "none"
    return found


def run_fingerprint(tables: Mapping[str, str]) -> str:
    """One hash over the fingerprints of all tables by name, 64 hex digits."""
    return _sha256(canonical(["flowsim run 1", dict(tables)]))


def canonical(value: Any) -> str:
    """JSON with sorted keys and no spaces, as in `model.canonical_json`."""
    return json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False)


def is_table_name(name: str) -> bool:
    """Whether a table may have this name: lower case letters, digits, `-` and `_`, at most 40."""
    return _TABLE.fullmatch(name) is not None


def is_inside(file: str) -> bool:
    """Whether a path in a manifest is plain, relative and stays within the folder, on every operating system."""
    parts = file.split("/")
    sound = all(p not in ("", ".", "..") and p == p.strip() and not p.endswith(".") for p in parts)
    return sound and len(file) <= 200 and not re.search(r"[\x00-\x1f\x7f\\:*?\"<>|]", file)


def _refuse_newer(body: dict[str, Any], where: str) -> None:
    number = body.get("format")
    if type(number) is not int or number < 1:
        raise ShapeError("it has no format number")
    if number > FORMAT:
        raise ResultsError(
            f"{where} is of format {number}; this flowsim reads {FORMAT}",
            code="FS605",
            hint="upgrade flowsim",
        )


def _contradictions(manifest: Manifest) -> Iterator[str]:
    """What a manifest of the right types still cannot say."""
    for file in manifest.scenario:
        if _sha256(file.text) != file.sha256:
            yield f"the hash of {file.file!r} does not fit its text"
    for state in manifest.states:
        if _sha256(state.model_json()) != state.identity:
            yield f"the identity of state {state.name!r} does not fit its model"
    if len({state.name for state in manifest.states}) < len(manifest.states):
        yield "a state stands twice"
    if manifest.seed < 0 or manifest.replications < 1:
        yield f"seed {manifest.seed} or replications {manifest.replications} cannot be"
    for table in manifest.tables:
        if not is_table_name(table.name) or table.file != f"data/{table.name}.parquet":
            yield f"table {table.name!r} cannot be in {table.file!r}"
        if min(table.rows, table.bytes, table.schema) < 0:
            yield f"table {table.name!r} has a negative number"
    for other in manifest.files:
        if not is_inside(other.file):
            yield f"file {other.file!r} is not inside the folder"
        if other.bytes < 0:
            yield f"file {other.file!r} has a negative size"
    names = [t.file for t in manifest.tables] + [f.file for f in manifest.files]
    if len(set(names)) < len(names):
        yield "a file stands twice"
    hashes = [t.sha256 for t in manifest.tables] + [f.sha256 for f in manifest.files]
    for value in (*hashes, *(t.fingerprint for t in manifest.tables)):
        if not _HASH.fullmatch(value):
            yield f"{value!r} is no hash"
    if manifest.fingerprint != run_fingerprint({t.name: t.fingerprint for t in manifest.tables}):
        yield "the fingerprint of the run does not fit those of its tables"


def _sha256(text: str) -> str:
    # A command line may hold bytes that are no text; Python keeps those as lone surrogates.
    return hashlib.sha256(text.encode("utf-8", "backslashreplace")).hexdigest()
