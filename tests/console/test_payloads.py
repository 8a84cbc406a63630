"""Stored scripts through every text input: taken as text or refused, never as markup."""

import pytest
from bs4 import BeautifulSoup

from surveys.models import Response, ResponseRevision, Tag

PAYLOADS = [
    "<script>alert(1)</script>",
    "<img src=x onerror=alert(1)>",
    "<svg/onload=alert(1)>",
    "\"><script>alert(1)</script>",
    "' onmouseover='alert(1)",
    "\" autofocus onfocus=\"alert(1)",
    "</textarea><script>alert(1)</script>",
    "</title><script>alert(1)</script>",
    "</style><script>alert(1)</script>",
    "<a href=javascript:alert(1)>x</a>",
    "javascript:alert(1)",
    "<iframe srcdoc='<script>alert(1)</script>'>",
    "<math><mtext></mtext><script>alert(1)</script>",
    "{{7*7}}{% debug %}",
    "${alert(1)}",
    "<!--<img src=\"--><img src=x onerror=alert(1)//\">",
    "&lt;script&gt;alert(1)&lt;/script&gt;",
    "<mark>\x7f</mark>",
    "<ScRiPt>alert(1)</sCrIpT>",
    "<details open ontoggle=alert(1)>",
]  # fmt: skip


def nodes_of_payloads(answer):
    """What a payload would have made of the page: scripts without a file, handlers, odd links."""
    page = BeautifulSoup(answer.content, "html.parser")
    found = [one for one in page.find_all("script") if not one.get("src")]
    found += page.find_all(["iframe", "math", "object", "embed"])
    found += [one for one in page.find_all("img") if one.get("src") == "x"]
    for one in page.find_all(name=True):
        found += [name for name in one.attrs if name.startswith("on")]
        link = str(one.get("href") or one.get("action") or one.get("formaction") or "")
        found += [link] if link.strip().lower().startswith("javascript:") else []
    return [str(one)[:80] for one in found]


@pytest.fixture
def said(acme):
    """One answer for each payload, by a customer of that name, with all that staff can add."""
    with acme.inside():
        rows = [
            acme.answer(3, text, customer=acme.customer(text[:200], email=f"p{place}@mail.example"),
                        context={text[:60]: text})
            for place, text in enumerate(PAYLOADS)
        ]  # fmt: skip
        acme.fold()
    return [row.pk for row in rows]


def pages_of(world, ids):
    with world.inside():
        tag = Tag.objects.first()
    query = f"days=30&q=alert&tag={tag.pk}" if tag else "days=30&q=alert"
    yield world.url("responses") + "?" + query
    yield world.url("responses") + "?days=30&segment=<script>alert(1)</script>:x"
    yield world.url("responses") + "?days=30&q=" + "%3Cscript%3Ealert(1)%3C/script%3E"
    yield world.url("tags")
    yield world.url("audit")
    for pk in ids:
        yield world.url("response", pk)
    for pk in ids[:3]:
        yield world.url("response_amend", pk)


def test_payloads_through_every_form_of_corrections_show_as_text(acme, said):
    client = acme.client("owner")
    for place, (pk, text) in enumerate(zip(said, PAYLOADS, strict=True)):
        client.post(acme.url("responses_tag"), {"response": pk, "tag": text[:38] + str(place)})
        client.post(
            acme.url("response_amend", pk), {"score": "4", "comment": text * 2, "reason": text}
        )
        client.post(acme.url("responses_exclude"), {"response": pk, "reason": text})

    wrong = {page: nodes_of_payloads(client.get(page)) for page in pages_of(acme, said)}

    assert {page: nodes for page, nodes in wrong.items() if nodes} == {}
    with acme.inside():
        reasons = set(ResponseRevision.objects.exclude(reason="").values_list("reason", flat=True))
        assert reasons == set(PAYLOADS) - {"<mark>\x7f</mark>"}
        assert Response.objects.filter(standing="excluded").count() == len(PAYLOADS) - 1
        assert Tag.objects.count() == len(PAYLOADS) - 1


def test_what_a_form_refuses_comes_back_as_text(acme):
    with acme.inside():
        answered = acme.answer(3, "words")
    client = acme.client("owner")
    wrong = {}
    for text in PAYLOADS:
        sent = {"score": text, "comment": text, "reason": text * 20}
        answer = client.post(acme.url("response_amend", answered.pk), sent)
        wrong[text] = (answer.status_code, nodes_of_payloads(answer))
    assert wrong == dict.fromkeys(PAYLOADS, (422, []))


def test_the_check_itself_finds_what_it_looks_for():
    for text in PAYLOADS[:3] + PAYLOADS[9:10]:
        answer = type("Answer", (), {"content": f"<p>{text}</p>".encode()})
        assert nodes_of_payloads(answer), text
