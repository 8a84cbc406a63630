"""Doubted answers: the list with its rules, the way to it, and the switch on every page."""

import re
from datetime import timedelta

import pytest
from bs4 import BeautifulSoup

from metrics.actions.tracking import track_property
from surveys.models import Response, ResponseRevision
from tests.console.test_figures_exported import rows_of

RULES = ["too_soon", "too_quick", "several_scores", "trap", "no_form"]
MANY = 30
BASIC = {"plan": "Basic"}


def page_of(world, name, *args, query="", role="owner"):
    answer = world.client(role).get(f"{world.url(name, *args)}?{query}")
    assert answer.status_code == 200, answer.content
    return BeautifulSoup(answer.content, "html.parser")


def text_of(tag):
    return " ".join(tag.get_text(" ").split())


def rows(page):
    table = page.select("table.listing")[-1]
    return [[text_of(cell) for cell in row.select("td")] for row in table.select("tbody tr")]


def revise(response, number, score, verdict, *, at, rule=""):
    return ResponseRevision.objects.create(
        organisation_id=response.organisation_id, response=response, number=number, at=at,
        verdict=verdict, rule=rule, score=score,
    )  # fmt: skip


@pytest.fixture
def doubted(acme):
    """One that stays doubted, one confirmed by a tap, one answered before the machine came."""
    with acme.inside():
        at = acme.now - timedelta(hours=3)
        left = acme.answer(1, customer=acme.customer("Lena"), at=at, standing="suspect",
                           standing_reason="too_soon")  # fmt: skip
        left.revisions.update(verdict="suspect", rule="too_soon")
        tapped = acme.answer(4, customer=acme.customer("Tom"), at=at + timedelta(minutes=1))
        tapped.revisions.update(number=3)
        for number, score in ((1, 1), (2, 4)):
            moment = at + timedelta(seconds=number)
            revise(tapped, number, score, "suspect", at=moment, rule="several_scores")
        before = acme.answer(5, customer=acme.customer("Bea"), at=at - timedelta(days=1))
        revise(before, 2, 1, "suspect", at=at + timedelta(hours=1), rule="no_form")
        acme.answer(5, customer=acme.customer("Nell"))
        acme.fold()
    return acme


def test_each_doubted_answer_with_its_rule_and_what_became_of_it(doubted):
    page = page_of(doubted, "doubted")
    head = text_of(page.select_one(".page-head p"))
    assert head.startswith("3 of 4 answers, ")
    assert head.endswith(". 2 of them were answered by a person as well.")
    assert [row[1:] for row in rows(page)] == [
        [
            "CSAT 1",
            "Came from no page of ours",
            "After help Phone",
            "Counted a person sent 5, before it",
        ],
        [
            "CSAT 4",
            "Several scores of its mail opened within a minute 2 sendings of it were doubted",
            "After help Phone",
            "Counted a person sent 4, 58 seconds later",
        ],
        [
            "CSAT 1",
            "Sent right after its mail was handed over",
            "After help Phone",
            "Left out of every score nobody has answered since",
        ],
    ]
    by_rule = [
        [text_of(cell) for cell in row.select("td")] for row in page.select("tbody")[0].select("tr")
    ]
    assert by_rule == [
        ["Came from no page of ours", "1", "1"],
        ["Several scores of its mail opened within a minute", "1", "1"],
        ["Sent right after its mail was handed over", "1", "0"],
    ]


def test_each_number_of_doubts_leads_to_as_many_lines_of_the_list(doubted):
    page = page_of(doubted, "doubted", query="standing=suspect&days=90")
    leads = [page.select_one(".page-head p a"), *page.select("tbody")[0].select("td.num a")]
    assert [text_of(lead) for lead in leads] == ["2", "1", "1", "1", "1", "1"]
    behind = page
    for lead in leads:
        behind = page_of(doubted, "doubted", query=lead["href"].removeprefix("?"))
        assert str(len(rows(behind))) == text_of(lead), lead["href"]
        assert behind.select(".chosen .pick"), "the way back to all of them"
    assert [row[2] for row in rows(behind)] == ["Sent right after its mail was handed over"]


