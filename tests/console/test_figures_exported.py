"""The figures of a page as a file: the same digits, the same verdicts, by the same filter."""

import csv
import io
import json
from datetime import date, timedelta

import pytest
from bs4 import BeautifulSoup
from django.db import connection
from django.test.utils import CaptureQueriesContext
from openpyxl import load_workbook

from accounts.models import AuditEntry
from kit.formulas import unguarded
from metrics.models import TrackedProperty
from metrics.statistics.definitions import DEFAULTS, Kind
from reports.queries.figures import COLUMNS
from reports.rules.words import value_text
from tests.console.crowds import crowd

AGO, LATELY = timedelta(days=45), timedelta(days=7)
QUERIES = [
    "",
    "?days=90&trend=month",
    "?group=high&said=anything",
    "?days=30",
    "?days=365",
    "?segment=plan:Basic",
    "?segment=seat:window",
    "?suspects=on",
    "?days=30&against=year",
    "?days=30&segment=plan:Plus&suspects=on",
    "?segment=plan:nobody",
]


@pytest.fixture
def measured(acme):
    """Service that rose and an experience without a call, at two touchpoints, in two plans."""
    with acme.inside():
        TrackedProperty.objects.create(**acme.own, slot=1, key="plan", tracked_at=acme.now)
        acme.shop = acme.touchpoint("=Shop", kind="experience")
        basic = {"context": {"plan": "Basic", "seat": "window"}}
        plus = {"context": {"plan": "Plus"}}
        for before, scores in ((LATELY, [5] * 70 + [2] * 10), (AGO, [5] * 40 + [1] * 60)):
            crowd(acme, scores, before=before, **basic)
        crowd(acme, [3] * 30 + [4] * 7, place=acme.shop, before=LATELY, **plus)
        crowd(acme, [4] * 3, before=LATELY, standing="suspect", **plus)
        crowd(acme, [9] * 30 + [3] * 25, relational=True, before=LATELY, **plus)
        crowd(acme, [9] * 25 + [3] * 30, relational=True, before=AGO, **basic)
        acme.fold()
    return acme


def rows_of(answer):
    rows = list(csv.DictReader(io.StringIO(answer.getvalue().decode(), newline="")))
    return [{name: unguarded(cell) for name, cell in row.items()} for row in rows]


def row_as_printed(row):
    """What a page prints of this row: score, interval, n, verdict."""
    definition = DEFAULTS[Kind(row["metric"].lower())]
    is_few = row["sample"] == "too few for a score"
    score = "" if is_few else value_text(definition, int(row["score"]))
    low, high = (value_text(definition, int(row[end])) for end in ("low", "high"))
    interval = f"{low.removesuffix(' %')} to {high}"
    return score, interval, f"n = {int(row['n']):,}", row["verdict_in_words"]


def card_as_printed(page, key):
    card = page.select_one(f"section[aria-labelledby={key}-title]")
    if card.select_one(".score") is None:
        return None
    verdict = card.select_one(".verdict > span")
    said = "" if verdict is None else verdict.get_text().partition(" as of ")[0]
    return (
        card.select_one(".score b").get_text() if card.select_one(".score b") else "",
        card.select_one(".interval").get_text(),
        card.select_one(".score .n").get_text(),
        " ".join(said.split()),
    )


@pytest.mark.parametrize("query", QUERIES)
def test_the_file_has_the_digits_and_verdicts_of_the_overview(measured, query):
    client = measured.client("viewer")
    page = BeautifulSoup(client.get(measured.url("overview") + query).content, "html.parser")

    rows = rows_of(client.get(measured.url("overview_csv") + query))

    service, experience = rows[:2]
    assert (service["figure"], experience["figure"]) == ("Service", "Experience")
    for row, key in ((service, "service"), (experience, "experience")):
        printed = card_as_printed(page, key)
        assert printed == (row_as_printed(row) if int(row["n"]) else None)


