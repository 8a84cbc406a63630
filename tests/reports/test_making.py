"""Files made by the worker: the console's own bytes, whole or not at all, whoever dies at it."""

import signal
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from io import BytesIO
from zipfile import ZipFile

import pytest
from django.db import connection, connections, transaction

from accounts.rules.actors import Actor
from kit import tenancy
from reports.actions import making
from reports.actions.exporting import Export, answers_as_csv, answers_as_xlsx, figures_as_csv
from reports.actions.forgetting import forget_kept_files, prune_exports
from reports.actions.making import make_next_file
from reports.actions.requesting import Request, cancel_export, request_export
from reports.models import ExportJob, ExportPart
from reports.queries.asked import figures_of, wanted_of
from tests.builders import (
    NOW,
    a_customer,
    a_programme,
    a_response,
    a_touchpoint,
    an_organisation,
)
from tests.chaos.points import EXPORTS
from tests.dying import ended_by

pytestmark = pytest.mark.django_db(transaction=True)
KEY = Actor(name="key Lake")
ASKED = {"from": "2026-05-01", "to": "2026-05-31", "today": "2026-05-12"}


@pytest.fixture
def organisation():
    made = an_organisation("Acme", time_zone="Europe/London")
    with tenancy.organisation(made.pk):
        programme = a_programme(made, a_touchpoint(made, "billing"))
        for score, comment in ((4, "=1+1"), (2, 'two "lines"\r\nof it'), (5, "")):
            her = a_customer(made, f"c{score}@mail.example")
            a_response(made, programme, score, customer=her, comment=comment)
    return made


def ask(organisation, **said):
    request = Request(
        **{
            "what": "responses",
            "form": "csv",
            "name": "acme",
            "filter": {},
            "asked": ASKED,
            "with_customers": True,
            **said,
        }
    )
    with tenancy.organisation(organisation.pk):
        return request_export(organisation_id=organisation.pk, request=request, actor=KEY, now=NOW)


def make():
    return make_next_file(clock=lambda: NOW)


def now_of(organisation, job):
    with tenancy.organisation(organisation.pk):
        parts = ExportPart.objects.filter(job=job).order_by("number")
        return ExportJob.objects.get(pk=job.pk), b"".join(bytes(one.content) for one in parts)


def from_the_console(organisation, write=answers_as_csv):
    with tenancy.organisation(organisation.pk):
        wanted = wanted_of(organisation.pk, ASKED)
    export = Export(
        organisation_id=organisation.pk,
        time_zone="Europe/London",
        wanted=wanted,
        with_customers=True,
    )
    return b"".join(write(export=export))


def elsewhere(act):
    """Do it on a connection of its own, as another process would."""

    def done():
        try:
            return act()
        finally:
            connections.close_all()

    with ThreadPoolExecutor(1) as pool:
        return pool.submit(done).result()


def test_a_file_is_the_console_s_in_parts_with_its_rows_told(organisation, monkeypatch):
    monkeypatch.setattr(making, "PIECE", 1)
    monkeypatch.setattr(making, "SECONDS_BETWEEN", 0)
    csv, xlsx = ask(organisation), ask(organisation, form="xlsx")
    figures = ask(organisation, what="figures", asked={**ASKED, "touchpoint": None})
    told = []
    noted = making._Notes._note
    monkeypatch.setattr(
        making._Notes, "_note", lambda notes: told.append(notes.rows) or noted(notes)
    )
    assert [make(), make()] == [3, 3]
    assert set(told) == {0, 1, 2, 3}
    rows = make()
    assert make() == 0

    job, content = now_of(organisation, csv)
    assert content == from_the_console(organisation)
    assert b"'=1+1" in content
    assert (job.state, job.rows, job.done, job.size, job.asked, job.expires_at) == (
        "ready", 3, 3, len(content), {}, NOW + timedelta(hours=24),
    )  # fmt: skip
    job, content = now_of(organisation, xlsx)
    assert (job.done, len(content)) == (3, job.size)
    assert _cells(content) == _cells(from_the_console(organisation, answers_as_xlsx))
    job, content = now_of(organisation, figures)
    with tenancy.organisation(organisation.pk):
        page = figures_of(organisation.pk, ASKED)
    assert content == b"".join(figures_as_csv(page))
    assert job.rows == rows == len(page) > 0


