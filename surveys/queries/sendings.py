"""SQL that the statements which store an answer share, and the values that it names."""

import json
from collections.abc import Sequence
from dataclasses import asdict
from typing import Any

from events.kinds import Kind
from surveys.rules.feelings import CONTACT_UP_TO, Feeling
from surveys.rules.metrics import SCALES
from surveys.rules.questions import Given


def _by_metric(row: str, cases: Sequence[tuple[str, str]]) -> str:
    """Of the metric of `row` what is said for it; null for any other."""
    said = " ".join(f"WHEN '{metric}' THEN {then}" for metric, then in cases)
    return f"CASE {row}.metric {said} END"


# Whether the score stands on the scale of the row `asked`.
IS_ON_SCALE = _by_metric(
    "asked",
    [
        (metric, f"%(score)s BETWEEN {scale.lowest} AND {scale.highest}")
        for metric, scale in SCALES.items()
    ],
)


def asks_contact(row: str) -> str:
    """Whether a score as low as the row's is asked for a contact: one that was raised is not."""
    return _by_metric(
        row, [(metric, f"{row}.score <= {most}") for metric, most in CONTACT_UP_TO.items()]
    )


def fitting(version: str) -> str:
    """Return the rows `fitting`: of the answers that were sent those to questions of `version`.

    What is no answer to its question is left out: no form of ours sends any.
    """
    return f"""given AS MATERIALIZED (
        SELECT * FROM jsonb_to_recordset(%(answers)s::jsonb)
            AS g(question bigint, picked smallint[], words text)
    ), fitting AS MATERIALIZED (
        SELECT q.id, q.kind, g.picked, g.words
        FROM surveys_question q JOIN given g ON g.question = q.id
        WHERE q.survey_version_id = ({version})
          AND CASE q.kind WHEN 'text' THEN g.words <> '' AND g.picked = '{{}}'
              ELSE g.words = '' AND g.picked <> '{{}}' AND g.picked <@ q.picks
                  AND (q.kind = 'multiple' OR cardinality(g.picked) = 1) END
    )"""  # noqa: S608  (our own constants, no values)


# The version of the row `kept`, with what was added to its score.
REVISED = """INSERT INTO surveys_responserevision
            (organisation_id, response_id, number, at, verdict, rule, score, comment, feelings,
            contact, answers)
        SELECT organisation_id, id, revisions_made, %(now)s, 'human', '', score, %(comment)s,
            feelings, contact,
            COALESCE((SELECT jsonb_object_agg(f.id::text, CASE f.kind WHEN 'text'
                THEN to_jsonb(f.words) ELSE to_jsonb(f.picked) END) FROM fitting f), '{}')
        FROM kept"""


FIRST_OR_AMENDED = f"""CASE revisions_made WHEN 1 THEN '{Kind.RESPONSE_RECEIVED}'
                ELSE '{Kind.RESPONSE_AMENDED}' END"""
AMENDED = f"'{Kind.RESPONSE_AMENDED}'::text"


def news_of(rows: str, kind: str) -> str:
    """Return the rows `news`, one of this kind for each of the answers in `rows`."""
    return f"""news AS (
        SELECT organisation_id, %(now)s::timestamptz AS at, {kind} AS kind,
            jsonb_build_object('response', id) AS payload
        FROM {rows}
    )"""  # noqa: S608  (our own constants, no values)


def values_of_reason(
    *, comment: str, feelings: Sequence[Feeling], contact: str, answers: Sequence[Given]
) -> dict[str, Any]:
    """Return what these texts name of the second step."""
    given = {one.question: asdict(one) for one in answers if not one.is_empty}
    return {
        "comment": comment,
        "feelings": [one.value for one in feelings],
        "contact": contact,
        "answers": json.dumps(list(given.values())),
    }
