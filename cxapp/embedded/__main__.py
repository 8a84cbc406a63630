"""`python -m cxapp.embedded [--data FOLDER] -- COMMAND ...`: run a command beside the servers."""

import argparse
import os
import signal
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

from cxapp import embedded


def main(arguments: Sequence[str]) -> int:
    """Run the command with the servers' addresses in its environment; give back its exit code."""
    asked = _parser().parse_args(arguments)
    for number in (signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, _leave)  # else a TERM would leave both servers running
    context = embedded.servers(asked.data) if asked.data else embedded.temporary_servers()
    try:
        with context as addresses:
            return _run(asked.command, addresses)
    except embedded.Unavailable as refusal:
        return _complain(str(refusal))


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m cxapp.embedded")
    parser.add_argument("--data", type=Path, help="keep the data in this folder")
    parser.add_argument("command", nargs="+", help="after --, what to run")
    return parser


def _leave(number: int, _frame: object) -> None:
    raise SystemExit(128 + number)


def _run(command: Sequence[str], addresses: dict[str, str]) -> int:
    try:
        child = subprocess.Popen(list(command), env={**os.environ, **addresses})
    except OSError as error:
        return _complain(f"{command[0]}: {error.strerror}")
    _pass_on_to(child)
    code = child.wait()
    return code if code >= 0 else 128 - code


def _pass_on_to(child: subprocess.Popen[bytes]) -> None:
    def forward(number: int, _frame: object) -> None:
        # Ctrl-C in a terminal has reached the child already; twice means "drop everything".
        if number != signal.SIGINT or not sys.stdin.isatty():
            child.send_signal(number)

    for number in (signal.SIGTERM, signal.SIGHUP, signal.SIGINT):
        signal.signal(number, forward)


def _complain(sentence: str) -> int:
    sys.stderr.write(sentence + "\n")
    return 1


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
