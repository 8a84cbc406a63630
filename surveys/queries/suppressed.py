"""How an address is found among those that are not to be asked, also after it was erased."""

from collections import Counter
from collections.abc import Collection

from django.conf import settings

from kit import tokens
from kit.phones import phone_key
from kit.texts import address_key
from surveys.models import Customer, Invitation, Suppression
from surveys.rules.channels import Channel

SEALED = "erased:"


def sealed_address(address_key: str) -> str:
    """Return what stands for the address of an erased person: a keyed hash, and under which key."""
    return _sealed(address_key)[0]


def spellings(address_key: str) -> list[str]:
    """Return every way in which this address may be written down as not to be asked."""
    return [address_key, *_sealed(address_key)] if address_key else []


def _sealed(address_key: str) -> list[str]:
    keys = settings.SUPPRESSION_KEYS
    hashes = tokens.sealed("suppression", address_key, keys)
    names = map(tokens.name_of_key, keys)
    return [f"{SEALED}{name}:{one}" for name, one in zip(names, hashes, strict=True)]


def sealed_under() -> Counter[str]:
    """Count the wishes that are kept as hashes, by the name of the key that made them."""
    held = Suppression.objects.filter(address_key__startswith=SEALED, lifted_at__isnull=True)
    return Counter(key.split(":")[1] for key in held.values_list("address_key", flat=True))


def addresses_in_doubt() -> int:
    """Count the addresses of which somebody said that our mail had reached the wrong person."""
    held = Suppression.objects.filter(
        reason=Suppression.Reason.NOT_ME, lifted_at__isnull=True
    ).exclude(address_key__startswith=SEALED)
    return held.count()


def addresses_of(invitation: Invitation) -> Collection[str]:
    """Return where its customer can be reached: the address it went to, and the present ones.

    Who has none is known by the number of the row, so that a wish of hers holds too.
    """
    own = keys_of(invitation.customer)
    return list(dict.fromkeys([*filter(None, [invitation.address_key]), *own]))


def keys_of(customer: Customer) -> list[str]:
    """Return the keys under which wishes of this customer are written down.

    Without an e-mail address the number of her row is one of them: whether a telephone number
    counts as an address depends on whether the installation sends texts.
    """
    known = known_addresses(customer)
    return known if customer.address_key else [*known, person_key(customer.pk)]


def known_addresses(customer: Customer) -> list[str]:
    """Return the keys of the address and the number at which questions reach this customer."""
    known = (customer.address_key, phone_key(customer.phone, settings.SMS_REGION))
    return [key for key in known if key]


def person_key(customer_id: int) -> str:
    """Return what stands for somebody of whom no e-mail address is known."""
    return f"customer:{customer_id}"


def reached_at(invitation: Invitation) -> str:
    """Return the key of the address this invitation would go to now, "" where there is none."""
    if invitation.channel == Channel.SMS:
        return phone_key(invitation.customer.phone, settings.SMS_REGION)
    return address_key(invitation.customer.email)
