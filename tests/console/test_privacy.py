"""The privacy page: a person is found, her copy taken, and receipts name nobody."""

import json

import pytest
from bs4 import BeautifulSoup

from accounts.models import AuditEntry
from cxapp import flow
from events.dispatching import dispatch_due
from kit import clock
from surveys.models import Customer

pytestmark = pytest.mark.django_db


def shown(answer):
    return " ".join(BeautifulSoup(answer.content, "html.parser").get_text(" ").split())


@pytest.fixture
def manager(filled):
    return filled.world.client("manager")


@pytest.fixture
def ada(filled):
    return filled.ada


def test_a_person_is_found_by_address_and_leads_to_what_is_kept(filled, manager, ada):
    page = manager.get(filled.world.url("privacy"), {"q": ada.email.upper()})
    links = [a["href"] for a in BeautifulSoup(page.content, "html.parser").select("td a.main")]
    assert links == [filled.world.url("privacy_person", ada.pk)]
    kept = shown(manager.get(links[0]))
    assert f"Answers What was answered, as it stands now. {ada_answers(filled, ada)}" in kept


def ada_answers(filled, ada):
    with filled.world.inside():
        return ada.responses.count()


def test_who_is_nowhere_is_said_to_be_nowhere(filled, manager):
    told = shown(manager.get(filled.world.url("privacy"), {"q": "nobody@mail.example"}))
    assert "Nothing is kept about nobody@mail.example" in told
    assert "Nobody was erased yet" in told


@pytest.mark.parametrize("form", ["json", "html"])
def test_a_copy_holds_what_is_kept_and_leaves_one_line(filled, manager, ada, form):
    answer = manager.get(filled.world.url(f"person_{form}", ada.pk))
    text = answer.content.decode()
    assert answer["Content-Disposition"] == f'attachment; filename="customer-{ada.pk}.{form}"'
    assert ada.email in text
    assert filled.response.comment in text
    with filled.world.inside():
        entry = AuditEntry.objects.get(action="customer.exported")
    assert (entry.object_id, entry.after["format"]) == (ada.pk, form)
    if form == "json":
        names = [part["name"] for part in json.loads(text)["parts"]]
        assert (names[0], names[-1]) == ("person", "changes")
        assert {"contacts", "answers", "messages", "wishes"} < set(names)


def test_words_of_a_customer_are_no_markup_in_her_copy(filled, manager, ada):
    with filled.world.inside():
        Customer.objects.filter(pk=ada.pk).update(name="<script>alert(1)</script>")
    text = manager.get(filled.world.url("person_html", ada.pk)).content.decode()
    assert "<script" not in text
    assert "&lt;script&gt;alert(1)" in text


def test_a_receipt_says_what_was_done_and_not_to_whom(filled, manager, ada):
    flow.wire()
    world, sent = filled.world, {"mode": "anonymise", "stops_asking": "on", "typed": ada.email}
    answer = manager.post(world.url("customer_erase", ada.pk), sent, follow=True)
    page = shown(answer)
    assert "last sweep" in page
    while dispatch_due(now=clock.now()):
        pass
    page = shown(manager.get(answer.redirect_chain[-1][0]))
    text = manager.get(answer.redirect_chain[-1][0].rstrip("/") + ".txt").content.decode()
    listed = shown(manager.get(world.url("privacy")))
    assert "complete" in page
    assert "Sweep: complete" in text
    for told in (page, text, listed):
        assert world.people["manager"].email in told
        assert ada.name not in told
        assert ada.email not in told
    with world.inside():
        entry = AuditEntry.objects.get(action="customer.erased")
    assert f"Receipt {entry.at:%Y}-{entry.pk}" in page
    assert manager.get(world.url("privacy_person", ada.pk)).status_code == 404
    assert manager.get(world.url("person_json", ada.pk)).status_code == 404
