"""What the demo says in the terminal, and what it asks there."""

import sys

STEPS = 5


def say(sentence: str) -> None:
    """Say one line at once, also into a pipe."""
    sys.stdout.write(sentence + "\n")
    sys.stdout.flush()


def step(number: int, sentence: str) -> None:
    """Say which of the steps begins."""
    say(f"{number}/{STEPS} {sentence}")


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
