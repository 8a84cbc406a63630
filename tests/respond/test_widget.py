"""The widget's addresses: which sites may speak to them, what counts, and of whom."""

import hmac
import json
import time
from base64 import urlsafe_b64encode
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from types import SimpleNamespace

import pytest
import time_machine
from django.db import DatabaseError, connection
from django.test import Client

from accounts.models import Organisation
from accounts.rules.actors import Actor
from accounts.rules.logos import read_logo
from kit import boxes, clock, recent, tenancy, tokens
from metrics.actions.folding import fold_answers
from metrics.models import CountedAnswer
from respond import crowds
from respond.widget import steps
from surveys.actions.erasing import erase_customer
from surveys.models import (
    Answer,
    Customer,
    PublicLink,
    Question,
    Response,
    ResponseRevision,
    Suppression,
    Widget,
)
from surveys.queries.asks import asks_of
from surveys.queries.candidates import addressees
from surveys.queries.suppressed import sealed_address
from surveys.queries.widgets import SECRET
from surveys.rules.identities import sign_identity
from tests.accounts.rules.test_logos import a_png
from tests.builders import (
    NOW,
    a_choice,
    a_customer,
    a_programme,
    a_touchpoint,
    a_version,
    a_widget,
    an_organisation,
)
from tests.respond.test_answering import happened, later

pytestmark = pytest.mark.django_db
SITE = "https://help.acme.example"
PAGE = "/help/bills"


@pytest.fixture
def opened(db):
    def opening(metric="nps", **fields):
        organisation = an_organisation()
        with tenancy.organisation(organisation.pk):
            touchpoint = a_touchpoint(organisation, topic="your bill", owner_team="Billing")
            programme = a_programme(organisation, touchpoint, metric=metric)
            widget, secret = a_widget(organisation, programme, touchpoint=touchpoint, **fields)
        token = tokens.sign("widget", widget.link_id)
        return SimpleNamespace(
            organisation=organisation,
            programme=programme,
            widget=widget,
            link_id=widget.link_id,
            secret=secret,
            token=token,
            address=f"/w/{token}",
        )

    return opening


@pytest.fixture
def help_pages(opened):
    return opened()


def call(client, here, step, body=None, *, origin=SITE, lang="", **more):
    headers = {"origin": origin} if origin is not None else {}
    address = f"{here.address}{step}{lang}"
    if body is None:
        return client.get(address, headers=headers, **more)
    return client.post(address, body, content_type="application/json", headers=headers, **more)


def ask(client, here, **body):
    answer = call(client, here, "/question", {"page": PAGE, **body})
    assert answer.status_code == 200, answer.content
    return answer.json()


def send(client, here, score=4, *, wait=5, asked=None, **more):
    """Open the widget, look at it for exactly so long, press Send."""
    signed = {"customer": more["customer"]} if "customer" in more else {}
    now = clock.now()
    with time_machine.travel(now, tick=False):
        asked = asked or ask(client, here, wanted=True, **signed)
    kept = {name: asked[name] for name in ("form", "shown")}
    with time_machine.travel(now + timedelta(seconds=wait), tick=False):
        return call(client, here, "/score", {**kept, "score": score, "page": PAGE, **more})


def signed(here, *, now=None, life=3600, secret=None, **claims):
    claims = {"exp": int((now or clock.now()).timestamp()) + life, **claims}
    return sign_identity(claims, secret or here.secret)


def stored(here):
    with tenancy.organisation(here.organisation.pk):
        return list(Response.objects.order_by("id").values_list("score", "standing", "comment"))


def only(here):
    with tenancy.organisation(here.organisation.pk):
        return Response.objects.select_related("customer").get()


# --- the way through ------------------------------------------------------------------------------


