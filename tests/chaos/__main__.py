"""`python -m tests.chaos`: kill what can be killed and count the mails (docs/reliability.md).

Short by default, `--full` as long as it needs; `--only D-7,sleepers` some of the storms,
`--seed N` as it was drawn before, `--seeds N` so many times with another seed each.
"""

import argparse
import logging
import os
import secrets
import sys
import tempfile
import time
import warnings
from pathlib import Path

import django

DEFAULTS = {
    "DJANGO_SETTINGS_MODULE": "cxapp.settings",
    "BASE_URL": "http://localhost:8000",
    "ALLOWED_HOSTS": "localhost,127.0.0.1,testserver",
    "API_CALLS_A_MINUTE": "1000000",
    "EMAIL_URL": "smtp://127.0.0.1:1",
    "CXAPP_FAILPOINTS": "1",
    "LOG_REQUESTS": "0",  # what came of a storm stands between thousands of them otherwise
}


def say(words: str) -> None:
    sys.stdout.write(words + "\n")
    sys.stdout.flush()


def main() -> int:
    options = _options()
    os.environ.setdefault("SECRET_KEY", secrets.token_urlsafe(50))
    for name, value in DEFAULTS.items():
        os.environ.setdefault(name, value)
    warnings.filterwarnings("ignore", "No directory at", UserWarning)  # none were collected
    django.setup()
    logging.getLogger("httpx").setLevel(logging.WARNING)
    from tests.chaos import scenes, storms, world  # noqa: PLC0415 - needs Django to be ready

    begun, first = time.monotonic(), options.seed or secrets.randbelow(10**6)
    with tempfile.TemporaryDirectory() as folder, world.database():
        restarts = storms.may_restart_database()
        if not restarts:
            say("PostgreSQL is not restarted: it is not this run's own")
        fine = []
        for seed in range(first, first + options.seeds):
            say(f"seed {seed}")
            wanted = scenes.scenes(options.size, restarts=restarts)
            fine += [
                _told(scene, seed, Path(folder))
                for scene in wanted
                if _is_wanted(scene, options.only)
            ]
    say(f"{sum(fine)} of {len(fine)} as they should be ({time.monotonic() - begun:.0f} s)")
    return 0 if fine and all(fine) else 1


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tests.chaos", description=__doc__)
    parser.add_argument("--full", action="store_const", const="full", dest="size", default="short")
    parser.add_argument("--only", default="", help="demands or names, with commas between")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--seeds", type=int, default=1)
    return parser.parse_args()


def _is_wanted(scene, only: str) -> bool:
    wanted = [word.strip() for word in only.split(",") if word.strip()]
    return bool(not wanted or set(scene.demand.split()) & set(wanted) or scene.name in wanted)


def _told(scene, seed: int, folder: Path) -> bool:
    """Let one storm rage and print its counts; True when it ended as it should."""
    begun = time.monotonic()
    findings = scene.play(seed=seed, folder=folder)
    took = time.monotonic() - begun
    counts = ", ".join(f"{word} {number}" for word, number in findings.counts.items())
    # A wrong design counts as caught when mails were doubled or lost, not when it was slow.
    caught = any(promise.startswith(("I2", "I3")) for promise in findings.broken)
    fine = caught if scene.is_wrong else not findings.broken
    verdict = ("caught" if fine else "NOT CAUGHT") if scene.is_wrong else _verdict(fine=fine)
    say(f"{verdict:10} {scene.demand:5} {scene.name} ({took:.0f} s): {counts}")
    for promise in findings.broken:
        say(f"           {'broke' if scene.is_wrong else 'BROKEN'}: {promise}")
    return fine


def _verdict(*, fine: bool) -> str:
    return "ok" if fine else "FAILED"


if __name__ == "__main__":
    raise SystemExit(main())
