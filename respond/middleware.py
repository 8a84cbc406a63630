"""The short way to a survey: no session, no user, no cookie, none of the work they cost."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse
from django.urls import Resolver404, resolve

from respond import pages


class StraightToTheQuestion:
    """Answers /s/, /u/ and /p/ before any middleware below it is asked."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if not request.path_info.startswith(("/s/", "/u/", "/p/")):
            return self.get_response(request)
        request.get_host()  # a foreign Host is refused here as everywhere
        try:
            match = resolve(request.path_info, "respond.urls")
        except Resolver404:
            return pages.closed()
        request.resolver_match = match
        response: HttpResponse = match.func(request, *match.args, **match.kwargs)
        return response
