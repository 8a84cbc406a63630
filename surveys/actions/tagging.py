"""Put words on answers and take them off; each answer that changes is one entry in the trail."""

from collections.abc import Collection, Mapping
from datetime import datetime

from django.db import IntegrityError, transaction

from accounts.actions.auditing import record_change
from accounts.rules.actors import Actor
from kit.texts import is_line
from surveys.models import Response, ResponseTag, Tag
from surveys.models.tags import TAG_LENGTH

MOST_TAGS = 200


class BadTag(ValueError):
    """No name for a tag; the message is for a person."""


class TagExists(ValueError):
    """Another tag has this name."""


def tag_responses(
    *, organisation_id: int, response_ids: Collection[int], name: str, actor: Actor, now: datetime
) -> int:
    """Tag the answers, with a new tag where the name is new; return how many were not yet."""
    with transaction.atomic():
        tag = _tag_of(organisation_id, name, now)
        tagged = set(ResponseTag.objects.filter(tag=tag).values_list("response_id", flat=True))
        rows = Response.objects.filter(pk__in=set(response_ids) - tagged).order_by("id")
        return sum(_tag(row, tag, actor, now) for row in rows.only("id", "organisation_id"))


def untag_responses(
    *, response_ids: Collection[int], tag_id: int, actor: Actor, now: datetime
) -> int:
    """Take the tag off these answers; return how many had it."""
    with transaction.atomic():
        worn = ResponseTag.objects.filter(tag=tag_id, response__in=response_ids)
        rows = list(worn.select_related("tag").select_for_update(of=("self",)).order_by("id"))
        for row in rows:
            row.delete()
            _record("response.untagged", row, row.tag.name, actor, now)
    return len(rows)


def rename_tag(*, tag_id: int, name: str, actor: Actor, now: datetime) -> Tag:
    """Give the tag another name; raises BadTag, TagExists and Tag.DoesNotExist."""
    with transaction.atomic():
        tag = Tag.objects.select_for_update().get(pk=tag_id)
        before, tag.name = {"name": tag.name}, _checked(name)
        try:
            with transaction.atomic():
                tag.save(update_fields=["name"])
        except IntegrityError as error:
            raise TagExists(tag.name) from error
        _record_tag("tag.renamed", tag, before, {"name": tag.name}, actor, now)
    return tag


def delete_tag(*, tag_id: int, actor: Actor, now: datetime) -> None:
    """Take the tag off every answer and forget it; a tag that is gone already changes nothing."""
    with transaction.atomic():
        tag = Tag.objects.select_for_update().filter(pk=tag_id).first()
        if tag is None:
            return
        worn, _ = ResponseTag.objects.filter(tag=tag).delete()
        _record_tag("tag.deleted", tag, {"name": tag.name, "answers": worn}, {}, actor, now)
        tag.delete()


def _checked(name: str) -> str:
    words = " ".join(name.split())
    if not words or len(words) > TAG_LENGTH or not is_line(words):
        raise BadTag(f"A tag is one line of 1 to {TAG_LENGTH} characters.")
    return words


def _tag_of(organisation_id: int, name: str, now: datetime) -> Tag:
    words = _checked(name)
    known = Tag.objects.filter(name__iexact=words).first()
    if known is not None:
        return known
    if Tag.objects.count() >= MOST_TAGS:
        raise BadTag(f"There are {MOST_TAGS} tags already; delete one first.")
    try:
        with transaction.atomic():
            return Tag.objects.create(organisation_id=organisation_id, name=words, created_at=now)
    except IntegrityError:  # somebody else was first with this name
        return Tag.objects.get(name__iexact=words)


def _tag(response: Response, tag: Tag, actor: Actor, now: datetime) -> int:
    row, is_new = ResponseTag.objects.get_or_create(
        organisation_id=response.organisation_id,
        response=response,
        tag=tag,
        defaults={"tagged_at": now},
    )
    if is_new:
        _record("response.tagged", row, tag.name, actor, now)
    return int(is_new)


def _record(action: str, row: ResponseTag, name: str, actor: Actor, now: datetime) -> None:
    record_change(
        organisation_id=row.organisation_id,
        actor=actor,
        action=action,
        object_type="response",
        object_id=row.response_id,
        after={"tag": name},
        now=now,
    )


def _record_tag(
    action: str,
    tag: Tag,
    before: Mapping[str, object],
    after: Mapping[str, object],
    actor: Actor,
    now: datetime,
) -> None:
    record_change(
        organisation_id=tag.organisation_id,
        actor=actor,
        action=action,
        object_type="tag",
        object_id=tag.pk,
        before=before,
        after=after,
        now=now,
    )
