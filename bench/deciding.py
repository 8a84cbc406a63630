"""`python -m bench.deciding`: decide waves until none waits, then say how much memory it took."""

import json
import resource
import sys
from itertools import count

import django


def main() -> None:
    django.setup()
    from kit import clock  # noqa: PLC0415  (needs Django)
    from surveys.actions.deciding_waves import decide_waiting  # noqa: PLC0415  (the same)

    decide_waiting(clock=clock.now, seconds=0)
    sys.stdout.write("ready\n")
    sys.stdout.flush()
    sys.stdin.readline()  # all begin together
    decided, sizes = 0, []
    for _ in count():
        done = decide_waiting(clock=clock.now, seconds=5)
        decided += done
        sizes.append(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024)
        if not done:
            break
    sys.stdout.write(json.dumps({"decided": decided, "sizes": sizes}) + "\n")


if __name__ == "__main__":
    main()
