"""A migration operation that makes the indexes last which find one row by its key."""

from typing import Any

from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.migrations.operations.base import Operation
from django.db.migrations.state import ProjectState

# Without statistics, or with those of others only, indexes seem to cost alike, and of those the
# planner takes the newest: that should be a unique one, or that of a reference.
KEYS_LAST = r"""
    DO $made$ DECLARE it record; BEGIN
        FOR it IN
            SELECT i.indrelid::regclass AS place, i.indexrelid::regclass AS name, k.conname,
                pg_get_constraintdef(k.oid) AS rule, pg_get_indexdef(i.indexrelid) AS made
            FROM pg_index i
            JOIN pg_class t ON t.oid = i.indrelid AND t.relnamespace = 'public'::regnamespace
            LEFT JOIN pg_constraint k ON k.conindid = i.indexrelid AND k.contype = 'u'
            WHERE t.relname LIKE '{app}\_%' AND NOT i.indisprimary AND i.indpred IS NULL
                AND (i.indisunique OR i.indnkeyatts = 1 AND i.indexprs IS NULL
                    AND i.indclass[0] IN (SELECT oid FROM pg_opclass WHERE opcdefault))
            ORDER BY i.indisunique DESC, i.indexrelid
        LOOP
            IF it.conname IS NULL THEN
                EXECUTE format('DROP INDEX %s', it.name);
                EXECUTE it.made;
            ELSE
                EXECUTE format('ALTER TABLE %s DROP CONSTRAINT %I, ADD CONSTRAINT %I %s',
                    it.place, it.conname, it.conname, it.rule);
            END IF;
        END LOOP;
    END $made$
"""


class MakeKeysLast(Operation):
    """Order the indexes of the app's new tables, once the migration has made all of them."""

    reversible = True

    def state_forwards(self, app_label: str, state: ProjectState) -> None:
        """Indexes keep their names and what they hold."""

    def database_forwards(
        self, app_label: str, schema_editor: BaseDatabaseSchemaEditor, *_states: Any
    ) -> None:
        schema_editor.deferred_sql.append(KEYS_LAST.format(app=app_label))

    def database_backwards(
        self, app_label: str, schema_editor: BaseDatabaseSchemaEditor, *_states: Any
    ) -> None:
        """The tables go, and their indexes with them."""

    def describe(self) -> str:
        return "Make the indexes of keys last"
