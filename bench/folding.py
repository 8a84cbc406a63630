"""`python -m bench.folding`: react to what happens every two seconds, as the worker is woken."""

import signal
import sys
import time

import django


def main() -> None:
    django.setup()
    from events.tasks import dispatch  # noqa: PLC0415  (needs Django)

    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
    sys.stdout.write("ready\n")
    sys.stdout.flush()
    while True:
        dispatch()
        time.sleep(2)


if __name__ == "__main__":
    main()
