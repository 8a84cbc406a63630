"""The story in the product's own tables: what the pages, the API and the nightly check will see."""

from collections import Counter
from datetime import UTC, date, datetime, timedelta
from io import StringIO

import pytest
from django.contrib.auth import authenticate
from django.core.management import CommandError, call_command
from django.db import connections
from django.db.models import Sum
from django.http import QueryDict
from django.urls import resolve

from accounts.actions.founding import create_organisation
from accounts.models import ApiKey, AuditEntry, Membership, Organisation, User
from accounts.queries.lookups import key_of_prefix, organisation_of_slug
from accounts.rules.actors import COMMAND_LINE
from accounts.rules.logos import logo_of, read_logo
from console.views.views import PAGES
from cxapp import demo
from cxapp.demo import marker
from cxapp.demo.loading import NotTheDemos, Outcome, load
from cxapp.demo.loading_setup import api_key_text
from cxapp.demo.story.calendar import Calendar
from cxapp.demo.story.draws import Draws
from cxapp.demo.story.follow_ups import follow_ups
from cxapp.demo.story.reading import Reading, quarter
from cxapp.demo.story.second_steps import contact_of
from cxapp.demo.story.setting import PROGRAMMES, start_of
from cxapp.demo.story.telling import SEED
from cxapp.management.commands import load_demo
from events.dispatching import Happening
from events.kinds import Kind
from events.models import Delivery, Event
from kit import clock, tenancy, tokens
from kit.periods import Period, last_days, local_day
from metrics.actions.comparing import compare_cells
from metrics.models import SavedView
from metrics.queries.anonymous import blocks_of
from metrics.queries.definitions import definitions_of
from metrics.queries.filters import experience, service, service_by_faces
from metrics.queries.goals import benchmarks, goals
from metrics.queries.marks import marks_in
from metrics.queries.overlaps import stored_overlaps
from metrics.queries.scores import score_of
from metrics.rules.windows import comparison
from surveys.actions.considering import consider_inviting
from surveys.actions.customers import CustomerFields
from surveys.actions.recording import InteractionFields, record_interaction
from surveys.actions.retaining import Forgotten, would_forget
from surveys.models import (
    Answer,
    Company,
    Customer,
    Decision,
    Interaction,
    Invitation,
    Message,
    Programme,
    Response,
    ResponseRevision,
    Suppression,
    Survey,
    Tag,
    Wave,
    WavePortion,
)
from surveys.queries.retention import retention_rules
from surveys.queries.surveys import content_of_version
from surveys.queries.timelines import timeline
from surveys.rules.contents import translated
from surveys.rules.languages import SPOKEN
from surveys.rules.metrics import Metric
from surveys.rules.reasons import words
from tests import databases

# A Wednesday three days after the clocks went back.
NOW = datetime(2026, 10, 28, 10, 30, tzinfo=UTC)
CALENDAR = Calendar(date(2026, 10, 28))

pytestmark = [pytest.mark.django_db, pytest.mark.xdist_group("demo")]


@pytest.fixture(scope="module")
def told(django_db_setup, django_db_blocker, excerpt):
    """Load into an empty database of its own, as `make demo` does; give back what was told."""
    given = {alias: dict(connections[alias].settings_dict) for alias in ("default", "owner")}
    home, own = given["owner"]["NAME"], given["owner"]["NAME"] + "_demo"
    try:
        with django_db_blocker.unblock():
            said = _load_into(own, given["owner"], excerpt)
        yield said
    finally:
        # Also when loading failed: else every later test would work on half a demo.
        with django_db_blocker.unblock():
            connections.close_all()
            databases.point_at(home)
            databases.drop(own, given)


def _load_into(name, owner, story):
    connections.close_all()
    databases.make(name, owner)
    marker.place_marker(NOW)
    said = []
    load(now=NOW, told=said.append, story=story)
    connections.close_all()
    return said


@pytest.fixture
def acme(told):
    """Inside Acme Mobile."""
    organisation_id = organisation_of_slug("acme-mobile")
    with tenancy.organisation(organisation_id):
        yield organisation_id


