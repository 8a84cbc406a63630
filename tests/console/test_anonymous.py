"""Anonymous programmes in the console: made once and for all, measured on a page of their own."""

import re
from datetime import UTC, date, datetime, timedelta

import pytest
import time_machine
from bs4 import BeautifulSoup

from surveys.models import AnonymousAnswer, Programme, Survey, SurveyVersion
from tests.builders import a_programme, an_invitation
from tests.console.test_acts import newest_change

TODAY = datetime(2026, 5, 12, 9, tzinfo=UTC)
# Of March and April, by plan; and one of this May.
MARCH, APRIL, MAY = (date(2026, month, 1) for month in (3, 4, 5))
ROWS = [
    *((MARCH, "Gold", score) for score in (9, 9, 10, 2, 7, 8)),
    *((MARCH, "Free", score) for score in (3, 4, 9)),
    *((MARCH, "Team", score) for score in (5, 9)),
    *((APRIL, "Gold", score) for score in (10, 10, 9, 1, 6)),
    *((APRIL, "Free", score) for score in (0, 5, 7, 9, 9)),
    (MAY, "Gold", 1),
]


@pytest.fixture(autouse=True)
def may():
    with time_machine.travel(TODAY, tick=False):
        yield


@pytest.fixture
def pulse(acme):
    """An anonymous programme with answers."""
    with acme.inside():
        survey = Survey.objects.create(**acme.own, name="Pulse", metric="nps", created_at=acme.now)
        programme = a_programme(
            acme.csat.organisation,
            survey=survey,
            name="Pulse",
            is_anonymous=True,
            kept_property="plan",
            cadence_months=3,
        )
        AnonymousAnswer.objects.bulk_create(
            AnonymousAnswer(
                **acme.own,
                programme=programme,
                month=month,
                kept=plan,
                score=score,
                comment=f"{plan} in {month:%B} said {number}",
                feelings=["valued"] if score > 8 else ["annoyed"],
            )
            for number, (month, plan, score) in enumerate(ROWS)
        )
    return programme


def text_of(tag):
    return tag.get_text(" ", strip=True)


def page_of(world, programme, role="owner", query=""):
    answer = world.client(role).get(world.url("anonymous", programme.pk) + query)
    assert answer.status_code == 200
    return BeautifulSoup(answer.content, "html.parser")


def lines(page, title):
    rows = page.find("section", attrs={"aria-labelledby": title}).find("tbody").find_all("tr")
    return {text_of(row.find("td")): int(text_of(row.find("td", class_="num"))) for row in rows}


def said_in(month, *plans):
    return {
        f"{plan} in {month:%B} said {number}"
        for number, (of, plan, _) in enumerate(ROWS)
        if of == month and (not plans or plan in plans)
    }


def words(page):
    return {text_of(one) for one in page.select(".quotes blockquote")}


@pytest.mark.parametrize("role", ["viewer", "responder", "manager", "owner"])
def test_every_member_sees_groups_and_nobody_an_answer(acme, pulse, role):
    page = page_of(acme, pulse, role)
    assert lines(page, "months-title") == {"April 2026": 10, "March 2026": 11}
    assert lines(page, "parts-title") == {
        "Free in 1 of 2 spans of months": 5,
        "Gold": 11,
        "the others together in 1 of 2 spans of months": 5,
    }
    assert "n = 21" in text_of(page)
    assert words(page) == {
        f"{p} in April said {i}" for i, (m, p, _) in enumerate(ROWS) if m == APRIL
    }
    assert "said 21" not in str(page)  # of this month
    assert [link["href"] for link in page.select("main a[href*=responses]")] == []


def test_an_outsider_and_another_programme_find_nothing(acme, globex, pulse):
    outsider = globex.client("owner")
    assert outsider.get(acme.url("anonymous", pulse.pk)).status_code == 404
    assert outsider.get(globex.url("anonymous", pulse.pk)).status_code == 404
    assert acme.client("owner").get(acme.url("anonymous", acme.csat.pk)).status_code == 404


def test_months_and_groups_narrow_what_is_read(acme, pulse):
    page = page_of(acme, pulse, query="?from=2026-03&to=2026-03")
    assert lines(page, "months-title") == {"March 2026": 11}
    assert lines(page, "parts-title") == {"Gold": 6, "the others together": 5}
    groups = {text_of(one): one["value"] for one in page.select("#group option")}
    assert set(groups) == {"All", "Gold", "the others together"}
    page = page_of(acme, pulse, query=f"?said=2026-03&group={groups['the others together']}")
    assert words(page) == said_in(MARCH, "Free", "Team")


