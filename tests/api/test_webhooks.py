"""What the API refuses of webhooks, so that nobody waits for messages that never come."""

import pytest

from api.problems import Kind
from followup.models import WebhookEndpoint
from kit import tenancy
from tests.api.conftest import a_program
from tests.api.problem_documents import check_problem
from tests.builders import a_programme, a_touchpoint, a_webhook, an_organisation

pytestmark = pytest.mark.django_db


@pytest.fixture
def acme():
    return an_organisation()


def new(**more):
    return {"name": "Desk", "url": "https://hooks.example/", **more}


@pytest.mark.parametrize("noun", ["programme", "touchpoint"])
def test_a_filter_names_what_there_is(acme, noun):
    program = a_program(acme)
    globex = an_organisation("Globex")
    rows = {}
    for organisation in (acme, globex):
        with tenancy.organisation(organisation.pk):
            place = a_touchpoint(organisation)
            programme = a_programme(organisation, place)
        rows[organisation.pk] = {"programme": programme, "touchpoint": place}[noun]
    own, strange = (str(rows[one.pk].pk) for one in (acme, globex))
    made = program.post("/webhooks", new(**{f"{noun}_ids": [own]}))
    assert made.json()[f"{noun}_ids"] == [own]
    path = f"/webhooks/{made.json()['id']}"
    for wrong in ([strange], [own, "8000000000"]):
        said = {f"{noun}_ids": wrong}
        for answer in (program.post("/webhooks", new(**said)), program.patch(path, said)):
            check_problem(answer, Kind.INPUT_REFUSED)
            assert f"GET /api/v1/{noun}s lists them." in answer.json()["detail"]
    with tenancy.organisation(acme.pk):
        assert WebhookEndpoint.objects.count() == 1


@pytest.mark.parametrize(
    ("said", "known"),
    [
        ({"events": ["response.recieved"]}, "response.received"),
        ({"groups": ["bad"]}, "low, middle, high"),
        ({"detail": "all"}, "thin, answers, customers"),
    ],
)
def test_a_word_that_is_none_is_told_those_that_are(acme, said, known):
    answer = a_program(acme).post("/webhooks", new(**said))
    check_problem(answer, Kind.INVALID_INPUT)
    assert answer.json()["detail"].startswith("Expected one of: ")
    assert known in answer.json()["detail"]


@pytest.mark.parametrize("url", ["http://10.1.2.3/", "https://127.0.0.1/"])
def test_one_whose_network_is_named_no_more_is_told_so_and_can_be_paused(acme, url):
    with tenancy.organisation(acme.pk):
        path = f"/webhooks/{a_webhook(acme, url=url).pk}"
    program = a_program(acme)
    refused = program.patch(path, {"groups": ["low"]})
    check_problem(refused, Kind.INPUT_REFUSED)
    assert refused.json()["errors"][0]["pointer"] == "#/url"
    assert program.patch(path, {"is_paused": True}).json()["state"] == "paused"
    assert program.patch(path, {"url": "https://hooks.example/"}).status_code == 200
