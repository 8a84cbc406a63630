"""Change the draft of a survey, throw it away, publish it: one audit row for each."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import transaction

from accounts.actions.auditing import record_change
from accounts.rules.actors import Actor
from surveys.actions.publishing import write_version
from surveys.models import Survey, SurveyDraft, SurveyVersion
from surveys.queries.surveys import Working, content_of_version, working
from surveys.queries.told import default_wording
from surveys.rules.contents import Content, check_content, tidied
from surveys.rules.languages import main_language
from surveys.rules.metrics import Metric
from surveys.rules.wording import WordingRefused


class DraftMoved(Exception):
    """Somebody else changed the draft meanwhile; the argument is what stands there now."""


class NothingToPublish(Exception):
    """There is no draft, or it says what the newest version says."""


@dataclass(frozen=True, kw_only=True)
class Editing:
    """Which survey is changed, by whom, and at which mark of its draft the change was begun."""

    survey_id: int
    mark: str
    actor: Actor


def save_draft(*, editing: Editing, content: Content, now: datetime) -> Working:
    """Keep what is to be the next version; words that say nothing new are left out.

    Raises DraftMoved, WordingRefused and QuestionRefused.
    """
    with transaction.atomic():
        here = _held(editing)
        metric = Metric(here.survey.metric)
        check_content(metric, content)
        _check_drawing(here, content)
        main = main_language(here.survey.organisation.language, content.translations)
        content = tidied(metric, content, default_wording(metric, main))
        if content == here.content:
            return here
        if content == content_of_version(here.version):
            SurveyDraft.objects.filter(survey=here.survey).delete()
        else:
            _write(here, content, editing.actor, now)
        _record("survey.drafted", editing, _flat(here.content), _flat(content), now)
    return working(here.survey)


def use_version(*, editing: Editing, number: int, now: datetime) -> Working:
    """Begin a draft with what an earlier version said; raises DraftMoved and DoesNotExist."""
    rows = SurveyVersion.objects.filter(number__gt=0)
    version = rows.get(survey=editing.survey_id, number=number)
    return save_draft(editing=editing, content=content_of_version(version), now=now)


def discard_draft(*, editing: Editing, now: datetime) -> bool:
    """Throw the draft away; False if there is none. Raises DraftMoved."""
    with transaction.atomic():
        here = _held(editing)
        if here.draft is None:
            return False
        here.draft.delete()
        after = _flat(content_of_version(here.version))
        _record("survey.draft_discarded", editing, _flat(here.content), after, now)
    return True


def publish_draft(*, editing: Editing, now: datetime) -> SurveyVersion:
    """Make the draft the version that is asked from now on.

    Raises DraftMoved, NothingToPublish, WordingRefused and QuestionRefused.
    """
    with transaction.atomic():
        here = _held(editing)
        if here.draft is None:
            raise NothingToPublish
        check_content(Metric(here.survey.metric), here.content)
        version = write_version(
            survey=here.survey,
            number=here.version.number + 1,
            content=here.content,
            by=editing.actor.name,
            now=now,
        )
        here.draft.delete()
        before = {"version": here.version.number, **_flat(content_of_version(here.version))}
        after = {"version": version.number, **_flat(here.content)}
        _record("survey.published", editing, before, after, now)
    return version


def _check_drawing(here: Working, content: Content) -> None:
    """An anonymous answer keeps no version, so nobody could tell faces from numbers later."""
    if content.has_faces and here.survey.programmes.filter(is_anonymous=True).exists():
        raise WordingRefused("An anonymous programme cannot ask with faces.")


def _held(editing: Editing) -> Working:
    """Lock the survey, so that one change follows the other, and look at its draft."""
    rows = Survey.objects.select_related("organisation").select_for_update(of=("self",))
    survey = rows.get(pk=editing.survey_id)
    here = working(survey)
    if here.mark != editing.mark:
        raise DraftMoved(here)
    return here


def _write(here: Working, content: Content, actor: Actor, now: datetime) -> None:
    SurveyDraft.objects.update_or_create(
        organisation_id=here.survey.organisation_id,
        survey=here.survey,
        defaults={
            "content": content.stored(),
            "based_on": here.version.number,
            "edition": here.draft.edition + 1 if here.draft else 1,
            "edited_at": now,
            "edited_by": actor.name,
        },
    )


def _flat(content: Content) -> dict[str, Any]:
    """The content as the audit trail compares it: field by field."""
    asks = ("has_faces", "asks_why", "asks_feeling", "asks_contact", "review_url")
    flat: dict[str, Any] = {name: getattr(content, name) for name in asks}
    flat |= content.wording
    flat |= {f"question {one.number}": one.stored() for one in content.questions}
    flat["order"] = [one.number for one in content.questions]
    for language, words in content.translations.items():
        flat |= {f"{language}: {key}": text for key, text in words.items()}
    return {**flat, "languages": sorted(content.translations)}


def _record(
    action: str, editing: Editing, before: dict[str, Any], after: dict[str, Any], now: datetime
) -> None:
    survey = Survey.objects.only("organisation_id").get(pk=editing.survey_id)
    record_change(
        organisation_id=survey.organisation_id,
        actor=editing.actor,
        action=action,
        object_type="survey",
        object_id=editing.survey_id,
        before=before,
        after=after,
        now=now,
    )
