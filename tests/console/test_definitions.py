"""Definitions: what a cut would do before it does it, every number counted by it afterwards."""

from datetime import timedelta

import pytest
from bs4 import BeautifulSoup

from accounts.models import AuditEntry
from metrics.models import MetricDefinition
from metrics.queries.definitions import definitions_of
from tests.console.crowds import crowd
from tests.console.test_overview import _number, _total, card, text_of


def soup(answer):
    return BeautifulSoup(answer.content, "html.parser")


@pytest.fixture
def answered(acme):
    """100 service answers: 64 fives, 17 fours, 19 twos."""
    with acme.inside():
        crowd(acme, [5] * 64 + [4] * 17 + [2] * 19, before=timedelta(days=1))
        acme.fold()
    return acme


def form_of(world, client, **changes):
    page = soup(client.get(world.url("definition_csat")))
    given = {
        field["name"]: field.get("value", "")
        for field in page.select(
            "form[novalidate] input:not([type=radio]), form[novalidate] select"
        )
        if field.get("name") and field["name"] != "csrfmiddlewaretoken"
    }
    since = (world.now - timedelta(days=10)).date().isoformat()
    chosen = {"cut": "5", "reason": "top box only", "since_on": since, "window_days": "90"}
    return {**given, **chosen, **changes}


def redefine(world, role="manager", **changes):
    client = world.client(role)
    return client.post(world.url("definition_csat"), form_of(world, client, **changes))


def test_each_cut_says_what_it_makes_of_the_score_before_it_is_saved(answered):
    page = text_of(soup(answered.client("manager").get(answered.url("definition_csat"))))

    assert "Answer 5 on a scale from 1 to 5: 81 % becomes 64 %" in page
    assert "Answers 4 and 5 on a scale from 1 to 5: 81 % as now" in page
    assert "Answers 2 to 5 on a scale from 1 to 5: 81 % becomes 100 %" in page
    assert "of the last 90 days becomes: n = 100" in page
    assert MetricDefinition.objects.count() == 0


def test_a_new_cut_counts_everywhere_and_each_number_still_leads_to_its_answers(answered):
    answer = redefine(answered)
    assert (answer.status_code, answer["Location"]) == (302, answered.url("definitions"))
    client = answered.client("viewer")

    service = card(soup(client.get(answered.url("overview"))), "service")
    place = text_of(soup(client.get(answered.url("touchpoint", answered.phone.pk))))
    listed = text_of(soup(client.get(answered.url("touchpoints"))))

    assert "64 % 54 to 73 % n = 100" in text_of(service)
    assert "64 % 54 to 73 % n = 100" in place
    assert "64 % 54 to 73 %" in listed
    links = service.select("a.n, .legend a")
    assert [_number(link) for link in links] == [100, 64, 36]
    assert [_total(client.get(link["href"])) for link in links] == [100, 64, 36]


def test_the_definition_beside_a_number_names_its_version_its_cut_and_since_when(answered):
    redefine(answered)

    page = soup(answered.client("viewer").get(answered.url("overview")))
    opened = page.find(id="why-service")
    said = text_of(opened)

    since = (answered.now - timedelta(days=10)).date()
    assert opened.find("a")["href"] == answered.url("definitions")
    assert "Answer 5 on a scale from 1 to 5." in said
    assert "Cut satisfied from 5 on, on a scale from 1 to 5" in said
    assert f"Version 2, since {since:%-d %b %Y}: top box only" in said


def test_an_older_version_can_be_looked_at_and_goes_with_every_link(answered):
    redefine(answered)
    client = answered.client("viewer")

    page = soup(client.get(answered.url("overview") + "?days=30&definition=csat%401"))
    service = card(page, "service")

    assert "81 % 72 to 87 % n = 100" in text_of(service)
    notice = page.select_one("main > .notice")
    assert "CSAT is counted by version 1 here: Answers 4 and 5" in text_of(notice)
    assert notice.find("a")["href"] == "?days=30"
    links = service.select("a.n, .legend a")
    assert [_number(link) for link in links] == [100, 81, 19]
    assert [_total(client.get(link["href"])) for link in links] == [100, 81, 19]