def test_the_way_from_the_question_to_thanks(customer, help_pages):
    told = call(customer, help_pages, "")
    assert told.json() == {
        "pages": ["/*"],
        "not": [],
        "delay": 0,
        "sample": 100,
        "rest": 90,
        "side": "right",
        "scheme": "auto",
    }
    asked = ask(customer, help_pages)
    assert asked["ask"] is True
    assert asked["question"].startswith("How likely are you to recommend Acme Mobile")
    assert [point["score"] for point in asked["points"]] == list(range(11))
    assert asked["points"][4]["send"] == "Send my 4"
    assert stored(help_pages) == []
    why = send(customer, help_pages, 4, asked=asked).json()
    assert (why["next"], why["heading"]) == ("why", "Thank you, your 4 is counted.")
    assert stored(help_pages) == [(4, "counted", "")]
    body = {"answer": why["answer"], "comment": ["Nobody called back."]}
    # Sent again because the thanks got lost on their way, they are said again.
    for _ in range(2):
        thanks = call(customer, help_pages, "/why", body)
        assert thanks.json()["heading"] == "Thank you for telling us. We read every answer."
    other = body | {"comment": ["Nobody wrote back."]}
    assert call(customer, help_pages, "/why", other).status_code == 404
    with later(61):
        assert call(customer, help_pages, "/why", body).status_code == 404
    row = only(help_pages)
    assert (row.score, row.standing, row.comment) == (4, "counted", "Nobody called back.")
    assert (row.origin, row.public_link_id, row.customer) == ("widget", help_pages.link_id, None)
    assert row.context == {"source": "Help pages", "page": PAGE}
    assert happened(help_pages) == ["response.received", "response.amended"]
    with tenancy.organisation(help_pages.organisation.pk):
        fold_answers(organisation_id=help_pages.organisation.pk, response_ids=[row.pk])
        assert [row.score for row in CountedAnswer.objects.all()] == [4]


@pytest.mark.parametrize(
    ("sent", "kept"),
    [
        ("/help?order=77#part", "/help"),
        ("/help/ada@mail.example/bill", "/help/…/bill"),
        ("/help/ada%40mail.example", "/help/…"),
        ("/" + "x" * 300, "/" + "x" * 199),
        ("/private/pay", None),
        ("/other", None),
        ("help", None),
        ("https://evil.example/help", None),
        ("/help\u202e", None),
        (7, None),
    ],
)
def test_the_page_is_kept_without_what_may_name_somebody(customer, opened, sent, kept):
    here = opened(pages=["/help*", "/x*"], not_pages=["/private/*"])
    assert send(customer, here, page=sent).status_code == 200
    assert only(here).context.get("page") == kept


def test_questions_of_the_score_and_a_feeling_are_kept(customer, opened):
    here = opened("csat")
    with tenancy.organisation(here.organisation.pk):
        version = a_version(
            here.programme.survey, a_choice(), a_choice(2, "text", "And what else?")
        )
        choice, words = Question.objects.filter(survey_version=version).order_by("position")
    why = send(customer, here, 2).json()
    assert [one["id"] for one in why["questions"]] == [choice.pk, words.pk]
    body = {"answer": why["answer"], f"c{choice.pk}": ["1"], f"t{words.pk}": ["The queue."]}
    assert call(customer, here, "/why", body).json()["next"] == "thanks"
    with tenancy.organisation(here.organisation.pk):
        kept = Answer.objects.order_by("question_id").values_list("picked", "words")
        assert [(list(picked), said) for picked, said in kept] == [([1], ""), ([], "The queue.")]


def test_faces_are_drawn_and_named_by_their_words(customer, opened):
    here = opened("faces")
    asked = ask(customer, here)
    assert [bool(point["face"]) for point in asked["points"]] == [True] * 5
    assert asked["points"][3]["send"] == "Send"
    told = send(customer, here, 4).json()
    assert told["heading"] == "Thank you, your “Satisfied” is counted."
    with tenancy.organisation(here.organisation.pk):
        assert Response.objects.get().metric == "faces"


