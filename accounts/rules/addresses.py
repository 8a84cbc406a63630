"""The e-mail address of a person who signs in: one, real in form, in one spelling."""

from email_validator import EmailNotValidError, validate_email

LONGEST = 254


class BadAddress(ValueError):
    """Raised when a text is not one e-mail address; says what is wrong with it."""


def clean_address(text: str) -> str:
    """Return the address in small letters and normal form, or raise BadAddress."""
    try:
        checked = validate_email(
            text.strip(), check_deliverability=False, test_environment=True, strict=True
        )
    except EmailNotValidError as error:
        raise BadAddress(str(error)) from error
    address = checked.normalized.lower()
    if len(address) > LONGEST:
        raise BadAddress(f"The address is longer than {LONGEST} characters.")
    return address
