"""Limits: exact in any five minutes, exact under concurrency, and silent about whom they hold."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from django.db import connection, transaction

from accounts.actions.limiting import begin_try, forget_old_tries, forget_tries, take_back
from accounts.models import SignInFailures
from accounts.rules.limits import PASSWORD_OF_ADDRESS, PASSWORD_OF_NETWORK, Limit

MAYA = {PASSWORD_OF_ADDRESS: "maya@acme.example"}


def tries(now, seconds, subjects=MAYA):
    return [begin_try(subjects=subjects, now=now + timedelta(seconds=at)) for at in seconds]


def test_the_sixth_in_five_minutes_is_refused(db, now):
    assert tries(now, range(6)) == [True] * 5 + [False]


def test_others_go_on(db, now):
    tries(now, range(6))

    assert begin_try(subjects={PASSWORD_OF_ADDRESS: "tom@acme.example"}, now=now)


def test_the_window_slides(db, now):
    """Four at the end of one window and five in the next would be nine in a few seconds."""
    tries(now, [0, 290, 295, 298, 299])

    assert tries(now, [299.5, 300, 300.5, 589, 590.5]) == [False, True, False, False, True]


def test_refused_tries_do_not_lock_for_longer(db, now):
    tries(now, range(0, 300, 2))

    assert begin_try(subjects=MAYA, now=now + timedelta(seconds=301))


def test_a_success_takes_back_only_itself(db, now):
    tries(now, [0, 1, 2])
    begin_try(subjects=MAYA, now=now + timedelta(seconds=3))
    take_back(subjects=MAYA, at=now + timedelta(seconds=3))

    assert tries(now, [4, 5, 6]) == [True, True, False]


def test_one_full_limit_refuses_and_counts_for_none(db, now):
    narrow = Limit("test", 1)
    both = {narrow: "x", PASSWORD_OF_NETWORK: "192.0.2.1"}

    assert tries(now, [0, 1, 2], both) == [True, False, False]
    counts = sorted(len(row.tries) for row in SignInFailures.objects.all())
    assert counts == [1, 1]


def test_a_proof_of_another_kind_lets_one_in_again(db, now):
    tries(now, range(6))
    forget_tries(limit=PASSWORD_OF_ADDRESS, subject="maya@acme.example")

    assert tries(now, range(6, 12)) == [True] * 5 + [False]


def test_the_table_names_nobody(db, now):
    begin_try(subjects={**MAYA, PASSWORD_OF_NETWORK: "192.0.2.1"}, now=now)

    stored = str(list(SignInFailures.objects.values()))
    assert "maya" not in stored
    assert "192.0.2.1" not in stored


def test_old_rows_go(db, now):
    begin_try(subjects=MAYA, now=now)

    assert forget_old_tries(now=now + timedelta(hours=23)) == 0
    assert forget_old_tries(now=now + timedelta(hours=25)) == 1


@pytest.mark.django_db(transaction=True)
def test_a_count_outlives_the_request_that_is_rolled_back(now):
    with pytest.raises(RuntimeError, match="durable"), transaction.atomic():
        begin_try(subjects=MAYA, now=now)

    tries(now, range(5))
    with pytest.raises(ZeroDivisionError), transaction.atomic():
        raise ZeroDivisionError
    assert not begin_try(subjects=MAYA, now=now + timedelta(seconds=6))


@pytest.mark.django_db(transaction=True)
def test_twenty_guesses_at_once_are_five(now):
    def guess(number):
        try:
            return begin_try(subjects=MAYA, now=now + timedelta(milliseconds=number))
        finally:
            connection.close()

    with ThreadPoolExecutor(10) as pool:
        assert sum(pool.map(guess, range(20))) == 5
