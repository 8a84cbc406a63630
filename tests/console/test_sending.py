"""Settings, sending: limits as sentences, the switch for all, and pauses for incidents."""

from datetime import timedelta

import pytest
from bs4 import BeautifulSoup
from django.utils import timezone

from accounts.models import AuditEntry, Organisation
from console.shown.own_rules import when_it_asks
from surveys.models import Programme, SendingPause

LIMITS = {
    "ask_again_after_days": 14,
    "asks_per_year": 4,
    "people_per_company": 3,
    "company_days": 60,
    "holdout_percent": 5,
}
PAUSES = "[aria-labelledby=pauses-title]"


def soup(answer):
    return BeautifulSoup(answer.content, "html.parser")


def text_of(page):
    return " ".join(page.get_text(" ").split()).replace(" .", ".").replace(" ;", ";")


def changes(world):
    with world.inside():
        return list(AuditEntry.objects.order_by("id").values_list("action", "actor"))


def stored(world):
    with world.inside():
        organisation = Organisation.objects.get(pk=world.id)
    return {name: getattr(organisation, name) for name in LIMITS}


def shown(world, role):
    return text_of(soup(world.client(role).get(world.url("sending"))))


def test_a_manager_changes_a_number_inside_its_sentence(acme):
    before = len(changes(acme))
    answer = acme.client("manager").post(acme.url("sending_limits"), LIMITS, follow=True)
    assert "Saved." in text_of(soup(answer))
    assert stored(acme) == LIMITS
    assert changes(acme)[before:] == [("organisation.edited", "manager@acme-mobile.example")]
    inputs = soup(answer).select(".sentences input.in-line[type=number]")
    fields = {each["name"]: each["value"] for each in inputs}
    assert fields == {name: str(value) for name, value in LIMITS.items()}


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"asks_per_year": 0}, "Surveys in twelve months: Ensure this value is greater"),
        ({"holdout_percent": 51}, "Share of customers who are never asked: Ensure this value"),
        ({"company_days": ""}, "This field is required"),
        ({"people_per_company": "x"}, "People of one company: Enter a whole number"),
    ],
)
def test_what_cannot_be_a_limit_is_refused_and_nothing_is_stored(acme, wrong, said):
    before = stored(acme)
    answer = acme.client("owner").post(acme.url("sending_limits"), LIMITS | wrong)
    assert (answer.status_code, said in text_of(soup(answer))) == (422, True)
    assert stored(acme) == before


def test_a_viewer_reads_the_same_sentences_without_fields(acme):
    page = soup(acme.client("viewer").get(acme.url("sending")))
    assert "Nobody is asked more than 6 times in twelve months." in text_of(page)
    assert page.select("main input, main select, main button") == []


def test_the_places_of_the_relationship_survey_are_said(acme):
    with acme.inside():
        Programme.objects.filter(kind="relational").update(is_on=False)
    assert "No programme asks by the calendar yet" in shown(acme, "viewer")
    with acme.inside():
        Programme.objects.filter(kind="relational").update(
            is_on=True, cadence_months=6, name="Relationship"
        )
    kept = "2 of these places are kept for Relationship; 4 are left for service surveys."
    assert f"{kept} The 7 days before it are kept free too." in shown(acme, "viewer")
    with acme.inside():
        Organisation.objects.update(ask_again_after_days=10)
    assert f"{kept} The 10 days before it are kept free too." in shown(acme, "viewer")


def test_what_each_programme_says_for_itself_is_read_and_leads_to_its_rules(acme):
    wants = [{"key": "plan", "test": "is", "values": ["Basic"]}]
    with acme.inside():
        Programme.objects.filter(pk=acme.csat.pk).update(
            rest_days=1, delay_minutes=2880, sampling_percent=50, priority=10, conditions=wants
        )
        Programme.objects.filter(pk=acme.nps.pk).update(
            rest_days=0, cadence_months=6, newcomer_days=30, is_on=False
        )
    assert lines(acme, "manager") == [
        [
            "After help",
            "2 days after the contact",
            (
                "Rests 1 day after asking somebody; asks 50 % of them, drawn; its place among"
                " programmes is 10; only where plan is Basic."
            ),
            "On",
            "Change the rules of After help",
        ],
        [
            "Relationship",
            "By the calendar, every 6 months",
            "Has no rest of its own; leaves a new customer alone for 30 days.",
            "Off",
            "Change the rules of Relationship",
        ],
    ]
    assert {len(line) for line in lines(acme, "viewer")} == {4}
    page = soup(acme.client("manager").get(acme.url("sending")))
    (first, _) = page.select("[aria-labelledby=own-title] a.btn")
    assert first["href"] == acme.url("programme_rules", acme.csat.pk)