def test_it_speaks_the_browsers_language_and_the_one_that_is_chosen(customer, help_pages):
    german = customer.post(
        f"{help_pages.address}/question",
        {},
        content_type="application/json",
        headers={"origin": SITE, "accept-language": "de-AT,fr;q=0.5"},
    )
    told = german.json()
    assert (told["lang"], told["dir"], told["close"]) == ("de", "ltr", "Schließen")
    assert len(told["languages"]) == 14
    hebrew = call(customer, help_pages, "/question", {}, lang="?lang=he").json()
    assert (hebrew["lang"], hebrew["dir"]) == ("he", "rtl")


@pytest.mark.parametrize("words", ["<script>alert(1)</script>", "'; DROP TABLE--", "\u202eabc"])
def test_hostile_words_stay_words_or_are_shown_back(customer, help_pages, words):
    why = send(customer, help_pages).json()
    answer = call(customer, help_pages, "/why", {"answer": why["answer"], "comment": words})
    if words.startswith("\u202e"):
        assert answer.status_code == 400
        assert "cannot be seen" in answer.json()["problem"]
        assert answer.json()["words"] == {"comment": words[1:]}
        assert only(help_pages).comment == ""
    else:
        assert only(help_pages).comment == words


# --- which sites ----------------------------------------------------------------------------------

OTHERS = [
    "https://evil.example",
    "http://help.acme.example",
    "https://help.acme.example:8443",
    "https://help.acme.example.evil.example",
    "https://acme.example",
    "https://HELP.acme.example",
    "https://help.acme.example/",
    "null",
    "",
]


@pytest.mark.parametrize("origin", OTHERS)
def test_no_other_site_can_read_or_send(customer, help_pages, origin):
    asked = ask(customer, help_pages)
    body = {"form": asked["form"], "shown": asked["shown"], "score": 4, "page": PAGE}
    for step in ("/question", "/score", "/why"):
        refused = call(customer, help_pages, step, body, origin=origin)
        assert refused.status_code == 403
        before = customer.options(f"{help_pages.address}{step}", headers={"origin": origin})
        assert before.status_code == 403
        for answer in (refused, before):
            assert "Access-Control-Allow-Origin" not in answer
            assert "Access-Control-Allow-Methods" not in answer
            assert answer["Vary"] == "Origin"
    if origin:
        assert call(customer, help_pages, "", origin=origin).status_code == 403
    assert stored(help_pages) == []


def test_without_an_origin_nothing_can_be_sent(customer, help_pages):
    assert call(customer, help_pages, "/score", {"score": 4}, origin=None).status_code == 403
    assert "Access-Control-Allow-Origin" not in call(customer, help_pages, "", origin=None)


def test_its_own_sites_may_ask_first_and_send(customer, opened):
    here = opened(origins=[SITE, "http://localhost:8123"])
    for origin in here.widget.origins:
        before = customer.options(
            f"{here.address}/score",
            headers={"origin": origin, "access-control-request-method": "POST"},
        )
        told = {name: before.get(name) for name in before.headers if name.startswith("Access")}
        assert (before.status_code, before["Vary"], told) == (
            204,
            "Origin",
            {
                "Access-Control-Allow-Origin": origin,
                "Access-Control-Allow-Methods": "POST",
                "Access-Control-Allow-Headers": "content-type",
                "Access-Control-Max-Age": "600",
                "Access-Control-Expose-Headers": "Retry-After",
            },
        )
        answer = call(customer, here, "/question", {}, origin=origin)
        assert (answer["Access-Control-Allow-Origin"], answer["Vary"]) == (origin, "Origin")
        assert "Access-Control-Allow-Credentials" not in answer


@pytest.mark.parametrize(
    "kind", ["text/plain", "application/x-www-form-urlencoded", "multipart/form-data; boundary=x"]
)
def test_what_a_form_of_any_page_could_send_is_refused(customer, help_pages, kind):
    asked = ask(customer, help_pages)
    body = json.dumps({"form": asked["form"], "shown": asked["shown"], "score": 4})
    answer = customer.generic(
        "POST", f"{help_pages.address}/score", body, kind, headers={"origin": SITE}
    )
    assert (answer.status_code, stored(help_pages)) == (415, [])


