"""Asking many at once: the list is read and tried first, then started, watched and stopped."""

import io
import zipfile
from datetime import date, timedelta

import openpyxl
import pytest
from bs4 import BeautifulSoup
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.utils import CaptureQueriesContext

from accounts.models import AuditEntry
from console.shown.refusals import refusals_of
from kit import clock
from surveys.actions.deciding_waves import decide_waiting
from surveys.actions.suppressing import suppress_address
from surveys.models import Customer, Decision, Suppression, Wave, WavePortion
from surveys.rules.asking import Rule, Verdict

PASTED = "email,name\nada@mail.example,Ada\nnew@mail.example,Newcomer\nnobody\nADA@mail.example,\n"


@pytest.fixture
def ada(acme):
    with acme.inside():
        return acme.customer("Ada", "ada@mail.example")


def check(acme, role="manager", **fields):
    said = {"whom": "listed", "lines": "", "adds_unknown": "on", **fields}
    return acme.client(role).post(acme.url("wave_check", acme.nps.pk), said)


def said(answer):
    return " ".join(BeautifulSoup(answer.content, "html.parser").main.get_text(" ").split())


def start_what_was_shown(acme, answer):
    form = BeautifulSoup(answer.content, "html.parser").select('form[action$="/start/"]')[0]
    values = {each["name"]: each["value"] for each in form.select("input[type=hidden]")}
    return acme.client("manager").post(form["action"], values, follow=True)


def test_a_pasted_list_is_shown_with_what_the_rules_say_and_asks_nobody(acme, ada):
    answer = check(acme, lines=PASTED)
    words = said(answer)
    assert "2 people: 2 would be asked" in words
    assert "Nobody has been asked yet, and nothing is stored." in words
    assert "New 1 is no customer here yet and is added when you ask: new@mail.example" in words
    assert "Twice 1 line named somebody again" in words
    assert "line 4: this is no e-mail address" in words
    with acme.inside():
        assert (Wave.objects.count(), Decision.objects.count()) == (0, 0)
        assert list(Customer.objects.values_list("pk", flat=True)) == [ada.pk]
        assert not AuditEntry.objects.filter(action="customers.listed").exists()


def test_what_was_shown_is_started_and_its_progress_seen(acme, ada):
    page = start_what_was_shown(acme, check(acme, lines=PASTED))
    assert "Started: the rules decide of 2 people now." in said(page)
    assert "0 of 2 decided" in said(page)
    with acme.inside():
        assert Customer.objects.get(email="new@mail.example").name == "Newcomer"
        entry = AuditEntry.objects.get(action="customers.listed")
        assert entry.after == {"added": 1}
    assert decide_waiting(clock=lambda: acme.now) == 2
    page = acme.client("viewer").get(acme.url("waves", acme.nps.pk))
    assert "done 2 2 0" in said(page)
    with acme.inside():
        assert set(Decision.objects.values_list("rule", flat=True)) == {"asked"}
        assert set(Decision.objects.values_list("customer__email", flat=True)) == {
            "ada@mail.example",
            "new@mail.example",
        }


def test_the_counts_of_a_wave_lead_to_its_decisions(acme, ada):
    with acme.inside():
        gone = acme.customer("Eve", "eve@mail.example")
        gone.legal_basis, gone.legal_basis_on, gone.legal_basis_source = (
            "refused",
            acme.now.date(),
            "Call",
        )
        gone.save()
    start_what_was_shown(acme, check(acme, lines=PASTED + "eve@mail.example,Eve\n"))
    assert decide_waiting(clock=clock.now) == 3
    # Another wave of the same day, whose people are not to be seen behind the first one's counts.
    start_what_was_shown(acme, check(acme, lines="email,name\nzoe@mail.example,Zoe\n"))
    assert decide_waiting(clock=clock.now) == 1
    with acme.inside():
        wave = Wave.objects.order_by("id")[0]
    page = BeautifulSoup(
        acme.client("manager").get(acme.url("waves", acme.nps.pk)).content, "html.parser"
    )
    links = {one.get_text(): one["href"] for one in page.select(f'a[href*="wave={wave.pk}"]')}
    assert sorted(links) == ["1", "2"]
    for count, href in links.items():
        shown = BeautifulSoup(acme.client("manager").get(href).content, "html.parser")
        people = {one.get_text() for one in shown.select("td a.main")}
        assert people == ({"Eve"} if count == "1" else {"Ada", "Newcomer"})
        current = shown.select_one(".verdicts [aria-current]").get_text(" ", strip=True)
        assert current == {"1": "Not asked 1", "2": "Asked 2"}[count]
        assert "of the wave of" in said_of(shown)
    other = acme.url("decisions", acme.csat.pk)
    assert acme.client("manager").get(f"{other}?wave={wave.pk}").status_code == 404
    shown = acme.client("viewer").get(acme.url("waves", acme.nps.pk)).content
    assert b"wave=" not in shown


