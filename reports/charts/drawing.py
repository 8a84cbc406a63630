"""From a specification to SVG that stands inside a page with a strict content policy."""

import hashlib
import html
import json
import re

import vl_convert

from reports.charts.theme import Spec

# Raised when the drawing changes, so that no stored picture outlives its look.
STYLE = "3"
_SIZES = re.compile(r'<svg [^>]*?viewBox="([^"]+)">')
_TAGS = re.compile(r"<[a-z][^<>]*>")
# The picture as a whole has one label; parts of it with a role and no name only confuse readers.
_NOISE = re.compile(r' (?:role|class|aria-[a-z]+|pointer-events|xmlns:xlink|version)="[^"]*"')
_NAMES = re.compile(r'\b(id="|url\(#|href="#)([A-Za-z])')


def key_of(spec: Spec) -> str:
    """Name a picture by what it shows: the same figures give the same key."""
    text = json.dumps(spec, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    return hashlib.sha256(f"{STYLE}:{text}".encode()).hexdigest()


def draw(spec: Spec) -> str:
    """Render; nothing is fetched. Never call before a process forks: the child would hang."""
    svg = vl_convert.vegalite_to_svg(spec, allowed_base_urls=[])
    return _tidy(svg, key=key_of(spec), label=str(spec.get("description", "")))


def _tidy(svg: str, *, key: str, label: str) -> str:
    """Let the page size and name the picture; keep its ids apart from other pictures' ids."""
    opening = (
        r'<svg xmlns="http://www.w3.org/2000/svg" viewBox="\1" role="img" '
        f'aria-label="{html.escape(label).replace(chr(92), chr(92) * 2)}">'
    )
    svg = _TAGS.sub(lambda tag: _NOISE.sub("", tag[0]), svg)
    svg = _SIZES.sub(opening, svg, count=1)
    return _NAMES.sub(rf"\1c{key[:10]}-\2", svg)
