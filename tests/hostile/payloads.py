"""What somebody may try: names, files, paths, results, words on a command line, by where they enter.

Each must be refused with a message, or be harmless through every output that it can reach. What is counted is `ALL`.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Payload:
    """`group` is where it enters, `what` it tries, `value` what is given."""

    group: str
    what: str
    value: str

    def __str__(self) -> str:
        return self.what


def _group(group: str, values: dict[str, str]) -> tuple[Payload, ...]:
    return tuple(Payload(group, what, value) for what, value in values.items())


LEGAL = _group(
    "a name that is legal",
    {
        "absolute path": "/etc/x",
        "path of Windows": "C:\\Windows\\x",
        "path of a network": "\\\\server\\share",
        "device of Windows": "CON",
        "device of Windows in small letters": "nul",
        "tilde": "~root",
        "variable of a shell": "$HOME",
        "command in a shell": "$(touch x)",
        "backticks": "`touch x`",
        "end of a command": "; touch x",
        "pipe": "| touch x",
        "option": "--help",
        "words of the program": "latest",
        "name of a state": "current",
        "mathematics": "$\\foo$",
        "mathematics half": "costs $ per $",
        "mathematics that is large": "$\\sqrt{\\frac{1}{2}}$",
        "hidden in a legend": "_x",
        "end of a picture": "</text><script>alert(1)</script>",
        "picture with a handler": "<svg onload=alert(1)>",
        "entity": "&lt;&#x3c;&amp;",
        "end of CDATA": "]]><x>",
        "comment": "--><!--",
        "quotes": "\"'\"'",
        "formula": "=HYPERLINK(1)",
        "formula with @": "@SUM(1)",
        "formula with -": "-1+1",
        "formula with +": "+1+1",
        "formula of full width": "＝1＋1",
        "formula behind a joiner": "\u200d=1+1",
        "formula with DDE": "=cmd|'/c calc'!A1",
        "end of a cell": '",=1+1,"',
        "semicolons": ";=1+1;",
        "percents of C": "%s %(x)s %n",
        "braces of Python": "{x} {0[__class__]}",
        "placeholders of the words": "{name} {count}",
        "template": "{{7+7}} ${7+7} #{7+7}",
        "query of a database": "'; DROP TABLE x; --",
        "long": "x" * 60,
        "long and wide": "長" * 60,
        "from right to left": "مرحبا بالعالم",
        "letters of two cells": "😀 團隊",
        "accents apart": "a\u0301",
        "many accents": "z" + "\u0300\u0301\u0316" * 15,
        "letters alike": "Lеgаl",
        "joined letters": "👩\u200d👩\u200d👧",
        "null of YAML": "~",
        "truth of YAML": "yes",
        "number": "1e3",
        "octal number": "010",
        "clock": "09:30",
        "tag": "!!python/object:os/system",
        "alias": "&a",
        "merge": "<<",
    },
)

REFUSED = _group(
    "a name that is refused",
    {
        "path of the format": "a.b",
        "way up": "../../x",
        "pattern": "*",
        "nothing": "",
        "a space before": " x",
        "a space behind": "x ",
        "trailing point": "x.",
        "formula behind a wide space": "\u3000=1+1",
        "too long": "x" * 61,
        "far too long for a file": "x" * 300,
        "longer than YAML takes": "x" * 30_000,
        "tab": "a\tb",
        "colours": "a\x1b[31mb",
        "link of a terminal": "\x1b]8;;http://example.org\x1b\\x",
        "title of a terminal": "\x1b]0;x\x07",
        "screen cleared": "\x1b[2J\x1b[H",
        "cursor in eight bits": "a\x9bb",
        "bell": "a\x07",
        "backspaces": "a\x08\x08b",
        "delete": "a\x7f",
        "next line": "a\x85b",
        "override to the left": "a\u202eb",
        "isolate": "a\u2066b",
        "mark to the right": "a\u200fb",
        "Arabic mark": "a\u061cb",
        "two lines": "a\nb",
        "carriage return": "a\rb",
        "line separator": "a\u2028b",
        "paragraph separator": "a\u2029b",
        "nothing of C": "a\x00b",
        "byte order mark inside": "a\ufeffb",
        "half of a letter": "a\ud800",
        "no letter": "a\uffff",
    },
)

SAME = _group(
    "two names that are one",
    {
        "upper and lower case": "Zaken|ZAKEN",
        "one letter or two": "caf\u00e9|cafe\u0301",
        "sharp s": "Stra\u00dfe|STRASSE",
        "ligature": "o\ufb03cial|official",
    },
)

_LAUGHS = "a: &a [x, x]\n" + "".join(
    f"{chr(98 + n)}: &{chr(98 + n)} [*{chr(97 + n)}, *{chr(97 + n)}]\n" for n in range(20)
)
_MERGES = "a: &a {x: 1}\n" + "".join(
    f"{chr(98 + n)}: &{chr(98 + n)} {{<<: [*{chr(97 + n)}, *{chr(97 + n)}]}}\n" for n in range(20)
)

FILES = _group(
    "the text of a file",
    {
        "billion laughs": _LAUGHS,
        "bomb of merges": _MERGES,
        "alias of itself": "a: &a [*a]\n",
        "alias of nothing": "a: *b\n",
        "anchor": "a: &b 1\n",
        "merge": "<<: {a: 1}\n",
        "object of Python": "a: !!python/object/apply:os.system ['touch x']\n",
        "name of Python": "a: !!python/name:os.system\n",
        "object of Ruby": "a: !ruby/object:Gem::Installer {}\n",
        "object of Java": "a: !!javax.script.ScriptEngineManager []\n",
        "tag with an address": "a: !<tag:yaml.org,2002:python/object:os.x> {}\n",
        "bytes": "a: !!binary aGVsbG8=\n",
        "directive": "%YAML 1.1\n---\na: 1\n",
        "directive of tags": "%TAG ! tag:yaml.org,2002:python/\n---\na: !object 1\n",
        "two documents": "flowsim: 1\n---\nflowsim: 1\n",
        "deep lists": "[" * 100_000,
        "deep mappings": "{a: " * 50_000,
        "deep lines": "\n".join(" " * n + "a:" for n in range(900)),
        "deep dashes": "- " * 200_000,
        "wide list": "a: [" + "b, " * 150_000 + "]\n",
        "many names": "".join(f"k{n}: 1\n" for n in range(40_000)),
        "one name often": "a: 1\n" * 90_000,
        "long word": "a: " + "x" * 490_000,
        "long name": "x" * 490_000 + ": 1\n",
        "far too large": "#" * 3_000_000,
        "quote without end": "a: '" + "x" * 400_000,
        "escape of a large number": 'a: "\\UFFFFFFFF"\n',
        "escape of half a letter": 'a: "\\ud800"\n',
        "escape of a terminal": 'flowsim: 1\nname: "\\x1b[2J"\n',
        "terminal as it is": "flowsim: 1\nname: \x1b[2J\n",
        "direction as it is": "flowsim: 1\nname: \u202ex\n",
        "nothing of C": "flowsim: 1\n\x00\n",
        "name that is a mapping": "? {a: b}\n: 1\n",
        "name that is a list": "? [a]\n: 1\n",
        "prototype of JavaScript": "__proto__: {x: 1}\n",
        "attribute of Python": "__class__: 1\nmodel_fields: 2\n",
        "format of tomorrow": "flowsim: 999999999999999999999\n",
        "number without end": "flowsim: " + "9" * 100_000 + "\n",
        "expression": "flowsim: __import__('os').system('touch x')\n",
        "set to a power": "flowsim: 9**9**9**9\n",
        "program of a shell": "#!/bin/sh\ntouch x\n",
    },
)

REACH = _group(
    "a path in a file",
    {
        "up": "../outside.yaml",
        "far up": "../" * 40 + "etc/passwd",
        "up and back": "sub/../../outside.yaml",
        "up behind a point": "./.././outside.yaml",
        "absolute": "/etc/passwd",
        "absolute twice": "//etc/passwd",
        "what is known of the process": "/proc/self/environ",
        "own memory": "/proc/self/mem",
        "without end": "/dev/zero",
        "nothing": "/dev/null",
        "keyboard": "/dev/stdin",
        "terminal": "/dev/tty",
        "descriptor": "/dev/fd/0",
        "pipe": "fifo",
        "folder": "sub",
        "folder itself": ".",
        "link out": "link.yaml",
        "link to a folder out": "linked/outside.yaml",
        "link to nothing": "dangling.yaml",
        "link to itself": "round.yaml",
        "address": "http://127.0.0.1:9/x.yaml",
        "address of a file": "file:///etc/passwd",
        "home": "~/x.yaml",
        "variable": "$HOME/x.yaml",
        "Windows": "..\\outside.yaml",
        "share of Windows": "\\\\server\\share\\x.yaml",
        "long": "x" * 5000,
        "long way": "./" * 3000 + "x.yaml",
        "file of three gigabytes": "large.yaml",
        "no text": "binary.yaml",
        "escape": "x\\x1b[2J.yaml",
        "command": "|cat /etc/passwd",
    },
)

WORDS = _group(
    "a word on the command line",
    {
        "escape": "x\x1b[2J\x07",
        "eight bits": "x\x9b31m",
        "direction": "\u202elmay.x",
        "lines": "x\n[FS000] all is well",
        "bytes that are no text": "\udcff\udcfe",
        "long": "x" * 100_000,
        "long path": "a/" * 2000,
        "option": "--no-such-option=1",
        "option of one letter": "-Z",
        "only dashes": "---",
        "device": "/dev/zero",
        "own memory": "/proc/self/mem",
        "keyboard": "/dev/stdin",
        "password": "/etc/shadow",
        "up": "../../../../etc/passwd",
        "address": "http://127.0.0.1:9/",
        "command": "$(touch x); `touch x` | touch x",
        "percents": "%s%n%99999d",
        "braces": "{0.__class__.__mro__}",
        "pattern": "[" * 300 + "(" * 300,
        "set": "__class__.__init__=1",
        "set a name": "name=\x1b[2J",
        "set a bomb": "name=[" + "[" * 5000,
        "set an alias": "name=&a [*a, *a]",
        "set a tag": "name=!!python/object:os.system x",
        "set a file": "requests.form.arrivals={file: /etc/passwd, column: x}",
        "set a base": "based on=/etc/passwd",
        "set everything": "**=1",
        "file of arguments": "@/etc/passwd",
        "nothing": "",
    },
)

RESULTS = tuple(
    Payload("kept results", what, what)
    for what in """\
