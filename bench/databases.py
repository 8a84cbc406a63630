"""A database of the run's own; knows nothing of Django, which must not be set up before it."""

import os
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
        _as_owner(given, "DROP DATABASE {} WITH (FORCE)", name)


def _renamed(url: str, name: str) -> str:
    return urlunsplit(urlsplit(url)._replace(path=f"/{name}"))


def _as_owner(given: dict[str, str], command: str, name: str) -> None:
    with closing(psycopg2.connect(given["DATABASE_OWNER_URL"])) as owner:
        owner.autocommit = True
        with owner.cursor() as cursor:
            cursor.execute(sql.SQL(command).format(sql.Identifier(name)))
