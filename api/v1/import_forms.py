"""What is sent with a file that is brought in: the file itself, its columns, how it is read."""

import base64
import binascii
import re
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any, ClassVar

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers
from rest_framework.exceptions import ValidationError

from api.endpoints import Call
from api.fields import HIDDEN, REFUSED, Body, Identifier, Line
from api.parsing import escaped
from api.problems import Fault, Kind, Problem
from api.v1.customer_forms import Zone
from kit.spreadsheets import Unreadable, open_sheet
from surveys.actions.uploading import Chosen, choose_columns_of, receive_file
from surveys.models import Import, Touchpoint
from surveys.rules.meanings import (
    KEPT,
    LABELS,
    LARGEST_FILE,
    MOST_COLUMNS,
    OUT,
    PARTS,
    choice_faults,
)
from surveys.rules.meanings import Kind as FileKind
from surveys.rules.metrics import Metric
from surveys.rules.moments_written import Order

BASE64 = re.compile("[A-Za-z0-9+/]+={0,2}")
MEANINGS = [*LABELS, KEPT, OUT]
# What was said goes before what is usual; what nobody said is what most files are.
USUAL: Mapping[str, str] = {
    "time_zone": "UTC",
    "date_order": Order.YEAR.value,
    "metric": Metric.NPS.value,
    "touchpoint": "",
    "touchpoint_kind": Touchpoint.Kind.SERVICE.value,
    "source": "import",
}
KEPT_AS = {"time_zone": "zone", "date_order": "order", "touchpoint": "place"}


@extend_schema_field(
    {
        "type": "string",
        "contentEncoding": "base64",
        "minLength": 4,
        "pattern": "^[A-Za-z0-9+/]+={0,2}$",
    }
)
class Content(serializers.Field[bytes, Any, str, Any]):
    """A file as base64: JSON knows no bytes."""

    def to_internal_value(self, data: Any) -> bytes:
        if not isinstance(data, str) or not BASE64.fullmatch(data):
            raise ValidationError("Expected the file as base64, on one line.", REFUSED)
        try:
            found = base64.b64decode(data, validate=True)
        except binascii.Error as error:
            raise ValidationError("This base64 is cut off.", REFUSED) from error
        if len(found) > LARGEST_FILE:
            raise ValidationError("A file may have 10 MB at most. Cut it into several.", REFUSED)
        return found


@extend_schema_field(
    {
        "type": "object",
        "maxProperties": MOST_COLUMNS,
        "propertyNames": {"pattern": f"^[^{HIDDEN}]*$"},
        "additionalProperties": {"type": "string", "enum": MEANINGS},
    }
)
class Columns(serializers.Field[dict[str, str], Any, dict[str, str], Any]):
    """What each heading says."""

    def to_internal_value(self, data: Any) -> dict[str, str]:
        if not isinstance(data, dict) or len(data) > MOST_COLUMNS:
            raise ValidationError(f"Expected an object of at most {MOST_COLUMNS} headings.")
        known = ", ".join(name or '""' for name in MEANINGS)
        faults = {
            name: f"Expected one of {known}." for name, said in data.items() if said not in MEANINGS
        }
        if faults:
            raise ValidationError(faults)
        return data


class NewImport(Body):
    """A file and how it is read."""

    kind = serializers.ChoiceField([kind.value for kind in FileKind])
    name = Identifier(required=False, max_length=200, help_text="Of the file, for the history.")
    content = Content(help_text="The CSV or Excel file as base64, 10 MB and 50,000 rows at most.")
    columns = Columns(
        required=False,
        help_text="What headings say; `+` keeps one as a property, an empty text leaves it out. "
        "Those that are not named are guessed as the page does.",
    )
    time_zone = Zone(
        required=False, allow_blank=True, max_length=64, help_text="Of times without an offset."
    )
    date_order = serializers.ChoiceField([order.value for order in Order], required=False)
    metric = serializers.ChoiceField(
        [metric.value for metric in Metric], required=False, help_text="The scale of the score."
    )
    touchpoint = Line(
        required=False, allow_blank=True, max_length=120, help_text="For rows that name none."
    )
    touchpoint_kind = serializers.ChoiceField(
        [kind.value for kind in Touchpoint.Kind], required=False, help_text="Of new touchpoints."
    )
    source = Identifier(  # type: ignore[assignment]
        required=False, max_length=40, help_text="The system it comes from: an id is known by it."
    )

    example: ClassVar[dict[str, Any]] = {
        "kind": "customers",
        "name": "crm.csv",
        "content": "aWQsZW1haWwscGxhbgpDLTEsYWRhQG1haWwuZXhhbXBsZSxNYXgKQy0yLGFkYUAsTWF4Cg==",
        "columns": {"id": "customer_id", "plan": "+"},
        "time_zone": "Europe/London",
        "date_order": "day",
        "source": "crm",
    }


def received(call: Call) -> Import:
    """Keep the file and have it checked; raises what is wrong with it as a Problem."""
    said, kind = call.body, FileKind(call.body["kind"])
    try:
        with _stored(said["content"]) as path, open_sheet(path) as sheet:
            file = receive_file(
                organisation_id=call.organisation_id,
                kind=kind,
                name=said.get("name", ""),
                sheet=sheet,
                actor=call.actor,
                now=call.now,
            )
    except Unreadable as error:
        raise Problem(Kind.INPUT_REFUSED, str(error), [Fault(str(error), "#/content")]) from error
    chosen = Chosen(meanings=_meanings(file, said.get("columns", {})), options=_options(said))
    faults = choice_faults(kind, file.header, chosen.meanings, chosen.options["place"])
    if faults:
        found = [Fault(sentence, "#/columns") for sentence in faults]
        raise Problem(Kind.INPUT_REFUSED, faults[0], found)
    choose_columns_of(file=file, chosen=chosen, actor=call.actor, now=call.now)
    return file


def _meanings(file: Import, said: Mapping[str, str]) -> list[str]:
    """What was said of each heading, else what was guessed, if nobody said it of another."""
    kind = FileKind(file.kind)
    for name, meaning in said.items():
        where = f"#/columns/{escaped(name)}"
        if name not in file.header:
            sentence = "The file has no column of this heading."
            raise Problem(Kind.INPUT_REFUSED, sentence, [Fault(sentence, where)])
        if meaning not in (*PARTS[kind], KEPT, OUT):
            sentence = f"No column of such a file says {meaning}."
            raise Problem(Kind.INPUT_REFUSED, sentence, [Fault(sentence, where)])
    taken = {meaning for meaning in said.values() if meaning != KEPT}
    return [
        said.get(name, OUT if guessed in taken else guessed)
        for name, guessed in zip(file.header, file.meanings, strict=True)
    ]


def _options(said: Mapping[str, Any]) -> dict[str, Any]:
    return {KEPT_AS.get(name, name): said.get(name) or usual for name, usual in USUAL.items()}


@contextmanager
def _stored(content: bytes) -> Iterator[Path]:
    """A path to read it from: readers of tables look at a file twice."""
    with tempfile.NamedTemporaryFile(suffix=".import") as kept:
        kept.write(content)
        kept.flush()
        yield Path(kept.name)
