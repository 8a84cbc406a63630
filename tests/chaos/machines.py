"""Processes of the product as an installation runs them, each on a machine of its own name."""

import ctypes
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import httpx

from cxapp.embedded.processes import ends_with_parent

ROOT = Path(__file__).resolve().parents[2]
PATIENCE = 90.0
GRACE = 120.0  # docker-compose.yml's stop_grace_period
CLONE_NEWUTS = 0x04000000
WEB = "granian --interface wsgi --host 127.0.0.1 --workers 1 --blocking-threads 4 --no-ws"
WORKER = "celery --app cxapp worker --concurrency 2 --without-gossip --without-mingle"
BEAT = "celery --app cxapp beat --pidfile="


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


class Fleet:
    """Starts processes, ends them, and knows their logs."""

    def __init__(self, folder: Path, environment: Mapping[str, str]) -> None:
        self.folder = folder
        self.environment = dict(environment)
        self.processes: dict[str, subprocess.Popen[bytes]] = {}

    def __enter__(self) -> "Fleet":
        return self

    def __exit__(self, *error: object) -> None:
        for process in self.processes.values():
            process.send_signal(signal.SIGTERM)  # all at once: each may take some seconds
        for name in list(self.processes):
            self.end(name, signal.SIGTERM)

    def manage(self, *arguments: str) -> None:
        command = [sys.executable, "manage.py", *arguments]
        subprocess.run(command, cwd=ROOT, env=self.environment, check=True)

    def start(self, name: str, command: str, **own: str) -> None:
        """Run a module of Python with a home, a scratch folder and a host name of its own."""
        home = self.folder / name
        home.mkdir(exist_ok=True)
        places = {"HOME": str(home), "CXAPP_BEAT_FILE": str(home / "beat")}
        with (self.folder / f"{name}.log").open("ab") as log:
            self.processes[name] = subprocess.Popen(
                [sys.executable, "-m", *command.split()],
                cwd=ROOT,
                env={**self.environment, **places, **own},
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                start_new_session=True,
                preexec_fn=lambda: _move_to(name),
            )

    def start_web(self, name: str, port: int) -> None:
        self.start(name, f"{WEB} --port {port} cxapp.wsgi:application")

    def end(self, name: str, number: int) -> None:
        """Signal the process; with SIGKILL all of its children too, as a dying machine would."""
        process = self.processes.pop(name)
        if number == signal.SIGKILL:
            os.killpg(process.pid, number)
        else:
            process.send_signal(number)
        try:
            process.wait(timeout=GRACE)
        except subprocess.TimeoutExpired:
            os.killpg(process.pid, signal.SIGKILL)
            process.wait()

    def children(self, name: str) -> list[int]:
        pid = self.processes[name].pid
        return [int(child) for child in _read(f"/proc/{pid}/task/{pid}/children").split()]

    def wait_for(self, what: str, condition: Callable[[], Any], seconds: float = PATIENCE) -> Any:
        until = time.monotonic() + seconds
        while time.monotonic() < until:
            if found := condition():
                return found
            time.sleep(0.1)
        raise AssertionError(f"{what} did not come about in {seconds:.0f} s\n{self.logs()}")

    def last_words(self, name: str) -> str:
        """The end of its log: why it went."""
        return (self.folder / f"{name}.log").read_text()[-3000:]

    def logs(self) -> str:
        return "\n".join(
            f"--- {path.name}\n{path.read_text()[-3000:]}"
            for path in sorted(self.folder.glob("*.log"))
        )


def answers(address: str) -> bool:
    """Whether a web server says that all is well."""
    try:
        return httpx.get(f"{address}/healthz", timeout=5).status_code == 200
    except httpx.HTTPError:
        return False


def _move_to(name: str) -> None:
    """In the child, before it becomes the program: go with the parent, take the host's name."""
    if watch := ends_with_parent(signal.SIGTERM):
        watch()
    kernel = ctypes.CDLL(None, use_errno=True)
    unshare = getattr(kernel, "unshare", None)
    if unshare is not None and unshare(CLONE_NEWUTS) == 0:  # needs root; without it: one name
        host = f"{name}.chaos".encode()
        kernel.sethostname(host, len(host))


def _read(path: str) -> str:
    try:
        return Path(path).read_text()
    except OSError:
        return ""
