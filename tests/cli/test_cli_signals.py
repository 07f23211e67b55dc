"""Ctrl-C and SIGTERM: gone within two seconds, with their own exit codes, and nothing half-written."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from program import TINY, command, environment

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="signals are those of POSIX")

LONG = TINY.replace("length: 5 working days", "length: 2000 working days").replace(
    "replications: 2", "replications: 500"
)


@pytest.mark.parametrize(("number", "code"), [(signal.SIGINT, 130), (signal.SIGTERM, 143)])
@pytest.mark.parametrize("jobs", ["1", "2"])
def test_a_run_that_is_stopped(tmp_path: Path, number: signal.Signals, code: int, jobs: str) -> None:
    (tmp_path / "long.yaml").write_text(LONG, encoding="utf-8")
    process = subprocess.Popen(
        command("run", "long.yaml", "--jobs", jobs, "--json"),
        cwd=tmp_path,
        env=environment(),
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        start_new_session=True,
        text=True,
    )
    deadline = time.monotonic() + 60
    while not list(tmp_path.glob("results/.partial-*")):  # it has begun
        assert process.poll() is None
        assert time.monotonic() < deadline
        time.sleep(0.02)
    time.sleep(0.5)
    if number == signal.SIGINT:
        os.killpg(process.pid, number)  # as a terminal does
    else:
        process.send_signal(number)
    begin = time.monotonic()
    out, err = process.communicate(timeout=30)
    assert time.monotonic() - begin < 2
    assert process.returncode == code
    assert "Traceback" not in err
    assert list((tmp_path / "results").iterdir()) == []
    if number == signal.SIGINT:
        assert "interrupted; nothing half-written is left." in err
        assert '"exit_code": 130' in out
