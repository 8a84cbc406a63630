"""Static files of the demo: collected, hashed and compressed as an installation has them."""

from pathlib import Path

from django.conf import settings
from django.contrib.staticfiles.finders import get_finders
from django.core.management import call_command

MANIFEST = "staticfiles.json"


def collect() -> None:
    """Collect them, unless nothing is newer than what was collected last."""
    manifest = Path(settings.STATIC_ROOT) / MANIFEST
    if not manifest.exists() or manifest.stat().st_mtime < _newest_source():
        call_command("collectstatic", verbosity=0, interactive=False)


def _newest_source() -> float:
    paths = (
        Path(storage.path(name))
        for finder in get_finders()
        for name, storage in finder.list(["CVS", ".*", "*~"])
    )
    return max(path.stat().st_mtime for path in paths)
