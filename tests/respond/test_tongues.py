"""The language of a page: whose word counts, and how a choice is kept without a cookie."""

import pytest
from bs4 import BeautifulSoup

from kit import tenancy
from surveys.models import Customer, Response, SurveyVersion, Touchpoint
from surveys.rules.languages import SPOKEN, kept_apart
from tests.builders import a_version, an_organisation
from tests.respond.test_answering import form_of, later, text


def language(answer):
    html = BeautifulSoup(answer.content, "html.parser").html
    return html["lang"], html["dir"]


def offered(answer):
    page = BeautifulSoup(answer.content, "html.parser")
    return {link["hreflang"]: link["href"] for link in page.select(".tongues a")}


@pytest.fixture
def speaks(ask):
    """Ask somebody with a language, in an organisation with one."""

    def asking(own="", house="en", **more):
        asked = ask(organisation=an_organisation("Acme Mobile", language=house), **more)
        with tenancy.organisation(asked.organisation.pk):
            Customer.objects.update(language=own)
        return asked

    return asking


@pytest.mark.parametrize(
    ("own", "house", "accepts", "chosen", "read"),
    [
        ("de-AT", "en", "fr", "", "de"),
        ("de", "en", "fr", "es", "es"),
        ("", "en", "fr-CH, fr;q=0.9, en;q=0.8", "", "fr"),
        ("", "en", "en;q=0.1, tr", "", "tr"),
        ("", "it", "xx, *;q=0.5", "", "it"),
        ("", "pl", "", "", "pl"),
        ("", "nl", "", "klingon", "nl"),
        ("xx", "ja", "de", "", "ja"),
        ("zh-TW", "en", "", "", "zh"),
    ],
)
def test_the_choice_then_the_customer_then_the_browser_then_the_house(
    customer, speaks, own, house, accepts, chosen, read
):
    asked = speaks(own, house)
    for address in (asked.survey, asked.stop):
        page = customer.get(
            address, {"lang": chosen} if chosen else {}, headers={"accept-language": accepts}
        )
        assert language(page) == (read, "rtl" if read in ("ar", "he") else "ltr")
        assert page.cookies == {}


@pytest.mark.parametrize(
    ("own", "accepts", "chosen", "read"),
    [("de", "fr", "es", "es"), ("de", "fr", "", "de"), ("", "fr", "", "fr"), ("", "", "", "it")],
)
def test_the_second_step_and_the_stored_answer_go_by_the_same_order(
    customer, speaks, own, accepts, chosen, read
):
    asked = speaks(own, "it")
    browser = {"headers": {"accept-language": accepts}}
    page = customer.get(asked.survey, {"lang": chosen} if chosen else {}, **browser)
    address, form = form_of(page)
    with later():
        sent = customer.post(address, {**form, "score": "4"}, **browser)
    assert language(customer.get(sent["Location"], **browser)) == (read, "ltr")
    with tenancy.organisation(asked.organisation.pk):
        assert Response.objects.get().language == read


def test_a_choice_lasts_through_every_step_and_stands_with_the_answer(customer, speaks):
    asked = speaks("de")
    page = customer.get(f"{asked.survey}?score=4")
    page = customer.get(f"{asked.survey}{offered(page)['he']}")
    assert language(page) == ("he", "rtl")
    # A name of the other direction keeps its full stop at its own end.
    assert "\u2068Acme Mobile\u2069" in text(page)
    assert kept_apart("Acme Inc.", "pl") == "Acme Inc."
    assert BeautifulSoup(page.content, "html.parser").select_one("input[checked]")["value"] == "4"
    with later(10):
        address, form = form_of(page)
        why = customer.get(customer.post(address, form)["Location"])
        assert language(why) == ("he", "rtl")
        address, form = form_of(why)
        thanks = customer.get(customer.post(address, {**form, "comment": "תודה"})["Location"])
    assert language(thanks) == ("he", "rtl")
    with tenancy.organisation(asked.organisation.pk):
        response = Response.objects.get()
        version = SurveyVersion.objects.get()
    # The same measure in another language.
    assert (response.language, response.score, response.survey_version_id) == ("he", 4, version.pk)


def test_what_is_known_of_nobody_follows_the_browser(customer, db):
    page = customer.get("/s/unknown", headers={"accept-language": "ja"})
    assert page.status_code == 404
    assert language(page) == ("ja", "ltr")
    assert "この質問は終了したか" in text(page)
    chosen = customer.get("/u/unknown?lang=ar", headers={"accept-language": "ja"})
    assert language(chosen) == ("ar", "rtl")


def test_each_language_is_offered_by_its_own_name(customer, speaks):
    page = customer.get(f"{speaks().survey}?score=0")
    assert offered(page) == {tag: f"?lang={tag}&score=0" for tag in SPOKEN}
    names = BeautifulSoup(page.content, "html.parser").select(".tongues a")
    assert {link["lang"]: link.get_text() for link in names} == SPOKEN
    assert [link["hreflang"] for link in names if link.get("aria-current")] == ["en"]


def test_a_survey_with_words_of_its_own_offers_what_it_was_translated_into(customer, speaks):
    asked = speaks("pl")
    with tenancy.organisation(asked.organisation.pk):
        survey = SurveyVersion.objects.get().survey
        version = a_version(
            survey,
            wording={"send": "Off with {score}"},
            translations={"cy": {"send": "Anfon {score}"}},
        )
        asked.invitation.survey_version = version
        asked.invitation.save()
    page = customer.get(asked.survey)
    assert set(offered(page)) == {"en", "cy", "pl"}
    assert "Off with 4" in text(page)  # nobody else knows what it means
    assert "Anfon 4" in text(customer.get(f"{asked.survey}?lang=cy"))


def test_an_english_company_s_german_reads_a_german_page_without_any_work(customer, speaks):
    page = text(customer.get(speaks("de").survey))
    assert "Wie wahrscheinlich ist es, dass Sie Acme Mobile" in page
    assert "Sehr unwahrscheinlich" in page
    assert "Acme Mobile sieht Ihre Antwort zusammen mit Ihrem Namen." in page
    assert "your bill" not in page


def test_a_german_company_s_words_of_its_touchpoints_stand_in_german_sentences(customer, speaks):
    asked = speaks("", "de", metric="csat")
    with tenancy.organisation(asked.organisation.pk):
        Touchpoint.objects.update(topic="Ihrer Rechnung")
    assert "mit der Hilfe zu Ihrer Rechnung?" in text(customer.get(asked.survey))
    # Of which nobody else reads a word.
    english = text(customer.get(f"{asked.survey}?lang=en"))
    assert "How satisfied were you with the help you got?" in english