def lines(world, role):
    page = soup(world.client(role).get(world.url("sending")))
    rows = page.select("[aria-labelledby=own-title] tbody tr")
    return [[text_of(cell).strip() for cell in row.select("td")] for row in rows]


@pytest.mark.parametrize(
    ("minutes", "said"),
    [
        (0, "Within seconds of the contact"),
        (1, "1 minute after the contact"),
        (90, "90 minutes after the contact"),
        (60, "1 hour after the contact"),
        (1440, "1 day after the contact"),
        (43200, "30 days after the contact"),
    ],
)
def test_a_wait_is_told_in_the_largest_unit_that_fits(minutes, said):
    assert when_it_asks(Programme(kind="transactional", delay_minutes=minutes)) == said


def test_a_relationship_survey_without_a_calendar_claims_none():
    assert when_it_asks(Programme(kind="relational")) == (
        "When somebody starts a wave; by no calendar"
    )
    monthly = Programme(kind="relational", cadence_months=1)
    assert when_it_asks(monthly) == "By the calendar, every month"


def test_all_sending_is_paused_and_resumed_with_one_row_each(acme):
    before, manager = len(changes(acme)), acme.client("manager")
    for paused in ("yes", "yes", "no", "no"):
        manager.post(acme.url("sending_switch"), {"paused": paused})
        with acme.inside():
            held = Organisation.objects.get(pk=acme.id).sending_paused_at is not None
        assert held is (paused == "yes")
        assert ("All sending is paused" in shown(acme, "viewer")) is held
    assert [action for action, _ in changes(acme)[before:]] == ["sending.paused", "sending.resumed"]


def moment(days):
    return (timezone.now() + timedelta(days=days)).strftime("%Y-%m-%dT%H:%M")


def test_a_pause_is_begun_listed_and_ended(acme):
    before, manager = len(changes(acme)), acme.client("manager")
    until = moment(2)
    said = {"reason": "network down", "key": "company", "values": "North , East", "ends_at": until}
    answer = manager.post(acme.url("pause_begin"), said, follow=True)
    assert "network down where company is North or East" in text_of(soup(answer))
    with acme.inside():
        pause = SendingPause.objects.get()
    assert (pause.key, pause.values, pause.ends_at is None) == ("company", ["North", "East"], False)
    for _ in range(2):
        answer = manager.post(acme.url("pause_end", pause.pk), follow=True)
    assert soup(answer).select_one(f"{PAUSES} td[data-label=State]").get_text(strip=True) == "over"
    assert [action for action, _ in changes(acme)[before:]] == ["pause.begun", "pause.ended"]


def test_a_pause_that_lies_ahead_is_coming_and_can_be_taken_back(acme):
    manager = acme.client("manager")
    manager.post(acme.url("pause_begin"), {"reason": "move", "begins_at": moment(3)})
    assert "move everybody" in shown(acme, "manager")
    assert "somebody ends it coming" in shown(acme, "manager")
    with acme.inside():
        pause = SendingPause.objects.get()
    manager.post(acme.url("pause_end", pause.pk))
    with acme.inside():
        pause.refresh_from_db()
    assert pause.begins_at == pause.ends_at


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"reason": ""}, "What happened: This field is required."),
        ({"key": "company"}, "Which: Say which: one value, or several with commas."),
        ({"key": "shoe size"}, "Select a valid choice"),
        ({"ends_at": "2001-01-01T10:00"}, "Until: It would end before it begins."),
        ({"begins_at": "soon"}, "From: Enter a valid date/time."),
    ],
)
def test_what_cannot_be_a_pause_is_refused_with_what_was_typed(acme, wrong, said):
    answer = acme.client("owner").post(acme.url("pause_begin"), {"reason": "strike"} | wrong)
    page = soup(answer)
    assert (answer.status_code, said in text_of(page)) == (422, True)
    assert page.select_one("input[name=reason]")["value"] == {"reason": "strike", **wrong}["reason"]
    with acme.inside():
        assert SendingPause.objects.count() == 0


