"""Pages about questions go by the same bar as scores, as far as who was not asked can be known."""

from datetime import timedelta

import pytest

from metrics.actions.tracking import track_property
from surveys.models import Invitation
from surveys.models.programmes import ProgrammeTouchpoint
from tests.console.test_compare import soup
from tests.console.test_overview import text_of

WEEK = timedelta(days=7)
ODD = [("12", "a"), ("a__b", "c"), ("it's: odd", "d:e")]


@pytest.fixture
def busy(acme):
    """Six asked at the phone and two in the chat: plan Basic and Plus by turns, one answered."""
    with acme.inside():
        track_property(organisation_id=acme.id, key="plan", now=acme.now)
        acme.chat = acme.touchpoint("Chat")
        ProgrammeTouchpoint.objects.create(**acme.own, programme=acme.csat, touchpoint=acme.chat)
        for number in range(8):
            at = acme.now - (WEEK if number < 4 else 5 * WEEK)
            context = {"plan": ("Basic", "Plus")[number % 2], **dict(ODD)}
            invitation = acme.contact(acme.customer(f"Asked {number}"), at=at)
            invitation.context = context
            if number == 0:
                invitation.answered_at = acme.now
            if number in (3, 5):
                invitation.touchpoint = acme.chat
                invitation.interaction.touchpoint = acme.chat
                invitation.interaction.save()
            invitation.save()
        for number in range(3):
            acme.contact(acme.customer(f"Not {number}"), is_asked=False, rule="opted_out")
        acme.fold()
    return acme


def look(world, name, query, role="viewer", about="csat"):
    ids = [getattr(world, about).pk] if about else []
    answer = world.client(role).get(world.url(name, *ids) + query)
    assert answer.status_code == 200, answer.content
    return soup(answer)


def funnel(page):
    """Each step of the funnel: how many, and what it says of the compared days."""
    return {
        step.span.get_text(): " ".join(text_of(one) for one in step.select(".num, .was"))
        for step in page.select("ul.funnel li:has(.was)")
    }


def chips(page):
    return [text_of(chip) for chip in page.select(".chosen .pick")]


ASKING = [
    ("programmes", None, "programme"),
    ("programme", "csat", "csat"),
    ("delivery", "csat", "csat"),
    ("touchpoint_asked", "phone", "phone"),
    ("programme_questions", "csat", "csat"),
    ("touchpoint_questions", "phone", "phone"),
]


@pytest.mark.parametrize(("name", "about", "_"), ASKING, ids=[one[0] for one in ASKING])
def test_every_page_with_figures_has_the_bar_and_says_what_it_fixes(busy, name, about, _):
    page = look(busy, name, "?days=30&segment=plan:Basic", about=about)

    bar = page.select_one('nav.selection[aria-label="What is shown"]')
    assert [text_of(one) for one in bar.select('.segments > a[aria-current="true"]')] == ["30 days"]
    fixed = {"csat": "Programme: After help", "phone": "Touchpoint: Phone", None: None}[about]
    assert [text_of(one) for one in bar.select(".fixed")] == ([fixed] if fixed else [])
    assert [text_of(one) for one in bar.select("details.fold a[aria-current]")] == ["Basic"]
    assert chips(page) == ["Remove plan: Basic"]


@pytest.mark.parametrize(("name", "about", "_"), [*ASKING, ("decisions", "csat", "csat")])
def test_members_narrow_and_outsiders_learn_nothing(busy, globex, name, about, _):
    address = busy.url(name, *([getattr(busy, about).pk] if about else []))
    address += "?days=30&against=year&segment=plan:Basic&q=bill&suspects=on"

    clients = [busy.client("owner"), busy.client("responder"), globex.client("owner")]

    assert [client.get(address).status_code for client in clients] == [200, 200, 404]


