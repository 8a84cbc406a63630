"""Every number that leads to answers leads to exactly as many as it says."""

import re
from types import SimpleNamespace
from urllib.parse import urljoin

import pytest
from bs4 import BeautifulSoup
from django.test import RequestFactory

from accounts.models import Organisation
from console.problems import BadAddress
from console.views.responses import read_listing
from kit.periods import last_days, local_day
from metrics.actions.keeping_views import Kept, keep_view
from metrics.actions.renewing import renew_overlaps
from metrics.actions.tracking import track_property
from metrics.queries.definitions import definitions_of
from metrics.queries.filters import experience
from metrics.queries.scores import score_of
from reports.queries.responses import count_responses
from surveys.models import ResponseTag, Tag
from tests.console.conftest import MAYA, ZONE

# "n = 412", "Promoters 12 % (3)", "17": a share is no number of answers.
NUMBER = re.compile(r"(?<![\d.,+\u2212-])(\d{1,3}(?:,\d{3})*)(?![\d.,]*\s*%)")


@pytest.fixture
def world(acme):
    """Two tracked kinds of people at two touchpoints, and every reason not to count somebody."""
    with acme.inside():
        track_property(organisation_id=acme.id, key="plan", now=acme.now)
        shop = acme.touchpoint("Shop", kind="experience")
        firm = acme.company("Northwind Joinery")
        who, context = None, {}
        for number in range(40):
            plan = "Basic" if number % 4 else "Plus"
            context = {"plan": plan, "agent": "Aisha" if number % 3 else "Dean", "spend": 7}
            who = acme.customer(f"Person {number}", company=firm if number % 2 else None)
            at = acme.now - acme.day * (number % 30 + 8)
            service = acme.answer(number % 5 + 1, "words", customer=who, at=at, context=context)
            if number % 7 == 0:
                service.touchpoint = shop
                service.save()
            first = acme.answer(
                number % 11, "words", customer=who, at=at + acme.day, relational=True,
                context=context,
            )  # fmt: skip
            if number % 5 == 0:
                acme.answer(
                    10, customer=who, at=first.answered_at + acme.day, relational=True,
                    context=context,
                )  # fmt: skip
            if number % 6 == 0:
                why = ["suspect", "excluded", "test", "withdrawn"][number // 6 % 4]
                acme.answer(1, customer=who, at=at, relational=True, standing=why, context=context)
                left_out = acme.answer(2, customer=who, at=at, standing=why, context=context)
                left_out.touchpoint = shop if number % 12 else left_out.touchpoint
                left_out.save()
        acme.answer(None, "Only words", customer=who, relational=True, context=context)
        acme.answer(None, "Only words", customer=acme.customer("Mute"), context=context)
        acme.fold()
    acme.shop, acme.firm = shop, firm
    return acme


def numbers_of(answer, address):
    """Every link to answers that shows a number: the address and how many it says."""
    page = BeautifulSoup(answer.content, "html.parser")
    for link in page.select('main a[href*="/responses/?"]'):
        text = " ".join(link.get_text(" ").split())
        if number := NUMBER.search(text):
            yield urljoin(address, link["href"]), int(number.group(1).replace(",", "")), text


def count_behind(world, address):
    """How many answers the list at this address holds, read and counted as its page does."""
    request = RequestFactory().get(address)
    with world.inside():
        door = SimpleNamespace(organisation=Organisation.objects.get(pk=world.id))
        return count_responses(read_listing(request, door, world.now).wanted)


STANDS = [(5, 10), (5, 0), (1, 10), (1, 0), (5, 8)]  # served, and likely to recommend


def answer_twice(world, number):
    """Both in two periods: she stays, or comes and goes; a few are in one of them only."""
    who = world.customer(f"Twice {number}", company=world.firm)
    for ago, shift in ((130, 0), (30, number % 3)):
        if number % 8 == 7 and ago == 130 + 100 * (number // 8 % 2):
            continue
        # Her plan is as it was: a segment is one in both periods.
        was_else = ago == 130 and number % 11 == 0
        context = {"plan": "Plus" if was_else or number % 4 == 0 else "Basic"}
        at, (served, felt) = world.now - world.day * ago, STANDS[(number + shift) % len(STANDS)]
        if number % 6 != 5 or ago == 30:
            rated_at = at - world.day * 5
            world.answer(served, "words", customer=who, at=rated_at, context=context)
        if number % 9 == 8:  # what counts is her latest answer of the period
            world.answer(0, customer=who, at=at - world.day, relational=True, context=context)
        world.answer(felt, customer=who, at=at, relational=True, context=context)


def answer_two_surveys(world):
    """Both in both periods, but of two surveys: each survey is compared with itself."""
    other, version = world._programme("Another relationship", "relational", "nps")
    who = world.customer("Two surveys")
    for ago, score in ((135, 5), (130, 10), (35, 1), (30, 0)):
        at = world.now - world.day * ago
        row = world.answer(score, customer=who, at=at, relational=ago % 10 == 0)
        if ago == 130:
            row.programme, row.survey_version = other, version
            row.save()


def keep(world, page):
    user = world.people.get("owner") or world.member("owner")
    kept = Kept(name=page, page=page, query="segment=plan%3ABasic", is_shared=False)
    keep_view(organisation_id=world.id, user_id=user.pk, kept=kept, actor=MAYA, now=world.now)


@pytest.fixture
def twice(world):
    """Some are in both periods; what they share is counted for everybody and for plan Basic."""
    with world.inside():
        for number in range(60):
            answer_twice(world, number)
        answer_two_surveys(world)
        keep(world, "gap/")
        world.fold()
        renew_overlaps(organisation_id=world.id, time_zone=ZONE, now=world.now)
    return world


def figure_pages(world):
    return [
        world.url("overview"),
        world.url("gap"),
        world.url("journey"),
        world.url("touchpoint", world.phone.pk),
        world.url("touchpoint", world.shop.pk),
        world.url("segments_of", "plan"),
        world.url("segment", "plan", "Basic"),
        world.url("touchpoints"),
        world.url("companies"),
        world.url("company", world.firm.pk),
        world.url("compare"),
    ]


@pytest.mark.parametrize("metric", ["csat", "ces"])
def test_the_answers_that_another_cut_is_tried_on_are_listed(world, metric):
    address = world.url(f"definition_{metric}")
    with world.inside():
        world.answer(6, metric="ces", customer=world.customer("Easy"))
        world.fold()
    ((href, says, _),) = numbers_of(world.client("owner").get(address), address)
    assert (count_behind(world, href), says > 0) == (says, True)


def unlinked_of(answer):
    """Numbers of answers that lead nowhere: outside links, and of tables behind pictures."""
    page = BeautifulSoup(answer.content, "html.parser").main
    columns = {"n", "Answers", "A", "B", "n compared", "n before"}
    for table in page.select("details.figures table"):
        heads = [cell.get_text() for cell in table.select("thead th")]
        for row in table.select("tbody tr"):
            for head, cell in zip(heads, row.select("th, td"), strict=True):
                if head in columns and cell.a is None and cell.get_text() != "0":
                    yield f"{table.caption.get_text()}: {head} {cell.get_text()}"
    for leads in page.select("a, .definition, .visually-hidden, svg"):
        leads.decompose()
    text = " ".join(page.get_text(" ").split())
    spreads = re.finditer(r"\d+ (not )?(satisfied|easy)|\d+ (promoter|passive|detractor)s", text)
    yield from (at.group() for at in spreads)
    yield from (text[max(0, at.start() - 40) : at.end()] for at in re.finditer(r"n = [1-9]", text))


def with_two_sides(world, selection):
    """Days of a comparison in which this world answered, so that verdicts have two sides."""
    first, last = (local_day(world.now - world.day * ago, ZONE) for ago in (50, 9))
    return f"{selection}&against_from={first}&against_to={last}"


@pytest.mark.parametrize(
    "selection",
    ["days=365", "days=30&suspects=on&segment=plan:Basic", "segment=spend:7&q=words", "q=words"],
)
def test_behind_every_number_are_exactly_as_many_answers(world, selection):
    client, wrong, seen = world.client("owner"), [], 0
    selection = with_two_sides(world, selection)
    for address in figure_pages(world):
        answer = client.get(f"{address}?{selection}")
        assert answer.status_code == 200, (address, selection)
        assert list(unlinked_of(answer)) == [], (address, selection)
        for href, says, text in numbers_of(answer, address):
            seen += 1
            try:
                holds = count_behind(world, href)
            except BadAddress as refused:
                holds = str(refused)
            if holds != says:
                wrong.append((address, text, holds, href))
    assert wrong == []
    assert seen > 30


def test_behind_everybody_else_are_exactly_as_many_answers(world):
    address = f"{world.url('compare')}?days=365&metric=experience&segment=plan:Basic&b_rest=on"
    answer = world.client("owner").get(address)
    assert answer.status_code == 200
    told = [
        (text, count_behind(world, href), says) for href, says, text in numbers_of(answer, address)
    ]
    assert len([text for text, *_ in told if text.endswith("answered anew since")]) == 2
    assert [one for one in told if one[1] != one[2]] == []


@pytest.mark.parametrize("query", ["", "?segment=plan:Basic"])
def test_who_is_in_both_periods_is_listed_as_counted(twice, query):
    client, told = twice.client("owner"), []
    for address in (twice.url("gap"), twice.url("overview")):
        for href, says, _ in numbers_of(client.get(address + query), address):
            if "paired_from" in href:
                told.append((href, says, count_behind(twice, href)))

    # The net movement: how many have both in both, and for each corner who came and who left.
    # Who answered in both: beside the tests of the gap, and what opens on the card.
    assert len(told) == 1 + 2 * 4 + 2
    assert [one for one in told if one[1] != one[2]] == []
    assert sum("elsewhere=on" in href for href, *_ in told) == 8
    (both,) = [says for href, says, _ in told if "state=rated" in href]
    answered = [says for href, says, _ in told if "state=" not in href]
    assert answered[0] == answered[1] > both > 25


def test_the_list_of_both_periods_says_so_and_lets_it_go(twice):
    client = twice.client("owner")
    hrefs = [href for href, *_ in numbers_of(client.get(twice.url("gap")), twice.url("gap"))]
    (both,) = [href for href in hrefs if "paired_from" in href and "state=rated" in href]

    page = BeautifulSoup(client.get(both + "&elsewhere=on").content, "html.parser")
    (chip,) = [pick for pick in page.select(".pick") if "stood elsewhere" in pick.get_text()]
    shorter = client.get(twice.url("responses") + chip["href"])

    assert "paired" not in chip["href"]
    assert "elsewhere" not in chip["href"]
    assert "state=rated" in chip["href"]
    assert shorter.status_code == 200


@pytest.mark.parametrize(
    "query",
    [
        "?paired_from=2026-01-01",
        "?paired_to=2026-01-01",
        "?paired_from=2026-01-02&paired_to=2026-01-01",
        "?elsewhere=on",
        "?paired_from=x&paired_to=2026-01-01",
    ],
)
def test_other_days_make_sense_or_are_refused(acme, query):
    assert acme.client("owner").get(acme.url("responses") + query).status_code == 400


def test_the_list_says_as_many_as_it_counts(world):
    client = world.client("owner")
    (href, says, _), *_ = numbers_of(client.get(world.url("overview")), world.url("overview"))

    page = BeautifulSoup(client.get(href).content, "html.parser")

    head = page.select_one(".page-head p").get_text()
    assert re.match(r"\s*([\d,]+) answer", head).group(1) == str(says)
    assert says > 25


LEFT_OUT = ["suspect", "excluded", "test", "withdrawn", "superseded"]


def test_what_a_figure_leaves_out_is_listed_by_why(world):
    with world.inside():
        definitions = definitions_of(world.id)
        period = last_days(90, local_day(world.now, ZONE))
        told = score_of(
            experience(world.id, definitions), period, today=local_day(world.now, ZONE)
        ).left_out
    listed = {
        why: count_behind(
            world,
            f"{world.url('responses')}?metric=nps&programme_kind=relational&standing={why}",
        )
        for why in LEFT_OUT
    }

    assert listed == {why: told.get(why, 0) for why in LEFT_OUT}
    assert all(listed.values())


def test_the_number_of_each_tag_leads_to_its_answers_of_all_times(world):
    with world.inside():
        tag = Tag.objects.create(**world.own, name="Bill", created_at=world.now)
        old = world.answer(3, customer=world.customer("Old"), at=world.now - world.day * 5000)
        new = world.answer(4, customer=world.customer("New"))
        for response in (old, new):
            ResponseTag.objects.create(**world.own, response=response, tag=tag, tagged_at=world.now)
        world.fold()
    client = world.client("owner")

    page = BeautifulSoup(client.get(world.url("tags")).content, "html.parser")
    (number,) = page.select("td.num a")
    listed = BeautifulSoup(client.get(number["href"]).content, "html.parser")

    assert number.get_text() == "2"
    assert listed.select_one(".page-head p").get_text().strip().startswith("2 answers")
