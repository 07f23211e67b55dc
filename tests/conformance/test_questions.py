"""Questions to the customer and to the sender, by hand (R12). Offices open from 9 to 17."""

from __future__ import annotations

from collections.abc import Callable

from traces import Trace

Run = Callable[..., Trace]

ASKING = """
tasks: {look: {time: 30 min, value: adding}}
teams: {Desk: {people: 1, calendar: office}, Back: {people: 1, calendar: office}}
steps:
  Look: {team: Desk, does: look}
  Decide: {team: Back, does: look, handoff: {reread: 10 min, question: {chance: %s, to: %s, answer: %s}}}
"""


def test_r12_a_question_to_the_customer_is_a_wait(trace: Run) -> None:
    """Read in by 10:40, a question; the answer takes a day; then the work, without reading in again or asking again.

    Question and answer are visits of their own; all three have the pass of the work.
    """
    trace(ASKING % ("100%", "customer", "1 day"), a="01-05 10:00").holds("""
        step      team      kind      via       pass  sent             started          read             released
        Look      Desk      work      arrival   1     Mon 01-05 10:00  Mon 01-05 10:00  Mon 01-05 10:00  Mon 01-05 10:30
        Decide    Back      question  next      1     Mon 01-05 10:30  Mon 01-05 10:30  Mon 01-05 10:40  Mon 01-05 10:40
        customer  customer  answer    question  1     Mon 01-05 10:40  Mon 01-05 10:40  Mon 01-05 10:40  Tue 01-06 10:40
        Decide    Back      work      answer    1     Tue 01-06 10:40  Tue 01-06 10:40  Tue 01-06 10:40  Tue 01-06 11:10
    """)


def test_r12_meanwhile_the_receiver_serves_others(trace: Run) -> None:
    """The question of 0 is put at 10:40; 1 comes at 11:00 and is read until 11:10. The answers come at 12:40 and 13:10,
    when 0 is just done.
    """
    trace(ASKING % ("100%", "customer", "2 h"), a="01-05 10:00, 01-05 10:05").holds(
        """
        request  kind      sent             started          released
        0        question  Mon 01-05 10:30  Mon 01-05 10:30  Mon 01-05 10:40
        0        work      Mon 01-05 12:40  Mon 01-05 12:40  Mon 01-05 13:10
        1        question  Mon 01-05 11:00  Mon 01-05 11:00  Mon 01-05 11:10
        1        work      Mon 01-05 13:10  Mon 01-05 13:10  Mon 01-05 13:40
    """,
        step="Decide",
    )


def test_r12_the_customer_answers_in_elapsed_or_in_working_time(trace: Run) -> None:
    """Asked on Friday at 10:40. A day: Saturday, taken up on Monday at 9:00. A working day: Monday at 10:40."""
    trace(ASKING % ("100%", "customer", "1 day"), a="01-09 10:00").holds(
        """
        kind      sent             started          released
        question  Fri 01-09 10:30  Fri 01-09 10:30  Fri 01-09 10:40
        work      Sat 01-10 10:40  Mon 01-12 09:00  Mon 01-12 09:30
    """,
        step="Decide",
    )
    trace(ASKING % ("100%", "customer", "1 working day"), a="01-09 10:00").holds(
        """
        kind      sent             started          released
        question  Fri 01-09 10:30  Fri 01-09 10:30  Fri 01-09 10:40
        work      Mon 01-12 10:40  Mon 01-12 10:40  Mon 01-12 11:10
    """,
        step="Decide",
    )


def test_r12_a_question_to_the_sender_is_work_for_him(trace: Run) -> None:
    """Asked at 10:40, while the desk is at work on request 1 until 11:05; then it answers in 20 minutes, till 11:25,
    and request 0 is taken up again at once, till 11:55. Request 1 is read from 11:05 to 11:15; its question waits for
    the first answer and is answered from 11:25 to 11:45; its work waits for request 0.
    """
    trace(ASKING % ("100%", "sender", "20 min"), a="01-05 10:00, 01-05 10:35").holds("""
        request  step    team  kind      via       sent             started          read             released
        0        Look    Desk  work      arrival   Mon 01-05 10:00  Mon 01-05 10:00  Mon 01-05 10:00  Mon 01-05 10:30
        0        Decide  Back  question  next      Mon 01-05 10:30  Mon 01-05 10:30  Mon 01-05 10:40  Mon 01-05 10:40
        0        Look    Desk  answer    question  Mon 01-05 10:40  Mon 01-05 11:05  Mon 01-05 11:05  Mon 01-05 11:25
        0        Decide  Back  work      answer    Mon 01-05 11:25  Mon 01-05 11:25  Mon 01-05 11:25  Mon 01-05 11:55
        1        Look    Desk  work      arrival   Mon 01-05 10:35  Mon 01-05 10:35  Mon 01-05 10:35  Mon 01-05 11:05
        1        Decide  Back  question  next      Mon 01-05 11:05  Mon 01-05 11:05  Mon 01-05 11:15  Mon 01-05 11:15
        1        Look    Desk  answer    question  Mon 01-05 11:15  Mon 01-05 11:25  Mon 01-05 11:25  Mon 01-05 11:45
        1        Decide  Back  work      answer    Mon 01-05 11:45  Mon 01-05 11:55  Mon 01-05 11:55  Mon 01-05 12:25
    """)