METRICS = {each.key: each.metric for each in PROGRAMMES}


def _scores_of(responses):
    found = {}
    for metric, score in responses.values_list("metric", "score"):
        found.setdefault(metric, []).append(score)
    return found


def test_every_record_of_the_story_has_its_row(acme, excerpt):
    asked = [ask for ask in excerpt.asks if ask.is_asked]
    answers = [ask.answer for ask in asked if ask.answer]
    assert Company.objects.count() == len(excerpt.companies)
    assert Customer.objects.filter(merged_into=None).count() == len(excerpt.customers)
    assert Interaction.objects.count() == len(excerpt.interactions)
    assert Decision.objects.count() == len(excerpt.asks)
    assert Invitation.objects.count() == len(asked)
    handed = Invitation.objects.filter(channel="link")
    assert handed.count() == 1
    assert not Message.objects.filter(invitation__in=handed).exists()
    first_mails = Message.objects.exclude(about__contains=":reminder:")
    assert first_mails.count() == len(asked) - 1
    besides = Response.objects.filter(origin__in=["link", "staff"])
    assert Counter(
        Response.objects.exclude(pk__in=besides).values_list("standing", flat=True)
    ) == Counter(each.standing for each in answers)
    draws = Draws(SEED)
    said = [follow_ups(draws, ask, ask.answer) for ask in asked if ask.answer]
    felt = [
        ask.answer.feelings or contact_of(draws, ask, ask.answer, METRICS[ask.programme])
        for ask in asked
        if ask.answer
    ]
    assert ResponseRevision.objects.exclude(response__in=besides).count() - 1 == sum(
        len(each.revisions) + bool(each.comment or more or told)
        for each, more, told in zip(answers, said, felt, strict=True)
    )
    kept = Response.objects.exclude(feelings=[]).values_list("feelings", flat=True)
    assert Counter(one for each in kept for one in each) == Counter(
        one for each in answers for one in each.feelings
    )
    wished = Response.objects.exclude(contact="")
    assert {metric: max(scores) for metric, scores in _scores_of(wished).items()} == {
        "csat": 3, "nps": 6, "ces": 4,
    }  # fmt: skip
    assert Answer.objects.count() == sum(map(len, said)) > 0
    stopped = sum(bool(ask.bounced_at) + bool(ask.opted_out_at) for ask in asked)
    assert Suppression.objects.count() == stopped + 2  # who complained, and who was not meant
    assert Suppression.objects.filter(reason="complained").count() == 1
    narrow = Suppression.objects.filter(programme__isnull=False)
    stopping = {ask.programme for ask in asked if ask.opted_out_at}
    assert narrow.count() == narrow.values("programme").distinct().count() == len(stopping) > 0
    assert set(Customer.objects.values_list("legal_basis", flat=True)) == {
        "", "consent", "contract"
    }  # fmt: skip


def test_the_support_survey_got_questions_and_answers_that_fit_the_scores(acme):
    survey = Survey.objects.get(name="After we helped")
    first, second = survey.versions.order_by("number")
    assert (first.questions.count(), second.questions.count()) == (0, 3)
    assert set(Answer.objects.values_list("question__survey_version", flat=True)) == {second.pk}
    solved = Answer.objects.filter(question__number=1)
    happy, unhappy = (
        solved.filter(response__score__in=scores).values_list("picked", flat=True)
        for scores in ((5,), (1, 2))
    )
    assert list(happy).count([1]) > len(happy) / 2
    assert list(unhappy).count([3]) > len(unhappy) / 2
    wrong = Answer.objects.filter(question__number=2)
    assert set(wrong.values_list("response__score", flat=True)) <= {1, 2}
    revised = ResponseRevision.objects.exclude(answers={}).values_list("answers", flat=True)
    assert sum(map(len, revised)) == Answer.objects.count()
    content = content_of_version(second)
    done, total = translated(Metric.CSAT, content, "pl")
    assert 20 <= len(content.translations["pl"]) < done < total


