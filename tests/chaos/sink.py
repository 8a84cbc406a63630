"""A real SMTP server (aiosmtpd) in a process of its own that can misbehave on purpose.

Each mail it takes is written to a file before it says so; what it broke is written there too.
How to behave is read, in this order, from the recipient (`dot-close+7@x.example`), from the
mode that the owner set, and from chances drawn with a seed.
"""

import argparse
import asyncio
import contextlib
import email
import email.policy
import json
import os
import random
import signal
import ssl
import subprocess
import sys
import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from aiosmtpd.smtp import SMTP, AuthResult, Envelope, LoginPassword, Session

ROOT = Path(__file__).resolve().parents[2]
HANG = 3600.0
REPLIES = {
    "mail-421": "421 4.3.2 Too many connections",
    "mail-550": "550 5.7.1 Sender not allowed here",
    "rcpt-421": "421 4.7.0 Slow down",
    "rcpt-432": "432 4.7.12 Sender thread limit exceeded",
    "rcpt-450": "450 4.2.1 Mailbox busy",
    "rcpt-451": "451 4.3.0 Local trouble",
    "rcpt-451-policy": "451 4.7.1 Rate limited",
    "rcpt-451-grey": "451 4.7.1 Greylisted, come back later",
    "rcpt-454": "454 4.7.0 Temporary trouble",
    "rcpt-550": "550 5.1.1 No such user",
    "rcpt-553": "553 5.1.3 Bad address",
    "dot-421": "421 4.3.0 Shutting down",
    "dot-451": "451 4.3.0 Try again",
    "dot-552": "552 5.2.2 Mailbox full",
    "dot-554": "554 5.6.0 Refused for its content",
    "data-451": "451 4.3.0 Not now",
    "data-554": "554 5.5.1 No valid recipients",
}
BABBLE = "garbage without a number"


# ruff: noqa: N802, N815 - aiosmtpd finds its verbs by these names


class MisbehavingServer(SMTP):
    """One connection of the sink."""

    sink: "Server"
    fault = ""

    async def push(self, status: str | bytes) -> None:
        words = status.decode() if isinstance(status, bytes) else status
        if words.startswith("220 ") and self.sink.mode.startswith("greet-"):
            await self._greet(self.sink.mode)
            return
        if self.sink.latency or self.sink.delay:
            drawn = self.sink.chance.uniform(0, self.sink.delay)
            await asyncio.sleep(self.sink.latency + drawn)
        await super().push(words)

    async def _greet(self, mode: str) -> None:
        if mode == "greet-hang":
            await asyncio.sleep(HANG)
        elif mode == "greet-close":
            self.transport.close()
        elif mode == "greet-babble":
            await super().push("220 " + "x" * 10_000)
        else:
            await super().push(f"{mode.removeprefix('greet-')} closed for a reason")

    async def smtp_EHLO(self, hostname: str) -> None:
        if self.sink.mode == "ehlo-hang":
            await asyncio.sleep(HANG)
        elif self.sink.mode == "ehlo-550":
            await self.push("550 5.0.0 Not you")
        else:
            await super().smtp_EHLO(hostname)

    smtp_HELO = smtp_EHLO

    async def smtp_MAIL(self, arg: str | None) -> None:
        if await self._misbehaves("mail", self.sink.mode):
            return
        await super().smtp_MAIL(arg)

    async def smtp_RCPT(self, arg: str | None) -> None:
        self.fault = self.sink.fault_for(arg or "")
        if await self._misbehaves("rcpt", self.fault):
            return
        await super().smtp_RCPT(arg)

    async def smtp_DATA(self, arg: str | None) -> None:
        if self.fault == "data-close":
            # The client is past its fence; the connection goes before its mail is complete.
            await super().push("354 Go ahead")
            self.sink.write("broke", self.fault)
            self.transport.abort()
        elif await self._misbehaves("data", self.fault):
            return
        else:
            await super().smtp_DATA(arg)

    async def _misbehaves(self, verb: str, fault: str) -> bool:
        if not fault.startswith(f"{verb}-"):
            return False
        if fault in REPLIES:
            await super().push(REPLIES[fault])
        elif fault.endswith("-hang"):
            await asyncio.sleep(HANG)
        elif fault.endswith("-garbage"):
            await super().push(BABBLE)
        elif fault.endswith("-close"):
            self.sink.write("broke", fault)
            self.transport.abort()
        return True

    async def taken(self, envelope: Envelope) -> str:
        """The reply to the dot, after the mail was written down or was not."""
        fault = self.fault
        message_id = message_id_of(envelope)
        if fault in REPLIES and fault.startswith("dot-"):
            return REPLIES[fault]
        if fault in ("dot-close", "dot-hang"):
            self.sink.write("broke", fault, message_id)
        else:
            self.sink.store(message_id, envelope)
        return await self._answered(fault, message_id)

    async def _answered(self, fault: str, message_id: str) -> str:
        if fault.startswith("dot-close"):
            if fault == "dot-close-stored":
                self.sink.write("broke", fault, message_id)
            self.transport.abort()
        elif fault == "dot-hang":
            await asyncio.sleep(HANG)
        elif fault == "dot-late":
            await asyncio.sleep(2.5)
        elif self.sink.dot_delay:
            # The mail is stored and nobody has been told: the window of RFC 1047, held open.
            await asyncio.sleep(self.sink.chance.uniform(0, self.sink.dot_delay))
        elif fault == "dot-garbage":
            self.sink.write("broke", fault, message_id)
            return BABBLE
        return "250 2.0.0 Taken"


