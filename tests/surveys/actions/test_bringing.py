"""Files come in by a worker: checked first, then in portions, once however often they are read."""

from datetime import timedelta

import pytest
from django.db import connection

from accounts.models import AuditEntry
from accounts.rules.actors import Actor
from console.shown.imports import refused_as_csv
from kit import tenancy
from kit.spreadsheets import open_sheet
from surveys.actions import bringing, bringing_rows, checking
from surveys.actions.bringing import work_on_imports
from surveys.actions.considering import candidates_after, decide_many
from surveys.actions.customers import CustomerFields
from surveys.actions.erasing import erase_customer
from surveys.actions.recording import InteractionFields, record_interaction
from surveys.actions.uploading import (
    Chosen,
    NotNow,
    choose_columns_of,
    drop_import,
    empty_old_imports,
    go_on,
    receive_file,
    start_import,
)
from surveys.models import (
    Company,
    Customer,
    Decision,
    Import,
    ImportRow,
    Interaction,
    Invitation,
    Response,
    Touchpoint,
)
from surveys.queries.imports import rows_naming
from surveys.rules.meanings import Kind
from tests.builders import (
    NOW,
    a_customer,
    a_programme,
    a_touchpoint,
    an_interaction,
    an_organisation,
)

pytestmark = pytest.mark.django_db
MAYA = Actor(name="maya@acme.example")
OPTIONS = {"zone": "Europe/London", "order": "year", "source": "helpdesk", "metric": "nps",
           "touchpoint_kind": "service", "place": ""}  # fmt: skip
TICKETS = """id,solved at,email,name,touchpoint,team
T-1,2026-05-12 09:00,ada@mail.example,Ada Okafor,Billing,Blue
T-2,2026-03-01 09:00,ben@mail.example,Ben Harris,billing,Red
T-3,2026-03-02 09:00,,Nobody,Billing,Red
T-4,someday,cy@mail.example,Cy,Billing,Red
T-1,2026-05-12 09:00,ada@mail.example,Ada Okafor,Billing,Blue
T-2,2026-03-01 10:00,ben@mail.example,Ben Harris,billing,Red
"""
PEOPLE = """customer id,email,name,company,phone,plan
C-1,ada@mail.example,Ada Okafor,Northwind,+44 7700 900077,Basic
C-2,ben@mail.example,Ben Harris,,,Plus
"""
ANSWERS = """id,answered_at,score,comment,email
R-1,2026-01-11T19:36,9,fine,ada@mail.example
R-2,2026-01-12T19:36,3,slow,ben@mail.example
R-3,2026-01-12T19:36,11,what,ben@mail.example
"""


@pytest.fixture
def acme():
    organisation = an_organisation(sender_email="hello@acme.example", time_zone="Europe/London")
    with tenancy.organisation(organisation.pk):
        yield organisation


@pytest.fixture
def csv(tmp_path):
    def write(text):
        path = tmp_path / "file.csv"
        path.write_text(text)
        return path

    return write


def received(acme, path, kind=Kind.INTERACTIONS):
    with open_sheet(path) as sheet:
        return receive_file(
            organisation_id=acme.pk, kind=kind, name="file.csv", sheet=sheet, actor=MAYA, now=NOW
        )


def checked(acme, path, kind=Kind.INTERACTIONS, kept=(), **options):
    file = received(acme, path, kind)
    guessed = zip(file.header, file.meanings, strict=True)
    meanings = ["+" if name in kept else one for name, one in guessed]

    chosen = Chosen(meanings=meanings, options={**OPTIONS, **options})
    choose_columns_of(file=file, chosen=chosen, actor=MAYA, now=NOW)
    work_on_imports(clock=lambda: NOW)
    file.refresh_from_db()
    return file


def brought(acme, path, kind=Kind.INTERACTIONS, *, asks=False, **chosen):
    file = checked(acme, path, kind, **chosen)
    start_import(file=file, asks=asks, actor=MAYA, now=NOW)
    work_on_imports(clock=lambda: NOW)
    file.refresh_from_db()
    return file


