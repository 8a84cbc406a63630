"""The selection: one address for period, comparison, programme, touchpoint, segments, suspects."""

from datetime import timedelta

import pytest
from bs4 import BeautifulSoup
from django.db import connection
from django.test.utils import CaptureQueriesContext

from metrics.actions.tracking import track_property
from tests.console.test_overview import _number, _total, card, text_of

NUMBERS = "a.n, .left-out a, .legend a, .journey .small a, td .small a"
PAGES = ["overview", "touchpoints", "touchpoint"]


@pytest.fixture
def busy(acme):
    """Answers of 24 customers; plan is tracked, desk is not, and two are suspected machines."""
    with acme.inside():
        track_property(organisation_id=acme.id, key="plan", now=acme.now)
        for number in range(24):
            person = acme.customer(f"Customer {number}")
            context = {
                "plan": ("Basic", "Plus")[number % 2],
                "desk": ("North", "South")[number % 4 // 2],
            }
            at = acme.now - timedelta(days=number, hours=1)
            told = ("the bill", "a lovely call", "bills and calls")[number % 3]
            acme.answer(number % 5 + 1, told, customer=person, at=at, context=context)
            acme.answer(number % 11, told, customer=person, at=at, relational=True, context=context)
            # An earlier answer of the same customer, whose plan was another one then.
            old = at - timedelta(days=3)
            was = {**context, "plan": "Old"}
            acme.answer(0, customer=person, at=old, relational=True, context=was)
        for number in range(2):
            person = acme.customer(f"Scanner {number}")
            acme.answer(1, customer=person, standing="suspect", context={"plan": "Basic"})
        context = {"plan": "Basic", "desk": "North"}
        for standing in ("excluded", "test", "withdrawn", "spoken"):
            person = acme.customer(f"Nobody, {standing}")
            acme.answer(2, customer=person, standing=standing, context=context)
            acme.answer(3, customer=person, standing=standing, relational=True, context=context)
        acme.fold()
    return acme


def address(world, name, query=""):
    return world.url(name, *([world.phone.pk] if name == "touchpoint" else [])) + query


@pytest.fixture
def look(busy):
    def open_page(query="", name="overview", role="viewer"):
        answer = busy.client(role).get(address(busy, name, query))
        assert answer.status_code == 200, answer.content
        return BeautifulSoup(answer.content, "html.parser")

    return open_page


def test_each_figure_says_what_it_leaves_out_and_why(look):
    page = look("?days=365&segment=desk:North")

    left = [card(page, name).select(".left-out a") for name in ("service", "experience")]
    others = ["1 excluded", "1 told to staff", "1 test", "1 withdrawn"]
    anew = ["1 excluded", "1 told to staff", "12 answered anew since", "1 test", "1 withdrawn"]
    assert [[text_of(link) for link in links] for links in left] == [others, anew]
    whole = card(look("?days=365&suspects=on"), "experience").select_one(".left-out")
    assert "24 answered anew since" in text_of(whole)


def chips(page):
    return [text_of(chip) for chip in page.select(".chosen .pick")]


QUERIES = [
    "?days=365&segment=desk:South",
    "?days=365&segment=plan:Basic&segment=desk:North",
    "?days=365&segment=plan:Plus&suspects=on",
    "?days=365&segment=plan:Old",
    "?days=30&against=year&segment=desk:North&suspects=on",
    "?days=365&q=bill",
    "?days=365&segment=plan:Basic&q=call+-lovely&suspects=on",
    "?days=365&segment=desk:South&q=lovely",
]


@pytest.mark.parametrize("name", PAGES)
def test_every_number_leads_to_exactly_the_answers_it_counts(look, busy, name):
    client, followed = busy.client("viewer"), 0
    for query in QUERIES:
        links = look(query, name).select(
            "a.n, .left-out a, .legend a, .journey .small a, td .small a"
        )

        promised = [_number(link) for link in links]
        found = [_total(client.get(link["href"])) for link in links]

        assert (query, found) == (query, promised)
        followed += len(links)
    assert followed > 10 if name == "overview" else followed > 3


@pytest.mark.parametrize("name", PAGES)
def test_members_select_and_outsiders_learn_nothing(acme, globex, name):
    wanted = address(acme, name, "?segment=plan:Basic&suspects=on&against=year")
    clients = [acme.client("owner"), acme.client("responder"), globex.client("owner")]

    assert [client.get(wanted).status_code for client in clients] == [200, 200, 404]


def test_a_neighbours_programme_touchpoint_and_values_are_unknown(look, busy, globex):
    client = busy.client("owner")

    for query in (f"?programme={globex.csat.pk}", f"?touchpoint={globex.phone.pk}"):
        assert client.get(busy.url("overview") + query).status_code == 400
    with globex.inside():
        globex.answer(5, customer=globex.customer("Gus"), context={"plan": "Secret"})
        globex.fold()
    assert "No answer was ever given with plan = Secret" in text_of(look("?segment=plan:Secret"))


def test_chips_name_the_parts_and_each_can_go(look, busy):
    query = f"?days=30&programme={busy.csat.pk}&segment=plan:Basic&segment=desk:North&suspects=on"

    page = look(query)

    assert chips(page) == [
        "Remove programme: After help",
        "Remove plan: Basic",
        "Remove desk: North",
        "Stop Counting 0 suspected machine answers",
    ]
    picks = [pick["href"] for pick in page.select(".chosen .pick")]
    assert [len(chips(look(pick))) for pick in picks] == [3, 3, 3, 3]
    everything = page.find("a", string="Remove all")["href"]
    assert chips(look(everything)) == ["Stop Counting 2 suspected machine answers"]
    assert "days=30" in everything


def test_words_narrow_every_figure_and_are_a_chip_that_can_go(look):
    page = look("?days=365&q=bill")

    assert chips(page) == ["Remove words: bill"]
    assert [_number(card(page, name).select_one("a.n")) for name in ("service", "experience")] == [
        8,
        8,
    ]
    assert "whenever and whatever they answered" in text_of(card(page, "silent"))
    typed = page.select_one("nav.selection input[name=q]")
    assert typed["value"] == "bill"
    assert chips(look(page.select_one(".chosen .pick")["href"])) == []
    whole = look("?days=365")
    assert "whatever" not in text_of(card(whole, "silent"))


@pytest.mark.parametrize(
    ("query", "why"),
    [
        ("?days=365&q=bill", "Counted by reading every comment of these days, which took"),
        ("?days=365&q=bill&segment=desk:North", "track desk to make it fast"),
    ],
)
def test_words_that_take_long_to_count_say_so(look, monkeypatch, query, why):
    assert why not in text_of(look(query))

    monkeypatch.setattr("console.door.SLOW", 0.0)

    assert why in text_of(look(query))
    assert "which took" not in text_of(look("?days=365"))


def test_suspects_are_told_apart_until_they_are_counted(look):
    apart, counted = look("?days=365"), look("?days=365&suspects=on")

    assert "2 suspected machine answers left out Count them too" in text_of(apart)
    assert "n = 24" in text_of(card(apart, "service"))
    assert "Counting 2 suspected machine answers" in text_of(counted)
    assert "n = 26" in text_of(card(counted, "service"))


def test_the_latest_is_chosen_before_the_segment(look):
    # Everybody's earlier answer had the plan Old; it is nobody's latest.
    experience = card(look("?days=365&segment=plan:Old"), "experience")

    assert experience.select("a.n") == []


def test_a_property_and_a_value_typed_into_two_boxes_become_one_address(busy):
    answer = busy.client("viewer").get(
        busy.url("overview")
        + "?days=30&segment=desk:North&segment=plan:Plus&segment_key=desk&segment_value=South"
    )

    assert answer.status_code == 302
    assert answer["Location"] == (
        busy.url("overview") + "?days=30&segment=plan%3APlus&segment=desk%3ASouth"
    )


@pytest.mark.parametrize("is_tracked", [True, False])
def test_a_property_with_a_colon_in_its_name_narrows_like_any_other(busy, look, is_tracked):
    key = "cost: centre"
    with busy.inside():
        if is_tracked:
            track_property(organisation_id=busy.id, key=key, now=busy.now)
        for number in range(3):
            person = busy.customer(f"Cost {number}")
            busy.answer(5, customer=person, context={key: "a:1" if number else "b", "cost": "x"})
        busy.fold()
    client = busy.client("viewer")
    typed = {"days": "30", "segment_key": key, "segment_value": "a:1"}

    page = BeautifulSoup(
        client.get(busy.url("overview"), typed, follow=True).content, "html.parser"
    )

    assert chips(page) == [f"Remove {key}: a:1"]
    link = card(page, "service").select_one("a.n")
    assert (_number(link), _total(client.get(link["href"]))) == (2, 2)
    assert chips(look(page.select_one(".chosen .pick")["href"])) == []
    if is_tracked:
        offered = page.select('details.fold a[aria-current="true"]')
        assert [text_of(one) for one in offered] == ["a:1"]
        assert client.get(busy.url("segment", key, "a:1")).status_code == 200
        listed = BeautifulSoup(client.get(busy.url("segments_of", key)).content, "html.parser")
        (n,) = [link for link in listed.select("td .small a") if "= 2" in text_of(link)]
        assert _total(client.get(n["href"])) == 2


def test_a_value_that_never_occurred_says_so(look):
    for segment in ("plan:basic", "desk:East", "colour:red"):
        shown = segment.replace(":", " = ")
        assert f"No answer was ever given with {shown}" in text_of(look(f"?segment={segment}"))
    assert "was ever given" not in text_of(look("?segment=plan:Old&segment=desk:South"))


def test_comparisons_are_said_and_kept(look):
    heads = {
        query: text_of(look(query).select_one(".page-head p"))
        for query in ("?days=30", "?days=30&against=year")
    }
    own = look("?days=30&against_from=2026-01-01&against_to=2026-01-31")

    assert heads["?days=30"] != heads["?days=30&against=year"]
    assert "compared with 1 to 31 Jan 2026" in text_of(own.select_one(".page-head p"))
    assert "against_from=2026-01-01&against_to=2026-01-31" in own.select_one("a.n")["href"]


def test_the_bar_offers_tracked_properties_with_values_then_the_others(look, busy):
    page = look("?days=30&segment=plan:Plus")
    fold = page.select_one("details.fold")

    assert [text_of(link) for link in fold.select("a")] == ["Basic", "Old", "Plus"]
    current = [text_of(link) for link in fold.select("a[aria-current]")]
    assert current == ["Plus"]
    assert fold.select("a")[0]["href"] == "?days=30&segment=plan%3ABasic"


def test_a_touchpoints_page_is_about_its_touchpoint_only(busy):
    answer = busy.client("viewer").get(address(busy, "touchpoint", f"?touchpoint={busy.phone.pk}"))

    assert answer.status_code == 400


def test_a_programme_and_a_touchpoint_narrow_the_journey(look, busy):
    with busy.inside():
        other = busy.touchpoint("Shop", kind="experience")

    assert look(f"?days=365&touchpoint={busy.phone.pk}").select(".journey .small a") != []
    assert look(f"?days=365&touchpoint={other.pk}").select(".journey .small a") == []
    assert look(f"?days=365&programme={busy.nps.pk}").select(".journey .small a") == []


@pytest.mark.parametrize("rows", [1, 3])
def test_segments_cost_two_more_statements_whatever_their_number(acme, rows):
    with acme.inside():
        track_property(organisation_id=acme.id, key="plan", now=acme.now)
        for number in range(rows):
            context = {"plan": "Basic", "desk": "South"}
            acme.answer(4, customer=acme.customer(f"C {number}"), context=context)
            person = acme.customer(f"D {number}")
            acme.answer(9, customer=person, relational=True, context=context)
        acme.fold()
    client = acme.client("viewer")

    def statements(query):
        client.get(acme.url("overview") + query)
        with CaptureQueriesContext(connection) as captured:
            client.get(acme.url("overview") + query)
        return len(captured)

    segments = ["?segment=plan:Basic", "?segment=desk:South"]
    segments.append("?segment=plan:Basic&segment=desk:South")
    usual = statements("")
    assert [statements(query) for query in segments] == [usual + 2] * 3


def test_words_are_looked_up_once_where_few_answers_tell_of_them(busy, look, monkeypatch):
    def links(query):
        return [(text_of(link), link["href"]) for link in look(query).select(NUMBERS)]

    def searches(query):
        with CaptureQueriesContext(connection) as captured:
            look(query)
        return sum("websearch_to_tsquery" in one["sql"] for one in captured)

    queries = ["?days=365&q=bill", "?days=365&q=call+-lovely&suspects=on&segment=plan:Basic"]
    once, few = [links(query) for query in queries], searches(queries[0])
    monkeypatch.setattr("metrics.queries.worded.MOST", 3)
    each, many = [links(query) for query in queries], searches(queries[0])

    assert once == each
    assert len(once[0]) > 5
    assert few == 2  # the search itself, and the comments below with what was found in them
    assert many > 5
