"""C7 in small: a provider's limit is kept by two workers at once, and nothing rushes afterwards."""

import threading

import pytest
from django.db import connections

from accounts.actions.handover import Worker, hand_over
from kit import clock, tenancy
from kit.mail.smtp import Route, SmtpTransport
from surveys.actions.delivering import Messages
from surveys.models import Message
from tests.builders import a_customer, a_programme, an_invitation, an_organisation
from tests.chaos.sink import Sink

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.timeout(300)]
RATE, MAILS = 20, 50


def work(port, until_empty):
    """One worker, as a process of its own would be: its own connections to both servers."""
    transport = SmtpTransport(Route("127.0.0.1", port), per_second=RATE)
    worker = Worker(transport=transport, clock=clock.now)
    while until_empty():
        if not hand_over(outbox=Messages(), worker=worker):
            worker.wait(0.05)
    transport.close()
    connections.close_all()


def test_two_workers_keep_one_limit(tmp_path, settings):
    organisation = an_organisation(sender_email="hello@acme.example")
    with tenancy.organisation(organisation.pk):
        programme = a_programme(organisation)
        for _ in range(MAILS):
            an_invitation(
                organisation, programme, a_customer(organisation), sent=False, at=clock.now()
            )

    def waits():
        with tenancy.organisation(organisation.pk):
            return Message.objects.filter(state__in=["queued", "claimed"]).exists()

    with Sink(tmp_path / "sink.jsonl") as sink:
        workers = [threading.Thread(target=work, args=(sink.port, waits)) for _ in "12"]
        for worker in workers:
            worker.start()
        for worker in workers:
            worker.join()
        at = sorted(mail.at for mail in sink.stored())

    assert len(at) == MAILS
    assert max(sum(begin <= one < begin + 1 for one in at) for begin in at) <= 1.2 * RATE
    assert (MAILS - 1) / (at[-1] - at[0]) <= 1.05 * RATE
