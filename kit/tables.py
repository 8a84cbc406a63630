"""What a table's planner should know after many rows came at once."""

from collections.abc import Iterable

from django.db import connection
from django.db.models import Model


def analyze(models: Iterable[type[Model]]) -> None:
    """Have PostgreSQL look at the rows now, also those of this open transaction.

    Without it, statements that follow a bulk load in the same transaction are planned for empty
    tables, and take minutes. Before PostgreSQL 17 only the owner may, and the call changes nothing.
    """
    with connection.cursor() as cursor:
        for model in models:
            cursor.execute(f"ANALYZE {connection.ops.quote_name(model._meta.db_table)}")
