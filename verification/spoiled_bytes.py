"""Small random changes to the bytes and lines of a scenario file, the same each time for a number."""

from __future__ import annotations

import random
import re
from collections.abc import Callable, Sequence

ODD = (
    "\x00", "\x07", "\x08", "\x1b[2J", "\x7f", "\x85", "\x9b31m", "\xa0", "\xad", "\u0301", "\u061c", "\u115f",
    "\u200b", "\u200d", "\u200f", "\u2028", "\u2029", "\u202e", "\u2066", "\u3000", "\ufeff", "\ufffd",
    "\ufffe", "\uffff", "＝", "：", "٣", "Ⅷ", "½", "😀", "\U000e0001", "\U0010ffff", "ß", "ŉ", "İ", "ﬀ", "\t",
    "\r", "\x0b", "\x0c",
)  # fmt: skip
WEDGES = (
    "---", "...", "%YAML 1.1", "%TAG ! tag:x,2000:", "- a", "? a", ": b", "&a", "*a", "<<: *a",
    "!!python/object:os.system x", "!x", "|", ">", "'", '"', "[", "]", "{", "}", "#", "a: b: c", "@", "`", "\\",
    '"\\x1b"', '"\\ud800"', '"\\U00110000"', "based on: ../../x.yaml", "based on: .", "based on: m.yaml",
    "flowsim: 99", "flowsim: 1", "steps:", "states: {a: {}}", "null:", "~: ~", "true: yes", "1: 1", "a.b: c",
    "*: 1", "'': 1", "file: /dev/zero", "column: x",
)  # fmt: skip
HUGE = (
    "9" * 30, "1e999", "-1e-999", "0" * 300 + "1", "1" + "0" * 298, "9223372036854775808", "2.5e18",
    "0.0000000000001", ".", "1_000", "0x10", "0o7", "1,5,2", "∞", "1/0", "100%", "1e18", "-0", "+1",
    "999999 working weeks", "1e6 per ms",
)  # fmt: skip
UNITS = (
    "min", "h", "days", "weeks", "s", "ms", "working days", "working weeks", "uur", "werkdagen", "%",
    "per hour", "requests", "per working day", "months", "",
)  # fmt: skip
Change = Callable[[random.Random, bytes, Sequence[bytes]], bytes]


def changed(number: int, texts: Sequence[bytes]) -> bytes:
    """One of the files with one to three changes."""
    rng = random.Random(f"bytes {number}")
    data = rng.choice(texts)
    for _ in range(rng.choice((1, 1, 1, 2, 3))):
        data = rng.choice(CHANGES)(rng, data, texts)
    return data[:3_000_000]


def _lines(data: bytes) -> list[bytes]:
    return data.split(b"\n")


def _cut(rng: random.Random, data: bytes, texts: Sequence[bytes]) -> bytes:
    """The file ends too early."""
    return data[: rng.randrange(len(data) + 1)]


def _without(rng: random.Random, data: bytes, texts: Sequence[bytes]) -> bytes:
    """A piece is missing."""
    at = rng.randrange(len(data) + 1)
    return data[:at] + data[at + rng.choice((1, 2, 10, 200)) :]


def _flip(rng: random.Random, data: bytes, texts: Sequence[bytes]) -> bytes:
    """A bit or a few are the other way round."""
    spoiled = bytearray(data)
    for _ in range(rng.choice((1, 1, 3, 20)) if spoiled else 0):
        spoiled[rng.randrange(len(spoiled))] ^= 1 << rng.randrange(8)
    return bytes(spoiled)


def _noise(rng: random.Random, data: bytes, texts: Sequence[bytes]) -> bytes:
    """Bytes of any kind in between."""
    at = rng.randrange(len(data) + 1)
    return data[:at] + rng.randbytes(rng.choice((1, 2, 4, 50))) + data[at:]


def _letter(rng: random.Random, data: bytes, texts: Sequence[bytes]) -> bytes:
    """An odd letter, one or many."""
    at = rng.randrange(len(data) + 1)
    return data[:at] + (rng.choice(ODD) * rng.choice((1, 1, 3, 1000))).encode() + data[at:]


def _line(rng: random.Random, data: bytes, texts: Sequence[bytes]) -> bytes:
    """A line twice, gone, elsewhere, or changed for another."""
    lines = _lines(data)
    one, two = rng.randrange(len(lines)), rng.randrange(len(lines))
    how = rng.randrange(5)
    if how == 0:
        lines.insert(two, lines[one])
    elif how == 1:
        del lines[one]
    elif how == 2:
        lines.insert(min(two, len(lines) - 1), lines.pop(one))
    elif how == 3:
        lines[one], lines[two] = lines[two], lines[one]
    else:
        lines[one:one] = lines[one : one + rng.randrange(1, 8)] * rng.choice((1, 2, 30))
    return b"\n".join(lines)


def _indent(rng: random.Random, data: bytes, texts: Sequence[bytes]) -> bytes:
    """A line, or some, further to the right or left, or behind tabs."""
    lines = _lines(data)
    one = rng.randrange(len(lines))
    for n in range(one, min(one + rng.choice((1, 1, 4)), len(lines))):
        bare = lines[n].lstrip(b" ")
        lines[n] = rng.choice((b" ", b"  ", b"", b"\t", b"    \t", b" " * 500)) + rng.choice((bare, lines[n]))
    return b"\n".join(lines)