@pytest.mark.parametrize(
    ("query", "scores"),
    [
        ("standing=suspect", ["CSAT 1"]),
        ("standing=counted", ["CSAT 1", "CSAT 4"]),
        ("standing=test", []),
        ("days=30&metric=nps", []),
        ("score=4", ["CSAT 4"]),
        ("standing=suspect&suspects=on&against=year", ["CSAT 1"]),
    ],
)
def test_the_list_goes_by_the_filters_of_all_lists(doubted, query, scores):
    page = page_of(doubted, "doubted", query=query)
    found = rows(page) if page.select(".empty") == [] else []
    assert [row[1] for row in found] == scores


def test_names_are_for_those_who_may_see_customers(doubted):
    for role, shown in (("responder", True), ("viewer", False)):
        assert ("Lena" in text_of(page_of(doubted, "doubted", role=role))) is shown


def test_an_outsider_finds_no_list_and_sees_none_of_ours(doubted, globex):
    hank = globex.client("owner")
    assert hank.get(doubted.url("doubted")).status_code == 404
    assert "No answer was doubted" in hank.get(globex.url("doubted")).content.decode()


@pytest.mark.parametrize("count", [1, 3])
def test_a_longer_list_costs_no_more_queries(acme, django_assert_num_queries, count):
    with acme.inside():
        for number in range(count):
            response = acme.answer(number + 1, customer=acme.customer(f"C{number}"))
            response.revisions.update(verdict="suspect", rule=RULES[number])
    client = acme.client("owner")
    client.get(acme.url("doubted"))
    with django_assert_num_queries(15):
        page = client.get(acme.url("doubted"))
    assert len(rows(BeautifulSoup(page.content, "html.parser"))) == count


def test_every_rule_has_words_and_an_old_one_is_shown_as_it_was_written(acme):
    with acme.inside():
        for number, rule in enumerate([*RULES, "same_second"]):
            response = acme.answer(3, customer=acme.customer(f"C{number}"))
            response.revisions.update(verdict="suspect", rule=rule)
    told = {row[2] for row in rows(page_of(acme, "doubted"))}
    assert len(told) == 6
    assert told & {*RULES, "same_second"} == {"same_second"}


def test_a_doubted_answer_says_why_in_lists_and_on_its_page(doubted):
    listed = text_of(page_of(doubted, "responses", query="standing=suspect"))
    assert "not counted: suspected machine sent right after its mail was handed over" in listed
    with doubted.inside():
        tapped = Response.objects.get(score=4)
    assert "Suspected machine Several scores of its mail" in text_of(
        page_of(doubted, "response", tapped.pk)
    )


# --- the switch on every page -------------------------------------------------------------------


@pytest.fixture
def world(acme):
    """Thirty people and two machines at the phone, one machine at the shop; the same of NPS."""
    with acme.inside():
        track_property(organisation_id=acme.id, key="plan", now=acme.now)
        firm = acme.company("Northwind Joinery")
        for number in range(MANY):
            her = acme.customer(f"Customer {number}", company=firm)
            acme.answer(1 + number % 5, customer=her, context=BASIC)
            acme.answer(number % 11, customer=her, relational=True, context=BASIC)
        for number in range(3):
            machine = acme.customer(f"Machine {number}", company=firm)
            why = {"standing": "suspect", "standing_reason": "trap", "context": BASIC}
            said = [
                acme.answer(1, customer=machine, **why),
                acme.answer(0, customer=machine, relational=True, **why),
            ]
            ResponseRevision.objects.filter(response__in=said).update(
                verdict="suspect", rule="trap"
            )
        acme.shop = acme.touchpoint("Shop")
        Response.objects.filter(customer__name="Machine 2", metric="csat").update(
            touchpoint=acme.shop
        )
        acme.fold()
    acme.firm = firm
    return acme


