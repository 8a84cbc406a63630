"""The delivery page: what became of the mails, what holds them up, and what one may do about it."""

from datetime import timedelta
from zoneinfo import ZoneInfo

import pytest
from bs4 import BeautifulSoup

from accounts.models import AuditEntry, Organisation, RoutePause
from kit import tenancy
from surveys.actions.resending import resend_by_rule
from surveys.models import Brake, Invitation, Message, SendingPause
from tests.console.conftest import ZONE

HOUR = timedelta(hours=1)


@pytest.fixture
def in_doubt(acme):
    """A mail that was handed over yesterday and never confirmed."""
    with acme.inside():
        invitation = acme.contact(acme.customer("Ada Okafor"), at=acme.now - 20 * HOUR)
        Invitation.objects.update(sent_at=None, sent_on=None)
        message = invitation.messages.get()
        message.state, message.handing_over_at = "uncertain", acme.now - 20 * HOUR
        message.last_error = "Connection reset by ada's server"
        message.save()
    return message


def look(world, role="owner", query=""):
    answer = world.client(role).get(world.url("delivery", world.csat.pk) + query)
    assert answer.status_code == 200
    return BeautifulSoup(answer.content, "html.parser")


def words(part):
    return " ".join(part.get_text(" ").split())


def funnel(page):
    steps = page.find("ul", class_="funnel").find_all("li")
    return {step.span.get_text(): step.find("span", class_="num").get_text() for step in steps}


def rows(page, title):
    table = page.find("section", attrs={"aria-labelledby": title}).find("table")
    return [[words(cell) for cell in row.find_all(["th", "td"])] for row in table.find_all("tr")]


def fill(world, people):
    """So many asked two hours ago: the first delivered and finished, the second bounced."""
    with world.inside():
        asked = [world.contact(world.customer(f"Customer {n}")) for n in range(people)]
        at = world.now - HOUR
        facts = [
            {"delivered_at": at, "answered_at": at, "finished_at": at},
            {"bounced_at": at},
            {"delivered_at": at, "complained_at": at},
        ]
        for invitation, fact in zip(asked, facts, strict=False):
            Invitation.objects.filter(pk=invitation.pk).update(**fact)
        world.contact(world.customer("Ben"), is_asked=False, rule="opted_out")


def test_the_funnel_follows_everybody_considered(acme):
    fill(acme, 3)
    page = look(acme)

    assert funnel(page) == {
        "Considered": "4",
        "Decided against": "1",
        "Chosen": "3",
        "Handed over": "3",
        "Known to be delivered": "2",
        "Bounced": "1",
        "Reported as spam": "1",
        "Began to answer": "1",
        "Finished": "1",
    }
    assert rows(page, "cohorts-title")[1][1:] == [
        "3", "2", "1 (33.3 %)", "1", "1", "1", "33 %",
    ]  # fmt: skip


@pytest.mark.parametrize("people", [1, 3])
def test_the_page_asks_as_often_for_one_as_for_three(acme, people, django_assert_num_queries):
    fill(acme, people)
    client = acme.client("owner")
    client.get(acme.url("delivery", acme.csat.pk))

    with django_assert_num_queries(26):
        client.get(acme.url("delivery", acme.csat.pk))


def counts_with_lists(page):
    """Each linked number of the page, with the address of its list."""
    found = page.select("ul.funnel .num a[href], #cohorts td.num a[href]")
    return [(int(words(link).split()[0].replace(",", "")), link["href"]) for link in found]


@pytest.mark.parametrize("query", ["?days=30", "?days=90&against=year"])
def test_each_number_leads_to_the_people_it_counts(acme, query):
    fill(acme, 3)
    client = acme.client("responder")

    counted = counts_with_lists(look(acme, "responder", query))

    assert [count for count, _ in counted] == [4, 1, 3, 3, 2, 1, 1, 1, 1, 3, 2, 1, 1, 1, 1]
    for count, address in counted:
        listed = BeautifulSoup(client.get(address).content, "html.parser")
        assert len(listed.select("td a.main")) == count, address
        assert int(words(listed.select_one(".verdicts a[aria-current]")).split()[-1]) == count
    assert counts_with_lists(look(acme, "viewer", query)) == []


