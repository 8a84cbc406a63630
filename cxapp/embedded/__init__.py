"""Real PostgreSQL and Valkey out of wheels, for a machine that has neither; the environment wins.

Usable before Django is set up. From a shell: `python -m cxapp.embedded -- COMMAND ARGUMENTS`.
"""

import os
import shutil
import stat
import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, ExitStack, contextmanager, suppress
from functools import partial
from pathlib import Path

from cxapp.embedded import places, postgres, valkey
from cxapp.embedded.processes import (
    FolderInUse,
    ServerDidNotStart,
    Unavailable,
    locked,
    stop_leftover,
)

__all__ = ["FolderInUse", "Unavailable", "servers", "temporary_servers"]

DATABASES = ("DATABASE_URL", "DATABASE_OWNER_URL")
ATTEMPTS = 3  # a free port may be taken between our look and the server's start
PREFIX = "cxapp-run-"


class Incomplete(Unavailable):
    """One of the two database addresses is given and the other is not."""


class FolderClosed(Unavailable):
    """Root's data folder lies where PostgreSQL's system user cannot go."""


@contextmanager
def servers(data_folder: Path, *, durable: bool = True) -> Iterator[dict[str, str]]:
    """Start what the environment does not name; yield all three addresses; stop at the end.

    Without `durable` nothing waits for the disk: for rows that go with the run.
    """
    given = {name: os.environ[name] for name in (*DATABASES, "REDIS_URL") if os.environ.get(name)}
    _check_pair(given)
    folder = data_folder.expanduser().resolve()
    _make(folder)
    with ExitStack() as stack:
        stack.enter_context(locked(folder))
        started: dict[str, str] = {}
        if "DATABASE_URL" not in given:
            _check_reach(folder)
            started |= _start(stack, partial(postgres.serve, durable=durable), folder)
        if "REDIS_URL" not in given:
            started |= _start(stack, valkey.serve, folder)
        yield started | given


@contextmanager
def temporary_servers(*, durable: bool = True) -> Iterator[dict[str, str]]:
    """Servers on a folder of their own that goes with them; sweeps what dead runs left."""
    _sweep()
    folder = places.for_a_run(PREFIX, durable=durable)
    try:
        with servers(folder, durable=durable) as addresses:
            yield addresses
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _check_pair(given: dict[str, str]) -> None:
    missing = [name for name in DATABASES if name not in given]
    if len(missing) == 1:
        there = next(name for name in DATABASES if name in given)
        raise Incomplete(
            f"{there} is set and {missing[0]} is not: give both (the application's role and the "
            "owner's), or neither to have PostgreSQL started for you."
        )


def _make(folder: Path) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    folder.chmod(0o711 if os.geteuid() == 0 else 0o700)


def _check_reach(folder: Path) -> None:
    closed = [path for path in folder.parents if not path.stat().st_mode & stat.S_IXOTH]
    if os.geteuid() == 0 and closed:
        raise FolderClosed(
            f"PostgreSQL refuses to run as root, and its own system user cannot enter {closed[0]}: "
            "use a data folder under /var/lib."
        )


def _start(
    stack: ExitStack,
    server: Callable[[Path], AbstractContextManager[dict[str, str]]],
    folder: Path,
) -> dict[str, str]:
    for _ in range(ATTEMPTS - 1):
        try:
            return stack.enter_context(server(folder))
        except ServerDidNotStart as error:
            if "in use" not in str(error):
                raise
    return stack.enter_context(server(folder))


def _sweep() -> None:
    for folder in [run for place in places.of_runs() for run in place.glob(f"{PREFIX}*")]:
        with suppress(OSError, FolderInUse):
            lock = (folder / "lock").stat()
            # A fresh one may be between being made and being locked.
            if lock.st_uid == os.geteuid() and time.time() - lock.st_mtime > 60:
                _clear(folder)


def _clear(folder: Path) -> None:
    with locked(folder):
        stop_leftover(folder / "postgres" / "postmaster.pid", folder)
        stop_leftover(folder / "valkey.pid", folder)
        shutil.rmtree(folder, ignore_errors=True)
