"""How often the 95 % intervals hold the truth, computed exactly, and how often chance is called."""

import math
import random
import re
from pathlib import Path

import pytest

from metrics.statistics import nps
from metrics.statistics.definitions import NPS
from metrics.statistics.figures import verdict
from metrics.statistics.nps import NpsCounts
from metrics.statistics.proportions import Share, wilson
from metrics.statistics.verdicts import Call

SPREADS = [
    (0.60, 0.25, 0.15),
    (0.45, 0.30, 0.25),
    (0.29, 0.17, 0.54),
    (0.80, 0.15, 0.05),
    (0.10, 0.30, 0.60),
    (0.50, 0.00, 0.50),
    (0.90, 0.08, 0.02),
]
SIZES = [25, 50, 100, 400]
GUIDE = Path("docs/metrics.md").read_text(encoding="utf-8")


def multinomial(n, parts, shares):
    log = math.lgamma(n + 1)
    for part, share in zip(parts, shares, strict=True):
        if part and not share:
            return 0.0
        log += (part * math.log(share) if part else 0.0) - math.lgamma(part + 1)
    return math.exp(log)


def nps_coverage(n):
    """For each spread the chance that the interval holds its true score."""
    held = [0.0] * len(SPREADS)
    for promoters in range(n + 1):
        for detractors in range(n + 1 - promoters):
            parts = (promoters, n - promoters - detractors, detractors)
            band = nps.interval(NpsCounts(*parts))
            for place, shares in enumerate(SPREADS):
                if band.holds(shares[0] - shares[2]):
                    held[place] += multinomial(n, parts, shares)
    return held


@pytest.fixture(scope="module")
def table():
    return {n: nps_coverage(n) for n in SIZES}


def test_nps_coverage_is_near_its_promise(table):
    cells = [cell for row in table.values() for cell in row]
    assert 0.94 <= sum(cells) / len(cells) <= 0.965
    assert min(cells) >= 0.90


def share_coverage(n, p):
    return sum(
        math.comb(n, k) * p**k * (1 - p) ** (n - k)
        for k in range(n + 1)
        if wilson(Share(k, n)).holds(p)
    )


def test_wilson_coverage_is_near_its_promise():
    cells = [share_coverage(n, p) for n in SIZES for p in (0.5, 0.8, 0.9, 0.95)]
    assert 0.94 <= sum(cells) / len(cells) <= 0.965
    assert min(cells) >= 0.90


def test_the_region_where_wilson_does_not_keep_it():
    """Told in the documentation: nearly everyone satisfied, few asked."""
    assert share_coverage(25, 0.993) == pytest.approx(0.839, abs=5e-4)


def told(heading):
    """The rows of the documentation's table of this heading: a name, then per cent by size."""
    rows = GUIDE.partition(f"| {heading} | n = 25 | 50 | 100 | 400 |\n")[2].partition("\n\n")[0]
    for row in rows.splitlines()[1:]:
        name, *cells = re.sub(r"[ *%]", "", row).strip("|").split("|")
        yield name, cells


def printed(coverages):
    return [f"{round(one * 100, 1):.1f}" for one in coverages]


def test_the_documentation_tells_what_is_computed_here(table):
    of_scores = dict(told("NPS, promoters/passives/detractors"))
    of_shares = dict(told("share"))

    assert of_scores == {
        "/".join(f"{share:.0%}".strip("%") for share in shares): printed(
            table[n][place] for n in SIZES
        )
        for place, shares in enumerate(SPREADS)
    }
    assert {float(name) for name in of_shares} == {50, 80, 90, 95, 98, 99.3}
    for name, cells in of_shares.items():
        assert cells == printed(share_coverage(n, float(name) / 100) for n in SIZES), name


def draw(chance, shares, n):
    answers = chance.choices((10, 8, 0), shares, k=n)
    return {score: answers.count(score) for score in (10, 8, 0)}


def test_months_in_which_nothing_changed_are_rarely_called():
    chance = random.Random(20261121)
    called = 0
    for month in range(10_000):
        shares = SPREADS[month % len(SPREADS)]
        n = (25, 50, 100, 250)[month % 4]
        called += verdict(NPS, draw(chance, shares, n), draw(chance, shares, n)).is_called
    assert called <= 600


def test_a_planted_change_is_found():
    chance = random.Random(20261122)
    calls = [
        verdict(NPS, draw(chance, (55, 30, 15), 400), draw(chance, (45, 30, 25), 400)).call
        for _ in range(2_000)
    ]
    assert calls.count(Call.UP) > 1_800
    assert calls.count(Call.DOWN) == 0
