"""A bad network in a process of its own: slow, cut in the middle of a word, or silent for ever.

Each connection is given a number of bytes, drawn with a seed. When they are used up it is either
cut, so that both sides hear of it, or goes on in silence, so that neither does.
"""

import argparse
import asyncio
import os
import random
import signal
import subprocess
import sys
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[2]
CHUNK = 4096


class Network:
    """All connections to one port, and what becomes of each."""

    def __init__(self, options: argparse.Namespace) -> None:
        self.options = options
        self.chance = random.Random(options.seed)
        self.file = os.open(options.log, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)

    async def connect(self, near: asyncio.StreamReader, back: asyncio.StreamWriter) -> None:
        try:
            far, forth = await asyncio.open_connection("127.0.0.1", self.options.to)
        except OSError:
            back.transport.abort()
            return
        line = Line(self, [back, forth])
        await asyncio.gather(line.carry(near, forth), line.carry(far, back))

    def told(self, what: str) -> None:
        os.write(self.file, f"{what}\n".encode())


class Line:
    """One connection: both directions live from the same number of bytes."""

    def __init__(self, network: Network, ends: list[asyncio.StreamWriter]) -> None:
        self.network, self.ends = network, ends
        mean = network.options.mean
        self.left = network.chance.expovariate(1 / mean) if mean else float("inf")
        self.is_silent = False

    async def carry(self, source: asyncio.StreamReader, sink: asyncio.StreamWriter) -> None:
        try:
            while chunk := await source.read(CHUNK):
                await asyncio.sleep(self.network.options.delay)
                if self.is_silent:
                    continue
                sink.write(chunk[: max(0, int(self.left))])
                self.left -= len(chunk)
                if self.left <= 0:
                    self._end()
                else:
                    await sink.drain()
        except OSError:
            pass
        for end in self.ends:
            end.close()

    def _end(self) -> None:
        self.is_silent = self.network.chance.random() < self.network.options.silent
        self.network.told("silent" if self.is_silent else "cut")
        if not self.is_silent:
            for end in self.ends:
                end.transport.abort()


async def serve(options: argparse.Namespace) -> None:
    network = Network(options)
    server = await asyncio.start_server(network.connect, "127.0.0.1", 0)
    sys.stdout.write(f"ready {server.sockets[0].getsockname()[1]}\n")
    sys.stdout.flush()
    await asyncio.get_running_loop().run_in_executor(None, sys.stdin.read)  # until the owner goes


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--to", type=int, required=True)
    parser.add_argument("--log", required=True)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--mean", type=float, default=0.0, help="bytes a connection lives")
    parser.add_argument("--silent", type=float, default=0.0, help="share that ends in silence")
    parser.add_argument("--delay", type=float, default=0.0)
    asyncio.run(serve(parser.parse_args()))


class Proxy:
    """The bad network as its owner sees it."""

    def __init__(self, to: int, log: Path, **options: object) -> None:
        self.log = log
        command = [sys.executable, "-m", "tests.chaos.proxy", "--to", str(to), "--log", str(log)]
        for name, value in options.items():
            command += [f"--{name}", str(value)]
        self.command = command
        self.port = 0
        self.process: Any = None

    def __enter__(self) -> "Proxy":
        self.process = subprocess.Popen(
            self.command, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        )
        word, _, port = self.process.stdout.readline().strip().partition(" ")
        if word != "ready":
            raise RuntimeError(f"The network did not start: {word!r}")
        self.port = int(port)
        return self

    def __exit__(self, *error: object) -> None:
        self.process.send_signal(signal.SIGKILL)
        self.process.wait()
        self.process.stdin.close()
        self.process.stdout.close()

    def broken(self) -> int:
        """How many connections it broke."""
        return len(self.log.read_text().splitlines()) if self.log.exists() else 0


if __name__ == "__main__":
    main()
