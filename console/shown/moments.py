"""Days and times in words where near, in figures where far."""

from datetime import date, datetime, timedelta

from django.utils import timezone


def day_text(day: date, today: date) -> str:
    """Write a day: today, yesterday, Tuesday 17 November, 3 May 2025."""
    if day == today:
        return "Today"
    if day == today - timedelta(days=1):
        return "Yesterday"
    return f"{day:%A} {day.day} {day:%B}" if day.year == today.year else f"{day.day} {day:%B %Y}"


def moment_text(at: datetime, now: datetime) -> str:
    """Write an instant: today 14:20, yesterday 09:05, 17 Nov, 3 May 2025."""
    here, today = timezone.localtime(at), timezone.localtime(now).date()
    if today - here.date() in (timedelta(0), timedelta(days=1)):
        return f"{day_text(here.date(), today).lower()} {here:%H:%M}"
    near = f"{here.day} {here:%b}"
    return near if here.year == today.year else f"{near} {here.year}"


def coming_text(at: datetime, now: datetime) -> str:
    """Write an instant that lies ahead: today 14:20, tomorrow 08:00, Wed 25 Nov 08:00."""
    here, today = timezone.localtime(at), timezone.localtime(now).date()
    days = (here.date() - today).days
    near = ("today", "tomorrow")[days] if days < 2 else f"{here:%a} {here.day} {here:%b}"
    return f"{near} {here:%H:%M}"
