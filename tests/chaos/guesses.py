"""D-17: tokens that are guessed, told apart by nothing, and pressed two hundred times at once."""

import http.client
import random
import time
from collections import Counter
from collections.abc import Sequence
from contextlib import closing
from datetime import timedelta
from statistics import median
from threading import Barrier

from django.db import connections

from kit import tokens
from surveys.models import Invitation, ResponseRevision
from surveys.queries.lookups import SURVEY, UNSUBSCRIBE
from tests.chaos.doors import Door, Link, at_once, form_of

AT_ONCE = 200
LETTERS = len(tokens.ALPHABET)


def guess(chance: random.Random, known: Link) -> str:
    """A random token, or one that nearly is one: a letter, the id or the purpose is another."""
    good, kind = known.token, chance.randrange(4)
    if kind == 0:
        return tokens.base62(chance.getrandbits(20)) + tokens.base62(chance.getrandbits(128), 22)
    if kind == 1:
        place = chance.randrange(len(good))
        other = tokens.ALPHABET[
            (tokens.ALPHABET.index(good[place]) + chance.randrange(1, LETTERS)) % LETTERS
        ]
        return good[:place] + other + good[place + 1 :]
    if kind == 2:
        apart = chance.randrange(1, 1000)
        other_id = chance.choice([known.invitation + apart, max(known.invitation - apart, 0)])
        return tokens.base62(other_id) + good[-tokens.MAC_LENGTH :]
    return tokens.sign(UNSUBSCRIBE, known.invitation)


def in_process(links: Sequence[Link], count: int, seed: int) -> int:
    """How many of so many guesses open anything."""
    chance = random.Random(seed)
    known = links[:50]
    return sum(
        tokens.read(SURVEY, guess(chance, known[number % len(known)])) is not None
        for number in range(count)
    )


def by_http(door: Door, links: Sequence[Link], count: int, seed: int) -> Counter[tuple[int, int]]:
    """Status and length of what each guess is answered."""
    chance = random.Random(seed)
    guesses = [guess(chance, chance.choice(links)) for _ in range(count)]

    def tried(token: str) -> tuple[int, int]:
        page = door.client.get(f"/s/{token}?score=4")
        return page.status_code, len(page.content)

    return Counter(at_once(tried, guesses))


def microseconds_apart(door: Door, each: int, seed: int) -> dict[str, int]:
    """Medians of a link of ours that expired and of one that nobody made, asked in turn."""
    (expired,) = door.invite(1)
    with door.company.entered():
        then = Invitation.objects.get(pk=expired.invitation).created_at
        Invitation.objects.filter(pk=expired.invitation).update(
            expires_at=then + timedelta(minutes=1)
        )
    connections.close_all()
    chance = random.Random(seed)
    unknown = f"/s/{expired.token[:-1]}{'A' if expired.token[-1] != 'A' else 'B'}"
    took: dict[str, list[float]] = {expired.path: [], unknown: []}
    with closing(http.client.HTTPConnection("127.0.0.1", door.port, timeout=30)) as line:
        for number in range(each + 20):
            for path in chance.sample(sorted(took), 2):
                begun = time.perf_counter()
                line.request("GET", path)
                answered = line.getresponse()
                answered.read()
                if number >= 20:  # the first ones prepare statements
                    took[path].append(time.perf_counter() - begun)
                assert answered.status == 404, answered.status
    one, other = (round(1_000_000 * median(took[path])) for path in (expired.path, unknown))
    return {"expired": one, "unknown": other}


def pressed_at_once(door: Door) -> tuple[Counter[int], dict[str, int]]:
    """Two hundred connections send one form in the same moment; what they got, what is stored."""
    (link,) = door.invite(1)
    form = form_of(door.client.get(f"{link.path}?score=4"))
    time.sleep(1.2)
    barrier = Barrier(AT_ONCE)

    def pressed(number: int) -> int:
        barrier.wait(60)
        return door.client.post(link.path, data={**form, "score": str(number % 11)}).status_code

    codes = Counter(at_once(pressed, range(AT_ONCE), lines=AT_ONCE))
    stored = door.stored([link])
    with door.company.entered():
        revisions = ResponseRevision.objects.filter(response__invitation=link.invitation).count()
    connections.close_all()
    counted = sum(standing == "counted" for _, standing in stored.values())
    return codes, {"responses": len(stored), "counted": counted, "revisions": revisions}
