"""The views people keep: their own, and those that somebody shares with everybody."""

from collections.abc import Sequence

from django.db.models import Q

from metrics.models import SavedView


def views_for(user_id: int) -> Sequence[SavedView]:
    """Return one's own views and the shared ones, by name."""
    seen = SavedView.objects.select_related("user").filter(Q(user=user_id) | Q(is_shared=True))
    return list(seen.order_by("name", "id"))


def saved_addresses(*pages: str) -> Sequence[tuple[str, str]]:
    """Return each different (page, query) that anybody of the organisation keeps.

    For work that prepares what many will open; whose view it is plays no part.
    """
    rows = SavedView.objects.filter(page__in=pages) if pages else SavedView.objects.all()
    return list(rows.order_by("page", "query").values_list("page", "query").distinct())
