"""Files to take away: exactly the list, for whoever may see it, safe to open, noted down."""

import csv
import io
import json
import re
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from bs4 import BeautifulSoup
from django.db import connection
from django.test.utils import CaptureQueriesContext
from openpyxl import load_workbook

from accounts.models import AuditEntry
from kit.formulas import unguarded
from kit.turns import Places
from metrics.models import TrackedProperty
from reports.actions import exporting
from reports.queries.figures import COLUMNS
from surveys.models import Answer, Response, ResponseTag, Tag
from tests.builders import a_choice, a_version

GUIDE = Path("docs/exports.md").read_text(encoding="utf-8")
FIXED = [
    "response_id",
    "answered_at",
    "answered_on",
    "metric",
    "score",
    "comment",
    "standing",
    "standing_reason",
    "revisions",
    "origin",
    "programme_id",
    "programme",
    "programme_kind",
    "survey_version",
    "touchpoint_id",
    "touchpoint",
    "touchpoint_kind",
    "stage",
    "tags",
    "context",
    "follow_ups",
    "feelings",
    "contact",
]
CUSTOMER = [
    "customer_id",
    "customer_external_id",
    "customer_name",
    "customer_email",
    "customer_phone",
    "company",
    "interaction_source",
    "interaction_id",
]
TRACKED = ["context.plan", "context.=cmd"]
EVIL = '=HYPERLINK("http://evil.example");@SUM(1)\r\n- \u00e4\u00e9\u015f \U0001f600, "quoted"'
SUMMER = datetime(2026, 7, 1, 22, 30, tzinfo=UTC)
WINTER = datetime(2026, 1, 5, 23, 30, 59, 999999, tzinfo=UTC)
BOTH = "?from=2026-01-01&to=2026-07-31"


@pytest.fixture
def told(acme):
    """Two answers: one of each kind, with everything that a row can hold."""
    with acme.inside():
        for slot, key in enumerate(["plan", "=cmd"], start=1):
            TrackedProperty.objects.create(**acme.own, slot=slot, key=key, tracked_at=acme.now)
        acme.now = datetime(2026, 8, 1, tzinfo=UTC)
        ada = acme.customer(
            "=Ada", phone="+49 30 1234567", external_id="-7", company=acme.company("@Acme")
        )
        context = {"plan": "+Plus", "seats": 3, "agent": "Zo\u00eb"}
        acme.first = acme.answer(
            2, EVIL, customer=ada, at=WINTER, context=context, standing="excluded",
            standing_reason="=test", revisions_made=2, feelings=["annoyed", "frustrated"],
            contact="phone",
        )  # fmt: skip
        acme.second = acme.answer(9, "", at=SUMMER, relational=True, context={})
        acme.interaction = acme.first.interaction
        version = a_version(acme.csat.survey, a_choice(3, "multiple", "=How?", "=A", "B", "C"))
        Answer.objects.create(
            **acme.own, response=acme.first, question=version.questions.get(), picked=[1, 3]
        )
        for name in ("billing", "=Slow; very"):
            tag = Tag.objects.create(**acme.own, name=name, created_at=acme.now)
            ResponseTag.objects.create(**acme.own, response=acme.first, tag=tag, tagged_at=acme.now)
    return acme


def table(answer):
    text = answer.getvalue().decode()
    return list(csv.reader(io.StringIO(text, newline=""), strict=True))


def records(answer):
    head, *rows = table(answer)
    assert {len(row) for row in rows} <= {len(head)}
    return [dict(zip(head, map(unguarded, row), strict=True)) for row in rows]


def sheet(answer):
    book = load_workbook(io.BytesIO(answer.getvalue()))
    return book.active


