"""`python -m cxapp.demo [run | reset | real-input FILE]`: what the Makefile's targets run."""

import argparse
import shutil
import sys
from collections.abc import Callable, Sequence
from pathlib import Path

from django.core.exceptions import ImproperlyConfigured
from django.core.management import CommandError
from django.db import OperationalError
from redis import RedisError

from cxapp import embedded
from cxapp.demo import database, place, running, screen


def main(arguments: Sequence[str]) -> int:
    """Run the demo or forget it; say in a sentence why not."""
    asked = _parser().parse_args(arguments)
    try:
        with running.stoppable():
            ACTS[asked.act](asked)
            return 0
    except running.Stopped:
        screen.say("Stopped. The data stay; `make demo` goes on from here.")
        return 0
    except embedded.FolderInUse:
        where = place.noted(place.data_folder())["BASE_URL"]
        screen.complain(f"This checkout's demo is running already, at {where}. Stop it first.")
    except (embedded.Unavailable, database.Refused, CommandError, ImproperlyConfigured) as refusal:
        screen.complain(str(refusal))
    except OperationalError as error:
        screen.complain(f"The database does not answer: {str(error).strip()}")
    except RedisError as error:
        screen.complain(f"The Valkey of REDIS_URL does not answer: {error}")
    return 1


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m cxapp.demo")
    parser.add_argument("act", nargs="?", choices=list(ACTS), default="run")
    parser.add_argument("file", nargs="?", type=Path, help="the CSV of real-input")
    parser.add_argument("--yes", action="store_true", help="also delete what was started by hand")
    return parser


def _run(_asked: argparse.Namespace) -> None:
    running.run()


def _reset(asked: argparse.Namespace) -> None:
    with running.demo_world() as (folder, _world):
        sentence = database.reset((lambda _question: True) if asked.yes else screen.agrees)
        shutil.rmtree(place.inbox(folder), ignore_errors=True)
    screen.say(sentence)


def _real_input(asked: argparse.Namespace) -> None:
    if asked.file is None or not asked.file.is_file():
        raise database.Refused(f"There is no file {asked.file}: nothing was imported.")
    with running.running_or_started_world():
        database.import_real_input(asked.file)


ACTS: dict[str, Callable[[argparse.Namespace], None]] = {
    "run": _run,
    "reset": _reset,
    "real-input": _real_input,
}

if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
