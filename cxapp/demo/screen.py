"""What the demo says in the terminal, and what it asks there."""

import sys
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager

STEPS = 5


def say(sentence: str) -> None:
    """Say one line at once, also into a pipe."""
    sys.stdout.write(sentence + "\n")
    sys.stdout.flush()


def step(number: int, sentence: str) -> None:
    """Say which of the steps begins."""
    say(f"{number}/{STEPS} {sentence}")


@contextmanager
def progress(steps: Mapping[str, int]) -> Iterator[Callable[[str], None]]:
    """One line for each step, written over on a terminal; elsewhere how it began and ended."""
    on_terminal = sys.stdout.isatty()
    shown = kept = ""

    def told(sentence: str) -> None:
        nonlocal shown, kept
        line = f"{steps[sentence.split()[0].rstrip(':')]}/{STEPS} {sentence}"
        begins = line[0] != shown[:1]
        if begins and shown != kept:
            say("" if on_terminal else shown)
        if on_terminal:
            sys.stdout.write(f"\r\x1b[K{line}")
            sys.stdout.flush()
        elif begins:
            say(line)
            kept = line
        shown = line

    yield told
    if shown != kept:
        say("" if on_terminal else shown)


def complain(sentence: str) -> None:
    """Say why it does not go on."""
    sys.stdout.flush()
    sys.stderr.write(sentence + "\n")


def agrees(question: str) -> bool:
    """Ask, where somebody sits there to answer; nobody there is a no."""
    if not sys.stdin.isatty():
        return False
    sys.stdout.write(f"{question} [y/N] ")
    sys.stdout.flush()
    return sys.stdin.readline().strip().lower() in {"y", "yes"}