@pytest.mark.parametrize(
    ("body", "status"),
    [
        (" ", 400),
        ("[]", 400),
        ('"x"', 400),
        ("{", 400),
        ('{"score": NaN}', 400),
        ("[" * 100_000, 400),
        ('{"form": "\\ud800", "score": 4}', 400),
        (b'{"form": "\xff"}', 400),
        ("{}", 400),
        ('{"score": 4}', 400),
        ('{"score": "4", "form": "' + "a" * 22 + '"}', 400),
        ('{"score": true, "form": "' + "a" * 22 + '"}', 400),
        ('{"score": 11, "form": "' + "a" * 22 + '"}', 400),
        ('{"score": 4, "form": "' + "/" * 22 + '"}', 400),
        ('{"comment": "' + "x" * 1_100_000 + '"}', 413),
    ],
)
def test_what_is_no_sending_is_refused_with_a_sentence(customer, help_pages, body, status):
    answer = customer.generic(
        "POST", f"{help_pages.address}/score", body, "application/json", headers={"origin": SITE}
    )
    assert answer.status_code == status
    assert answer.json()["problem"].startswith("Not sent")
    assert answer["Access-Control-Allow-Origin"] == SITE
    assert stored(help_pages) == []


def test_every_answer_is_sealed_and_brings_no_cookie(customer, help_pages):
    for method in ("GET", "HEAD", "POST", "PUT", "DELETE", "OPTIONS", "TRACE"):
        for step in ("", "/question", "/score", "/why", "/nothing"):
            for origin in (SITE, "https://evil.example"):
                answer = customer.generic(
                    method,
                    help_pages.address + step,
                    "{}",
                    "application/json",
                    headers={"origin": origin},
                )
                told = (method, step, origin, answer.status_code)
                assert answer.status_code in (200, 204, 400, 403, 404, 405), told
                assert not answer.cookies, told
                assert "Set-Cookie" not in answer.headers, told
                is_kept = told[:3] in [("GET", "", SITE), ("HEAD", "", SITE)]
                assert answer["Cache-Control"] == (
                    "public, max-age=300" if is_kept else "no-store"
                ), told
                assert answer["X-Robots-Tag"] == "noindex, nofollow", told
                assert answer["Referrer-Policy"] == "no-referrer", told
                assert answer["X-Content-Type-Options"] == "nosniff", told
                assert answer["Content-Security-Policy"].startswith("default-src 'none'"), told


@pytest.mark.parametrize("token", ["x", "w" * 30, "é", "1.1.1.1.x"])
def test_a_guess_and_another_kind_of_link_are_nothing(customer, help_pages, token):
    other = tokens.sign("public link", help_pages.link_id)
    for guess in (token, other):
        assert customer.get(f"/w/{guess}").status_code == 404
        assert customer.post(f"/w/{guess}/score", {}, headers={"origin": SITE}).status_code == 403
    assert customer.get(f"/l/{help_pages.token}").status_code == 404


@pytest.mark.parametrize("field", ["revoked_at", "closes_at"])
def test_a_closed_widget_asks_nobody_and_takes_nothing(customer, help_pages, field):
    asked = ask(customer, help_pages)
    why = send(customer, help_pages, asked=asked).json()
    with tenancy.organisation(help_pages.organisation.pk):
        PublicLink.objects.filter(pk=help_pages.link_id).update(**{field: clock.now()})
    assert call(customer, help_pages, "").status_code == 404
    assert call(customer, help_pages, "/question", {}).status_code == 404
    assert send(customer, help_pages, asked=asked).status_code == 404
    # Whoever answered before may still say why.
    body = {"answer": why["answer"], "comment": "Slow."}
    assert call(customer, help_pages, "/why", body).status_code == 200
    assert stored(help_pages) == [(4, "counted", "Slow.")]


