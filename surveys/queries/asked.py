"""All that the pages behind one survey link show, read in one round trip."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import Any

from kit import tenancy
from kit.periods import local_day
from surveys.queries.lookups import ORGANISATION_OF_INVITATION
from surveys.rules.channels import Channel
from surveys.rules.languages import SOURCE, SPOKEN, main_language
from surveys.rules.metrics import SCALES, Metric, Scale
from surveys.rules.occasions import Occasion

OPEN_AFTER_ANSWER = timedelta(days=1)  # where answers cannot be changed; `opening` in SQL
ASKED = """
    SELECT i.id, i.organisation_id, LEAST(i.expires_at, c.erased_at),
        i.answered_at, i.finished_at, i.opted_out_at,
        o.name, o.accent, o.logo, o.thanks_note,
        CASE WHEN v.has_faces THEN 'faces' ELSE s.metric END, v.wording,
        COALESCE(t.topic, ''), COALESCE(t.deed, ''), COALESCE(t.kind, ''),
        COALESCE(t.owner_team, ''), r.score, v.asks_why, v.asks_feeling,
        v.asks_contact, COALESCE(r.contact, ''),
        read.language, v.translations -> read.language, o.language,
        ARRAY(SELECT jsonb_object_keys(v.translations)), v.asks_more_of, i.channel,
        o.amend_days, o.time_zone, i.withdrawn_at IS NOT NULL OR c.erased_at IS NOT NULL,
        v.review_url, i.is_anonymous, i.is_used, CASE WHEN i.is_anonymous THEN (
            SELECT ARRAY[p.kept_property, COALESCE(i.context ->> p.kept_property, '')]
            FROM surveys_programme p WHERE p.id = i.programme_id) END{more}
    FROM surveys_invitation i
    JOIN accounts_organisation o ON o.id = i.organisation_id
    JOIN surveys_customer c ON c.id = i.customer_id
    JOIN surveys_surveyversion v ON v.id = i.survey_version_id
    JOIN surveys_survey s ON s.id = v.survey_id
    CROSS JOIN LATERAL (
        SELECT split_part(lower(replace(COALESCE(NULLIF(%(chosen)s, ''), NULLIF(c.language, ''),
                NULLIF(%(accepted)s, ''), o.language), '_', '-')), '-', 1) AS wanted,
            split_part(lower(replace(o.language, '_', '-')), '-', 1) AS house) tag
    CROSS JOIN LATERAL (
        SELECT CASE WHEN tag.wanted = ANY({spoken}) OR v.translations ? tag.wanted THEN tag.wanted
            WHEN tag.house = ANY({spoken}) OR v.translations ? tag.house THEN tag.house
            ELSE '{source}' END AS language) read
    LEFT JOIN surveys_touchpoint t ON t.id = i.touchpoint_id
    LEFT JOIN surveys_response r ON r.invitation_id = i.id
    WHERE i.id = %(invitation)s