def test_history_is_sent_and_nothing_is_owed(acme):
    states = Counter(Message.objects.values_list("state", flat=True))
    assert states == {"sent": Message.objects.count() - 1, "uncertain": 1}
    assert not Delivery.objects.exists()
    assert not Event.objects.exclude(kind__startswith="member").exists()
    live = Programme.objects.get(is_on=True, kind="transactional")
    asks_tomorrow = Programme.objects.get(is_on=True, kind="relational")
    asked = Invitation.objects.filter(sent_on__isnull=False)
    assert asks_tomorrow.calendar_from > asked.latest("sent_on").sent_on
    assert (live.delay_minutes, live.name) == (0, "After we helped")


def test_no_night_of_the_next_year_takes_anything_of_the_story(acme):
    rules = retention_rules(acme)
    assert rules.words_months
    assert rules.silent_years
    later = NOW + timedelta(days=365)
    assert would_forget(rules=rules, tracked=(), now=later) == Forgotten()


def test_the_provider_reported_of_the_last_months(acme):
    """The facts on the invitations are what the reports say, so a late one keeps them."""
    with connections["default"].cursor() as cursor:
        cursor.execute(
            "SELECT count(*) FILTER (WHERE (r.kind = 'delivered') <> (i.delivered_at IS NOT NULL)"
            " AND i.complained_at IS NULL),"
            " count(*) FILTER (WHERE (r.kind = 'hard_bounce') <> (i.bounced_at IS NOT NULL)),"
            " count(*) FILTER (WHERE r.kind = 'delivered') > 100"
            " FROM surveys_deliveryreport r JOIN surveys_message m ON m.id = r.message_id"
            " JOIN surveys_invitation i ON i.id = m.invitation_id"
        )
        assert cursor.fetchone() == (0, 0, True)
    doubt = Invitation.objects.get(messages__state="uncertain")
    assert (doubt.sent_at, doubt.delivered_at, doubt.answered_at) == (None, None, None)


def test_figures_are_marked_with_what_happened_and_held_against_two_goals(acme, excerpt):
    definitions = definitions_of(acme)
    year = Period(CALENDAR.first_day, CALENDAR.last_day)

    marks = marks_in(definitions, year).on(service(acme, definitions))

    worded = CALENDAR.day(start_of(6))
    told = [(CALENDAR.day(each.day), each.name) for each in excerpt.annotations]
    assert [(mark.on, mark.text) for mark in marks] == sorted(
        [*told, (worded, "CSAT version 2: numbers to words")]
    )
    assert len(told) == 7
    assert {card: goal.value for card, goal in goals().items()} == {"service": 82, "experience": 30}
    assert not benchmarks()


def test_the_stops_of_the_story_are_views_that_pages_can_be_kept_as(acme):
    kept = list(SavedView.objects.order_by("name"))

    assert [view.name[0] for view in kept] == list("1234567")
    assert all(view.is_shared for view in kept)
    assert {resolve(f"/o/{demo.SLUG}/{view.page}").url_name for view in kept} <= PAGES
    assert QueryDict(kept[-1].query).dict() == {
        "from": CALENDAR.day(455).isoformat(),
        "to": CALENDAR.last_day.isoformat(),
        "metric": "experience",
        "segment": "plan:Basic",
        "b_segment": "plan:Plus",
    }


def test_the_products_figures_are_the_storys(acme, excerpt):
    """Counted by the cells in the database and by hand from the records."""
    reading = Reading(excerpt)
    for number in range(1, 7):
        days = quarter(number)
        period = Period(CALENDAR.day(days[0]), CALENDAR.day(days[-1]))
        for chosen, by_hand in (
            (experience(acme, definitions_of(acme)), reading.nps(days)),
            (service(acme, definitions_of(acme)), reading.csat(days)),
        ):
            counted = score_of(chosen, period, today=NOW.date()).figure
            assert counted.n == by_hand.total()
            assert counted.histogram == by_hand


