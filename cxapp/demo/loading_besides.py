"""What came besides mails: faces at the counter, words spoken to staff, "this was not me"."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from accounts.models import AuditEntry
from cxapp.demo import OWNER, PEOPLE
from cxapp.demo.loading_copy import reserve
from cxapp.demo.loading_links import VISITED
from cxapp.demo.loading_setup import Ground
from cxapp.demo.story.calendar import DAY, DAYS, ZONE, Calendar
from cxapp.demo.story.draws import Draws
from cxapp.demo.story.setting import BRANCHES, SERVICE
from cxapp.demo.story.telling import SEED
from kit.periods import local_day
from surveys.actions.hearing import REASON
from surveys.actions.publishing import write_version
from surveys.actions.suppressing import suppress_address
from surveys.actions.withdrawing import SAID
from surveys.models import (
    Customer,
    Invitation,
    Programme,
    PublicLink,
    Response,
    ResponseRevision,
    Suppression,
    Survey,
    SurveyVersion,
)
from surveys.models.programmes import ProgrammeTouchpoint
from surveys.rules.contents import Content
from surveys.rules.revisions import NOT_ME

COUNTER, TABLET = "At the counter", "Tablet at the till"
COUNTER_DAYS, VISITORS = 150, 3
# The shop is liked: what a face there says, by its weight.
FACES = ((5, 0.52), (4, 0.31), (3, 0.08), (2, 0.06), (1, 0.03))
RESPONDER = next(address for role, _, address in PEOPLE if role == "responder")


@dataclass(frozen=True)
class Spoken:
    """What somebody said to Rita, so many days before the story ends."""

    customer: str
    touchpoint: str
    score: int
    days: int
    comment: str


SPOKEN = (
    Spoken(
        "AM-ROSA", "complaint", 4, 12,
        "She rang to say that somebody called her back the same day, and that she is staying.",
    ),
    Spoken("AM-BEN", "billing-enquiry", 1, 26, "Fourth wrong bill. He will not fill in forms."),
)  # fmt: skip


def load_besides(ground: Ground, calendar: Calendar) -> None:
    """Rows as the actions leave them; history publishes no event, so no action is called."""
    _count_faces(ground, calendar)
    for number, one in enumerate(SPOKEN, start=1):
        _hear(ground, calendar, number, one)
    _withdraw(ground)


# --- faces --------------------------------------------------------------------------------


def _count_faces(ground: Ground, calendar: Calendar) -> None:
    own, first = ground.organisation_id, calendar.moment((DAYS - COUNTER_DAYS) * DAY)
    link, version = _open_counter(ground, first)
    told = list(_visits(calendar))
    ids = reserve(Response, len(told))
    Response.objects.bulk_create(
        Response(
            id=row_id,
            organisation_id=own,
            origin=Response.Origin.LINK,
            origin_key=f"{link.pk}:demo-{number}",
            public_link=link,
            programme_id=link.programme_id,
            survey_version=version,
            touchpoint_id=link.touchpoint_id,
            metric=version.metric.value,
            score=score,
            standing=Response.Standing.COUNTED,
            answered_at=at,
            local_on=local_day(at, ZONE.key),
            context={"source": TABLET, "branch": shop},
        )
        for number, (row_id, (at, score, shop)) in enumerate(zip(ids, told, strict=True))
    )
    ResponseRevision.objects.bulk_create(
        ResponseRevision(
            organisation_id=own, response_id=row_id, number=1, at=at, verdict="human", score=score
        )
        for row_id, (at, score, _) in zip(ids, told, strict=True)
    )


def _open_counter(ground: Ground, first: datetime) -> tuple[PublicLink, SurveyVersion]:
    own, place = {"organisation_id": ground.organisation_id}, ground.touchpoints[VISITED]
    survey = Survey.objects.create(**own, name=COUNTER, metric="csat", created_at=first)
    content = Content(has_faces=True, asks_why=False)
    version = write_version(survey=survey, number=1, content=content, by=OWNER, now=first)
    programme = Programme.objects.create(
        **own, name=COUNTER, kind="transactional", survey=survey, created_at=first
    )
    ProgrammeTouchpoint.objects.create(**own, programme=programme, touchpoint_id=place)
    link = PublicLink.objects.create(
        **own,
        programme=programme,
        touchpoint_id=place,
        name=TABLET,
        created_at=first,
        created_by=OWNER,
    )
    return link, version


def _visits(calendar: Calendar) -> Iterator[tuple[datetime, int, str]]:
    """A few taps a day, in opening hours: when, which face, in which shop."""
    draws = Draws(SEED)
    for day in range(DAYS - COUNTER_DAYS, DAYS):
        draw = draws.of("counter", day, "faces")
        for _ in range(draw.below(2 * VISITORS)):
            second = day * DAY + 10 * 3600 + draw.below(8 * 3600)
            yield calendar.moment(second), draw.weighted(FACES), draw.weighted(BRANCHES)


# --- spoken -------------------------------------------------------------------------------


def _hear(ground: Ground, calendar: Calendar, number: int, one: Spoken) -> None:
    at = calendar.moment((DAYS - one.days) * DAY + 11 * 3600)
    customer = Customer.objects.get(external_id=one.customer)
    own = {"organisation_id": ground.organisation_id}
    response = Response.objects.create(
        **own,
        origin=Response.Origin.STAFF,
        origin_key=f"demo-spoken-{number}",
        customer=customer,
        programme_id=ground.programmes[SERVICE.key],
        survey_version_id=ground.second.version_id,
        touchpoint_id=ground.touchpoints[one.touchpoint],
        metric="csat",
        score=one.score,
        comment=one.comment,
        language="en",
        standing=Response.Standing.SPOKEN,
        answered_at=at,
        local_on=local_day(at, ZONE.key),
        context=customer.properties,
    )
    ResponseRevision.objects.create(
        **own,
        response=response,
        number=1,
        at=at,
        verdict="human",
        score=one.score,
        comment=one.comment,
        entered_by=RESPONDER,
        reason=REASON,
    )
    AuditEntry.objects.create(
        **own,
        at=at,
        actor=RESPONDER,
        action="response.recorded",
        object_type="response",
        object_id=response.pk,
        after={"customer": customer.pk, "score": one.score, "comment": "written"},
    )


# --- not me -------------------------------------------------------------------------------


def _withdraw(ground: Ground) -> None:
    """Somebody else reads Marek's mail: what that leaves besides an answer that is out."""
    invitation = Invitation.objects.get(response__standing=Response.Standing.WITHDRAWN)
    response = invitation.response
    at = response.answered_at
    response.standing_reason = SAID
    response.revisions_made += 1
    response.save(update_fields=["standing_reason", "revisions_made"])
    ResponseRevision.objects.create(
        organisation_id=ground.organisation_id,
        response=response,
        number=response.revisions_made,
        at=at,
        verdict="human",
        rule=NOT_ME,
        score=response.score,
        comment=response.comment,
        feelings=response.feelings,
        contact=response.contact,
    )
    invitation.withdrawn_at = at
    invitation.save(update_fields=["withdrawn_at"])
    suppress_address(
        organisation_id=ground.organisation_id,
        address_key=invitation.address_key,
        reason=Suppression.Reason.NOT_ME,
        invitation_id=invitation.pk,
        now=at,
    )
