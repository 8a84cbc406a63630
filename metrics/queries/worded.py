"""Which answers tell of some words, looked up once for all figures of a page."""
# ruff: noqa: S608  (put together from names of ours; every value is a parameter)

from typing import Any, TypeVar

from django.db import connection

from metrics.queries.effort import counted_by_rows
from metrics.queries.filters import Slice
from surveys.queries.searching import tells

# A page makes a dozen figures and each would read every comment of its days. Ids of more answers
# than these cost as much to send as comments to read; the search stops as soon as there are more.
MOST = 20_000
Part = TypeVar("Part", bound=Slice)
_FIND = f"""
    SELECT r.id FROM surveys_response r
    WHERE r.organisation_id = %(organisation)s AND r.score IS NOT NULL AND {{tells}}
    LIMIT {MOST + 1}
"""


def looked_up(chosen: Part) -> Part:
    """The same with its words found, where few answers tell of them; one statement a search."""
    found = dict(chosen.found)
    with connection.cursor() as cursor, counted_by_rows(chosen.words):
        for words in chosen.words:
            given: dict[str, Any] = {"organisation": chosen.organisation_id, "words": words}
            cursor.execute(_FIND.format(tells=tells("r", "%(words)s")), given)
            ids = [row_id for (row_id,) in cursor.fetchall()]
            if len(ids) <= MOST:
                found[words] = ids
    return chosen.narrowed(found=found)
