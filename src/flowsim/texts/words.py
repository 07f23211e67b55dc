"""The names of things that appear in many places: the parts of the ledger and the measures.

A key is stable and is what the tables use; the words are for people. Semantics §4 says what each part counts, §5
what each measure counts.
"""

from __future__ import annotations


def msg(english: str) -> str:
    """Mark a text that is translated later, where it is shown; returns it unchanged (gettext's `N_`)."""
    return english


PARTS: dict[str, str] = {
    "work_adding": msg("work: value adding"),
    "work_necessary": msg("work: necessary"),
    "work_waste": msg("work: waste"),
    "rework": msg("work done again"),
    "setup": msg("getting ready (set-up)"),
    "reread": msg("reading in"),
    "queue": msg("waiting for a person"),
    "overtaken": msg("overtaken by later requests"),
    "blocked": msg("waiting for room (limit reached)"),
    "batch": msg("waiting for the batch"),
    "transit": msg("on the way"),
    "answer": msg("waiting for an answer"),
    "closed": msg("nobody there (closed)"),
}
"""Key of a ledger part (semantics §4) → its English name, in the order in which bars show them: work first."""

MEASURES: dict[str, str] = {
    "lead_time": msg("lead time"),
    "waiting_time": msg("waiting time"),
    "process_time": msg("process time"),
    "value_added_time": msg("value-added time"),
    "within_promise": msg("within promise"),
    "activity_ratio": msg("activity ratio"),
    "value_added_ratio": msg("value-added ratio"),
    "wip": msg("requests in the process"),
    "throughput": msg("ended per working day"),
    "utilisation": msg("share of time at work"),
    "handoffs": msg("handoffs per request"),
    "hands": msg("people per request"),
    "complete_accurate": msg("complete and accurate (%C&A)"),
    "local_target": msg("local target met"),
    "cost": msg("cost per request"),
}
"""Key of a measure (semantics §5) → its English name."""
