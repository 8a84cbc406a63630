"""The script of every widget: one small file, read once, kept by browsers and asked for again."""

import gzip
import hashlib
from functools import lru_cache
from pathlib import Path

from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.utils.cache import get_conditional_response

SOURCE = Path(__file__).parent.parent / "static" / "respond" / "widget.js"
KEPT = "public, max-age=3600, stale-while-revalidate=86400"


@lru_cache(maxsize=1)
def script() -> tuple[bytes, bytes, str]:
    """Return the script, the same packed, and the name of this very text."""
    plain = SOURCE.read_bytes()
    return plain, gzip.compress(plain, 9, mtime=0), hashlib.sha256(plain).hexdigest()[:32]


def serve(request: HttpRequest) -> HttpResponseBase:
    """The script for any site: it holds nothing of anybody."""
    if request.method not in ("GET", "HEAD"):
        return HttpResponse(status=405, headers={"Allow": "GET, HEAD"})
    plain, packed, name = script()
    is_packed = "gzip" in request.headers.get("Accept-Encoding", "")
    etag = f'"{name}-gzip"' if is_packed else f'"{name}"'
    answer = HttpResponse(packed if is_packed else plain, "text/javascript; charset=utf-8")
    if is_packed:
        answer["Content-Encoding"] = "gzip"
    found = get_conditional_response(request, etag=etag, response=answer) or answer
    for header, value in {
        "Cache-Control": KEPT,
        "ETag": etag,
        "Vary": "Accept-Encoding",
        # Sites may ask for it with `integrity`, or keep out what does not say this.
        "Access-Control-Allow-Origin": "*",
        "Cross-Origin-Resource-Policy": "cross-origin",
        "X-Robots-Tag": "noindex, nofollow",
    }.items():
        found[header] = value
    return found
