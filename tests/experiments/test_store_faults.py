"""Kills, full disks and read-only disks: no half results under a final name, no rubbish, one line of explanation."""

from __future__ import annotations

import os
import random
import shutil
import subprocess
import sys
import textwrap
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from run_sample import IDENTITY, cases, keep

from flowsim.errors import StorageError
from flowsim.experiments.store import RunFolder, open_run

HERE = Path(__file__).parent


def complete(root: Path) -> list[str]:
    """The names of the runs in a root, after making sure that each is whole, and that `latest` names one."""
    found = sorted(path.name for path in root.iterdir() if path.is_dir() and not path.name.startswith("."))
    for name in found:
        assert open_run(name, root).damaged() == []
    if found:
        assert open_run("latest", root).path.name in found
    return found


def hidden(root: Path) -> list[str]:
    return [path.name for path in root.iterdir() if path.name.startswith(".")]


@pytest.mark.skipif(os.name == "nt", reason="SIGKILL is of POSIX")
def test_kill_9_at_random_moments(tmp_path: Path) -> None:
    """15 processes that keep runs in a loop, each killed after its first."""
    chance = random.Random(11)
    in_the_middle = 0
    for _ in range(15):
        command = [sys.executable, str(HERE / "run_sample.py"), str(tmp_path)]
        with subprocess.Popen(command, stdout=subprocess.PIPE) as process:
            assert process.stdout is not None
            assert process.stdout.readline() == b"kept\n"
            time.sleep(chance.random() * 0.05)
            process.kill()
        assert complete(tmp_path)
        in_the_middle += bool(hidden(tmp_path))
    assert in_the_middle > 0
    keep(tmp_path)
    assert [name for name in hidden(tmp_path) if not name.startswith(".latest.")] == []


CRASHES = """
    # A child process for every call below, which kills itself just before that call is made.
    import os, signal, sys
    from pathlib import Path
    sys.path.insert(0, sys.argv[1])
    from run_sample import keep

    def dying(real, left):
        def call(*given, **named):
            left[0] -= 1
            if left[0] == 0:
                os.kill(os.getpid(), signal.SIGKILL)
            return real(*given, **named)
        return call

    for moment in range(1, 200):
        root = Path(sys.argv[2]) / f"{moment:03}"
        child = os.fork()
        if child == 0:
            left = [moment]
            for name in ("mkdir", "open", "fsync", "replace", "rename", "close", "unlink"):
                setattr(os, name, dying(getattr(os, name), left))
            keep(root)
            os._exit(0)
        status = os.waitpid(child, 0)[1]
        if os.WIFEXITED(status):
            sys.exit(0 if os.WEXITSTATUS(status) == 0 else 3)
    sys.exit(4)
"""


