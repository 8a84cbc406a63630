"""Everything that is stored, as one value to compare: a refusal must leave it as it was."""

from django.apps import apps
from django.db import connections

OURS = ("accounts", "surveys", "events", "metrics", "followup", "reports")
# The key notes its use, which is no effect of the call.
NOT_COMPARED = {"accounts_apikey": "last_used_at"}


def stored():
    """Return for each of our tables how many rows it has and a digest of all of them."""
    with connections["default"].cursor() as cursor:
        cursor.execute(" UNION ALL ".join(map(_digest, sorted(_tables()))))
        return {table: found for table, *found in cursor.fetchall()}


def _tables():
    for app in OURS:
        for model in apps.get_app_config(app).get_models(include_auto_created=True):
            yield model._meta.db_table


def _digest(table):
    row = f"to_jsonb(t) - '{NOT_COMPARED[table]}'" if table in NOT_COMPARED else "to_jsonb(t)"
    return (
        f"SELECT '{table}', count(*), md5(string_agg(row::text, ' ' ORDER BY row::text))"
        f" FROM (SELECT {row} AS row FROM {table} t) AS rows"
    )
