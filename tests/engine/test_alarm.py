"""The one kind of event the reference engine uses (R3): set again and again, in order of priority at one instant."""

from __future__ import annotations

import simpy
from simpy.events import URGENT

from flowsim.engine.alarm import DUE, LAST, SETTLE, Alarm

FIRST = URGENT  # SimPy's own, before all that is due


def test_it_rings_at_its_instant_for_its_subject() -> None:
    """The action is called with the alarm, once, at a whole instant."""
    env = simpy.Environment()
    rung: list[tuple[object, int, object]] = []
    alarm = Alarm(env, lambda a: rung.append((a, env.now, a.subject)), subject="desk")
    assert not alarm.pending
    alarm.set(7, 0)
    assert alarm.pending
    assert alarm.at == 7
    env.run()
    assert rung == [(alarm, 7, "desk")]
    assert isinstance(rung[0][1], int)
    assert not alarm.pending


def test_it_may_be_set_again_also_while_it_rings() -> None:
    """Ten rings of one alarm, three ticks apart."""
    env = simpy.Environment()
    rung: list[int] = []

    def action(alarm: Alarm) -> None:
        assert not alarm.pending
        rung.append(alarm.at)
        if len(rung) < 10:
            alarm.set(alarm.at + 3, alarm.at)

    Alarm(env, action).set(2, 0)
    env.run()
    assert rung == [2, 5, 8, 11, 14, 17, 20, 23, 26, 29]


def test_r3_at_one_instant_priority_decides_not_the_order_of_setting() -> None:
    """FIRST, DUE, SETTLE, LAST; equal ones in order of setting."""
    env = simpy.Environment()
    rung: list[str] = []
    alarms = {name: Alarm(env, lambda a: rung.append(a.subject), subject=name) for name in ("l", "s", "d1", "d2", "f")}
    for name, priority in (("l", LAST), ("s", SETTLE), ("d1", DUE), ("d2", DUE), ("f", FIRST)):
        alarms[name].set(5, 0, priority)
    env.run()
    assert rung == ["f", "d1", "d2", "s", "l"]


def test_r3_what_becomes_due_at_an_instant_goes_before_settling_it() -> None:
    """Set by a ring of this very instant, DUE still comes before SETTLE and LAST."""
    env = simpy.Environment()
    rung: list[str] = []
    late = Alarm(env, lambda _: rung.append("late"))
    settle = Alarm(env, lambda _: rung.append("settle"))
    end = Alarm(env, lambda _: rung.append("end"))

    def early(alarm: Alarm) -> None:
        rung.append("early")
        end.set(alarm.at, alarm.at, LAST)
        settle.set(alarm.at, alarm.at, SETTLE)
        late.set(alarm.at, alarm.at)

    Alarm(env, early).set(4, 0)
    env.run()
    assert rung == ["early", "late", "settle", "end"]
