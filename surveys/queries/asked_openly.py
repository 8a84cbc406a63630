"""All that the pages behind a public link show, read in one round trip."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from kit import tenancy
from surveys.queries.asked import QUESTIONS, READABLE, Asked
from surveys.queries.lookups import ORGANISATION_OF_PUBLIC_LINK

# By a response the question is the one that was answered, in its language, else the newest one.
ASKED_OPENLY = """
    SELECT l.id, l.organisation_id, l.closes_at, l.revoked_at, p.archived_at,
        o.name, o.accent, o.logo, o.thanks_note,
        CASE WHEN v.has_faces THEN 'faces' ELSE s.metric END, v.wording, v.asks_why,
        v.asks_feeling, v.asks_contact AND r.customer_id IS NOT NULL, v.review_url,
        COALESCE(t.topic, ''), COALESCE(t.deed, ''), COALESCE(t.kind, ''),
        COALESCE(t.owner_team, ''),
        read.language, v.translations -> read.language, o.language,
        ARRAY(SELECT jsonb_object_keys(v.translations)), v.asks_more_of,
        r.score, COALESCE(r.contact, ''), r.comment, r.feelings, r.answered_at, (
            SELECT max(at) FROM surveys_responserevision
            WHERE response_id = r.id AND (
                comment <> '' OR feelings <> '{{}}' OR contact <> '' OR answers <> '{{}}')){more}
    FROM surveys_publiclink l
    JOIN accounts_organisation o ON o.id = l.organisation_id
    JOIN surveys_programme p ON p.id = l.programme_id
    JOIN surveys_survey s ON s.id = p.survey_id
    LEFT JOIN surveys_response r ON r.id = %(response)s AND r.public_link_id = l.id
        AND r.standing <> 'suspect'
    CROSS JOIN LATERAL (
        SELECT * FROM surveys_surveyversion
        WHERE CASE WHEN r.id IS NULL THEN survey_id = s.id AND number > 0
            ELSE id = r.survey_version_id END
        ORDER BY number DESC LIMIT 1) v
    CROSS JOIN LATERAL (
        SELECT split_part(lower(replace(COALESCE(NULLIF(%(chosen)s, ''), NULLIF(r.language, ''),
                NULLIF(%(accepted)s, ''), o.language), '_', '-')), '-', 1) AS wanted,
            split_part(lower(replace(o.language, '_', '-')), '-', 1) AS house) tag
    CROSS JOIN LATERAL (
        SELECT CASE WHEN tag.wanted = ANY({spoken}) OR v.translations ? tag.wanted THEN tag.wanted
            WHEN tag.house = ANY({spoken}) OR v.translations ? tag.house THEN tag.house
            ELSE '{source}' END AS language) read
    LEFT JOIN surveys_touchpoint t ON t.id = l.touchpoint_id
    WHERE l.id = %(link)s
"""
FIRST_STEP = ASKED_OPENLY.format(more=", NULL", **READABLE)
SECOND_STEP = ASKED_OPENLY.format(more=QUESTIONS, **READABLE)


@dataclass(frozen=True, slots=True)
class OpenQuestion:
    """What everybody is asked by a link, or what became of one answer that came by it."""

    link_id: int
    organisation_id: int
    closes_at: datetime | None
    revoked_at: datetime | None
    archived_at: datetime | None
    organisation: str
    accent: str
    logo: str
    thanks_note: str
    metric: str
    wording: str
    asks_why: bool
    asks_feeling: bool
    asks_contact: bool  # of somebody whom a widget's page signed for: nobody else can be reached
    review_url: str
    topic: str
    deed: str
    touchpoint_kind: str
    owner_team: str
    language: str
    words: str | None
    house_language: str
    translations: Sequence[str]
    asks_more_of: Sequence[str]
    score: int | None
    contact: str
    comment: str | None
    feelings: Sequence[str] | None
    answered_at: datetime | None
    told_at: datetime | None  # when the second step was sent, with words or choices
    questions: str | None

    def is_open(self, now: datetime) -> bool:
        """Whether the link takes answers."""
        if self.revoked_at is not None or self.archived_at is not None:
            return False
        return self.closes_at is None or self.closes_at > now

    def as_asked(self, chosen: str = "") -> Asked:
        """The same for the pages, which are those of an invitation."""
        return Asked(
            invitation_id=0,
            organisation_id=self.organisation_id,
            expires_at=datetime.max.replace(tzinfo=UTC),
            answered_at=self.answered_at,
            finished_at=self.told_at,
            opted_out_at=None,
            organisation=self.organisation,
            accent=self.accent,
            logo=self.logo,
            thanks_note=self.thanks_note,
            metric=self.metric,
            wording=self.wording,
            topic=self.topic,
            deed=self.deed,
            touchpoint_kind=self.touchpoint_kind,
            owner_team=self.owner_team,
            score=self.score,
            asks_why=self.asks_why,
            asks_feeling=self.asks_feeling,
            asks_contact=self.asks_contact,
            contact=self.contact,
            comment=self.comment,
            feelings=self.feelings,
            language=self.language,
            words=self.words,
            house_language=self.house_language,
            translations=self.translations,
            asks_more_of=self.asks_more_of,
            review_url=self.review_url,
            questions=self.questions,
            door="l",
            chosen=chosen,
        )


def asked_openly(
    link_id: int,
    *,
    response_id: int = 0,
    chosen: str = "",
    accepted: str = "",
    with_questions: bool = False,
) -> OpenQuestion | None:
    """What the link asks, whoever's it is: the caller holds a link that we signed."""
    statement = SECOND_STEP if with_questions else FIRST_STEP
    values = {"link": link_id, "response": response_id, "chosen": chosen, "accepted": accepted}
    rows: list[Any] = tenancy.in_one_trip(ORGANISATION_OF_PUBLIC_LINK, statement, values)
    return OpenQuestion(*rows[0]) if rows else None
