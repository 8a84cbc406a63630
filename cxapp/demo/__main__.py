"""`python -m cxapp.demo [reset]`: what `make demo` and `make demo-reset` run."""

import argparse
import shutil
import sys
from collections.abc import Sequence

from django.core.exceptions import ImproperlyConfigured
from django.db import OperationalError

from cxapp import embedded
from cxapp.demo import database, place, running, screen


def main(arguments: Sequence[str]) -> int:
    """Run the demo or forget it; say in a sentence why not."""
    asked = _parser().parse_args(arguments)
    try:
        with running.stoppable():
            return _reset(yes=asked.yes) if asked.act == "reset" else _run()
    except running.Stopped:
        screen.say("Stopped. The data stay; `make demo` goes on from here.")
        return 0
    except embedded.FolderInUse:
        where = place.noted_address(place.data_folder())
        screen.complain(f"This checkout's demo is running already, at {where}. Stop it first.")
    except (embedded.Unavailable, database.Refused, ImproperlyConfigured) as refusal:
        screen.complain(str(refusal))
    except OperationalError as error:
        screen.complain(f"The database does not answer: {str(error).strip()}")
    return 1


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m cxapp.demo")
    parser.add_argument("act", nargs="?", choices=["run", "reset"], default="run")
    parser.add_argument("--yes", action="store_true", help="also delete what was started by hand")
    return parser


def _run() -> int:
    running.run()
    return 0


def _reset(*, yes: bool) -> int:
    with running.demo_world() as (folder, _world):
        sentence = database.reset((lambda _question: True) if yes else screen.agrees)
        shutil.rmtree(place.inbox(folder), ignore_errors=True)
    screen.say(sentence)
    return 0


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
