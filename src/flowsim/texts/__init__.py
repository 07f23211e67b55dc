"""Every word a reader sees, in English and Dutch: sentences, numbers with their comma, names of ledger parts.

The English sentence is the key; `locale/nl/LC_MESSAGES/flowsim.po` holds the Dutch. `po.py` reads that file and
hands it to the standard library's gettext; nothing is compiled beforehand.
"""

from flowsim.texts.catalogue import LANGS, Texts
from flowsim.texts.choose import choose_lang
from flowsim.texts.words import LEVERS, MEASURES, PARTS, msg

__all__ = ["LANGS", "LEVERS", "MEASURES", "PARTS", "Texts", "choose_lang", "msg"]
