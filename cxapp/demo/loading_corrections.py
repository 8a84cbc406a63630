"""What staff did to answers in the story: one excluded, many tagged, one person forgotten."""

from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Any, Protocol

from django.db.models import Model

from accounts.models import AuditEntry
from cxapp import demo
from cxapp.demo.loading_copy import reserve
from cxapp.demo.story.calendar import DAY, DAYS
from cxapp.demo.story.records import Answer
from surveys import models

# A responder read the comments of the last half year and put these words on what they tell.
TAGGED_DAYS = 180
TAGS = {
    "Price rise": ("pounds more", "price", "dearer", "\u00a33"),
    "Bill too high": ("quoted", "bill"),
    "Passed around": ("passed", "desk", "three names"),
    "Long wait": ("wait", "queue"),
    "Coverage at home": ("indoor", "signal", "coverage"),
}


class Loading(Protocol):
    """What the loader offers to those who write further rows."""

    def at(self, second: int) -> datetime: ...
    def write(
        self, model: type[Model], columns: Sequence[str], rows: Iterator[Sequence[Any]]
    ) -> None: ...


Rows = Sequence[tuple[int, Answer]]


def load_corrections(loading: Loading, answers: Rows) -> None:
    """Write what was done to these answers; no score and no standing changes by it."""
    loading.write(models.Exclusion, EXCLUSION, _exclusions(loading, answers))
    _load_tags(loading, answers)
    _load_receipts(loading)


EXCLUSION = (
    "response_id", "reason", "excluded_at", "excluded_by", "standing_before", "reason_before",
    "restored_by",
)  # fmt: skip


def _exclusions(loading: Loading, answers: Rows) -> Iterator[tuple[Any, ...]]:
    for response_id, answer in answers:
        if answer.standing == "excluded":
            at = loading.at(answer.revisions[0].at + DAY)
            yield (response_id, answer.reason, at, _manager(), "counted", "", "")


def _load_tags(loading: Loading, answers: Rows) -> None:
    ids = dict(zip(TAGS, reserve(models.Tag, len(TAGS)), strict=True))
    made = loading.at((DAYS - TAGGED_DAYS) * DAY)
    loading.write(
        models.Tag, ("id", "name", "created_at"), ((ids[name], name, made) for name in TAGS)
    )
    loading.write(
        models.ResponseTag,
        ("response_id", "tag_id", "tagged_at"),
        (
            (response_id, ids[name], loading.at(answer.revisions[0].at + DAY // 2))
            for response_id, answer in answers
            if answer.revisions[0].at > (DAYS - TAGGED_DAYS) * DAY
            for name, words in TAGS.items()
            if any(word in answer.comment.lower() for word in words)
        ),
    )


def _load_receipts(loading: Loading) -> None:
    """The trail of the person who was forgotten, as erasing writes it."""
    for gone in models.Customer.objects.filter(erased_at__isnull=False):
        versions = models.ResponseRevision.objects.filter(response__customer=gone)
        AuditEntry.objects.create(
            organisation_id=gone.organisation_id,
            at=loading.at(DAYS * DAY - 1),
            actor=_manager(),
            action="customer.erased",
            object_type="customer",
            object_id=gone.pk,
            after={
                "mode": "anonymise",
                "answers": gone.responses.count(),
                "mails_stopped": 0,
                "mails_on_their_way": 0,
                "emptied_surveys_interaction": gone.interactions.count(),
                "emptied_surveys_invitation": gone.invitations.count(),
                "emptied_surveys_response": gone.responses.count(),
                "emptied_surveys_responserevision": versions.count(),
            },
        )


def _manager() -> str:
    return next(address for role, _, address in demo.PEOPLE if role == "manager")
