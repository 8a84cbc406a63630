"""Past answers come in once, with their dates, whole or not at all, and ask nobody."""

from collections import Counter
from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

import pytest

from accounts.models import AuditEntry
from accounts.rules.actors import COMMAND_LINE
from events.dispatching import dispatch_due
from events.models import Event
from kit import tenancy
from kit.spreadsheets import Unreadable
from metrics.models import CountedAnswer
from surveys.actions.importing import Plan, ProgrammeMismatch, import_responses
from surveys.actions.publishing import write_version
from surveys.models import (
    Customer,
    Decision,
    Message,
    Programme,
    Response,
    ResponseRevision,
    Touchpoint,
)
from surveys.rules.columns import BadColumns
from surveys.rules.contents import Content
from surveys.rules.metrics import Metric
from tests.builders import NOW, a_customer, a_programme, a_touchpoint, an_organisation

pytestmark = pytest.mark.django_db

LONDON = ZoneInfo("Europe/London")
FILE = """answered_at,touchpoint,score,comment
2026-01-11T19:36,Order,1,"Months of waiting,
and no date"
2026-01-12T19:33,Order,9,Good service so far
2026-01-12T19:33,Order,9,Good service so far
2026-07-01T23:30,First bill,,Only words
"""
LATER = datetime(2026, 8, 1, tzinfo=UTC)


@pytest.fixture
def organisation():
    return an_organisation(time_zone="Europe/London")


@pytest.fixture
def run(organisation, tmp_path):
    """Import this text into the organisation."""

    def run(text, **plan):
        path = tmp_path / "answers.csv"
        path.write_text(text, encoding="utf-8")
        return import_responses(
            organisation_id=organisation.pk,
            path=path,
            plan=Plan(zone=plan.pop("zone", LONDON), **plan),
            actor=COMMAND_LINE,
            now=LATER,
        )

    return run


@pytest.fixture
def inside(organisation):
    return lambda: tenancy.organisation(organisation.pk)


def test_answers_come_with_their_dates_words_and_touchpoints(run, inside):
    report = run(FILE)
    assert (report.rows, report.readable, report.unscored, report.stored) == (4, 4, 1, 4)
    assert (report.first_on, report.last_on) == (date(2026, 1, 11), date(2026, 7, 1))
    assert report.new_touchpoints == ["First bill", "Order"]
    with inside():
        stored = Response.objects.order_by("id")
        assert [
            (each.score, each.touchpoint.name, each.local_on, each.origin, each.standing)
            for each in stored
        ] == [
            (1, "Order", date(2026, 1, 11), "import", "counted"),
            (9, "Order", date(2026, 1, 12), "import", "counted"),
            (9, "Order", date(2026, 1, 12), "import", "counted"),
            (None, "First bill", date(2026, 7, 1), "import", "counted"),
        ]
        assert stored[0].comment == "Months of waiting,\nand no date"
        assert stored[3].comment == "Only words"
        assert stored[3].answered_at == datetime(2026, 7, 1, 22, 30, tzinfo=UTC)
        assert ResponseRevision.objects.filter(number=1, verdict="human").count() == 4
        assert {each.kind for each in Touchpoint.objects.all()} == {"experience"}


def test_a_second_run_adds_nothing_and_equal_rows_stay_two(run, inside):
    run(FILE)
    again = run(FILE)
    assert (again.stored, again.known, again.new_touchpoints) == (0, 4, [])
    with inside():
        assert Response.objects.count() == 4
        assert len(set(Response.objects.values_list("origin_key", flat=True))) == 4


def test_a_longer_file_adds_only_what_is_new(run):
    run(FILE)
    more = run(FILE + "2026-01-12T19:33,Order,9,Good service so far\n")
    assert (more.stored, more.known) == (1, 4)


def test_nobody_is_asked_and_the_change_is_recorded_once(run, inside):
    run(FILE)
    run(FILE)
    with inside():
        assert not Message.objects.exists()
        assert not Decision.objects.exists()
        assert not Programme.objects.filter(is_on=True).exists()
        entry = AuditEntry.objects.get(action="responses.imported")
        assert entry.after == {"stored": 4, "scores": 3}


def test_an_nps_at_touchpoints_is_not_an_answer_about_the_relationship(run, inside):
    run(FILE)
    run("date,score\n2026-01-01,9\n")
    with inside():
        kinds = dict(Programme.objects.values_list("name", "kind"))
    assert kinds == {
        "Imported NPS at touchpoints": "transactional",
        "Imported NPS": "relational",
    }


@pytest.mark.django_db(transaction=True)
def test_the_journal_folds_what_was_imported(run, inside):
    run(FILE)
    while dispatch_due(now=LATER):
        pass
    with inside():
        assert Counter(CountedAnswer.objects.values_list("score", flat=True)) == {1: 1, 9: 2}


