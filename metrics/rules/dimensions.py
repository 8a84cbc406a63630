"""The dimensions that cells are counted by, and the limits that keep cells few."""

from collections.abc import Mapping

NONE = 0
PROGRAMME = 1
TOUCHPOINT = 2
FIRST_PROPERTY = 3

TRACKED_PROPERTIES = 8
VALUES_PER_PROPERTY = 1_000
VALUE_LENGTH = 200
# A cell names at most this many dimensions; a filter with more is counted from the answers.
TOGETHER = 2

# Of invitations no pair of two properties is kept: it would be most of their cells and hardly
# anybody reads a response rate by two properties. It is counted from the invitations.
FIRST_OF_ASKS = TOUCHPOINT

SLOTS = range(1, TRACKED_PROPERTIES + 1)

# How the customer was served before a relational answer. 180 days are the rule, the others tell
# whether a claim depends on where the line is drawn.
STATE_180 = 11
STATE_90 = 12
STATE_365 = 13
STATE_DAYS = {STATE_180: 180, STATE_90: 90, STATE_365: 365}

GOOD = 1
POOR = 2
UNRATED = 3
STATES = 4  # more than the largest: a state fits below any other value


def property_dimension(slot: int) -> int:
    """The dimension of the tracked property in this slot."""
    return FIRST_PROPERTY + slot - 1


def columns() -> dict[int, str]:
    """Each dimension's column in the counted rows of answers and of invitations."""
    slots = {property_dimension(slot): f"value_{slot}" for slot in SLOTS}
    return {PROGRAMME: "programme_id", TOUCHPOINT: "touchpoint_id", **slots}


def state_columns() -> dict[int, str]:
    """The columns that only answers have: the service state by each number of days."""
    return {dimension: f"service_state_{days}" for dimension, days in STATE_DAYS.items()}


def pairs(named: Mapping[int, str]) -> list[tuple[int, int]]:
    """The pairs of dimensions that have cells: none, one, two; an unused one stands first."""
    every = [NONE, *sorted(named)]
    return [
        (NONE, NONE),
        *((one, two) for one in every for two in every if one < two and may_meet(one, two)),
    ]


def may_meet(first: int, second: int) -> bool:
    """Two states never share a cell, and a relationship survey has no touchpoint."""
    return second not in STATE_DAYS or (first not in STATE_DAYS and first != TOUCHPOINT)
