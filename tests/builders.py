"""Rows for tests, made as the product makes them; call inside `kit.tenancy.organisation`."""

from datetime import UTC, datetime, timedelta
from itertools import count

from django.db import connection

from accounts.models import AuditEntry, Membership, Organisation, User
from followup.models import AlertRecipient, AlertRule, WebhookDelivery, WebhookEndpoint
from followup.queries.endpoints import ADDRESS
from followup.queries.endpoints import SECRET as WEBHOOK_SECRET
from kit import boxes, clock, tenancy
from kit.texts import address_key
from reports.models import ExportJob, ExportPart
from surveys.actions.publishing import write_version
from surveys.models import (
    Customer,
    Import,
    ImportRow,
    Interaction,
    Invitation,
    Journey,
    Message,
    Programme,
    PublicLink,
    Response,
    Stage,
    Survey,
    SurveyVersion,
    Touchpoint,
    Widget,
)
from surveys.models.programmes import ProgrammeTouchpoint
from surveys.queries.widgets import SECRET
from surveys.rules.contents import Content
from surveys.rules.doubts import Signs
from surveys.rules.metrics import Metric
from surveys.rules.questions import Kind, Option, Question

NOW = datetime(2026, 5, 12, 9, 30, tzinfo=UTC)  # a Tuesday
# What sendings show: nothing odd; the one more tap; the hidden field filled in.
PLAIN = Signs()
CONFIRMED = Signs(is_again=True)
MACHINE = Signs(touched_trap=True)
_numbers = count(1)