def test_what_compared_periods_share_is_there_from_the_first_page(acme):
    found = stored_overlaps(acme)
    compared = comparison(last_days(365, NOW.date()), NOW.date())
    whole = found.of(experience(acme, definitions_of(acme)), compared)
    # Both cards over three periods, and over the days of four kept views: the last one's are the
    # 90 days of the period.
    assert len(found.found) == 6 + 8
    assert 0 < whole.shared.n <= whole.now.n


def test_the_cells_hold_what_the_answers_say(acme):
    assert not compare_cells(organisation_id=acme).found


def test_every_moment_lies_on_its_local_day(acme):
    for at, on in Response.objects.values_list("answered_at", "local_on"):
        assert local_day(at, "Europe/London") == on
    for at, on in Interaction.objects.values_list("occurred_at", "local_on"):
        assert local_day(at, "Europe/London") == on
    assert Interaction.objects.order_by("-occurred_at").first().local_on == CALENDAR.last_day


def test_every_address_ends_in_example(acme):
    for address in (
        *Customer.objects.values_list("email", flat=True),
        *Invitation.objects.values_list("address_key", flat=True),
        *User.objects.values_list("email", flat=True),
        Organisation.objects.get(pk=acme).reply_to,
    ):
        assert address == "" or address.endswith(".example")


def test_ben_was_stored_twice_and_his_former_names_lead_to_him(acme):
    ben = Customer.objects.get(external_id="AM-BEN")
    merged = AuditEntry.objects.get(action="customer.merged", object_id=ben.pk)
    former = Customer.objects.get(pk=merged.after["merged_customer"])
    assert (former.merged_into, former.name, former.archived_at) == (ben, "", merged.at)
    assert Customer.objects.exclude(merged_into=None).get() == former
    told = [each for each in timeline(customer_id=ben.pk) if each.kind == "merge"]
    assert [(each.at, each.title) for each in told] == [
        (merged.at, "WEBSHOP-20417, bharris@quillpost.example")
    ]


def test_priya_reads_each_rule_that_skipped_her(acme):
    priya = Customer.objects.get(external_id="AM-PRIYA")
    skipped = priya.decisions.filter(is_asked=False).order_by("decided_at")
    said = [words(each.rule, each.facts, each.again_on) for each in skipped]
    last = CALENDAR.day(205)
    assert said == [
        "Not asked: it was imported, and history never sends.",
        f"Not asked: this programme asked on {last.day} {last:%B %Y} and rests for 21 days. "
        + eligible(227),
        f"Not asked: this address was asked on {spoken(242)}; 7 days must lie between two "
        "surveys. " + eligible(250),
        "Not asked: it was 9 days old when it was recorded; after 7 days nobody is asked any more.",
        "Not asked: four service surveys this year; two kept for the relationship survey. "
        + eligible(571),
    ]


def spoken(day):
    on = CALENDAR.day(day)
    return f"{on.day} {on:%B %Y}"


def eligible(day):
    return f"Eligible from {spoken(day)}."


def test_colin_keeps_both_scores_and_the_erased_customer_keeps_her_answers(acme):
    colin = Response.objects.filter(customer__external_id="AM-COLIN").latest("answered_at")
    assert (colin.score, colin.standing) == (10, "counted")
    assert list(colin.revisions.order_by("number").values_list("score", "comment")) == [
        (0, ""),
        (10, ""),
        (10, "Excellent, thank you"),
    ]
    gone = Customer.objects.get(erased_at__isnull=False)
    assert (gone.name, gone.email, gone.external_id) == ("", "", None)
    scores = gone.responses.order_by("score").values_list("score", flat=True)
    assert list(scores) == [4, 6, 8]
    assert (gone.properties, gone.language) == ({}, "")
    assert list(gone.interactions.filter(source_id__startswith="erased:").values("subject")) == [
        {"subject": ""}
    ]
    receipt = AuditEntry.objects.get(action="customer.erased", object_id=gone.pk)
    assert (receipt.actor, receipt.after["answers"]) == ("tom@acme.example", 3)


def test_the_colleagues_test_answer_says_who_took_it_out_and_can_be_restored(acme):
    excluded = Response.objects.get(standing="excluded")
    kept = excluded.exclusions.get()
    assert (kept.reason, kept.excluded_by, kept.standing_before) == (
        excluded.standing_reason,
        "tom@acme.example",
        "counted",
    )


