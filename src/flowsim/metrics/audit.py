"""The audit: a whole record held against its model, rule by rule, exactly (semantics section 4).

It shares no code with the engines: calendars are laid out a second time, draws are read in whole columns, queues are
not replayed but proved from intervals. Every identity holds to the tick; there is no tolerance anywhere. It costs about
a tenth of the time of the run it looks at.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

import numpy as np
import numpy.typing as npt

from flowsim.draws import Draws
from flowsim.metrics import (
    audit_arrivals,
    audit_away,
    audit_batches,
    audit_chain,
    audit_counts,
    audit_crews,
    audit_customers,
    audit_draws,
    audit_idle,
    audit_ledger,
    audit_limits,
    audit_people,
    audit_queue,
    audit_returns,
    audit_routes,
    audit_shape,
    audit_straight,
    audit_takers,
    audit_work,
)
from flowsim.metrics.audit_ground import Ground
from flowsim.metrics.audit_luck import Luck
from flowsim.metrics.audit_report import AuditReport, Check
from flowsim.model import Model
from flowsim.record import Record

__all__ = ["AuditReport", "Check", "audit"]

Ledger = Mapping[str, npt.NDArray[np.int64]]
"""By part one number of ticks a visit."""


def audit(
    model: Model,
    record: Record,
    draws: Draws | None = None,
    ledger: Ledger | Callable[[], Ledger] | None = None,
) -> AuditReport:
    """Hold a record against its model, against the draws it was made with if they are given (R4), and its ledger
    (`flowsim.metrics.ledger.visit_ledger`, or a function that gives it, asked last) against all of it if that is given.

    Raises nothing for a wrong record: see `AuditReport.passed` and `AuditReport.require`. A record that has not even
    the form of the contract is not looked at further: its report has the one check "columns".
    """
    form = audit_shape.check_columns(model, record)
    if not form.passed:
        return AuditReport((form,))
    ground = Ground(model, record)
    luck = None if draws is None else Luck(ground, draws)
    checks = [
        form,
        audit_shape.check_instants(ground),
        audit_chain.check_chain(ground),
        audit_chain.check_branches(ground),
        audit_chain.check_kinds(ground),
        audit_counts.check_conservation(ground),
        audit_arrivals.check_numbering(ground),
        audit_counts.check_measuring(ground),
        audit_counts.check_little(ground),
        audit_people.check_capacity(ground),
        audit_people.check_presence(ground),
        audit_people.check_lowest_number(ground),
        audit_people.check_helpers(ground),
        audit_crews.check_crews(ground),
        audit_crews.check_turns(ground),
        audit_idle.check_no_idling(ground),
        audit_queue.check_discipline(ground, luck),
        audit_straight.check_same_person(ground),
        audit_takers.check_preference(ground),
        audit_work.check_opening_hours(ground),
        audit_work.check_work(ground),
        audit_batches.check_transfer_batches(ground),
        audit_batches.check_transit(ground),
        audit_limits.check_limits(ground),
        audit_batches.check_process_batches(ground),
        audit_routes.check_routing(ground),
        audit_returns.check_passes(ground),
        audit_returns.check_questions(ground),
        audit_returns.check_in_return(ground),
        audit_customers.check_withdrawals(ground, luck),
    ]
    if luck is not None:
        checks.append(audit_arrivals.check_arrivals(ground, luck.draws))
        checks.append(audit_away.check_away(ground, luck.draws))
        checks.append(audit_customers.check_chases(ground, luck))
        checks.append(audit_draws.check_durations(ground, luck))
        checks.append(audit_draws.check_decisions(ground, luck))
    if ledger is not None:
        checks.append(audit_ledger.check_ledger(ground, ledger() if callable(ledger) else ledger))
    return AuditReport(tuple(checks))
