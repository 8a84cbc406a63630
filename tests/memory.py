"""How much memory this process holds at most from a moment on, in kB."""

import re
from pathlib import Path

SELF = Path("/proc/self")
FORGET_THE_PEAK = "5"  # proc(5): begin the highest mark anew at what is held now


def begin() -> int:
    """Return what is held now. The mark of a whole run would hide all that stays below it."""
    (SELF / "clear_refs").write_text(FORGET_THE_PEAK)
    return _told("VmRSS")


def highest() -> int:
    return _told("VmHWM")


def _told(name: str) -> int:
    status = (SELF / "status").read_text()
    return int(re.search(rf"^{name}:\s+(\d+) kB$", status, re.MULTILINE)[1])
