"""Which storms there are, and how hard they blow: short in CI, full by hand."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial

from tests.chaos import (
    answers,
    brakes,
    crashes,
    doubts,
    exports,
    files,
    rates,
    scaling,
    standing,
    storms,
    unnamed,
    wishes,
)
from tests.chaos.invariants import Findings
from tests.chaos.storms import FAULTS, Plan

# Where the sink is slow decides what a kill meets: before the mail is stored, or just after.
EARLY = {"delay": 0.05, "dot_delay": 0.0}
LATE = {"delay": 0.0, "dot_delay": 0.3, "workers": 2, "aims": True}

# Long enough for the one who is awake to come round to what the sleepers had begun; most of a
# mail's time goes before its fence, so that most of them fall asleep there.
SLEEPY = {"delay": 0.15, "dot_delay": 0.0, "frozen_for": 3.5}


@dataclass(frozen=True)
class Scene:
    """One storm and what it must show; a wrong design must be caught."""

    demand: str
    name: str
    play: Callable[..., Findings]  # seed=, folder=
    is_wrong: bool = False


def scenes(size: str, *, restarts: bool) -> list[Scene]:
    """All storms of one size; without `restarts` the database server is left alone."""
    full = size == "full"
    return [
        *_kills(full=full, restarts=restarts),
        *_wrong_designs(full=full),
        Scene(
            "D-6", "10 drains at once", partial(storms.rush, mails=1000 if full else 150, drains=10)
        ),
        Scene(
            "D-7",
            "stopped at every point",
            partial(crashes.run, deeds=("kill", "raise", "stop") if full else ("kill",)),
        ),
        Scene(
            "D-6",
            "many machines",
            partial(
                scaling.run,
                workers=10 if full else 2,
                queued=1000 if full else 30,
                reports=200 if full else 10,
            ),
        ),
        Scene("D-9", "mails a second", partial(rates.run, mails=2000 if full else 300)),
        Scene(
            "D-13",
            "one click at the last moment",
            partial(wishes.run, looks=500 if full else 100, mails=100 if full else 30),
        ),
        Scene("D-16", "the sending stops itself", brakes.run),
        Scene(
            "C16",
            "answers while workers die",
            partial(answers.run, sent=3000 if full else 250, kills=15 if full else 2),
        ),
        Scene(
            "C16",
            "anonymous answers while workers die",
            partial(unnamed.run, sent=1500 if full else 100, kills=8 if full else 1),
        ),
        Scene(
            "C8",
            "files while workers die",
            partial(files.run, rows=2000 if full else 100, kills=40 if full else 3),
        ),
        Scene(
            "",
            "exports while workers die",
            partial(exports.run, rows=5000 if full else 60, files=60 if full else 5),
        ),
        Scene(
            "D-11 D-12 D-17",
            "machines before people",
            partial(doubts.run, doubts.FULL if full else doubts.SHORT),
        ),
        Scene(
            "D-3 D-4 D-5 D-8 D-14",
            "an installation under load",
            partial(standing.run, standing.FULL if full else standing.SHORT),
        ),
    ]


def _storm(demand: str, plan: Plan) -> Scene:
    return Scene(demand, plan.name, partial(storms.run, plan), plan.variant != "product")


def _kills(*, full: bool, restarts: bool) -> list[Scene]:
    size = 2000 if full else 200
    stops = {"database_stops": (3 if full else 1) * restarts, "sink_stops": 3 if full else 1}
    kills = 100 if full else 12
    frozen = {"mails": 800 if full else 200, "freezes": 8 if full else 2}
    return [
        _storm("D-1", Plan("kills", size, kills=kills)),
        _storm(
            "D-1", Plan("kills with restarts and faults", size, kills=kills, faults=FAULTS, **stops)
        ),
        _storm("D-1", Plan("sleepers", **frozen)),
        _storm(
            "D-1",
            Plan("bad networks", size // 2, mail_network=200_000, database_network=200_000),
        ),
    ]


def _wrong_designs(*, full: bool) -> list[Scene]:
    few = {"mails": 400 if full else 100, "kills": 40 if full else 12}
    return [
        _storm("D-2", Plan("mark first", variant="mark-first", **EARLY, **few)),
        _storm("D-2", Plan("lock while sending", variant="lock-while-send", **LATE, **few)),
        _storm(
            "D-2",
            Plan("no fence", 100, variant="no-fence", freezes=3 if full else 2, **SLEEPY),
        ),
    ]
