"""What a sending shows of who made it, and the rules that suspect a machine."""

from dataclasses import dataclass
from enum import StrEnum

# The one more tap is believed of a page this old, whatever an organisation sets for the first.
OLD_ENOUGH = 1  # seconds


class Rule(StrEnum):
    """Why a sending is doubted; the first that applies is written down."""

    TRAP = "trap"
    NO_FORM = "no_form"
    TOO_QUICK = "too_quick"
    SEVERAL_SCORES = "several_scores"
    TOO_SOON = "too_soon"


@dataclass(frozen=True, slots=True)
class Signs:
    """What is known of one sending; what is not known of it raises no doubt.

    `seconds`: how long its page had been shown; `scores`: how many different scores of the link
    were requested within a minute, None if nobody could look; `is_again`: it is the one more tap.
    """

    touched_trap: bool = False
    has_form: bool = True
    seconds: float | None = None
    is_again: bool = False
    scores: int | None = 0
