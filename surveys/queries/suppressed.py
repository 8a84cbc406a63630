"""How an address is found among those that are not to be asked, also after it was erased."""

from kit import tokens

SEALED = "erased:"


def sealed_address(address_key: str) -> str:
    """Return what stands for the address of an erased person: a keyed hash."""
    return SEALED + tokens.sealed("suppression", address_key)[0]


def spellings(address_key: str) -> list[str]:
    """Return every way in which this address may be written down as not to be asked."""
    sealed = tokens.sealed("suppression", address_key)
    return [address_key, *(SEALED + one for one in sealed)] if address_key else []