@pytest.mark.parametrize(
    "query", ["?group=Free", "?said=2026-05", "?from=2026-05", "?q=said", "?plan=Gold&from=x"]
)
def test_no_address_opens_more(acme, pulse, query):
    """What is no block or group of the page is as if it was not said."""
    usual, asked = page_of(acme, pulse), page_of(acme, pulse, query=query)
    assert words(asked) == words(usual)
    for title in ("months-title", "parts-title"):
        assert lines(asked, title) == lines(usual, title)


def test_one_more_answer_changes_not_one_letter(acme, pulse):
    def seen():
        page = page_of(acme, pulse)
        return re.sub(r"csrf\S+|nonce\S+", "", str(page.find("main")))

    before = seen()
    with acme.inside():
        AnonymousAnswer.objects.create(
            **acme.own, programme=pulse, month=MAY, kept="Free", score=0, comment="New"
        )
    assert seen() == before


def test_another_programme_s_answers_are_not_mixed_in(acme, pulse):
    def seen():
        page = page_of(acme, pulse)
        return lines(page, "months-title"), lines(page, "parts-title"), words(page)

    before = seen()
    with acme.inside():
        other = a_programme(
            acme.csat.organisation, survey=pulse.survey, is_anonymous=True, kept_property="plan"
        )
        AnonymousAnswer.objects.bulk_create(
            AnonymousAnswer(**acme.own, programme=other, month=month, kept="Gold", score=score)
            for month, score in [(MARCH, 1), (APRIL, 2)] * 9
        )
        AnonymousAnswer.objects.filter(programme=other).update(comment="Of another programme.")
    assert seen() == before


def test_with_nothing_to_show_not_even_a_number_is_told(acme, pulse):
    with acme.inside():
        AnonymousAnswer.objects.exclude(month=MAY).delete()
    page = page_of(acme, pulse)
    assert "Nothing to show yet" in text_of(page)
    assert page.select("table, select, .quotes") == []


# --- making one -------------------------------------------------------------------------------


def new(world, role="manager", **told):
    form = {
        "name": "How we work together", "kind": "relational", "metric": "nps", "delay_minutes": 0,
        "rest_days": 30, "expires_after_days": 30, "cadence_months": 3, **told,
    }  # fmt: skip
    return world.client(role).post(world.url("programme_new"), form)


def test_it_is_anonymous_from_the_beginning_and_for_good(acme):
    with acme.inside():
        acme.contact(acme.customer("Ada Okafor"))
    answer = new(acme, is_anonymous="on", kept_property="company")
    assert answer.status_code == 302
    with acme.inside():
        made = Programme.objects.get(name="How we work together")
    assert (made.is_anonymous, made.kept_property) == (True, "company")
    action, _, before, after = newest_change(acme)
    assert (action, before) == ("programme.created", {})
    assert (after["is_anonymous"], after["kept_property"]) == (True, "company")
    edit = acme.url("programme_edit", made.pk)
    form = BeautifulSoup(acme.client("manager").get(edit).content, "html.parser")
    assert form.find("input", {"name": "is_anonymous"}) is None
    told = {"name": "Renamed", "rest_days": 30, "expires_after_days": 30, "cadence_months": 3}
    changed = {**told, "delay_minutes": 0, "is_anonymous": "", "kept_property": ""}
    assert acme.client("manager").post(edit, changed).status_code == 302
    with acme.inside():
        made = Programme.objects.get(pk=made.pk)
    assert (made.name, made.is_anonymous, made.kept_property) == ("Renamed", True, "company")


def test_only_an_anonymous_one_keeps_a_property(acme):
    answer = new(acme, kept_property="company")
    assert (answer.status_code, b"Only of an anonymous programme." in answer.content) == (422, True)


def test_a_responder_makes_none(acme):
    assert new(acme, "responder", is_anonymous="on").status_code == 403


def test_its_pages_lead_to_no_list_of_answers_and_to_no_public_link(acme, pulse):
    with acme.inside():
        ada = acme.customer("Ada Okafor")
        SurveyVersion.objects.create(**acme.own, survey=pulse.survey, number=1, published_at=TODAY)
        asked = {"at": TODAY - timedelta(days=60), "is_anonymous": True, "is_used": True}
        an_invitation(acme.csat.organisation, pulse, ada, **asked)
    client = acme.client("owner")
    page = BeautifulSoup(client.get(acme.url("programme", pulse.pk)).content, "html.parser")
    assert "Anonymous" in text_of(page.find("h1"))
    steps = [text_of(step) for step in page.select(".funnel li > span:first-child")]
    assert steps == ["Asked", "Handed over"]
    # Nobody knows whether she answered, so no share of those whose time is over is told.
    for name in ("programme", "delivery"):
        told = BeautifulSoup(client.get(acme.url(name, pulse.pk)).content, "html.parser")
        assert "time to answer is over" not in text_of(told.main), name
    links = {link["href"].split("?")[0] for link in page.select("main a")}
    assert acme.url("anonymous", pulse.pk) in links
    assert acme.url("responses") not in links
    for name in ("public_links", "public_link_new"):
        assert client.get(acme.url(name, pulse.pk)).status_code == 404


