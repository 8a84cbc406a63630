"""Takes out of a log line what must not stand in it, whoever wrote the line.

Our own lines name rows by number. But libraries quote what failed: the address of a page (with
its token), a header, a row as PostgreSQL shows it. This is the net below all of them.
"""

import re

NAMES = "password|passwd|secret|authorization|cookie|api[_-]?key"
SHORTEST = 10  # characters of what any of these takes out
PATTERNS = (
    # What PostgreSQL quotes of a row: "DETAIL:  Key (email)=(ada@mail.example) already exists."
    (re.compile(r"(DETAIL|CONTEXT|HINT):[^\n]*"), r"\1: [left out]"),
    # Keys of ours and of others, and whatever stands in a header that lets somebody in.
    (re.compile(r"\b(cx|whsec|sk|pk|xox[abp])_?[0-9A-Za-z_-]{8,}"), "[key]"),
    (re.compile(r"(?i)\b(bearer|basic|token)\s+[^\s'\",;]{8,}"), r"\1 [key]"),
    (re.compile(rf"(?i)({NAMES})(['\"]?\s*[=:]\s*['\"]?)[^\s'\",;&]+"), r"\1\2[secret]"),
    (re.compile(r"(://)[^/\s:@]*:[^/\s@]+@"), r"\1[secret]@"),
    # Addresses whose last part opens something: surveys, widgets, previews, invitations to join.
    (re.compile(r"(/(?:s|l|u|p|w|join|key)/)[^/\s?#'\"]{8,}"), r"\1[token]"),
    (re.compile(r"([?&][\w.-]{1,40}=)[^\s&#'\"]+"), r"\1[value]"),
    (re.compile(r"[\w.+'-]+@[\w-]+(?:\.[\w-]+)+"), "[address]"),
    # 128 bits in base62, wherever they stand.
    (re.compile(r"\b(?=\w*\d)(?=\w*[A-Z])(?=\w*[a-z])[0-9A-Za-z]{23,}\b"), "[token]"),
    (re.compile(r"(?<!\w)\+\d[\d ().-]{6,18}\d"), "[number]"),
)
CONTROLS = re.compile(r"[\x00-\x08\x0a-\x1f\x7f-\x9f\u2028\u2029]")


def scrubbed(text: str) -> str:
    """Return the text without secrets, tokens and addresses."""
    if len(text) < SHORTEST and text.isalpha():  # one word of ours, as on the line of each request
        return text
    for pattern, instead in PATTERNS:
        text = pattern.sub(instead, text)
    return text


def on_one_line(text: str) -> str:
    """Return the text with every control character shown, so that it begins no line of its own."""
    return CONTROLS.sub(lambda found: found[0].encode("unicode_escape").decode(), text)