def test_words_go_to_the_answer_they_are_signed_for_and_no_other(customer, opened):
    here, there = opened(), opened()
    mine = send(customer, here).json()["answer"]
    assert call(customer, there, "/why", {"answer": mine, "comment": "x"}).status_code == 404
    forged = mine[:-1] + ("A" if mine[-1] != "A" else "B")
    assert call(customer, here, "/why", {"answer": forged, "comment": "x"}).status_code == 404
    assert stored(here) == [(4, "counted", "")]


def test_when_storing_fails_the_words_can_be_sent_again(customer, help_pages, monkeypatch):
    asked = ask(customer, help_pages)

    def failing(**_values):
        raise DatabaseError("gone")

    monkeypatch.setattr(steps, "record_open_score", failing)
    answer = send(customer, help_pages, asked=asked)
    assert answer.status_code == 503
    assert answer["Access-Control-Allow-Origin"] == SITE
    assert answer.json()["problem"] == (
        "Not sent. Your words are still here. Please press Send again."
    )
    monkeypatch.setattr(steps, "asked_openly", failing)
    unopened = call(customer, help_pages, "/question", {"wanted": True})
    assert unopened.json()["problem"] == "We cannot open this question right now."


# --- machines and crowds --------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("wait", "more", "rule"),
    [(5, {"note_2": "x"}, "trap"), (0.2, {}, "too_quick"), (5, {"shown": ""}, "no_form")],
)
def test_a_suspect_is_asked_for_one_more_tap_that_counts(customer, help_pages, wait, more, rule):
    with time_machine.travel(clock.now(), tick=False):
        asked = ask(customer, help_pages)
        doubted = send(customer, help_pages, asked=asked, wait=wait, **more).json()
    assert doubted["next"] == "again"
    assert doubted["heading"] == "One more tap so that we know it was you:"
    row = only(help_pages)
    assert (row.standing, row.standing_reason) == ("suspect", rule)
    with later(10):
        again = {**asked, **doubted}
        assert send(customer, help_pages, asked=again).json()["next"] == "why"
    assert stored(help_pages) == [(4, "counted", "")]


def test_one_form_sent_twice_is_one_answer(customer, help_pages):
    asked = ask(customer, help_pages)
    for score in (4, 4, 6):
        send(customer, help_pages, score, asked=asked)
    assert stored(help_pages) == [(6, "counted", "")]


def test_exactly_as_many_of_one_network_as_there_is_room_for(customer, help_pages, monkeypatch):
    monkeypatch.setattr(crowds, "MOST_BY_NETWORK", 3)
    statuses = [send(customer, help_pages).status_code for _ in range(5)]
    assert statuses == [200, 200, 200, 429, 429]
    refused = send(customer, help_pages)
    assert 0 < int(refused["Retry-After"]) <= 3600
    assert "many answers are arriving" in refused.json()["problem"]
    body = {**ask(customer, help_pages), "score": 4}
    other = call(customer, help_pages, "/score", body, REMOTE_ADDR="203.0.113.9")
    assert other.status_code == 200
    assert len(stored(help_pages)) == 4


def test_without_valkey_nothing_is_let_in(customer, help_pages, settings):
    asked = ask(customer, help_pages)
    settings.CACHES = {"default": {**settings.CACHES["default"], "LOCATION": "redis://127.0.0.1:1"}}
    recent.forget_connection()
    assert send(customer, help_pages, asked=asked).status_code == 503
    assert stored(help_pages) == []


# --- who it is ------------------------------------------------------------------------------------


