"""How a log line is written: as JSON where machines read it, as plain text for a developer.

Fields are those of `kit.tracing` and those a line of ours brings under `told`; what libraries add
to their records (requests, arguments of tasks) is not printed at all.
"""

import json
import logging
from datetime import UTC, datetime
from typing import Any

from cxapp.watch.scrubbing import on_one_line, scrubbed
from kit import tracing

ENCODED = json.JSONEncoder(default=str).encode
TOLD = "told"  # the name under which a record of ours brings fields: `extra={TOLD: {...}}`


class JsonLines(logging.Formatter):
    """One object a line, in ASCII: no byte of anybody else's can begin another line."""

    def format(self, record: logging.LogRecord) -> str:
        line: dict[str, Any] = {
            "at": _moment(record).isoformat(timespec="milliseconds"),
            "level": record.levelname.lower(),
            "logger": record.name,
            "event": scrubbed(record.getMessage()),
            **tracing.facts(),
            **getattr(record, TOLD, {}),
        }
        if failure := _failure(self, record):
            line["failure"] = failure
        return ENCODED(line)


class PlainLines(logging.Formatter):
    """Words for eyes: fields in brackets, a failure below its line and indented."""

    def format(self, record: logging.LogRecord) -> str:
        fields = {**tracing.facts(), **getattr(record, TOLD, {})}
        said = " ".join(f"{name}={on_one_line(str(value))}" for name, value in fields.items())
        head = f"{_moment(record):%H:%M:%S} {record.levelname} {record.name}"
        event = on_one_line(scrubbed(record.getMessage()))
        failure = _failure(self, record)
        below = "".join(f"\n    | {on_one_line(line)}" for line in failure.splitlines())
        return f"{head} {event}{f' [{said}]' if said else ''}{below}"


def _moment(record: logging.LogRecord) -> datetime:
    return datetime.fromtimestamp(record.created, UTC)


def _failure(formatter: logging.Formatter, record: logging.LogRecord) -> str:
    if not record.exc_info:
        return ""
    return scrubbed(formatter.formatException(record.exc_info))
