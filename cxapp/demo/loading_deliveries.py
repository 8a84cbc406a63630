"""What became of the demo's mails: delivered, bounced, one reported as spam, one in doubt."""

from datetime import datetime, timedelta

from django.db import connection

from accounts.models import SenderCheck
from surveys.models import Invitation, Message, Suppression
from surveys.rules.reports import Report

# The provider reports since so many days; before, nobody knows what was delivered.
REPORTING = timedelta(days=85)
PROVIDER = "postmark"
TOLD = "i.sent_at + (4 + i.id %% 40) * interval '1 second'"
REPORT = f"""
    INSERT INTO surveys_deliveryreport
        (organisation_id, message_id, provider, key, kind, code, at, received_at)
    SELECT m.organisation_id, m.id, '{PROVIDER}', 'story:' || m.id,
        CASE WHEN i.bounced_at IS NULL THEN 'delivered' ELSE 'hard_bounce' END,
        CASE WHEN i.bounced_at IS NULL THEN '' ELSE '5.1.1' END, told.at, told.at
    FROM surveys_message m
    JOIN surveys_invitation i ON i.id = m.invitation_id
    CROSS JOIN LATERAL (
        SELECT coalesce(i.bounced_at, {TOLD}) AS at
    ) told
    WHERE i.sent_at > %s
"""  # noqa: S608 - put together from constants
# Nobody has counted these tables yet: the planner takes them for empty and would walk one of them
# for each row of another, minutes on a busy machine.
HASHED, AS_USUAL = "SET LOCAL enable_nestloop = off", "SET LOCAL enable_nestloop = on"
DELIVERED = f"""
    UPDATE surveys_invitation i SET delivered_at = {TOLD}
    WHERE i.bounced_at IS NULL AND i.sent_at > %s
        AND EXISTS (SELECT FROM surveys_message m WHERE m.invitation_id = i.id)
"""  # noqa: S608 - put together from constants


def load_deliveries(*, organisation_id: int, now: datetime) -> None:
    """Tell what the provider would have; the sender's records are for a worker to look up."""
    with connection.cursor() as cursor:
        cursor.execute(HASHED)
        cursor.execute(REPORT, [now - REPORTING])
        cursor.execute(DELIVERED, [now - REPORTING])
    silent = Invitation.objects.filter(
        answered_at=None, opted_out_at=None, bounced_at=None, response=None
    ).exclude(address_key="")
    _complain(silent.filter(sent_at__lt=now - timedelta(days=9)).latest("sent_at", "id"))
    _doubt(silent.filter(sent_at__lt=now - timedelta(hours=20)).latest("sent_at", "id"))
    with connection.cursor() as cursor:
        cursor.execute(AS_USUAL)
    SenderCheck.objects.create(
        organisation_id=organisation_id, kind="records", asked_at=now, asked_by="maya@acme.example"
    )


def _complain(invitation: Invitation) -> None:
    message, at = invitation.messages.get(), invitation.sent_at
    assert at is not None
    told = at + timedelta(hours=5)
    message.reports.create(
        organisation_id=message.organisation_id,
        provider=PROVIDER,
        key=f"story:{message.pk}:spam",
        kind=Report.COMPLAINED,
        at=told,
        received_at=told,
    )
    invitation.complained_at = told
    invitation.save(update_fields=["complained_at"])
    Suppression.objects.create(
        organisation_id=invitation.organisation_id,
        address_key=invitation.address_key,
        reason=Suppression.Reason.COMPLAINED,
        invitation=invitation,
        created_at=told,
    )


def _doubt(invitation: Invitation) -> None:
    message = invitation.messages.get()
    message.reports.all().delete()
    message.state, message.handing_over_at = Message.State.UNCERTAIN, invitation.sent_at
    message.last_code, message.last_error = "", "Connection reset by peer"
    message.save(update_fields=["state", "handing_over_at", "last_code", "last_error"])
    message.tries.update(phase="dot", code="", text="Connection reset by peer")
    invitation.sent_at = invitation.sent_on = invitation.delivered_at = None
    invitation.save(update_fields=["sent_at", "sent_on", "delivered_at"])
