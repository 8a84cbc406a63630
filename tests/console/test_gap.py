"""The gap in one sentence, the tests behind it, and each segment by both metrics."""

import pytest
from bs4 import BeautifulSoup

from metrics.actions.tracking import track_property
from tests.console.crowds import crowd

PERIOD = 90


def text_of(node):
    return " ".join(node.get_text(" ").split())


@pytest.fixture
def look(acme):
    def open_page(name="gap", query="", role="viewer"):
        answer = acme.client(role).get(acme.url(name) + query)
        assert answer.status_code == 200
        return BeautifulSoup(answer.content, "html.parser")

    return open_page


def service_of(world, periods_back, good, poor, **context):
    before = world.day * (PERIOD * periods_back + 10)
    crowd(world, [5] * good + [1] * poor, before=before, context=context)


def loyalty_of(world, periods_back, promoters, passives, detractors, **context):
    before = world.day * (PERIOD * periods_back + 10)
    scores = [10] * promoters + [8] * passives + [0] * detractors
    crowd(world, scores, relational=True, before=before, context=context)


def moved_apart(world):
    """Service fell two periods ago and is back; Basic likes us less, Plus more."""
    with world.inside():
        track_property(organisation_id=world.id, key="plan", now=world.now)
        for back, good in ((3, 90), (2, 60), (1, 62), (0, 85)):
            for plan in ("Basic", "Plus"):
                service_of(world, back, good, 100 - good, plan=plan)
        loyalty_of(world, 1, 50, 30, 20, plan="Basic")
        loyalty_of(world, 1, 40, 30, 30, plan="Plus")
        loyalty_of(world, 0, 20, 30, 50, plan="Basic")
        loyalty_of(world, 0, 68, 22, 10, plan="Plus")
        world.fold()


SAID = "Service has recovered; the relationship has not, and it is plan Basic."


def test_the_sentence_stands_as_the_headline(acme, look):
    moved_apart(acme)
    assert text_of(look().select_one("h2.sentence")) == SAID


def test_the_overview_says_the_same_and_leads_on(acme, look):
    moved_apart(acme)

    page = look("overview")
    card = page.find("h2", id="gap-title").find_parent("section")

    assert text_of(card.select_one(".sentence")) == SAID
    assert "+30 \u2192 \u221230" in text_of(card)
    links = {text_of(link): link["href"] for link in card.find_all("a")}
    start = f"{acme.url('gap')}?days=90"
    assert links == {
        "Segments": f"{start}#segments",
        "Customers": f"{start}#customers",
        "Why may we say this?": f"{start}#why",
    }


def test_no_call_that_hides_two_groups_says_so_on_card_and_page(acme, look):
    moved_apart(acme)

    overview = look("overview").find("h2", id="experience-title").find_parent("section")

    words = "no call : two groups moved in opposite directions"
    assert words in text_of(overview.select_one(".verdict"))
    assert words in text_of(look().select_one(".pair"))


def test_the_tests_behind_the_sentence_are_open_to_check(acme, look):
    moved_apart(acme)

    why = look().select_one("details#why")
    rows = {
        text_of(row.find("th")): [text_of(cell) for cell in row.find_all("td")]
        for row in why.select("tbody tr")
    }

    basic = rows["Plan Basic, experience"]
    assert basic[:3] == ["\u221230 (n = 100)", "+30 (n = 100)", "\u221260"]
    assert basic[4:] == ["under 0.001", "0.05", "down"]
    assert rows["Experience, everybody"][-1] == "no call"
    assert rows["Service, everybody"][-1] == "up"
    said = text_of(why)
    assert "Service was called down 30 in the period from" in said
    assert "Two groups moved in opposite directions: plan Basic fell while plan Plus rose." in said
    assert "4 changes of segments were judged together" in said
    assert "as of monday" in said.lower()


