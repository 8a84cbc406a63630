"""Staff write down what a customer spoke: chosen, sent once, marked wherever it shows."""

from datetime import timedelta

import pytest

from accounts.models import AuditEntry
from surveys.models import Customer, Response
from tests.console.test_compare import soup
from tests.console.test_surveys import told


def about(world):
    return f"about={world.csat.pk}:{world.phone.pk}"


def sent(client, address, **said):
    """Fill in the form that the page shows and send it."""
    form = soup(client.get(address)).select_one("form:has([name=comment])")
    fields = {
        one["name"]: one.get("value", "") for one in form.select("input[name]:not([type=radio])")
    }
    return client.post(address, {**fields, "comment": "", **said})


def rows(world):
    with world.inside():
        return list(
            Response.objects.filter(origin="staff").values_list("score", "comment", "standing")
        )


def test_from_the_customers_page_to_the_answer(acme):
    with acme.inside():
        ada = acme.customer("Ada Okafor")
    client = acme.client("responder")
    start = soup(client.get(acme.url("customer", ada.pk))).select_one("a[href*='/spoken/']")["href"]
    choices = [one["href"] for one in soup(client.get(start)).select(".about-what a")]
    assert choices == [
        f"?about={acme.csat.pk}%3A{acme.phone.pk}&customer={ada.pk}",
        f"?about={acme.nps.pk}%3A&customer={ada.pk}",
    ]

    address = acme.url("spoken_new") + choices[0]
    answer = sent(client, address, score="2", comment="The queue was endless")

    page = told(client.get(answer["Location"]))
    assert rows(acme) == [(2, "The queue was endless", "spoken")]
    for said in ("not counted: told by voice", "Entered by staff Written down responder@"):
        assert said in page
    assert "told by voice" in told(client.get(acme.url("responses")))
    assert "told by voice" in told(client.get(acme.url("customer", ada.pk)))
    with acme.inside():
        acme.answer(5, customer=ada)
        acme.fold()
    assert "1 told to staff" in told(client.get(acme.url("overview")))
    assert "1 told to staff" in told(client.get(acme.url("touchpoint", acme.phone.pk)))


def test_the_same_form_twice_is_one_answer(acme):
    client, address = acme.client("owner"), f"{acme.url('spoken_new')}?{about(acme)}"
    first = sent(client, address, score="2", key="abcdefghijklmnop")
    again = sent(client, address, score="5", key="abcdefghijklmnop")
    assert first["Location"] == again["Location"]
    assert rows(acme) == [(2, "", "spoken")]


def test_from_a_touchpoint_the_customer_is_named_or_nobody(acme):
    client = acme.client("responder")
    with acme.inside():
        ada = acme.customer("Ada Okafor", "ada@mail.example", external_id="C-7")
        acme.customer("Ben", "family@mail.example")
        acme.customer("Eve", "family@mail.example")
        former = acme.customer("", "old@mail.example", external_id="C-1")
        merged = {"merged_into": ada, "merged_at": former.created_at, "name": ""}
        Customer.objects.filter(pk=former.pk).update(archived_at=former.created_at, **merged)
    place = soup(client.get(acme.url("touchpoint", acme.phone.pk)))
    address = place.select_one("a[href*='/spoken/']")["href"]

    for number, who in enumerate(("Ada@mail.example", "C-7", "old@mail.example", "C-1", "")):
        sent(client, address, score="4", who=who, key=f"abcdefghijklmnop{number}")
    refused = {
        who: told(sent(client, address, score="4", who=who, comment="kept words"))
        for who in ("nobody@mail.example", "family@mail.example")
    }

    with acme.inside():
        found = list(Response.objects.order_by("id").values_list("customer", flat=True))
    assert found == [ada.pk] * 4 + [None]
    assert "No customer has this address or id." in refused["nobody@mail.example"]
    assert "Several customers have this address." in refused["family@mail.example"]
    assert all("kept words" in page for page in refused.values())


@pytest.mark.parametrize(
    ("said", "problem"),
    [
        ({}, "Choose what the customer said."),
        ({"score": "6"}, "Select a valid choice."),
        ({"score": "2", "on": "2999-01-01"}, "This day has not come yet."),
        ({"score": "2", "comment": "a\u202eb"}, "characters that cannot be seen"),
    ],
)
def test_what_cannot_have_been_said_is_refused(acme, said, problem):
    answer = sent(acme.client("owner"), f"{acme.url('spoken_new')}?{about(acme)}", **said)
    assert (answer.status_code, problem in told(answer)) == (422, True)
    assert rows(acme) == []


