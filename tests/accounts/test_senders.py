"""Can mails leave in our name: judged by records, tried by a test, asked once and made once."""

import socket
import threading
from datetime import timedelta

import dns.flags
import dns.message
import dns.rcode
import dns.rdatatype
import dns.rrset
import pytest

from accounts.actions.checking_senders import DIED, ask_check, make_checks
from accounts.models import AuditEntry, SenderCheck
from accounts.rules.actors import Actor
from accounts.rules.senders import domains_above, judged_dkim, judged_dmarc, judged_spf
from kit import resolving, tenancy
from kit.resolving import Known, texts_of
from tests.builders import NOW, an_organisation
from tests.chaos.sink import Sink

MAYA = Actor(name="maya@staff.example")


class NameServer:
    """A name server on this machine that knows some TXT records and else says no, or nothing."""

    def __init__(self, records, *, is_silent=False):
        self.records, self.is_silent, self.asked = records, is_silent, []
        self.socket = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self.socket.bind(("127.0.0.1", 0))
        self.address = f"127.0.0.1:{self.socket.getsockname()[1]}"
        threading.Thread(target=self._serve, daemon=True).start()

    def _serve(self):
        while True:
            try:
                raw, who = self.socket.recvfrom(4096)
            except OSError:
                return
            if not self.is_silent:
                self.socket.sendto(self._answer(dns.message.from_wire(raw)).to_wire(), who)

    def _answer(self, query):
        name = query.question[0].name
        plain = name.to_text(omit_final_dot=True).lower()
        self.asked.append(plain)
        answer = dns.message.make_response(query)
        answer.flags |= dns.flags.RA
        if plain not in self.records:
            answer.set_rcode(dns.rcode.NXDOMAIN)
            return answer
        texts = [f'"{text}"' for text in self.records[plain]]
        if texts:
            answer.answer.append(dns.rrset.from_text(name, 60, "IN", "TXT", *texts))
        return answer

    def close(self):
        self.socket.close()


@pytest.fixture
def names(settings):
    servers = []

    def serve(records, **how):
        server = NameServer(records, **how)
        servers.append(server)
        settings.DNS_SERVERS = [server.address]
        return server

    yield serve
    for server in servers:
        server.close()


def test_texts_are_found_missing_or_not_known(names, monkeypatch):
    server = names({"acme.example": ["v=spf1 -all", "other"], "empty.example": []})
    ask = {"servers": [server.address]}

    assert texts_of("acme.example", **ask).texts == ("other", "v=spf1 -all")
    assert texts_of("empty.example", **ask).known is Known.NONE
    assert texts_of("nobody.example", **ask).known is Known.NONE
    assert texts_of("x" * 70 + ".example", **ask).known is Known.UNKNOWN
    monkeypatch.setattr(resolving, "WAIT", 0.2)
    monkeypatch.setattr(resolving, "LONGEST", 0.4)
    silent = names({}, is_silent=True)
    assert texts_of("acme.example", servers=[silent.address]).known is Known.UNKNOWN


@pytest.mark.parametrize(
    ("records", "verdict"),
    [
        (None, "unknown"),
        ([], "missing"),
        (["google-site-verification=x"], "missing"),
        (["v=spf10 ~all"], "missing"),
        (["v=spf1 include:spf.mail.example ~all"], "found"),
        (["V=SPF1 mx -all", "something else"], "found"),
        (["v=spf1 mx -all", "v=spf1 a -all"], "wrong"),
        (["v=spf1 +all"], "wrong"),
        (["v=spf1 mx all"], "wrong"),
    ],
)
def test_spf(records, verdict):
    found = judged_spf("acme.example", records, server="mail.acme.example")

    assert found.verdict == verdict
    assert bool(found.paste) == (verdict == "missing")


