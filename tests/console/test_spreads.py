"""Follow-up questions on the pages of touchpoints and programmes, and the answers behind bars."""

import pytest
from bs4 import BeautifulSoup

from reports.queries import follow_ups
from surveys.models import Answer, Question, Response
from surveys.rules.questions import Kind
from surveys.rules.questions import Question as Asked
from tests.builders import a_choice, a_version
from tests.console.test_drilldown import count_behind, numbers_of

CHANNELS = a_choice(1, "multiple", "How did you try?", "By phone", "In the shop")
RATING = Asked(2, Kind.RATING, "How quick?", low="Slow", high="Quick")
WORDS = Asked(3, Kind.TEXT, "What else?")


@pytest.fixture
def world(acme):
    """Thirty answers to an earlier version, ten to the newest; and some that do not count."""
    with acme.inside():
        old = a_version(acme.csat.survey, a_choice(1, "multiple", "How?", "Phone", "Shop", "Fax"))
        acme.new = a_version(acme.csat.survey, CHANNELS, RATING, WORDS)
        for number in range(30):
            reply(acme, old, {1: [1, 3] if number % 3 else [2]}, number, plan="Basic")
        for number in range(10):
            reply(acme, acme.new, {1: [1], 2: [5 if number else 1], 3: "More"}, number, plan="Plus")
        reply(acme, acme.new, {1: [2]}, 1, standing="excluded")
        reply(acme, acme.new, {1: [2]}, 1, standing="suspect")
        reply(acme, acme.new, {1: [2]}, 400)
        reply(acme, acme.new, {1: [2]}, 1, touchpoint=acme.touchpoint("Shop"))
    return acme


def reply(world, version, said, days, plan="", **fields):
    at = world.now - world.day * (days + 1)
    person = world.customer(f"Person {days}", email=f"{days}@mail.example")
    response = world.answer(4, customer=person, at=at, context={"plan": plan})
    type(response).objects.filter(pk=response.pk).update(survey_version=version, **fields)
    for question in Question.objects.filter(survey_version=version, number__in=said):
        given = said[question.number]
        words, picked = (given, []) if isinstance(given, str) else ("", given)
        Answer.objects.create(
            **world.own, response=response, question=question, picked=picked, words=words
        )


def shown(answer):
    """Each question with its n and its bars: choice, per cent, interval, answers."""
    page = BeautifulSoup(answer.content, "html.parser")
    return {
        item.h3.get_text(): (
            item.p.a.get_text(),
            [
                [row.th.get_text(), *(cell.get_text(strip=True) for cell in row.select("td")[1:])]
                for row in item.select("tbody tr")
            ],
        )
        for item in page.select(".spread")
    }


def test_bars_count_every_version_by_number_under_the_newest_words(world):
    address = f"{world.url('touchpoint_questions', world.phone.pk)}?days=90"
    told = shown(world.client("viewer").get(address))

    assert told == {
        "How did you try?": (
            "n = 40",
            [
                ["By phone", "75 %", "60 to 86 %", "30"],
                ["In the shop", "25 %", "14 to 40 %", "10"],
                ["Fax", "50 %", "35 to 65 %", "20"],
            ],
        ),
        "How quick?": (
            "n = 10",
            [
                ["1 Slow", "10 %", "2 to 40 %", "1"],
                ["2", "0 %", "0 to 28 %", "0"],
                ["3", "0 %", "0 to 28 %", "0"],
                ["4", "0 %", "0 to 28 %", "0"],
                ["5 Quick", "90 %", "60 to 98 %", "9"],
            ],
        ),
        "What else?": ("n = 10", []),
    }


@pytest.mark.parametrize("query", ["days=90", "days=90&suspects=on", "days=90&segment=plan:Basic"])
def test_behind_every_bar_are_exactly_its_answers(world, query):
    client = world.client("viewer")
    address = f"{world.url('touchpoint_questions', world.phone.pk)}?{query}"
    links = list(numbers_of(client.get(address), address))

    assert len(links) >= 4
    for link, number, text in links:
        assert (text, count_behind(world, link)) == (text, number)
        assert client.get(link).status_code == 200


def test_the_programme_counts_all_its_places(world):
    client = world.client("viewer")
    address = f"{world.url('programme_questions', world.csat.pk)}?days=90"
    answer = client.get(address)

    assert shown(answer)["How did you try?"][0] == "n = 41"
    for link, number, text in numbers_of(answer, address):
        assert (text, count_behind(world, link)) == (text, number)


