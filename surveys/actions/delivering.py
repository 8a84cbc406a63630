"""Deliver the messages to customers: what may leave, and what is true once it has left."""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby
from operator import attrgetter

from django.db.models import QuerySet

from accounts.actions.handover import Change, NotNow, Outbox, Pass, Try
from accounts.models.outgoing import State
from accounts.transport import Mail
from events.kinds import Kind
from events.publishing import NEWS, owed
from kit import tenancy
from kit.texts import address_key
from surveys.actions.believing import believe_evidence, mark_sent, publish_about
from surveys.actions.reporting import note_dead_address
from surveys.channels.invitations import NEEDED, written
from surveys.models import Brake, Message, MessageAttempt, Suppression
from surveys.queries.hours import Window, window_of
from surveys.queries.pauses import pauses_until
from surveys.queries.suppressed import reached_at, spellings
from surveys.queries.withheld import is_gone, is_off, outdated, withheld_words
from surveys.rules.channels import Channel
from surveys.rules.pauses import Pause, covering

OWN = "%(organisation)s"
# The fence, the last look at everybody's wishes and the mark of departure in one statement.
# Its conditions on the row itself stand outside every subquery: PostgreSQL judges those anew
# when another worker changed the row meanwhile, those inside it would judge by what they saw.
FENCE = """
    UPDATE surveys_message m
    SET state = 'handing_over', handing_over_at = %(now)s, lease_until = %(lease_until)s,
        keyed_until = coalesce(m.keyed_until, %(keyed_until)s)
    WHERE m.id = %(id)s AND m.claim = %(claim)s AND coalesce(m.state, '') = 'claimed'
      AND m.expires_at > %(now)s
      AND m.invitation_id = (
        SELECT i.id FROM surveys_invitation i
        JOIN surveys_programme p ON p.id = i.programme_id
        JOIN surveys_customer c ON c.id = i.customer_id
        JOIN accounts_organisation o ON o.id = i.organisation_id
        WHERE i.id = m.invitation_id AND i.answered_at IS NULL AND NOT i.is_used
          AND i.opted_out_at IS NULL AND i.bounced_at IS NULL
          AND i.expires_at > %(now)s AND o.sending_paused_at IS NULL
          AND p.archived_at IS NULL AND (p.is_on OR i.is_test)
          AND (c.archived_at IS NULL OR i.is_test) AND c.erased_at IS NULL
          AND CASE i.channel WHEN 'sms' THEN c.phone ELSE c.email END = %(to)s
          AND 0 = (
            SELECT count(*) FROM surveys_brake b
            WHERE b.organisation_id = i.organisation_id AND b.released_at IS NULL
              AND (b.programme_id IS NULL OR b.programme_id = i.programme_id))
          AND 0 = (
            SELECT count(*) FROM surveys_suppression s
            WHERE s.organisation_id = i.organisation_id AND s.address_key = ANY(%(spellings)s)
              AND s.lifted_at IS NULL
              AND (s.programme_id IS NULL OR s.programme_id = i.programme_id))
          AND 0 = (
            SELECT count(*) FROM surveys_sendingpause b
            WHERE b.organisation_id = i.organisation_id AND b.begins_at <= %(now)s
              AND (b.ends_at IS NULL OR b.ends_at > %(now)s)
              AND (b.key = '' OR (CASE lower(i.context ->> b.key)
                WHEN 'true' THEN 'yes' WHEN 'false' THEN 'no' ELSE lower(i.context ->> b.key) END)
                IN (SELECT CASE lower(v) WHEN 'true' THEN 'yes' WHEN 'false' THEN 'no'
                    ELSE lower(v) END FROM unnest(b.values) v))))
      AND 0 = (
        SELECT count(*) FROM accounts_routepause r
        WHERE r.route = %(route)s AND r.until > %(now)s)
    RETURNING m.id
"""
# What nearly every mail ends with, in one message to the database.
RECORD_SENT = f"""
    WITH changed AS (
        UPDATE surveys_message SET state = 'sent', attempts = %(number)s, last_code = %(code)s,
            last_error = '', finished_at = %(ended_at)s, provider_id = %(provider_id)s
        WHERE id = %(id)s AND claim = %(claim)s AND coalesce(state, '') = ANY(%(before)s)
        RETURNING id, organisation_id, invitation_id
    ), tried AS (
        INSERT INTO surveys_messageattempt (organisation_id, message_id, number, phase, code, text,
            started_at, ended_at, worker)
        SELECT organisation_id, id, %(number)s::smallint, %(phase)s, %(code)s, %(text)s,
            %(started_at)s::timestamptz, %(ended_at)s::timestamptz, %(worker)s
        FROM changed
    ), marked AS (
        UPDATE surveys_invitation i SET sent_at = %(ended_at)s,
            sent_on = (SELECT (%(ended_at)s::timestamptz AT TIME ZONE o.time_zone)::date
                FROM accounts_organisation o WHERE o.id = i.organisation_id)
        WHERE i.id = (SELECT invitation_id FROM changed) AND i.sent_at IS NULL
    ), news AS (
        SELECT organisation_id, '{Kind.MESSAGE_SENT}' AS kind, %(ended_at)s::timestamptz AS at,
            jsonb_build_object('message', id, 'invitation', invitation_id) AS payload
        FROM changed
    ), {NEWS}
    SELECT id FROM changed
"""  # noqa: S608 - put together from constants
WITHHELD = (State.SUPPRESSED, State.EXPIRED, State.CANCELLED)
EVENTS = {
    State.SENT: Kind.MESSAGE_SENT,
    State.FAILED: Kind.MESSAGE_FAILED,
    State.UNCERTAIN: Kind.MESSAGE_UNCERTAIN,
}