def counts(file):
    return {name: getattr(file, name) for name in ("new", "same", "changed", "refused")}


def refused(file):
    rows = ImportRow.objects.filter(file=file, state="refused").order_by("line")
    return list(rows.values_list("line", "why"))


def test_a_check_counts_and_stores_nothing(acme, csv):
    a_touchpoint(acme)
    file = checked(acme, csv(TICKETS), kept=["team"])
    assert file.state == "checked"
    assert counts(file) == {"new": 2, "same": 1, "changed": 0, "refused": 3}
    assert refused(file) == [
        (4, "it names nobody: fill in an e-mail address or your id"),
        (5, "'someday' is no time as ISO 8601, such as 2026-05-12T09:30"),
        (7, "its id stands on line 3 already, and says something else"),
    ]
    assert (Interaction.objects.count(), Customer.objects.count()) == (0, 0)


def test_interactions_come_in_with_their_people_and_ask_nobody(acme, csv):
    billing = a_touchpoint(acme)
    a_programme(acme, billing)
    file = brought(acme, csv(TICKETS), kept=["team"])
    assert (file.state, file.handled) == ("done", 6)
    assert counts(file) == {"new": 2, "same": 1, "changed": 0, "refused": 3}
    rows = Interaction.objects.order_by("source_id")
    assert list(rows.values_list("source_id", "customer__email", "way", "context")) == [
        ("T-1", "ada@mail.example", "import", {"team": "Blue"}),
        ("T-2", "ben@mail.example", "import", {"team": "Red"}),
    ]
    # Nine o'clock in London in summer is eight by UTC.
    assert rows[0].occurred_at.isoformat() == "2026-05-12T08:00:00+00:00"
    assert {row.touchpoint_id for row in rows} == {billing.pk}
    assert list(Decision.objects.values_list("rule", flat=True)) == ["imported", "imported"]
    assert Invitation.objects.count() == 0
    assert set(ImportRow.objects.values_list("state", flat=True)) == {"refused"}


def test_decisions_of_history_are_those_that_the_rules_would_make(acme, csv):
    billing = a_touchpoint(acme)
    for number in range(2):
        a_programme(acme, billing, name=f"P{number}", is_on=bool(number))
    brought(acme, csv(TICKETS))
    made = sorted(Decision.objects.values_list("programme", "customer", "occasion", "rule"))
    Decision.objects.all().delete()
    interactions = list(Interaction.objects.order_by("occurred_at", "id"))
    decided = decide_many(organisation=acme, candidates=candidates_after(interactions), now=NOW)
    assert len(decided) == 4
    assert made == sorted(Decision.objects.values_list("programme", "customer", "occasion", "rule"))


def test_a_second_run_of_the_same_file_adds_nothing(acme, csv):
    a_touchpoint(acme)
    brought(acme, csv(TICKETS))
    again = brought(acme, csv(TICKETS))
    assert counts(again) == {"new": 0, "same": 3, "changed": 0, "refused": 3}
    assert (Interaction.objects.count(), Customer.objects.count()) == (2, 2)


def test_rows_without_an_id_are_known_by_what_they_say(acme, csv):
    lines = "solved at,email\n" + "2026-03-01 09:00,ada@mail.example\n" * 2
    file = brought(acme, csv(lines), place="Billing")
    assert counts(file)["new"] == 2
    assert Touchpoint.objects.get().name == "Billing"
    assert counts(brought(acme, csv(lines), place="Billing"))["new"] == 0
    assert Interaction.objects.count() == 2


def test_a_stored_id_that_says_something_else_is_refused_with_what_differs(acme, csv):
    billing = a_touchpoint(acme)
    ada = a_customer(acme, "ada@mail.example")
    an_interaction(acme, ada, billing, source_id="T-1", subject="A bill")
    file = checked(acme, csv(TICKETS))
    assert refused(file)[0] == (
        2,
        "its id is stored already with another time, subject: take an id of its own, such as T-1/2",
    )


