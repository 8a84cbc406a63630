"""Correct answers with memory: exclude with a reason, restore, enter what a customer asked for."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

from accounts.models import Organisation
from accounts.rules.actors import Actor
from events.kinds import Kind
from kit.periods import local_day
from surveys.actions.noting import note_change, publish_change
from surveys.actions.revising import keep_version
from surveys.actions.withdrawing import SAID
from surveys.models import Customer, Exclusion, Invitation, Response, ResponseRevision
from surveys.rules.metrics import SCALES, Metric

Standing = Response.Standing
# A test is in no count, and what the customer took back is hers: neither is staff's to exclude.
EXCLUDABLE = frozenset({Standing.COUNTED, Standing.SUSPECT, Standing.SPOKEN})


class ReasonMissing(ValueError):
    """Nobody takes an answer out, or changes one, without saying why."""


class AnswerIsErased(Exception):
    """The words of an erased person cannot come back."""


@dataclass(frozen=True, kw_only=True)
class Correction:
    """What the customer asked us to write down; None = that part stays."""

    score: int | None = None
    comment: str | None = None
    reason: str


def exclude_response(*, response_id: int, reason: str, actor: Actor, now: datetime) -> bool:
    """Take the answer out of all counts; False if it was out already or is not staff's to take.

    Raises ReasonMissing and Response.DoesNotExist.
    """
    _require(reason)
    with transaction.atomic():
        response = _held(response_id)
        if response.standing not in EXCLUDABLE:
            return False
        Exclusion.objects.create(
            organisation_id=response.organisation_id,
            response=response,
            reason=reason,
            excluded_at=now,
            excluded_by=actor.name,
            standing_before=response.standing,
            reason_before=response.standing_reason,
        )
        before = {"standing": response.standing}
        _stand(response, Standing.EXCLUDED, reason)
        publish_change(response, Kind.RESPONSE_EXCLUDED, now)
        after = {"standing": Standing.EXCLUDED.value, "reason": reason}
        note_change("response.excluded", response, actor, before, after, now)
    return True


def exclude_responses(
    *, response_ids: Collection[int], reason: str, actor: Actor, now: datetime
) -> int:
    """Exclude each of them as an act of its own; return how many were taken out."""
    with transaction.atomic():
        present = Response.objects.filter(pk__in=response_ids).order_by("id")
        return sum(
            exclude_response(response_id=one, reason=reason, actor=actor, now=now)
            for one in present.values_list("id", flat=True)
        )


def restore_response(*, response_id: int, actor: Actor, now: datetime) -> bool:
    """Give the answer back the standing it had; False if it is not excluded."""
    with transaction.atomic():
        response = _held(response_id)
        if response.standing != Standing.EXCLUDED:
            return False
        before = {"standing": response.standing, "reason": response.standing_reason}
        exclusion = response.exclusions.filter(restored_at__isnull=True).first()
        if exclusion is None:  # came excluded, by an import or from before exclusions were kept
            _stand(response, Standing.COUNTED, "")
        else:
            _stand_as_before(response, exclusion)
            exclusion.restored_at, exclusion.restored_by = now, actor.name
            exclusion.save(update_fields=["restored_at", "restored_by"])
        publish_change(response, Kind.RESPONSE_RESTORED, now)
        note_change(
            "response.restored", response, actor, before, {"standing": response.standing}, now
        )
    return True


def amend_response(
    *, response_id: int, correction: Correction, actor: Actor, now: datetime
) -> ResponseRevision | None:
    """Enter a correction the customer asked for, as a human revision with who and why.

    None if it says what is stored already. Raises ReasonMissing, ScoreRefused, AnswerIsErased
    and Response.DoesNotExist. What staff or the customer took out of the counts stays out.
    """
    _require(correction.reason)
    with transaction.atomic():
        response = _held(response_id)
        # Asked anew while the row is held: an erasing that was first has emptied this answer.
        if Customer.objects.filter(responses=response, erased_at__isnull=False).exists():
            raise AnswerIsErased
        old = (response.score, response.comment)
        score, comment = _corrected(response, correction)
        if (score, comment) == old:
            return None
        response.score, response.comment = score, comment
        response.revisions_made += 1
        was = response.standing
        if was == Standing.SUSPECT:
            _date(response, now)
            response.standing, response.standing_reason = Standing.COUNTED, ""
        response.save()
        revision = keep_version(response, now=now, entered_by=actor.name, reason=correction.reason)
        publish_change(response, Kind.RESPONSE_AMENDED, now)
        # The words themselves stay out of the trail: it cannot forget them one by one.
        before = {"score": old[0], "standing": was, "comment": ""}
        after = {
            "score": score,
            "standing": response.standing,
            "comment": "changed" if comment != old[1] else "",
            "reason": correction.reason,
        }
        note_change("response.amended", response, actor, before, after, now)
    return revision


def _require(reason: str) -> None:
    if not reason.strip():
        raise ReasonMissing("Say why; the reason is kept with the answer.")


def _held(response_id: int) -> Response:
    return Response.objects.select_for_update().get(pk=response_id)


def _stand(response: Response, standing: str, reason: str) -> None:
    response.standing, response.standing_reason = standing, reason
    response.save(
        update_fields=["standing", "standing_reason", "answered_at", "local_on"],
    )


def _stand_as_before(response: Response, exclusion: Exclusion) -> None:
    """A suspect that a person has answered since is no suspect: the latest human counts.

    Whose link reached somebody else said so while it was out, and that goes on holding.
    """
    if Invitation.objects.filter(response=response, withdrawn_at__isnull=False).exists():
        _stand(response, Standing.WITHDRAWN, SAID)
        return
    human = response.revisions.filter(verdict=ResponseRevision.Verdict.HUMAN)
    first = human.order_by("number").first()
    if exclusion.standing_before != Standing.SUSPECT or first is None:
        _stand(response, exclusion.standing_before, exclusion.reason_before)
        return
    _date(response, first.at)
    _stand(response, Standing.COUNTED, "")


def _date(response: Response, at: datetime) -> None:
    zone = Organisation.objects.values_list("time_zone", flat=True).get(pk=response.organisation_id)
    response.answered_at, response.local_on = at, local_day(at, zone)


def _corrected(response: Response, correction: Correction) -> tuple[int | None, str]:
    score, comment = correction.score, correction.comment
    if score is not None:
        score = SCALES[Metric(response.metric)].read(score)
    return (
        response.score if score is None else score,
        response.comment if comment is None else comment,
    )
