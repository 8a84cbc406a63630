"""Words that want to be code, through every text input there is, stay words wherever they show."""

import csv
import json
import os
from datetime import timedelta
from io import StringIO

import pytest
from bs4 import BeautifulSoup
from django.core.management import call_command
from django.test import Client

from accounts.actions.keys import Wanted, create_key
from accounts.rules.scopes import Scope
from kit import tokens
from surveys.channels.invitations import NEEDED, written
from surveys.models import Answer, Company, Customer, Message, Response
from surveys.rules.questions import Kind, Question
from tests.builders import a_choice, a_version
from tests.console.conftest import MAYA
from tests.console.hostile import (
    ENDLESS,
    NODES,
    PAYLOADS,
    Filler,
    interaction,
    worded_forms,
)
from tests.console.test_crawl import LISTEN, NARROWEST, WIDEST, is_too_wide
from tests.console.test_in_browser import (
    addresses,
    complaints_of,
    signed_in,
    world,
)

__all__ = ["signed_in", "world"]  # the same organisation, the same browser
pytestmark = [pytest.mark.xdist_group("browser"), pytest.mark.timeout(600)]
ROUNDS = 6 if os.environ.get("FULL") else 2


def told_by_forms(world):
    """Send every form of every page; returns the fields that took words."""
    client, taken = world.client("owner"), set()
    words = [" ".join(PAYLOADS[place : place + 3]) for place in range(0, 80, 3)]
    filler = Filler([*words, ENDLESS])
    for _ in range(ROUNDS):
        for name, address in addresses(world).items():
            page = BeautifulSoup(client.get(address).content, "html.parser")
            for form in worded_forms(page):
                filler.filled = set()
                if sent(client, form, address, filler):
                    taken |= {(name, field) for field in filler.filled}
    return taken


def sent(client, form, address, filler):
    """Send a form; what is refused for its own rules (a colour) keeps what it had."""
    target = form.get("action") or address
    answer = client.post(target, filler.fill(form))
    if answer.status_code == 422:
        again = BeautifulSoup(answer.content, "html.parser")
        spare = {control["name"] for control in again.select(".is-invalid[name]")}
        answer = client.post(target, filler.fill(form, spare=spare))
        filler.filled -= spare
    assert answer.status_code < 500, (target, answer.content[:500])
    return answer.status_code in (200, 302)


def told_by_programs(world):
    """Report eighty interactions with words in every text of the call."""
    with world.inside():
        key = create_key(
            organisation_id=world.id,
            wanted=Wanted(name=f"Helpdesk {PAYLOADS[3]}", scopes=tuple(Scope)),
            actor=MAYA,
            now=world.now,
        )
    client, headers = Client(), {"Authorization": f"Bearer {key.text}"}
    for number, payload in enumerate(PAYLOADS):
        body = json.dumps(interaction(number, payload))
        answer = client.post(
            "/api/v1/interactions", body, content_type="application/json", headers=headers
        )
        assert answer.status_code in (200, 201), answer.content


def told_by_customers(world):
    """Answer four questions with twenty payloads each; the follow-ups are hostile, too."""
    with world.inside():
        open_one = Question(2, Kind.TEXT, PAYLOADS[12])
        choice = a_choice(1, "multiple", PAYLOADS[9], *PAYLOADS[13:16])
        world.csat_version = a_version(world.csat.survey, choice, open_one)
        people = [world.customer(f"Answering {number}") for number in range(4)]
        asked = [world.contact(person) for person in people]
    for number, invitation in enumerate(asked):
        link = f"/s/{tokens.sign('survey', invitation.pk)}"
        comment = " ".join(PAYLOADS[number * 20 : number * 20 + 20])
        client = Client()
        page = BeautifulSoup(client.get(f"{link}?score=4").content, "html.parser")
        fields = {one["name"]: one.get("value", "") for one in page.select("form input[name]")}
        why = BeautifulSoup(client.post(link, {**fields, "score": "4"}).content, "html.parser")
        words = {one["name"]: comment for one in why.select("textarea[name]")}
        fields = {one["name"]: one.get("value", "") for one in why.select("form input[name]")}
        client.post(why.form["action"], {**fields, **words})
    with world.inside():
        Response.objects.filter(invitation__in=asked).update(standing="counted")
        assert Response.objects.filter(comment__contains="data-xss", origin="invitation").count()
        for response in Response.objects.filter(invitation__in=asked):
            said = {"response": response, "organisation_id": world.id}
            for question in world.csat_version.questions.all():
                told = {"words": PAYLOADS[17]} if question.kind == "text" else {"picked": [1, 3]}
                Answer.objects.update_or_create(**said, question=question, defaults=told)
        assert Answer.objects.filter(words__contains="data-xss").exists()