@pytest.mark.skipif(not hasattr(os, "fork"), reason="needs fork")
def test_kill_9_at_every_step(tmp_path: Path) -> None:
    """Before every call that makes, keeps or names a file: either the whole run is there, or nothing is."""
    arguments = [sys.executable, "-c", textwrap.dedent(CRASHES), str(HERE), str(tmp_path)]
    assert subprocess.run(arguments, timeout=120, check=False).returncode == 0
    roots = sorted(tmp_path.iterdir())
    assert len(roots) > 20
    kept = []
    for root in roots:
        runs = sorted(p.name for p in root.iterdir() if p.is_dir() and not p.name.startswith("."))
        assert all(open_run(root / name, root).damaged() == [] for name in runs)
        if (root / "latest").exists():
            assert open_run("latest", root).damaged() == []
        keep(root)
        assert hidden(root) == [] or all(name.startswith(".latest.") for name in hidden(root))
        kept.append(len(runs))
    assert kept[0] == 0
    assert kept[-1] == 1
    assert kept == sorted(kept)


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A disk of 1 MB."""
    yield from mounted(tmp_path / "disk", "size=1m")


def mounted(place: Path, options: str) -> Iterator[Path]:
    place.mkdir()
    mount = shutil.which("mount")
    command = [mount or "mount", "-t", "tmpfs", "-o", options, "tmpfs", str(place)]
    if not mount or os.name == "nt" or subprocess.run(command, capture_output=True, check=False).returncode:
        pytest.skip("cannot mount a small disk here (needs root on Linux)")
    try:
        yield place
    finally:
        subprocess.run(["umount", "-l", str(place)], check=True)


def test_a_full_disk_at_every_moment(small_disk: Path) -> None:
    """From too little room for the first table to just too little for the manifest: a line, code 74, no rubbish."""
    root = small_disk / "results"
    first = keep(root)
    size = sum(path.stat().st_size for path in first.rglob("*") if path.is_file())
    errors: list[StorageError] = []
    for room in range(0, size + 60_000, 4096):
        free = shutil.disk_usage(small_disk).free
        ballast = small_disk / "ballast"
        ballast.write_bytes(b"x" * max(0, free - room))
        kept = True
        try:
            keep(root)
        except StorageError as error:
            errors.append(error)
            kept = error.hint.startswith("the results themselves are complete")
        ballast.unlink()
        assert hidden(root) == []
        others = [name for name in complete(root) if name != first.name]
        assert len(others) == kept
        for name in others:
            shutil.rmtree(root / name)
        (root / "latest").write_text(f"{first.name}\n")
    assert len(errors) > 5
    assert kept  # at last, with room enough
    for met in errors:
        assert_one_line(met, root)
        assert met.exit_code == (73 if met.code == "FS602" else 74)


def assert_one_line(error: StorageError, root: Path) -> None:
    text = str(error)
    assert text.startswith(f"cannot write {root}")
    assert "the disk is full (" in text
    assert "free)" in text
    assert "\n" not in text


def test_a_full_disk_while_a_large_table_is_written(small_disk: Path) -> None:
    root = small_disk / "results"

    def simulate() -> None:
        from run_sample import CASES

        with RunFolder.create(root, "x", IDENTITY) as run, run.table("cases", CASES) as table:
            for replication in range(1, 1000):
                table.append(cases(replication, rows=5000))

    with pytest.raises(StorageError) as refused:
        simulate()
    assert (refused.value.code, refused.value.exit_code) == ("FS606", 74)
    assert_one_line(refused.value, root)
    assert list(root.iterdir()) == []
    assert shutil.disk_usage(small_disk).free > 900_000


def test_a_read_only_disk_fails_before_simulating(tmp_path: Path) -> None:
    for disk in mounted(tmp_path / "disk", "size=1m,ro"):
        for attempt in attempts(disk):
            with pytest.raises(StorageError, match="the disk is read-only") as refused:
                attempt()
            assert (refused.value.code, refused.value.exit_code) == ("FS602", 73)


def attempts(disk: Path) -> list[Callable[[], object]]:
    return [
        lambda: RunFolder.create(disk, "x", IDENTITY),
        lambda: RunFolder.create(disk / "results", "x", IDENTITY),
        lambda: RunFolder.create(disk.parent, "x", IDENTITY, exact=disk / "mine"),
    ]


@pytest.mark.skipif(os.name == "nt", reason="limits are of POSIX")
@pytest.mark.parametrize("limit", [100, 2_000, 5_000])
def test_a_limit_on_the_size_of_a_file(tmp_path: Path, limit: int) -> None:
    """Needs no rights: the same as a full disk, for those who cannot mount one."""
    code = """
        import resource, sys
        from pathlib import Path
        sys.path.insert(0, sys.argv[1])
        from run_sample import keep
        from flowsim.errors import StorageError
        resource.setrlimit(resource.RLIMIT_FSIZE, (int(sys.argv[3]),) * 2)
        try:
            keep(Path(sys.argv[2]))
        except StorageError as error:
            print(error.code, error)
            sys.exit(error.exit_code)
    """
    root = tmp_path / "results"
    arguments = [sys.executable, "-c", textwrap.dedent(code), str(HERE), str(root), str(limit)]
    done = subprocess.run(arguments, capture_output=True, text=True, timeout=60, check=False)
    assert done.returncode == 74
    assert done.stdout.startswith(f"FS606 cannot write {root}")
    assert "larger than allowed" in done.stdout
    assert done.stdout.count("\n") == 1
    assert done.stderr == ""
    assert list(root.iterdir()) == []