def _wedge(rng: random.Random, data: bytes, texts: Sequence[bytes]) -> bytes:
    """A line, or a piece of one, that means something of its own in YAML."""
    lines = _lines(data)
    one = rng.randrange(len(lines))
    wedge = rng.choice(WEDGES).encode()
    indent = lines[one][: len(lines[one]) - len(lines[one].lstrip())]
    how = rng.randrange(3)
    if how == 0:
        lines.insert(one, indent + wedge)
    elif how == 1:
        lines[one] += b" " + wedge
    else:
        lines[one] = lines[one].replace(b": ", b": " + wedge + rng.choice((b" ", b"")), 1)
    return b"\n".join(lines)


def _as_saved(rng: random.Random, data: bytes, texts: Sequence[bytes]) -> bytes:
    """As another editor saves it: line ends, marks, encodings."""
    text = data.decode("utf-8", "replace")
    how = rng.randrange(8)
    if how == 0:
        return data.replace(b"\n", b"\r\n")
    if how == 1:
        return data.replace(b"\n", b"\r")
    if how == 2:
        return b"\xef\xbb\xbf" * rng.choice((1, 2)) + data
    if how == 3:
        return text.replace("e", "é").encode("latin-1", "replace")
    if how == 4:
        return text.encode(rng.choice(("utf-16", "utf-16-be", "utf-32", "cp037", "utf-7")))
    if how == 5:
        return data.replace(b"  ", b"\t")
    if how == 6:
        return data.replace(b"\n", rng.choice(("\u2028", "\x85", "\x0b", "\n\n\n", "\n\r", " \n")).encode())
    return text.translate({ord(a): b for a, b in zip("'\"-:", "’”–：", strict=True)}).encode()


def _value(rng: random.Random, data: bytes, texts: Sequence[bytes]) -> bytes:
    """A number is huge or odd, a unit is another."""
    new = rng.choice(HUGE)
    if rng.random() < 0.5:
        found = list(re.finditer(rb"\d+(?:[.,:]\d+)?", data))
    else:
        new = rng.choice(UNITS)
        words = rb"\b(?:min|h|hours?|days?|weeks?|s|ms|working days?|requests?|uur|werkdag(?:en)?|per \w+)\b|%"
        found = list(re.finditer(words, data))
    if not found:
        return data
    at = rng.choice(found)
    return data[: at.start()] + new.encode() + data[at.end() :]


def _key(rng: random.Random, data: bytes, texts: Sequence[bytes]) -> bytes:
    """A name is gone, twice, or another's."""
    keys = list(re.finditer(rb"[\w][\w /-]*(?=: |:\n)", data))
    if not keys:
        return data
    one, two = rng.choice(keys), rng.choice(keys)
    how = rng.randrange(4)
    if how == 0:
        new = two[0]
    elif how == 1:
        new = b""
    elif how == 2:
        new = one[0] + b": 1, " + one[0] if rng.random() < 0.5 else one[0] + b"\xcc\x81"
    else:
        letters = bytearray(one[0])
        letters[rng.randrange(len(letters))] = rng.choice(b"abcdefghijklmnopqrstuvwxyz -_.")
        new = bytes(letters)
    return data[: one.start()] + new + data[one.end() :]


def _large(rng: random.Random, data: bytes, texts: Sequence[bytes]) -> bytes:
    """Something is very long, very deep or very many."""
    size = rng.choice((100, 1500, 20_000, 300_000))
    many = [
        b"x" * size,
        b"#" + b" x" * size,
        b"[" * size,
        b"{a: " * (size // 4),
        b"- " * (size // 2),
        b"\n".join(b" " * n + b"a:" for n in range(min(size // 20, 400))),
        b"\n" * size,
        b"\n".join(b"k%d: v" % n for n in range(size // 8)),
        b"\n".join(b"  Step %d: {team: Desk, does: read}" % n for n in range(size // 35)),
        b"[" + b"a, " * (size // 3) + b"]",
        b'"' + b"\\u0041" * (size // 6) + b'"',
        b"? " + b"y" * size,
        b"&a [*a, *a]\n" * (size // 12),
        b"'" * size,
        b": " * (size // 2),
        b"! " * (size // 2),
    ]
    lines = _lines(data)
    lines.insert(rng.randrange(len(lines) + 1), rng.choice((b"", b"x: ", b"name: ")) + rng.choice(many))
    return b"\n".join(lines)


def _splice(rng: random.Random, data: bytes, texts: Sequence[bytes]) -> bytes:
    """Lines of another file in between, or the whole of it below."""
    lines, others = _lines(data), _lines(rng.choice(texts))
    begin = rng.randrange(len(others))
    piece = rng.choice((others, others[begin : begin + rng.choice((1, 3, 20))]))
    at = rng.choice((len(lines), rng.randrange(len(lines) + 1)))
    return b"\n".join(lines[:at] + piece + lines[at + rng.choice((0, 0, len(piece))) :])


CHANGES: tuple[Change, ...] = (
    _cut,
    _without,
    _flip,
    _noise,
    _letter,
    _line,
    _line,
    _indent,
    _indent,
    _wedge,
    _wedge,
    _as_saved,
    _value,
    _value,
    _key,
    _key,
    _large,
    _splice,
)
"""Every kind of change; those that leave more of a file standing more often."""
