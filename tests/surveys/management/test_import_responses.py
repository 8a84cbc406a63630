"""`manage.py import_responses`: what somebody at a terminal is told."""

from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from kit import tenancy
from surveys.models import Response
from tests.builders import an_organisation

pytestmark = pytest.mark.django_db


@pytest.fixture
def organisation():
    return an_organisation(slug="acme", time_zone="Europe/London")


@pytest.fixture
def run(organisation, tmp_path):
    def run(content, *options):
        path = tmp_path / "answers.csv"
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
        out = StringIO()
        try:
            call_command("import_responses", path, "--organisation", "acme", *options, stdout=out)
        except CommandError as error:
            out.write(f"ERROR {error}")
        return out.getvalue().splitlines()

    return run


def stored(organisation):
    with tenancy.organisation(organisation.pk):
        return Response.objects.count()


def test_it_says_how_it_read_the_file_and_what_it_did(run, organisation):
    text = "Date;NPS score;Feedback\n2020-01-01;9;Gut\n2020-01-02;;Nur Worte\n"
    assert run(text, "--time-zone", "Europe/Berlin") == [
        "Read as NPS, utf-8: answered_at = Date, score = NPS score, comment = Feedback.",
        (
            "2 rows: 2 readable, 0 faulty, 1 without a score (kept with their words, not in the "
            "score)."
        ),
        "The answers run 2020-01-01 to 2020-01-02.",
        "2 answers added, 0 were there already.",
        "The pages count them within seconds where a worker runs.",
    ]
    assert stored(organisation) == 2
    assert "0 answers added, 2 were there already." in run(text, "--time-zone", "Europe/Berlin")


def test_a_dry_run_says_what_would_be(run, organisation):
    said = run("date,score\n2020-01-01T10:00Z,9\n", "--dry-run")
    assert said[-1] == "1 answers would be added, 0 were there already."
    assert stored(organisation) == 0


def test_faulty_rows_are_listed_and_stop_it(run, organisation):
    said = run("date,score\n2020-01-01T10:00Z,11\n2020-01-01T10:00,3\n2020-01-01T10:00Z,3\n")
    assert said[1] == "Line 2: the score '11' is no whole number from 0 to 10."
    assert said[2] == (
        "Line 3: 2020-01-01 10:00:00 has no offset: name the clocks' zone with --time-zone."
    )
    assert said[-1].startswith("ERROR Nothing was imported: mend the rows above")
    assert stored(organisation) == 0


def test_a_dry_run_of_a_faulty_file_is_no_error(run):
    said = run("date,score\n2020-01-01T10:00Z,11\n", "--dry-run")
    assert not any(line.startswith("ERROR") for line in said)


def test_more_faults_than_anybody_reads_are_counted(run):
    said = run("date,score\n" + "2020-01-01T10:00Z,11\n" * 150)
    assert said[101] == "... and 50 more faulty rows."


def test_faulty_rows_may_be_left_out(run, organisation):
    said = run("date,score\n2020-01-01T10:00Z,11\n2020-01-01T10:00Z,3\n", "--leave-bad-rows-out")
    assert "1 answers added, 0 were there already." in said
    assert stored(organisation) == 1


def test_columns_with_other_names_are_named(run):
    text = "when,stars\n2020-01-01T10:00Z,3\n"
    assert "Name it with --answered-at" in run(text)[-1]
    said = run(text, "--answered-at", "when", "--score", "stars", "--metric", "csat")
    assert said[0] == "Read as CSAT, utf-8: answered_at = when, score = stars."


@pytest.mark.parametrize(
    ("content", "why"),
    [
        (b"", "The file is empty"),
        (b"\x00\x01\x02", "No column says"),
        (b"\xff\xfe", "The file is empty"),
        (b"a,a\n1,2\n", "Two columns have the same name"),
        (b'date,score\n"' + b"x" * 1_100_000, "longer than 1,000,000"),
    ],
)
def test_a_file_that_is_no_table_gets_a_sentence_and_no_traceback(run, content, why):
    (said,) = run(content)
    assert said.startswith("ERROR Nothing was imported.")
    assert why in said


def test_nul_and_huge_cells_are_faults_of_their_row(run):
    said = run(b"date,score,comment\n2020-01-01,9,a\x00b\n2020-01-01,9," + b"x" * 20_000 + b"\n")
    assert said[1] == "Line 2: it holds a NUL character."
    assert "20,000 characters, at most 10,000 are kept" in said[2]


@pytest.mark.parametrize(
    ("options", "why"),
    [
        (["--organisation", "nobody"], "There is no organisation 'nobody'"),
        (["--time-zone", "Mars/Base"], "'Mars/Base' is no time zone"),
        (["--programme", "None such"], "No programme 'None such' for this file"),
    ],
)
def test_wrong_options_get_a_sentence(run, options, why):
    assert why in run("date,score\n2020-01-01T10:00Z,9\n", *options)[-1]


def test_a_missing_file_gets_a_sentence(organisation, tmp_path):
    with pytest.raises(CommandError, match="No such file"):
        call_command("import_responses", tmp_path / "no.csv", "--organisation", "acme")
