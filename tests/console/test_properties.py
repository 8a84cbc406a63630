"""Settings, tracked properties: asked for by a person, counted by a worker, shown meanwhile."""

import re

import pytest
from bs4 import BeautifulSoup

from console import door
from metrics.models import TrackedProperty, TrackingWish
from metrics.tasks import track
from tests.console.test_overview import text_of


def look(world, role="manager"):
    answer = world.client(role).get(world.url("properties"))
    return BeautifulSoup(answer.content, "html.parser")


def lines(page):
    return [[text_of(cell) for cell in row.select("td")[:4:3]] for row in page.select("tbody tr")]


def wish(world, key, name="property_track", role="manager"):
    return world.client(role).post(world.url(name), {"key": key}, follow=True)


def fill(world):
    with world.inside():
        context = {"plan": "Basic", "desk": "North"}
        world.answer(4, customer=world.customer("Ada Okafor"), context=context)
        world.fold()


def test_from_the_wish_to_the_counted_property_and_back(acme):
    fill(acme)

    wish(acme, "plan")
    assert lines(look(acme)) == [["plan", "being counted"]]
    assert "counted anew in the background" in text_of(look(acme))
    track()
    assert lines(look(acme)) == [["plan", "counted"]]
    wish(acme, "plan", "property_give_up")
    assert lines(look(acme)) == [["plan", "being given up"]]
    track()
    assert lines(look(acme)) == []
    assert "No property is tracked yet" in text_of(look(acme))


@pytest.mark.parametrize("count", [1, 3])
def test_the_list_costs_the_same_whatever_its_length(acme, django_assert_num_queries, count):
    for number in range(count):
        wish(acme, f"plan {number}")
    track()
    for number in range(count):
        wish(acme, f"desk {number}")
    client = acme.client("manager")
    client.get(acme.url("properties"))

    with django_assert_num_queries(11):
        client.get(acme.url("properties"))


def test_what_cannot_be_is_said_and_changes_nothing(acme):
    twice = (wish(acme, "plan"), wish(acme, "plan"))[1]
    empty, hidden = wish(acme, ""), wish(acme, "a\u202eb")
    unknown = wish(acme, "desk", "property_give_up")

    assert "plan is tracked already." in twice.content.decode()
    assert "This field is required." in empty.content.decode()
    assert "characters that cannot be seen" in hidden.content.decode()
    assert "desk is not tracked." in unknown.content.decode()
    with acme.inside():
        assert [one.key for one in TrackingWish.objects.all()] == ["plan"]


def test_who_may_only_look_finds_no_button(acme, globex):
    fill(acme)
    wish(acme, "plan")
    track()

    assert look(acme, "manager").select("main form") != []
    for role in ("viewer", "responder"):
        assert lines(look(acme, role)) == [["plan", "counted"]]
        assert look(acme, role).select("main form") == []
    with globex.inside():
        assert TrackedProperty.objects.count() == 0


def test_a_slow_figure_says_what_would_make_it_fast(acme, monkeypatch):
    fill(acme)
    wish(acme, "plan")
    track()
    client = acme.client("viewer")
    told = "Counted from the answers themselves, which took"

    def page(query):
        return text_of(
            BeautifulSoup(client.get(acme.url("overview") + query).content, "html.parser")
        )

    assert told not in page("?segment=desk:North")
    monkeypatch.setattr(door, "SLOW", -1.0)
    slow = page("?segment=desk:North&segment=plan:Basic")
    assert re.search(rf"{told} \d\.\d s: track desk to make it fast", slow)
    assert "which took" in page("?segment=plan:Basic&programme=" + str(acme.csat.pk))
    assert "Counted row by row" in page("?segment=plan:Basic&programme=" + str(acme.csat.pk))
    assert re.search(r"reading every comment of these days, which took \d\.\d s", page("?q=kind"))