def message_id_of(envelope: Envelope) -> str:
    head = (envelope.original_content or b"").split(b"\r\n\r\n", 1)[0]
    return str(email.message_from_bytes(head, policy=email.policy.compat32)["Message-ID"])


class Handler:
    """What aiosmtpd asks once a mail is complete."""

    async def handle_DATA(self, server: MisbehavingServer, session: Session, envelope: Envelope):
        return await server.taken(envelope)


@dataclass
class Server:
    """The sink's state: where it writes, how it behaves."""

    path: Path
    chance: random.Random
    rates: dict[str, float] = field(default_factory=dict)
    delay: float = 0.0
    latency: float = 0.0
    dot_delay: float = 0.0
    mode: str = ""
    keep: bool = False
    password: str = ""
    tls: ssl.SSLContext | None = None

    def __post_init__(self) -> None:
        self.file = os.open(self.path, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)

    def write(self, event: str, fault: str = "", message_id: str = "", **more: object) -> None:
        line = {"event": event, "fault": fault, "message_id": message_id, **more}
        os.write(self.file, json.dumps(line).encode() + b"\n")

    def store(self, message_id: str, envelope: Envelope) -> None:
        raw = (envelope.original_content or b"").decode("utf-8", "replace") if self.keep else ""
        self.write("stored", "", message_id, to=envelope.rcpt_tos[0], raw=raw, at=time.time())

    def fault_for(self, argument: str) -> str:
        local = argument.partition("<")[2].partition("@")[0]
        name, plus, _ = local.partition("+")
        if plus and name.split("-")[0] in ("rcpt", "data", "dot"):
            return name
        return self.mode or self._drawn()

    def _drawn(self) -> str:
        draw = self.chance.random()
        for name, rate in self.rates.items():
            draw -= rate
            if draw < 0:
                return name
        return ""

    def authenticate(self, server, session, envelope, mechanism, data) -> AuthResult:
        given = isinstance(data, LoginPassword) and data.password == self.password.encode()
        return AuthResult(success=given, handled=False)

    def connection(self) -> MisbehavingServer:
        protocol = MisbehavingServer(
            Handler(),
            hostname="sink.example",
            enable_SMTPUTF8=True,
            tls_context=self.tls,
            auth_require_tls=False,
            auth_required=bool(self.password),
            authenticator=self.authenticate,
        )
        protocol.sink = self
        return protocol


