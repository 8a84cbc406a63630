"""What a programme asks about, in the words of the customers who may choose."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass

MOST_TOPICS = 3


@dataclass(frozen=True, slots=True)
class KindWords:
    """What is said where a programme has no words of its own; in other languages another one."""

    whole: str = "{organisation} as a whole"
    contact: str = "a contact you had with us"
    both: str = "{topics} and {last}"


ENGLISH = KindWords()
WORDS: dict[str, str] = asdict(ENGLISH)


def kind_name(
    words: KindWords = ENGLISH,
    *,
    public_name: str,
    is_relational: bool,
    organisation: str,
    topics: Sequence[str],
) -> str:
    """Return what follows "questions about"; never the programme's own name, which is for staff."""
    if public_name:
        return public_name
    if is_relational:
        return words.whole.format(organisation=organisation)
    told = list(dict.fromkeys(topic for topic in topics if topic))
    if not told or len(told) > MOST_TOPICS:
        return words.contact
    *others, last = told
    return words.both.format(topics=", ".join(others), last=last) if others else last
