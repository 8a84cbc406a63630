"""Start a server process, wait until it answers, and end it; also one left by a dead run."""

import contextlib
import ctypes
import fcntl
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import psutil

START_SECONDS = 60  # after a crash PostgreSQL replays its log first
STOP_SECONDS = 30
PR_SET_PDEATHSIG = 1
CLEAN = {"PATH": os.defpath, "LC_ALL": "C", "TZ": "UTC"}  # no PGPORT or PGDATA of somebody else


class Unavailable(Exception):
    """There are no servers for this run; the text is a sentence for the person at the screen."""


class ServerDidNotStart(Unavailable):
    """A server ended or stayed silent; carries the last lines of its log."""


class FolderInUse(Unavailable):
    """Another living run holds this data folder."""


@dataclass(frozen=True)
class Account:
    """The system user that a server runs as; PostgreSQL refuses root."""

    uid: int
    gid: int


@dataclass(frozen=True)
class Server:
    """How one server is started, asked and ended."""

    command: Sequence[str]
    log: Path
    stop_signal: signal.Signals
    answers: Callable[[], bool]
    account: Account | None = None
    environment: Mapping[str, str] = field(default_factory=lambda: CLEAN)
    folder: Path = Path("/")


def free_port(preferred: int = 0) -> int:
    """A loopback port nobody listens on: the preferred one where it is free."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", preferred))
        except OSError:
            return free_port()
        return int(probe.getsockname()[1])


@contextmanager
def reserved_port(preferred: int) -> Iterator[int]:
    """Keep a port for a program of ours that binds it with SO_REUSEPORT; others find it taken.

    Two demos that start together would else both find 8000 free and share it.
    """
    with socket.socket() as held:
        port = free_port(preferred)
        held.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEPORT, 1)
        held.bind(("127.0.0.1", port))
        yield port


@contextmanager
def locked(folder: Path) -> Iterator[None]:
    """Hold the folder for this run; the kernel lets go of it when the run dies."""
    with (folder / "lock").open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as error:
            raise FolderInUse(f"{folder} is in use by another run") from error
        yield


@contextmanager
def running(server: Server) -> Iterator[subprocess.Popen[bytes]]:
    """Run one server from the moment it answers until the block ends."""
    process = _started(server)
    try:
        _wait(process, server)
        yield process
    finally:
        _stop(process, server.stop_signal)


def call(command: Sequence[str], account: Account | None = None) -> None:
    """Run a short command without root's rights; its output is the error's text."""
    done = subprocess.run(
        list(command),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        cwd="/",
        env=CLEAN,
        check=False,
        user=account.uid if account else None,
        group=account.gid if account else None,
        extra_groups=[] if account else None,
    )
    if done.returncode:
        raise ServerDidNotStart(f"{Path(command[0]).name} failed:\n{done.stdout.strip()}")


def _started(server: Server) -> subprocess.Popen[bytes]:
    # A session of its own: Ctrl-C in a terminal reaches the whole group, and a database
    # that ends before the programs that use it makes each of them die with an error.
    account = server.account
    with server.log.open("ab") as output:
        return subprocess.Popen(
            list(server.command),
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=output,
            cwd=server.folder,
            env=dict(server.environment),
            start_new_session=True,
            preexec_fn=ends_with_parent(server.stop_signal),
            user=account.uid if account else None,
            group=account.gid if account else None,
            extra_groups=[] if account else None,
        )


def ends_with_parent(stop_signal: signal.Signals) -> Callable[[], object] | None:
    """On Linux the kernel stops the server also when its parent was killed with SIGKILL."""
    if sys.platform != "linux":
        return None
    prctl = ctypes.CDLL(None).prctl
    return lambda: prctl(PR_SET_PDEATHSIG, int(stop_signal))


def _wait(process: subprocess.Popen[bytes], server: Server) -> None:
    deadline = time.monotonic() + START_SECONDS
    while not server.answers():
        if process.poll() is not None:
            raise ServerDidNotStart(f"{_name(server)} ended at once:\n{last_lines(server.log)}")
        if time.monotonic() > deadline:
            raise ServerDidNotStart(f"{_name(server)} is silent:\n{last_lines(server.log)}")
        time.sleep(0.05)


def _name(server: Server) -> str:
    return Path(server.command[0]).name


def last_lines(log: Path) -> str:
    return "\n".join(log.read_text(errors="replace").splitlines()[-10:])


def _stop(process: subprocess.Popen[bytes], stop_signal: signal.Signals) -> None:
    for number in (stop_signal, signal.SIGQUIT, signal.SIGKILL):
        if process.poll() is None:
            process.send_signal(number)
        with contextlib.suppress(subprocess.TimeoutExpired):
            process.wait(timeout=STOP_SECONDS)
            break
    with contextlib.suppress(ProcessLookupError):  # children that a killed one left
        os.killpg(process.pid, signal.SIGKILL)


def stop_leftover(pid_file: Path, folder: Path) -> None:
    """End what a killed run left in this folder, and the pid file that would bar the next."""
    if pid_file.exists():
        process = _process(pid_file)
        if process and _works_in(process, folder):
            process.send_signal(signal.SIGINT)
            with contextlib.suppress(psutil.TimeoutExpired):
                process.wait(timeout=STOP_SECONDS)
        pid_file.unlink(missing_ok=True)


def _process(pid_file: Path) -> psutil.Process | None:
    first = pid_file.read_text().partition("\n")[0].strip()
    try:
        return psutil.Process(int(first))
    except (ValueError, psutil.NoSuchProcess):
        return None


def _works_in(process: psutil.Process, folder: Path) -> bool:
    """Whether the process is ours: its number may have gone to somebody else meanwhile."""
    try:
        return str(folder) in " ".join(process.cmdline())
    except psutil.Error:
        return False