def test_what_came_besides_mails_stands_apart(acme):
    faces = Response.objects.filter(metric="faces")
    assert set(faces.values_list("origin", "standing")) == {("link", "counted")}
    definitions = definitions_of(acme)
    (chosen,) = service_by_faces(acme, definitions)
    shown = score_of(chosen, last_days(90, CALENDAR.last_day), today=NOW.date()).figure
    assert (shown.n > 100, shown.tier.shows_headline) == (True, True)
    spoken = Response.objects.filter(origin="staff").order_by("answered_at")
    assert [(one.customer.name, one.standing, one.score) for one in spoken] == [
        ("Ben Harris", "spoken", 1),
        ("Rosa Lind", "spoken", 4),
    ]
    marek = Invitation.objects.get(withdrawn_at__isnull=False)
    assert (marek.customer.name, marek.response.standing) == ("Marek Zielinski", "withdrawn")
    assert marek.response.revisions.latest("number").rule == "not_me"
    assert Suppression.objects.get(reason="not_me").address_key == marek.address_key


def test_tags_are_on_the_answers_that_tell_of_them(acme):
    worn = {tag.name: tag.taggings.count() for tag in Tag.objects.all()}
    assert set(worn) == {
        "Price rise", "Bill too high", "Passed around", "Long wait", "Coverage at home",
    }  # fmt: skip
    assert all(worn.values()), worn
    tagged = Response.objects.filter(taggings__tag__name="Bill too high")
    assert all("bill" in row.comment.lower() or "quoted" in row.comment for row in tagged)


def test_the_relationship_is_asked_by_the_calendar_with_its_days_and_reminders(acme):
    programme = Programme.objects.get(kind="relational")
    assert (programme.is_on, programme.calendar_from > programme.created_at.date()) == (True, True)
    waves = Wave.objects.filter(programme=programme, finished_at__isnull=False)
    decided = Decision.objects.filter(programme=programme)
    assert waves.count() == Wave.objects.count() > 1
    assert sum(waves.values_list("customers", flat=True)) == decided.count()
    days = {f"due:{day}" for day in waves.values_list("slot_on", flat=True)}
    assert set(decided.values_list("occasion", flat=True)) == days
    portions = WavePortion.objects.aggregate(asked=Sum("asked"), refused=Sum("not_asked"))
    assert portions["asked"] == decided.filter(is_asked=True).count()
    reminders = Message.objects.filter(about__contains=":reminder:").select_related("invitation")
    assert reminders
    for each in reminders:
        answered_at = each.invitation.answered_at
        assert answered_at is None or each.finished_at < answered_at
        assert each.due_at - each.invitation.sent_at > timedelta(days=4)


def test_everybody_signs_in_with_her_role(acme):
    roles = {
        User.objects.get(pk=each.user_id).email: each.role for each in Membership.objects.all()
    }
    assert roles == {
        "maya@acme.example": "owner",
        "tom@acme.example": "manager",
        "rita@acme.example": "responder",
        "victor@acme.example": "viewer",
    }
    for email in roles:
        assert User.objects.get(email=email).check_password(demo.PASSWORD)
    assert authenticate(email="maya@acme.example", password=demo.PASSWORD) is not None
    assert Organisation.objects.get(pk=acme).suspect_within_seconds == 0


def test_the_live_key_can_be_rebuilt_and_is_not_stored(acme):
    text = api_key_text()
    assert len(text) == 44
    assert text.endswith(tokens.checksum(text[:-6]))
    held = ApiKey.objects.get()
    assert key_of_prefix(text[3:11]) == (acme, held.pk)
    assert (held.sha256, held.is_test) == (tokens.digest(text), False)
    assert "interactions:write" in held.scopes


def test_another_organisation_sees_nothing_of_it(told):
    other = create_organisation(
        name="Other", time_zone="UTC", actor=COMMAND_LINE, now=NOW, slug="other"
    )
    with tenancy.organisation(other.pk):
        assert not Customer.objects.exists()
        assert not Response.objects.exists()