def test_what_to_paste_names_our_mail_server():
    found = judged_spf("acme.example", [], server="mail.acme.example")
    assert found.paste == "v=spf1 a:mail.acme.example ~all"
    for server, named in {"9.9.9.9": "ip4:9.9.9.9", "2620:fe::9": "ip6:2620:fe::9"}.items():
        assert judged_spf("acme.example", [], server=server).paste == f"v=spf1 {named} ~all"
    for inside in ("", "smtp", "127.0.0.1", "10.0.0.5"):
        unknown = judged_spf("acme.example", [], server=inside)
        assert unknown.paste == "v=spf1 include:(the name your provider shows) ~all"
        found = judged_spf("acme.example", ["v=spf1 mx ~all"], server=inside)
        assert found.advice == "Look that it includes your mail provider."
    assert judged_dmarc("acme.example", [], at="acme.example").paste.startswith("v=DMARC1; p=none")


@pytest.mark.parametrize(
    ("selector", "records", "verdict"),
    [
        ("", ["v=DKIM1; p=MIG"], "unknown"),
        ("s1", None, "unknown"),
        ("s1", [], "missing"),
        ("s1", ["hello"], "missing"),
        ("s1", ["v=DKIM1; k=rsa; p=MIGf MA0"], "found"),
        ("s1", ["p=MIGf"], "found"),
        ("s1", ["v=DKIM1; p="], "wrong"),
    ],
)
def test_dkim(selector, records, verdict):
    assert judged_dkim("acme.example", selector, records).verdict == verdict


@pytest.mark.parametrize(
    ("records", "verdict"),
    [
        (None, "unknown"),
        ([], "missing"),
        (["v=DMARC1; p=none; rua=mailto:a@acme.example"], "found"),
        (["v = DMARC1;p=reject"], "found"),
        (["v=DMARC1; rua=mailto:a@acme.example"], "wrong"),
        (["v=DMARC1; p=none", "v=DMARC1; p=reject"], "wrong"),
        (["v=DMARC1; p=perhaps"], "wrong"),
    ],
)
def test_dmarc(records, verdict):
    assert judged_dmarc("acme.example", records, at="acme.example").verdict == verdict


def test_a_policy_may_stand_above_but_not_at_the_top():
    assert domains_above("a.b.acme.example") == [
        "a.b.acme.example",
        "b.acme.example",
        "acme.example",
    ]
    assert domains_above("example") == ["example"]


# --- asked on a page, made by a worker --------------------------------------------------------

database = pytest.mark.django_db


@pytest.fixture
def acme():
    return an_organisation(sender_email="maya@news.acme.example", dkim_selector="s1")


def asked(organisation, kind, now=NOW):
    with tenancy.organisation(organisation.pk):
        return ask_check(organisation_id=organisation.pk, kind=kind, actor=MAYA, now=now)


def found(organisation, kind):
    with tenancy.organisation(organisation.pk):
        return SenderCheck.objects.get(kind=kind)


@database
def test_the_records_of_the_senders_domain_are_looked_up(acme, names):
    server = names(
        {
            "news.acme.example": ["v=spf1 mx -all"],
            "s1._domainkey.news.acme.example": ["v=DKIM1; p=MIG"],
            "_dmarc.acme.example": ["v=DMARC1; p=reject"],
        }
    )
    asked(acme, SenderCheck.Kind.RECORDS)

    assert make_checks(now=NOW) == 1
    assert make_checks(now=NOW) == 0

    check = found(acme, "records")
    verdicts = {each["name"]: each["verdict"] for each in check.found["records"]}
    assert verdicts == {"SPF": "found", "DKIM": "found", "DMARC": "found"}
    hosts = [each["host"] for each in check.found["records"]]
    assert hosts[2] == "_dmarc.acme.example"
    assert "_dmarc.example" not in server.asked
    with tenancy.organisation(acme.pk):
        assert AuditEntry.objects.filter(action="sender.checked").count() == 1


@database
def test_without_an_answer_nothing_is_claimed(acme, names, monkeypatch):
    monkeypatch.setattr(resolving, "WAIT", 0.1)
    monkeypatch.setattr(resolving, "LONGEST", 0.2)
    names({}, is_silent=True)
    asked(acme, SenderCheck.Kind.RECORDS)
    make_checks(now=NOW)

    records = found(acme, "records").found["records"]
    assert {each["verdict"] for each in records} == {"unknown"}
    assert not any(each["paste"] for each in records)


