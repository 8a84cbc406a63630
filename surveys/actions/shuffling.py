"""Write anonymous answers anew each night: neither where they lie nor when tells of anybody.

PostgreSQL keeps with each row which transaction wrote it (xmin) and where it lies (ctid). Both
would pair an answer with the invitation that was used in the same transaction, or put answers in
the order in which invitations were used. After this all of a month stand in one transaction that
touched nothing else, in random order, under new random ids.
"""

from datetime import datetime, timedelta

from django.db import connection

from kit.periods import local_day

# The month that runs and the one before it: the last answers of one are shuffled in the next.
REACH = timedelta(days=40)

# The ORDER BY draws for each row before any is written; the month goes first, for it is no secret
# and whole months need not be written again later.
SHUFFLE = """
    WITH taken AS (
        DELETE FROM surveys_anonymousanswer
        WHERE organisation_id = %(organisation)s AND month >= %(since)s
        RETURNING organisation_id, programme_id, month, kept, score, comment, feelings
    ), drawn AS MATERIALIZED (SELECT * FROM taken ORDER BY month, random())
    INSERT INTO surveys_anonymousanswer
        (id, organisation_id, programme_id, month, kept, score, comment, feelings)
    SELECT gen_random_uuid(), organisation_id, programme_id, month, kept, score, comment, feelings
    FROM drawn
"""


def shuffle_answers(*, organisation_id: int, time_zone: str, now: datetime) -> int:
    """Write this month's and the last month's answers anew; return how many."""
    since = (local_day(now, time_zone) - REACH).replace(day=1)
    with connection.cursor() as cursor:
        cursor.execute(SHUFFLE, {"organisation": organisation_id, "since": since})
        return int(cursor.rowcount)
