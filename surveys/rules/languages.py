"""Languages: which translation a customer reads, its direction, and stems for searching."""

from collections.abc import Collection, Sequence
from functools import lru_cache
from unicodedata import bidirectional

# By ISO 639; any other language is searched by whole words. The database has the same list in
# its function surveys_search_configuration (a test compares them).
STEMMED = {
    "ar": "arabic", "ca": "catalan", "da": "danish", "de": "german", "el": "greek",
    "en": "english", "es": "spanish", "eu": "basque", "fi": "finnish", "fr": "french",
    "ga": "irish", "hi": "hindi", "hu": "hungarian", "hy": "armenian", "id": "indonesian",
    "it": "italian", "lt": "lithuanian", "nb": "norwegian", "ne": "nepali", "nl": "dutch",
    "no": "norwegian", "nn": "norwegian", "pt": "portuguese", "ro": "romanian",
    "ru": "russian", "sr": "serbian", "sv": "swedish", "ta": "tamil", "tr": "turkish",
    "yi": "yiddish",
}  # fmt: skip
WHOLE_WORDS = "simple"


def stems_of(language: str) -> str:
    """Return the name of the stems of a language tag such as en, en-GB or pt_BR."""
    return STEMMED.get(language.replace("_", "-").partition("-")[0].lower(), WHOLE_WORDS)


NAMES = {
    "en": "English", "de": "German", "fr": "French", "es": "Spanish", "pt": "Portuguese",
    "it": "Italian", "nl": "Dutch", "pl": "Polish", "tr": "Turkish", "ar": "Arabic",
    "he": "Hebrew", "hi": "Hindi", "zh": "Chinese", "ja": "Japanese", "cy": "Welsh",
}  # fmt: skip
SOURCE = "en"
# The product's own texts exist in these, each by its own name, in the order in which they are
# offered; a survey can be translated into all of NAMES.
SPOKEN = {
    "en": "English", "de": "Deutsch", "fr": "Français", "es": "Español", "pt": "Português",
    "it": "Italiano", "nl": "Nederlands", "pl": "Polski", "tr": "Türkçe", "ar": "العربية",
    "he": "עברית", "hi": "हिन्दी", "zh": "简体中文", "ja": "日本語",
}  # fmt: skip
# Welsh is the one that is not spoken by the product: it names itself where a survey has it.
OWN_NAMES = {**SPOKEN, "cy": "Cymraeg"}
# Around the name of a choice in the middle of a sentence.
QUOTES = {
    "de": "„“", "fr": "«»", "es": "«»", "it": "«»", "pl": "„”", "ar": "«»", "he": "””",
    "ja": "「」",
}  # fmt: skip
RIGHT_TO_LEFT = frozenset({"ar", "fa", "he", "ur", "yi"})
DIRECTIONS = {"L": "ltr", "R": "rtl", "AL": "rtl"}  # of a letter, by its class in Unicode


def base_of(tag: str) -> str:
    """Return the language of a tag such as de, de-AT or pt_BR."""
    return tag.replace("_", "-").partition("-")[0].lower()


def quoted(text: str, language: str) -> str:
    """Put the language's quotation marks around the words."""
    marks = QUOTES.get(base_of(language), "“”")
    gap = "\u00a0" if base_of(language) == "fr" else ""
    return f"{marks[0]}{gap}{text}{gap}{marks[1]}"


def direction_of(language: str) -> str:
    return "rtl" if base_of(language) in RIGHT_TO_LEFT else "ltr"


@lru_cache(maxsize=4096)
def direction_in(text: str) -> str:
    """The one direction of all its letters; "" where there are none, or of both kinds."""
    if text.isascii():
        return "ltr" if any(map(str.isalpha, text)) else ""
    found = {DIRECTIONS.get(bidirectional(one), "") for one in text} - {""}
    return found.pop() if len(found) == 1 else ""


def kept_apart(value: str, language: str) -> str:
    """The value for a sentence of the language, its full stop at its own end.

    Without the marks "Acme Inc." stands as ".Acme Inc" among Arabic.
    """
    own = direction_in(value)
    return f"\u2068{value}\u2069" if own not in ("", direction_of(language)) else value


def main_language(organisation: str, known: Collection[str] = ()) -> str:
    """Return the language of a survey's main texts: the organisation's, if the product has it.

    Where the survey was translated into that one, its main texts are in another: in English.
    """
    language = base_of(organisation)
    return language if language in SPOKEN and language not in known else SOURCE


def language_read(wanted: Sequence[str], organisation: str, known: Collection[str]) -> str:
    """Return the language in which somebody is written to.

    `wanted` holds what is known of her, the strongest first, "" for nothing: only the first that
    says something is listened to. Where neither the product nor the survey (`known`) speaks it,
    the organisation's language is read. The statement behind the survey page says the same in SQL
    (a test compares them).
    """
    asked = base_of(next(filter(None, wanted), organisation))
    if asked in SPOKEN or asked in known:
        return asked
    house = base_of(organisation)
    return house if house in known else main_language(organisation)


def django_tag(language: str) -> str:
    """Return what Django calls a language of the product: the name of its catalogue."""
    return {"zh": "zh-hans"}.get(language, language)
