"""How many calls a key may make, and how many a place may try without one."""

from math import ceil

from django.conf import settings
from django.http import HttpRequest, HttpResponse

from accounts.queries.keys import Identity
from api.problems import Kind, Problem
from kit.clients import client_address, network_of
from kit.limits import Limit, Room, room_in

MINUTE = 60
POLICY = "key"


def enter(caller: Identity) -> Room | None:
    """Count one more call of this key; raises 429 where there is no room.

    None where Valkey cannot say: what a customer did must be reported also then.
    """
    room = room_in([Limit(f"api:{caller.prefix}", settings.API_CALLS_A_MINUTE, MINUTE)])
    if room is not None and room.wait:
        raise _too_many(room)
    return room


def knock(request: HttpRequest) -> None:
    """Count one more call without a valid key from this place; raises 429 where they are many."""
    place = network_of(client_address(request.META, settings.TRUSTED_PROXIES))
    room = room_in([Limit(f"api:from {place}", settings.API_REFUSALS_A_MINUTE, MINUTE)])
    if room is not None and room.wait:
        sentence = "Too many calls without a valid key came from this address. Correct the key."
        raise Problem(Kind.TOO_MANY_CALLS, sentence, headers={"Retry-After": _seconds(room.wait)})


def tell(response: HttpResponse, room: Room | None) -> None:
    """Say how much is left, by the fields of draft-ietf-httpapi-ratelimit-headers-10."""
    if room is not None:
        for name, value in _fields(room).items():
            response[name] = value


def _too_many(room: Room) -> Problem:
    headers = {"Retry-After": _seconds(room.wait), **_fields(room)}
    return Problem(Kind.TOO_MANY_CALLS, headers=headers)


def _fields(room: Room) -> dict[str, str]:
    return {
        "RateLimit-Policy": f'"{POLICY}";q={settings.API_CALLS_A_MINUTE};w={MINUTE}',
        "RateLimit": f'"{POLICY}";r={room.left};t={_seconds(room.again)}',
    }


def _seconds(wait: float) -> str:
    return str(ceil(wait))
