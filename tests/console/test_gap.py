"""The gap in one sentence, the tests behind it, and each segment by both metrics."""

from datetime import date, timedelta
from urllib.parse import parse_qsl, urlsplit

import pytest
from bs4 import BeautifulSoup

from metrics.actions.renewing import renew_overlaps
from metrics.actions.tracking import track_property
from surveys.models import Customer, Response
from tests.console.conftest import ZONE
from tests.console.crowds import crowd

PERIOD = 90


def text_of(node):
    return " ".join(node.get_text(" ").split()).replace(" )", ")")


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
    start = acme.url("gap")
    assert links == {
        "Segments": f"{start}#segments",
        "Customers": f"{start}#customers",
        "Why may we say this?": f"{start}#why",
        "Every word": acme.url("help_glossary"),
    }


def test_no_call_that_hides_two_groups_says_so_on_card_and_page(acme, look):
    moved_apart(acme)

    overview = look("overview").find("h2", id="experience-title").find_parent("section")

    words = "no call : two groups moved in opposite directions"
    assert words in text_of(overview.select_one(".verdict"))
    assert words in text_of(look().select_one(".pair"))


def test_the_tests_behind_the_sentence_are_open_to_check(acme, look):
    moved_apart(acme)

    why = look().select_one("details #why")
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
    (past,) = (one for one in why.select("p") if "was called down" in one.get_text())
    assert [
        (
            text_of(lead),
            text_of(
                look("responses", f"?{lead['href'].partition('?')[2]}").select_one(".page-head p")
            ).split()[0],
        )
        for lead in past.select("a")
    ] == [("200", "200"), ("200", "200")]
    days = [dict(parse_qsl(urlsplit(lead["href"]).query)) for lead in past.select("a")]
    called, before = ([date.fromisoformat(one[end]) for end in ("from", "to")] for one in days)
    assert before == [day - timedelta(days=90) for day in called]
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

    with django_assert_num_queries(25):
        answer = client.get(acme.url("gap"))

    assert f"plan Plan {plans - 1}" in answer.content.decode()


# --- customers who have both ------------------------------------------------------------------


def with_both(world, counts, **fields):
    """{(service score, nps): how many customers}, each in answers of her own."""
    pairs = [pair for pair, count in counts.items() for _ in range(count)]
    people = Customer.objects.bulk_create(
        Customer(**world.own, name=f"Person {number}", created_at=world.now)
        for number in range(len(pairs))
    )
    for before, place, relational in ((30, 0, False), (20, 1, True)):
        rows = crowd(
            world,
            [pair[place] for pair in pairs],
            before=world.day * before,
            relational=relational,
            **fields,
        )
        for row, person in zip(rows, people, strict=True):
            row.customer = person
        Response.objects.bulk_update(rows, ["customer"])


def squares(page):
    return {
        (text_of(row.find("th")).split(" n =")[0], cell["data-label"]): text_of(cell)
        for row in page.select(".quadrants tbody tr")
        for cell in row.select("td")
    }


ENOUGH = {(5, 10): 40, (5, 8): 10, (5, 0): 10, (1, 10): 8, (1, 8): 8, (1, 0): 34}


def test_shares_stand_with_intervals_and_never_alone(acme, look):
    with acme.inside():
        with_both(acme, ENOUGH)
        loyalty_of(acme, 0, 20, 10, 20)
        acme.fold()

    page = look()
    both = page.select_one("#customers")
    found = squares(both)

    assert "110 of 160 had rated service in the 180 days before they answered: 69 %" in text_of(
        both
    )
    assert found["Well served", "Promoters, 9\u201310"].startswith("36 % 28 to 46 % n = 40")
    assert found["Poorly served", "Detractors, 0\u20136"].startswith("31 % 23 to 40 % n = 34")
    assert text_of(both.select_one(".lead-line")) == (
        "Of those poorly served 68 % (54 to 79 %) are detractors, of those well served 17 % "
        "(9 to 28 %): more than chance explains (n = 50 and 60)."
    )
    assert both.select(".quadrants td.hollow") == []


def test_names_lead_to_names_for_those_who_may_see_them(acme, look):
    with acme.inside():
        with_both(acme, ENOUGH)
        acme.fold()

    responder, viewer = look(role="responder"), look(role="viewer")

    assert "names today" in squares(responder)["Well served", "Promoters, 9\u201310"]
    assert "names today" not in text_of(viewer)
    assert viewer.select(f'a[href^="{acme.url("gap_people")}"]') == []
    link = responder.select_one(".quadrants td.detractor a:last-of-type")["href"]
    people = BeautifulSoup(acme.client("responder").get(link).content, "html.parser")
    rows = people.select("tbody tr")
    assert len(rows) == 10
    assert {text_of(row.select("td")[3]) for row in rows} == {"Well served"}
    assert {text_of(row.select_one(".chip")) for row in rows} == {"0"}