def test_events_name_at_most_five_hundred_answers_each(run, inside):
    rows = "".join(f"2026-01-01,{n % 11},row {n}\n" for n in range(1_001))
    run("date,score,comment\n" + rows)
    with inside():
        sizes = [len(event.payload["response"]) for event in Event.objects.order_by("id")]
    assert sizes == [500, 500, 1]


def test_faulty_rows_stop_everything_and_each_says_why(run, inside):
    report = run("date,score\n2026-01-01,9\n2026-01-02,12\nsoon,9\n2026-01-03\n")
    assert (report.rows, report.readable, report.is_stored) == (4, 1, False)
    assert [line for line, _ in report.faults] == [3, 4, 5]
    with inside():
        assert not Response.objects.exists()
        assert not Programme.objects.exists()


def test_faulty_rows_may_be_left_out(run):
    report = run("date,score\n2026-01-01,9\n2026-01-02,12\n", leaves_bad_rows_out=True)
    assert (report.stored, report.faulty, report.known) == (1, 1, 0)


def test_a_dry_run_says_the_same_and_stores_nothing(run, inside):
    tried = run(FILE, is_dry_run=True)
    assert (tried.stored, tried.is_stored) == (4, True)
    with inside():
        assert not Response.objects.exists()
        assert not Touchpoint.objects.exists()
        assert not Event.objects.exists()
    assert run(FILE).stored == tried.stored


@pytest.mark.parametrize("text", ["date,score\n", "date,score\n\n\n"])
def test_a_header_alone_imports_nothing(run, text):
    report = run(text)
    assert (report.rows, report.is_stored, report.first_on) == (0, False, None)


@pytest.mark.parametrize(
    ("text", "why"),
    [("", Unreadable), ("a,b\n1,2\n", BadColumns), ('date,score\n"2026', None)],
)
def test_a_broken_file_is_refused_whole(run, inside, text, why):
    if why is None:
        assert run(text).faulty == 1
    else:
        with pytest.raises(why):
            run(text)
    with inside():
        assert not Response.objects.exists()


def test_ids_make_a_row_the_same_row(run):
    assert run("id,date,score\n1,2026-01-01,9\n2,2026-01-01,9\n").stored == 2
    again = run("id,date,score\n2,2026-01-01,9\n3,2026-01-01,9\n")
    assert (again.stored, again.known) == (1, 1)


def test_one_id_for_two_answers_is_a_fault(run):
    twice = run("id,date,score\n1,2026-01-01,9\n1,2026-01-02,3\n", leaves_bad_rows_out=True)
    assert twice.faults == [(3, "its id stands on line 2 already")]
    other = run("id,date,score\n1,2026-02-01,4\n")
    assert [line for line, _ in other.faults] == [2]
    assert "--source" in other.faults[0][1]
    assert run("id,date,score\n1,2026-02-01,4\n", source="shop").stored == 1


def test_customers_are_found_or_made_once(run, inside, organisation):
    with inside():
        known = a_customer(organisation, email="Ada@mail.example", external_id="C-1")
    report = run(
        "date,score,email,customer_id,name\n"
        "2026-01-01,9,ADA@mail.example,,\n"
        "2026-01-02,8,,C-1,\n"
        "2026-01-03,7,new@mail.example,,New Person\n"
        "2026-01-04,6,new@mail.example,,New Person\n"
        "2026-01-05,5,x@mail.example,C-2,Other\n"
        "2026-01-06,4,,,\n"
    )
    assert report.new_customers == 2
    with inside():
        by_score = dict(Response.objects.values_list("score", "customer"))
        assert by_score[9] == by_score[8] == known.pk
        assert by_score[7] == by_score[6]
        assert Customer.objects.get(pk=by_score[5]).external_id == "C-2"
        assert Response.objects.filter(customer=None).count() == 1
        assert Customer.objects.get(pk=by_score[7]).name == "New Person"


def test_properties_become_the_frozen_context(run, inside):
    run("date,score,plan,desk\n2026-01-01,9,Basic,\n", properties=["plan", "desk"])
    with inside():
        assert Response.objects.get().context == {"plan": "Basic"}


def test_touchpoints_are_known_by_name_or_slug(run, inside, organisation):
    with inside():
        known = a_touchpoint(organisation, name="Phone call", slug="phone-call")
    run("date,score,touchpoint\n2026-01-01,9,phone CALL\n2026-01-02,9,phone-call\n")
    with inside():
        assert set(Response.objects.values_list("touchpoint", flat=True)) == {known.pk}