def an_organisation(name="Acme Mobile", **fields):
    """An organisation; enters it only to write the row."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT nextval(pg_get_serial_sequence('accounts_organisation', 'id'))")
        (row_id,) = cursor.fetchone()
    with tenancy.organisation(row_id):
        fields = {"slug": f"acme-{row_id}", "created_at": NOW, **fields}
        return Organisation.objects.create(id=row_id, name=name, **fields)


def a_user(email=None, password=None, **fields):
    return User.objects.create_user(
        email or f"user{next(_numbers)}@staff.example", password, **fields
    )


def a_member(organisation, role="owner", user=None, **fields):
    """A membership; enters the organisation only to write the row."""
    with tenancy.organisation(organisation.pk):
        return Membership.objects.create(
            organisation=organisation, user=user or a_user(**fields), role=role, created_at=NOW
        )


def a_customer(organisation, email=None, **fields):
    email = f"customer{next(_numbers)}@mail.example" if email is None else email
    fields = {"name": "Ada Okafor", "created_at": NOW, **fields}
    return Customer.objects.create(
        organisation=organisation, email=email, address_key=address_key(email), **fields
    )


def a_touchpoint(organisation, slug="billing", kind="service", **fields):
    journey, _ = Journey.objects.get_or_create(
        organisation=organisation, name="Customer journey", defaults={"created_at": NOW}
    )
    stage, _ = Stage.objects.get_or_create(
        organisation=organisation, journey=journey, name="Get help", defaults={"position": 5}
    )
    fields = {"name": slug.capitalize(), "created_at": NOW, "stage": stage, **fields}
    return Touchpoint.objects.create(organisation=organisation, slug=slug, kind=kind, **fields)


def a_survey(organisation, metric="csat", **fields):
    family, has_faces = Metric(metric).family, metric == Metric.FACES
    fields = {"name": f"{metric} {next(_numbers)}", "created_at": NOW, **fields}
    survey = Survey.objects.create(organisation=organisation, metric=family.value, **fields)
    SurveyVersion.objects.create(
        organisation=organisation, survey=survey, number=1, has_faces=has_faces, published_at=NOW
    )
    return survey


def a_version(survey, *questions, **content):
    """The next version of the survey, asking these follow-up questions."""
    newest = survey.versions.filter(number__gt=0).latest("number")
    return write_version(
        survey=survey,
        number=newest.number + 1,
        content=Content(questions=questions, **content),
        by="maya@acme.example",
        now=NOW,
    )


def a_choice(number=1, kind="single", text="How did you reach us?", *options, **more):
    """A follow-up question with choices."""
    options = options or ("By phone", "In the shop", "In the app")
    numbered = tuple(Option(place, words) for place, words in enumerate(options, start=1))
    return Question(number, Kind(kind), text, options=numbered, **more)


def a_programme(organisation, *touchpoints, metric="csat", **fields):
    """Switched on, with a survey published once, asking at these touchpoints."""
    fields = {
        "name": f"Programme {next(_numbers)}",
        "kind": "transactional" if touchpoints else "relational",
        "is_on": True,
        "created_at": NOW,
        **fields,
    }
    survey = fields.pop("survey", None) or a_survey(organisation, metric)
    programme = Programme.objects.create(organisation=organisation, survey=survey, **fields)
    for touchpoint in touchpoints:
        ProgrammeTouchpoint.objects.create(
            organisation=organisation, programme=programme, touchpoint=touchpoint
        )
    return programme


def an_interaction(organisation, customer, touchpoint, **fields):
    fields = {
        "source": "helpdesk",
        "source_id": str(next(_numbers)),
        "occurred_at": NOW - timedelta(hours=1),
        "recorded_at": NOW,
        "way": "api",
        **fields,
    }
    fields.setdefault("local_on", fields["occurred_at"].date())
    return Interaction.objects.create(
        organisation=organisation, customer=customer, touchpoint=touchpoint, **fields
    )


def an_invitation(organisation, programme, customer, *, sent=True, **fields):
    """Asked, and by default handed over an hour ago: decision, invitation and message."""
    interaction = fields.pop("interaction", None)
    at = fields.pop("at", NOW - timedelta(hours=1))
    decision = programme.decisions.create(
        organisation=organisation,
        customer=customer,
        interaction=interaction,
        occasion=f"built:{next(_numbers)}",
        is_asked=True,
        rule="asked",
        decided_at=at,
    )
    times = {"sent_at": at, "sent_on": at.date()} if sent else {}
    invitation = Invitation.objects.create(
        organisation=organisation,
        decision=decision,
        programme=programme,
        survey_version=programme.survey.versions.latest("number"),
        customer=customer,
        address_key=customer.address_key,
        interaction=interaction,
        touchpoint=fields.pop("touchpoint", interaction.touchpoint if interaction else None),
        **{"created_at": at, "expires_at": at + timedelta(days=30), **times, **fields},
    )
    Message.objects.create(
        organisation=organisation,
        about=f"invitation:{invitation.pk}",
        invitation=invitation,
        state="sent" if sent else "queued",
        due_at=at,
        expires_at=invitation.expires_at,
        message_id=f"built{next(_numbers)}@cxapp.example",
        created_at=at,
        finished_at=at if sent else None,
    )
    return invitation


def a_widget(organisation, programme, *, touchpoint=None, name="Help pages", **fields):
    """A widget as the action leaves it, and its secret."""
    link = PublicLink.objects.create(
        organisation=organisation,
        programme=programme,
        touchpoint=touchpoint,
        kind="widget",
        name=name,
        created_at=NOW,
        created_by="maya@acme.example",
    )
    fields = {
        "origins": ["https://help.acme.example"],
        "pages": ["/*"],
        "delay_seconds": 0,
        "sample_percent": 100,
        "rest_days": 90,
        **fields,
    }
    secret = "5eCret-of-the-widget"
    return Widget.objects.create(
        organisation=organisation,
        link=link,
        secret=boxes.lock(SECRET, secret),
        secret_made_at=NOW,
        **fields,
    ), secret


def a_webhook(organisation, url="https://help.example/hooks/cxapp", **fields):
    """A webhook that hears of answers; its secret is nobody's."""
    fields = {
        "name": "Helpdesk",
        "place": "https://help.example",
        "events": ["response.received"],
        "secret": boxes.lock(WEBHOOK_SECRET, "whsec_bm9ib2R5J3Mgc2VjcmV0"),
        "secret_made_at": NOW,
        "created_at": NOW,
        "created_by": "maya@acme.example",
        **fields,
    }
    return WebhookEndpoint.objects.create(
        organisation=organisation, address=boxes.lock(ADDRESS, url), **fields
    )


