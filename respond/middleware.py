"""The short way to a survey: no session, no user, no cookie, none of the work they cost."""

from collections.abc import Callable

from django.core.exceptions import DisallowedHost
from django.http import HttpRequest, HttpResponse
from django.urls import Resolver404, resolve

from respond import pages, phrases
from respond.tongues import tongue_of


class StraightToTheQuestion:
    """Answers /s/, /l/, /w/, /u/ and /p/ before any middleware below it is asked."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        path = request.path_info
        if not path.startswith(("/s/", "/l/", "/w/", "/u/", "/p/")):
            return self.get_response(request)
        try:
            request.get_host()
            urls = "respond.widget.urls" if path.startswith("/w/") else "respond.urls"
            match = resolve(path, urls)
        except DisallowedHost:
            # Refused here as everywhere, but Django's own page would bring no headers of ours,
            # and its line in the log would hold the path: the token.
            return pages.words(tongue_of(request), phrases.NOT_HERE, phrases.TRY_AGAIN, status=400)
        except Resolver404:
            return pages.closed(tongue_of(request))
        request.resolver_match = match
        response: HttpResponse = match.func(request, *match.args, **match.kwargs)
        return response
