"""Addresses of the console: everything of an organisation stands below `/o/<slug>/`."""

from django.urls import URLPattern, URLResolver, include, path

from console.urls.asking import ASKING
from console.urls.figures import FIGURES
from console.urls.people import PEOPLE
from console.urls.settings import SETTINGS
from console.views import colours, helping

app_name = "console"

HELP: list[URLPattern | URLResolver] = [
    path("", helping.show, {"name": "help"}, name="help"),
    path("reading/", helping.show, {"name": "help_reading"}, name="help_reading"),
    path("glossary/", helping.show, {"name": "help_glossary"}, name="help_glossary"),
    path("limits/", helping.show, {"name": "help_limits"}, name="help_limits"),
    path("plan/", helping.show, {"name": "help_plan"}, name="help_plan"),
]


INSIDE: list[URLPattern | URLResolver] = [
    *FIGURES,
    *PEOPLE,
    *ASKING,
    *SETTINGS,
    path("help/", include(HELP)),
]

urlpatterns: list[URLPattern | URLResolver] = [
    path("theme/", colours.theme, name="theme"),
    path("o/<slug:slug>/", include(INSIDE)),
]
