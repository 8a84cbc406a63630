"""Addresses of the REST API; whatever is not among them is a problem document too."""

from django.urls import include, path, re_path

from api.reference import docs, openapi, problem_page, unknown_address

urlpatterns = [
    path("v1/openapi.json", openapi, name="openapi"),
    path("v1/docs", docs, name="api_docs"),
    path("v1/problems", problem_page, name="api_problems"),
    path("v1/", include("api.v1.urls")),
    re_path("", unknown_address),
]
