"""What may not stand in a text at all, and the words for a text that is no YAML.

Control and direction characters are refused wherever they stand: they make a terminal or a picture show something
else than what is in the file.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator

REPLACEMENT = "\ufffd"  # shown in place of a refused character, so that no message repeats it

# C0 and C1 (but tab and the line ends), direction marks, line and paragraph separators, byte order marks inside the
# text, lone surrogates, and the two codes YAML refuses.
_REFUSED = re.compile(
    "[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069\ufeff\ud800-\udfff\ufffe\uffff]"
)
_LINE_END = re.compile("\r\n|\r|\n")
_KNOWN = {
    0x00: "NUL",
    0x07: "bell",
    0x08: "backspace",
    0x0D: "carriage return",
    0x1B: "escape",
    0x7F: "delete",
}

COLON_HINT = 'put the value between quotes if it contains ": "'

# What ruamel says (a part of it) -> what is wrong, and how to mend it.
_WORDS = (
    (r"found character '\t'", "a tab stands where only spaces may stand", "indent with spaces"),
    ("mapping values are not allowed here", "a ':' stands where no name can begin", COLON_HINT),
    (
        "mapping keys are not allowed here",
        "a '?' stands where no name can begin",
        "put the value between quotes",
    ),
    (
        "sequence entries are not allowed here",
        "a list begins with '-' behind something else",
        "begin the list on a line of its own, or put the value between quotes",
    ),
    (
        "could not find expected ':'",
        "this is a name without ':' and a value",
        "write 'name: value', with a space",
    ),
    ("found unexpected end of stream", "the quote that opens here is never closed", "close the quote"),
    ("found unexpected document separator", "the quote that opens here is never closed", "close the quote"),
    ("but got '<stream end>'", "the bracket that opens here is never closed", "close it with ']' or '}'"),
    (
        "found '<stream end>'",
        "the text ends in the middle of a value",
        "close what is open, or write the value",
    ),
    (
        "expected ',' or ']'",
        "the '[' that opens here is not closed before something else begins",
        f"close it with ']'; {COLON_HINT}",
    ),
    (
        "expected ',' or '}'",
        "the '{' that opens here is not closed before something else begins",
        f"close it with '}}'; {COLON_HINT}",
    ),
    (
        "<block end>, but found '<scalar>'",
        "there is text behind the end of a value",
        "put the whole value between quotes, or indent it like the lines above",
    ),
    (
        "expected <block end>",
        "the indentation fits none of the lines above",
        "line it up with its neighbours",
    ),
    (
        "expected the node content",
        "a value is missing before this sign",
        "write the value, or quote the sign",
    ),
    ("that cannot start any token", "a value cannot begin with this sign", "put the value between quotes"),
    (
        "unknown escape character",
        "an unknown '\\' code stands between double quotes",
        "write '\\\\', or single quotes",
    ),
    (
        "expected escape sequence",
        "an unknown '\\' code stands between double quotes",
        "write '\\\\', or single quotes",
    ),
    (
        "undefined tag handle",
        "a '!' begins a tag, and tags are not used here",
        "put the value between quotes",
    ),
    (
        "while scanning an alias",
        "a '*' begins an alias, and aliases are not used here",
        "put the value between quotes",
    ),
    (
        "while scanning an anchor",
        "a '&' begins an anchor, and anchors are not used here",
        "put the value between quotes",
    ),
    (
        "expected '<document start>'",
        "this does not go on with what stands above",
        "line the names up with those above, and put a value that goes on between quotes",
    ),
    ("a directive", "a line with '%' (a YAML directive) is not used here", "put the value between quotes"),
    ("an tag", "a '!' begins a tag, and tags are not used here", "put the value between quotes"),
    ("scanning a tag", "a '!' begins a tag, and tags are not used here", "put the value between quotes"),
    ("parsing a tag", "a '!' begins a tag, and tags are not used here", "put the value between quotes"),
    (
        "block scalar",
        "the lines of a text after '|' or '>' are not indented alike",
        "indent each of them as far",
    ),
    ("document end marker", "there is text behind '...'", "remove the line with '...'"),
)
# Messages of ruamel that point at the end of the trouble; the reader needs its beginning.
_AT_OPENING = (
    "end of stream",
    "document separator",
    "could not find expected",
    "but got",
    "a tag",
    "an alias",
)


def lines_of(text: str) -> list[str]:
    """The lines of a text, as YAML counts them (LF, CR LF or CR), without their ends."""
    return _LINE_END.split(text)


def refused_in(text: str, *, name: bool = False) -> Iterator[tuple[int, str]]:
    """Each refused character of a text: its offset and what to call it. In a name, tabs and line ends too."""
    for found in _REFUSED.finditer(text):
        yield found.start(), _called(found.group())
    if name:
        for found in re.finditer("[\t\r\n]", text):
            yield found.start(), {"\t": "tab", "\r": "carriage return", "\n": "line end"}[found.group()]


def without_refused(text: str) -> str:
    """The text with every refused character replaced, place by place."""
    return _REFUSED.sub(REPLACEMENT, text)


def with_arrows(line: str) -> str:
    """A line for showing: a tab is one `→`, so that the caret below stands where it should."""
    return line.replace("\t", "→")


def shorten(text: str, most: int = 60) -> str:
    """A text for within a message: on one line, without refused characters, at most `most` characters."""
    line = " ".join(without_refused(text[: 4 * most]).split())
    return line if len(line) <= most else line[: most - 1] + "…"


def in_words(context: str, problem: str) -> tuple[str, str, bool]:
    """What ruamel's complaint means: message, hint, and whether its opening is the place to point at."""
    said = f"{context}: {problem}"
    opening = any(part in said for part in _AT_OPENING)
    for part, message, hint in _WORDS:
        if part in said:
            return message, hint, opening
    return f"this is no valid YAML ({shorten(said)})", "see an example with 'flowsim new'", opening


def missing_colon(line: str, below: str) -> tuple[str, str, int] | None:
    """What to say about a line that should be a name with a ':', given the line from which YAML cannot go on: message,
    hint and offset. None when the line has its ':' or stands for something else.
    """
    text = re.sub(r"(^|\s)#.*", "", line).rstrip()
    begin = len(text) - len(text.lstrip())
    text = text.strip()
    if not text or re.search(r":(\s|$)", text) or text[0] in "-[{\"'|>?":
        return None
    tight = re.match(r"([^\W\d][\w /-]*):(?=\S)", text)
    if tight and "//" not in text:
        hint = f"{tight[1]}: {shorten(text[tight.end() :])}"
        return f"there is no space behind the ':' of '{shorten(tight[1])}'", f"write {hint}", begin + tight.end() - 1
    indent = len(below) - len(below.lstrip())
    if indent < begin:
        return None
    name, _, value = (text, "", "") if indent > begin else text.partition(" ")
    hint = f"write {shorten(name)}: {shorten(value)}".rstrip()
    return f"there is no ':' behind '{shorten(name)}'", hint, begin + len(name)


def _called(character: str) -> str:
    code = ord(character)
    number = f"U+{code:04X}"
    if 0xD800 <= code <= 0xDFFF:
        return f"lone surrogate {number}"
    known = _KNOWN.get(code) or unicodedata.name(character, "").lower()
    kind = "control character" if unicodedata.category(character) == "Cc" else "invisible character"
    return f"{kind} {number} ({known})" if known else f"{kind} {number}"
