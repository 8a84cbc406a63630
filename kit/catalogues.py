"""The product's own sentences in other languages: Django's catalogues, looked up once each.

A sentence is found by its English and by a context that says where it stands, so that "Neither"
on a scale of satisfaction and on one of agreement are two entries.
"""

from collections.abc import Mapping
from datetime import date
from functools import lru_cache
from gettext import GNUTranslations, NullTranslations, translation

from django.conf import settings
from django.utils import formats
from django.utils.translation import override, pgettext, to_locale

SOURCE = "en"
# Catalogues go by Django's own names.
_DJANGO = {"zh": "zh-hans"}
REVIEWED, SENTENCES = "x-reviewed-by", "x-sentences"


@lru_cache(maxsize=8192)
def say(language: str, context: str, text: str) -> str:
    """Return `text` in the language, or as it is where the catalogue lacks it."""
    if language == SOURCE or not text:
        return text
    with override(django_tag(language)):
        return pgettext(context, text)


def say_all(language: str, texts: Mapping[str, str]) -> dict[str, str]:
    """Return every text in the language; the keys are the contexts."""
    return {context: say(language, context, text) for context, text in texts.items()}


@lru_cache(maxsize=1024)
def day_and_month(language: str, day: date) -> str:
    """Return a day such as 3 May as the language writes it."""
    return _written(language, day, "MONTH_DAY_FORMAT")


@lru_cache(maxsize=1024)
def whole_day(language: str, day: date) -> str:
    """Return a day with its year, such as 3 May 2026, as the language writes it."""
    return _written(language, day, "j F Y" if language == SOURCE else "DATE_FORMAT")


def _written(language: str, day: date, form: str) -> str:
    with override(django_tag(language)):
        written = formats.date_format(day, form)
    # Some of Django's formats write 03; within a sentence nobody does.
    written = written.lstrip("0")
    return written.lower() if language in _SMALL_MONTHS else written


def number(language: str, value: int) -> str:
    """Return a whole number with the language's marks between thousands."""
    with override(django_tag(language)):
        written: str = formats.number_format(value, use_l10n=True, force_grouping=True)
    return f"{value:,}" if written == str(value) else written


# Django's lists of months begin with capitals, as calendars do; sentences of these do not.
_SMALL_MONTHS = frozenset({"es", "fr", "it", "nl", "pl", "pt"})


@lru_cache(maxsize=64)
def reviewer(language: str) -> str:
    """Return who reviewed the catalogue, "" while it is a machine's draft."""
    return _headers(language).get(REVIEWED, "") if language != SOURCE else ""


@lru_cache(maxsize=64)
def extent(language: str) -> tuple[int, int]:
    """Return how many sentences the catalogue has words for, and how many there are."""
    total = int(_headers(language).get(SENTENCES, "0"))
    catalogue = _catalogue(language)
    words = getattr(catalogue, "_catalog", {})
    return sum(1 for place in words if place), total


def is_draft(language: str) -> bool:
    return language != SOURCE and not reviewer(language)


def _headers(language: str) -> Mapping[str, str]:
    found = _catalogue(language)
    return found.info() if isinstance(found, GNUTranslations) else {}


def _catalogue(language: str) -> NullTranslations:
    """The file alone: Django's own would hold the sentences of all its apps."""
    locale = to_locale(django_tag(language))
    return translation("django", settings.LOCALE_PATHS[0], [locale], fallback=True)


def django_tag(language: str) -> str:
    return _DJANGO.get(language, language)
