"""What somebody answered to follow-up questions, as lines of question and words."""

from collections.abc import Mapping, Sequence
from typing import Any

from surveys.models.responses import CONTACTS as CHOICES

CONTACTS = dict(CHOICES)
NOTHING = "nothing that is kept"


def follow_up_lines(said: Sequence[Mapping[str, Any]] | None) -> list[tuple[str, str]]:
    """Return each question with its answer; the words of an erased person are gone."""
    return [(one["question"], _answer(one)) for one in said or ()]


def felt_lines(feelings: Sequence[str], contact: str) -> list[tuple[str, str]]:
    """Return how it felt and whether somebody may call or write, as far as it was said."""
    felt = [("Feeling", ", ".join(feelings).capitalize())] if feelings else []
    return [*felt, *([("May be contacted", CONTACTS[contact])] if contact else [])]


def _answer(one: Mapping[str, Any]) -> str:
    if one["kind"] == "rating" and one["chosen"]:
        return f"{one['chosen'][0]} of 5"
    return one["words"] or ", ".join(one["chosen"]) or NOTHING
