"""An organisation with one of everything, and programs that call the API with a key."""

import copy
import json
from dataclasses import dataclass
from datetime import timedelta

import pytest
from django.test import Client

from accounts.actions.keys import Wanted, create_key
from accounts.rules.actors import Actor
from accounts.rules.scopes import Scope
from kit import clock, tenancy
from kit.turns import Places
from metrics.models import Annotation, Benchmark, Goal
from surveys.models import (
    Answer,
    Company,
    ResponseTag,
    SendingPause,
    Suppression,
    Tag,
    Wave,
)
from surveys.rules.questions import Kind, Question
from tests.builders import (
    NOW,
    a_choice,
    a_customer,
    a_programme,
    a_response,
    a_touchpoint,
    a_version,
    a_webhook,
    a_webhook_delivery,
    an_alert_rule,
    an_export,
    an_import,
    an_interaction,
    an_invitation,
    an_organisation,
)

OWNER = Actor(name="owner@staff.example")


@dataclass
class Program:
    """Calls the API as a program with this key would."""

    key: str
    client: Client

    def get(self, path, **headers):
        return self.client.get(f"/api/v1{path}", headers=self._headers(headers))

    def post(self, path, body=None, **headers):
        return self.send("post", path, json.dumps(body), **headers)

    def patch(self, path, body=None, **headers):
        return self.send("patch", path, json.dumps(body), **headers)

    def send(self, method, path, raw, content_type="application/json", **headers):
        return self.client.generic(
            method.upper(),
            f"/api/v1{path}",
            raw,
            content_type=content_type,
            headers=self._headers(headers),
        )

    def _headers(self, headers):
        own = {"Authorization": f"Bearer {self.key}"} if self.key else {}
        return {**own, **{name.replace("_", "-"): value for name, value in headers.items()}}


def a_key(organisation, name="Helpdesk", scopes=tuple(Scope), **wanted):
    with tenancy.organisation(organisation.pk):
        return create_key(
            organisation_id=organisation.pk,
            wanted=Wanted(name=name, scopes=scopes, **wanted),
            actor=OWNER,
            now=clock.now(),
        )


def a_program(organisation, **wanted):
    return Program(a_key(organisation, **wanted).text, Client())


@dataclass
class World:
    """One organisation and a row of each kind that the API shows."""

    organisation: object
    touchpoint: object
    programme: object
    customer: object
    interaction: object
    decision: object
    response: object
    anonymous: object
    company: object
    suppression: object
    invitation: object
    webhook: object
    delivery: object
    tag: object
    survey: object
    file: object
    alert: object
    export: object
    annotation: object
    benchmark: object
    pause: object
    wave: object


def a_world(name="Acme Mobile", word="acme"):
    """Every text a caller could see holds the word."""
    organisation = an_organisation(name)
    with tenancy.organisation(organisation.pk):
        touchpoint = a_touchpoint(organisation, f"{word}-billing")
        programme = a_programme(organisation, touchpoint, name=f"{word} support")
        anonymous = a_programme(organisation, metric="nps", name=f"{word} pulse", is_anonymous=True)
        company = Company.objects.create(
            organisation=organisation, name=f"{word} Ltd", created_at=NOW
        )
        customer = a_customer(
            organisation,
            f"{word}@mail.example",
            name=f"Ada {word}",
            external_id=f"{word}-1",
            properties={"plan": f"{word} plan"},
            company=company,
        )
        interaction = an_interaction(
            organisation, customer, touchpoint, source=word, subject=f"{word} bill"
        )
        invitation = an_invitation(
            organisation, programme, customer, interaction=interaction, touchpoint=touchpoint
        )
        version = a_version(programme.survey, Question(1, Kind.TEXT, f"{word} more?"), a_choice(2))
        response = a_response(
            organisation,
            programme,
            4,
            customer=customer,
            touchpoint=touchpoint,
            interaction=interaction,
            comment=f"{word} words",
            answered_at=NOW - timedelta(minutes=5),
        )
        suppression = Suppression.objects.create(
            organisation=organisation,
            address_key=f"never.{word}@mail.example",
            reason="staff",
            created_at=NOW,
        )
        webhook = a_webhook(organisation, name=f"{word} desk")
        delivery = a_webhook_delivery(webhook, body=f"{word} body", webhook_id=f"{word}-evt")
        own = {"organisation": organisation, "response": response}
        tag = Tag.objects.create(organisation=organisation, name=f"{word} tag", created_at=NOW)
        ResponseTag.objects.create(**own, tag=tag, tagged_at=NOW)
        header = [f"{word} mail", f"{word} name"]
        file = an_import({"organisation": organisation}, header=header, meanings=["email", "name"])
        chat = a_webhook(organisation, kind="chat", name=f"{word} chat")
        alert = an_alert_rule(organisation, name=f"{word} alert", chat=chat)
        export = an_export(organisation, name=f"{word}-responses", content=word.encode())
        measured = {"organisation": organisation, "made_at": NOW, "made_by": word}
        annotation = Annotation.objects.create(
            **measured, on_day=NOW.date(), text=f"{word} release", touchpoint=touchpoint
        )
        Goal.objects.create(**measured, card="service", value=80)
        benchmark = Benchmark.objects.create(
            **measured, card="service", value=78, source=f"{word} survey", year=2025,
            method=f"{word} panel", n=900,
        )  # fmt: skip
        pause = SendingPause.objects.create(
            organisation=organisation,
            reason=f"{word} outage",
            begins_at=NOW - timedelta(days=3),
            ends_at=NOW - timedelta(days=2),
            created_at=NOW,
        )
        wave = Wave.objects.create(
            organisation=organisation,
            programme=programme,
            kind=Wave.Kind.LISTED,
            customers=1,
            created_at=NOW,
            finished_at=NOW,
        )
        words, choice = version.questions.order_by("number")
        Answer.objects.create(**own, question=choice, picked=[2])
        Answer.objects.create(**own, question=words, words=f"{word} told")
    return World(
        organisation=organisation,
        touchpoint=touchpoint,
        programme=programme,
        customer=customer,
        interaction=interaction,
        decision=invitation.decision,
        response=response,
        anonymous=anonymous,
        company=company,
        suppression=suppression,
        invitation=invitation,
        webhook=webhook,
        delivery=delivery,
        tag=tag,
        survey=programme.survey,
        file=file,
        alert=alert,
        export=export,
        annotation=annotation,
        benchmark=benchmark,
        pause=pause,
        wave=wave,
    )


@pytest.fixture(scope="module")
def lasting_world(lasting_rows):
    """Made once for the tests of a module; each has a copy and leaves the rows as they were."""
    return lasting_rows and a_world()


@pytest.fixture
def world(lasting_world, db):
    return copy.deepcopy(lasting_world) or a_world()


@pytest.fixture(autouse=True)
def free_places(monkeypatch):
    """Whoever drops a file unread keeps its place until it is collected."""
    monkeypatch.setattr("api.v1.export_files.PLACES", Places(2))


@pytest.fixture
def program(world):
    return a_program(world.organisation)