def test_who_would_be_asked_is_counted_and_asked_only_when_ticked(acme, csv):
    a_programme(acme, a_touchpoint(acme), rest_days=0)
    file = checked(acme, csv(TICKETS))
    assert file.found["asking"] == {
        "tried": 2,
        "asked": 1,
        "programmes": 1,
        "not_asked": [["Not asked: it lies too many days back for the rules.", 1]],
    }
    assert (Invitation.objects.count(), Interaction.objects.count()) == (0, 0)
    start_import(file=file, asks=True, actor=MAYA, now=NOW)
    work_on_imports(clock=lambda: NOW)
    assert [each.customer.email for each in Invitation.objects.all()] == ["ada@mail.example"]
    assert set(Interaction.objects.values_list("way", flat=True)) == {"to_ask"}


def test_customers_are_made_changed_and_left_as_they_are(acme, csv):
    a_customer(acme, "ada@mail.example", name="Ada", properties={"plan": "Max", "since": 2019})
    a_customer(acme, "ben@mail.example", name="Ben Harris", external_id="C-2",
               properties={"plan": "Plus"})  # fmt: skip
    text = PEOPLE + "C-3,cy@mail.example,Cy Mora,Northwind,,Basic\n"
    file = checked(acme, csv(text), Kind.CUSTOMERS, kept=["plan"])
    assert counts(file) == {"new": 1, "same": 1, "changed": 1, "refused": 0}
    file = brought(acme, csv(text), Kind.CUSTOMERS, kept=["plan"])
    assert counts(file) == {"new": 1, "same": 1, "changed": 1, "refused": 0}
    ada = Customer.objects.get(external_id="C-1")
    assert (ada.name, ada.phone, ada.company.name) == (
        "Ada Okafor", "+44 7700 900077", "Northwind"
    )  # fmt: skip
    assert ada.properties == {"plan": "Basic", "since": 2019}
    assert Customer.objects.get(external_id="C-3").properties == {"plan": "Basic"}
    assert Company.objects.count() == 1
    assert counts(brought(acme, csv(text), Kind.CUSTOMERS, kept=["plan"]))["same"] == 3


def test_past_answers_come_in_on_the_scale_that_was_chosen(acme, csv):
    file = brought(acme, csv(ANSWERS), Kind.RESPONSES)
    assert counts(file) == {"new": 2, "same": 0, "changed": 0, "refused": 1}
    rows = Response.objects.order_by("origin_key")
    assert list(rows.values_list("origin_key", "score", "metric", "customer__email")) == [
        ("id:helpdesk:R-1", 9, "nps", "ada@mail.example"),
        ("id:helpdesk:R-2", 3, "nps", "ben@mail.example"),
    ]
    again = brought(acme, csv(ANSWERS.replace(",9,", ",8,")), Kind.RESPONSES)
    assert counts(again) == {"new": 0, "same": 1, "changed": 0, "refused": 2}


@pytest.mark.parametrize(("metric", "last"), [("csat", 5), ("faces", 5), ("ces", 7)])
def test_each_scale_is_kept_to(acme, csv, metric, last):
    rows = "".join(f"R-{n},2026-01-11,{n},,a@mail.example\n" for n in range(last + 2))
    file = brought(acme, csv(ANSWERS.split("\n")[0] + "\n" + rows), Kind.RESPONSES, metric=metric)
    assert [line for line, _ in refused(file)] == [2, last + 3]
    assert set(Response.objects.values_list("metric", flat=True)) == {metric}


def test_what_was_chosen_is_known_again_for_these_headings_and_for_single_ones(acme, csv):
    text = "Ref,When,Who\nT-1,2026-03-01,ada@mail.example\n"
    file = received(acme, csv(text))
    chosen = Chosen(meanings=["id", "answered_at", "email"], options={**OPTIONS, "place": "Shop"})
    choose_columns_of(file=file, chosen=chosen, actor=MAYA, now=NOW)
    work_on_imports(clock=lambda: NOW)
    file.refresh_from_db()
    start_import(file=file, asks=False, actor=MAYA, now=NOW)
    assert received(acme, csv(text)).meanings == ["id", "answered_at", "email"]
    other = received(acme, csv("Who,Email\na@mail.example,b@mail.example\n"))
    assert (other.meanings, other.options["place"]) == (["email", ""], "Shop")