def test_a_list_by_the_day_of_leaving_says_so_and_goes_by_it(acme):
    fill(acme, 1)
    with acme.inside():
        last_week = acme.now - timedelta(days=8)
        Invitation.objects.update(sent_at=last_week, sent_on=last_week.date())
    address = acme.url("decisions", acme.csat.pk)
    client, day = acme.client("owner"), f"from={last_week:%Y-%m-%d}&to={last_week:%Y-%m-%d}"

    listed = BeautifulSoup(client.get(f"{address}?by=left&{day}").content, "html.parser")

    assert [words(one) for one in listed.select("td a.main")] == ["Customer 0"]
    assert words(listed.select_one(".page-head p")).startswith("Questions that left ")
    today = f"from={acme.now:%Y-%m-%d}&to={acme.now:%Y-%m-%d}"
    assert b"No such decision" in client.get(f"{address}?by=left&{today}").content


def test_cohorts_are_days_of_a_month_and_weeks_of_longer(acme):
    fill(acme, 1)

    assert rows(look(acme, query="?days=30"), "cohorts-title")[0][0] == "Day"
    assert rows(look(acme, query="?days=90"), "cohorts-title")[0][0] == "Week of"


def test_another_programmes_mails_are_not_shown(acme, in_doubt):
    answer = acme.client("owner").get(acme.url("delivery", acme.nps.pk)).content.decode()

    assert "The rules looked at nobody" in answer
    assert "No mail left" in answer
    assert "Ada" not in answer


def test_what_is_late_and_who_asked_us_to_wait_is_said(acme):
    fill(acme, 1)
    with acme.inside():
        Message.objects.update(state="queued", due_at=acme.now - 10 * HOUR)
    quiet = words(look(acme))
    RoutePause.objects.create(
        route="mail.example:25", until=acme.now + HOUR, reason="rcpt: 421 4.7.0 Slow <down>"
    )

    assert "Oldest due 10 hours late" in quiet
    assert "Look whether a worker runs" in quiet
    told = words(look(acme))
    assert "421 4.7.0 Slow <down>" in told
    assert "Look whether a worker runs" not in told


def right_now(page):
    facts = page.find("section", attrs={"aria-labelledby": "now-title"}).find("dl")
    pairs = zip(facts.find_all("dt"), facts.find_all("dd"), strict=True)
    return {words(name): words(value) for name, value in pairs}


def test_when_the_next_mail_leaves_is_said_unless_something_holds_it(acme):
    fill(acme, 1)
    with acme.inside():
        day = (acme.now.astimezone(ZoneInfo(ZONE)) + timedelta(days=3)).replace(hour=8, minute=5)
        Message.objects.update(state="queued", due_at=day)
    told = f"{day:%a} {day.day} {day:%b} 08:05"

    assert right_now(look(acme, "viewer")) == {
        "Waiting": "1",
        "Next leaves": told,
        "Oldest due": "nothing is due",
        "In the last hour": "0",
        "Uncertain": "0",
    }
    with acme.inside():
        Organisation.objects.filter(pk=acme.id).update(sending_paused_at=acme.now)
    assert "Next leaves" not in right_now(look(acme))


def test_what_holds_all_or_some_mails_is_said_and_no_worker_is_blamed(acme):
    fill(acme, 1)
    with acme.inside():
        Message.objects.update(state="queued", due_at=acme.now - HOUR)
        SendingPause.objects.create(
            **acme.own, reason="network down", key="region", values=["North"],
            begins_at=acme.now - HOUR, created_at=acme.now,
        )  # fmt: skip
        SendingPause.objects.create(
            **acme.own, reason="strike", begins_at=acme.now + HOUR, created_at=acme.now
        )
    told = words(look(acme, "viewer"))
    some = "Paused: network down. No surveys where region is North until somebody ends it;"
    assert (some in told, "strike" in told) == (True, False)
    assert ("Oldest due 60 minutes late" in told, "Look whether a worker" in told) == (True, False)
    with acme.inside():
        Organisation.objects.filter(pk=acme.id).update(sending_paused_at=acme.now)
    pages = [acme.url(name, acme.csat.pk) for name in ("delivery", "programme", "waves")]
    for address in (*pages, acme.url("programmes")):
        page = BeautifulSoup(acme.client("viewer").get(address).content, "html.parser")
        assert "All sending is paused since" in words(page), address


def test_a_doubt_is_explained_and_its_customer_shown_to_those_who_may(acme, in_doubt):
    for role, may_see in (("owner", True), ("responder", True), ("viewer", False)):
        told = words(look(acme, role))
        assert "Nobody can know" in told
        assert ("Ada Okafor" in told, "ada's server" in told) == (may_see, may_see)
        assert ("Send it again" in told) == (role == "owner")


