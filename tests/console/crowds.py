"""Many answers at once, for pages whose figures need them."""

from datetime import timedelta

from kit.periods import local_day
from surveys.models import Response
from tests.console.conftest import ZONE


def crowd(world, scores, *, place=None, relational=False, before=timedelta(0), **fields):
    """One counted answer a score, within the last hours before that time; call inside."""
    begun = Response.objects.count()
    programme, version = (
        (world.nps, world.nps_version) if relational else (world.csat, world.csat_version)
    )
    rows = []
    for number, score in enumerate(scores):
        at = world.now - before - timedelta(hours=number % 20)
        row = {
            "origin": "import",
            "origin_key": f"crowd:{begun + number}",
            "programme": programme,
            "survey_version": version,
            "touchpoint": None if relational else place or world.phone,
            "metric": "nps" if relational else "csat",
            "score": score,
            "answered_at": at,
            "local_on": local_day(at, ZONE),
            "standing": "counted",
            **fields,
        }
        rows.append(Response(**world.own, **row))
    return Response.objects.bulk_create(rows)
