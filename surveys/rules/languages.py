"""Languages whose words are searched by their stem, and what PostgreSQL calls them."""

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
