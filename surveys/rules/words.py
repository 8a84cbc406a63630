"""People's own words: what may be shown on one line, and which comments are taken."""

import unicodedata

from kit.texts import has_hidden

LONGEST_VALUE = 200
LONGEST_COMMENT = 10_000
# Joiners stay: Persian words and family emoji fall apart without them.
_JOINERS = "\u200c\u200d"
# Controls, invisible and direction-changing characters, lone surrogates, private use.
_UNSEEN = frozenset({"Cc", "Cf", "Cs", "Co", "Cn"})


class HiddenCharacters(ValueError):
    """The comment holds characters that cannot be seen and may change how the rest reads."""


class TooLong(ValueError):
    """The comment is longer than what is kept; the argument is its length."""


def is_shown(character: str) -> bool:
    """Whether the character can be seen and leaves the direction of its neighbours alone."""
    return character in _JOINERS or unicodedata.category(character) not in _UNSEEN


def one_line(text: str, longest: int = LONGEST_VALUE) -> str:
    """`text` fit for a header, a subject or the middle of a sentence.

    Line breaks become spaces, unseen characters go, and what is too long ends in an ellipsis:
    a name of 5 MB must not become a mail of 5 MB.
    """
    if text.isascii() and text.isprintable() and len(text) <= longest:
        return " ".join(text.split())
    words = "".join(" " if c.isspace() else c for c in text[: 4 * longest] if _keeps(c))
    line = " ".join(words.split())
    return line if len(line) <= longest else line[: longest - 1].rstrip() + "…"


def _keeps(character: str) -> bool:
    return character.isspace() or is_shown(character)


def read_comment(raw: str) -> str:
    """The comment as it is stored: ends trimmed, line ends made one kind, never cut."""
    comment = raw.replace("\r\n", "\n").replace("\r", "\n").strip()
    if has_hidden(comment):
        raise HiddenCharacters
    if len(comment) > LONGEST_COMMENT:
        raise TooLong(len(comment))
    return comment


def visible(comment: str) -> str:
    """The comment without what `read_comment` refuses as hidden, to be looked at again."""
    return "".join(character for character in comment if not has_hidden(character))