def test_the_csv_holds_every_column_as_it_is(told):
    client = told.client("owner")

    answer = client.get(told.url("responses_csv") + BOTH)

    newest, oldest = records(answer)
    assert list(newest) == [*FIXED, *CUSTOMER, *TRACKED]
    assert oldest == {
        "response_id": str(told.first.pk),
        "answered_at": "2026-01-06T00:30:59+01:00",
        "answered_on": "2026-01-06",
        "metric": "csat",
        "score": "2",
        "comment": EVIL,
        "standing": "excluded",
        "standing_reason": "=test",
        "revisions": "2",
        "origin": "invitation",
        "programme_id": str(told.csat.pk),
        "programme": "After help",
        "programme_kind": "transactional",
        "survey_version": "1",
        "touchpoint_id": str(told.phone.pk),
        "touchpoint": "Phone",
        "touchpoint_kind": "service",
        "stage": told.stage.name,
        "tags": '["=Slow; very", "billing"]',
        "context": oldest["context"],
        "follow_ups": oldest["follow_ups"],
        "feelings": "annoyed, frustrated",
        "contact": "phone",
        "customer_id": str(told.first.customer_id),
        "customer_external_id": "-7",
        "customer_name": "=Ada",
        "customer_email": "=ada@mail.example",
        "customer_phone": "+49 30 1234567",
        "company": "@Acme",
        "interaction_source": "Helpdesk",
        "interaction_id": told.interaction.source_id,
        "context.plan": "+Plus",
        "context.=cmd": "",
    }
    assert json.loads(oldest["context"]) == {"plan": "+Plus", "seats": 3, "agent": "Zo\u00eb"}
    assert json.loads(oldest["follow_ups"]) == [
        {
            "number": 3,
            "kind": "multiple",
            "question": "=How?",
            "choices": [1, 3],
            "chosen": ["=A", "C"],
            "words": "",
        }
    ]
    assert newest["follow_ups"] == ""
    assert newest["answered_at"] == "2026-07-02T00:30:00+02:00"
    assert (newest["answered_on"], newest["customer_id"]) == ("2026-07-02", "")
    assert (newest["touchpoint"], newest["context"]) == ("", "{}")


def named_in(heading):
    """The columns that the documentation names below a heading, in its order."""
    below = GUIDE.partition(f"\n## {heading}\n")[2].partition("\n## ")[0]
    firsts = [line.split("|")[1] for line in below.splitlines() if line.startswith("| `")]
    return re.findall(r"`([^`]+)`", " ".join(firsts))


def test_the_documentation_names_every_column_in_its_place():
    assert named_in("Columns") == [*FIXED, *CUSTOMER, "context.<property>"]
    assert named_in("Figures") == list(COLUMNS)


def test_no_cell_of_the_csv_begins_like_a_formula(told):
    raw = told.client("owner").get(told.url("responses_csv") + BOTH).getvalue()

    cells = [cell for row in csv.reader(io.StringIO(raw.decode(), newline="")) for cell in row]
    risky = [cell for cell in cells if cell[:1] in "=+-@|%\t\r\n" and cell]

    assert risky == ["-7", "+49 30 1234567"]  # a number and a phone, as they were
    assert b"'=HYPERLINK" in raw
    assert b";'@SUM(1)" in raw


def test_the_csv_is_rfc_4180_and_carries_a_mark_only_if_asked(told):
    client = told.client("owner")
    plain = client.get(told.url("responses_csv") + BOTH)
    marked = client.get(told.url("responses_csv") + BOTH + "&mark=on")

    assert plain["Content-Type"] == "text/csv; charset=utf-8"
    assert plain["Content-Disposition"].startswith(f'attachment; filename="{told.slug}-responses-')
    assert plain["Cache-Control"] == "private, no-store"
    body = plain.getvalue()
    assert marked.getvalue() == b"\xef\xbb\xbf" + body
    assert body.endswith(b"\r\n")
    assert body.count(b"\r\n") == 3 + EVIL.count("\r\n")


def test_the_excel_file_holds_the_same_as_text_and_numbers(told):
    answer = told.client("owner").get(told.url("responses_xlsx") + BOTH)

    page = sheet(answer)
    head, newest, oldest = [[cell.value for cell in row] for row in page.iter_rows()]
    kinds = {cell.data_type for row in page.iter_rows() for cell in row if cell.value is not None}
    read = dict(zip(head, oldest, strict=True))
    assert head == [*FIXED, *CUSTOMER, *TRACKED]
    assert kinds == {"s", "inlineStr", "n", "d"} - ({"s", "inlineStr"} - kinds)
    assert "f" not in kinds
    assert read["comment"] == EVIL.replace("\r", "_x000D_")
    assert (read["score"], read["customer_name"], read["context.plan"]) == (2, "=Ada", "+Plus")
    assert (read["customer_external_id"], read["customer_phone"]) == ("-7", "+49 30 1234567")
    assert read["answered_on"].date() == date(2026, 1, 6)
    assert read["answered_at"] == "2026-01-06T00:30:59+01:00"
    assert newest[head.index("score")] == 9
    assert page.freeze_panes == "A2"
    assert answer["Content-Disposition"].endswith('.xlsx"')


