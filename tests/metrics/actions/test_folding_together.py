"""Two workers that fold at the same time: each answer is counted once all the same."""

import threading

import pytest
from django.db import connection

from kit import tenancy
from metrics.actions.comparing import compare_cells
from metrics.actions.folding import fold_answers
from tests.metrics.conftest import build_world, day
from tests.metrics.reference import assert_cells_equal_the_answers

ACME = 4_000_001


@pytest.fixture
def answers(transactional_db):
    with tenancy.organisation(ACME):
        world = build_world(ACME)
        return [world.answer("relation", 9, day(n + 1), customer=0).pk for n in range(3)]


def other_worker(response_ids, done):
    try:
        with tenancy.organisation(ACME):
            fold_answers(organisation_id=ACME, response_ids=response_ids)
        done.set()
    finally:
        connection.close()


def test_the_second_waits_for_the_first_and_counts_nothing_twice(answers):
    done = threading.Event()
    second = threading.Thread(target=other_worker, args=(answers, done))
    with tenancy.organisation(ACME):
        fold_answers(organisation_id=ACME, response_ids=answers)
        second.start()
        assert not done.wait(0.4), "it did not wait: both would have seen the answers uncounted"
    second.join(10)

    assert done.is_set()
    with tenancy.organisation(ACME):
        assert_cells_equal_the_answers()


def test_comparing_waits_for_nobody(answers):
    held, told = threading.Event(), threading.Event()

    def fold_slowly():
        try:
            with tenancy.organisation(ACME):
                fold_answers(organisation_id=ACME, response_ids=answers)
                held.set()
                told.wait(10)
        finally:
            connection.close()

    worker = threading.Thread(target=fold_slowly)
    worker.start()
    assert held.wait(10)
    with tenancy.organisation(ACME):
        before = compare_cells(organisation_id=ACME)
    told.set()
    worker.join(10)

    # What is not committed is not yet counted, and the cells agree with that.
    assert (before.answers, before.cells, before.superseded) == (3, 0, 0)
    with tenancy.organisation(ACME):
        assert not compare_cells(organisation_id=ACME).found