a seed of another type
a table outside
a table at an absolute path
another file outside
another file at an absolute path
a table twice
a table with a point in its name
a hash that does not fit
a hash that is none
more rows than there are
fewer rows than none
a model of another kind
a model with a name that steers
no states
a state that steers a terminal
a scenario with another hash
a format of tomorrow
a format that is text
a key twice
no number
far too deep
a list
nothing
half of it
no text
no seal
a table cut off
a table of other columns
a table of foreign types
a table that is a link outside
a table that is a pipe
a table that is a folder
a table changed for another
a manifest that is a link to a device
a manifest that is a pipe
a manifest that is a folder
a pointer that leads outside
a pointer that steers a terminal
a pointer that is a link to a device
""".splitlines()
)
"""Ways to change kept results; what each does is in `test_payload_results`."""

AROUND = _group(
    "the surroundings",
    {
        "COLUMNS=0": "",
        "COLUMNS=-5": "",
        "COLUMNS=1": "",
        "COLUMNS=999999999": "",
        "COLUMNS=many": "",
        "TERM=": "",
        "TERM=../../etc/passwd": "",
        "LANG=../../../etc/passwd": "",
        "LANGUAGE=/etc/passwd": "",
        "LC_ALL=\x1b[2J": "",
        "TZ=/etc/passwd": "",
        "HOME=/dev/null": "",
        "TMPDIR=/dev/null": "",
        "NO_COLOR=\x1b[2J": "",
        "_FLOWSIM_COMPLETE=\x1b[2J": "",
        "_FLOWSIM_COMPLETE=bash_complete": "",
        "_FLOWSIM_COMPLETE=bash_source": "",
        "COMP_WORDS=flowsim run /dev/zero --state |_FLOWSIM_COMPLETE=bash_complete|COMP_CWORD=4": "",
        "COMP_WORDS=flowsim run $(touch x) --state |_FLOWSIM_COMPLETE=zsh_complete|COMP_CWORD=4": "",
        "COMP_WORDS=flowsim show '|_FLOWSIM_COMPLETE=fish_complete|COMP_CWORD=x": "",
    },
)

ALL = (*LEGAL, *REFUSED, *SAME, *FILES, *REACH, *WORDS, *RESULTS, *AROUND)
