"""Whom a widget meets: whether it may ask her, by the rules for mails, and in which language."""

from dataclasses import replace
from datetime import datetime, timedelta

from accounts.models import Organisation
from kit import tenancy
from kit.texts import address_key
from surveys.models import PublicLink, Response, Suppression
from surveys.queries.asking import situations
from surveys.queries.candidates import Candidate, Handed, addressees
from surveys.queries.meant import find_customer
from surveys.queries.suppressed import spellings
from surveys.queries.widgets import WidgetBehind
from surveys.rules.asking import judge
from surveys.rules.identities import Identity


def may_ask(widget: WidgetBehind, identity: Identity, now: datetime) -> bool:
    """Look at what she wished and at what she was asked; who is not known yet may be asked.

    The widget's own lot and rest are the page's, so the programme's lot does not count here, and
    whether it is switched on says only whether it sends.
    """
    with tenancy.organisation(widget.organisation_id):
        found = find_customer(external_id=identity.external_id or None, email=identity.email)
        if found is None:
            return not _wished_otherwise(identity.email)
        return not _rests(widget, found.pk, now) and _is_free(widget, found.pk, now)


def language_of(widget: WidgetBehind, identity: Identity) -> str:
    """Return the language that is recorded of whom was signed for; "" if none is."""
    with tenancy.organisation(widget.organisation_id):
        found = find_customer(external_id=identity.external_id or None, email=identity.email)
        return found.language if found else ""


def _wished_otherwise(email: str) -> bool:
    """Whether this address is not to be asked, also where its customer was erased since."""
    known = spellings(address_key(email)) if email else []
    wishes = Suppression.objects.filter(address_key__in=known, lifted_at__isnull=True)
    return wishes.exclude(reason=Suppression.Reason.BOUNCED).exists()


def _rests(widget: WidgetBehind, customer_id: int, now: datetime) -> bool:
    answers = Response.objects.filter(
        customer=customer_id,
        public_link=widget.link_id,
        answered_at__gt=now - timedelta(days=widget.rest_days),
    )
    return answers.exclude(standing=Response.Standing.SUSPECT).exists()


def _is_free(widget: WidgetBehind, customer_id: int, now: datetime) -> bool:
    link = PublicLink.objects.select_related("programme").get(pk=widget.link_id)
    organisation = Organisation.objects.get(pk=widget.organisation_id)
    known = situations(organisation=organisation, people=addressees([customer_id]), now=now)
    candidate = Candidate(link.programme, customer_id, "", handed=Handed(link.touchpoint_id))
    situation = known.situation(candidate)
    fitting = tuple(each for each in situation.conditions if each.key in situation.context)
    at_the_page = replace(situation, is_programme_on=True, is_drawn=True, conditions=fitting)
    return judge(at_the_page, now).is_asked
