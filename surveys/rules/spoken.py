"""Answers that a customer spoke and staff wrote down: of which days they may be."""

from datetime import date, timedelta

OLDEST = timedelta(days=366)


class DayRefused(ValueError):
    """Nothing can have been said on that day, or too long ago; the message is for a person."""


def check_day(on: date, today: date) -> None:
    """Refuse days to come, and what nobody can remember rightly any more."""
    if on > today:
        raise DayRefused("This day has not come yet.")
    if on < today - OLDEST:
        raise DayRefused("Write down what was said within the last year.")
