"""What an alert tells: who, where, what score, what words, and a link to read on."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.conf import settings

from followup.models import Alert, AlertRule
from surveys.models import Response
from surveys.rules.metrics import SCALES, Metric, name_of

MOST_FACTS = 6
LONGEST_FACT = 80
LONGEST_WORDS = 1500
# What is shown first of a context; the rest follows by name.
FIRST = ("agent", "team", "plan", "branch")
CONTACT = {
    "email": "May be contacted by e-mail",
    "phone": "May be contacted by phone",
    "no": "Does not want to be contacted",
}


@dataclass(frozen=True, kw_only=True)
class BadAnswer:
    """One answer as a message tells it."""

    title: str  # CSAT 2 of 5 at Billing
    who: str
    facts: Sequence[tuple[str, str]]
    words: str
    link: str
    organisation: str


@dataclass(frozen=True, kw_only=True)
class Storm:
    """Many answers that are told in one line."""

    title: str
    link: str
    organisation: str


def bad_answer(alert_id: int, *, may_name: bool) -> BadAnswer:
    """Raises DoesNotExist where the alert or its answer is gone."""
    alert = Alert.objects.select_related("rule").get(pk=alert_id)
    related = ("organisation", "programme", "touchpoint", "customer__company")
    row = Response.objects.select_related(*related).get(pk=alert.response)
    place = row.touchpoint.name if row.touchpoint else row.programme.name
    return BadAnswer(
        title=f"{score_of(row)} at {place}",
        who=who_of(row) if may_name and alert.rule.names_customer else "",
        facts=_facts(row),
        words=row.comment[:LONGEST_WORDS] + ("…" if len(row.comment) > LONGEST_WORDS else ""),
        link=f"{_home(row.organisation.slug)}responses/{row.pk}/",
        organisation=row.organisation.name,
    )


def storm(first_alert_id: int) -> Storm:
    """Raises DoesNotExist where the alerts are gone."""
    first = Alert.objects.select_related("rule__organisation").get(pk=first_alert_id)
    count = Alert.objects.filter(rule=first.rule, digest=first.digest).count()
    own = first.rule.organisation
    answers = "answer" if count == 1 else "answers"
    return Storm(
        title=f"{count} more {answers} like this within an hour: {first.rule.name}",
        link=f"{_home(own.slug)}responses/{_narrow(first.rule)}",
        organisation=own.name,
    )


def _narrow(rule: AlertRule) -> str:
    """The list as narrow as its filters can be: one group, programme or touchpoint."""
    one = {
        name: values[0]
        for name, values in (
            ("group", rule.groups),
            ("programme", rule.programmes),
            ("touchpoint", rule.touchpoints),
        )
        if len(values) == 1
    }
    return "?" + "&".join(["days=7", *(f"{name}={value}" for name, value in one.items())])


def score_of(row: Response) -> str:
    top = SCALES[Metric(row.metric)].highest
    return f"{name_of(row.metric)} {row.score} of {top}"


def who_of(row: Response) -> str:
    customer = row.customer
    if customer is None or customer.erased_at is not None:
        return ""
    known = [customer.name, customer.email, customer.company.name if customer.company else ""]
    return ", ".join(filter(None, known)) or f"Customer {customer.external_id or customer.pk}"


def _facts(row: Response) -> list[tuple[str, str]]:
    context: Mapping[str, Any] = row.context
    keys = sorted(context, key=lambda key: (key not in FIRST, key))[:MOST_FACTS]
    told = [(key.replace("_", " ").capitalize(), _text(context[key])) for key in keys]
    told.append(("Programme", row.programme.name))
    if row.feelings:
        told.append(("Felt", ", ".join(row.feelings)))
    if row.contact in CONTACT:
        told.append(("Contact", CONTACT[row.contact]))
    return told


def _text(value: Any) -> str:
    return str(value)[:LONGEST_FACT]


def _home(slug: str) -> str:
    return f"{settings.BASE_URL}/o/{slug}/"