@pytest.fixture
def sink(tmp_path, settings):
    with Sink(tmp_path / "sink.jsonl", keep=True, password="s3cret!") as sink:
        settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
        settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", sink.port
        settings.EMAIL_HOST_USER, settings.EMAIL_HOST_PASSWORD = "cxapp", "s3cret!"
        settings.EMAIL_USE_TLS = settings.EMAIL_USE_SSL = False
        yield sink


@database
def test_a_test_is_told_verb_by_verb_without_the_password(acme, sink):
    asked(acme, SenderCheck.Kind.MAIL)
    make_checks(now=NOW)

    told = found(acme, "mail").found
    said = [line["said"] for line in told["lines"]]
    assert (told["is_taken"], told["to"]) == (True, MAYA.name)
    assert [words.split(" ")[0] for words in said][:2] == ["Connection", "EHLO"]
    assert "AUTH (hidden)" in said
    assert "MAIL FROM:<maya@news.acme.example> size=" not in said
    assert any(words.startswith("RCPT TO:<maya@staff.example>") for words in said)
    assert told["lines"][-2]["said"] == "The mail and its closing dot"
    whole = repr(told)
    assert "s3cret" not in whole
    assert "Y3hhcHA" not in whole  # the user name as the wire carries it
    (arrived,) = sink.stored()
    assert arrived.to == MAYA.name


@database
def test_a_refusal_stands_in_the_servers_words(acme, sink, settings):
    settings.EMAIL_HOST_PASSWORD = "wrong"
    asked(acme, SenderCheck.Kind.MAIL)
    make_checks(now=NOW)

    told = found(acme, "mail").found
    assert told["is_taken"] is False
    assert "535" in told["lines"][-1]["reply"]
    assert told["end"] == "The server does not know us, or not by this password."
    assert sink.stored() == []


@database
def test_nobody_listening_is_said_too(acme, settings, sink):
    settings.EMAIL_PORT = 1
    asked(acme, SenderCheck.Kind.MAIL)
    make_checks(now=NOW)

    told = found(acme, "mail").found
    assert told["is_taken"] is False
    assert "refused" in told["lines"][-1]["reply"]


@database
def test_asked_anew_the_old_finding_is_not_kept(acme, names):
    names({})
    asked(acme, SenderCheck.Kind.RECORDS)
    make_checks(now=NOW)
    again = asked(acme, SenderCheck.Kind.RECORDS, NOW + timedelta(minutes=1))

    assert (again.found, again.finished_at) == ({}, None)
    assert make_checks(now=NOW) == 1


@database
def test_a_check_that_fails_on_our_side_says_so(acme, monkeypatch):
    monkeypatch.setattr("accounts.actions.checking_senders.look_up", lambda **_: 1 / 0)
    asked(acme, SenderCheck.Kind.RECORDS)
    make_checks(now=NOW)

    assert found(acme, "records").found == {"failed": "ZeroDivisionError: division by zero"}


def begun(organisation, kind, at):
    asked(organisation, kind, at)
    with tenancy.organisation(organisation.pk):
        SenderCheck.objects.update(begun_at=at)


@database
def test_a_look_up_whose_worker_died_is_made_once_more_and_then_ends(acme, names):
    names({})
    begun(acme, SenderCheck.Kind.RECORDS, NOW)
    assert make_checks(now=NOW + timedelta(minutes=2)) == 0, "it may be slow"
    later = NOW + timedelta(minutes=3)
    assert make_checks(now=later) == 1
    assert "records" in found(acme, "records").found

    begun(acme, SenderCheck.Kind.RECORDS, NOW)
    with tenancy.organisation(acme.pk):
        SenderCheck.objects.update(found={"again": True})
    assert make_checks(now=later) == 0
    check = found(acme, "records")
    assert (check.finished_at, check.found) == (later, {"failed": DIED})


@database
def test_a_test_mail_whose_worker_died_ends_and_is_not_sent_again(acme, sink):
    begun(acme, SenderCheck.Kind.MAIL, NOW)
    later = NOW + timedelta(minutes=3)

    assert make_checks(now=later) == 0

    check = found(acme, "mail")
    assert (check.finished_at, check.found) == (later, {"failed": DIED})
    assert sink.stored() == []
    again = asked(acme, SenderCheck.Kind.MAIL, later)
    assert (again.found, make_checks(now=later)) == ({}, 1)
