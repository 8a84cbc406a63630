"""What a programme asks about, in the words of the customers who may choose."""

from collections.abc import Sequence

MOST_TOPICS = 3


def kind_name(
    *, public_name: str, is_relational: bool, organisation: str, topics: Sequence[str]
) -> str:
    """Return what follows "questions about"; never the programme's own name, which is for staff."""
    if public_name:
        return public_name
    if is_relational:
        return f"{organisation} as a whole"
    told = list(dict.fromkeys(topic for topic in topics if topic))
    if not told or len(told) > MOST_TOPICS:
        return "a contact you had with us"
    *others, last = told
    return f"{', '.join(others)} and {last}" if others else last
