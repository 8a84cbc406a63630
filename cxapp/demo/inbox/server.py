"""`python -m cxapp.demo.inbox.server PORT FOLDER`: take every mail, deliver none, tell names."""

import asyncio
import signal
import sys
from contextlib import suppress
from pathlib import Path

from aiosmtpd.handlers import Mailbox
from aiosmtpd.smtp import SMTP

from cxapp.demo.inbox.names import Names

LARGEST_MAIL = 20 * 1024 * 1024


async def tell_names(port: int) -> asyncio.BaseTransport:
    """Answer whoever looks up names at this port by UDP; raises OSError where it is taken."""
    loop = asyncio.get_running_loop()
    transport, _ = await loop.create_datagram_endpoint(Names, local_addr=("127.0.0.1", port))
    return transport


async def serve(port: int, folder: Path) -> None:
    """Take mails on a loopback port until TERM or INT; whoever looks up names asks it by UDP."""
    loop = asyncio.get_running_loop()
    done = asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, done.set)
    keep = Mailbox(folder)
    server = await loop.create_server(
        lambda: SMTP(keep, hostname="inbox.example", data_size_limit=LARGEST_MAIL),
        "127.0.0.1",
        port,
        reuse_port=True,  # `make demo` keeps the port for us
    )
    with suppress(OSError):  # taken by somebody: the sender page then says that nobody answered
        await tell_names(port)
    async with server:
        await done.wait()


if __name__ == "__main__":
    asyncio.run(serve(int(sys.argv[1]), Path(sys.argv[2])))