def _cells(book):
    with ZipFile(BytesIO(book)) as parts:
        return parts.read("xl/worksheets/sheet1.xml")


def test_whoever_dies_at_it_leaves_no_half_file_and_the_next_begins_again(
    organisation, monkeypatch
):
    monkeypatch.setattr(making, "PIECE", 1)
    job = ask(organisation)
    for point in EXPORTS:
        assert _life(f"{point}=kill") == signal.SIGKILL
        left, content = now_of(organisation, job)
        is_begun = point != "export.claimed"
        assert (left.state, bool(content)) == ("running" if is_begun else "waiting", is_begun)
    assert _life("") == 0
    made, content = now_of(organisation, job)
    assert (made.state, made.run) == ("ready", 3)
    assert content == from_the_console(organisation)


def test_a_file_that_kills_its_workers_is_given_up_in_words(organisation):
    job = ask(organisation)
    for _ in range(making.TRIES):
        assert _life("export.before_ready=kill") == signal.SIGKILL
    assert make() == 0
    failed, content = now_of(organisation, job)
    assert (failed.state, failed.trouble, content, failed.asked) == (
        "failed", making.FAILED, b"", {},
    )  # fmt: skip


def _life(orders):
    """Make a file in a process of its own; return the signal it died of."""
    ended = ended_by(make, orders)
    _wait_until_nobody_makes_a_file()
    return ended


def _wait_until_nobody_makes_a_file():
    """The server notices a moment later that a process is gone."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(making.ALONE.replace("try_", ""))


def test_what_is_taken_away_meanwhile_is_not_offered(organisation, monkeypatch):
    monkeypatch.setattr(making, "PIECE", 1)
    acts = {
        "cancelled": lambda job: cancel_export(job=job, actor=KEY, now=NOW),
        "failed": lambda _: forget_kept_files(organisation.pk, [], NOW),
    }
    for state, act in acts.items():
        job = ask(organisation)

        def take_away(point, job=job, act=act):
            def inside():
                with tenancy.organisation(organisation.pk):
                    act(job)

            if point == "export.before_ready":
                elsewhere(inside)

        monkeypatch.setattr(making, "failpoint", take_away)
        assert make() == 0
        left, content = now_of(organisation, job)
        assert (left.state, content, left.asked) == (state, b"", {})


def test_one_file_is_made_at_a_time(organisation):
    ask(organisation)
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute(making.ALONE)
        assert elsewhere(make) == 0
    assert make() == 3


def test_a_file_that_breaks_is_begun_again_and_then_given_up(organisation, monkeypatch):
    def broken(*_):
        raise RuntimeError("lost")

    job = ask(organisation)
    with monkeypatch.context() as patch:
        patch.setattr(making, "wanted_of", broken)
        for expected in ("running", "running", "failed"):
            assert make() == 0
            assert now_of(organisation, job)[0].state == expected
    again = ask(organisation)
    assert make() == 3
    assert now_of(organisation, again)[0].state == "ready"


def test_files_go_when_their_time_is_over_or_somebody_is_erased(organisation):
    first = ask(organisation)
    make()
    with tenancy.organisation(organisation.pk):
        assert prune_exports(now=NOW + timedelta(hours=23)) == 0
        assert prune_exports(now=NOW + timedelta(hours=24)) == 1
    job, content = now_of(organisation, first)
    assert (job.state, content) == ("expired", b"")
    second = ask(organisation, filter={"segment": ["name:Ada"]})
    make()
    with tenancy.organisation(organisation.pk):
        forget_kept_files(organisation.pk, [], NOW)
    job, content = now_of(organisation, second)
    assert (job.state, job.filter, content) == ("failed", {}, b"")
    with tenancy.organisation(organisation.pk):
        assert prune_exports(now=NOW + timedelta(days=91)) == 0
        assert ExportJob.objects.count() == 0