def test_somebody_signed_for_is_known_and_answers_as_herself(customer, help_pages):
    with tenancy.organisation(help_pages.organisation.pk):
        ada = a_customer(
            help_pages.organisation,
            "ada@mail.example",
            external_id="c-42",
            language="de",
            properties={"plan": "Basic", "source": "hers"},
        )
    hers = signed(help_pages, sub="c-42")
    # She reads her own language, whatever this browser likes, and so does the answer say.
    english = Client(headers={"accept-language": "en"})
    asked = ask(english, help_pages, customer=hers)
    doubted = send(english, help_pages, asked=asked, customer=hers, wait=0.1).json()
    told = send(english, help_pages, asked=asked, customer=hers).json()
    thanks = call(english, help_pages, "/why", {"answer": told["answer"]}).json()
    assert [asked["lang"], doubted["heading"][:8], told["heading"][:5], thanks["heading"][:5]] == [
        "de", "Bitte no", "Viele", "Viele",
    ]  # fmt: skip
    assert told["next"] == "why"
    row = only(help_pages)
    assert (row.customer_id, row.origin, row.standing) == (ada.pk, "widget", "counted")
    assert row.context == {"plan": "Basic", "source": "Help pages", "page": PAGE}
    assert row.language == "de"


def test_only_somebody_signed_for_is_asked_whether_we_may_contact_her(customer, help_pages):
    with tenancy.organisation(help_pages.organisation.pk):
        a_customer(help_pages.organisation, "ada@mail.example", external_id="c-42")
        a_version(help_pages.programme.survey, asks_why=False, asks_contact=True)
    hers = {"customer": signed(help_pages, sub="c-42")}
    why = send(customer, help_pages, 4, **hers).json()
    assert why["contact"] == "May someone from Acme Mobile contact you about this?"
    assert [one for one, _ in why["contacts"]] == ["email", "phone", "no"]
    body = {"answer": why["answer"], "contact": ["phone"]}
    assert call(customer, help_pages, "/why", body).json()["next"] == "thanks"
    assert only(help_pages).contact == "phone"
    with tenancy.organisation(help_pages.organisation.pk):
        kept = ResponseRevision.objects.order_by("number").values_list("contact", flat=True)
        assert list(kept) == ["", "phone"]
    again = {"answer": why["answer"], "contact": ["no"]}
    assert call(customer, help_pages, "/why", again).status_code == 404, "it was said already"


def test_who_is_not_known_is_not_asked_for_a_contact_and_cannot_send_one(customer, help_pages):
    with tenancy.organisation(help_pages.organisation.pk):
        a_version(help_pages.programme.survey, asks_why=True, asks_contact=True)
    why = send(customer, help_pages, 4).json()
    assert (why["contact"], why["contacts"]) == ("", [])
    body = {"answer": why["answer"], "comment": ["Slow."], "contact": ["phone"]}
    call(customer, help_pages, "/why", body)
    assert (only(help_pages).comment, only(help_pages).contact) == ("Slow.", "")


def test_the_logo_comes_with_the_question(customer, help_pages):
    assert ask(customer, help_pages)["logo"] is None
    logo = read_logo(a_png())
    with tenancy.organisation(help_pages.organisation.pk):
        Organisation.objects.update(logo=logo.text)
    told = ask(customer, help_pages)["logo"]
    assert told == {"png": logo.text, "width": logo.shown[0], "height": logo.shown[1]}


def test_somebody_new_is_made_when_she_answers_and_not_before(customer, help_pages):
    said = signed(help_pages, sub="c-77", email="new@mail.example", name="Noor")
    asked = ask(customer, help_pages, customer=said)
    with tenancy.organisation(help_pages.organisation.pk):
        assert not Customer.objects.exists()
    send(customer, help_pages, asked=asked, customer=said)
    made = only(help_pages).customer
    assert (made.external_id, made.email, made.name) == ("c-77", "new@mail.example", "Noor")