class Messages(Outbox[Message]):
    """The outbox of mails to customers."""

    rows = Message
    kept_apart = {"channel": Channel.EMAIL}

    def __init__(self) -> None:
        self._windows: dict[int, Window] = {}

    def enter(self, row: Message) -> AbstractContextManager[None]:
        return tenancy.organisation(row.organisation_id)

    def write(self, rows: Sequence[Message], now: datetime) -> Mapping[int, Mail | Exception]:
        own = attrgetter("organisation_id")
        self._windows.clear()
        mails: dict[int, Mail | Exception] = {}
        for organisation_id, group in groupby(sorted(rows, key=own), key=own):
            with tenancy.organisation(organisation_id):
                mails.update(self._mails([row.pk for row in group], now))
        return mails

    def pass_fence(self, row: Message, mail: Mail, granted: Pass) -> bool:
        if not self._windows[row.pk].is_open(granted.now):
            return False
        values = {
            **granted.values(),
            "organisation": row.organisation_id,
            "id": row.pk,
            "to": self.stored_address(mail),
            "spellings": spellings(address_key(mail.recipient[1])),
        }
        return len(tenancy.in_one_trip(OWN, FENCE, values)) == 1

    def compose(self, message: Message, now: datetime) -> Mail:
        """Write the words of one message."""
        return written(message, now)

    def stored_address(self, mail: Mail) -> str:
        """The address as it stands on the customer: if it is another one by now, nothing leaves."""
        return mail.recipient[1]

    def record(self, row: Message, change: Change) -> None:
        if change.state is State.SENT and change.attempt:
            _record_sent(row, change, change.attempt)
        else:
            super().record(row, change)

    def why_not(self, row: Message, now: datetime) -> State:
        message = _loaded([row.pk]).get()
        return obstacle(message=message, look=_look([message], now), now=now) or State.QUEUED

    def again_at(self, row: Message, now: datetime) -> datetime | None:
        opens = window_of(_loaded([row.pk]).get()).opens(now)
        return opens if opens is not None and opens > now else None

    def _mails(self, ids: Sequence[int], now: datetime) -> Iterator[tuple[int, Mail | Exception]]:
        messages = list(_loaded(ids))
        look = _look(messages, now)
        for message in messages:
            self._windows[message.pk] = window_of(message)
            if obstacle(message=message, look=look, now=now) is not None:
                yield message.pk, NotNow()
                continue
            try:
                yield message.pk, self.compose(message, now)
            except Exception as error:  # noqa: BLE001 - one bad template must not stop the others
                yield message.pk, error

    def keep_try(self, row: Message, attempt: Try) -> None:
        MessageAttempt.objects.create(
            organisation_id=row.organisation_id, message_id=row.pk, **attempt.values()
        )

    def first_tried_at(self, row: Message) -> datetime | None:
        tries = MessageAttempt.objects.filter(message=row.pk)
        if row.resent_at is not None:  # its two days begin anew: a doubt may be older
            tries = tries.filter(started_at__gte=row.resent_at)
        return tries.order_by("started_at").values_list("started_at", flat=True).first()

    def finish(self, row: Message, state: State, now: datetime, *, is_dead_address: bool) -> None:
        if state is State.SENT:
            mark_sent(invitation_id=row.invitation_id, at=now)
        if is_dead_address:
            note_dead_address(message=row, now=now)
        if state in WITHHELD:
            _say_why(row, now)
        if state is State.UNCERTAIN and believe_evidence(message=row, now=now):
            return
        if kind := EVENTS.get(state):
            publish_about(row, kind, now)


