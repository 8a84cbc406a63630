"""The journey: each touchpoint in its stage, with colour and verdict only where they are earned."""

from datetime import timedelta

import pytest
from bs4 import BeautifulSoup

from surveys.models import Stage, Touchpoint
from tests.console.crowds import crowd


def text_of(node):
    return " ".join(node.get_text(" ").split())


@pytest.fixture
def look(acme):
    """Call with a query to have the journey, taken apart."""

    def open_page(query="", role="viewer"):
        answer = acme.client(role).get(acme.url("journey") + query)
        assert answer.status_code == 200
        return BeautifulSoup(answer.content, "html.parser")

    return open_page


def ask(world, place, good, bad, *, before=timedelta(0)):
    """So many satisfied and dissatisfied answers at a touchpoint."""
    crowd(world, [5] * good + [1] * bad, place=place, before=before)


def tiles(page):
    return {text_of(tile.find("h4")): tile for tile in page.select(".tile-cell")}


def shade(tile):
    value = tile.select_one(".tile-value")
    return " ".join(name for name in value["class"] if name != "tile-value")


@pytest.fixture
def mixed(acme):
    """Two desks that differ, one with few answers, one with none, and a parcel."""
    with acme.inside():
        chat, bot = acme.touchpoint("Chat"), acme.touchpoint("Bot")
        acme.touchpoint("Silent desk")
        buy = Stage.objects.create(**acme.own, journey=acme.stage.journey, name="Buy", position=1)
        parcel = acme.touchpoint("Parcel", kind="experience")
        Touchpoint.objects.filter(pk=parcel.pk).update(stage=buy)
        ask(acme, acme.phone, 38, 2)
        ask(acme, chat, 6, 3)
        ask(acme, bot, 14, 26)
        ask(acme, parcel, 30, 8)
        acme.fold()
    return acme


def test_each_touchpoint_stands_in_its_stage_told_apart_by_kind(mixed, look):
    page = look()

    found = [
        (
            text_of(stage.find("h2")),
            [
                (text_of(group.find("h3")), [text_of(h4) for h4 in group.find_all("h4")])
                for group in stage.select(".heat-group")
            ],
        )
        for stage in page.select(".heat-stage")
    ]

    assert found == [
        ("Get help", [("Service", ["Bot", "Chat", "Phone", "Silent desk"])]),
        ("Buy", [("Experience", ["Parcel"])]),
    ]


def test_a_cell_names_its_metric_score_interval_and_number(mixed, look):
    phone = text_of(tiles(look())["Phone"])

    assert phone.startswith("Phone CSAT 95 % 83 to 99 % n = 40 small sample")


def test_few_answers_have_counts_and_neither_score_nor_colour_nor_shape(mixed, look):
    chat = tiles(look())["Chat"]

    assert "hollow" in chat["class"]
    assert shade(chat) == "hollow"
    assert "n = 9 too few for a score 6 satisfied , 3 not satisfied" in text_of(chat)
    assert chat.select("b, svg.icon, .chart") == []


def test_under_five_answers_only_their_number_stands(acme, look):
    with acme.inside():
        ask(acme, acme.phone, 3, 1)
        acme.fold()

    assert text_of(tiles(look())["Phone"]) == "Phone CSAT n = 4 too few for a score"


def test_colour_stands_where_the_whole_interval_lies_on_one_side(mixed, look):
    found = tiles(look())

    # All CSAT together: 88 of 127, 69 %.
    assert {name: shade(found[name]) for name in ("Phone", "Bot", "Parcel")} == {
        "Phone": "far-above",
        "Bot": "far-below",
        "Parcel": "",
    }


def test_a_target_is_the_yardstick_where_it_is_set(mixed, look):
    with mixed.inside():
        Touchpoint.objects.filter(name="Phone").update(target=99)
        Touchpoint.objects.filter(name="Bot").update(target=15)
    found = tiles(look())

    assert shade(found["Phone"]) == "below"
    assert shade(found["Bot"]) == "far-above"
    assert "target 15 %" in text_of(found["Bot"])


def test_without_answers_a_touchpoint_says_so(mixed, look):
    assert text_of(tiles(look())["Silent desk"]) == "Silent desk no answers"


def test_a_stage_tells_what_all_its_touchpoints_leave_out(acme, look):
    with acme.inside():
        chat = acme.touchpoint("Chat")
        for place, out in ((acme.phone, ["excluded"]), (chat, ["excluded", "excluded", "suspect"])):
            ask(acme, place, 2, 1)
            for standing in out:
                crowd(acme, [1], place=place, standing=standing)
        acme.fold()

    header = look().select_one(".heat-stage header")
    links = header.select(".left-out a")

    assert text_of(header.select_one(".left-out summary")) == "4 left out"
    assert [text_of(link) for link in links] == ["3 excluded", "1 suspected machine"]
    client = acme.client("viewer")
    assert [client.get(link["href"]).context["total"] for link in links] == [3, 1]


def test_a_called_fall_is_marked_and_a_fall_by_chance_is_not(acme, look):
    with acme.inside():
        chat = acme.touchpoint("Chat")
        ask(acme, acme.phone, 20, 40, before=timedelta(days=8))
        ask(acme, acme.phone, 55, 5, before=timedelta(days=100))
        ask(acme, chat, 24, 6, before=timedelta(days=8))
        ask(acme, chat, 26, 4, before=timedelta(days=100))
        acme.fold()

    found = tiles(look())

    assert "down 58 : more than chance explains (n = 60 and 60)" in text_of(found["Phone"])
    assert "largest fall" in text_of(found["Phone"])
    assert "no call" in text_of(found["Chat"])
    assert "largest fall" not in text_of(found["Chat"])


def test_a_cell_opens_its_touchpoint_and_its_number_exactly_its_answers(mixed, look):
    client, found = mixed.client("viewer"), tiles(look("?days=30"))

    page = client.get(found["Phone"].find("h4").a["href"])
    answers = client.get(found["Phone"].select_one(".small a")["href"])

    assert page.context["touchpoint"].name == "Phone"
    assert page.context["period"].period.days == 30
    assert answers.context["total"] == 40


def test_the_table_behind_has_each_cell(mixed, look):
    rows = look().select(".figures tbody tr")

    assert [text_of(row.find("th")) for row in rows] == ["Bot", "Chat", "Phone", "Parcel"]
    cells = [text_of(cell) for cell in rows[2].find_all("td")]
    assert cells[:6] == ["Get help", "Service", "CSAT", "95 %", "83 to 99 %", "40"]


def test_an_empty_journey_leads_to_the_first_touchpoint(acme, look):
    with acme.inside():
        Touchpoint.objects.update(archived_at=acme.now)

    assert look("", "owner").select_one(".empty a")["href"] == acme.url("touchpoint_new")
    assert look().select(".empty a") == []
