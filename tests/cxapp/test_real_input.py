"""`manage.py real_input`: what the product counts of anybody's CSV, compared with a hand count."""

from datetime import UTC, datetime
from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from accounts.queries.lookups import organisation_of_slug
from kit import tenancy
from surveys.models import Response

pytestmark = pytest.mark.django_db(transaction=True)

# By hand: promoters 9 10 9, passives 7, detractors 0 3 6; 3 - 3 of 7 is 0; two without a score.
FILE = """answered_at,touchpoint,score,comment
2017-12-11T19:36,Order,9,Fine
2017-12-11T19:36,Order,10,
2017-12-12T08:00,Order,9,Fine
2017-12-12T09:00,Bill,7,
2018-03-25T01:30,Bill,0,"Wrong, again"
2018-03-26T10:00,Bill,3,
2018-03-27T10:00,Bill,6,
2018-03-27T10:00,Bill,,Only words
2018-03-27T10:00,Order,,Only words
2018-03-27T10:00,Order,eleven,Lost
"""


def run(path):
    out = StringIO()
    call_command("real_input", path, stdout=out)
    return out.getvalue().splitlines()


@pytest.fixture
def file(tmp_path):
    path = tmp_path / "answers.csv"
    path.write_text(FILE)
    return path


COUNTED = [
    "Counted by the product: 7 scores at 2 touchpoints.",
    "3 promoters, 1 passives, 3 detractors",
    "NPS 0.00, shown 0",
    "2 answers in words only stand beside them, in no score.",
]


def test_the_products_own_count_is_that_of_the_hand(file):
    said = run(file)
    assert said[-4:] == COUNTED
    assert "Line 11: the score 'eleven' is no whole number from 0 to 10." in said
    with tenancy.organisation(organisation_of_slug("real-input")):
        assert Response.objects.count() == 9


def test_a_second_run_adds_nothing(file):
    run(file)
    said = run(file)
    assert "0 answers added, 9 were there already." in said
    assert said[-4:] == COUNTED


def test_a_csat_is_a_share(tmp_path):
    path = tmp_path / "csat.csv"
    path.write_text("date,csat\n2020-01-01,5\n2020-01-01,4\n2020-01-01,1\n")
    assert run(path)[-3:-1] == ["2 satisfied, 1 others", "CSAT 66.67 %, shown 67 %"]


def test_what_is_no_table_gets_a_sentence(tmp_path):
    path = tmp_path / "x.csv"
    path.write_bytes(b"")
    with pytest.raises(CommandError, match=r"Nothing was imported\. The file is empty"):
        run(path)
    with pytest.raises(CommandError, match="No such file"):
        run(tmp_path / "none.csv")


def test_words_alone_are_no_score_of_zero(tmp_path):
    path = tmp_path / "words.csv"
    path.write_text("date,score,comment\n2020-01-01,,Fine\n")
    assert run(path)[-3:] == [
        "Counted by the product: 0 scores at 0 touchpoints.",
        "No scores: no data.",
        "1 answers in words only stand beside them, in no score.",
    ]


def test_a_header_alone_counts_nothing(tmp_path):
    path = tmp_path / "none.csv"
    path.write_text("date,score\n")
    assert run(path)[-1].startswith("0 rows: 0 readable")


def test_the_zone_of_the_clocks_may_be_named(file):
    with pytest.raises(CommandError, match="'Moon' is no time zone"):
        call_command("real_input", file, "--time-zone", "Moon")
    call_command("real_input", file, "--time-zone", "Asia/Tokyo", stdout=StringIO())
    with tenancy.organisation(organisation_of_slug("real-input")):
        first = Response.objects.order_by("answered_at").first()
    assert first.answered_at == datetime(2017, 12, 11, 10, 36, tzinfo=UTC)