PAGES = {
    "overview": ((), 6, {MANY, MANY + 3}),
    "journey": ((), 6, {MANY, MANY + 2}),
    "touchpoint": (("phone",), 2, {MANY, MANY + 2}),
    "segments_of": (("plan",), 6, {MANY, MANY + 3}),
    "segment": (("plan", "Basic"), 6, {MANY, MANY + 3}),
    "company": (("firm",), 6, {MANY, MANY + 3}),
    "gap": ((), 6, {MANY, MANY + 3}),
    "compare": ((), None, {MANY, MANY + 3}),
}


def args_of(world, args):
    own = {"phone": world.phone.pk, "firm": world.firm.pk}
    return [own.get(arg, arg) if isinstance(arg, str) else arg for arg in args]


def sizes(page):
    """Every n that the page shows."""
    found = re.findall(r"\bn = ([\d,]+)", text_of(page.select_one("main")))
    return {int(number.replace(",", "")) for number in found}


def recounted(world, *standings, **narrowed):
    with world.inside():
        return Response.objects.filter(standing__in=standings, **narrowed).count()


@pytest.mark.parametrize("name", PAGES)
def test_the_switch_counts_them_and_the_page_says_so(world, name):
    args, machines, (without, with_them) = PAGES[name][0], PAGES[name][1], sorted(PAGES[name][2])
    apart = page_of(world, name, *args_of(world, args), query="days=30")
    counted = page_of(world, name, *args_of(world, args), query="days=30&suspects=on")
    of = {"touchpoint": world.phone} if name in ("journey", "touchpoint") else {"metric": "csat"}
    assert (recounted(world, "counted", **of), recounted(world, "counted", "suspect", **of)) == (
        without,
        with_them,
    )
    assert without in sizes(apart)
    assert with_them not in sizes(apart)
    assert with_them in sizes(counted)
    assert without not in sizes(counted)
    told = [text_of(apart.select_one("nav.chosen")), text_of(counted.select_one("nav.chosen"))]
    if machines is None:
        assert told[0] == "Suspected machine answers are left out Count them too"
        assert told[1] == "Stop Counting suspected machine answers, too"
    else:
        assert told[0].startswith(f"{machines} suspected machine answers left out Count them too")
        assert f"Stop Counting {machines} suspected machine answers" in told[1]


@pytest.mark.parametrize("name", [name for name in PAGES if name != "compare"])
def test_where_a_page_says_how_many_it_leaves_out_it_leads_to_exactly_those(world, name):
    args, machines, _ = PAGES[name]
    page = page_of(world, name, *args_of(world, args), query="days=30")
    href = page.select_one("nav.chosen a[href*=doubted]")["href"]
    listed = BeautifulSoup(world.client("owner").get(href).content, "html.parser")
    assert len(rows(listed)) == machines
    assert {row[2] for row in rows(listed)} == {"The hidden field was filled in"}


def test_the_switch_of_a_comparison_goes_off_again(world):
    counted = page_of(world, "compare", query="days=30&suspects=on&b_rest=on")
    href = counted.select_one("nav.chosen a.pick")["href"]
    assert href == "?days=30&b_rest=on"


@pytest.mark.parametrize(("query", "says"), [("", "no"), ("&suspects=on", "yes")])
def test_a_file_of_figures_says_whether_they_are_in_it(world, query, says):
    answer = world.client("owner").get(f"{world.url('overview_csv')}?days=30{query}")
    found = rows_of(answer)
    assert {row["counts_suspects"] for row in found} == {says}
    service = next(row for row in found if row["figure"] == "Service")
    standings = ["counted", "suspect"] if query else ["counted"]
    assert int(service["n"]) == recounted(world, *standings, metric="csat")
