"""The overview says what the answers say, and every number leads to exactly its answers."""

from datetime import timedelta
from itertools import cycle

import pytest
from bs4 import BeautifulSoup

from surveys.models import Invitation, Programme, Response
from tests.console.crowds import crowd

SCORES = [5, 4, 4, 2, 5, 1, 3, 5]


def text_of(node):
    return " ".join(node.get_text(" ").split()).replace(" )", ")")


def card(page, name):
    return page.find("h2", id=f"{name}-title").find_parent("section")


@pytest.fixture
def look(acme):
    """Call with a role and a query to have the overview, taken apart."""

    def open_page(role="viewer", query=""):
        answer = acme.client(role).get(acme.url("overview") + query)
        assert answer.status_code == 200
        return BeautifulSoup(answer.content, "html.parser")

    return open_page


def ask(world, count, *, scores=SCORES, before=timedelta(0)):
    """Answers of as many customers, one a day."""
    with world.inside():
        for number, score in zip(range(count), cycle(scores), strict=False):
            at = world.now - before - timedelta(days=number % 20, hours=1)
            world.answer(score, customer=world.customer(f"Customer {number}"), at=at)


def fold(world):
    with world.inside():
        world.fold()


def test_a_score_stands_with_interval_and_number_of_answers(acme, look):
    ask(acme, 40)
    fold(acme)

    service = text_of(card(look(), "service"))

    # 25 of 40 gave 4 or 5: 62.5 % is shown as 63, Wilson's interval is 47.03 to 75.78 %.
    assert "63 % 47 to 76 % n = 40 small sample" in service
    assert "Satisfied 63 % (25)" in service
    assert "Not satisfied 37 % (15)" in service


def test_below_25_answers_there_is_no_headline(acme, look):
    ask(acme, 24)
    fold(acme)

    service = card(look(), "service")

    assert service.select(".score b") == []
    assert "n = 24 too few for a score" in text_of(service)


def test_from_100_answers_nothing_is_called_small(acme, look):
    ask(acme, 100)
    fold(acme)

    assert "small sample" not in text_of(card(look(), "service"))


def test_without_a_relationship_survey_the_card_says_so_and_leads_to_one(acme, look):
    ask(acme, 3)
    fold(acme)

    # One that is set up was not answered in these days: nobody is told to set up another.
    unanswered = card(look("manager"), "experience")
    assert "No answer to the relationship survey in this period." in text_of(unanswered)
    assert unanswered.find("a", href=acme.url("programme_new")) is None

    with acme.inside():
        Programme.objects.filter(pk=acme.nps.pk).update(archived_at=acme.now)
    manager, viewer = card(look("manager"), "experience"), card(look("viewer"), "experience")

    assert "No relationship survey yet." in text_of(manager)
    assert manager.find("a", href=acme.url("programme_new")) is not None
    assert viewer.find("a", href=acme.url("programme_new")) is None


def test_an_nps_at_a_touchpoint_never_feeds_experience(acme, look):
    with acme.inside():
        programme, version = acme._programme("NPS after calls", "transactional", "nps")
        for number in range(30):
            response = acme.answer(5, customer=acme.customer(f"Customer {number}"))
            Response.objects.filter(pk=response.pk).update(
                metric="nps", score=9, programme=programme, survey_version=version
            )
        acme.fold()

    assert "No answer to the relationship survey" in text_of(card(look(), "experience"))


def test_experience_counts_the_latest_answer_of_each_customer(acme, look):
    with acme.inside():
        for number in range(30):
            person = acme.customer(f"Customer {number}")
            early, late = acme.now - timedelta(days=20), acme.now - timedelta(days=2)
            acme.answer(0, customer=person, at=early, relational=True)
            acme.answer(10, customer=person, at=late, relational=True)
        acme.fold()

    experience = card(look(), "experience")

    assert experience.select_one(".score b").get_text() == "+100"
    assert "n = 30" in text_of(experience)


def test_a_change_is_judged_in_words_with_both_numbers(acme, look):
    ask(acme, 120, scores=[5, 5, 5, 4, 2], before=timedelta(days=8))
    ask(acme, 120, scores=[1, 2, 2, 5], before=timedelta(days=100))
    fold(acme)

    said = text_of(card(look(), "service").select_one(".verdict"))

    assert said.startswith("up 55 : more than chance explains (n = 120 and 120) as of Monday")


def test_a_small_change_is_no_call_and_says_how_many_answers_it_would_take(acme, look):
    ask(acme, 60, scores=[5, 4, 2, 4], before=timedelta(days=8))
    ask(acme, 60, scores=[5, 4, 2], before=timedelta(days=100))
    fold(acme)

    said = text_of(card(look(), "service").select_one(".verdict"))

    assert said.startswith("no call : could be chance (n = 60 and 60). To see 10 points, about")