def points_of(page, card="service"):
    table = page.select_one(f"section[aria-labelledby={card}-title] details.figures table")
    head, *rows = [[cell.get_text() for cell in row.select("th, td")] for row in table.select("tr")]
    return head[0], [row[:4] for row in rows]


@pytest.mark.parametrize(
    ("query", "days", "head", "other"),
    [
        ("?days=90", range(1, 8), "From", "trend=month"),
        # In weeks so thin that two or four together make one point, also of the file.
        ("?days=90&segment=plan:Thin", range(1, 29), "From", "trend=month"),
        ("?days=90&trend=month", [30], "30 days to", ""),
    ],
)
def test_a_trend_by_weeks_or_over_thirty_days_is_the_same_on_page_and_in_the_file(
    measured, query, days, head, other
):
    with measured.inside():
        for weeks in range(12 if "Thin" in query else 0):
            thin = {"before": timedelta(weeks=weeks), "context": {"plan": "Thin"}}
            crowd(measured, [5, 5, 2], **thin)
            crowd(measured, [9, 9, 3], relational=True, **thin)
        measured.fold()
    client = measured.client("viewer")
    page = BeautifulSoup(client.get(measured.url("overview") + query).content, "html.parser")

    rows = rows_of(client.get(measured.url("overview_csv") + query))

    # Each customer's latest answer of two weeks is no sum of theirs, so these stay as they are.
    latest = _spans(row for row in rows if row["figure"] == "Experience, trend")
    assert {(last - first).days + 1 for first, last in latest} <= {*range(1, 8), 30}
    assert len(points_of(page, "experience")[1]) == len(latest)
    rows = [row for row in rows if row["figure"] == "Service, trend"]
    spans = _spans(rows)
    assert {(last - first).days + 1 for first, last in spans} <= set(days)
    at = 1 if "month" in query else 0
    assert points_of(page) == (
        head,
        [
            [
                f"{span[at]:%-d %b %Y}",
                f"{row['score']} %" if row["score"] else "no data",
                f"{row['low']} to {row['high']} %" if row["score"] else "\u2013",
                f"{int(row['n']):,}",
            ]
            for span, row in zip(spans, rows, strict=True)
        ],
    )
    told = page.select_one(".trend-kind").get_text()
    assert (": single ones hold too few answers" in told) == ("Thin" in query)
    assert ("Thin" in query) == (6 < max((last - first).days for first, last in spans) < 29)
    assert any(link["href"].endswith(other) for link in page.select(".trend-kind a"))


def _spans(rows):
    return [[date.fromisoformat(row[one]) for one in ("first_on", "last_on")] for row in rows]


@pytest.mark.parametrize("query", ["", "?days=30&segment=plan:Basic"])
def test_the_file_has_the_digits_and_verdicts_of_a_touchpoint(measured, query):
    client = measured.client("viewer")
    here = measured.phone.pk
    page = BeautifulSoup(
        client.get(measured.url("touchpoint", here) + query).content, "html.parser"
    )

    first, *points = rows_of(client.get(measured.url("touchpoint_csv", here) + query))

    assert (first["figure"], first["name"], first["metric"]) == ("Touchpoint", "Phone", "CSAT")
    assert card_as_printed(page, "csat") == row_as_printed(first)
    assert {point["figure"] for point in points} == {"Touchpoint, trend"}
    assert sum(int(point["n"]) for point in points) == int(first["n"])


def test_each_touchpoint_stands_with_its_own_figures_and_what_is_left_out(measured):
    rows = rows_of(measured.client("viewer").get(measured.url("overview_csv")))

    places = {row["name"]: row for row in rows if row["figure"] == "Touchpoint"}
    assert {name: (row["score"], row["n"]) for name, row in places.items()} == {
        "=Shop": ("19", "37"),
        "Phone": ("61", "180"),
    }
    assert json.loads(places["Phone"]["left_out"]) == {"suspect": 3}
    assert json.loads(places["=Shop"]["left_out"]) == {}
    assert places["=Shop"]["sample"] == "small sample"
    assert {row["definition_version"] for row in rows} == {"1"}
    assert places["Phone"]["definition"] == "Answers 4 and 5 on a scale from 1 to 5"


