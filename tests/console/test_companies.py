"""A company's people with their voices, and figures only where enough of them answered."""

from datetime import timedelta

import pytest
from bs4 import BeautifulSoup

from surveys.models import Invitation
from tests.console.crowds import crowd


def text_of(node):
    return " ".join(node.get_text(" ").split()).replace(" )", ")")


@pytest.fixture
def joinery(acme):
    """Three people: one answered, one keeps silent, one was never asked."""
    with acme.inside():
        company = acme.company("Northwind Joinery")
        names = {name: acme.customer(name, company=company) for name in ("Ada", "Ben", "Cleo")}
        acme.answer(2, "Waited long", customer=names["Ada"], at=acme.now - timedelta(days=2))
        acme.answer(5, "All well", customer=names["Ada"], at=acme.now - timedelta(days=1))
        acme.contact(names["Ben"])
        acme.contact(names["Cleo"], is_asked=False, rule="opted_out")
        acme.company("Harbour Dental")
        acme.fold()
    return company


@pytest.fixture
def look(acme):
    def open_page(name, *args, query="", role="responder"):
        answer = acme.client(role).get(acme.url(name, *args) + query)
        assert answer.status_code == 200
        return BeautifulSoup(answer.content, "html.parser")

    return open_page


def people(page):
    return {
        text_of(row.find("a")): (
            text_of(row.select_one(".chip")),
            text_of(row.select_one(".small")),
        )
        for row in page.select(".people li")
    }


def test_silent_people_are_question_marks_and_nobody_is_left_out(joinery, look):
    page = look("company", joinery.pk)

    found = people(page)
    assert list(found) == ["Ada", "Ben", "Cleo"]
    assert found["Ada"][0] == "5"
    assert found["Ben"] == ("?", "asked, silent")
    assert found["Cleo"] == ("\u2013", "never asked")
    assert "3 people: 1 answered, 1 asked and silent" in text_of(page.select_one(".page-head"))


def test_whoever_no_mail_reached_did_not_keep_silent(acme, joinery, look):
    with acme.inside():
        Invitation.objects.filter(customer__name="Ben").update(bounced_at=acme.now)

    page = look("company", joinery.pk)
    assert people(page)["Ben"] == ("\u2013", "not reached: the mail bounced")
    told = "3 people: 1 answered, 0 asked and silent, 1 not reached."
    assert told in text_of(page.select_one(".page-head"))
    listed = text_of(look("companies").select_one("tbody"))
    assert "3 : 1 answered, 0 silent, 1 not reached" in listed


def test_a_test_mail_is_no_asking(acme, joinery, look):
    with acme.inside():
        Invitation.objects.filter(customer__name="Ben").update(is_test=True)

    assert people(look("company", joinery.pk))["Ben"] == ("\u2013", "never asked")


def test_the_timeline_holds_everybody_with_names(joinery, look):
    page = look("company", joinery.pk)

    said = [text_of(item) for item in page.select(".timeline .item")]
    assert sum("Answered CSAT" in one for one in said) == 2
    assert any("Not asked" in one and "Cleo" in one for one in said)


def test_the_list_is_by_name_with_counts_and_no_score_below_25(joinery, look):
    page = look("companies")

    rows = [[text_of(cell) for cell in row.find_all("td")] for row in page.select("tbody tr")]
    assert [row[0] for row in rows] == ["Harbour Dental", "Northwind Joinery"]
    assert rows[0][1:] == ["0 : 0 answered, 0 silent", "no answers", "no answers"]
    assert rows[1][1:] == ["3 : 1 answered, 1 silent", "n = 2 · too few for a score", "no answers"]


def test_from_25_answers_a_company_has_a_score(acme, look):
    with acme.inside():
        company = acme.company("Large Ltd")
        crowd(acme, [5] * 20 + [1] * 5, customer=acme.customer("Ada", company=company))
        crowd(acme, [5] * 40, customer=acme.customer("Elsewhere"))
        acme.fold()

    assert "80 %" in text_of(look("companies").find("tbody"))
    assert text_of(look("company", company.pk).select_one(".score b")) == "80 %"


def test_the_relationship_counts_the_latest_answer_of_each_person(acme, look):
    with acme.inside():
        company = acme.company("Large Ltd")
        for number in range(25):
            person = acme.customer(f"Person {number}", company=company)
            acme.answer(0, customer=person, at=acme.now - acme.day * 9, relational=True)
            acme.answer(10, customer=person, at=acme.now - acme.day, relational=True)
        acme.fold()

    page = look("company", company.pk)

    assert text_of(page.select(".score b")[0]) == "+100"
    assert "n = 25" in text_of(page)