# --- files ------------------------------------------------------------------------------------


def file_of(world, programme, name):
    answer = world.client("viewer").get(world.url(name, programme.pk))
    assert answer.status_code == 200
    return answer.getvalue().decode().split("\r\n")[:-1]


def test_the_file_of_figures_holds_groups(acme, pulse):
    gave = ",".join(f"gave_{score}" for score in range(11))
    assert file_of(acme, pulse, "anonymous_groups_csv") == [
        f"first_month,last_month,property,group,n,{gave}",
        "2026-03,2026-03,,all,11,0,0,1,1,1,1,0,1,1,4,1",
        "2026-03,2026-03,plan,Gold,6,0,0,1,0,0,0,0,1,1,2,1",
        "2026-03,2026-03,plan,the others together,5,0,0,0,1,1,1,0,0,0,2,0",
        "2026-04,2026-04,,all,10,1,1,0,0,0,1,1,1,0,3,2",
        "2026-04,2026-04,plan,Free,5,1,0,0,0,0,1,0,1,0,2,0",
        "2026-04,2026-04,plan,Gold,5,0,1,0,0,0,0,1,0,0,1,2",
    ]
    action, _, _, after = newest_change(acme)
    assert action == "anonymous_groups.exported"
    assert after == {"format": "csv", "filter": "", "programme": pulse.pk, "rows": 6}


def test_the_file_of_words_holds_words_alone_and_no_formula(acme, pulse):
    with acme.inside():
        first = AnonymousAnswer.objects.filter(month=MARCH).first()
        first.comment = "=1+1"
        first.save()
    head, *rows = file_of(acme, pulse, "anonymous_comments_csv")
    assert head == "first_month,last_month,comment"
    told = [row.split(",", 2) for row in rows]
    assert [row[:2] for row in told] == [["2026-03"] * 2] * 11 + [["2026-04"] * 2] * 10
    with acme.inside():
        shown = AnonymousAnswer.objects.exclude(month=MAY).values_list("comment", flat=True)
        words = {one if one != "=1+1" else "'=1+1" for one in shown}
    assert {row[2] for row in told} == words


def test_words_stand_in_no_order_that_tells(acme, pulse):
    """Written one after another; the page and the file go by random ids."""
    with acme.inside():
        by_id = AnonymousAnswer.objects.filter(month=APRIL).order_by("id")
        order = list(by_id.values_list("comment", flat=True))
    page = page_of(acme, pulse, query="?said=2026-04")
    assert [text_of(one) for one in page.select(".quotes blockquote")] == order
    rows = file_of(acme, pulse, "anonymous_comments_csv")
    assert [row.split(",", 2)[2] for row in rows if row.startswith("2026-04")] == order


def test_a_file_cannot_be_narrowed(acme, pulse):
    address = acme.url("anonymous_groups_csv", pulse.pk)
    assert acme.client("owner").get(f"{address}?from=2026-03").status_code == 400


# --- what is not counted elsewhere ------------------------------------------------------------


def test_pages_of_figures_say_what_they_do_not_count(acme, pulse):
    with acme.inside():
        acme.answer(4)
        acme.fold()
    client = acme.client("viewer")
    for address in (acme.url("overview"), acme.url("touchpoint", acme.phone.pk)):
        page = BeautifulSoup(client.get(address).content, "html.parser")
        said = "21 anonymous answers are not counted here: Pulse"
        assert said in text_of(page)
        assert page.find("a", href=acme.url("anonymous", pulse.pk)) is not None
    assert client.get(acme.url("overview") + f"?programme={pulse.pk}").status_code == 400
    assert client.get(acme.url("responses") + f"?programme={pulse.pk}").status_code == 400
    page = BeautifulSoup(client.get(acme.url("programmes")).content, "html.parser")
    assert page.find("td", attrs={"data-label": "Answered"}).find("a") is None
    assert page.find("a", string="Anonymous answers")["href"] == acme.url("anonymous", pulse.pk)