def test_r12_the_sender_answers_in_his_own_open_time(trace: Run) -> None:
    """The desk closes at 12; asked at 11:55, 20 minutes of answer: 5 till noon, 15 on Tuesday morning."""
    text = "calendars: {office: {hours: mon-fri 09:00-17:00}, mornings: {hours: mon-fri 09:00-12:00}}\n" + (
        ASKING % ("100%", "sender", "20 min")
    ).replace("Desk: {people: 1, calendar: office}", "Desk: {people: 1, calendar: mornings}")
    trace(text, a="01-05 11:15").holds("""
        step    kind      sent             started          released
        Look    work      Mon 01-05 11:15  Mon 01-05 11:15  Mon 01-05 11:45
        Decide  question  Mon 01-05 11:45  Mon 01-05 11:45  Mon 01-05 11:55
        Look    answer    Mon 01-05 11:55  Mon 01-05 11:55  Tue 01-06 09:15
        Decide  work      Tue 01-06 09:15  Tue 01-06 09:15  Tue 01-06 09:45
    """)


def test_r12_who_comes_from_the_customer_has_no_sender_to_ask(trace: Run) -> None:
    """At the first step a question to the sender is never put."""
    text = """
tasks: {look: {time: 30 min, value: adding}}
teams: {Desk: {people: 1, calendar: office}}
steps:
  Look: {team: Desk, does: look, handoff: {reread: 10 min, question: {chance: 100%, to: sender, answer: 5 min}}}
"""
    trace(text, a="01-05 10:00").holds("""
        kind  read             released
        work  Mon 01-05 10:10  Mon 01-05 10:40
    """)


def test_r12_without_a_handoff_there_is_no_question(trace: Run) -> None:
    """A move within the team asks nothing and reads nothing (R7)."""
    trace((ASKING % ("100%", "customer", "1 day")).replace("team: Back", "team: Desk"), a="01-05 10:00").holds("""
        step    kind  read             released
        Look    work  Mon 01-05 10:00  Mon 01-05 10:30
        Decide  work  Mon 01-05 10:30  Mon 01-05 11:00
    """)


def test_r12_each_pass_may_ask_and_a_chance_is_a_keyed_draw(trace: Run) -> None:
    """30 %: those ask whose draw for the pass is below 0.3; a return brings a second pass with a draw of its own
    (R4).
    """
    text = (ASKING % ("30%", "customer", "1 h")).rstrip()[:-1] + ", returns: {chance: 100%, to: Look, at most: 1}}\n"
    found = trace(text, a=", ".join(["01-05 10:00"] * 30))
    draws = found.draws.uniforms("question at Decide", "a")
    asked = {(int(r[0]), int(r[1])) for r in found.visits(["request", "pass", "kind"]) if r[2] == "question"}
    assert asked == {(i, n) for i in range(30) for n in (1, 2) if draws.at(i, n) < 0.3}
    assert {n for _, n in asked} == {1, 2}


def test_r11_r12_who_asks_leaves_its_batch_at_once(trace: Run) -> None:
    """Two handled together, 10 + 30 minutes each; the one whose draw says so asks after reading in and is let go then;
    the other one leaves when the batch is done. The work after the answer is done alone, not in a batch.
    """
    text = (ASKING % ("50%", "customer", "1 day")).rstrip()[:-1] + ", batch: 2 requests}\n"
    text = text.replace("Desk: {people: 1", "Desk: {people: 9")
    found = trace(text, a="01-05 10:00, 01-05 10:00, 01-05 10:00, 01-05 10:00")
    draws = found.draws.uniforms("question at Decide", "a")
    clock = 10 * 60 + 30  # minutes into Monday at which the first batch is begun
    expected = []
    for pair in ((0, 1), (2, 3)):
        handled = []
        for i in pair:
            asks = draws.at(i, 1) < 0.5
            clock += 10 if asks else 40
            handled.append((i, asks, clock))
        for i, asks, done in handled:
            left = done if asks else clock
            expected.append([str(i), "question" if asks else "work", f"Mon 01-05 {left // 60:02d}:{left % 60:02d}"])
    assert {row[1] for row in expected} == {"question", "work"}
    rows = found.visits(["request", "kind", "released", "via", "process_batch"], "Decide")
    assert [row[:3] for row in rows if row[3] == "next"] == expected
    back = [row for row in rows if row[3] == "answer"]
    assert back
    assert all(row[4] == "-" for row in back)
