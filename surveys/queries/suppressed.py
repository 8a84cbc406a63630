"""How an address is found among those that are not to be asked, also after it was erased."""

from collections import Counter
from collections.abc import Collection

from django.conf import settings

from kit import tokens
from surveys.models import Invitation, Suppression

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


def addresses_of(invitation: Invitation) -> Collection[str]:
    """Return where its customer can be reached: the address it went to, and the present one."""
    known = (invitation.address_key, invitation.customer.address_key)
    return [one for one in dict.fromkeys(known) if one]
