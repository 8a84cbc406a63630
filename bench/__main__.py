"""`python -m bench`: take the figures, print the table, write results.json.

Needs DATABASE_URL, DATABASE_OWNER_URL and REDIS_URL, as `make bench` provides them.
"""

import argparse
import os
import secrets
import sys

import django

from bench.databases import database
from bench.results import Figure, table, write


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m bench")
    parser.add_argument("--short", action="store_true", help="fewer requests in each pair")
    parser.add_argument("--only", metavar="NAMES", help="figures by name, with commas")
    parser.add_argument("--many", type=int, help="answers of the largest company (10,000,000)")
    asked = parser.parse_args()
    os.environ.update(
        DJANGO_SETTINGS_MODULE="cxapp.settings",
        SECRET_KEY=secrets.token_urlsafe(50),
        BASE_URL="http://127.0.0.1",
        ALLOWED_HOSTS="127.0.0.1",
        API_CALLS_A_MINUTE="10000000",
        EMAIL_URL="smtp://127.0.0.1:1",
    )
    for switch in ("CXAPP_DEBUG", "CXAPP_DEMO"):
        os.environ.pop(switch, None)
    figures = _figures(asked.only, short=asked.short, many=asked.many)
    sys.stdout.write(table(figures) + "\n")
    write(figures)
    # Ratios are reported, not enforced: a noisy machine must not fail a build. Bytes are exact.
    return 1 if any(not figure.holds for figure in figures if figure.name == "survey_kb") else 0


def _figures(only: str | None, *, short: bool, many: int | None) -> list[Figure]:
    with database():
        django.setup()
        from bench import running  # noqa: PLC0415  (needs Django, which needs the database)

        return running.measure(running.names(only), short=short, many=many)


if __name__ == "__main__":
    sys.exit(main())
