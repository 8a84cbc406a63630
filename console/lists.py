"""A list that was pasted or uploaded, as a file: readers of tables look at it twice."""

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from django.core.files.uploadedfile import UploadedFile


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
