"""The names of things that appear in many places: parts of the ledger, kinds of people's time, wastes, measures.

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
    "withdrawn": msg("withdrawn by the customer"),
    "work_for_nothing": msg("work for nothing per request"),
    "chases": msg("times chased per request"),
    "delay_cost": msg("cost of delay per request"),
    "join_wait": msg("branches waiting for each other"),
    # by the name that tables of results give them, where a picture has them on an axis
    "working lead time mean": msg("how long a customer waits on average, in open time"),
    "working lead time P50": msg("within how long half of the customers are helped, in open time"),
    "working lead time P90": msg("within how long 9 of 10 customers are helped, in open time"),
    "lead time mean": msg("how long a customer waits on average"),
    "lead time P90": msg("within how long 9 of 10 customers are helped"),
    "within promise": msg("requests helped within the promise"),
    "WIP mean": msg("requests in the process"),
    "activity ratio": msg("share of the time in which somebody works on a request"),
    "cost per week": msg("cost of people per week"),
    "paid hours per week": msg("hours of people per week"),
}
"""Key of a measure (semantics §5) → its English name."""

KINDS_OF_TIME: dict[str, str] = {
    "work_adding": PARTS["work_adding"],
    "work_necessary": PARTS["work_necessary"],
    "work_waste": PARTS["work_waste"],
    "rework": PARTS["rework"],
    "setup": PARTS["setup"],
    "reread": PARTS["reread"],
    "answering": msg("answering questions"),
    "overproduction": msg("for requests that were withdrawn"),
    "failure_demand": msg("for customers who chase"),
    "kept": msg("kept by work at a standstill"),
    "idle_skilled": msg("idle, though work they can do waits elsewhere"),
    "idle_silo": msg("idle, while another team has work waiting"),
    "idle": msg("idle, no work waits elsewhere"),
}
"""Key of a kind of people's time (the table `staff`) → its English name, in the order in which they are shown."""

MONEY: dict[str, str] = {
    "present": msg("all the time they are there"),
    **KINDS_OF_TIME,
    "idle_while_work_waits": msg("of all this, idle while work waits elsewhere"),
    "delay": msg("cost of the customers' waiting"),
}
"""Key of an item of the table `money` → its English name."""

WASTES: dict[str, str] = {
    "overproduction": msg("overproduction"),
    "waiting": msg("waiting"),
    "transport": msg("transport"),
    "overprocessing": msg("overprocessing"),
    "inventory": msg("inventory"),
    "motion": msg("motion"),
    "defects": msg("defects (errors)"),
    "unused talent": msg("unused talent"),
}
"""Key of a waste (the table `wastes`) → its English name, in the order in which they are shown."""

WASTE_MEASURES: dict[str, str] = {
    "for_nothing": msg("people's time for requests that were withdrawn"),
    "withdrawn": msg("requests that were withdrawn"),
    "queue": PARTS["queue"],
    "overtaken": PARTS["overtaken"],
    "blocked": PARTS["blocked"],
    "batch": PARTS["batch"],
    "answer": PARTS["answer"],
    "waiting": msg("together"),
    "closed": msg("apart from that: nobody there (closed)"),
    "transit": PARTS["transit"],
    "handoffs": msg("handoffs"),
    "work_waste": PARTS["work_waste"],
    "wip": MEASURES["wip"],
    "days_of_stock": msg("stock, in days of work"),
    "setup": PARTS["setup"],
    "reread": PARTS["reread"],
    "rework": PARTS["rework"],
    "return_time": msg("all time because of returns"),
    "returns": msg("times sent back"),
    "questions": msg("questions asked"),
    "complete_accurate": msg("right the first time (rolled %C&A)"),
    "failure_demand": msg("people's time for customers who chase"),
    "idle_skilled": msg("idle, though work they can do waits elsewhere"),
    "idle_if_one": msg("idle people who would have work if all teams were one"),
}
"""Key of a measure of a waste (the table `wastes`) → its English name."""

UNITS: dict[str, str] = {
    "seconds": msg("seconds"),
    "minutes": msg("minutes"),
    "hours": msg("hours"),
    "days": msg("days of 24 hours"),
    "working days": msg("working days"),
    "requests": msg("requests"),
}
"""A unit as it is shown over a column → its English name."""

LIGHTS: dict[str, str] = {"green": msg("green"), "amber": msg("amber"), "red": msg("red")}
"""A light of the watermelon panel → its English name."""

LEVERS: dict[str, str] = {
    "at once": msg("{about}: passed on at once"),
    "all at once": msg("everything passed on at once"),
    "no batch": msg("{about}: no batch on the way"),
    "one by one": msg("{about}: handled one by one"),
    "no batches": msg("no batches anywhere"),
    "no return": msg("{about}: nothing sent back"),
    "no returns": msg("nothing sent back anywhere"),
    "no reading in": msg("nobody reads himself in"),
    "no questions": msg("no questions back"),
    "one more": msg("{about}: one person more"),
    "no absence": msg("nobody is ever away"),
    "always open": msg("{about}: open day and night"),
    "less work": msg("{about}: 10% less work"),
    "steadier work": msg("work times vary half as much"),
    "steadier arrivals": msg("arrivals vary half as much"),
    "one team": msg("{about}: one team"),
    "more demand": msg("10% more requests"),
    "less demand": msg("10% fewer requests"),
    "no handoff": msg("{about}: a handoff that costs nothing"),
    "no handoffs": msg("all handoffs together"),
}
"""Kind of a lever (`flowsim levers`) → what is done, `{about}` being the step, team, task or calendar."""