def test_a_verdict_names_its_periods_both_n_and_its_change(measured):
    service = rows_of(measured.client("viewer").get(measured.url("overview_csv") + "?days=30"))[0]

    days = {name: date.fromisoformat(service[name]) for name in COLUMNS if name.endswith("_on")}
    assert days["compared_last_on"] - days["compared_first_on"] == timedelta(days=29)
    assert days["compared_first_on"] - days["before_last_on"] == timedelta(days=1)
    assert days["last_on"] - days["first_on"] == timedelta(days=29)
    assert date.fromisoformat(service["as_of"]).isoweekday() == 1
    assert int(service["n_compared"]) + int(service["n_before"]) >= 80
    assert service["value"] == "87.5"


def test_the_excel_file_holds_numbers_days_and_no_formula(measured):
    answer = measured.client("viewer").get(measured.url("overview_xlsx"))

    sheet = load_workbook(io.BytesIO(answer.getvalue())).active
    head, *rows = [[cell.value for cell in row] for row in sheet.iter_rows()]
    kinds = {cell.data_type for row in sheet.iter_rows() for cell in row}
    service = dict(zip(head, rows[0], strict=True))
    assert tuple(head) == COLUMNS
    assert "f" not in kinds
    assert (service["score"], service["n"], service["value"]) == (61, 180, 61.11)
    assert "=Shop" in {row[1] for row in rows}
    assert answer["Content-Disposition"].startswith(f'attachment; filename="{measured.slug}-figur')


def test_without_answers_there_is_no_data_and_no_zero(acme):
    service, experience = rows_of(acme.client("owner").get(acme.url("overview_csv")))

    for row in (service, experience):
        assert (row["score"], row["low"], row["n"], row["sample"]) == ("", "", "0", "no data")
        assert row["verdict"] == ""


def test_the_pages_lead_to_their_files_by_their_filter(measured):
    client = measured.client("viewer")
    for page, name, needs in (
        ("overview", "overview", []),
        ("touchpoint", "touchpoint", ["phone"]),
    ):
        at = [measured.phone.pk for _ in needs]
        shown = client.get(measured.url(page, *at) + "?days=30&suspects=on").content
        links = [
            link["href"] for link in BeautifulSoup(shown, "html.parser").select(".downloads a")
        ]

        assert links == [
            measured.url(f"{name}_{form}", *at) + "?days=30&suspects=on" for form in ("xlsx", "csv")
        ]


def test_each_file_leaves_one_row_in_the_audit_trail(measured):
    measured.client("viewer").get(measured.url("overview_csv") + "?days=30").getvalue()

    with measured.inside():
        (entry,) = AuditEntry.objects.filter(object_type="export")
    rows = entry.after.pop("rows")
    assert entry.after == {"format": "csv", "filter": "days=30"}
    assert (entry.action, rows > 4) == ("figures.exported", True)


def test_an_address_that_makes_no_sense_is_refused(measured):
    client = measured.client("viewer")

    assert client.get(measured.url("overview_csv") + "?colour=red").status_code == 400
    assert client.get(measured.url("touchpoint_csv", 0)).status_code == 404


@pytest.mark.parametrize("rows", [1, 3])
def test_the_file_costs_the_same_queries_with_one_touchpoint_and_with_three(acme, rows):
    with acme.inside():
        for number in range(rows):
            crowd(acme, [4, 5], place=acme.touchpoint(f"Desk {number}"))
        acme.fold()
    client = acme.client("owner")
    client.get(acme.url("overview"))  # remembers the organisation in the session

    with CaptureQueriesContext(connection) as asked:
        found = rows_of(client.get(acme.url("overview_csv")))

    assert len([row for row in found if row["figure"] == "Touchpoint"]) == rows
    assert len(asked) == 23
