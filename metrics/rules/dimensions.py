"""The dimensions that cells are counted by, and the limits that keep cells few."""

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


def property_dimension(slot: int) -> int:
    """The dimension of the tracked property in this slot."""
    return FIRST_PROPERTY + slot - 1


def columns() -> dict[int, str]:
    """Each dimension's column in the counted rows."""
    slots = {property_dimension(slot): f"value_{slot}" for slot in SLOTS}
    return {PROGRAMME: "programme_id", TOUCHPOINT: "touchpoint_id", **slots}
