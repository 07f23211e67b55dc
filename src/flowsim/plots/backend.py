"""matplotlib, loaded whatever `MPLBACKEND` says: pictures here are files, and no backend is asked for."""

from __future__ import annotations

import os
import sys


def load() -> None:
    """Import matplotlib; with a backend in the environment that it does not know, as if none were named."""
    try:
        import matplotlib
    except ValueError:
        named = os.environ.pop("MPLBACKEND", None)
        if named is None:
            raise
        for module in [name for name in sys.modules if name.partition(".")[0] == "matplotlib"]:
            del sys.modules[module]
        try:
            import matplotlib  # noqa: F401
        finally:
            os.environ["MPLBACKEND"] = named


load()
