"""Benchmarks: somebody else's scores that a card is held against, with where they come from."""

from typing import Any, ClassVar

from django.http import HttpResponse
from rest_framework import serializers
from rest_framework.exceptions import ValidationError

from accounts.rules.scopes import Scope
from api.endpoints import Call, Endpoint, gone, reply
from api.fields import REFUSED, Body, Id, Identifier, Moment, Number, moment
from api.operations import operation
from api.paging import Paged, found, page, page_of
from api.problems import Kind
from api.refusals import only_for_all, refusing
from api.v1.goals import BEYOND, CARDS, HIGHEST, LOWEST, NOT_BELOW_0, WRITE, is_no_share
from metrics.actions.aiming import Found, add_benchmark, remove_benchmark
from metrics.models import Benchmark


class NewBenchmark(Body):
    """Somebody else's score, with what one must know to believe it."""

    card = serializers.ChoiceField(CARDS, help_text="Held against this card.")
    value = Number(min_value=LOWEST, max_value=HIGHEST)
    source = Identifier(max_length=120, help_text="Who published it, and where.")  # type: ignore[assignment]
    year = Number(min_value=1990, max_value=2100, help_text="Measured in this year.")
    method = Identifier(
        max_length=200,
        help_text="Whom they asked, how, and with which cut: published scores of one industry "
        "and year differ by up to 25 points for such reasons.",
    )
    n = Number(min_value=1, max_value=2**31 - 1, help_text="Answers behind it.")

    example: ClassVar[dict[str, Any]] = {
        "card": "experience",
        "value": 21,
        "source": "Ofcom, Comparing customer service",
        "year": 2025,
        "method": "Online panel of bill payers, 0 to 10",
        "n": 3900,
    }

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        if is_no_share(attrs["card"], attrs["value"]):
            raise ValidationError({"value": [NOT_BELOW_0]}, REFUSED)
        return attrs


class BenchmarkAnswer(serializers.Serializer[Any]):
    """A benchmark as stored."""

    id = Id()
    url = serializers.CharField()
    card = serializers.ChoiceField(CARDS)
    value = serializers.IntegerField()
    source = serializers.CharField()  # type: ignore[assignment]
    year = serializers.IntegerField()
    method = serializers.CharField()
    n = serializers.IntegerField()
    created_at = Moment()


EXAMPLE = {
    "id": "3",
    "url": "/api/v1/benchmarks/3",
    **NewBenchmark.example,
    "created_at": "2026-11-21T14:05:12Z",
}


def shape(row: Benchmark) -> dict[str, Any]:
    return {
        "id": str(row.pk),
        "url": f"/api/v1/benchmarks/{row.pk}",
        **{name: getattr(row, name) for name in ("card", "value", "source", "year", "method", "n")},
        "created_at": moment(row.made_at),
    }


class Benchmarks(Endpoint):
    @operation(
        "listBenchmarks",
        scopes=[Scope.METRICS_READ],
        query=Paged,
        answer=page_of(BenchmarkAnswer),
        example={"items": [EXAMPLE], "next_cursor": None},
    )
    def get(self, call: Call) -> HttpResponse:
        """List what the cards are held against, those made last first."""
        only_for_all(call.caller, BEYOND)
        return reply(page(Benchmark.objects.all(), call.query, "made_at", shape))

    @operation(
        "createBenchmark",
        scopes=WRITE,
        body=NewBenchmark,
        answer={201: BenchmarkAnswer},
        example={201: EXAMPLE},
        problems=[Kind.NAME_TAKEN],
    )
    def post(self, call: Call) -> HttpResponse:
        """Hold a card against somebody else's score."""
        only_for_all(call.caller, BEYOND)
        with refusing():
            row = add_benchmark(
                organisation_id=call.organisation_id,
                found=Found(**call.body),
                actor=call.actor,
                now=call.now,
            )
        return reply(shape(row), 201)


class OneBenchmark(Endpoint):
    @operation(
        "getBenchmark",
        scopes=[Scope.METRICS_READ],
        answer=BenchmarkAnswer,
        example=EXAMPLE,
        problems=[Kind.NOT_FOUND],
    )
    def get(self, call: Call, benchmark_id: str) -> HttpResponse:
        """Return one benchmark."""
        only_for_all(call.caller, BEYOND)
        return reply(shape(found(Benchmark.objects.all(), benchmark_id)))

    @operation(
        "deleteBenchmark",
        scopes=WRITE,
        answer={204: None},
        example={204: None},
        problems=[Kind.NOT_FOUND],
    )
    def delete(self, call: Call, benchmark_id: str) -> HttpResponse:
        """Hold the card against it no longer."""
        only_for_all(call.caller, BEYOND)
        row = found(Benchmark.objects.select_for_update(), benchmark_id)
        remove_benchmark(benchmark=row, actor=call.actor, now=call.now)
        return gone()
