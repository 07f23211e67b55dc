"""The Record: every instant of every visit of one replication, as integer columns: from engine to metrics."""

from flowsim.record.contract import (
    INSTANTS,
    KINDS,
    NONE,
    REQUEST_COLUMNS,
    VIAS,
    VISIT_COLUMNS,
    Kind,
    Record,
    Via,
)

__all__ = [
    "INSTANTS",
    "KINDS",
    "NONE",
    "REQUEST_COLUMNS",
    "VIAS",
    "VISIT_COLUMNS",
    "Kind",
    "Record",
    "Via",
]
