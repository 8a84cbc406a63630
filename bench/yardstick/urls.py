"""Three views: store one row by the ORM; render the survey page of one; list a hundred."""

from datetime import UTC, datetime

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import path
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from bench.yardstick.models import PlainAnswer, PlainResponse
from respond.boards import board
from respond.brand import brand
from respond.tongues import menu
from surveys.queries.asked import Asked
from surveys.rules.languages import SPOKEN

# What the page shows never changes here, so it is made once.
ASKED = Asked(
    invitation_id=1, organisation_id=1, expires_at=datetime(2100, 1, 1, tzinfo=UTC),
    answered_at=None, finished_at=None, opted_out_at=None, organisation="Bench Mobile",
    accent="#2b5fd9", logo="", thanks_note="", metric="csat", wording="{}", topic="", deed="",
    touchpoint_kind="service", owner_team="", score=None, asks_why=True,
    asks_feeling=True, asks_contact=True, contact="", language="en",
    words=None, house_language="en", translations=(), asks_more_of=(),
)  # fmt: skip
TEXTS = board(ASKED)
CONTEXT = {
    "language": "en",
    "direction": "ltr",
    "organisation": ASKED.organisation,
    "texts": TEXTS.texts,
    "address": "/page/1",
    "scale": TEXTS.scale,
    "points": TEXTS.points,
    "ends": TEXTS.ends,
    "problem": "",
    "trap": "note_2",
    "shown": "0" * 30,
    "brand": brand(ASKED.accent),
    "tongues": menu("en", tuple(SPOKEN), "&score=4"),
}
LISTED = (
    "id", "metric", "score", "comment", "standing", "origin", "context", "local_on", "answered_at",
    "customer_id", "customer__external_id", "customer__email", "customer__name",
    "customer__language", "customer__time_zone", "customer__properties", "customer__created_at",
)  # fmt: skip


class Listed(APIView):
    """The newest hundred answers and their customers, as values."""

    def get(self, _: Request) -> Response:
        newest = PlainResponse.objects.order_by("-answered_at", "-id")
        return Response(list(newest.values(*LISTED)[:100]))


def store(request: HttpRequest) -> HttpResponse:
    PlainAnswer.objects.create(score=int(request.POST["score"]))
    return HttpResponseRedirect("/thanks")


def page(request: HttpRequest, pk: int) -> HttpResponse:
    row = PlainAnswer.objects.get(pk=pk)
    return render(request, "respond/question.html", {**CONTEXT, "score": row.score})


urlpatterns = [
    path("store", store),
    path("page/<int:pk>", page),
    path("rest", Listed.as_view()),
]
