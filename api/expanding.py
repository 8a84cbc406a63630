"""`expand`: the rows that an answer names by their ids, carried whole, one statement for each."""

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from typing import Any

from django.http import QueryDict
from rest_framework import serializers

from accounts.queries.keys import Identity
from accounts.rules.scopes import Scope
from api.problems import Fault, Kind, Problem

PARAMETER = "expand"
Answer = serializers.Serializer[Any]
Shaped = Mapping[int, Mapping[str, Any]]


@dataclass(frozen=True, kw_only=True)
class Part:
    """Something that can be carried whole: `customer` beside the `customer_id` of an answer.

    `read` gives the shape of every row that is asked for, by id, in one statement; a row that it
    leaves out (erased, or not for this key) is carried as null.
    """

    name: str
    scope: Scope  # needed besides the operation's own
    answer: type[Answer]
    example: Mapping[str, Any]
    read: Callable[[Identity, Collection[int]], Shaped]

    @property
    def id_name(self) -> str:
        return f"{self.name}_id"


def asked_parts(
    sent: QueryDict, offered: tuple[Part, ...], caller: Identity
) -> tuple[tuple[Part, ...], QueryDict]:
    """Return the parts that were asked for and the query without them."""
    if not offered or PARAMETER not in sent:
        return (), sent
    rest = sent.copy()
    names = rest.pop(PARAMETER)
    known = {part.name: part for part in offered}
    parts = tuple(known[name] for name in _names(names, set(known)))
    for part in parts:
        if part.scope not in caller.scopes:
            raise _unseen(part)
    return parts, rest


def _names(values: list[str], known: set[str]) -> list[str]:
    names = values[0].split(",")
    if len(values) > 1:
        raise _refused("Send expand once, its names with commas between them.")
    if not set(names) <= known or len(set(names)) < len(names):
        raise _refused(f"Expected one or more of these, each once: {', '.join(sorted(known))}.")
    return names


def _refused(sentence: str) -> Problem:
    return Problem(Kind.INVALID_INPUT, sentence, [Fault(sentence, parameter=PARAMETER)])


def _unseen(part: Part) -> Problem:
    sentence = (
        f"This key lacks the scope {part.scope}, without which {part.name} cannot be expanded."
    )
    return Problem(Kind.SCOPE_MISSING, sentence, [Fault(sentence, parameter=PARAMETER)])


def expand(parts: tuple[Part, ...], caller: Identity, data: Mapping[str, Any]) -> dict[str, Any]:
    """Return the answer (one row, or a page of them) with its parts filled in."""
    rows = [dict(row) for row in data["items"]] if "items" in data else [dict(data)]
    for part in parts:
        wanted = {int(row[part.id_name]) for row in rows if row[part.id_name]}
        found = part.read(caller, wanted) if wanted else {}
        for row in rows:
            row[part.name] = found.get(int(row[part.id_name] or 0))
    return {**data, "items": rows} if "items" in data else rows[0]


_described: dict[tuple[type[Answer], tuple[str, ...]], type[Answer]] = {}


def with_parts(answer: type[Answer], parts: tuple[Part, ...]) -> type[Answer]:
    """Return the serializer that describes an answer which may carry these parts."""
    if not parts:
        return answer
    called = (answer, tuple(part.name for part in parts))
    if called not in _described:
        _described[called] = _described_with(answer, parts)
    return _described[called]


def _described_with(answer: type[Answer], parts: tuple[Part, ...]) -> type[Answer]:
    items = answer().fields.get("items")
    if items is None:
        added = {part.name: part.answer(allow_null=True, required=False) for part in parts}
    else:
        item: type[Answer] = type(items.child)  # type: ignore[attr-defined]
        added = {"items": with_parts(item, parts)(many=True)}
    named = f"Expanded{answer.__name__}"
    return type(named, (answer,), {"__doc__": answer.__doc__, **added})
