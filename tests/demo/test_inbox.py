"""The demo's inbox: what mails look like in it, and what a mail may not do there."""

import asyncio
import os
import time
from base64 import b64encode
from concurrent.futures import ThreadPoolExecutor
from email.message import EmailMessage
from mailbox import Maildir

import dns.asyncquery
import dns.message
import pytest
from bs4 import BeautifulSoup
from django.test import Client
from django.urls import include, path

from accounts.rules.senders import Verdict, judged_dkim, judged_spf
from cxapp.demo.inbox.server import tell_names

urlpatterns = [path("inbox/", include("cxapp.demo.inbox.urls"))]
PICTURE = b"\x89PNG"
HTML = "<html><script>stolen()</script><p>Well? <a href='http://x.example/s/abc?score=4'>4</a></p>"


@pytest.fixture
def box(settings, tmp_path):
    settings.ROOT_URLCONF = __name__
    settings.DEMO_INBOX = str(tmp_path / "inbox")
    return Maildir(tmp_path / "inbox")


@pytest.fixture
def client(box):
    return Client()


def put(box, subject="How did it go?", html=HTML, text="Well?\nhttp://x.example/s/abc\n", age=0):
    mail = EmailMessage()
    mail["From"] = "Acme Mobile <feedback@acme.example>"
    mail["To"] = "Zoë <zoe@customers.example>"
    mail["X-RcptTo"] = "zoe@customers.example"
    mail["Subject"] = subject
    mail.set_content(text)
    if html:
        mail.add_alternative(html, subtype="html")
    key = box.add(mail)
    then = time.time() - age
    os.utime(f"{box._path}/new/{key}", (then, then))
    return key


def read(answer):
    assert answer.status_code == 200
    return BeautifulSoup(answer.content, "html.parser")


def test_an_empty_inbox_says_what_brings_mail(client):
    page = read(client.get("/inbox/"))

    assert page.select_one(".none").text.startswith("No mail yet. Ask a customer")


def test_a_folder_that_is_not_there_yet_is_an_empty_inbox(client, settings, tmp_path):
    settings.DEMO_INBOX = str(tmp_path / "later")

    assert read(client.get("/inbox/")).select("li") == []


def test_mails_are_listed_newest_first_with_their_recipient(client, box):
    put(box, "second", age=60)
    put(box, "third", age=5)
    put(box, "first", age=600)

    page = read(client.get("/inbox/"))

    assert [entry.text for entry in page.select(".subject")] == ["third", "second", "first"]
    assert [entry.text for entry in page.select(".to")] == ["to zoe@customers.example"] * 3


def test_a_mail_is_shown_as_designed_in_a_frame_and_as_text_on_demand(client, box):
    key = put(box)

    designed = read(client.get(f"/inbox/{key}/"))
    text = read(client.get(f"/inbox/{key}/?part=text"))

    frame = designed.select_one("iframe")
    assert frame["src"] == f"/inbox/{key}/html"
    assert "allow-scripts" not in frame["sandbox"]
    assert "allow-same-origin" not in frame["sandbox"]
    assert [link["href"] for link in text.select("pre a")] == ["http://x.example/s/abc"]


def test_pictures_inside_a_mail_are_shown(client, box):
    mail = EmailMessage()
    mail.set_content("Well?")
    mail.add_alternative("<img src='cid:logo' alt='Acme'><img src='cid:gone'>", subtype="html")
    mail.get_payload()[1].add_related(PICTURE, "image", "png", cid="<logo>")

    shown = read(client.get(f"/inbox/{box.add(mail)}/html"))

    assert [one["src"] for one in shown.select("img")] == [
        f"data:image/png;base64,{b64encode(PICTURE).decode()}",
        "cid:gone",
    ]


def test_a_mail_without_html_is_shown_as_text(client, box):
    page = read(client.get(f"/inbox/{put(box, html='')}/"))

    assert page.select("iframe") == []
    assert page.select_one("pre").text.startswith("Well?")


def test_a_mail_may_show_itself_and_nothing_else(client, box):
    answer = client.get(f"/inbox/{put(box)}/html")
    policy = dict(
        part.strip().partition(" ")[::2] for part in answer["Content-Security-Policy"].split(";")
    )

    assert answer["X-Frame-Options"] == "SAMEORIGIN"
    assert policy == {
        "default-src": "'none'",
        "style-src": "'unsafe-inline'",
        "img-src": "'self' data:",
        "form-action": "'none'",
        "base-uri": "'self'",
        "frame-ancestors": "'self'",
        "sandbox": "allow-popups allow-popups-to-escape-sandbox"
        " allow-top-navigation-by-user-activation",
    }
    assert read(answer).select_one("base")["target"] == "_top"


@pytest.mark.parametrize("key", ["nope", "..%2Fsecret", "..", "%00", "a" * 3000])
@pytest.mark.parametrize("page", ["", "html"])
def test_unknown_mails_are_not_found(client, box, key, page):
    assert client.get(f"/inbox/{key}/{page}").status_code == 404


def test_the_inbox_is_not_mounted_outside_the_demo():
    assert Client().get("/inbox/").status_code == 404


def test_a_link_in_a_mail_opens_as_its_customer_would_see_it(box, live_server, page):
    """In Chromium: scripts of the mail do not run, and the link leaves the frame."""
    here = f"{live_server.url}/inbox/?from=mail"
    put(box, html=f"<p id=said>Well?</p><script>said.remove()</script><a href='{here}'>4</a>")
    page.goto(f"{live_server.url}/inbox/")

    page.get_by_text("How did it go?").click()
    frame = page.frame_locator("iframe")
    assert frame.locator("#said").inner_text() == "Well?"
    frame.get_by_text("4").click()
    page.wait_for_url(here)

    assert page.get_by_role("heading").inner_text() == "Inbox"


def test_new_mail_appears_without_a_reload(box, live_server, page):
    page.goto(f"{live_server.url}/inbox/")
    assert page.get_by_text("No mail yet").count() == 1

    put(box, "just now")

    page.get_by_text("just now").wait_for(timeout=10_000)


def test_the_inbox_answers_for_the_names_of_the_demo():
    asked = ("acme.example", "cx._domainkey.acme.example", "_dmarc.acme.example")

    async def replies():
        here = await tell_names(0)
        _, port = here.get_extra_info("sockname")
        found = []
        for name in asked:
            query = dns.message.make_query(name, "TXT")
            found.append(await dns.asyncquery.udp(query, "127.0.0.1", 5, port))
        here.close()
        return found

    with ThreadPoolExecutor(1) as line:  # a browser's loop may run in this thread
        found = line.submit(asyncio.run, replies()).result()
    assert [reply.rcode().name for reply in found] == ["NOERROR", "NOERROR", "NXDOMAIN"]
    spf, dkim = ([reply.answer[0][0].strings[0].decode()] for reply in found[:2])
    assert judged_spf("acme.example", spf, server="").verdict == Verdict.FOUND
    assert judged_dkim("acme.example", "cx", dkim).verdict == Verdict.FOUND