def test_the_programme_is_narrowed_by_its_touchpoint(world):
    client = world.client("viewer")
    page = client.get(
        f"{world.url('programme', world.csat.pk)}?days=90&touchpoint={world.phone.pk}"
    )
    later = BeautifulSoup(page.content, "html.parser").select_one("#follow-ups")["hx-get"]
    answer = client.get(later)

    assert f"touchpoint={world.phone.pk}" in later
    assert shown(answer)["How did you try?"][0] == "n = 40"
    for link, number, text in numbers_of(answer, later):
        assert (text, count_behind(world, link)) == (text, number)


def test_few_answers_show_no_share(world):
    with world.inside():
        answers = Answer.objects.filter(question__number=2)
        answers.exclude(pk__in=answers.values("pk")[:4]).delete()
    page = world.client("viewer").get(f"{world.url('programme_questions', world.csat.pk)}?days=90")

    assert shown(page)["How quick?"] == ("n = 4", [])
    assert "too few for shares" in page.content.decode()


def test_more_than_are_read_are_said(world, monkeypatch):
    monkeypatch.setattr(follow_ups, "MOST_READ", 15)
    page = world.client("viewer").get(f"{world.url('programme_questions', world.csat.pk)}?days=90")

    assert "The newest 15 answers of the period are counted." in page.content.decode()


def test_a_question_taken_out_is_still_shown_where_it_was_answered(world):
    with world.inside():
        a_version(world.csat.survey, RATING)
    page = world.client("viewer").get(f"{world.url('programme_questions', world.csat.pk)}?days=90")

    assert list(shown(page)) == ["How quick?", "How did you try?", "What else?"]
    assert page.content.decode().count("no longer asked") == 2


def test_statements_do_not_grow_with_answers_or_questions(world, django_assert_num_queries):
    client = world.client("viewer")
    for days in (30, 90):
        for name, key, statements in (
            ("touchpoint_questions", world.phone.pk, 20),
            ("programme_questions", world.csat.pk, 20),
        ):
            client.get(world.url(name, key))
            with django_assert_num_queries(statements):
                client.get(f"{world.url(name, key)}?days={days}")


def test_another_organisation_s_question_leads_nowhere(world, globex):
    with globex.inside():
        theirs = a_version(globex.csat.survey, CHANNELS).questions.get().pk
    page = world.client("viewer").get(f"{world.url('responses')}?question={theirs}&days=90")

    assert "How did you try?" not in page.content.decode()
    assert count_behind(world, f"{world.url('responses')}?question={theirs}&days=90") == 0


def test_feelings_and_contact_are_counted_and_lead_to_their_answers(world):
    with world.inside():
        rows = list(Response.objects.order_by("id").values_list("pk", flat=True))
        Response.objects.filter(pk__in=rows[:20]).update(feelings=["valued", "annoyed"])
        Response.objects.filter(pk__in=rows[20:30]).update(feelings=["annoyed"], contact="email")
        Response.objects.filter(pk__in=rows[30:36]).update(contact="no")
    client = world.client("viewer")
    address = f"{world.url('touchpoint_questions', world.phone.pk)}?days=90"
    answer = client.get(address)
    told = shown(answer)

    assert told["How did we make you feel?"] == (
        "n = 30",
        [
            ["Valued", "67 %", "49 to 81 %", "20"],
            ["Appreciated", "0 %", "0 to 11 %", "0"],
            ["Respected", "0 %", "0 to 11 %", "0"],
            ["Annoyed", "100 %", "89 to 100 %", "30"],
            ["Disappointed", "0 %", "0 to 11 %", "0"],
            ["Frustrated", "0 %", "0 to 11 %", "0"],
        ],
    )
    assert [row[::3] for row in told["May we contact you about this?"][1]] == [
        ["Yes, by e-mail", "10"],
        ["Yes, by phone", "0"],
        ["No", "6"],
    ]
    links = list(numbers_of(answer, address))
    assert len(links) > 10
    for link, number, text in links:
        assert (text, count_behind(world, link)) == (text, number)
    assert count_behind(world, f"{world.url('responses')}?days=90&contact=yes") == 10
    quotes = client.get(f"{world.url('responses')}?days=90&feeling=annoyed&contact=email")
    page = BeautifulSoup(quotes.content, "html.parser")
    assert [tag.get_text() for tag in page.select("li:has(blockquote, .body) .about .tag")][:2] == [
        "annoyed",
        "may be contacted by e-mail",
    ]