def test_every_number_leads_to_exactly_as_many_answers(acme, look):
    ask(acme, 30)
    with acme.inside():
        for number in range(26):
            person = acme.customer(f"Loyal {number}")
            days = timedelta(days=number)
            acme.answer(number % 11, customer=person, at=acme.now - days, relational=True)
            acme.answer(9, customer=person, at=acme.now - days * 2, relational=True)
        acme.answer(1, standing="suspect", customer=acme.customer("Scanner"))
        acme.answer(1, standing="excluded", customer=acme.customer("Colleague"))
        acme.fold()
    page, client = look(), acme.client("viewer")

    links = page.select("a.n, .legend a, .journey .small a")
    promised = [_number(link) for link in links]
    found = [_total(client.get(link["href"])) for link in links]

    assert len(links) == 2 + 5 + 3  # the stage's own number and the two kinds it leaves out
    assert found == promised


def _number(link):
    bracket = link.select_one("span:last-child")
    digits = text_of(bracket or link).strip("n=() ").split(" ")[0]
    return int(digits.replace(",", ""))


def _total(answer):
    page = BeautifulSoup(answer.content, "html.parser")
    return int(text_of(page.select_one(".page-head p")).split(" ")[0].replace(",", ""))


def test_who_answered_is_counted_of_everyone_who_was_asked(acme, look):
    with acme.inside():
        for number in range(8):
            acme.contact(acme.customer(f"Silent {number}"))
        acme.answer(4, customer=acme.customer("Ada"))
        acme.answer(5, customer=acme.customer("Ben"))
        acme.fold()

    rate = text_of(card(look(), "silent"))

    assert "20 % 6 to 51 % response rate" in rate
    assert "asked 10 · answered 20 % · bounced 0 % · opted out 0 %" in rate
    assert "Answered 2" in rate
    assert "Silent 8" in rate
    assert "%) of those whose mail did not bounce" not in rate

    with acme.inside():
        gone = Invitation.objects.filter(customer__name__in=["Silent 0", "Silent 1"])
        gone.update(bounced_at=acme.now)
        acme.fold()
    told = text_of(card(look(), "silent"))
    assert "20 % 6 to 51 % response rate" in told
    # Wilson for 2 of 8.
    assert "25 % (7 to 59 %) of those whose mail did not bounce." in told


def test_the_newest_words_stand_first_and_suspects_do_not_stand_there(acme, look):
    with acme.inside():
        for hours, words in ((3, "oldest"), (2, "middle"), (1, "newest")):
            at = acme.now - timedelta(hours=hours)
            acme.answer(4, words, customer=acme.customer(words), at=at)
        acme.answer(5, "machine", customer=acme.customer("m"), standing="suspect")
        acme.fold()

    assert [text_of(quote) for quote in look().select("blockquote")] == [
        "newest",
        "middle",
        "oldest",
    ]


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("", ["lovely bill", "so so", "wrong bill"]),
        ("?group=high", ["lovely bill"]),
        ("?group=middle", ["so so"]),
        ("?group=low", ["wrong bill"]),
        ("?said=bill", ["lovely bill", "wrong bill"]),
        ("?said=bill&group=low", ["wrong bill"]),
        ("?said=nothing", []),
        ("?q=bill", ["lovely bill", "wrong bill"]),
        ("?q=bill&said=wrong", ["wrong bill"]),
    ],
)
def test_comments_are_narrowed_by_group_and_words_and_lead_to_all_of_them(acme, look, query, found):
    with acme.inside():
        for hours, (score, words) in enumerate(
            [(5, "lovely bill"), (3, "so so"), (1, "wrong bill")]
        ):
            at = acme.now - timedelta(hours=hours + 1)
            acme.answer(score, words, customer=acme.customer(words), at=at)
        acme.answer(4, "", customer=acme.customer("Wordless"))
        acme.fold()

    comments = card(look("viewer", query), "comments")

    assert [text_of(quote) for quote in comments.select("blockquote")] == found
    behind = acme.client("viewer").get(comments.select_one(".panel-head a")["href"])
    assert behind.context["total"] == len(found)


def test_a_long_comment_is_begun_and_leads_to_all_of_it_unless_it_was_looked_for(acme, look):
    with acme.inside():
        told = acme.answer(2, "They told me to wait another week. " * 40 + "Zebra")
        acme.answer(4, "Short and kind", customer=acme.customer("b"))
        acme.fold()

    page = look()

    assert [quote.get("class") for quote in page.select("blockquote")].count(["long"]) == 1
    whole = page.select_one("blockquote.long + a")
    assert (text_of(whole), whole["href"]) == ("Read all of it", acme.url("response", told.pk))
    assert "Zebra" in text_of(page.select_one("blockquote.long")), "whole in the page all the same"
    for asked in ("?said=zebra", "?q=zebra"):
        assert look("viewer", asked).select("blockquote.long") == []
    listed = BeautifulSoup(
        acme.client("viewer").get(acme.url("responses") + "?q=zebra").content, "html.parser"
    )
    assert (len(listed.select("blockquote")), listed.select("blockquote.long")) == (1, [])


