"""Satisfaction by faces in the console: chosen in the editor, shown beside words, not mixed."""

import csv

import pytest
from django.test import Client

from accounts.actions.keys import Wanted, create_key
from accounts.rules.scopes import Scope
from surveys.actions.drafting import Editing, save_draft
from surveys.models import Programme
from surveys.queries.surveys import working
from surveys.rules.contents import Content
from surveys.rules.wording import WordingRefused
from tests.builders import a_version
from tests.console.conftest import MAYA
from tests.console.test_compare import soup
from tests.console.test_surveys import draft, send, told, trail


def choose(world, drawn, client=None, **words):
    return send(world, "survey_texts", client, part="question", drawn=drawn, **words)


def fill(world):
    """Thirty answers to numbers with words, and thirty to faces."""
    with world.inside():
        for number in range(30):
            world.answer(5 if number % 3 else 2)
        world.csat_version = a_version(world.csat.survey, has_faces=True)
        for number in range(35):  # more than to numbers
            world.answer(4 if number % 5 else 1, metric="faces")
        world.fold()


def test_faces_are_chosen_for_a_draft_and_published(acme):
    client = acme.client("manager")
    page = soup(client.get(acme.url("survey", acme.csat.pk)))
    assert [one["value"] for one in page.select("[name=drawn][checked]")] == ["words"]

    choose(acme, "faces", client)

    assert draft(acme).has_faces is True
    assert trail(acme) == [("survey.drafted", {"has_faces": False}, {"has_faces": True})]
    changes = told(client.get(acme.url("survey_publish", acme.csat.pk)))
    assert "Answered by numbers with words faces" in changes
    editor = soup(client.get(acme.url("survey", acme.csat.pk)))
    preview = editor.select_one("#preview iframe")["src"]
    assert client.get(preview).content.count(b"<svg") == 5
    assert client.get(f"{preview}/mail").content.count(b"data:image/png") == 5
    send(acme, "survey_publish", client)
    with acme.inside():
        assert acme.csat.survey.versions.latest("number").has_faces is True
    notes = told(client.get(acme.url("annotations")))
    assert "After help: faces instead of numbers" in notes


def test_words_that_are_saved_keep_how_it_is_answered(acme):
    choose(acme, "faces")
    send(acme, "survey_texts", part="mail", subject="About your call")
    assert (draft(acme).has_faces, draft(acme).wording) == (True, {"subject": "About your call"})
    choose(acme, "words")
    assert draft(acme).has_faces is False


def test_only_satisfaction_has_faces(acme):
    client = acme.client("owner")
    page = client.get(acme.url("survey", acme.nps.pk))
    assert soup(page).select("[name=drawn]") == []
    client.post(
        acme.url("survey_texts", acme.nps.pk), {"mark": "1.0", "part": "question", "drawn": "faces"}
    )
    with acme.inside():
        assert not acme.nps.survey.drafts.exists()


def test_an_anonymous_programme_cannot_ask_with_faces(acme):
    """Its answers keep no version: nobody could tell faces from numbers later."""
    with acme.inside():
        Programme.objects.filter(pk=acme.csat.pk).update(is_anonymous=True)
        mark, survey = working(acme.csat.survey).mark, acme.csat.survey_id
    page = acme.client("owner").get(acme.url("survey", acme.csat.pk))
    assert soup(page).select("[name=drawn]") == []
    choose(acme, "faces")
    editing = Editing(survey_id=survey, mark=mark, actor=MAYA)
    with acme.inside(), pytest.raises(WordingRefused):
        save_draft(editing=editing, content=Content(has_faces=True), now=acme.now)
    assert draft(acme).has_faces is False


@pytest.fixture
def program(acme):
    with acme.inside():
        wanted = Wanted(name="BI", scopes=[Scope.METRICS_READ, Scope.RESPONSES_READ])
        key = create_key(organisation_id=acme.id, wanted=wanted, actor=MAYA, now=acme.now)
    client, headers = Client(), {"Authorization": f"Bearer {key.text}"}
    return lambda address: client.get(f"/api/v1/{address}", headers=headers).json()