def resend(world, message, role="manager"):
    return world.client(role).post(
        world.url("message_resend", world.csat.pk, message.pk), follow=True
    )


def test_a_doubt_is_sent_again_once_audited_with_the_same_id(acme, in_doubt):
    before = in_doubt.message_id
    with acme.inside():  # what the provider knew of it by its key is over
        Message.objects.update(keyed_until=acme.now)

    told = [words(BeautifulSoup(resend(acme, in_doubt).content, "html.parser")) for _ in "12"]

    assert "leaves again within seconds" in told[0]
    assert "no longer in doubt" in told[1]
    with acme.inside():
        message = Message.objects.get()
        assert (message.state, message.message_id, message.claim) == ("queued", before, None)
        assert (message.resent_at is not None, message.keyed_until) == (True, None)
        entries = AuditEntry.objects.filter(action="message.resent")
        assert [(e.actor, e.object_id) for e in entries] == [
            ("manager@acme-mobile.example", message.pk)
        ]


def test_what_is_known_or_expired_is_not_sent_again(acme, in_doubt):
    with acme.inside():
        Message.objects.update(state="sent")
    resend(acme, in_doubt)
    with acme.inside():
        Message.objects.update(state="uncertain", expires_at=acme.now - HOUR)
    resend(acme, in_doubt)

    assert by_rule(acme, 1) == 0
    with acme.inside():
        assert Message.objects.get().state == "uncertain"


def test_a_mail_of_another_programme_is_not_found_here(acme, in_doubt):
    address = acme.url("message_resend", acme.nps.pk, in_doubt.pk)

    assert acme.client("owner").post(address).status_code == 404


def by_rule(world, hours, now=None):
    with world.inside():
        Organisation.objects.filter(pk=world.id).update(resend_uncertain_after_hours=hours)
        return resend_by_rule(organisation_id=world.id, now=now or world.now)


def test_without_a_rule_nothing_is_ever_sent_again(acme, in_doubt):
    assert by_rule(acme, None, acme.now + timedelta(days=20)) == 0


def test_the_rule_sends_each_again_once_and_says_who_did_it(acme, in_doubt):
    assert by_rule(acme, 21) == 0
    assert by_rule(acme, 20) == 1
    with acme.inside():
        Message.objects.update(state="uncertain")
    assert by_rule(acme, 1) == 0

    with acme.inside():
        entry = AuditEntry.objects.get(action="message.resent")
    assert entry.actor == "the rule to send uncertain mails again"


def a_brake(world, programme=None):
    with world.inside():
        return Brake.objects.create(
            **world.own,
            programme=programme,
            because="bounces",
            count=7,
            of=120,
            pulled_at=world.now,
        )


def test_a_brake_says_why_and_is_resumed_by_those_who_may(acme):
    brake = a_brake(acme)
    assert "7 of 120 mails in a day" in words(look(acme, "viewer"))
    assert "I have looked" not in words(look(acme, "viewer"))
    for name in ("programmes", "sending"):
        shown = BeautifulSoup(acme.client("manager").get(acme.url(name)).content, "html.parser")
        assert "The mails of all programmes wait" in words(shown)
        assert shown.select(f'form[action="{acme.url("sending_resume", acme.csat.pk)}"]')

    client = acme.client("manager")
    for _ in "12":
        client.post(acme.url("sending_resume", acme.csat.pk), {"brake": brake.pk})

    with acme.inside():
        brake.refresh_from_db()
        assert (bool(brake.released_at), brake.released_by) == (True, "manager@acme-mobile.example")
        assert AuditEntry.objects.filter(action="sending.resumed").count() == 1
    assert "7 of 120" not in words(look(acme))


@pytest.mark.parametrize("brake", ["", "x", "-1", "0", "9" * 30, "\u0664"])
def test_a_brake_that_is_not_there_is_not_found(acme, brake):
    address = acme.url("sending_resume", acme.csat.pk)

    assert acme.client("owner").post(address, {"brake": brake}).status_code == 404


def test_another_organisations_brake_stays(acme, globex):
    theirs = a_brake(globex)
    address = acme.url("sending_resume", acme.csat.pk)

    assert acme.client("owner").post(address, {"brake": theirs.pk}).status_code == 404
    with tenancy.organisation(globex.id):
        assert Brake.objects.get().released_at is None
