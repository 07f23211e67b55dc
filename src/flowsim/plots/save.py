"""Write a figure as PNG, SVG or PDF: whole or not at all, and the same bytes every time."""

from __future__ import annotations

import io
from pathlib import Path
from typing import Any
from xml.sax.saxutils import escape

from matplotlib.figure import Figure
from matplotlib.text import Text

from flowsim.plots.style import under_settings
from flowsim.plots.words import clean
from flowsim.record.disk import write_whole

FORMATS = ("png", "svg", "pdf")


@under_settings
def render(figure: Figure, kind: str, title: str, description: str) -> bytes:
    """The bytes of `figure` as `kind` (png, svg, pdf), with title and description for those who cannot see it.

    No date, no random id: the same figure gives the same bytes in every process. Raises ValueError for another kind.
    """
    if kind not in FORMATS:
        raise ValueError(f"a plot can be saved as {', '.join(FORMATS)}, not as {kind!r}")
    title, description = clean(title), clean(description)
    for text in figure.findobj(Text):
        text.set_parse_math(False)
    fields: dict[str, dict[str, Any]] = {
        "png": {"Title": title, "Description": description, "Software": "flowsim"},
        "svg": {"Title": title, "Description": description, "Creator": "flowsim", "Date": None},
        "pdf": {"Title": title, "Subject": description, "Creator": "flowsim", "CreationDate": None},
    }
    buffer = io.BytesIO()
    figure.savefig(buffer, format=kind, dpi=figure.dpi, metadata=fields[kind])
    return _described(buffer.getvalue(), title, description) if kind == "svg" else buffer.getvalue()


def _described(svg: bytes, title: str, description: str) -> bytes:
    """The SVG with `<desc>` behind its `<title>` and the role of an image, for screen readers."""
    text = svg.decode("utf-8")
    end = "</title>"
    if end not in text or "<svg " not in text:
        raise ValueError("this SVG has no title to put the description behind")
    text = text.replace("<svg ", '<svg role="img" ', 1)
    return text.replace(end, f"{end}\n <desc>{escape(description)}</desc>", 1).encode("utf-8")


def save(figure: Figure, path: Path, title: str, description: str) -> Path:
    """Save `figure` at `path`, by its ending (.png, .svg, .pdf), replacing what was there only when all is written.

    Raises ValueError for another ending, StorageError when the place cannot be written.
    """
    write_whole(path, render(figure, path.suffix.lower().lstrip("."), title, description))
    return path
