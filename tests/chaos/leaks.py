"""Whether a token that was issued stands anywhere: logs, Valkey, what Celery was told, the rows."""

import re
import socket
from base64 import b64decode, b64encode
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import suppress
from pathlib import Path
from threading import Thread
from urllib.parse import urlsplit

import redis
from django.db import connection, connections

from kit.tokens import MAC_LENGTH
from tests.chaos.doors import Link
from tests.chaos.world import Company

LONG = re.compile(rb"[0-9A-Za-z]{%d,}" % MAC_LENGTH)
PACKED = re.compile(rb"[0-9A-Za-z+/]{24,}")
DATABASES = 16


class Overheard:
    """All that anybody tells Valkey, as it is told: also what is gone when the run is over."""

    def __init__(self, url: str, path: Path) -> None:
        self.url, self.path = url, path
        parts = urlsplit(url)
        self.line = socket.create_connection((parts.hostname, parts.port))
        self.line.sendall(f"AUTH {parts.password}\r\nMONITOR\r\n".encode())
        self.listening = Thread(target=self._listen, daemon=True)

    def __enter__(self) -> "Overheard":
        self.listening.start()
        return self

    def __exit__(self, *error: object) -> None:
        with suppress(OSError):
            self.line.shutdown(socket.SHUT_RDWR)
        self.listening.join(10)
        self.line.close()

    def _listen(self) -> None:
        with self.path.open("wb") as kept, suppress(OSError):
            while told := self.line.recv(65536):
                kept.write(told)


def places(company: Company, folder: Path, url: str) -> Iterator[tuple[str, bytes]]:
    """Everything that was written down, by the name of its place."""
    for path in sorted(folder.rglob("*")):
        if path.is_file() and path.suffix in (".log", ".heard"):
            yield path.name, path.read_bytes()
    for number in range(DATABASES):
        with redis.Redis.from_url(url, db=number) as client:
            for key in client.scan_iter():
                yield "keys in Valkey", key + b" " + _held(client, key)
    yield from _rows(company)


def found(links: Iterable[Link], held: Iterable[tuple[str, bytes]]) -> dict[str, int]:
    """How often a token's secret part stands in each place, also inside what Celery packs."""
    secrets = {link.token[-MAC_LENGTH:].encode() for link in links}
    counts: dict[str, int] = {}
    for name, text in held:
        hits = _hits(secrets, text) + sum(_hits(secrets, told) for told in _unpacked(text))
        counts[name] = counts.get(name, 0) + hits
    return counts


def sees(links: Sequence[Link]) -> bool:
    """Whether the search would find one: in a line of a log, and in a message of Celery."""
    line = f"GET {links[0].path}?score=4 200".encode()
    message = b'{"body": "' + b64encode(b'[["' + links[-1].token.encode() + b'"], {}]') + b'"}'
    return found(links, [("log", line), ("queue", message)]) == {"log": 1, "queue": 1}


def _hits(secrets: set[bytes], text: bytes) -> int:
    return sum(
        word[place : place + MAC_LENGTH] in secrets
        for word in LONG.findall(text)
        for place in range(len(word) - MAC_LENGTH + 1)
    )


def _unpacked(text: bytes) -> Iterator[bytes]:
    for word in PACKED.findall(text):
        with suppress(ValueError):
            yield b64decode(word + b"=" * (-len(word) % 4))


def _held(client: redis.Redis, key: bytes) -> bytes:
    readers: dict[bytes, Callable[[], object]] = {
        b"string": lambda: client.get(key),
        b"list": lambda: client.lrange(key, 0, -1),
        b"set": lambda: client.smembers(key),
        b"zset": lambda: client.zrange(key, 0, -1),
        b"hash": lambda: client.hgetall(key),
        b"none": lambda: b"",  # it was forgotten a moment ago
    }
    return repr(readers[client.type(key)]()).encode()  # another kind of key is to be noticed


def _rows(company: Company) -> Iterator[tuple[str, bytes]]:
    """Every row of every table that the organisation may see: a backup would hold them."""
    with company.entered(), connection.cursor() as cursor:
        for table in connection.introspection.table_names(cursor):
            cursor.execute(f"SELECT t::text FROM {connection.ops.quote_name(table)} t")
            yield "rows", "\n".join(row[0] for row in cursor.fetchall()).encode()
    connections.close_all()
