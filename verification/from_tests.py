"""What tests/cli has and this room uses as well: mutated scenario files, and a small scenario with its environment."""

from __future__ import annotations

import sys
from pathlib import Path

sys.path.append(str(Path(__file__).parents[1] / "tests" / "cli"))

from mutations import SEEDS, mutated
from program import STEERING, TINY, environment

__all__ = ["SEEDS", "STEERING", "TINY", "environment", "mutated"]