def test_what_was_typed_is_not_lost_where_the_question_went_meanwhile(acme):
    client = acme.client("responder")
    address = f"{acme.url('spoken_new')}?{about(acme)}"
    with acme.inside():
        other = acme._programme("Visits", "transactional", "csat")[0]
    form = soup(client.get(address)).select_one("form:has([name=comment])")
    key = form.select_one("[name=key]")["value"]
    with acme.inside():
        type(other).objects.filter(pk=acme.csat.pk).update(archived_at=acme.now)

    said = {"key": key, "on": "2026-05-12", "score": "2", "comment": "Long </textarea> and exact"}
    answer = client.post(address, said)

    assert (answer.status_code, rows(acme)) == (422, [])
    assert "what is asked there changed meanwhile" in told(answer)
    assert soup(answer).select_one("#kept").get_text().strip() == "Long </textarea> and exact"
    assert [one.get_text() for one in soup(answer).select(".about-what a")] == [
        "Relationship", "Visits",
    ]  # fmt: skip
    assert client.get(address).status_code == 404


def test_removing_leaves_a_line_in_the_trail_and_nothing_else(acme):
    client = acme.client("responder")
    with acme.inside():
        hers = acme.answer(5)
    answer = sent(client, f"{acme.url('spoken_new')}?{about(acme)}", score="2")
    with acme.inside():
        spoken = Response.objects.get(origin="staff")

    assert "Remove it for good" in client.get(answer["Location"]).content.decode()
    assert "Remove it" not in client.get(acme.url("response", hers.pk)).content.decode()
    client.post(acme.url("spoken_remove", spoken.pk))
    client.post(acme.url("spoken_remove", hers.pk))

    with acme.inside():
        assert list(Response.objects.all()) == [hers]
        actions = list(AuditEntry.objects.order_by("id").values_list("action", flat=True))
    assert actions[-2:] == ["response.recorded", "response.removed"]


def test_viewers_and_outsiders_write_nothing_down(acme, globex):
    address = f"{acme.url('spoken_new')}?{about(acme)}"
    with acme.inside():
        ada = acme.customer("Ada Okafor")
    with globex.inside():
        theirs = globex.customer("Hank")
    said = {"score": "1", "comment": "x", "on": acme.now.date(), "key": "abcdefghijklmnop"}
    assert acme.client("viewer").post(address, said).status_code == 403
    assert globex.client("owner").post(address, said).status_code == 404
    # Nor can a member reach into the organisation next door.
    owner = acme.client("owner")
    assert owner.get(f"{address}&customer={theirs.pk}").status_code == 404
    foreign = f"{acme.url('spoken_new')}?about={globex.csat.pk}:{globex.phone.pk}"
    assert owner.post(foreign, said).status_code == 404
    assert owner.get(f"{address}&customer={ada.pk}").status_code == 200
    assert rows(acme) == rows(globex) == []


# --- how answers came -------------------------------------------------------------------------


def test_the_list_tells_how_answers_came_and_narrows_to_it(acme):
    client = acme.client("viewer")
    with acme.inside():
        acme.answer(5, "by link")
        acme.answer(4, "by link too", at=acme.now - timedelta(hours=3))
    assert soup(client.get(acme.url("responses"))).select(".ways") == []  # all came alike
    with acme.inside():
        acme.answer(9, "from a file", relational=True)

    ways = soup(client.get(f"{acme.url('responses')}?days=365")).select_one(".ways")
    assert ways.get_text(" ", strip=True) == "Came by: Personal link 2 , Import 1"
    narrowed = client.get(acme.url("responses") + ways.select("a")[1]["href"])
    assert [one.get_text(strip=True) for one in soup(narrowed).select("blockquote")] == [
        "from a file"
    ]
    here = soup(narrowed).select(".ways [aria-current]")
    assert [one.get_text(" ", strip=True) for one in here] == ["Import 1"]

    file = client.get(f"{acme.url('responses_csv')}?days=365&origin=import")
    lines = b"".join(file.streaming_content).decode("utf-8-sig").splitlines()
    assert [line.count("import") for line in lines[1:]] == [1]
    assert client.get(f"{acme.url('responses')}?origin=pigeon").status_code == 400
