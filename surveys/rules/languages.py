"""Languages: which translation a customer reads, its direction, and stems for searching."""

from collections.abc import Collection

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
    "en": "English", "de": "German", "fr": "French", "es": "Spanish", "it": "Italian",
    "nl": "Dutch", "pl": "Polish", "pt": "Portuguese", "cy": "Welsh", "ar": "Arabic",
    "he": "Hebrew",
}  # fmt: skip
RIGHT_TO_LEFT = frozenset({"ar", "fa", "he", "ur", "yi"})


def base_of(tag: str) -> str:
    """Return the language of a tag such as de, de-AT or pt_BR."""
    return tag.replace("_", "-").partition("-")[0].lower()


def direction_of(language: str) -> str:
    return "rtl" if base_of(language) in RIGHT_TO_LEFT else "ltr"


def translation_for(customer: str, organisation: str, known: Collection[str]) -> str:
    """Return the translation that a customer reads, "" for the main language.

    Her own language decides; only where none is known does the organisation's. The statement
    behind the survey page says the same in SQL (a test compares them).
    """
    wanted = base_of(customer or organisation)
    return wanted if wanted in known else ""