def an_alert_rule(organisation, *members, **fields):
    """A rule that tells these members of every bad answer."""
    fields = {
        "name": "Bad answers",
        "groups": ["low"],
        "created_at": NOW,
        "created_by": "maya@acme.example",
        **fields,
    }
    rule = AlertRule.objects.create(organisation=organisation, **fields)
    for member in members:
        AlertRecipient.objects.create(organisation=organisation, rule=rule, membership=member)
    return rule


def a_webhook_delivery(endpoint, **fields):
    """One message of the log, delivered."""
    fields = {
        "webhook_id": f"evt_{next(_numbers)}_1",
        "type": "response.received",
        "subject": 1,
        "at": NOW,
        "created_at": NOW,
        "due_at": NOW,
        "finished_at": NOW,
        "state": "delivered",
        "attempts": 1,
        "body": '{"type":"response.received"}',
        **fields,
    }
    return WebhookDelivery.objects.create(
        organisation_id=endpoint.organisation_id, endpoint=endpoint, **fields
    )


def an_import(own, at=NOW, **fields):
    """A file of customers that came in, one row refused; `own` names the organisation."""
    header = fields.pop("header", ["email", "name"])
    meanings = fields.pop("meanings", header)
    fields = {"state": "done", "new": 2, "refused": 1, "rows": 3, "handled": 3, **fields}
    file = Import.objects.create(
        **own,
        kind="customers",
        file_name="people.csv",
        encoding="utf-8",
        header=header,
        heading_key="k",
        meanings=meanings,
        options={"zone": "UTC", "order": "year", "source": "import"},
        created_by="maya@acme.example",
        created_at=at,
        **fields,
    )
    ImportRow.objects.create(
        **own,
        file=file,
        line=3,
        cells=["nobody", "Nobody", *header[2:]],
        state="refused",
        why="'nobody' is no e-mail address",
    )
    return file


def an_export(organisation, content=b"response_id\r\n", at=NOW, **fields):
    """A file of answers that was made and is offered for a day from now on."""
    is_ready = fields.get("state", "ready") == "ready"
    fields = {
        "what": "responses",
        "form": "csv",
        "state": "ready",
        "name": "acme-responses-2026-05-12",
        "with_customers": False,
        "created_by": "key Helpdesk",
        "created_at": at,
        "size": len(content) if is_ready else None,
        "expires_at": clock.now() + timedelta(days=1) if is_ready else None,
        **fields,
    }
    job = ExportJob.objects.create(organisation=organisation, **fields)
    if is_ready:
        ExportPart.objects.create(organisation=organisation, job=job, number=0, content=content)
    return job


def a_response(organisation, programme, score, **fields):
    """A counted answer that came by import: no invitation needed. For more, use the actions."""
    fields = {
        "origin": "import",
        "origin_key": f"row:{next(_numbers)}",
        "standing": "counted",
        "answered_at": NOW,
        **fields,
    }
    fields.setdefault("local_on", fields["answered_at"].date())
    version = programme.survey.versions.latest("number")
    return Response.objects.create(
        organisation=organisation,
        programme=programme,
        survey_version=version,
        metric=version.metric.value,
        score=score,
        **fields,
    )


def a_receipt(organisation_id, at):
    """What the trail says of somebody erased long ago; call it inside the organisation."""
    return AuditEntry.objects.create(
        organisation_id=organisation_id,
        at=at,
        actor="maya@acme.example",
        action="customer.erased",
        object_type="customer",
        object_id=4711,
        after={
            "mode": "anonymise",
            "answers": 2,
            "mails_stopped": 1,
            "mails_on_their_way": 0,
            "emptied_surveys_response": 2,
        },
    )
