"""One spelling for each telephone number that can get a text message, and none for the others."""

import phonenumbers
from phonenumbers import NumberParseException, PhoneNumberFormat, PhoneNumberType

# Lines that no text message reaches. What a library of ranges does not know yet, may.
DEAF = frozenset(
    {
        PhoneNumberType.FIXED_LINE,
        PhoneNumberType.PREMIUM_RATE,
        PhoneNumberType.TOLL_FREE,
        PhoneNumberType.SHARED_COST,
        PhoneNumberType.PAGER,
        PhoneNumberType.UAN,
        PhoneNumberType.VOICEMAIL,
    }
)


def phone_key(text: str, region: str = "") -> str:
    """Return the number as E.164, such as +447911123456; "" for what cannot be texted.

    A number without its country's code is one of `region`; without a region it is none.
    """
    try:
        number = phonenumbers.parse(text, region or None)
    except NumberParseException:
        return ""
    reason = phonenumbers.is_possible_number_with_reason(number)
    may_ring = reason == phonenumbers.ValidationResult.IS_POSSIBLE and not number.extension
    if not may_ring or phonenumbers.number_type(number) in DEAF:
        return ""
    return phonenumbers.format_number(number, PhoneNumberFormat.E164)


def is_phone(key: str) -> bool:
    """Tell a number's key from an e-mail address's."""
    return key.startswith("+") and key[1:].isdigit()