def said_of(page):
    return " ".join(page.main.get_text(" ").split())


def test_unknown_people_can_be_left_out(acme, ada):
    answer = check(acme, lines=PASTED, adds_unknown="")
    words = said(answer)
    assert "1 person: 1 would be asked" in words
    assert "Unknown 1 is no customer here and is left out: new@mail.example" in words
    with acme.inside():
        assert list(Customer.objects.values_list("email", flat=True)) == ["ada@mail.example"]


def test_who_would_not_be_asked_is_told_with_the_reason(acme, ada):
    with acme.inside():
        acme.customer("Nemo", "", external_id="c-7")
    words = said(check(acme, lines="customer_id,email\nc-7,\n,ada@mail.example\n"))
    assert "2 people: 1 would be asked" in words
    assert "1 not No e-mail address is known." in words


def test_a_list_of_whom_nobody_would_be_asked_offers_no_button(acme, ada):
    with acme.inside():
        acme.customer("Nemo", "", external_id="c-7")
    answer = check(acme, lines="customer_id\nc-7\n")
    assert "1 person: nobody would be asked" in said(answer)
    assert BeautifulSoup(answer.content, "html.parser").select("form button.btn-primary") == []


def test_reasons_with_figures_of_their_own_are_told_as_one_with_their_days():
    day = date(2026, 6, 3)

    def resting(n):
        asked_on = (day - timedelta(days=30 - n)).isoformat()
        facts = {"last_asked_on": asked_on, "days": 30}
        again_on = day + timedelta(days=n)
        return Verdict(is_asked=False, rule=Rule.RESTING, again_on=again_on, facts=facts)

    asked = Verdict(is_asked=True, rule=Rule.ASKED)
    gone = Verdict(is_asked=False, rule=Rule.OPTED_OUT)
    assert refusals_of([asked, gone, *map(resting, (0, 0, 2))]) == [
        ("this programme asked on 4 May 2026 and rests for 30 days. Eligible from 3 June 2026.", 2),
        ("the customer asked us to stop.", 1),
        ("this programme asked on 6 May 2026 and rests for 30 days. Eligible from 5 June 2026.", 1),
    ]
    assert refusals_of([gone, *map(resting, range(4)), resting(3)]) == [
        (
            (
                "The programme rests after asking. The first are eligible from 3 June 2026,"
                " the last from 6 June 2026."
            ),
            5,
        ),
        ("the customer asked us to stop.", 1),
    ]


def workbook(*rows):
    book = openpyxl.Workbook()
    for row in rows:
        book.active.append(row)
    kept = io.BytesIO()
    book.save(kept)
    return kept.getvalue()


@pytest.mark.parametrize(
    "content",
    [
        workbook(["Customer ID", "Email"], [4711, "ada@mail.example"], [None, "b@mail.example"]),
        b"Customer ID;Email\r\n4711;ada@mail.example\r\n;b@mail.example\r\n",
        "Customer ID\tEmail\n4711\tada@mail.example\n\tb@mail.example\n".encode("utf-16"),
    ],
    ids=["xlsx", "csv", "tabs"],
)
def test_lists_are_uploaded_as_people_have_them(acme, content):
    answer = check(acme, file=SimpleUploadedFile("list.bin", content))
    assert "2 people: 2 would be asked" in said(answer)
    start_what_was_shown(acme, answer)
    with acme.inside():
        known = Customer.objects.order_by("id").values_list("external_id", "email")
        assert list(known) == [("4711", "ada@mail.example"), (None, "b@mail.example")]


def bomb():
    kept = io.BytesIO()
    with zipfile.ZipFile(kept, "w", zipfile.ZIP_DEFLATED) as packed:
        packed.writestr("xl/worksheets/sheet1.xml", b"0" * 110_000_000)
    return kept.getvalue()