@dataclass(frozen=True)
class Look:
    """What is known of a batch beside the rows themselves."""

    suppressed: set[int]
    outdated: set[int]
    braked: set[int]
    pauses: Sequence[Pause]


def obstacle(*, message: Message, look: Look, now: datetime) -> State | None:
    """What keeps a message from leaving, as the state that it leads to; None = nothing."""
    invitation = message.invitation
    cancelled = invitation.cancelled_at
    if not cancelled and (message.expires_at <= now or invitation.expires_at <= now):
        return State.EXPIRED
    if invitation.opted_out_at or message.pk in look.suppressed:
        return State.SUPPRESSED
    answered = invitation.answered_at or invitation.is_used
    done = answered or invitation.bounced_at or message.pk in look.outdated
    if cancelled or done or is_gone(invitation) or is_off(invitation):
        return State.CANCELLED
    opens = window_of(message).opens(now)
    if opens is None or opens >= message.expires_at:
        return State.EXPIRED
    is_paused = covering(look.pauses, invitation.context, now) is not None
    held = is_paused or invitation.organisation.sending_paused_at or message.pk in look.braked
    return State.QUEUED if held or opens > now else None


def _loaded(ids: Sequence[int]) -> QuerySet[Message]:
    return Message.objects.filter(pk__in=ids).select_related(*NEEDED)


def _suppressed(messages: Sequence[Message]) -> set[int]:
    """The ids of those whose address has been stopped, for all or for this programme."""
    # Also by a hash: of a family that shares an address one person may have been erased.
    written = {key: spellings(key) for key in (reached_at(one.invitation) for one in messages)}
    stopped = set(
        Suppression.objects.filter(
            address_key__in=[one for names in written.values() for one in names],
            lifted_at__isnull=True,
        ).values_list("address_key", "programme_id")
    )
    return {
        message.pk
        for message in messages
        for name in written[reached_at(message.invitation)]
        for programme_id in (None, message.invitation.programme_id)
        if (name, programme_id) in stopped
    }


def _braked(messages: Sequence[Message]) -> set[int]:
    """The ids of those for which sending stopped by itself, for all or for this programme."""
    brakes = Brake.objects.filter(released_at__isnull=True)
    stopped = set(brakes.values_list("programme_id", flat=True))
    return {message.pk for message in messages if {None, message.invitation.programme_id} & stopped}


def _look(messages: Sequence[Message], now: datetime) -> Look:
    return Look(
        suppressed=_suppressed(messages),
        outdated=outdated(messages),
        braked=_braked(messages),
        pauses=pauses_until(now),
    )


def _record_sent(row: Message, change: Change, attempt: Try) -> None:
    values = {
        **attempt.values(),
        "organisation": row.organisation_id,
        "id": row.pk,
        "claim": change.claim,
        "before": list(change.before),
        "provider_id": change.values.get("provider_id", ""),
        **owed(Kind.MESSAGE_SENT),
    }
    # Not waiting for the disk is safe: should the database crash in this moment, the row is
    # still being handed over and becomes uncertain, as if this worker had been killed.
    tenancy.in_one_trip(OWN, RECORD_SENT, values, waits=False)


def _say_why(row: Message, now: datetime) -> None:
    message = _loaded([row.pk]).get()
    stopped, newer = bool(_suppressed([message])), bool(outdated([message]))
    why = withheld_words(message, is_stopped=stopped, is_outdated=newer, now=now)
    Message.objects.filter(pk=row.pk).update(last_error=why)
