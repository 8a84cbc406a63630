"""Pages about the API: its description, the page to try it, and what every problem means."""

from functools import lru_cache

from csp.decorators import csp_update
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe
from drf_spectacular.generators import SchemaGenerator
from drf_spectacular.renderers import OpenApiJsonRenderer

from api.problems import Kind, Problem, answer


@lru_cache(maxsize=1)
def description() -> bytes:
    """Return the OpenAPI document; it changes with the code alone."""
    schema = SchemaGenerator().get_schema(public=True)  # type: ignore[no-untyped-call]
    return OpenApiJsonRenderer().render(schema)


@require_safe
def openapi(request: HttpRequest) -> HttpResponse:
    return HttpResponse(description(), content_type="application/json")


# Swagger UI sets style attributes as it draws; scripts stay bound to our own files.
@csp_update({"style-src": ["'self'", "'unsafe-inline'"]})
@require_safe
def docs(request: HttpRequest) -> HttpResponse:
    return render(request, "api/docs.html")


@require_safe
def problem_page(request: HttpRequest) -> HttpResponse:
    return render(request, "api/problems.html", {"kinds": list(Kind)})


def unknown_address(request: HttpRequest) -> HttpResponse:
    sentence = "There is no such address. All addresses stand in /api/v1/openapi.json."
    return answer(Problem(Kind.NOT_FOUND, sentence))