@pytest.mark.parametrize("count", [1, 3])
def test_the_page_costs_the_same_however_many_pauses(acme, count, django_assert_num_queries):
    with acme.inside():
        for number in range(count):
            SendingPause.objects.create(
                **acme.own, reason=f"strike {number}", begins_at=acme.now, created_at=acme.now
            )
    client = acme.client("owner")
    client.get(acme.url("sending"))
    with django_assert_num_queries(15):
        answer = client.get(acme.url("sending"))
    assert len(soup(answer).select(f"{PAUSES} tbody tr")) == count


def test_a_pause_that_nobody_ended_stays_in_sight_behind_many_that_are_over(acme):
    with acme.inside():
        long_ago = {"begins_at": acme.now - 90 * acme.day, "created_at": acme.now}
        SendingPause.objects.create(**acme.own, reason="forgotten", **long_ago)
        for number in range(31):
            SendingPause.objects.create(
                **acme.own,
                reason=f"over {number}",
                begins_at=acme.now - 30 * acme.day,
                ends_at=acme.now - 29 * acme.day,
                created_at=acme.now,
            )
    page = soup(acme.client("owner").get(acme.url("sending")))
    reasons = [text_of(row.select_one("td")) for row in page.select(f"{PAUSES} tbody tr")]
    assert (reasons[0], len(reasons)) == ("forgotten", 31)


def offered(page):
    return {each.text: each["href"] for each in soup(page).select(".notice a")}


def test_changed_limits_lead_to_dry_runs_beside_what_was_before(acme):
    with acme.inside():
        Programme.objects.filter(pk=acme.nps.pk).update(cadence_months=6)
        acme.contact(acme.customer("Ada"), at=acme.now - timedelta(days=2), is_asked=False)
    client = acme.client("manager")
    page = client.post(acme.url("sending_limits"), LIMITS, follow=True)

    found = offered(page)

    assert set(found) == {"After help", "Relationship"}
    words = text_of(soup(client.get(found["After help"])))
    assert "surveys in twelve months: 4, was 6" in words
    assert "days between two surveys: 14, was 7" in words
    assert "1 would be asked, 1 before" in words
    assert offered(client.get(acme.url("sending"))) == {}


def test_a_dry_run_beside_old_limits_judges_by_both(acme):
    with acme.inside():
        for name in ("Ada", "Obi"):
            acme.contact(acme.customer(name), at=acme.now - timedelta(days=2), is_asked=False)
        Organisation.objects.filter(pk=acme.id).update(needs_legal_basis=True)
    address = acme.url("dry_run", acme.csat.pk)

    words = text_of(soup(acme.client("manager").get(f"{address}?house-needs_legal_basis=False")))

    assert "Nobody would be asked, 2 before" in words
    assert "only with a legal basis: yes, was no" in words
    assert "No legal basis is recorded 2 0" in words
    with acme.inside():
        assert Organisation.objects.get(pk=acme.id).needs_legal_basis is True


def test_a_pause_leads_to_dry_runs_of_what_lies_ahead(acme):
    page = acme.client("manager").post(
        acme.url("pause_begin"), {"reason": "Network down"}, follow=True
    )
    assert offered(page) == {"Relationship": acme.url("dry_run", acme.nps.pk)}


def test_an_address_that_no_change_makes_is_refused(acme):
    client = acme.client("manager")
    assert client.get(f"{acme.url('sending')}?house-name=x").status_code == 400
    for value in ("x", "6"):  # no number, and no change
        assert offered(client.get(f"{acme.url('sending')}?house-asks_per_year={value}")) == {}
