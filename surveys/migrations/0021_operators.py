"""What operators see of asking and answering: numbers of all organisations together."""

from django.db import migrations

from kit import rls

# What was stored since it was last looked at, by the number of the row: no index is needed, and
# each row is counted once.
SINCE = """
    SELECT 'decision', CASE WHEN is_asked THEN 'asked' ELSE rule END, count(*), max(id)
    FROM surveys_decision WHERE id > decisions AND decided_at < before GROUP BY 2
    UNION ALL
    SELECT 'doubt', rule, count(*), max(id) FROM surveys_responserevision
    WHERE id > revisions AND at < before AND verdict = 'suspect' GROUP BY 2
    UNION ALL
    SELECT 'answer', r.origin, count(*), max(v.id)
    FROM surveys_responserevision v JOIN surveys_response r ON r.id = v.response_id
    WHERE v.id > revisions AND v.at < before AND v.number = 1 GROUP BY 2
    UNION ALL
    SELECT 'attempt', phase || ' ' || left(code, 1), count(*), max(id)
    FROM surveys_messageattempt WHERE id > attempts AND ended_at < before GROUP BY 2
"""
LAST = """
    SELECT (SELECT coalesce(max(id), 0) FROM surveys_decision),
        (SELECT coalesce(max(id), 0) FROM surveys_responserevision),
        (SELECT coalesce(max(id), 0) FROM surveys_messageattempt)
"""


class Migration(migrations.Migration):
    dependencies = [("surveys", "0020_faces")]
    operations = [
        rls.lookup("surveys_decision"),
        rls.lookup("surveys_response"),
        rls.lookup("surveys_responserevision"),
        rls.lookup("surveys_messageattempt"),
        rls.function(
            "surveys_since(decisions bigint, revisions bigint, attempts bigint,"
            " before timestamptz)",
            "TABLE (what text, name text, happened bigint, last bigint)",
            SINCE,
        ),
        rls.function(
            "surveys_last()", "TABLE (decisions bigint, revisions bigint, attempts bigint)", LAST
        ),
    ]
