"""Streaming rows: in order, in bounded memory, and nothing is left running."""

import csv
import io
import threading
import time

import pytest
from django.db import connection, transaction
from django.db.models import F, Func, IntegerField, Value

from kit import streaming
from kit.streaming import TooSlow, copied
from kit.tenancy import organisation
from surveys.models import Customer
from tests.builders import a_customer, an_organisation


@pytest.fixture
def acme(db):
    return an_organisation()


def many(count):
    """The rows 1 to `count` beside the one customer there is."""
    numbers = Func(Value(1), Value(count), function="generate_series", output_field=IntegerField())
    return Customer.objects.values_list(numbers, F("name"))


def read_slowly(pieces):
    for _piece in pieces:
        time.sleep(0.5)


def running():
    return [thread for thread in threading.enumerate() if thread.name == "copy"]


def test_rows_come_whole_and_in_order_as_lines_of_csv(acme):
    with organisation(acme.pk):
        a_customer(acme, name='Ada, "the first"\nand last')
        text = b"".join(copied(many(20_000), seconds=30)).decode()

    rows = list(csv.reader(io.StringIO(text, newline=""), strict=True))
    assert rows == [[str(n), 'Ada, "the first"\nand last'] for n in range(1, 20_001)]
    assert text.count("\r\n") == 20_000
    assert running() == []


def test_no_rows_are_no_bytes(acme):
    with organisation(acme.pk):
        assert list(copied(many(5), seconds=30)) == []


def test_only_rows_of_the_organisation_come(acme):
    other = an_organisation("Globex")
    with organisation(other.pk):
        a_customer(other, name="Hank")
    with organisation(acme.pk):
        a_customer(acme, name="Ada")
        assert b"".join(copied(many(1), seconds=30)) == b"1,Ada\r\n"


def test_the_statement_waits_for_a_slow_reader(acme, monkeypatch):
    monkeypatch.setattr(streaming, "PIECE", 1_000)
    handed = []
    kept = streaming._Pipe.hand
    monkeypatch.setattr(
        streaming._Pipe, "hand", lambda pipe, piece: (handed.append(piece), kept(pipe, piece))
    )
    with organisation(acme.pk):
        a_customer(acme)
        with transaction.atomic():
            pieces = copied(many(1_000_000), seconds=30)
            next(pieces)
            time.sleep(0.3)
            waiting = len(handed)
            pieces.close()
            transaction.set_rollback(True)

    assert 1 < waiting <= streaming.WAITING + 2
    assert running() == []


def test_a_reader_who_leaves_ends_the_statement_and_the_transaction_goes_on(acme):
    with organisation(acme.pk):
        a_customer(acme, name="Ada")
        begun = time.monotonic()
        with transaction.atomic():
            pieces = copied(many(50_000_000), seconds=60)
            next(pieces)
            pieces.close()
            transaction.set_rollback(True)

        assert time.monotonic() - begun < 10
        assert list(Customer.objects.values_list("name", flat=True)) == ["Ada"]
    assert running() == []


@pytest.mark.parametrize("reads", [True, False])
def test_time_is_limited_for_the_statement_and_for_the_reader(acme, monkeypatch, reads):
    monkeypatch.setattr(streaming, "PIECE", 1_000)
    with organisation(acme.pk):
        a_customer(acme)
        slow = Func(Value(0.5), function="pg_sleep", output_field=IntegerField())
        rows = Customer.objects.values_list(slow) if reads else many(1_000_000)
        with pytest.raises(TooSlow), transaction.atomic():
            read_slowly(copied(rows, seconds=0.2))

        assert Customer.objects.count() == 1
    assert running() == []


def test_an_error_of_the_statement_reaches_the_reader(acme):
    with organisation(acme.pk):
        a_customer(acme)
        broken = many(1).annotate(zero=F("id") / Value(0)).values_list("zero")
        with pytest.raises(Exception, match="division by zero"), transaction.atomic():
            list(copied(broken, seconds=30))

        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
            assert cursor.fetchone() == (1,)
    assert running() == []
