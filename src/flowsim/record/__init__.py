"""The Record: every instant of every visit of one replication, as integer columns: from engine to metrics."""

from flowsim.record.contract import (
    AWAY_COLUMNS,
    BACKLOG,
    BRANCH_COLUMNS,
    CREW_COLUMNS,
    INSTANTS,
    KINDS,
    NONE,
    REQUEST_COLUMNS,
    VIAS,
    VISIT_COLUMNS,
    WITHDRAWN,
    Kind,
    Record,
    Via,
)

__all__ = [
    "AWAY_COLUMNS",
    "BACKLOG",
    "BRANCH_COLUMNS",
    "CREW_COLUMNS",
    "INSTANTS",
    "KINDS",
    "NONE",
    "REQUEST_COLUMNS",
    "VIAS",
    "VISIT_COLUMNS",
    "WITHDRAWN",
    "Kind",
    "Record",
    "Via",
]