@pytest.mark.parametrize(
    ("content", "why"),
    [
        (b"PK\x03\x04 not a zip", "This is no Excel workbook that can be read."),
        (b"x" * 1_000_001, "A line is longer than 1,000,000 characters."),
    ],
    ids=["no zip", "one line"],
)
def test_a_file_that_cannot_be_read_asks_nobody_and_says_why(acme, content, why):
    answer = check(acme, file=SimpleUploadedFile("list.xlsx", content))
    assert answer.status_code == 422
    assert why in said(answer)


def test_a_workbook_that_unpacks_to_far_more_is_refused(acme):
    answer = check(acme, file=SimpleUploadedFile("list.xlsx", bomb()))
    assert (answer.status_code, "The workbook is too large." in said(answer)) == (422, True)


def test_without_a_list_the_form_says_so(acme):
    answer = check(acme)
    assert answer.status_code == 422
    assert "Paste at least one address, or choose a file." in said(answer)


def test_of_those_who_are_new_the_rules_are_tried_as_if_they_were_added(acme, ada):
    with acme.inside():
        suppress_address(
            organisation_id=acme.id,
            address_key="gone@mail.example",
            reason=Suppression.Reason.OPTED_OUT,
            now=acme.now,
        )
    words = said(check(acme, lines="gone@mail.example\nada@mail.example\n"))
    assert "2 people: 1 would be asked" in words
    assert "1 not The customer asked us to stop." in words


def test_more_new_people_than_a_page_carries_are_told_the_way(acme, ada, monkeypatch):
    monkeypatch.setattr("console.views.waves.MOST_CARRIED", 100)
    answer = check(acme, lines=PASTED)
    assert answer.status_code == 422
    assert "Bring them in under Settings > Imports first" in said(answer)
    assert check(acme, lines="ada@mail.example\n").status_code == 200


def test_everybody_is_a_wave_too(acme, ada):
    answer = check(acme, whom="everybody")
    assert "Every customer: 1" in said(answer)
    start_what_was_shown(acme, answer)
    with acme.inside():
        assert Wave.objects.get().kind == "everybody"


@pytest.mark.parametrize(
    "shown",
    [{"ids": "1,x"}, {"ids": "-1"}, {"ids": "9" * 30}, {"ids": "٣"}, {"new": '[["a@b.example"]]'}],
    ids=str,
)
def test_a_list_that_nobody_showed_starts_nothing(acme, shown):
    manager = acme.client("manager")
    sent = {"whom": "listed", **shown}
    page = manager.post(acme.url("wave_start", acme.nps.pk), sent, follow=True)
    assert "Nobody was asked: start again from the list." in said(page)
    with acme.inside():
        assert Wave.objects.count() == 0


def test_customers_of_another_organisation_are_not_asked(acme, globex):
    with globex.inside():
        theirs = globex.customer("Ben")
    acme.client("manager").post(
        acme.url("wave_start", acme.nps.pk), {"whom": "listed", "ids": str(theirs.pk)}
    )
    with acme.inside():
        assert (Wave.objects.get().customers, WavePortion.objects.count()) == (0, 0)


def test_a_wave_is_stopped_once(acme, ada):
    start_what_was_shown(acme, check(acme, whom="everybody"))
    with acme.inside():
        wave = Wave.objects.get()
        before = AuditEntry.objects.count()
    stop = acme.url("wave_stop", acme.nps.pk, wave.pk)
    acme.client("manager").post(stop)
    page = acme.client("manager").post(stop, follow=True)
    assert "stopped after 0 of 1" in said(page)
    assert decide_waiting(clock=lambda: acme.now) == 0
    with acme.inside():
        assert AuditEntry.objects.count() == before + 1


def test_the_page_costs_as_much_for_three_waves_as_for_one(acme):
    client = acme.client("viewer")
    client.get(acme.url("waves", acme.nps.pk))

    def make():
        with acme.inside():
            Wave.objects.create(
                **acme.own, programme=acme.nps, kind="everybody", customers=0, created_at=acme.now
            )

    counts = []
    for _ in range(2):
        make()
        with CaptureQueriesContext(connection) as counted:
            client.get(acme.url("waves", acme.nps.pk))
        counts.append(len(counted))
        make()
    assert counts[0] == counts[1]
