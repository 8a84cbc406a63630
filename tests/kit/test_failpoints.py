"""Named points do nothing in the product, and in a test what its environment says."""

import os
import signal
import time

import pytest

from kit import failpoints


@pytest.fixture
def order(monkeypatch):
    return lambda words: monkeypatch.setenv(failpoints.ORDERS, words)


def test_in_the_product_a_point_is_an_empty_function(order):
    order("email.claimed=raise")
    assert failpoints.failpoint is failpoints.ignore
    assert failpoints.failpoint("email.claimed") is None


def test_a_point_obeys_its_own_order_only(order):
    order("email.claimed=raise, smtp.dot=raise")
    failpoints.obey("email.written")
    with pytest.raises(failpoints.Injected, match=r"smtp\.dot"):
        failpoints.obey("smtp.dot")


def test_without_an_order_nothing_happens(monkeypatch):
    monkeypatch.delenv(failpoints.ORDERS, raising=False)
    assert failpoints.obey("email.claimed") is None


def test_a_point_can_take_its_time(order):
    order("smtp.body=sleep:0.2")
    begun = time.monotonic()
    failpoints.obey("smtp.body")
    assert time.monotonic() - begun >= 0.2


@pytest.mark.parametrize(("deed", "number"), [("kill", signal.SIGKILL), ("stop", signal.SIGSTOP)])
def test_a_point_can_end_or_freeze_its_process(order, monkeypatch, deed, number):
    sent = []
    monkeypatch.setattr(os, "kill", lambda pid, signal_: sent.append((pid, signal_)))
    order(f"fold.counted={deed}")
    failpoints.obey("fold.counted")
    assert sent == [(os.getpid(), number)]


def test_a_misspelt_deed_is_told(order):
    order("fold.counted=explode")
    with pytest.raises(ValueError, match="explode"):
        failpoints.obey("fold.counted")