def test_page_export_and_api_give_the_same_digits_of_faces(acme, program):
    fill(acme)
    client = acme.client("viewer")
    page = soup(client.get(acme.url("overview")))
    card = page.find("h2", id="service-title").find_parent("section")
    aside = card.select_one(".aside").get_text(" ", strip=True)
    assert card.select_one("a.n").get_text() == "n = 30"
    assert card.select_one(".score b").get_text() == "67 %"

    shown = program("metrics/faces?touchpoint_kind=service")
    low, high = (round(shown["interval"][end]) for end in ("low", "high"))
    assert aside == (
        f"CSAT (faces) at service touchpoints {shown['shown']} % {low} to {high} %"
        f" n = {shown['n']} small sample"
    )
    assert (shown["metric"], shown["shown"], shown["n"]) == ("faces", 80, 35)
    stage = [one.get_text(" ", strip=True) for one in page.select(".journey .part .quiet.num")]
    assert stage == ["CSAT n = 30 , small sample", "CSAT (faces) n = 35 , small sample"]
    assert program("metrics/csat?touchpoint_kind=service")["shown"] == 67
    file = client.get(acme.url("overview_csv"))
    lines = csv.DictReader(b"".join(file.streaming_content).decode("utf-8-sig").splitlines())
    services = [
        (row["metric"], int(row["score"]), int(row["n"]))
        for row in lines
        if row["figure"] == "Service"
    ]
    assert services == [("CSAT", 67, 30), ("CSAT (faces)", 80, 35)]
    assert {one["metric"] for one in program("responses?limit=100")["items"]} == {"csat", "faces"}
    assert [one["metric"] for one in program("programmes")["items"]] == ["nps", "faces"]


@pytest.mark.parametrize("role", ["owner", "responder"])
def test_every_page_with_satisfaction_names_the_faces_beside_it(acme, globex, role):
    fill(acme)
    client = acme.client(role)
    for name, args in (
        ("overview", []),
        ("gap", []),
        ("journey", []),
        ("touchpoint", [acme.phone.pk]),
        ("touchpoints", []),
        ("definitions", []),
    ):
        assert "CSAT (faces)" in told(client.get(acme.url(name, *args))), name
    answers = client.get(f"{acme.url('responses')}?metric=faces&standing=counted")
    assert "35 answers" in told(answers)
    # Next door nobody uses faces, and no page speaks of them.
    theirs = globex.client("owner").get(globex.url("definitions"))
    assert "faces" not in told(theirs)


def options(page, field):
    return [one["value"] for one in page.select(f"select[name={field}] option")]


def test_faces_are_offered_only_where_they_are_asked_and_addresses_keep_working(acme, globex):
    with acme.inside():
        a_version(acme.csat.survey, has_faces=True)
    for world, is_offered in ((acme, True), (globex, False)):
        client = world.client("owner")
        for name in ("responses", "compare"):
            plain = soup(client.get(world.url(name)))
            assert ("faces" in options(plain, "metric")) is is_offered, name
            # A kept view or a link of somebody's may still name them.
            answer = client.get(world.url(name) + "?metric=faces")
            assert answer.status_code == 200
            chosen = soup(answer).select_one("select[name=metric] option[selected]")
            assert chosen["value"] == "faces"


@pytest.mark.parametrize("rows", [1, 3])
def test_companies_show_faces_beside_service_and_lead_to_them(
    acme, globex, rows, django_assert_num_queries
):
    with acme.inside():
        a_version(acme.csat.survey, has_faces=True)
        for number in range(rows):
            firm = acme.company(f"Firm {number}")
            person = acme.customer(f"Ida {number}", company=firm)
            for score in (5, 4, 4, 2, 1, 4):
                acme.answer(score, customer=person, metric="faces")
            acme.answer(1, customer=person)
        acme.fold()
    client = acme.client("responder")
    client.get(acme.url("companies"))
    with django_assert_num_queries(20):
        page = soup(client.get(acme.url("companies") + "?days=30"))

    cells = page.select("td[data-label='Service, CSAT (faces)']")
    assert len(cells) == rows
    link = cells[0].select_one("a")
    assert link.get_text() == "n = 6"
    assert "6 answers" in told(client.get(link["href"]))
    assert "CSAT (faces)" not in told(globex.client("owner").get(globex.url("companies")))
    assert globex.client("owner").get(acme.url("companies")).status_code == 404
