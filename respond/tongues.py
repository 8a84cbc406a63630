"""Which language a page is read in: chosen on it, else liked by the browser; and the menu of them.

The choice travels in the address (`?lang=de`) and nowhere else: no cookie remembers it.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

from django.http import HttpRequest
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation.trans_real import parse_accept_lang_header

from respond.phrases import LANGUAGE, say
from surveys.rules.languages import NAMES, OWN_NAMES, SOURCE, SPOKEN, base_of

NAME = "lang"


@dataclass(frozen=True, slots=True)
class Tongue:
    """What a request says of languages; "" where it says nothing we know."""

    chosen: str = ""
    accepted: str = ""

    @property
    def best(self) -> str:
        """The language of a page on which nothing is known of who reads it."""
        wanted = self.chosen or self.accepted
        return wanted if wanted in SPOKEN else SOURCE

    @property
    def query(self) -> str:
        return query_of(self.chosen)


def tongue_of(request: HttpRequest) -> Tongue:
    chosen = request.GET.get(NAME, "")
    accepted = _accepted(request.META.get("HTTP_ACCEPT_LANGUAGE", ""))
    return Tongue(chosen if chosen in NAMES else "", accepted)


def query_of(chosen: str) -> str:
    return f"?{NAME}={chosen}" if chosen else ""


@lru_cache(maxsize=1024)
def _accepted(header: str) -> str:
    """The first language of the header that we can serve; its order is the reader's."""
    tags = (base_of(tag) for tag, _ in parse_accept_lang_header(header))
    return next((tag for tag in tags if tag in NAMES), "")


@lru_cache(maxsize=4096)
def menu(language: str, offered: Sequence[str], more: str = "") -> SafeString:
    """A menu without a script: every language by its own name, as a link to this very page.

    `more` is what else the address has to keep, such as `&score=4`.
    """
    links = format_html_join(
        "",
        '<li><a lang="{}" hreflang="{}" href="?{}={}{}"{}>{}</a></li>',
        (
            (tag, tag, NAME, tag, more, _here(tag == language), OWN_NAMES.get(tag, tag))
            for tag in offered
        ),
    )
    return format_html(
        '<details class="tongues"><summary><span class="trap">{}: </span>{}</summary>'
        "<ul>{}</ul></details>",
        say(language, LANGUAGE),
        OWN_NAMES.get(language, language),
        links,
    )


def _here(is_here: bool) -> SafeString:  # noqa: FBT001  (one value of a row)
    return SafeString(' aria-current="true"' if is_here else "")


@lru_cache(maxsize=1024)
def offered_for(language: str, main: str, own: tuple[str, ...], says_own: bool) -> tuple[str, ...]:  # noqa: FBT001
    """Return the languages in which this survey can be read without mixing two.

    Where it says nothing of its own, those of the product; else its main language and those it
    was translated into. The one that is being read is always among them.
    """
    known = {main, language, *own} if says_own else {*SPOKEN, language, *own}
    return tuple(tag for tag in OWN_NAMES if tag in known)