def test_a_killed_step_is_taken_again_and_nothing_is_doubled(acme, csv, monkeypatch):
    monkeypatch.setattr(bringing_rows, "PORTION", 1)
    a_touchpoint(acme)
    file = checked(acme, csv(TICKETS))
    start_import(file=file, asks=False, actor=MAYA, now=NOW)
    monkeypatch.setattr(bringing_rows, "failpoint", lambda _name: 1 / 0)
    assert bringing._take_step(NOW) == 0
    assert Interaction.objects.count() == 0
    monkeypatch.undo()
    work_on_imports(clock=lambda: NOW)
    file.refresh_from_db()
    assert (file.state, file.tries, Interaction.objects.count()) == ("done", 0, 2)


def test_what_fails_again_and_again_stops_with_a_sentence_and_goes_on_by_hand(
    acme, csv, monkeypatch
):
    file = checked(acme, csv(TICKETS))
    start_import(file=file, asks=False, actor=MAYA, now=NOW)
    monkeypatch.setattr(bringing, "bring_portion", lambda *_: 1 / 0)
    work_on_imports(clock=lambda: NOW)
    file.refresh_from_db()
    assert (file.state, file.tries) == ("failed", 3)
    assert file.trouble.startswith("Something stopped the import")


def test_too_many_new_touchpoints_block_the_file(acme, csv, monkeypatch):
    monkeypatch.setattr(checking, "MOST_NEW_TOUCHPOINTS", 0)
    file = checked(acme, csv(TICKETS))
    assert "is it the right column?" in file.found["blocked"]


def test_each_act_of_a_member_leaves_one_line_in_the_trail(acme, csv):
    a_touchpoint(acme)
    brought(acme, csv(TICKETS))
    drop_import(file=received(acme, csv(TICKETS)), actor=MAYA, now=NOW)
    said = AuditEntry.objects.order_by("id").values_list("action", "actor")
    assert [(action, actor) for action, actor in said] == [
        (action, "maya@acme.example")
        for action in ("import.uploaded", "import.columns_chosen", "import.started",
                       "import.uploaded", "import.given_up")
    ]  # fmt: skip


def test_an_erased_persons_rows_leave_the_files_that_wait(acme, csv):
    ada = a_customer(acme, "ada@mail.example", external_id="C-1")
    text = TICKETS + "T-9,never,lada@mail.example,Lada,Billing,Red\n"
    received(acme, csv(text))
    received(acme, csv("customer id\nC-1\nC-10\n"), Kind.CUSTOMERS)
    assert [row.line for row in rows_naming(ada)] == [2, 6, 2]
    erase_customer(customer_id=ada.pk, tracked=(), actor=MAYA, now=NOW)
    assert list(ImportRow.objects.order_by("file_id", "line").values_list("line", flat=True)) == [
        3, 4, 5, 7, 8, 3
    ]  # fmt: skip


def test_old_rows_go_and_the_history_stays(acme, csv):
    a_touchpoint(acme)
    done, open_one = brought(acme, csv(TICKETS)), received(acme, csv(TICKETS))
    assert empty_old_imports(now=NOW + timedelta(days=13)) == 0
    assert empty_old_imports(now=NOW + timedelta(days=15)) == 2
    assert ImportRow.objects.count() == 0
    assert set(Import.objects.values_list("pk", "state")) == {
        (done.pk, "done"), (open_one.pk, "dropped")
    }  # fmt: skip


def test_other_organisations_see_none_of_it(acme, csv):
    received(acme, csv(TICKETS))
    with tenancy.system("imports"):
        assert ImportRow.objects.count() == 6