def told_to_staff(world):
    """Write down what nine customers spoke, a name and a payload each."""
    client = world.client("owner")
    with world.inside():
        people = [world.customer(payload[:200]) for payload in PAYLOADS[::9]]
    about = f"{world.csat.pk}:{world.phone.pk}"
    for person in people:
        address = f"{world.url('spoken_new')}?about={about}&customer={person.pk}"
        page = BeautifulSoup(client.get(address).content, "html.parser")
        form = page.select_one("form:has([name=comment])")
        fields = {one["name"]: one.get("value", "") for one in form.select("input[name]")}
        words = {"score": "2", "comment": " ".join(PAYLOADS[person.pk % 60 :][:20])}
        assert client.post(address, {**fields, **words}).status_code == 302
    with world.inside():
        assert Response.objects.filter(origin="staff").count() == len(people)


def told_by_an_import(world, folder):
    """Bring eighty past answers with words in every column."""
    file = StringIO()
    rows = csv.writer(file)
    rows.writerow(["Answered at", "Score", "Comment", "Touchpoint", "ID", "Name", "team"])
    day = (world.now - timedelta(days=2)).isoformat()
    for number, payload in enumerate(PAYLOADS):
        rows.writerow([day, 4, payload, payload[:60], number, payload, payload])
    path = folder / "past.csv"
    path.write_text(file.getvalue())
    options = ["--organisation", world.slug, "--property", "team"]
    call_command("import_responses", path, *options, stdout=StringIO())


def also(world):
    """Pages of the rows that came in: not only of those the other tests look at."""
    with world.inside():
        customers = Customer.objects.filter(name__contains="data-xss").order_by("-id")
        answers = Response.objects.filter(comment__contains="data-xss").order_by("-id")
        rows = [("customer", customers), ("response", answers), ("company", Company.objects.all())]
        found = [
            world.url(name, pk)
            for name, some in rows
            for pk in some.values_list("pk", flat=True)[:4]
        ]
    words = [world.url("segment", "team", payload) for payload in PAYLOADS[10:40:9]]
    searched = [f"{world.url('responses')}?q=alert", f"{world.url('customers')}?q=%3Cimg"]
    return [*found, *words, *searched]


@pytest.fixture
def hostile(world, tmp_path):
    world.taken = told_by_forms(world)
    told_by_programs(world)
    told_by_an_import(world, tmp_path)
    told_by_customers(world)
    told_to_staff(world)
    with world.inside():
        world.fold()
    return world


def test_words_stay_words_and_no_page_breaks(hostile, signed_in):
    page = signed_in()
    page.add_init_script(LISTEN)
    complaints, dialogs = complaints_of(page), []
    page.context.on("dialog", lambda dialog: (dialogs.append(dialog.message), dialog.dismiss()))
    broken, told = {}, 0
    for address in [*addresses(hostile).values(), *also(hostile)]:
        page.goto(address)
        told += page.content().count("data-xss")
        found = {"nodes": page.evaluate(NODES), "refused": page.evaluate("window.refused")}
        found |= {size["width"]: is_too_wide(page, size) for size in (NARROWEST, WIDEST)}
        if problems := {name: what for name, what in found.items() if what}:
            broken[address] = problems
    found_in_mail = mails_of(hostile, page)

    assert broken == {}
    assert_a_file_is_no_page(hostile)
    assert (dialogs, complaints, found_in_mail) == ([], [], 0)
    assert told > 500  # the words are there to be read
    assert len(hostile.taken) > 20


def assert_a_file_is_no_page(world):
    """What is handed out as a file is saved, whatever the words in it look like."""
    answer = world.client("owner").get(world.url("responses_csv"))

    assert answer["Content-Type"].startswith("text/csv")
    assert answer["Content-Disposition"].startswith("attachment")
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert b"data-xss" in b"".join(answer.streaming_content)


def mails_of(world, page):
    """Open the mails that would go out in a browser that runs whatever they hold."""
    with world.inside():
        messages = Message.objects.select_related(*NEEDED).order_by("-id")[:3]
        bodies = [written(message, world.now) for message in messages]
    assert any("data-xss" in mail.html for mail in bodies)
    found, reader = 0, page.context.new_page()  # a mail reader has no content policy of ours
    for mail in bodies:
        reader.set_content(mail.html)
        found += reader.evaluate(NODES)
    return found
