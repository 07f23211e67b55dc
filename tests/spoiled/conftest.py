"""The twins look at comparisons of all rooms: what these import by name can be imported here too."""

from __future__ import annotations

import sys
from pathlib import Path

ROOT = Path(__file__).parents[2]

sys.path.extend(str(room) for room in sorted((ROOT / "tests").iterdir()) if room.is_dir() and room.name[0] not in "._")
sys.path.extend(str(ROOT / room) for room in ("verification", "docs"))