def test_a_draft_that_was_tried_is_no_version_that_is_asked(run, inside, organisation):
    with inside():
        programme = a_programme(organisation, name="Old survey")
        asked = programme.survey.versions.get()
        for _ in range(2):
            write_version(survey=programme.survey, number=0, content=Content(), by="", now=NOW)
    assert run("date,csat\n2026-01-01,5\n", programme="Old survey").stored == 1
    with inside():
        assert Response.objects.get().survey_version == asked
        assert sorted(programme.survey.versions.values_list("number", flat=True)) == [0, 0, 1]


def test_a_named_programme_takes_the_answers_if_it_measures_the_same(run, inside, organisation):
    with inside():
        programme = a_programme(organisation, name="Old survey")
        metric = Metric(programme.survey.metric)
    assert run("date,score\n2026-01-01,5\n", programme="Old survey", metric=metric).stored == 1
    other = Metric.CES if metric is not Metric.CES else Metric.NPS
    with pytest.raises(ProgrammeMismatch, match=f"it measures {metric}"):
        run("date,score\n2026-01-01,5\n", programme="Old survey", metric=other)
    with pytest.raises(ProgrammeMismatch, match="there is none"):
        run("date,score\n2026-01-01,5\n", programme="No such")


@pytest.mark.parametrize("metric", ["csat", "faces"])
def test_past_answers_by_faces_are_faces_whatever_the_programme_asks_by(
    run, inside, organisation, metric
):
    with inside():
        programme = a_programme(organisation, metric=metric, name="Old survey")
    told = {"programme": programme.name, "metric": Metric.FACES}
    assert run("date,score\n2026-01-01,5\n", **told).stored == 1
    assert run("date,score\n2026-01-02,4\n", metric=Metric.FACES).stored == 1
    with inside():
        rows = Response.objects.order_by("local_on").values_list("metric", "score")
        assert list(rows) == [("faces", 5), ("faces", 4)]
        made = Programme.objects.exclude(pk=programme.pk).get()
        assert made.survey.versions.get().has_faces is True


def test_the_metric_is_what_the_column_says(run):
    assert run("date,CSAT score\n2026-01-01,5\n").metric == "csat"
    assert run("date,rating\n2026-01-01,5\n").metric == "nps"


def test_another_organisation_sees_nothing(run):
    run(FILE)
    with tenancy.organisation(an_organisation().pk):
        assert not Response.objects.exists()


def test_clocks_that_were_put_forward_or_back_are_noted(run):
    report = run("date,score\n2026-03-29T01:30,9\n2025-10-26T01:30,9\n2025-10-26T01:40,8\n")
    assert sorted(report.notes.values()) == [1, 2]


def test_progress_is_told_every_thousand_rows(organisation, tmp_path):
    path = tmp_path / "many.csv"
    path.write_text("date,score\n" + "2026-01-01,9\n" * 2_500)
    told = []
    report = import_responses(
        organisation_id=organisation.pk,
        path=path,
        plan=Plan(zone=LONDON),
        actor=COMMAND_LINE,
        now=NOW,
        told=told.append,
    )
    assert told == [1_000, 2_000]
    assert report.stored == 2_500


# --- why a person may be asked -----------------------------------------------------------------

BASES = """answered_at,score,email,legal_basis,legal_basis_on,legal_basis_source
2026-01-11T19:36,1,ada@mail.example,consent,2025-03-01,Checkout
2026-01-12T19:36,9,ADA@mail.example,no,2025-09-01,Call
2026-01-13T19:36,9,eve@mail.example,yes,2025-03-01,Checkout
2026-01-14T19:36,9,kim@mail.example,,,
"""


def bases(organisation):
    with tenancy.organisation(organisation.pk):
        rows = Customer.objects.order_by("address_key")
        return list(
            rows.values_list("address_key", "legal_basis", "legal_basis_on", "legal_basis_source")
        )


def test_a_file_tells_why_its_people_may_be_asked(organisation, run):
    with tenancy.organisation(organisation.pk):
        a_customer(
            organisation,
            "eve@mail.example",
            legal_basis="refused",
            legal_basis_on=date(2026, 1, 1),
            legal_basis_source="Letter",
        )
    run(BASES)
    assert bases(organisation) == [
        ("ada@mail.example", "refused", date(2025, 9, 1), "Call"),
        ("eve@mail.example", "refused", date(2026, 1, 1), "Letter"),
        ("kim@mail.example", "", None, ""),
    ]
    assert run(BASES).stored == 0
    assert len(bases(organisation)) == 3


def test_a_basis_without_day_and_source_is_a_faulty_row(organisation, run):
    report = run(BASES.replace("consent,2025-03-01,Checkout", "consent,,", 1))
    ((line, why),) = report.faults
    assert line == 2
    assert "no day of its legal basis" in why
    assert "the source of its legal basis" in why
    assert bases(organisation) == []