@pytest.mark.parametrize("role", ["responder", "viewer"])
def test_under_twenty_five_there_are_names_only(acme, look, role):
    with acme.inside():
        with_both(acme, {(5, 0): 1, (1, 10): 2})
        loyalty_of(acme, 0, 20, 10, 20)
        acme.fold()

    both = look(role=role).select_one("#customers")

    assert both.select(".quadrants") == []
    assert "3 customers have both answers in this period; shares need 25, and about 100" in (
        text_of(both)
    )
    names = [text_of(link) for link in both.select("td a.main")]
    assert sorted(names) == (["Person 0", "Person 1", "Person 2"] if role == "responder" else [])


def test_between_twenty_five_and_a_hundred_the_table_is_hollow(acme, look):
    with acme.inside():
        with_both(acme, {(5, 10): 15, (1, 0): 12})
        acme.fold()

    both = look().select_one("#customers")

    assert text_of(both.select_one(".tag.hollow")) == "small sample"
    assert len(both.select(".quadrants td.hollow")) == 6


def test_where_the_line_is_drawn_is_told_for_each_claim(acme, look):
    with acme.inside():
        with_both(acme, ENOUGH)
        acme.fold()

    table = look().select_one("#customers details table")
    heads = [text_of(head) for head in table.select("thead th")]
    link = [text_of(cell) for cell in table.select("tbody tr")[0].find_all(["th", "td"])]

    ways = ["180 days", "90 days", "365 days", "7-8 counted as good"]
    assert heads == ["1 judged together", "p", *ways, "Claimed"]
    assert link == [
        "Share of detractors, poorly against well served",
        "under 0.001", "up", "up", "up", "up", "yes",
    ]  # fmt: skip


# --- names for action -------------------------------------------------------------------------


def names_on(acme, query="", role="responder"):
    answer = acme.client(role).get(acme.url("gap_people") + query)
    page = BeautifulSoup(answer.content, "html.parser")
    return [text_of(link) for link in page.select("td a.main")], page


def fresh(world, name, *, loyal, served):
    person = world.customer(name)
    crowd(world, [5], before=world.day * served, customer=person)
    world.answer(3, customer=person, at=world.now - world.day * loyal, relational=True)
    return person


def test_names_are_fresh_enough_to_act_upon(acme):
    with acme.inside():
        acme.nps.cadence_months = 3
        acme.nps.save()
        fresh(acme, "Fresh", loyal=100, served=150)
        fresh(acme, "Old loyalty", loyal=130, served=170)
        # Rated in time for her answer, but too long ago to act upon today.
        fresh(acme, "Old service", loyal=60, served=200)
        fresh(acme, "Left", loyal=10, served=20)
        type(fresh(acme, "Gone", loyal=10, served=20)).objects.filter(name="Left").update(
            archived_at=acme.now
        )
        twice = fresh(acme, "Twice", loyal=90, served=100)
        acme.answer(9, customer=twice, at=acme.now - acme.day * 5, relational=True)
        acme.fold()

    assert names_on(acme)[0] == ["Twice", "Gone", "Fresh"]
    assert names_on(acme, "?felt=low")[0] == ["Gone", "Fresh"]
    assert names_on(acme, "?felt=high&served=good")[0] == ["Twice"]
    assert names_on(acme, "?served=poor")[0] == []


def test_a_long_list_of_names_has_pages_without_gaps(acme):
    with acme.inside():
        for number in range(27):
            fresh(acme, f"Person {number:02}", loyal=5, served=10)
        acme.fold()

    first, page = names_on(acme)
    second, _ = names_on(acme, page.find("a", rel="next")["href"])

    assert (len(first), len(second)) == (25, 2)
    assert sorted(first + second) == [f"Person {number:02}" for number in range(27)]


@pytest.mark.parametrize("query", ["?served=very", "?felt=bad", "?colour=red", "?after=nowhere"])
def test_an_address_that_makes_no_sense_is_refused(acme, query):
    assert acme.client("owner").get(acme.url("gap_people") + query).status_code == 400


