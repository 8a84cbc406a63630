"""A database of the run's own; knows nothing of Django, which must not be set up before it."""

import os
import sys
from collections.abc import Iterator
from contextlib import closing, contextmanager
from urllib.parse import urlsplit, urlunsplit

import psycopg2
from psycopg2 import sql

URLS = ("DATABASE_URL", "DATABASE_OWNER_URL")


@contextmanager
def database() -> Iterator[None]:
    """Create a database, point the environment at it, drop it at the end."""
    name, given = f"bench_{os.getpid()}", {url: os.environ[url] for url in URLS}
    _as_owner(given, "CREATE DATABASE {}", name)
    try:
        os.environ.update({url: _renamed(value, name) for url, value in given.items()})
        yield
    finally:
        os.environ.update(given)
        _drop(given, name)


def _drop(given: dict[str, str], name: str) -> None:
    """Drop it; what cannot be dropped is named, for figures must not be lost with it."""
    # FORCE may not end an autovacuum, which a plain DROP does; a plain one waits for the others.
    for command in ("DROP DATABASE {}", "DROP DATABASE {} WITH (FORCE)"):
        try:
            _as_owner(given, command, name)
        except psycopg2.Error as refused:
            sys.stderr.write(f"{name} is still in use: {refused}")
        else:
            return


def _renamed(url: str, name: str) -> str:
    return urlunsplit(urlsplit(url)._replace(path=f"/{name}"))


def _as_owner(given: dict[str, str], command: str, name: str) -> None:
    with closing(psycopg2.connect(given["DATABASE_OWNER_URL"])) as owner:
        owner.autocommit = True
        with owner.cursor() as cursor:
            cursor.execute(sql.SQL(command).format(sql.Identifier(name)))