def test_each_segment_stands_with_both_metrics_and_four_verdicts(acme, look):
    moved_apart(acme)

    table = look().select_one("#segments table")
    rows = {
        text_of(row.find("th")): [text_of(cell) for cell in row.find_all("td")]
        for row in table.select("tbody tr")
    }

    assert list(rows) == ["plan Basic", "plan Plus"]
    service, last, rest, experience, last_x, rest_x = rows["plan Basic"]
    assert (service.startswith("85 %"), "n = 100" in service) == (True, True)
    assert (last, rest) == ("up 23 n = 100 and 100", "no call n = 100 and 100")
    assert experience.startswith("\u221230")
    assert last_x == "down 60 n = 100 and 100"
    assert rest_x == "88 below +58 n = 100 and 100"


def test_small_samples_are_hollow_and_tiny_ones_have_no_score(acme, look):
    with acme.inside():
        track_property(organisation_id=acme.id, key="plan", now=acme.now)
        service_of(acme, 0, 40, 10, plan="Basic")
        service_of(acme, 0, 10, 4, plan="Max")
        loyalty_of(acme, 0, 30, 10, 10, plan="Basic")
        loyalty_of(acme, 0, 5, 3, 2, plan="Max")
        acme.fold()

    rows = {text_of(row.find("th")): row for row in look().select("#segments tbody tr")}

    assert text_of(rows["plan Basic"].select_one(".tag.hollow")) == "small sample"
    assert rows["plan Max"].select(".figure") == []
    assert text_of(rows["plan Max"].select_one(".tag.hollow")) == "too few for a score"
    assert "too few n = 14 and 0" in text_of(rows["plan Max"])
    assert rows["plan Max"].select(".said.up, .said.down") == []


def test_where_too_few_answered_the_page_says_how_many_it_takes(acme, look):
    with acme.inside():
        service_of(acme, 0, 40, 10)
        loyalty_of(acme, 0, 30, 10, 10)
        loyalty_of(acme, 1, 10, 10, 4)
        acme.fold()

    page = look()

    assert text_of(page.select_one("h2.sentence")) == "Too few answers to say anything of both"
    assert "service has 50 and 0; experience has 50 and 24 in the two periods" in text_of(page)
    assert "Too few answers" in text_of(look("overview"))


@pytest.mark.parametrize("role", ["manager", "viewer"])
@pytest.mark.parametrize(
    ("fill", "text"),
    [
        (None, "Neither service nor the relationship was answered"),
        (service_of, "No relationship survey has been answered"),
        (loyalty_of, "No answer at a service touchpoint"),
    ],
)
def test_what_is_missing_is_told_with_the_next_step(acme, look, role, fill, text):
    with acme.inside():
        if fill:
            fill(acme, 0, *([30, 10, 10] if fill is loyalty_of else [30, 10]))
        acme.fold()

    page = look(role=role)

    assert text in text_of(page.select_one(".headline"))
    steps = [link["href"] for link in page.select(".headline a.btn")]
    assert steps == ([acme.url("programme_new")] if role == "manager" else [])


def test_names_of_segments_are_words_not_markup(acme, look):
    with acme.inside():
        track_property(organisation_id=acme.id, key="plan", now=acme.now)
        service_of(acme, 0, 40, 10, plan="<b>Basic</b>")
        loyalty_of(acme, 0, 30, 10, 10, plan="<b>Basic</b>")
        acme.fold()

    page = look()

    assert text_of(page.select_one("#segments tbody th")) == "plan <b>Basic</b>"
    assert page.select("#segments tbody b") == []


@pytest.mark.parametrize("plans", [1, 3])
def test_the_page_costs_the_same_with_one_segment_and_with_three(
    acme, django_assert_num_queries, plans
):
    with acme.inside():
        track_property(organisation_id=acme.id, key="plan", now=acme.now)
        for number in range(plans):
            service_of(acme, 0, 3, 1, plan=f"Plan {number}")
            loyalty_of(acme, 0, 3, 1, 1, plan=f"Plan {number}")
        acme.fold()
    client = acme.client("viewer")
    client.get(acme.url("gap"))

    with django_assert_num_queries(13):
        answer = client.get(acme.url("gap"))

    assert f"plan Plan {plans - 1}" in answer.content.decode()
