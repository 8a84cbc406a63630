"""The sender's page: who asks is stored once, a check is asked for and shown as it was found."""

import pytest
from bs4 import BeautifulSoup

from accounts.models import AuditEntry, Organisation, SenderCheck

GOOD = {
    "sender_name": "Maya Chen",
    "sender_role": "Head of Service",
    "sender_email": "maya@acme.example",
    "reads_replies": "on",
    "reply_to": "care@acme.example",
    "dkim_selector": "s1",
    "resend_uncertain_after_hours": "24",
}


def text_of(answer):
    return " ".join(BeautifulSoup(answer.content, "html.parser").get_text(" ").split())


def test_the_sender_is_stored_audited_and_shown(acme):
    client = acme.client("manager")
    client.post(acme.url("sender"), GOOD)
    answer = client.post(acme.url("sender"), GOOD, follow=True)

    assert "Customers read: Maya Chen at Acme Mobile <maya@acme.example>" in text_of(answer)
    with acme.inside():
        stored = Organisation.objects.get(pk=acme.id)
        assert {name: getattr(stored, name) for name in GOOD} == {
            **GOOD,
            "reads_replies": True,
            "resend_uncertain_after_hours": 24,
        }
        (entry,) = AuditEntry.objects.filter(action="organisation.edited")
        assert entry.after["dkim_selector"] == "s1"


def test_the_sender_reads_as_it_is_written_in_any_language(acme):
    client = acme.client("manager")
    answer = client.post(acme.url("sender"), {**GOOD, "sender_name": "Zoë Łąk"}, follow=True)

    assert "Customers read: Zoë Łąk at Acme Mobile <maya@acme.example>" in text_of(answer)


@pytest.mark.parametrize(
    ("changes", "problem"),
    [
        ({"sender_name": "Maya\r\nBcc: all@x.example"}, "This holds characters that cannot be"),
        ({"sender_email": "a@b.example, c@d.example"}, "Enter a valid email address."),
        ({"reply_to": "x"}, "Enter a valid email address."),
        ({"dkim_selector": "s1._domainkey.evil.example."}, "A name such as s1"),
        ({"dkim_selector": "a b"}, "A name such as s1"),
        ({"resend_uncertain_after_hours": "0"}, "greater than or equal to 1"),
        ({"resend_uncertain_after_hours": "400"}, "less than or equal to 336"),
    ],
)
def test_what_cannot_be_a_sender_is_refused(acme, changes, problem):
    answer = acme.client("owner").post(acme.url("sender"), {**GOOD, **changes})

    assert answer.status_code == 422
    assert problem in text_of(answer)
    with acme.inside():
        assert not AuditEntry.objects.filter(action="organisation.edited").exists()


@pytest.mark.parametrize(("name", "kind"), [("sender_test", "mail"), ("sender_records", "records")])
def test_a_check_is_asked_for_once_and_waited_for(acme, name, kind):
    client = acme.client("manager")
    answer = client.post(acme.url(name), follow=True)

    assert "A worker is at it. Look again" in text_of(answer)
    # A page that came anew by itself would take along what is being typed in its form.
    assert "Refresh" not in answer
    looks = BeautifulSoup(answer.content, "html.parser").select("[hx-trigger='every 2s']")
    assert [one["id"] for one in looks] == [f"check-{kind}"]
    with acme.inside():
        (check,) = SenderCheck.objects.all()
        assert (check.kind, check.asked_by, check.begun_at) == (
            kind,
            "manager@acme-mobile.example",
            None,
        )


def shown(world, kind, **fields):
    with world.inside():
        SenderCheck.objects.create(
            **world.own, kind=kind, asked_by="owner@acme-mobile.example", **fields
        )
    answer = world.client("owner").get(world.url("sender"))
    assert b"every 2s" not in answer.content
    return text_of(answer), answer


def test_a_check_nobody_makes_is_given_up(acme):
    told, _ = shown(acme, "mail", asked_at=acme.now - acme.day)

    assert "Look whether a worker runs, and ask again." in told


def test_the_conversation_stands_there_in_the_servers_words(acme):
    lines = [
        {"said": "Connection", "reply": "220 mail.example ESMTP", "is_good": True},
        {"said": "RCPT TO:<x@y.example>", "reply": "550 <b>no</b>", "is_good": False},
    ]
    found = {"is_taken": False, "end": "The server refused it.", "route": "mail.example:25"}
    found |= {"from": "maya@acme.example", "to": "owner@acme.example", "lines": lines}
    told, answer = shown(acme, "mail", asked_at=acme.now, finished_at=acme.now, found=found)

    assert "The server refused it." in told
    assert "RCPT TO:<x@y.example> no 550 <b>no</b>" in told
    assert b"<b>no</b>" not in answer.content


def test_records_are_found_missing_or_not_known_and_what_to_paste(acme):
    record = {"record": "", "advice": "A", "paste": ""}
    records = [
        {**record, "name": "SPF", "host": "acme.example", "verdict": "found", "record": "v=spf1"},
        {**record, "name": "DKIM", "host": "s1.acme.example", "verdict": "unknown"},
        {**record, "name": "DMARC", "host": "d", "verdict": "missing", "paste": "v=DMARC1; p=none"},
    ]
    found = {"domain": "acme.example", "records": records}
    told, answer = shown(acme, "records", asked_at=acme.now, finished_at=acme.now, found=found)

    assert "SPF found" in told
    assert "DKIM not known" in told
    assert "DMARC missing" in told
    page = BeautifulSoup(answer.content, "html.parser")
    assert [field["value"] for field in page.select("input[readonly]")] == ["v=DMARC1; p=none"]


def test_what_was_found_elsewhere_is_not_shown(acme, globex):
    with globex.inside():
        SenderCheck.objects.create(
            **globex.own, kind="mail", asked_by="x@y.example", asked_at=globex.now
        )

    assert "A worker is at it." not in text_of(acme.client("owner").get(acme.url("sender")))
