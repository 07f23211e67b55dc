"""Which language to speak: what the reader asked for, else what the system says, else English."""

from __future__ import annotations

from collections.abc import Mapping

from flowsim.errors import UsageError
from flowsim.texts.catalogue import LANGS

_VARIABLES = ("LANGUAGE", "LC_ALL", "LC_MESSAGES", "LANG")  # gettext's own order


def choose_lang(option: str | None, environ: Mapping[str, str]) -> str:
    """`en` or `nl`: `option` if given, else the first set variable of LANGUAGE, LC_ALL, LC_MESSAGES, LANG.

    `nl_BE.UTF-8` counts as `nl`; LANGUAGE may list several (`fr:nl`), the first one known is taken; what is not
    known becomes English. Raises UsageError (FS901) for an `option` that is not a language of flowsim.
    """
    if option:
        lang = _short(option)
        if lang not in LANGS:
            raise UsageError(
                f"there are no texts in the language '{option}'",
                code="FS901",
                hint=f"choose one of: {', '.join(LANGS)}",
            )
        return lang
    for name in _VARIABLES:
        value = environ.get(name, "")
        if value:
            return next((lang for lang in map(_short, value.split(":")) if lang in LANGS), "en")
    return "en"


def _short(locale: str) -> str:
    return locale.replace("-", "_").split("_")[0].split(".")[0].split("@")[0].strip().lower()
