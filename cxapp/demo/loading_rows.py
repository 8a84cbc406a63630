"""The story's companies, customers and contacts as rows of the product's own tables."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from django.db.models import Model

from cxapp.demo.languages import languages_of
from cxapp.demo.loading_copy import copy_rows, reserve
from cxapp.demo.loading_setup import Ground
from cxapp.demo.story.calendar import DAY, DAYS, Calendar
from cxapp.demo.story.contacts import tenure_band
from cxapp.demo.story.records import Customer, Interaction, Story
from kit.texts import address_key
from surveys import models
from surveys.actions.recording import sealed_source_ids

SOURCE = "acme-crm"
Told = Callable[[int, int], None]


@dataclass
class Loader:
    """Writes one table after the other; later ones point at the ids of earlier ones."""

    story: Story
    calendar: Calendar
    ground: Ground
    told: Told
    companies: dict[str, int] = field(default_factory=dict)
    people: dict[str, int] = field(default_factory=dict)
    contacts: dict[str, int] = field(default_factory=dict)
    languages: Mapping[str, str] = field(default_factory=dict)

    def load(self) -> None:
        self._load_companies()
        self._load_customers()
        self._load_interactions()

    def write(
        self, model: type[Model], columns: Sequence[str], rows: Iterator[Sequence[Any]]
    ) -> None:
        organisation_id = self.ground.organisation_id
        copy_rows(model, ("organisation_id", *columns), ((organisation_id, *row) for row in rows))

    def at(self, second: int) -> datetime:
        return self.calendar.moment(second)

    def on(self, second: int) -> date:
        return self.calendar.day(second // DAY)

    def _load_companies(self) -> None:
        told = self.story.companies
        ids = reserve(models.Company, len(told))
        self.companies = dict(zip([each.key for each in told], ids, strict=True))
        first = self.at(0)
        self.write(
            models.Company,
            ("id", "external_id", "name", "properties", "created_at"),
            (
                (self.companies[each.key], each.key, each.name, {"domain": each.domain}, first)
                for each in told
            ),
        )

    def _load_customers(self) -> None:
        told = self.story.customers
        ids = reserve(models.Customer, len(told))
        self.people = dict(zip([each.key for each in told], ids, strict=True))
        self.languages = languages_of(self.story)
        self.write(models.Customer, CUSTOMER, map(self._customer, told))

    def _customer(self, told: Customer) -> tuple[Any, ...]:
        email = "" if told.erased else told.email
        left = self.at(told.left * DAY + DAY // 2) if told.left is not None else None
        return (
            self.people[told.key],
            None if told.erased else told.key,
            email,
            address_key(email),
            "" if told.erased else told.name,
            "",
            self.companies[told.company] if told.company else None,
            "" if told.erased else self.languages.get(told.key, told.language),
            "",
            {} if told.erased else properties_of(told, DAYS - 1),
            self.at(told.joined * DAY + DAY // 2),
            left,
            self.at(DAYS * DAY - 1) if told.erased else None,
            *self._legal_basis(told),
        )

    def _legal_basis(self, told: Customer) -> tuple[str, date | None, str]:
        """Most by their contract; some ticked a box, a few have nothing on record."""
        if told.erased or told.key.endswith("7"):
            return "", None, ""
        joined = self.on(told.joined * DAY)
        if told.key.endswith(("1", "4")):
            return "consent", joined, "Tick box in the web shop"
        return "contract", joined, "Mobile contract, section 9"

    def _load_interactions(self) -> None:
        told = self.story.interactions
        ids = reserve(models.Interaction, len(told))
        self.contacts = dict(zip([each.key for each in told], ids, strict=True))
        self.write(models.Interaction, INTERACTION, self._interactions(told))

    def _interactions(self, told: Sequence[Interaction]) -> Iterator[tuple[Any, ...]]:
        gone = {each.key for each in self.story.customers if each.erased}
        for number, each in enumerate(told, start=1):
            if number % 200 == 0 or number == len(told):
                self.told(number, len(told))
            yield (
                self.contacts[each.key],
                SOURCE,
                sealed_source_ids(SOURCE, each.key)[0] if each.customer in gone else each.key,
                self.ground.touchpoints[each.touchpoint],
                self.people[each.customer],
                self.at(each.at),
                self.on(each.at),
                self.at(each.recorded_at),
                "import" if each.imported else "api",
                False,
                "",
                dict(each.context),
            )


CUSTOMER = (
    "id", "external_id", "email", "address_key", "name", "phone", "company_id", "language",
    "time_zone", "properties", "created_at", "archived_at", "erased_at", "legal_basis",
    "legal_basis_on", "legal_basis_source",
)  # fmt: skip
INTERACTION = (
    "id", "source", "source_id", "touchpoint_id", "customer_id", "occurred_at", "local_on",
    "recorded_at", "way", "is_test", "subject", "context",
)  # fmt: skip


def properties_of(told: Customer, day: int) -> dict[str, str]:
    """What the organisation knew of the customer on that day."""
    return {
        "plan": told.plan,
        "region": told.region,
        "tenure": tenure_band(day - told.joined),
    }