def _forged(here):
    good = signed(here, sub="c-42")
    header, claims, signature = good.split(".")
    none = sign_identity({}, "x").split(".")[0].replace("SFMyNTY", "bm9uZQ")
    other = sign_identity({"sub": "c-43", "exp": time.time() + 600}, "x").split(".")[1]
    return {
        "another secret": signed(here, sub="c-42", secret="guess"),
        "an empty secret": signed(here, sub="c-42", secret=" "),
        "another claim": f"{header}.{other}.{signature}",
        "no signature": f"{header}.{claims}.",
        "no algorithm": f"{none}.{claims}.",
        "another algorithm": _signed_under({"alg": "HS512"}, claims, here.secret),
        "cut": good[:-2],
        "not signed": "c-42",
        "expired": signed(here, sub="c-42", life=-1),
        "for ever": signed(here, sub="c-42", life=86_400 * 3),
        "nobody": signed(here),
        "a number": signed(here, sub=42),
        "no line": signed(here, sub="c\n42"),
        "no address": signed(here, email="ada"),
        "two addresses": signed(here, email="ada,eve@mail.example"),
        "half an address": signed(here, email="ada @mail.example"),
        "infinite": sign_identity({"sub": "c-42", "exp": 10**400}, here.secret),
        "no end": sign_identity({"sub": "c-42"}, here.secret),
        "a truth": sign_identity({"sub": "c-42", "exp": True}, here.secret),
        "long": signed(here, sub="c-42", more="x" * 3000),
    }


def _signed_under(header, claims, secret):
    text = f"{urlsafe_b64encode(json.dumps(header).encode()).decode().rstrip('=')}.{claims}"
    signature = hmac.digest(secret.encode(), text.encode(), "sha256")
    return f"{text}.{urlsafe_b64encode(signature).decode().rstrip('=')}"


def test_who_is_not_signed_for_is_not_believed_and_not_personal(customer, help_pages):
    with tenancy.organisation(help_pages.organisation.pk):
        a_customer(help_pages.organisation, "ada@mail.example", external_id="c-42")
    forged = _forged(help_pages)
    for how, text in forged.items():
        asked = ask(customer, help_pages, customer=text)
        assert asked["refused"], how
        assert send(customer, help_pages, asked=asked, customer=text).status_code == 200, how
    with tenancy.organisation(help_pages.organisation.pk):
        rows = list(Response.objects.values_list("customer", "origin"))
        assert Customer.objects.count() == 1
    assert rows == [(None, "widget")] * len(forged)


def test_a_copied_signature_brings_no_second_answer(customer, help_pages):
    said = signed(help_pages, sub="c-42", life=80_000)
    first = ask(customer, help_pages, customer=said)
    second = ask(customer, help_pages, customer=said)  # loaded before she answered
    assert send(customer, help_pages, 9, asked=first, customer=said).status_code == 200
    assert ask(customer, help_pages, customer=said) == {"ask": False}
    assert send(customer, help_pages, 0, asked=second, customer=said).status_code == 404
    assert send(customer, help_pages, 8, asked=first, customer=said).status_code == 200
    assert [score for score, *_ in stored(help_pages)] == [8]
    with tenancy.organisation(help_pages.organisation.pk):
        type(help_pages.programme).objects.update(rest_days=1)  # the widget's own rest goes on
    with time_machine.travel(clock.now() + timedelta(days=89)):
        again = signed(help_pages, sub="c-42")
        assert ask(customer, help_pages, customer=again) == {"ask": False}
    with time_machine.travel(clock.now() + timedelta(days=91)):
        again = signed(help_pages, sub="c-42")
        assert send(customer, help_pages, 3, customer=again).status_code == 200
    assert [score for score, *_ in stored(help_pages)] == [8, 3]


def test_a_suspect_is_no_answer_that_rests(customer, help_pages):
    said = signed(help_pages, sub="c-42")
    assert send(customer, help_pages, customer=said, wait=0.1).json()["next"] == "again"
    assert ask(customer, help_pages, customer=said)["ask"] is True
    assert send(customer, help_pages, 7, customer=said).json()["next"] == "why"


