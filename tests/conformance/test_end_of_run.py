"""Who is measured and when a run ends, by hand (R16)."""

from __future__ import annotations

from collections.abc import Callable

from traces import DAY, HOUR, MINUTE, Trace, moment

Run = Callable[..., Trace]

DESK = """
calendars: {}
tasks: {work: {time: 60 min, value: adding}}
teams: {T: {people: 1, calendar: always}}
steps: {Work: {team: T, does: work%s}}
run: {length: 4 days, warm-up: 1 day}
"""


def test_r16_measured_from_the_warm_up_on_and_before_the_length(trace: Run) -> None:
    """[1 day, 4 days): a tick before the warm-up ends is not measured, its end is; a tick before the length is, the
    length is not. The last measured request ends at 1:00 on Friday, and the run a tick after it.
    """
    arrivals = "01-05 23:59:59.999, 01-06 00:00, 01-08 23:59:59.999, 01-09 00:00, 01-09 00:30"
    found = trace(DESK % "", a=arrivals)
    assert found.record.requests["measured"].tolist() == [0, 1, 1, 0, 0]
    assert found.record.ended_at == moment("01-09 00:59:59.999") + 1
    assert found.ends()[:3] == [
        "Tue 01-06 00:59:59.999 done",
        "Tue 01-06 01:59:59.999 done",
        "Fri 01-09 00:59:59.999 done",
    ]


def test_r16_a_run_is_not_shorter_than_its_length(trace: Run) -> None:
    """All measured requests have ended on Tuesday: the run still lasts four days, and knows who arrived until then."""
    found = trace(DESK % "", a="01-06 10:00, 01-08 23:30, 01-09 10:00")
    assert found.record.ended_at == moment("01-09 00:30") + 1
    found = trace(DESK % "", a="01-06 10:00, 01-09 10:00")
    assert found.record.ended_at == 4 * DAY
    assert found.record.requests["arrived"].tolist() == [moment("01-06 10:00")]


def test_r16_the_last_one_may_end_at_the_length_itself(trace: Run) -> None:
    """Ended at 0:00 on Friday, which is not before the length: the run goes on for that one tick."""
    found = trace(DESK % "", a="01-08 23:00")
    assert found.ends() == ["Fri 01-09 00:00 done"]
    assert found.record.ended_at == 4 * DAY + 1


def test_r16_arrivals_go_on_until_the_measured_have_ended(trace: Run) -> None:
    """Three hours of work wait on Thursday at 23:00, so the desk is measured until 2:00 on Friday. Friday's urgent
    requests arrive meanwhile and are taken first: the measured ones end later for it.
    """
    text = (
        """
requests:
  a: {arrivals: {file: a.csv, column: arrived}}
  rush: {arrivals: {file: rush.csv, column: arrived}, priority: 0}
"""
        + DESK % ""
    )
    found = trace(
        text, a="01-08 23:00, 01-08 23:00, 01-08 23:00", rush="01-09 00:00, 01-09 00:30, 01-09 03:59, 01-09 04:01"
    )
    assert found.record.requests["measured"].tolist() == [1, 1, 1, 0, 0, 0]
    assert found.ends() == [
        "Fri 01-09 00:00 done",
        "Fri 01-09 03:00 done",
        "Fri 01-09 04:00 done",
        "Fri 01-09 01:00 done",
        "Fri 01-09 02:00 done",
        "-",
    ]
    assert found.record.ended_at == moment("01-09 04:00") + 1


def test_r16_at_most_twice_the_length(trace: Run) -> None:
    """Of three requests two make a batch and one waits for ever: the run ends at eight days, the request is in the
    record as unfinished, and the run says so.
    """
    found = trace(DESK % ", handoff: {batch: 2 requests}", a="01-06 10:00, 01-06 11:00, 01-06 12:00")
    assert found.record.ended_at == 8 * DAY
    assert found.ends() == ["Tue 01-06 12:00 done", "Tue 01-06 13:00 done", "-"]
    assert found.record.requests["measured"].tolist() == [1, 1, 1]
    assert len(found.record.stuck) == 1
    assert "'Work'" in found.record.stuck[0]
    found.holds("""
        request  sent             gathered         delivered        started          released
        0        Tue 01-06 10:00  Tue 01-06 11:00  Tue 01-06 11:00  Tue 01-06 11:00  Tue 01-06 12:00
        1        Tue 01-06 11:00  Tue 01-06 11:00  Tue 01-06 11:00  Tue 01-06 12:00  Tue 01-06 13:00
        2        Tue 01-06 12:00  -                -                -                -
    """)


def test_r16_what_is_under_way_at_the_end_is_known_as_far_as_it_came(trace: Run) -> None:
    """200 hours of work begun on Tuesday at 10:00 are not done after eight days: started, not worked."""
    text = (DESK % "").replace("60 min", "200 h")
    found = trace(text, a="01-06 10:00, 01-07 10:00")
    assert found.record.ended_at == 8 * DAY
    found.holds("""
        request  sent             delivered        started          read             worked  released  person
        0        Tue 01-06 10:00  Tue 01-06 10:00  Tue 01-06 10:00  Tue 01-06 10:00  -       -         0
        1        Wed 01-07 10:00  Wed 01-07 10:00  -                -                -       -         -
    """)
    assert found.ends() == ["-", "-"]


def test_r16_one_that_ends_at_twice_the_length_is_too_late(trace: Run) -> None:
    """[0, 8 days) is known: an end at 8 days is not, a tick earlier it is."""
    text = (DESK % "").replace("60 min", "7 days")
    assert trace(text.replace("7 days", "168 h"), a="01-06 00:00").ends() == ["-"]
    found = trace(text.replace("7 days", "167.9999 h"), a="01-06 00:00")
    assert found.ends() == ["Mon 01-12 23:59:59.640 done"]


def test_r16_a_run_without_measured_requests_ends_at_its_length(trace: Run) -> None:
    """The only request comes in the warm-up and is still worked on at the end."""
    found = trace((DESK % "").replace("60 min", "200 h"), a="01-05 10:00")
    assert found.record.ended_at == 4 * DAY
    assert found.ends() == ["-"]
    assert found.record.wip_area == 4 * DAY - 10 * HOUR


def test_identity_6_the_integral_of_wip_is_the_time_inside(trace: Run) -> None:
    """10:00 to 11:00 for the first, 10:30 to 12:00 for the second: 60 + 90 minutes."""
    found = trace(DESK % "", a="01-06 10:00, 01-06 10:30")
    assert found.record.wip_area == (60 + 90) * MINUTE


def test_little_holds_with_unfinished_requests_too(trace: Run) -> None:
    """Until the end at eight days: 2 h of the first, 2 h of the second, the whole rest of the third."""
    found = trace(DESK % ", handoff: {batch: 2 requests}", a="01-06 10:00, 01-06 11:00, 01-06 12:00")
    assert found.record.wip_area == 2 * HOUR + 2 * HOUR + (8 * DAY - moment("01-06 12:00"))
