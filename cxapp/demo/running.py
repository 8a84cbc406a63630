"""Running the demo: servers, data, web, worker, beat and inbox, ended together."""

import os
import signal
import socket
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from http.client import HTTPConnection, HTTPException
from pathlib import Path
from subprocess import Popen

import django

from cxapp import demo, embedded
from cxapp.demo import database, files, place, screen
from cxapp.embedded import processes
from cxapp.embedded.processes import Server

WORKER = "--loglevel INFO --without-gossip --without-mingle"
# Two workers in an installation; files are small here, and a process less starts sooner.
SLOW = "--queues webhooks,files --pool solo --hostname slow@%h"
# A worker that is still starting hears no TERM: without a limit its server waits for it for ever
# once the demo itself was killed.
WEB = (
    "--interface wsgi --host 127.0.0.1 --workers 2 --blocking-threads 8 --no-ws "
    "--respawn-failed-workers --workers-kill-timeout 5"
)


class Stopped(BaseException):
    """Ctrl-C or TERM: end everything, keep the data."""


@contextmanager
def stoppable() -> Iterator[None]:
    """Turn INT, TERM and HUP into one orderly end that a second one cannot break."""
    numbers = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)

    def stop(_number: int, _frame: object) -> None:
        for each in numbers:
            signal.signal(each, signal.SIG_IGN)
        raise Stopped

    for number in numbers:
        signal.signal(number, stop)
    yield


@contextmanager
def demo_world(
    web: int = place.PREFERRED_WEB, mail: int = place.PREFERRED_MAIL
) -> Iterator[tuple[Path, dict[str, str]]]:
    """Servers started, the environment read, Django set up."""
    folder = place.data_folder()
    with embedded.servers(folder) as addresses:
        world = place.environment(folder, addresses, web, mail)
        os.environ.update(world)
        django.setup()
        yield folder, world


@contextmanager
def running_or_started_world() -> Iterator[None]:
    """The world of the demo that runs already, or one started for this command only."""
    with ExitStack() as stack:
        try:
            stack.enter_context(demo_world())
        except embedded.FolderInUse:
            folder = place.data_folder()
            os.environ.update({**place.environment(folder, {}, 0, 0), **place.noted(folder)})
            django.setup()
        yield


def run() -> None:
    """Run until somebody stops it."""
    screen.step(1, "Installed")
    screen.step(2, _servers_sentence())
    if os.environ.get("EMAIL_URL"):
        screen.say("    EMAIL_URL is ignored: the demo's mail goes to its own inbox only.")
    with (
        _port(place.PREFERRED_WEB, "the pages get") as web,
        _port(place.PREFERRED_MAIL, "the inbox gets") as mail,
        demo_world(web, mail) as (folder, world),
        ExitStack() as stack,
    ):
        place.note(folder, world)
        database.fill()
        screen.step(5, "Opening")
        files.collect()
        _forget_logs(folder)
        members = [
            (server, stack.enter_context(processes.running(server)))
            for server in servers(folder, world)
        ]
        screen.say(f"Ready: {world['BASE_URL']}, sign in as {demo.OWNER} / {demo.PASSWORD}")
        _watch(members)


def _forget_logs(folder: Path) -> None:
    """Each run's logs begin with it; the two servers keep theirs, for a start that fails."""
    for log in folder.glob("*.log"):
        if log.stem not in {"postgres", "valkey"}:
            log.unlink()


def servers(folder: Path, world: Mapping[str, str]) -> list[Server]:
    """Inbox first and web last, so that nothing is asked before it can answer."""
    web = world["BASE_URL"].rpartition(":")[2]
    mail = world["EMAIL_URL"].rpartition(":")[2]

    answers = {"inbox": lambda: _listens(int(mail)), "web": lambda: _is_well(int(web))}

    def server(name: str, command: str, *more: str) -> Server:
        return Server(
            command=[sys.executable, "-m", *command.split(), *more],
            log=folder / f"{name}.log",
            stop_signal=signal.SIGTERM,
            answers=answers.get(name, lambda: True),
            environment=world,
            folder=place.CHECKOUT,
        )

    return [
        server("inbox", f"cxapp.demo.inbox.server {mail}", world["CXAPP_INBOX"]),
        server("worker", f"celery --app cxapp worker --queues celery --concurrency 2 {WORKER}"),
        server("slow", f"celery --app cxapp worker {SLOW} {WORKER}"),
        server("beat", "celery --app cxapp beat --loglevel INFO --pidfile="),
        server("web", f"granian --port {web} {WEB} cxapp.wsgi:application"),
    ]


def _listens(port: int) -> bool:
    try:
        socket.create_connection(("127.0.0.1", port), timeout=2).close()
    except OSError:
        return False
    return True


def _is_well(port: int) -> bool:
    connection = HTTPConnection("127.0.0.1", port, timeout=4)
    try:
        connection.request("GET", "/healthz", headers={"Host": "localhost"})
        return connection.getresponse().status == 200
    except (OSError, HTTPException):
        return False
    finally:
        connection.close()


def _watch(members: list[tuple[Server, "Popen[bytes]"]]) -> None:
    while True:
        for server, process in members:
            if process.poll() is not None:
                raise processes.ServerDidNotStart(
                    f"The demo's {server.log.stem} ended by itself:\n"
                    f"{processes.last_lines(server.log)}"
                )
        time.sleep(0.5)


def _servers_sentence() -> str:
    given = [name for name in ("DATABASE_URL", "REDIS_URL") if os.environ.get(name)]
    if not given:
        return "Starting PostgreSQL and Valkey"
    rest = {"DATABASE_URL": "PostgreSQL", "REDIS_URL": "Valkey"}
    started = [name for key, name in rest.items() if key not in given]
    start = f"Starting {started[0]}; " if started else ""
    return f"{start}using {' and '.join(given)} of the environment"


@contextmanager
def _port(preferred: int, what: str) -> Iterator[int]:
    with processes.reserved_port(preferred) as port:
        if port != preferred:
            screen.say(f"    Port {preferred} is taken: {what} port {port}.")
        yield port