@pytest.mark.parametrize("kind", ["csv", "xlsx"])
@pytest.mark.parametrize(
    ("role", "names"), [("owner", [*FIXED, *CUSTOMER, *TRACKED]), ("viewer", [*FIXED, *TRACKED])]
)
def test_who_may_not_see_customers_gets_no_column_of_them(told, kind, role, names):
    answer = told.client(role).get(told.url(f"responses_{kind}") + BOTH)

    if kind == "csv":
        head = table(answer)[0]
    else:
        head = [cell.value for cell in next(sheet(answer).iter_rows())]
    assert head == names


def test_customers_of_another_organisation_stay_there(told, globex):
    with globex.inside():
        globex.answer(1, "theirs", at=SUMMER)
    client = globex.client("owner")

    assert [row["comment"] for row in records(client.get(globex.url("responses_csv") + BOTH))] == [
        "theirs"
    ]
    assert client.get(told.url("responses_csv")).status_code == 404


@pytest.fixture
def many(acme):
    """Answers of all sorts, also two at the same moment."""
    with acme.inside():
        ada = acme.customer("Ada")
        desk = acme.touchpoint("Desk", kind="experience")
        for number in range(12):
            at = acme.now - timedelta(days=number // 2)
            acme.answer(
                1 + number % 5,
                "slow bill" if number % 3 else "",
                at=at,
                standing="suspect" if number % 4 == 3 else "counted",
            )
            acme.answer(number % 11, f"words {number}", customer=ada, at=at, relational=True)
        Response.objects.filter(score=5, metric="csat").update(touchpoint=desk)
        acme.fold()
        tag = Tag.objects.create(**acme.own, name="billing", created_at=acme.now)
        for response in Response.objects.filter(score__gt=3):
            ResponseTag.objects.create(**acme.own, response=response, tag=tag, tagged_at=acme.now)
            response.context = {"plan": "Basic"}
            response.save()
        acme.tag = tag
    return acme


FILTERS = [
    "",
    "?days=30",
    "?metric=nps",
    "?group=low",
    "?group=not_high&metric=csat",
    "?standing=counted",
    "?standing=suspect",
    "?commented=on",
    "?q=bill",
    "?score=4",
    "?touchpoint_kind=experience",
    "?programme_kind=relational&latest=on",
    "?q=nothing+like+it",
    "?segment=plan:Basic&standing=counted&suspects=on",
    "?state=unrated",
    "?tag={tag}",
]


@pytest.mark.parametrize("query", FILTERS)
def test_an_export_holds_exactly_the_list_in_its_order(many, query):
    client, query = many.client("owner"), query.format(tag=many.tag.pk)
    listed = pages_of(client, many.url("responses") + query)

    exported = records(client.get(many.url("responses_csv") + query))

    assert [row["response_id"] for row in exported] == listed


def pages_of(client, address):
    """Walk the list to its end and return the ids of its answers."""
    ids = []
    while address:
        page = BeautifulSoup(client.get(address).content, "html.parser")
        links = [each["href"] for each in page.select(".quotes a:has(time)")]
        ids += [link.rstrip("/").rpartition("/")[2] for link in links]
        onward = page.select_one("a[rel=next]")
        address = f"{address.partition('?')[0]}{onward['href']}" if onward else ""
    return list(dict.fromkeys(ids))


def test_an_address_that_makes_no_sense_is_refused_by_the_export_too(acme):
    client = acme.client("owner")

    refused = client.get(acme.url("responses_csv") + "?colour=red")

    assert refused.status_code == 400
    assert "colour: nothing can be filtered by this." in refused.content.decode()
    assert AuditEntry.objects.count() == 0
    assert client.get(acme.url("responses_xlsx") + "?mark=on").status_code == 400


def test_the_page_offers_the_files_of_exactly_its_filter(many):
    client = many.client("owner")
    page = BeautifulSoup(
        client.get(many.url("responses") + "?metric=nps&group=low").content, "html.parser"
    )

    links = [link["href"] for link in page.select(".downloads a")]

    kept = "?metric=nps&group=low"
    assert links == [
        many.url("responses_xlsx") + kept,
        many.url("responses_csv") + kept,
        many.url("responses_csv") + kept + "&mark=on",
    ]
    assert [client.get(link).status_code for link in links] == [200, 200, 200]


def test_each_export_leaves_one_row_in_the_audit_trail(many):
    client = many.client("viewer")
    client.get(many.url("responses_csv") + "?metric=nps&q=Ada&mark=on").getvalue()
    client.get(many.url("responses_xlsx")).getvalue()

    with many.inside():
        first, second = AuditEntry.objects.filter(object_type="export").order_by("id")
    assert (first.action, first.actor) == ("responses.exported", many.people["viewer"].email)
    assert first.after == {
        "format": "csv",
        "answers": 0,
        "filter": "metric=nps&q=...&mark=on",
        "with customers": False,
    }
    assert (second.after["format"], second.after["answers"]) == ("xlsx", 24)


@pytest.mark.parametrize("kind", ["csv", "xlsx"])
@pytest.mark.parametrize("rows", [1, 3])
def test_an_export_costs_the_same_queries_with_one_row_and_with_three(acme, kind, rows):
    with acme.inside():
        for number in range(rows):
            acme.answer(4, f"words {number}", customer=acme.customer(f"Ben {number}"))
    client = acme.client("owner")
    client.get(acme.url("overview"))  # remembers the organisation in the session

    with CaptureQueriesContext(connection) as asked:
        answer = client.get(acme.url(f"responses_{kind}"))
        before = len(asked)
        answer.getvalue()

    # Django does not count the COPY.
    assert (before, len(asked) - before) == (14, {"csv": 6, "xlsx": 7}[kind])


def test_more_answers_than_an_excel_file_is_made_of_are_refused_with_the_way_out(many, monkeypatch):
    monkeypatch.setattr("console.views.exports.MOST_ROWS_OF_EXCEL", 23)
    monkeypatch.setattr("console.views.responses.MOST_ROWS_OF_EXCEL", 23)
    client = many.client("owner")

    refused = client.get(many.url("responses_xlsx"))
    page = client.get(many.url("responses")).content.decode()

    assert refused.status_code == 400
    assert "take the CSV, which has no limit" in refused.content.decode()
    assert many.url("responses_xlsx") not in page
    assert many.url("responses_csv") in page


def test_an_export_that_breaks_does_not_look_whole(many, monkeypatch, caplog):
    def broken(*_rows, **_seconds):
        yield b"1,2\r\n"
        raise RuntimeError("the disk is gone")

    monkeypatch.setattr(exporting, "copied", broken)

    body = many.client("owner").get(many.url("responses_csv")).getvalue()

    assert body.endswith(b"1,2\r\n" + exporting.INCOMPLETE)
    assert "an export was cut off" in caplog.text


FILES = ["responses_csv", "responses_xlsx"]


@pytest.mark.parametrize("name", FILES)
def test_a_file_too_many_is_not_begun_and_says_when_to_come_back(filled, name, monkeypatch):
    monkeypatch.setattr("console.views.exports.PLACES", Places(1))
    world, client = filled.world, filled.world.client("owner")
    first = client.get(world.url(name))

    second = client.get(world.url(name) + "?days=30")

    assert (first.status_code, second.status_code, second["Retry-After"]) == (200, 503, "30")
    page = BeautifulSoup(second.content, "html.parser")
    assert "Only 1 files of answers are made at once" in page.get_text()
    assert page.find("a", string="Try again")["href"] == "?days=30"
    with world.inside():
        taken = AuditEntry.objects.filter(action="responses.exported").count()
    assert taken == 1  # what was not begun was not taken
    assert b"".join(first.streaming_content)  # read to its end: its place is free again
    assert client.get(world.url(name)).status_code == 200


def test_an_address_that_makes_no_sense_takes_no_place(filled, monkeypatch):
    monkeypatch.setattr("console.views.exports.PLACES", Places(1))
    world, client = filled.world, filled.world.client("owner")

    assert client.get(world.url("responses_csv") + "?days=3").status_code == 400

    assert client.get(world.url("responses_csv")).status_code == 200
