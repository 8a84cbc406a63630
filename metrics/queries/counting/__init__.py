"""The SQL by which answers and invitations become counts.

Parts are named by what they hold and put together by folding, rebuilding and comparing, so
that all three mean the same by "where an answer is counted".
"""

from metrics.queries.counting.cells import ASK_CELLS, CELLS, SUPERSEDED, SUPERSEDED_WEEKS, Kept
from metrics.queries.counting.rows import (
    ANSWER,
    ANSWER_ROW,
    ASK_ROW,
    OUTCOMES,
    SCORES,
    STATES,
    listed,
    new_values,
    present_answers,
    present_asks,
    with_next,
)
from metrics.queries.counting.states import (
    LONGEST,
    cuts,
    days,
    expected_answers,
    rejudged,
    states_by_frames,
    votes,
)

__all__ = [
    "ANSWER",
    "ANSWER_ROW",
    "ASK_CELLS",
    "ASK_ROW",
    "CELLS",
    "LONGEST",
    "OUTCOMES",
    "SCORES",
    "STATES",
    "SUPERSEDED",
    "SUPERSEDED_WEEKS",
    "Kept",
    "cuts",
    "days",
    "expected_answers",
    "listed",
    "new_values",
    "present_answers",
    "present_asks",
    "rejudged",
    "states_by_frames",
    "votes",
    "with_next",
]
