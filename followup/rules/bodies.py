"""The body of a webhook: type, timestamp and data, in at most 20 kB."""

import json
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

MOST_BYTES = 20_000
LONGEST_COMMENT = 4000  # letters; the whole of a longer one is a call of the API away
CONTEXT_BYTES = 4000


def moment(at: datetime) -> str:
    return at.astimezone(UTC).isoformat(timespec="seconds").replace("+00:00", "Z")


def written(type_: str, at: datetime, data: Mapping[str, Any]) -> str:
    """Return the body as it is signed and sent; what is too long has been cut and says so."""
    return json.dumps(
        {"type": type_, "timestamp": moment(at), "data": data},
        ensure_ascii=False,
        separators=(",", ":"),
    )


def words(comment: str) -> dict[str, Any]:
    """The comment, or its beginning and a mark that there is more."""
    if len(comment) <= LONGEST_COMMENT:
        return {"comment": comment}
    return {"comment": comment[:LONGEST_COMMENT], "comment_is_cut": True}


def context(properties: Mapping[str, Any]) -> dict[str, Any]:
    """The frozen context, or none of it and a mark where it is larger than a webhook may be."""
    size = len(json.dumps(properties, ensure_ascii=False).encode())
    if size <= CONTEXT_BYTES:
        return {"context": dict(properties)}
    return {"context": {}, "context_is_cut": True}
