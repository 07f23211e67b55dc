"""The machinery of `verification/hostile.py` and of tests/cli, for the small part of each test run."""

from __future__ import annotations

import sys
from pathlib import Path

ROOT = Path(__file__).parents[2]
sys.path[:0] = [str(ROOT / "verification"), str(ROOT / "tests" / "cli")]
