"""Texts in a body: lines, words, identifiers, slugs and e-mail addresses, taken as they came."""

import re
from functools import lru_cache
from typing import Any

from django.core.validators import (
    MaxLengthValidator,
    MinLengthValidator,
    ProhibitNullCharactersValidator,
)
from drf_spectacular.utils import extend_schema_field
from email_validator import EmailNotValidError, validate_email
from rest_framework import serializers
from rest_framework.exceptions import ValidationError
from rest_framework.validators import ProhibitSurrogateCharactersValidator

from api.fields.sharing import HIDDEN, LINE, NAME, REFUSED, type_of
from kit import texts

# What these say of a text is known by its length and by one look for hidden characters.
_FORESEEN = (
    MaxLengthValidator,
    MinLengthValidator,
    ProhibitNullCharactersValidator,
    ProhibitSurrogateCharactersValidator,
)


class Text(serializers.CharField):
    """Text is stored as it came: nothing is trimmed, cut or turned into text from a number."""

    def __init__(self, **options: Any) -> None:
        super().__init__(trim_whitespace=False, **options)
        self._asks_more = any(not isinstance(one, _FORESEEN) for one in self.validators)

    def run_validators(self, value: str) -> None:
        fits = (self.min_length or 0) <= len(value) <= (self.max_length or len(value))
        if self._asks_more or not fits or texts.has_hidden(value):
            super().run_validators(value)

    def run_validation(self, data: Any = serializers.empty) -> Any:
        if data is not None and data is not serializers.empty and not isinstance(data, str):
            raise ValidationError(f"Expected text in quotes, got {type_of(data)}.")
        return super().run_validation(data)


@extend_schema_field({"type": "string", "pattern": LINE})
class Line(Text):
    """One visible line, or empty where `allow_blank`."""

    def to_internal_value(self, data: Any) -> str:
        text: str = super().to_internal_value(data)
        if not texts.is_line(text):
            raise ValidationError("Expected one line without tabs, breaks or hidden characters.")
        return text


@extend_schema_field({"type": "string", "pattern": f"^[^{HIDDEN}]*$"})
class Words(Text):
    """What somebody wrote, on as many lines as it takes; whole bodies refuse what is hidden."""


@extend_schema_field({"type": "string", "pattern": NAME, "minLength": 1})
class Identifier(Line):
    """One visible line that neither begins nor ends with a space: "4711 " is hardly "4711"."""

    def to_internal_value(self, data: Any) -> str:
        text = super().to_internal_value(data)
        if text != text.strip():
            raise ValidationError("Take out the spaces at the beginning or the end.")
        return text


@extend_schema_field({"type": "string", "pattern": "^[-a-zA-Z0-9_]+$", "minLength": 1})
class Slug(Text):
    def to_internal_value(self, data: Any) -> str:
        text: str = super().to_internal_value(data)
        if not re.fullmatch(r"[-a-zA-Z0-9_]+", text):
            raise ValidationError("Expected a slug: letters, digits, hyphens and underscores.")
        return text


LONGEST_ADDRESS = 254
# Most are of these letters; whatever else stands before the @ is read by all of the grammar.
PLAIN = re.compile(r"(?=.{1,64}$)[A-Za-z0-9_+-]+(\.[A-Za-z0-9_+-]+)*")


@lru_cache(maxsize=10_000)
def _is_domain(domain: str) -> bool:
    """Many people share a domain; no address is remembered here."""
    if not domain.isascii():
        return False
    try:
        validate_email(f"a@{domain}", check_deliverability=False)
    except EmailNotValidError:
        return False
    return True


@extend_schema_field({"type": "string", "format": "email"})
class Address(Line):
    """One e-mail address, kept as it was written; a list or a display name is refused."""

    def to_internal_value(self, data: Any) -> str:
        text = super().to_internal_value(data)
        local, _, domain = text.rpartition("@")
        if len(text) <= LONGEST_ADDRESS and PLAIN.fullmatch(local) and _is_domain(domain):
            return text
        try:
            validate_email(text, check_deliverability=False)
        except EmailNotValidError as error:
            raise ValidationError(f"Expected one e-mail address. {error}", REFUSED) from error
        return text
