"""What somebody answered to follow-up questions, as lines of question and words."""

from collections.abc import Mapping, Sequence
from typing import Any

NOTHING = "nothing that is kept"


def follow_up_lines(said: Sequence[Mapping[str, Any]] | None) -> list[tuple[str, str]]:
    """Return each question with its answer; the words of an erased person are gone."""
    return [(one["question"], _answer(one)) for one in said or ()]


def _answer(one: Mapping[str, Any]) -> str:
    if one["kind"] == "rating" and one["chosen"]:
        return f"{one['chosen'][0]} of 5"
    return one["words"] or ", ".join(one["chosen"]) or NOTHING
