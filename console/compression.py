"""Compresses pages for whoever comes from our own pages: a slow phone waits for a tenth."""

from django.http import HttpRequest, HttpResponseBase
from django.middleware.gzip import GZipMiddleware
from django.utils.cache import patch_vary_headers

# Asked for by a page of ours, or typed in, or opened from the bookmarks.
OURSELVES = ("same-origin", "none")


class CompressedPages(GZipMiddleware):
    """Compress no page that another site may have asked for.

    The length of a compressed page tells its secrets to whoever makes a signed-in browser ask for
    it again and again with guesses in the address and listens to the line (Gluck, Harris and
    Prado: BREACH, 2013). Browsers say who asked, in a header that no script can set; those that
    say nothing, and visitors from elsewhere, get the page as it is.
    """

    def process_response(
        self, request: HttpRequest, response: HttpResponseBase
    ) -> HttpResponseBase:
        """Return the page compressed where that is safe, everything else untouched."""
        if response.streaming or not response.get("Content-Type", "").startswith("text/html"):
            return response
        patch_vary_headers(response, ["Sec-Fetch-Site"])
        if request.headers.get("Sec-Fetch-Site") not in OURSELVES:
            return response
        return super().process_response(request, response)