@pytest.mark.parametrize("rows", [1, 3])
def test_the_names_cost_the_same_with_one_and_with_three(acme, django_assert_num_queries, rows):
    with acme.inside():
        for number in range(rows):
            fresh(acme, f"Person {number}", loyal=5, served=10)
        acme.fold()
    client = acme.client("owner")
    client.get(acme.url("gap_people"))

    with django_assert_num_queries(12):
        answer = client.get(acme.url("gap_people"))

    assert f"Person {rows - 1}" in answer.content.decode()


# --- every number leads to its answers --------------------------------------------------------


def number_of(link):
    return int(text_of(link).removeprefix("n = ").replace(",", ""))


def total_of(answer):
    page = BeautifulSoup(answer.content, "html.parser")
    return int(text_of(page.select_one(".page-head p")).split(" ")[0].replace(",", ""))


def test_the_table_says_how_many_it_leaves_out_and_why(acme, look):
    with acme.inside():
        with_both(acme, ENOUGH)
        loyalty_of(acme, 0, 3, 2, 1)
        for number, standing in enumerate(["suspect", "suspect", "excluded"]):
            acme.answer(
                9, customer=acme.customer(f"Other {number}"), relational=True, standing=standing
            )
        again = Customer.objects.get(name="Person 0")
        acme.answer(10, customer=again, relational=True)
        acme.fold()
    client = acme.client("viewer")

    links = look().select("#customers > .panel-in > .left-out a")
    told = [text_of(link) for link in links]

    assert told == [
        "6 rated no service before", "1 excluded", "1 answered anew since", "2 suspected machines",
    ]  # fmt: skip
    assert [total_of(client.get(link["href"])) for link in links] == [6, 1, 1, 2]
    counting = look(query="?suspects=on").select("#customers > .panel-in > .left-out a")
    assert [text_of(link) for link in counting] == [
        "8 rated no service before", "1 excluded", "1 answered anew since",
    ]  # fmt: skip
    assert total_of(client.get(counting[0]["href"])) == 8


@pytest.mark.parametrize("query", ["", "?segment=plan:Basic"])
def test_every_number_leads_to_exactly_as_many_answers(acme, look, query):
    with acme.inside():
        track_property(organisation_id=acme.id, key="plan", now=acme.now)
        with_both(acme, ENOUGH, context={"plan": "Basic"})
        service_of(acme, 0, 12, 15, plan="Plus")
        loyalty_of(acme, 0, 12, 15, 9, plan="Plus")
        acme.fold()
    page, client = look(query=query), acme.client("viewer")

    links = page.select(".headline a.n, #segments a.num, .quadrants a.num")
    links = [link for link in links if link.get_text().startswith("n = ")]
    promised = [number_of(link) for link in links]
    found = [total_of(client.get(link["href"])) for link in links]

    assert len(links) == 2 + (2 if query else 4) + 6 + 2
    assert found == promised


def test_a_segment_narrows_the_whole_page(acme, look):
    moved_apart(acme)

    page = look(query="?segment=plan:Basic")

    assert "n = 100" in text_of(page.select_one(".pair"))
    assert text_of(page.select_one("h2.sentence")) == (
        "Service improved while the relationship worsened: look beyond service."
    )
    assert [text_of(head) for head in page.select("#segments tbody th")] == ["plan Basic"]


@pytest.mark.parametrize("query", ["?programme=1", "?touchpoint=1", "?colour=red", "?days=7"])
def test_the_gap_is_of_everything_asked(acme, query):
    assert acme.client("viewer").get(acme.url("gap") + query).status_code == 400


def test_net_movement_is_told_for_those_with_both_in_both_periods(acme, look):
    with acme.inside():
        people = Customer.objects.bulk_create(
            Customer(**acme.own, name=f"Person {number}", created_at=acme.now)
            for number in range(30)
        )
        for before, score, relational in ((130, 5, False), (120, 10, True), (20, 3, True)):
            rows = crowd(acme, [score] * 30, before=acme.day * before, relational=relational)
            for row, person in zip(rows, people, strict=True):
                row.customer = person
            Response.objects.bulk_update(rows, ["customer"])
        service_of(acme, 0, 10, 2)
        acme.fold()
        renew_overlaps(organisation_id=acme.id, time_zone=ZONE, now=acme.now)

    both = text_of(look().select_one("#customers"))

    assert "30 customers have both in both periods." in both
    assert "Well served, yet detractors: +100 points net" in both
    assert "Well served promoters: \u2212100 points net" in both
    assert "p under 0.001; 30 in, 0 out) , more than chance explains" in both
    custom = f"?from={acme.now - acme.day * 80:%Y-%m-%d}&to={acme.now:%Y-%m-%d}"
    assert "treated as independent" in text_of(look(query=custom).select_one("#customers"))