def test_a_programme_counts_the_questions_of_a_segment_beside_those_of_other_days(busy):
    whole = look(busy, "programme", "?days=30")
    basic = look(busy, "programme", "?days=30&segment=plan:Basic")
    chat = look(busy, "programme", f"?days=30&touchpoint={busy.chat.pk}")

    assert funnel(whole) == {
        "Asked": "4 was 4", "Handed over": "4 100 %, was 100 %", "Answered": "1 25 %, was 0 %",
    }  # fmt: skip
    assert funnel(basic)["Asked"] == "2 was 2"
    assert funnel(basic)["Answered"] == "1 50 %, was 0 %"
    assert funnel(chat)["Asked"] == "1 was 1"
    # Who was not asked has no frozen context: the rules stay whole and say so.
    rules = [[text_of(one) for one in page.select("td.num")] for page in (whole, basic)]
    assert rules == [["4", "3"], ["4", "3"]]
    assert "who was not asked belongs to no segment" in text_of(basic.find("main"))
    assert "belongs to no segment" not in text_of(whole.find("main"))


@pytest.mark.parametrize(("key", "value"), ODD)
def test_a_property_of_any_name_is_compared_letter_by_letter(busy, key, value):
    written = key.replace(":", "\\:")
    for name, about in (("programme", "csat"), ("delivery", "csat"), ("touchpoint_asked", "phone")):
        client = busy.client("viewer")
        address = busy.url(name, getattr(busy, about).pk)
        found = [
            funnel(soup(client.get(address, {"days": "30", "segment": f"{written}:{given}"})))
            for given in (value, value.upper())
        ]
        first = "Chosen" if name == "delivery" else "Asked"
        counts = [one.get(first, "0").split()[0] for one in found if one]
        assert (name, counts) == (name, ["3" if about == "phone" else "4", "0"][: len(counts)])


def test_the_delivery_of_a_segment_begins_with_those_chosen(busy):
    whole, basic = (
        look(busy, "delivery", f"?days=30{more}") for more in ("", "&segment=plan:Basic")
    )

    assert list(funnel(whole))[:3] == ["Considered", "Decided against", "Chosen"]
    assert funnel(whole)["Considered"] == "7 was 4"
    assert next(iter(funnel(basic))) == "Chosen"
    assert funnel(basic)["Chosen"] == "2 was 2"
    sums = [
        [text_of(row.select_one("td.num")) for row in page.select("table.cards tbody tr")]
        for page in (whole, basic)
    ]
    assert sums == [["4"], ["2"]]
    chat = look(busy, "delivery", f"?days=30&touchpoint={busy.chat.pk}")
    assert (funnel(chat)["Chosen"], funnel(chat)["Considered"]) == ("1 100 %, was 100 %", "1 was 1")


def test_a_touchpoint_follows_the_questions_of_one_programme_or_segment(busy):
    whole = look(busy, "touchpoint_asked", "?days=30", about="phone")
    plus = look(busy, "touchpoint_asked", "?days=30&segment=plan:Plus", about="phone")
    other = look(busy, "touchpoint_asked", f"?days=30&programme={busy.nps.pk}", about="phone")

    assert funnel(whole)["Interactions"] == "6 was 3"
    assert funnel(whole)["Asked"] == "3 50 %, was 100 %"
    assert next(iter(funnel(plus))) == "Asked"
    assert funnel(plus)["Asked"] == "1 was 1"
    assert funnel(other)["Asked"] == "0 0 %, was 0 %"


def test_words_and_suspects_wait_for_a_page_that_goes_by_them(busy):
    page = look(busy, "programme", "?days=30&q=bill&suspects=on")

    assert chips(page) == [
        "Remove words: bill not counted here",
        "Remove suspected machine answers not counted here",
    ]
    assert funnel(page)["Asked"] == "4 was 4"
    picks = [pick["href"] for pick in page.select(".chosen .pick")]
    assert [len(chips(look(busy, "programme", pick))) for pick in picks] == [1, 1]
    assert page.select_one("nav.selection input[type=search]") is None
    answers = page.find("a", string="All answers to it")["href"]
    assert "q=bill" in answers


def test_decisions_keep_what_they_do_not_go_by(busy):
    page = look(busy, "decisions", "?days=30&against=year&segment=plan:Basic", role="owner")

    assert chips(page) == ["Remove segment: plan = Basic not counted here"]
    assert len(page.select("td a.main")) == 7
    boxes = {(one["name"], one["value"]) for one in page.select(".filters input[type=hidden]")}
    assert boxes == {("days", "30"), ("against", "year"), ("segment", "plan:Basic")}
    back = page.select(".crumbs a")[1]["href"]
    assert "against=year&segment=plan%3ABasic" in back