"""
# Read by the second step only: the first one is not to weigh more for them.
QUESTIONS = """, (
        SELECT json_agg(json_build_object('id', q.id, 'number', q.number, 'kind', q.kind,
            'asked_of', q.asked_of, 'text', q.text, 'options', q.options, 'low', q.low,
            'high', q.high) ORDER BY q.position)::text
        FROM surveys_question q WHERE q.survey_version_id = v.id)"""
# What stands in the second step, for whoever changes it.
STANDS = """, r.comment, r.feelings, (
        SELECT json_agg(json_build_object('question', a.question_id, 'picked', a.picked,
            'words', a.words))::text
        FROM surveys_answer a WHERE a.response_id = r.id)"""
READABLE = {"spoken": "'{" + ",".join(SPOKEN) + "}'::text[]", "source": SOURCE}
FIRST_STEP = ASKED.format(more="", **READABLE)
SECOND_STEP = ASKED.format(more=QUESTIONS + STANDS, **READABLE)


@dataclass(frozen=True, slots=True)
class Asked:
    """One invitation with the words and colours of its page."""

    invitation_id: int
    organisation_id: int
    expires_at: datetime
    answered_at: datetime | None
    finished_at: datetime | None
    opted_out_at: datetime | None
    organisation: str
    accent: str
    logo: str
    thanks_note: str
    metric: str
    wording: str  # JSON as stored: the same text is read once for all who are asked
    topic: str
    deed: str
    touchpoint_kind: str
    owner_team: str
    score: int | None
    asks_why: bool
    asks_feeling: bool
    asks_contact: bool
    contact: str
    language: str  # that is read
    words: str | None  # JSON as stored: the organisation's own translation into it
    house_language: str
    translations: Sequence[str]  # the languages of the organisation's own translations
    asks_more_of: Sequence[str]
    channel: str = Channel.EMAIL  # how it reached whoever opens it
    amend_days: int = 0
    time_zone: str = "UTC"
    is_gone: bool = False  # the person was erased, or the link reached somebody else
    review_url: str = ""
    is_anonymous: bool = False
    is_used: bool = False  # answered anonymously: nobody knows when
    kept: Sequence[str] | None = None  # the kept property and its value, of an anonymous one
    # Read for the second step only: its questions and what stands in it, both JSON.
    questions: str | None = None
    comment: str | None = None
    feelings: Sequence[str] | None = None
    given: str | None = None
    # Where the page stands and how it looks: other than usual in the editor's preview only.
    door: str = "s"
    scheme: str = ""
    chosen: str = ""  # the language that was chosen on the page itself

    @property
    def main_language(self) -> str:
        """The language that the survey's main texts are written in."""
        return main_language(self.house_language, self.translations)

    @property
    def note(self) -> str:
        """What answers have changed, in the main language: in another one it would be a riddle."""
        return self.thanks_note if self.language == self.main_language else ""

    @property
    def scale(self) -> Scale:
        return SCALES[Metric(self.metric)]

    @property
    def occasion(self) -> Occasion:
        return Occasion(
            topic=self.topic,
            deed=self.deed,
            is_service=self.touchpoint_kind == "service",
            owner_team=self.owner_team,
        )

    @property
    def until(self) -> date | None:
        """The last day on which the answer may be changed; None: there is none, or it may not."""
        if self.answered_at is None or not self.amend_days:
            return None
        return local_day(self.answered_at, self.time_zone) + timedelta(days=self.amend_days)

    def may_be_taken_out(self, now: datetime) -> bool:
        """Whether there is an answer of which somebody may still say that it is not hers."""
        if self.answered_at is None or self.is_gone:
            return False
        return self.is_open(now) or self.answered_at > now - OPEN_AFTER_ANSWER

    def is_open(self, now: datetime) -> bool:
        """Whether an answer is taken: the first one, or another one in its place."""
        if self.is_gone:
            return False
        if self.is_anonymous:
            return not self.is_used and self.expires_at > now
        if self.until is not None:
            return local_day(now, self.time_zone) <= self.until
        if self.finished_at is not None or self.expires_at <= now:
            return False
        return self.answered_at is None or self.answered_at > now - OPEN_AFTER_ANSWER


def asked(
    invitation_id: int, *, chosen: str = "", accepted: str = "", with_questions: bool = False
) -> Asked | None:
    """The invitation, whoever's it is: the caller holds a link that we signed.

    `chosen` is the language chosen on the page, `accepted` the one the browser likes best: read
    where the customer's own is not known.
    """
    statement = SECOND_STEP if with_questions else FIRST_STEP
    values = {"invitation": invitation_id, "chosen": chosen, "accepted": accepted}
    rows: list[Any] = tenancy.in_one_trip(ORGANISATION_OF_INVITATION, statement, values)
    return replace(Asked(*rows[0]), chosen=chosen) if rows else None