async def obey(server: Server) -> None:
    """Read orders from the owner, one a line, until the owner is gone."""
    loop = asyncio.get_running_loop()
    reader = asyncio.StreamReader()
    await loop.connect_read_pipe(lambda: asyncio.StreamReaderProtocol(reader), sys.stdin)
    while line := await reader.readline():
        name, _, value = line.decode().strip().partition(" ")
        if name == "mode":
            server.mode = value
        elif name == "delay":
            server.delay = float(value)
        sys.stdout.write("done\n")
        sys.stdout.flush()


async def serve(options: argparse.Namespace) -> None:
    rates = dict(rate.split("=") for rate in options.faults.split(",") if rate)
    tls = None
    if options.certificate:
        tls = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
        tls.load_cert_chain(options.certificate)
    server = Server(
        path=Path(options.store),
        chance=random.Random(options.seed),
        rates={name: float(rate) for name, rate in rates.items()},
        delay=options.delay,
        latency=options.latency,
        dot_delay=options.dot_delay,
        keep=options.keep,
        password=options.password,
        tls=tls,
    )
    loop = asyncio.get_running_loop()
    listening = await loop.create_server(
        server.connection, "127.0.0.1", options.port, reuse_address=True
    )
    sys.stdout.write(f"ready {listening.sockets[0].getsockname()[1]}\n")
    sys.stdout.flush()
    await obey(server)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--store", required=True)
    parser.add_argument("--port", type=int, default=0)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--faults", default="")
    parser.add_argument("--delay", type=float, default=0.0)
    parser.add_argument("--latency", type=float, default=0.0)
    parser.add_argument("--dot-delay", type=float, default=0.0)
    parser.add_argument("--password", default="")
    parser.add_argument("--certificate", default="")
    parser.add_argument("--keep", action="store_true")
    asyncio.run(serve(parser.parse_args()))


@dataclass(frozen=True)
class Stored:
    """One line of what the sink wrote down."""

    event: str
    fault: str
    message_id: str
    to: str = ""
    raw: str = ""
    at: float = 0.0


class Sink:
    """The sink as its owner sees it: start, command, kill, read what it stored."""

    def __init__(self, path: Path, *, port: int = 0, **options: object) -> None:
        self.path = path
        self.port = port
        self.options = options
        self.process: Any = None

    def start(self) -> "Sink":
        command = [sys.executable, "-m", "tests.chaos.sink", "--store", str(self.path)]
        command += ["--port", str(self.port)]
        for name, value in self.options.items():
            flag = "--" + name.replace("_", "-")
            command += [flag] if value is True else [flag, str(value)]
        self.process = subprocess.Popen(
            command, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        )
        word, _, port = self._heard().partition(" ")
        if word != "ready":
            raise RuntimeError(f"The sink did not start: {word!r}")
        self.port = int(port)
        return self

    def order(self, words: str) -> None:
        self.process.stdin.write(f"{words}\n")
        self.process.stdin.flush()
        assert self._heard() == "done"

    def _heard(self) -> str:
        return str(self.process.stdout.readline()).strip()

    def kill(self) -> None:
        """End it without a chance to say goodbye; the port stays its own for `start`."""
        process, self.process = self.process, None
        if process is not None:
            process.send_signal(signal.SIGKILL)
            process.wait()
            with contextlib.suppress(BrokenPipeError):
                process.stdin.close()
            process.stdout.close()

    def size(self) -> int:
        """Grows with everything that is written down."""
        return self.path.stat().st_size if self.path.exists() else 0

    def lines(self) -> list[Stored]:
        if not self.path.exists():
            return []
        return [Stored(**json.loads(line)) for line in self.path.read_text().splitlines()]

    def stored(self) -> list[Stored]:
        return [line for line in self.lines() if line.event == "stored"]

    def broke(self) -> list[Stored]:
        return [line for line in self.lines() if line.event == "broke"]

    def __enter__(self) -> "Sink":
        return self.start()

    def __exit__(self, *error: object) -> None:
        self.kill()


if __name__ == "__main__":
    main()
