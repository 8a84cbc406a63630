"""Codes in the answers of mail servers (RFC 3463) that say more than yes, later or no."""

import re

# No such mailbox, no such system, moved away, disabled; 5.1.10: the domain takes no mail, or a
# large provider knows no such recipient. All others may be about us, or about today.
DEAD_ADDRESS = frozenset({"5.1.1", "5.1.2", "5.1.6", "5.1.10", "5.2.1"})
_ANYWHERE = re.compile(r"(?<![\d.])([245]\.\d{1,3}\.\d{1,3})(?![\d.])")


def code_in(reply: str) -> str:
    """The enhanced status code in a server's answer that was handed on, or nothing."""
    found = _ANYWHERE.search(reply)
    return found.group(1) if found else ""
