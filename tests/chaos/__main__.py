"""`python -m tests.chaos [--short] [--seed N]`: kill what can be killed and count the mails."""

import argparse
import os
import secrets
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import django

DEFAULTS = {
    "DJANGO_SETTINGS_MODULE": "cxapp.settings",
    "BASE_URL": "http://localhost:8000",
    "EMAIL_URL": "smtp://127.0.0.1:1",
}

# Where the sink is slow decides what a kill meets: before the mail is stored, or just after.
EARLY = {"delay": 0.05, "dot_delay": 0.0}
LATE = {"delay": 0.0, "dot_delay": 0.3, "workers": 2, "aims": True}

# Long enough for the one who is awake to come round to what the sleepers had begun.
SLEEPY = {"delay": 0.05, "dot_delay": 0.0, "frozen_for": 3.5}


def say(words: str) -> None:
    sys.stdout.write(words + "\n")
    sys.stdout.flush()


def main() -> int:
    options = _options()
    os.environ.setdefault("SECRET_KEY", secrets.token_urlsafe(50))
    for name, value in DEFAULTS.items():
        os.environ.setdefault(name, value)
    django.setup()
    from tests.chaos import storms, world  # noqa: PLC0415 - needs Django to be ready

    seed = options.seed or secrets.randbelow(10**6)
    say(f"seed {seed}")
    with tempfile.TemporaryDirectory() as folder, world.database():
        restarts = not options.tiny and storms.may_restart_database()
        if not restarts:
            say("PostgreSQL is not restarted: it is not this run's own")
        plan = storms.Plan
        plans = _plans(plan, storms.FAULTS, short=options.short, restarts=restarts)
        if options.tiny:
            plans = _few(plan, storms.FAULTS)
        fine = [_storm(storms, plan, seed, Path(folder)) for plan in plans]
        mails = 60 if options.tiny else 150 if options.short else 1000
        fine.append(
            _told(
                "10 drains at once",
                lambda: storms.rush(mails=mails, drains=10, seed=seed, folder=Path(folder)),
                red=False,
            )
        )
    return 0 if all(fine) else 1


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tests.chaos", description=__doc__)
    parser.add_argument("--short", action="store_true", help="about half a minute")
    parser.add_argument("--tiny", action="store_true", help="a few kills, no restarts")
    parser.add_argument("--seed", type=int, default=0)
    return parser.parse_args()


def _plans(plan, faults, *, short: bool, restarts: bool):
    """The product's storms, then the wrong designs that each must be caught by one of them."""
    size = 200 if short else 2000
    stops = {"database_stops": (1 if short else 3) * restarts, "sink_stops": 1 if short else 3}
    frozen = {"mails": 200 if short else 800, "freezes": 2 if short else 8}
    few = {"mails": 100 if short else 400, "kills": 12 if short else 40}
    return [
        plan("kills", size, kills=12 if short else 120),
        plan(
            "kills, restarts and faults", size, kills=12 if short else 100, faults=faults, **stops
        ),
        plan("sleepers", **frozen),
        plan("sabotage: mark first", variant="mark-first", **EARLY, **few),
        plan("sabotage: lock while sending", variant="lock-while-send", **LATE, **few),
        plan("sabotage: no fence", 100, variant="no-fence", freezes=3, **SLEEPY),
    ]


def _few(plan, faults):
    return [
        plan("kills and faults", 60, kills=4, faults=faults, workers=2),
        plan("sabotage: mark first", 60, kills=8, variant="mark-first", workers=2, **EARLY),
    ]


def _storm(storms, plan, seed: int, folder: Path) -> bool:
    red = plan.variant != "product"
    return _told(plan.name, lambda: storms.run(plan, seed=seed, folder=folder), red=red)


def _told(name: str, storm: Callable[[], object], *, red: bool) -> bool:
    """Run one storm, print its counts; True when it ended as it should."""
    begun = time.monotonic()
    findings = storm()
    took = time.monotonic() - begun
    counts = ", ".join(f"{word} {number}" for word, number in findings.counts.items())
    # A wrong design counts as caught when mails were doubled or lost, not when it was slow.
    caught = any(promise.startswith(("I2", "I3")) for promise in findings.broken)
    fine = caught if red else not findings.broken
    verdict = ("caught" if fine else "NOT CAUGHT") if red else ("ok" if fine else "FAILED")
    say(f"{verdict:10} {name} ({took:.0f} s): {counts}")
    for promise in findings.broken:
        say(f"           {'broke' if red else 'BROKEN'}: {promise}")
    return fine


if __name__ == "__main__":
    raise SystemExit(main())
