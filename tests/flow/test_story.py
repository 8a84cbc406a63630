"""The whole journey with nothing faked: HTTP in, mail out, a browser answers, a browser reads."""

import email
import email.policy
import re
from collections import Counter
from datetime import timedelta

import httpx
import pytest

from accounts.actions.keys import Wanted, create_key
from accounts.rules.actors import Actor
from accounts.rules.scopes import Scope
from kit import clock, tenancy
from surveys.models import Message, Response
from tests.builders import a_member, a_programme, a_touchpoint, an_organisation
from tests.chaos.machines import WORKER
from tests.chaos.sink import Sink
from tests.flow.installation import Installation

pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.timeout(420),
    pytest.mark.xdist_group("story"),
]
# Thirty of the forty answer: 24 of them with 4 or 5, which is 80 %.
SCORES = [5, 4, 5, 3, 4] * 6
SCORES[-1], SCORES[8], SCORES[13] = 1, 5, 2
PASSWORD = "a long enough password"
FRESH = 5.0  # seconds from an answer to its figure


class Company:
    """The organisation that the story is about, with a key for its helpdesk."""

    def __init__(self):
        # Answers follow their mails within seconds here; a customer's never do.
        organisation = an_organisation(
            suspect_within_seconds=0, sender_email="hello@acme.example", slug="acme"
        )
        self.id = organisation.pk
        with self.inside():
            touchpoint = a_touchpoint(organisation, topic="your bill")
            a_programme(organisation, touchpoint)
        a_member(organisation, email="maya@acme.example", password=PASSWORD)
        wanted = Wanted(name="Helpdesk", scopes=frozenset(Scope))
        actor = Actor(name="maya@acme.example")
        key = create_key(organisation_id=self.id, wanted=wanted, actor=actor, now=clock.now())
        self.headers = {"Authorization": f"Bearer {key.text}"}

    def inside(self):
        return tenancy.organisation(self.id)

    def post(self, address, numbers):
        """Report that tickets were solved, as the helpdesk does."""
        with httpx.Client(base_url=address, headers=self.headers, timeout=30) as helpdesk:
            for number in numbers:
                occurred_at = (clock.now() - timedelta(minutes=5)).isoformat()
                body = {
                    "source_id": str(number),
                    "touchpoint": "billing",
                    "occurred_at": occurred_at,
                    "customer": {"email": f"c{number}@mail.example", "name": f"Customer {number}"},
                }
                answer = helpdesk.post("/api/v1/interactions", json=body)
                assert answer.status_code == 201, answer.text

    def states(self):
        with self.inside():
            return Counter(Message.objects.values_list("state", flat=True))

    def messages(self):
        with self.inside():
            return dict(Message.objects.values_list("message_id", "state"))


@pytest.fixture
def sink(tmp_path):
    with Sink(tmp_path / "sink.jsonl", keep=True) as running:
        yield running


@pytest.fixture
def company(transactional_db):
    return Company()


@pytest.fixture
def installation(tmp_path, service_environment, sink, company):
    with Installation(tmp_path, service_environment, sink.port) as running:
        yield running


def link(raw, score):
    """The link of this score in the text part of a mail."""
    mail = email.message_from_string(raw, policy=email.policy.SMTP)
    text = mail.get_body(["plain"]).get_content()
    return re.search(rf"\S+/s/\S+\?score={score}\b", text)[0]


def answer(context, links):
    """Open a few mails' links side by side, as their customers would, and send each answer."""
    pages = []
    for score, address in links:
        page = context.new_page()
        page.goto(address)
        pages.append((score, page))
    pages[-1][1].wait_for_timeout(1100)
    for score, page in pages:
        page.get_by_role("button", name=f"Send my {score}").click()
        page.wait_for_url("**/why*")
        page.close()


def sign_in(page, address):
    page.goto(f"{address}/o/acme/")
    page.locator("input[name=login]").fill("maya@acme.example")
    page.locator("input[name=password]").fill(PASSWORD)
    page.get_by_role("button", name="Sign in").click()
    page.wait_for_url("**/o/acme/**")


def service_card(page):
    card = page.locator("section", has=page.locator("h2", has_text="Service")).first
    return " ".join(card.inner_text().split())


def test_from_the_report_to_the_overview_and_through_a_killed_worker(
    installation, company, sink, browser
):
    # Forty reports, forty mails.
    company.post(installation.address, range(40))
    installation.wait_for("40 sent mails", lambda: company.states() == {"sent": 40})
    mails = sink.stored()
    assert len({mail.to for mail in mails}) == len(mails) == 40

    # Thirty customers answer from the links in their mails.
    links = [(score, link(mail.raw, score)) for score, mail in zip(SCORES, mails, strict=False)]
    context = browser.new_context()
    for place in range(0, 30, 6):
        answer(context, links[place : place + 6])
    with company.inside():
        assert Counter(Response.objects.values_list("standing", "score")) == Counter(
            ("counted", score) for score in SCORES
        )

    # A manager reads what a hand would count.
    assert sum(score >= 4 for score in SCORES) == 24
    page = context.new_page()
    sign_in(page, installation.address)

    def read(n):
        page.goto(f"{installation.address}/o/acme/")
        card = service_card(page)
        return card if f"n = {n}" in card else None

    card = installation.wait_for("the overview with 30 answers", lambda: read(30))
    assert re.search(r"80\s?%", card)

    # One more sends her answer, and within five seconds the overview has it.
    answer(context, [(5, link(mails[30].raw, 5))])
    installation.wait_for("the answer, fresh", lambda: read(31), seconds=FRESH)
    context.close()

    # A second batch, and in its middle the worker dies.
    sink.order("delay 0.02")
    company.post(installation.address, range(1000, 1200))
    installation.wait_for("half of the batch", lambda: len(sink.stored()) >= 90)
    killed = installation.kill_worker()
    left = company.states()
    assert left["sent"] < 240, "the worker was killed too late to prove anything"
    installation.start("worker", WORKER)
    installation.wait_for(
        "an end of every mail",
        lambda: sum(company.states()[state] for state in ("sent", "uncertain")) == 240,
    )
    arrived = Counter(mail.message_id.strip("<>") for mail in sink.stored())
    messages = company.messages()
    assert set(arrived.values()) == {1}
    assert [name for name, state in messages.items() if state == "sent" and not arrived[name]] == []
    uncertain = [name for name, state in messages.items() if state == "uncertain"]
    assert len(uncertain) <= killed
