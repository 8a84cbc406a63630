"""D-11, D-12, D-17: machines open the links first, people answer all the same, nobody guesses."""

from collections import Counter
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from random import Random

from playwright.sync_api import Browser

from kit import clock
from tests.chaos import guesses, leaks, people, scanners
from tests.chaos.broker import Broker
from tests.chaos.doors import Door, Link
from tests.chaos.invariants import Findings
from tests.chaos.machines import BEAT, WORKER, Fleet
from tests.chaos.world import Company, environment

MOST_APART = 1000  # microseconds between the medians of an expired and an unknown link


@dataclass(frozen=True)
class Sizes:
    """Invitations for each scanner, seconds that Chromium stays, runs of people, guesses."""

    each: int
    stays: float
    runs: int
    tried: int
    tried_by_http: int
    timed: int


SHORT = Sizes(each=10, stays=0.1, runs=10, tried=20_000, tried_by_http=300, timed=100)
FULL = Sizes(each=50, stays=15, runs=200, tried=1_000_000, tried_by_http=10_000, timed=1000)


class Crowd:
    """All who come to one door, one after the other, and what came of it."""

    def __init__(self, door: Door, browser: Browser, sizes: Sizes, seed: int) -> None:
        self.door, self.browser, self.sizes, self.seed = door, browser, sizes, seed
        self.counts: dict[str, int] = {}
        self.broken: list[str] = []
        self.scanned: list[Link] = []

    def machines(self) -> None:
        """Whatever a scanner does, no answer counts; the one that sends is suspected each time."""
        profiles = scanners.profiles(self.sizes.stays)
        for name, scan in profiles.items():
            sends = scan is scanners.sending_the_first_form
            links = self._sent_to(scan) if sends else self.door.invite(self.sizes.each)
            if not sends:
                scan(self.door, self.browser, links)
            standings = Counter(standing for _, standing in self.door.stored(links).values())
            expected = {"suspect": len(links)} if sends else {}
            self._demand(standings == expected, f"{name}: {dict(standings)}, not {expected}")
            self.scanned += links
        self.counts |= {
            "scanned": len(self.scanned),
            "links opened": 11 * len(self.scanned),
            "counted of machines": self._counted(self.scanned),
        }

    def _sent_to(self, scan: scanners.Scan) -> list[Link]:
        """A machine that presses buttons comes as the mail does."""
        links: list[Link] = []
        while len(links) < self.sizes.each:
            warm = self.door.invite(scanners.AT_A_TIME, ago=timedelta())
            scan(self.door, self.browser, warm)
            links += warm
        return links

    def people_after_them(self) -> None:
        Random(self.seed).shuffle(self.scanned)
        found = people.all_answer(self.door, self.scanned)
        self.counts |= found
        right, count = found["counted with the right score"], found["people"]
        self._demand(right == count, f"{right} of {count} people counted with their score")

    def people_alone(self) -> None:
        found = people.like_people(self.door, self.browser, self.sizes.runs)
        self.counts |= {f"D-12 {name}": number for name, number in found.items()}
        most = max(1, self.sizes.runs // 200)
        self._demand(found["suspect"] <= most, f"{found['suspect']} people are suspected")
        missing = found["runs"] - found["counted"]
        self._demand(missing <= most, f"{missing} people are not counted with their score")

    def guessers(self) -> None:
        links, sizes = self.door.links, self.sizes
        hits = guesses.in_process(links, sizes.tried, self.seed)
        pages = guesses.by_http(self.door, links, sizes.tried_by_http, self.seed)
        apart = guesses.microseconds_apart(self.door, sizes.timed, self.seed)
        self.counts |= {
            "guesses": sizes.tried,
            "by HTTP": sizes.tried_by_http,
            "hits": hits,
            **{f"us {name}": number for name, number in apart.items()},
        }
        self._demand(hits == 0, f"{hits} guesses open a question")
        codes = {code for code, _ in pages}
        self._demand(codes == {404} and len(pages) == 1, f"guesses are answered {dict(pages)}")
        difference = abs(apart["expired"] - apart["unknown"])
        self._demand(difference < MOST_APART, f"medians {difference} us apart")

    def two_hundred(self) -> None:
        codes, stored = guesses.pressed_at_once(self.door)
        self.counts |= {"pressed at once": sum(codes.values()), **stored}
        self._demand(codes == {303: guesses.AT_ONCE}, f"200 at once: {dict(codes)}")
        expected = {"responses": 1, "counted": 1, "revisions": guesses.AT_ONCE}
        self._demand(stored == expected, f"200 at once stored {stored}")

    def nothing_leaked(self, folder: Path, url: str) -> None:
        self._demand(leaks.sees(self.door.links), "the search finds a token that is there")
        held = leaks.found(self.door.links, leaks.places(self.door.company, folder, url))
        self.counts |= {"places searched": len(held), "tokens found": sum(held.values())}
        wanted = {"web.log", "worker.log", "valkey.heard", "keys in Valkey", "rows"}
        self._demand(wanted <= set(held), f"searched {sorted(held)} only")
        told = {name: number for name, number in held.items() if number}
        self._demand(not told, f"tokens stand in {told}")

    def _counted(self, links: list[Link]) -> int:
        return sum(standing == "counted" for _, standing in self.door.stored(links).values())

    def _demand(self, holds: bool, words: str) -> None:  # noqa: FBT001 - reads as a sentence
        if not holds:
            self.broken.append(words)


def run(sizes: Sizes, *, seed: int, folder: Path) -> Findings:
    """One installation, and everybody who may come to its door."""
    place = folder / f"doubts-{seed}"
    place.mkdir()
    company = Company(clock.now(), doubts_soon=10, metric="nps")
    with Broker(place) as broker, leaks.Overheard(broker.url, place / "valkey.heard"):
        with Fleet(place, {**environment(), "REDIS_URL": broker.url}) as fleet:
            fleet.start("worker", f"{WORKER} --loglevel DEBUG")
            fleet.start("beat", f"{BEAT} --loglevel DEBUG")
            door = Door(fleet, company)
            door.open()
            with scanners.chromium() as browser:
                crowd = Crowd(door, browser, sizes, seed)
                crowd.machines()
                crowd.people_after_them()
                crowd.people_alone()
            crowd.guessers()
            crowd.two_hundred()
            crowd.nothing_leaked(place, broker.url)
        return Findings(crowd.counts, crowd.broken)