def test_every_number_leads_to_exactly_the_answers_of_its_people(acme, look):
    with acme.inside():
        company = acme.company("Large Ltd")
        people = [acme.customer(f"Person {number}", company=company) for number in range(30)]
        for person in people:
            crowd(acme, [5, 2], customer=person)
            for days in (9, 1):
                at = acme.now - acme.day * days
                acme.answer(days, customer=person, at=at, relational=True)
        crowd(acme, [1] * 9, customer=acme.customer("Elsewhere"))
        acme.fold()
    client = acme.client("responder")
    links = [
        *look("companies").select("td .small a"),
        *look("company", company.pk).select(".score a.n, .left-out a"),
    ]

    promised = [int(text_of(link).removeprefix("n = ").partition(" ")[0]) for link in links]

    # Who answered the relationship survey twice is told beside the figure: 30 answered anew.
    assert promised == [60, 30, 30, 60, 30, 30]
    assert [client.get(link["href"]).context["total"] for link in links] == promised


def test_the_whole_selection_narrows_companies_and_goes_with_every_link(acme, look):
    with acme.inside():
        company, chat = acme.company("Large Ltd"), acme.touchpoint("Chat")
        ada = acme.customer("Ada", company=company)
        ago = acme.day * 9  # before last Sunday: verdicts compare whole weeks
        crowd(acme, [5] * 26, customer=ada, before=ago, context={"plan": "Max"}, comment="the bill")
        crowd(acme, [1] * 7, customer=ada, before=ago, context={"plan": "Basic"})
        crowd(acme, [2] * 4, customer=ada, before=ago, place=chat, context={"plan": "Max"})
        crowd(acme, [1] * 3, customer=ada, before=ago, context={"plan": "Max"}, standing="suspect")
        crowd(acme, [1] * 30, customer=ada, before=acme.day * 110, context={"plan": "Max"})
        acme.fold()
    client = acme.client("responder")

    def numbers(query):
        listed = look("companies", query=query).select("td .small a[href*=csat]")
        own = look("company", company.pk, query=query).select("a.n[href*=csat]")
        found = [int(text_of(link).removeprefix("n = ").partition(" ")[0]) for link in listed + own]
        leads = [client.get(link["href"]).context["total"] for link in listed + own]
        assert leads == found
        return found

    assert numbers("?segment=plan:Max") == [30, 3, 30]
    assert numbers(f"?segment=plan:Max&touchpoint={acme.phone.pk}") == [26, 3, 26]
    assert numbers("?segment=plan:Max&suspects=on") == [33, 33]
    query = f"?segment=plan:Max&touchpoint={acme.phone.pk}"
    page = look("company", company.pk, query=f"{query}&q=bill")
    assert "n = 26" in text_of(page.find(id="cell-1").find_parent("section"))
    assert "3 suspected machine answers left out" in text_of(
        look("company", company.pk, query=query)
    )
    said = text_of(look("company", company.pk, query=query).select_one(".verdict"))
    assert said == "up 100 : more than chance explains (n = 26 and 30)"
    back = look("company", company.pk, query=query).select_one(".crumbs a")
    assert "segment=plan%3AMax" in back["href"]
    row = look("companies", query=query).select_one("td a.main")
    assert f"touchpoint={acme.phone.pk}&segment=plan%3AMax" in row["href"]
    asked = look("companies", query=query).select(".filters input[type=hidden]")
    assert ("segment", "plan:Max") in [(one["name"], one["value"]) for one in asked]


def test_answers_outside_the_period_or_not_counted_do_not_count(acme, look):
    with acme.inside():
        company = acme.company("Large Ltd")
        ada = acme.customer("Ada", company=company)
        crowd(acme, [5] * 6, customer=ada)
        crowd(acme, [1] * 30, customer=ada, standing="suspect")
        crowd(acme, [1] * 30, customer=ada, before=timedelta(days=60))
        acme.fold()

    row = text_of(look("companies", query="?days=30").find("tbody"))

    assert "n = 6 · 6 satisfied" in row


def test_a_company_is_found_by_name_and_led_to_from_its_people(acme, joinery, look):
    with acme.inside():
        ada = joinery.customers.get(name="Ada")
    found = look("companies", query="?q=north")
    link = look("customer", ada.pk).select_one(".facts a")

    assert [text_of(one) for one in found.select("td a.main")] == ["Northwind Joinery"]
    assert link["href"] == acme.url("company", joinery.pk)


def test_a_search_keeps_the_period(look):
    form = look("companies", query="?days=365").select_one("form.filters")

    assert form.select_one("input[name=days]")["value"] == "365"


def test_own_scores_stand_oldest_first_without_a_score(acme, joinery, look):
    with acme.inside():
        ada = joinery.customers.get(name="Ada")
    page = look("customer", ada.pk)

    card = page.find(id="scores-title").find_parent("section")
    assert [text_of(chip).split(": ")[1] for chip in card.select(".chip")] == ["2", "5"]
    assert "CSAT" in text_of(card)