@pytest.mark.parametrize("query", ["?group=best", "?said=%00", "?said=" + "x" * 201, "?q=%00"])
def test_comments_that_make_no_sense_are_refused(acme, query):
    assert acme.client("viewer").get(acme.url("overview") + query).status_code == 400


def test_tabs_keep_the_selection_and_the_words(acme, look):
    ask(acme, 3)
    fold(acme)

    tabs = card(look("viewer", "?days=30&said=bill"), "comments").select(".comment-tools nav a")

    assert [tab["href"] for tab in tabs] == [
        "?days=30&said=bill",
        "?days=30&said=bill&group=high",
        "?days=30&said=bill&group=middle",
        "?days=30&said=bill&group=low",
    ]


def test_the_strip_marks_the_largest_fall_by_its_verdict(acme, look):
    with acme.inside():
        crowd(acme, [5] * 20 + [1] * 40, before=timedelta(days=8))
        crowd(acme, [5] * 55 + [1] * 5, before=timedelta(days=100))
        acme.fold()
    strip = look().select_one(".journey")

    assert [text_of(name) for name in strip.select(".worst .name")] == ["Get help"]
    assert "down 58 : more than chance explains (n = 60 and 60)" in text_of(strip)


def test_the_strip_marks_no_fall_that_could_be_chance(acme, look):
    with acme.inside():
        crowd(acme, [5] * 40 + [1] * 20, before=timedelta(days=8))
        crowd(acme, [5] * 45 + [1] * 15, before=timedelta(days=100))
        acme.fold()
    strip = look().select_one(".journey")

    assert strip.select(".worst") == []
    assert "no call" in text_of(strip)


def test_words_of_customers_are_words_not_markup(acme, look):
    with acme.inside():
        acme.answer(1, "<script>alert(1)</script><b>bold</b>", customer=acme.customer("<i>x</i>"))
        acme.fold()

    page = look("owner")

    assert text_of(page.select_one("blockquote")) == "<script>alert(1)</script><b>bold</b>"
    assert page.select(".quotes script, .quotes b, .quotes i") == []


def test_an_untouched_organisation_is_told_the_next_step_by_role(acme, look):
    owner, viewer = look("owner"), look("viewer")

    assert "Nobody has been asked yet" in text_of(owner)
    assert [link["href"] for link in owner.select(".empty a, .choices a")] == [
        acme.url("setup"),
        acme.url("setup_people"),
        acme.url("key_new"),
        acme.url("import_new"),
    ]
    assert [link["href"] for link in viewer.select(".empty a, .choices a")] == [
        acme.url("programmes")
    ]


def test_a_period_without_answers_says_where_they_are_and_leads_there(acme, look):
    with acme.inside():
        acme.answer(4, customer=acme.customer("Ada"), at=acme.now - timedelta(days=300))
        acme.fold()

    page = look("viewer", "?days=30")
    notice = page.select_one(".notice")
    there = look("viewer", notice.find("a")["href"])

    assert "No answers in this period. Your answers run" in text_of(notice)
    assert "n = 1" in text_of(card(there, "service"))


@pytest.mark.parametrize("days", [30, 90, 365])
def test_the_period_is_the_addresss_and_its_choice_is_marked(acme, look, days):
    ask(acme, 1)
    fold(acme)

    page = look("viewer", f"?days={days}")

    current = page.select("nav[aria-label=Period] [aria-current]")
    assert [text_of(link) for link in current] == [f"{days} days"]


def test_each_chart_has_its_figures_in_a_table(acme, look):
    ask(acme, 40)
    fold(acme)

    service = card(look(), "service")
    rows = [[text_of(cell) for cell in row.find_all(["th", "td"])] for row in service.select("tr")]

    assert service.select_one("figure svg")["role"] == "img"
    assert rows[0] == ["From", "Score", "95 % interval", "n"]
    assert sum(int(row[3]) for row in rows[1:]) == 40


@pytest.mark.parametrize("query", ["", "?colour=red"])
def test_no_cache_keeps_a_page_for_the_next_person_at_the_machine(acme, query):
    answer = acme.client("viewer").get(acme.url("overview") + query)

    assert set(answer["Cache-Control"].split(", ")) == {"private", "no-store"}
