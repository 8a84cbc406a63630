"""Segments stand by name, as they were when it happened, with no more than their answers allow."""

from datetime import timedelta

import pytest
from bs4 import BeautifulSoup

from metrics.actions.tracking import track_property
from tests.console.crowds import crowd


def text_of(node):
    return " ".join(node.get_text(" ").split())


@pytest.fixture
def teams(acme):
    """Four teams with 3, 10, 30 and 120 answers; Shops is the best and stands by its name."""
    with acme.inside():
        track_property(organisation_id=acme.id, key="team", now=acme.now)
        for team, good, bad in (
            ("Shops", 30, 0),
            ("billing", 60, 60),
            ("Chat", 2, 1),
            ("Repair", 7, 3),
        ):
            crowd(acme, [5] * good + [1] * bad, context={"team": team})
        crowd(acme, [10] * 20 + [0] * 10, relational=True, context={"team": "Shops"})
        acme.fold()
    return acme


@pytest.fixture
def look(teams):
    def open_page(name, *args, query=""):
        answer = teams.client("viewer").get(teams.url(name, *args) + query)
        assert answer.status_code == 200
        return BeautifulSoup(answer.content, "html.parser")

    return open_page


def lines(page):
    return [[text_of(cell) for cell in row.find_all("td")] for row in page.select("tbody tr")]


def test_values_stand_by_name_and_never_by_score(look):
    assert [line[0] for line in lines(look("segments_of", "team"))] == [
        "billing",
        "Chat",
        "Repair",
        "Shops",
    ]


def test_each_shows_no_more_than_its_number_of_answers_allows(look):
    found = {line[0]: line[1] for line in lines(look("segments_of", "team"))}

    assert found == {
        "billing": "50 % 41 to 59 % · n = 120 · too few before to compare",
        "Chat": "n = 3 · too few for a score",
        "Repair": "40 to 89 % · n = 10 · 7 satisfied , 3 not satisfied",
        "Shops": "100 % 89 to 100 % · n = 30 · small sample · too few before to compare",
    }


def test_a_column_nobody_has_is_left_out(teams, look):
    with teams.inside():
        track_property(organisation_id=teams.id, key="agent", now=teams.now)
        crowd(teams, [4] * 5, context={"agent": "Aisha"})
        teams.fold()

    heads = {
        key: [text_of(head) for head in look("segments_of", key).select("th")][1:]
        for key in ("agent", "team")
    }

    assert heads == {
        "agent": ["Service, CSAT"],
        "team": ["Service, CSAT", "Experience, NPS"],
    }


def test_every_number_leads_to_exactly_its_answers(teams, look):
    client = teams.client("viewer")
    links = look("segments_of", "team").select("td .small a")

    promised = [int(text_of(link).removeprefix("n = ").split()[0]) for link in links]
    found = [client.get(link["href"]).context["total"] for link in links]

    assert promised == [120, 3, 10, 7, 3, 30, 30]
    assert found == promised


def test_a_segment_counts_its_own_answers_in_every_figure(look):
    page = look("segment", "team", "Shops")

    service, experience = (
        page.find(id=f"{key}-title").find_parent("section") for key in ("service", "experience")
    )
    assert text_of(service.select_one(".score")).startswith("100 % 89 to 100 % n = 30")
    assert text_of(experience.select_one(".score")).startswith("+33")
    assert lines(page.find(id="places-title").find_parent("section"))[0] == [
        "Phone Service",
        "CSAT 100 % 89 to 100 % · n = 30 · small sample · too few before to compare",
    ]


def test_the_touchpoint_of_a_segment_stays_in_the_segment(teams, look):
    places = look("segment", "team", "Shops").select_one("#places-title").find_parent("section")
    link = places.select_one("td a")

    there = teams.client("viewer").get(link["href"])

    assert there.context["selection"].segments == (("team", "Shops"),)


def test_as_it_was_who_moved_counts_where_the_answer_happened(teams, look):
    with teams.inside():
        ada = teams.customer("Ada", properties={"team": "Shops"})
        teams.answer(1, "In the billing days", customer=ada, context={"team": "billing"})
        teams.fold()

    assert "n = 121" in text_of(look("segment", "team", "billing"))
    assert "n = 30" in text_of(look("segment", "team", "Shops"))
    assert "In the billing days" in text_of(look("segment", "team", "billing"))
    assert "In the billing days" not in text_of(look("segment", "team", "Shops"))


def test_values_and_properties_that_never_were_are_not_found(teams):
    client = teams.client("viewer")
    wanted = [("segments_of", "nothing"), ("segment", "team", "Nobody"), ("segment", "x", "Shops")]

    assert [client.get(teams.url(*one)).status_code for one in wanted] == [404] * 3


@pytest.mark.parametrize("value", ["A/B", "50 %", "a b?c#d&e=f", "Größe", "x" * 199, "<b>"])
def test_a_value_may_hold_anything(teams, value):
    with teams.inside():
        crowd(teams, [5] * 6, context={"team": value})
        teams.fold()
    client = teams.client("viewer")
    page = BeautifulSoup(client.get(teams.url("segments_of", "team")).content, "html.parser")
    link = next(one for one in page.select("td a.main") if one.get_text() == value)

    there = BeautifulSoup(client.get(link["href"]).content, "html.parser")

    assert there.find("h1").get_text() == value
    assert "n = 6" in text_of(there.find(id="service-title").find_parent("section"))


def test_a_long_list_has_pages_without_gaps(teams, look):
    with teams.inside():
        for number in range(60):
            crowd(teams, [5], context={"team": f"Desk {number:02}"})
        teams.fold()

    first = look("segments_of", "team")
    second = look("segments_of", "team", query=first.find("a", rel="next")["href"])

    names = [line[0] for page in (first, second) for line in lines(page)]
    assert len(names) == 64
    assert names == sorted(names, key=str.casefold)


def test_changes_of_many_are_judged_together(teams, look):
    with teams.inside():
        for number in range(30):
            for scores, before in (([5] * 30 + [1] * 20, 8), ([5] * 30 + [1] * 20, 100)):
                context = {"team": f"Desk {number:02}"}
                crowd(teams, scores, before=timedelta(days=before), context=context)
        crowd(teams, [5] * 83 + [1] * 17, before=timedelta(days=8), context={"team": "Lucky"})
        crowd(teams, [5] * 70 + [1] * 30, before=timedelta(days=100), context={"team": "Lucky"})
        teams.fold()

    many = {line[0]: line[1] for line in lines(look("segments_of", "team"))}
    alone = text_of(
        look("segment", "team", "Lucky").find(id="service-title").find_parent("section")
    )

    assert "could be chance among so many" in many["Lucky"]
    assert "up 13" in alone


def test_the_doors_name_what_is_counted(look):
    page = look("segments")

    assert [text_of(door) for door in page.select(".doors h2")] == ["team"]
    assert "billing, Chat" in text_of(page) or "Chat, Repair" in text_of(page)


def test_a_segment_leads_to_itself_against_everybody_else(teams, look):
    link = look("segment", "team", "Shops", query="?days=90").select_one(".page-head a.btn")
    page = BeautifulSoup(teams.client("viewer").get(link["href"]).content, "html.parser")

    assert text_of(link) == "Against everybody else"
    assert text_of(page.find(id="side-A")) == "A team Shops"
    assert text_of(page.find(id="side-B")) == "B everybody but team Shops"
