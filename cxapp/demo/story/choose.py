"""`python -m cxapp.demo.story.choose [FIRST] [LAST] [--all]`: the first seed that keeps its word.

Reads each seed's story in memory, by the product's own statistics; with --all it goes on to the
last one and prints how many seeds keep each promise.
"""

import argparse
import os
import sys
from collections import Counter

from cxapp.demo.story.promises import broken
from cxapp.demo.story.reading import Reading
from cxapp.demo.story.telling import tell


def main() -> int:
    """Say of each seed what it breaks; 0 when one of them breaks nothing."""
    asked = _parser().parse_args()
    os.nice(10)
    wrong, kept = Counter[str](), []
    for seed in range(asked.first, asked.last + 1):
        found = broken(Reading(tell(seed)))
        wrong.update(found.keys())
        kept += [] if found else [seed]
        _say(f"{seed}: {_listed(found) or 'keeps every promise'}")
        if kept and not asked.all:
            break
    if asked.all:
        of = asked.last - asked.first + 1
        for name, count in wrong.most_common():
            _say(f"{100 * (of - count) // of:3d} % keep {name}")
    _say(f"Chosen: {kept[0]}" if kept else "No seed keeps every promise.")
    return 0 if kept else 1


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m cxapp.demo.story.choose")
    parser.add_argument("first", nargs="?", type=int, default=1)
    parser.add_argument("last", nargs="?", type=int, default=120)
    parser.add_argument("--all", action="store_true", help="go on when one was found")
    return parser


def _listed(found: dict[str, str]) -> str:
    return "; ".join(f"{name}: {said or 'nothing'}" for name, said in found.items())


def _say(text: str) -> None:
    sys.stdout.write(f"{text}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    raise SystemExit(main())
