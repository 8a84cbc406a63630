"""Start the product and the yardstick as an installation runs them: granian with two workers."""

import os
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO

ROOT = Path(__file__).resolve().parent.parent
PATIENCE = 30.0


@dataclass(frozen=True)
class Server:
    """Where a server answers, and the process whose children do the work."""

    port: int
    pid: int


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@contextmanager
def granian(application: str, environment: Mapping[str, str]) -> Iterator[Server]:
    """Serve a WSGI application; the server ends with the block."""
    port = free_port()
    command = [
        sys.executable, "-m", "granian", "--interface", "wsgi", "--workers", "2",
        "--blocking-threads", "1", "--host", "127.0.0.1", "--port", str(port),
        "--no-access-log", "--log-level", "warning", application,
    ]  # fmt: skip
    told = {**os.environ, **environment}
    # Each request's line is written, as in an installation, and is no part of the figures' table.
    with tempfile.TemporaryFile() as lines:
        process = subprocess.Popen(command, cwd=ROOT, env=told, stderr=lines)  # noqa: S603
        try:
            _wait_for(port, process, lines)
            yield Server(port, process.pid)
        finally:
            process.terminate()
            process.wait(timeout=20)


def _wait_for(port: int, process: subprocess.Popen[bytes], lines: IO[bytes]) -> None:
    until = time.monotonic() + PATIENCE
    while time.monotonic() < until and process.poll() is None:
        try:
            socket.create_connection(("127.0.0.1", port), timeout=1).close()
        except OSError:
            time.sleep(0.1)
        else:
            return
    lines.seek(0)
    said = lines.read()[-2000:].decode(errors="replace")
    raise RuntimeError(f"no server on port {port}; exit code {process.poll()}\n{said}")
