"""When a message is tried again: after days at the most, never all at the same moment."""

from datetime import timedelta

from followup.rules.trying import PAUSES, pause_after, rest_after

DAY = 24 * 3600


def test_the_tries_of_one_message_lie_days_apart_and_end():
    pauses = [pause_after(tries, 0) for tries in range(1, 20)]
    assert pauses[: len(PAUSES)] == list(PAUSES)
    assert set(pauses[len(PAUSES) :]) == {None}
    assert timedelta(days=4) < sum(PAUSES, timedelta()) < timedelta(days=5)
    assert list(PAUSES) == sorted(PAUSES)


def test_what_failed_together_does_not_return_together():
    for tries, pause in enumerate(PAUSES, start=1):
        drawn = [pause_after(tries, chance / 10) for chance in range(11)]
        assert len(set(drawn)) == 11
        assert (drawn[0], drawn[-1]) == (pause, pause * 1.2)


def test_an_address_may_ask_for_later_never_for_sooner_nor_for_weeks():
    assert pause_after(1, 0, asked=120) == timedelta(minutes=2)
    assert pause_after(2, 0, asked=120) == PAUSES[1]
    assert pause_after(1, 0, asked=30 * DAY) == timedelta(days=1)
    assert rest_after(0, asked=30 * DAY) == timedelta(days=1)
    assert [rest_after(rests).seconds for rests in (0, 1, 2, 3, 40)] == [15, 30, 60, 120, 900]
