"""Files of plots: the same bytes in every process, whole or not at all, with words for those who cannot see them."""

from __future__ import annotations

import hashlib
import os
import subprocess
import sys
import xml.etree.ElementTree as ET
from pathlib import Path

import matplotlib
import pytest
from sample_plots import SAMPLES

from flowsim.errors import StorageError
from flowsim.plots import FORMATS, KINDS, render, save
from flowsim.texts import Texts

SVG = "{http://www.w3.org/2000/svg}"
ALL = """
import hashlib
from sample_plots import SAMPLES
from flowsim.plots import FORMATS, KINDS, render
from flowsim.texts import Texts
for name, kind in KINDS.items():
    for form in FORMATS if name == "ledger" else ("png", "svg"):
        data = SAMPLES[name](("current", "future"))
        print(name, form, hashlib.sha256(render(kind.draw(data, Texts("nl")), form, "t", "d")).hexdigest())
"""


def in_a_process(hash_seed: str) -> list[str]:
    here = str(Path(__file__).parent)
    env = {**os.environ, "PYTHONHASHSEED": hash_seed, "PYTHONPATH": here, "TZ": "Pacific/Kiritimati"}
    run = subprocess.run([sys.executable, "-c", ALL], env=env, capture_output=True, text=True, check=True)
    return run.stdout.splitlines()


def test_same_bytes_in_every_process() -> None:
    """In this one too, whose hash seed, time zone and folder are others."""
    there = in_a_process("1")
    assert len(there) == 2 * len(KINDS) + 1
    for line in there:
        name, form, digest = line.split()
        figure = KINDS[name].draw(SAMPLES[name](("current", "future")), Texts("nl"))
        assert hashlib.sha256(render(figure, form, "t", "d")).hexdigest() == digest, line


def test_a_backend_that_is_none_does_not_matter() -> None:
    program = "import os, flowsim.plots, matplotlib; print(os.environ['MPLBACKEND'], matplotlib.__name__)"
    env = {**os.environ, "MPLBACKEND": "nonsense"}
    run = subprocess.run([sys.executable, "-c", program], env=env, capture_output=True, text=True, check=True)
    assert run.stdout.split() == ["nonsense", "matplotlib"]


@pytest.mark.parametrize("form", FORMATS)
def test_saving_twice_gives_the_same_bytes(form: str) -> None:
    figure = KINDS["life-strips"].draw(SAMPLES["life-strips"](("a", "b")), Texts("en"))
    assert render(figure, form, "t", "d") == render(figure, form, "t", "d")


def test_other_data_give_other_bytes() -> None:
    one, other = (KINDS["ledger"].draw(SAMPLES["ledger"]((name,)), Texts("en")) for name in ("a", "b"))
    assert render(one, "png", "t", "d") != render(other, "png", "t", "d")


def test_the_readers_own_settings_change_nothing_and_stay() -> None:
    data = SAMPLES["distribution"](("a", "b"))
    plain = render(KINDS["distribution"].draw(data, Texts("en")), "png", "t", "d")
    odd = {"font.size": 30.0, "axes.facecolor": "red", "lines.linewidth": 9.0, "savefig.dpi": 20.0}
    with matplotlib.rc_context(odd):
        assert render(KINDS["distribution"].draw(data, Texts("en")), "png", "t", "d") == plain
        assert {key: matplotlib.rcParams[key] for key in odd} == odd


def test_svg_has_title_description_and_text_as_text(tmp_path: Path) -> None:
    data = SAMPLES["ledger"](("now & then", "later"))
    path = save(KINDS["ledger"].draw(data, Texts("en")), tmp_path / "a.svg", "What <is> seen", "Told & described")
    root = ET.fromstring(path.read_text(encoding="utf-8"))
    assert root.attrib["role"] == "img"
    children = [child.tag for child in root][:2]
    assert children == [f"{SVG}title", f"{SVG}desc"]
    assert root.findtext(f"{SVG}title") == "What <is> seen"
    assert root.findtext(f"{SVG}desc") == "Told & described"
    assert "now & then" in {element.text for element in root.iter(f"{SVG}text")}
    assert b"Date" not in path.read_bytes()


def test_png_is_1280_by_720_and_carries_its_title(tmp_path: Path) -> None:
    data = SAMPLES["wip-over-time"](("a",))
    path = save(KINDS["wip-over-time"].draw(data, Texts("en")), tmp_path / "a.png", "The title", "The words")
    head = path.read_bytes()
    assert (int.from_bytes(head[16:20]), int.from_bytes(head[20:24])) == (1280, 720)
    assert b"The title" in head
    assert b"The words" in head


def test_only_known_endings(tmp_path: Path) -> None:
    figure = KINDS["ledger"].draw(SAMPLES["ledger"](("a",)), Texts("en"))
    with pytest.raises(ValueError, match="png, svg, pdf"):
        save(figure, tmp_path / "a.gif", "t", "d")
    assert list(tmp_path.iterdir()) == []


def test_a_place_that_cannot_be_written_is_a_storage_error(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("x")
    figure = KINDS["ledger"].draw(SAMPLES["ledger"](("a",)), Texts("en"))
    with pytest.raises(StorageError):
        save(figure, tmp_path / "file" / "a.png", "t", "d")
