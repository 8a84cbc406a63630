"""Tags by name, with how many answers wear them."""

from dataclasses import dataclass

from django.db.models import Count

from surveys.models import ResponseTag, Tag


@dataclass(frozen=True)
class TagRow:
    id: int
    name: str
    answers: int


def tag_choices() -> list[tuple[int, str]]:
    return list(Tag.objects.order_by("name", "id").values_list("id", "name"))


def tags_with_answers() -> list[TagRow]:
    counted = Tag.objects.annotate(answers=Count("taggings")).order_by("name", "id")
    return [TagRow(*row) for row in counted.values_list("id", "name", "answers")]


def tags_on(response_ids: list[int]) -> dict[int, list[tuple[int, str]]]:
    """Return id and name of the tags that each of these answers wears."""
    worn: dict[int, list[tuple[int, str]]] = {}
    rows = ResponseTag.objects.filter(response__in=response_ids).order_by("tag__name", "id")
    for response_id, tag_id, name in rows.values_list("response_id", "tag_id", "tag__name"):
        worn.setdefault(response_id, []).append((tag_id, name))
    return worn