def test_the_gap_says_by_which_cut_customers_were_served(answered):
    """That stands with each answer and is judged by the newest version only."""
    with answered.inside():
        crowd(answered, [9] * 3, relational=True)
        answered.fold()
    client = answered.client("viewer")
    redefine(answered)

    said = {
        query: text_of(soup(client.get(answered.url("gap") + query)).find(id="customers"))
        for query in ("", "?definition=csat%401")
    }

    words = "always told by the newest definition (CSAT, version 2: answer 5 on a scale from 1 to 5"
    assert words in said["?definition=csat%401"]
    assert "newest definition" not in said[""]


@pytest.mark.parametrize("page", ["overview", "touchpoints", "responses"])
@pytest.mark.parametrize("wrong", ["csat@2", "csat", "csat@0", "csat@\u0662", "fun@1"])
def test_a_version_that_never_was_is_refused_with_its_reason(acme, page, wrong):
    answer = acme.client("viewer").get(acme.url(page), {"definition": wrong})

    assert answer.status_code == 400
    assert "definition:" in text_of(soup(answer))


def test_the_list_shows_every_version_with_who_made_it(answered):
    redefine(answered)
    redefine(answered, cut="4", reason="numbers to words", since_on=answered.now.date())

    page = soup(answered.client("viewer").get(answered.url("definitions")))
    csat = page.find("h2", id="metric-csat").find_parent("section")
    rows = [[text_of(cell) for cell in row.select("td")] for row in csat.select("tbody tr")]

    assert [(row[0], row[2], row[3]) for row in rows] == [
        ("3 counts now", "numbers to words", "Answers 4 and 5 on a scale from 1 to 5"),
        ("2", "top box only", "Answer 5 on a scale from 1 to 5"),
        ("1", "as the product came", "Answers 4 and 5 on a scale from 1 to 5"),
    ]
    assert rows[0][4].startswith("manager@acme-mobile.example")
    assert rows[2][4] == "cxapp"
    links = [link["href"] for link in csat.select("tbody a")]
    assert links == [f"{answered.url('overview')}?definition=csat%40{n}" for n in (2, 1)]


def test_the_nps_has_fixed_groups_and_the_form_says_so_and_offers_no_cut(acme):
    page = soup(acme.client("owner").get(acme.url("definition_nps")))

    assert "The groups of the NPS are fixed" in text_of(page)
    assert page.select("[name=cut]") == []
    assert page.select_one("[name=smallest_change]")["value"] == "3"


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"reason": ""}, "This field is required."),
        ({"cut": "1"}, "Select a valid choice."),
        ({"since_on": "2999-01-01"}, "A version cannot begin on a day that has not come yet."),
        ({"seen_version": "7"}, "Somebody made a new version meanwhile."),
    ],
)
def test_what_cannot_become_a_version_is_said_and_changes_nothing(acme, changes, said):
    answer = redefine(acme, **changes)

    assert answer.status_code == 422
    assert said in text_of(soup(answer))
    with acme.inside():
        assert definitions_of(acme.id).csat.version == 1
        assert not AuditEntry.objects.filter(action="definition.made").exists()


def test_a_version_is_made_by_whom_the_audit_trail_names(acme):
    redefine(acme, role="owner")

    with acme.inside():
        entry = AuditEntry.objects.get(action="definition.made")
    assert entry.actor == "owner@acme-mobile.example"


@pytest.mark.parametrize("role", ["viewer", "responder"])
def test_others_read_definitions_and_are_offered_no_change(acme, role):
    client = acme.client(role)
    page = soup(client.get(acme.url("definitions")))

    assert "Change" not in text_of(page.select_one("main"))
    assert client.post(acme.url("definition_csat"), {"cut": "5"}).status_code == 403


def test_one_organisation_s_version_is_nothing_to_another(answered, globex):
    redefine(answered)

    with globex.inside():
        assert definitions_of(globex.id).csat.version == 1
        assert definitions_of(answered.id).csat.version == 1


def test_pages_that_name_no_days_open_with_those_of_the_definitions(acme):
    client = acme.client("manager")
    with acme.inside():
        for ago in (10, 200):
            crowd(acme, [5], before=timedelta(days=ago))
        acme.fold()
    redefine(acme, cut="4", window_days="365")

    page = soup(client.get(acme.url("overview")))
    links = card(page, "service").select("a.n")

    assert text_of(page.select_one(".segments [aria-current]")) == "365 days"
    assert [_number(link) for link in links] == [2]
    assert [_total(client.get(link["href"])) for link in links] == [2]
    named = soup(client.get(acme.url("overview") + "?days=90"))
    assert [_number(link) for link in card(named, "service").select("a.n")] == [1]
