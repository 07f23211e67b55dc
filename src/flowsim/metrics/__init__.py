"""What a Record means: the ledger, WIP, service, quality, teams and handoffs, as exact integers and as tables.

Right of the Record nobody simulates. `tables.tables` is the whole of one replication; the other modules hold the single
measures.
"""

from flowsim.metrics.frame import Frame
from flowsim.metrics.ledger import AT_WORK, PARTS, person_ticks, request_ledger, visit_ledger
from flowsim.metrics.schema import DESCRIPTIONS, SCHEMA

__all__ = [
    "AT_WORK",
    "DESCRIPTIONS",
    "PARTS",
    "SCHEMA",
    "Frame",
    "person_ticks",
    "request_ledger",
    "visit_ledger",
]
