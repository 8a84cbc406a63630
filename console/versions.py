"""Which version of each metric a page counts by: the newest, or what `definition=csat@1` says."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from urllib.parse import urlencode

from django.http import HttpRequest

from console.door import Door
from console.problems import BadAddress
from metrics.queries.definitions import definitions_of
from metrics.statistics.definitions import Definition, Definitions, Kind, UnknownVersion
from surveys.rules.metrics import name_of

NAME = "definition"
_VERSION = re.compile(r"(nps|csat|faces|ces)@([1-9][0-9]{0,3})", re.ASCII)


def read_definitions(request: HttpRequest, door: Door) -> Definitions:
    """Return the organisation's definitions, older ones where asked; raises BadAddress."""
    found = definitions_of(door.organisation.pk)
    for asked in request.GET.getlist(NAME):
        known = _VERSION.fullmatch(asked)
        if known is None:
            raise BadAddress("definition: expected a metric and its version, such as csat@1.")
        try:
            found = found.looking_at(Kind(known[1]), int(known[2]))
        except UnknownVersion as unknown:
            raise BadAddress(f"definition: {unknown}") from unknown
    return found


@dataclass(frozen=True, kw_only=True)
class Older:
    """An older version that is looked at, the newest one, and the way back to it."""

    seen: Definition
    newest: Definition
    back: str

    @property
    def name(self) -> str:
        return name_of(self.seen.kind)


def older_versions(request: HttpRequest, definitions: Definitions) -> list[Older]:
    """Return what is counted otherwise than it would be without a word in the address."""
    return list(_older(request, definitions))


def _older(request: HttpRequest, definitions: Definitions) -> Iterator[Older]:
    for kind in Kind:
        seen, newest = definitions.of(kind), definitions.newest(kind)
        if seen != newest:
            kept = [
                (name, value)
                for name, values in request.GET.lists()
                for value in values
                if name != "after" and (name, value.partition("@")[0]) != (NAME, kind.value)
            ]
            yield Older(seen=seen, newest=newest, back=urlencode(kept))
