"""Where servers that go with their run keep their files: in memory where there is room for them."""

import os
import shutil
import tempfile
from contextlib import suppress
from pathlib import Path

MEMORY = Path("/dev/shm")  # noqa: S108 - a folder of its own is made in it
ROOM = 4 << 30  # bytes: four times what all tests at once were seen to take
AVAILABLE = Path("/proc/meminfo")


def for_a_run(prefix: str, *, durable: bool) -> Path:
    """Make a folder of this run's own.

    Emptying 82 tables makes and drops 400 files: 0.8 s on a disk, 0.05 s in memory when measured.
    """
    place = MEMORY if not durable and _has_room() else None
    return Path(tempfile.mkdtemp(prefix=prefix, dir=place))


def of_runs() -> list[Path]:
    """Every folder in which a run may have left its own."""
    return [Path(tempfile.gettempdir()), *([MEMORY] if MEMORY.is_dir() else [])]


def for_programs(folder: Path) -> Path:
    """Where a copy of the servers' programs may stay, for a run in this folder."""
    # Files may not always be run from memory, and would fill it long after the run.
    return Path(tempfile.gettempdir()) if folder.parent == MEMORY else folder.parent


def _has_room() -> bool:
    with suppress(OSError, StopIteration):
        lines = AVAILABLE.read_text().splitlines()
        kilobytes = next(line.split()[1] for line in lines if line.startswith("MemAvailable:"))
        free = min(shutil.disk_usage(MEMORY).free, int(kilobytes) << 10)
        return free >= ROOM and os.access(MEMORY, os.W_OK)
    return False
