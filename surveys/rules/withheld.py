"""Why a mail that was written did not leave, in words."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Wishes:
    """What was true in the moment in which the mail would have left."""

    is_reminder: bool
    is_cancelled: bool = False
    is_answered: bool = False
    has_opted_out: bool = False
    has_bounced: bool = False
    is_stopped: bool = False
    is_gone: bool = False
    is_off: bool = False
    is_asked_anew: bool = False
    is_planned_anew: bool = False  # a newer question is written and has not left yet
    held_by: str = ""  # what kept it waiting until its time was over
    had_an_hour: bool = False  # in which it could have left, had nothing else held it


# The first that holds is the reason that is told.
REASONS = (
    ("is_answered", "the customer had answered"),
    ("has_opted_out", "the customer had asked us to stop"),
    ("has_bounced", "the first mail could not be delivered"),
    ("is_stopped", "mail to the address had been stopped"),
    ("is_cancelled", "the question had been cancelled"),
    ("is_gone", "the customer is gone or has no address any more"),
    ("is_off", "the programme had been switched off"),
    ("is_asked_anew", "the customer had been asked something newer meanwhile"),
    ("is_planned_anew", "a newer question is planned for the customer"),
)
TOO_LATE = "no sending hour came before the question expired"
OVER = "its time was over before a worker or the mail server could take it"
ALL_PAUSED = "while all sending was paused"
BRAKED = "while sending had stopped by itself"


def why_withheld(wishes: Wishes) -> str:
    """Say in one sentence why the mail was held back for good."""
    what = "The reminder" if wishes.is_reminder else "The mail"
    reason = next((words for name, words in REASONS if getattr(wishes, name)), _too_late(wishes))
    return f"{what} was not sent: {reason}."


def during(reason: str) -> str:
    """Name the pause that was on."""
    return f"during the pause “{reason}”"


def _too_late(wishes: Wishes) -> str:
    if wishes.held_by:
        return f"it expired {wishes.held_by}"
    return OVER if wishes.had_an_hour else TOO_LATE
