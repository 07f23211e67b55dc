"""Read a gettext .po file and turn it into the .mo form that the standard library's gettext understands.

The .po file is the only source of the Dutch words; it is short, so it is compiled in memory when first used and no
build step or second file can go stale. Layout of .mo: GNU gettext manual, "The Format of GNU MO Files".
"""

from __future__ import annotations

import ast
import struct
from collections.abc import Sequence
from dataclasses import dataclass, field

_MAGIC = 0x950412DE


@dataclass
class Message:
    """One entry: the English text, its English plural (None: no plural) and the translations by plural form."""

    id: str
    plural: str | None = None
    strings: list[str] = field(default_factory=list)


def read_po(text: str) -> list[Message]:
    """The messages of a .po file, in file order, the header (id "") included.

    Raises ValueError, naming the line, for anything that is not a comment, a keyword or a quoted string, for an
    entry without translation and for a text that occurs twice.
    """
    messages: list[Message] = []
    keyword = ""
    for number, raw in enumerate(text.splitlines(), start=1):
        line = raw.strip()
        if not line or line.startswith("#"):
            continue
        if not line.startswith('"'):
            keyword, _, line = line.partition(" ")
            _begin(messages, keyword, number)
        _append(messages, keyword, _unquote(line.strip(), number), number)
    seen: set[str] = set()
    for message in messages:
        if not message.strings or not all(message.strings):
            raise ValueError(f"no translation for {message.id!r}")
        if message.id in seen:
            raise ValueError(f"the text {message.id!r} occurs twice")
        seen.add(message.id)
    return messages


def _unquote(quoted: str, number: int) -> str:
    try:
        value = ast.literal_eval(quoted)
    except (ValueError, SyntaxError) as error:
        raise ValueError(f"line {number}: expected a quoted string, found {quoted!r}") from error
    if not isinstance(value, str):
        raise ValueError(f"line {number}: expected a quoted string, found {quoted!r}")
    return value


def _begin(messages: list[Message], keyword: str, number: int) -> None:
    """Open the entry or the part of an entry that `keyword` announces."""
    if keyword == "msgid":
        messages.append(Message(id=""))
    elif not messages:
        raise ValueError(f"line {number}: {keyword!r} before any msgid")
    elif keyword == "msgid_plural":
        messages[-1].plural = ""
    elif keyword in ("msgstr", f"msgstr[{len(messages[-1].strings)}]"):
        messages[-1].strings.append("")
    else:
        raise ValueError(f"line {number}: unknown or misplaced keyword {keyword!r}")


def _append(messages: list[Message], keyword: str, value: str, number: int) -> None:
    if not messages:
        raise ValueError(f"line {number}: a string before any msgid")
    message = messages[-1]
    if keyword == "msgid":
        message.id += value
    elif keyword == "msgid_plural":
        message.plural = (message.plural or "") + value
    else:
        message.strings[-1] += value


def compile_mo(messages: Sequence[Message]) -> bytes:
    """The .mo bytes of `messages`: a table of sorted ids and their translations, little-endian, without hash table."""
    pairs = sorted(
        ("\0".join(filter(None, (m.id, m.plural))).encode(), "\0".join(m.strings).encode()) for m in messages
    )
    header_size, count = 7 * 4, len(pairs)
    offset = header_size + 2 * count * 8
    tables: list[bytes] = []
    body = b""
    for column in (0, 1):
        for pair in pairs:
            tables.append(struct.pack("<II", len(pair[column]), offset + len(body)))
            body += pair[column] + b"\0"
    header = struct.pack("<7I", _MAGIC, 0, count, header_size, header_size + count * 8, 0, offset)
    return header + b"".join(tables) + body
