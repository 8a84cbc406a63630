"""The hours in which a programme's mail may reach a customer, as the settings say."""

from collections.abc import Container
from dataclasses import dataclass
from datetime import date, datetime

from accounts.models import Organisation
from surveys.models import Message, Programme
from surveys.rules.free_days import free_days
from surveys.rules.moments import Hours, first_moment, is_open, known_zone


@dataclass(frozen=True, slots=True)
class Sending:
    """When one programme's mail may leave, for customers anywhere."""

    hours: Hours
    holidays: Container[date]
    time_zone: str  # of those whose own is not known

    def first_moment(self, wish: datetime, customer_zone: str) -> datetime | None:
        return first_moment(
            wish,
            zone=known_zone(customer_zone, self.time_zone),
            hours=self.hours,
            holidays=self.holidays,
        )

    def is_open(self, at: datetime, customer_zone: str) -> bool:
        zone = known_zone(customer_zone, self.time_zone)
        return is_open(at, zone=zone, hours=self.hours, holidays=self.holidays)


def sending(organisation: Organisation, programme: Programme) -> Sending:
    """Return the programme's own hours, else the organisation's."""
    hours = hours_of(organisation, programme)
    holidays = free_days(hours.country, hours.subdivision)
    return Sending(hours, holidays, organisation.time_zone)


def hours_of(organisation: Organisation, programme: Programme | None = None) -> Hours:
    own = programme if programme is not None and programme.sending_days else organisation
    at_any_day = programme is not None and programme.sends_on_holidays
    return Hours(
        days=own.sending_days,
        opens=own.sending_opens,
        closes=own.sending_closes,
        country="" if at_any_day else organisation.holiday_country,
        subdivision="" if at_any_day else organisation.holiday_subdivision,
    )


@dataclass(frozen=True, slots=True)
class Window:
    """When one message may leave; one that staff sent to themselves may at any time."""

    sending: Sending
    customer_zone: str
    is_test: bool

    def is_open(self, at: datetime) -> bool:
        return self.is_test or self.sending.is_open(at, self.customer_zone)

    def opens(self, now: datetime) -> datetime | None:
        return now if self.is_test else self.sending.first_moment(now, self.customer_zone)


def window_of(message: Message) -> Window:
    """Read it from a message that was loaded with its invitation and what that points at."""
    invitation = message.invitation
    own = sending(invitation.organisation, invitation.programme)
    return Window(own, invitation.customer.time_zone, invitation.is_test)