def test_the_list_tells_who_answered_each_programme(busy):
    with busy.inside():
        for number in range(30):
            person = busy.customer(f"More {number}")
            invitation = (
                busy.answer(4, customer=person).invitation if number < 13 else busy.contact(person)
            )
            Invitation.objects.filter(pk=invitation.pk).update(context={"plan": "Basic"})
        busy.fold()

    def line(query):
        page = look(busy, "programmes", query, about=None)
        return {
            text_of(row.select_one("a.main")): [text_of(one) for one in row.select("td")[3:5]]
            for row in page.select("tbody tr")
        }

    whole = line("?days=30")
    assert whole == {
        "After help": ["34", "38 % 24 to 55 % still open"],
        "Relationship": ["0", "\u2013"],
    }
    basic, plus = (line(f"?days=30&segment=plan:{plan}") for plan in ("Basic", "Plus"))
    assert (basic["After help"][0], plus["After help"][0]) == ("32", "2")
    assert plus["After help"][1] == "0 to 66 % still open"  # too few for a share of its own
    assert line(f"?days=30&programme={busy.nps.pk}") == {"Relationship": ["0", "\u2013"]}
    assert line(f"?days=30&touchpoint={busy.chat.pk}")["After help"][0] == "1"


def test_only_questions_whose_time_is_over_are_compared(acme):
    with acme.inside():
        for number in range(150):
            at = acme.now - timedelta(days=(2, 45, 100)[number % 3])
            invitation = acme.contact(acme.customer(f"Asked {number}"), at=at)
            # Half of the older answered, a tenth of those asked lately, none yet of the newest.
            part = (0, 5, 25)[number % 3]
            answered = acme.now if number // 3 < part else None
            Invitation.objects.filter(pk=invitation.pk).update(answered_at=answered)

    for name, about in (("programme", "csat"), ("delivery", "csat"), ("touchpoint_asked", "phone")):
        told = text_of(look(acme, name, "?days=90", about=about).find("main"))
        sentence = (
            "time to answer is over, 10 % of 50 (4 to 21 %) were answered; before: 50 % of 50. "
            "down 40 : more than chance explains (n = 50 and 50)"
        )
        assert sentence in told, name
        # Each number of questions leads to exactly these.
        page = look(acme, name, "?days=90", "owner", about).find("main")
        (whose,) = (one for one in page.select("p") if "time to answer is over" in one.get_text())
        leads = [one["href"] for one in whose.select("a")]
        assert [text_of(one) for one in whose.select("a")] == ["50"] * 4
        assert leads[0] != leads[1]
        for lead in set(leads):
            listed = soup(acme.client("owner").get(lead))
            assert len(listed.select("table.listing.cards tbody tr")) == 50, lead
            assert listed.select(".pager a") == []
    newest = text_of(look(acme, "programme", "?days=30").find("main"))
    assert "time to answer is over" not in newest


def test_a_programmes_page_is_about_its_programme_only(busy):
    for name in ("programme", "delivery", "decisions", "programme_questions"):
        address = busy.url(name, busy.csat.pk) + f"?programme={busy.csat.pk}"
        assert busy.client("owner").get(address).status_code == 400


def test_counting_questions_by_a_segment_says_when_it_takes_long(busy, monkeypatch):
    monkeypatch.setattr("console.door.SLOW", 0.0)

    assert "which took" in text_of(look(busy, "programme", "?segment=plan:Basic").find("main"))
    assert "which took" not in text_of(look(busy, "programme", "").find("main"))


@pytest.mark.parametrize("query", ["?days=90", "?days=90&segment=plan:Plus&touchpoint=%d"])
def test_the_list_of_programmes_leads_to_whom_each_asked(busy, query):
    query = query % busy.phone.pk if "%" in query else query
    page = look(busy, "programmes", query, role="responder", about=None)

    (link,) = page.select('td[data-label="Asked"] a')
    listed = soup(busy.client("responder").get(link["href"]))
    names = [text_of(one) for one in listed.select("td a.main")]
    asked = [1, 7] if "Plus" in query else range(8)  # 3 and 5 in the chat
    assert sorted(names) == [f"Asked {number}" for number in asked]
    assert text_of(link) == str(len(names))
    assert not look(busy, "programmes", query, about=None).select('td[data-label="Asked"] a')
