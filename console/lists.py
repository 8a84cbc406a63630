"""A list that was pasted or uploaded: as a file to read, and kept by its page until it is sent."""

import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import astuple
from datetime import timedelta
from pathlib import Path

from django.core import signing
from django.core.files.uploadedfile import UploadedFile

from surveys.rules.listing import Person

SALT = "console.lists"
KEPT_FOR = timedelta(days=1)


@contextmanager
def stored(file: "UploadedFile[bytes] | None", lines: str) -> Iterator[Path]:
    """A path to read it from; gone afterwards."""
    with tempfile.NamedTemporaryFile(suffix=".list") as kept:
        if file is None:
            kept.write(lines.encode())
        else:
            kept.writelines(file.chunks())
        kept.flush()
        yield Path(kept.name)


def sealed(people: Sequence[Person]) -> str:
    """The people as a page holds them until its button is pressed: nothing of them is stored."""
    return signing.dumps([astuple(each) for each in people], salt=SALT, compress=True)


def unsealed(text: str) -> list[Person]:
    """Who was shown; raises `signing.BadSignature` for what no page of ours held, or long ago."""
    return [Person(*each) for each in signing.loads(text, salt=SALT, max_age=KEPT_FOR)]
