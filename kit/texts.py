"""Text as it may be stored: no control characters, no direction overrides, nothing cut silently."""

import re
import unicodedata

# NUL breaks PostgreSQL, CR and LF break mail headers, bidi overrides make a line read as another.
_HIDDEN = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\ud800-\udfff]")
_BREAKS = re.compile(r"[\r\n\t\u2028\u2029]")


def has_hidden(text: str) -> bool:
    """Tell whether the text holds characters that nobody can see and that change its meaning."""
    return bool(_HIDDEN.search(text))


def without_hidden(text: str) -> str:
    """Return the text without them; for text that came from elsewhere and is not to be lost."""
    return _HIDDEN.sub("", text)


def is_line(text: str) -> bool:
    """Tell whether the text is one visible line: fit for a name, a subject, a header."""
    return not has_hidden(text) and not _BREAKS.search(text)


def address_key(address: str) -> str:
    """Return the form under which two spellings of one e-mail address are the same person."""
    return unicodedata.normalize("NFKC", address.strip()).casefold()
