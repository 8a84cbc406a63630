"""A route that takes so many mails a second gets them evenly, from however many workers."""

from datetime import timedelta

import pytest

from accounts.actions.handover import Letters, Worker, hand_over
from accounts.actions.handover.pacing import book, most_at_once
from accounts.models import Letter, RoutePace
from tests.builders import NOW
from tests.transports import Clock, Scripted

pytestmark = pytest.mark.django_db
SECOND = timedelta(seconds=1)


class Paced(Scripted):
    """A scripted server with a rate; notes when each mail arrived, and takes its time."""

    def __init__(self, clock, per_second, *, takes=0.0):
        super().__init__()
        self.clock, self.per_second, self.takes, self.at = clock, per_second, takes, []

    def deliver(self, mail, fence):
        outcome = super().deliver(mail, fence)
        self.at.append((self.clock.now - NOW).total_seconds())
        self.clock.move(seconds=self.takes)
        return outcome


def queue(count):
    for number in range(count):
        Letter.objects.create(
            about=f"test:{number}",
            kind="code",
            to=f"user{number}@staff.example",
            context={"code": "123456"},
            due_at=NOW,
            expires_at=NOW + timedelta(days=1),
            message_id=f"{number}@cxapp.example",
            created_at=NOW,
        )


@pytest.fixture(autouse=True)
def _letters(monkeypatch):
    from accounts.channels import letters  # noqa: PLC0415

    monkeypatch.setitem(letters._writers, "code", lambda letter: letters.Words("Hi", "Hello"))


def run(*transports, clock, turns=100):
    """The workers take turns, each with its own transport, until nothing is left."""
    workers = [
        Worker(
            transport=each,
            clock=clock,
            wait=lambda seconds: clock.move(seconds=max(seconds, 0)),
        )
        for each in transports
    ]
    for _ in range(turns):
        taken = [hand_over(outbox=Letters(), worker=worker) for worker in workers]
        if not any(taken):
            if not Letter.objects.filter(state="queued").exists():
                return
            clock.move(seconds=0.5)
    raise AssertionError("mails are left")


def most_in_a_second(times):
    return max(sum(begin <= at < begin + 0.999 for at in times) for begin in times)


@pytest.mark.parametrize("rate", [10, 2, 0.5])
def test_mails_leave_evenly_and_no_faster(rate):
    queue(12)
    clock = Clock(NOW)
    server = Paced(clock, rate)
    run(server, clock=clock)

    gaps = [later - at for at, later in zip(server.at, server.at[1:], strict=False)]
    assert len(server.at) == 12
    assert min(gaps) == pytest.approx(1 / rate)
    assert server.at[-1] == pytest.approx(11 / rate, abs=0.5)


def test_two_workers_share_one_rate():
    queue(40)
    clock = Clock(NOW)
    one, two = Paced(clock, 10), Paced(clock, 10)
    run(one, two, clock=clock)

    times = sorted(one.at + two.at)
    assert (len(times), most_in_a_second(times)) == (40, 10)


def test_a_slow_server_is_not_hurried_afterwards():
    queue(20)
    clock = Clock(NOW)
    server = Paced(clock, 10, takes=0.3)
    run(server, clock=clock)

    assert most_in_a_second(server.at) <= 4


def test_without_a_rate_nothing_is_booked():
    queue(3)
    clock = Clock(NOW)
    run(Scripted(), clock=clock)

    assert not RoutePace.objects.exists()


def test_slots_follow_each_other_whoever_books_and_never_lie_in_the_past():
    server = Paced(Clock(NOW), 10)
    first = book(route=server, mails=2, now=NOW)
    second = book(route=server, mails=1, now=NOW)
    later = book(route=server, mails=1, now=NOW + SECOND)

    assert [first.at(0), first.at(1)] == [NOW, NOW + SECOND / 10]
    assert (second.begins, later.begins) == (NOW + 2 * SECOND / 10, NOW + SECOND)


@pytest.mark.parametrize(("rate", "mails"), [(0.5, 1), (10, 2), (100, 20), (1000, 50)])
def test_a_worker_takes_up_a_fifth_of_a_second(rate, mails):
    assert most_at_once(route=Paced(Clock(NOW), rate), limit=50) == mails


def test_a_worker_that_fell_behind_gives_the_rest_back():
    queue(2)
    clock = Clock(NOW)
    server = Paced(clock, 10, takes=5.0)

    worker = Worker(transport=server, clock=clock, wait=lambda _: None)
    hand_over(outbox=Letters(), worker=worker)

    assert len(server.at) == 1
    assert list(Letter.objects.values_list("state", flat=True).order_by("id")) == ["sent", "queued"]
