"""Send a draft to somebody who wants to try it: a real mail whose answer is in no figure."""

from datetime import datetime, timedelta

from django.db import transaction

from accounts.actions.auditing import record_change
from accounts.rules.actors import Actor
from kit.texts import address_key
from surveys.actions.inviting import new_message_id
from surveys.actions.publishing import write_version
from surveys.models import Customer, Decision, Invitation, Message, Programme, SurveyVersion
from surveys.queries.surveys import Working, content_of_version, working
from surveys.rules.asking import Rule

TRIAL = "trial:"
NAME = "Test recipient"
OPEN_FOR = timedelta(days=7)


def send_trial(
    *, programme: Programme, address: str, language: str, actor: Actor, now: datetime
) -> Invitation:
    """Write the mail that asks by the draft, or by what is published where there is none.

    Whoever gets it stands among the customers as archived, so that no rule ever asks this row,
    and the invitation is a test: it is in no cap, no funnel and no figure.
    """
    with transaction.atomic():
        here = working(programme.survey)
        version = here.version if here.draft is None else _frozen(here, actor, now)
        customer = _recipient(programme.organisation_id, address, language, now)
        invitation = _invite(programme, version, customer, now)
        record_change(
            organisation_id=programme.organisation_id,
            actor=actor,
            action="survey.tried",
            object_type="survey",
            object_id=programme.survey_id,
            after={"programme": programme.pk, "recipient": customer.pk, "version": version.number},
            now=now,
        )
    return invitation


def _frozen(here: Working, actor: Actor, now: datetime) -> SurveyVersion:
    """The draft as it is now, in rows that stay: what was answered must stay readable."""
    latest = SurveyVersion.objects.filter(survey=here.survey, number=0).order_by("-id").first()
    if latest is not None and content_of_version(latest) == here.content:
        return latest
    return write_version(survey=here.survey, number=0, content=here.content, by=actor.name, now=now)


def _recipient(organisation_id: int, address: str, language: str, now: datetime) -> Customer:
    customer, _ = Customer.objects.update_or_create(
        organisation_id=organisation_id,
        external_id=f"{TRIAL}{address_key(address)}"[:120],
        defaults={"language": language},
        create_defaults={
            "email": address,
            "address_key": address_key(address),
            "name": NAME,
            "language": language,
            "created_at": now,
            "archived_at": now,
        },
    )
    return customer


def _invite(
    programme: Programme, version: SurveyVersion, customer: Customer, now: datetime
) -> Invitation:
    own = {"organisation_id": programme.organisation_id}
    decision = Decision.objects.create(
        **own,
        programme=programme,
        customer=customer,
        occasion=f"{TRIAL}{now.isoformat()}",
        is_asked=True,
        rule=Rule.TRIAL,
        decided_at=now,
    )
    invitation = Invitation.objects.create(
        **own,
        decision=decision,
        programme=programme,
        survey_version=version,
        customer=customer,
        address_key=customer.address_key,
        touchpoint=programme.touchpoints.order_by("id").first(),
        is_test=True,
        is_anonymous=programme.is_anonymous,
        created_at=now,
        expires_at=now + OPEN_FOR,
    )
    Message.objects.create(
        **own,
        about=f"invitation:{invitation.pk}",
        invitation=invitation,
        due_at=now,
        expires_at=invitation.expires_at,
        message_id=new_message_id(),
        created_at=now,
    )
    return invitation