def test_what_had_stopped_is_given_up_with_its_rows(acme, csv):
    """Else somebody goes on with it, and it says that all of it came in."""
    file = received(acme, csv(TICKETS))
    Import.objects.filter(pk=file.pk).update(state=Import.State.FAILED)
    assert empty_old_imports(now=NOW + timedelta(days=15)) == 1
    with pytest.raises(NotNow):
        go_on(file=file, actor=MAYA, now=NOW + timedelta(days=15))


def test_the_file_of_refused_rows_comes_back_as_it_was(acme, csv):
    """A mark against formulas is ours, and no part of what a customer wrote."""
    text = "id,answered_at,score,comment\nR-1,2026-01-11T19:36,11,- too slow; =sorry\n"
    brought(acme, csv(text), Kind.RESPONSES)
    (bad,) = ImportRow.objects.all()
    again = "".join(refused_as_csv(bad.file.header, [bad])).replace(",11,", ",1,")
    assert "'- too slow" in again
    brought(acme, csv(again), Kind.RESPONSES)
    assert Response.objects.get().comment == "- too slow; =sorry"


@pytest.mark.parametrize(("kind", "text"), [(Kind.CUSTOMERS, PEOPLE), (Kind.INTERACTIONS, TICKETS)])
def test_who_is_erased_while_her_row_comes_in_does_not_come_back(
    acme, csv, monkeypatch, kind, text
):
    a_touchpoint(acme)
    ada = a_customer(acme, "ada@mail.example", external_id="C-1")
    file = checked(acme, csv(text), kind)
    read = bringing_rows.open_rows

    def read_and_erase(*given, **more):
        taken = read(*given, **more)
        if Customer.objects.filter(pk=ada.pk, erased_at__isnull=True).exists():
            erase_customer(customer_id=ada.pk, tracked=(), actor=MAYA, now=NOW)
        return taken

    monkeypatch.setattr(bringing_rows, "open_rows", read_and_erase)
    start_import(file=file, asks=False, actor=MAYA, now=NOW)
    work_on_imports(clock=lambda: NOW)
    known = Customer.objects.filter(erased_at__isnull=True)
    assert list(known.values_list("email", flat=True)) == ["ben@mail.example"]


def test_a_file_holds_one_lock_however_many_it_names(acme, csv):
    a_touchpoint(acme)
    rows = "".join(f"T-{n},2026-03-01 09:00,p{n}@mail.example,P,Billing,Red\n" for n in range(40))
    brought(acme, csv("id,solved at,email,name,touchpoint,team\n" + rows))
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND pid = pg_backend_pid()"
        )
        assert cursor.fetchone() == (1,)
    assert Customer.objects.count() == 40


def test_a_file_names_as_many_people_as_the_same_reports_one_by_one(acme, csv):
    """Of each address a row without an id, before and after one with it; two ids share one."""
    a_touchpoint(acme)
    said = [("", "ada"), ("C-1", "ada"), ("C-2", "ben"), ("", "ben"), ("C-3", "cy"), ("C-4", "cy")]
    for place in ("mail", "other"):
        a_customer(acme, f"ada@{place}.example")
    rows = "".join(
        f"T-{n},2026-03-01 09:00,{name}@mail.example,{external_id},Billing\n"
        for n, (external_id, name) in enumerate(said)
    )
    brought(acme, csv("id,solved at,email,customer id,touchpoint\n" + rows))
    for n, (external_id, name) in enumerate(said):
        own_id = external_id.replace("C", "D") or None
        customer = CustomerFields(external_id=own_id, email=f"{name}@other.example")
        fields = InteractionFields("helpdesk", f"R-{n}", "billing", customer, NOW)
        record_interaction(organisation_id=acme.pk, fields=fields, now=NOW)
    assert met("T-") == met("R-") == [0, 0, 1, 1, 2, 3]


def met(begins):
    """Who was met at each interaction, numbered in the order in which they were met."""
    rows = Interaction.objects.filter(source_id__startswith=begins).order_by("source_id")
    people = list(rows.values_list("customer_id", flat=True))
    return [list(dict.fromkeys(people)).index(each) for each in people]