def test_what_she_wished_and_was_asked_holds_on_pages_too(customer, help_pages):
    organisation = help_pages.organisation
    with tenancy.organisation(organisation.pk):
        a_customer(organisation, "ada@mail.example", external_id="c-42")
    said = signed(help_pages, sub="c-42")
    assert ask(customer, help_pages, customer=said)["ask"] is True
    with tenancy.organisation(organisation.pk):
        Suppression.objects.create(
            organisation=organisation,
            address_key="ada@mail.example",
            reason="opted_out",
            created_at=NOW,
        )
    assert ask(customer, help_pages, customer=said) == {"ask": False}
    with tenancy.organisation(organisation.pk):
        Customer.objects.filter(external_id="c-42").update(
            external_id=None, email="", address_key="", name="", erased_at=clock.now()
        )
        Suppression.objects.update(address_key=sealed_address("ada@mail.example"))
    said = signed(help_pages, sub="c-42", email="Ada@mail.example")
    assert ask(customer, help_pages, customer=said) == {"ask": False}
    # Whoever asks for it herself may speak.
    assert ask(customer, help_pages, customer=said, wanted=True)["ask"] is True


def test_an_answer_by_the_widget_counts_as_asked_for_mails(customer, help_pages):
    send(customer, help_pages, customer=signed(help_pages, sub="c-42"))
    row, now = only(help_pages), clock.now()
    with tenancy.organisation(help_pages.organisation.pk):
        known = asks_of(addressees([row.customer_id]), now - timedelta(days=300), now)
    (asked,) = known.by_person[row.customer_id]
    assert (asked.at, asked.programme_id) == (row.answered_at, help_pages.programme.pk)


def test_erasing_her_leaves_no_page_and_no_key_with_the_answer(customer, help_pages):
    send(customer, help_pages, customer=signed(help_pages, sub="c-42", email="ada@mail.example"))
    row = only(help_pages)
    with tenancy.organisation(help_pages.organisation.pk):
        erase_customer(
            customer_id=row.customer_id, tracked=[], actor=Actor(name="maya"), now=clock.now()
        )
    left = only(help_pages)
    assert (left.score, left.standing, left.context) == (4, "counted", {})
    assert left.origin_key.startswith("gone:")


def test_after_a_new_secret_the_old_one_holds_until_its_day(customer, help_pages):
    with tenancy.organisation(help_pages.organisation.pk):
        Widget.objects.filter(pk=help_pages.widget.pk).update(
            secret_before=help_pages.widget.secret,
            secret_before_until=clock.now() + timedelta(days=1),
            secret=boxes.lock(SECRET, "the new one"),
        )
    old, new = signed(help_pages, sub="c-1"), signed(help_pages, sub="c-2", secret="the new one")
    assert [ask(customer, help_pages, customer=one)["refused"] for one in (old, new)] == ["", ""]
    with time_machine.travel(clock.now() + timedelta(days=1, hours=1)):
        old = signed(help_pages, sub="c-1")
        assert "not of this widget's secret" in ask(customer, help_pages, customer=old)["refused"]


def test_what_is_stored_of_the_secret_opens_nothing(help_pages):
    with tenancy.organisation(help_pages.organisation.pk):
        row = Widget.objects.values().get()
    assert help_pages.secret not in json.dumps(row, default=str)


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("is_known", [False, True])
def test_twenty_at_once_signed_for_one_are_one_answer(customer, help_pages, is_known):
    if is_known:
        with tenancy.organisation(help_pages.organisation.pk):
            a_customer(help_pages.organisation, external_id="c-42")
    said = signed(help_pages, sub="c-42")
    asked = [ask(customer, help_pages, customer=said) for _ in range(20)]

    def sender(number):
        try:
            return call(
                Client(),
                help_pages,
                "/score",
                {**asked[number], "score": number % 11, "page": PAGE, "customer": said},
            ).status_code
        finally:
            connection.close()

    with later(), ThreadPoolExecutor(20) as pool:
        statuses = sorted(pool.map(sender, range(20)))
    assert statuses == [200] + [404] * 19
    assert len(stored(help_pages)) == 1
    with tenancy.organisation(help_pages.organisation.pk):
        assert (Customer.objects.count(), ResponseRevision.objects.count()) == (1, 1)