def test_whoever_is_posted_now_is_asked_at_once(acme):
    fields = InteractionFields(
        source="test",
        source_id="1",
        touchpoint="phone",
        customer=CustomerFields(email="new@visitor.example"),
        occurred_at=NOW,
    )
    made = record_interaction(organisation_id=acme, fields=fields, now=NOW).interaction
    event = Happening(0, Kind.INTERACTION_RECORDED, NOW, {"interaction": made.pk})
    consider_inviting(acme, [event], NOW)
    message = Message.objects.get(state="queued")
    assert message.due_at == NOW
    assert message.invitation.customer.email == "new@visitor.example"


def test_progress_counts_to_the_last_interaction(told, excerpt):
    total = f"{len(excerpt.interactions):,}"
    invented = [each for each in told if each.startswith("Inventing")]
    assert invented[18] == (f"Inventing 18 months at Acme Mobile: 3,800 of {total} interactions")
    assert invented[-1].endswith(f"{total} of {total} interactions")
    assert told[-1].startswith("Counting ")
    assert told[-1].endswith(" answers and invitations")


def test_loading_again_changes_nothing_and_says_so(told):
    held = marker.loaded()
    said = []
    outcome = load(now=NOW + timedelta(days=9), told=said.append)
    assert (outcome.is_new, said) == (False, [])
    assert marker.loaded() == held == marker.Loaded(SEED, date(2026, 10, 28), NOW)
    assert held.is_old(NOW + timedelta(days=9))


def test_a_database_without_the_mark_is_refused_and_left_alone(told, monkeypatch):
    monkeypatch.setattr(marker, "carries_marker", lambda: False)
    with pytest.raises(NotTheDemos, match="does not carry the demo's mark"):
        load(now=NOW, told=lambda _: None)


def command(*options):
    out = StringIO()
    call_command("load_demo", *options, stdout=out)
    return out.getvalue().splitlines()


def test_the_command_says_that_it_was_there(told):
    assert command() == ["Acme Mobile was there already."]
    assert command("--quiet") == []


def test_the_command_refuses_somebody_elses_database(told, monkeypatch):
    monkeypatch.setattr(marker, "carries_marker", lambda: False)
    with pytest.raises(CommandError, match="does not carry the demo's mark"):
        command()


def test_the_command_tells_every_thousand_interactions(monkeypatch):
    def loads(*, now, told):
        for done in (200, 1_000, 1_200, 25_029):
            told(f"Inventing 18 months at Acme Mobile: {done:,} of 25,029 interactions")
        told("Counting 10 of 10 answers and invitations")
        return Outcome(1, is_new=True)

    monkeypatch.setattr(load_demo, "load", loads)
    assert command() == [
        "Inventing 18 months at Acme Mobile: 1,000 of 25,029 interactions",
        "Counting 10 of 10 answers and invitations",
        "",
        "Acme Mobile is in.",
    ]
    assert command("--quiet") == []


def test_customers_read_every_language_and_a_logo_stands_before_them(acme):
    read = set(Customer.objects.filter(erased_at__isnull=True).values_list("language", flat=True))
    assert set(SPOKEN) <= read
    # Only of those who said nothing: what was said stays in the language it was said in.
    others = Customer.objects.filter(language__in=set(SPOKEN) - {"en", "pl"})
    assert others.count() > len(SPOKEN)
    assert not Response.objects.filter(customer__in=others).exists()
    assert read_logo(logo_of(Organisation.objects.get().logo).png).shown == (112, 32)


def test_anonymous_answers_are_there_and_lead_nowhere(acme):
    programme = Programme.objects.get(is_anonymous=True)
    blocks = blocks_of(programme.pk, clock.now().date())
    assert len(blocks) >= 8
    assert {len(block.groups) for block in blocks} <= {1, 2, 3}
    assert any(len(block.groups) == 3 for block in blocks)
    assert not Invitation.objects.filter(is_anonymous=True).exists()
